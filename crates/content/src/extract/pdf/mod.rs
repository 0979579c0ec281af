//! PDF: the characters of its pages, made into lines and lines into paragraphs.
//!
//! `lopdf` reads the objects of the file. What a page shows is found here, since that decides how fast it
//! goes: [`page`] follows the content as far as text is concerned, [`font`] tells what the codes in it stand
//! for, once per document, [`lines`] puts characters in the order of reading, [`paragraphs`] makes text of
//! them.

mod content;
mod font;
mod lines;
mod metrics;
mod page;
mod paragraphs;

use std::collections::HashMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, Object, Stream};

use self::lines::Collector;
use self::page::Pages;
use crate::extract::{ExtractError, MAX_TEXT_BYTES};
use crate::prose::Prose;

/// The most pages that are drawn: a list of them may be endless.
const MAX_PAGES: usize = 20_000;

/// The most content of a document that is gone through, in bytes.
const MAX_CONTENT_BYTES: usize = 256 << 20;

/// What is read is more than any real file has.
struct TooMuch;

/// Reads a PDF.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    read_within(bytes, MAX_CONTENT_BYTES)
}

fn read_within(bytes: &[u8], content: usize) -> Result<Prose, ExtractError> {
    let document = guarded(|| load(bytes))??;
    let mut collector = Collector::default();
    let mut pages = Pages::new(&document, content);
    let mut unreadable_pages = vec![];
    let mut count = 0;
    for (page, number) in document.page_iter().zip(1..) {
        count += 1;
        if count > MAX_PAGES {
            return Err(ExtractError::TooLarge(format!("more than {MAX_PAGES} pages")));
        }
        match guarded(|| pages.draw(number, page, &mut collector)) {
            Ok(Ok(true)) => {}
            Ok(Err(TooMuch)) => {
                return Err(ExtractError::TooLarge(format!(
                    "more than {MAX_TEXT_BYTES} bytes of text, or endless content"
                )));
            }
            Ok(Ok(false)) | Err(_) => {
                collector.end_page();
                unreadable_pages.push(number);
            }
        }
    }
    let mut lines = collector.lines;
    if lines.is_empty() && (count == 0 || !unreadable_pages.is_empty()) {
        return Err(damaged("not one page can be read"));
    }
    paragraphs::drop_running_lines(&mut lines, count);
    Ok(Prose { blocks: paragraphs::paragraphs(&lines), unreadable_pages, ..Prose::default() })
}

fn load(bytes: &[u8]) -> Result<Document, ExtractError> {
    let mut document = Document::load_mem(bytes).map_err(|error| damaged(&error.to_string()))?;
    if document.is_encrypted() {
        // Many are encrypted with an empty password, only to forbid printing.
        document.decrypt("").map_err(|_| ExtractError::Encrypted)?;
    }
    Ok(document)
}

/// Runs what may panic: the libraries do so on some of what they do not expect.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, ExtractError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| damaged("a part of it is not as it should be"))
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged(format!("PDF: {reason}"))
}

/// What a dictionary has under a key, wherever that is kept; `None` for nothing.
fn entry<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let (_, object) = document.dereference(dictionary.get(key).ok()?).ok()?;
    (!object.is_null()).then_some(object)
}

fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from)
}

/// The bytes of a stream, unpacked; `None` if they are damaged, or packed in a way that text never is.
fn unpack(stream: &Stream, limit: usize) -> Result<Option<Vec<u8>>, TooMuch> {
    let filters = stream.filters().unwrap_or_default();
    let mut bytes = None;
    for filter in filters {
        let packed = bytes.as_ref().unwrap_or(&stream.content);
        let Some(unpacked) = unpack_one(filter, packed, limit)? else { return Ok(None) };
        bytes = Some(unpacked);
    }
    let bytes = bytes.unwrap_or_else(|| stream.content.clone());
    if bytes.len() > limit { Err(TooMuch) } else { Ok(Some(bytes)) }
}

