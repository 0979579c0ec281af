//! Fonts: which characters the codes in a text stand for, and how wide these are.
//!
//! A font may say so itself (`ToUnicode`); else the names of its glyphs do, by the encoding that the
//! document states or the one in the font program (ISO 32000-1, 9.6 to 9.10). Outlines are never read.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, Object, Stream};

use super::content::{Instructions, Operand};
use super::{entry, metrics, number};

/// The most bytes of a font program or a map of characters that are looked at.
const MAX_PROGRAM_BYTES: usize = 16 << 20;
/// The most ranges of codes that a map states.
const MAX_RANGES: usize = 10_000;

/// A font, as far as text needs it.
#[derive(Debug)]
pub(super) struct Font {
    kind: Kind,
    /// The character for each code that has one.
    texts: Vec<Box<str>>,
    /// The width of characters that have none of their own.
    default_width: f64,
}

#[derive(Debug)]
enum Kind {
    /// A byte a code; the widths by code.
    Simple(Vec<f64>),
    /// Codes of several bytes, and widths by what the codes select.
    Composite { codes: Codes, widths: HashMap<u32, f64> },
}

/// One character of a text that is shown.
pub(super) struct Glyph<'a> {
    pub(super) text: &'a str,
    /// As a part of the font size.
    pub(super) width: f64,
    /// It is the space of one byte, to which the spacing of words applies.
    pub(super) is_space: bool,
}

impl Font {
    pub(super) fn new(document: &Document, font: &Dictionary) -> Self {
        match entry(document, font, b"Subtype").and_then(|kind| kind.as_name().ok()) {
            Some(b"Type0") => Self::composite(document, font),
            kind => Self::simple(document, font, kind.unwrap_or_default()),
        }
    }

    fn simple(document: &Document, font: &Dictionary, kind: &[u8]) -> Self {
        let name = base_name(document, font);
        let mut texts = encoding(document, font, kind, &name);
        // What a font says of itself goes before the names of its glyphs.
        for (place, text) in to_unicode(document, font).into_iter().enumerate() {
            if let Some(known) = texts.get_mut(place).filter(|_| !text.is_empty()) {
                *known = text;
            }
        }
        let unit = match kind {
            b"Type3" => entry(document, font, b"FontMatrix")
                .and_then(|matrix| matrix.as_array().ok()?.first().and_then(number))
                .unwrap_or(0.001),
            _ => 0.001,
        };
        let descriptor =
            entry(document, font, b"FontDescriptor").and_then(|entry| entry.as_dict().ok());
        let missing = descriptor
            .and_then(|descriptor| entry(document, descriptor, b"MissingWidth").and_then(number))
            .unwrap_or(0.0);
        let stated = entry(document, font, b"Widths").and_then(|widths| widths.as_array().ok());
        let first = entry(document, font, b"FirstChar").and_then(|first| first.as_i64().ok());
        let mut widths: Vec<f64> = texts
            .iter()
            .map(|text| match (stated, text.chars().next()) {
                (None, Some(character)) => metrics::width(&name, character),
                _ => missing * unit,
            })
            .collect();
        for (place, width) in stated.into_iter().flatten().take(256).enumerate() {
            let place =
                usize::try_from(first.unwrap_or(0)).ok().and_then(|first| first.checked_add(place));
            let width = document.dereference(width).ok().and_then(|(_, width)| number(width));
            if let (Some(place), Some(width)) =
                (place.and_then(|place| widths.get_mut(place)), width)
            {
                *place = width * unit;
            }
        }
        Self { kind: Kind::Simple(widths), texts, default_width: 0.0 }
    }

