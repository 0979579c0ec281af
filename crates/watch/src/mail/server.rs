//! The conversation with a mail server. It is spelled out, command by command, because what a refusal
//! means depends on what it answers: one at the recipient is about the recipient, one at the log-in is
//! about us.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use url::Url;

/// How long the server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a message was not taken on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// There is no server to talk to, or it does not let us in.
    #[error("{0}")]
    Unreachable(String),
    /// Not now, or not from us; the same message may be taken on later.
    #[error("{0}")]
    Later(String),
    /// Never: the server does not take mail for this recipient.
    #[error("{0}")]
    Never(String),
}

/// A server that is ready to take messages on.
pub(crate) struct Connection {
    inner: AsyncSmtpConnection,
    /// Whether a message was tried on it.
    used: bool,
}

/// How a connection is kept from being read by others.
enum Protection {
    None,
    IfPossible,
    StartTls,
    FromTheStart,
}

impl Connection {
    /// Connects as an address such as `smtp://name:password@host:587?tls=required` says.
    pub(crate) async fn open(server: &Url) -> Result<Self, Refusal> {
        let at = |what: &'static str| {
            move |error: Error| Refusal::Unreachable(format!("{what}: {}", in_words(&error)))
        };
        let host = server.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let tls = server.query_pairs().find(|(name, _)| name == "tls");
        let (protection, usual_port) = match (server.scheme(), tls.as_ref().map(|(_, how)| &**how))
        {
            ("smtps", _) => (Protection::FromTheStart, 465),
            (_, Some("required")) => (Protection::StartTls, 587),
            (_, Some("opportunistic")) => (Protection::IfPossible, 587),
            _ => (Protection::None, 25),
        };
        let parameters = || TlsParameters::new(host.clone()).map_err(at("TLS"));
        let from_the_start = match protection {
            Protection::FromTheStart => Some(parameters()?),
            _ => None,
        };
        let address = (host.as_str(), server.port().unwrap_or(usual_port));
        let name = ClientId::default();
        let connecting = AsyncSmtpConnection::connect_tokio1(
            address,
            Some(PATIENCE),
            &name,
            from_the_start,
            None,
        );
        let mut inner = connecting.await.map_err(at("the mail server cannot be reached"))?;
        let start_tls = match protection {
            Protection::StartTls => true,
            Protection::IfPossible => inner.can_starttls(),
            Protection::None | Protection::FromTheStart => false,
        };
        if start_tls {
            inner.starttls(parameters()?, &name).await.map_err(at("STARTTLS"))?;
        }
        if let Some(password) = server.password() {
            let plain = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
            let credentials = Credentials::new(plain(server.username()), plain(password));
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            inner
                .auth(&mechanisms, &credentials)
                .await
                .map_err(at("the mail server does not let us in"))?;
        }
        Ok(Self { inner, used: false })
    }

    /// Hands a message over. Once this has succeeded, it is the server's to deliver.
    pub(crate) async fn send(
        &mut self,
        from: &Address,
        to: &Address,
        message: &[u8],
    ) -> Result<(), Refusal> {
        let later = |error: Error| Refusal::Later(in_words(&error));
        let final_or_later = |error: Error| {
            if error.is_permanent() {
                Refusal::Never(in_words(&error))
            } else {
                Refusal::Later(in_words(&error))
            }
        };
        if self.used {
            self.inner.command(Rset).await.map_err(later)?;
        }
        self.used = true;
        self.inner.command(Mail::new(Some(from.clone()), Vec::new())).await.map_err(later)?;
        self.inner.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(final_or_later)?;
        self.inner.command(Data).await.map_err(later)?;
        self.inner.message(message).await.map_err(final_or_later)?;
        Ok(())
    }

    /// Whether another message can be tried.
    pub(crate) async fn is_fit(&mut self) -> bool {
        !self.inner.has_broken() && self.inner.test_connected().await
    }

    /// Takes leave of the server.
    pub(crate) async fn close(mut self) {
        self.inner.abort().await;
    }
}

/// What a server said, or what else went wrong, on one line and bounded.
fn in_words(error: &Error) -> String {
    const LONGEST: usize = 300;
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        source = cause.source();
    }
    let one_line: String =
        words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    one_line.trim().to_owned()
}
