//! Word documents of before 2007 (the binary format of Word 97 to 2003), after Microsoft's
//! specification [MS-DOC].
//!
//! Text, titles, tables, emphasis and footnotes are kept; pictures, headers and footers, and comments
//! are not. Numbers that Word itself put before the items of lists are not in the text, and are lost.

use std::io::{Cursor, Read};

use crate::extract::{ExtractError, Flow, text};
use crate::prose::{Block, Cell, Inline, Note, Prose, tidy};

/// The largest stream of the file that is read.
const MAX_STREAM: u64 = 128 << 20;
/// The most pages of formatting, each of 512 bytes, that are looked at.
const MAX_FORMAT_PAGES: usize = 100_000;

/// Reads a Word document.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let mut file =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let main = stream(&mut file, "WordDocument")?;
    let flags = u16_at(&main, 0x0a).ok_or_else(|| damaged("its header is cut off"))?;
    if u16_at(&main, 0) != Some(0xa5ec) {
        return Err(damaged("it is older than Word 97"));
    }
    if flags & 0x0100 != 0 {
        return Err(ExtractError::Encrypted);
    }
    let table = stream(&mut file, if flags & 0x0200 != 0 { "1Table" } else { "0Table" })?;
    let document = Document { main: &main, table: &table };
    let characters = document.characters()?;
    let paragraphs = document.runs(13);
    let marks = document.runs(12);
    let length = |offset| document.length(offset);
    let body = length(0x4c).min(characters.len());
    let notes_end = body.saturating_add(length(0x50)).min(characters.len());
    let note_places = document.positions(3);
    let mut reader =
        Reader { characters: &characters, paragraphs: &paragraphs, marks: &marks, notes: 0 };
    let blocks = reader.blocks(0, body);
    let count = reader.notes;
    let mut notes = vec![];
    for number in 0..count {
        let place = |index: usize| {
            note_places
                .get(index)
                .map_or(notes_end, |place| body.saturating_add(*place))
                .min(notes_end)
        };
        reader.notes = 0;
        let content = reader.blocks(place(number), place(number + 1));
        notes.push(Note { label: (number + 1).to_string(), content });
    }
    // After the notes come headers, comments and endnotes, and then what stands in text boxes.
    let boxes =
        [0x54, 0x58, 0x5c, 0x60].into_iter().map(length).fold(notes_end, usize::saturating_add);
    let boxes = boxes.min(characters.len());
    let mut blocks = blocks;
    blocks.extend(reader.blocks(boxes, boxes.saturating_add(length(0x64)).min(characters.len())));
    Ok(Prose { blocks, notes, ..Prose::default() })
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged(format!("DOC: {reason}"))
}

fn stream(
    file: &mut cfb::CompoundFile<Cursor<&[u8]>>,
    name: &str,
) -> Result<Vec<u8>, ExtractError> {
    let stream = file.open_stream(name).map_err(|error| damaged(&error.to_string()))?;
    let mut bytes = vec![];
    stream.take(MAX_STREAM).read_to_end(&mut bytes).map_err(|error| damaged(&error.to_string()))?;
    Ok(bytes)
}

fn bytes_at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..offset.checked_add(N)?)?.try_into().ok()
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes_at(bytes, offset).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes_at(bytes, offset).map(u32::from_le_bytes)
}

fn size_at(bytes: &[u8], offset: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, offset)?).ok()
}

struct Document<'d> {
    main: &'d [u8],
    table: &'d [u8],
}

/// A character of the text, and where in the file it stands: formatting goes by the latter.
#[derive(Clone, Copy)]
struct Character {
    value: char,
    offset: u32,
}

/// A stretch of the file with one formatting.
struct Run {
    start: u32,
    end: u32,
    style: u16,
    sprms: Vec<u8>,
}

