//! What a monitor would have told over the past year, by what the index holds.

use jiff::ToSpan;
use jiff::civil::Date;
use model::Entity;
use model::kamerstuk::DossierNummer;
use search::{Answer, Facet, Filters, Kind, Query, Request, Sort};
use store::watching::event::entity_at;
use store::{Reader, StoreError};
use watch::matching::Subject;

use crate::pages::search::kind_name;
use crate::{PageError, Site, format, query};

/// Weeks in the chart.
const WEEKS: i64 = 52;
/// The width of a bar with the space beside it, and the height of the highest.
const STEP: i64 = 8;
const HEIGHT: i64 = 56;
/// Examples that are shown.
const EXAMPLES: usize = 5;
/// With more than so many in four weeks, something narrower is suggested.
const MANY: u64 = 40;

pub(crate) struct Preview {
    pub(crate) bars: Vec<Bar>,
    /// Over the year, and over the last four weeks.
    pub(crate) total: u64,
    pub(crate) month: u64,
    pub(crate) highest: u64,
    /// By kind, the most first.
    pub(crate) kinds: Vec<(String, u64)>,
    /// Titles and addresses.
    pub(crate) examples: Vec<(String, String)>,
    /// Searches that find less.
    pub(crate) narrower: Vec<(String, String)>,
}

/// A week.
pub(crate) struct Bar {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
    pub(crate) count: u64,
    pub(crate) name: String,
}

impl Preview {
    /// Of a search, or of a page that things can be searched by; none for others.
    pub(crate) fn of(site: &Site, subject: &Subject) -> Result<Option<Self>, PageError> {
        let Some((question, filters)) = search_of(&site.store.reader()?, subject)? else {
            return Ok(None);
        };
        let today = site.clock.today();
        let first = today.checked_sub((WEEKS * 7 - 1).days()).unwrap_or(today);
        let ask = |from: Date, until: Date, limit: usize| -> Result<Answer, PageError> {
            let filters = Filters {
                from: filters.from.map_or(Some(from), |own| Some(own.max(from))),
                until: filters.until.map_or(Some(until), |own| Some(own.min(until))),
                ..filters.clone()
            };
            // A monitor tells of what has all words, or of nothing.
            let request =
                Request { query: question.strict(), filters, sort: Sort::Newest, offset: 0, limit };
            site.index.search(&request).map_err(PageError::internal)
        };
        let year = ask(first, today, EXAMPLES)?;
        let mut counts = Vec::new();
        for week in 0..WEEKS {
            let from = first.checked_add((week * 7).days()).unwrap_or(first);
            let until = from.checked_add(6.days()).unwrap_or(from);
            counts.push((from, ask(from, until, 0)?.total));
        }
        let month = counts.iter().rev().take(4).map(|(_, count)| count).sum();
        let narrower = if month > MANY { narrower(&question, &filters, &year) } else { Vec::new() };
        // The counts of a facet are of all its values, also of those that were not chosen.
        let chosen = filters.values.get(&Facet::Kind);
        let is_chosen = |name: &String| chosen.is_none_or(|chosen| chosen.contains(name));
        let kinds = year.facets.get(&Facet::Kind).into_iter().flatten();
        let kinds = kinds.filter(|(name, _)| is_chosen(name)).take(5);
        let kinds = kinds.filter_map(|(name, count)| Some((kind_name(Kind::parse(name)?), *count)));
        Ok(Some(Self {
            highest: counts.iter().map(|(_, count)| *count).max().unwrap_or_default(),
            bars: bars(&counts),
            total: year.total,
            month,
            kinds: kinds.map(|(name, count)| (name.to_lowercase(), count)).collect(),
            examples: year.hits.into_iter().map(|hit| (hit.title, hit.address)).collect(),
            narrower,
        }))
    }

    /// The width of the chart.
    pub(crate) fn width(&self) -> i64 {
        WEEKS * STEP
    }
}

fn bars(counts: &[(Date, u64)]) -> Vec<Bar> {
    let highest = counts.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
    let mut bars = Vec::with_capacity(counts.len());
    for (place, (from, count)) in (0..).zip(counts) {
        // Both are far below what an i64 holds: the height is bounded by the highest.
        let height = i64::try_from(count * HEIGHT.unsigned_abs() / highest).unwrap_or_default();
        let height = if *count > 0 { height.max(1) } else { 0 };
        bars.push(Bar {
            x: place * STEP,
            y: HEIGHT - height,
            height,
            count: *count,
            name: format!("week van {}", format::day(from)),
        });
    }
    bars
}

/// The same search with one thing more chosen: the values of which there are most, and not all.
fn narrower(question: &Query, filters: &Filters, year: &Answer) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for facet in [Facet::Kind, Facet::Soort, Facet::Commissie, Facet::Ministerie] {
        if filters.values.contains_key(&facet) {
            continue;
        }
        let values = year.facets.get(&facet).into_iter().flatten();
        for (value, count) in values.filter(|(_, count)| count * 2 < year.total).take(2) {
            let question = question.to_string();
            let mut parameters = vec![("q", question.as_str()), (facet.parameter(), value)];
            for (chosen, values) in &filters.values {
                parameters.extend(values.iter().map(|value| (chosen.parameter(), value.as_str())));
            }
            let name = match Kind::parse(value).filter(|_| facet == Facet::Kind) {
                Some(kind) => kind_name(kind).to_owned(),
                None => value.clone(),
            };
            let subject = format!("/zoeken{}", query(&parameters));
            let address = format!("/mijn/monitors/nieuw{}", query(&[("onderwerp", &subject)]));
            found.push((format!("{name} ({count} per jaar)"), address));
        }
    }
    found
}

/// The search that finds what concerns a subject.
fn search_of(reader: &Reader, subject: &Subject) -> Result<Option<(Query, Filters)>, StoreError> {
    let page = match subject {
        Subject::Search(search) => return Ok(Some(*search.clone())),
        Subject::List(_) => return Ok(None),
        Subject::Page(page) => page,
    };
    let value = match entity_at(reader, page)? {
        Some(Entity::Persoon(it)) => (Facet::Persoon, Some(it.naam())),
        Some(Entity::Fractie(it)) => (Facet::Fractie, it.afkorting),
        Some(Entity::Commissie(it)) => (Facet::Commissie, it.naam_web_nl.or(it.naam_nl)),
        Some(Entity::Kamerstukdossier(it)) => {
            let nummer =
                it.nummer.map(|nummer| DossierNummer::new(nummer, it.toevoeging.as_deref()));
            (Facet::Dossier, nummer.map(|nummer| nummer.to_string()))
        }
        None => (Facet::Ministerie, page.strip_prefix("/ministerie/").map(String::from)),
        Some(_) => return Ok(None),
    };
    let (facet, Some(value)) = value else { return Ok(None) };
    let question = format!("{}:\"{}\"", facet.parameter(), value.replace('"', " "));
    Ok(Some((Query::parse(&question).query, Filters::default())))
}
