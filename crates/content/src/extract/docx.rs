//! Word documents (Office Open XML): the form in which ministries send their answers.
//!
//! What the reader of the document sees in its body is kept: text, titles, lists with their
//! numbers, tables, notes, links. Headers and footers, comments, and what was deleted while changes
//! were tracked are not.

use crate::extract::package::Package;
use crate::extract::{ExtractError, Flow, span};
use crate::prose::{Block, Cell, Inline, Item, Note, Prose};
use crate::xml::{Element, Node};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Styles build on one another; a chain longer than this is a circle.
const MAX_STYLE_CHAIN: usize = 20;
/// Word has nine levels of lists.
const LIST_LEVELS: usize = 9;

/// Reads a Word document.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let mut package = Package::open(bytes)?;
    let root = package.relationships("")?;
    let main = root.of_type("officeDocument").unwrap_or("word/document.xml").to_owned();
    let document = package.part(&main)?.ok_or_else(|| damaged("there is no document in it"))?;
    let relationships = package.relationships(&main)?;
    let mut related = |kind: &str| match relationships.of_type(kind) {
        Some(target) => Ok(package.part(target)?.unwrap_or_default()),
        None => Ok(Element::default()),
    };
    let mut notes = HashMap::new();
    collect_notes(related("footnotes")?, NoteKind::Footnote, &mut notes);
    collect_notes(related("endnotes")?, NoteKind::Endnote, &mut notes);
    let mut reader = Reader {
        styles: Styles::new(&related("styles")?),
        numbering: Numbering::new(&related("numbering")?),
        unread_notes: notes,
        links: relationships.links,
        notes: vec![],
        note_positions: HashMap::new(),
        note_counts: HashMap::new(),
    };
    let body = document.child("body").ok_or_else(|| damaged("there is no body in it"))?;
    let blocks = reader.blocks(body);
    Ok(Prose { blocks, notes: reader.notes, ..Prose::default() })
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged(format!("DOCX: {reason}"))
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum NoteKind {
    Footnote,
    Endnote,
}

type NoteKey = (NoteKind, String);

fn collect_notes(root: Element, kind: NoteKind, notes: &mut HashMap<NoteKey, Element>) {
    for node in root.children {
        // A typed note is a separator line, not a note.
        if let Node::Element(note) = node
            && matches!(note.attribute("type"), "" | "normal")
        {
            notes.insert((kind, note.attribute("id").to_owned()), note);
        }
    }
}

/// What a style says, its own or what it builds on.
#[derive(Clone, Default)]
struct Style {
    based_on: String,
    heading: Option<u8>,
    list: Option<(String, usize)>,
    bold: Option<bool>,
    italic: Option<bool>,
}

#[derive(Default)]
struct Styles(HashMap<String, Style>);

impl Styles {
    fn new(root: &Element) -> Self {
        let styles = root.elements().filter(|element| element.name == "style").map(|style| {
            let none = Element::default();
            let paragraph = style.child("pPr").unwrap_or(&none);
            let run = style.child("rPr").unwrap_or(&none);
            let style_value = Style {
                based_on: value(style, "basedOn").to_owned(),
                heading: outline_level(paragraph).or_else(|| heading_by_name(value(style, "name"))),
                list: list_of(paragraph),
                bold: switch(run, "b"),
                italic: switch(run, "i"),
            };
            (style.attribute("styleId").to_owned(), style_value)
        });
        Self(styles.collect())
    }

    /// A style with what it inherits filled in.
    fn get(&self, id: &str) -> Style {
        let mut found = Style::default();
        let mut id = id;
        for _ in 0..MAX_STYLE_CHAIN {
            let Some(style) = self.0.get(id) else { break };
            found.heading = found.heading.or(style.heading);
            found.list = found.list.or_else(|| style.list.clone());
            found.bold = found.bold.or(style.bold);
            found.italic = found.italic.or(style.italic);
            id = &style.based_on;
        }
        found
    }
}

