//! Webhooks: what is sent to a server of an account holder, as the Standard Webhooks specification has it
//! (version 1.0.0): JSON by POST, signed, with an id that stays the same when it is sent again.

mod address;
mod caller;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use store::Store;
use store::accounts::account as holder;
use store::accounts::message::{MessageKind, NewMessage};
use store::accounts::webhook::{Webhook, webhook};
use store::watching::notice::Notice;

pub use self::address::{Destinations, WrongAddress};
pub(crate) use self::caller::{Caller, Refusal};
use crate::mail::{Letterhead, MailError, in_short, still_wanted};
use crate::{secret, wording};

/// How many items one delivery tells of at most.
const MOST_ITEMS: usize = 100;

/// How the secrets begin that deliveries are signed with.
const SECRET_PREFIX: &str = "whsec_";

/// A fresh secret to sign deliveries with: 32 random bytes as the specification writes them.
///
/// # Errors
/// If the system gives no randomness.
pub fn fresh_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{SECRET_PREFIX}{}", BASE64.encode(bytes)))
}

/// The header `webhook-signature` of a delivery.
fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> String {
    let key = BASE64.decode(secret.trim_start_matches(SECRET_PREFIX)).unwrap_or_default();
    let signed = format!("{id}.{timestamp}.{body}");
    format!("v1,{}", BASE64.encode(secret::sign(&key, signed.as_bytes())))
}

impl Letterhead {
    /// Puts what an account is to be told at one of its webhooks in the outbox, in as many deliveries as
    /// that takes.
    ///
    /// # Errors
    /// See [`MailError`].
    pub(crate) fn tell_webhook(
        &self,
        store: &Store,
        account: i64,
        id: i64,
        notices: &[Notice],
        now: Timestamp,
    ) -> Result<(), MailError> {
        let reader = store.reader()?;
        let is_muted = holder(&reader, account)?.is_none_or(|it| it.muted_at.is_some());
        let hook = if is_muted { None } else { webhook(&reader, account, id)? };
        let (mut wanted, mut passed) = (Vec::new(), Vec::new());
        for notice in notices {
            // It stands in the feeds; the webhook is gone, takes nothing on, or was stopped.
            let is_open = hook.as_ref().is_some_and(|hook| hook.refused_at.is_none());
            match still_wanted(&reader, notice)?.filter(|_| is_open) {
                Some((notice, _)) => wanted.push(notice),
                None => passed.push(notice.id),
            }
        }
        drop(reader);
        if !passed.is_empty() {
            store.told(&passed, now)?;
        }
        let Some(hook) = hook else { return Ok(()) };
        for notices in wanted.chunks(MOST_ITEMS) {
            let ids: Vec<i64> = notices.iter().map(|notice| notice.id).collect();
            let headlines: Vec<String> =
                notices.iter().map(|notice| wording::headline(&notice.event)).collect();
            let subject = in_short(&headlines);
            let message = message(account, &hook, "events", self.data(notices), subject, now)?;
            store.tell(&ids, &message, now)?;
        }
        Ok(())
    }

    /// What happened, and which monitors matched it.
    fn data(&self, notices: &[Notice]) -> Json {
        let mut monitors: Vec<(i64, &str)> = notices
            .iter()
            .flat_map(|notice| &notice.monitors)
            .map(|(id, name)| (*id, name.as_str()))
            .collect();
        monitors.sort_unstable();
        monitors.dedup();
        let monitors = monitors.into_iter().map(|(id, name)| {
            let address = self.address(&format!("/mijn/monitors/{id}"));
            json!({ "id": id, "name": name, "address": address })
        });
        let items = notices.iter().map(|notice| {
            let event = &notice.event;
            json!({
                "id": event.number,
                "kind": event.kind.as_str(),
                "title": event.title,
                "headline": wording::headline(event),
                "details": wording::details(event),
                "address": event.address.as_deref().map(|path| self.address(path)),
                "published": event.at,
                "monitors": notice.monitors.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            })
        });
        json!({ "monitors": monitors.collect::<Vec<_>>(), "items": items.collect::<Vec<_>>() })
    }

    /// Sends something to a webhook to see whether it is taken on; gives the number of the message.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn try_webhook(
        &self,
        store: &Store,
        account: i64,
        hook: &Webhook,
        now: Timestamp,
    ) -> Result<i64, MailError> {
        let data = json!({ "monitors": [], "items": [], "site": self.address("/") });
        let message = message(account, hook, "test", data, "Proefbericht".to_owned(), now)?;
        Ok(store.try_webhook(hook.id, &message, now)?)
    }
}

/// A delivery. What it says is settled now: sent again, it is the same.
fn message(
    account: i64,
    hook: &Webhook,
    kind: &str,
    data: Json,
    subject: String,
    now: Timestamp,
) -> Result<NewMessage, getrandom::Error> {
    let unique = secret::fresh()?;
    let id = format!("msg_{}", &unique[..32]);
    let body = json!({ "type": kind, "id": id, "timestamp": now, "data": data });
    Ok(NewMessage {
        account: Some(account),
        kind: MessageKind::Webhook(hook.id),
        message_id: id,
        thread: None,
        unsubscribe: None,
        recipient: hook.address.clone(),
        subject,
        text: body.to_string(),
        html: String::new(),
        expires_at: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The example of the specification.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let made = signature(
            secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_written_as_the_specification_has_it() {
        let (one, other) = (fresh_secret().unwrap(), fresh_secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(BASE64.decode(one.strip_prefix("whsec_").unwrap()).unwrap().len(), 32);
    }
}
