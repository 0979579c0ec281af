//! The fields of the index.

use serde::Serialize;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

use crate::dutch::{self, ANALYSIS_VERSION};

/// The fields, by what they are for.
///
/// **To match**: `any` holds each word of an item once, in all the ways in which it can be asked for, so
/// that whether an item has a word is one look-up. **To rank**: title, subject and body in both forms of
/// [`dutch`](crate::dutch), the labels (numbers, names) in the exact form only: they have no inflections.
/// Positions, which phrases need and which take space, are kept for the exact forms only. **To count and
/// to choose**: the columns of [`Facet`]. **To ask for by a field** of the query language: `words`.
///
/// The body is also stored, compressed, so that a snippet needs no other source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) address: Field,
    pub(crate) page: Field,
    pub(crate) nummer: Field,
    pub(crate) title: Field,
    pub(crate) subject: Field,
    pub(crate) labels: Field,
    pub(crate) body: Field,
    pub(crate) date: Field,
    pub(crate) month: Field,
    pub(crate) group: Field,
    pub(crate) fingerprint: Field,
    pub(crate) any: Field,
    pub(crate) known_as: Field,
    pub(crate) title_exact: Field,
    pub(crate) title_stemmed: Field,
    pub(crate) subject_exact: Field,
    pub(crate) subject_stemmed: Field,
    pub(crate) labels_exact: Field,
    pub(crate) body_exact: Field,
    pub(crate) body_stemmed: Field,
    columns: [Field; Facet::ALL.len()],
    words: [Field; Facet::ALL.len()],
    pub(crate) indieners: Field,
    pub(crate) status: Field,
}

impl Fields {
    /// The values of a facet, each as a whole.
    pub(crate) fn column(&self, facet: Facet) -> Field {
        self.columns[facet as usize]
    }

    /// The words of the values of a facet and of their other names; of [`Facet::Soort`] the stems.
    pub(crate) fn words(&self, facet: Facet) -> Field {
        self.words[facet as usize]
    }
}

/// What items are counted and chosen by, besides their date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Facet {
    /// The [`Kind`](crate::Kind), by its name.
    Kind,
    /// The sub-kind in the words of the House.
    Soort,
    /// The parties.
    Fractie,
    /// The persons.
    Persoon,
    /// The ministries.
    Ministerie,
    /// The committees.
    Commissie,
    /// The dossiers.
    Dossier,
}

impl Facet {
    /// Every facet, in the order in which a reader sees them.
    pub const ALL: [Self; 7] = [
        Self::Kind,
        Self::Soort,
        Self::Fractie,
        Self::Persoon,
        Self::Ministerie,
        Self::Commissie,
        Self::Dossier,
    ];

    /// What it is called in addresses.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Kind => "soort",
            Self::Soort => "stuk",
            Self::Fractie => "fractie",
            Self::Persoon => "persoon",
            Self::Ministerie => "ministerie",
            Self::Commissie => "commissie",
            Self::Dossier => "dossier",
        }
    }

    /// The name of its column.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Soort => "soort",
            Self::Fractie => "fractie",
            Self::Persoon => "persoon",
            Self::Ministerie => "ministerie",
            Self::Commissie => "commissie",
            Self::Dossier => "dossier",
        }
    }
}

/// The name of the fast field by which "newest first" sorts: microseconds since 1970.
pub(crate) const DATE: &str = "date";
/// The name of the fast field by which months are counted: twelve times the year, and the month from 0.
pub(crate) const MONTH: &str = "month";

/// The schema of this version. The version of the analysis is in the names of its analysers, so that
/// two schemas are equal only if the index can be searched as it was made.
pub(crate) fn schema() -> (Schema, Fields) {
    let exact = text(&name("exact"), IndexRecordOption::WithFreqsAndPositions);
    let stemmed = text(&name("stemmed"), IndexRecordOption::WithFreqs);
    let any = text(&name("any"), IndexRecordOption::Basic);
    let mut schema = Schema::builder();
    let columns = Facet::ALL.map(|facet| {
        // A value is stored where a hit shows it.
        let is_shown = matches!(facet, Facet::Kind | Facet::Soort | Facet::Dossier);
        let options = if is_shown { STRING | FAST | STORED } else { STRING | FAST };
        schema.add_text_field(facet.name(), options)
    });
    let words = Facet::ALL.map(|facet| {
        let options = if facet == Facet::Soort { stemmed.clone() } else { exact.clone() };
        schema.add_text_field(&format!("{}_words", facet.name()), options)
    });
    let fields = Fields {
        address: schema.add_text_field("address", STRING | STORED),
        page: schema.add_text_field("page", STRING),
        nummer: schema.add_text_field("nummer", STORED),
        title: schema.add_text_field("title", STORED),
        subject: schema.add_text_field("subject", STORED),
        labels: schema.add_text_field("labels", STORED),
        body: schema.add_text_field("body", STORED),
        // Not tantivy's own type for dates, which ends in 1677 and 2262: upstream has a year 1.
        date: schema.add_i64_field(DATE, STORED | FAST | INDEXED),
        month: schema.add_i64_field(MONTH, FAST),
        group: schema.add_u64_field("group", STORED),
        fingerprint: schema.add_u64_field("fingerprint", STORED),
        any: schema.add_text_field("any", any),
        known_as: schema.add_text_field("known_as", STRING),
        title_exact: schema.add_text_field("title_exact", exact.clone()),
        title_stemmed: schema.add_text_field("title_stemmed", stemmed.clone()),
        subject_exact: schema.add_text_field("subject_exact", exact.clone()),
        subject_stemmed: schema.add_text_field("subject_stemmed", stemmed.clone()),
        labels_exact: schema.add_text_field("labels_exact", exact.clone()),
        body_exact: schema.add_text_field("body_exact", exact.clone()),
        body_stemmed: schema.add_text_field("body_stemmed", stemmed),
        indieners: schema.add_text_field("indiener_words", exact.clone()),
        status: schema.add_text_field("status_words", exact),
        columns,
        words,
    };
    (schema.build(), fields)
}

/// The analysers that the schema names.
pub(crate) fn analysers() -> TokenizerManager {
    let analysers = TokenizerManager::default();
    analysers.register(&name("exact"), dutch::exact());
    analysers.register(&name("stemmed"), dutch::stemmed());
    analysers.register(&name("any"), dutch::any());
    analysers
}

fn text(analyser: &str, record: IndexRecordOption) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

fn name(form: &str) -> String {
    format!("dutch_{form}_{ANALYSIS_VERSION}")
}
