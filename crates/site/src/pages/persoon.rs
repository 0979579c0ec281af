//! `/persoon/{nummer}`

use askama::Template;
use axum::extract::{Path, State};
use jiff::Timestamp;
use jiff::civil::Date;
use model::address;
use model::entities::PersoonNevenfunctieInkomsten;
use store::read::persoon::{self as read, PersoonPage};
use store::read::verslag::{SpeechLine, SpokenLine};

use super::{Answer, missing, render};
use crate::layout::Page;
use crate::{SharedSite, format, query, text};

#[derive(Template)]
#[template(path = "persoon.html")]
struct Shown {
    page: Page,
    it: PersoonPage,
    naam: String,
    /// Titles, initials and first names, where they say more than the name.
    volledig: Option<String>,
    /// The short name of the party for which they sit now.
    fractie: Option<String>,
    /// How long answers to the questions shown took on average, and how many there are.
    antwoord: Option<(i64, usize)>,
    /// The meetings in which they spoke, newest first.
    gesproken: Vec<Gesproken>,
    /// The last times that they had the floor, newest first.
    spreekbeurten: Vec<Spreekbeurt>,
    /// `?persoon=4959`, for the lists.
    only: String,
    today: Date,
}

/// A meeting in which the person spoke.
struct Gesproken {
    address: String,
    title: String,
    moment: Option<Timestamp>,
    /// How long and how often, per role.
    parts: Vec<String>,
}

fn gesproken(lines: &[SpokenLine]) -> Vec<Gesproken> {
    let mut meetings: Vec<Gesproken> = Vec::new();
    for line in lines {
        let address = address::verslag(&line.vergadering.to_string());
        let seconds = u64::try_from(line.seconds).unwrap_or_default();
        let often = match line.turns {
            1 => "1 keer".to_owned(),
            turns => format!("{} keer", format::number(&turns)),
        };
        let said = match line.role.as_str() {
            "chair" => format!("{} als voorzitter", format::duration(&seconds)),
            "interrupter" => format!("{} interrupties, {often}", format::duration(&seconds)),
            _ => format!("{} spreektijd, {often}", format::duration(&seconds)),
        };
        match meetings.last_mut().filter(|meeting| meeting.address == address) {
            Some(meeting) => meeting.parts.push(said),
            None => meetings.push(Gesproken {
                address,
                title: line.titel.clone().unwrap_or_else(|| "Vergadering".into()),
                moment: line.aanvangstijd,
                parts: vec![said],
            }),
        }
    }
    meetings
}

/// A time that the person had the floor.
struct Spreekbeurt {
    /// The place in the transcript.
    address: String,
    /// The item of the agenda, or else the meeting.
    title: String,
    /// The meeting, where that is not the title.
    meeting: Option<String>,
    begin: Timestamp,
    /// How long, if that is known.
    time: Option<String>,
}

fn spreekbeurt(line: &SpeechLine) -> Spreekbeurt {
    let meeting = line.titel.clone().unwrap_or_else(|| "Vergadering".into());
    let (title, meeting) = match line.topic.as_str() {
        "" => (meeting, None),
        topic => (topic.to_owned(), Some(meeting)),
    };
    let seconds = u64::try_from(line.seconds).unwrap_or_default();
    Spreekbeurt {
        address: format!("{}#s-{}", address::verslag(&line.vergadering.to_string()), line.speech),
        title,
        meeting,
        begin: line.begin,
        time: (seconds > 0).then(|| format::duration(&seconds)),
    }
}

impl Shown {
    /// How many zaken of a kind they submitted or joined.
    fn count(&self, soort: &str) -> String {
        let found = self.it.aantallen.iter().find(|(kind, _)| kind == soort);
        format::number(&found.map_or(0, |(_, count)| *count))
    }

