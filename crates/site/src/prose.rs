//! Extracted text as HTML. The text comes from outside; every character of it is escaped here, and
//! the tags are only those written below.

use content::prose::{Block, Cell, Inline, Item, Note, Prose};

use crate::marks::Marks;

/// Writes text as HTML.
#[derive(Default)]
pub(crate) struct HtmlWriter<'m> {
    html: String,
    /// The level of heading that a heading of level 1 in the text becomes.
    top_heading: u8,
    /// The level of the last heading written, 0 before the first.
    last_heading: u8,
    /// How many references to each note have been written.
    referred: Vec<usize>,
    /// The words to mark.
    marks: Option<&'m mut Marks>,
    /// The titles, if they are to be linked to.
    headings: Option<Vec<Heading>>,
}

/// A title in a text.
pub(crate) struct Heading {
    pub(crate) anchor: String,
    pub(crate) title: String,
    /// As the text has it, from 1.
    pub(crate) level: u8,
}

/// A document's text, its headings from `h{top_heading}` down, its notes at the end; and the titles in
/// it.
pub(crate) fn html(prose: &Prose, top_heading: u8, marks: &mut Marks) -> (String, Vec<Heading>) {
    let mut writer = HtmlWriter::new(top_heading);
    writer.referred = vec![0; prose.notes.len()];
    writer.marks = Some(marks);
    writer.headings = Some(Vec::new());
    writer.with_notes(prose);
    (writer.html, writer.headings.unwrap_or_default())
}

/// A note of upstream's: see [`content::note`].
pub(crate) fn note_html(text: &str) -> String {
    blocks_html(&content::note(text).blocks, 4, &mut Marks::default())
}

/// Blocks without notes.
pub(crate) fn blocks_html(blocks: &[Block], top_heading: u8, marks: &mut Marks) -> String {
    let mut writer = HtmlWriter::new(top_heading);
    writer.marks = Some(marks);
    writer.blocks(blocks, &[]);
    writer.html
}

/// A line of text.
pub(crate) fn inline_html(content: &[Inline]) -> String {
    let mut writer = HtmlWriter::new(2);
    writer.inlines(content, &[]);
    writer.html
}

/// Writes text with the characters that mean something in HTML written otherwise.
pub(crate) fn escape_into(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

impl HtmlWriter<'_> {
    fn new(top_heading: u8) -> Self {
        Self { top_heading, ..Self::default() }
    }

    fn with_notes(&mut self, prose: &Prose) {
        self.blocks(&prose.blocks, &prose.notes);
        if prose.notes.is_empty() {
            return;
        }
        self.html.push_str("<ol class=\"notes\">");
        for (place, note) in prose.notes.iter().enumerate() {
            let number = place + 1;
            self.push(format_args!("<li id=\"noot-{number}\"><span class=\"label\">"));
            self.escaped(&note.label);
            self.html.push_str("</span> <div>");
            self.blocks(&note.content, &prose.notes);
            if self.referred.get(place).is_some_and(|times| *times > 0) {
                self.push(format_args!(
                    " <a class=\"back\" href=\"#bij-noot-{number}\" \
                     aria-label=\"terug naar de tekst bij noot {number}\">↩</a>"
                ));
            }
            self.html.push_str("</div></li>");
        }
        self.html.push_str("</ol>");
    }

    fn blocks(&mut self, blocks: &[Block], notes: &[Note]) {
        for block in blocks {
            self.block(block, notes);
        }
    }

    fn block(&mut self, block: &Block, notes: &[Note]) {
        match block {
            Block::Heading { level, content } => {
                let anchor = self.anchor(*level, content);
                // Texts skip levels; a page may not, or those who listen to it lose their way.
                let deepest = self.last_heading.max(self.top_heading.saturating_sub(1)) + 1;
                let level = (self.top_heading + level.saturating_sub(1)).min(deepest).min(6);
                self.last_heading = level;
                self.push(format_args!("<h{level}{anchor}>"));
                self.inlines(content, notes);
                self.push(format_args!("</h{level}>\n"));
            }
            Block::Paragraph(content) => {
                self.html.push_str("<p>");
                self.inlines(content, notes);
                self.html.push_str("</p>\n");
            }
            Block::List { ordered, items } => self.list(*ordered, items, notes),
            Block::Table { rows } => self.table(rows, notes),
            Block::Quote(content) => {
                self.html.push_str("<blockquote>");
                self.blocks(content, notes);
                self.html.push_str("</blockquote>\n");
            }
            Block::PageBreak(page) => {
                self.push(format_args!(
                    "<div class=\"page-break\" id=\"blz-{page}\">\
                     <a href=\"#blz-{page}\">bladzijde {page}</a></div>\n"
                ));
            }
        }
    }

    /// The attribute by which a title can be linked to, and its line in the list of titles.
    fn anchor(&mut self, level: u8, content: &[Inline]) -> String {
        let Some(headings) = &mut self.headings else { return String::new() };
        let anchor = format!("kop-{}", headings.len() + 1);
        let attribute = format!(" id=\"{anchor}\"");
        headings.push(Heading { anchor, title: inline_text(content), level });
        attribute
    }

    /// Labels are shown as the source gives them; a list without labels numbers itself.
    fn list(&mut self, ordered: bool, items: &[Item], notes: &[Note]) {
        let labelled = items.iter().any(|item| item.label.is_some());
        let (tag, class) = match (ordered, labelled) {
            (_, true) => ("ul", " class=\"labelled\""),
            (true, false) => ("ol", ""),
            (false, false) => ("ul", ""),
        };
        self.push(format_args!("<{tag}{class}>"));
        for item in items {
            self.html.push_str("<li>");
            if let Some(label) = &item.label {
                self.html.push_str("<span class=\"label\">");
                self.escaped(label);
                self.html.push_str("</span> ");
            }
            self.compact(&item.content, notes);
            self.html.push_str("</li>");
        }
        self.push(format_args!("</{tag}>\n"));
    }

    fn table(&mut self, rows: &[Vec<Cell>], notes: &[Note]) {
        // Wide tables scroll within their own frame, reachable by keyboard.
        self.html.push_str(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"tabel\"><table>",
        );
        for row in rows {
            self.html.push_str("<tr>");
            for cell in row {
                let tag = if cell.header { "th" } else { "td" };
                self.push(format_args!("<{tag}"));
                if let Some(columns) = cell.columns {
                    self.push(format_args!(" colspan=\"{columns}\""));
                }
                if let Some(rows) = cell.rows {
                    self.push(format_args!(" rowspan=\"{rows}\""));
                }
                self.html.push('>');
                self.compact(&cell.content, notes);
                self.push(format_args!("</{tag}>"));
            }
            self.html.push_str("</tr>");
        }
        self.html.push_str("</table></div>\n");
    }

    /// A single paragraph without its tags; anything else as it is.
    fn compact(&mut self, blocks: &[Block], notes: &[Note]) {
        match blocks {
            [Block::Paragraph(content)] => self.inlines(content, notes),
            blocks => self.blocks(blocks, notes),
        }
    }

    fn inlines(&mut self, content: &[Inline], notes: &[Note]) {
        for inline in content {
            self.inline(inline, notes);
        }
    }

    fn inline(&mut self, inline: &Inline, notes: &[Note]) {
        let (tag, content) = match inline {
            Inline::Text(text) => {
                return match &mut self.marks {
                    Some(marks) => marks.write(text, &mut self.html),
                    None => self.escaped(text),
                };
            }
            Inline::LineBreak => return self.html.push_str("<br>"),
            Inline::NoteRef(place) => return self.note_reference(*place, notes),
            Inline::Link { href, content } => {
                let rel = if href.starts_with('/') { "" } else { " rel=\"nofollow noopener\"" };
                self.push(format_args!("<a{rel} href=\""));
                self.escaped(href);
                self.html.push_str("\">");
                self.inlines(content, notes);
                return self.html.push_str("</a>");
            }
            Inline::Strong(content) => ("strong", content),
            Inline::Emphasis(content) => ("em", content),
            Inline::Superscript(content) => ("sup", content),
            Inline::Subscript(content) => ("sub", content),
        };
        self.push(format_args!("<{tag}>"));
        self.inlines(content, notes);
        self.push(format_args!("</{tag}>"));
    }

    fn note_reference(&mut self, place: usize, notes: &[Note]) {
        let Some(note) = notes.get(place) else { return };
        let number = place + 1;
        let times = self.referred.get_mut(place);
        let is_first = times.is_some_and(|times| {
            *times += 1;
            *times == 1
        });
        self.html.push_str("<sup class=\"note\"><a");
        if is_first {
            self.push(format_args!(" id=\"bij-noot-{number}\""));
        }
        self.push(format_args!(" href=\"#noot-{number}\" aria-label=\"noot {number}\">"));
        self.escaped(&note.label);
        self.html.push_str("</a></sup>");
    }

    fn escaped(&mut self, text: &str) {
        escape_into(text, &mut self.html);
    }

    fn push(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.html, arguments);
    }
}

