//! PDF: characters at positions on a page, made into lines and lines into paragraphs.
//!
//! `pdf-extract` gives the characters in the order in which the file draws them, which for what
//! parliament publishes is the order of reading, columns included. Bold and italic are not known at
//! this level; sizes are, so larger lines become headings and small raised characters superscripts.

use std::collections::HashMap;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::content::{Content, Operation};
use pdf_extract::{
    Dictionary, Document, MediaBox, Object, ObjectId, OutputDev, OutputError, Transform,
    output_doc_page,
};

use crate::extract::{ExtractError, Flow, MAX_TEXT_BYTES};
use crate::prose::{Block, Inline, Prose};

/// A gap wider than this part of the font size separates words.
const WORD_GAP: f64 = 0.15;
/// A gap wider than this part of the font size is a tab, or the space between columns of a table.
const TAB_GAP: f64 = 0.9;
/// Running heads and feet stand within this part of the page's height from its edges.
const MARGIN: f64 = 0.1;
/// A line this much larger than the body text is a heading.
const HEADING_SIZE: f64 = 1.15;
/// A longer paragraph is no heading, however large.
const MAX_HEADING_CHARS: usize = 300;

/// Reads a PDF.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let document = guarded(|| load(bytes))??;
    let pages: Vec<u32> = guarded(|| document.get_pages().into_keys().collect())?;
    let mut collector = Collector::default();
    let mut unreadable_pages = vec![];
    for &page in &pages {
        let outcome = guarded(|| output_doc_page(&document, &mut collector, page));
        if collector.bytes > MAX_TEXT_BYTES {
            return Err(ExtractError::TooLarge(format!(
                "more than {MAX_TEXT_BYTES} bytes of text"
            )));
        }
        collector.finish_line();
        if !matches!(outcome, Ok(Ok(()))) {
            unreadable_pages.push(page);
        }
    }
    let mut lines = collector.lines;
    if lines.is_empty() && !unreadable_pages.is_empty() {
        return Err(damaged("not one page can be read"));
    }
    drop_running_lines(&mut lines, pages.len());
    Ok(Prose { blocks: paragraphs(&lines), unreadable_pages, ..Prose::default() })
}

fn load(bytes: &[u8]) -> Result<Document, ExtractError> {
    let mut document = Document::load_mem(bytes).map_err(|error| damaged(&error.to_string()))?;
    if document.is_encrypted() {
        // Many are encrypted with an empty password, only to forbid printing.
        document.decrypt("").map_err(|_| ExtractError::Encrypted)?;
    }
    put_stated_encodings_first(&mut document);
    empty_images(&mut document);
    spell_out_operators(&mut document);
    Ok(document)
}

/// Hides the embedded program of each font for which the document states an encoding.
///
/// That encoding goes before the one in the font program (ISO 32000-1, 9.6.6.2), but `pdf-extract`
/// does it the other way round, and every "ë" in a Kamerstuk comes out as "º".
fn put_stated_encodings_first(document: &mut Document) {
    let states_encoding = |font: &Dictionary| {
        let encoding = font.get(b"Encoding").and_then(|encoding| document.dereference(encoding));
        encoding.is_ok_and(|(_, encoding)| match encoding {
            Object::Name(_) => true,
            Object::Dictionary(encoding) => encoding.has(b"BaseEncoding"),
            _ => false,
        })
    };
    let fonts = document.objects.values().filter_map(|object| object.as_dict().ok());
    let descriptors: Vec<ObjectId> = fonts
        .filter(|font| font.has(b"FontDescriptor") && states_encoding(font))
        .filter_map(|font| font.get(b"FontDescriptor").and_then(Object::as_reference).ok())
        .collect();
    for descriptor in descriptors {
        if let Ok(descriptor) = document.get_dictionary_mut(descriptor) {
            descriptor.remove(b"FontFile3");
        }
    }
}

/// Empties the images: `pdf-extract` would read their bytes as drawing instructions.
fn empty_images(document: &mut Document) {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && stream
                .dict
                .get(b"Subtype")
                .and_then(Object::as_name)
                .is_ok_and(|kind| kind == b"Image")
        {
            stream.set_plain_content(vec![]);
        }
    }
}

