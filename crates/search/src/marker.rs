//! Where in a text the words of a query stand.

use std::ops::Range;

use crate::query::Query;
use crate::snippet::Highlighter;

/// Finds the words of one query in texts, inflected forms included, as the search itself does.
pub struct Marker {
    highlighter: Highlighter,
}

impl Marker {
    /// For a query as a reader typed it; `None` if there is nothing in it to find.
    pub fn new(query: &str) -> Option<Self> {
        let query = Query::parse(query).query;
        (!query.is_empty()).then(|| Self { highlighter: Highlighter::new(&query) })
    }

    /// The places in a text, in bytes, in their order; they do not overlap.
    pub fn marks(&mut self, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> =
            self.highlighter.occurrences(text, true).into_iter().map(|found| found.at).collect();
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut end = 0;
        places.retain(|place| {
            let is_new = place.start >= end && place.end > place.start;
            if is_new {
                end = place.end;
            }
            is_new
        });
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_their_other_forms_too() {
        let mut marker = Marker::new("motie onderwijs").unwrap();
        let text = "Twee moties over het onderwijs, en een brief.";
        let found: Vec<&str> = marker.marks(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["moties", "onderwijs"]);
        assert!(marker.marks("Niets daarvan.").is_empty());
        assert!(Marker::new("  ").is_none());
    }
}
