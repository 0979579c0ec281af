//! References in extracted text: gathering them with their passages, and making links of them.

use std::collections::HashMap;

use super::{Reference, Target, find};
use crate::extract::Content;
use crate::prose::{Block, Inline};
use crate::transcript::Part;

/// The most of a text that is shown around a reference, in characters, on either side.
const PASSAGE: usize = 110;
/// The most things that one text is said to refer to; the largest real ones have some hundreds.
const MAX_TARGETS: usize = 5_000;

/// Something that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// What.
    pub target: Target,
    /// The first passage that does.
    pub passage: String,
    /// How often.
    pub times: u64,
}

/// All that a text refers to, each once, in the order in which it is first named.
pub fn cited(content: &Content) -> Vec<Cited> {
    let mut found: Vec<Cited> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut see = |line: &[Inline]| {
        let text = text_of(line);
        for Reference { range, target } in find(&text) {
            if let Some(cited) = places.get(&target.key()).and_then(|place| found.get_mut(*place)) {
                cited.times += 1;
            } else if found.len() < MAX_TARGETS {
                places.insert(target.key(), found.len());
                let passage = passage(&text, range.start, range.end);
                found.push(Cited { target, passage, times: 1 });
            }
        }
    };
    see_content(content, &mut see);
    found
}

/// What is said around a reference, in whole words.
fn passage(text: &str, start: usize, end: usize) -> String {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let from = before.char_indices().rev().nth(PASSAGE).map(|(place, _)| place);
    let to = after.char_indices().nth(PASSAGE).map(|(place, _)| place);
    let mut passage = String::new();
    match from.and_then(|from| before.get(from..)) {
        Some(near) => {
            let near = near.split_once(char::is_whitespace).map_or(near, |(_, whole)| whole);
            passage.push_str("… ");
            passage.push_str(near);
        }
        None => passage.push_str(before),
    }
    passage.push_str(text.get(start..end).unwrap_or_default());
    match to.and_then(|to| after.get(..to)) {
        Some(near) => {
            let near = near.rsplit_once(char::is_whitespace).map_or(near, |(whole, _)| whole);
            passage.push_str(near);
            passage.push_str(" …");
        }
        None => passage.push_str(after),
    }
    passage.replace('\n', " ")
}

/// What a text refers to, to be looked up before links are made.
pub fn targets(content: &Content) -> Vec<Target> {
    let mut targets = Vec::new();
    see_content(content, &mut |line| {
        targets.extend(find(&text_of(line)).into_iter().map(|reference| reference.target));
    });
    targets
}

/// Makes links of the references in a text; `address` says where a target is, or that it gets no
/// link. What is a link already stays as it is.
pub fn link(content: &mut Content, address: &dyn Fn(&Target) -> Option<String>) {
    match content {
        Content::Prose(prose) => {
            link_blocks(&mut prose.blocks, address);
            for note in &mut prose.notes {
                link_blocks(&mut note.content, address);
            }
        }
        Content::Transcript(transcript) => link_parts(&mut transcript.vergadering.parts, address),
    }
}

fn link_parts(parts: &mut [Part], address: &dyn Fn(&Target) -> Option<String>) {
    for part in parts {
        match part {
            Part::Section(section) => link_parts(&mut section.parts, address),
            Part::Speech(speech) => link_parts(&mut speech.parts, address),
            Part::Fragment(fragment) => link_blocks(&mut fragment.text, address),
            Part::Text(blocks) => link_blocks(blocks, address),
        }
    }
}

fn link_blocks(blocks: &mut [Block], address: &dyn Fn(&Target) -> Option<String>) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph(content) => {
                link_line(content, address);
            }
            Block::List { items, .. } => {
                items.iter_mut().for_each(|item| link_blocks(&mut item.content, address));
            }
            Block::Table { rows } => {
                rows.iter_mut().flatten().for_each(|cell| link_blocks(&mut cell.content, address));
            }
            Block::Quote(blocks) => link_blocks(blocks, address),
            Block::PageBreak(_) => {}
        }
    }
}

fn link_line(line: &mut Vec<Inline>, address: &dyn Fn(&Target) -> Option<String>) {
    let links: Vec<(std::ops::Range<usize>, String)> = find(&text_of(line))
        .into_iter()
        .filter_map(|reference| Some((reference.range, address(&reference.target)?)))
        .collect();
    if !links.is_empty() {
        let mut place = 0;
        *line = linked(std::mem::take(line), &links, &mut place);
    }
}

/// The line with its links; `place` is how far in its text we are.
fn linked(
    line: Vec<Inline>,
    links: &[(std::ops::Range<usize>, String)],
    place: &mut usize,
) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::new();
    for inline in line {
        match inline {
            Inline::Text(text) => {
                let start = *place;
                let mut done = 0;
                for (range, href) in links {
                    let from = range.start.max(start).saturating_sub(start);
                    let to = range.end.saturating_sub(start).min(text.len());
                    if range.start >= start + text.len() || range.end <= start {
                        continue;
                    }
                    push_text(&mut out, text.get(done..from).unwrap_or_default());
                    push_link(&mut out, href, text.get(from..to).unwrap_or_default());
                    done = to;
                }
                push_text(&mut out, text.get(done..).unwrap_or_default());
                *place += text.len();
            }
            Inline::LineBreak => {
                *place += 1;
                out.push(Inline::LineBreak);
            }
            Inline::NoteRef(note) => out.push(Inline::NoteRef(note)),
            Inline::Link { href, content } => {
                *place += text_of(&content).len();
                out.push(Inline::Link { href, content });
            }
            Inline::Strong(content) => out.push(Inline::Strong(linked(content, links, place))),
            Inline::Emphasis(content) => out.push(Inline::Emphasis(linked(content, links, place))),
            Inline::Superscript(content) => {
                out.push(Inline::Superscript(linked(content, links, place)));
            }
            Inline::Subscript(content) => {
                out.push(Inline::Subscript(linked(content, links, place)))
            }
        }
    }
    out
}