/// The level of a title, from 1; body text is level 9 in the file and gives `None`.
fn outline_level(paragraph: &Element) -> Option<u8> {
    let level: u8 = value(paragraph, "outlineLvl").parse().ok()?;
    (level < 9).then_some(level + 1)
}

fn heading_by_name(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    if name == "title" {
        return Some(1);
    }
    name.strip_prefix("heading ")?.parse().ok()
}

/// The list and the level in it (from 0); list "0" means none.
fn list_of(paragraph: &Element) -> Option<(String, usize)> {
    let list = paragraph.child("numPr")?;
    let level = value(list, "ilvl").parse().unwrap_or(0).min(LIST_LEVELS - 1);
    Some((value(list, "numId").to_owned(), level)).filter(|(id, _)| !id.is_empty())
}

/// The `w:val` of a child element.
fn value<'a>(element: &'a Element, child: &str) -> &'a str {
    element.child(child).map_or("", |child| child.attribute("val"))
}

/// A property that is on or off, if it is mentioned at all.
fn switch(properties: &Element, name: &str) -> Option<bool> {
    properties
        .child(name)
        .map(|property| !matches!(property.attribute("val"), "0" | "false" | "off" | "none"))
}

/// How the items of lists are numbered, and how far each has come.
#[derive(Default)]
struct Numbering {
    /// Levels by the definition they belong to.
    definitions: HashMap<String, BTreeMap<usize, Level>>,
    /// The definition that a list follows, and the numbers that it starts from instead.
    lists: HashMap<String, (String, BTreeMap<usize, u32>)>,
    /// The last number given at each level, per definition: lists that share one count on.
    counters: HashMap<String, [Option<u32>; LIST_LEVELS]>,
    /// Lists that have begun, so that their own starting numbers count once.
    begun: HashSet<String>,
}

struct Level {
    format: String,
    /// Such as "%1." or "%1.%2".
    text: String,
    start: u32,
}

impl Numbering {
    fn new(root: &Element) -> Self {
        let mut numbering = Self::default();
        for element in root.elements() {
            match element.name.as_str() {
                "abstractNum" => {
                    let levels = element.elements().filter(|level| level.name == "lvl").filter_map(
                        |level| {
                            let definition = Level {
                                format: value(level, "numFmt").to_owned(),
                                text: value(level, "lvlText").to_owned(),
                                start: value(level, "start").parse().unwrap_or(1),
                            };
                            Some((level.attribute("ilvl").parse().ok()?, definition))
                        },
                    );
                    numbering
                        .definitions
                        .insert(element.attribute("abstractNumId").to_owned(), levels.collect());
                }
                "num" => {
                    let starts = element
                        .elements()
                        .filter(|part| part.name == "lvlOverride")
                        .filter_map(|part| {
                            Some((
                                part.attribute("ilvl").parse().ok()?,
                                value(part, "startOverride").parse().ok()?,
                            ))
                        });
                    let definition = value(element, "abstractNumId").to_owned();
                    numbering.lists.insert(
                        element.attribute("numId").to_owned(),
                        (definition, starts.collect()),
                    );
                }
                _ => {}
            }
        }
        numbering
    }

    /// The number of the next item of this list; `None` for a bullet.
    fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let (definition, starts) = self.lists.get(list)?;
        let levels = self.definitions.get(definition)?;
        let own = levels.get(&level)?;
        let counters = self.counters.entry(definition.clone()).or_default();
        if self.begun.insert(list.to_owned()) {
            for (level, start) in starts {
                if let Some(counter) = counters.get_mut(*level) {
                    *counter = start.checked_sub(1);
                }
            }
        }
        let number =
            counters.get(level).copied().flatten().map_or(own.start, |last| last.saturating_add(1));
        for (deeper, counter) in counters.iter_mut().enumerate().skip(level) {
            *counter = (deeper == level).then_some(number);
        }
        if matches!(own.format.as_str(), "bullet" | "none") {
            return None;
        }
        let mut label = own.text.clone();
        for (index, counter) in counters.iter().enumerate() {
            let Some(format) = levels.get(&index) else { continue };
            let number = numeral(counter.unwrap_or(format.start), &format.format);
            label = label.replace(&format!("%{}", index + 1), &number);
        }
        Some(label.trim().to_owned()).filter(|label| !label.is_empty())
    }
}

