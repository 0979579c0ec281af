//! Logging in by mail: a link that works once, and a code for who reads their mail elsewhere. Both
//! work only in the browser that asked for them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::Hash;
use super::message::{self, NewMessage};
use super::session::{self, NewSession};
use crate::{Reader, Result, Store};

/// How often a code may be tried per mail.
pub const MOST_ATTEMPTS: i64 = 5;

/// A wish to log in.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// Who says they are at this address, in lower case.
    pub email: String,
    /// Of the token in the link.
    pub token: Hash,
    /// Of the code, with the secret of the browser: six digits alone could be guessed from their hash.
    pub code: Hash,
    /// Of the secret of the browser that asked.
    pub browser: Hash,
    /// The path to go to once logged in.
    pub return_to: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// What somebody shows to be let in.
#[derive(Debug, Clone, Copy)]
pub enum Proof {
    /// The token in the link.
    Token(Hash),
    /// The code, with the secret of the browser.
    Code(Hash),
}

/// Whether somebody is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Yes; and where they wanted to go.
    In {
        /// Who they are.
        account: i64,
        /// The path.
        return_to: String,
    },
    /// No: too old, used before, from another browser, or wrong.
    Refused,
    /// No: the code was tried too often.
    TooOften,
}

impl Store {
    /// Notes a wish to log in and queues the mail for it, whether or not there is an account.
    ///
    /// # Errors
    /// What the database reports.
    pub fn ask_login(&self, login: &NewLogin, mail: &NewMessage, now: Timestamp) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute(
                "INSERT INTO login (email, token, code, browser, return_to, expires_at, attempts) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
                params![
                    login.email,
                    login.token,
                    login.code,
                    login.browser,
                    login.return_to,
                    login.expires_at.as_millisecond()
                ],
            )?;
            let account = transaction
                .query_row("SELECT id FROM account WHERE email = ?1", [&login.email], |row| {
                    row.get(0)
                })
                .optional()?;
            let mail = NewMessage { account, ..mail.clone() };
            message::queue(transaction, &mail, now)?;
            Ok(())
        })
    }

    /// Lets somebody in who shows a proof that was mailed to them, in the browser that asked for it.
    /// Makes their account if there is none yet.
    ///
    /// # Errors
    /// What the database reports; nobody is let in then.
    pub fn enter(
        &self,
        proof: Proof,
        browser: Hash,
        session: &NewSession,
        now: Timestamp,
    ) -> Result<Entry> {
        self.at_once(|transaction| {
            let found = match proof {
                Proof::Token(token) => by_token(transaction, token, browser, now)?,
                Proof::Code(code) => match by_code(transaction, code, browser, now)? {
                    Tried::Right(login) => Some(login),
                    Tried::Wrong => None,
                    Tried::TooOften => return Ok(Entry::TooOften),
                },
            };
            let Some((login, email, return_to)) = found else { return Ok(Entry::Refused) };
            let now_ms = now.as_millisecond();
            // What else this browser asked for is of no use any more.
            transaction.execute(
                "UPDATE login SET used_at = ?2 WHERE id = ?1 OR browser = ?3",
                params![login, now_ms, browser],
            )?;
            // Mail arrives there, so whatever was refused before is over.
            transaction.execute(
                "INSERT INTO account (email, created_at) VALUES (?1, ?2) \
                 ON CONFLICT (email) DO UPDATE SET refused_at = NULL, refusal = NULL",
                params![email, now_ms],
            )?;
            let account: i64 = transaction.query_row(
                "SELECT id FROM account WHERE email = ?1",
                [&email],
                |row| row.get(0),
            )?;
            session::begin(transaction, account, session, now)?;
            Ok(Entry::In { account, return_to })
        })
    }
}

/// A login that may be used: its number, whose it is, and where they wanted to go.
type Usable = (i64, String, String);

enum Tried {
    Right(Usable),
    Wrong,
    TooOften,
}

fn by_token(
    transaction: &Transaction<'_>,
    token: Hash,
    browser: Hash,
    now: Timestamp,
) -> Result<Option<Usable>> {
    let sql = "SELECT id, email, return_to FROM login \
               WHERE token = ?1 AND browser = ?2 AND used_at IS NULL AND expires_at > ?3";
    let found = transaction
        .query_row(sql, params![token, browser, now.as_millisecond()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(found)
}

fn by_code(
    transaction: &Transaction<'_>,
    code: Hash,
    browser: Hash,
    now: Timestamp,
) -> Result<Tried> {
    const OPEN: &str = "browser = ?1 AND used_at IS NULL AND expires_at > ?2";
    let now = now.as_millisecond();
    let counted = transaction.execute(
        &format!("UPDATE login SET attempts = attempts + 1 WHERE {OPEN} AND attempts < ?3"),
        params![browser, now, MOST_ATTEMPTS],
    )?;
    if counted == 0 {
        let sql = format!("SELECT COUNT(*) FROM login WHERE {OPEN}");
        let exhausted: i64 =
            transaction.query_row(&sql, params![browser, now], |row| row.get(0))?;
        return Ok(if exhausted > 0 { Tried::TooOften } else { Tried::Wrong });
    }
    let sql = format!(
        "SELECT id, email, return_to FROM login WHERE {OPEN} AND code = ?3 AND attempts <= ?4"
    );
    let found = transaction
        .query_row(&sql, params![browser, now, code, MOST_ATTEMPTS], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(found.map_or(Tried::Wrong, Tried::Right))
}

/// Whether a link can be used in this browser.
///
/// # Errors
/// What the database reports.
pub fn is_usable(reader: &Reader, token: Hash, browser: Hash, now: Timestamp) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM login \
               WHERE token = ?1 AND browser = ?2 AND used_at IS NULL AND expires_at > ?3";
    let usable: i64 =
        reader.query_row(sql, params![token, browser, now.as_millisecond()], |row| row.get(0))?;
    Ok(usable > 0)
}
