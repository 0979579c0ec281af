//! Whether all is going as it should, for the operator's monitoring. Nothing here is about a person.

use jiff::Timestamp;
use model::Category;

use super::rows;
use crate::accounts::message::unreachable_since;
use crate::counter::{Counters, counters};
use crate::row::moment;
use crate::{Reader, Result, StoreError, changes};

/// When the end of a category's feed was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caught {
    /// The category.
    pub category: Category,
    /// By the machine's clock.
    pub at: Option<Timestamp>,
    /// Whether all that is older is here.
    pub is_complete: bool,
}

/// What is asked often, and costs little.
#[derive(Debug, Clone)]
pub struct Pulse {
    /// How far the feed of each category that was begun was followed.
    pub caught: Vec<Caught>,
    /// The number of the last change.
    pub last_change: i64,
    /// Since when something waits that nobody has tried to send.
    pub untried_since: Option<Timestamp>,
    /// Since when no mail server can be talked to, while there is mail to send.
    pub unreachable_since: Option<Timestamp>,
}

/// How all goes.
///
/// # Errors
/// What the database reports.
pub fn pulse(reader: &Reader) -> Result<Pulse> {
    let sql =
        "SELECT category, caught_up_at, complete_at IS NOT NULL FROM cursor ORDER BY category";
    let caught = rows(reader, sql, [], |row| {
        let category = Category::from_name(row.get_ref(0)?.as_str()?);
        Ok((category, moment(row, 1)?, row.get(2)?))
    })?;
    let caught = caught.into_iter().filter_map(|(category, at, is_complete)| {
        category.map(|category| Caught { category, at, is_complete })
    });
    let one = |sql: &str| Ok::<_, StoreError>(reader.query_row(sql, [], |row| moment(row, 0))?);
    let mail = one("SELECT MIN(next_try) FROM message \
                    WHERE state = 'queued' AND webhook IS NULL AND attempts = 0")?;
    let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE state = 'queued' AND webhook IS NULL)";
    let is_queued = reader.query_row(sql, [], |row| row.get(0))?;
    let notices =
        one("SELECT MIN(due_at) FROM notice WHERE told_at IS NULL AND due_at IS NOT NULL")?;
    Ok(Pulse {
        caught: caught.collect(),
        last_change: changes::last(reader)?,
        untried_since: [mail, notices].into_iter().flatten().min(),
        unreachable_since: if is_queued { unreachable_since(reader)? } else { None },
    })
}

/// Numbers for monitoring, as they are now.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// Accounts.
    pub accounts: i64,
    /// Accounts of which a mail server refuses the mail.
    pub accounts_refused: i64,
    /// Monitors that are not paused.
    pub monitors: i64,
    /// Webhooks.
    pub webhooks: i64,
    /// Webhooks that are not called any more.
    pub webhooks_refused: i64,
    /// Mail to be sent.
    pub mail_queued: i64,
    /// Since when the oldest of it waits.
    pub mail_oldest: Option<Timestamp>,
    /// Deliveries waiting for webhooks.
    pub deliveries_queued: i64,
    /// Since when the oldest of them waits.
    pub deliveries_oldest: Option<Timestamp>,
    /// Events that are to be held against what is watched.
    pub events_to_match: i64,
    /// Changes of which events were not made yet.
    pub changes_to_follow: i64,
    /// Files to be fetched.
    pub files_to_fetch: i64,
    /// Files to be read.
    pub files_to_read: i64,
    /// What was counted.
    pub counters: Counters,
}

/// Numbers for monitoring.
///
/// # Errors
/// What the database reports.
pub fn numbers(reader: &Reader) -> Result<Numbers> {
    let count = |sql: &str| Ok::<_, StoreError>(reader.query_row(sql, [], |row| row.get(0))?);
    let queued = |which: &str| {
        let sql = format!(
            "SELECT COUNT(*), MIN(created_at) FROM message WHERE state = 'queued' AND webhook {which}"
        );
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, moment(row, 1)?));
        Ok::<(i64, Option<Timestamp>), StoreError>(reader.query_row(&sql, [], read)?)
    };
    let (mail_queued, mail_oldest) = queued("IS NULL")?;
    let (deliveries_queued, deliveries_oldest) = queued("IS NOT NULL")?;
    let last = changes::last(reader)?;
    let followed = crate::watching::event::followed(reader)?;
    Ok(Numbers {
        accounts: count("SELECT COUNT(*) FROM account")?,
        accounts_refused: count("SELECT COUNT(*) FROM account WHERE refused_at IS NOT NULL")?,
        monitors: count("SELECT COUNT(*) FROM monitor WHERE NOT paused")?,
        webhooks: count("SELECT COUNT(*) FROM webhook")?,
        webhooks_refused: count("SELECT COUNT(*) FROM webhook WHERE refused_at IS NOT NULL")?,
        mail_queued,
        mail_oldest,
        deliveries_queued,
        deliveries_oldest,
        events_to_match: count("SELECT COUNT(*) FROM event WHERE to_match")?,
        changes_to_follow: last - followed.unwrap_or(last),
        files_to_fetch: count(
            "SELECT (SELECT COUNT(*) FROM file WHERE next_try = 0) \
                 + (SELECT COUNT(*) FROM file WHERE next_try > 0)",
        )?,
        files_to_read: count(
            "SELECT COUNT(*) FROM file WHERE sha256 IS NOT NULL AND read_by IS NULL",
        )?,
        counters: counters(reader)?,
    })
}
