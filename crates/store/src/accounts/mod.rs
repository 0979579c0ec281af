//! Those who have an account: their address, where they are logged in, and the mail to them. None of this
//! comes from the source, and none of it can be had again.
//!
//! Secrets are kept as hashes only. Moments are of real time, whatever parliament's clock says.

pub mod login;
pub mod message;
pub mod session;
pub mod webhook;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use self::message::Dropped;
use crate::row::moment;
use crate::{Reader, Result, Store};

/// The SHA-256 of a secret that only its holder has.
pub type Hash = [u8; 32];

/// Somebody's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number here.
    pub id: i64,
    /// Where mail to it goes, in lower case.
    pub email: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Since when the operator has stopped its alerts.
    pub muted_at: Option<Timestamp>,
    /// Since when its holder wants no mail but what is needed to log in.
    pub unsubscribed_at: Option<Timestamp>,
    /// Since when mail to it is refused for good.
    pub refused_at: Option<Timestamp>,
    /// What the mail server said then.
    pub refusal: Option<String>,
}

/// The columns of [`Account`], in the order in which it is read.
const COLUMNS: &str = "account.id, account.email, account.created_at, account.muted_at, \
     account.unsubscribed_at, account.refused_at, account.refusal";

impl Account {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            email: row.get(1)?,
            created_at: moment(row, 2)?,
            muted_at: moment(row, 3)?,
            unsubscribed_at: moment(row, 4)?,
            refused_at: moment(row, 5)?,
            refusal: row.get(6)?,
        })
    }

    /// Whether alerts are mailed to it.
    pub fn gets_mail(&self) -> bool {
        self.muted_at.is_none() && self.unsubscribed_at.is_none() && self.refused_at.is_none()
    }
}

impl Store {
    /// Does work in one transaction.
    pub(crate) fn at_once<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Stops the alerts of an account by the operator's hand, or starts them again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn mute(&self, account: i64, muted: bool, now: Timestamp) -> Result<()> {
        self.set_moment("muted_at", account, muted.then_some(now), Dropped::All)
    }

    /// Notes that the holder of an account wants no mail but what is needed to log in, or that they
    /// want it again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn unsubscribe(&self, account: i64, unsubscribed: bool, now: Timestamp) -> Result<()> {
        self.set_moment("unsubscribed_at", account, unsubscribed.then_some(now), Dropped::Mail)
    }

    fn set_moment(
        &self,
        column: &str,
        account: i64,
        moment: Option<Timestamp>,
        dropped: Dropped,
    ) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute(
                &format!("UPDATE account SET {column} = ?2 WHERE id = ?1"),
                params![account, moment.map(Timestamp::as_millisecond)],
            )?;
            if moment.is_some() {
                let problem = "mail to this account was stopped";
                message::drop_queued(transaction, account, dropped, problem)?;
            }
            Ok(())
        })
    }

    /// Removes an account and all that belongs to it.
    ///
    /// # Errors
    /// What the database reports; nothing is removed then.
    pub fn delete_account(&self, account: i64) -> Result<()> {
        self.at_once(|transaction| {
            transaction.execute(
                "DELETE FROM login WHERE email = (SELECT email FROM account WHERE id = ?1)",
                [account],
            )?;
            transaction.execute(
                "DELETE FROM message WHERE account = ?1 \
                     OR recipient = (SELECT email FROM account WHERE id = ?1)",
                [account],
            )?;
            crate::watching::monitor::delete_all(transaction, account)?;
            transaction.execute("DELETE FROM webhook WHERE account = ?1", [account])?;
            transaction.execute("DELETE FROM session WHERE account = ?1", [account])?;
            transaction.execute("DELETE FROM account WHERE id = ?1", [account])?;
            Ok(())
        })
    }

    /// A secret of this store, from which others are made; `fresh` if there was none yet.
    ///
    /// # Errors
    /// What the database reports.
    pub fn secret(&self, fresh: &str) -> Result<String> {
        self.at_once(|transaction| {
            transaction.execute(
                "INSERT INTO meta (key, value) VALUES ('secret', ?1) ON CONFLICT (key) DO NOTHING",
                [fresh],
            )?;
            let sql = "SELECT value FROM meta WHERE key = 'secret'";
            Ok(transaction.query_row(sql, [], |row| row.get(0))?)
        })
    }
}

/// The account with this number.
///
/// # Errors
/// What the database reports.
pub fn account(reader: &Reader, id: i64) -> Result<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE id = ?1");
    Ok(reader.prepare_cached(&sql)?.query_row([id], Account::read).optional()?)
}

/// The account with this address, in lower case.
///
/// # Errors
/// What the database reports.
pub fn account_of(reader: &Reader, email: &str) -> Result<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE email = ?1");
    Ok(reader.prepare_cached(&sql)?.query_row([email], Account::read).optional()?)
}

/// All accounts, by address.
///
/// # Errors
/// What the database reports.
pub fn accounts(reader: &Reader) -> Result<Vec<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM account ORDER BY email");
    crate::read::rows(reader, &sql, [], Account::read)
}
