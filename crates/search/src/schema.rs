//! The fields of the index.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

use crate::dutch::{self, ANALYSIS_VERSION};

/// The fields, by what is in them.
///
/// The headline (title, subject, soort) and the body are indexed in both forms of
/// [`dutch`](crate::dutch), the labels (numbers, names) in the exact form only: they have no
/// inflections. Positions, which phrases need and which take space, are kept for the exact forms only.
///
/// The body is also stored, compressed, so that a snippet needs no other source. That is nearly half
/// of the index, which takes 1.4 times the bytes of the texts (measured on 8,041 motions).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) address: Field,
    pub(crate) kind: Field,
    pub(crate) soort: Field,
    pub(crate) nummer: Field,
    pub(crate) title: Field,
    pub(crate) subject: Field,
    pub(crate) body: Field,
    pub(crate) date: Field,
    pub(crate) headline_exact: Field,
    pub(crate) headline_stemmed: Field,
    pub(crate) labels: Field,
    pub(crate) body_exact: Field,
    pub(crate) body_stemmed: Field,
}

/// The name of the fast field by which [`Fields::kind`] is counted.
pub(crate) const KIND: &str = "kind";
/// The name of the fast field by which "newest first" sorts: microseconds since 1970.
pub(crate) const DATE: &str = "date";

/// The schema of this version. The version of the analysis is in the names of its analysers, so that
/// two schemas are equal only if the index can be searched as it was made.
pub(crate) fn schema() -> (Schema, Fields) {
    let exact = text(&exact_name(), IndexRecordOption::WithFreqsAndPositions);
    let stemmed = text(&stemmed_name(), IndexRecordOption::WithFreqs);
    let mut schema = Schema::builder();
    let fields = Fields {
        address: schema.add_text_field("address", STRING | STORED),
        kind: schema.add_text_field(KIND, STRING | STORED | FAST),
        soort: schema.add_text_field("soort", STORED),
        nummer: schema.add_text_field("nummer", STORED),
        title: schema.add_text_field("title", STORED),
        subject: schema.add_text_field("subject", STORED),
        body: schema.add_text_field("body", STORED),
        // Not tantivy's own type for dates, which ends in 1677 and 2262: upstream has a year 1.
        date: schema.add_i64_field(DATE, STORED | FAST | INDEXED),
        headline_exact: schema.add_text_field("headline_exact", exact.clone()),
        headline_stemmed: schema.add_text_field("headline_stemmed", stemmed.clone()),
        labels: schema.add_text_field("labels", exact.clone()),
        body_exact: schema.add_text_field("body_exact", exact),
        body_stemmed: schema.add_text_field("body_stemmed", stemmed),
    };
    (schema.build(), fields)
}

/// The analysers that the schema names.
pub(crate) fn analysers() -> TokenizerManager {
    let analysers = TokenizerManager::default();
    analysers.register(&exact_name(), dutch::exact());
    analysers.register(&stemmed_name(), dutch::stemmed());
    analysers
}

fn text(analyser: &str, record: IndexRecordOption) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

fn exact_name() -> String {
    format!("dutch_exact_{ANALYSIS_VERSION}")
}

fn stemmed_name() -> String {
    format!("dutch_stemmed_{ANALYSIS_VERSION}")
}
