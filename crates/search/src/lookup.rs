//! What a word or phrase of a query means for the index and for the snippets.

use tantivy::tokenizer::TextAnalyzer;

use crate::dutch;
use crate::query::Clause;

/// One way in which a word or phrase of a query can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A word with this stem.
    Stem(String),
    /// Words with these exact forms, adjacent and in this order; one at least.
    Exact(Vec<String>),
    /// A word whose exact form begins like this.
    Prefix(String),
}

/// Makes lookups with the same analysis that made the index.
pub(crate) struct Lookups {
    exact: TextAnalyzer,
    stemmed: TextAnalyzer,
}

impl Lookups {
    pub(crate) fn new() -> Self {
        Self { exact: dutch::exact(), stemmed: dutch::stemmed() }
    }

    /// The ways in which a word, phrase or prefix can be found. None for the clauses that combine
    /// others.
    pub(crate) fn of(&self, clause: &Clause) -> Vec<Lookup> {
        match clause {
            Clause::Word(word) => {
                let exact = dutch::readings(&self.exact, word).into_iter().map(Lookup::Exact);
                self.stem(word).into_iter().chain(exact).collect()
            }
            Clause::Phrase(words) => {
                dutch::readings(&self.exact, words).into_iter().map(Lookup::Exact).collect()
            }
            // A hyphenated word is also indexed as one, and that is what can be extended.
            Clause::Prefix(beginning) => dutch::readings(&self.exact, beginning)
                .first()
                .map(|parts| Lookup::Prefix(parts.concat()))
                .into_iter()
                .collect(),
            Clause::All(_) | Clause::Any(_) | Clause::Not(_) => Vec::new(),
        }
    }

    /// The stem of a word. What consists of several words has none, unless it is hyphenated.
    fn stem(&self, word: &str) -> Option<Lookup> {
        let readings = dutch::readings(&self.stemmed, word);
        let as_one_word = readings.into_iter().find(|reading| reading.len() == 1);
        as_one_word.map(|mut reading| Lookup::Stem(reading.swap_remove(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(words: &[&str]) -> Lookup {
        Lookup::Exact(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn a_word_is_found_by_its_stem_and_by_its_exact_form() {
        let lookups = Lookups::new();
        assert_eq!(lookups.of(&Clause::Word("Moties".into())), {
            [Lookup::Stem("motie".into()), exact(&["moties"])]
        });
        assert_eq!(lookups.of(&Clause::Word("F-35".into())), {
            [Lookup::Stem("f35".into()), exact(&["f", "35"]), exact(&["f35"])]
        });
        assert_eq!(lookups.of(&Clause::Word("en/of".into())), [exact(&["en", "of"])]);
    }

    #[test]
    fn phrases_and_prefixes_are_found_by_exact_forms() {
        let lookups = Lookups::new();
        assert_eq!(lookups.of(&Clause::Phrase("de Moties".into())), [exact(&["de", "moties"])]);
        assert_eq!(lookups.of(&Clause::Prefix("wiskunde-ond".into())), {
            [Lookup::Prefix("wiskundeond".into())]
        });
    }
}
