//! Official publications: the XML of officielebekendmakingen.nl (schema `op-xsd-2014-05-15`):
//! Kamerstukken, Kamervragen and whatever else has its vocabulary.
//!
//! It is the best source there is: what is garbled in a PDF is marked here. Elements that are not
//! known keep their text.

use std::collections::HashMap;

use crate::extract::{ExtractError, Flow, span};
use crate::prose::{Block, Cell, Inline, Item, Note, Prose, safe_link};
use crate::publication::Publication;
use crate::xml::{self, Element, Node};

/// Where `<extref soort="document" doc="kst-36800-80">` leads.
const PUBLICATIONS: &str = "https://zoek.officielebekendmakingen.nl/";

/// Reads an official publication.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let root = xml::parse(bytes)?;
    let mut reader = Reader::default();
    let mut flow = Flow::default();
    reader.flow(&root, 0, &mut flow);
    Ok(Prose {
        blocks: flow.finish(),
        notes: reader.notes,
        publication: Publication::read(&root).map(Box::new),
        ..Prose::default()
    })
}

#[derive(Default)]
struct Reader {
    notes: Vec<Note>,
    /// The positions of notes by their `id`, for `<nootref>`.
    note_ids: HashMap<String, usize>,
}

impl Reader {
    /// Adds what is in an element; `depth` counts the divisions around it.
    fn flow(&mut self, element: &Element, depth: u8, flow: &mut Flow) {
        let mixed = is_mixed(element);
        for node in &element.children {
            match node {
                Node::Text(text) => flow.text(text),
                Node::Element(child) if is_inline(child) || (mixed && !is_block(child)) => {
                    flow.line.extend(self.inline(child));
                }
                Node::Element(child) => {
                    flow.end_line();
                    self.block(child, depth, flow);
                    flow.end_line();
                }
            }
        }
    }

    fn blocks(&mut self, element: &Element, depth: u8) -> Vec<Block> {
        let mut flow = Flow::default();
        self.flow(element, depth, &mut flow);
        flow.finish()
    }

    fn block(&mut self, element: &Element, depth: u8, flow: &mut Flow) {
        match element.name.as_str() {
            "metadata" | "plaatje" | "illustratie" => {}
            // Four lines at the top: year, House, its number, kind.
            "kamerstukkop" | "kamervraagkop" => {
                for line in element.elements() {
                    flow.line.extend(self.line(line));
                    flow.inline(Inline::LineBreak);
                }
            }
            "dossier" => flow.heading(1, self.line(element)),
            "stuk" => self.stuk(element, depth, flow),
            "kop" => flow.heading(depth.saturating_add(2), self.line(element)),
            "titel" => flow.heading(depth.saturating_add(1), self.line(element)),
            "tussenkop" | "subtitel" => flow.heading(depth.saturating_add(3), self.line(element)),
            "divisie" | "hoofdstuk" | "afdeling" | "paragraaf" | "artikel" | "bijlage" => {
                self.flow(element, depth.saturating_add(1), flow);
            }
            "dossiernummer" | "stuknr" | "naam" | "datumtekst" | "tekstregel" => {
                flow.line.extend(self.line(element));
            }
            "lijst" => flow.block(self.list(element, depth)),
            "table" => self.table(element, depth, flow),
            "citaat" => flow.block(Block::Quote(self.blocks(element, depth))),
            _ => self.flow(element, depth, flow),
        }
    }

    /// A Kamerstuk: "Nr. 439" and "MOTIE VAN HET LID …" are one title.
    fn stuk(&mut self, element: &Element, depth: u8, flow: &mut Flow) {
        let number = element.child("stuknr");
        let title = element.child("titel");
        let mut heading = vec![];
        for part in [number, title].into_iter().flatten() {
            heading.extend(self.line(part));
            heading.push(Inline::Text(" ".into()));
        }
        flow.heading(2, heading);
        let is_titled = |child: &Element| {
            [number, title].into_iter().flatten().any(|part| std::ptr::eq(part, child))
        };
        for child in element.elements().filter(|child| !is_titled(child)) {
            self.block(child, depth.saturating_add(1), flow);
            flow.end_line();
        }
    }

