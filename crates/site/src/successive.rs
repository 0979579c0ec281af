//! Successive texts of one thing, as far as the documents say so themselves: an amended motion or amendment
//! and what it replaces, a bill and its earlier text, a letter and the one that corrects it.

use content::references::replaced;
use model::entities::Document;
use model::kamerstuk::DossierNummer;
use store::Reader;
use store::read::DocumentLine;
use store::read::document::{DocumentPage, earlier_in_dossier, later_in_dossier, stuk};

use crate::PageError;

/// What a letter that corrects another begins its subject with.
const CORRECTION: &str = "rectificatie ";
/// What may stand before what a letter is about, the longest first.
const LETTER: [&str; 7] = [
    "van de brief over ",
    "van de brief ",
    "kamerbrief inzake ",
    "kamerbrief over ",
    "kamerbrief ",
    "brief over ",
    "brief ",
];

/// Another text of the same, and how it stands to this one.
pub(crate) struct Text {
    pub(crate) label: &'static str,
    pub(crate) document: DocumentLine,
}

/// The texts just before and just after that of a document.
#[derive(Default)]
pub(crate) struct Successive {
    pub(crate) earlier: Vec<Text>,
    pub(crate) later: Vec<Text>,
}

pub(crate) fn successive(reader: &Reader, it: &DocumentPage) -> Result<Successive, PageError> {
    let mut found = Successive::default();
    let document = &it.document;
    let dossier = it.dossier.as_ref().map(|dossier| &dossier.nummer);
    let own = Said::of(document);
    let mut earlier = |label, line: Option<DocumentLine>| {
        found.earlier.extend(line.map(|document| Text { label, document }));
    };
    if let Some((dossier, nummer)) = own.replaces(dossier) {
        earlier("In plaats van", stuk(reader, &dossier, nummer)?);
    }
    if own.is_bill() {
        let before = earlier_in_dossier(reader, document, "Voorstel van wet%")?;
        earlier("Eerdere tekst", before.into_iter().next());
    }
    if let Some(corrected) = own.corrects() {
        let letters = earlier_in_dossier(reader, document, "Brief regering")?;
        earlier("Verbetert", the_letter(letters, &corrected));
    }
    let Some(nummer) = document.volgnummer.filter(|nummer| *nummer > 0) else { return Ok(found) };
    let mut bill_follows = own.is_bill();
    for other in later_in_dossier(reader, document)? {
        let said = Said::of_line(&other);
        let corrects = || said.corrects().is_some_and(|of| own.is_letter() && of == own.letter());
        let label =
            if said.replaces(dossier).is_some_and(|(d, n)| Some(&d) == dossier && n == nummer) {
                "Vervangen door"
            } else if bill_follows && said.is_bill() {
                bill_follows = false;
                "Latere tekst"
            } else if corrects() {
                "Verbeterd door"
            } else {
                continue;
            };
        found.later.push(Text { label, document: other });
    }
    Ok(found)
}

/// The letter that is called so, if it is one alone.
fn the_letter(letters: Vec<DocumentLine>, called: &str) -> Option<DocumentLine> {
    let mut found = letters.into_iter().filter(|letter| Said::of_line(letter).letter() == called);
    found.next().filter(|_| found.next().is_none())
}

/// What a document says of itself that tells what it comes in the place of.
struct Said<'d> {
    soort: &'d str,
    onderwerp: &'d str,
    titel: &'d str,
}

impl<'d> Said<'d> {
    fn of(document: &'d Document) -> Self {
        Self::new(&document.soort, &document.onderwerp, &document.titel)
    }

    fn of_line(line: &'d DocumentLine) -> Self {
        Self::new(&line.soort, &line.onderwerp, &line.titel)
    }

    fn new(
        soort: &'d Option<String>,
        onderwerp: &'d Option<String>,
        titel: &'d Option<String>,
    ) -> Self {
        let text = |value: &'d Option<String>| value.as_deref().unwrap_or_default();
        Self { soort: text(soort), onderwerp: text(onderwerp), titel: text(titel) }
    }

    /// The paper that a motion or an amendment replaces. Letters about these have their titles in their own.
    fn replaces(&self, own: Option<&DossierNummer>) -> Option<(DossierNummer, i64)> {
        let may = ["Motie", "Amendement"].iter().any(|kind| self.soort.starts_with(kind));
        may.then(|| [self.onderwerp, self.titel].iter().find_map(|title| replaced(title, own)))?
    }

    fn is_bill(&self) -> bool {
        self.soort.starts_with("Voorstel van wet")
    }

    fn is_letter(&self) -> bool {
        self.soort == "Brief regering"
    }

    /// What the letter is about that this one corrects, in lower case.
    fn corrects(&self) -> Option<String> {
        let subject = self.onderwerp.to_lowercase();
        let rest = subject.strip_prefix(CORRECTION).filter(|_| self.is_letter())?;
        Some(without_letter(rest).to_owned())
    }

    /// What a letter is about, in lower case.
    fn letter(&self) -> String {
        without_letter(&self.onderwerp.to_lowercase()).to_owned()
    }
}

/// A subject without the word for a letter that it may begin with.
fn without_letter(subject: &str) -> &str {
    let subject = subject.trim();
    LETTER.iter().find_map(|word| subject.strip_prefix(word)).unwrap_or(subject).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<'d>(soort: &'d str, onderwerp: &'d str) -> Said<'d> {
        Said { soort, onderwerp, titel: "" }
    }

    #[test]
    fn a_letter_about_an_amended_motion_replaces_nothing() {
        let title = "gewijzigde motie van het lid Dassen over verkennen hoe staatsgaranties kunnen worden \
                     verleend aan Invest-NL (t.v.v. 32637-682)";
        let letter = format!("Appreciatie van de {title}");
        assert_eq!(said("Brief regering", &letter).replaces(None), None);
        let motion = said("Motie (gewijzigd/nader)", title).replaces(None).unwrap();
        assert_eq!((motion.0.nummer, motion.1), (32637, 682));
        // Who replaces submarines replaces no paper.
        let other = "Motie van het lid Nordkamp over de voortgang van vervanging van de Nederlandse onderzeeboten";
        assert_eq!(said("Motie", other).replaces(None), None);
    }

    #[test]
    fn a_letter_that_corrects_another_names_what_that_is_about() {
        let corrects = |subject| said("Brief regering", subject).corrects();
        assert_eq!(
            corrects("Rectificatie Offensief gelijke kansen").unwrap(),
            "offensief gelijke kansen"
        );
        assert_eq!(
            corrects("Rectificatie van de brief toezegging, gedaan tijdens het commissiedebat Wet open Overheid")
                .unwrap(),
            "toezegging, gedaan tijdens het commissiedebat wet open overheid"
        );
        assert_eq!(corrects("Aanbieding rectificatie van de brief toezegging"), None);
        assert_eq!(said("Bijlage", "Rectificatie Offensief gelijke kansen").corrects(), None);
    }
}
