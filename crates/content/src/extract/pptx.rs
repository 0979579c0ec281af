//! PowerPoint presentations (Office Open XML): a page per slide, with its title, texts and tables.
//! Notes for the speaker and pictures are left out.

use crate::extract::package::Package;
use crate::extract::{ExtractError, Flow};
use crate::prose::{Block, Cell, Inline, Item, Prose, safe_link, tidy};
use crate::xml::Element;

/// The most slides that are read.
const MAX_SLIDES: u32 = 2_000;

/// Reads a presentation.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let mut package = Package::open(bytes)?;
    let main = "ppt/presentation.xml";
    let presentation = package
        .part(main)?
        .ok_or_else(|| ExtractError::Damaged("PPTX: there is no presentation in it".into()))?;
    let relationships = package.relationships(main)?;
    let mut flow = Flow::default();
    let slides = presentation.child("sldIdLst").into_iter().flat_map(Element::elements);
    for (number, slide) in (1..=MAX_SLIDES).zip(slides) {
        // Both identifiers are called "id" once their prefixes are gone; that of the part comes last.
        let Some(name) = slide
            .attributes()
            .filter(|(name, _)| *name == "id")
            .find_map(|(_, id)| relationships.targets.get(id))
        else {
            continue;
        };
        let Some(part) = package.part(name)? else { continue };
        let links = package.relationships(name)?.links;
        flow.block(Block::PageBreak(number));
        let reader = Slide { links: &links };
        if let Some(tree) = part.child("cSld").and_then(|slide| slide.child("spTree")) {
            reader.shapes(tree, &mut flow);
        }
    }
    Ok(Prose { blocks: flow.finish(), ..Prose::default() })
}

struct Slide<'s> {
    links: &'s std::collections::HashMap<String, String>,
}

impl Slide<'_> {
    fn shapes(&self, tree: &Element, flow: &mut Flow) {
        for shape in tree.elements() {
            match shape.name.as_str() {
                "grpSp" => self.shapes(shape, flow),
                "sp" => self.shape(shape, flow),
                "graphicFrame" => {
                    let table = shape
                        .child("graphic")
                        .and_then(|graphic| graphic.child("graphicData"))
                        .and_then(|data| data.child("tbl"));
                    if let Some(table) = table {
                        flow.block(self.table(table));
                    }
                }
                _ => {}
            }
        }
    }

    fn shape(&self, shape: &Element, flow: &mut Flow) {
        let Some(body) = shape.child("txBody") else { return };
        let kind = shape
            .child("nvSpPr")
            .and_then(|properties| properties.child("nvPr"))
            .and_then(|properties| properties.child("ph"))
            .map(|placeholder| placeholder.attribute("type"));
        match kind {
            Some("title" | "ctrTitle") => {
                let mut line = vec![];
                for paragraph in body.elements().filter(|part| part.name == "p") {
                    line.extend(self.line(paragraph));
                    line.push(Inline::Text(" ".into()));
                }
                flow.heading(2, line);
            }
            // The number of the slide, its date, and what stands at the foot of all of them.
            Some("sldNum" | "dt" | "ftr") => {}
            // The body of a slide is a list, unless it is one line.
            Some("" | "body" | "obj") => {
                let mut blocks = self.paragraphs(body);
                if blocks.len() > 1 {
                    let items =
                        blocks.drain(..).map(|block| Item { label: None, content: vec![block] });
                    flow.block(Block::List { ordered: false, items: items.collect() });
                } else {
                    blocks.into_iter().for_each(|block| flow.block(block));
                }
            }
            _ => self.paragraphs(body).into_iter().for_each(|block| flow.block(block)),
        }
    }

    fn paragraphs(&self, body: &Element) -> Vec<Block> {
        body.elements()
            .filter(|part| part.name == "p")
            .map(|paragraph| tidy(self.line(paragraph)))
            .filter(|line| !line.is_empty())
            .map(Block::Paragraph)
            .collect()
    }

    fn line(&self, paragraph: &Element) -> Vec<Inline> {
        let mut line = vec![];
        for part in paragraph.elements() {
            match part.name.as_str() {
                "br" => line.push(Inline::LineBreak),
                "r" | "fld" => {
                    let text = part.child("t").map(raw_text).unwrap_or_default();
                    line.push(self.styled(part.child("rPr"), Inline::Text(text)));
                }
                _ => {}
            }
        }
        line
    }

    fn styled(&self, properties: Option<&Element>, mut inline: Inline) -> Inline {
        let Some(properties) = properties else { return inline };
        if properties.attribute("b") == "1" {
            inline = Inline::Strong(vec![inline]);
        }
        if properties.attribute("i") == "1" {
            inline = Inline::Emphasis(vec![inline]);
        }
        let link =
            properties.child("hlinkClick").and_then(|link| self.links.get(link.attribute("id")));
        match link.and_then(|href| safe_link(href)) {
            Some(href) => Inline::Link { href, content: vec![inline] },
            None => inline,
        }
    }

    fn table(&self, table: &Element) -> Block {
        let rows = table.elements().filter(|part| part.name == "tr").map(|row| {
            let cells = row.elements().filter(|cell| {
                cell.name == "tc"
                    && cell.attribute("hMerge") != "1"
                    && cell.attribute("vMerge") != "1"
            });
            cells
                .map(|cell| Cell {
                    columns: crate::extract::span(cell.attribute("gridSpan")),
                    rows: crate::extract::span(cell.attribute("rowSpan")),
                    content: cell
                        .child("txBody")
                        .map(|body| self.paragraphs(body))
                        .unwrap_or_default(),
                    ..Cell::default()
                })
                .collect()
        });
        Block::Table { rows: rows.collect() }
    }
}

