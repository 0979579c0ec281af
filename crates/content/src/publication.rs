//! What an official publication says about itself, in the metadata of its XML.
//!
//! Half of the motions of 2024 and 2025 hold it themselves; the older ones refer to a record apart. What
//! stands in their head is read from there instead.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::xml::Element;

/// The most values of one kind that are kept, and the longest, in characters.
const MAX_VALUES: usize = 100;
const MAX_CHARS: usize = 500;

/// What an official publication says about itself. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Publication {
    /// Its identifier: `kst-36547-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// What it is, the most precise first: `Motie`, `Kamerstuk`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Its own title, without that of its dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The numbers of its dossiers: `36547`, `36800-XVI`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dossiers: Vec<String>,
    /// Its number in the dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// `2024-2025`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vergaderjaar: Option<String>,
    /// Who submitted it, by initials and surname.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub indieners: Vec<String>,
    /// Whom written questions are put to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ontvangers: Vec<String>,
    /// The ministries that it comes from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ministeries: Vec<String>,
    /// What it is about, from wide to narrow, in the words of the policy agenda: `Recht`, `Strafrecht`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Vec<String>>,
    /// The day of the paper itself: on which a motion was proposed or a letter written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// The day on which it was officially published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<Date>,
    /// The day on which written questions were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Date>,
    /// The day on which the answers came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Date>,
}

impl Publication {
    /// Reads it from the root of a publication; `None` if there is nothing of the kind.
    pub(crate) fn read(root: &Element) -> Option<Self> {
        let mut it = Self::default();
        let metadata = root.child("metadata").into_iter().flat_map(Element::elements);
        for meta in metadata.filter(|meta| meta.name == "meta") {
            it.take(meta.attribute("name"), meta.attribute("scheme"), meta.attribute("content"));
        }
        for paper in root.elements() {
            it.take_head(paper);
        }
        (it != Self::default()).then_some(it)
    }

    fn take(&mut self, name: &str, scheme: &str, content: &str) {
        let Some(value) = tidy(content) else { return };
        match name {
            "DC.identifier" => self.identifier = Some(value),
            // The type of information is the same for all.
            "DC.type" if scheme == "OVERHEIDop.Parlementair" => add(&mut self.kinds, value),
            "DC.type" if scheme.ends_with("Typen") => {
                add(&mut self.kinds, value);
                self.kinds.rotate_right(1);
            }
            "OVERHEIDop.documenttitel" => self.title = Some(value),
            "OVERHEIDop.dossiernummer" => {
                value.split(';').filter_map(tidy).for_each(|one| add(&mut self.dossiers, one));
            }
            "OVERHEIDop.ondernummer" => self.number = Some(value),
            "OVERHEIDop.vergaderjaar" => self.vergaderjaar = Some(value),
            "OVERHEIDop.indiener" => add(&mut self.indieners, value),
            "OVERHEIDop.ontvanger" => add(&mut self.ontvangers, value),
            "DC.creator" if scheme == "OVERHEID.Ministerie" => add(&mut self.ministeries, value),
            "OVERHEID.category" => {
                let topic: Vec<String> = value.split('|').filter_map(tidy).collect();
                if self.topics.len() < MAX_VALUES && !self.topics.contains(&topic) {
                    self.topics.push(topic);
                }
            }
            "DCTERMS.issued" => self.issued = day(&value),
            "DCTERMS.available" => self.available = day(&value),
            "OVERHEIDop.datumIndiening" => self.submitted = day(&value),
            "OVERHEIDop.datumOntvangst" => self.answered = day(&value),
            _ => {}
        }
    }

    /// What stands at the top of a kamerstuk, where the metadata do not say it.
    fn take_head(&mut self, paper: &Element) {
        let head = paper.child("kamerstukkop").into_iter().flat_map(Element::elements);
        for line in head.filter(|line| line.attribute("inhoud") == "vergaderjaar") {
            let text = line.text();
            let year = text.strip_prefix("Vergaderjaar").and_then(tidy);
            self.vergaderjaar = self.vergaderjaar.take().or(year);
        }
        if self.dossiers.is_empty() {
            let dossiers = paper.elements().filter(|part| part.name == "dossier");
            for number in dossiers.filter_map(|dossier| dossier.child("dossiernummer")) {
                // "36 800" and "XVI" are 36800-XVI, as the metadata have it.
                let parts = ["dossiernr", "begrotingshoofdstuk", "raadnr"];
                let parts = parts.into_iter().filter_map(|part| number.child_text(part));
                let parts: Vec<String> = parts.map(|part| part.replace(' ', "")).collect();
                add(&mut self.dossiers, parts.join("-"));
            }
            self.dossiers.retain(|number| !number.is_empty());
        }
        let Some(stuk) = paper.child("stuk") else { return };
        let number = stuk.child("stuknr").and_then(|number| number.child_text("ondernummer"));
        self.number = self.number.take().or(number);
        let date = stuk.child("datumtekst").and_then(|text| text.child("datum"));
        self.issued = self.issued.or(date.and_then(|date| day(date.attribute("isodatum"))));
    }
}