    fn composite(document: &Document, font: &Dictionary) -> Self {
        let descendant = entry(document, font, b"DescendantFonts")
            .and_then(|fonts| fonts.as_array().ok()?.first())
            .and_then(|font| document.dereference(font).ok()?.1.as_dict().ok());
        let codes = match entry(document, font, b"Encoding") {
            Some(Object::Stream(map)) => Codes::read(&unpack(map).unwrap_or_default()),
            _ => Codes::default(),
        };
        let default_width = descendant
            .and_then(|font| entry(document, font, b"DW").and_then(number))
            .unwrap_or(1000.0);
        let widths = descendant
            .and_then(|font| entry(document, font, b"W")?.as_array().ok())
            .map(|widths| composite_widths(document, widths))
            .unwrap_or_default();
        Self {
            kind: Kind::Composite { codes, widths },
            texts: to_unicode(document, font),
            default_width: default_width / 1000.0,
        }
    }

    /// The next character of a text, which is taken off it; `None` at its end.
    pub(super) fn next<'f>(&'f self, text: &mut &[u8]) -> Option<Glyph<'f>> {
        match &self.kind {
            Kind::Simple(widths) => {
                let (&first, rest) = text.split_first()?;
                *text = rest;
                Some(Glyph {
                    text: self.texts.get(usize::from(first)).map_or("", |text| text),
                    width: widths.get(usize::from(first)).copied().unwrap_or(self.default_width),
                    is_space: first == b' ',
                })
            }
            Kind::Composite { codes, widths } => {
                let (code, length) = codes.next(text)?;
                *text = text.get(length..).unwrap_or_default();
                let place = usize::try_from(code).unwrap_or(usize::MAX);
                Some(Glyph {
                    text: self.texts.get(place).map_or("", |text| text),
                    width: widths.get(&codes.selected(code)).copied().unwrap_or(self.default_width),
                    is_space: length == 1 && code == u32::from(b' '),
                })
            }
        }
    }
}

/// A font program or a map of characters; `None` if it is too large, or packed in another way.
fn unpack(stream: &Stream) -> Option<Vec<u8>> {
    super::unpack(stream, MAX_PROGRAM_BYTES).ok().flatten()
}

fn base_name(document: &Document, font: &Dictionary) -> String {
    let name = entry(document, font, b"BaseFont").and_then(|name| name.as_name().ok());
    String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
}

/// The widths of a composite font: `first [w w w]` and `first last w`, after another.
fn composite_widths(document: &Document, stated: &[Object]) -> HashMap<u32, f64> {
    let mut widths = HashMap::new();
    let code =
        |object: &Object| u32::try_from(object.as_i64().ok()?).ok().filter(|code| *code <= 0xffff);
    let mut rest = stated.iter().filter_map(|object| Some(document.dereference(object).ok()?.1));
    while let (Some(first), Some(second)) = (rest.next(), rest.next()) {
        let Some(first) = code(first) else { return widths };
        if let Object::Array(list) = second {
            for (code, width) in (first..=0xffff).zip(list) {
                if let Some(width) =
                    document.dereference(width).ok().and_then(|(_, width)| number(width))
                {
                    widths.insert(code, width / 1000.0);
                }
            }
        } else if let (Some(last), Some(width)) = (code(second), rest.next().and_then(number)) {
            widths.extend((first..=last).map(|code| (code, width / 1000.0)));
        } else {
            return widths;
        }
    }
    widths
}

/// How the codes of a composite font are cut from a text, and what they select.
#[derive(Debug, Default)]
struct Codes {
    /// The length in bytes, the first and the last of the codes of that length; two bytes if there are none.
    spaces: Vec<(usize, u32, u32)>,
    /// From the first code to the last: what the first selects. Codes select themselves if there are none.
    ranges: Vec<(u32, u32, u32)>,
}

