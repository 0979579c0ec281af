//! What a reader chose, read from the address and written into others.

use jiff::ToSpan;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use store::read::list::Asked;

use super::{ALL, Format, List};
use crate::PageError;

/// Characters of a value that are taken.
const LONGEST: usize = 200;
/// Pages that can be leafed through.
const MOST_PAGES: i64 = 100_000;

/// What is written otherwise in a query.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a reader chose of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The values of filters that are in force, defaults included.
    pub(crate) filters: Vec<(&'static str, String)>,
    /// The first day of the period.
    pub(crate) from: Option<Date>,
    /// The first day of the period if none was chosen.
    pub(crate) default_from: Option<Date>,
    /// The last day of the period.
    pub(crate) until: Option<Date>,
    /// Words that must occur.
    pub(crate) words: String,
    /// The name of the order.
    pub(crate) order: &'static str,
    /// The page, from 1.
    pub(crate) page: i64,
}

impl Choice {
    /// What an address asks for. Names that the list does not know are passed over: others put their
    /// own into links. A value that is not one of its kind is refused.
    pub(crate) fn parse(
        list: &List,
        query: &[(String, String)],
        today: Date,
    ) -> Result<Self, PageError> {
        let value = |name: &str| {
            let found = query.iter().rev().find(|(known, _)| known == name);
            found.map(|(_, value)| value.trim())
        };
        for (name, value) in query {
            if value.chars().count() > LONGEST {
                return Err(refuse(format!(
                    "De waarde van “{name}” is te lang. Er passen {LONGEST} tekens in."
                )));
            }
        }
        let mut filters = Vec::new();
        for filter in list.filters {
            let chosen = match value(filter.name) {
                Some(ALL) => None,
                Some("") | None => filter.default,
                chosen => chosen,
            };
            filters.extend(chosen.map(|chosen| (filter.name, chosen.to_owned())));
        }
        let days_back = list.period.and_then(|(_, days)| days);
        let default_from = days_back.and_then(|days| today.checked_sub(days.days()).ok());
        let day = |name: &str, default: Option<Date>| match value(name) {
            _ if list.period.is_none() => Ok(None),
            None => Ok(default),
            Some("" | ALL) => Ok(None),
            Some("vandaag") => Ok(Some(today)),
            Some(text) => text.parse::<Date>().map(Some).map_err(|_| {
                refuse(format!(
                    "“{text}” is geen dag. Schrijf achter {name}= een dag als 2025-07-02."
                ))
            }),
        };
        let order = match value("volgorde") {
            None | Some("") => list.orders.first().map_or("", |(name, ..)| *name),
            Some(text) => {
                let known = list.orders.iter().find(|(name, ..)| *name == text);
                let names: Vec<&str> = list.orders.iter().map(|(name, ..)| *name).collect();
                known.map(|(name, ..)| *name).ok_or_else(|| {
                    refuse(format!(
                        "“{text}” is geen volgorde van deze lijst. Kies uit: {}.",
                        names.join(", ")
                    ))
                })?
            }
        };
        let page = match value("pagina") {
            None | Some("") => 1,
            Some(text) => {
                text.parse().ok().filter(|page| (1..=MOST_PAGES).contains(page)).ok_or_else(
                    || refuse(format!("“{text}” is geen bladzijde. Schrijf een getal vanaf 1.")),
                )?
            }
        };
        let words = if list.has_words { value("woorden").unwrap_or_default() } else { "" };
        Ok(Self {
            filters,
            from: day("van", default_from)?,
            default_from,
            until: day("tot", None)?,
            words: words.to_owned(),
            order,
            page,
        })
    }

    /// The same, as the store is asked.
    pub(crate) fn asked(&self, list: &List, per_page: i64, today: Date) -> Asked {
        Asked {
            from: self.from,
            until: self.until,
            filters: self.filters.clone(),
            words: self.words.split_whitespace().map(str::to_owned).collect(),
            order: if list.orders.is_empty() { "" } else { self.order },
            offset: (self.page - 1) * per_page,
            limit: per_page,
            counted: true,
            today,
        }
    }

    /// The value of a filter that is in force.
    pub(crate) fn value(&self, filter: &str) -> Option<&str> {
        self.filters.iter().find(|(name, _)| *name == filter).map(|(_, value)| value.as_str())
    }

