//! What changed between two texts: by words, with paragraphs that moved recognised as such.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::prose::{Block, Prose, write_blocks, write_inlines};

/// How long comparing may take; after that the rest is told apart more coarsely.
const TIME: Duration = Duration::from_secs(2);
/// Two paragraphs with at least this part of their words in common are versions of one another.
const SIMILAR: f64 = 0.5;
/// A paragraph of fewer words is not called moved: "en gaat over tot de orde van de dag" may be.
const MOVED_WORDS: usize = 4;

/// A paragraph, title, item or cell of one of the two texts, or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The level of a title.
    pub heading: Option<u8>,
    /// What became of it.
    pub change: Change,
}

/// What became of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is the same in both.
    Same(String),
    /// It has other words.
    Words(Vec<Piece>),
    /// Only the new text has it.
    Added(String),
    /// Only the old text has it.
    Removed(String),
    /// It stood elsewhere in the old text.
    MovedHere(Vec<Piece>),
    /// It stands elsewhere in the new text.
    MovedAway(String),
}

/// Some words of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In both texts.
    Same(String),
    /// In the new text only.
    Added(String),
    /// In the old text only.
    Removed(String),
}

struct Paragraph {
    heading: Option<u8>,
    words: Vec<String>,
}

impl Paragraph {
    fn text(&self) -> String {
        self.words.join(" ")
    }
}

/// Compares two texts; the lines are in the order of the new one, with what was removed in its place.
pub fn difference(old: &Prose, new: &Prose) -> Vec<Line> {
    let deadline = Some(Instant::now() + TIME);
    let old = paragraphs(old);
    let new = paragraphs(new);
    let key = |paragraph: &Paragraph| paragraph.words.clone();
    let old_keys: Vec<Vec<String>> = old.iter().map(key).collect();
    let new_keys: Vec<Vec<String>> = new.iter().map(key).collect();
    let operations =
        capture_diff_slices_deadline(Algorithm::Patience, &old_keys, &new_keys, deadline);

    let mut pairs: HashMap<usize, usize> = HashMap::new();
    let (mut removed, mut added) = (vec![], vec![]);
    for operation in &operations {
        if operation.tag() == similar::DiffTag::Equal {
            continue;
        }
        // Within a stretch that differs, paragraphs alike stay in each other's place.
        let mut from = operation.new_range().start;
        for place in operation.old_range() {
            let best = (from..operation.new_range().end)
                .take(50)
                .map(|candidate| (candidate, alike(old.get(place), new.get(candidate))))
                .filter(|(_, alike)| *alike >= SIMILAR)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            match best {
                Some((candidate, _)) => {
                    pairs.insert(candidate, place);
                    from = candidate + 1;
                }
                None => removed.push(place),
            }
        }
        added.extend(operation.new_range().filter(|place| !pairs.contains_key(place)));
    }
    let moved = moved(&old, &new, &removed, &added);

    let mut lines = vec![];
    for operation in operations {
        if let DiffOp::Equal { new_index, len, .. } = operation {
            for paragraph in new.iter().skip(new_index).take(len) {
                lines.push(line(paragraph, Change::Same(paragraph.text())));
            }
            continue;
        }
        let mut waiting = operation.old_range();
        let mut tell_removed = |until: usize, lines: &mut Vec<Line>| {
            for place in waiting.by_ref().take_while(|place| *place != until) {
                let Some(paragraph) = old.get(place) else { continue };
                let text = paragraph.text();
                let is_moved = moved.values().any(|from| *from == place);
                let change = if is_moved { Change::MovedAway(text) } else { Change::Removed(text) };
                lines.push(line(paragraph, change));
            }
        };
        for place in operation.new_range() {
            let Some(paragraph) = new.get(place) else { continue };
            let change = if let Some(before) = pairs.get(&place) {
                tell_removed(*before, &mut lines);
                Change::Words(words(old.get(*before), paragraph, deadline))
            } else if let Some(before) = moved.get(&place) {
                Change::MovedHere(words(old.get(*before), paragraph, deadline))
            } else {
                Change::Added(paragraph.text())
            };
            lines.push(line(paragraph, change));
        }
        tell_removed(usize::MAX, &mut lines);
    }
    lines
}