/// A number in one of Word's formats; those that do not occur here become plain numbers.
fn numeral(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" | "upperLetter" => {
            // After z comes aa, then bb: the letter repeats.
            let zero_based = number.saturating_sub(1);
            let letter = char::from_u32(u32::from(b'a') + zero_based % 26).unwrap_or('?');
            let letter = if format == "upperLetter" { letter.to_ascii_uppercase() } else { letter };
            std::iter::repeat_n(letter, usize::try_from(zero_based / 26 + 1).unwrap_or(1).min(10))
                .collect()
        }
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        _ => number.to_string(),
    }
}

fn roman(number: u32) -> String {
    const NUMERALS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number >= 4000 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, numeral) in NUMERALS {
        while rest >= value {
            text.push_str(numeral);
            rest -= value;
        }
    }
    text
}

struct Reader {
    styles: Styles,
    numbering: Numbering,
    links: HashMap<String, String>,
    /// Notes that nothing has referred to yet.
    unread_notes: HashMap<NoteKey, Element>,
    notes: Vec<Note>,
    note_positions: HashMap<NoteKey, usize>,
    /// How many of each kind there are so far; each kind is numbered on its own.
    note_counts: HashMap<NoteKind, u32>,
}

/// A paragraph of a list, waiting for the rest of the list.
struct Entry {
    level: usize,
    ordered: bool,
    item: Item,
}

impl Reader {
    fn blocks(&mut self, container: &Element) -> Vec<Block> {
        let mut blocks = vec![];
        let mut list: Vec<Entry> = vec![];
        for element in visible(container) {
            match element.name.as_str() {
                "p" => self.paragraph(element, &mut blocks, &mut list),
                "tbl" => {
                    end_list(&mut list, &mut blocks);
                    let rows = self.rows(element);
                    // Letterheads are laid out with tables that hold nothing, or only a picture.
                    if rows.iter().flatten().any(|cell| !cell.content.is_empty()) {
                        blocks.push(Block::Table { rows });
                    }
                }
                _ => {}
            }
        }
        end_list(&mut list, &mut blocks);
        blocks
    }

    fn paragraph(&mut self, element: &Element, blocks: &mut Vec<Block>, list: &mut Vec<Entry>) {
        let none = Element::default();
        let properties = element.child("pPr").unwrap_or(&none);
        let style = self.styles.get(value(properties, "pStyle"));
        let heading = outline_level(properties).or(style.heading);
        let mut flow = Flow::default();
        self.runs(element, &style, &mut flow);
        // Text boxes hang in the paragraph; they come after it.
        let boxes = std::mem::take(&mut flow.blocks);
        if flow.line.iter().all(|inline| matches!(inline, Inline::LineBreak)) && boxes.is_empty() {
            return;
        }
        let numbered = list_of(properties).or(style.list).filter(|(id, _)| id != "0");
        let label = numbered.as_ref().and_then(|(id, level)| self.numbering.next(id, *level));
        if let Some(level) = heading {
            end_list(list, blocks);
            let mut title = Flow::default();
            let number = label.map(|label| Inline::Text(format!("{label} ")));
            title.heading(level, number.into_iter().chain(flow.line).collect());
            blocks.append(&mut title.blocks);
            blocks.extend(boxes);
            return;
        }
        let mut content = flow.finish();
        content.extend(boxes);
        match numbered {
            Some(_) if content.is_empty() => {}
            Some((_, level)) => {
                list.push(Entry { level, ordered: label.is_some(), item: Item { label, content } });
            }
            None => {
                end_list(list, blocks);
                blocks.append(&mut content);
            }
        }
    }

