//! Lines made into paragraphs and titles. Bold and italic are not known here; sizes are, so larger lines
//! become headings and small raised characters superscripts.

use std::collections::{HashMap, HashSet};

use super::lines::Line;
use super::{most_common, tenths};
use crate::extract::Flow;
use crate::prose::{Block, Inline};

/// A line this much larger than the body text is a heading.
const HEADING_SIZE: f64 = 1.15;
/// A longer paragraph is no heading, however large.
const MAX_HEADING_CHARS: usize = 300;

/// Drops running heads, running feet and page numbers, where that is certain: lines in the margin
/// that come back, but for their digits, at the same place on at least three pages, or on both of
/// two. The first stays unless it is only a number, so that no word is lost.
pub(super) fn drop_running_lines(lines: &mut Vec<Line>, pages: usize) {
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
pub(super) fn paragraphs(lines: &[Line]) -> Vec<Block> {
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
    use crate::extract::pdf::lines::Span;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
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
}
