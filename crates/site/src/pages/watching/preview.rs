//! What a monitor would have told over the past year: of a search by what the index holds, of a list by
//! what the store holds, and of a single thing by what happened to it.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use model::Entity;
use model::kamerstuk::DossierNummer;
use search::{Answer, Facet, Filters, Kind, Query, Request, Sort};
use store::read::fractie::in_stukken;
use store::watching::event::{about, entity_at};
use store::watching::monitor::Frequency;
use store::{Reader, StoreError};
use watch::matching::Subject;

use super::Line;
use crate::pages::search::kind_name;
use crate::{PageError, Site, format, lists, query};

/// Weeks in the chart.
const WEEKS: i64 = 52;
/// The width of a bar with the space beside it, and the height of the highest.
const STEP: i64 = 8;
const HEIGHT: i64 = 56;
/// Kinds that the chart tells apart; the others are taken together.
const KINDS: usize = 3;
/// Examples that are shown.
const EXAMPLES: usize = 5;
/// Of a single thing so much is shown of what happened to it.
const EVENTS: i64 = 5;
/// With more than so many in four weeks, something narrower is suggested.
const MANY: u64 = 40;
/// Suggestions that are made.
const SUGGESTIONS: usize = 6;

/// What is known of the past of something, before it is watched.
pub(crate) enum Preview {
    /// Much can come of it.
    Many(Box<Course>),
    /// It is one thing; this happened to it.
    One(Vec<Line>),
    /// Its things have no day.
    Unknown,
}

/// What came in over the past year.
pub(crate) struct Course {
    pub(crate) bars: Vec<Bar>,
    /// What the chart tells apart, the most first, with how many there were over the year.
    pub(crate) kinds: Vec<(String, u64)>,
    pub(crate) total: u64,
    pub(crate) highest: u64,
    /// How many came in on each of the last 28 days.
    month: Vec<u64>,
    /// Titles and addresses.
    pub(crate) examples: Vec<(String, Option<String>)>,
    /// Monitors that find less.
    pub(crate) narrower: Vec<(String, String)>,
}

/// A week.
pub(crate) struct Bar {
    pub(crate) name: String,
    /// The kinds, by their places in [`Course::kinds`], from the bottom up.
    pub(crate) parts: Vec<Part>,
}

/// What came in of one kind in a week.
pub(crate) struct Part {
    pub(crate) kind: usize,
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
}

impl Preview {
    /// Of a subject at an address.
    pub(crate) fn of(site: &Site, subject: &Subject) -> Result<Self, PageError> {
        let today = site.clock.today();
        let first = today.checked_sub((WEEKS * 7 - 1).days()).unwrap_or(today);
        let period = (first, today);
        let reader = site.store.reader()?;
        if let Subject::List(list) = subject {
            let examples = i64::try_from(EXAMPLES).unwrap_or_default();
            let Some(sample) = lists::sample(site, &reader, list, period, examples)? else {
                return Ok(Self::Unknown);
            };
            let values = sample.values.into_iter().map(|(filter, value, label, count)| {
                let mut chosen: Vec<(&str, &str)> = list
                    .filters
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                let words = list.words.join(" ");
                chosen.push((filter, &value));
                chosen.extend((!words.is_empty()).then_some(("woorden", words.as_str())));
                let count = u64::try_from(count).unwrap_or_default();
                (filter, label, count, format!("{}{}", list.path, query(&chosen)))
            });
            let values = values.collect();
            let named = |soort: String| if soort.is_empty() { "alles".into() } else { soort };
            let course = sample.course.into_iter();
            let course = course.map(|((day, soort), count)| ((day, named(soort)), count)).collect();
            return Ok(Self::Many(Box::new(Course::of(period, &course, sample.latest, values))));
        }
        let Some((question, filters)) = search_of(&reader, subject)? else {
            let Subject::Page(page) = subject else { return Ok(Self::Unknown) };
            let events = about(&reader, page, EVENTS)?;
            return Ok(Self::One(events.iter().map(Line::of).collect()));
        };
        drop(reader);
        let course = site.index.course(&question, &filters, period).map_err(PageError::internal)?;
        let named = |kind: Kind| kind_name(kind).to_lowercase();
        let course =
            course.into_iter().map(|((day, kind), count)| ((day, named(kind)), count)).collect();
        let request = Request {
            // A monitor tells of what has all words, or of nothing.
            query: question.strict(),
            filters: filters.within(period),
            sort: Sort::Newest,
            offset: 0,
            limit: EXAMPLES,
        };
        let year = site.index.search(&request).map_err(PageError::internal)?;
        let values = values(&question, &filters, &year);
        let examples = year.hits.into_iter().map(|hit| {
            // Of a speech the title is who spoke.
            let is_speech = hit.kind == Kind::Spreekbeurt && !hit.subject.is_empty();
            let about = if is_speech { format!(": {}", hit.subject) } else { String::new() };
            (format!("{}{about}", hit.title), Some(hit.address))
        });
        let examples = examples.collect();
        Ok(Self::Many(Box::new(Course::of(period, &course, examples, values))))
    }

