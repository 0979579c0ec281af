//! From a query to an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, ConstScoreQuery, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, Order, Score, Searcher, TantivyDocument, Term};

use crate::facets::{Counter, Counts};
use crate::fold::Fingerprint;
use crate::index::Generation;
use crate::schema::{DATE, Facet, Fields};
use crate::snippet::{Fragment, Highlighter};
use crate::translation::{Translation, plain_words};
use crate::{Kind, Query, Result, SearchError, SearchIndex, calendar, relevance};

/// The most hits that one answer contains.
pub const MAX_LIMIT: usize = 100;
/// How deep one can leaf: beyond, a reader is better served by more words.
pub const MAX_DEPTH: usize = 10_000;

/// If fewer items than this have all words, those that have some of them are found too.
const FEW: u64 = 10;

/// Of more items than this, only those are ranked that have the word in the title, if these fill all
/// pages that one can leaf through.
const MANY: u64 = 50_000;

/// What is asked of the index.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to search for.
    pub query: Query,
    /// What else it has to be.
    pub filters: Filters,
    /// Which hits come first.
    pub sort: Sort,
    /// How many hits to skip, less than [`MAX_DEPTH`].
    pub offset: usize,
    /// How many hits to give, [`MAX_LIMIT`] at most.
    pub limit: usize,
}

/// What hits have to be, besides matching the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Of these facets one of these values.
    pub values: BTreeMap<Facet, Vec<String>>,
    /// From this day on.
    pub from: Option<Date>,
    /// Until this day, included.
    pub until: Option<Date>,
    /// On this page; see [`Item::page`](crate::Item::page).
    pub page: Option<String>,
}

impl Filters {
    /// Those that do not concern this facet.
    fn without(&self, facet: Facet) -> Self {
        let mut filters = self.clone();
        filters.values.remove(&facet);
        filters
    }

    /// The same, and from one day until another at the most.
    pub fn within(&self, (from, until): (Date, Date)) -> Self {
        Self {
            from: self.from.max(Some(from)),
            until: Some(self.until.map_or(until, |own| own.min(until))),
            ..self.clone()
        }
    }

    fn without_dates(&self) -> Self {
        Self { from: None, until: None, ..self.clone() }
    }

    fn has_dates(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }
}

/// The order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The best first.
    Relevance,
    /// The newest first, those without a date last.
    Newest,
    /// The oldest first, those without a date last.
    Oldest,
}

/// What the index has for a [`Request`].
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// How many items there are in all, exactly.
    pub total: u64,
    /// How many there are with each value, whatever values of that same facet were asked for; the most
    /// first.
    pub facets: BTreeMap<Facet, Vec<(String, u64)>>,
    /// How many there are of each month, whatever dates were asked for.
    pub months: Vec<Month>,
    /// The hits asked for.
    pub hits: Vec<Hit>,
    /// If few items have all words: that there are also items with some of them.
    pub partial: Option<Partial>,
    /// For the reader, in Dutch: what was searched in another way than was asked.
    pub notices: Vec<String>,
    /// How long it took.
    #[serde(skip)]
    pub took: Duration,
}

/// That not everything that was found has all words. What has them comes first, unless it is sorted by
/// date. What has all parts of a compound, or one in its title,
/// passes for having the compound here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Partial {
    /// How many items have all words.
    pub with_all: u64,
    /// How many of the words every item has at least.
    pub least: usize,
}

/// What was found of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Month {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: i64,
    /// How many.
    pub count: u64,
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
    /// Its title, with what was asked for in it.
    #[serde(skip)]
    pub marked_title: Vec<Fragment>,
    /// Its subject, likewise.
    #[serde(skip)]
    pub marked_subject: Vec<Fragment>,
    /// The dossiers to which it belongs.
    pub dossiers: Vec<String>,
    /// Its date.
    pub date: Option<Timestamp>,
    /// The passage of its text that shows best why it was found.
    pub snippet: Vec<Fragment>,
    /// The page on which that passage is, of a paged file.
    pub page: Option<usize>,
    /// How well it fits; 0 if the answer is not sorted by that.
    #[serde(skip)]
    pub score: Score,
    #[serde(skip)]
    pub(crate) fingerprint: Fingerprint,
}

impl SearchIndex {
    /// Answers a request, from everything that was committed.
    pub fn search(&self, request: &Request) -> Result<Answer> {
        let started = Instant::now();
        let generation = self.serving();
        let searcher = generation.reader.searcher();
        let search = Search { generation: &generation, searcher: &searcher, request };
        let mut answer = search.answer()?;
        generation.columns.let_go(&searcher);
        answer.took = started.elapsed();
        Ok(answer)
    }
}

