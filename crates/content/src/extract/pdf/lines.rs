//! Characters at places on a page, made into lines in the order of reading.
//!
//! What parliament publishes is drawn in the order in which it is read, columns included, and that order is
//! kept. Only a page that is drawn row by row across two columns is put in order.

use std::collections::HashMap;

use super::{most_common, tenths};
use crate::prose::Inline;

/// A gap wider than this part of the font size separates words.
const WORD_GAP: f64 = 0.15;
/// A gap wider than this part of the font size is a tab, or the space between columns.
const TAB_GAP: f64 = 0.9;
/// Running heads and feet stand within this part of the page's height from its edges.
const MARGIN: f64 = 0.1;

/// Text on one baseline, drawn from left to right without going back.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) page: u32,
    /// Where the line stands across the direction of writing, in points; upwards is more.
    pub(super) baseline: f64,
    /// Where it begins and ends along the direction of writing, in points.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Where its first word ends.
    pub(super) first_word_end: f64,
    /// Where it begins, and where it goes on after a wide gap: text beneath may line up with either.
    pub(super) stops: Vec<f64>,
    /// The font size of most of it, in points.
    pub(super) size: f64,
    /// The cosine and sine of the direction of writing.
    pub(super) direction: (f64, f64),
    /// Whether it stands in the margin at the top or the bottom of the page.
    pub(super) in_margin: bool,
    /// Text with the size and baseline it is set in.
    pub(super) spans: Vec<Span>,
    /// It goes on with the line before it, after a wide gap.
    pub(super) goes_on: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) size: f64,
    pub(super) baseline: f64,
}

impl Line {
    pub(super) fn text(&self) -> String {
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
    pub(super) fn inlines(&self) -> Vec<Inline> {
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

    pub(super) fn starts_item(&self) -> bool {
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

/// Where a character stands, along and across its direction of writing, in points.
pub(super) struct Place {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) baseline: f64,
    pub(super) size: f64,
    pub(super) direction: (f64, f64),
}

/// Gathers characters into lines.
#[derive(Default)]
pub(super) struct Collector {
    /// Of the pages that are complete.
    pub(super) lines: Vec<Line>,
    /// Of the page at hand: lines as they are drawn, and what stands after a wide gap apart.
    pieces: Vec<Line>,
    line: Line,
    page: u32,
    bottom: f64,
    height: f64,
    left: f64,
    width: f64,
    /// The text in all of it.
    pub(super) bytes: usize,
}

impl Collector {
    /// Begins a page that has its lower left corner here, and this width and height, in points.
    pub(super) fn begin_page(&mut self, page: u32, corner: (f64, f64), size: (f64, f64)) {
        self.page = page;
        (self.left, self.bottom) = corner;
        (self.width, self.height) = (size.0.max(1.0), size.1.max(1.0));
    }

    /// Ends the page at hand.
    pub(super) fn end_page(&mut self) {
        self.end_line();
        let pieces = std::mem::take(&mut self.pieces);
        let pieces = in_columns(pieces, self.left, self.width);
        for line in joined(pieces) {
            self.bytes += 1;
            self.lines.push(line);
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.pieces.push(line);
        }
    }

    fn begin_line(&mut self, place: &Place, goes_on: bool) {
        self.end_line();
        let Place { start, baseline, size, direction, .. } = *place;
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
            goes_on,
        };
    }

    pub(super) fn add(&mut self, text: &str, place: Place) {
        let line = &self.line;
        let largest = place.size.max(line.size);
        let turned = (place.direction.0 - line.direction.0).abs()
            + (place.direction.1 - line.direction.1).abs()
            > 0.02;
        let is_first = line.spans.is_empty();
        let new_line = is_first
            || turned
            || (place.baseline - line.baseline).abs() > 0.5 * largest
            || place.start < line.end - largest;
        let gap = place.start - line.end;
        if new_line || gap > TAB_GAP * place.size {
            if text.trim().is_empty() {
                return;
            }
            self.begin_line(&place, !new_line);
        }
        let Place { start, end, baseline, size, .. } = place;
        let line = &mut self.line;
        let gap = start - line.end;
        let is_first_word = (line.first_word_end - line.end).abs() < f64::EPSILON;
        if size > line.size * 1.05 {
            // The line began with something small, such as the number of a note.
            line.size = size;
            line.baseline = baseline;
        }
        let spaced = gap > WORD_GAP * size && !line.spans.is_empty();
        line.end = line.end.max(end);
        if is_first_word && !spaced && !text.trim().is_empty() {
            line.first_word_end = line.end;
        }
        let before = line.spans.last().map_or(0, |span| span.text.len());
        match line.spans.last_mut() {
            Some(span)
                if (span.size - size).abs() < 0.05 && (span.baseline - baseline).abs() < 0.05 =>
            {
                if spaced {
                    span.text.push(' ');
                }
                push_expanded(text, &mut span.text);
                self.bytes += span.text.len() - before;
            }
            _ => {
                let mut new = String::from(if spaced { " " } else { "" });
                push_expanded(text, &mut new);
                self.bytes += new.len();
                line.spans.push(Span { text: new, size, baseline });
            }
        }
    }
}

/// Joins what goes on after a wide gap with the line that it stands on.
fn joined(pieces: Vec<Line>) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if piece.goes_on => {
                line.stops.push(piece.start);
                line.end = line.end.max(piece.end);
                let mut spans = piece.spans;
                if let Some(first) = spans.first_mut() {
                    first.text.insert(0, ' ');
                }
                line.spans.append(&mut spans);
            }
            _ => lines.push(piece),
        }
    }
    lines.iter_mut().for_each(Line::settle);
    lines
}

