//! A search as its address says it, and the addresses of others like it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use search::{Facet, Filters, Kind, Query, Request, Sort, period};

use crate::PageError;

/// Characters of a question that are read.
const LONGEST: usize = 1_000;
/// Values that can be chosen of one facet.
const MOST_VALUES: usize = 20;
/// Hits on a page.
pub(super) const PAGE: usize = 20;
/// Pages that can be leafed through; beyond, a reader is better served by more words.
pub(super) const MOST_PAGES: usize = search::MAX_DEPTH / PAGE;

/// A search with all that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) question: String,
    /// What was chosen of each facet: one of these.
    pub(super) values: BTreeMap<Facet, Vec<String>>,
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
    /// The page, by its address, to which what is found has to belong: a transcript.
    pub(super) within: Option<String>,
    pub(super) sort: Sort,
    /// The page, from 1.
    pub(super) page: usize,
}

/// The orders by what they are called in addresses; the first holds if none is chosen.
pub(super) const SORTS: [(Sort, &str, &str); 3] = [
    (Sort::Relevance, "beste", "Beste eerst"),
    (Sort::Newest, "nieuw", "Nieuwste eerst"),
    (Sort::Oldest, "oud", "Oudste eerst"),
];

impl Asked {
    /// What an address asks for. Names that are not known are passed over; a value that is not one of
    /// its kind is refused.
    pub(super) fn parse(parameters: &[(String, String)]) -> Result<Self, PageError> {
        let all = |name: &str| -> Vec<&str> {
            let of_name = parameters.iter().filter(|(known, _)| known == name);
            of_name.map(|(_, value)| value.trim()).filter(|value| !value.is_empty()).collect()
        };
        let last = |name: &str| all(name).last().copied();
        let mut values = BTreeMap::new();
        for facet in Facet::ALL {
            let mut chosen: Vec<String> = Vec::new();
            for value in all(facet.parameter()).into_iter().take(MOST_VALUES) {
                if facet == Facet::Kind && Kind::parse(value).is_none() {
                    return refuse(format!("“{value}” is geen soort waarop gezocht kan worden."));
                }
                if !chosen.iter().any(|other| other == value) {
                    chosen.push(value.to_owned());
                }
            }
            if !chosen.is_empty() {
                values.insert(facet, chosen);
            }
        }
        let days = |name: &str| {
            match last(name) {
            None => Ok(None),
            Some(text) => period(text).map(Some).map_or_else(
                || {
                    refuse(format!(
                        "“{text}” is geen datum. Schrijf achter {name}= een dag als 2025-07-02, een \
                         maand als 2025-07 of een jaar."
                    ))
                },
                Ok,
            ),
        }
        };
        let sort = match last("volgorde") {
            None => Sort::Relevance,
            Some(text) => match SORTS.iter().find(|(_, name, _)| *name == text) {
                Some((sort, ..)) => *sort,
                None => {
                    return refuse(format!(
                        "“{text}” is geen volgorde. Kies uit beste, nieuw of oud."
                    ));
                }
            },
        };
        let page = match last("pagina") {
            None => 1,
            Some(text) => match text.parse().ok().filter(|page| *page > 0) {
                Some(page) => page,
                None => {
                    return refuse(format!(
                        "“{text}” is geen bladzijde. Schrijf een getal vanaf 1."
                    ));
                }
            },
        };
        Ok(Self {
            question: last("q").unwrap_or_default().chars().take(LONGEST).collect(),
            values,
            from: days("van")?.map(|(from, _)| from),
            until: days("tot")?.map(|(_, until)| until),
            within: last("binnen").map(|page| page.chars().take(LONGEST).collect()),
            sort,
            page,
        })
    }

    /// The search as the index is asked: `limit` hits from the one at `offset` on.
    pub(super) fn request(&self, query: Query, offset: usize, limit: usize) -> Request {
        let filters = Filters {
            values: self.values.clone(),
            from: self.from,
            until: self.until,
            page: self.within.clone(),
        };
        Request { query, filters, sort: self.sort, offset, limit }
    }

    /// Whether anything was chosen besides the words.
    pub(super) fn is_filtered(&self) -> bool {
        let has_dates = self.from.is_some() || self.until.is_some();
        !self.values.is_empty() || has_dates || self.within.is_some()
    }

    pub(super) fn is_chosen(&self, facet: Facet, value: &str) -> bool {
        self.values.get(&facet).is_some_and(|chosen| chosen.iter().any(|other| other == value))
    }