/// The answering of one request.
struct Search<'r> {
    generation: &'r Generation,
    searcher: &'r Searcher,
    request: &'r Request,
}

type IndexQuery = Box<dyn tantivy::query::Query>;

impl Search<'_> {
    fn answer(&self) -> Result<Answer> {
        let Request { query, filters, .. } = self.request;
        let fields = self.generation.fields;
        let translation = Translation::new(self.searcher, fields, query);

        let with_all = translation.matching(query);
        let mut matching = with_all.box_clone();
        let mut counts = self.count(matching.box_clone(), filters)?;
        // Little has all words: then also what has all but one, or else any.
        let mut partial = None;
        let words = plain_words(query);
        for least in [words.saturating_sub(1).max(1), 1] {
            if counts.total < FEW && words > 0 {
                let all = partial.map_or(counts.total, |partial: Partial| partial.with_all);
                let most = translation.matching_most(query, least);
                let more = self.count(most.box_clone(), filters)?;
                if more.total > counts.total {
                    (matching, counts) = (most, more);
                    partial = Some(Partial { with_all: all, least });
                }
            }
        }

        let limit = self.request.limit.min(MAX_LIMIT);
        let total = usize::try_from(counts.total).unwrap_or(usize::MAX);
        // Which also bounds the memory that a large offset takes.
        let is_past_the_end = self.request.offset >= total.min(MAX_DEPTH);
        let hits = if is_past_the_end || limit == 0 {
            Vec::new()
        } else {
            let first = partial.map(|_| with_all);
            let ranked = self.ranked(&translation, &matching, counts.total)?;
            self.hits(&translation, ranked, first, limit)?
        };
        let mut notices = Vec::new();
        if translation.was_cut() {
            notices.push(
                "Er zijn erg veel woorden die beginnen zoals u vraagt; ik heb gezocht op de meest \
                 gebruikte. Typ meer letters voor het sterretje om alles te vinden."
                    .to_owned(),
            );
        }
        let facets = self.facets(&matching, &counts)?;
        let months = self.months(&matching, &counts)?;
        let Counts { total, .. } = counts;
        let took = Duration::ZERO;
        Ok(Answer { total, facets, months, hits, partial, notices, took })
    }

    /// Counts what matches and passes the filters: the total, and what no filter concerns.
    fn count(&self, matching: IndexQuery, filters: &Filters) -> Result<Counts> {
        let is_free = |facet: &Facet| !filters.values.contains_key(facet);
        let facets = Facet::ALL.into_iter().filter(is_free).collect();
        let counter = self.counter(facets, !filters.has_dates());
        Ok(self.searcher.search(&filtered(matching, filters, &self.generation.fields), &counter)?)
    }

    /// What the hits are chosen from: what matches, or of a very common word what has it in its title.
    fn ranked(
        &self,
        translation: &Translation<'_>,
        matching: &IndexQuery,
        total: u64,
    ) -> Result<IndexQuery> {
        let Request { query, filters, sort, .. } = self.request;
        if total > MANY
            && *sort == Sort::Relevance
            && let Some(titled) = translation.titled(query)
        {
            let both: IndexQuery =
                Box::new(BooleanQuery::intersection(vec![matching.box_clone(), titled]));
            let counter = self.counter(Vec::new(), false);
            let narrow = filtered(both.box_clone(), filters, &self.generation.fields);
            let depth = u64::try_from(MAX_DEPTH).unwrap_or(u64::MAX);
            if self.searcher.search(&narrow, &counter)?.total >= depth {
                return Ok(both);
            }
        }
        Ok(matching.box_clone())
    }

    fn counter(&self, facets: Vec<Facet>, months: bool) -> Counter<'_> {
        Counter { columns: &self.generation.columns, facets, months }
    }

    /// The values of each facet. Those of a facet that was chosen from are counted as if it was not, so
    /// that the reader sees what else there is.
    fn facets(
        &self,
        matching: &IndexQuery,
        counts: &Counts,
    ) -> Result<BTreeMap<Facet, Vec<(String, u64)>>> {
        let filters = &self.request.filters;
        let mut facets = BTreeMap::new();
        for facet in Facet::ALL {
            let of_facet = match filters.values.get(&facet) {
                None => counts.facets.get(&facet).cloned().unwrap_or_default(),
                Some(_) => {
                    let others = filters.without(facet);
                    let query = filtered(matching.box_clone(), &others, &self.generation.fields);
                    let counter = self.counter(vec![facet], false);
                    let mut counts = self.searcher.search(&query, &counter)?;
                    counts.facets.remove(&facet).unwrap_or_default()
                }
            };
            let mut values: Vec<(String, u64)> = of_facet.into_iter().collect();
            values.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
            facets.insert(facet, values);
        }
        Ok(facets)
    }

    fn months(&self, matching: &IndexQuery, counts: &Counts) -> Result<Vec<Month>> {
        let filters = &self.request.filters;
        let by_number = if filters.has_dates() {
            let others = filters.without_dates();
            let query = filtered(matching.box_clone(), &others, &self.generation.fields);
            let counter = self.counter(Vec::new(), true);
            self.searcher.search(&query, &counter)?.months
        } else {
            counts.months.clone()
        };
        let month = |(number, count): (i64, u64)| Month {
            year: number.div_euclid(12),
            month: number.rem_euclid(12) + 1,
            count,
        };
        Ok(by_number.into_iter().map(month).collect())
    }

    fn hits(
        &self,
        translation: &Translation<'_>,
        matching: IndexQuery,
        first: Option<IndexQuery>,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        let Request { query, filters, sort, offset, .. } = self.request;
        let fields = &self.generation.fields;
        let matching = filtered(matching, filters, fields);
        // What has only the parts of a compound should show these.
        let is_partial = first.is_some();
        let page = TopDocs::with_limit(limit).and_offset(*offset);
        let found: Vec<(Score, DocAddress)> = match sort {
            Sort::Relevance => {
                let scored = translation.scored(query, matching, first);
                self.searcher.search(&scored, &page.tweak_score(relevance::worth))?
            }
            Sort::Newest | Sort::Oldest => {
                let order = if *sort == Sort::Newest { Order::Desc } else { Order::Asc };
                let by_date = page.order_by_fast_field::<i64>(DATE, order);
                let dated = self.searcher.search(&matching, &by_date)?;
                dated.into_iter().map(|(_, document)| (0.0, document)).collect()
            }
        };
        let mut highlighter = Highlighter::new(query);
        if is_partial {
            highlighter.want_parts(query);
        }
        let hits = found.into_iter().map(|(score, document)| {
            let document: TantivyDocument = self.searcher.doc(document)?;
            hit(fields, &document, score, &mut highlighter)
        });
        hits.collect()
    }
}

