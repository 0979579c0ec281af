//! How far everything has come.

use jiff::Timestamp;
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
                "SELECT present, deleted, newest, caught_up_at FROM cursor WHERE category = ?1",
            )?
            .query_row([category.name()], |row| {
                Ok(CategoryStatus {
                    category,
                    present: row.get(0)?,
                    deleted: row.get(1)?,
                    newest: moment(row, 2)?,
                    caught_up_at: moment(row, 3)?,
                })
            })
            .optional()?;
        statuses.push(found.unwrap_or(CategoryStatus {
            category,
            present: 0,
            deleted: 0,
            newest: None,
            caught_up_at: None,
        }));
    }
    Ok(statuses)
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
