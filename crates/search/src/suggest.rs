//! Help for who is typing, and for who mistyped.

use std::collections::BTreeMap;

use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur};
use tantivy::schema::Field;
use tantivy::{Score, Searcher, TantivyDocument, Term};

use crate::answer::{Filters, hit};
use crate::query::Clause;
use crate::schema::{Facet, Fields};
use crate::snippet::Highlighter;
use crate::translation::Translation;
use crate::{Hit, Kind, Query, Result, SearchIndex, dutch, relevance};

/// What is suggested besides words: what has a name that people look for.
const NAMED: [Kind; 4] = [Kind::Persoon, Kind::Fractie, Kind::Commissie, Kind::Dossier];
/// How many words are completed at most.
const MAX_WORDS: usize = 4;
/// Shorter beginnings are not completed.
const MIN_BEGINNING: usize = 3;
/// How many words with one beginning are looked at.
const MAX_SEEN: usize = 5_000;
/// How many words of a query are corrected at most.
const MAX_CORRECTED: usize = 4;

/// What a reader may be about to ask for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestions {
    /// Queries that go on as the reader began, on words that titles use often.
    pub queries: Vec<String>,
    /// Persons, parties, committees and dossiers with such a name.
    pub named: Vec<Hit>,
}

impl SearchIndex {
    /// What a reader who has typed this may be about to ask for; `limit` things with a name at most.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<Suggestions> {
        let generation = self.serving();
        let searcher = generation.reader.searcher();
        let fields = generation.fields;
        let query = Query::parse(text).query;
        let ends_in_word = text.ends_with(dutch::is_word_character);
        let words: Option<Vec<&String>> = query
            .clauses()
            .iter()
            .map(|clause| match clause {
                Clause::Word(word) => Some(word),
                _ => None,
            })
            .collect();
        let words = words.unwrap_or_default();
        let Some((last, before)) = words.split_last().filter(|_| ends_in_word) else {
            return Ok(Suggestions { queries: Vec::new(), named: Vec::new() });
        };
        let completed = completions(&searcher, fields.title_exact, last)?;
        let before: String = before.iter().flat_map(|word| [word.as_str(), " "]).collect();
        let queries = completed.into_iter().map(|word| format!("{before}{word}")).collect();

        let mut begun: Vec<Clause> = query.clauses().to_vec();
        begun.pop();
        begun.push(Clause::Prefix((*last).clone()));
        let root = if begun.len() > 1 { Some(Clause::All(begun)) } else { begun.pop() };
        let begun = Query::default().with_root(root);
        let named = named(&searcher, fields, &begun, limit)?;
        Ok(Suggestions { queries, named })
    }

    /// The query with words that occur nowhere replaced by the most usual ones that look like them; none
    /// if there is nothing to replace.
    pub fn corrected(&self, query: &Query) -> Result<Option<Query>> {
        let generation = self.serving();
        let searcher = generation.reader.searcher();
        let fields = generation.fields;
        let mut left = MAX_CORRECTED;
        let mut correct = |word: &str| -> Result<Option<String>> {
            let exact = dutch::readings(&dutch::exact(), word);
            let [exact] = exact.as_slice() else { return Ok(None) };
            let [exact] = exact.as_slice() else { return Ok(None) };
            let is_number = exact.bytes().any(|byte| byte.is_ascii_digit());
            let stem = Term::from_field_text(fields.any, &crate::stem::stem(exact));
            if left == 0 || is_number || searcher.doc_freq(&stem)? > 0 {
                return Ok(None);
            }
            left -= 1;
            lookalike(&searcher, fields, exact)
        };
        let mut is_changed = false;
        let mut clauses = Vec::new();
        for clause in query.clauses() {
            let better = match clause {
                Clause::Word(word) => correct(word)?,
                _ => None,
            };
            is_changed |= better.is_some();
            clauses.push(better.map_or_else(|| clause.clone(), Clause::Word));
        }
        let root = if clauses.len() > 1 { Some(Clause::All(clauses)) } else { clauses.pop() };
        Ok(is_changed.then(|| query.with_root(root)))
    }
}

/// The words in titles that begin like this, the most usual first.
fn completions(searcher: &Searcher, field: Field, beginning: &str) -> Result<Vec<String>> {
    let readings = dutch::readings(&dutch::exact(), beginning);
    let Some([beginning]) = readings.first().map(Vec::as_slice) else { return Ok(Vec::new()) };
    if beginning.chars().count() < MIN_BEGINNING {
        return Ok(Vec::new());
    }
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().range().ge(beginning).into_stream()?;
        let mut seen = 0;
        while stream.advance() && stream.key().starts_with(beginning.as_bytes()) && seen < MAX_SEEN
        {
            let word = String::from_utf8_lossy(stream.key()).into_owned();
            *counts.entry(word).or_default() += stream.value().doc_freq;
            seen += 1;
        }
    }
    let mut counts: Vec<(u32, String)> =
        counts.into_iter().map(|(word, count)| (count, word)).collect();
    counts.sort_by(|one, other| (other.0, &one.1).cmp(&(one.0, &other.1)));
    // Of the forms of one word the most usual stands for all.
    let mut stems: Vec<String> = Vec::new();
    let mut words = Vec::new();
    for (_, word) in counts {
        let stem = crate::stem::stem(&word);
        if words.len() < MAX_WORDS && !stems.contains(&stem) {
            stems.push(stem);
            words.push(word);
        }
    }
    Ok(words)
}