impl Document<'_> {
    /// The number of characters of a part of the text.
    fn length(&self, offset: usize) -> usize {
        size_at(self.main, offset).unwrap_or_default()
    }

    /// The structure with this number in the file's table of contents.
    fn structure(&self, number: usize) -> Option<&[u8]> {
        let entry = 0x9a + number * 8;
        let start = size_at(self.main, entry)?;
        let length = size_at(self.main, entry + 4)?;
        self.table.get(start..start.checked_add(length)?)
    }

    /// The positions in a structure that begins with them: of notes in their text.
    fn positions(&self, number: usize) -> Vec<usize> {
        let bytes = self.structure(number).unwrap_or_default();
        bytes.chunks_exact(4).filter_map(|chunk| size_at(chunk, 0)).collect()
    }

    /// The text, put together from its pieces.
    fn characters(&self) -> Result<Vec<Character>, ExtractError> {
        let mut rest = self.structure(33).ok_or_else(|| damaged("there is no list of pieces"))?;
        while rest.first() == Some(&1) {
            let length = usize::from(u16_at(rest, 1).unwrap_or_default());
            rest = rest.get(3 + length..).unwrap_or_default();
        }
        if rest.first() != Some(&2) {
            return Err(damaged("its list of pieces is not one"));
        }
        let pieces = rest.get(5..).unwrap_or_default();
        let count = pieces.len().saturating_sub(4) / 12;
        let mut characters = vec![];
        for piece in 0..count {
            let from = size_at(pieces, piece * 4).unwrap_or_default();
            let to = size_at(pieces, piece * 4 + 4).unwrap_or_default();
            let place = u32_at(pieces, (count + 1) * 4 + piece * 8 + 2).unwrap_or_default();
            let length = to.saturating_sub(from);
            if characters.len() + length > self.main.len() {
                return Err(damaged("its pieces are larger than the file"));
            }
            let is_compressed = place & 0x4000_0000 != 0;
            let start = place & 0x3fff_ffff;
            if is_compressed {
                let start = start / 2;
                for index in 0..u32::try_from(length).unwrap_or(u32::MAX) {
                    let offset = start + index;
                    let byte = usize::try_from(offset).ok().and_then(|at| self.main.get(at));
                    let value = byte.map_or(' ', |byte| text::windows_1252(*byte));
                    characters.push(Character { value, offset });
                }
            } else {
                let at = usize::try_from(start).unwrap_or(usize::MAX);
                let units = self.main.get(at..).unwrap_or_default().chunks_exact(2).take(length);
                let units = units.map(|pair| u16_at(pair, 0).unwrap_or_default());
                let mut offset = start;
                for value in char::decode_utf16(units) {
                    let value = value.unwrap_or(char::REPLACEMENT_CHARACTER);
                    characters.push(Character { value, offset });
                    // Positions count units: a second one takes a place of its own.
                    if value.len_utf16() == 2 {
                        characters.push(Character { value: '\u{200b}', offset });
                    }
                    offset += 2 * u32::try_from(value.len_utf16()).unwrap_or(1);
                }
            }
        }
        Ok(characters)
    }

    /// The formatting of paragraphs (13) or of characters (12), in the order of the file.
    fn runs(&self, number: usize) -> Vec<Run> {
        let Some(index) = self.structure(number) else { return vec![] };
        let count = index.len().saturating_sub(4) / 8;
        let mut runs = vec![];
        for page in 0..count.min(MAX_FORMAT_PAGES) {
            let Some(page) = size_at(index, (count + 1) * 4 + page * 4) else { continue };
            let start = (page & 0x003f_ffff) * 512;
            let Some(page) = self.main.get(start..start + 512) else { continue };
            let stretches = usize::from(page.get(511).copied().unwrap_or_default());
            for stretch in 0..stretches {
                let (Some(from), Some(to)) =
                    (u32_at(page, stretch * 4), u32_at(page, stretch * 4 + 4))
                else {
                    continue;
                };
                let (style, sprms) = if number == 13 {
                    paragraph_format(page, (stretches + 1) * 4 + stretch * 13)
                } else {
                    (0, character_format(page, (stretches + 1) * 4 + stretch))
                };
                runs.push(Run { start: from, end: to, style, sprms });
            }
        }
        runs.sort_by_key(|run| run.start);
        runs
    }
}

