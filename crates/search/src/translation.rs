//! From a reader's query to tantivy's.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Bound;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as IndexField, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use crate::lookup::{Lookup, Lookups};
use crate::query::{Clause, Field};
use crate::schema::{Facet, Fields};
use crate::{Query, calendar, dutch, relevance};

type IndexQuery = Box<dyn tantivy::query::Query>;

/// The most words that a beginning ("in*") stands for. There are always more numbers and names that
/// begin so than anybody wants; those that are there most often are what counts.
const MAX_PREFIX_TERMS: usize = 500;

/// Translates queries, each into two: what matches, and what makes a match better.
pub(crate) struct Translation<'s> {
    searcher: &'s Searcher,
    fields: Fields,
    lookups: Lookups,
    /// Whether every word has to be in the title.
    in_title: bool,
    /// Whether a prefix stood for more words than are looked for.
    cut: Cell<bool>,
}

impl<'s> Translation<'s> {
    pub(crate) fn new(searcher: &'s Searcher, fields: Fields, query: &Query) -> Self {
        let in_title =
            query.clauses().iter().any(|clause| matches!(clause, Clause::Field(Field::In, _)));
        Self { searcher, fields, lookups: Lookups::new(), in_title, cut: Cell::new(false) }
    }

    /// Whether a beginning stood for more words than were looked for.
    pub(crate) fn was_cut(&self) -> bool {
        self.cut.get()
    }

    /// What matches.
    pub(crate) fn matching(&self, query: &Query) -> IndexQuery {
        query.root().map_or_else(|| Box::new(EmptyQuery) as IndexQuery, |root| self.clause(root))
    }

    /// What matches at least so many of the words of a [plain](Query::is_plain) query.
    pub(crate) fn matching_most(&self, query: &Query, least: usize) -> IndexQuery {
        let words = required(query.clauses()).into_iter();
        let words = words.map(|word| (Occur::Should, self.with_parts(word))).collect();
        Box::new(BooleanQuery::with_minimum_required_clauses(words, least))
    }

    /// What matches a word; or else all parts of which it is made, wherever they are; or one of them in
    /// the title, which then says what the item is about.
    fn with_parts(&self, word: &Clause) -> IndexQuery {
        let mut ways = vec![self.clause(word)];
        if let Clause::Word(word) = word {
            let stems = self.lookups.part_stems(word);
            let all: Vec<IndexQuery> =
                stems.iter().map(|stem| term(self.fields.any, stem)).collect();
            if !all.is_empty() {
                ways.push(Box::new(BooleanQuery::intersection(all)));
            }
            ways.extend(stems.iter().map(|stem| term(self.fields.title_stemmed, stem)));
        }
        union(ways)
    }

    /// What matches, with a score: everything that may make it better is optional. `first` is what
    /// comes before all else.
    pub(crate) fn scored(
        &self,
        query: &Query,
        matching: IndexQuery,
        first: Option<IndexQuery>,
    ) -> IndexQuery {
        let mut parts: Vec<(Occur, IndexQuery)> =
            vec![(Occur::Must, Box::new(ConstScoreQuery::new(matching, 0.01)))];
        if let Some(first) = first {
            let first = ConstScoreQuery::new(first, relevance::FIRST);
            parts.push((Occur::Should, Box::new(first)));
        }
        if let Some(name) = self.whole_name(query) {
            let named = Box::new(ConstScoreQuery::new(name, relevance::KNOWN_AS));
            parts.push((Occur::Should, named));
        }
        let mut better = Vec::new();
        if let Some(root) = query.root() {
            self.score(root, &mut better);
        }
        self.score_pairs(query, &mut better);
        parts.extend(better.into_iter().map(|query| (Occur::Should, query)));
        Box::new(BooleanQuery::new(parts))
    }

