//! Monitors: what somebody watches, and how they want to be told.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::event::{COLUMNS as EVENT_COLUMNS, Event, EventKind};
use crate::accounts::Hash;
use crate::read::rows;
use crate::row::moment;
use crate::{Reader, Result, Store};

/// The most monitors of one account.
pub const MOST: i64 = 500;
/// The most topics that one monitor passes over; beyond, the first muted is told of again.
pub const MOST_MUTED: usize = 200;

/// The way in which somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By mail.
    Mail,
    /// Not at all: it stands in the monitor's feed and calendar.
    Feed,
    /// At the webhook with this number.
    Webhook(i64),
}

/// How the names of webhooks among the channels begin.
const WEBHOOK: &str = "webhook-";

impl Channel {
    /// The channel with this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "mail" => Some(Self::Mail),
            "feed" => Some(Self::Feed),
            other => other.strip_prefix(WEBHOOK)?.parse().ok().map(Self::Webhook),
        }
    }
}

impl fmt::Display for Channel {
    /// As it is stored and as forms name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail => f.write_str("mail"),
            Self::Feed => f.write_str("feed"),
            Self::Webhook(number) => write!(f, "{WEBHOOK}{number}"),
        }
    }
}

/// How often somebody is told. Minutes are of the day in Amsterdam.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// As soon as it is known.
    AtOnce,
    /// Once an hour, if there is something to tell.
    Hourly,
    /// Once a day.
    Daily {
        /// At this minute.
        minute: i64,
    },
    /// Once a week.
    Weekly {
        /// On this day; 1 is Monday.
        weekday: i64,
        /// At this minute.
        minute: i64,
    },
}

impl Frequency {
    /// As it is stored and as forms name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "once",
            Self::Hourly => "hourly",
            Self::Daily { .. } => "daily",
            Self::Weekly { .. } => "weekly",
        }
    }

    /// The frequency with this name, and these times where it has any.
    pub fn parse(name: &str, weekday: i64, minute: i64) -> Option<Self> {
        let minute = minute.clamp(0, 24 * 60 - 1);
        match name {
            "once" => Some(Self::AtOnce),
            "hourly" => Some(Self::Hourly),
            "daily" => Some(Self::Daily { minute }),
            "weekly" => Some(Self::Weekly { weekday: weekday.clamp(1, 7), minute }),
            _ => None,
        }
    }

    const fn minute(self) -> i64 {
        match self {
            Self::Daily { minute } | Self::Weekly { minute, .. } => minute,
            Self::AtOnce | Self::Hourly => 0,
        }
    }

    const fn weekday(self) -> i64 {
        match self {
            Self::Weekly { weekday, .. } => weekday,
            _ => 1,
        }
    }
}

/// What is chosen for a monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// What it is called.
    pub name: String,
    /// The kinds of event that it tells; all if it is empty.
    pub kinds: Vec<EventKind>,
    /// The way in which its owner is told.
    pub channel: Channel,
    /// How often.
    pub frequency: Frequency,
    /// From which minute of the day to which nothing is sent; it may go past midnight.
    pub quiet: Option<(i64, i64)>,
    /// Topics that it passes over.
    pub muted: Vec<String>,
    /// Whether it does nothing for now.
    pub paused: bool,
}

/// A monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub account: i64,
    /// What it watches: the address of a page, a list or a search of the site.
    pub subject: String,
    /// What its owner chose.
    pub choices: Choices,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

const COLUMNS: &str = "monitor.id, monitor.account, monitor.subject, monitor.name, monitor.kinds, \
     monitor.channel, monitor.frequency, monitor.weekday, monitor.minute, monitor.quiet_from, \
     monitor.quiet_until, monitor.muted, monitor.paused, monitor.created_at";

