//! How far everything has come.

use std::time::Duration;

use jiff::{Timestamp, civil};
use model::Category;
use rusqlite::OptionalExtension;

use super::rows;
use crate::row::moment;
use crate::{Reader, Result};

/// How far one category has come.
#[derive(Debug, Clone)]
pub struct CategoryStatus {
    /// The category.
    pub category: Category,
    /// Entities that are there.
    pub present: i64,
    /// Entities that were withdrawn.
    pub deleted: i64,
    /// When the source last published something of it that is here.
    pub newest: Option<Timestamp>,
    /// When the end of its feed was last seen, by the machine's clock.
    pub caught_up_at: Option<Timestamp>,
    /// When all that is older than the start of following was here.
    pub complete_at: Option<Timestamp>,
    /// What was published from this moment on is here, also before it is complete.
    pub since: Option<Timestamp>,
    /// How much of what is older is here, from 0 to 1, in the length of the source's sequence.
    pub filled: f64,
    /// How long filling up took until now, in milliseconds.
    pub filling_ms: i64,
    /// Why the feed cannot be read now.
    pub problem: Option<String>,
    /// When the source's sequence was seen to have begun anew.
    pub restarted_at: Option<Timestamp>,
}

impl CategoryStatus {
    /// How long filling up goes on, in milliseconds, if it goes on as it went; `None` while nothing
    /// can be said.
    fn remaining_ms(&self) -> Option<f64> {
        if self.complete_at.is_some() {
            return Some(0.0);
        }
        let spent = i32::try_from(self.filling_ms).map_or(f64::from(i32::MAX), f64::from);
        (self.filled > 0.0).then(|| spent * (1.0 - self.filled) / self.filled)
    }
}

/// How far filling up has come, over all categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backfill {
    /// Categories that are complete.
    pub complete: usize,
    /// Of the others, how much is here on average, from 0 to 1; 1 when there are no others.
    pub filled: f64,
    /// How long it goes on, if it goes on as it went with `parallel` categories at a time; `None`
    /// while nothing can be said.
    pub remaining: Option<Duration>,
}

/// How far filling up has come. A category that was not begun is taken to need as long as the others
/// do on average.
pub fn backfill(categories: &[CategoryStatus], parallel: u32) -> Backfill {
    let (complete, filling): (Vec<_>, Vec<_>) =
        categories.iter().partition(|line| line.complete_at.is_some());
    let count = |number: usize| u32::try_from(number).map_or(f64::from(u32::MAX), f64::from);
    if filling.is_empty() {
        return Backfill { complete: complete.len(), filled: 1.0, remaining: Some(Duration::ZERO) };
    }
    let known: Vec<f64> = filling.iter().filter_map(|line| line.remaining_ms()).collect();
    let whole: f64 = filling
        .iter()
        .filter_map(|line| Some(line.remaining_ms()? / (1.0 - line.filled).max(0.001)))
        .sum();
    let remaining = (!known.is_empty()).then(|| {
        let not_begun = count(filling.len() - known.len()) * whole / count(known.len());
        let milliseconds = (known.iter().sum::<f64>() + not_begun) / f64::from(parallel.max(1));
        Duration::try_from_secs_f64(milliseconds / 1_000.0).unwrap_or(Duration::MAX)
    });
    let filled = filling.iter().map(|line| line.filled).sum::<f64>() / count(filling.len());
    Backfill { complete: complete.len(), filled, remaining }
}

