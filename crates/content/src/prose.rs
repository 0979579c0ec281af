//! The one shape of extracted text, whatever file it came from.
//!
//! It says what the source says: a heading is a heading only if the source marks it so. A page
//! renders it by walking the tree; there is no markup in any string.

use serde::{Deserialize, Serialize};

use crate::publication::Publication;

/// How deep blocks, and how deep inline elements, may nest; what is deeper is unwrapped.
///
/// It keeps every walk over the tree, and `serde_json` (128 levels), far from its limit.
const MAX_DEPTH: usize = 8;

/// A document: its blocks in reading order, and its notes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prose {
    /// The text, in reading order.
    #[serde(rename = "b")]
    pub blocks: Vec<Block>,
    /// Footnotes and endnotes; [`Inline::NoteRef`] points at them by position.
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The pages of a PDF that could not be read, counted from 1. The text of the others is here.
    #[serde(rename = "u", default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable_pages: Vec<u32>,
    /// The text was recognised in the picture of a scan, and may have mistakes in it.
    #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
    pub recognised: bool,
    /// What an official publication says about itself, besides its text.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Box<Publication>>,
}

/// A part of the text that stands on its own lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// A title; level 1 is the highest, 6 the lowest.
    #[serde(rename = "h")]
    Heading {
        /// From 1 to 6.
        #[serde(rename = "l")]
        level: u8,
        /// The title itself.
        #[serde(rename = "c")]
        content: Vec<Inline>,
    },
    /// A paragraph.
    #[serde(rename = "p")]
    Paragraph(Vec<Inline>),
    /// A list.
    #[serde(rename = "l")]
    List {
        /// Numbered or lettered, as opposed to bulleted.
        #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
        ordered: bool,
        /// The items.
        #[serde(rename = "i")]
        items: Vec<Item>,
    },
    /// A table.
    #[serde(rename = "t")]
    Table {
        /// From top to bottom, each from left to right.
        #[serde(rename = "r")]
        rows: Vec<Vec<Cell>>,
    },
    /// A passage that the source sets apart as quoted.
    #[serde(rename = "q")]
    Quote(Vec<Block>),
    /// Here begins this page (counted from 1) of a paged source.
    #[serde(rename = "n")]
    PageBreak(u32),
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The number as the source gives it ("3.", "b.", "2°"), to be shown as it is: numbering it
    /// again could make it wrong. `None` for a bullet, and where the source leaves it to the reader.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What the item holds.
    #[serde(rename = "c")]
    pub content: Vec<Block>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// It heads a column or a row.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub header: bool,
    /// How many columns it takes, if more than one.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<u16>,
    /// How many rows it takes, if more than one.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u16>,
    /// What the cell holds.
    #[serde(rename = "c")]
    pub content: Vec<Block>,
}

/// A footnote or endnote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its number or sign, as the source gives it.
    #[serde(rename = "n")]
    pub label: String,
    /// Its text.
    #[serde(rename = "c")]
    pub content: Vec<Block>,
}

/// A part of a line of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inline {
    /// Characters, without markup of any kind.
    #[serde(rename = "t")]
    Text(String),
    /// Bold.
    #[serde(rename = "b")]
    Strong(Vec<Inline>),
    /// Italic or underlined.
    #[serde(rename = "i")]
    Emphasis(Vec<Inline>),
    /// Raised.
    #[serde(rename = "p")]
    Superscript(Vec<Inline>),
    /// Lowered.
    #[serde(rename = "s")]
    Subscript(Vec<Inline>),
    /// A reference to the note at this position in [`Prose::notes`].
    #[serde(rename = "n")]
    NoteRef(usize),
    /// A link; its address is one that [`safe_link`] lets through.
    #[serde(rename = "a")]
    Link {
        /// Absolute, with scheme http, https or mailto.
        #[serde(rename = "h")]
        href: String,
        /// What it reads.
        #[serde(rename = "c")]
        content: Vec<Inline>,
    },
    /// A new line within a paragraph.
    #[serde(rename = "br")]
    LineBreak,
}

