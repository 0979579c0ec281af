//! The mail with which somebody logs in.

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::accounts::login::NewLogin;
use store::accounts::message::{MessageKind, NewMessage};

use super::{Letterhead, MailError};
use crate::secret;

/// How long a link and a code can be used, in minutes.
pub const LOGIN_MINUTES: i64 = 15;

#[derive(Template)]
#[template(path = "login.txt", escape = "none")]
struct Text<'l> {
    link: &'l str,
    code: &'l str,
    site: &'l str,
}

#[derive(Template)]
#[template(path = "login.html")]
struct Html<'l> {
    subject: &'l str,
    link: &'l str,
    code: &'l str,
    site: &'l str,
}

impl Letterhead {
    /// Queues the mail with which the holder of an address, as [`super::normal_address`] gives it, can
    /// log in, in the browser that has the secret `browser`; they then go to the path `return_to`.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn send_login(
        &self,
        store: &Store,
        email: &str,
        browser: &str,
        return_to: &str,
        now: Timestamp,
    ) -> Result<(), MailError> {
        let (token, code) = (secret::fresh()?, secret::code()?);
        let expires_at = now + SignedDuration::from_mins(LOGIN_MINUTES);
        let login = NewLogin {
            email: email.to_owned(),
            token: secret::hash(&token),
            code: secret::hash_of_code(browser, &code),
            browser: secret::hash(browser),
            return_to: return_to.to_owned(),
            expires_at,
        };
        let link = self.address(&format!("/inloggen/link/{token}"));
        // Without the code: what stands in a subject is kept, and shows on locked screens.
        let subject = "Inloggen bij Griffier";
        let (link, code, site) = (link.as_str(), code.as_str(), self.site.as_str());
        let mail = NewMessage {
            account: None,
            kind: MessageKind::Login,
            message_id: self.message_id()?,
            thread: None,
            unsubscribe: None,
            recipient: email.to_owned(),
            text: Text { link, code, site }.render()?,
            html: Html { subject, link, code, site }.render()?,
            subject: subject.to_owned(),
            expires_at: Some(expires_at),
        };
        store.ask_login(&login, &mail, now)?;
        Ok(())
    }
}
