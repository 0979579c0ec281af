//! What every list has in common: filters that combine, counts per filter value, order and pages.
//!
//! A list is a [`Definition`] in a module of `lists`: where its things are, what it can be filtered on
//! and how it can be ordered, each as a piece of SQL. Here these pieces become statements. A value that
//! a reader chose is always a parameter, never a part of a statement.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{Timestamp, ToSpan, civil};
use model::Uuid;
use model::time::{in_amsterdam, start_of_day};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::rows;
use crate::changes;
use crate::row::{guid, uuid};
use crate::{Reader, Result};

/// The filter value that stands for things of which the filter's value is not known.
pub const UNKNOWN: &str = "onbekend";

/// The most values of one filter that are offered; those with the most things go first.
const MOST_VALUES: usize = 200;

/// A list that is this long is not counted further.
const MOST_COUNTED: i64 = 10_000;

/// The statements whose counts are remembered at once.
const MOST_REMEMBERED: usize = 500;

/// The longest period over which a list of many years is counted per filter value.
const COUNTED_DAYS: i64 = 400;

/// Milliseconds from 1970 to beyond every moment of parliament.
const FAR: i64 = 1 << 52;

/// Where the things of a list are, what they can be filtered on and how they can be ordered.
///
/// Tables are joined with `CROSS JOIN` and conditions, from the few rows to what belongs to them: SQLite
/// keeps to that order, and would else at times begin with the largest table.
///
/// In its SQL `{today}` stands for the moment at which today begins, `{from}` and `{before}` for the
/// bounds of the period, all in milliseconds; `{day}` for today as a day.
#[derive(Debug)]
pub struct Definition {
    /// What follows `FROM`.
    pub(crate) from: &'static str,
    /// The GUID of a thing: each has one row.
    pub(crate) id: &'static str,
    /// What holds for all things of the list.
    pub(crate) always: &'static str,
    /// The moment or day by which the period is measured.
    pub(crate) period: Option<Period>,
    /// Whether there are so many over the years that they are counted only within a period.
    pub(crate) is_long: bool,
    /// The text in which words are looked for.
    pub(crate) words: Option<&'static str>,
    /// What the list can be filtered on.
    pub filters: &'static [Filter],
    /// How the list can be ordered; the first holds if none is chosen.
    pub orders: &'static [Order],
}