    /// Adds the text of a paragraph, or of a part of it.
    fn runs(&mut self, container: &Element, style: &Style, flow: &mut Flow) {
        for element in visible(container) {
            match element.name.as_str() {
                "r" => self.run(element, style, flow),
                "hyperlink" => {
                    let mut inner = Flow::default();
                    self.runs(element, style, &mut inner);
                    flow.blocks.append(&mut inner.blocks);
                    match self.links.get(element.attribute("id")) {
                        Some(href) => {
                            flow.inline(Inline::Link { href: href.clone(), content: inner.line })
                        }
                        None => flow.line.append(&mut inner.line),
                    }
                }
                "pPr" | "rPr" => {}
                // A field, a formula: what is shown of it is in runs.
                _ => self.runs(element, style, flow),
            }
        }
    }

    fn run(&mut self, element: &Element, style: &Style, flow: &mut Flow) {
        let none = Element::default();
        let properties = element.child("rPr").unwrap_or(&none);
        if switch(properties, "vanish") == Some(true) {
            return;
        }
        let own_style = self.styles.get(value(properties, "rStyle"));
        let mut inner = Flow::default();
        self.run_content(element, &mut inner);
        flow.blocks.append(&mut inner.blocks);
        let mut content = inner.line;
        if content.is_empty() {
            return;
        }
        match value(properties, "vertAlign") {
            // A note reference is raised as it is.
            "superscript" if !content.iter().any(|inline| matches!(inline, Inline::NoteRef(_))) => {
                content = vec![Inline::Superscript(content)];
            }
            "subscript" => content = vec![Inline::Subscript(content)],
            _ => {}
        }
        let is_link = value(properties, "rStyle").starts_with("Hyperlink");
        let underlined = switch(properties, "u") == Some(true) && !is_link;
        let italic = switch(properties, "i").or(own_style.italic).or(style.italic).unwrap_or(false);
        if italic || underlined {
            content = vec![Inline::Emphasis(content)];
        }
        let bold = switch(properties, "b").or(own_style.bold).or(style.bold).unwrap_or(false);
        if bold && style.heading.is_none() {
            content = vec![Inline::Strong(content)];
        }
        flow.line.append(&mut content);
    }

    fn run_content(&mut self, container: &Element, flow: &mut Flow) {
        for element in visible(container) {
            match element.name.as_str() {
                "t" => {
                    for node in &element.children {
                        if let Node::Text(text) = node {
                            flow.text(text);
                        }
                    }
                }
                "tab" => flow.text(" "),
                "br" | "cr" => flow.inline(Inline::LineBreak),
                "noBreakHyphen" => flow.text("-"),
                "footnoteReference" => self.note_reference(NoteKind::Footnote, element, flow),
                "endnoteReference" => self.note_reference(NoteKind::Endnote, element, flow),
                "txbxContent" => {
                    let blocks = self.blocks(element);
                    flow.blocks.extend(blocks);
                }
                "rPr" | "instrText" => {}
                // A drawing may hold a text box, somewhere.
                _ => self.run_content(element, flow),
            }
        }
    }

    fn note_reference(&mut self, kind: NoteKind, element: &Element, flow: &mut Flow) {
        let key = (kind, element.attribute("id").to_owned());
        let position = match self.note_positions.get(&key) {
            Some(position) => *position,
            None => {
                // Taken out before it is read: a note that refers to itself must not go round.
                let Some(note) = self.unread_notes.remove(&key) else { return };
                let position = self.notes.len();
                self.note_positions.insert(key, position);
                let number = self.note_counts.entry(kind).or_default();
                *number += 1;
                let label = match kind {
                    NoteKind::Footnote => number.to_string(),
                    NoteKind::Endnote => roman(*number).to_lowercase(),
                };
                self.notes.push(Note { label, content: vec![] });
                let content = self.blocks(&note);
                if let Some(note) = self.notes.get_mut(position) {
                    note.content = content;
                }
                position
            }
        };
        flow.inline(Inline::NoteRef(position));
    }