/// A stored item as a hit.
pub(crate) fn hit(
    fields: &Fields,
    document: &TantivyDocument,
    score: Score,
    highlighter: &mut Highlighter,
) -> Result<Hit> {
    let text = |field: Field| {
        document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default()
    };
    let number = |field: Field| {
        document.get_first(field).and_then(|value| value.as_u64()).unwrap_or_default()
    };
    let date = document.get_first(fields.date).and_then(|value| value.as_i64());
    let address = text(fields.address);
    let kind = Kind::parse(text(fields.column(Facet::Kind)));
    let passage = highlighter.passage(text(fields.body));
    Ok(Hit {
        address: address.into(),
        kind: kind.ok_or_else(|| SearchError::damaged(format!("{address} has no kind")))?,
        soort: text(fields.column(Facet::Soort)).into(),
        nummer: text(fields.nummer).into(),
        title: text(fields.title).into(),
        subject: text(fields.subject).into(),
        marked_title: highlighter.mark(text(fields.title)),
        marked_subject: highlighter.mark(text(fields.subject)),
        dossiers: document
            .get_all(fields.column(Facet::Dossier))
            .filter_map(|value| value.as_str().map(String::from))
            .collect(),
        date: date.and_then(|date| Timestamp::from_microsecond(date).ok()),
        snippet: passage.fragments,
        page: passage.page,
        score,
        fingerprint: Fingerprint { group: number(fields.group), text: number(fields.fingerprint) },
    })
}