    /// The mails of the last four weeks if they had come this often, in words; none if that is not known.
    pub(crate) fn mails(&self, frequency: &str) -> Option<String> {
        let Self::Many(course) = self else { return None };
        let frequency = Frequency::parse(frequency, 1, 0)?;
        let count = course.mails(frequency);
        // What comes in together is one mail, so there may be fewer.
        let most = match frequency {
            Frequency::AtOnce | Frequency::Hourly if count > 1 => "hooguit ",
            _ => "",
        };
        let mails = if count == 1 { "mail" } else { "mails" };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Some(format!("{most}{} {mails}", format::number(&count)))
    }
}

/// A value that can be chosen further: its filter, what it is called, how many have it over the year, and
/// the address of what is then watched.
type Narrower = (&'static str, String, u64, String);

impl Course {
    fn of(
        (first, last): (Date, Date),
        counts: &BTreeMap<(Date, String), u64>,
        examples: Vec<(String, Option<String>)>,
        values: Vec<Narrower>,
    ) -> Self {
        let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, kind), count) in counts {
            *by_kind.entry(kind).or_default() += count;
        }
        let total: u64 = by_kind.values().sum();
        let mut kinds: Vec<(String, u64)> =
            by_kind.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
        kinds.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        if kinds.len() > KINDS + 1 {
            let rest = kinds.split_off(KINDS).into_iter().map(|(_, count)| count).sum();
            kinds.push(("iets anders".to_owned(), rest));
        }
        let place = |kind: &str| {
            let known = kinds.iter().position(|(name, _)| name == kind);
            known.unwrap_or(kinds.len().saturating_sub(1))
        };
        let mut weeks: Vec<(Date, Vec<u64>)> = Vec::new();
        for week in 0..WEEKS {
            let begins = first.checked_add((week * 7).days()).unwrap_or(last);
            let ends = begins.checked_add(6.days()).unwrap_or(last);
            let mut of_week = vec![0; kinds.len()];
            for ((day, kind), count) in counts {
                if (begins..=ends).contains(day)
                    && let Some(sum) = of_week.get_mut(place(kind))
                {
                    *sum += count;
                }
            }
            weeks.push((begins, of_week));
        }
        let sum = |week: &(Date, Vec<u64>)| week.1.iter().sum::<u64>();
        let highest = weeks.iter().map(sum).max().unwrap_or_default();
        let month = (0..28)
            .map(|back: i64| {
                let day = last.checked_sub(back.days()).unwrap_or(first);
                let of_day = counts.iter().filter(|((other, _), _)| *other == day);
                of_day.map(|(_, count)| count).sum()
            })
            .collect();
        let mut course = Self {
            bars: (0..)
                .zip(&weeks)
                .map(|(place, week)| bar(place, week, &kinds, highest))
                .collect(),
            kinds,
            total,
            highest,
            month,
            examples,
            narrower: Vec::new(),
        };
        if course.in_month() > MANY {
            course.narrower = narrower(values, total);
        }
        course
    }

    /// How many came in over the last four weeks.
    pub(crate) fn in_month(&self) -> u64 {
        self.month.iter().sum()
    }

    /// How many mails the last four weeks would have brought.
    fn mails(&self, frequency: Frequency) -> u64 {
        let some = |counts: &[u64]| counts.iter().any(|count| *count > 0);
        let with_some = |size: usize| self.month.chunks(size).filter(|days| some(days)).count();
        let with_some = |size| u64::try_from(with_some(size)).unwrap_or_default();
        match frequency {
            Frequency::AtOnce => self.in_month(),
            // A document says on which day it came, and not at which hour.
            Frequency::Hourly => self.month.iter().map(|count| (*count).min(24)).sum(),
            Frequency::Daily { .. } => with_some(1),
            Frequency::Weekly { .. } => with_some(7),
        }
    }

    /// The width of the chart.
    pub(crate) fn width(&self) -> i64 {
        WEEKS * STEP
    }
}

