//! A small XML tree, of bounded size and depth, for the readers of transcripts, official
//! publications and word-processor files.
//!
//! Names are local names: these vocabularies do not clash, and prefixes differ between producers.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::extract::{ExtractError, text};

/// The most elements and texts a tree may have: a transcript of a whole day has some 60,000.
const MAX_NODES: usize = 1_500_000;
/// The deepest nesting; real files stay under 40.
const MAX_DEPTH: usize = 200;

/// An element with what is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

/// What an element can hold.
#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The value of an attribute, empty if it is not there.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All attributes, by their local names, in their order.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The elements directly in this one.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of this name directly in this one.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// All text in it, with single spaces.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write_text(&mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn write_text(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.write_text(out),
            }
        }
    }

    /// The text of a child element; `None` if that is not there or empty.
    pub(crate) fn child_text(&self, name: &str) -> Option<String> {
        self.child(name).map(Element::text).filter(|text| !text.is_empty())
    }
}

/// Reads a document and gives its root element.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, ExtractError> {
    let source = text::decode(bytes);
    let mut reader = Reader::from_str(&source);
    // The elements that are open, outermost first; the first is a stand-in for the document.
    let mut open = vec![Element::default()];
    let mut nodes = 0;
    loop {
        nodes += 1;
        if nodes > MAX_NODES {
            return Err(ExtractError::TooLarge(format!("more than {MAX_NODES} parts of XML")));
        }
        let event = reader.read_event().map_err(|error| damaged(&error.to_string()))?;
        match event {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(ExtractError::TooLarge(format!(
                        "XML nested deeper than {MAX_DEPTH}"
                    )));
                }
                open.push(element(&start));
            }
            Event::Empty(start) => add(&mut open, Node::Element(element(&start))),
            Event::End(_) => {
                // The reader has checked that the tags match.
                if let Some(closed) = open.pop() {
                    add(&mut open, Node::Element(closed));
                }
            }
            Event::Text(text) => add_text(&mut open, &text),
            Event::CData(text) => add_text(&mut open, &text),
            Event::GeneralRef(reference) => {
                let resolved = match &*reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().unwrap_or(None),
                };
                match resolved {
                    Some(c) => add_text(&mut open, c.encode_utf8(&mut [0; 4])),
                    // Nobody declares entities here; what cannot be resolved stays to be seen.
                    None => add_text(&mut open, &format!("&{};", &*reference)),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    if open.len() > 1 {
        return Err(damaged("the XML ends in the middle"));
    }
    let document = open.pop().unwrap_or_default();
    document
        .children
        .into_iter()
        .find_map(|node| match node {
            Node::Element(root) => Some(root),
            Node::Text(_) => None,
        })
        .ok_or_else(|| damaged("XML without an element"))
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .filter(|attribute| !attribute.key.as_ref().starts_with("xmlns"))
        .map(|attribute| {
            let key = attribute.key.local_name().into_inner().to_owned();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .unwrap_or_else(|_| attribute.value.clone());
            (key, value.into_owned())
        })
        .collect();
    Element { name: start.local_name().into_inner().to_owned(), attributes, children: vec![] }
}

fn add(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn add_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    match parent.children.last_mut() {
        Some(Node::Text(last)) => last.push_str(text),
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged(format!("XML: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_with_its_references_and_without_the_layout() {
        let root = parse(b"<?xml version='1.0'?><a x='1 &lt; 2'>M&amp;M\n  <b>&#233;&#xe9;n</b><![CDATA[<c>]]> &eacute;</a>").unwrap();
        assert_eq!(root.text(), "M&M ééén<c> &eacute;".replace("ééé", "éé"));
        assert_eq!(root.attribute("x"), "1 < 2");
        assert_eq!(root.attribute("y"), "");
        assert_eq!(root.child_text("b").as_deref(), Some("één"));
    }

    #[test]
    fn prefixes_do_not_matter() {
        let root = parse(b"<w:p xmlns:w='urn:w' w:val='x'><w:t>a</w:t></w:p>").unwrap();
        assert_eq!((root.name.as_str(), root.attribute("val")), ("p", "x"));
        assert!(root.child("t").is_some());
    }

    #[test]
    fn broken_deep_and_endless_documents_are_refused() {
        assert_eq!(parse(b"<a><b></a>").unwrap_err().code(), "damaged");
        assert_eq!(parse(b"<a><b>").unwrap_err().code(), "damaged");
        assert_eq!(parse(b"").unwrap_err().code(), "damaged");
        assert_eq!(parse("<a>".repeat(100_000).as_bytes()).unwrap_err().code(), "too-large");
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_NODES));
        assert_eq!(parse(many.as_bytes()).unwrap_err().code(), "too-large");
    }

    #[test]
    fn entities_do_not_multiply() {
        let bomb = b"<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;'>]><a>&m;</a>";
        assert_eq!(parse(bomb).unwrap().text(), "&m;");
    }
}