/// What has a name that begins like this.
fn named(searcher: &Searcher, fields: Fields, query: &Query, limit: usize) -> Result<Vec<Hit>> {
    if limit == 0 || query.is_empty() {
        return Ok(Vec::new());
    }
    let translation = Translation::new(searcher, fields, query);
    let names = NAMED.map(|kind| kind.as_str().to_owned()).to_vec();
    let filters = Filters { values: [(Facet::Kind, names)].into(), ..Filters::default() };
    let matching = crate::answer::filtered(translation.matching(query), &filters, &fields);
    let in_title = translation.matching(&query.with_root(query.root().cloned().map(|root| {
        Clause::All(vec![root, Clause::Field(crate::query::Field::In, "titel".into())])
    })));
    let boosted = BoostQuery::new(in_title.box_clone(), 2.0);
    let query_in_index = BooleanQuery::new(vec![
        (Occur::Must, translation.scored(query, matching, None)),
        (Occur::Should, Box::new(boosted)),
    ]);
    let top = TopDocs::with_limit(limit).tweak_score(relevance::worth);
    let found: Vec<(Score, _)> = searcher.search(&query_in_index, &top)?;
    let mut highlighter = Highlighter::new(query);
    let hits = found.into_iter().map(|(score, document)| {
        let document: TantivyDocument = searcher.doc(document)?;
        hit(&fields, &document, score, &mut highlighter)
    });
    hits.collect()
}

/// The word that differs least from this one and is used most.
fn lookalike(searcher: &Searcher, fields: Fields, word: &str) -> Result<Option<String>> {
    let length = word.chars().count();
    if length < 3 {
        return Ok(None);
    }
    let most = if length < 5 { 1 } else { 2 };
    for distance in 1..=most {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for field in [fields.title_exact, fields.labels_exact, fields.body_exact] {
            let term = Term::from_field_text(field, word);
            for segment in searcher.segment_readers() {
                let automaton = FuzzyTermQuery::new(term.clone(), distance, true).automaton()?;
                let index = segment.inverted_index(field)?;
                let mut stream = index.terms().search(automaton).into_stream()?;
                while stream.advance() {
                    let found = String::from_utf8_lossy(stream.key()).into_owned();
                    // A number is no word, and a mistake seldom changes the first letter.
                    if found.chars().next() == word.chars().next()
                        && !found.bytes().any(|byte| byte.is_ascii_digit())
                    {
                        *counts.entry(found).or_default() += stream.value().doc_freq;
                    }
                }
            }
        }
        let best =
            counts.into_iter().max_by(|one, other| (one.1, &other.0).cmp(&(other.1, &one.0)));
        if let Some((word, _)) = best {
            return Ok(Some(word));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Item;
    use crate::testing::{TestIndex, document, motions};

    fn titled(address: &str, kind: Kind, title: &str) -> Item {
        Item { title: title.into(), ..Item::new(address, kind) }
    }

    #[test]
    fn what_was_typed_is_completed_to_words_and_names() {
        let test = TestIndex::with(&[
            titled("/document/1", Kind::Document, "Stikstof en boeren"),
            titled("/document/2", Kind::Document, "Stikstof"),
            titled("/document/3", Kind::Document, "Stikstofbeleid"),
            titled("/persoon/1", Kind::Persoon, "Stientje van Veldhoven"),
            titled("/persoon/2", Kind::Persoon, "Michiel van Nispen"),
        ]);
        let found = test.index.suggest("de stik", 5).unwrap();
        assert_eq!(found.queries, ["de stikstof", "de stikstofbeleid"]);
        let found = test.index.suggest("van nis", 5).unwrap();
        assert_eq!(found.named.len(), 1);
        assert_eq!(found.named[0].address, "/persoon/2");
        for text in ["", "de ", "\"de stik\"", "st", "soort:st"] {
            assert_eq!(test.index.suggest(text, 0).unwrap().queries, [""; 0], "{text}");
        }
    }

    #[test]
    fn a_word_that_is_nowhere_is_corrected_to_one_that_is_there() {
        let mut items = motions();
        items.push(document("/document/1", "beraad"));
        let test = TestIndex::with(&items);
        let corrected = |text: &str| {
            let better = test.index.corrected(&Query::parse(text).query).unwrap();
            better.map(|query| query.describe())
        };
        assert_eq!(corrected("curiculum kerndoelen"), Some("curriculum kerndoelen".into()));
        assert_eq!(corrected("beraadslagnig"), Some("beraadslaging".into()));
        assert_eq!(corrected("curriculum"), None);
        assert_eq!(corrected("xyzzyplugh"), None);
        assert_eq!(corrected("2025D99999 36 801"), None);
    }
}