/// The text of an element, with its spaces.
fn raw_text(element: &Element) -> String {
    element
        .children
        .iter()
        .filter_map(|node| match node {
            crate::xml::Node::Text(text) => Some(text.as_str()),
            crate::xml::Node::Element(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn slides_come_in_the_order_of_the_presentation() {
        let slide = |title: &str, body: &str| {
            format!(
                "<sld><cSld><spTree><sp><nvSpPr><nvPr><ph type='title'/></nvPr></nvSpPr><txBody><p><r>\
                 <t>{title}</t></r></p></txBody></sp><sp><nvSpPr><nvPr><ph idx='1'/></nvPr></nvSpPr>\
                 <txBody>{body}</txBody></sp><sp><nvSpPr><nvPr><ph type='sldNum'/></nvPr></nvSpPr>\
                 <txBody><p><r><t>7</t></r></p></txBody></sp></spTree></cSld></sld>"
            )
        };
        let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
        for (name, content) in [
            (
                "ppt/presentation.xml",
                "<presentation><sldIdLst><sldId id='256' r:id='r2'/><sldId id='257' r:id='r1'/>\
                 </sldIdLst></presentation>"
                    .to_owned(),
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                "<Relationships><Relationship Id='r1' Type='x/slide' Target='slides/slide1.xml'/>\
                 <Relationship Id='r2' Type='x/slide' Target='slides/slide2.xml'/></Relationships>"
                    .to_owned(),
            ),
            ("ppt/slides/slide1.xml", slide("Slot", "<p><r><rPr b='1'/><t>Dank</t></r></p>")),
            (
                "ppt/slides/slide2.xml",
                slide("Begin", "<p><r><t>een</t></r></p><p/><p><r><t>twee</t></r></p>"),
            ),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        let prose = read(&archive.finish().unwrap().into_inner()).unwrap();
        let text = |text: &str| vec![Inline::Text(text.into())];
        let item =
            |content: &str| Item { label: None, content: vec![Block::Paragraph(text(content))] };
        assert_eq!(
            prose.blocks,
            [
                Block::PageBreak(1),
                Block::Heading { level: 2, content: text("Begin") },
                Block::List { ordered: false, items: vec![item("een"), item("twee")] },
                Block::PageBreak(2),
                Block::Heading { level: 2, content: text("Slot") },
                Block::Paragraph(vec![Inline::Strong(text("Dank"))]),
            ]
        );
    }
}