impl Monitor {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kinds: String = row.get(4)?;
        let frequency = Frequency::parse(row.get_ref(6)?.as_str()?, row.get(7)?, row.get(8)?);
        let quiet: (Option<i64>, Option<i64>) = (row.get(9)?, row.get(10)?);
        let muted: String = row.get(11)?;
        Ok(Self {
            id: row.get(0)?,
            account: row.get(1)?,
            subject: row.get(2)?,
            choices: Choices {
                name: row.get(3)?,
                kinds: kinds.split(',').filter_map(EventKind::parse).collect(),
                channel: Channel::parse(row.get_ref(5)?.as_str()?).unwrap_or(Channel::Feed),
                frequency: frequency.unwrap_or(Frequency::AtOnce),
                quiet: quiet.0.zip(quiet.1),
                muted: muted.lines().map(String::from).collect(),
                paused: row.get(12)?,
            },
            created_at: moment(row, 13)?,
        })
    }
}

/// The name in `meta` of the number that goes up with every change of a monitor.
const VERSION: &str = "monitors";

fn changed(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute(
        "INSERT INTO meta (key, value) VALUES (?1, '1') ON CONFLICT (key) DO UPDATE \
         SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)",
        [VERSION],
    )?;
    Ok(())
}

impl Store {
    /// Makes a monitor and gives its number; none if the account has as many as it may have. One on the
    /// same subject is given instead of a second.
    ///
    /// # Errors
    /// What the database reports.
    pub fn make_monitor(
        &self,
        account: i64,
        subject: &str,
        choices: &Choices,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        self.at_once(|transaction| {
            let known = transaction
                .query_row(
                    "SELECT id FROM monitor WHERE account = ?1 AND subject = ?2",
                    params![account, subject],
                    |row| row.get(0),
                )
                .optional()?;
            if known.is_some() {
                return Ok(known);
            }
            let sql = "SELECT COUNT(*) FROM monitor WHERE account = ?1";
            let there: i64 = transaction.query_row(sql, [account], |row| row.get(0))?;
            if there >= MOST {
                return Ok(None);
            }
            transaction.execute(
                "INSERT INTO monitor (account, subject, name, kinds, channel, frequency, minute, \
                     weekday, muted, paused, created_at) \
                 VALUES (?1, ?2, '', '', '', '', 0, 1, '', FALSE, ?3)",
                params![account, subject, now.as_millisecond()],
            )?;
            let id = transaction.last_insert_rowid();
            choose(transaction, account, id, choices)?;
            Ok(Some(id))
        })
    }

    /// Changes what was chosen for a monitor of an account. A webhook that is not the account's is not
    /// called: it tells in its feed then.
    ///
    /// # Errors
    /// What the database reports.
    pub fn change_monitor(&self, account: i64, monitor: i64, choices: &Choices) -> Result<()> {
        self.at_once(|transaction| choose(transaction, account, monitor, choices))
    }

    /// Removes a monitor of an account, with what it still had to tell.
    ///
    /// # Errors
    /// What the database reports.
    pub fn delete_monitor(&self, account: i64, monitor: i64) -> Result<()> {
        self.at_once(|transaction| {
            let sql = "DELETE FROM monitor WHERE account = ?1 AND id = ?2";
            if transaction.execute(sql, [account, monitor])? == 1 {
                transaction.execute("DELETE FROM private_feed WHERE monitor = ?1", [monitor])?;
                transaction.execute("DELETE FROM notice_monitor WHERE monitor = ?1", [monitor])?;
                forget_unnamed(transaction, account)?;
                changed(transaction)?;
            }
            Ok(())
        })
    }