/// The style and the changes to it, from a page of formatting of paragraphs.
fn paragraph_format(page: &[u8], entry: usize) -> (u16, Vec<u8>) {
    let start = usize::from(page.get(entry).copied().unwrap_or_default()) * 2;
    if start == 0 {
        return (0, vec![]);
    }
    let words = usize::from(page.get(start).copied().unwrap_or_default());
    let (from, length) = if words == 0 {
        let words = usize::from(page.get(start + 1).copied().unwrap_or_default());
        (start + 2, words * 2)
    } else {
        (start + 1, words * 2 - 1)
    };
    let style = u16_at(page, from).unwrap_or_default();
    let end = (from + length).min(page.len());
    (style, page.get(from + 2..end).unwrap_or_default().to_vec())
}

fn character_format(page: &[u8], entry: usize) -> Vec<u8> {
    let start = usize::from(page.get(entry).copied().unwrap_or_default()) * 2;
    if start == 0 {
        return vec![];
    }
    let length = usize::from(page.get(start).copied().unwrap_or_default());
    page.get(start + 1..(start + 1 + length).min(page.len())).unwrap_or_default().to_vec()
}

/// The value of a property among the changes to a style, if it is mentioned.
fn property(sprms: &[u8], wanted: u16) -> Option<u8> {
    let mut rest = sprms;
    let mut found = None;
    while let Some(code) = u16_at(rest, 0) {
        // The size of what follows is in the three highest bits of the code.
        let size = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            // A length goes before it; that of a table's definition takes two bytes.
            _ if code == 0xd608 => usize::from(u16_at(rest, 2).unwrap_or_default()) + 1,
            _ => usize::from(rest.get(2).copied().unwrap_or_default()) + 1,
        };
        if code == wanted {
            found = rest.get(2).copied();
        }
        rest = rest.get(2 + size..).unwrap_or_default();
    }
    found
}

const IN_TABLE: u16 = 0x2416;
const ROW_END: u16 = 0x2417;
const OUTLINE_LEVEL: u16 = 0x2640;
const BOLD: u16 = 0x0835;
const ITALIC: u16 = 0x0836;
const HIDDEN: u16 = 0x083c;

struct Reader<'r> {
    characters: &'r [Character],
    paragraphs: &'r [Run],
    marks: &'r [Run],
    /// How many references to notes there were.
    notes: usize,
}