    fn rows(&mut self, table: &Element) -> Vec<Vec<Cell>> {
        let mut rows: Vec<Vec<Cell>> = vec![];
        // For each column in which a cell goes on downwards: where that cell began.
        let mut merged: HashMap<usize, (usize, usize)> = HashMap::new();
        for row in visible(table).into_iter().filter(|element| element.name == "tr") {
            let header = row
                .child("trPr")
                .is_some_and(|properties| switch(properties, "tblHeader") == Some(true));
            let mut cells = vec![];
            let mut column = 0;
            for element in visible(row).into_iter().filter(|element| element.name == "tc") {
                let none = Element::default();
                let properties = element.child("tcPr").unwrap_or(&none);
                let columns = span(value(properties, "gridSpan"));
                let content = self.blocks(element);
                let merge = properties.child("vMerge");
                let above = merge
                    .filter(|merge| merge.attribute("val") != "restart")
                    .and_then(|_| merged.get(&column));
                if let Some(above) =
                    above.and_then(|(row, cell)| rows.get_mut(*row)?.get_mut(*cell))
                {
                    above.rows = Some(above.rows.unwrap_or(1).saturating_add(1));
                    above.content.extend(content);
                } else {
                    match merge {
                        Some(_) => merged.insert(column, (rows.len(), cells.len())),
                        None => merged.remove(&column),
                    };
                    cells.push(Cell { header, columns, rows: None, content });
                }
                column += usize::from(columns.unwrap_or(1));
            }
            rows.push(cells);
        }
        rows
    }
}

/// The elements in this one that are there to be seen: through what merely wraps others, and
/// without what was deleted or moved away.
fn visible(container: &Element) -> Vec<&Element> {
    let mut found = vec![];
    add_visible(container, &mut found);
    found
}

fn add_visible<'a>(container: &'a Element, found: &mut Vec<&'a Element>) {
    for element in container.elements() {
        match element.name.as_str() {
            "ins" | "moveTo" | "sdt" | "sdtContent" | "smartTag" | "customXml" => {
                add_visible(element, found)
            }
            "del" | "moveFrom" | "sdtPr" | "sdtEndPr" => {}
            // The same thing in two ways, for newer and for older programs.
            "AlternateContent" => {
                if let Some(choice) = element.elements().next() {
                    add_visible(choice, found);
                }
            }
            _ => found.push(element),
        }
    }
}

/// Turns the paragraphs of a list into the list.
fn end_list(list: &mut Vec<Entry>, blocks: &mut Vec<Block>) {
    let mut entries = std::mem::take(list).into_iter().peekable();
    while entries.peek().is_some() {
        blocks.push(nest(&mut entries, 0));
    }
}

