//! Rich Text Format. Text, titles, tables, emphasis, notes and links are kept; pictures, headers and
//! footers are not.

use crate::extract::{ExtractError, Flow, text};
use crate::prose::{Block, Cell, Inline, Note, Prose, safe_link, tidy};

/// The deepest nesting of groups; Word stays under 30.
const MAX_DEPTH: usize = 500;

/// Reads an RTF document.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let mut reader = Reader::new(bytes);
    reader.read()?;
    let mut body = std::mem::take(&mut reader.body);
    body.end_table();
    Ok(Prose { blocks: body.flow.finish(), notes: reader.notes, ..Prose::default() })
}

/// What a group is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    Body,
    /// A footnote; the text goes to the last note.
    Note,
    /// The instruction of a field: a link, mostly.
    Instruction,
    /// Fonts, colours, drawings: nothing to read, but a drawing may hold text further in.
    Skipped,
    /// A header or footer: whatever is in it.
    Margin,
}

#[derive(Clone)]
struct State {
    destination: Destination,
    bold: bool,
    italic: bool,
    hidden: bool,
    raised: i8,
    /// How many characters stand in for one in Unicode, for readers that know none.
    fallback: usize,
    heading: Option<u8>,
    in_table: bool,
    link: Option<String>,
}

/// Blocks with a table under way.
#[derive(Default)]
struct Flowing {
    flow: Flow,
    cell: Vec<Block>,
    row: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

impl Flowing {
    fn end_paragraph(&mut self, heading: Option<u8>, in_table: bool) {
        let content = tidy(std::mem::take(&mut self.flow.line));
        if in_table {
            if !content.is_empty() {
                self.cell.push(Block::Paragraph(content));
            }
            return;
        }
        self.end_table();
        match heading {
            Some(level) => self.flow.heading(level, content),
            None if !content.is_empty() => self.flow.block(Block::Paragraph(content)),
            None => {}
        }
    }

    fn end_cell(&mut self) {
        self.end_paragraph(None, true);
        let content = std::mem::take(&mut self.cell);
        self.row.push(Cell { content, ..Cell::default() });
    }

    fn end_row(&mut self) {
        if !self.row.is_empty() {
            self.rows.push(std::mem::take(&mut self.row));
        }
    }

    fn end_table(&mut self) {
        if !self.cell.is_empty() {
            let content = std::mem::take(&mut self.cell);
            self.row.push(Cell { content, ..Cell::default() });
        }
        self.end_row();
        if !self.rows.is_empty() {
            let line = std::mem::take(&mut self.flow.line);
            self.flow.block(Block::Table { rows: std::mem::take(&mut self.rows) });
            self.flow.line = line;
        }
    }
}

struct Reader<'r> {
    bytes: &'r [u8],
    at: usize,
    /// UTF-16 units of `\u` that wait for their other half.
    units: Vec<u16>,
    body: Flowing,
    note: Flow,
    notes: Vec<Note>,
    instruction: String,
    /// Characters still to be left out, as fallback of one in Unicode.
    skip: usize,
    state: State,
    open: Vec<State>,
}