    /// The other kinds, with their counts.
    fn other_counts(&self) -> String {
        let others = self
            .it
            .aantallen
            .iter()
            .filter(|(kind, _)| !matches!(kind.as_str(), "Motie" | "Schriftelijke vragen"))
            .map(|(kind, count)| format!("{kind}: {}", format::number(count)));
        others.collect::<Vec<_>>().join(" · ")
    }
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let today = site.clock.today();
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted, today)).await?;
    let own = address::persoon(&nummer);
    let Some(it) = found else { return Err(missing(&site, own).await) };
    let persoon = &it.persoon;
    let mut naam = persoon.naam();
    if naam.is_empty() {
        naam = "(naam niet gepubliceerd)".into();
    }
    let volledig: Vec<&str> =
        [&persoon.titels, &persoon.initialen, &persoon.tussenvoegsel, &persoon.achternaam]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
    let volledig = Some(volledig.join(" ")).filter(|text| !text.is_empty() && *text != naam);
    let fractie = it
        .zetels
        .iter()
        .find(|zetel| zetel.tot_en_met.is_none_or(|last| last >= today))
        .and_then(|zetel| zetel.afkorting.clone())
        .or_else(|| persoon.fractielabel.clone());
    let answered: Vec<i64> = it
        .vragen
        .iter()
        .filter_map(|vraag| vraag.dagen.as_ref())
        .filter(|dagen| dagen.beantwoord.is_some())
        .map(|dagen| dagen.geduurd(today))
        .collect();
    let antwoord = i64::try_from(answered.len())
        .ok()
        .filter(|count| *count > 0)
        .map(|count| ((answered.iter().sum::<i64>() + count / 2) / count, answered.len()));
    let function = match (&persoon.functie, &fractie) {
        (Some(functie), Some(fractie)) => Some(format!("{functie} ({fractie})")),
        (functie, fractie) => functie.clone().or_else(|| fractie.clone()),
    };
    let description = text::sentence([
        function,
        Some("moties, vragen, stemmingen, toezeggingen en activiteiten".into()),
    ]);
    let template = Shown {
        gesproken: gesproken(&it.gesproken),
        spreekbeurten: it.spreekbeurten.iter().map(spreekbeurt).collect(),
        page: Page::new(&site, &own, naam.clone()).described(description),
        only: query(&[("persoon", &nummer)]),
        naam,
        volledig,
        fractie,
        antwoord,
        today,
        it,
    };
    render(&template)
}

/// What a side job brought in: `circa € 1.250,50 bruto per jaar`.
fn income(income: &PersoonNevenfunctieInkomsten) -> String {
    let valuta = match income.bedrag_valuta.as_deref() {
        Some("EUR") => "€".to_owned(),
        Some(other) => other.to_owned(),
        None => String::new(),
    };
    let parts = [
        income.bedrag_voorvoegsel.clone(),
        Some(valuta),
        income.bedrag.0.as_deref().map(format::amount),
        income.bedrag_achtervoegsel.clone(),
        income.bedrag_soort.as_ref().map(|soort| soort.to_lowercase()),
        income.frequentie.as_ref().map(|often| often.to_lowercase()),
        income.frequentie_beschrijving.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "bedrag niet gepubliceerd".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use model::value::Amount;
    use model::{Record, Uuid};

    use super::*;

    #[test]
    fn a_speech_leads_to_its_place_in_the_transcript() {
        let line = SpeechLine {
            vergadering: Uuid::nil(),
            titel: Some("Plenaire zaal".into()),
            speech: "abc".into(),
            topic: "Volkshuisvesting".into(),
            begin: Timestamp::UNIX_EPOCH,
            seconds: 90,
        };
        let shown = spreekbeurt(&line);
        assert_eq!(shown.address, format!("/verslag/{}#s-abc", Uuid::nil()));
        assert_eq!(
            (shown.title.as_str(), shown.meeting.as_deref()),
            ("Volkshuisvesting", Some("Plenaire zaal"))
        );
        assert!(shown.time.is_some());
        let without = spreekbeurt(&SpeechLine { topic: String::new(), seconds: 0, ..line });
        assert_eq!(
            (without.title.as_str(), without.meeting, without.time),
            ("Plenaire zaal", None, None)
        );
    }

    #[test]
    fn income_is_told_as_published() {
        let full = PersoonNevenfunctieInkomsten {
            bedrag_soort: Some("Bruto".into()),
            bedrag_voorvoegsel: Some("circa".into()),
            bedrag_valuta: Some("EUR".into()),
            bedrag: Amount(Some("1250.5".into())),
            frequentie: Some("Per jaar".into()),
            ..PersoonNevenfunctieInkomsten::from_values(Uuid::nil(), Vec::new())
        };
        assert_eq!(income(&full), "circa € 1.250,50 bruto per jaar");
        let empty = PersoonNevenfunctieInkomsten::from_values(Uuid::nil(), Vec::new());
        assert_eq!(income(&empty), "bedrag niet gepubliceerd");
    }
}