/// What a period is measured by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Period {
    /// A column with a moment.
    Moment(&'static str),
    /// A column with a day.
    Day(&'static str),
    /// The definition's `from` measures by itself, with `{from}` and `{before}`.
    Within,
}

/// Something that a list can be filtered on.
#[derive(Debug)]
pub struct Filter {
    /// Its name in addresses: `fractie`.
    pub name: &'static str,
    /// The tables with its values, and how their rows belong to a thing, where a thing can have
    /// several; none for a column of the list's own.
    pub(crate) source: Option<(&'static str, &'static str)>,
    /// The value.
    pub(crate) value: &'static str,
    /// How the value is called, where that is something else.
    pub(crate) label: Option<&'static str>,
    /// How it is called that a thing has no value, where that can be asked for: see [`UNKNOWN`].
    pub(crate) unknown: Option<&'static str>,
    /// Whether its values are offered, each with how many have it. There may be too many of them.
    pub(crate) is_offered: bool,
}

impl Filter {
    /// A filter on a column of the list's own.
    pub(crate) const fn own(name: &'static str, value: &'static str) -> Self {
        Self { name, source: None, value, label: None, unknown: None, is_offered: true }
    }

    /// A filter on a column of other tables.
    pub(crate) const fn on(
        name: &'static str,
        tables: &'static str,
        on: &'static str,
        value: &'static str,
    ) -> Self {
        let source = Some((tables, on));
        Self { name, source, value, label: None, unknown: None, is_offered: true }
    }

    /// With names for its values.
    pub(crate) const fn labelled(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// With a name for having no value.
    pub(crate) const fn or_unknown(mut self, name: &'static str) -> Self {
        self.unknown = Some(name);
        self
    }

    /// Of which the values are not offered: links lead to it.
    pub(crate) const fn not_offered(mut self) -> Self {
        self.is_offered = false;
        self
    }

    /// What holds for the things that have the value of a parameter, or no value.
    fn condition(&self, value: Option<usize>) -> String {
        let column = self.value;
        match (self.source, value) {
            (None, Some(place)) => format!("{column} = ?{place}"),
            (None, None) => format!("{column} IS NULL"),
            (Some((table, on)), Some(place)) => {
                format!("EXISTS (SELECT 1 FROM {table} WHERE {on} AND {column} = ?{place})")
            }
            (Some((table, on)), None) => {
                format!("NOT EXISTS (SELECT 1 FROM {table} WHERE {on} AND {column} IS NOT NULL)")
            }
        }
    }
}

/// A way to order a list.
#[derive(Debug)]
pub struct Order {
    /// Its name in addresses: `nieuw`.
    pub name: &'static str,
    /// What follows `ORDER BY`.
    pub(crate) sql: &'static str,
}

/// What a reader asks of a list.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The first day of the period.
    pub from: Option<civil::Date>,
    /// The last day of the period.
    pub until: Option<civil::Date>,
    /// The filters chosen, by name, with the value chosen of each. Names that the list does not have
    /// are passed over.
    pub filters: Vec<(&'static str, String)>,
    /// Words that must occur.
    pub words: Vec<String>,
    /// The name of the order; the first of the list if there is none with this name.
    pub order: &'static str,
    /// How many rows to pass over.
    pub offset: i64,
    /// How many rows to give.
    pub limit: i64,
    /// Whether to count per filter value.
    pub counted: bool,
    /// Today in the House.
    pub today: civil::Date,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed<R> {
    /// The things on the page.
    pub rows: Vec<R>,
    /// How many there are on all pages.
    pub total: i64,
    /// Whether there may be more than `total`: long lists are counted so far and no further.
    pub is_at_least: bool,
    /// Per filter its values, counted with the other filters applied. Empty if they were not counted.
    pub counts: Vec<FilterCounts>,
}

/// The values of a filter with their numbers of things.
#[derive(Debug, Clone)]
pub struct FilterCounts {
    /// The filter's name.
    pub filter: &'static str,
    /// Its values, by what they are called.
    pub values: Vec<ValueCount>,
}

/// A value of a filter with its number of things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value, as it stands in addresses.
    pub value: String,
    /// How it is called.
    pub label: String,
    /// How many things have it.
    pub count: i64,
}

impl<R> Listed<R> {
    /// The same page, of other rows.
    pub fn map<S>(self, change: impl FnMut(R) -> S) -> Listed<S> {
        Listed {
            rows: self.rows.into_iter().map(change).collect(),
            total: self.total,
            is_at_least: self.is_at_least,
            counts: self.counts,
        }
    }
}

/// A page of a list, each of its things read by `read`.
pub(crate) fn page<R>(
    reader: &Reader,
    definition: &Definition,
    asked: &Asked,
    mut read: impl FnMut(&Connection, Uuid) -> Result<Option<R>>,
) -> Result<Listed<R>> {
    let connection: &Connection = reader;
    let Definition { from, id, orders, .. } = definition;
    let mut all = Conditions::of(definition, asked, None);
    let order = orders.iter().find(|order| order.name == asked.order).or(orders.first());
    let order = order.map_or(*id, |order| order.sql);
    let counted = format!("SELECT 1 FROM {from} WHERE {}", all.sql());
    let most = if definition.is_long { format!(" LIMIT {MOST_COUNTED}") } else { String::new() };
    let total =
        number(reader, &format!("SELECT NULL, NULL, COUNT(*) FROM ({counted}{most})"), &all)?;

    let (limit, offset) = (all.add(asked.limit), all.add(asked.offset));
    let ids = format!(
        "SELECT {id} FROM {from} WHERE {} ORDER BY {order}, {id} LIMIT ?{limit} OFFSET ?{offset}",
        all.sql()
    );
    let ids = rows(connection, &all.filled(&ids), all.parameters(), |row| uuid(row, 0))?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(read(connection, id)?);
    }
    let counts = if asked.counted && can_be_counted(definition, asked) {
        let filters = definition.filters.iter().filter(|filter| filter.is_offered);
        filters.map(|filter| counts(reader, definition, asked, filter)).collect::<Result<_>>()?
    } else {
        Vec::new()
    };
    let is_at_least = definition.is_long && total >= MOST_COUNTED;
    Ok(Listed { rows: found, total, is_at_least, counts })
}

/// What a thing of a list has of what the list can be filtered on.
#[derive(Debug, Clone)]
pub struct Traits {
    /// Its values per filter.
    values: Vec<(&'static Filter, Vec<String>)>,
    /// The text in which words are looked for, in lower case; none if the list has no such text.
    words: Option<String>,
}

impl Traits {
    /// Whether the list shows the thing with these values chosen and these words asked for. Names that the
    /// list does not have are passed over.
    pub fn have(&self, filters: &[(String, String)], words: &[String]) -> bool {
        let has_values = filters.iter().all(|(name, wanted)| {
            let known = self.values.iter().find(|(filter, _)| filter.name == name);
            known.is_none_or(|(filter, values)| match filter.unknown {
                Some(_) if wanted == UNKNOWN => values.is_empty(),
                _ => values.contains(wanted),
            })
        });
        let has_words = self.words.as_ref().is_none_or(|text| {
            // As the engine does it: only letters without accents are the same in both cases.
            words.iter().all(|word| text.contains(&word.to_ascii_lowercase()))
        });
        has_values && has_words
    }
}

/// What a thing has of what a list can be filtered on; none if it is not in the list. `today` is today in
/// the House.
pub(crate) fn traits(
    reader: &Reader,
    definition: &'static Definition,
    thing: Uuid,
    today: civil::Date,
) -> Result<Option<Traits>> {
    let asked = Asked {
        from: None,
        until: None,
        filters: Vec::new(),
        words: Vec::new(),
        order: "",
        offset: 0,
        limit: 1,
        counted: false,
        today,
    };
    let mut all = Conditions::of(definition, &asked, None);
    let place = all.add(guid(thing).to_vec());
    let Definition { from, id, filters, words, .. } = definition;
    let condition = format!("{id} = ?{place} AND {}", all.sql());
    let text = words.unwrap_or("''");
    let sql = all.filled(&format!("SELECT {text} FROM {from} WHERE {condition} LIMIT 1"));
    let text: Vec<Option<String>> = rows(reader, &sql, all.parameters(), |row| row.get(0))?;
    let Some(text) = text.into_iter().next() else { return Ok(None) };
    let mut values = Vec::with_capacity(filters.len());
    for filter in *filters {
        let (tables, on) = match filter.source {
            Some((tables, on)) => (format!(" CROSS JOIN {tables}"), format!(" AND {on}")),
            None => Default::default(),
        };
        let value = filter.value;
        let sql = format!(
            "SELECT DISTINCT {value} FROM {from}{tables} WHERE {condition}{on} AND {value} IS NOT NULL"
        );
        values.push((filter, rows(reader, &all.filled(&sql), all.parameters(), |row| row.get(0))?));
    }
    let words = words.map(|_| text.unwrap_or_default().to_ascii_lowercase());
    Ok(Some(Traits { values, words }))
}

/// How many things came into a list on each day of the period that is asked for, by the value of its filter
/// `soort`; empty where it has none. None for a list whose things have no day.
pub(crate) fn course(
    reader: &Reader,
    definition: &Definition,
    asked: &Asked,
) -> Result<Option<BTreeMap<(civil::Date, String), u64>>> {
    let column = match definition.period {
        Some(Period::Moment(column) | Period::Day(column)) => column,
        Some(Period::Within) | None => return Ok(None),
    };
    let soort = definition.filters.iter().find(|it| it.name == "soort" && it.source.is_none());
    let soort = soort.map_or("''", |filter| filter.value);
    let all = Conditions::of(definition, asked, None);
    let sql = format!(
        "SELECT {column}, COALESCE({soort}, ''), COUNT(*) FROM {} WHERE {} AND {column} IS NOT NULL \
         GROUP BY 1, 2",
        definition.from,
        all.sql()
    );
    let found = rows(reader, &all.filled(&sql), all.parameters(), |row| {
        let day = match row.get_ref(0)? {
            ValueRef::Integer(moment) => Timestamp::from_millisecond(moment).ok(),
            other => {
                let day = other.as_str().ok().and_then(|day| day.get(..10)?.parse().ok());
                day.and_then(start_of_day)
            }
        };
        Ok((day, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    let mut course = BTreeMap::new();
    for (moment, soort, count) in found {
        let Some(moment) = moment else { continue };
        let day = in_amsterdam(moment).date();
        *course.entry((day, soort)).or_default() += u64::try_from(count).unwrap_or_default();
    }
    Ok(Some(course))
}

/// Of each thing that is asked for, in no order, what `columns` select.
pub(crate) fn scan<R>(
    reader: &Reader,
    definition: &Definition,
    asked: &Asked,
    columns: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<R>,
) -> Result<Vec<R>> {
    let all = Conditions::of(definition, asked, None);
    let sql = format!("SELECT {columns} FROM {} WHERE {}", definition.from, all.sql());
    rows(reader, &all.filled(&sql), all.parameters(), read)
}

/// For each value of a filter, the one with the most first: how many of the things that are asked for
/// have it, and for how many of these each of the conditions holds.
pub(crate) fn split(
    reader: &Reader,
    definition: &Definition,
    asked: &Asked,
    filter: &Filter,
    conditions: &[&str],
) -> Result<Vec<(ValueCount, Vec<i64>)>> {
    let all = Conditions::of(definition, asked, Some(filter.name));
    let sql = grouped(definition, filter, conditions, &all);
    let lines = counted(reader, &sql, &all)?;
    let mut lines: Vec<_> = lines
        .iter()
        .map(|line| (line.value(), line.counts.get(1..).unwrap_or_default().to_vec()))
        .collect();
    lines.sort_by(|(a, _), (b, _)| (b.count, &a.label).cmp(&(a.count, &b.label)));
    Ok(lines)
}

/// Of a long list a year can be counted while the reader waits, and not all years.
fn can_be_counted(definition: &Definition, asked: &Asked) -> bool {
    if !definition.is_long {
        return true;
    }
    let until = asked.until.unwrap_or(asked.today);
    asked.from.is_some_and(|from| {
        until.checked_sub(COUNTED_DAYS.days()).is_ok_and(|earliest| from >= earliest)
    })
}

fn counts(
    reader: &Reader,
    definition: &Definition,
    asked: &Asked,
    filter: &Filter,
) -> Result<FilterCounts> {
    let others = Conditions::of(definition, asked, Some(filter.name));
    let sql = grouped(definition, filter, &[], &others);
    let lines = counted(reader, &sql, &others)?;
    let mut values: Vec<ValueCount> = lines.iter().map(CountLine::value).collect();
    values.retain(|value| !value.value.is_empty());
    values.sort_by_key(|value| std::cmp::Reverse(value.count));
    values.truncate(MOST_VALUES);
    values.sort_by_cached_key(|value| (value.label.to_lowercase(), value.value.clone()));
    if let Some(unknown) = filter.unknown {
        let sql = format!(
            "SELECT NULL, NULL, COUNT(*) FROM {} WHERE {} AND {}",
            definition.from,
            others.sql(),
            filter.condition(None)
        );
        let count = number(reader, &sql, &others)?;
        if count > 0 {
            values.push(ValueCount { value: UNKNOWN.into(), label: unknown.into(), count });
        }
    }
    Ok(FilterCounts { filter: filter.name, values })
}

/// Counts of lists, by the statement that made them and its parameters, as long as nothing changes: many
/// readers ask for the same list, and to count it takes longer than to read a page of it.
#[derive(Default)]
pub(crate) struct Remembered {
    /// The last change that is counted in.
    change: i64,
    lines: HashMap<String, Arc<Vec<CountLine>>>,
}

/// What a statement that counts gives of a value: how many things have it, and of how many of these further
/// conditions hold.
struct CountLine {
    value: Option<String>,
    label: Option<String>,
    counts: Vec<i64>,
}

impl CountLine {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let columns = row.as_ref().column_count();
        let counts = (2..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        Ok(Self { value: row.get(0)?, label: row.get(1)?, counts })
    }

    fn value(&self) -> ValueCount {
        let value = self.value.clone().unwrap_or_default();
        ValueCount {
            label: self.label.clone().unwrap_or_else(|| value.clone()),
            value,
            count: self.counts.first().copied().unwrap_or_default(),
        }
    }
}

/// The lines of a statement that counts: a value, what it is called, and counts.
fn counted(reader: &Reader, sql: &str, conditions: &Conditions) -> Result<Arc<Vec<CountLine>>> {
    let sql = conditions.filled(sql);
    let key = format!("{sql} {:?}", conditions.parameters);
    let change = changes::last(reader)?;
    {
        let mut remembered = reader.store().counts();
        if remembered.change < change {
            *remembered = Remembered { change, lines: HashMap::new() };
        }
        // A reader that looks at an earlier moment counts for itself.
        if let Some(lines) = remembered.lines.get(&key).filter(|_| remembered.change == change) {
            return Ok(Arc::clone(lines));
        }
    }
    let lines = Arc::new(rows(reader, &sql, conditions.parameters(), CountLine::read)?);
    let mut remembered = reader.store().counts();
    if remembered.change == change && remembered.lines.len() < MOST_REMEMBERED {
        remembered.lines.insert(key, Arc::clone(&lines));
    }
    Ok(lines)
}

/// The one number that a statement of one line counts.
fn number(reader: &Reader, sql: &str, conditions: &Conditions) -> Result<i64> {
    let lines = counted(reader, sql, conditions)?;
    Ok(lines.first().and_then(|line| line.counts.first()).copied().unwrap_or_default())
}

/// Per value: the value, its label, how many things have it, and for how many of these each of the
/// further conditions holds. A thing counts once per value, also if several of its rows in the filter's
/// table have that value.
fn grouped(
    definition: &Definition,
    filter: &Filter,
    further: &[&str],
    conditions: &Conditions,
) -> String {
    let Definition { from, id, .. } = definition;
    let value = filter.value;
    let label = filter.label.unwrap_or("NULL");
    let (tables, on) = match filter.source {
        Some((tables, on)) => (format!(" CROSS JOIN {tables}"), format!("{on} AND ")),
        None => Default::default(),
    };
    let counts: String = further
        .iter()
        .map(|condition| format!(", COUNT(DISTINCT CASE WHEN {condition} THEN {id} END)"))
        .collect();
    // Without other tables each thing has one row, and need not be told apart from itself.
    let count = if tables.is_empty() { "*".to_owned() } else { format!("DISTINCT {id}") };
    let conditions = conditions.sql();
    // Not a bare column behind GROUP BY: an index on it would lead along all there is, not the period.
    format!(
        "SELECT COALESCE({value}, NULL), MAX({label}), COUNT({count}){counts} FROM {from}{tables} \
         WHERE {on}{conditions} AND {value} IS NOT NULL GROUP BY 1"
    )
}

/// What holds for the things that are asked for, with its parameters.
struct Conditions {
    conditions: Vec<String>,
    parameters: Vec<Sql>,
    /// Beginning of today, and the bounds of the period.
    moments: [i64; 3],
    today: civil::Date,
}

impl Conditions {
    /// Without the filter of this name, for its own counts.
    fn of(definition: &Definition, asked: &Asked, without: Option<&str>) -> Self {
        let from = asked.from.map(start);
        let before = asked.until.and_then(|day| day.checked_add(1.day()).ok()).map(start);
        let mut conditions = Self {
            conditions: vec![definition.always.to_owned()],
            parameters: Vec::new(),
            moments: [start(asked.today), from.unwrap_or(-FAR), before.unwrap_or(FAR)],
            today: asked.today,
        };
        conditions.within(definition.period, asked, from, before);
        for (name, value) in &asked.filters {
            let known = definition.filters.iter().find(|filter| filter.name == *name);
            let Some(filter) = known.filter(|_| without != Some(name)) else { continue };
            let place = (!(filter.unknown.is_some() && value == UNKNOWN))
                .then(|| conditions.add(value.clone()));
            conditions.conditions.push(filter.condition(place));
        }
        if let Some(text) = definition.words {
            for word in &asked.words {
                // As the engine does it: only letters without accents are the same in both cases.
                let escaped = word.to_ascii_lowercase().replace('\\', "\\\\");
                let escaped = escaped.replace('%', "\\%").replace('_', "\\_");
                let place = conditions.add(format!("%{escaped}%"));
                conditions.conditions.push(format!("lower({text}) LIKE ?{place} ESCAPE '\\'"));
            }
        }
        conditions
    }

    fn within(
        &mut self,
        period: Option<Period>,
        asked: &Asked,
        from: Option<i64>,
        before: Option<i64>,
    ) {
        match period {
            Some(Period::Moment(column)) => {
                for (bound, sign) in [(from, ">="), (before, "<")] {
                    if let Some(bound) = bound {
                        let place = self.add(bound);
                        self.conditions.push(format!("{column} {sign} ?{place}"));
                    }
                }
            }
            Some(Period::Day(column)) => {
                for (bound, sign) in [(asked.from, ">="), (asked.until, "<=")] {
                    if let Some(bound) = bound {
                        let place = self.add(bound.to_string());
                        self.conditions.push(format!("{column} {sign} ?{place}"));
                    }
                }
            }
            Some(Period::Within) | None => {}
        }
    }

    /// Adds a parameter, and gives its number.
    fn add(&mut self, value: impl Into<Sql>) -> usize {
        self.parameters.push(value.into());
        self.parameters.len()
    }

    fn sql(&self) -> String {
        self.conditions.join(" AND ")
    }

    fn parameters(&self) -> impl rusqlite::Params {
        params_from_iter(self.parameters.clone())
    }

    /// A statement with its moments filled in.
    fn filled(&self, sql: &str) -> String {
        let [today, from, before] = self.moments;
        sql.replace("{today}", &today.to_string())
            .replace("{from}", &from.to_string())
            .replace("{before}", &before.to_string())
            .replace("{day}", &format!("'{}'", self.today))
    }
}

/// When the content of an entity last became another, by the source's clock: what feeds and calendars
/// call updated. Publishing the same content again does not count.
pub(crate) fn changed(connection: &Connection, id: Uuid) -> Result<Timestamp> {
    let sql = "SELECT COALESCE(changed, updated, bijgewerkt, 0) FROM entity WHERE id = ?1";
    let found: Vec<i64> = rows(connection, sql, [guid(id)], |row| row.get(0))?;
    let found = found.first().copied().unwrap_or_default();
    Ok(Timestamp::from_millisecond(found).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// The beginning of a day, in milliseconds.
pub(crate) fn start(day: civil::Date) -> i64 {
    start_of_day(day).map(Timestamp::as_millisecond).unwrap_or_default()
}
