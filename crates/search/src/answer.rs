//! From a query to an answer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use tantivy::collector::{Collector, SegmentCollector, TopDocs};
use tantivy::columnar::StrColumn;
use tantivy::schema::{Field, Value};
use tantivy::{DocAddress, DocId, Order, Score, Searcher, SegmentReader, TantivyDocument};

use crate::schema::{DATE, KIND};
use crate::snippet::{Fragment, Highlighter};
use crate::translation::{Purpose, Translation};
use crate::{Kind, Query, Result, SearchError, SearchIndex};

/// The most hits that one answer contains.
pub const MAX_LIMIT: usize = 100;

/// What is asked of the index.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to search for.
    pub query: Query,
    /// The kinds to find; empty means all.
    pub kinds: Vec<Kind>,
    /// Which hits come first.
    pub sort: Sort,
    /// How many hits to skip.
    pub offset: usize,
    /// How many hits to give, [`MAX_LIMIT`] at most.
    pub limit: usize,
}

/// The order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The best first, by BM25. Of equal texts, one with the very form of the words that were asked
    /// comes before one with another inflection; titles, numbers and names weigh more than texts.
    Relevance,
    /// The newest first, those without a date last.
    Newest,
}

/// What the index has for a [`Request`].
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// How many items there are in all, exactly.
    pub total: u64,
    /// How many there are of each kind, whatever kinds were asked for.
    pub kinds: BTreeMap<Kind, u64>,
    /// The hits asked for.
    pub hits: Vec<Hit>,
    /// How long it took.
    pub took: Duration,
}

/// An item that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// See [`Item::address`](crate::Item::address).
    pub address: String,
    /// What it is.
    pub kind: Kind,
    /// The sub-kind.
    pub soort: String,
    /// The number it is called by.
    pub nummer: String,
    /// Its title.
    pub title: String,
    /// Its subject.
    pub subject: String,
    /// Its date.
    pub date: Option<Timestamp>,
    /// The passage of its text that shows best why it was found.
    pub snippet: Vec<Fragment>,
    /// How well it fits; 0 if the answer is not sorted by that.
    pub score: Score,
}

impl SearchIndex {
    /// Answers a request, from everything that was committed.
    pub fn search(&self, request: &Request) -> Result<Answer> {
        let started = Instant::now();
        let searcher = self.reader.searcher();

        let matching = Translation::new(self.fields, Purpose::Match).query(&request.query);
        let kinds = searcher.search(&matching, &KindCounter)?;
        let is_wanted = |kind: &Kind| request.kinds.is_empty() || request.kinds.contains(kind);
        let wanted_counts = kinds.iter().filter(|(kind, _)| is_wanted(kind));
        let total = wanted_counts.map(|(_, count)| *count).sum();

        let limit = request.limit.min(MAX_LIMIT);
        // Which also bounds the memory that a large offset takes.
        let is_past_the_end = u64::try_from(request.offset).is_ok_and(|offset| offset >= total);
        let hits = if is_past_the_end || limit == 0 {
            Vec::new()
        } else {
            self.hits(&searcher, request, limit)?
        };
        Ok(Answer { total, kinds, hits, took: started.elapsed() })
    }

    fn hits(&self, searcher: &Searcher, request: &Request, limit: usize) -> Result<Vec<Hit>> {
        let page = TopDocs::with_limit(limit).and_offset(request.offset);
        let found: Vec<(Score, DocAddress)> = match request.sort {
            Sort::Relevance => {
                let translation = Translation::new(self.fields, Purpose::Score);
                let query = translation.query_for_kinds(&request.query, &request.kinds);
                searcher.search(&query, &page.tweak_score(favour_recent))?
            }
            Sort::Newest => {
                let translation = Translation::new(self.fields, Purpose::Match);
                let query = translation.query_for_kinds(&request.query, &request.kinds);
                let newest = page.order_by_fast_field::<i64>(DATE, Order::Desc);
                let dated = searcher.search(&query, &newest)?;
                dated.into_iter().map(|(_, document)| (0.0, document)).collect()
            }
        };
        let mut highlighter = Highlighter::new(&request.query);
        let hits = found.into_iter().map(|(score, document)| {
            let document: TantivyDocument = searcher.doc(document)?;
            self.hit(&document, score, &mut highlighter)
        });
        hits.collect()
    }