/// Rewrites the operators `'` and `"`, which show text on a next line and which `pdf-extract` does
/// not know, as the simpler ones that they stand for (ISO 32000-1, 9.4.3). Each would lose a word.
fn spell_out_operators(document: &mut Document) {
    for page in document.page_iter().collect::<Vec<_>>() {
        if let Ok(content) = document.get_page_content(page)
            && let Some(spelled_out) = spell_out(&content)
        {
            // A page whose content cannot be replaced is read as it is.
            document.change_page_content(page, spelled_out).ok();
        }
    }
    for object in document.objects.values_mut() {
        if let Object::Stream(form) = object
            && form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form")
            && let Ok(content) = form.decompressed_content()
            && let Some(spelled_out) = spell_out(&content)
        {
            form.set_plain_content(spelled_out);
        }
    }
}

/// The content with the operators spelled out; `None` if they are not in it.
fn spell_out(content: &[u8]) -> Option<Vec<u8>> {
    if !content.contains(&b'\'') && !content.contains(&b'"') {
        return None;
    }
    let operations = Content::decode(content).ok()?.operations;
    if !operations.iter().any(|operation| matches!(operation.operator.as_str(), "'" | "\"")) {
        return None;
    }
    let mut spelled_out = Vec::with_capacity(operations.len());
    for Operation { operator, mut operands } in operations {
        match operator.as_str() {
            // An image within the content.
            "BI" => {}
            "'" | "\"" => {
                let text = operands.pop()?;
                if let Some(character_spacing) = operands.pop() {
                    spelled_out.push(Operation::new("Tc", vec![character_spacing]));
                }
                if let Some(word_spacing) = operands.pop() {
                    spelled_out.push(Operation::new("Tw", vec![word_spacing]));
                }
                spelled_out.push(Operation::new("T*", vec![]));
                spelled_out.push(Operation::new("Tj", vec![text]));
            }
            _ => spelled_out.push(Operation { operator, operands }),
        }
    }
    Content { operations: spelled_out }.encode().ok()
}

/// Runs what may panic: `pdf-extract` does so on much that it does not expect.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, ExtractError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| damaged("a part of it is not as it should be"))
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged(format!("PDF: {reason}"))
}

/// Text on one baseline, drawn from left to right without going back.
#[derive(Clone, Debug, Default)]
struct Line {
    page: u32,
    /// Where the line stands across the direction of writing, in points; upwards is more.
    baseline: f64,
    /// Where it begins and ends along the direction of writing, in points.
    start: f64,
    end: f64,
    /// Where its first word ends.
    first_word_end: f64,
    /// Where it begins, and where it goes on after a wide gap: text beneath may line up with either.
    stops: Vec<f64>,
    /// The font size of most of it, in points.
    size: f64,
    /// The cosine and sine of the direction of writing.
    direction: (f64, f64),
    /// Whether it stands in the margin at the top or the bottom of the page.
    in_margin: bool,
    /// Text with the size and baseline it is set in.
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Span {
    text: String,
    size: f64,
    baseline: f64,
}

impl Line {
    fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Makes the size and baseline those of most of its characters, once they are known.
    fn settle(&mut self) {
        let mut counts: HashMap<i64, usize> = HashMap::new();
        for span in &self.spans {
            *counts.entry(tenths(span.size)).or_default() += span.text.chars().count();
        }
        let most = most_common(counts);
        if let Some(span) = self.spans.iter().find(|span| Some(tenths(span.size)) == most) {
            self.size = span.size;
            self.baseline = span.baseline;
        }
    }

    /// The line as text with superscripts.
    fn inlines(&self) -> Vec<Inline> {
        let inlines = self.spans.iter().map(|span| {
            let text = Inline::Text(span.text.clone());
            let raised = span.baseline - self.baseline > 0.15 * self.size;
            if span.size < 0.85 * self.size && raised {
                Inline::Superscript(vec![text])
            } else {
                text
            }
        });
        inlines.collect()
    }

