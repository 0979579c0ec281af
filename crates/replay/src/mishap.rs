//! Makes answers late, and answers or connections fail, as the [`Faults`] say.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{self, Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use model::Category;
use tokio::time::Sleep;

use crate::connection::Cord;
use crate::faults::{Faults, Mishap};
use crate::server::{Failure, Served, blocking};

/// How many addresses are remembered. Forgetting them only means that their draws begin anew.
const MOST_ADDRESSES: usize = 200_000;

/// How long half an answer is left to arrive before its connection fails.
const PAUSE: Duration = Duration::from_millis(10);

/// The faults in force, and what has to be remembered for them.
pub(crate) struct Trouble {
    state: Mutex<InForce>,
}

struct InForce {
    faults: Arc<Faults>,
    since: Instant,
    /// How often each address, by its hash, was asked for.
    attempts: HashMap<u64, u64>,
    bumped: bool,
    restarted: bool,
}

impl InForce {
    fn new(faults: Faults) -> Self {
        Self {
            faults: Arc::new(faults),
            since: Instant::now(),
            attempts: HashMap::new(),
            bumped: false,
            restarted: false,
        }
    }
}

impl Trouble {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { state: Mutex::new(InForce::new(faults)) }
    }

    pub(crate) fn faults(&self) -> Arc<Faults> {
        self.with(|state| state.faults.clone())
    }

    /// Puts other faults in the place of the present ones, with the same seed; gives them.
    pub(crate) fn set(&self, faults: Faults) -> Arc<Faults> {
        self.with(|state| {
            *state = InForce::new(faults.with_seed(state.faults.seed));
            state.faults.clone()
        })
    }

    /// How often this address was asked for before.
    fn attempt(&self, address: u64) -> u64 {
        self.with(|state| {
            if state.attempts.len() >= MOST_ADDRESSES {
                state.attempts.clear();
            }
            let attempts = state.attempts.entry(address).or_default();
            *attempts += 1;
            *attempts - 1
        })
    }

    /// The bump and the restart whose time has come, each given once.
    fn due(&self) -> (Option<usize>, bool) {
        self.with(|state| {
            let elapsed = state.since.elapsed();
            let bump = state.faults.bump.filter(|(_, time)| !state.bumped && *time <= elapsed);
            let restart = state.faults.restart.is_some_and(|time| time <= elapsed);
            let restart = restart && !state.restarted;
            state.bumped |= bump.is_some();
            state.restarted |= restart;
            (bump.map(|(count, _)| count), restart)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut InForce) -> T) -> T {
        // Nothing that is done with it can leave it half done.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Goes around the answering of a request.
pub(crate) async fn strike(
    State(served): State<Arc<Served>>,
    cord: Option<axum::Extension<ConnectInfo<Cord>>>,
    request: Request,
    next: Next,
) -> Response {
    let faults = served.trouble.faults();
    if *faults == (Faults { seed: faults.seed, ..Faults::default() }) {
        return next.run(request).await;
    }
    if let Err(failure) = let_happen_what_is_due(&served).await {
        return failure.into_response();
    }
    let address = hash(request.uri());
    let is_page = request.uri().path().ends_with("/Feed");
    let attempt = served.trouble.attempt(address);
    if let Some(delay) = faults.delay(address, attempt) {
        tokio::time::sleep(delay).await;
    }
    let mishap = match faults.mishap(address, attempt) {
        // A file may end anywhere and hold anything: it would be damaged without a sign of it.
        Some(Mishap::TruncateSilently) if !is_page => Mishap::TruncateAnnounced,
        Some(Mishap::Garble) if !is_page => return next.run(request).await,
        Some(mishap) => mishap,
        None => return next.run(request).await,
    };
    match mishap {
        Mishap::TooMany { retry_after } => {
            let failure = Failure::status(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
            let mut response = failure.into_response();
            if retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            response
        }
        Mishap::ServerError => {
            Failure::status(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
                .into_response()
        }
        Mishap::Garble => with_body(next.run(request).await, garbled).await,
        Mishap::TruncateSilently => {
            with_body(next.run(request).await, |whole| half(&whole, Ending::Quiet)).await
        }
        Mishap::TruncateAnnounced => {
            let mut response = next.run(request).await;
            announce_length(&mut response);
            with_body(response, |whole| half(&whole, Ending::Closed)).await
        }
        Mishap::Reset => {
            let mut response = next.run(request).await;
            announce_length(&mut response);
            let ending = match cord {
                Some(axum::Extension(ConnectInfo(cord))) => Ending::Reset(cord),
                None => Ending::Closed,
            };
            with_body(response, |whole| half(&whole, ending)).await
        }
    }
}

async fn let_happen_what_is_due(served: &Arc<Served>) -> Result<(), Failure> {
    let (bump, restart) = served.trouble.due();
    if let Some(count) = bump {
        let served = served.clone();
        let number = blocking(move || served.sequence.bump(Category::Document, count)).await?;
        tracing::info!(number, "documents published again");
    }
    if restart {
        let served = served.clone();
        blocking(move || served.sequence.restart()).await?;
        tracing::info!("the sequence begins again");
    }
    Ok(())
}

fn hash(address: &axum::http::Uri) -> u64 {
    // The same for the same address in every process: this hasher has fixed keys.
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    hasher.finish()
}

fn announce_length(response: &mut Response) {
    let exact = axum::body::HttpBody::size_hint(response.body()).exact();
    if let Some(length) = exact {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
}

/// The response with another body, if it succeeded.
async fn with_body(response: Response, change: impl FnOnce(Bytes) -> Body) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (head, whole) = response.into_parts();
    match body::to_bytes(whole, usize::MAX).await {
        Ok(whole) => Response::from_parts(head, change(whole)),
        Err(error) => {
            Failure::status(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()).into_response()
        }
    }
}

/// A page with a tag in it that is none.
fn garbled(whole: Bytes) -> Body {
    let text = String::from_utf8_lossy(&whole);
    match text.rfind("</") {
        Some(place) => {
            let (before, after) = text.split_at(place);
            Body::from(format!("{before}</<{}", after.trim_start_matches("</")))
        }
        None => Body::from(whole),
    }
}

fn half(whole: &Bytes, ending: Ending) -> Body {
    let first = whole.slice(..whole.len() / 2);
    Body::new(Half { first: Some(first), ending, pause: None })
}

/// How a body ends that is cut off.
enum Ending {
    /// As if that were all.
    Quiet,
    /// The connection is closed.
    Closed,
    /// The connection is reset.
    Reset(Cord),
}

/// The first half of an answer.
struct Half {
    first: Option<Bytes>,
    ending: Ending,
    pause: Option<Pin<Box<Sleep>>>,
}

impl body::HttpBody for Half {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        // What was sent has to be on its way before the connection fails.
        let pause = self.pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(PAUSE)));
        if pause.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        match &self.ending {
            Ending::Quiet => return Poll::Ready(None),
            Ending::Closed => {}
            Ending::Reset(cord) => cord.pull(),
        }
        Poll::Ready(Some(Err(std::io::Error::other("cut off on purpose"))))
    }
}
