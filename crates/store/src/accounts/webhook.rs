//! Webhooks: servers of account holders where they are told what happened, and what is to be delivered
//! there. To one of them things go in the order in which they happened: what follows waits for what was
//! not taken on.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::message::{self, NewMessage};
use crate::counter::{Counter, count};
use crate::read::rows;
use crate::row::moment;
use crate::watching::monitor::{self, Channel};
use crate::{Reader, Result, Store};

/// The most webhooks of one account.
pub const MOST: i64 = 10;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last took something on.
    pub accepted_at: Option<Timestamp>,
    /// Why it did not, the last time.
    pub problem: Option<String>,
    /// Since when nothing is sent to it any more: it refused for good, or for too long.
    pub refused_at: Option<Timestamp>,
}

/// Something to be delivered at a webhook.
#[derive(Debug, Clone)]
pub struct QueuedDelivery {
    /// The number of the message.
    pub id: i64,
    /// The number of the webhook.
    pub webhook: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Option<Timestamp>,
    /// What tells it from others: each attempt carries the same.
    pub delivery_id: String,
    /// Where it goes.
    pub address: String,
    /// What it is signed with.
    pub secret: String,
    /// What it says.
    pub body: String,
}

const COLUMNS: &str = "id, name, address, created_at, accepted_at, problem, refused_at";

impl Webhook {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            address: row.get(2)?,
            created_at: moment(row, 3)?,
            accepted_at: moment(row, 4)?,
            problem: row.get(5)?,
            refused_at: moment(row, 6)?,
        })
    }
}

impl Store {
    /// Makes a webhook and gives its number; none if the account has as many as it may have.
    ///
    /// # Errors
    /// What the database reports.
    pub fn make_webhook(
        &self,
        account: i64,
        name: &str,
        address: &str,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        self.at_once(|transaction| {
            let sql = "SELECT COUNT(*) FROM webhook WHERE account = ?1";
            let there: i64 = transaction.query_row(sql, [account], |row| row.get(0))?;
            if there >= MOST {
                return Ok(None);
            }
            transaction.execute(
                "INSERT INTO webhook (account, name, address, secret, created_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![account, name, address, secret, now.as_millisecond()],
            )?;
            Ok(Some(transaction.last_insert_rowid()))
        })
    }

    /// Removes a webhook of an account, with what was and is to be delivered there. Monitors that told by
    /// it tell in their feed alone from then on.
    ///
    /// # Errors
    /// What the database reports.
    pub fn delete_webhook(&self, account: i64, webhook: i64) -> Result<()> {
        self.at_once(|transaction| {
            let sql = "DELETE FROM webhook WHERE account = ?1 AND id = ?2";
            if transaction.execute(sql, [account, webhook])? == 1 {
                transaction.execute("DELETE FROM message WHERE webhook = ?1", [webhook])?;
                monitor::change_channel(transaction, Channel::Webhook(webhook), Channel::Feed)?;
            }
            Ok(())
        })
    }