    /// Stops a monitor of an account for now, or lets it go on. What is due while it is stopped is not
    /// told.
    ///
    /// # Errors
    /// What the database reports.
    pub fn pause_monitor(&self, account: i64, monitor: i64, paused: bool) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute(
                "UPDATE monitor SET paused = ?3 WHERE account = ?1 AND id = ?2",
                params![account, monitor, paused],
            )?;
            changed(transaction)
        })
    }

    /// Has a monitor of an account pass over what concerns the page at an address, or tell of it again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn mute_topic(&self, account: i64, monitor: i64, topic: &str, muted: bool) -> Result<()> {
        self.at_once(|transaction| {
            let sql = "SELECT muted FROM monitor WHERE account = ?1 AND id = ?2";
            let known: Option<String> =
                transaction.query_row(sql, [account, monitor], |row| row.get(0)).optional()?;
            let Some(known) = known else { return Ok(()) };
            let mut topics: Vec<&str> = known.lines().filter(|known| *known != topic).collect();
            if muted {
                topics.push(topic);
            }
            let too_many = topics.len().saturating_sub(MOST_MUTED);
            let topics = topics.split_off(too_many).join("\n");
            transaction.execute(
                "UPDATE monitor SET muted = ?3 WHERE account = ?1 AND id = ?2",
                params![account, monitor, topics],
            )?;
            changed(transaction)
        })
    }

    /// Gives the account, or one of its monitors, a new private address with this token, or none; the one
    /// that it had is gone.
    ///
    /// # Errors
    /// What the database reports.
    pub fn set_private_feed(
        &self,
        account: i64,
        monitor: Option<i64>,
        token: Option<Hash>,
        now: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute(
                "DELETE FROM private_feed WHERE account = ?1 \
                 AND (monitor = ?2 OR (monitor IS NULL AND ?2 IS NULL))",
                params![account, monitor],
            )?;
            if let Some(token) = token {
                transaction.execute(
                    "INSERT INTO private_feed (token, account, monitor, created_at) \
                     SELECT ?1, ?2, ?3, ?4 WHERE ?3 IS NULL \
                         OR EXISTS (SELECT 1 FROM monitor WHERE id = ?3 AND account = ?2)",
                    params![token, account, monitor, now.as_millisecond()],
                )?;
            }
            Ok(())
        })
    }
}

/// Removes what an account has of monitors and notices.
pub(crate) fn delete_all(transaction: &Transaction<'_>, account: i64) -> Result<()> {
    transaction.execute(
        "DELETE FROM notice_monitor WHERE notice IN (SELECT id FROM notice WHERE account = ?1)",
        [account],
    )?;
    for table in ["notice", "private_feed", "monitor"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE account = ?1"), [account])?;
    }
    changed(transaction)
}

/// Removes the notices of an account that no monitor of it is named in any more.
fn forget_unnamed(transaction: &Transaction<'_>, account: i64) -> Result<()> {
    transaction.execute(
        "DELETE FROM notice WHERE account = ?1 \
         AND NOT EXISTS (SELECT 1 FROM notice_monitor WHERE notice = notice.id)",
        [account],
    )?;
    Ok(())
}

fn choose(
    transaction: &Transaction<'_>,
    account: i64,
    monitor: i64,
    choices: &Choices,
) -> Result<()> {
    let kinds: Vec<&str> = choices.kinds.iter().map(|kind| kind.as_str()).collect();
    let is_own = match choices.channel {
        Channel::Webhook(webhook) => {
            let sql = "SELECT COUNT(*) FROM webhook WHERE account = ?1 AND id = ?2";
            transaction.query_row(sql, [account, webhook], |row| row.get::<_, i64>(0))? == 1
        }
        Channel::Mail | Channel::Feed => true,
    };
    let channel = if is_own { choices.channel } else { Channel::Feed };
    transaction.execute(
        "UPDATE monitor SET name = ?3, kinds = ?4, channel = ?5, frequency = ?6, minute = ?7, \
             weekday = ?8, quiet_from = ?9, quiet_until = ?10, muted = ?11, paused = ?12 \
         WHERE account = ?1 AND id = ?2",
        params![
            account,
            monitor,
            choices.name,
            kinds.join(","),
            channel.to_string(),
            choices.frequency.as_str(),
            choices.frequency.minute(),
            choices.frequency.weekday(),
            choices.quiet.map(|quiet| quiet.0),
            choices.quiet.map(|quiet| quiet.1),
            choices.muted.join("\n"),
            choices.paused,
        ],
    )?;
    changed(transaction)
}