fn bar(place: i64, week: &(Date, Vec<u64>), kinds: &[(String, u64)], highest: u64) -> Bar {
    let (begins, counts) = week;
    let mut parts = Vec::new();
    let mut said = Vec::new();
    let (mut below, mut top) = (0, 0);
    for (kind, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        below += count;
        // Bounded by the height. What is there can be seen, however little it is.
        let reach = below * HEIGHT.unsigned_abs() / highest.max(1);
        let reach = i64::try_from(reach).unwrap_or(HEIGHT).max(top + 1).min(HEIGHT);
        parts.push(Part { kind, x: place * STEP, y: HEIGHT - reach, height: reach - top });
        top = reach;
        said.extend(kinds.get(kind).map(|(name, _)| format!("{name} {count}")));
    }
    let said = if said.is_empty() { "niets".to_owned() } else { said.join(", ") };
    Bar { name: format!("week van {}: {said}", format::day(begins)), parts }
}

/// Of each filter the values that most have, and not nearly all.
fn narrower(values: Vec<Narrower>, total: u64) -> Vec<(String, String)> {
    let mut by_filter: BTreeMap<&str, Vec<Narrower>> = BTreeMap::new();
    for value in values.into_iter().filter(|(_, _, count, _)| *count > 0 && count * 2 < total) {
        by_filter.entry(value.0).or_default().push(value);
    }
    let mut found = Vec::new();
    for of_filter in by_filter.values_mut() {
        of_filter.sort_by_key(|(_, _, count, _)| std::cmp::Reverse(*count));
        found.extend(of_filter.drain(..of_filter.len().min(2)));
    }
    found.sort_by_key(|(_, _, count, _)| std::cmp::Reverse(*count));
    found.truncate(SUGGESTIONS);
    let found = found.into_iter().map(|(_, label, count, subject)| {
        let address = format!("/mijn/monitors/nieuw{}", query(&[("onderwerp", &subject)]));
        (format!("{label} ({count} per jaar)"), address)
    });
    found.collect()
}

/// What can be chosen of a search besides what was chosen.
fn values(question: &Query, filters: &Filters, year: &Answer) -> Vec<Narrower> {
    let question = question.to_string();
    let mut found = Vec::new();
    for (facet, label) in [
        (Facet::Kind, "Soort"),
        (Facet::Soort, "Stuk"),
        (Facet::Commissie, "Commissie"),
        (Facet::Ministerie, "Ministerie"),
    ] {
        if filters.values.contains_key(&facet) {
            continue;
        }
        for (value, count) in year.facets.get(&facet).into_iter().flatten() {
            let mut parameters = vec![("q", question.as_str()), (facet.parameter(), value)];
            for (chosen, values) in &filters.values {
                parameters.extend(values.iter().map(|value| (chosen.parameter(), value.as_str())));
            }
            let kind = Kind::parse(value).filter(|_| facet == Facet::Kind);
            let name = kind.map_or_else(|| value.clone(), |kind| kind_name(kind).to_owned());
            let name = format!("{label}: {name}");
            let subject = format!("/zoeken{}", query(&parameters));
            found.push((facet.parameter(), name, *count, subject));
        }
    }
    found
}

