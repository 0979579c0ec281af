//! Counters: what was done since the database was made, in numbers. They are kept here because the
//! processes that do the work are not always the one that is asked.

use rusqlite::{Connection, params};

use crate::read::rows;
use crate::{Reader, Result, Store};

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counter {
    /// Events held against all that is watched.
    EventsMatched,
    /// How long that took, in microseconds.
    MatchingMicroseconds,
    /// Mail that a server took on.
    MailAccepted,
    /// Attempts to send mail that are to be made again.
    MailDelayed,
    /// Mail that was given up.
    MailFailed,
    /// Deliveries that a webhook took on.
    WebhookAccepted,
    /// Attempts to deliver at a webhook that are to be made again.
    WebhookDelayed,
    /// Webhooks that refused for good, or for too long.
    WebhookFailed,
}

impl Counter {
    /// Its name in the database.
    const fn as_str(self) -> &'static str {
        match self {
            Self::EventsMatched => "events matched",
            Self::MatchingMicroseconds => "matching microseconds",
            Self::MailAccepted => "mail accepted",
            Self::MailDelayed => "mail delayed",
            Self::MailFailed => "mail failed",
            Self::WebhookAccepted => "webhook accepted",
            Self::WebhookDelayed => "webhook delayed",
            Self::WebhookFailed => "webhook failed",
        }
    }
}

/// Counts so many more.
pub(crate) fn count(connection: &Connection, counter: Counter, more: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO counter (name, value) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value",
        )?
        .execute(params![counter.as_str(), more])?;
    Ok(())
}

impl Store {
    /// Counts so many more.
    ///
    /// # Errors
    /// What the database reports.
    pub fn count(&self, more: &[(Counter, i64)]) -> Result<()> {
        self.at_once(|transaction| {
            more.iter().try_for_each(|(counter, more)| count(transaction, *counter, *more))
        })
    }
}

/// What the counters say.
#[derive(Debug, Clone, Default)]
pub struct Counters(Vec<(String, i64)>);

impl Counters {
    /// How much was counted.
    pub fn of(&self, counter: Counter) -> i64 {
        let found = self.0.iter().find(|(name, _)| name == counter.as_str());
        found.map_or(0, |(_, value)| *value)
    }
}

/// What all counters say.
///
/// # Errors
/// What the database reports.
pub fn counters(reader: &Reader) -> Result<Counters> {
    let sql = "SELECT name, value FROM counter";
    Ok(Counters(rows(reader, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?))
}