fn unpack_one(filter: &[u8], packed: &[u8], limit: usize) -> Result<Option<Vec<u8>>, TooMuch> {
    if matches!(filter, b"FlateDecode" | b"Fl") {
        let mut bytes = Vec::with_capacity(packed.len().saturating_mul(4).min(limit));
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let outcome = flate2::read::ZlibDecoder::new(packed).take(most).read_to_end(&mut bytes);
        if bytes.len() > limit {
            return Err(TooMuch);
        }
        // Of what is cut off or damaged, the beginning is read.
        return Ok((outcome.is_ok() || !bytes.is_empty()).then_some(bytes));
    }
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", Object::Name(filter.to_vec()));
    Ok(Stream::new(dictionary, packed.to_vec()).decompressed_content().ok())
}

/// A number of points in whole units of a tenth, to count with.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and any page is smaller")]
fn tenths(points: f64) -> i64 {
    (points * 10.0).round() as i64
}

/// The most frequent key.
fn most_common(counts: HashMap<i64, usize>) -> Option<i64> {
    // The smaller of equals, so that the outcome does not depend on the order of the map.
    counts.into_iter().max_by_key(|(key, count)| (*count, -*key)).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::{Block, Inline};

    #[test]
    fn a_motion_reads_as_it_was_written() {
        let prose = read(include_bytes!("../../../tests/data/motie.pdf")).unwrap();
        let text = prose.plain_text();
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            prose.blocks.contains(&Block::Heading {
                level: 2,
                content: vec![Inline::Text("Nr. 3121 MOTIE VAN HET LID CEDER".into())]
            }),
            "{:#?}",
            prose.blocks
        );
        assert!(lines.contains(&"constaterende dat Israël meer gebied in het zuiden van Gaza wil innemen en Rafah wil ontruimen;"), "{lines:#?}");
        assert!(lines.contains(&"en gaat over tot de orde van de dag."), "{lines:#?}");
    }

    #[test]
    fn damage_is_reported() {
        let whole = include_bytes!("../../../tests/data/motie.pdf");
        assert_eq!(read(b"%PDF-1.4\nkapot").unwrap_err().code(), "damaged");
        assert_eq!(read(&whole[..2000]).unwrap_err().code(), "damaged");
    }

    /// A PDF with a page for each of these pieces of content, in Helvetica.
    fn pdf(pages: &[&str]) -> Vec<u8> {
        let mut document = Document::new();
        let name = |name: &str| Object::Name(name.into());
        let dictionary = |entries: Vec<(&str, Object)>| {
            let mut dictionary = Dictionary::new();
            entries.into_iter().for_each(|(key, value)| dictionary.set(key, value));
            dictionary
        };
        let font = document.add_object(dictionary(vec![
            ("Type", name("Font")),
            ("Subtype", name("Type1")),
            ("BaseFont", name("Helvetica")),
            ("Encoding", name("WinAnsiEncoding")),
        ]));
        let parent = document.new_object_id();
        let kids: Vec<Object> = pages
            .iter()
            .map(|content| {
                let content = document
                    .add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
                let fonts = dictionary(vec![("F", Object::Reference(font))]);
                let page = dictionary(vec![
                    ("Type", name("Page")),
                    ("Parent", Object::Reference(parent)),
                    ("Contents", Object::Reference(content)),
                    (
                        "Resources",
                        Object::Dictionary(dictionary(vec![("Font", Object::Dictionary(fonts))])),
                    ),
                ]);
                Object::Reference(document.add_object(page))
            })
            .collect();
        let tree = dictionary(vec![
            ("Type", name("Pages")),
            ("MediaBox", Object::Array(vec![0.into(), 0.into(), 595.into(), 842.into()])),
            ("Kids", Object::Array(kids)),
        ]);
        document.objects.insert(parent, Object::Dictionary(tree));
        let catalog = document.add_object(dictionary(vec![
            ("Type", name("Catalog")),
            ("Pages", Object::Reference(parent)),
        ]));
        document.trailer.set("Root", Object::Reference(catalog));
        let mut bytes = vec![];
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn every_way_of_showing_text_is_followed() {
        let content = "BT /F 10 Tf 12 TL 70 700 Td (Verenigde) Tj (Arabische)' 1 2 (Emiraten)\" \
            0 Tw 0 Tc [( in) -400 (zake)] TJ ET q 2 0 0 2 0 0 cm BT 35 300 Td /F 10 Tf (groot) Tj ET Q \
            BT 1 0 0 1 70 500 Tm /F 10 Tf (klein) Tj ET";
        let text = read(&pdf(&[content])).unwrap().plain_text();
        assert_eq!(text, "Verenigde Arabische Emiraten in zake\ngroot\nklein\n");
    }

    /// Lines of two columns, drawn row by row as a printer would.
    fn rows(title: &str, left: &[&str], right: &[&str], step: usize) -> String {
        let mut content = format!("BT /F 10 Tf 1 0 0 1 60 740 Tm ({title}) Tj ");
        for (row, (left, right)) in left.iter().zip(right).enumerate() {
            let y = 700 - row * step;
            content += &format!("1 0 0 1 60 {y} Tm ({left}) Tj 1 0 0 1 320 {y} Tm ({right}) Tj ");
        }
        content + "ET"
    }

    #[test]
    fn two_columns_are_read_one_after_the_other_however_they_are_drawn() {
        let left: Vec<String> = (1..=10)
            .map(|n| format!("linker regel {n:02} van de tekst in deze kolom staat"))
            .collect();
        let right: Vec<String> = (1..=10)
            .map(|n| format!("rechter regel {n:02} van de tekst in deze kolom ook"))
            .collect();
        let refs =
            |lines: &[String]| lines.iter().map(String::as_str).collect::<Vec<_>>().join("|");
        let lefts: Vec<&str> = left.iter().map(String::as_str).collect();
        let rights: Vec<&str> = right.iter().map(String::as_str).collect();
        let title =
            "Een titel die over de hele breedte van de bladzijde loopt, van links naar rechts";
        let text = read(&pdf(&[&rows(title, &lefts, &rights, 12)])).unwrap().plain_text();
        let flat = text.replace('\n', " ");
        let in_order =
            format!("{title} {} {}", refs(&left).replace('|', " "), refs(&right).replace('|', " "));
        assert_eq!(flat.trim(), in_order);
        // A table of short cells is read row by row.
        let cells: Vec<String> = (1..=10).map(|n| format!("cel {n}")).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let mut ends = vec!["een veel langere cel in deze kolom van de tabel"; 1];
        ends.resize(10, "x");
        let text = read(&pdf(&[&rows("Tabel", &cells, &ends, 12)])).unwrap().plain_text();
        assert!(text.contains("cel 2 x"), "{text}");
    }

    #[test]
    fn content_that_does_not_end_is_refused() {
        let bomb = {
            let zeros = vec![b' '; 4 << 20];
            let mut packed = flate2::write::ZlibEncoder::new(vec![], flate2::Compression::fast());
            std::io::Write::write_all(&mut packed, &zeros).unwrap();
            packed.finish().unwrap()
        };
        let mut dictionary = Dictionary::new();
        dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
        let stream = Stream::new(dictionary, bomb);
        assert!(unpack(&stream, 1 << 20).is_err());
        assert_eq!(unpack(&stream, 8 << 20).ok().flatten().map(|bytes| bytes.len()), Some(4 << 20));
        // A page that draws forms that draw forms: without an end, and without any text.
        let mut document = Document::load_mem(&pdf(&["/A Do"])).unwrap();
        let page = document.page_iter().next().unwrap();
        let form = document.new_object_id();
        let mut xobject = Dictionary::new();
        xobject.set("A", Object::Reference(form));
        let mut resources = Dictionary::new();
        resources.set("XObject", Object::Dictionary(xobject));
        let mut form_dictionary = Dictionary::new();
        form_dictionary.set("Subtype", Object::Name(b"Form".to_vec()));
        form_dictionary.set("Resources", Object::Dictionary(resources.clone()));
        let content = b"/A Do ".repeat(1000);
        document.objects.insert(form, Object::Stream(Stream::new(form_dictionary, content)));
        document.get_dictionary_mut(page).unwrap().set("Resources", Object::Dictionary(resources));
        let mut bytes = vec![];
        document.save_to(&mut bytes).unwrap();
        assert_eq!(read_within(&bytes, 1 << 20).unwrap_err().code(), "too-large");
    }
}