    /// The same with this value chosen too, from the first page.
    pub(super) fn with(&self, facet: Facet, value: &str) -> Self {
        let mut other = self.at(1);
        let chosen = other.values.entry(facet).or_default();
        if !chosen.iter().any(|known| known == value) {
            chosen.push(value.to_owned());
        }
        other
    }

    /// The same without this value.
    pub(super) fn without(&self, facet: Facet, value: &str) -> Self {
        let mut other = self.at(1);
        if let Some(chosen) = other.values.get_mut(&facet) {
            chosen.retain(|known| known != value);
        }
        other.values.retain(|_, chosen| !chosen.is_empty());
        other
    }

    /// The same of another period.
    pub(super) fn of(&self, from: Option<Date>, until: Option<Date>) -> Self {
        Self { from, until, ..self.at(1) }
    }

    /// The same on one page, or everywhere.
    pub(super) fn within(&self, page: Option<&str>) -> Self {
        Self { within: page.map(String::from), ..self.at(1) }
    }

    /// The same with another question.
    pub(super) fn asking(&self, question: &str) -> Self {
        Self { question: question.to_owned(), ..self.at(1) }
    }

    /// The same without anything but the question.
    pub(super) fn plain(&self) -> Self {
        Self { values: BTreeMap::new(), ..self.at(1).of(None, None).within(None) }
    }

    /// The same in another order.
    pub(super) fn sorted(&self, sort: Sort) -> Self {
        Self { sort, ..self.at(1) }
    }

    /// Another page of it.
    pub(super) fn at(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// All that was chosen, by name, but not the page.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("q", self.question.clone())];
        for (facet, values) in &self.values {
            parameters.extend(values.iter().map(|value| (facet.parameter(), value.clone())));
        }
        parameters.extend(self.from.map(|day| ("van", day.to_string())));
        parameters.extend(self.until.map(|day| ("tot", day.to_string())));
        parameters.extend(self.within.clone().map(|page| ("binnen", page)));
        let order = SORTS.iter().skip(1).find(|(sort, ..)| *sort == self.sort);
        parameters.extend(order.map(|(_, name, _)| ("volgorde", (*name).to_owned())));
        parameters
    }

    /// Its address; `suffix` is that of a format: "", ".json".
    pub(super) fn address(&self, suffix: &str) -> String {
        let mut parameters = self.parameters();
        if self.page > 1 {
            parameters.push(("pagina", self.page.to_string()));
        }
        let parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        format!("/zoeken{suffix}{}", crate::query(&parameters))
    }
}

fn refuse<T>(how: String) -> Result<T, PageError> {
    Err(PageError::BadRequest(how))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parameters: &[(&str, &str)]) -> Result<Asked, PageError> {
        let owned = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Asked::parse(&owned.collect::<Vec<_>>())
    }

    #[test]
    fn an_address_says_all_that_was_chosen_and_reads_back_the_same() {
        let asked = parse(&[
            ("q", "huur & zo"),
            ("soort", "document"),
            ("fractie", "SP"),
            ("fractie", "VVD"),
            ("van", "2024"),
            ("tot", "2024-06"),
            ("binnen", "/verslag/1"),
            ("volgorde", "nieuw"),
            ("pagina", "3"),
        ])
        .unwrap();
        assert_eq!(
            asked.address(".atom"),
            "/zoeken.atom?q=huur%20%26%20zo&soort=document&fractie=SP&fractie=VVD&van=2024-01-01\
             &tot=2024-06-30&binnen=%2Fverslag%2F1&volgorde=nieuw&pagina=3"
        );
        let fewer = asked.without(Facet::Fractie, "SP").without(Facet::Kind, "document");
        assert_eq!(fewer.values, [(Facet::Fractie, vec!["VVD".to_owned()])].into());
        assert_eq!(fewer.page, 1);
        assert_eq!(fewer.with(Facet::Fractie, "VVD").values, fewer.values);
        assert_eq!(asked.plain().address(""), "/zoeken?q=huur%20%26%20zo&volgorde=nieuw");
    }

    #[test]
    fn a_value_that_is_none_is_refused_with_an_example() {
        for wrong in [("soort", "x"), ("van", "gisteren"), ("volgorde", "x"), ("pagina", "0")] {
            let refused = parse(&[wrong]).unwrap_err();
            let PageError::BadRequest(how) = refused else { panic!("{wrong:?}: {refused}") };
            assert!(how.contains(wrong.1), "{how}");
        }
    }
}
