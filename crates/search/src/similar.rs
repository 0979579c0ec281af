//! "Lijkt hierop": items about the same.

use std::collections::BTreeMap;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{Score, Searcher, TantivyDocument, Term};

use crate::answer::hit;
use crate::snippet::Highlighter;
use crate::{Hit, Query, Result, SearchIndex, dutch, fold, relevance};

/// How many words of an item say what it is about.
const MAX_WORDS: usize = 16;
/// Only so many bytes of a text are looked at.
const MAX_BYTES: usize = 100_000;
/// A word that is in more than this part of all items says nothing: one in so many.
const COMMON: u64 = 20;

/// What is about the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The item itself.
    pub item: Hit,
    /// The others.
    pub hits: Vec<Hit>,
}

impl SearchIndex {
    /// The item at an address, and items that are about the same, the most alike first; nothing that is
    /// nearly the same as the item itself. None if the item is not there.
    pub fn similar(&self, address: &str, limit: usize) -> Result<Option<Similar>> {
        let generation = self.serving();
        let searcher = generation.reader.searcher();
        let fields = generation.fields;
        let own = Term::from_field_text(fields.address, address);
        let own = TermQuery::new(own, IndexRecordOption::Basic);
        let found = searcher.search(&own, &TopDocs::with_limit(1).order_by_score())?;
        let Some((_, own)) = found.into_iter().next() else { return Ok(None) };
        let own: TantivyDocument = searcher.doc(own)?;

        let mut parts: Vec<(Occur, Box<dyn tantivy::query::Query>)> = Vec::new();
        for (stem, weight) in telling_words(&searcher, fields.any, &own, fields.title, fields.body)?
        {
            for field in [fields.title_stemmed, fields.body_stemmed] {
                let term = Term::from_field_text(field, &stem);
                let term = TermQuery::new(term, IndexRecordOption::WithFreqs);
                parts.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), weight))));
            }
        }
        // Those that are nearly the same are found too, and left out.
        let top = TopDocs::with_limit(limit * 4 + 10).tweak_score(relevance::worth);
        let found: Vec<(Score, _)> = searcher.search(&BooleanQuery::new(parts), &top)?;
        let mut highlighter = Highlighter::new(&Query::default());
        let mut hits = vec![hit(&fields, &own, 0.0, &mut highlighter)?];
        for (score, document) in found {
            let document: TantivyDocument = searcher.doc(document)?;
            let other = hit(&fields, &document, score, &mut highlighter)?;
            let is_on_page = |page: &str| page.split('#').next() == address.split('#').next();
            if !is_on_page(&other.address) {
                hits.push(other);
            }
        }
        let mut folded = fold::fold(hits).into_iter().map(|folded| folded.hit);
        let Some(item) = folded.next() else { return Ok(None) };
        Ok(Some(Similar { item, hits: folded.take(limit).collect() }))
    }
}

/// The stems that say what an item is about, with what each is worth.
fn telling_words(
    searcher: &Searcher,
    any: Field,
    item: &TantivyDocument,
    title: Field,
    body: Field,
) -> Result<Vec<(String, Score)>> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut analyzer = dutch::stemmed();
    // A word of the title counts for three.
    for (field, times) in [(title, 3), (body, 1)] {
        let text = item.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let text = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
        let mut stream = analyzer.token_stream(text);
        while let Some(token) = stream.next() {
            let is_word = token.text.len() > 2 && !token.text.bytes().any(|it| it.is_ascii_digit());
            if is_word && !dutch::is_function_word(&token.text) {
                *counts.entry(token.text.clone()).or_default() += times;
            }
        }
    }
    let items = searcher.num_docs().max(1);
    let mut words = Vec::new();
    for (stem, count) in counts {
        let plain = stem.trim_start_matches(|first| !dutch::is_word_character(first));
        let having = searcher.doc_freq(&Term::from_field_text(any, plain))?;
        if having > 1 && having <= (items / COMMON).max(5) {
            let telling = approximate(items).ln() - approximate(having).ln();
            words.push((stem, approximate(count).sqrt() * telling));
        }
    }
    words.sort_by(|one, other| other.1.total_cmp(&one.1));
    words.truncate(MAX_WORDS);
    Ok(words)
}

/// A count as a number to weigh with: to sixteen bits exactly, which is more than enough.
fn approximate(count: u64) -> Score {
    let halvings = 48_u32.saturating_sub(count.leading_zeros());
    let rounded = f32::from(u16::try_from(count >> halvings).unwrap_or(u16::MAX));
    rounded * 2_f32.powi(i32::try_from(halvings).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestIndex, addresses, document, motions};

    #[test]
    fn counts_of_any_size_can_be_weighed() {
        for (count, number) in [(0, 0.0), (7, 7.0), (65_535, 65_535.0), (6_000_000, 6.0e6)] {
            let off = super::approximate(count) - number;
            assert!(off.abs() <= number / 10_000.0, "{count}: {off}");
        }
    }

    #[test]
    fn what_is_about_the_same_is_found_and_the_item_itself_is_not() {
        let mut items = motions();
        items.push(document("/document/1", "een onderzoek naar het curriculum en de kerndoelen"));
        items.push(document("/document/2", "minder kerndoelen en een dunner curriculum"));
        let test = TestIndex::with(&items);
        let found = test.index.similar("/document/1", 5).unwrap().unwrap();
        assert_eq!(found.item.address, "/document/1");
        let similar = addresses(&found.hits);
        assert_eq!(similar[..2], ["/document/2", "/document/2024D46200"]);
        assert!(!similar.contains(&"/document/1".to_owned()));
        assert_eq!(test.index.similar("/document/unknown", 5).unwrap(), None);
    }
}
