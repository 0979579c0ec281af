//! The outbox: mail that is to be sent, and what became of it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::row::moment;
use crate::{Reader, Result, Store};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// The link and the code to log in.
    Login,
    /// What happened to what somebody follows.
    Alert,
}

impl MessageKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageKind::Login => "login",
            MessageKind::Alert => "alert",
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is to be sent, perhaps again.
    Queued,
    /// A mail server has taken it on.
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
    /// The header Message-ID, with angle brackets. Each attempt carries the same.
    pub message_id: String,
    /// The Message-ID under which mail programs put it together with others.
    pub thread: Option<String>,
    /// The address at which one click stops mail like this.
    pub unsubscribe: Option<String>,
    /// Where it goes.
    pub recipient: String,
    /// The header Subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
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
    /// Where it goes or went.
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
    /// When a mail server took it on.
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
    /// Since when the oldest waits.
    pub oldest_queued: Option<Timestamp>,
    /// When a mail server last took one on.
    pub last_accepted: Option<Timestamp>,
}

/// Queues a message to be sent at once; gives its number.
pub(crate) fn queue(
    transaction: &Transaction<'_>,
    message: &NewMessage,
    now: Timestamp,
) -> Result<i64> {
    transaction.execute(
        "INSERT INTO message (account, kind, message_id, thread, unsubscribe, recipient, subject, \
             text, html, expires_at, state, attempts, next_try, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'queued', 0, ?11, ?11)",
        params![
            message.account,
            message.kind.as_str(),
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

/// Gives up what is queued for an account, log-ins excepted.
pub(crate) fn drop_queued(
    transaction: &Transaction<'_>,
    account: i64,
    problem: &str,
) -> Result<()> {
    transaction.execute(
        "UPDATE message SET state = 'failed', next_try = NULL, problem = ?2 \
         WHERE account = ?1 AND state = 'queued' AND kind <> 'login'",
        params![account, problem],
    )?;
    Ok(())
}

impl Store {
    /// The next messages to be sent: log-ins first, since somebody waits for them.
    ///
    /// # Errors
    /// What the database reports.
    pub fn messages_to_send(&self, now: Timestamp, limit: i64) -> Result<Vec<QueuedMessage>> {
        let sql = "SELECT id, attempts, created_at, account, kind, message_id, thread, unsubscribe, \
                       recipient, subject, text, html, expires_at \
                   FROM message WHERE state = 'queued' AND next_try <= ?1 \
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
            transaction.execute(
                "UPDATE message SET state = 'accepted', accepted_at = ?2, next_try = NULL, \
                     problem = NULL, attempts = attempts + 1 WHERE id = ?1",
                params![id, now.as_millisecond()],
            )?;
            forget_secrets(transaction, id)
        })
    }

    /// Notes that a message was not accepted now, and when to try again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn message_delayed(&self, id: i64, problem: &str, next_try: Timestamp) -> Result<()> {
        self.at_once(|transaction| {
            // What was dropped meanwhile stays so.
            transaction.execute(
                "UPDATE message SET problem = ?2, next_try = ?3, attempts = attempts + 1 \
                 WHERE id = ?1 AND state = 'queued'",
                params![id, problem, next_try.as_millisecond()],
            )?;
            Ok(())
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
            transaction.execute(
                "UPDATE message SET state = 'failed', next_try = NULL, problem = ?2, \
                     attempts = attempts + 1 WHERE id = ?1",
                params![id, problem],
            )?;
            forget_secrets(transaction, id)?;
            let account: Option<i64> = transaction
                .query_row("SELECT account FROM message WHERE id = ?1", [id], |row| row.get(0))
                .optional()?
                .flatten();
            if let (true, Some(account)) = (refused, account) {
                transaction.execute(
                    "UPDATE account SET refused_at = ?2, refusal = ?3 WHERE id = ?1",
                    params![account, now.as_millisecond(), problem],
                )?;
                drop_queued(transaction, account, problem)?;
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

/// The messages to an account, the newest first.
///
/// # Errors
/// What the database reports.
pub fn messages(reader: &Reader, account: i64, limit: i64) -> Result<Vec<SentMessage>> {
    let sql = "SELECT id, recipient, subject, text, state, attempts, problem, created_at, accepted_at \
               FROM message WHERE account = ?1 ORDER BY id DESC LIMIT ?2";
    crate::read::rows(reader, sql, [account, limit], read_sent)
}

/// A message to an account, and its HTML.
///
/// # Errors
/// What the database reports.
pub fn message(reader: &Reader, account: i64, id: i64) -> Result<Option<(SentMessage, String)>> {
    let sql = "SELECT id, recipient, subject, text, state, attempts, problem, created_at, \
                   accepted_at, html FROM message WHERE account = ?1 AND id = ?2";
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

/// How the outbox stands.
///
/// # Errors
/// What the database reports.
pub fn outbox(reader: &Reader) -> Result<Outbox> {
    let sql = "SELECT COUNT(CASE WHEN state = 'queued' THEN 1 END), COUNT(CASE WHEN state = 'accepted' THEN 1 END), \
                   COUNT(CASE WHEN state = 'failed' THEN 1 END), \
                   MIN(CASE WHEN state = 'queued' THEN created_at END), MAX(accepted_at) \
               FROM message";
    let outbox = reader.query_row(sql, [], |row| {
        Ok(Outbox {
            queued: row.get(0)?,
            accepted: row.get(1)?,
            failed: row.get(2)?,
            oldest_queued: moment(row, 3)?,
            last_accepted: moment(row, 4)?,
        })
    })?;
    Ok(outbox)
}