impl<'r> Reader<'r> {
    fn new(bytes: &'r [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            units: vec![],
            body: Flowing::default(),
            note: Flow::default(),
            notes: vec![],
            instruction: String::new(),
            skip: 0,
            state: State {
                destination: Destination::Body,
                bold: false,
                italic: false,
                hidden: false,
                raised: 0,
                fallback: 1,
                heading: None,
                in_table: false,
                link: None,
            },
            open: vec![],
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn read(&mut self) -> Result<(), ExtractError> {
        while let Some(byte) = self.next() {
            match byte {
                b'{' => {
                    if self.open.len() >= MAX_DEPTH {
                        return Err(ExtractError::TooLarge(format!(
                            "RTF nested deeper than {MAX_DEPTH}"
                        )));
                    }
                    self.skip = 0;
                    self.open.push(self.state.clone());
                }
                b'}' => {
                    self.skip = 0;
                    self.close();
                }
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(before) = self.open.pop() else { return };
        let closed = std::mem::replace(&mut self.state, before);
        if closed.destination == Destination::Note && self.state.destination != Destination::Note {
            let content = std::mem::take(&mut self.note).finish();
            if let Some(note) = self.notes.last_mut() {
                note.content = content;
            }
        }
        if closed.destination == Destination::Instruction
            && self.state.destination != Destination::Instruction
        {
            let instruction = std::mem::take(&mut self.instruction);
            let link = instruction.trim().strip_prefix("HYPERLINK").map(|rest| {
                rest.trim().trim_matches('"').split('"').next().unwrap_or_default().to_owned()
            });
            // The result of the field is a group beside this one.
            self.state.link = link.and_then(|href| safe_link(&href));
        }
    }

    fn control(&mut self) {
        let Some(first) = self.next() else { return };
        match first {
            b'\'' => {
                let digits = [self.next().unwrap_or(b'?'), self.next().unwrap_or(b'?')];
                let code = std::str::from_utf8(&digits)
                    .ok()
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                if let Some(code) = code {
                    self.byte(code);
                }
            }
            b'*' if self.state.destination != Destination::Margin => {
                self.state.destination = Destination::Skipped;
            }
            b'~' => self.character('\u{a0}'),
            b'_' => self.character('-'),
            b'\\' | b'{' | b'}' => self.byte(first),
            b'\r' | b'\n' => self.word("par", None),
            first if first.is_ascii_alphabetic() => {
                let start = self.at - 1;
                while self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
                    self.at += 1;
                }
                let word = self.bytes.get(start..self.at).unwrap_or_default();
                let word = String::from_utf8_lossy(word).into_owned();
                let start = self.at;
                if self.peek() == Some(b'-') {
                    self.at += 1;
                }
                while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    self.at += 1;
                }
                let number = self.bytes.get(start..self.at).unwrap_or_default();
                let number =
                    std::str::from_utf8(number).ok().and_then(|digits| digits.parse().ok());
                if self.peek() == Some(b' ') {
                    self.at += 1;
                }
                self.word(&word, number);
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let on = number != Some(0);
        match word {
            "u" => {
                if let Some(unit) = number {
                    // Numbers above 32767 are written as negative ones.
                    self.units.push(u16::try_from(unit & 0xffff).unwrap_or_default());
                    self.flush_units();
                    self.skip = self.state.fallback;
                }
            }
            "uc" => self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "bin" => {
                let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
                self.at = self.at.saturating_add(length);
            }
            "par" | "sect" | "page" => self.end_paragraph(),
            "line" => self.inline(Inline::LineBreak),
            "tab" | "emspace" | "enspace" => self.character(' '),
            "cell" if self.is_body() => self.body.end_cell(),
            "row" if self.is_body() => self.body.end_row(),
            "pard" => {
                self.state.heading = None;
                self.state.in_table = false;
            }
            "intbl" => self.state.in_table = true,
            "outlinelevel" => {
                self.state.heading = number
                    .and_then(|level| u8::try_from(level).ok())
                    .filter(|l| *l < 9)
                    .map(|l| l + 1);
            }
            "plain" => {
                self.state.bold = false;
                self.state.italic = false;
                self.state.hidden = false;
                self.state.raised = 0;
            }
            "b" => self.state.bold = on,
            "i" => self.state.italic = on,
            "v" => self.state.hidden = on,
            "super" => self.state.raised = i8::from(on),
            "sub" => self.state.raised = -i8::from(on),
            "nosupersub" => self.state.raised = 0,
            "emdash" => self.character('—'),
            "endash" => self.character('–'),
            "lquote" => self.character('‘'),
            "rquote" => self.character('’'),
            "ldblquote" => self.character('“'),
            "rdblquote" => self.character('”'),
            "bullet" => self.character('•'),
            "footnote" if self.is_body() => {
                self.inline(Inline::NoteRef(self.notes.len()));
                let label = (self.notes.len() + 1).to_string();
                self.notes.push(Note { label, content: vec![] });
                self.state.destination = Destination::Note;
            }
            "fldinst" => self.state.destination = Destination::Instruction,
            "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr"
            | "footerf" => self.state.destination = Destination::Margin,
            _ if self.state.destination == Destination::Margin => {}
            "fonttbl" | "colortbl" | "stylesheet" | "info" | "pict" | "object" | "annotation"
            | "atnid" | "atnauthor" | "generator" | "listtable" | "listoverridetable"
            | "revtbl" | "rsidtbl" | "themedata" | "datastore" | "xmlnstbl" | "bkmkstart"
            | "bkmkend" | "pntext" | "template" | "deleted" => {
                self.state.destination = Destination::Skipped;
            }
            // The number that stands before an item of a list.
            "listtext" => self.state.destination = Destination::Body,
            // Drawings hold their text in a group within what is skipped.
            "shptxt" => self.state.destination = Destination::Body,
            _ => {}
        }
    }

    fn is_body(&self) -> bool {
        self.state.destination == Destination::Body
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.character(text::windows_1252(byte));
        }
    }

    fn flush_units(&mut self) {
        // A high surrogate waits for the low one.
        if self.units.len() == 1 && self.units.first().is_some_and(|u| (0xd800..0xdc00).contains(u))
        {
            return;
        }
        for value in char::decode_utf16(std::mem::take(&mut self.units)) {
            self.character(value.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn character(&mut self, value: char) {
        if self.state.destination == Destination::Instruction {
            self.instruction.push(value);
        } else if !self.state.hidden {
            self.inline(Inline::Text(value.to_string()));
        }
    }

    fn inline(&mut self, mut inline: Inline) {
        if matches!(inline, Inline::Text(_)) {
            if let Some(href) = &self.state.link {
                inline = Inline::Link { href: href.clone(), content: vec![inline] };
            }
            if self.state.italic {
                inline = Inline::Emphasis(vec![inline]);
            }
            if self.state.bold {
                inline = Inline::Strong(vec![inline]);
            }
            inline = match self.state.raised {
                1 => Inline::Superscript(vec![inline]),
                -1 => Inline::Subscript(vec![inline]),
                _ => inline,
            };
        }
        match self.state.destination {
            Destination::Body => self.body.flow.inline(inline),
            Destination::Note => self.note.inline(inline),
            Destination::Instruction | Destination::Skipped | Destination::Margin => {}
        }
    }

    fn end_paragraph(&mut self) {
        match self.state.destination {
            Destination::Body => {
                self.body.end_paragraph(self.state.heading, self.state.in_table);
            }
            Destination::Note => self.note.end_line(),
            Destination::Instruction | Destination::Skipped | Destination::Margin => {}
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
    fn text_with_emphasis_in_any_encoding() {
        let prose = read(
            br"{\rtf1\ansi{\header {\shp{\shptxt weg\par}}}{\fonttbl{\f0 Arial;}}{\*\generator X;}\pard De {\b Kamer},\par
financi\'eble \u8220?middelen\u8221? \u-10179?\u-8704?\line {\v weg}CO{\sub 2}\par}",
        )
        .unwrap();
        assert_eq!(
            prose.blocks,
            [
                Block::Paragraph(vec![text("De "), Inline::Strong(vec![text("Kamer")]), text(",")]),
                Block::Paragraph(vec![
                    text("financiële “middelen” 😀"),
                    Inline::LineBreak,
                    text("CO"),
                    Inline::Subscript(vec![text("2")]),
                ]),
            ]
        );
    }

    #[test]
    fn titles_tables_notes_and_links() {
        let prose = read(
            br#"{\rtf1 \pard\outlinelevel1 Kop\par\pard
\trowd\pard\intbl a\cell b\cell\row\pard Na{\super 1}{\footnote\pard Een noot.\par} de
 {\field{\*\fldinst{HYPERLINK "https://x.nl/"}}{\fldrslt{x}}} en {\field{\*\fldinst{HYPERLINK "javascript:y"}}{\fldrslt{y}}}\par}"#,
        )
        .unwrap();
        let cell = |content: &str| Cell {
            content: vec![Block::Paragraph(vec![text(content)])],
            ..Cell::default()
        };
        assert_eq!(prose.blocks[0], Block::Heading { level: 2, content: vec![text("Kop")] });
        assert_eq!(prose.blocks[1], Block::Table { rows: vec![vec![cell("a"), cell("b")]] });
        let Block::Paragraph(line) = &prose.blocks[2] else { panic!() };
        assert!(line.contains(&Inline::NoteRef(0)));
        let link = Inline::Link { href: "https://x.nl/".into(), content: vec![text("x")] };
        assert!(line.contains(&link), "{line:?}");
        assert_eq!(line.iter().filter(|it| matches!(it, Inline::Link { .. })).count(), 1);
        assert_eq!(prose.notes[0].content, [Block::Paragraph(vec![text("Een noot.")])]);
    }

    #[test]
    fn groups_without_end_have_an_end() {
        let deep = format!("{{\\rtf1 {}", "{".repeat(100_000));
        assert_eq!(read(deep.as_bytes()).unwrap_err().code(), "too-large");
        assert_eq!(read(b"{\\rtf1 a\\bin99999999 b").unwrap().plain_text(), "a\n");
        assert_eq!(read(b"}}}{\\rtf1 a}\\'").unwrap().plain_text(), "a\n");
    }
}
