//! Notices: what an account is to be told, and when. An event that several monitors of an account
//! matched is one notice per channel, which names them all.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::event::{COLUMNS as EVENT_COLUMNS, Event};
use super::monitor::Channel;
use crate::accounts::message::{self, NewMessage};
use crate::read::rows;
use crate::{Reader, Result, Store};

/// That monitors of an account matched an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// The account.
    pub account: i64,
    /// The way in which it is told.
    pub channel: Channel,
    /// When; never for [`Channel::Feed`].
    pub due_at: Option<Timestamp>,
    /// The monitors.
    pub monitors: Vec<i64>,
}

/// Something that an account is to be told now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// The account.
    pub account: i64,
    /// The way in which it is told.
    pub channel: Channel,
    /// What happened.
    pub event: Event,
    /// The monitors that matched it, by number and name.
    pub monitors: Vec<(i64, String)>,
}

impl Store {
    /// Notes who is to be told of an event, and that it was matched. A notice of the event that the
    /// account has already gets the monitors that are not named in it; one that was told stays as it is.
    ///
    /// # Errors
    /// What the database reports; nothing is noted then.
    pub fn write_notices(&self, event: i64, notices: &[NewNotice]) -> Result<()> {
        self.at_once(|transaction| {
            for notice in notices {
                write(transaction, event, notice)?;
            }
            transaction.execute("UPDATE event SET to_match = FALSE WHERE number = ?1", [event])?;
            Ok(())
        })
    }

    /// Puts a message that tells notices in the outbox, and notes that they were told; gives its number.
    /// None if one of them was told already or is gone: then nothing is done.
    ///
    /// # Errors
    /// What the database reports; nothing is done then.
    pub fn tell(
        &self,
        notices: &[i64],
        message: &NewMessage,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        self.at_once(|transaction| {
            if !are_untold(transaction, notices)? {
                return Ok(None);
            }
            let number = message::queue(transaction, message, now)?;
            mark_told(transaction, notices, Some(number), now)?;
            Ok(Some(number))
        })
    }

    /// Notes that notices will not be told.
    ///
    /// # Errors
    /// What the database reports.
    pub fn told(&self, notices: &[i64], now: Timestamp) -> Result<()> {
        self.at_once(|transaction| mark_told(transaction, notices, None, now))
    }

    /// The notices that are due: the account that waits longest first, those of one account and channel
    /// together, in the order in which things happened.
    ///
    /// # Errors
    /// What the database reports.
    pub fn due_notices(&self, now: Timestamp, limit: i64) -> Result<Vec<Notice>> {
        let reader = self.reader()?;
        let sql = format!(
            "SELECT notice.id, notice.account, notice.channel, {EVENT_COLUMNS} FROM notice \
             JOIN event ON event.number = notice.event \
             WHERE notice.told_at IS NULL AND notice.due_at <= ?1 \
             ORDER BY (SELECT MIN(other.due_at) FROM notice AS other WHERE other.told_at IS NULL \
                 AND other.account = notice.account), notice.account, notice.channel, event.number \
             LIMIT ?2"
        );
        let found = rows(&reader, &sql, params![now.as_millisecond(), limit], |row| {
            let channel = Channel::parse(row.get_ref(2)?.as_str()?).unwrap_or(Channel::Feed);
            Ok((row.get(0)?, row.get(1)?, channel, Event::read_from(row, 3)?))
        })?;
        let mut notices = Vec::with_capacity(found.len());
        for (id, account, channel, event) in found {
            let monitors = monitors(&reader, id)?;
            notices.push(Notice { id, account, channel, event, monitors });
        }
        Ok(notices)
    }
}

fn monitors(reader: &Reader, notice: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT monitor.id, monitor.name FROM notice_monitor \
               JOIN monitor ON monitor.id = notice_monitor.monitor \
               WHERE notice_monitor.notice = ?1 ORDER BY monitor.name, monitor.id";
    rows(reader, sql, [notice], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn write(transaction: &Transaction<'_>, event: i64, notice: &NewNotice) -> Result<()> {
    let due_at = notice.due_at.map(Timestamp::as_millisecond);
    transaction
        .prepare_cached(
            "INSERT INTO notice (account, event, channel, due_at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (account, event, channel) DO UPDATE SET due_at = CASE \
                 WHEN excluded.due_at < notice.due_at THEN excluded.due_at \
                 ELSE notice.due_at END WHERE notice.told_at IS NULL",
        )?
        .execute(params![notice.account, event, notice.channel.to_string(), due_at])?;
    let id: i64 = transaction
        .prepare_cached("SELECT id FROM notice WHERE account = ?1 AND event = ?2 AND channel = ?3")?
        .query_row(params![notice.account, event, notice.channel.to_string()], |row| row.get(0))?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO notice_monitor (monitor, notice) SELECT id, ?2 FROM monitor WHERE id = ?1 \
         ON CONFLICT (monitor, notice) DO NOTHING",
    )?;
    for monitor in &notice.monitors {
        insert.execute([*monitor, id])?;
    }
    // A monitor may have been removed while it was matched.
    transaction.execute(
        "DELETE FROM notice WHERE id = ?1 \
         AND NOT EXISTS (SELECT 1 FROM notice_monitor WHERE notice = ?1)",
        [id],
    )?;
    Ok(())
}

fn are_untold(transaction: &Transaction<'_>, notices: &[i64]) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM notice WHERE id = ?1 AND told_at IS NULL";
    let mut statement = transaction.prepare_cached(sql)?;
    for notice in notices {
        if statement.query_row([*notice], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

fn mark_told(
    transaction: &Transaction<'_>,
    notices: &[i64],
    message: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    let mut update = transaction.prepare_cached(
        "UPDATE notice SET told_at = ?2, message = ?3 WHERE id = ?1 AND told_at IS NULL",
    )?;
    for notice in notices {
        update.execute(params![notice, now.as_millisecond(), message])?;
    }
    Ok(())
}
