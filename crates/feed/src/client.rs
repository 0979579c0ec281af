//! Fetching, politely: an own User-Agent, at most [`PARALLEL`] requests at once, bounded time and
//! size, and errors that say whether trying again makes sense.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{Category, Token, Uuid};
use reqwest::{Response, StatusCode, header};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::wire::{Page, WireError, parse_page};

/// Requests under way at once, files included. The source documents no limit; this is ours.
pub const PARALLEL: usize = 4;

/// The largest page that is read. A real page of 250 entries is below 1 MB.
const MAX_PAGE_BYTES: usize = 64 << 20;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a connection may be silent.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Where to fetch from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The SyncFeed: `…/SyncFeed/2.0`, to which `/Feed` and `/Resources` are added.
    pub feed: Url,
    /// The official publications, to which `/{externeidentifier}.xml` is added.
    pub publications: Url,
}

/// Fetches from the sources. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    sources: Arc<Sources>,
    turns: Arc<Semaphore>,
}

/// Why something could not be fetched.
#[derive(Debug, Error)]
pub enum FetchError {
    /// No answer came: no such host, no connection, a time-out, a reset.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        url: Url,
        /// What went wrong, down to the cause.
        reason: String,
    },
    /// The answer is not the thing asked for.
    #[error("{url} answered {status}{}", body.as_ref().map(|body| format!(": {body}")).unwrap_or_default())]
    Status {
        /// What was asked for.
        url: Url,
        /// The status of the answer.
        status: StatusCode,
        /// How long the source asks to wait, if it does.
        retry_after: Option<Duration>,
        /// The beginning of the answer's text.
        body: Option<String>,
    },
    /// An answer came, but it is no page of the feed.
    #[error("{url} is not a SyncFeed page: {reason}")]
    NotAPage {
        /// What was asked for.
        url: Url,
        /// What is wrong with it.
        #[source]
        reason: WireError,
    },
    /// The answer is larger than is sensible.
    #[error("{url} is larger than the {limit} bytes allowed")]
    TooLarge {
        /// What was asked for.
        url: Url,
        /// The limit, in bytes.
        limit: usize,
    },
}

impl FetchError {
    /// Whether the same request may well succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            FetchError::Unreachable { .. } => true,
            FetchError::Status { status, .. } => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
                    )
            }
            // A page that was cut off on the way is whole the next time.
            FetchError::NotAPage { reason, .. } => !matches!(reason, WireError::NotAFeed(_)),
            FetchError::TooLarge { .. } => false,
        }
    }

    /// Whether the source says that the thing is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, FetchError::Status { status, .. }
            if matches!(*status, StatusCode::NOT_FOUND | StatusCode::GONE))
    }

    /// How long the source asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            FetchError::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Client {
    /// A client for these sources. `contact` is put in the User-Agent, so that the source knows whom
    /// to turn to.
    ///
    /// # Errors
    /// If the TLS roots of the machine cannot be read.
    pub fn new(sources: Sources, contact: Option<&str>) -> Result<Self, reqwest::Error> {
        // Fails only if a provider was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let version = env!("CARGO_PKG_VERSION");
        let user_agent = match contact {
            Some(contact) => format!("Griffier/{version} (+{contact})"),
            None => format!("Griffier/{version}"),
        };
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .redirect(reqwest::redirect::Policy::limited(3));
        // A source on this machine is not reached through a proxy, whatever the environment says.
        if is_on_this_machine(&sources.feed) {
            http = http.no_proxy();
        }
        let http = http.build()?;
        Ok(Self { http, sources: Arc::new(sources), turns: Arc::new(Semaphore::new(PARALLEL)) })
    }

    /// The page of a category after a token, or its first.
    ///
    /// # Errors
    /// A [`FetchError`]; nothing of the page may then be used.
    pub async fn page(&self, category: Category, after: Option<Token>) -> Result<Page, FetchError> {
        let mut url = under(&self.sources.feed, &["Feed"]);
        url.query_pairs_mut().append_pair("category", category.name());
        if let Some(token) = after {
            url.query_pairs_mut().append_pair("skiptoken", &token.to_string());
        }
        let mut download = self.get(url).await?;
        let mut body = Vec::new();
        while let Some(chunk) = download.chunk().await? {
            if body.len() + chunk.len() > MAX_PAGE_BYTES {
                let url = download.url.clone();
                return Err(FetchError::TooLarge { url, limit: MAX_PAGE_BYTES });
            }
            body.extend_from_slice(&chunk);
        }
        parse_page(&body)
            .map_err(|reason| FetchError::NotAPage { url: download.url.clone(), reason })
    }

    /// The file of an entity.
    ///
    /// # Errors
    /// A [`FetchError`].
    pub async fn resource(&self, entity: Uuid) -> Result<Download, FetchError> {
        self.get(under(&self.sources.feed, &["Resources", &entity.to_string()])).await
    }

    /// The XML of an official publication, by its `externeidentifier`: `kst-35373-1`.
    ///
    /// # Errors
    /// A [`FetchError`].
    pub async fn publication(&self, identifier: &str) -> Result<Download, FetchError> {
        self.get(under(&self.sources.publications, &[&format!("{identifier}.xml")])).await
    }

    async fn get(&self, url: Url) -> Result<Download, FetchError> {
        // The semaphore is never closed, so a permit always comes.
        let turn = self.turns.clone().acquire_owned().await.ok();
        let response = self
            .http
            .get(url.clone())
            .send()
            .await
            .map_err(|error| unreachable_source(url.clone(), &error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(Download { url, response, _turn: turn });
        }
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        Err(FetchError::Status { url, status, retry_after, body: beginning(response).await })
    }
}

/// An answer whose body is still coming in. It holds one of the client's turns until it is dropped.
#[derive(Debug)]
pub struct Download {
    url: Url,
    response: Response,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Download {
    /// The media type, as labelled.
    pub fn content_type(&self) -> Option<&str> {
        self.response.headers().get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// The next part of the body, or `None` at its end. A body that is shorter than announced is an
    /// error, not an end.
    ///
    /// # Errors
    /// [`FetchError::Unreachable`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        self.response.chunk().await.map_err(|error| unreachable_source(self.url.clone(), &error))
    }
}

fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn unreachable_source(url: Url, error: &reqwest::Error) -> FetchError {
    // The outermost message only repeats the address; the cause is at the bottom.
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let reason = if error.is_timeout() { "no answer in time".into() } else { cause.to_string() };
    FetchError::Unreachable { url, reason }
}

/// The first line of an error's answer, to show to an operator.
async fn beginning(mut response: Response) -> Option<String> {
    const ENOUGH: usize = 200;
    let mut body = Vec::new();
    while body.len() < ENOUGH {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            _ => break,
        }
    }
    let text = String::from_utf8_lossy(&body);
    let line: String = text.lines().next()?.trim().chars().take(ENOUGH).collect();
    (!line.is_empty()).then_some(line)
}

/// An address with these segments added, each escaped.
fn under(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    // Fails only for addresses that cannot be a base, such as mailto:, which cannot be fetched from
    // either and so end in `Unreachable`.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}