    fn hit(
        &self,
        document: &TantivyDocument,
        score: Score,
        highlighter: &mut Highlighter,
    ) -> Result<Hit> {
        let fields = &self.fields;
        let text = |field: Field| {
            document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default()
        };
        let date = document.get_first(fields.date).and_then(|value| value.as_i64());
        let address = text(fields.address);
        let kind = Kind::parse(text(fields.kind));
        Ok(Hit {
            address: address.into(),
            kind: kind.ok_or_else(|| SearchError::damaged(format!("{address} has no kind")))?,
            soort: text(fields.soort).into(),
            nummer: text(fields.nummer).into(),
            title: text(fields.title).into(),
            subject: text(fields.subject).into(),
            date: date.and_then(|date| Timestamp::from_microsecond(date).ok()),
            snippet: highlighter.snippet(text(fields.body)),
            score,
        })
    }
}

/// Lets what is newer weigh a little more: two percent a year from 2000 on, so that of equal texts the
/// newest comes first, and no text comes before a clearly better one for being new.
///
/// It looks at the calendar, not at a clock: an answer does not change by itself.
fn favour_recent(segment: &SegmentReader) -> impl Fn(DocId, Score) -> Score + use<> {
    let dates = segment.fast_fields().i64(DATE).ok();
    move |document, score| {
        let date = dates.as_ref().and_then(|dates| dates.first(document));
        score * date.map_or(1.0, recency)
    }
}

fn recency(microseconds: i64) -> Score {
    const YEAR_2000: i64 = 946_684_800_000_000;
    const DAY: i64 = 86_400_000_000;
    // Upstream also has dates in the years 1 and 9999.
    const HALF_A_CENTURY: i64 = 18_262;
    let days = (microseconds.saturating_sub(YEAR_2000) / DAY).clamp(0, HALF_A_CENTURY);
    let years = f32::from(u16::try_from(days).unwrap_or_default()) / 365.25;
    1.0 + 0.02 * years
}

/// Counts the items of each kind.
struct KindCounter;

/// Counts the items of each kind in a segment, by the numbers that the segment gave to the kinds.
struct KindSegmentCounter {
    kinds: Option<StrColumn>,
    counts: Vec<u64>,
}

