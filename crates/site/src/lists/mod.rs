//! Lists. A [`List`] says once what a list is: how it is called, what its columns are, and how a row of
//! the store becomes an [`Item`]. From that follow the page (`page`), the feed (`atom`), the calendar
//! (`calendar`) and the files to work with (`data`), all at the same address with the same filters
//! (`choice`).

pub(crate) mod atom;
mod calendar;
mod choice;
pub(crate) mod data;
mod page;
mod value;

mod activiteiten;
mod besluiten;
mod commissies;
mod documenten;
mod dossiers;
mod fracties;
mod geschenken;
mod kamerleden;
mod ministeries;
mod moties;
mod nevenfuncties;
mod personen;
mod reizen;
mod toezeggingen;
mod verslagen;
mod vragen;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use store::read::list::{Asked, Listed};
use store::read::lists::course;
use store::{Reader, StoreError};
use watch::matching::ListSubject;

use self::calendar::Event;
use self::choice::Choice;
use self::page::Ledger;
use self::value::{Column, Value};
use crate::{PageError, SharedSite, Site};

/// A list of things of one kind.
pub(crate) struct List {
    /// Its address.
    path: &'static str,
    /// Its title.
    title: &'static str,
    /// What is in it, in a sentence or two.
    intro: &'static str,
    /// What one of the things is called, and what more are.
    things: [&'static str; 2],
    /// What is known of each thing: the values of an [`Item`] stand in this order.
    columns: &'static [Column],
    /// The filters, in the order of the form.
    filters: &'static [Choosable],
    /// The orders by name, with what they are called; the first holds if none is chosen. Those under
    /// which the groups of the items stay together come with `true`.
    orders: &'static [(&'static str, &'static str, bool)],
    /// The period: what it is about, and how many days back it begins if none is chosen.
    period: Option<(&'static str, Option<i64>)>,
    /// Whether words can be looked for.
    has_words: bool,
    /// Whether its things are short enough to stand beside each other.
    is_short: bool,
    /// The number of things on a page.
    per_page: i64,
    /// Whether there is a calendar of it.
    has_calendar: bool,
    /// Reads a page of it.
    read: Read<Listed<Item>>,
    /// Reads what stands beside it, for a ledger.
    ledger: Option<Read<Ledger>>,
}

/// Reads something that was asked for.
type Read<T> = fn(&Site, &Reader, &Asked) -> Result<T, StoreError>;

/// What most lists have.
const PER_PAGE: i64 = 50;

/// A filter as readers choose it.
pub(crate) struct Choosable {
    /// Its name, as in the definition of the list and in the address.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// The value that holds if none is chosen; [`ALL`] then asks for all.
    default: Option<&'static str>,
    /// Values of our own that are called otherwise on the page.
    words: &'static [(&'static str, &'static str)],
}

/// The value that takes a default filter or period away.
const ALL: &str = "alles";

impl Choosable {
    const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, default: None, words: &[] }
    }

    const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    const fn words(mut self, words: &'static [(&'static str, &'static str)]) -> Self {
        self.words = words;
        self
    }

    /// What a value is called.
    fn word<'v>(&self, value: &'v str) -> &'v str {
        self.words.iter().find(|(own, _)| *own == value).map_or(value, |(_, word)| word)
    }
}

/// A thing of a list, as every format shows it.
pub(crate) struct Item {
    /// Its GUID.
    id: Uuid,
    /// Its page, or the page on which it is found.
    address: Option<String>,
    /// What it is.
    title: String,
    /// The part of the list in which it stands.
    group: Option<Group>,
    /// Its values, one for each column.
    values: Vec<Value>,
    /// When its content last changed.
    changed: Timestamp,
    /// Its place in a calendar.
    event: Option<Event>,
    /// Whether it does not take place.
    is_off: bool,
}

/// A part of a list with a heading.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The heading.
    name: String,
    /// What is said beside it.
    note: Option<String>,
    /// Whether it is that of today.
    is_today: bool,
}

impl Group {
    /// The day of a moment.
    fn day(site: &Site, moment: Option<Timestamp>) -> Option<Self> {
        let today = site.clock.today();
        let day = model::time::in_amsterdam(moment?).date();
        let name = crate::format::capital(&crate::format::day_from(day, today));
        Some(Self { name, note: None, is_today: day == today })
    }
}