    /// What has the words of the query as its name, if it is nothing but words.
    fn whole_name(&self, query: &Query) -> Option<IndexQuery> {
        let words = query.clauses().iter().map(|clause| match clause {
            Clause::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let words: Vec<&str> = words.collect::<Option<_>>()?;
        let name = dutch::whole_name(&words.join(" "))?;
        Some(term(self.fields.known_as, &name))
    }

    fn clause(&self, clause: &Clause) -> IndexQuery {
        match clause {
            Clause::All(clauses) => self.all(clauses),
            Clause::Any(clauses) => union(clauses.iter().map(|it| self.clause(it)).collect()),
            Clause::Not(_) => self.all(std::slice::from_ref(clause)),
            Clause::Near(words, distance) => self.near(words, *distance),
            Clause::Field(field, value) => self.field(*field, value),
            Clause::Word(_) | Clause::Exact(_) | Clause::Phrase(_) | Clause::Prefix(_) => {
                self.leaf(clause)
            }
        }
    }

    fn part(&self, clause: &Clause) -> (Occur, IndexQuery) {
        match clause {
            Clause::Not(excluded) => (Occur::MustNot, self.clause(excluded)),
            clause => (Occur::Must, self.clause(clause)),
        }
    }

    fn all(&self, clauses: &[Clause]) -> IndexQuery {
        let required = required(clauses);
        let mut parts: Vec<_> = required.iter().map(|clause| self.part(clause)).collect();
        // "Rusland strategie" is also written in one word, which has both.
        let fields = &self.fields;
        let field = if self.in_title { fields.title_stemmed } else { fields.any };
        for joined in self.lookups.joined(&required) {
            for part in [joined.at, joined.at + 1] {
                if let Some((Occur::Must, query)) = parts.get_mut(part) {
                    let alone = std::mem::replace(query, Box::new(EmptyQuery));
                    *query = union(vec![alone, term(field, &joined.stem)]);
                }
            }
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            // Tantivy excludes from what matches otherwise, which would be nothing.
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        Box::new(BooleanQuery::new(parts))
    }

    fn leaf(&self, leaf: &Clause) -> IndexQuery {
        let fields = &self.fields;
        let places: &[IndexField] = if self.in_title {
            &[fields.title_exact]
        } else {
            &[fields.labels_exact, fields.title_exact, fields.subject_exact, fields.body_exact]
        };
        let lookups = self.lookups.of(leaf);
        let has_stem = lookups.iter().any(|lookup| matches!(lookup, Lookup::Stem(_)));
        let mut ways: Vec<IndexQuery> = Vec::new();
        for lookup in &lookups {
            match lookup {
                Lookup::Stem(stem) if self.in_title => ways.push(term(fields.title_stemmed, stem)),
                Lookup::Part(stem) if self.in_title => {
                    ways.push(term(fields.title_stemmed, &dutch::marked(stem)));
                }
                Lookup::Stem(stem) => ways.push(term(fields.any, stem)),
                // `any` has it under the stem.
                Lookup::Part(_) => {}
                // Whoever has the exact form of a word has its stem too.
                Lookup::Exact(words) if has_stem && words.len() == 1 => {}
                Lookup::Exact(words) => {
                    ways.extend(places.iter().map(|place| sequence(*place, words)));
                }
                Lookup::Prefix(beginning) => {
                    ways.extend(places.iter().map(|place| self.prefix(*place, beginning)));
                }
            }
        }
        union(ways)
    }

    /// Each two of the words near each other, in any order.
    fn near(&self, words: &[String], distance: u32) -> IndexQuery {
        let fields = &self.fields;
        let places: &[IndexField] = if self.in_title {
            &[fields.title_exact]
        } else {
            &[fields.title_exact, fields.subject_exact, fields.body_exact]
        };
        let readings: Vec<Vec<String>> = words
            .iter()
            .filter_map(|word| self.lookups.readings(word).into_iter().next())
            .collect();
        let near_in = |place: IndexField| {
            let mut pairs = Vec::new();
            for (position, one) in readings.iter().enumerate() {
                for other in readings.iter().skip(position + 1) {
                    pairs.push(near_pair(place, one, other, distance));
                }
            }
            Box::new(BooleanQuery::intersection(pairs)) as IndexQuery
        };
        union(places.iter().map(|place| near_in(*place)).collect())
    }

    fn field(&self, field: Field, value: &str) -> IndexQuery {
        let fields = &self.fields;
        let day = |from: Bound<i64>, until: Bound<i64>| {
            let bound = |moment| Term::from_field_i64(fields.date, moment);
            let range = RangeQuery::new(from.map(bound), until.map(bound));
            Box::new(ConstScoreQuery::new(Box::new(range), 0.0)) as IndexQuery
        };
        match field {
            Field::Soort => {
                // "moties" means the motie, "motie" also a "Motie (gewijzigd/nader)".
                let stems = self.lookups.readings(value).into_iter().next().unwrap_or_default();
                let words = fields.words(Facet::Soort);
                let all = stems.iter().map(|word| term(words, &crate::stem::stem(word))).collect();
                Box::new(BooleanQuery::intersection(all))
            }
            Field::Fractie => self.name(fields.words(Facet::Fractie), value),
            Field::Persoon => self.name(fields.words(Facet::Persoon), value),
            Field::Indiener => self.name(fields.indieners, value),
            Field::Ministerie => self.name(fields.words(Facet::Ministerie), value),
            Field::Commissie => self.name(fields.words(Facet::Commissie), value),
            Field::Dossier => self.name(fields.words(Facet::Dossier), value),
            Field::Status => self.name(fields.status, value),
            Field::In => Box::new(AllQuery),
            Field::Van => match calendar::period(value) {
                Some((from, _)) => day(Bound::Included(calendar::start(from)), Bound::Unbounded),
                None => Box::new(AllQuery),
            },
            Field::Tot => match calendar::period(value) {
                Some((_, until)) => day(Bound::Unbounded, Bound::Excluded(calendar::end(until))),
                None => Box::new(AllQuery),
            },
        }
    }

    /// A name as it is written, or with what stands behind the comma first: "Nispen van".
    fn name(&self, field: IndexField, value: &str) -> IndexQuery {
        let mut ways = Vec::new();
        for reading in self.lookups.readings(value) {
            for first in 0..reading.len() {
                let mut turned = reading.clone();
                turned.rotate_left(first);
                ways.push(sequence(field, &turned));
            }
        }
        Box::new(ConstScoreQuery::new(union(ways), 0.0))
    }

    /// The words that begin like this.
    fn prefix(&self, field: IndexField, beginning: &str) -> IndexQuery {
        // The least used of those that are kept comes first.
        let mut most_used: BinaryHeap<Reverse<(u32, Vec<u8>)>> = BinaryHeap::new();
        for segment in self.searcher.segment_readers() {
            // A field that cannot be read fails the search itself, with the error.
            let Ok(index) = segment.inverted_index(field) else { continue };
            let range = index.terms().range().ge(beginning).into_stream();
            let Ok(mut stream) = range else { continue };
            while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                let used = stream.value().doc_freq;
                if most_used.len() == MAX_PREFIX_TERMS {
                    self.cut.set(true);
                    if most_used.peek().is_some_and(|Reverse((least, _))| *least >= used) {
                        continue;
                    }
                    most_used.pop();
                }
                most_used.push(Reverse((used, stream.key().to_vec())));
            }
        }
        let terms = most_used
            .iter()
            .map(|Reverse((_, word))| Term::from_field_text(field, &String::from_utf8_lossy(word)));
        Box::new(TermSetQuery::new(terms))
    }

    /// What makes it better that a clause is there.
    fn score(&self, clause: &Clause, better: &mut Vec<IndexQuery>) {
        let fields = &self.fields;
        match clause {
            Clause::All(clauses) => {
                for clause in required(clauses) {
                    self.score(clause, better);
                }
            }
            Clause::Any(clauses) => clauses.iter().for_each(|clause| self.score(clause, better)),
            Clause::Not(_) | Clause::Field(..) | Clause::Prefix(_) => {}
            Clause::Near(words, _) => {
                for word in words {
                    self.score(&Clause::Exact(word.clone()), better);
                }
            }
            Clause::Word(_) | Clause::Exact(_) | Clause::Phrase(_) => {
                if let Clause::Word(word) = clause {
                    for stem in self.lookups.part_stems(word) {
                        let title = term(fields.title_stemmed, &stem);
                        let body = term(fields.body_stemmed, &stem);
                        better.push(boosted(title, relevance::PART_OF_ASKED));
                        better.push(boosted(body, relevance::PART_OF_ASKED / 10.0));
                    }
                }
                let mut is_as_asked = true;
                for lookup in self.lookups.of(clause) {
                    match lookup {
                        Lookup::Stem(stem) => better.extend([
                            boosted(term(fields.title_stemmed, &stem), relevance::TITLE),
                            boosted(term(fields.subject_stemmed, &stem), relevance::SUBJECT),
                            boosted(term(fields.body_stemmed, &stem), relevance::BODY),
                        ]),
                        Lookup::Part(stem) => {
                            let stem = dutch::marked(&stem);
                            better.extend([
                                boosted(term(fields.title_stemmed, &stem), relevance::TITLE_PART),
                                boosted(term(fields.body_stemmed, &stem), relevance::BODY_PART),
                            ]);
                        }
                        // The first is as the reader wrote it.
                        Lookup::Exact(words) if std::mem::take(&mut is_as_asked) => {
                            for (field, weight) in [
                                (fields.labels_exact, relevance::LABEL),
                                (fields.title_exact, relevance::TITLE_EXACT),
                                (fields.subject_exact, relevance::SUBJECT_EXACT),
                                (fields.body_exact, relevance::BODY_EXACT),
                            ] {
                                better.push(boosted(sequence(field, &words), weight));
                            }
                        }
                        Lookup::Exact(_) | Lookup::Prefix(_) => {}
                    }
                }
            }
        }
    }

    /// What makes it better that two words of a query stand next to each other.
    fn score_pairs(&self, query: &Query, better: &mut Vec<IndexQuery>) {
        /// A query of many words is not a phrase.
        const MOST: usize = 6;
        let words = query.clauses().iter().map(|clause| match clause {
            Clause::Word(word) => self.lookups.readings(word).into_iter().next(),
            _ => None,
        });
        let words: Vec<Option<Vec<String>>> = words.take(MOST).collect();
        for joined in self.lookups.joined(&required(query.clauses())) {
            let fields = &self.fields;
            better.push(boosted(term(fields.title_stemmed, &joined.stem), 2.0 * relevance::TITLE));
            better.push(boosted(term(fields.body_stemmed, &joined.stem), 2.0 * relevance::BODY));
        }
        for pair in words.windows(2) {
            if let [Some(one), Some(other)] = pair {
                let pair = [one.as_slice(), other.as_slice()].concat();
                let fields = &self.fields;
                better.push(boosted(sequence(fields.title_exact, &pair), relevance::TITLE_PAIR));
                better.push(boosted(sequence(fields.body_exact, &pair), relevance::BODY_PAIR));
            }
        }
    }
}

/// The clauses that have to be found: all but the words that say nothing, if there are others.
pub(crate) fn required(clauses: &[Clause]) -> Vec<&Clause> {
    let says_nothing =
        |clause: &Clause| matches!(clause, Clause::Word(word) if dutch::is_function_word(word));
    let is_telling = |clause: &Clause| {
        !says_nothing(clause) && !matches!(clause, Clause::Not(_) | Clause::Field(..))
    };
    if !clauses.iter().any(is_telling) {
        return clauses.iter().collect();
    }
    clauses.iter().filter(|clause| !says_nothing(clause)).collect()
}

/// How many words a query has, if it is one of which some may be missing.
pub(crate) fn plain_words(query: &Query) -> usize {
    if query.is_plain() { required(query.clauses()).len() } else { 0 }
}

fn union(mut ways: Vec<IndexQuery>) -> IndexQuery {
    match ways.len() {
        1 => ways.swap_remove(0),
        _ => Box::new(BooleanQuery::union(ways)),
    }
}

fn boosted(query: IndexQuery, boost: Score) -> IndexQuery {
    Box::new(BoostQuery::new(query, boost))
}

fn term(field: IndexField, word: &str) -> IndexQuery {
    let term = Term::from_field_text(field, word);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// These words, adjacent and in this order.
fn sequence(field: IndexField, words: &[String]) -> IndexQuery {
    match words {
        // Tantivy's phrases panic on fewer than two words.
        [] => Box::new(EmptyQuery),
        [word] => term(field, word),
        words => {
            let terms = words.iter().map(|word| Term::from_field_text(field, word)).collect();
            Box::new(PhraseQuery::new(terms))
        }
    }
}

/// Two words or sequences with at most so many words between them, in any order.
fn near_pair(field: IndexField, one: &[String], other: &[String], distance: u32) -> IndexQuery {
    let in_order = |first: &[String], second: &[String]| {
        let terms: Vec<Term> =
            first.iter().chain(second).map(|word| Term::from_field_text(field, word)).collect();
        let mut phrase = PhraseQuery::new(terms);
        phrase.set_slop(distance);
        Box::new(phrase) as IndexQuery
    };
    union(vec![in_order(one, other), in_order(other, one)])
}
