//! The words that a reader searched for, marked in the text to which the search led.

use search::Marker;

use crate::prose::escape_into;

/// Marks words while a text is written.
#[derive(Default)]
pub(crate) struct Marks {
    marker: Option<Marker>,
    /// How many were marked.
    pub(crate) found: usize,
}

impl Marks {
    /// For the words of this query, if there is one.
    pub(crate) fn of(query: Option<&str>) -> Self {
        Self { marker: query.and_then(Marker::new), found: 0 }
    }

    /// Whether there is anything to look for.
    pub(crate) fn is_asked(&self) -> bool {
        self.marker.is_some()
    }

    /// Writes text as HTML. The first mark has an anchor.
    pub(crate) fn write(&mut self, text: &str, html: &mut String) {
        let places = self.marker.as_mut().map(|marker| marker.marks(text)).unwrap_or_default();
        let mut done = 0;
        for place in places {
            escape_into(text.get(done..place.start).unwrap_or_default(), html);
            self.found += 1;
            html.push_str(if self.found == 1 { "<mark id=\"gevonden\">" } else { "<mark>" });
            escape_into(text.get(place.clone()).unwrap_or_default(), html);
            html.push_str("</mark>");
            done = place.end;
        }
        escape_into(text.get(done..).unwrap_or_default(), html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_and_the_text_stays_text() {
        let mut marks = Marks::of(Some("motie"));
        let mut html = String::new();
        marks.write("<Moties> & een motie", &mut html);
        assert_eq!(
            html,
            "&lt;<mark id=\"gevonden\">Moties</mark>&gt; &amp; een <mark>motie</mark>"
        );
        assert_eq!(marks.found, 2);
    }
}
