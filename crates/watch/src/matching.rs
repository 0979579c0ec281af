//! Matching: everything that is watched held against an event at once. Pages are found by their address,
//! searches by the words that an item must have; only lists with the same filters are asked one by one.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use model::address;
use search::{Facet, Filters, Item, Percolator, Query, period};
use store::read::lists::{LISTED, contains};
use store::watching::event::{Event, things_of};
use store::watching::monitor::{self, Monitor};
use store::watching::notice::NewNotice;
use store::{Reader, StoreError};
use url::Url;

use crate::schedule;

/// Why an event cannot be matched.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index of a new item.
    #[error(transparent)]
    Search(#[from] search::SearchError),
}

/// What can be watched, by its address on the site.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A page: what concerns the thing that it is of.
    Page(String),
    /// A search, with all of its filters.
    Search(Box<(Query, Filters)>),
    /// A list, with its filters and words.
    List(ListSubject),
}

/// A list with what was chosen of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListSubject {
    /// Its address.
    pub path: String,
    /// The filters by name, with the value of each.
    pub filters: Vec<(String, String)>,
    /// Words that must occur.
    pub words: Vec<String>,
}

/// The pages that can be watched, by how their addresses begin.
const PAGES: [&str; 10] = [
    "/document/",
    "/zaak/",
    "/dossier/",
    "/activiteit/",
    "/persoon/",
    "/fractie/",
    "/commissie/",
    "/ministerie/",
    "/toezegging/",
    "/stemming/",
];

/// The parameters of a list that choose no things: its order, its page, its period.
const NO_FILTERS: [&str; 4] = ["volgorde", "pagina", "van", "tot"];

impl Subject {
    /// What is at an address of the site, if that can be watched. A search without words
    /// finds nothing.
    pub fn parse(subject: &str) -> Option<Self> {
        if !subject.starts_with('/') || subject.starts_with("//") || subject.len() > 2_000 {
            return None;
        }
        let url = Url::parse("http://site").ok()?.join(subject).ok()?;
        let path = url.path();
        let parameters: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if path == "/zoeken" {
            return search_of(&parameters).map(|search| Self::Search(Box::new(search)));
        }
        if LISTED.iter().any(|(listed, ..)| *listed == path) {
            let words = parameters.iter().filter(|(name, _)| name == "woorden");
            let words = words.flat_map(|(_, text)| text.split_whitespace()).map(str::to_owned);
            let filters = parameters.iter().filter(|(name, value)| {
                name != "woorden" && value != "alles" && !NO_FILTERS.contains(&name.as_str())
            });
            return Some(Self::List(ListSubject {
                path: path.to_owned(),
                words: words.collect(),
                filters: filters.cloned().collect(),
            }));
        }
        let is_page = PAGES.iter().any(|page| {
            path.strip_prefix(page).is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
        });
        is_page.then(|| Self::Page(path.to_owned()))
    }
}

