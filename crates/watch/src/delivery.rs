//! Delivery: what is queued is handed to a mail server, written into a folder, or brought to a webhook,
//! once.
//!
//! Only one process does so at a time; that is for who runs it to see to. After each answer of a server
//! it is recorded what became of the message, before the next is tried. So a message is sent twice only
//! if we end between the server's answer and that record, and then it carries the same Message-ID.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use lettre::message::Mailbox;
use store::accounts::message::QueuedMessage;
use store::accounts::webhook::QueuedDelivery;
use store::{Store, StoreError};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::mail::{Connection, Letterhead, MailError, Outlet, Refusal, letter};
use crate::webhook::{self, Caller, Destinations};

/// How long to wait before looking at the outbox again by itself: another process may have filled it.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often what has had its time is removed.
const TIDY: SignedDuration = SignedDuration::from_hours(1);
/// How long mail is kept, in days.
const KEPT_DAYS: i64 = 90;
/// So many messages are looked up at once.
const BATCH: i64 = 50;
/// So many webhooks are called at once: one that is slow is not to be waited for by the others.
const CALLS: usize = 16;
/// The first wait after a message was not taken on; it doubles each time.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// After so long a message is given up: RFC 5321, 4.5.4.1.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(4 * 24);

/// Why delivery cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A message cannot be made.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The client that calls webhooks cannot be made.
    #[error("the client for webhooks cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// Work on the store panicked.
    #[error("work on the store panicked: {0}")]
    Panic(#[from] tokio::task::JoinError),
}

type Result<T> = std::result::Result<T, DeliveryError>;

/// Who delivers.
#[derive(Clone)]
pub struct Delivery {
    /// Where the outbox is.
    pub store: Store,
    /// What messages have in common.
    pub letterhead: Letterhead,
    /// Where mail goes.
    pub outlet: Outlet,
    /// Whom mail comes from.
    pub from: Mailbox,
    /// Where webhooks may be.
    pub destinations: Destinations,
    /// Wakes it when there is mail to send.
    pub waiting: Arc<Notify>,
}

impl Delivery {
    /// Delivers what is queued, until it is time to stop.
    ///
    /// # Errors
    /// If the store fails. A server that fails is waited for.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        let delivering = async { tokio::try_join!(self.tell_and_mail(), self.call_webhooks()) };
        match stop.run_until_cancelled(delivering).await {
            Some(ended) => ended.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Puts what people are to be told in the outbox as it becomes due, and sends the mail in it.
    async fn tell_and_mail(&self) -> Result<()> {
        let mut tidied = Timestamp::UNIX_EPOCH;
        loop {
            let now = Timestamp::now();
            if now.duration_since(tidied) > TIDY {
                self.blocking(move |store| store.forget_old(KEPT_DAYS, now)).await?;
                tidied = now;
            }
            let (store, letterhead) = (self.store.clone(), self.letterhead.clone());
            tokio::task::spawn_blocking(move || letterhead.tell_due(&store, now)).await??;
            self.send_all().await?;
            // A time-out is as good a reason to look as being woken.
            let _ = tokio::time::timeout(LOOK_AGAIN, self.waiting.notified()).await;
        }
    }

    /// Sends the mail that can be sent now.
    async fn send_all(&self) -> Result<()> {
        let mut carrier = Carrier::new(&self.outlet);
        loop {
            let now = Timestamp::now();
            let queued = self.blocking(move |store| store.messages_to_send(now, BATCH)).await?;
            if queued.is_empty() {
                carrier.close().await;
                return Ok(());
            }
            for message in queued {
                if !self.send(&mut carrier, message).await? {
                    // Others would fare no better, and what is queued meanwhile may be more urgent.
                    return Ok(());
                }
            }
        }
    }

    /// Sends a mail, and gives whether there was a server to talk to.
    async fn send(&self, carrier: &mut Carrier<'_>, queued: QueuedMessage) -> Result<bool> {
        let (id, now) = (queued.id, Timestamp::now());
        if queued.message.expires_at.is_some_and(|expires_at| expires_at <= now) {
            let problem = "it was not sent in time";
            self.blocking(move |store| store.message_failed(id, problem, false, now)).await?;
            return Ok(true);
        }
        let outcome = carrier.carry(&queued, &self.from).await;
        let is_reached = !matches!(outcome, Err(Refusal::Unreachable(_)));
        let now = Timestamp::now();
        self.blocking(move |store| match outcome {
            Ok(()) => store.message_accepted(id, now),
            Err(Refusal::Never(problem)) => {
                tracing::warn!("message {id} was refused for good: {problem}");
                store.message_failed(id, &problem, true, now)
            }
            Err(Refusal::Later(problem) | Refusal::Unreachable(problem)) => {
                tracing::warn!("message {id} was not sent yet: {problem}");
                match next_try(queued.created_at, queued.attempts, now) {
                    Some(next_try) => {
                        store.message_delayed(id, &problem, next_try, is_reached, now)
                    }
                    None => store.message_failed(id, &problem, false, now),
                }
            }
        })
        .await?;
        Ok(is_reached)
    }

    /// Brings what waits for webhooks there as it comes: some webhooks at once, and to each one thing
    /// after the other.
    async fn call_webhooks(&self) -> Result<()> {
        let caller = Caller::new(self.destinations.clone())?;
        let (mut calls, mut called) = (JoinSet::new(), HashSet::new());
        loop {
            let now = Timestamp::now();
            let due = self.blocking(move |store| store.deliveries_due(now, BATCH)).await?;
            for delivery in due {
                if calls.len() < CALLS && called.insert(delivery.webhook) {
                    calls.spawn(self.clone().call(caller.clone(), delivery));
                }
            }
            let ended = tokio::select! {
                Some(ended) = calls.join_next() => ended,
                () = tokio::time::sleep(LOOK_AGAIN) => continue,
            };
            called.remove(&ended??);
        }
    }

    /// Calls a webhook, and gives its number.
    async fn call(self, caller: Caller, delivery: QueuedDelivery) -> Result<i64> {
        let outcome = caller.call(&delivery).await;
        let (id, webhook, now) = (delivery.id, delivery.webhook, Timestamp::now());
        let next_try = next_try(delivery.created_at, delivery.attempts, now);
        self.blocking(move |store| match (outcome, next_try) {
            (Ok(()), _) => store.delivery_accepted(&delivery, now),
            (Err(webhook::Refusal::Later(problem)), Some(next_try)) => {
                tracing::debug!("webhook {webhook} did not take message {id} on: {problem}");
                store.delivery_delayed(&delivery, &problem, next_try)
            }
            (Err(webhook::Refusal::Later(problem) | webhook::Refusal::Never(problem)), _) => {
                tracing::info!("webhook {webhook} is not called any more: {problem}");
                store.delivery_refused(&delivery, &problem, now)
            }
        })
        .await?;
        Ok(webhook)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> std::result::Result<T, StoreError> + Send + 'static,
    ) -> Result<T> {
        let store = self.store.clone();
        Ok(tokio::task::spawn_blocking(move || work(&store)).await??)
    }
}

/// When a message that was queued then and tried so often before is tried again; `None` when it has
/// waited long enough.
fn next_try(queued_at: Option<Timestamp>, attempts: i64, now: Timestamp) -> Option<Timestamp> {
    if now.duration_since(queued_at.unwrap_or(now)) > GIVE_UP {
        return None;
    }
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or_default();
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    Some(now + wait)
}

/// What brings messages to where they go: for a server one connection for as many as it takes.
struct Carrier<'d> {
    outlet: &'d Outlet,
    connection: Option<Connection>,
}