/// The address, if it is one that may be linked to: absolute, http, https or mailto, and without
/// white space or control characters. Anything else (`javascript:`, relative, `file:`) gives `None`.
pub fn safe_link(href: &str) -> Option<String> {
    let href = href.trim();
    let scheme = href.split_once(':')?.0;
    let known = ["http", "https", "mailto"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    let clean = !href.contains(|c: char| c.is_whitespace() || c.is_control());
    (known && clean).then(|| href.to_owned())
}

impl Prose {
    /// All text, for search and for counting: a line per block, the notes at the end.
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        write_blocks(&self.blocks, &mut text);
        for note in &self.notes {
            write_blocks(&note.content, &mut text);
        }
        text
    }

    /// Unwraps what is nested deeper than [`MAX_DEPTH`].
    pub(crate) fn bound_depth(&mut self) {
        bound_blocks(&mut self.blocks, MAX_DEPTH);
        for note in &mut self.notes {
            bound_blocks(&mut note.content, MAX_DEPTH);
        }
    }
}

/// The number of words: runs between white space with at least one letter or digit.
pub(crate) fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// Writes the text of blocks, each on a line of its own.
pub(crate) fn write_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph(content) => {
                write_inlines(content, out);
                out.push('\n');
            }
            Block::List { items, .. } => {
                for item in items {
                    if let Some(label) = &item.label {
                        out.push_str(label);
                        out.push(' ');
                    }
                    write_blocks(&item.content, out);
                    if item.content.is_empty() {
                        out.push('\n');
                    }
                }
            }
            Block::Table { rows } => {
                for cell in rows.iter().flatten() {
                    write_blocks(&cell.content, out);
                }
            }
            Block::Quote(blocks) => write_blocks(blocks, out),
            Block::PageBreak(_) => {}
        }
    }
}

/// Writes the text of a line; the place of a note reference stays empty.
pub(crate) fn write_inlines(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Superscript(content)
            | Inline::Subscript(content)
            | Inline::Link { content, .. } => write_inlines(content, out),
            Inline::NoteRef(_) => {}
            Inline::LineBreak => out.push('\n'),
        }
    }
}

/// Cleans a line of text: one space for any run of white space, none at its ends or around a line
/// break, no invisible characters, no empty elements, and neighbours of the same kind merged.
pub(crate) fn tidy(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut after_space = true;
    let mut tidied = collapse(merge(inlines), &mut after_space);
    trim_end(&mut tidied);
    tidied
}

/// Characters that show nothing, and would keep a search from finding the word they are in.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffe}')
}

fn collapse(inlines: Vec<Inline>, after_space: &mut bool) -> Vec<Inline> {
    let mut out = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match inline {
            Inline::Text(text) => {
                let mut collapsed = String::with_capacity(text.len());
                for c in text.chars() {
                    if c.is_whitespace() {
                        if !*after_space {
                            collapsed.push(' ');
                        }
                        *after_space = true;
                    } else if !is_invisible(c) {
                        collapsed.push(c);
                        *after_space = false;
                    }
                }
                if !collapsed.is_empty() {
                    out.push(Inline::Text(collapsed));
                }
            }
            Inline::LineBreak => {
                trim_end(&mut out);
                // A break before anything else on the line says nothing.
                if !out.is_empty() {
                    out.push(Inline::LineBreak);
                }
                *after_space = true;
            }
            Inline::NoteRef(note) => {
                out.push(Inline::NoteRef(note));
                *after_space = false;
            }
            mut nested => {
                if let Some(content) = nested_mut(&mut nested) {
                    *content = collapse(std::mem::take(content), after_space);
                    if !content.is_empty() {
                        out.push(nested);
                    }
                }
            }
        }
    }
    out
}

