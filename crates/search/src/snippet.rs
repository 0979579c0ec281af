//! The passage of a text that shows best why it was found.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use serde::Serialize;
use tantivy::tokenizer::{TextAnalyzer, Token};

use crate::dutch;
use crate::item::PAGE_BREAK;
use crate::lookup::{Lookup, Lookups};
use crate::query::{Clause, Query};
use crate::stem::stem;
use crate::translation::required;

/// How many occurrences are considered at most.
const MAX_OCCURRENCES: usize = 500;
/// How many bytes of text a snippet shows, about.
const PASSAGE_BYTES: usize = 260;
/// How many bytes before the first hit it shows at most.
const LEAD_BYTES: usize = 60;
/// How much of a text is looked through. A report of a thousand pages would cost a tenth of a second
/// for every hit; its first sixty pages nearly always contain a passage.
const SEARCHED_BYTES: usize = 200_000;

/// A piece of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fragment {
    /// Plain text; never HTML.
    pub text: String,
    /// Whether it is what was searched for.
    pub hit: bool,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) fragments: Vec<Fragment>,
    /// The page that it is on, of a text with pages.
    pub(crate) page: Option<usize>,
}

/// Finds the words of one query in texts.
pub(crate) struct Highlighter {
    /// For each word, phrase and prefix that is wanted, how it can be found.
    wanted: Vec<Vec<Lookup>>,
    /// The first letters of the parts of compounds among them.
    parts: Vec<String>,
    exact: TextAnalyzer,
}

/// A place in a text that the query asks for.
#[derive(Debug)]
struct Occurrence {
    at: Range<usize>,
    /// Which of [`Highlighter::wanted`] it is.
    wanted: usize,
}

impl Highlighter {
    pub(crate) fn new(query: &Query) -> Self {
        let mut wanted = Vec::new();
        if let Some(root) = query.root() {
            collect_wanted(root, &Lookups::new(), &mut wanted);
        }
        let parts = wanted.iter().flatten().filter_map(|lookup| match lookup {
            // Every form of a word begins with the same two letters as its stem.
            Lookup::Part(stem) => Some(stem.chars().take(2).collect()),
            _ => None,
        });
        let parts = parts.collect();
        Self { wanted, parts, exact: dutch::exact() }
    }

    /// Finds the parts of the compounds among the words too, each as a word.
    pub(crate) fn want_parts(&mut self, query: &Query) {
        let lookups = Lookups::new();
        for clause in required(query.clauses()) {
            if let Clause::Word(word) = clause {
                let parts = lookups.part_stems(word).into_iter();
                self.wanted.extend(parts.map(|stem| vec![Lookup::Stem(stem)]));
            }
        }
    }

    /// The best passage of `text`; its beginning if nothing that was asked for is in it.
    pub(crate) fn passage(&mut self, text: &str) -> Passage {
        let searched = text.get(..text.floor_char_boundary(SEARCHED_BYTES)).unwrap_or_default();
        let occurrences = self.occurrences(searched);
        let best = best_passage(&occurrences);
        let before = text.get(..best.end).unwrap_or_default();
        let pages = before.chars().filter(|character| *character == PAGE_BREAK).count();
        let fragments = fragments(text, best, &occurrences);
        Passage { fragments, page: (pages > 0).then_some(pages) }
    }

    /// The whole of a short text, with what was asked for in it.
    pub(crate) fn mark(&mut self, text: &str) -> Vec<Fragment> {
        let occurrences = self.occurrences(text);
        let mut fragments = Fragments::default();
        let mut cursor = 0;
        for Occurrence { at, .. } in &occurrences {
            let hit = at.start.max(cursor)..at.end.max(cursor);
            fragments.push(text.get(cursor..hit.start).unwrap_or_default(), false);
            cursor = hit.end;
            fragments.push(text.get(hit).unwrap_or_default(), true);
        }
        fragments.push(text.get(cursor..).unwrap_or_default(), false);
        fragments.list
    }