/// A column that is less than this part of the text's width, or has fewer lines than that, is none.
const COLUMN_WIDTH: f64 = 0.3;
const COLUMN_LINES: usize = 8;
/// The part of the lines of a column that reach almost its end: in a table it is less.
const FULL_LINES: f64 = 0.5;

/// Puts the pieces of a page in the order of two columns, if that is how the page is set and not how it
/// is drawn. What reaches across both parts what is above it from what is below it.
fn in_columns(mut pieces: Vec<Line>, left: f64, width: f64) -> Vec<Line> {
    let in_text = |piece: &Line| piece.direction.0 > 0.99 && !piece.in_margin;
    let Some(gutter) = gutter(pieces.iter().filter(|piece| in_text(piece)), left, width) else {
        return pieces;
    };
    let is_left = |piece: &Line| piece.end <= gutter + 1.0;
    let is_right = |piece: &Line| piece.start >= gutter - 1.0;
    let sides: Vec<bool> = pieces
        .iter()
        .filter(|piece| in_text(piece) && (is_left(piece) || is_right(piece)))
        .map(is_right)
        .collect();
    let right = sides.iter().filter(|is_right| **is_right).count();
    let back = sides.windows(2).filter(|pair| matches!(pair, [true, false])).count();
    if back < COLUMN_LINES / 2 || back * 4 < right {
        return pieces;
    }
    let across = |piece: &Line| in_text(piece) && !is_left(piece) && !is_right(piece);
    // From the top down.
    let mut bars: Vec<f64> =
        pieces.iter().filter(|piece| across(piece)).map(|piece| -piece.baseline).collect();
    bars.sort_by(f64::total_cmp);
    let middle = pieces.iter().find(|piece| in_text(piece)).map_or(0.0, |piece| piece.baseline);
    let place = |piece: &Line| {
        if !in_text(piece) {
            // The margin at the top goes first, the one at the bottom and what is turned last.
            let first = piece.in_margin && piece.baseline > middle;
            return (if first { 0 } else { usize::MAX }, false);
        }
        let above = bars.partition_point(|bar| *bar < -piece.baseline);
        // Between the bars stand the columns, the left before the right.
        (2 * above + if across(piece) { 2 } else { 1 }, is_right(piece))
    };
    pieces.sort_by(|a, b| {
        place(a)
            .cmp(&place(b))
            .then_with(|| b.baseline.total_cmp(&a.baseline))
            .then_with(|| a.start.total_cmp(&b.start))
    });
    // What stood after the space between the columns now stands alone.
    let mut previous: Option<(f64, f64)> = None;
    for piece in &mut pieces {
        let same_row = previous.is_some_and(|(baseline, end)| {
            (baseline - piece.baseline).abs() < 0.5 * piece.size && end <= piece.start
        });
        piece.goes_on = same_row;
        previous = Some((piece.baseline, piece.end));
    }
    pieces
}

/// Where the space between two columns is, if there are two.
fn gutter<'a>(
    pieces: impl Iterator<Item = &'a Line> + Clone,
    left: f64,
    width: f64,
) -> Option<f64> {
    // How many pieces cross each point of the width.
    const STRIPS: usize = 200;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and what is beyond the page is taken for its edge"
    )]
    let strip = |x: f64| (((x - left) / width * 200.0).max(0.0) as usize).min(STRIPS - 1);
    let mut crossing = [0_i64; STRIPS + 1];
    let mut count = 0_usize;
    for piece in pieces.clone() {
        count += 1;
        crossing[strip(piece.start)] += 1;
        crossing[strip(piece.end) + 1] -= 1;
    }
    if count < 2 * COLUMN_LINES {
        return None;
    }
    let mut sum = 0;
    for strip in &mut crossing {
        sum += *strip;
        *strip = sum;
    }
    let middle = STRIPS * 3 / 10..STRIPS * 7 / 10;
    let least = crossing.get(middle.clone())?.iter().min()?;
    if usize::try_from(*least).ok()? * 5 > count {
        return None;
    }
    // The middle of the strips in which there is least.
    let emptiest: Vec<usize> = middle.filter(|place| crossing.get(*place) == Some(least)).collect();
    let run = emptiest.chunk_by(|a, b| a + 1 == *b).max_by_key(|run| run.len())?;
    #[expect(clippy::cast_precision_loss, reason = "at most 200")]
    let gutter = left + (run.first()? + run.last()? + 1) as f64 / 2.0 * width / STRIPS as f64;
    let text_start = pieces.clone().map(|piece| piece.start).fold(f64::MAX, f64::min);
    let text_end = pieces.clone().map(|piece| piece.end).fold(f64::MIN, f64::max);
    let is_column = |from: f64, to: f64| {
        let lines =
            pieces.clone().filter(|piece| piece.start >= from - 1.0 && piece.end <= to + 1.0);
        let (mut all, mut full, mut end) = (0_usize, 0_usize, f64::MIN);
        for line in lines.clone() {
            all += 1;
            end = end.max(line.end);
        }
        for line in lines {
            full += usize::from(line.end - from > 0.85 * (end - from));
        }
        #[expect(clippy::cast_precision_loss, reason = "fewer lines than that")]
        let share = full as f64 / all.max(1) as f64;
        all >= COLUMN_LINES
            && end - from > COLUMN_WIDTH * (text_end - text_start)
            && share >= FULL_LINES
    };
    (is_column(text_start, gutter) && is_column(gutter, text_end)).then_some(gutter)
}

/// "ﬁ" is drawn as one character, but read, and searched for, as two.
fn push_expanded(text: &str, expanded: &mut String) {
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
}
