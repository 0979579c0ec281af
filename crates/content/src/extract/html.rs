//! Web pages and HTML fragments.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use crate::extract::{ExtractError, Flow, span, text};
use crate::prose::{Block, Cell, Inline, Item, Prose, safe_link};

/// The deepest nesting that is followed.
const MAX_DEPTH: usize = 200;

/// The most elements that may be open at once before the parser sees the file: for each that opens it may
/// look at all of them.
const MAX_OPEN: usize = 2_000;
/// Elements that are closed by what follows, and those that hold nothing.
const CLOSED_BY_ITSELF: [&str; 34] = [
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html",
    "img", "input", "li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source",
    "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr", "frame", "keygen",
];

/// Reads an HTML document or fragment.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let source = text::decode(bytes);
    if most_open(&source) > MAX_OPEN {
        return Err(ExtractError::TooLarge(format!(
            "HTML with more than {MAX_OPEN} open elements"
        )));
    }
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(source);
    let mut flow = Flow::default();
    add_children(&dom.document, 0, &mut flow)?;
    Ok(Prose { blocks: flow.finish(), ..Prose::default() })
}

/// How many elements are open at once, at most, as far as their tags tell.
fn most_open(source: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for tag in source.split('<').skip(1) {
        let (closes, name) = match tag.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, tag),
        };
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        let counts = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !CLOSED_BY_ITSELF.iter().any(|known| name.eq_ignore_ascii_case(known));
        if !counts {
            continue;
        }
        open = if closes { open.saturating_sub(1) } else { open + 1 };
        most = most.max(open);
    }
    most
}

fn add_children(node: &Handle, depth: usize, flow: &mut Flow) -> Result<(), ExtractError> {
    if depth > MAX_DEPTH {
        return Err(ExtractError::TooLarge(format!("HTML nested deeper than {MAX_DEPTH}")));
    }
    for child in node.children.borrow().iter() {
        add(child, depth + 1, flow)?;
    }
    Ok(())
}

fn add(node: &Handle, depth: usize, flow: &mut Flow) -> Result<(), ExtractError> {
    if let NodeData::Text { contents } = &node.data {
        flow.text(&contents.borrow());
        return Ok(());
    }
    match name(node) {
        "head" | "script" | "style" | "template" | "noscript" | "iframe" | "object" | "svg" => {}
        "br" => flow.inline(Inline::LineBreak),
        "b" | "strong" => {
            let content = line(node, depth, flow)?;
            flow.inline(Inline::Strong(content));
        }
        "i" | "em" | "u" | "cite" => {
            let content = line(node, depth, flow)?;
            flow.inline(Inline::Emphasis(content));
        }
        "sup" => {
            let content = line(node, depth, flow)?;
            flow.inline(Inline::Superscript(content));
        }
        "sub" => {
            let content = line(node, depth, flow)?;
            flow.inline(Inline::Subscript(content));
        }
        "a" => {
            let content = line(node, depth, flow)?;
            match safe_link(&attribute(node, "href")) {
                Some(href) => flow.inline(Inline::Link { href, content }),
                None => flow.line.extend(content),
            }
        }
        name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
            let level = name.trim_start_matches('h').parse().unwrap_or(6);
            flow.end_line();
            let content = line(node, depth, flow)?;
            flow.heading(level, content);
        }
        list @ ("ul" | "ol") => {
            let items = items(node, depth)?;
            flow.block(Block::List { ordered: list == "ol", items });
        }
        "table" => {
            let mut rows = vec![];
            add_rows(node, depth, &mut rows, flow)?;
            flow.block(Block::Table { rows });
        }
        "blockquote" => {
            let content = blocks(node, depth)?;
            flow.block(Block::Quote(content));
        }
        "span" | "font" | "small" | "big" | "abbr" | "code" | "label" | "mark" | "q" | "s"
        | "time" | "o:p" => {
            add_children(node, depth, flow)?;
        }
        // Everything else stands on its own lines.
        _ => {
            flow.end_line();
            add_children(node, depth, flow)?;
            flow.end_line();
        }
    }
    Ok(())
}

/// What is in an element as a line of text. Blocks inside it, which is an error in the page, are
/// put before that line, so that nothing is lost.
fn line(node: &Handle, depth: usize, flow: &mut Flow) -> Result<Vec<Inline>, ExtractError> {
    let mut inner = Flow::default();
    add_children(node, depth, &mut inner)?;
    if !inner.blocks.is_empty() {
        flow.end_line();
        flow.blocks.append(&mut inner.blocks);
    }
    Ok(inner.line)
}

fn blocks(node: &Handle, depth: usize) -> Result<Vec<Block>, ExtractError> {
    let mut flow = Flow::default();
    add_children(node, depth, &mut flow)?;
    Ok(flow.finish())
}