/// The forms in which a list can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Html,
    Json,
    Csv,
    Atom,
    Ics,
}

impl Format {
    const ALL: [Self; 5] = [Self::Html, Self::Json, Self::Csv, Self::Atom, Self::Ics];

    /// What stands behind the address.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Html => "",
            Self::Json => ".json",
            Self::Csv => ".csv",
            Self::Atom => ".atom",
            Self::Ics => ".ics",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Ics => "text/calendar; charset=utf-8",
        }
    }

    /// What it is called where it can be chosen.
    const fn name(self) -> &'static str {
        match self {
            Self::Html => "Pagina",
            Self::Json => "JSON",
            Self::Csv => "CSV (spreadsheet)",
            Self::Atom => "Atom-feed",
            Self::Ics => "Agenda (iCalendar)",
        }
    }

    /// The number of things in one answer.
    const fn per_page(self, list: &List) -> i64 {
        match self {
            Self::Html => list.per_page,
            Self::Atom => PER_PAGE,
            Self::Json | Self::Csv | Self::Ics => 1_000,
        }
    }
}

/// Every list.
static LISTS: [&List; 18] = [
    &documenten::LIST,
    &activiteiten::GEPLAND,
    &activiteiten::ONGEPLAND,
    &besluiten::LIST,
    &besluiten::STEMMINGEN,
    &commissies::LIST,
    &dossiers::LIST,
    &fracties::LIST,
    &geschenken::LIST,
    &kamerleden::LIST,
    &ministeries::LIST,
    &moties::LIST,
    &nevenfuncties::LIST,
    &personen::LIST,
    &reizen::LIST,
    &toezeggingen::LIST,
    &verslagen::LIST,
    &vragen::LIST,
];

/// Adds the addresses of the lists.
pub(crate) fn routes(mut router: Router<SharedSite>) -> Router<SharedSite> {
    for list in LISTS {
        for format in Format::ALL {
            if format == Format::Ics && !list.has_calendar {
                continue;
            }
            let address = format!("{}{}", list.path, format.suffix());
            let answer =
                move |site, query, headers, uri| show(list, format, site, query, headers, uri);
            router = router.route(&address, get(answer));
        }
    }
    router
}

/// Something that is in force.
struct Chosen {
    /// What it is.
    label: String,
    /// The address of the list without it.
    without: String,
    /// Whether it holds because nothing else was chosen.
    is_default: bool,
}

/// A list as one of its formats shows it.
struct Shown {
    list: &'static List,
    choice: Choice,
    listed: Listed<Item>,
    ledger: Option<Ledger>,
    /// The site's own address, without a slash at the end.
    base: String,
}