impl<'d> Carrier<'d> {
    fn new(outlet: &'d Outlet) -> Self {
        Self { outlet, connection: None }
    }

    async fn carry(
        &mut self,
        queued: &QueuedMessage,
        from: &Mailbox,
    ) -> std::result::Result<(), Refusal> {
        let letter = letter::write(queued, from).map_err(Refusal::Never)?.formatted();
        match self.outlet {
            Outlet::Server(server) => {
                let to = queued.message.recipient.parse();
                let to: Address = to.map_err(|_| Refusal::Never("no mail address".into()))?;
                self.connected(server).await?.send(&from.email, &to, &letter).await
            }
            Outlet::Folder(folder) => {
                let (folder, name) = (folder.clone(), file_name(queued));
                let written =
                    tokio::task::spawn_blocking(move || write_file(&folder, &name, &letter)).await;
                match written {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(Refusal::Later(error.to_string())),
                    Err(error) => Err(Refusal::Later(error.to_string())),
                }
            }
        }
    }

    async fn connected(&mut self, server: &Url) -> std::result::Result<&mut Connection, Refusal> {
        let fit = match self.connection.take() {
            Some(mut connection) => connection.is_fit().await.then_some(connection),
            None => None,
        };
        let connection = match fit {
            Some(connection) => connection,
            None => Connection::open(server).await?,
        };
        Ok(self.connection.insert(connection))
    }

    async fn close(self) {
        if let Some(connection) = self.connection {
            connection.close().await;
        }
    }
}

/// The name of a message's file: the same at each attempt, so that a second takes the place of the first.
fn file_name(queued: &QueuedMessage) -> String {
    let moment = queued.created_at.unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    format!("{moment}-{:06}.eml", queued.id)
}

/// Writes a file as a whole, readable by its owner only: what is in it may let somebody log in.
fn write_file(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}"));
    let mut file = std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(unfinished, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_until_a_message_is_given_up() {
        let start = Timestamp::UNIX_EPOCH;
        let wait = |attempts| next_try(Some(start), attempts, start).unwrap().duration_since(start);
        assert_eq!(wait(0), SignedDuration::from_secs(15));
        assert_eq!(wait(3), SignedDuration::from_mins(2));
        assert_eq!(wait(1_000), LONGEST_WAIT);
        assert_eq!(next_try(Some(start), 50, start + GIVE_UP + FIRST_WAIT), None);
    }
}