/// Has all monitors that tell by one channel tell by another.
pub(crate) fn change_channel(
    transaction: &Transaction<'_>,
    from: Channel,
    to: Channel,
) -> Result<()> {
    transaction.execute(
        "UPDATE monitor SET channel = ?2 WHERE channel = ?1",
        [from.to_string(), to.to_string()],
    )?;
    changed(transaction)
}

/// A number that goes up with every change of a monitor.
///
/// # Errors
/// What the database reports.
pub fn version(reader: &Reader) -> Result<i64> {
    let sql = "SELECT CAST(value AS BIGINT) FROM meta WHERE key = ?1";
    let found = reader.prepare_cached(sql)?.query_row([VERSION], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}

/// Every monitor that is not paused, of accounts whose alerts were not stopped by the operator.
///
/// # Errors
/// What the database reports.
pub fn active(reader: &Reader) -> Result<Vec<Monitor>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM monitor JOIN account ON account.id = monitor.account \
         WHERE NOT monitor.paused AND account.muted_at IS NULL ORDER BY monitor.id"
    );
    rows(reader, &sql, [], Monitor::read)
}

/// The monitors of an account, by name.
///
/// # Errors
/// What the database reports.
pub fn of_account(reader: &Reader, account: i64) -> Result<Vec<Monitor>> {
    let sql = format!("SELECT {COLUMNS} FROM monitor WHERE account = ?1 ORDER BY name, id");
    rows(reader, &sql, [account], Monitor::read)
}

/// A monitor of an account.
///
/// # Errors
/// What the database reports.
pub fn monitor(reader: &Reader, account: i64, id: i64) -> Result<Option<Monitor>> {
    let sql = format!("SELECT {COLUMNS} FROM monitor WHERE account = ?1 AND id = ?2");
    Ok(rows(reader, &sql, [account, id], Monitor::read)?.into_iter().next())
}

/// Since when an account, or one of its monitors, has its private address; none if it has none. The
/// address itself is not known here.
///
/// # Errors
/// What the database reports.
pub fn private_feed(
    reader: &Reader,
    account: i64,
    monitor: Option<i64>,
) -> Result<Option<Timestamp>> {
    let sql = "SELECT created_at FROM private_feed WHERE account = ?1 \
               AND (monitor = ?2 OR (monitor IS NULL AND ?2 IS NULL))";
    let found = rows(reader, sql, params![account, monitor], |row| moment(row, 0))?;
    Ok(found.into_iter().flatten().next())
}

/// Whose private address has this token: the account, and the monitor if it is of one alone.
///
/// # Errors
/// What the database reports.
pub fn owner_of_feed(reader: &Reader, token: Hash) -> Result<Option<(i64, Option<i64>)>> {
    let sql = "SELECT account, monitor FROM private_feed WHERE token = ?1";
    let found = rows(reader, sql, params![token], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().next())
}

/// The latest events that the monitors of an account matched, or one of them, the last first.
///
/// # Errors
/// What the database reports.
pub fn matched(
    reader: &Reader,
    account: i64,
    monitor: Option<i64>,
    limit: i64,
) -> Result<Vec<Event>> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM event WHERE number IN \
             (SELECT notice.event FROM notice WHERE notice.account = ?1 AND (?2 IS NULL OR EXISTS \
                 (SELECT 1 FROM notice_monitor WHERE notice_monitor.notice = notice.id \
                  AND notice_monitor.monitor = ?2))) \
         ORDER BY event.number DESC LIMIT ?3"
    );
    rows(reader, &sql, params![account, monitor, limit], Event::read)
}
