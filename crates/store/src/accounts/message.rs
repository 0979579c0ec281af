//! The outbox: mail and calls of webhooks that are to be sent, and what became of them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::counter::{Counter, count};
use crate::row::moment;
use crate::{Reader, Result, Store};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// The link and the code to log in.
    Login,
    /// What happened to what somebody follows.
    Alert,
    /// The same, at the webhook with this number.
    Webhook(i64),
}

impl MessageKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageKind::Login => "login",
            MessageKind::Alert => "alert",
            MessageKind::Webhook(_) => "webhook",
        }
    }

    fn webhook(self) -> Option<i64> {
        match self {
            MessageKind::Webhook(webhook) => Some(webhook),
            MessageKind::Login | MessageKind::Alert => None,
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is to be sent, perhaps again.
    Queued,
    /// A server has taken it on.
    Accepted,
    /// It will not be sent any more.
    Failed,
}

impl State {
    fn parse(text: &str) -> Self {
        match text {
            "queued" => State::Queued,
            "accepted" => State::Accepted,
            _ => State::Failed,
        }
    }
}

/// A message to queue.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Whose it is; none for who wants to log in for the first time.
    pub account: Option<i64>,
    /// What it is about.
    pub kind: MessageKind,
    /// The header Message-ID, with angle brackets, or the id of a call of a webhook. Each attempt carries
    /// the same.
    pub message_id: String,
    /// The Message-ID under which mail programs put it together with others.
    pub thread: Option<String>,
    /// The address at which one click stops mail like this.
    pub unsubscribe: Option<String>,
    /// Where it goes.
    pub recipient: String,
    /// The header Subject.
    pub subject: String,
    /// As plain text; for a webhook, the JSON.
    pub text: String,
    /// As HTML; nothing for a webhook.
    pub html: String,
    /// From when on it is of no use.
    pub expires_at: Option<Timestamp>,
}

/// A message that is to be sent.
#[derive(Debug, Clone)]
pub struct QueuedMessage {
    /// Its number.
    pub id: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Option<Timestamp>,
    /// What to send.
    pub message: NewMessage,
}

/// A message in the list of what was sent.
#[derive(Debug, Clone)]
pub struct SentMessage {
    /// Its number.
    pub id: i64,
    /// The address where it goes or went.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text; empty once a log-in was sent.
    pub text: String,
    /// What became of it.
    pub state: State,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it was not accepted (yet).
    pub problem: Option<String>,
    /// When it was queued.
    pub created_at: Option<Timestamp>,
    /// When a server took it on.
    pub accepted_at: Option<Timestamp>,
}

/// How the outbox stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    /// Messages to be sent.
    pub queued: i64,
    /// Messages that a mail server took on, as far as they are kept.
    pub accepted: i64,
    /// Messages that were given up, as far as they are kept.
    pub failed: i64,
}

/// Queues a message to be sent at once; gives its number.
pub(crate) fn queue(
    transaction: &Transaction<'_>,
    message: &NewMessage,
    now: Timestamp,
) -> Result<i64> {
    transaction.execute(
        "INSERT INTO message (account, kind, webhook, message_id, thread, unsubscribe, recipient, \
             subject, text, html, expires_at, state, attempts, next_try, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'queued', 0, ?12, ?12)",
        params![
            message.account,
            message.kind.as_str(),
            message.kind.webhook(),
            message.message_id,
            message.thread,
            message.unsubscribe,
            message.recipient,
            message.subject,
            message.text,
            message.html,
            message.expires_at.map(Timestamp::as_millisecond),
            now.as_millisecond(),
        ],
    )?;
    Ok(transaction.last_insert_rowid())
}

/// What of the messages to an account is given up. Log-ins never are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dropped {
    /// Mail.
    Mail,
    /// Mail and calls of webhooks.
    All,
}

/// Gives up what is queued for an account.
pub(crate) fn drop_queued(
    transaction: &Transaction<'_>,
    account: i64,
    dropped: Dropped,
    problem: &str,
) -> Result<()> {
    let kinds = match dropped {
        Dropped::Mail => "kind = 'alert'",
        Dropped::All => "kind <> 'login'",
    };
    transaction.execute(
        &format!(
            "UPDATE message SET state = 'failed', next_try = NULL, problem = ?2 \
             WHERE account = ?1 AND state = 'queued' AND {kinds}"
        ),
        params![account, problem],
    )?;
    Ok(())
}