/// Merges neighbouring texts, and neighbours with the same markup: word processors cut one bold
/// phrase into many runs.
fn merge(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match (out.last_mut(), inline) {
            (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
            (Some(Inline::Strong(last)), Inline::Strong(content))
            | (Some(Inline::Emphasis(last)), Inline::Emphasis(content))
            | (Some(Inline::Superscript(last)), Inline::Superscript(content))
            | (Some(Inline::Subscript(last)), Inline::Subscript(content)) => last.extend(content),
            (Some(Inline::Link { href: last, content }), Inline::Link { href, content: more })
                if *last == href =>
            {
                content.extend(more);
            }
            (_, inline) => out.push(inline),
        }
    }
    for inline in &mut out {
        if let Some(content) = nested_mut(inline) {
            *content = merge(std::mem::take(content));
        }
    }
    out
}

/// Removes white space and line breaks from the end.
fn trim_end(inlines: &mut Vec<Inline>) {
    while let Some(last) = inlines.last_mut() {
        let empty = match last {
            Inline::Text(text) => {
                text.truncate(text.trim_end().len());
                text.is_empty()
            }
            Inline::LineBreak => true,
            Inline::NoteRef(_) => false,
            nested => nested_mut(nested).is_some_and(|content| {
                trim_end(content);
                content.is_empty()
            }),
        };
        if !empty {
            break;
        }
        inlines.pop();
    }
}

fn nested_mut(inline: &mut Inline) -> Option<&mut Vec<Inline>> {
    match inline {
        Inline::Strong(content)
        | Inline::Emphasis(content)
        | Inline::Superscript(content)
        | Inline::Subscript(content)
        | Inline::Link { content, .. } => Some(content),
        Inline::Text(_) | Inline::NoteRef(_) | Inline::LineBreak => None,
    }
}

/// Unwraps blocks that are nested deeper than `depth`, and inline elements likewise.
pub(crate) fn bound_blocks(blocks: &mut Vec<Block>, depth: usize) {
    for block in std::mem::take(blocks) {
        match block {
            Block::Heading { level, mut content } => {
                bound_inlines(&mut content, MAX_DEPTH);
                blocks.push(Block::Heading { level, content });
            }
            Block::Paragraph(mut content) => {
                bound_inlines(&mut content, MAX_DEPTH);
                blocks.push(Block::Paragraph(content));
            }
            Block::List { items, .. } if depth == 0 => {
                for mut item in items {
                    let label = item.label.map(|label| Block::Paragraph(vec![Inline::Text(label)]));
                    blocks.extend(label);
                    bound_blocks(&mut item.content, 0);
                    blocks.append(&mut item.content);
                }
            }
            Block::Table { rows } if depth == 0 => {
                for mut cell in rows.into_iter().flatten() {
                    bound_blocks(&mut cell.content, 0);
                    blocks.append(&mut cell.content);
                }
            }
            Block::Quote(mut content) if depth == 0 => {
                bound_blocks(&mut content, 0);
                blocks.append(&mut content);
            }
            Block::List { ordered, mut items } => {
                items.iter_mut().for_each(|item| bound_blocks(&mut item.content, depth - 1));
                blocks.push(Block::List { ordered, items });
            }
            Block::Table { mut rows } => {
                for cell in rows.iter_mut().flatten() {
                    bound_blocks(&mut cell.content, depth - 1);
                }
                blocks.push(Block::Table { rows });
            }
            Block::Quote(mut content) => {
                bound_blocks(&mut content, depth - 1);
                blocks.push(Block::Quote(content));
            }
            Block::PageBreak(page) => blocks.push(Block::PageBreak(page)),
        }
    }
}

