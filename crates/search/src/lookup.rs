//! What a word or phrase of a query means for the index and for the snippets.

use tantivy::tokenizer::TextAnalyzer;

use crate::query::Clause;
use crate::stem::stem;
use crate::{compound, dutch};

/// One way in which a word or phrase of a query can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A word with this stem.
    Stem(String),
    /// A compound with a part of this stem.
    Part(String),
    /// Words with these exact forms, adjacent and in this order; one at least.
    Exact(Vec<String>),
    /// A word whose exact form begins like this.
    Prefix(String),
}

/// Two neighbouring words as one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    /// The place of the first of them.
    pub(crate) at: usize,
    /// The stem of what they are together.
    pub(crate) stem: String,
}

/// Makes lookups with the same analysis that made the index.
pub(crate) struct Lookups {
    exact: TextAnalyzer,
}

impl Lookups {
    pub(crate) fn new() -> Self {
        Self { exact: dutch::exact() }
    }

    /// The ways in which a word, phrase or prefix can be found. None for the clauses that combine
    /// others, and for fields.
    pub(crate) fn of(&self, clause: &Clause) -> Vec<Lookup> {
        match clause {
            Clause::Word(word) => self.word(word),
            Clause::Exact(words) | Clause::Phrase(words) => self.exact(words),
            // Each word may stand alone in a snippet.
            Clause::Near(words, _) => words.iter().flat_map(|word| self.exact(word)).collect(),
            // A hyphenated word is also indexed as one, and that is what can be extended.
            Clause::Prefix(beginning) => self
                .readings(beginning)
                .first()
                .map(|parts| Lookup::Prefix(parts.concat()))
                .into_iter()
                .collect(),
            Clause::All(_) | Clause::Any(_) | Clause::Not(_) | Clause::Field(..) => Vec::new(),
        }
    }

    fn word(&self, word: &str) -> Vec<Lookup> {
        let mut exact = self.readings(word);
        let mut lookups = Vec::new();
        // What consists of several words has no stem, unless it is hyphenated.
        let as_one = exact.iter().find(|reading| reading.len() == 1).and_then(|it| it.first());
        if let Some(as_one) = as_one.cloned() {
            let stem = stem(&as_one);
            lookups.extend([Lookup::Stem(stem.clone()), Lookup::Part(stem)]);
            // "wiskundeonderwijs" is also written in two words.
            let apart: Vec<String> =
                compound::split(&as_one).into_iter().map(String::from).collect();
            exact.extend((!apart.is_empty()).then_some(apart));
        }
        lookups.extend(exact.into_iter().map(Lookup::Exact));
        lookups
    }

    /// The stems of the parts of a compound.
    pub(crate) fn part_stems(&self, word: &str) -> Vec<String> {
        let readings = self.readings(word);
        let as_one = readings.iter().find(|reading| reading.len() == 1).and_then(|it| it.first());
        as_one.map(|word| dutch::part_stems(word)).unwrap_or_default()
    }

    /// What neighbouring words are when they are written as one, with or without a linking s.
    pub(crate) fn joined(&self, clauses: &[&Clause]) -> Vec<Joined> {
        let word = |clause: &&Clause| match clause {
            Clause::Word(word) => self.readings(word).into_iter().next()?.pop(),
            _ => None,
        };
        let words: Vec<Option<String>> = clauses.iter().map(word).collect();
        let is_long = |word: &str| word.len() > 2 && word.bytes().all(|it| it.is_ascii_lowercase());
        let mut joined = Vec::new();
        for (at, pair) in words.windows(2).enumerate() {
            let [Some(one), Some(other)] = pair else { continue };
            if is_long(one) && is_long(other) {
                for link in ["", "s"] {
                    joined.push(Joined { at, stem: stem(&format!("{one}{link}{other}")) });
                }
            }
        }
        joined
    }

    /// The ways in which words can be found in exactly this form.
    pub(crate) fn exact(&self, words: &str) -> Vec<Lookup> {
        self.readings(words).into_iter().map(Lookup::Exact).collect()
    }

    /// See [`dutch::readings`].
    pub(crate) fn readings(&self, words: &str) -> Vec<Vec<String>> {
        dutch::readings(&self.exact, words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(words: &[&str]) -> Lookup {
        Lookup::Exact(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn a_word_is_found_by_its_stem_as_a_part_and_by_its_exact_form() {
        let lookups = Lookups::new();
        let (stem, part) = (|it: &str| Lookup::Stem(it.into()), |it: &str| Lookup::Part(it.into()));
        assert_eq!(lookups.of(&Clause::Word("Moties".into())), {
            [stem("motie"), part("motie"), exact(&["moties"])]
        });
        assert_eq!(lookups.of(&Clause::Word("F-35".into())), {
            [stem("f35"), part("f35"), exact(&["f", "35"]), exact(&["f35"])]
        });
        assert_eq!(lookups.of(&Clause::Word("huurprijzen".into())), {
            [
                stem("huurprijs"),
                part("huurprijs"),
                exact(&["huurprijzen"]),
                exact(&["huur", "prijzen"]),
            ]
        });
        assert_eq!(lookups.of(&Clause::Word("en/of".into())), [exact(&["en", "of"])]);
    }

    #[test]
    fn phrases_and_prefixes_are_found_by_exact_forms() {
        let lookups = Lookups::new();
        assert_eq!(lookups.of(&Clause::Phrase("de Moties".into())), [exact(&["de", "moties"])]);
        assert_eq!(lookups.of(&Clause::Exact("moties".into())), [exact(&["moties"])]);
        assert_eq!(lookups.of(&Clause::Prefix("wiskunde-ond".into())), {
            [Lookup::Prefix("wiskundeond".into())]
        });
    }
}