/// Notes that a server has taken a message on.
pub(super) fn accepted(transaction: &Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    transaction.execute(
        "UPDATE message SET state = 'accepted', accepted_at = ?2, next_try = NULL, \
             problem = NULL, attempts = attempts + 1 WHERE id = ?1",
        params![id, now.as_millisecond()],
    )?;
    Ok(())
}

/// Notes why a message was not taken on now, and when to try again. What was dropped meanwhile stays so.
pub(super) fn delayed(
    transaction: &Transaction<'_>,
    id: i64,
    problem: &str,
    next_try: Timestamp,
) -> Result<()> {
    transaction.execute(
        "UPDATE message SET problem = ?2, next_try = ?3, attempts = attempts + 1 \
         WHERE id = ?1 AND state = 'queued'",
        params![id, problem, next_try.as_millisecond()],
    )?;
    Ok(())
}

/// Notes that a message is given up, and why.
pub(super) fn failed(transaction: &Transaction<'_>, id: i64, problem: &str) -> Result<()> {
    transaction.execute(
        "UPDATE message SET state = 'failed', next_try = NULL, problem = ?2, \
             attempts = attempts + 1 WHERE id = ?1",
        params![id, problem],
    )?;
    Ok(())
}

/// The name in `meta` of the moment since when no mail server can be talked to.
const UNREACHABLE: &str = "mail unreachable";

/// Notes whether there is a mail server that can be talked to.
fn note_reached(transaction: &Transaction<'_>, reached: bool, now: Timestamp) -> Result<()> {
    if reached {
        transaction.execute("DELETE FROM meta WHERE key = ?1", [UNREACHABLE])?;
    } else {
        transaction.execute(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
            params![UNREACHABLE, now.as_millisecond().to_string()],
        )?;
    }
    Ok(())
}

/// Since when no mail server can be talked to; none if the last attempt reached one.
///
/// # Errors
/// What the database reports.
pub fn unreachable_since(reader: &Reader) -> Result<Option<Timestamp>> {
    let sql = "SELECT CAST(value AS BIGINT) FROM meta WHERE key = ?1";
    let found = reader.query_row(sql, [UNREACHABLE], |row| moment(row, 0)).optional()?;
    Ok(found.flatten())
}

impl Store {
    /// The next mail to be sent: log-ins first, since somebody waits for them.
    ///
    /// # Errors
    /// What the database reports.
    pub fn messages_to_send(&self, now: Timestamp, limit: i64) -> Result<Vec<QueuedMessage>> {
        let sql = "SELECT id, attempts, created_at, account, kind, message_id, thread, unsubscribe, \
                       recipient, subject, text, html, expires_at \
                   FROM message WHERE state = 'queued' AND webhook IS NULL AND next_try <= ?1 \
                   ORDER BY kind <> 'login', next_try, id LIMIT ?2";
        crate::read::rows(&*self.reader()?, sql, [now.as_millisecond(), limit], |row| {
            let kind: String = row.get(4)?;
            let login = kind == MessageKind::Login.as_str();
            Ok(QueuedMessage {
                id: row.get(0)?,
                attempts: row.get(1)?,
                created_at: moment(row, 2)?,
                message: NewMessage {
                    account: row.get(3)?,
                    kind: if login { MessageKind::Login } else { MessageKind::Alert },
                    message_id: row.get(5)?,
                    thread: row.get(6)?,
                    unsubscribe: row.get(7)?,
                    recipient: row.get(8)?,
                    subject: row.get(9)?,
                    text: row.get(10)?,
                    html: row.get(11)?,
                    expires_at: moment(row, 12)?,
                },
            })
        })
    }

    /// Notes that a mail server has taken a message on. The secrets in a log-in are then forgotten.
    ///
    /// # Errors
    /// What the database reports.
    pub fn message_accepted(&self, id: i64, now: Timestamp) -> Result<()> {
        self.at_once(|transaction| {
            accepted(transaction, id, now)?;
            note_reached(transaction, true, now)?;
            count(transaction, Counter::MailAccepted, 1)?;
            forget_secrets(transaction, id)
        })
    }