    /// Queues something for a webhook, and has all that waits there be tried now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn try_webhook(&self, webhook: i64, message: &NewMessage, now: Timestamp) -> Result<i64> {
        self.at_once(|transaction| {
            let id = message::queue(transaction, message, now)?;
            transaction.execute(
                "UPDATE message SET next_try = ?2 WHERE webhook = ?1 AND state = 'queued'",
                params![webhook, now.as_millisecond()],
            )?;
            Ok(id)
        })
    }

    /// What is to be delivered now: of each webhook the first that waits.
    ///
    /// # Errors
    /// What the database reports.
    pub fn deliveries_due(&self, now: Timestamp, limit: i64) -> Result<Vec<QueuedDelivery>> {
        let sql = "SELECT message.id, webhook.id, message.attempts, message.created_at, \
                       message.message_id, webhook.address, webhook.secret, message.text \
                   FROM webhook JOIN message ON message.id = \
                       (SELECT MIN(first.id) FROM message AS first \
                        WHERE first.webhook = webhook.id AND first.state = 'queued') \
                   WHERE message.next_try <= ?1 ORDER BY message.next_try, message.id LIMIT ?2";
        rows(&*self.reader()?, sql, [now.as_millisecond(), limit], |row| {
            Ok(QueuedDelivery {
                id: row.get(0)?,
                webhook: row.get(1)?,
                attempts: row.get(2)?,
                created_at: moment(row, 3)?,
                delivery_id: row.get(4)?,
                address: row.get(5)?,
                secret: row.get(6)?,
                body: row.get(7)?,
            })
        })
    }

    /// Notes that a webhook has taken a delivery on. Whatever it refused before is over.
    ///
    /// # Errors
    /// What the database reports.
    pub fn delivery_accepted(&self, delivery: &QueuedDelivery, now: Timestamp) -> Result<()> {
        self.at_once(|transaction| {
            message::accepted(transaction, delivery.id, now)?;
            transaction.execute(
                "UPDATE webhook SET accepted_at = ?2, problem = NULL, refused_at = NULL \
                 WHERE id = ?1",
                params![delivery.webhook, now.as_millisecond()],
            )?;
            count(transaction, Counter::WebhookAccepted, 1)
        })
    }

    /// Notes that a delivery was not taken on now, and when to try again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn delivery_delayed(
        &self,
        delivery: &QueuedDelivery,
        problem: &str,
        next_try: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            message::delayed(transaction, delivery.id, problem, next_try)?;
            transaction.execute(
                "UPDATE webhook SET problem = ?2 WHERE id = ?1",
                params![delivery.webhook, problem],
            )?;
            count(transaction, Counter::WebhookDelayed, 1)
        })
    }

    /// Notes that a webhook refuses for good. Nothing more is sent there until it has taken on a trial.
    ///
    /// # Errors
    /// What the database reports.
    pub fn delivery_refused(
        &self,
        delivery: &QueuedDelivery,
        problem: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            message::failed(transaction, delivery.id, problem)?;
            count(transaction, Counter::WebhookFailed, 1)?;
            refuse(transaction, delivery.webhook, problem, now)
        })
    }
}

fn refuse(
    transaction: &Transaction<'_>,
    webhook: i64,
    problem: &str,
    now: Timestamp,
) -> Result<()> {
    transaction.execute(
        "UPDATE webhook SET problem = ?2, refused_at = COALESCE(refused_at, ?3) WHERE id = ?1",
        params![webhook, problem, now.as_millisecond()],
    )?;
    transaction.execute(
        "UPDATE message SET state = 'failed', next_try = NULL, problem = ?2 \
         WHERE webhook = ?1 AND state = 'queued'",
        params![webhook, problem],
    )?;
    Ok(())
}

/// Whether something is to be delivered at a webhook now.
///
/// # Errors
/// What the database reports.
pub fn is_due(reader: &Reader, webhook: i64, now: Timestamp) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM message WHERE next_try <= ?2 AND id = \
                   (SELECT MIN(id) FROM message WHERE webhook = ?1 AND state = 'queued')";
    let due: i64 = reader.query_row(sql, [webhook, now.as_millisecond()], |row| row.get(0))?;
    Ok(due > 0)
}

/// The webhooks of an account, by name.
///
/// # Errors
/// What the database reports.
pub fn webhooks(reader: &Reader, account: i64) -> Result<Vec<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook WHERE account = ?1 ORDER BY name, id");
    rows(reader, &sql, [account], Webhook::read)
}

/// A webhook of an account.
///
/// # Errors
/// What the database reports.
pub fn webhook(reader: &Reader, account: i64, id: i64) -> Result<Option<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook WHERE account = ?1 AND id = ?2");
    Ok(reader.query_row(&sql, [account, id], Webhook::read).optional()?)
}