    fn list(&mut self, element: &Element, depth: u8) -> Block {
        let mut ordered = false;
        let mut items = vec![];
        for child in element.elements() {
            if child.name != "li" {
                // A title, or an element that is not known: kept as an item without a sign.
                items.push(Item { label: None, content: self.blocks(child, depth) });
                continue;
            }
            let mark = child.child_text("li.nr").unwrap_or_default();
            let numbered = mark.contains(char::is_alphanumeric);
            ordered |= numbered;
            let mut flow = Flow::default();
            for part in child.elements().filter(|part| part.name != "li.nr") {
                self.block(part, depth, &mut flow);
                flow.end_line();
            }
            items.push(Item { label: numbered.then_some(mark), content: flow.finish() });
        }
        Block::List { ordered, items }
    }

    /// A CALS table.
    fn table(&mut self, element: &Element, depth: u8, flow: &mut Flow) {
        for child in element.elements() {
            if child.name != "tgroup" {
                flow.line.push(Inline::Strong(self.line(child)));
                flow.end_line();
                continue;
            }
            let columns: Vec<&str> = child
                .elements()
                .filter(|part| part.name == "colspec")
                .map(|part| part.attribute("colname"))
                .collect();
            let mut rows = vec![];
            for part in child.elements() {
                for row in part.elements().filter(|row| row.name == "row") {
                    let cells = row.elements().map(|entry| Cell {
                        header: part.name == "thead",
                        columns: columns_taken(entry, &columns),
                        rows: entry
                            .attribute("morerows")
                            .parse::<u16>()
                            .ok()
                            .and_then(|more| span(&more.saturating_add(1).to_string())),
                        content: self.blocks(entry, depth),
                    });
                    rows.push(cells.collect());
                }
            }
            flow.block(Block::Table { rows });
        }
    }

    /// An element as a line of text; its parts are words apart.
    fn line(&mut self, element: &Element) -> Vec<Inline> {
        let mut line = vec![];
        let mixed = is_mixed(element);
        for node in &element.children {
            match node {
                Node::Text(text) => line.push(Inline::Text(text.clone())),
                Node::Element(child) => {
                    line.extend(self.inline(child));
                    if !mixed {
                        line.push(Inline::Text(" ".into()));
                    }
                }
            }
        }
        line
    }

    fn inline(&mut self, element: &Element) -> Vec<Inline> {
        match element.name.as_str() {
            "noot" => return vec![Inline::NoteRef(self.note(element))],
            "nootref" | "voetref" => {
                // A second reference to a note that stands elsewhere.
                let note = self.note_ids.get(element.attribute("refid")).copied();
                if let Some(note) = note {
                    return vec![Inline::NoteRef(note)];
                }
            }
            "plaatje" | "illustratie" => return vec![],
            _ => {}
        }
        let content = self.line(element);
        match element.name.as_str() {
            "nadruk" => vec![match element.attribute("type") {
                "vet" | "halfvet" => Inline::Strong(content),
                _ => Inline::Emphasis(content),
            }],
            "sup" => vec![Inline::Superscript(content)],
            "inf" | "sub" => vec![Inline::Subscript(content)],
            "extref" => match link_of(element) {
                Some(href) => vec![Inline::Link { href, content }],
                None => content,
            },
            _ => content,
        }
    }