    /// Notes that a message was not accepted now, when to try again, and whether there was a mail server
    /// to talk to at all.
    ///
    /// # Errors
    /// What the database reports.
    pub fn message_delayed(
        &self,
        id: i64,
        problem: &str,
        next_try: Timestamp,
        reached: bool,
        now: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            delayed(transaction, id, problem, next_try)?;
            note_reached(transaction, reached, now)?;
            count(transaction, Counter::MailDelayed, 1)
        })
    }

    /// Gives a message up. If the mail server refused it for good, no more mail goes to its account
    /// until somebody logs in with mail that did arrive.
    ///
    /// # Errors
    /// What the database reports.
    pub fn message_failed(
        &self,
        id: i64,
        problem: &str,
        refused: bool,
        now: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            failed(transaction, id, problem)?;
            forget_secrets(transaction, id)?;
            count(transaction, Counter::MailFailed, 1)?;
            if refused {
                note_reached(transaction, true, now)?;
            }
            let account: Option<i64> = transaction
                .query_row("SELECT account FROM message WHERE id = ?1", [id], |row| row.get(0))
                .optional()?
                .flatten();
            if let (true, Some(account)) = (refused, account) {
                transaction.execute(
                    "UPDATE account SET refused_at = ?2, refusal = ?3 WHERE id = ?1",
                    params![account, now.as_millisecond(), problem],
                )?;
                drop_queued(transaction, account, Dropped::Mail, problem)?;
            }
            Ok(())
        })
    }
}

fn forget_secrets(transaction: &Transaction<'_>, id: i64) -> Result<()> {
    transaction.execute(
        "UPDATE message SET text = '', html = '' WHERE id = ?1 AND kind = 'login'",
        [id],
    )?;
    Ok(())
}

/// The mail to an account, or what went to one of its webhooks; the newest first.
///
/// # Errors
/// What the database reports.
pub fn messages(
    reader: &Reader,
    account: i64,
    webhook: Option<i64>,
    limit: i64,
) -> Result<Vec<SentMessage>> {
    let sql = "SELECT id, recipient, subject, text, state, attempts, problem, created_at, accepted_at \
               FROM message WHERE account = ?1 \
                   AND (webhook = ?2 OR (webhook IS NULL AND ?2 IS NULL)) ORDER BY id DESC LIMIT ?3";
    crate::read::rows(reader, sql, params![account, webhook, limit], read_sent)
}

/// A mail to an account, and its HTML.
///
/// # Errors
/// What the database reports.
pub fn message(reader: &Reader, account: i64, id: i64) -> Result<Option<(SentMessage, String)>> {
    let sql = "SELECT id, recipient, subject, text, state, attempts, problem, created_at, \
                   accepted_at, html FROM message \
               WHERE account = ?1 AND id = ?2 AND webhook IS NULL";
    let found = reader
        .query_row(sql, [account, id], |row| Ok((read_sent(row)?, row.get(9)?)))
        .optional()?;
    Ok(found)
}

fn read_sent(row: &Row<'_>) -> rusqlite::Result<SentMessage> {
    Ok(SentMessage {
        id: row.get(0)?,
        recipient: row.get(1)?,
        subject: row.get(2)?,
        text: row.get(3)?,
        state: State::parse(&row.get::<_, String>(4)?),
        attempts: row.get(5)?,
        problem: row.get(6)?,
        created_at: moment(row, 7)?,
        accepted_at: moment(row, 8)?,
    })
}

/// How the outbox stands, webhooks included.
///
/// # Errors
/// What the database reports.
pub fn outbox(reader: &Reader) -> Result<Outbox> {
    let sql = "SELECT COUNT(CASE WHEN state = 'queued' THEN 1 END), COUNT(CASE WHEN state = 'accepted' THEN 1 END), \
                   COUNT(CASE WHEN state = 'failed' THEN 1 END) FROM message";
    let outbox = reader.query_row(sql, [], |row| {
        Ok(Outbox { queued: row.get(0)?, accepted: row.get(1)?, failed: row.get(2)? })
    })?;
    Ok(outbox)
}
