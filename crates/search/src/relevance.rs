//! How well an item fits a query: the weights, in one place.
//!
//! The score is BM25 over several fields, times what an item is worth by its kind and its age. The weights
//! were chosen with the open part of the test collection in `griffier/tests/relevance`.

use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentReader};

use crate::Kind;
use crate::schema::{DATE, Facet};

/// What has all words, where most of what is found has only some: more than any other score.
pub(crate) const FIRST: Score = 1_000.0;
/// What the query as a whole is the name or number of.
pub(crate) const KNOWN_AS: Score = 200.0;
/// A word of the title in one of its forms.
pub(crate) const TITLE: Score = 3.0;
/// The same word in the form that was asked, on top of that.
pub(crate) const TITLE_EXACT: Score = 1.5;
/// A compound in the title with the word as a part.
pub(crate) const TITLE_PART: Score = 1.5;
/// A word of the subject: of a kamerstuk, the title of its dossier.
pub(crate) const SUBJECT: Score = 1.0;
/// The same word in the form that was asked, on top of that.
pub(crate) const SUBJECT_EXACT: Score = 0.5;
/// A number or name.
pub(crate) const LABEL: Score = 4.0;
/// A word of the text in one of its forms.
pub(crate) const BODY: Score = 1.0;
/// The same word in the form that was asked, on top of that.
pub(crate) const BODY_EXACT: Score = 1.0;
/// A compound in the text with the word as a part.
pub(crate) const BODY_PART: Score = 0.4;
/// A part of a compound that was asked, in the title; in the text it is a tenth of that.
pub(crate) const PART_OF_ASKED: Score = 0.6;
/// Two words of the query next to each other in the title.
pub(crate) const TITLE_PAIR: Score = 2.0;
/// Two words of the query next to each other in the text.
pub(crate) const BODY_PAIR: Score = 1.0;

/// What things of a kind are worth.
fn of_kind(kind: Kind) -> Score {
    match kind {
        Kind::Document | Kind::Zaak | Kind::Dossier | Kind::Activiteit | Kind::Toezegging => 1.0,
        Kind::Persoon | Kind::Commissie | Kind::Fractie => 1.2,
        Kind::Verslag | Kind::Besluit => 0.8,
        Kind::Spreekbeurt | Kind::Geschenk | Kind::Reis | Kind::Nevenfunctie => 0.7,
    }
}

/// What things of a sub-kind are worth: a letter comes before its attachments.
fn of_soort(soort: &str) -> Score {
    match soort {
        "Bijlage" => 0.7,
        "Stenogram" | "Sprekerslijst" | "Convocatie commissieactiviteit" => 0.8,
        "Mededeling (uitstel antwoord)" | "Interruptie" => 0.85,
        "Voorzitter" => 0.5,
        "Oud Kamerlid" => 0.8,
        _ => 1.0,
    }
}

/// What the items of a segment are worth, by the numbers of their values in its columns.
pub(crate) fn worth(segment: &SegmentReader) -> impl Fn(DocId, Score) -> Score + use<> {
    let dates = segment.fast_fields().i64(DATE).ok();
    let kinds = Worth::of(segment, Facet::Kind, |kind| Kind::parse(kind).map_or(1.0, of_kind));
    let soorten = Worth::of(segment, Facet::Soort, of_soort);
    move |document, score| {
        let date = dates.as_ref().and_then(|dates| dates.first(document));
        score * date.map_or(1.0, of_age) * kinds.get(document) * soorten.get(document)
    }
}

struct Worth {
    column: Option<StrColumn>,
    by_number: Vec<Score>,
}

impl Worth {
    fn of(segment: &SegmentReader, facet: Facet, worth: fn(&str) -> Score) -> Self {
        let column = segment.fast_fields().str(facet.name()).ok().flatten();
        let mut by_number = Vec::new();
        if let Some(column) = &column {
            let mut name = String::new();
            for number in (0..).take(column.num_terms()) {
                let is_there = matches!(column.ord_to_str(number, &mut name), Ok(true));
                by_number.push(if is_there { worth(&name) } else { 1.0 });
            }
        }
        Self { column, by_number }
    }

    fn get(&self, document: DocId) -> Score {
        let number = self.column.as_ref().and_then(|column| column.ords().first(document));
        let index = number.and_then(|number| usize::try_from(number).ok());
        index.and_then(|index| self.by_number.get(index)).copied().unwrap_or(1.0)
    }
}

/// What is newer weighs a little more: two percent a year from 2000 on, so that of equal texts the
/// newest comes first, and no text comes before a clearly better one for being new.
///
/// It looks at the calendar, not at a clock: an answer does not change by itself.
fn of_age(microseconds: i64) -> Score {
    const YEAR_2000: i64 = 946_684_800_000_000;
    const DAY: i64 = 86_400_000_000;
    // Upstream also has dates in the years 1 and 9999.
    const HALF_A_CENTURY: i64 = 18_262;
    let days = (microseconds.saturating_sub(YEAR_2000) / DAY).clamp(0, HALF_A_CENTURY);
    let years = f32::from(u16::try_from(days).unwrap_or_default()) / 365.25;
    1.0 + 0.02 * years
}