fn line(paragraph: &Paragraph, change: Change) -> Line {
    Line { heading: paragraph.heading, change }
}

/// Added paragraphs with the removed one that each of them was.
fn moved(
    old: &[Paragraph],
    new: &[Paragraph],
    removed: &[usize],
    added: &[usize],
) -> HashMap<usize, usize> {
    let mut moved = HashMap::new();
    let mut by_text: HashMap<&[String], Vec<usize>> = HashMap::new();
    for place in removed.iter().rev() {
        if let Some(paragraph) = old.get(*place).filter(|it| it.words.len() >= MOVED_WORDS) {
            by_text.entry(&paragraph.words).or_default().push(*place);
        }
    }
    for place in added {
        let Some(paragraph) = new.get(*place) else { continue };
        if let Some(from) = by_text.get_mut(paragraph.words.as_slice()).and_then(Vec::pop) {
            moved.insert(*place, from);
        }
    }
    moved
}

/// The part of their words that two paragraphs have in common, from 0 to 1.
fn alike(old: Option<&Paragraph>, new: Option<&Paragraph>) -> f64 {
    let (Some(old), Some(new)) = (old, new) else { return 0.0 };
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in &old.words {
        *counts.entry(word).or_default() += 1;
    }
    let mut common = 0_u32;
    for word in &new.words {
        if let Some(count) = counts.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    let total = u32::try_from(old.words.len() + new.words.len()).unwrap_or(u32::MAX).max(1);
    2.0 * f64::from(common) / f64::from(total)
}

fn words(old: Option<&Paragraph>, new: &Paragraph, deadline: Option<Instant>) -> Vec<Piece> {
    let before: &[String] = old.map_or(&[], |paragraph| &paragraph.words);
    let mut pieces = vec![];
    let join = |words: &[String], range: std::ops::Range<usize>| {
        words.get(range).unwrap_or_default().join(" ")
    };
    for operation in capture_diff_slices_deadline(Algorithm::Myers, before, &new.words, deadline) {
        if operation.tag() == similar::DiffTag::Equal {
            pieces.push(Piece::Same(join(&new.words, operation.new_range())));
            continue;
        }
        if !operation.old_range().is_empty() {
            pieces.push(Piece::Removed(join(before, operation.old_range())));
        }
        if !operation.new_range().is_empty() {
            pieces.push(Piece::Added(join(&new.words, operation.new_range())));
        }
    }
    pieces
}

/// The text in paragraphs: items of lists and cells of tables are paragraphs too, and notes come last.
fn paragraphs(prose: &Prose) -> Vec<Paragraph> {
    let mut found = vec![];
    gather(&prose.blocks, &mut found);
    for note in &prose.notes {
        gather(&note.content, &mut found);
    }
    found
}

fn gather(blocks: &[Block], found: &mut Vec<Paragraph>) {
    for block in blocks {
        let (heading, text) = match block {
            Block::Heading { level, content } => {
                let mut text = String::new();
                write_inlines(content, &mut text);
                (Some(*level), text)
            }
            Block::List { items, .. } => {
                for item in items {
                    let mut own = vec![];
                    gather(&item.content, &mut own);
                    if let (Some(label), Some(first)) = (&item.label, own.first_mut()) {
                        first.words.insert(0, label.clone());
                    }
                    found.append(&mut own);
                }
                continue;
            }
            Block::Table { rows } => {
                rows.iter().flatten().for_each(|cell| gather(&cell.content, found));
                continue;
            }
            Block::Quote(blocks) => {
                gather(blocks, found);
                continue;
            }
            Block::Paragraph(_) => {
                let mut text = String::new();
                write_blocks(std::slice::from_ref(block), &mut text);
                (None, text)
            }
            Block::PageBreak(_) => continue,
        };
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            found.push(Paragraph { heading, words });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::Inline;

    fn prose(paragraphs: &[&str]) -> Prose {
        let paragraph = |text: &&str| Block::Paragraph(vec![Inline::Text((*text).to_owned())]);
        Prose { blocks: paragraphs.iter().map(paragraph).collect(), ..Prose::default() }
    }

    fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
        difference(&prose(old), &prose(new)).into_iter().map(|line| line.change).collect()
    }

    // The words of two motions of 2025 on the same subject, one in the place of the other.
    const BEFORE: [&str; 4] = [
        "De Kamer,",
        "constaterende dat apothekers soms niet mogen leveren terwijl ze dit wel kunnen;",
        "verzoekt de regering hierover voor de zomer te rapporteren,",
        "en gaat over tot de orde van de dag.",
    ];

    #[test]
    fn equal_texts_have_no_difference() {
        let same = changes(&BEFORE, &BEFORE);
        assert!(same.iter().all(|change| matches!(change, Change::Same(_))));
        assert_eq!(same.len(), 4);
        assert_eq!(changes(&[], &[]), []);
    }

    #[test]
    fn other_words_are_told_apart_within_their_paragraph() {
        let mut after = BEFORE;
        after[2] = "verzoekt de regering hierover na de zomer te rapporteren aan de Kamer,";
        let found = changes(&BEFORE, &after);
        let piece = |text: &str| Piece::Same(text.into());
        assert_eq!(
            found[2],
            Change::Words(vec![
                piece("verzoekt de regering hierover"),
                Piece::Removed("voor".into()),
                Piece::Added("na".into()),
                piece("de zomer te"),
                Piece::Removed("rapporteren,".into()),
                Piece::Added("rapporteren aan de Kamer,".into()),
            ])
        );
        assert!(matches!(found[3], Change::Same(_)));
    }

    #[test]
    fn a_paragraph_that_moved_is_not_removed_and_added() {
        let after = [BEFORE[0], BEFORE[2], BEFORE[1], BEFORE[3]];
        let found = changes(&BEFORE, &after);
        let away = found.iter().filter(|it| matches!(it, Change::MovedAway(_))).count();
        let here = found.iter().filter(|it| matches!(it, Change::MovedHere(_))).count();
        assert_eq!((found.len(), away, here), (5, 1, 1), "{found:?}");
    }

    #[test]
    fn what_has_no_counterpart_is_removed_or_added() {
        let found = changes(&["eerst dit hier", "samen"], &["samen", "iets heel anders daar"]);
        assert_eq!(
            found,
            [
                Change::Removed("eerst dit hier".into()),
                Change::Same("samen".into()),
                Change::Added("iets heel anders daar".into()),
            ]
        );
    }

    /// All words of both texts are there, in their order, whatever the texts.
    #[test]
    fn nothing_is_lost_between_two_real_texts() {
        let read = |bytes: &[u8]| match crate::extract(bytes).unwrap().content {
            crate::Content::Prose(prose) => prose,
            crate::Content::Transcript(_) => panic!("a motion"),
        };
        let old = read(include_bytes!("../tests/data/motie.docx"));
        let new = read(include_bytes!("../tests/data/kst-motie.xml"));
        let lines = difference(&old, &new);
        let (mut before, mut after) = (vec![], vec![]);
        for line in &lines {
            match &line.change {
                Change::Same(text) => {
                    before.push(text.clone());
                    after.push(text.clone());
                }
                Change::Added(text) => after.push(text.clone()),
                Change::Removed(text) | Change::MovedAway(text) => before.push(text.clone()),
                Change::Words(pieces) | Change::MovedHere(pieces) => {
                    let is_moved = matches!(line.change, Change::MovedHere(_));
                    for piece in pieces {
                        match piece {
                            Piece::Same(text) => {
                                after.push(text.clone());
                                if !is_moved {
                                    before.push(text.clone());
                                }
                            }
                            Piece::Added(text) => after.push(text.clone()),
                            Piece::Removed(text) => before.push(text.clone()),
                        }
                    }
                }
            }
        }
        let words = |prose: &Prose| {
            let all: Vec<String> = paragraphs(prose).into_iter().flat_map(|it| it.words).collect();
            all.join(" ")
        };
        assert_eq!(before.join(" "), words(&old));
        assert_eq!(after.join(" "), words(&new));
        assert!(lines.iter().any(|line| line.change == Change::Same("De Kamer,".into())));
    }
}