    /// The occurrences in `text` by their place, up to the first passage that contains everything
    /// wanted: better ones may follow, but not so much better that they are worth the search.
    fn occurrences(&mut self, text: &str) -> Vec<Occurrence> {
        let mut occurrences = Vec::new();
        if self.wanted.is_empty() {
            return occurrences;
        }
        let mut last_starts: Vec<Option<usize>> = vec![None; self.wanted.len()];
        let mut recent = RecentWords::for_phrases_in(&self.wanted);
        let mut stream = self.exact.token_stream(text);
        let mut passage_end = usize::MAX;
        while let Some(token) = stream.next() {
            if token.offset_from > passage_end || occurrences.len() >= MAX_OCCURRENCES {
                break;
            }
            recent.push(token);
            let token_stem = stem(&token.text);
            // Taking words apart is slow: only those that can have what is wanted.
            let may_have_part = self.parts.iter().any(|start| token.text.contains(start));
            let parts = if may_have_part && !dutch::is_written_as_one(token) {
                dutch::part_stems(&token.text)
            } else {
                Vec::new()
            };
            for (wanted, lookups) in self.wanted.iter().enumerate() {
                let starts = lookups.iter().filter_map(|lookup| match lookup {
                    Lookup::Stem(stem) => (token_stem == *stem).then_some(token.offset_from),
                    Lookup::Part(stem) => parts.contains(stem).then_some(token.offset_from),
                    Lookup::Prefix(prefix) => {
                        token.text.starts_with(prefix).then_some(token.offset_from)
                    }
                    Lookup::Exact(words) => recent.start_of(words, token),
                });
                let Some(start) = starts.min() else { continue };
                occurrences.push(Occurrence { at: start..token.offset_to, wanted });
                if let Some(last_start) = last_starts.get_mut(wanted) {
                    *last_start = Some(start);
                }
            }
            let all_seen_since = last_starts.iter().copied().min().flatten();
            if let Some(since) = all_seen_since
                && token.offset_to - since <= PASSAGE_BYTES
            {
                passage_end = passage_end.min(since + PASSAGE_BYTES);
            }
        }
        occurrences.sort_by_key(|occurrence| occurrence.at.start);
        occurrences
    }
}

/// The last words of a text, as many as the longest phrase has.
struct RecentWords {
    words: VecDeque<(String, usize)>,
    length: usize,
}

impl RecentWords {
    fn for_phrases_in(wanted: &[Vec<Lookup>]) -> Self {
        let lengths = wanted.iter().flatten().map(|lookup| match lookup {
            Lookup::Exact(words) => words.len(),
            Lookup::Stem(_) | Lookup::Part(_) | Lookup::Prefix(_) => 0,
        });
        let length = lengths.max().unwrap_or(0);
        Self { words: VecDeque::with_capacity(length + 1), length }
    }

    fn push(&mut self, token: &Token) {
        if dutch::is_written_as_one(token) {
            return;
        }
        self.words.push_back((token.text.clone(), token.offset_from));
        if self.words.len() > self.length {
            self.words.pop_front();
        }
    }

    /// Where `words` start, if `token` is the last of them.
    fn start_of(&self, words: &[String], token: &Token) -> Option<usize> {
        if dutch::is_written_as_one(token) {
            return (words == [token.text.as_str()]).then_some(token.offset_from);
        }
        let before = self.words.len().checked_sub(words.len())?;
        let last_words = self.words.range(before..);
        let is_phrase = last_words.clone().map(|(word, _)| word).eq(words);
        let (_, start) = last_words.clone().next()?;
        is_phrase.then_some(*start)
    }
}

/// Everything that a clause wants to be there.
fn collect_wanted(clause: &Clause, lookups: &Lookups, wanted: &mut Vec<Vec<Lookup>>) {
    match clause {
        Clause::All(clauses) => {
            for clause in required(clauses) {
                collect_wanted(clause, lookups, wanted);
            }
        }
        Clause::Any(clauses) => {
            for clause in clauses {
                collect_wanted(clause, lookups, wanted);
            }
        }
        Clause::Not(_) | Clause::Field(..) => {}
        Clause::Near(words, _) => {
            wanted.extend(words.iter().map(|word| lookups.exact(word)));
        }
        Clause::Word(_) | Clause::Exact(_) | Clause::Phrase(_) | Clause::Prefix(_) => {
            wanted.push(lookups.of(clause));
        }
    }
}