    fn starts_item(&self) -> bool {
        let text = self.text();
        let mut chars = text.trim_start().chars();
        let sign = chars.next();
        sign.is_some_and(|c| "–—-•▪●○◦‣·".contains(c) || is_private(c))
            && chars.next().is_some_and(char::is_whitespace)
    }
}

/// Symbol fonts put their bullets here.
fn is_private(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}

/// Gathers characters into lines.
#[derive(Default)]
struct Collector {
    lines: Vec<Line>,
    line: Line,
    page: u32,
    bottom: f64,
    height: f64,
    bytes: usize,
}

impl Collector {
    fn finish_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        line.settle();
        if line.spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.lines.push(line);
        }
    }

    fn begin_line(&mut self, start: f64, baseline: f64, size: f64, direction: (f64, f64)) {
        self.finish_line();
        let from_bottom = (baseline - self.bottom) / self.height;
        self.line = Line {
            page: self.page,
            baseline,
            start,
            end: start,
            first_word_end: start,
            stops: vec![start],
            size,
            direction,
            in_margin: direction.0 > 0.99 && !(MARGIN..1.0 - MARGIN).contains(&from_bottom),
            spans: vec![],
        };
    }

    fn add(&mut self, text: &str, place: Place) {
        let Place { start, end, baseline, size, direction } = place;
        let line = &self.line;
        let largest = size.max(line.size);
        let turned =
            (direction.0 - line.direction.0).abs() + (direction.1 - line.direction.1).abs() > 0.02;
        let new_line = line.spans.is_empty()
            || turned
            || (baseline - line.baseline).abs() > 0.5 * largest
            || start < line.end - largest;
        if new_line {
            if text.trim().is_empty() {
                return;
            }
            self.begin_line(start, baseline, size, direction);
        }
        let line = &mut self.line;
        let gap = start - line.end;
        let is_first_word = (line.first_word_end - line.end).abs() < f64::EPSILON;
        if size > line.size * 1.05 {
            // The line began with something small, such as the number of a note.
            line.size = size;
            line.baseline = baseline;
        }
        let spaced = gap > WORD_GAP * size && !line.spans.is_empty();
        if gap > TAB_GAP * size && !line.spans.is_empty() {
            line.stops.push(start);
        }
        let mut text = expand_ligatures(text);
        if spaced {
            text.insert(0, ' ');
        }
        self.bytes += text.len();
        line.end = line.end.max(end);
        if is_first_word && !spaced && !text.trim().is_empty() {
            line.first_word_end = line.end;
        }
        match line.spans.last_mut() {
            Some(span)
                if (span.size - size).abs() < 0.05 && (span.baseline - baseline).abs() < 0.05 =>
            {
                span.text.push_str(&text);
            }
            _ => line.spans.push(Span { text, size, baseline }),
        }
    }
}

/// Where a character stands, along and across its direction of writing, in points.
struct Place {
    start: f64,
    end: f64,
    baseline: f64,
    size: f64,
    direction: (f64, f64),
}

impl OutputDev for Collector {
    fn begin_page(
        &mut self,
        page: u32,
        media_box: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.page = page;
        self.bottom = media_box.lly;
        self.height = (media_box.ury - media_box.lly).max(1.0);
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.finish_line();
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        if self.bytes > MAX_TEXT_BYTES {
            return Err(std::fmt::Error.into());
        }
        let scale = trm.m11.hypot(trm.m12);
        let size = font_size.abs() * trm.m21.hypot(trm.m22);
        let numbers = [scale, size, trm.m31, trm.m32, width, spacing];
        if scale <= 0.0 || size <= 0.0 || numbers.iter().any(|number| !number.is_finite()) {
            return Ok(());
        }
        let direction = (trm.m11 / scale, trm.m12 / scale);
        let start = trm.m31 * direction.0 + trm.m32 * direction.1;
        let baseline = trm.m32 * direction.0 - trm.m31 * direction.1;
        let end = start + (width * font_size + spacing) * scale;
        self.add(text, Place { start, end, baseline, size, direction });
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// "ﬁ" is drawn as one character, but read, and searched for, as two.
fn expand_ligatures(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ﬀ' => expanded.push_str("ff"),
            'ﬁ' => expanded.push_str("fi"),
            'ﬂ' => expanded.push_str("fl"),
            'ﬃ' => expanded.push_str("ffi"),
            'ﬄ' => expanded.push_str("ffl"),
            'ﬅ' | 'ﬆ' => expanded.push_str("st"),
            c => expanded.push(c),
        }
    }
    expanded
}