/// What matches and passes the filters.
pub(crate) fn filtered(matching: IndexQuery, filters: &Filters, fields: &Fields) -> IndexQuery {
    let mut parts = vec![matching];
    for (facet, values) in &filters.values {
        let column = fields.column(*facet);
        let values: BTreeSet<&String> = values.iter().collect();
        let one_of = values.into_iter().map(|value| {
            let term = Term::from_field_text(column, value);
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as IndexQuery
        });
        parts.push(without_score(BooleanQuery::union(one_of.collect())));
    }
    if let Some(page) = &filters.page {
        let term = Term::from_field_text(fields.page, page);
        parts.push(without_score(TermQuery::new(term, IndexRecordOption::Basic)));
    }
    if filters.has_dates() {
        let bound = |moment| Term::from_field_i64(fields.date, moment);
        let from = filters
            .from
            .map_or(Bound::Unbounded, |from| Bound::Included(bound(calendar::start(from))));
        let until = filters
            .until
            .map_or(Bound::Unbounded, |until| Bound::Excluded(bound(calendar::end(until))));
        parts.push(without_score(RangeQuery::new(from, until)));
    }
    if parts.len() == 1 {
        parts.swap_remove(0)
    } else {
        Box::new(BooleanQuery::intersection(parts))
    }
}

