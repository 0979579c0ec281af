//! The one shape of everything that can be found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A thing that can be found, whatever it is: what the index keeps of it and where its page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it is on the site, "/document/2019D53771": its key, one item per address. What shares a
    /// page with others has a fragment, "/verslag/…#s-…".
    pub address: String,
    /// What it is.
    pub kind: Kind,
    /// The sub-kind in the words of the House: "Brief regering", "Motie". May be empty.
    pub soort: String,
    /// The number it is called by: "2019D53771". May be empty.
    pub nummer: String,
    /// The other numbers it is known by: "35373-1", "kst-35373-1", "2019Z26157".
    pub numbers: Vec<String>,
    /// Its title.
    pub title: String,
    /// Its subject. May be empty.
    pub subject: String,
    /// What else it is called by, to be found but not shown: first names, the name of a committee.
    pub names: Vec<String>,
    /// Names and numbers of which each alone means this thing and nothing else, or little else: "van
    /// Nispen", "36800-XVI", "commissie Defensie".
    pub known_as: Vec<String>,
    /// How far it is, in the words that readers use: "open", "afgedaan", "Gepland".
    pub status: Vec<String>,
    /// The persons who submitted it, signed it or speak.
    pub indieners: Vec<Label>,
    /// All persons concerned, the submitters among them.
    pub personen: Vec<Label>,
    /// The parties of the submitters.
    pub fracties: Vec<Label>,
    /// The ministries concerned.
    pub ministeries: Vec<Label>,
    /// The committees concerned.
    pub commissies: Vec<Label>,
    /// The dossiers to which it belongs: "36800-XVI".
    pub dossiers: Vec<Label>,
    /// The moment by which "newest first" sorts it; without one it comes last.
    pub date: Option<Timestamp>,
    /// The text. May be empty. Where a page of a paged file begins, there is a [`PAGE_BREAK`].
    pub body: String,
}

/// What stands in a text where a page begins, the first included.
pub const PAGE_BREAK: char = '\u{c}';

/// A name by which items can be counted and chosen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The name that is shown.
    pub name: String,
    /// Other names by which it can be asked for.
    pub also: Vec<String>,
}

impl Label {
    /// A label with another name beside it.
    pub fn or(name: impl Into<String>, also: impl Into<String>) -> Self {
        Self { name: name.into(), also: vec![also.into()] }
    }
}

impl<T: Into<String>> From<T> for Label {
    fn from(name: T) -> Self {
        Self { name: name.into(), also: Vec::new() }
    }
}

impl Item {
    /// An item of which nothing is known but where and what it is.
    pub fn new(address: impl Into<String>, kind: Kind) -> Self {
        Self {
            address: address.into(),
            kind,
            soort: String::new(),
            nummer: String::new(),
            numbers: Vec::new(),
            title: String::new(),
            subject: String::new(),
            names: Vec::new(),
            known_as: Vec::new(),
            status: Vec::new(),
            indieners: Vec::new(),
            personen: Vec::new(),
            fracties: Vec::new(),
            ministeries: Vec::new(),
            commissies: Vec::new(),
            dossiers: Vec::new(),
            date: None,
            body: String::new(),
        }
    }

    /// The page that it is on.
    pub fn page(&self) -> &str {
        self.address.split_once('#').map_or(&self.address, |(page, _)| page)
    }
}

/// What kind of thing an [`Item`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A document: a letter, a motion, a list of questions.
    Document,
    /// A zaak: what a document is about, as the House handles it.
    Zaak,
    /// A kamerstukdossier.
    Dossier,
    /// A debate, a committee meeting, a vote on the agenda.
    Activiteit,
    /// The transcript of a meeting.
    Verslag,
    /// What somebody said in a meeting.
    Spreekbeurt,
    /// A decision.
    Besluit,
    /// A commitment of a minister.
    Toezegging,
    /// A member of the House, of the government, or another person.
    Persoon,
    /// A political group.
    Fractie,
    /// A committee.
    Commissie,
    /// A gift that a member reported.
    Geschenk,
    /// A journey that a member reported.
    Reis,
    /// A side job of a member.
    Nevenfunctie,
}

impl Kind {
    /// Every kind, in the order in which a reader sees them listed.
    pub const ALL: [Self; 14] = [
        Self::Document,
        Self::Zaak,
        Self::Dossier,
        Self::Activiteit,
        Self::Verslag,
        Self::Spreekbeurt,
        Self::Besluit,
        Self::Toezegging,
        Self::Persoon,
        Self::Fractie,
        Self::Commissie,
        Self::Geschenk,
        Self::Reis,
        Self::Nevenfunctie,
    ];

    /// Its name in addresses and in the index. These names are permanent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Zaak => "zaak",
            Self::Dossier => "dossier",
            Self::Activiteit => "activiteit",
            Self::Verslag => "verslag",
            Self::Spreekbeurt => "spreekbeurt",
            Self::Besluit => "besluit",
            Self::Toezegging => "toezegging",
            Self::Persoon => "persoon",
            Self::Fractie => "fractie",
            Self::Commissie => "commissie",
            Self::Geschenk => "geschenk",
            Self::Reis => "reis",
            Self::Nevenfunctie => "nevenfunctie",
        }
    }

    /// The kind that [`Kind::as_str`] calls `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_name_here_and_in_json() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
        assert_eq!(Kind::parse("Document"), None);
    }
}