/// The search that finds what concerns a subject; none for a single thing.
fn search_of(reader: &Reader, subject: &Subject) -> Result<Option<(Query, Filters)>, StoreError> {
    let page = match subject {
        Subject::Search(search) => return Ok(Some(*search.clone())),
        Subject::List(_) => return Ok(None),
        Subject::Page(page) => page,
    };
    let value = match entity_at(reader, page)? {
        Some(Entity::Persoon(it)) => (Facet::Persoon, Some(it.naam())),
        Some(Entity::Fractie(it)) => {
            let in_stukken = |afkorting: &String| in_stukken(reader, afkorting);
            (Facet::Fractie, it.afkorting.as_ref().map(in_stukken).transpose()?)
        }
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn course(counts: &[(Date, &str, u64)]) -> Course {
        let counts = counts.iter().map(|(day, kind, count)| ((*day, (*kind).to_owned()), *count));
        let period = (date(2024, 7, 4), date(2025, 7, 2));
        Course::of(period, &counts.collect(), Vec::new(), Vec::new())
    }

    #[test]
    fn mails_are_counted_for_each_way_of_being_told() {
        let it = course(&[
            (date(2025, 7, 2), "document", 30),
            (date(2025, 7, 2), "activiteit", 1),
            (date(2025, 6, 30), "document", 2),
            (date(2025, 6, 10), "document", 1),
            // Longer ago than four weeks.
            (date(2025, 6, 4), "document", 100),
        ]);
        assert_eq!(it.in_month(), 34);
        assert_eq!(it.mails(Frequency::AtOnce), 34);
        assert_eq!(it.mails(Frequency::Hourly), 24 + 2 + 1);
        assert_eq!(it.mails(Frequency::Daily { minute: 0 }), 3);
        assert_eq!(it.mails(Frequency::Weekly { weekday: 1, minute: 0 }), 2);
        assert_eq!(it.total, 134);
    }

    #[test]
    fn weeks_stand_in_order_with_their_kinds_on_top_of_each_other() {
        let it = course(&[
            (date(2025, 7, 2), "document", 3),
            (date(2025, 6, 26), "document", 4),
            (date(2025, 7, 1), "activiteit", 1),
            (date(2024, 7, 4), "activiteit", 1),
        ]);
        assert_eq!(it.bars.len(), 52);
        assert_eq!(it.kinds, [("document".to_owned(), 7), ("activiteit".to_owned(), 2)]);
        let last = it.bars.last().unwrap();
        assert_eq!(last.name, "week van 26 juni 2025: document 7, activiteit 1");
        let parts: Vec<_> =
            last.parts.iter().map(|part| (part.kind, part.y, part.height)).collect();
        assert_eq!(parts, [(0, 7, 49), (1, 0, 7)]);
        assert_eq!(it.bars[0].name, "week van 4 juli 2024: activiteit 1");
        assert_eq!(it.bars[1].name, "week van 11 juli 2024: niets");
    }

    #[test]
    fn of_many_kinds_the_fewest_are_taken_together() {
        let kinds = ["a", "b", "c", "d", "e"];
        let counts = (1..).zip(kinds).map(|(count, kind)| (date(2025, 7, 2), kind, count));
        let it = course(&counts.collect::<Vec<_>>());
        let named: Vec<_> = it.kinds.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(named, [("e", 5), ("d", 4), ("c", 3), ("iets anders", 3)]);
    }

    #[test]
    fn what_is_narrower_is_less_than_half_of_it() {
        let value = |filter, name: &str, count| (filter, name.to_owned(), count, "/x".to_owned());
        let values = vec![
            value("soort", "Motie", 90),
            value("soort", "Brief", 20),
            value("soort", "Verslag", 10),
            value("soort", "Lijst", 5),
            value("fractie", "SP", 30),
        ];
        let names: Vec<String> = narrower(values, 100).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["SP (30 per jaar)", "Brief (20 per jaar)", "Verslag (10 per jaar)"]);
    }
}
