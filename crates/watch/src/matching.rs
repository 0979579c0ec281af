//! Matching: everything that is watched held against an event at once. Pages are found by their address,
//! searches by the words that an item must have, lists by what a thing has of what they are filtered on.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use search::{Facet, Filters, Item, Percolator, Query, period};
use store::read::lists::{LISTED, listed};
use store::watching::event::{Event, EventKind, things_of};
use store::watching::monitor::{self, Channel, Choices, Monitor};
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
const PAGES: [&str; 11] = [
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
    "/verslag/",
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

    /// The kinds of event that can concern it, in the order in which a reader sees them.
    pub fn kinds(&self) -> Vec<EventKind> {
        use EventKind as Kind;
        const OF_DOCUMENT: [Kind; 4] = [Kind::Document, Kind::Version, Kind::Answer, Kind::Delay];
        const OF_MEETING: [Kind; 4] = [Kind::Planned, Kind::Moved, Kind::Cancelled, Kind::Agenda];
        const OF_BESLUIT: [Kind; 2] = [Kind::Decision, Kind::Vote];
        const OF_PROMISE: [Kind; 3] = [Kind::Promise, Kind::Due, Kind::Fulfilled];
        const REPORTED: [Kind; 3] = [Kind::Gift, Kind::SideJob, Kind::Trip];
        let place = match self {
            Self::Search(_) => return Kind::ALL.to_vec(),
            Self::List(list) => list.path.as_str(),
            Self::Page(page) => page.split_inclusive('/').nth(1).unwrap_or_default(),
        };
        let groups: &[&[Kind]] = match place {
            "document/" => &[&OF_DOCUMENT, &OF_BESLUIT, &[Kind::Status]],
            "zaak/" | "dossier/" => {
                &[&OF_DOCUMENT, &OF_MEETING, &OF_BESLUIT, &[Kind::Status, Kind::Transcript]]
            }
            "activiteit/" => {
                &[&OF_DOCUMENT, &OF_MEETING, &OF_BESLUIT, &OF_PROMISE, &[Kind::Transcript]]
            }
            "toezegging/" | "/toezeggingen" => &[&OF_PROMISE],
            "stemming/" | "/besluiten" | "/stemmingen" => &[&OF_BESLUIT],
            "verslag/" | "/verslagen" => &[&[Kind::Transcript]],
            "persoon/" => return Kind::ALL.to_vec(),
            "fractie/" | "commissie/" | "ministerie/" => {
                return Kind::ALL.into_iter().filter(|kind| !REPORTED.contains(kind)).collect();
            }
            "/documenten" => &[&OF_DOCUMENT],
            "/activiteiten" | "/activiteiten/ongepland" => &[&OF_MEETING],
            "/geschenken" => &[&[Kind::Gift]],
            "/nevenfuncties" => &[&[Kind::SideJob]],
            "/reizen" => &[&[Kind::Trip]],
            // Zaken: motions and questions.
            _ => &[&OF_DOCUMENT, &OF_BESLUIT, &[Kind::Status]],
        };
        let mut kinds: Vec<Kind> = groups.concat();
        kinds.sort_unstable();
        kinds
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
    /// The place of each search, by what is watched.
    places: HashMap<String, usize>,
    /// Whose each of the searches is.
    searchers: Vec<Vec<usize>>,
    /// The lists, by their address, with what was chosen of each.
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
            let monitors = monitor::active(reader)?;
            *self = Self { version, ..std::mem::take(self).watching(monitors) };
        }
        Ok(())
    }

    /// Of these monitors.
    pub fn of(monitors: Vec<Monitor>) -> Self {
        Self::default().watching(monitors)
    }

    /// The same with other monitors. To work out what a search asks takes longest, so those that are known
    /// already are kept, until most of them are watched no more.
    fn watching(self, monitors: Vec<Monitor>) -> Self {
        let Self { mut searches, mut places, .. } = self;
        let watched: HashSet<&str> = monitors.iter().map(|it| it.subject.as_str()).collect();
        if places.keys().filter(|known| watched.contains(known.as_str())).count() * 2 < places.len()
        {
            (searches, places) = Default::default();
        }
        drop(watched);
        let mut matcher = Self::default();
        let mut searchers: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
        for (number, monitor) in monitors.iter().enumerate() {
            let mut place = places.get(&monitor.subject).copied();
            if place.is_none() {
                match Subject::parse(&monitor.subject) {
                    None => {}
                    Some(Subject::Page(page)) => {
                        matcher.by_page.entry(page).or_default().push(number);
                    }
                    Some(Subject::List(list)) => {
                        let lists = matcher.lists.entry(list.path.clone()).or_default();
                        lists.entry(list).or_default().push(number);
                    }
                    Some(Subject::Search(search)) => {
                        let (query, filters) = *search;
                        place = Some(searches.add(query, filters));
                        places.extend(place.map(|place| (monitor.subject.clone(), place)));
                        searchers.push(Vec::new());
                    }
                }
            }
            if let Some(searchers) = place.and_then(|place| searchers.get_mut(place)) {
                searchers.push(number);
            }
        }
        Self { monitors, searches, places, searchers, ..matcher }
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
            self.in_lists(reader, event, today, &mut found)?;
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
            // An event is matched again when its text comes in.
            monitor.created_at.is_none_or(|made| made <= event.made_at)
                && tells(&monitor.choices, event, topics)
        };
        Ok(monitors.filter(is_told).collect())
    }

    /// What the event's things have is read once for each list that they are in, and all that is chosen of
    /// that list is held against it in memory.
    fn in_lists(
        &self,
        reader: &Reader,
        event: &Event,
        today: Date,
        found: &mut Vec<usize>,
    ) -> Result<(), StoreError> {
        for thing in things_of(reader, event)? {
            for (path, traits) in listed(reader, thing, today)? {
                for (list, numbers) in self.lists.get(path).into_iter().flatten() {
                    if traits.have(&list.filters, &list.words) {
                        found.extend(numbers);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a monitor tells of an event that concerns what it watches, by what its owner chose.
pub fn tells(choices: &Choices, event: &Event, topics: &[String]) -> bool {
    let is_of_kind = choices.kinds.is_empty() || choices.kinds.contains(&event.kind);
    is_of_kind && !choices.paused && !is_muted(&choices.muted, event, topics)
}

/// What an event may belong to several of: of these all have to be muted for the event to be.
const FOLDERS: [&str; 2] = ["/zaak/", "/dossier/"];

/// Whether an event is about what is muted: its own page, somebody who has to do with it, or all of the
/// zaken or of the dossiers that it concerns. A meeting with one muted zaak among many is still told.
fn is_muted(muted: &[String], event: &Event, topics: &[String]) -> bool {
    muted.iter().any(|one| {
        let of_one = |topic: &&String| {
            FOLDERS.iter().any(|folder| one.starts_with(folder) && topic.starts_with(folder))
        };
        event.address.as_ref() == Some(one)
            || topics.contains(one)
                && topics.iter().filter(of_one).all(|topic| muted.contains(topic))
    })
}

/// What can be muted of an event, by its address: the one dossier and the one zaak that it concerns, or
/// else the thing itself.
pub fn mutable(event: &Event, topics: &[String]) -> Vec<String> {
    let only = |folder: &&str| {
        let mut of_folder = topics.iter().filter(|topic| topic.starts_with(folder));
        of_folder.next().filter(|_| of_folder.next().is_none()).cloned()
    };
    let found: Vec<String> = FOLDERS.iter().rev().filter_map(only).collect();
    if found.is_empty() { event.address.iter().cloned().collect() } else { found }
}

/// Who is to be told that these monitors matched, and when: an account gets one notice per channel, as
/// soon as the first of its monitors would tell it.
pub fn notices(monitors: &[&Monitor], now: Timestamp) -> Vec<NewNotice> {
    let mut notices: Vec<NewNotice> = Vec::new();
    let mut places: HashMap<(i64, Channel), usize> = HashMap::new();
    for monitor in monitors {
        let (account, channel) = (monitor.account, monitor.choices.channel);
        let due_at = schedule::due_at(&monitor.choices, now);
        let place = *places.entry((account, channel)).or_insert(notices.len());
        match notices.get_mut(place) {
            Some(notice) => {
                notice.due_at = notice.due_at.min(due_at);
                notice.monitors.push(monitor.id);
            }
            None => {
                notices.push(NewNotice { account, channel, due_at, monitors: vec![monitor.id] })
            }
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use store::watching::monitor::Frequency;

    use super::*;

    fn monitor(id: i64, subject: &str) -> Monitor {
        let choices = Choices {
            name: String::new(),
            kinds: Vec::new(),
            channel: Channel::Mail,
            frequency: Frequency::AtOnce,
            quiet: None,
            muted: Vec::new(),
            paused: false,
        };
        Monitor { id, account: 1, subject: subject.into(), choices, created_at: None }
    }

    #[test]
    fn searches_that_are_known_are_kept_when_others_come_and_go() {
        let found = |matcher: &Matcher, title: &str| -> Vec<i64> {
            let mut item = Item::new("/document/1", search::Kind::Document);
            item.title = title.into();
            let places = matcher.searches.matching(&item).unwrap().into_iter();
            let numbers = places.flat_map(|place| matcher.searchers[place].iter());
            numbers.map(|number| matcher.monitors[*number].id).collect()
        };
        let subjects = ["/zoeken?q=huur", "/zoeken?q=zorg", "/zaak/1", "/zoeken?q=huur"];
        let all = (1..).zip(subjects).map(|(id, subject)| monitor(id, subject));
        let matcher = Matcher::of(all.collect());
        assert_eq!(found(&matcher, "Huren"), [1, 4]);
        // One of two is gone, and one is new.
        let fewer = vec![monitor(4, "/zoeken?q=huur"), monitor(5, "/zoeken?q=water")];
        let matcher = matcher.watching(fewer);
        assert_eq!(matcher.places.len(), 3, "what is watched no more is kept for a while");
        assert_eq!(found(&matcher, "Huren en zorg en water"), [4, 5]);
        // Most are gone.
        let matcher = matcher.watching(vec![monitor(5, "/zoeken?q=water")]);
        assert_eq!(matcher.places.len(), 1);
        assert_eq!(found(&matcher, "Huren en zorg en water"), [5]);
    }

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