impl Codes {
    fn read(map: &[u8]) -> Self {
        let mut codes = Self::default();
        let mut instructions = Instructions::new(map);
        let mut operands = vec![];
        while let Some(operator) = instructions.next(&mut operands) {
            match operator {
                b"endcodespacerange" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Operand::Text(first), Operand::Text(last)] = pair {
                            codes.spaces.push((first.len(), big_endian(first), big_endian(last)));
                        }
                    }
                }
                b"endcidrange" => {
                    for range in operands.chunks_exact(3) {
                        if let [Operand::Text(first), Operand::Text(last), Operand::Number(to)] =
                            range
                        {
                            codes.ranges.push((big_endian(first), big_endian(last), whole(*to)));
                        }
                    }
                }
                b"endcidchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Operand::Text(code), Operand::Number(to)] = pair {
                            let code = big_endian(code);
                            codes.ranges.push((code, code, whole(*to)));
                        }
                    }
                }
                _ => {}
            }
            if codes.spaces.len() > MAX_RANGES || codes.ranges.len() > MAX_RANGES {
                break;
            }
        }
        codes.ranges.sort_unstable();
        codes
    }

    /// The code with which a text begins, and its length.
    fn next(&self, text: &[u8]) -> Option<(u32, usize)> {
        for (length, first, last) in &self.spaces {
            if let Some(code) = text.get(..*length).map(big_endian)
                && (*first..=*last).contains(&code)
                && *length > 0
            {
                return Some((code, *length));
            }
        }
        let length = text.len().min(2);
        (length > 0).then(|| (big_endian(text.get(..length).unwrap_or_default()), length))
    }

    fn selected(&self, code: u32) -> u32 {
        let after = self.ranges.partition_point(|(first, ..)| *first <= code);
        match after.checked_sub(1).and_then(|place| self.ranges.get(place)) {
            Some((first, last, to)) if code <= *last => to.saturating_add(code - first),
            _ => code,
        }
    }
}

/// The number that these bytes are, the first counting most.
fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn whole(number: f64) -> u32 {
    number as u32
}

