//! OpenDocument texts: what LibreOffice writes.
//!
//! Titles, lists, tables, notes, links and emphasis are kept; comments and what was deleted while
//! changes were tracked are not, nor pictures.

use std::collections::HashMap;

use crate::extract::package::Package;
use crate::extract::{ExtractError, Flow, span};
use crate::prose::{Block, Cell, Inline, Item, Note, Prose, safe_link};
use crate::xml::{Element, Node};

/// The most copies of a cell or row that the file may ask for by a number.
const MAX_REPEATED: usize = 64;

/// Reads an OpenDocument text.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let mut package = Package::open(bytes)?;
    let damaged = |reason: &str| ExtractError::Damaged(format!("ODT: {reason}"));
    let content =
        package.part("content.xml")?.ok_or_else(|| damaged("there is no content in it"))?;
    let styles = package.part("styles.xml")?.unwrap_or_default();
    let mut reader = Reader { styles: HashMap::new(), notes: vec![] };
    for part in [&styles, &content] {
        for group in ["styles", "automatic-styles"] {
            part.child(group).into_iter().flat_map(Element::elements).for_each(|style| {
                reader.styles.insert(style.attribute("name").to_owned(), Style::new(style));
            });
        }
    }
    let text = content
        .child("body")
        .and_then(|body| body.child("text"))
        .ok_or_else(|| damaged("there is no text in it"))?;
    let mut flow = Flow::default();
    reader.blocks(text, &mut flow);
    Ok(Prose { blocks: flow.finish(), notes: reader.notes, ..Prose::default() })
}

#[derive(Default)]
struct Style {
    bold: bool,
    italic: bool,
    /// `super` or `sub`, with a size.
    position: String,
    numbered: bool,
}

impl Style {
    fn new(style: &Element) -> Self {
        let none = Element::default();
        let text = style.child("text-properties").unwrap_or(&none);
        Self {
            bold: text.attribute("font-weight") == "bold",
            italic: matches!(text.attribute("font-style"), "italic" | "oblique"),
            position: text.attribute("text-position").to_owned(),
            numbered: style
                .elements()
                .next()
                .is_some_and(|level| level.name == "list-level-style-number"),
        }
    }
}

struct Reader {
    styles: HashMap<String, Style>,
    notes: Vec<Note>,
}

impl Reader {
    fn blocks(&mut self, element: &Element, flow: &mut Flow) {
        for child in element.elements() {
            self.block(child, flow);
        }
    }

    fn block(&mut self, element: &Element, flow: &mut Flow) {
        match element.name.as_str() {
            "h" => {
                let level = element.attribute("outline-level").parse().unwrap_or(1);
                let content = self.line(element);
                flow.heading(level, content);
            }
            "p" => {
                flow.end_line();
                flow.line = self.paragraph(element);
                flow.end_line();
                // A text box is anchored in a paragraph, and stands apart from it.
                self.frames(element, flow);
            }
            "list" => {
                let list = self.list(element);
                flow.block(list);
            }
            "table" => {
                let table = self.table(element);
                flow.block(table);
            }
            "tracked-changes" | "annotation" | "forms" | "sequence-decls" | "note" => {}
            "table-of-content-source" | "alphabetical-index-source" => {}
            _ => self.blocks(element, flow),
        }
    }

    fn frames(&mut self, element: &Element, flow: &mut Flow) {
        for child in element.elements() {
            match child.name.as_str() {
                "text-box" => self.blocks(child, flow),
                "frame" | "span" | "a" | "g" | "custom-shape" => self.frames(child, flow),
                _ => {}
            }
        }
    }

    /// A paragraph, with the emphasis of its own style.
    fn paragraph(&mut self, element: &Element) -> Vec<Inline> {
        let line = self.line(element);
        self.styled(element.attribute("style-name"), line)
    }

    fn styled(&self, style: &str, mut line: Vec<Inline>) -> Vec<Inline> {
        let Some(style) = self.styles.get(style) else { return line };
        if style.bold {
            line = vec![Inline::Strong(line)];
        }
        if style.italic {
            line = vec![Inline::Emphasis(line)];
        }
        if style.position.starts_with("super") {
            line = vec![Inline::Superscript(line)];
        } else if style.position.starts_with("sub") {
            line = vec![Inline::Subscript(line)];
        }
        line
    }

    fn line(&mut self, element: &Element) -> Vec<Inline> {
        let mut line = vec![];
        for node in &element.children {
            match node {
                Node::Text(text) => line.push(Inline::Text(text.clone())),
                Node::Element(child) => self.inline(child, &mut line),
            }
        }
        line
    }