impl Reader<'_> {
    fn run(runs: &[Run], offset: u32) -> Option<&Run> {
        let after = runs.partition_point(|run| run.start <= offset);
        runs.get(after.checked_sub(1)?).filter(|run| offset < run.end)
    }

    /// The text from one character to another.
    fn blocks(&mut self, from: usize, to: usize) -> Vec<Block> {
        let mut flow = Flow::default();
        let mut line: Vec<Inline> = vec![];
        let mut cell: Vec<Block> = vec![];
        let mut row: Vec<Cell> = vec![];
        let mut rows: Vec<Vec<Cell>> = vec![];
        // Fields have a code, which is hidden, and then what it gives.
        let mut fields: Vec<bool> = vec![];
        for character in self.characters.get(from..to).unwrap_or_default() {
            match character.value {
                '\u{13}' => fields.push(true),
                '\u{14}' => {
                    if let Some(in_code) = fields.last_mut() {
                        *in_code = false;
                    }
                }
                '\u{15}' => drop(fields.pop()),
                _ if fields.contains(&true) => {}
                '\r' | '\u{7}' | '\u{c}' => {
                    let format = Self::run(self.paragraphs, character.offset);
                    let property = |code| format.and_then(|run| property(&run.sprms, code));
                    let in_table = property(IN_TABLE).unwrap_or_default() != 0;
                    let content = tidy(std::mem::take(&mut line));
                    if in_table || character.value == '\u{7}' {
                        if !content.is_empty() {
                            cell.push(Block::Paragraph(content));
                        }
                        if property(ROW_END).unwrap_or_default() != 0 {
                            rows.push(std::mem::take(&mut row));
                            cell.clear();
                        } else if character.value == '\u{7}' {
                            let content = std::mem::take(&mut cell);
                            row.push(Cell { content, ..Cell::default() });
                        }
                        continue;
                    }
                    end_table(&mut flow, &mut cell, &mut row, &mut rows);
                    let outline = property(OUTLINE_LEVEL).filter(|level| *level < 9);
                    let style = format.map_or(0, |run| run.style);
                    // The first nine styles are the titles of the nine levels.
                    let level = match (outline, style) {
                        (Some(level), _) => Some(level + 1),
                        (None, 1..=9) => u8::try_from(style).ok(),
                        _ => None,
                    };
                    match level {
                        Some(level) => flow.heading(level, content),
                        None if !content.is_empty() => flow.block(Block::Paragraph(content)),
                        None => {}
                    }
                }
                '\u{b}' => line.push(Inline::LineBreak),
                '\u{2}' => {
                    line.push(Inline::NoteRef(self.notes));
                    self.notes += 1;
                }
                '\u{1e}' => self.push('-', character.offset, &mut line),
                '\t' => self.push(' ', character.offset, &mut line),
                control if control.is_control() => {}
                value => self.push(value, character.offset, &mut line),
            }
        }
        end_table(&mut flow, &mut cell, &mut row, &mut rows);
        flow.line = line;
        flow.finish()
    }

    /// Adds a character with its emphasis.
    fn push(&self, value: char, offset: u32, line: &mut Vec<Inline>) {
        let format = Self::run(self.marks, offset);
        let is = |code| format.and_then(|run| property(&run.sprms, code)).is_some_and(|on| on == 1);
        if is(HIDDEN) {
            return;
        }
        let inline = Inline::Text(value.to_string());
        line.push(match (is(BOLD), is(ITALIC)) {
            (true, true) => Inline::Strong(vec![Inline::Emphasis(vec![inline])]),
            (true, false) => Inline::Strong(vec![inline]),
            (false, true) => Inline::Emphasis(vec![inline]),
            (false, false) => inline,
        });
    }
}

fn end_table(
    flow: &mut Flow,
    cell: &mut Vec<Block>,
    row: &mut Vec<Cell>,
    rows: &mut Vec<Vec<Cell>>,
) {
    if !cell.is_empty() {
        row.push(Cell { content: std::mem::take(cell), ..Cell::default() });
    }
    if !row.is_empty() {
        rows.push(std::mem::take(row));
    }
    if !rows.is_empty() {
        flow.block(Block::Table { rows: std::mem::take(rows) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_document_is_read() {
        let prose = read(include_bytes!("../../tests/data/motie.doc")).unwrap();
        let text = prose.plain_text();
        assert!(text.contains("De Kamer,\n"), "{text}");
        assert!(text.contains("gehoord de beraadslaging,"), "{text}");
        assert!(!text.contains("HYPERLINK") && !text.contains('\u{13}'));
    }

    #[test]
    fn properties_of_any_size_are_skipped() {
        // A word, then four bytes, then one of variable length, then what is wanted.
        let sprms = [0x45, 0x46, 1, 2, 0x03, 0x6a, 1, 2, 3, 4, 0x3e, 0xc6, 2, 9, 9, 0x35, 0x08, 1];
        assert_eq!(property(&sprms, BOLD), Some(1));
        assert_eq!(property(&sprms, ITALIC), None);
        assert_eq!(property(&[0x35], BOLD), None);
    }

    #[test]
    fn what_is_cut_off_is_damaged() {
        let bytes = include_bytes!("../../tests/data/motie.doc");
        assert_eq!(read(&bytes[..600]).unwrap_err().code(), "damaged");
    }
}