/// The characters by code that the font states; empty where it states none.
fn to_unicode(document: &Document, font: &Dictionary) -> Vec<Box<str>> {
    let mut texts = vec![];
    let Some(Object::Stream(map)) = entry(document, font, b"ToUnicode") else { return texts };
    let map = unpack(map).unwrap_or_default();
    let mut instructions = Instructions::new(&map);
    let mut operands = vec![];
    let mut put = |code: u32, text: String| {
        let readable =
            !text.chars().any(|c| c == '\u{fffd}' || (c.is_control() && !c.is_whitespace()));
        if let Some(place) = usize::try_from(code).ok().filter(|place| readable && *place <= 0xffff)
        {
            if texts.len() <= place {
                texts.resize(place + 1, Box::default());
            }
            if let Some(known) = texts.get_mut(place) {
                *known = text.into_boxed_str();
            }
        }
    };
    while let Some(operator) = instructions.next(&mut operands) {
        match operator {
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Text(code), Operand::Text(text)] = pair {
                        put(big_endian(code), utf16(text, 0));
                    }
                }
            }
            b"endbfrange" => {
                for range in operands.chunks_exact(3) {
                    let [Operand::Text(first), Operand::Text(last), to] = range else { continue };
                    let codes = big_endian(first)..=big_endian(last).min(0xffff);
                    match to {
                        Operand::Text(text) => {
                            codes
                                .zip(0..=u16::MAX)
                                .for_each(|(code, further)| put(code, utf16(text, further)));
                        }
                        Operand::Array(parts) => {
                            for (code, text) in codes.zip(parts.iter().filter_map(Operand::text)) {
                                put(code, utf16(text, 0));
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    texts
}

/// A text in UTF-16, of which the last unit is so much further on.
fn utf16(bytes: &[u8], further: u16) -> String {
    let mut units: Vec<u16> = match bytes {
        [one] => vec![u16::from(*one)],
        _ => bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect(),
    };
    if let Some(last) = units.last_mut() {
        *last = last.wrapping_add(further);
    }
    String::from_utf16_lossy(&units)
}

/// The characters of the 256 codes of a simple font, by the names of its glyphs.
fn encoding(document: &Document, font: &Dictionary, kind: &[u8], name: &str) -> Vec<Box<str>> {
    let usual: &[u8] = if kind == b"TrueType" { b"WinAnsiEncoding" } else { b"StandardEncoding" };
    let in_program = || {
        let descriptor = entry(document, font, b"FontDescriptor")?.as_dict().ok()?;
        let program = |key| entry(document, descriptor, key)?.as_stream().ok();
        if let Some(program) = program(b"FontFile3") {
            return compact_encoding(&unpack(program)?);
        }
        type1_encoding(&unpack(program(b"FontFile")?)?)
    };
    let own = || match name {
        _ if name.ends_with("Symbol") => named(|code| symbol(code).map(str::to_owned)),
        _ if name.ends_with("ZapfDingbats") => named(|code| dingbat(code).map(str::to_owned)),
        _ => in_program().unwrap_or_else(|| standard(document, usual)),
    };
    match entry(document, font, b"Encoding") {
        Some(Object::Name(encoding)) => standard(document, encoding),
        Some(Object::Dictionary(encoding)) => {
            let base =
                entry(document, encoding, b"BaseEncoding").and_then(|base| base.as_name().ok());
            let mut texts = base.map_or_else(own, |base| standard(document, base));
            let differences =
                entry(document, encoding, b"Differences").and_then(|list| list.as_array().ok());
            let mut code = 0;
            for difference in differences.into_iter().flatten() {
                match document.dereference(difference).map(|(_, difference)| difference) {
                    Ok(Object::Integer(first)) => {
                        code = usize::try_from(*first).unwrap_or(usize::MAX)
                    }
                    Ok(Object::Name(glyph)) => {
                        if let Some(known) = texts.get_mut(code) {
                            *known =
                                glyph_text(document, glyph).unwrap_or_default().into_boxed_str();
                        }
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
            }
            texts
        }
        _ => own(),
    }
}

/// The characters of the 256 codes as a function of the code tells them.
fn named(text: impl Fn(u8) -> Option<String>) -> Vec<Box<str>> {
    (0..=255).map(|code| text(code).unwrap_or_default().into_boxed_str()).collect()
}

/// One of the encodings that have a name.
fn standard(document: &Document, encoding: &[u8]) -> Vec<Box<str>> {
    let font = described(Object::Name(encoding.to_vec()));
    let table = font.get_font_encoding(document).ok();
    named(|code| table.as_ref()?.bytes_to_string(&[code]).ok())
}

/// A font that has nothing but an encoding.
fn described(encoding: Object) -> Dictionary {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    font
}

/// The characters that the name of a glyph stands for: `eacute`, `f_i`, `uni00E9`, `a.sc`.
fn glyph_text(document: &Document, glyph: &[u8]) -> Option<String> {
    let whole = std::str::from_utf8(glyph).ok()?;
    let name = whole.split('.').next().filter(|name| !name.is_empty())?;
    let hexadecimal = |digits: &str| {
        let is_number =
            (4..=6).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
        is_number.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
    };
    if let Some(c) = name.strip_prefix("uni").and_then(hexadecimal) {
        return Some(c.into());
    }
    let mut encoding = Dictionary::new();
    encoding.set("Type", Object::Name(b"Encoding".to_vec()));
    let list = vec![Object::Integer(0), Object::Name(name.as_bytes().to_vec())];
    encoding.set("Differences", Object::Array(list));
    let font = described(Object::Dictionary(encoding));
    // An unknown name gives the standard encoding instead, in which 0 is nothing.
    let known = font.get_font_encoding(document).ok()?.bytes_to_string(&[0]).ok();
    if let Some(text) = known.filter(|text| !text.is_empty()) {
        return Some(text);
    }
    if let Some(c) = name.strip_prefix('u').and_then(hexadecimal) {
        return Some(c.into());
    }
    let parts: Vec<&str> = name.split('_').collect();
    (parts.len() > 1)
        .then(|| parts.iter().map(|part| glyph_text(document, part.as_bytes())).collect())
        .flatten()
}

/// The encoding in a font program in compact form (CFF).
fn compact_encoding(program: &[u8]) -> Option<Vec<Box<str>>> {
    let document = Document::new();
    // The library takes what it reads for well-made.
    let names = catch_unwind(AssertUnwindSafe(|| {
        let table = cff_parser::Table::parse(program)?;
        let codes = table.encoding.get_code_to_sid_table(&table.charset);
        let names = codes.into_iter().filter_map(|(code, id)| {
            Some((code, cff_parser::string_by_id(&table, id)?.to_owned()))
        });
        Some(names.collect::<HashMap<u8, String>>())
    }))
    .ok()??;
    Some(named(|code| glyph_text(&document, names.get(&code)?.as_bytes())))
}

/// The encoding in a font program of the first type, whose beginning is text: `dup 65 /A put`.
fn type1_encoding(program: &[u8]) -> Option<Vec<Box<str>>> {
    let document = Document::new();
    let end = program.windows(5).position(|window| window == b"eexec").unwrap_or(program.len());
    let mut instructions = Instructions::new(program.get(..end)?);
    let mut operands = vec![];
    let mut names: HashMap<usize, String> = HashMap::new();
    while let Some(operator) = instructions.next(&mut operands) {
        if operator == b"put"
            && let [Operand::Number(code), Operand::Name(name)] = operands.as_slice()
            && names.len() < 256
        {
            let code = usize::try_from(whole(*code)).unwrap_or(usize::MAX);
            names.insert(code, String::from_utf8_lossy(name).into_owned());
        }
    }
    // One that is empty is the standard encoding.
    (!names.is_empty())
        .then(|| named(|code| glyph_text(&document, names.get(&usize::from(code))?.as_bytes())))
}

/// The signs of the font Symbol that occur in lists and in numbers. Greek is left out.
fn symbol(code: u8) -> Option<&'static str> {
    const ASCII: &str = " !#%&()+,./0123456789:;<=>?[]_{|}";
    if let Some(place) = ASCII.find(char::from(code)) {
        return ASCII.get(place..=place);
    }
    Some(match code {
        0x2d => "−",
        0xa0 => "€",
        0xa3 => "≤",
        0xb0 => "°",
        0xb1 => "±",
        0xb3 => "≥",
        0xb4 => "×",
        0xb7 => "•",
        0xae => "→",
        _ => return None,
    })
}

/// The signs of the font ZapfDingbats that begin the items of lists.
fn dingbat(code: u8) -> Option<&'static str> {
    Some(match code {
        0x20 => " ",
        0x33 => "✓",
        0x34 => "✔",
        0x6c => "●",
        0x6d => "❍",
        0x6e => "■",
        0x6f..=0x72 => "❑",
        0x75 => "◆",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(font: &Font, mut text: &[u8]) -> (String, Vec<f64>) {
        let (mut out, mut widths) = (String::new(), vec![]);
        while let Some(glyph) = font.next(&mut text) {
            out.push_str(glyph.text);
            widths.push(glyph.width);
        }
        (out, widths)
    }

    #[test]
    fn an_encoding_that_the_document_states_goes_before_all_but_the_characters_themselves() {
        let mut document = Document::new();
        let map = b"/CIDInit /ProcSet findresource begin 1 beginbfchar <02> <00660069> endbfchar \
            2 beginbfrange <41> <43> <0061> <44> <45> [<0064> <D835DC00>] endbfrange endcmap";
        let map = document.add_object(Stream::new(Dictionary::new(), map.to_vec()));
        let differences = vec![
            Object::Integer(1),
            Object::Name(b"eacute".to_vec()),
            Object::Name(b"wrong".to_vec()),
            Object::Name(b"f_f_i.alt".to_vec()),
            Object::Name(b"uni20AC".to_vec()),
            Object::Name(b"g123".to_vec()),
        ];
        let mut encoding = Dictionary::new();
        encoding.set("BaseEncoding", Object::Name(b"WinAnsiEncoding".to_vec()));
        encoding.set("Differences", Object::Array(differences));
        let mut font = Dictionary::new();
        font.set("Subtype", Object::Name(b"TrueType".to_vec()));
        font.set("Encoding", Object::Dictionary(encoding));
        font.set("ToUnicode", Object::Reference(map));
        font.set("FirstChar", Object::Integer(1));
        font.set("Widths", Object::Array(vec![500.into(), Object::Real(250.5), 0.into()]));
        let font = Font::new(&document, &font);
        let (text, widths) = shown(&font, b"\x01\x02\x03\x04\x05\x80ACDEz");
        // The ligature is written out where lines are made.
        assert_eq!(text, "éfiﬃ€€acd𝐀z");
        assert_eq!(widths[..4], [0.5, 0.2505, 0.0, 0.0]);
    }

    #[test]
    fn fonts_without_widths_have_those_of_their_kind() {
        let document = Document::new();
        let mut font = Dictionary::new();
        font.set("Subtype", Object::Name(b"Type1".to_vec()));
        font.set("BaseFont", Object::Name(b"Times-Bold".to_vec()));
        let font = Font::new(&document, &font);
        assert_eq!(shown(&font, b"W i"), ("W i".into(), vec![1.0, 0.25, 0.278]));
    }

    #[test]
    fn composite_fonts_have_codes_of_two_bytes_or_as_their_map_says() {
        let mut document = Document::new();
        let to_unicode = b"2 beginbfchar <0041> <0061> <0042> <0062> endbfchar";
        let to_unicode = document.add_object(Stream::new(Dictionary::new(), to_unicode.to_vec()));
        let map = b"2 begincodespacerange <00> <7f> <8000> <ffff> endcodespacerange \
            1 begincidrange <41> <42> 7 endcidrange";
        let map = document.add_object(Stream::new(Dictionary::new(), map.to_vec()));
        let mut descendant = Dictionary::new();
        let widths =
            vec![7.into(), Object::Array(vec![300.into()]), 8.into(), 8.into(), 400.into()];
        descendant.set("W", Object::Array(widths));
        let mut font = Dictionary::new();
        font.set("Subtype", Object::Name(b"Type0".to_vec()));
        font.set("DescendantFonts", Object::Array(vec![Object::Dictionary(descendant)]));
        font.set("ToUnicode", Object::Reference(to_unicode));
        font.set("Encoding", Object::Name(b"Identity-H".to_vec()));
        assert_eq!(
            shown(&Font::new(&document, &font), b"\0A\0B\0"),
            ("ab".into(), vec![1.0, 1.0, 1.0])
        );
        font.set("Encoding", Object::Reference(map));
        assert_eq!(
            shown(&Font::new(&document, &font), b"AB\x80\x00"),
            ("ab".into(), vec![0.3, 0.4, 1.0])
        );
    }

    #[test]
    fn a_font_program_tells_its_own_encoding() {
        let mut document = Document::new();
        let program =
            b"%!PS-AdobeFont-1.0\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n\
            dup 1 /eacute put\ndup 2 /A put\nreadonly def currentfile eexec \x80\x01";
        let program = document.add_object(Stream::new(Dictionary::new(), program.to_vec()));
        let mut descriptor = Dictionary::new();
        descriptor.set("FontFile", Object::Reference(program));
        let mut font = Dictionary::new();
        font.set("Subtype", Object::Name(b"Type1".to_vec()));
        font.set("FontDescriptor", Object::Dictionary(descriptor));
        assert_eq!(shown(&Font::new(&document, &font), b"\x01\x02").0, "éA");
    }

    #[test]
    fn a_map_of_everything_stays_small() {
        let mut document = Document::new();
        let map = b"1 beginbfrange <00000000> <ffffffff> <0041> endbfrange";
        let map = document.add_object(Stream::new(Dictionary::new(), map.to_vec()));
        let mut font = Dictionary::new();
        font.set("Subtype", Object::Name(b"Type0".to_vec()));
        font.set("ToUnicode", Object::Reference(map));
        let font = Font::new(&document, &font);
        assert_eq!(shown(&font, b"\0\x01").0, "B");
        assert!(font.texts.len() <= 1 << 16);
    }
}
