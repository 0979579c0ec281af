//! What is written and said, with all that a reader can look for it by: for measuring search without
//! going through the feed and the files.

use jiff::Timestamp;
use model::Category;
use model::kamerstuk::DossierNummer;

use super::Generated;
use super::papers::Archive;
use super::proportions::SEATS;
use crate::draw::Draw;

/// How many speeches there are for each document. The source has 7,317 transcripts and 594,708
/// documents, and the recorded transcripts have some 250 speeches each.
const SPEECHES: u64 = 3;
/// Sentences in a speech, at most.
const LONGEST: u64 = 12;

/// What the draws are for.
const SPEECH: u64 = 109;
const INVOLVED: u64 = 110;

/// A document, or a speech in a transcript.
pub struct Writing {
    /// The number, of a document.
    pub nummer: Option<String>,
    /// The kind, in the words of the House.
    pub soort: &'static str,
    /// The subject; of a speech, the speaker.
    pub onderwerp: String,
    /// The dossier, the title of it, and the place in it.
    pub dossier: Option<(DossierNummer, String, u64)>,
    /// When it was written or said.
    pub moment: Timestamp,
    /// The member who signed it, or who speaks.
    pub lid: String,
    /// The abbreviation of the member's party.
    pub fractie: String,
    /// The committee that it concerns.
    pub commissie: String,
    /// The office of the minister whom it concerns, if it concerns one.
    pub ambt: Option<String>,
    /// The text.
    pub text: String,
}

impl Generated {
    /// The documents, each followed by its part of the speeches.
    pub fn writings(&self) -> impl Iterator<Item = Writing> + '_ {
        let archive = &self.archive;
        (0..archive.plan.count(Category::Document)).flat_map(move |document| {
            let speeches = (0..SPEECHES).map(move |place| archive.speech(document, place));
            [archive.writing(document)].into_iter().chain(speeches)
        })
    }
}

impl Archive {
    fn writing(&self, document: u64) -> Writing {
        let paper = self.paper(document);
        let mut draw = self.draw(INVOLVED, document);
        Writing {
            nummer: match self.content(Category::Document, document) {
                model::Entity::Document(document) => document.document_nummer,
                _ => None,
            },
            soort: paper.kind,
            dossier: paper.kamerstuk.map(|place| {
                let number = self.dossier_number(place.dossier);
                let number = DossierNummer::new(i64::try_from(number).unwrap_or_default(), None);
                (number, self.dossier_title(place.dossier), place.volgnummer)
            }),
            moment: self.plan.moment(self.plan.date_slot(Category::Document, document)),
            lid: self.member_name(paper.seat),
            fractie: self.fractie_of(paper.seat),
            commissie: self.some_commissie(&mut draw),
            ambt: paper
                .by_government
                .then(|| draw.pick(&self.words.offices).map(String::from))
                .flatten(),
            text: self.text(document).join("\n"),
            onderwerp: paper.subject,
        }
    }

    /// One of the speeches on the day of a document.
    fn speech(&self, document: u64, place: u64) -> Writing {
        let mut draw = self.draw(SPEECH, document * SPEECHES + place);
        let seat = draw.below(SEATS);
        let lid = self.member_name(seat);
        let fractie = self.fractie_of(seat);
        let sentences: Vec<&str> =
            (0..=draw.below(LONGEST)).filter_map(|_| draw.pick(&self.words.sentences)).collect();
        Writing {
            nummer: None,
            soort: "Spreekbeurt",
            onderwerp: format!("{lid} ({fractie})"),
            dossier: None,
            moment: self.plan.moment(self.plan.date_slot(Category::Document, document)),
            commissie: self.some_commissie(&mut draw),
            ambt: None,
            text: sentences.join(" "),
            lid,
            fractie,
        }
    }

    fn fractie_of(&self, seat: u64) -> String {
        self.words.party(seat).and_then(|(_, party)| party.afkorting.clone()).unwrap_or_default()
    }

    fn some_commissie(&self, draw: &mut Draw) -> String {
        let index = draw.below(self.plan.count(Category::Commissie));
        match self.content(Category::Commissie, index) {
            model::Entity::Commissie(commissie) => commissie.naam_nl.unwrap_or_default(),
            _ => String::new(),
        }
    }
}