fn items(list: &Handle, depth: usize) -> Result<Vec<Item>, ExtractError> {
    let mut items = vec![];
    for child in list.children.borrow().iter() {
        let mut flow = Flow::default();
        if name(child) == "li" {
            add_children(child, depth + 1, &mut flow)?;
        } else {
            add(child, depth + 1, &mut flow)?;
        }
        let content = flow.finish();
        if !content.is_empty() {
            items.push(Item { label: None, content });
        }
    }
    Ok(items)
}

/// Gathers the rows of a table, through `thead`, `tbody` and `tfoot`; a caption goes before it.
fn add_rows(
    node: &Handle,
    depth: usize,
    rows: &mut Vec<Vec<Cell>>,
    flow: &mut Flow,
) -> Result<(), ExtractError> {
    for child in node.children.borrow().iter() {
        match name(child) {
            "thead" | "tbody" | "tfoot" => add_rows(child, depth + 1, rows, flow)?,
            "tr" => {
                let mut cells = vec![];
                for cell in child.children.borrow().iter() {
                    if matches!(name(cell), "td" | "th") {
                        cells.push(Cell {
                            header: name(cell) == "th",
                            columns: span(&attribute(cell, "colspan")),
                            rows: span(&attribute(cell, "rowspan")),
                            content: blocks(cell, depth + 2)?,
                        });
                    }
                }
                rows.push(cells);
            }
            _ => add(child, depth + 1, flow)?,
        }
    }
    Ok(())
}

fn name(node: &Handle) -> &str {
    match &node.data {
        NodeData::Element { name, .. } => &name.local,
        _ => "",
    }
}

fn attribute(node: &Handle, key: &str) -> String {
    let NodeData::Element { attrs, .. } = &node.data else { return String::new() };
    let attributes = attrs.borrow();
    let found = attributes.iter().find(|attribute| &*attribute.name.local == key);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_elements_are_counted_before_anything_else_is_done() {
        assert_eq!(most_open("<html><p>a<p>b<br><ul><li><b>c</b><li>d</ul><i>"), 2);
        assert_eq!(most_open("a < b <> </p> <1>"), 0);
        assert_eq!(most_open(&"<DIV class=x>".repeat(3000)), 3000);
        assert_eq!(read("<div>".repeat(100_000).as_bytes()).unwrap_err().code(), "too-large");
        // A list of thousands, each in its own element that is closed, and paragraphs that never are.
        let many = format!("<html>{}", "<p><font>woord</font> <li>x".repeat(20_000));
        assert!(read(many.as_bytes()).is_ok());
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn paragraph(content: &str) -> Block {
        Block::Paragraph(vec![text(content)])
    }

    #[test]
    fn blocks_and_markup() {
        let page = b"<!doctype html><title>weg</title><style>p{}</style><h2>Agenda</h2>Los <b>vet</b><p>Een<br>twee <a href='https://example.nl/x'>link</a> <a href='javascript:alert(1)'>geen</a><script>alert(1)</script>";
        assert_eq!(
            read(page).unwrap().blocks,
            [
                Block::Heading { level: 2, content: vec![text("Agenda")] },
                Block::Paragraph(vec![text("Los "), Inline::Strong(vec![text("vet")])]),
                Block::Paragraph(vec![
                    text("Een"),
                    Inline::LineBreak,
                    text("twee "),
                    Inline::Link {
                        href: "https://example.nl/x".into(),
                        content: vec![text("link")]
                    },
                    text(" geen"),
                ]),
            ]
        );
    }

    #[test]
    fn lists_and_tables() {
        let page = b"<ol><li>a<ul><li>b</ul><li>c</ol><table><caption>T</caption><tr><th colspan=2>Kop<tr><td>x<td>y</table>";
        let item = |content| Item { label: None, content };
        let cell = |content: &str| Cell { content: vec![paragraph(content)], ..Cell::default() };
        assert_eq!(
            read(page).unwrap().blocks,
            [
                Block::List {
                    ordered: true,
                    items: vec![
                        item(vec![
                            paragraph("a"),
                            Block::List { ordered: false, items: vec![item(vec![paragraph("b")])] }
                        ]),
                        item(vec![paragraph("c")]),
                    ]
                },
                paragraph("T"),
                Block::Table {
                    rows: vec![
                        vec![Cell { header: true, columns: Some(2), ..cell("Kop") }],
                        vec![cell("x"), cell("y")]
                    ]
                },
            ]
        );
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let page = "<div>".repeat(10_000);
        assert_eq!(read(page.as_bytes()).unwrap_err().code(), "too-large");
    }
}