/// The list that begins here, with the items at `level` or deeper.
fn nest(entries: &mut std::iter::Peekable<std::vec::IntoIter<Entry>>, level: usize) -> Block {
    let mut items: Vec<Item> = vec![];
    let mut ordered = false;
    let level = entries.peek().map_or(level, |first| first.level);
    while let Some(next) = entries.peek() {
        if next.level > level {
            let deeper = nest(entries, level + 1);
            // There is an item: the first entry is at this level.
            if let Some(item) = items.last_mut() {
                item.content.push(deeper);
            }
        } else if next.level == level {
            if let Some(entry) = entries.next() {
                ordered |= entry.ordered;
                items.push(entry.item);
            }
        } else {
            break;
        }
    }
    Block::List { ordered, items }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    const STYLES: &str = r#"<styles><style w:styleId="Kop1"><name w:val="heading 1"/><rPr><b/></rPr></style><style w:styleId="Titelkop"><basedOn w:val="Kop1"/></style><style w:styleId="Vet"><rPr><b/></rPr></style></styles>"#;
    const NUMBERING: &str = r#"<numbering><abstractNum w:abstractNumId="7"><lvl w:ilvl="0"><start w:val="1"/><numFmt w:val="decimal"/><lvlText w:val="%1."/></lvl><lvl w:ilvl="1"><start w:val="1"/><numFmt w:val="lowerLetter"/><lvlText w:val="%1%2)"/></lvl></abstractNum><abstractNum w:abstractNumId="8"><lvl w:ilvl="0"><numFmt w:val="bullet"/><lvlText w:val="•"/></lvl></abstractNum><num w:numId="1"><abstractNumId w:val="7"/></num><num w:numId="2"><abstractNumId w:val="8"/></num><num w:numId="3"><abstractNumId w:val="7"/><lvlOverride w:ilvl="0"><startOverride w:val="1"/></lvlOverride></num></numbering>"#;
    const NOTES: &str = r#"<footnotes><footnote w:type="separator" w:id="0"><p><r><t>weg</t></r></p></footnote><footnote w:id="5"><p><r><footnoteRef/><t xml:space="preserve"> Kamerstukken II, nr. 1099.</t></r></p></footnote></footnotes>"#;
    const RELATIONSHIPS: &str = r#"<Relationships><Relationship Id="r1" Type="http://x/styles" Target="styles.xml"/><Relationship Id="r2" Type="http://x/numbering" Target="numbering.xml"/><Relationship Id="r3" Type="http://x/footnotes" Target="/word/footnotes.xml"/><Relationship Id="r4" Type="http://x/hyperlink" TargetMode="External" Target="https://example.nl/"/><Relationship Id="r5" Type="http://x/hyperlink" TargetMode="External" Target="javascript:alert(1)"/></Relationships>"#;

    /// A document with this body, and with the parts above.
    fn document(body: &str) -> Prose {
        let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
        for (name, content) in [
            ("word/document.xml", format!("<document><body>{body}</body></document>").as_str()),
            ("word/_rels/document.xml.rels", RELATIONSHIPS),
            ("word/styles.xml", STYLES),
            ("word/numbering.xml", NUMBERING),
            ("word/footnotes.xml", NOTES),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        read(&archive.finish().unwrap().into_inner()).unwrap()
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn paragraph(content: &str) -> Block {
        Block::Paragraph(vec![text(content)])
    }

    fn numbered(list: u8, level: u8, content: &str) -> String {
        format!(
            r#"<p><pPr><numPr><ilvl w:val="{level}"/><numId w:val="{list}"/></numPr></pPr><r><t>{content}</t></r></p>"#
        )
    }

    #[test]
    fn real_documents_are_read() {
        let motion = read(include_bytes!("../../tests/data/motie.docx")).unwrap();
        assert!(motion.plain_text().contains("GEWIJZIGDE MOTIE VAN HET LID CLAASSEN\n"));
        let answers = read(include_bytes!("../../tests/data/antwoorden.docx")).unwrap();
        let question = Block::Paragraph(vec![Inline::Strong(vec![text("Vraag 1")])]);
        assert!(answers.blocks.contains(&question));
        let text = answers.plain_text();
        assert_eq!(text.lines().filter(|line| line.starts_with("Vraag ")).count(), 3);
        assert_eq!(answers.notes.len(), 1);
    }

    #[test]
    fn titles_follow_from_styles_and_bold_from_styles_and_runs() {
        let prose = document(
            r#"<p><pPr><pStyle w:val="Titelkop"/></pPr><r><t>Inleiding</t></r></p>
            <p><r><rPr><b/></rPr><t>Vra</t></r><r><rPr><b/></rPr><t>ag 1</t></r></p>
            <p><pPr><pStyle w:val="Vet"/></pPr><r><t>vet</t></r><r><rPr><b w:val="0"/><i/></rPr><t> niet</t></r></p>
            <p><r><t>CO</t></r><r><rPr><vertAlign w:val="subscript"/></rPr><t>2</t></r></p>"#,
        );
        assert_eq!(
            prose.blocks,
            [
                Block::Heading { level: 1, content: vec![text("Inleiding")] },
                Block::Paragraph(vec![Inline::Strong(vec![text("Vraag 1")])]),
                Block::Paragraph(vec![
                    Inline::Strong(vec![text("vet")]),
                    Inline::Emphasis(vec![text(" niet")])
                ]),
                Block::Paragraph(vec![text("CO"), Inline::Subscript(vec![text("2")])]),
            ]
        );
    }

    #[test]
    fn lists_keep_their_numbers_across_what_comes_between() {
        let body = [
            numbered(1, 0, "een"),
            numbered(1, 1, "een a"),
            numbered(1, 1, "een b"),
            "<p><r><t>tussendoor</t></r></p>".into(),
            numbered(1, 0, "twee"),
            numbered(2, 0, "punt"),
            numbered(3, 0, "opnieuw"),
        ];
        assert_eq!(
            document(&body.concat()).plain_text(),
            "1. een\n1a) een a\n1b) een b\ntussendoor\n2. twee\npunt\n1. opnieuw\n"
        );
        let item = |label: &str, content: Vec<Block>| Item { label: Some(label.into()), content };
        let inner = Block::List {
            ordered: true,
            items: vec![
                item("1a)", vec![paragraph("een a")]),
                item("1b)", vec![paragraph("een b")]),
            ],
        };
        assert_eq!(
            document(&body.concat()).blocks[0],
            Block::List { ordered: true, items: vec![item("1.", vec![paragraph("een"), inner])] }
        );
    }

    #[test]
    fn notes_and_links() {
        let prose = document(
            r#"<p><r><t>Zie</t></r><r><rPr><vertAlign w:val="superscript"/></rPr><footnoteReference w:id="5"/></r><hyperlink r:id="r4"><r><t> hier</t></r></hyperlink><hyperlink r:id="r5"><r><t> niet</t></r></hyperlink></p>"#,
        );
        assert_eq!(
            prose.blocks,
            [Block::Paragraph(vec![
                text("Zie"),
                Inline::NoteRef(0),
                Inline::Link { href: "https://example.nl/".into(), content: vec![text(" hier")] },
                text(" niet"),
            ])]
        );
        assert_eq!(
            prose.notes,
            [Note { label: "1".into(), content: vec![paragraph("Kamerstukken II, nr. 1099.")] }]
        );
    }

    #[test]
    fn what_was_deleted_or_hidden_is_not_there() {
        let prose = document(
            r#"<p><r><t>De </t></r><del><r><delText>oude</delText></r></del><moveFrom><r><t>verplaatste </t></r></moveFrom><ins><r><t>nieuwe</t></r></ins><r><rPr><vanish/></rPr><t> geheime</t></r><r><instrText>PAGE</instrText><t> tekst</t></r></p>"#,
        );
        assert_eq!(prose.plain_text(), "De nieuwe tekst\n");
    }

    #[test]
    fn tables_keep_their_heads_and_merged_cells() {
        let prose = document(
            r#"<tbl><tr><trPr><tblHeader/></trPr><tc><tcPr><gridSpan w:val="2"/></tcPr><p><r><t>Kop</t></r></p></tc></tr><tr><tc><tcPr><vMerge w:val="restart"/></tcPr><p><r><t>x</t></r></p></tc><tc><p><r><t>y</t></r></p></tc></tr><tr><tc><tcPr><vMerge/></tcPr><p/></tc><tc><p><r><t>z</t></r></p></tc></tr></tbl><tbl><tr><tc><p/></tc></tr></tbl>"#,
        );
        let cell = |content: &str| Cell { content: vec![paragraph(content)], ..Cell::default() };
        assert_eq!(
            prose.blocks,
            [Block::Table {
                rows: vec![
                    vec![Cell { header: true, columns: Some(2), ..cell("Kop") }],
                    vec![Cell { rows: Some(2), ..cell("x") }, cell("y")],
                    vec![cell("z")],
                ]
            }]
        );
    }

    #[test]
    fn text_boxes_are_read_once() {
        let text_box =
            "<drawing><txbxContent><p><r><t>in een vak</t></r></p></txbxContent></drawing>";
        let prose = document(&format!(
            "<p><r><t>naast</t></r><r><AlternateContent><Choice>{text_box}</Choice><Fallback>{text_box}</Fallback></AlternateContent></r></p>"
        ));
        assert_eq!(prose.plain_text(), "naast\nin een vak\n");
    }

    #[test]
    fn numbers_in_the_formats_of_word() {
        assert_eq!(numeral(3, "lowerLetter"), "c");
        assert_eq!(numeral(28, "upperLetter"), "BB");
        assert_eq!(numeral(14, "lowerRoman"), "xiv");
        assert_eq!(numeral(1999, "upperRoman"), "MCMXCIX");
        assert_eq!(numeral(7, "decimal"), "7");
    }
}