async fn show(
    list: &'static List,
    format: Format,
    State(site): State<SharedSite>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let today = site.clock.today();
    let choice = Choice::parse(list, &query, today)?;
    let mut asked = choice.asked(list, format.per_page(list), today);
    asked.counted = matches!(format, Format::Html | Format::Json);
    let (listed, ledger) = site
        .read(move |site, reader| {
            let ledger = match list.ledger {
                Some(ledger) if format == Format::Html => Some(ledger(site, reader, &asked)?),
                _ => None,
            };
            Ok(((list.read)(site, reader, &asked)?, ledger))
        })
        .await?;
    let base = base(&site, &headers, &uri);
    let shown = Shown { list, choice, listed, ledger, base };
    let body = match format {
        Format::Html => page::render(&site, &shown)?,
        Format::Json => data::json(&shown)?,
        Format::Csv => data::csv(&shown)?,
        Format::Atom => atom::render(&shown)?,
        Format::Ics => calendar::render(&shown),
    };
    let mut response = ([(header::CONTENT_TYPE, format.content_type())], body).into_response();
    let headers = response.headers_mut();
    if let Ok(links) = HeaderValue::from_str(&shown.links(format).join(", ")) {
        headers.insert(header::LINK, links);
    }
    if format == Format::Csv {
        let name = list.path.trim_start_matches('/').replace('/', "-");
        let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
        if let Ok(disposition) = disposition {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
    }
    if matches!(format, Format::Json | Format::Csv | Format::Atom | Format::Ics) {
        // Open data: pages of others may read them too.
        let any = HeaderValue::from_static("*");
        headers.insert(HeaderName::from_static("access-control-allow-origin"), any);
    }
    Ok(response)
}

/// What a list has of a period, to choose by whether to watch it.
pub(crate) struct Sample {
    /// How many came in on each day, by their soort.
    pub(crate) course: BTreeMap<(Date, String), u64>,
    /// The titles and addresses of the latest.
    pub(crate) latest: Vec<(String, Option<String>)>,
    /// Further values that can be chosen: the name of the filter, the value, what both are called, and how
    /// many have it.
    pub(crate) values: Vec<(&'static str, String, String, i64)>,
}

/// What came into a list from one day to another, with what was chosen of it; none for a list whose things
/// have no day.
pub(crate) fn sample(
    site: &Site,
    reader: &Reader,
    subject: &ListSubject,
    (from, until): (Date, Date),
    examples: i64,
) -> Result<Option<Sample>, PageError> {
    let Some(list) = LISTS.into_iter().find(|list| list.path == subject.path) else {
        return Ok(None);
    };
    let mut query = subject.filters.clone();
    // What holds by default is not what is watched.
    for filter in list.filters.iter().filter(|filter| filter.default.is_some()) {
        if !query.iter().any(|(name, _)| name == filter.name) {
            query.push((filter.name.to_owned(), ALL.to_owned()));
        }
    }
    query.extend([
        ("woorden".to_owned(), subject.words.join(" ")),
        ("van".to_owned(), from.to_string()),
        ("tot".to_owned(), until.to_string()),
    ]);
    if list.orders.iter().any(|(name, ..)| *name == "nieuw") {
        query.push(("volgorde".to_owned(), "nieuw".to_owned()));
    }
    let today = site.clock.today();
    let asked = Choice::parse(list, &query, today)?.asked(list, examples, today);
    let Some(course) = course(reader, list.path, &asked)? else { return Ok(None) };
    let Listed { rows, counts, .. } = (list.read)(site, reader, &asked)?;
    let mut values = Vec::new();
    for filter in
        list.filters.iter().filter(|it| asked.filters.iter().all(|(name, _)| *name != it.name))
    {
        let of_filter = counts.iter().find(|counts| counts.filter == filter.name);
        for value in of_filter.map(|counts| counts.values.as_slice()).unwrap_or_default() {
            let label = match filter.words.is_empty() {
                true => value.label.clone(),
                false => filter.word(&value.value).to_owned(),
            };
            let label = format!("{}: {label}", filter.label);
            values.push((filter.name, value.value.clone(), label, value.count));
        }
    }
    let latest = rows.into_iter().map(|item| (item.title, item.address)).collect();
    Ok(Some(Sample { course, latest, values }))
}

/// Days back from which a calendar of what somebody watches begins.
const DAYS_BACK: i64 = 30;

/// A calendar of the meetings that somebody watches: those in the lists with these filters, those that
/// events tell of, and those that were withdrawn since.
pub(crate) fn agenda(
    site: &Site,
    reader: &Reader,
    base: String,
    watched: &[Vec<(String, String)>],
    events: &[store::watching::event::Event],
) -> Result<String, PageError> {
    let (list, today) = (&activiteiten::GEPLAND, site.clock.today());
    let since = today.checked_sub(jiff::ToSpan::days(DAYS_BACK)).unwrap_or(today);
    let mut choice = Choice::parse(list, &[("van".into(), since.to_string())], today)?;
    let mut rows: Vec<Item> = Vec::new();
    for filters in watched {
        let mut query = filters.clone();
        query.push(("van".into(), since.to_string()));
        choice = Choice::parse(list, &query, today)?;
        let mut asked = choice.asked(list, Format::Ics.per_page(list), today);
        asked.counted = false;
        rows.extend((list.read)(site, reader, &asked)?.rows);
    }
    for event in events {
        rows.extend(activiteiten::of_event(site, reader, event)?);
    }
    rows.sort_by_key(|item| item.id);
    rows.dedup_by_key(|item| item.id);
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let listed = Listed { rows, total, is_at_least: false, counts: Vec::new() };
    Ok(calendar::render(&Shown { list, choice, listed, ledger: None, base }))
}

/// The site's own address: the one it is configured with, or else the one that it was asked at.
pub(crate) fn base(site: &Site, headers: &HeaderMap, uri: &Uri) -> String {
    if let Some(public) = &site.public_url {
        return public.clone();
    }
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = asked.or(uri.authority().map(|authority| authority.as_str()));
    let is_name = |host: &&str| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    format!("http://{}", asked.filter(is_name).unwrap_or("localhost"))
}

impl Shown {
    /// The page number of the last page in a format.
    fn pages(&self, format: Format) -> i64 {
        let per_page = format.per_page(self.list);
        ((self.listed.total + per_page - 1) / per_page).max(1)
    }

    /// The address of this list with these choices in a format, at a page.
    fn address(&self, format: Format, page: i64) -> String {
        self.choice.address(self.list, format, page)
    }

    /// The other formats, and for a format with more pages the next and previous one, as the header
    /// `Link` names them.
    fn links(&self, format: Format) -> Vec<String> {
        let mut links = Vec::new();
        for other in self.formats().filter(|other| *other != format) {
            let kind = other.content_type().split(';').next().unwrap_or_default();
            let address = self.address(other, 1);
            links.push(format!("<{address}>; rel=\"alternate\"; type=\"{kind}\""));
        }
        let page = self.choice.page;
        if page < self.pages(format) {
            links.push(format!("<{}>; rel=\"next\"", self.address(format, page + 1)));
        }
        if page > 1 {
            links.push(format!("<{}>; rel=\"prev\"", self.address(format, page - 1)));
        }
        links
    }

    /// The formats in which there is this list.
    fn formats(&self) -> impl Iterator<Item = Format> {
        let has_calendar = self.list.has_calendar;
        Format::ALL.into_iter().filter(move |format| *format != Format::Ics || has_calendar)
    }

    /// The list's title, and what was chosen of it.
    fn title(&self) -> String {
        let chosen = self.chosen().into_iter().filter(|chosen| !chosen.is_default);
        let chosen: Vec<String> = chosen.map(|chosen| chosen.label).collect();
        if chosen.is_empty() {
            return self.list.title.to_owned();
        }
        format!("{} ({})", self.list.title, chosen.join(", "))
    }

    /// What is in force of filters, words and period, each with the address of the list without it.
    fn chosen(&self) -> Vec<Chosen> {
        let Self { list, choice, .. } = self;
        let mut chosen = Vec::new();
        for filter in list.filters {
            let Some(value) = choice.value(filter.name) else { continue };
            chosen.push(Chosen {
                label: format!("{}: {}", filter.label.to_lowercase(), self.label(filter, value)),
                without: choice.with(filter.name, None).address(list, Format::Html, 1),
                is_default: filter.default == Some(value),
            });
        }
        let mut add = |label: String, other: Choice, is_default: bool| {
            let without = other.address(list, Format::Html, 1);
            chosen.push(Chosen { label, without, is_default });
        };
        if !choice.words.is_empty() {
            let other = Choice { words: String::new(), ..choice.clone() };
            add(format!("woorden: {}", choice.words), other, false);
        }
        if let Some(from) = choice.from {
            let is_default = choice.from == choice.default_from;
            let other = Choice { from: None, ..choice.clone() };
            add(format!("sinds {}", crate::format::day(&from)), other, is_default);
        }
        if let Some(until) = choice.until {
            let other = Choice { until: None, ..choice.clone() };
            add(format!("tot en met {}", crate::format::day(&until)), other, false);
        }
        chosen
    }

    /// Whether today's part of the list is on this page.
    fn has_today(&self) -> bool {
        let is_today = |item: &Item| item.group.as_ref().is_some_and(|group| group.is_today);
        self.listed.rows.iter().any(is_today)
    }

    /// The name of a filter's value as the list itself calls it.
    fn label(&self, filter: &Choosable, value: &str) -> String {
        let counts = self.listed.counts.iter().find(|counts| counts.filter == filter.name);
        let known = counts.and_then(|counts| counts.values.iter().find(|it| it.value == value));
        match known {
            Some(known) if filter.words.is_empty() => known.label.clone(),
            _ => filter.word(value).to_owned(),
        }
    }
}