fn add(values: &mut Vec<String>, value: String) {
    if values.len() < MAX_VALUES && !values.contains(&value) {
        values.push(value);
    }
}

/// A value with single spaces and of bounded length; `None` for nothing.
fn tidy(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then(|| value.chars().take(MAX_CHARS).collect())
}

/// A day, written `2025-06-05`, with a time after it or without.
fn day(value: &str) -> Option<Date> {
    value.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::xml;

    fn read(file: &[u8]) -> Publication {
        Publication::read(&xml::parse(file).unwrap()).unwrap()
    }

    #[test]
    fn a_motion_says_what_it_is_about_and_when_it_was_published() {
        assert_eq!(
            read(include_bytes!("../tests/data/kst-motie.xml")),
            Publication {
                identifier: Some("kst-36547-31".into()),
                kinds: vec!["Motie".into(), "Kamerstuk".into()],
                title: Some(
                    "Motie van de leden Boomsma en Van Nispen over de controlepraktijk bij \
                     arbeidsuitbuiting verschuiven naar signalering van misstanden in de praktijk"
                        .into()
                ),
                dossiers: vec!["36547".into()],
                number: Some("31".into()),
                vergaderjaar: Some("2024-2025".into()),
                indieners: vec!["M. van Nispen".into(), "D.T. Boomsma".into()],
                topics: vec![vec!["Recht".into(), "Staatsrecht".into()]],
                issued: Some(date(2025, 6, 5)),
                available: Some(date(2025, 6, 6)),
                ..Publication::default()
            }
        );
    }

    #[test]
    fn what_a_record_apart_would_say_is_read_from_the_head_as_far_as_it_goes() {
        let file = br#"<officiele-publicatie><metadata><meta name="OVERHEIDop.externMetadataRecord" scheme=""
            content="https://zoek.officielebekendmakingen.nl/kst-36800-XVI-12/metadata.xml"/></metadata>
            <kamerstuk><kamerstukkop><tekstregel inhoud="vergaderjaar">Vergaderjaar 2024-2025</tekstregel>
            <tekstregel inhoud="kamernummer">2</tekstregel></kamerstukkop><dossier><dossiernummer>
            <dossiernr>36 800</dossiernr><begrotingshoofdstuk>XVI</begrotingshoofdstuk></dossiernummer>
            <titel>Begroting</titel></dossier><stuk><stuknr>Nr. <ondernummer kamer="2">12</ondernummer></stuknr>
            <datumtekst>Voorgesteld <datum isodatum="2025-02-06">6 februari 2025</datum></datumtekst></stuk>
            </kamerstuk></officiele-publicatie>"#;
        assert_eq!(
            read(file),
            Publication {
                dossiers: vec!["36800-XVI".into()],
                number: Some("12".into()),
                vergaderjaar: Some("2024-2025".into()),
                issued: Some(date(2025, 2, 6)),
                ..Publication::default()
            }
        );
    }

    #[test]
    fn written_questions_say_to_whom_and_when() {
        let file = br#"<officiele-publicatie><metadata>
            <meta name="DC.type" scheme="OVERHEIDop.Parlementair" content="Aanhangsel van de Handelingen"/>
            <meta name="DC.type" scheme="OVERHEIDop.AanhangselTypen" content="Antwoord"/>
            <meta name="DC.creator" scheme="OVERHEID.Ministerie" content="Ministerie van Justitie en Veiligheid"/>
            <meta name="OVERHEIDop.ontvanger" content="D.M. van Weel"/>
            <meta name="OVERHEIDop.datumIndiening" content="2025-06-03"/>
            <meta name="OVERHEIDop.datumOntvangst" content="2025-06-24T00:00:00"/>
            <meta name="OVERHEID.category" content="Recht |  Strafrecht"/><meta name="OVERHEID.category" content="Recht | Strafrecht"/>
            <meta name="DCTERMS.issued" content="ergens in juni"/></metadata></officiele-publicatie>"#;
        assert_eq!(
            read(file),
            Publication {
                kinds: vec!["Antwoord".into(), "Aanhangsel van de Handelingen".into()],
                ministeries: vec!["Ministerie van Justitie en Veiligheid".into()],
                ontvangers: vec!["D.M. van Weel".into()],
                topics: vec![vec!["Recht".into(), "Strafrecht".into()]],
                submitted: Some(date(2025, 6, 3)),
                answered: Some(date(2025, 6, 24)),
                ..Publication::default()
            }
        );
        assert_eq!(Publication::read(&xml::parse(b"<officiele-publicatie/>").unwrap()), None);
    }
}