impl Collector for KindCounter {
    type Fruit = BTreeMap<Kind, u64>;
    type Child = KindSegmentCounter;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<KindSegmentCounter> {
        let kinds = segment.fast_fields().str(KIND)?;
        let number_of_kinds = kinds.as_ref().map_or(0, |kinds| kinds.num_terms());
        Ok(KindSegmentCounter { kinds, counts: vec![0; number_of_kinds] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<BTreeMap<Kind, u64>>) -> tantivy::Result<Self::Fruit> {
        let mut total = BTreeMap::new();
        for (kind, count) in segments.into_iter().flatten() {
            *total.entry(kind).or_default() += count;
        }
        Ok(total)
    }
}

impl SegmentCollector for KindSegmentCounter {
    type Fruit = BTreeMap<Kind, u64>;

    fn collect(&mut self, document: DocId, _: Score) {
        let kind = self.kinds.as_ref().and_then(|kinds| kinds.ords().first(document));
        let index = kind.and_then(|kind| usize::try_from(kind).ok());
        if let Some(count) = index.and_then(|index| self.counts.get_mut(index)) {
            *count += 1;
        }
    }

    fn harvest(self) -> BTreeMap<Kind, u64> {
        let Some(kinds) = self.kinds else { return BTreeMap::new() };
        let mut name = String::new();
        let counted = (0..).zip(self.counts).filter(|(_, count)| *count > 0);
        let named = counted.filter_map(|(number, count)| {
            kinds.ord_to_str(number, &mut name).ok()?;
            Some((Kind::parse(&name)?, count))
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Item;
    use crate::testing::{TestIndex, addresses, document, motions, request};

    #[test]
    fn inflected_forms_find_each_other() {
        let test = TestIndex::with(&motions());
        assert_eq!(test.find("verzoeken regeringen").len(), 3);
        assert_eq!(test.find("onderzoeken"), ["/document/2024D22526"]);
        assert_eq!(test.find("wet"), ["/document/2025D19046"]);
        assert_eq!(test.find("stopzet"), ["/document/2024D05695"]);
    }

    #[test]
    fn capitals_and_accents_make_no_difference() {
        let test = TestIndex::with(&motions());
        for query in ["Financiën", "financien", "FINANCIËN", "Financie\u{308}n", "\"financien\""]
        {
            assert_eq!(test.find(query), ["/document/2024D22526"], "{query}");
        }
        assert_eq!(test.find("Israel"), ["/document/2024D05695"]);
    }

    #[test]
    fn a_hyphen_may_be_there_or_not() {
        let test = TestIndex::with(&motions());
        for query in ["F-35", "F35", "f 35", "\"F-35 onderdelen\"", "F-35-onderdelen", "onderdeel"]
        {
            assert_eq!(test.find(query), ["/document/2024D05695"], "{query}");
        }
        assert_eq!(test.find("F-16"), [""; 0]);

        let test = TestIndex::with(&[
            document("/document/1", "goed wiskunde-onderwijs"),
            document("/document/2", "goed wiskundeonderwijs"),
        ]);
        for query in ["wiskunde-onderwijs", "wiskundeonderwijs"] {
            assert_eq!(test.find(query).len(), 2, "{query}");
        }
    }

    #[test]
    fn phrases_keep_to_the_order_and_the_form_of_their_words() {
        let test = TestIndex::with(&motions());
        assert_eq!(test.find("\"geen uitvoering te geven\""), ["/document/2025D41726"]);
        assert_eq!(test.find("\"uitvoering geen te geven\""), [""; 0]);
        assert_eq!(test.find("\"aangenomen moties\""), [""; 0]);
        assert_eq!(test.find("\"sport en cultuurfondsen\""), ["/document/2024D05258"]);
    }

    #[test]
    fn exclusions_alternatives_and_prefixes() {
        let test = TestIndex::with(&motions());
        assert_eq!(test.find("verzoekt -curriculum -budget"), ["/document/2025D41726"]);
        assert_eq!(test.find("-regering -kamer -minister"), ["/document/2024D05695"]);
        assert_eq!(test.find("curriculum OF sportclubs").len(), 2);
        assert_eq!(test.find("(curriculum OF sportclubs) kerndoelen").len(), 1);
        assert_eq!(test.find("-curriculum OF kerndoelen").len(), 6);
        assert_eq!(test.find("control*"), ["/document/2024D22526"]);
        assert_eq!(test.find("2024d0*").len(), 2);
    }

    #[test]
    fn numbers_and_names_are_found_as_they_are_written() {
        let test = TestIndex::with(&motions());
        let queries =
            ["2025D19046", "2025z08379", "kst-34104-439", "34104-439", "34 104", "Oosterkamp"];
        for query in queries {
            assert_eq!(test.find(query), ["/document/2025D19046"], "{query}");
        }
        assert_eq!(test.find("36800"), ["/document/2025D41726"]);
        assert_eq!(test.find("\"36 800, nr. 47\""), ["/document/2025D41726"]);
    }

    #[test]
    fn the_form_that_was_asked_ranks_above_another_one() {
        let test = TestIndex::with(&[
            document("/document/1", "de Kamer neemt de moties aan"),
            document("/document/2", "de Kamer neemt de motie aan"),
        ]);
        assert_eq!(test.find("moties"), ["/document/1", "/document/2"]);
        assert_eq!(test.find("motie"), ["/document/2", "/document/1"]);
    }

    #[test]
    fn titles_rank_above_texts_and_new_above_old() {
        let dated = |address: &str, date: &str| Item {
            date: Some(date.parse().unwrap()),
            ..document(address, "over stikstof en boeren")
        };
        let test = TestIndex::with(&[
            dated("/document/old", "2010-01-01T00:00:00Z"),
            dated("/document/year-one", "0001-01-01T00:00:00Z"),
            dated("/document/new", "2025-01-01T00:00:00Z"),
            Item { title: "Stikstof".into(), ..document("/document/title", "over boeren") },
        ]);
        assert_eq!(test.find("stikstof"), {
            ["/document/title", "/document/new", "/document/old", "/document/year-one"]
        });
    }

    #[test]
    fn the_newest_first_and_the_undated_last() {
        let mut items = motions();
        items.insert(0, document("/document/undated", "verzoekt de regering"));
        let test = TestIndex::with(&items);
        let newest = Request { sort: Sort::Newest, ..request("verzoekt") };
        assert_eq!(
            addresses(&test.index.search(&newest).unwrap().hits),
            [
                "/document/2025D41726",
                "/document/2025D19046",
                "/document/2024D46200",
                "/document/undated",
            ]
        );
    }

    #[test]
    fn totals_are_exact_and_pages_join_up() {
        let items: Vec<Item> =
            (0..250).map(|number| document(&format!("/document/{number}"), "stikstof")).collect();
        let test = TestIndex::with(&items);
        for sort in [Sort::Relevance, Sort::Newest] {
            let mut seen = std::collections::BTreeSet::new();
            for offset in [0, 100, 200, 300] {
                let page = Request { sort, offset, limit: 1_000, ..request("stikstof") };
                let answer = test.index.search(&page).unwrap();
                assert_eq!(answer.total, 250);
                seen.extend(addresses(&answer.hits));
            }
            assert_eq!(seen.len(), 250);
        }
        let far = Request { offset: usize::MAX, ..request("stikstof") };
        assert_eq!(test.index.search(&far).unwrap().hits, []);
        let none = Request { limit: 0, ..request("stikstof") };
        assert_eq!(test.index.search(&none).unwrap().total, 250);
    }

    #[test]
    fn kinds_are_counted_before_they_are_filtered() {
        let of_kind = |kind: Kind, address: &str| Item { kind, ..document(address, "stikstof") };
        let test = TestIndex::with(&[
            of_kind(Kind::Document, "/document/1"),
            of_kind(Kind::Document, "/document/2"),
            of_kind(Kind::Zaak, "/zaak/1"),
            of_kind(Kind::Verslag, "/verslag/1"),
        ]);
        let wanted = Request { kinds: vec![Kind::Zaak, Kind::Verslag], ..request("stikstof") };
        let answer = test.index.search(&wanted).unwrap();
        assert_eq!((answer.total, answer.hits.len()), (2, 2));
        assert!(answer.hits.iter().all(|hit| hit.kind != Kind::Document));
        let expected = [(Kind::Document, 2), (Kind::Zaak, 1), (Kind::Verslag, 1)];
        assert_eq!(answer.kinds, BTreeMap::from(expected));
    }

    #[test]
    fn a_hit_shows_what_it_is_and_why() {
        let test = TestIndex::with(&motions());
        let answer = test.index.search(&request("afspraak verzoeken")).unwrap();
        let [hit] = answer.hits.as_slice() else { panic!("{:?}", answer.hits) };
        assert_eq!((hit.kind, hit.soort.as_str()), (Kind::Document, "Motie"));
        assert_eq!((hit.nummer.as_str(), hit.title.as_str()), ("2025D19046", "Langdurige zorg"));
        assert!(hit.subject.starts_with("Motie van het lid Rikkers-Oosterkamp"));
        assert_eq!(hit.date.unwrap().to_string(), "2025-04-23T22:00:00Z");
        let shown: Vec<&str> =
            hit.snippet.iter().filter(|each| each.hit).map(|each| each.text.as_str()).collect();
        assert_eq!(shown, ["verzoekt", "afspraken"]);
    }

    #[test]
    fn hostile_queries_are_answered_quickly() {
        let test = TestIndex::with(&motions());
        let hostile = [
            String::new(),
            "motie ".repeat(2_000),
            "(".repeat(1_000),
            "(motie OF ".repeat(1_000),
            "OF EN NIET - * ( ) \"".into(),
            "re* ".repeat(60),
            "\"de\" ".repeat(60),
            format!("\"{}\"", "de Kamer ".repeat(100)),
            "a-".repeat(400),
            "😀".repeat(500),
            "motie\0\0moties".into(),
        ];
        for query in hostile {
            let answer = test.index.search(&request(&query)).unwrap();
            assert!(answer.took < Duration::from_secs(1), "{query}: {:?}", answer.took);
        }
        assert_eq!(test.find("motie\0curriculum"), ["/document/2024D46200"]);
        assert_eq!(test.find(""), [""; 0]);
    }
}