fn bound_inlines(inlines: &mut Vec<Inline>, depth: usize) {
    for mut inline in std::mem::take(inlines) {
        match nested_mut(&mut inline) {
            Some(content) if depth == 0 => {
                bound_inlines(content, 0);
                inlines.append(content);
            }
            Some(content) => {
                bound_inlines(content, depth - 1);
                inlines.push(inline);
            }
            None => inlines.push(inline),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    #[test]
    fn white_space_collapses_across_the_markup() {
        let line = vec![
            text("\n  De "),
            Inline::Strong(vec![text(" voor"), text("zitter ")]),
            Inline::Strong(vec![text("")]),
            text(" :\u{a0} Ik open de\n        ver\u{ad}gadering. "),
        ];
        assert_eq!(
            tidy(line),
            [
                text("De "),
                Inline::Strong(vec![text("voorzitter ")]),
                text(": Ik open de vergadering.")
            ]
        );
    }

    #[test]
    fn line_breaks_are_kept_between_words_only() {
        let line = vec![
            Inline::LineBreak,
            text("a "),
            Inline::LineBreak,
            text(" b"),
            Inline::Emphasis(vec![text(" "), Inline::LineBreak]),
        ];
        assert_eq!(tidy(line), [text("a"), Inline::LineBreak, text("b")]);
    }

    #[test]
    fn plain_text_has_a_line_per_block_and_the_notes_at_the_end() {
        let prose = Prose {
            blocks: vec![
                Block::Heading { level: 1, content: vec![text("Rusland")] },
                Block::Paragraph(vec![text("Motie"), Inline::NoteRef(0), text(" van de leden")]),
                Block::List {
                    ordered: true,
                    items: vec![Item {
                        label: Some("1.".into()),
                        content: vec![Block::Paragraph(vec![text("Ja.")])],
                    }],
                },
                Block::PageBreak(2),
            ],
            notes: vec![Note {
                label: "1".into(),
                content: vec![Block::Paragraph(vec![text("Kamerstuk 35373, nr. 1")])],
            }],
            unreadable_pages: vec![],
            recognised: false,
            publication: None,
        };
        assert_eq!(
            prose.plain_text(),
            "Rusland\nMotie van de leden\n1. Ja.\nKamerstuk 35373, nr. 1\n"
        );
        assert_eq!(word_count(&prose.plain_text()), 11);
    }

    #[test]
    fn it_is_stored_compactly() {
        let prose = Prose {
            blocks: vec![Block::Paragraph(vec![text("De "), Inline::Strong(vec![text("Kamer")])])],
            ..Prose::default()
        };
        let json = serde_json::to_string(&prose).unwrap();
        assert_eq!(json, r#"{"b":[{"p":[{"t":"De "},{"b":[{"t":"Kamer"}]}]}]}"#);
        assert_eq!(serde_json::from_str::<Prose>(&json).unwrap(), prose);
    }

    #[test]
    fn links_lead_only_to_the_web_and_to_mail() {
        assert_eq!(
            safe_link(" https://www.tweedekamer.nl/ ").as_deref(),
            Some("https://www.tweedekamer.nl/")
        );
        assert_eq!(
            safe_link("MAILTO:griffie@example.nl").as_deref(),
            Some("MAILTO:griffie@example.nl")
        );
        for bad in [
            "javascript:alert(1)",
            "java\nscript:x",
            "//evil.example",
            "/zaak",
            "",
            "data:text/html,x",
            "https://a b",
        ] {
            assert_eq!(safe_link(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_unwrapped_and_survives_storage() {
        let mut line = vec![text("diep")];
        let mut blocks = vec![];
        for _ in 0..200 {
            line = vec![Inline::Link { href: "https://example.nl".into(), content: line }];
        }
        blocks.push(Block::Paragraph(line));
        for _ in 0..200 {
            blocks = vec![Block::Table {
                rows: vec![vec![Cell { content: blocks, ..Cell::default() }]],
            }];
        }
        let mut prose = Prose { blocks, ..Prose::default() };
        prose.bound_depth();
        assert_eq!(prose.plain_text(), "diep\n");
        let json = serde_json::to_string(&prose).unwrap();
        assert_eq!(serde_json::from_str::<Prose>(&json).unwrap(), prose);
    }
}