    /// Keeps a note and gives its position.
    fn note(&mut self, element: &Element) -> usize {
        let position = self.notes.len();
        let label = element.child_text("noot.nr").unwrap_or_else(|| (position + 1).to_string());
        // Its place is taken first: a note may hold a note.
        self.notes.push(Note { label, content: vec![] });
        self.note_ids.insert(element.attribute("id").to_owned(), position);
        let mut flow = Flow::default();
        for part in element.elements().filter(|part| part.name != "noot.nr") {
            self.flow(part, 0, &mut flow);
            flow.end_line();
        }
        if let Some(note) = self.notes.get_mut(position) {
            note.content = flow.finish();
        }
        position
    }
}

/// The address of an `<extref>`: a web page, or another publication by its identifier.
fn link_of(element: &Element) -> Option<String> {
    let target = element.attribute("doc");
    let is_identifier = target.contains('-')
        && target.starts_with(|c: char| c.is_ascii_lowercase())
        && target.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_identifier { Some(format!("{PUBLICATIONS}{target}.html")) } else { safe_link(target) }
}

/// The columns from `namest` to `nameend`.
fn columns_taken(entry: &Element, columns: &[&str]) -> Option<u16> {
    let position = |name: &str| columns.iter().position(|column| *column == name);
    let first = position(entry.attribute("namest"))?;
    let last = position(entry.attribute("nameend"))?;
    span(&(last.checked_sub(first)? + 1).to_string())
}

/// Whether there is text directly in it, beside any elements.
fn is_mixed(element: &Element) -> bool {
    element.children.iter().any(|node| matches!(node, Node::Text(text) if !text.trim().is_empty()))
}

fn is_inline(element: &Element) -> bool {
    matches!(
        element.name.as_str(),
        "nadruk"
            | "sup"
            | "inf"
            | "sub"
            | "extref"
            | "intref"
            | "dossierref"
            | "noot"
            | "nootref"
            | "voetref"
    )
}