fn without_score(query: impl tantivy::query::Query) -> IndexQuery {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestIndex, addresses, document, motions, request};
    use crate::{Item, Label};

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
        let kinds = vec!["zaak".to_owned(), "verslag".to_owned()];
        let values = [(Facet::Kind, kinds)].into();
        let filters = Filters { values, ..Filters::default() };
        let answer = test.index.search(&Request { filters, ..request("stikstof") }).unwrap();
        assert_eq!((answer.total, answer.hits.len()), (2, 2));
        assert!(answer.hits.iter().all(|hit| hit.kind != Kind::Document));
        let counted = |facet| counts(&answer, facet);
        assert_eq!(counted(Facet::Kind), "document 2, verslag 1, zaak 1");
    }

    /// The values of a facet with their counts, as they are shown.
    fn counts(answer: &Answer, facet: Facet) -> String {
        let counts = answer.facets[&facet].iter().map(|(value, count)| format!("{value} {count}"));
        counts.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn facets_count_all_that_matches_each_as_if_it_was_not_chosen_from() {
        let item = |number: usize, fractie: &str, date: &str| Item {
            fracties: vec![fractie.into()],
            dossiers: vec!["36800-XVI".into(), "36800-XVI".into()],
            date: Some(date.parse().unwrap()),
            ..document(&format!("/document/{number}"), "stikstof")
        };
        let mut items: Vec<Item> =
            (0..300).map(|number| item(number, "SP", "2024-03-31T22:00:00Z")).collect();
        items.extend((300..400).map(|number| item(number, "VVD", "2025-06-01T00:00:00Z")));
        let test = TestIndex::with(&items);

        let answer = test.index.search(&request("stikstof")).unwrap();
        assert_eq!(answer.total, 400);
        assert_eq!(counts(&answer, Facet::Fractie), "SP 300, VVD 100");
        assert_eq!(counts(&answer, Facet::Dossier), "36800-XVI 400");
        let months = [
            // The last hours of March, in London; in Amsterdam it was April.
            Month { year: 2024, month: 4, count: 300 },
            Month { year: 2025, month: 6, count: 100 },
        ];
        assert_eq!(answer.months, months);

        let values = [(Facet::Fractie, vec!["VVD".to_owned()])].into();
        let until = Some(Date::constant(2025, 12, 31));
        let from = Some(Date::constant(2025, 1, 1));
        let filters = Filters { values, from, until, page: None };
        let answer = test.index.search(&Request { filters, ..request("stikstof") }).unwrap();
        assert_eq!(answer.total, 100);
        assert_eq!(counts(&answer, Facet::Fractie), "VVD 100");
        assert_eq!(counts(&answer, Facet::Dossier), "36800-XVI 100");
        assert_eq!(answer.months, [Month { year: 2025, month: 6, count: 100 }]);
    }

    #[test]
    fn a_page_is_searched_by_itself() {
        let test = TestIndex::with(&[
            document("/verslag/1#s-a", "stikstof"),
            document("/verslag/2#s-a", "stikstof"),
        ]);
        let filters = Filters { page: Some("/verslag/2".into()), ..Filters::default() };
        let answer = test.index.search(&Request { filters, ..request("stikstof") }).unwrap();
        assert_eq!(addresses(&answer.hits), ["/verslag/2#s-a"]);
    }

    #[test]
    fn what_has_several_values_counts_for_each() {
        let of = |number: usize, fracties: &[&str]| Item {
            fracties: fracties.iter().map(|name| Label::from(*name)).collect(),
            ..document(&format!("/document/{number}"), "stikstof")
        };
        for items in [
            vec![of(1, &["SP"]), of(2, &["SP"])],
            vec![of(1, &[]), of(2, &["SP", "VVD"]), of(3, &["SP"])],
            vec![of(1, &["SP", "VVD"]), of(2, &[]), of(3, &["SP"])],
            vec![of(1, &["SP"]), of(2, &[]), of(3, &[]), of(4, &["VVD", "SP"])],
        ] {
            let test = TestIndex::with(&items);
            let answer = test.index.search(&request("stikstof")).unwrap();
            let vvd = if items.len() > 2 { ", VVD 1" } else { "" };
            assert_eq!(counts(&answer, Facet::Fractie), format!("SP 2{vvd}"));
            // Also after a second segment came, with other numbers for the values.
            let mut writer = test.writer();
            writer.put("/document/9", &[of(9, &["CDA", "SP"])]).unwrap();
            writer.commit(2).unwrap();
            let answer = test.index.search(&request("stikstof")).unwrap();
            assert_eq!(counts(&answer, Facet::Fractie), format!("SP 3, CDA 1{vvd}"));
        }
    }

    #[test]
    fn fields_are_asked_for_in_the_query() {
        let test = TestIndex::with(&[
            Item {
                soort: "Motie (gewijzigd/nader)".into(),
                title: "De huur".into(),
                fracties: vec![Label::or("GroenLinks-PvdA", "GL-PvdA")],
                indieners: vec!["Michiel van Nispen".into()],
                personen: vec!["Michiel van Nispen".into(), "Mona Keijzer".into()],
                ministeries: vec![Label::or("VRO", "Volkshuisvesting en Ruimtelijke Ordening")],
                commissies: vec!["VRO".into()],
                dossiers: vec!["36800-XXII".into()],
                status: vec!["open".into(), "Vrijgegeven".into()],
                date: Some("2024-06-30T20:00:00Z".parse().unwrap()),
                ..document("/document/1", "wonen")
            },
            Item {
                date: Some("2024-07-01T20:00:00Z".parse().unwrap()),
                ..document("/document/2", "wonen en huur")
            },
        ]);
        for query in [
            "soort:motie",
            "soort:moties",
            "soort:\"motie gewijzigd\"",
            "fractie:groenlinks-pvda",
            "fractie:GL-PvdA",
            "fractie:PvdA",
            "indiener:\"van Nispen\"",
            "indiener:\"Nispen van\"",
            "persoon:Keijzer",
            "ministerie:VRO",
            "ministerie:volkshuisvesting",
            "commissie:vro",
            "dossier:36800",
            "dossier:36800-XXII",
            "dossier:36 800-XXII",
            "status:open",
            "wonen tot:2024-06-30",
            "wonen -van:2024-07",
            "huur in:titel",
            "soort:document tot:2024-06",
        ] {
            assert_eq!(test.find(query), ["/document/1"], "{query}");
        }
        for query in
            ["indiener:Keijzer", "fractie:SP", "wonen in:titel", "van:2025", "dossier:36801"]
        {
            assert_eq!(test.find(query), [""; 0], "{query}");
        }
        assert_eq!(test.find("wonen van:2024 tot:2024").len(), 2);
    }

    #[test]
    fn near_is_near_in_any_order_and_no_further() {
        let test = TestIndex::with(&[
            document("/document/1", "de boeren en de stikstof"),
            document("/document/2", "stikstof van boeren"),
            document("/document/3", "stikstof is voor een heel aantal van de boeren een last"),
        ]);
        assert_eq!(test.find("NEAR(stikstof boeren, 1)"), ["/document/2"]);
        assert_eq!(test.find("NEAR(stikstof boeren, 2)").len(), 2);
        assert_eq!(test.find("NEAR(boeren stikstof, 2)").len(), 2);
        assert_eq!(test.find("NEAR(boeren stikstof, 7)").len(), 3);
        assert_eq!(test.find("NEAR(boeren stikstof last, 12)"), ["/document/3"]);
    }

    #[test]
    fn compounds_are_found_in_one_word_and_in_two() {
        let test = TestIndex::with(&[
            document("/document/1", "het wiskundeonderwijs"),
            document("/document/2", "het wiskunde-onderwijs"),
            document("/document/3", "het wiskunde onderwijs"),
            document("/document/4", "onderwijs in de wiskunde"),
        ]);
        for query in ["wiskundeonderwijs", "wiskunde-onderwijs"] {
            let answer = test.index.search(&request(query)).unwrap();
            // What has both parts somewhere comes last, and as something that is only like it.
            assert_eq!(answer.partial, Some(Partial { with_all: 3, least: 1 }), "{query}");
            let last = answer.hits.last().unwrap();
            let shown = last.snippet.iter().filter(|it| it.hit).map(|it| it.text.as_str());
            assert_eq!(shown.collect::<Vec<_>>(), ["onderwijs", "wiskunde"]);
            let mut found = addresses(&answer.hits);
            assert_eq!(found.pop().as_deref(), Some("/document/4"), "{query}");
            found.sort();
            assert_eq!(found, ["/document/1", "/document/2", "/document/3"], "{query}");
        }
        assert_eq!(test.find("wiskunde onderwijs").len(), 4);
        assert_eq!(test.find("onderwijs").len(), 4);
        assert_eq!(test.find("=wiskundeonderwijs"), ["/document/1", "/document/2"]);
        assert_eq!(test.find("wiskundeonderwijs")[0], "/document/1", "as it was asked comes first");
    }

    #[test]
    fn a_plain_question_finds_something_sensible() {
        let test = TestIndex::with(&[
            document("/document/1", "de huurprijzen gaan omhoog"),
            document("/document/2", "de zorgpremie gaat omhoog"),
            document("/document/3", "een brief"),
        ]);
        assert_eq!(test.find("wat doet u met de huurprijzen en de zorgpremie?").len(), 2);
        let answer = test.index.search(&request("wanneer is er een stemming over huurprijzen"));
        let answer = answer.unwrap();
        assert_eq!((answer.total, answer.partial), (1, Some(Partial { with_all: 0, least: 1 })));
        assert_eq!(test.find("een").len(), 1, "without other words it counts");
        assert_eq!(test.index.search(&request("huurprijzen")).unwrap().partial, None);
        // Who writes EN wants all words or nothing, and so does who asks for more than words.
        for query in ["huurprijzen EN zorgpremie", "huurprijzen \"zorgpremie\""] {
            assert_eq!(test.find(query), [""; 0], "{query}");
        }
    }

    #[test]
    fn what_has_all_words_comes_before_what_has_some() {
        let test = TestIndex::with(&[
            document("/document/1", "stikstof stikstof stikstof"),
            document("/document/2", &format!("stikstof {} boeren", "en zo voort ".repeat(50))),
        ]);
        let answer = test.index.search(&request("stikstof boeren")).unwrap();
        assert_eq!(addresses(&answer.hits), ["/document/2", "/document/1"]);
        assert_eq!(answer.partial, Some(Partial { with_all: 1, least: 1 }));
        assert_eq!(test.find("stikstof EN boeren"), ["/document/2"]);
    }

    #[test]
    fn two_words_are_also_found_as_one() {
        let test = TestIndex::with(&[document("/document/1", "de Ruslandstrategie")]);
        assert_eq!(test.find("Rusland strategie"), ["/document/1"]);
        assert_eq!(test.find("Rusland EN strategie"), ["/document/1"]);
    }

    #[test]
    fn a_beginning_of_very_many_words_is_bounded_and_says_so() {
        let words: Vec<String> = (0..600).map(|number| format!("stik{number:03}")).collect();
        let test = TestIndex::with(&[
            document("/document/1", &words.join(" ")),
            document("/document/2", "stikstof stik001"),
        ]);
        let answer = test.index.search(&request("stik*")).unwrap();
        assert_eq!((answer.total, answer.notices.len()), (2, 1));
        assert_eq!(test.index.search(&request("stiks*")).unwrap().notices, [""; 0]);
    }

    #[test]
    fn a_hit_shows_what_it_is_and_why() {
        let test = TestIndex::with(&motions());
        let answer = test.index.search(&request("afspraak EN verzoeken")).unwrap();
        let [hit] = answer.hits.as_slice() else { panic!("{:?}", answer.hits) };
        assert_eq!((hit.kind, hit.soort.as_str()), (Kind::Document, "Motie"));
        assert_eq!((hit.nummer.as_str(), hit.title.as_str()), ("2025D19046", "Langdurige zorg"));
        assert!(hit.subject.starts_with("Motie van het lid Rikkers-Oosterkamp"));
        let marked: Vec<&str> =
            hit.marked_subject.iter().filter(|it| it.hit).map(|it| it.text.as_str()).collect();
        assert_eq!(marked, ["afspraken"]);
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
        assert_eq!(test.find("motie\0curriculum")[0], "/document/2024D46200");
        assert_eq!(test.find(""), [""; 0]);
    }
}