/// The place of the occurrences that fit in one passage and are of the most different things wanted;
/// then the most of any; then the first. The beginning of the text if there are none.
fn best_passage(occurrences: &[Occurrence]) -> Range<usize> {
    let mut best = 0..0;
    let mut best_rank = (0, 0);
    for (first, occurrence) in occurrences.iter().enumerate() {
        let start = occurrence.at.start;
        let end = start + PASSAGE_BYTES - LEAD_BYTES;
        let following = occurrences.iter().skip(first + 1).take_while(|next| next.at.end <= end);
        let passage: Vec<&Occurrence> = [occurrence].into_iter().chain(following).collect();
        let different: BTreeSet<usize> = passage.iter().map(|each| each.wanted).collect();
        let rank = (different.len(), passage.len());
        if rank > best_rank {
            best = start..passage.iter().map(|each| each.at.end).max().unwrap_or(start);
            best_rank = rank;
        }
    }
    best
}

/// The best passage of `text`, cut between words.
fn fragments(text: &str, best: Range<usize>, occurrences: &[Occurrence]) -> Vec<Fragment> {
    let start = passage_start(text, best.start);
    let end = passage_end(text, start, best.end);
    let shown = occurrences.iter().filter(|each| each.at.start >= start && each.at.end <= end);

    let mut fragments = Fragments::default();
    if start > 0 {
        fragments.push("… ", false);
    }
    let mut cursor = start;
    for Occurrence { at, .. } in shown {
        // A hyphenated word and its parts may both be hits.
        let hit = at.start.max(cursor)..at.end.max(cursor);
        fragments.push(text.get(cursor..hit.start).unwrap_or_default(), false);
        cursor = hit.end;
        fragments.push(text.get(hit).unwrap_or_default(), true);
    }
    fragments.push(text.get(cursor..end).unwrap_or_default().trim_end(), false);
    if end < text.trim_end().len() {
        fragments.push(" …", false);
    }
    fragments.list
}

/// Where a passage around the first hit begins: some words before it.
fn passage_start(text: &str, first_hit: usize) -> usize {
    let earliest = text.floor_char_boundary(first_hit.saturating_sub(LEAD_BYTES));
    if earliest == 0 {
        return 0;
    }
    let lead = text.get(earliest..first_hit).unwrap_or_default();
    let word_start = lead.split_once(char::is_whitespace).map_or("", |(_, words)| words);
    first_hit - word_start.len()
}

/// Where a passage that has to contain the last hit ends: behind a word.
fn passage_end(text: &str, start: usize, last_hit: usize) -> usize {
    let latest = text.floor_char_boundary((start + PASSAGE_BYTES).max(last_hit));
    if latest == text.len() {
        return latest;
    }
    let tail = text.get(last_hit..latest).unwrap_or_default();
    tail.rfind(char::is_whitespace).map_or(latest, |space| last_hit + space)
}

/// Collects fragments: joins neighbours of one kind, and shows white space as single spaces.
#[derive(Default)]
struct Fragments {
    list: Vec<Fragment>,
}

impl Fragments {
    fn push(&mut self, text: &str, hit: bool) {
        for character in text.chars() {
            let is_space = character.is_whitespace() || character.is_control();
            if is_space && self.ends_in_space() {
                continue;
            }
            let shown = if is_space { ' ' } else { character };
            match self.list.last_mut() {
                Some(last) if last.hit == hit => last.text.push(shown),
                _ => self.list.push(Fragment { text: shown.into(), hit }),
            }
        }
    }