/// Drops running heads, running feet and page numbers, where that is certain: lines in the margin
/// that come back, but for their digits, at the same place on at least three pages, or on both of
/// two. The first stays unless it is only a number, so that no word is lost.
fn drop_running_lines(lines: &mut Vec<Line>, pages: usize) {
    let key = |line: &Line| {
        let text: String =
            line.text().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        // One number is as good as another, however long.
        let mut key = text.trim().to_owned();
        while key.contains("00") {
            key = key.replace("00", "0");
        }
        key
    };
    let mut places: HashMap<String, Vec<(u32, f64)>> = HashMap::new();
    for line in lines.iter().filter(|line| line.in_margin) {
        places.entry(key(line)).or_default().push((line.page, line.baseline));
    }
    lines.retain(|line| {
        if !line.in_margin {
            return true;
        }
        let key = key(line);
        let same_place = places.get(&key).into_iter().flatten();
        let on: HashSet<u32> = same_place
            .filter(|(_, baseline)| (baseline - line.baseline).abs() < 2.0)
            .map(|(page, _)| *page)
            .collect();
        let comes_back = on.len() >= 3 || (on.len() == 2 && pages == 2);
        let is_first =
            on.iter().all(|page| *page >= line.page) && key.contains(char::is_alphabetic);
        !comes_back || is_first
    });
}

/// Makes paragraphs of lines.
fn paragraphs(lines: &[Line]) -> Vec<Block> {
    let layout = Layout::new(lines);
    let hyphenated = hyphenated_words(lines);
    let mut flow = Flow::default();
    let mut previous: Option<&Line> = None;
    let mut size = 0.0;
    for line in lines {
        let new_page = previous.is_none_or(|previous| previous.page != line.page);
        let goes_on =
            !new_page && previous.is_some_and(|previous| layout.continues(previous, line));
        let mut inlines = line.inlines();
        if goes_on {
            if !join_hyphen(&mut flow.line, &line.text(), &hyphenated) {
                flow.text(" ");
            }
        } else {
            if new_page
                && line.text().starts_with(char::is_lowercase)
                && join_hyphen(&mut flow.line, &line.text(), &hyphenated)
            {
                flow.line.extend(take_first_word(&mut inlines));
            }
            layout.end_paragraph(&mut flow, size);
            size = line.size;
        }
        if new_page && previous.is_some() {
            flow.block(Block::PageBreak(line.page));
        }
        flow.line.append(&mut inlines);
        previous = Some(line);
    }
    layout.end_paragraph(&mut flow, size);
    flow.finish()
}

/// Takes the first word off a line: the rest of a word that began on the page before.
fn take_first_word(inlines: &mut [Inline]) -> Option<Inline> {
    let Some(Inline::Text(text)) = inlines.first_mut() else { return None };
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let rest = text.split_off(end);
    Some(Inline::Text(std::mem::replace(text, rest)))
}

