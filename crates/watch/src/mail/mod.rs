//! Mail: what a message says, and handing it to a server.

mod alert;
pub(crate) mod letter;
mod login;
mod server;
mod unsubscribe;

use std::fmt;
use std::path::PathBuf;

use lettre::Address;
use store::StoreError;
use url::Url;

use crate::secret;

pub(crate) use alert::{in_short, still_wanted};
/// Whom mail comes from: an address, perhaps with a name.
pub use lettre::message::Mailbox as Sender;
pub use login::LOGIN_MINUTES;
pub(crate) use server::{Connection, Refusal};
pub use unsubscribe::Stop;

/// Why a message cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A template failed.
    #[error("a message cannot be written: {0}")]
    Template(#[from] askama::Error),
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where mail goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Outlet {
    /// To a mail server: `smtp://name:password@host:port?tls=required`, or `smtps://`.
    Server(Url),
    /// Into a folder, a file per message.
    Folder(PathBuf),
}

impl fmt::Debug for Outlet {
    /// Without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outlet::Server(url) => write!(f, "Server({})", url.host_str().unwrap_or_default()),
            Outlet::Folder(folder) => write!(f, "Folder({})", folder.display()),
        }
    }
}

/// What all mail from this site has in common.
#[derive(Clone)]
pub struct Letterhead {
    /// The address of the site, without a slash at the end.
    site: String,
    /// The name of its machine, for the numbers of messages.
    host: String,
    /// What addresses that need no log-in are signed with.
    key: Vec<u8>,
}

impl fmt::Debug for Letterhead {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letterhead").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Letterhead {
    /// For the site at an address, with the key of its store.
    pub fn new(site: &Url, key: &str) -> Self {
        Self {
            site: site.as_str().trim_end_matches('/').to_owned(),
            host: site.host_str().unwrap_or("localhost").to_owned(),
            key: key.as_bytes().to_vec(),
        }
    }

    /// The address of a page, for who is not on the site.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    /// A fresh Message-ID.
    fn message_id(&self) -> Result<String, getrandom::Error> {
        let unique = secret::fresh()?;
        Ok(format!("<{}@{}>", &unique[..32], self.host))
    }
}

/// A mail address as it is kept: in lower case, without a name or a comment. `None` for what is no
/// address that mail can be sent to.
pub fn normal_address(given: &str) -> Option<String> {
    /// RFC 5321, 4.5.3.1.
    const LONGEST: usize = 254;
    let given = given.trim();
    if given.len() > LONGEST || !given.is_ascii() {
        return None;
    }
    let address: Address = given.to_ascii_lowercase().parse().ok()?;
    // `name@localhost` is an address, but not one that somebody can be reached at from here.
    let is_reachable = address.domain().contains('.') && !address.domain().starts_with('[');
    let is_plain =
        given.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\(),:;<>[]".contains(&byte));
    (is_reachable && is_plain).then(|| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_one_form() {
        let normal = |given: &str| normal_address(given);
        assert_eq!(normal(" Jan.Jansen+k@Voorbeeld.NL "), Some("jan.jansen+k@voorbeeld.nl".into()));
        for wrong in [
            "",
            "jan",
            "jan@",
            "@voorbeeld.nl",
            "jan@voorbeeld",
            "jan@localhost",
            "jan@[127.0.0.1]",
            "Jan <jan@voorbeeld.nl>",
            "\"jan\"@voorbeeld.nl",
            "jan@voorbeeld.nl\r\nBcc: piet@voorbeeld.nl",
            "jan@voorbeeld.nl, piet@voorbeeld.nl",
            "jan piet@voorbeeld.nl",
            "jän@voorbeeld.nl",
        ] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
        assert_eq!(normal(&format!("{}@voorbeeld.nl", "a".repeat(300))), None);
    }
}