fn push_text(out: &mut Vec<Inline>, text: &str) {
    if !text.is_empty() {
        out.push(Inline::Text(text.to_owned()));
    }
}

/// A link, or more of the one before.
fn push_link(out: &mut Vec<Inline>, address: &str, text: &str) {
    let text = Inline::Text(text.to_owned());
    match out.last_mut() {
        Some(Inline::Link { href, content }) if href == address => content.push(text),
        _ => out.push(Inline::Link { href: address.to_owned(), content: vec![text] }),
    }
}

/// The text of a line, byte for byte as [`linked`] counts it.
fn text_of(line: &[Inline]) -> String {
    let mut text = String::new();
    crate::prose::write_inlines(line, &mut text);
    text
}

fn see_content(content: &Content, see: &mut impl FnMut(&[Inline])) {
    match content {
        Content::Prose(prose) => {
            see_blocks(&prose.blocks, see);
            for note in &prose.notes {
                see_blocks(&note.content, see);
            }
        }
        Content::Transcript(transcript) => see_parts(&transcript.vergadering.parts, see),
    }
}

fn see_blocks(blocks: &[Block], see: &mut impl FnMut(&[Inline])) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph(content) => see(content),
            Block::List { items, .. } => {
                items.iter().for_each(|item| see_blocks(&item.content, see));
            }
            Block::Table { rows } => {
                rows.iter().flatten().for_each(|cell| see_blocks(&cell.content, see));
            }
            Block::Quote(blocks) => see_blocks(blocks, see),
            Block::PageBreak(_) => {}
        }
    }
}

fn see_parts(parts: &[Part], see: &mut impl FnMut(&[Inline])) {
    for part in parts {
        match part {
            Part::Section(section) => {
                for zaak in &section.zaken {
                    see(&[Inline::Text(zaak.titel.clone())]);
                }
                see_parts(&section.parts, see);
            }
            Part::Speech(speech) => see_parts(&speech.parts, see),
            Part::Fragment(fragment) => see_blocks(&fragment.text, see),
            Part::Text(blocks) => see_blocks(blocks, see),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::Prose;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn link(href: &str, content: &str) -> Inline {
        Inline::Link { href: href.into(), content: vec![text(content)] }
    }

    fn linked_line(line: Vec<Inline>) -> Vec<Inline> {
        let mut blocks = [Block::Paragraph(line)];
        link_blocks(&mut blocks, &|target| match target {
            Target::Dossier(_) => None,
            target => Some(format!("/{}", target.key())),
        });
        let [Block::Paragraph(line)] = blocks else { panic!() };
        line
    }

    #[test]
    fn a_reference_becomes_a_link_and_the_text_stays_as_it_was() {
        assert_eq!(
            linked_line(vec![text("Zie 35 570, nr. 2 (36 800) en 2023D12345.")]),
            [
                text("Zie "),
                link("/kst:35570-2", "35 570, nr. 2"),
                text(" (36 800) en "),
                link("/2023D12345", "2023D12345"),
                text("."),
            ]
        );
    }

    #[test]
    fn a_reference_that_runs_through_markup_is_linked_in_each_part() {
        let line = vec![
            text("é "),
            Inline::Strong(vec![text("35 570"), Inline::NoteRef(0), text(", nr.")]),
            text(" 2."),
        ];
        assert_eq!(
            linked_line(line),
            [
                text("é "),
                Inline::Strong(vec![
                    link("/kst:35570-2", "35 570"),
                    Inline::NoteRef(0),
                    link("/kst:35570-2", ", nr.")
                ]),
                link("/kst:35570-2", " 2"),
                text("."),
            ]
        );
    }

    #[test]
    fn a_link_of_the_source_stays() {
        let own = link("https://x.nl", "35 570, nr. 2");
        assert_eq!(linked_line(vec![own.clone()]), [own]);
    }

    #[test]
    fn each_target_is_cited_once_with_its_first_passage() {
        let filler = "woord ".repeat(60);
        let line = format!("{filler}eerst 35 570, nr. 2 dan {filler}");
        let prose = Prose {
            blocks: vec![
                Block::Paragraph(vec![text(&line)]),
                Block::Quote(vec![Block::Paragraph(vec![text("nog eens 35570-2")])]),
            ],
            ..Prose::default()
        };
        let [cited] = cited(&Content::Prose(prose)).try_into().unwrap();
        assert_eq!(cited.times, 2);
        assert!(cited.passage.starts_with("… woord"), "{}", cited.passage);
        assert!(cited.passage.contains("eerst 35 570, nr. 2 dan"));
        assert!(cited.passage.ends_with("woord …") && cited.passage.chars().count() < 260);
    }
}