    /// The same choice with another value of a filter, or without.
    pub(crate) fn with(&self, filter: &'static str, value: Option<&str>) -> Self {
        let mut other = self.clone();
        other.filters.retain(|(name, _)| *name != filter);
        other.filters.extend(value.map(|value| (filter, value.to_owned())));
        other.page = 1;
        other
    }

    /// The address of a list with this choice, in a format, at a page. What holds without being said
    /// is left out.
    pub(crate) fn address(&self, list: &List, format: Format, page: i64) -> String {
        let mut parts = Vec::new();
        let mut add = |name: &str, value: &str| {
            parts.push(format!("{name}={}", encoded(value)));
        };
        for filter in list.filters {
            match (self.value(filter.name), filter.default) {
                (value, default) if value == default => {}
                (Some(value), _) => add(filter.name, value),
                (None, _) => add(filter.name, ALL),
            }
        }
        if !self.words.is_empty() {
            add("woorden", &self.words);
        }
        if self.from != self.default_from {
            add("van", &self.from.map_or_else(|| ALL.to_owned(), |day| day.to_string()));
        }
        if let Some(until) = self.until {
            add("tot", &until.to_string());
        }
        if list.orders.first().is_some_and(|(name, ..)| *name != self.order) {
            add("volgorde", self.order);
        }
        if page > 1 {
            add("pagina", &page.to_string());
        }
        let address = format!("{}{}", list.path, format.suffix());
        if parts.is_empty() { address } else { format!("{address}?{}", parts.join("&")) }
    }
}

/// A value as a query holds it.
pub(crate) fn encoded(value: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(value, VALUE)
}

fn refuse(how: String) -> PageError {
    PageError::BadRequest(how)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{moties, vragen};
    use super::*;

    const TODAY: Date = date(2025, 7, 2);

    fn parse(list: &List, query: &[(&str, &str)]) -> Result<Choice, PageError> {
        let query: Vec<(String, String)> =
            query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Choice::parse(list, &query, TODAY)
    }

    #[test]
    fn an_address_says_what_differs_from_the_default_and_reads_back_the_same() {
        let plain = parse(&vragen::LIST, &[]).unwrap();
        assert_eq!(plain.value("stand"), Some("openstaand"));
        assert_eq!(plain.address(&vragen::LIST, Format::Html, 1), "/vragen");

        let chosen = [("fractie", "J&V+ é"), ("stand", "alles"), ("van", ""), ("pagina", "2")];
        let chosen = parse(&vragen::LIST, &chosen).unwrap();
        assert_eq!((chosen.value("stand"), chosen.from), (None, None));
        let address = chosen.address(&vragen::LIST, Format::Atom, 3);
        assert_eq!(
            address,
            "/vragen.atom?stand=alles&fractie=J%26V%2B%20%C3%A9&van=alles&pagina=3"
        );
    }

    #[test]
    fn a_value_can_be_put_in_and_taken_out_again() {
        let chosen = parse(&moties::LIST, &[("fractie", "SP"), ("oordeel", "Ontraden")]).unwrap();
        let without = chosen.with("fractie", None);
        assert_eq!(without.address(&moties::LIST, Format::Html, 1), "/moties?oordeel=Ontraden");
        let other = without.with("fractie", Some("VVD"));
        assert_eq!(other.value("fractie"), Some("VVD"));
    }

    #[test]
    fn what_is_ill_formed_is_refused_with_what_was_expected() {
        let long = "x".repeat(201);
        for (query, expected) in [
            (("van", "gisteren"), "2025-07-02"),
            (("tot", "2025-13-01"), "2025-07-02"),
            (("pagina", "0"), "vanaf 1"),
            (("pagina", "-1"), "vanaf 1"),
            (("pagina", "999999999999999999999"), "vanaf 1"),
            (("volgorde", "kleur"), "nieuw, oud"),
            (("fractie", long.as_str()), "200 tekens"),
        ] {
            let error = parse(&moties::LIST, &[query]).unwrap_err().to_string();
            assert!(error.contains(expected), "{query:?}: {error}");
        }
        assert!(parse(&moties::LIST, &[("utm_source", "x")]).is_ok(), "names of others");
    }
}
