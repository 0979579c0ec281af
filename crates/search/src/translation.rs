//! From a reader's query to tantivy's.

use std::ops::Bound;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Term};

use crate::lookup::{Lookup, Lookups};
use crate::query::Clause;
use crate::schema::Fields;
use crate::{Kind, Query};

type IndexQuery = Box<dyn tantivy::query::Query>;

/// How much more a word in the title, subject or soort weighs than one in the body.
const HEADLINE_BOOST: Score = 3.0;
/// How much more a number or name weighs than a word in the body.
const LABEL_BOOST: Score = 4.0;

/// What a translated query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To know which items match.
    Match,
    /// To know also how well. It matches the same items, but looks at more fields: whoever has the
    /// exact form of a word has its stem too, so the exact form matters to the score only.
    Score,
}

/// Translates queries.
pub(crate) struct Translation {
    fields: Fields,
    lookups: Lookups,
    purpose: Purpose,
}

impl Translation {
    pub(crate) fn new(fields: Fields, purpose: Purpose) -> Self {
        Self { fields, lookups: Lookups::new(), purpose }
    }

    pub(crate) fn query(&self, query: &Query) -> IndexQuery {
        query.root().map_or_else(|| Box::new(EmptyQuery) as IndexQuery, |root| self.clause(root))
    }

    /// The query, for items of these kinds only; of all kinds if there are none.
    pub(crate) fn query_for_kinds(&self, query: &Query, kinds: &[Kind]) -> IndexQuery {
        let query = self.query(query);
        if kinds.is_empty() {
            return query;
        }
        let of_kind = |kind: &Kind| {
            let term = Term::from_field_text(self.fields.kind, kind.as_str());
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as IndexQuery
        };
        let any_of_the_kinds = BooleanQuery::union(kinds.iter().map(of_kind).collect());
        let without_score = ConstScoreQuery::new(Box::new(any_of_the_kinds), 0.0);
        Box::new(BooleanQuery::intersection(vec![query, Box::new(without_score)]))
    }

    fn clause(&self, clause: &Clause) -> IndexQuery {
        match clause {
            Clause::Word(_) | Clause::Phrase(_) | Clause::Prefix(_) => self.leaf(clause),
            Clause::All(clauses) => self.all(clauses),
            Clause::Any(clauses) => {
                let alternatives = clauses.iter().map(|clause| self.clause(clause)).collect();
                Box::new(BooleanQuery::union(alternatives))
            }
            Clause::Not(_) => self.all(std::slice::from_ref(clause)),
        }
    }

    fn all(&self, clauses: &[Clause]) -> IndexQuery {
        let mut parts: Vec<(Occur, IndexQuery)> = clauses
            .iter()
            .map(|clause| match clause {
                Clause::Not(excluded) => (Occur::MustNot, self.clause(excluded)),
                clause => (Occur::Must, self.clause(clause)),
            })
            .collect();
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            // Tantivy excludes from what matches otherwise, which would be nothing.
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        Box::new(BooleanQuery::new(parts))
    }

    fn leaf(&self, leaf: &Clause) -> IndexQuery {
        let fields = &self.fields;
        let lookups = self.lookups.of(leaf);
        let has_stem = lookups.iter().any(|lookup| matches!(lookup, Lookup::Stem(_)));
        let mut ways: Vec<IndexQuery> = Vec::new();
        for lookup in &lookups {
            match lookup {
                Lookup::Stem(stem) => {
                    ways.push(boosted(term(fields.headline_stemmed, stem), HEADLINE_BOOST));
                    ways.push(term(fields.body_stemmed, stem));
                }
                Lookup::Exact(words) => {
                    ways.push(boosted(sequence(fields.labels, words), LABEL_BOOST));
                    let is_implied = has_stem && words.len() == 1;
                    if is_implied && self.purpose == Purpose::Match {
                        continue;
                    }
                    ways.push(boosted(sequence(fields.headline_exact, words), HEADLINE_BOOST));
                    ways.push(sequence(fields.body_exact, words));
                }
                Lookup::Prefix(beginning) => {
                    ways.push(boosted(prefix(fields.labels, beginning), LABEL_BOOST));
                    ways.push(boosted(prefix(fields.headline_exact, beginning), HEADLINE_BOOST));
                    ways.push(prefix(fields.body_exact, beginning));
                }
            }
        }
        Box::new(BooleanQuery::union(ways))
    }
}

fn boosted(query: IndexQuery, boost: Score) -> IndexQuery {
    Box::new(BoostQuery::new(query, boost))
}

fn term(field: Field, word: &str) -> IndexQuery {
    let term = Term::from_field_text(field, word);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// These words, adjacent and in this order.
fn sequence(field: Field, words: &[String]) -> IndexQuery {
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

fn prefix(field: Field, beginning: &str) -> IndexQuery {
    let first = Term::from_field_text(field, beginning);
    // The last of all characters is not part of any word.
    let behind_last = Term::from_field_text(field, &format!("{beginning}\u{10ffff}"));
    Box::new(RangeQuery::new(Bound::Included(first), Bound::Excluded(behind_last)))
}