    fn ends_in_space(&self) -> bool {
        self.list.last().is_none_or(|last| last.text.ends_with(' '))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The snippet with its hits between brackets.
    fn snippet(query: &str, text: &str) -> String {
        let fragments = Highlighter::new(&Query::parse(query).query).passage(text).fragments;
        let marked = fragments.into_iter().map(|Fragment { text, hit }| match hit {
            true => format!("[{text}]"),
            false => text,
        });
        marked.collect()
    }

    #[test]
    fn every_inflected_form_is_a_hit() {
        let text = "De Kamer, gehoord de beraadslaging, verzoekt de regering in kaart te brengen \
                    hoe steunpunten kunnen samenwerken";
        assert_eq!(snippet("verzoeken steunpunt", text), {
            "De Kamer, gehoord de beraadslaging, [verzoekt] de regering in kaart te brengen hoe \
             [steunpunten] kunnen samenwerken"
        });
    }

    #[test]
    fn a_phrase_is_one_hit_and_its_words_alone_are_none() {
        let text = "de Kamer verzoekt de regering";
        assert_eq!(snippet("\"de regering\"", text), "de Kamer verzoekt [de regering]");
        assert_eq!(snippet("\"regering de\"", text), text);
    }

    #[test]
    fn hyphenated_words_prefixes_and_exclusions() {
        assert_eq!(snippet("F35", "de F-35, een F 35"), "de [F-35], een F 35");
        assert_eq!(snippet("F-35", "de F-35, een F 35"), "de [F-35], een [F 35]");
        assert_eq!(snippet("wisk*", "het Wiskunde-onderwijs"), "het [Wiskunde-onderwijs]");
        assert_eq!(snippet("wet -motie", "de wet, de motie"), "de [wet], de motie");
    }

    #[test]
    fn a_compound_is_a_hit_for_its_parts_and_a_title_is_shown_whole() {
        let mut highlighter = Highlighter::new(&Query::parse("huren woning").query);
        let shown = highlighter.mark("Motie over de huurprijzen van een huurwoning");
        let hits = shown.iter().filter(|fragment| fragment.hit).map(|it| it.text.as_str());
        assert_eq!(hits.collect::<Vec<_>>(), ["huurprijzen", "huurwoning"]);
        assert_eq!(shown.iter().map(|it| it.text.len()).sum::<usize>(), 44);
    }

    #[test]
    fn a_passage_says_on_which_page_it_is() {
        let page = |query: &str, text: &str| {
            Highlighter::new(&Query::parse(query).query).passage(text).page
        };
        let text = "\u{c}De eerste bladzijde.\n\u{c}Over de stikstof.\n\u{c}Het einde.";
        assert_eq!(page("stikstof", text), Some(2));
        assert_eq!(page("eerste", text), Some(1));
        assert_eq!(page("stikstof", "Over de stikstof."), None);
    }

    #[test]
    fn the_passage_has_as_many_of_the_words_as_possible() {
        let filler = "en zo voort ".repeat(60);
        let text = format!("{filler}stikstof {filler}de stikstof en de boeren {filler}");
        let shown = snippet("stikstof boer", &text);
        assert!(shown.starts_with("… voort en zo voort"), "{shown}");
        assert!(shown.contains("voort de [stikstof] en de [boeren] en zo"), "{shown}");
        assert!(shown.ends_with("voort en zo …") || shown.ends_with("voort …"), "{shown}");
    }

    #[test]
    fn without_a_hit_the_text_from_its_beginning() {
        assert_eq!(snippet("zee", "  De\n\nKamer,\tgehoord "), "De Kamer, gehoord");
        assert_eq!(snippet("zee", ""), "");
        let long = snippet("zee", &"woord ".repeat(100));
        assert!(long.len() < PASSAGE_BYTES + 10 && long.ends_with("woord …"), "{long}");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_short_snippet(
            text in "(\\PC{0,30}|motie|[ \n-])*", query in "\\PC{0,10}|motie|\"de motie\"|mo*"
        ) {
            let shown = snippet(&query, &text);
            prop_assert!(shown.len() <= text.len().min(PASSAGE_BYTES * 3) + 400);
        }
    }
}