/// How long after its publication news was here: the steps in seconds, with how many entries.
///
/// # Errors
/// What the database reports.
pub fn freshness(reader: &Reader, day: civil::Date) -> Result<Vec<(i64, i64)>> {
    let sql =
        "SELECT within_seconds, entries FROM freshness WHERE day = ?1 ORDER BY within_seconds";
    rows(reader, sql, [day.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// How many files are where.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileStatus {
    /// In the file store.
    pub stored: i64,
    /// Their size in bytes.
    pub bytes: i64,
    /// Still to be fetched.
    pub waiting: i64,
    /// Not to be had at the source.
    pub given_up: i64,
    /// Here, and still to be read.
    pub to_read: i64,
    /// Read: their text is here.
    pub with_text: i64,
    /// Not readable.
    pub without_text: i64,
}

/// Why files could not be fetched or read, with how many.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The reason.
    pub what: String,
    /// How many files.
    pub count: i64,
}

/// How far each category has come.
///
/// # Errors
/// What the database reports.
pub fn categories(reader: &Reader) -> Result<Vec<CategoryStatus>> {
    let mut statuses = Vec::new();
    for category in Category::ALL.iter().copied() {
        let found = reader
            .prepare_cached(
                "SELECT present, deleted, newest, caught_up_at, complete_at, since, start, first, \
                     backfill, backfill_ms, problem, restarted_at \
                 FROM cursor WHERE category = ?1",
            )?
            .query_row([category.name()], |row| {
                Ok(CategoryStatus {
                    category,
                    present: row.get(0)?,
                    deleted: row.get(1)?,
                    newest: moment(row, 2)?,
                    caught_up_at: moment(row, 3)?,
                    complete_at: moment(row, 4)?,
                    since: moment(row, 5)?,
                    filled: part(row.get(7)?, row.get(8)?, row.get(6)?),
                    filling_ms: row.get(9)?,
                    problem: row.get(10)?,
                    restarted_at: moment(row, 11)?,
                })
            })
            .optional()?;
        statuses.push(found.unwrap_or(CategoryStatus {
            category,
            present: 0,
            deleted: 0,
            newest: None,
            caught_up_at: None,
            complete_at: None,
            since: None,
            filled: 0.0,
            filling_ms: 0,
            problem: None,
            restarted_at: None,
        }));
    }
    Ok(statuses)
}

/// How much of the way from `from` to `to` lies behind `at`, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "tokens are far below what a float holds exactly")]
fn part(from: i64, at: i64, to: i64) -> f64 {
    let (done, whole) = (at.saturating_sub(from), to.saturating_sub(from));
    if whole <= 0 { 0.0 } else { (done as f64 / whole as f64).clamp(0.0, 1.0) }
}

/// How many files are where.
///
/// # Errors
/// What the database reports.
pub fn files(reader: &Reader) -> Result<FileStatus> {
    let mut status = reader.query_row(
        "SELECT COUNT(sha256), COALESCE(SUM(size), 0), COUNT(next_try), \
             COALESCE(SUM(CASE WHEN next_try IS NULL AND problem IS NOT NULL THEN 1 ELSE 0 END), 0), \
             COALESCE(SUM(CASE WHEN sha256 IS NOT NULL AND read_by IS NULL THEN 1 ELSE 0 END), 0) \
         FROM file",
        [],
        |row| {
            Ok(FileStatus {
                stored: row.get(0)?,
                bytes: row.get(1)?,
                waiting: row.get(2)?,
                given_up: row.get(3)?,
                to_read: row.get(4)?,
                with_text: 0,
                without_text: 0,
            })
        },
    )?;
    // Those without are few, and have an index of their own.
    let count = |sql| reader.query_row(sql, [], |row| row.get::<_, i64>(0));
    status.without_text = count("SELECT COUNT(*) FROM content WHERE problem IS NOT NULL")?;
    status.with_text = count("SELECT COUNT(*) FROM content")? - status.without_text;
    Ok(status)
}

/// What stood in the feed and could not be read, how often.
///
/// # Errors
/// What the database reports.
pub fn oddities(reader: &Reader) -> Result<Vec<Problem>> {
    problems(
        reader,
        "SELECT what, COUNT(*) AS number FROM oddity GROUP BY what ORDER BY number DESC LIMIT 50",
    )
}

/// Why files could not be fetched, how often.
///
/// # Errors
/// What the database reports.
pub fn fetch_problems(reader: &Reader) -> Result<Vec<Problem>> {
    problems(
        reader,
        "SELECT CASE WHEN origin = 'publication' AND next_try IS NULL \
                 THEN 'officiële publicatie niet gevonden' ELSE problem END AS what, \
             COUNT(*) AS number \
         FROM file WHERE problem IS NOT NULL GROUP BY what ORDER BY number DESC LIMIT 20",
    )
}

/// Why files could not be read, how often.
///
/// # Errors
/// What the database reports.
pub fn extract_problems(reader: &Reader) -> Result<Vec<Problem>> {
    problems(
        reader,
        "SELECT problem, COUNT(*) AS number FROM content WHERE problem IS NOT NULL \
         GROUP BY problem ORDER BY number DESC LIMIT 500",
    )
}

fn problems(reader: &Reader, sql: &str) -> Result<Vec<Problem>> {
    rows(reader, sql, [], |row| Ok(Problem { what: row.get(0)?, count: row.get(1)? }))
}
