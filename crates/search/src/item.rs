//! The one shape of everything that can be found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A thing that can be found, whatever it is: what the index keeps of it and where its page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The path of its page on the site, "/document/2019D53771": its key, one item per address.
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
    /// The persons, parties and committees that belong to it.
    pub names: Vec<String>,
    /// The moment by which "newest first" sorts it; without one it comes last.
    pub date: Option<Timestamp>,
    /// The text. May be empty.
    pub body: String,
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
}

impl Kind {
    /// Every kind, in the order in which a reader sees them listed.
    pub const ALL: [Self; 10] = [
        Self::Document,
        Self::Zaak,
        Self::Dossier,
        Self::Activiteit,
        Self::Verslag,
        Self::Besluit,
        Self::Toezegging,
        Self::Persoon,
        Self::Fractie,
        Self::Commissie,
    ];

    /// Its name in addresses and in the index. These names are permanent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Zaak => "zaak",
            Self::Dossier => "dossier",
            Self::Activiteit => "activiteit",
            Self::Verslag => "verslag",
            Self::Besluit => "besluit",
            Self::Toezegging => "toezegging",
            Self::Persoon => "persoon",
            Self::Fractie => "fractie",
            Self::Commissie => "commissie",
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
