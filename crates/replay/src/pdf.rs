//! A small PDF with a text in it, for documents whose text was recorded but whose file was not.

/// A4, in points.
const PAGE_HEIGHT: f32 = 842.0;
const MARGIN: f32 = 64.0;
const FONT_SIZE: f32 = 10.5;
const LEADING: f32 = 15.0;
const LINES_PER_PAGE: usize = 46;
/// Helvetica's letters are about half as wide as high: this many fit between the margins.
const CHARACTERS_PER_LINE: usize = 84;

/// A PDF of these paragraphs; the first is the title.
pub(crate) fn make(paragraphs: &[String]) -> Vec<u8> {
    assemble(&objects(paragraphs), 0)
}

/// A PDF of these paragraphs that is exactly so long, if it is not longer by itself.
pub(crate) fn make_of_length(paragraphs: &[String], length: usize) -> Vec<u8> {
    let objects = objects(paragraphs);
    let filler = length.saturating_sub(assemble(&objects, 0).len());
    let mut pdf = assemble(&objects, filler);
    // The offset of the table may have become a digit longer.
    if let Some(filler) = filler.checked_sub(pdf.len().saturating_sub(length)) {
        pdf = assemble(&objects, filler);
    }
    pdf
}

fn objects(paragraphs: &[String]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        lines.extend(wrap(paragraph));
    }
    let pages: Vec<&[String]> = lines.chunks(LINES_PER_PAGE).collect();

    let mut objects: Vec<Vec<u8>> = Vec::new();
    let page_numbers: Vec<usize> = (0..pages.len()).map(|page| 4 + 2 * page).collect();
    let kids: Vec<String> = page_numbers.iter().map(|number| format!("{number} 0 R")).collect();
    objects.push(b"<< /Type /Catalog /Pages 2 0 R >>".to_vec());
    objects.push(
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" "))
            .into_bytes(),
    );
    objects.push(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_vec(),
    );
    for (page, number) in pages.iter().zip(&page_numbers) {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] \
                 /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
                number + 1
            )
            .into_bytes(),
        );
        let content = page_content(page);
        let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
        stream.extend_from_slice(&content);
        stream.extend_from_slice(b"\nendstream");
        objects.push(stream);
    }
    objects
}

fn page_content(lines: &[String]) -> Vec<u8> {
    let top = PAGE_HEIGHT - MARGIN;
    let mut content =
        format!("BT /F1 {FONT_SIZE} Tf {LEADING} TL {MARGIN} {top} Td\n").into_bytes();
    for line in lines {
        content.push(b'(');
        for byte in line.chars().map(win_ansi) {
            if matches!(byte, b'(' | b')' | b'\\') {
                content.push(b'\\');
            }
            content.push(byte);
        }
        content.extend_from_slice(b") Tj T*\n");
    }
    content.extend_from_slice(b"ET");
    content
}

/// A file of these objects, and of a comment of so many bytes.
fn assemble(objects: &[Vec<u8>], filler: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    if filler > 1 {
        pdf.push(b'%');
        pdf.resize(pdf.len() + filler - 2, b' ');
        pdf.push(b'\n');
    }
    let mut offsets = Vec::with_capacity(objects.len());
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let start = pdf.len();
    let size = objects.len() + 1;
    pdf.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    pdf.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    pdf
}

fn wrap(paragraph: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in paragraph.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > CHARACTERS_PER_LINE {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    lines.push(line);
    lines
}

/// The character in the encoding of the font; what it lacks becomes a question mark.
fn win_ansi(character: char) -> u8 {
    match character {
        '€' => 0x80,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(character)).unwrap_or(b'?'),
        _ => b'?',
    }
}
