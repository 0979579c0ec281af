//! Where somebody is logged in.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Account, COLUMNS, Hash};
use crate::row::moment;
use crate::{Reader, Result, Store};

/// How long a session lasts that is not used, in days.
pub const LASTS_DAYS: i64 = 90;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A session to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Of the token in the cookie.
    pub token: Hash,
    /// What the browser is, in words: `Firefox op Linux`.
    pub browser: String,
}

/// A browser in which somebody is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// What the browser is, in words.
    pub browser: String,
    /// Since when.
    pub created_at: Option<Timestamp>,
    /// The day on which it was last used, by a moment in it.
    pub seen_at: Option<Timestamp>,
}

impl Session {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            browser: row.get(1)?,
            created_at: moment(row, 2)?,
            seen_at: moment(row, 3)?,
        })
    }
}

pub(super) fn begin(
    transaction: &Transaction<'_>,
    account: i64,
    session: &NewSession,
    now: Timestamp,
) -> Result<()> {
    transaction.execute(
        "INSERT INTO session (account, token, browser, created_at, seen_at) \
         VALUES (?1, ?2, ?3, ?4, ?4)",
        params![account, session.token, session.browser, now.as_millisecond()],
    )?;
    Ok(())
}

impl Store {
    /// Whose session has this token, and the session's number. Notes at most once a day that it is used.
    ///
    /// # Errors
    /// What the database reports.
    pub fn session(&self, token: Hash, now: Timestamp) -> Result<Option<(Account, i64)>> {
        let found = {
            let reader = self.reader()?;
            let sql = format!(
                "SELECT {COLUMNS}, session.id, session.seen_at FROM session \
                 JOIN account ON account.id = session.account \
                 WHERE session.token = ?1 AND session.seen_at > ?2"
            );
            let oldest = now.as_millisecond() - LASTS_DAYS * DAY_MS;
            reader
                .prepare_cached(&sql)?
                .query_row(params![token, oldest], |row| {
                    Ok((Account::read(row)?, row.get::<_, i64>(7)?, row.get::<_, i64>(8)?))
                })
                .optional()?
        };
        let Some((account, session, seen_at)) = found else { return Ok(None) };
        if now.as_millisecond() - seen_at > DAY_MS {
            self.at_once(|transaction| {
                transaction.execute(
                    "UPDATE session SET seen_at = ?2 WHERE id = ?1",
                    params![session, now.as_millisecond()],
                )?;
                Ok(())
            })?;
        }
        Ok(Some((account, session)))
    }

    /// Ends one of an account's sessions.
    ///
    /// # Errors
    /// What the database reports.
    pub fn end_session(&self, account: i64, session: i64) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute(
                "DELETE FROM session WHERE account = ?1 AND id = ?2",
                [account, session],
            )?;
            Ok(())
        })
    }

    /// Ends all of an account's sessions.
    ///
    /// # Errors
    /// What the database reports.
    pub fn end_sessions(&self, account: i64) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute("DELETE FROM session WHERE account = ?1", [account])?;
            Ok(())
        })
    }

    /// Removes what has had its time: sessions, wishes to log in, and mail older than `mail_days`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn forget_old(&self, mail_days: i64, now: Timestamp) -> Result<()> {
        let before = |days: i64| now.as_millisecond() - days * DAY_MS;
        self.at_once(|transaction| {
            transaction.execute("DELETE FROM session WHERE seen_at < ?1", [before(LASTS_DAYS)])?;
            transaction.execute("DELETE FROM login WHERE expires_at < ?1", [before(1)])?;
            transaction.execute(
                "DELETE FROM message WHERE created_at < ?1 AND state <> 'queued'",
                [before(mail_days)],
            )?;
            // Of who never logged in nothing need be kept.
            transaction.execute(
                "DELETE FROM message WHERE account IS NULL AND created_at < ?1",
                [before(1)],
            )?;
            Ok(())
        })
    }
}

/// The sessions of an account, the last used first.
///
/// # Errors
/// What the database reports.
pub fn sessions(reader: &Reader, account: i64, now: Timestamp) -> Result<Vec<Session>> {
    let oldest = now.as_millisecond() - LASTS_DAYS * DAY_MS;
    let sql = "SELECT id, browser, created_at, seen_at FROM session \
               WHERE account = ?1 AND seen_at > ?2 ORDER BY seen_at DESC, id DESC";
    crate::read::rows(reader, sql, [account, oldest], Session::read)
}
