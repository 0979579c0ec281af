//! Delivery: what is queued is handed to a mail server, or written into a folder, once.
//!
//! There may be several processes that deliver; the one that holds the lease does. After each answer
//! of the server it is recorded what became of the message, before the next is tried. So a message is
//! sent twice only if we end between the server's answer and that record, and then it carries the
//! same Message-ID.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use lettre::message::Mailbox;
use store::accounts::message::QueuedMessage;
use store::{Store, StoreError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::mail::{Connection, Letterhead, MailError, Outlet, Refusal, letter};
use crate::secret;

/// How long a lease lasts that is not renewed: as long as mail waits after its holder was killed.
const LEASE: SignedDuration = SignedDuration::from_secs(10);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(3);
/// How long to wait before looking at the outbox again by itself: another process may have filled it.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often what has had its time is removed.
const TIDY: SignedDuration = SignedDuration::from_hours(1);
/// How long mail is kept, in days.
const KEPT_DAYS: i64 = 90;
/// So many messages are looked up at once.
const BATCH: i64 = 50;
/// The first wait after a message was not taken on; it doubles each time.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// After so long a message is given up: RFC 5321, 4.5.4.1.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(4 * 24);

const LEASE_NAME: &str = "delivery";

/// Why delivery cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A message cannot be made.
    #[error(transparent)]
    Mail(#[from] MailError),
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
    /// Where messages go.
    pub outlet: Outlet,
    /// Whom they come from.
    pub from: Mailbox,
    /// Wakes it when there is something to send.
    pub waiting: Arc<Notify>,
    /// When to stop.
    pub stop: CancellationToken,
}

impl Delivery {
    /// Delivers what is queued, until it is time to stop.
    ///
    /// # Errors
    /// If the store fails. A mail server that fails is waited for.
    pub async fn run(self) -> Result<()> {
        let holder = secret::fresh()?;
        let mut tidied = Timestamp::UNIX_EPOCH;
        while !self.stop.is_cancelled() {
            let now = Timestamp::now();
            if now.duration_since(tidied) > TIDY {
                self.blocking(move |store| store.forget_old(KEPT_DAYS, now)).await?;
                tidied = now;
            }
            self.tell_due(now).await?;
            let queued = self.blocking(move |store| store.messages_to_send(now, BATCH)).await?;
            if !queued.is_empty() && self.hold(&holder).await? {
                self.deliver(&holder).await?;
                let holder = holder.clone();
                self.blocking(move |store| store.let_go(LEASE_NAME, &holder)).await?;
            }
            let woken = tokio::time::timeout(LOOK_AGAIN, self.waiting.notified());
            // A time-out is as good a reason to look as being woken.
            let _ = self.stop.run_until_cancelled(woken).await;
        }
        Ok(())
    }

    /// Puts what people are to be told in the outbox. Another process may do so at the same moment: each
    /// notice is noted as told with its message, so only one of them gets to it.
    async fn tell_due(&self, now: Timestamp) -> Result<()> {
        let (store, letterhead) = (self.store.clone(), self.letterhead.clone());
        tokio::task::spawn_blocking(move || letterhead.tell_due(&store, now)).await??;
        Ok(())
    }

    /// Sends what can be sent now, as long as the lease is ours.
    async fn deliver(&self, holder: &str) -> Result<()> {
        tokio::select! {
            sent = self.send_all() => sent,
            lost = self.keep(holder) => lost,
            () = self.stop.cancelled() => Ok(()),
        }
    }

    /// Renews the lease, and ends when it is lost.
    async fn keep(&self, holder: &str) -> Result<()> {
        loop {
            tokio::time::sleep(RENEW).await;
            if !self.hold(holder).await? {
                tracing::warn!(
                    "another process has begun to send mail; this one leaves it to that"
                );
                return Ok(());
            }
        }
    }

    async fn hold(&self, holder: &str) -> Result<bool> {
        let holder = holder.to_owned();
        let now = Timestamp::now();
        self.blocking(move |store| store.hold(LEASE_NAME, &holder, now + LEASE, now)).await
    }

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

    /// Sends a message, and gives whether there was a server to talk to.
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
                match next_try(&queued, now) {
                    Some(next_try) => store.message_delayed(id, &problem, next_try),
                    None => store.message_failed(id, &problem, false, now),
                }
            }
        })
        .await?;
        Ok(is_reached)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> std::result::Result<T, StoreError> + Send + 'static,
    ) -> Result<T> {
        let store = self.store.clone();
        Ok(tokio::task::spawn_blocking(move || work(&store)).await??)
    }
}

/// When a message that was not taken on is tried again; `None` when it has waited long enough.
fn next_try(queued: &QueuedMessage, now: Timestamp) -> Option<Timestamp> {
    let since = queued.created_at.unwrap_or(now);
    if now.duration_since(since) > GIVE_UP {
        return None;
    }
    let doublings = u32::try_from(queued.attempts.clamp(0, 10)).unwrap_or_default();
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
    use store::accounts::message::{MessageKind, NewMessage};

    use super::*;

    #[test]
    fn the_waits_grow_until_a_message_is_given_up() {
        let start = Timestamp::UNIX_EPOCH;
        let message = NewMessage {
            account: None,
            kind: MessageKind::Alert,
            message_id: String::new(),
            thread: None,
            unsubscribe: None,
            recipient: String::new(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            expires_at: None,
        };
        let queued = |attempts| QueuedMessage {
            id: 1,
            attempts,
            created_at: Some(start),
            message: message.clone(),
        };
        let wait = |attempts| next_try(&queued(attempts), start).unwrap().duration_since(start);
        assert_eq!(wait(0), SignedDuration::from_secs(15));
        assert_eq!(wait(3), SignedDuration::from_mins(2));
        assert_eq!(wait(1_000), LONGEST_WAIT);
        assert_eq!(next_try(&queued(50), start + GIVE_UP + FIRST_WAIT), None);
    }
}