    fn inline(&mut self, element: &Element, line: &mut Vec<Inline>) {
        match element.name.as_str() {
            "s" | "tab" => line.push(Inline::Text(" ".into())),
            "line-break" => line.push(Inline::LineBreak),
            "note" => line.push(Inline::NoteRef(self.note(element))),
            "span" => {
                let content = self.line(element);
                line.extend(self.styled(element.attribute("style-name"), content));
            }
            "a" => {
                let content = self.line(element);
                match safe_link(element.attribute("href")) {
                    Some(href) => line.push(Inline::Link { href, content }),
                    None => line.extend(content),
                }
            }
            "annotation" | "annotation-end" | "frame" | "g" | "custom-shape"
            | "tracked-changes" => {}
            _ => line.extend(self.line(element)),
        }
    }

    fn note(&mut self, element: &Element) -> usize {
        let position = self.notes.len();
        let label =
            element.child_text("note-citation").unwrap_or_else(|| (position + 1).to_string());
        self.notes.push(Note { label, content: vec![] });
        let mut flow = Flow::default();
        if let Some(body) = element.child("note-body") {
            self.blocks(body, &mut flow);
        }
        if let Some(note) = self.notes.get_mut(position) {
            note.content = flow.finish();
        }
        position
    }

    fn list(&mut self, element: &Element) -> Block {
        let ordered =
            self.styles.get(element.attribute("style-name")).is_some_and(|style| style.numbered);
        let items = element.elements().map(|item| {
            let mut flow = Flow::default();
            self.blocks(item, &mut flow);
            Item { label: None, content: flow.finish() }
        });
        Block::List { ordered, items: items.collect() }
    }

    fn table(&mut self, element: &Element) -> Block {
        let mut rows = vec![];
        self.rows(element, false, &mut rows);
        Block::Table { rows }
    }

    fn rows(&mut self, element: &Element, header: bool, rows: &mut Vec<Vec<Cell>>) {
        for child in element.elements() {
            match child.name.as_str() {
                "table-row" => {
                    let mut row = vec![];
                    for cell in child.elements().filter(|cell| cell.name == "table-cell") {
                        let mut flow = Flow::default();
                        self.blocks(cell, &mut flow);
                        let read = Cell {
                            header,
                            columns: span(cell.attribute("number-columns-spanned")),
                            rows: span(cell.attribute("number-rows-spanned")),
                            content: flow.finish(),
                        };
                        let times = cell.attribute("number-columns-repeated").parse().unwrap_or(1);
                        row.extend(std::iter::repeat_n(read, usize::min(times, MAX_REPEATED)));
                    }
                    if !row.is_empty() {
                        rows.push(row);
                    }
                }
                "table-header-rows" => self.rows(child, true, rows),
                "table-rows" | "table-row-group" => self.rows(child, header, rows),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn document(body: &str) -> Prose {
        let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
        archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let content = format!(
            "<document-content><automatic-styles><style name='B'><text-properties \
             font-weight='bold'/></style><list-style name='L'><list-level-style-number level='1'/>\
             </list-style></automatic-styles><body><text>{body}</text></body></document-content>"
        );
        archive.write_all(content.as_bytes()).unwrap();
        read(&archive.finish().unwrap().into_inner()).unwrap()
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    #[test]
    fn titles_emphasis_notes_and_links() {
        let prose = document(
            "<h outline-level='2'>Kop</h><p>De<s/><span style-name='B'>Kamer</span><note>\
             <note-citation>1</note-citation><note-body><p>Noot.</p></note-body></note>, \
             <a href='https://x.nl'>x</a><a href='javascript:y'>y</a></p>",
        );
        assert_eq!(
            prose.blocks,
            [
                Block::Heading { level: 2, content: vec![text("Kop")] },
                Block::Paragraph(vec![
                    text("De "),
                    Inline::Strong(vec![text("Kamer")]),
                    Inline::NoteRef(0),
                    text(", "),
                    Inline::Link { href: "https://x.nl".into(), content: vec![text("x")] },
                    text("y"),
                ])
            ]
        );
        assert_eq!(prose.notes[0].label, "1");
        assert_eq!(prose.notes[0].content, [Block::Paragraph(vec![text("Noot.")])]);
    }

    #[test]
    fn lists_and_tables() {
        let prose = document(
            "<list style-name='L'><list-item><p>een</p></list-item></list><table>\
             <table-header-rows><table-row><table-cell number-columns-spanned='2'><p>Kop</p>\
             </table-cell><covered-table-cell/></table-row></table-header-rows><table-row>\
             <table-cell number-columns-repeated='1000000'><p>a</p></table-cell></table-row></table>",
        );
        let [Block::List { ordered: true, items }, Block::Table { rows }] = prose.blocks.as_slice()
        else {
            panic!("{:?}", prose.blocks)
        };
        assert_eq!(items.len(), 1);
        assert_eq!((rows[0].len(), rows[0][0].header, rows[0][0].columns), (1, true, Some(2)));
        assert_eq!(rows[1].len(), MAX_REPEATED, "a number in the file is no order to fill memory");
    }
}
