//! Plain text, in the encodings that occur: UTF-8, UTF-16 and Windows-1252.

use crate::extract::Flow;
use crate::prose::{Inline, Prose};

/// Reads a text file: an empty line separates paragraphs, other line ends are kept.
pub(super) fn read(bytes: &[u8]) -> Prose {
    let text = decode(bytes);
    let mut flow = Flow::default();
    for line in text.lines() {
        if line.trim().is_empty() {
            flow.end_line();
        } else {
            flow.text(line);
            flow.inline(Inline::LineBreak);
        }
    }
    Prose { blocks: flow.finish(), ..Prose::default() }
}

/// The characters of a text: UTF-16 if it has a byte order mark that says so, UTF-8 if it is valid
/// (cut off at the end at most), else Windows-1252, which any bytes are. What a declaration inside
/// the text says does not count: bytes do not lie.
pub(crate) fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Windows-1252 is Latin-1 with these in place of the control characters 0x80 to 0x9f.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

pub(super) fn windows_1252(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|index| WINDOWS_1252.get(usize::from(index)));
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_told_by_the_bytes() {
        assert_eq!(decode("\u{feff}financiële".as_bytes()), "financiële");
        assert_eq!(
            decode(b"financi\xeble middelen: \x80 5 \x96 \x93ja\x94"),
            "financiële middelen: € 5 – “ja”"
        );
        assert_eq!(decode(b"\xff\xfeD\0e\0"), "De");
        assert_eq!(decode(b"\xfe\xff\0D\0e"), "De");
        // A head that was cut in the middle of a character is still UTF-8.
        assert_eq!(decode(b"financi\xc3\xable \xe2\x82"), "financiële \u{fffd}");
    }

    #[test]
    fn an_empty_line_separates_paragraphs() {
        let prose = read(b"De Kamer,\r\ngehoord de\r\n\r\n \r\nberaadslaging\r\n");
        assert_eq!(prose.blocks.len(), 2);
        assert_eq!(prose.plain_text(), "De Kamer,\ngehoord de\nberaadslaging\n");
    }
}