/// Elements that stand on their own lines even where there is text beside them.
fn is_block(element: &Element) -> bool {
    matches!(
        element.name.as_str(),
        "al" | "al-groep" | "lijst" | "table" | "tussenkop" | "kop" | "citaat"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn paragraph(content: &str) -> Block {
        Block::Paragraph(vec![text(content)])
    }

    fn blocks(tekst: &str) -> Vec<Block> {
        read(tekst.as_bytes()).unwrap().blocks
    }

    #[test]
    fn a_motion_has_its_titles_and_its_list() {
        let prose = read(include_bytes!("../../tests/data/kst-motie.xml")).unwrap();
        assert_eq!(
            prose.blocks[..3],
            [
                Block::Paragraph(vec![
                    text("Vergaderjaar 2024-2025"),
                    Inline::LineBreak,
                    text("Tweede Kamer der Staten-Generaal"),
                    Inline::LineBreak,
                    text("2"),
                    Inline::LineBreak,
                    text("Kamerstukken"),
                ]),
                Block::Heading {
                    level: 1,
                    content: vec![text(
                        "36 547 Wijziging van het Wetboek van Strafrecht en het Wetboek van Strafrecht BES en andere wetten in verband met de modernisering van de strafbaarstelling van mensenhandel en de introductie van de zelfstandige strafbaarstelling van ernstige benadeling en van voordeeltrekking (Wet modernisering en uitbreiding strafbaarstelling mensenhandel)"
                    )]
                },
                Block::Heading {
                    level: 2,
                    content: vec![text("Nr. 31 MOTIE VAN DE LEDEN BOOMSMA EN VAN NISPEN")]
                },
            ]
        );
        assert_eq!(prose.blocks[3], paragraph("Voorgesteld 5 juni 2025"));
        let Block::List { ordered: false, items } = &prose.blocks[10] else {
            panic!("{:?}", prose.blocks[10])
        };
        assert_eq!(items.len(), 3);
        assert_eq!(items[0].label, None);
        assert_eq!(
            prose.blocks[11..],
            [
                paragraph("en gaat over tot de orde van de dag."),
                paragraph("Boomsma"),
                paragraph("Van Nispen")
            ]
        );
    }

    #[test]
    fn notes_and_references_to_publications() {
        let prose = read(
            br#"<tekst><al>Zie dit.<noot id="a" type="voet"><noot.nr>1</noot.nr><noot.al><nadruk type="cur">Kamerstukken II</nadruk>, <extref doc="kst-36800-XIV-80" soort="document" status="actief">36 800 XIV, nr. 80</extref>.</noot.al></noot> Verder.<nootref refid="a"/></al></tekst>"#,
        )
        .unwrap();
        assert_eq!(
            prose.blocks,
            [Block::Paragraph(vec![
                text("Zie dit."),
                Inline::NoteRef(0),
                text(" Verder."),
                Inline::NoteRef(0)
            ])]
        );
        assert_eq!(
            prose.notes,
            [Note {
                label: "1".into(),
                content: vec![Block::Paragraph(vec![
                    Inline::Emphasis(vec![text("Kamerstukken II")]),
                    text(", "),
                    Inline::Link {
                        href: "https://zoek.officielebekendmakingen.nl/kst-36800-XIV-80.html"
                            .into(),
                        content: vec![text("36 800 XIV, nr. 80")]
                    },
                    text("."),
                ])]
            }]
        );
    }

    #[test]
    fn divisions_nest_their_headings() {
        assert_eq!(
            blocks(
                "<tekst><divisie><kop><nr>1.</nr><titel>Inleiding</titel></kop><al>A.</al><divisie><kop><nr>a.</nr><titel>Doel</titel></kop><al>B.</al></divisie></divisie></tekst>"
            ),
            [
                Block::Heading { level: 3, content: vec![text("1. Inleiding")] },
                paragraph("A."),
                Block::Heading { level: 4, content: vec![text("a. Doel")] },
                paragraph("B."),
            ]
        );
    }

    #[test]
    fn numbers_of_a_list_are_those_of_the_source() {
        let list = blocks(
            "<tekst><lijst><li><li.nr>2\u{b0}.</li.nr><al>twee</al><lijst><li><li.nr>–</li.nr><al>x</al></li></lijst></li></lijst></tekst>",
        );
        let nested = Block::List {
            ordered: false,
            items: vec![Item { label: None, content: vec![paragraph("x")] }],
        };
        let item = Item { label: Some("2°.".into()), content: vec![paragraph("twee"), nested] };
        assert_eq!(list, [Block::List { ordered: true, items: vec![item] }]);
    }

    #[test]
    fn tables_keep_their_heads_and_spans() {
        let table = blocks(
            r#"<tekst><table><title>Tabel 1</title><tgroup cols="2"><colspec colname="a"/><colspec colname="b"/><thead><row><entry namest="a" nameend="b"><al>Kop</al></entry></row></thead><tbody><row><entry morerows="1"><al>x</al></entry><entry>y</entry></row></tbody></tgroup></table></tekst>"#,
        );
        let cell = |content: &str| Cell { content: vec![paragraph(content)], ..Cell::default() };
        assert_eq!(
            table,
            [
                Block::Paragraph(vec![Inline::Strong(vec![text("Tabel 1")])]),
                Block::Table {
                    rows: vec![
                        vec![Cell { header: true, columns: Some(2), ..cell("Kop") }],
                        vec![Cell { rows: Some(2), ..cell("x") }, cell("y")],
                    ]
                }
            ]
        );
    }

    #[test]
    fn what_is_not_known_keeps_its_text_and_metadata_is_not_text() {
        let prose = read(b"<officiele-publicatie><metadata><meta content='x'/>weg</metadata><nieuw><deel>Een <term>woord</term>.</deel><deel>Twee</deel></nieuw><ondertekening><functie>De minister,</functie><naam><voornaam>A.</voornaam><achternaam>Bakker</achternaam></naam></ondertekening></officiele-publicatie>").unwrap();
        assert_eq!(prose.plain_text(), "Een woord.\nTwee\nDe minister,\nA. Bakker\n");
    }
}