/// The text of a line, without its markup.
pub(crate) fn inline_text(content: &[Inline]) -> String {
    content
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::LineBreak => " ".to_owned(),
            Inline::NoteRef(_) => String::new(),
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Superscript(content)
            | Inline::Subscript(content)
            | Inline::Link { content, .. } => inline_text(content),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<Inline> {
        vec![Inline::Text(text.into())]
    }

    #[test]
    fn text_from_outside_stays_text() {
        let hostile = "<script>alert('x')</script> & \"";
        let prose = Prose { blocks: vec![Block::Paragraph(text(hostile))], ..Prose::default() };
        assert_eq!(
            html(&prose, 3, &mut Marks::default()).0,
            "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;</p>\n"
        );
    }

    #[test]
    fn a_link_cannot_break_out_of_its_attribute() {
        let link = Inline::Link { href: "https://x.nl/\"onclick=\"y".into(), content: text("x") };
        assert!(inline_html(&[link]).contains("href=\"https://x.nl/&quot;onclick=&quot;y\""));
    }

    #[test]
    fn notes_link_both_ways_and_only_the_first_reference_is_returned_to() {
        let prose = Prose {
            blocks: vec![Block::Paragraph(vec![Inline::NoteRef(0), Inline::NoteRef(0)])],
            notes: vec![Note { label: "1".into(), content: vec![Block::Paragraph(text("Zie."))] }],
            ..Prose::default()
        };
        let html = html(&prose, 3, &mut Marks::default()).0;
        assert_eq!(html.matches("id=\"bij-noot-1\"").count(), 1);
        assert_eq!(html.matches("href=\"#noot-1\"").count(), 2);
        assert_eq!(html.matches("href=\"#bij-noot-1\"").count(), 1);
    }

    #[test]
    fn headings_of_the_text_come_below_those_of_the_page() {
        let heading = |level| Block::Heading { level, content: text("x") };
        assert_eq!(
            blocks_html(
                &[heading(1), heading(3), heading(2), heading(9)],
                3,
                &mut Marks::default()
            ),
            "<h3>x</h3>\n<h4>x</h4>\n<h4>x</h4>\n<h5>x</h5>\n",
            "without a level left out"
        );
    }
}
