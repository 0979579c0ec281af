//! "Zo heb ik gezocht": a query told back to the reader, a part at a time, each with the query that is
//! left without it.

use crate::Query;
use crate::dutch;
use crate::query::{Clause, Field};

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it asks for, in Dutch: "“moties” in elke vorm".
    pub text: String,
    /// The query without it; empty if nothing is left.
    pub without: String,
    /// Whether it is one of several of which one suffices.
    pub is_alternative: bool,
    /// Whether it does not count, being a word that says nothing.
    pub is_ignored: bool,
}

impl Query {
    /// What it asks for, in parts that can be left out one by one.
    pub fn parts(&self) -> Vec<Part> {
        let (clauses, is_alternative) = match self.root() {
            Some(Clause::Any(clauses)) => (clauses.as_slice(), true),
            _ => (self.clauses(), false),
        };
        let required = crate::translation::required(clauses);
        let part = |(position, clause): (usize, &Clause)| {
            let left = clauses.iter().enumerate().filter(|(other, _)| *other != position);
            let left: Vec<Clause> = left.map(|(_, clause)| clause.clone()).collect();
            Part {
                text: told(clause),
                without: self.with_root(joined(left, is_alternative)).describe(),
                is_alternative,
                is_ignored: !is_alternative && !required.iter().any(|it| std::ptr::eq(*it, clause)),
            }
        };
        clauses.iter().enumerate().map(part).collect()
    }
}

fn joined(mut clauses: Vec<Clause>, any: bool) -> Option<Clause> {
    match clauses.len() {
        0 | 1 => clauses.pop(),
        _ if any => Some(Clause::Any(clauses)),
        _ => Some(Clause::All(clauses)),
    }
}

fn told(clause: &Clause) -> String {
    match clause {
        Clause::Word(word) if dutch::is_function_word(word) => format!("“{word}”"),
        Clause::Word(word) => format!("“{word}” in elke vorm"),
        Clause::Exact(word) => format!("precies “{word}”"),
        Clause::Phrase(words) => format!("precies “{words}”"),
        Clause::Prefix(beginning) => format!("woorden die beginnen met “{beginning}”"),
        Clause::Near(words, distance) => {
            let words: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
            format!("{} met hoogstens {distance} woorden ertussen", words.join(" en "))
        }
        Clause::Field(Field::In, _) => "alles in de titel".into(),
        Clause::Field(Field::Van, value) => format!("vanaf {value}"),
        Clause::Field(Field::Tot, value) => format!("tot en met {value}"),
        Clause::Field(field, value) => format!("{}: {value}", field.name()),
        Clause::Not(clause) => format!("niet {}", nested(clause)),
        Clause::All(clauses) => clauses.iter().map(nested).collect::<Vec<_>>().join(" en "),
        Clause::Any(clauses) => clauses.iter().map(nested).collect::<Vec<_>>().join(" of "),
    }
}

fn nested(clause: &Clause) -> String {
    match clause {
        Clause::All(_) | Clause::Any(_) => format!("({})", told(clause)),
        clause => told(clause),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> Vec<(String, String)> {
        let parts = Query::parse(text).query.parts().into_iter();
        parts.map(|part| (part.text, part.without)).collect()
    }

    #[test]
    fn each_part_is_told_and_can_be_left_out() {
        let told = parts("huur fractie:SP -\"eigen woning\" van:2024");
        let told: Vec<_> = told.iter().map(|(text, rest)| (text.as_str(), rest.as_str())).collect();
        assert_eq!(
            told,
            [
                ("“huur” in elke vorm", "fractie:SP -\"eigen woning\" van:2024"),
                ("fractie: SP", "huur -\"eigen woning\" van:2024"),
                ("niet precies “eigen woning”", "huur fractie:SP van:2024"),
                ("vanaf 2024", "huur fractie:SP -\"eigen woning\""),
            ]
        );
        assert_eq!(parts("zorg"), [("“zorg” in elke vorm".into(), String::new())]);
        assert_eq!(parts("a OF b")[0].1, "b");
        assert_eq!(parts("NEAR(a b, 3)")[0].0, "“a” en “b” met hoogstens 3 woorden ertussen");
    }

    #[test]
    fn words_that_say_nothing_are_told_to_be_left_out() {
        let parts = Query::parse("wanneer verandert de wet").query.parts();
        let ignored: Vec<bool> = parts.iter().map(|part| part.is_ignored).collect();
        assert_eq!(ignored, [true, false, true, false]);
        let alone = Query::parse("de").query.parts();
        assert!(!alone[0].is_ignored, "there is nothing else to search for");
    }

    proptest! {
        #[test]
        fn what_is_left_is_one_part_less(text in "([a-z]{1,4}|-[a-z]{2}|\"[a-z]{2} b\"|soort:x| ){1,12}") {
            let query = Query::parse(&text).query;
            let parts = query.parts();
            for part in &parts {
                prop_assert_eq!(Query::parse(&part.without).query.parts().len(), parts.len() - 1);
            }
        }
    }
}
