//! Calling a webhook: one request, to an address that was checked as it is connected to.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, header};
use store::accounts::webhook::QueuedDelivery;

use super::address::{Destinations, WrongAddress};
use super::signature;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a webhook did not take a delivery on; in Dutch, for its owner. It says nothing of what was answered
/// but the status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not now; the same may be taken on later.
    #[error("{0}")]
    Later(String),
    /// Never: it says that it is gone, or it is where no webhook may be.
    #[error("{0}")]
    Never(String),
}

/// Calls webhooks.
#[derive(Clone)]
pub(crate) struct Caller {
    http: reqwest::Client,
    destinations: Arc<Destinations>,
}

impl Caller {
    /// Calls webhooks at these destinations.
    ///
    /// # Errors
    /// If the certificate authorities of the system cannot be read.
    pub(crate) fn new(destinations: Destinations) -> reqwest::Result<Self> {
        // Fails only if it was installed before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let destinations = Arc::new(destinations);
        let http = reqwest::Client::builder()
            .user_agent(concat!("Griffier/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Checked(Arc::clone(&destinations))))
            // A redirect or a proxy would lead past the check, and a connection that is kept is not
            // checked again.
            .redirect(Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .build()?;
        Ok(Self { http, destinations })
    }

    /// Delivers something. It is taken on once a status of 200 to 299 was answered; what else is answered
    /// is not read.
    pub(crate) async fn call(&self, delivery: &QueuedDelivery) -> Result<(), Refusal> {
        // The operator may name other networks than when it was made, and an IP address is not looked up.
        let address = self.destinations.check(&delivery.address);
        let address = address.map_err(|wrong: WrongAddress| Refusal::Never(wrong.to_string()))?;
        let timestamp = Timestamp::now().as_second();
        let signature =
            signature(&delivery.secret, &delivery.delivery_id, timestamp, &delivery.body);
        let request = self
            .http
            .post(address)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &delivery.delivery_id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(delivery.body.clone());
        match request.send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() => Ok(()),
            Ok(StatusCode::GONE) => {
                Err(Refusal::Never("de server antwoordde met 410: hier is niets meer".to_owned()))
            }
            Ok(status) => Err(Refusal::Later(format!("de server antwoordde met {status}"))),
            Err(error) => Err(Refusal::Later(in_words(&error).to_owned())),
        }
    }
}

fn in_words(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(this) = cause {
        if this.is::<NowherePublic>() {
            return "de naam leidt niet naar een openbaar adres";
        }
        cause = this.source();
    }
    if error.is_timeout() {
        "de server antwoordde niet op tijd"
    } else if error.is_connect() {
        "de server is niet te bereiken, of zijn certificaat klopt niet"
    } else {
        "de verbinding brak af"
    }
}

/// A name that is not there, or that leads to a network where no webhook may be. Which of the two is not
/// told: it would say what names there are in networks of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no public address")]
struct NowherePublic;

/// Looks names up, and gives addresses only if webhooks may be at all of them. What is connected to is
/// what was looked at, so a name that leads elsewhere a moment later does not matter.
struct Checked(Arc<Destinations>);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let destinations = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| NowherePublic)?.collect();
            let is_allowed =
                !found.is_empty() && found.iter().all(|address| destinations.allow(address.ip()));
            if !is_allowed {
                return Err(NowherePublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server on loopback that gives one answer to all, and counts who connects.
    async fn server(answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counting.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut bytes = [0; 4_096];
                    let _ = stream.read(&mut bytes).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                    // What else comes is read, so that the answer is not lost with the connection.
                    let _ = stream.read(&mut bytes).await;
                });
            }
        });
        (address, connections)
    }

    fn delivery(address: &str) -> QueuedDelivery {
        QueuedDelivery {
            id: 1,
            webhook: 1,
            attempts: 0,
            created_at: None,
            delivery_id: "msg_1".into(),
            address: address.into(),
            secret: super::super::fresh_secret().unwrap(),
            body: "{}".into(),
        }
    }

    fn caller(private: &str) -> Caller {
        Caller::new(private.parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn names_and_numbers_of_this_machine_are_not_connected_to() {
        let (address, connections) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let port = address.port();
        for host in [
            "127.0.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
        ] {
            for scheme in ["https", "http"] {
                let called =
                    caller("").call(&delivery(&format!("{scheme}://{host}:{port}/"))).await;
                assert!(called.is_err(), "{scheme}://{host}");
            }
        }
        assert_eq!(connections.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_name_is_refused_by_where_it_leads_and_not_told_from_one_that_is_not_there() {
        let elsewhere = "de naam leidt niet naar een openbaar adres".to_owned();
        let refused = Err(Refusal::Later(elsewhere));
        assert_eq!(caller("").call(&delivery("https://localhost:1/")).await, refused);
        assert_eq!(caller("").call(&delivery("https://bestaat.invalid/")).await, refused);
        // Where the operator allows it the name is followed, and nothing is there.
        let called = caller("127.0.0.0/8,::1").call(&delivery("https://localhost:1/")).await;
        let Err(Refusal::Later(words)) = called else { panic!("nobody is there") };
        assert!(words.contains("niet te bereiken"), "{words}");
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let (inside, connections) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let answer =
            format!("HTTP/1.1 307 x\r\nlocation: http://{inside}/\r\ncontent-length: 0\r\n\r\n");
        let (outside, _) = server(answer.leak()).await;
        let called = caller("127.0.0.1").call(&delivery(&format!("http://{outside}/"))).await;
        assert!(matches!(called, Err(Refusal::Later(words)) if words.contains("307")));
        assert_eq!(connections.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn what_is_answered_decides_and_is_not_waited_for_to_its_end() {
        let call = |answer: &'static str| async move {
            let (address, _) = server(answer).await;
            caller("127.0.0.1").call(&delivery(&format!("http://{address}/"))).await
        };
        // More is announced than ever comes.
        assert_eq!(call("HTTP/1.1 204 No\r\n\r\n").await, Ok(()));
        assert_eq!(call("HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\nx").await, Ok(()));
        assert!(matches!(call("HTTP/1.1 500 x\r\n\r\n").await, Err(Refusal::Later(_))));
        assert!(matches!(call("HTTP/1.1 404 x\r\n\r\n").await, Err(Refusal::Later(_))));
        assert!(matches!(call("HTTP/1.1 410 x\r\n\r\n").await, Err(Refusal::Never(_))));
        assert!(matches!(call("220 ik spreek SMTP\r\n").await, Err(Refusal::Later(_))));
    }
}