fn search_of(parameters: &[(String, String)]) -> Option<(Query, Filters)> {
    let last = |name: &str| {
        let found = parameters.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let mut filters = Filters {
        from: last("van").and_then(period).map(|(from, _)| from),
        until: last("tot").and_then(period).map(|(_, until)| until),
        page: last("binnen").map(String::from),
        ..Filters::default()
    };
    for facet in Facet::ALL {
        let chosen = parameters.iter().filter(|(name, _)| name == facet.parameter());
        let chosen: Vec<String> = chosen.map(|(_, value)| value.clone()).collect();
        if !chosen.is_empty() {
            filters.values.insert(facet, chosen);
        }
    }
    let query = Query::parse(last("q").unwrap_or_default()).query;
    (!query.is_empty()).then_some((query, filters))
}

/// Everything that is watched, ready to be held against events.
#[derive(Default)]
pub struct Matcher {
    /// The version of the monitors that it was made from.
    version: i64,
    monitors: Vec<Monitor>,
    /// Those of a page, by its address.
    by_page: HashMap<String, Vec<usize>>,
    searches: Percolator,
    /// Whose each of the searches is.
    searchers: Vec<Vec<usize>>,
    /// The lists, by a page that what is in them concerns, or by their own address.
    lists: HashMap<String, BTreeMap<ListSubject, Vec<usize>>>,
}

impl Matcher {
    /// Reads what is watched again if that has changed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn refresh(&mut self, reader: &Reader) -> Result<(), StoreError> {
        let version = monitor::version(reader)?;
        if version != self.version {
            *self = Self::of(monitor::active(reader)?);
            self.version = version;
        }
        Ok(())
    }

    /// Of these monitors.
    pub fn of(monitors: Vec<Monitor>) -> Self {
        let mut matcher = Self::default();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (number, monitor) in monitors.iter().enumerate() {
            match Subject::parse(&monitor.subject) {
                None => {}
                Some(Subject::Page(page)) => matcher.by_page.entry(page).or_default().push(number),
                Some(Subject::List(list)) => {
                    let lists = matcher.lists.entry(key(&list)).or_default();
                    lists.entry(list).or_default().push(number);
                }
                Some(Subject::Search(search)) => {
                    let (query, filters) = *search;
                    let place = *places
                        .entry(&monitor.subject)
                        .or_insert_with(|| matcher.searches.add(query, filters));
                    if matcher.searchers.len() <= place {
                        matcher.searchers.push(Vec::new());
                    }
                    matcher.searchers[place].push(number);
                }
            }
        }
        matcher.monitors = monitors;
        matcher
    }

    /// The monitors that an event concerns: `topics` are the addresses of the pages that it concerns,
    /// `items` what it brought to be found.
    ///
    /// # Errors
    /// See [`MatchError`].
    pub fn matching(
        &self,
        reader: &Reader,
        event: &Event,
        topics: &[String],
        items: &[Item],
        today: Date,
    ) -> Result<Vec<&Monitor>, MatchError> {
        let mut found: Vec<usize> = Vec::new();
        for topic in topics {
            found.extend(self.by_page.get(topic).into_iter().flatten());
        }
        if !self.lists.is_empty() {
            self.in_lists(reader, event, topics, today, &mut found)?;
        }
        for item in items {
            for place in self.searches.matching(item)? {
                found.extend(self.searchers.get(place).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
        let monitors = found.into_iter().filter_map(|number| self.monitors.get(number));
        let is_told = |monitor: &&Monitor| {
            let choices = &monitor.choices;
            // An event is matched again when its text comes in.
            monitor.created_at.is_none_or(|made| made <= event.made_at)
                && (choices.kinds.is_empty() || choices.kinds.contains(&event.kind))
                && !choices.muted.iter().any(|muted| topics.contains(muted))
        };
        Ok(monitors.filter(is_told).collect())
    }

    fn in_lists(
        &self,
        reader: &Reader,
        event: &Event,
        topics: &[String],
        today: Date,
        found: &mut Vec<usize>,
    ) -> Result<(), StoreError> {
        let things = things_of(reader, event)?;
        let paths = LISTED
            .iter()
            .filter(|(_, category, _)| things.iter().any(|(of_thing, _)| of_thing == category));
        let keys = topics.iter().map(String::as_str).chain(paths.map(|(path, ..)| *path));
        for (list, numbers) in keys.filter_map(|key| self.lists.get(key)).flatten() {
            for (category, id) in &things {
                let asked = (&list.filters[..], &list.words[..]);
                if contains(reader, &list.path, (*category, *id), asked, today)? {
                    found.extend(numbers);
                }
            }
        }
        Ok(())
    }
}

/// The page that all that is in a list concerns, by one of its filters; or else the list's own address.
fn key(list: &ListSubject) -> String {
    let of = |name: &str| {
        let found = list.filters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| *value != "onbekend")
    };
    let of_persoon = of("persoon").map(address::persoon);
    let of_ministerie = || of("ministerie").map(address::ministerie);
    of_persoon.or_else(of_ministerie).unwrap_or_else(|| list.path.clone())
}

/// Who is to be told that these monitors matched, and when: an account gets one notice per channel, as
/// soon as the first of its monitors would tell it.
pub fn notices(monitors: &[&Monitor], now: Timestamp) -> Vec<NewNotice> {
    let mut notices: Vec<NewNotice> = Vec::new();
    for monitor in monitors {
        let channel = monitor.choices.channel;
        let due_at = schedule::due_at(&monitor.choices, now);
        let known = notices
            .iter_mut()
            .find(|notice| notice.account == monitor.account && notice.channel == channel);
        match known {
            Some(notice) => {
                notice.due_at = notice.due_at.min(due_at);
                notice.monitors.push(monitor.id);
            }
            None => notices.push(NewNotice {
                account: monitor.account,
                channel,
                due_at,
                monitors: vec![monitor.id],
            }),
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lists_and_searches_can_be_watched_and_nothing_else() {
        let page = |address: &str| Some(Subject::Page(address.to_owned()));
        assert_eq!(Subject::parse("/persoon/48758"), page("/persoon/48758"));
        assert_eq!(Subject::parse("/commissie/J&V?x=1"), page("/commissie/J&V"));
        let list = |path: &str, filters: &[(&str, &str)], words: &[&str]| {
            Some(Subject::List(ListSubject {
                path: path.into(),
                filters: filters
                    .iter()
                    .map(|(name, value)| ((*name).into(), (*value).into()))
                    .collect(),
                words: words.iter().map(|word| (*word).into()).collect(),
            }))
        };
        assert_eq!(
            Subject::parse("/toezeggingen?ministerie=VWS&status=&woorden=jeugd%20zorg&pagina=2"),
            list("/toezeggingen", &[("ministerie", "VWS")], &["jeugd", "zorg"])
        );
        assert!(matches!(
            Subject::parse("/zoeken?q=huur&soort=document"),
            Some(Subject::Search(_))
        ));
        assert!(matches!(Subject::parse("/zoeken?q=fractie:SP"), Some(Subject::Search(_))));
        for none in [
            "",
            "/",
            "/zoeken",
            "/zoeken?q=",
            "/zoeken?q=&fractie=SP",
            "/status",
            "/mijn",
            "/persoon/",
            "/persoon/1/foto",
            "//elders.nl/persoon/1",
            "https://elders.nl/persoon/1",
            "persoon/1",
        ] {
            assert_eq!(Subject::parse(none), None, "{none}");
        }
    }
}