/// What is usual in this document.
struct Layout {
    /// The size of most of the text, in points.
    body_size: f64,
    /// Sizes of headings, the largest first, in tenths of a point.
    heading_sizes: Vec<i64>,
    /// The usual distance between lines of a size, in points.
    leading: HashMap<i64, f64>,
    /// How far lines reach that begin near a place on a page.
    right_edges: HashMap<(u32, i64), f64>,
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

impl Layout {
    fn new(lines: &[Line]) -> Self {
        let mut sizes: HashMap<i64, usize> = HashMap::new();
        let mut leadings: HashMap<i64, HashMap<i64, usize>> = HashMap::new();
        let mut right_edges: HashMap<(u32, i64), f64> = HashMap::new();
        for line in lines {
            *sizes.entry(tenths(line.size)).or_default() += line.text().chars().count();
            let edge = right_edges.entry((line.page, Self::column(line))).or_insert(line.end);
            *edge = edge.max(line.end);
        }
        for pair in lines.windows(2) {
            if let [above, below] = pair
                && tenths(above.size) == tenths(below.size)
            {
                let distance = above.baseline - below.baseline;
                if above.page == below.page
                    && distance > 0.9 * below.size
                    && distance < 2.0 * below.size
                {
                    *leadings
                        .entry(tenths(below.size))
                        .or_default()
                        .entry(tenths(distance))
                        .or_default() += 1;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred tenths of a point")]
        let leading = leadings
            .into_iter()
            .filter_map(|(size, counts)| Some((size, most_common(counts)? as f64 / 10.0)))
            .collect();
        let body = most_common(sizes.clone()).unwrap_or(100);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred tenths of a point")]
        let body_size = body as f64 / 10.0;
        let mut heading_sizes: Vec<i64> =
            sizes.into_keys().filter(|size| *size > tenths(body_size * HEADING_SIZE)).collect();
        heading_sizes.sort_unstable_by(|a, b| b.cmp(a));
        Self { body_size, heading_sizes, leading, right_edges }
    }

    /// The column in which a line stands: lines that begin within 20 points of one another.
    fn column(line: &Line) -> i64 {
        tenths(line.start) / 200
    }

    /// Whether `line` goes on with the paragraph of the line before it on this page.
    fn continues(&self, previous: &Line, line: &Line) -> bool {
        if (previous.size - line.size).abs() > 0.06 * line.size || line.starts_item() {
            return false;
        }
        let distance = previous.baseline - line.baseline;
        let edge = |line: &Line| {
            self.right_edges.get(&(line.page, Self::column(line))).copied().unwrap_or(line.end)
        };
        // A line ends early because its paragraph does: the next word would have fitted.
        let next_word = line.first_word_end - line.start + 0.3 * line.size;
        let room =
            edge(previous).max(if distance > 0.0 { edge(line) } else { f64::MIN }) - previous.end;
        let is_full = room < next_word + 0.5 * line.size;
        let text = previous.text();
        let last = text.trim_end().chars().next_back();
        let first = line.text().trim_start().chars().next();
        let mid_sentence =
            first.is_some_and(char::is_lowercase) && !last.is_some_and(|c| ".:;?!".contains(c));
        if distance <= 0.0 {
            // The next column.
            return is_full && mid_sentence;
        }
        let usual = self.leading.get(&tenths(line.size)).copied().unwrap_or(1.3 * line.size);
        let aligned = previous.stops.iter().any(|stop| (line.start - stop).abs() < 1.5 * line.size)
            || (previous.starts_item()
                && (0.0..4.0 * line.size).contains(&(line.start - previous.start)));
        distance < usual * 1.12 && aligned && is_full
    }

    /// Ends the paragraph on the line: as a heading, if it is set larger, or has the form that the
    /// title of a Kamerstuk has ("Nr. 3121 MOTIE VAN HET LID CEDER").
    fn end_paragraph(&self, flow: &mut Flow, size: f64) {
        let mut text = String::new();
        crate::prose::write_inlines(&flow.line, &mut text);
        let is_large =
            size > self.body_size * HEADING_SIZE && text.chars().count() <= MAX_HEADING_CHARS;
        if is_large && text.contains(char::is_alphabetic) {
            let position =
                self.heading_sizes.iter().position(|heading| *heading <= tenths(size)).unwrap_or(0);
            let content = std::mem::take(&mut flow.line);
            flow.heading(u8::try_from(position.min(3) + 1).unwrap_or(4), content);
        } else if is_kamerstuk_title(&text) {
            let content = std::mem::take(&mut flow.line);
            flow.heading(2, content);
        } else {
            flow.end_line();
        }
    }
}

/// "Nr. 3121 MOTIE VAN HET LID CEDER"
fn is_kamerstuk_title(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix("Nr. ") else { return false };
    let Some((number, title)) = rest.trim_start().split_once(char::is_whitespace) else {
        return false;
    };
    number.starts_with(|c: char| c.is_ascii_digit())
        && title.chars().filter(|c| c.is_alphabetic()).count() > 3
        && !title.contains(char::is_lowercase)
}

/// Words with a hyphen in the middle of a line, in lower case: their hyphen is really there.
fn hyphenated_words(lines: &[Line]) -> HashSet<String> {
    let mut words = HashSet::new();
    for line in lines {
        for word in line.text().split_whitespace() {
            if word.trim_end_matches('-').contains('-') {
                words.insert(bare(word));
            }
        }
    }
    words
}

/// A word without the punctuation around it, in lower case.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Joins a word that was cut at the end of the line with its rest on the next; `false` if there was
/// no cut. The hyphen stays if it may belong to the word: next to a digit ("21501-07-1400"), before
/// or after a capital ("Noord-Holland", "CDA-fractie"), and where the document has the word with a
/// hyphen elsewhere. In "in- en uitvoer" nothing was cut.
fn join_hyphen(paragraph: &mut [Inline], next: &str, hyphenated: &HashSet<String>) -> bool {
    let Some(Inline::Text(text)) = paragraph.last_mut() else { return false };
    let trimmed = text.trim_end();
    if let Some(cut) = trimmed.strip_suffix('\u{ad}') {
        *text = cut.to_owned();
        return true;
    }
    let Some(cut) = trimmed.strip_suffix(['-', '\u{2010}']) else { return false };
    let begin = cut.rsplit(char::is_whitespace).next().unwrap_or_default();
    let Some(rest) = next.split_whitespace().next() else { return false };
    if !begin.ends_with(char::is_alphanumeric)
        || !rest.starts_with(char::is_alphanumeric)
        || matches!(rest, "en" | "of" | "noch" | "tot")
    {
        return false;
    }
    let keeps = !rest.starts_with(char::is_lowercase)
        || !begin.ends_with(char::is_lowercase)
        || hyphenated.contains(&bare(&format!("{begin}-{rest}")));
    *text = if keeps { trimmed.to_owned() } else { cut.to_owned() };
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    #[test]
    fn a_motion_reads_as_it_was_written() {
        let prose = read(include_bytes!("../../tests/data/motie.pdf")).unwrap();
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
    fn words_cut_at_the_end_of_a_line_are_joined() {
        let known = HashSet::from(["minister-president".to_owned()]);
        for (line, next, joined) in [
            ("ik ben nieuws-", "gierig.", Some("ik ben nieuws")),
            ("de CDA-", "fractie", Some("de CDA-")),
            ("in Noord-", "Holland", Some("in Noord-")),
            ("de minister-", "president,", Some("de minister-")),
            ("nieuws\u{ad}", "gierig", Some("nieuws")),
            ("zie 21501-07-", "1400.", Some("zie 21501-07-")),
            ("in-", "en uitvoer", None),
            ("een streepje -", "zoals hier", None),
            ("gewoon", "verder", None),
        ] {
            let mut paragraph = [text(line)];
            assert_eq!(join_hyphen(&mut paragraph, next, &known), joined.is_some(), "{line}");
            assert_eq!(paragraph, [text(joined.unwrap_or(line))], "{line}");
        }
    }

    #[test]
    fn the_title_of_a_kamerstuk_is_one() {
        assert!(is_kamerstuk_title("Nr. 1 BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN"));
        assert!(is_kamerstuk_title("Nr. 31 MOTIE VAN DE LEDEN BOOMSMA EN VAN NISPEN"));
        assert!(!is_kamerstuk_title("Nr. 31 van de leden"));
        assert!(!is_kamerstuk_title("Nr. 31 12"));
        assert!(!is_kamerstuk_title("Nr. XVI"));
    }

    #[test]
    fn operators_that_show_text_on_a_next_line_are_spelled_out() {
        let spelled_out =
            spell_out(b"BT 10.9 TL (Arabische) Tj (Emiraten)' 1 2 (inzake)\" ET").unwrap();
        let operations = Content::decode(&spelled_out).unwrap().operations;
        let operators: Vec<&str> =
            operations.iter().map(|operation| operation.operator.as_str()).collect();
        assert_eq!(operators, ["BT", "TL", "Tj", "T*", "Tj", "Tc", "Tw", "T*", "Tj", "ET"]);
        assert_eq!(operations[5].operands, [Object::Integer(2)]);
        assert_eq!(spell_out(b"BT (foto's) Tj ET"), None);
    }

    #[test]
    fn lines_that_come_back_in_the_margin_are_dropped() {
        let line = |page, baseline: f64, in_margin, text: &str| Line {
            page,
            baseline,
            in_margin,
            spans: vec![Span { text: text.into(), size: 9.0, baseline }],
            ..Line::default()
        };
        let mut lines = vec![];
        for page in 1..=12 {
            lines.push(line(page, 700.0, false, "en gaat over tot de orde van de dag."));
            lines.push(line(page, 30.0, true, &format!("Tweede Kamer, nr. {page}")));
            lines.push(line(page, 10.0, true, &page.to_string()));
            lines.push(line(page, 20.0 + 5.0 * f64::from(page), true, "op een andere plaats"));
        }
        lines.push(line(5, 800.0, true, "eenmalig"));
        drop_running_lines(&mut lines, 12);
        assert_eq!(lines.len(), 12 + 1 + 12 + 1);
        let feet: Vec<u32> = lines
            .iter()
            .filter(|line| line.text().starts_with("Tweede Kamer"))
            .map(|line| line.page)
            .collect();
        assert_eq!(feet, [1]);
    }

    #[test]
    fn damage_is_reported() {
        let whole = include_bytes!("../../tests/data/motie.pdf");
        assert_eq!(read(b"%PDF-1.4\nkapot").unwrap_err().code(), "damaged");
        assert_eq!(read(&whole[..2000]).unwrap_err().code(), "damaged");
    }
}
