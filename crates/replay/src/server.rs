//! The addresses of the Gegevensmagazijn: `/SyncFeed/2.0/Feed`, `/Entiteiten/{id}` and
//! `/Resources/{id}`; as a stand-in for the official publications, `/{identifier}.xml`; and
//! `/control/…`, by which a test makes happen what happens at the source at times.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use model::{Category, Token, Uuid};
use serde::Deserialize;

use crate::faults::Faults;
use crate::magazijn::Magazijn;
use crate::mishap::{self, Trouble};
use crate::sequence::Sequence;
use crate::writer::{self, NextLink};

/// Entries on a page, as at the source.
const PAGE: usize = 250;

/// The local Gegevensmagazijn, with what is to go wrong in it: `Faults::default()` is nothing.
///
/// `POST /control/bump?count=1000[&category=Document]` publishes old entities again,
/// `POST /control/restart` begins the sequence again, and `POST /control/faults?set=…` puts other
/// faults in the place of the present ones.
pub fn router(magazijn: impl Into<Magazijn>, faults: Faults) -> Router {
    let served = Arc::new(Served {
        sequence: Sequence::new(magazijn.into()),
        trouble: Trouble::new(faults),
    });
    let troubled = Router::new()
        .route("/SyncFeed/2.0/Feed", get(feed))
        .route("/SyncFeed/2.0/Entiteiten/{id}", get(entity))
        .route("/SyncFeed/2.0/Resources/{id}", get(resource))
        .route("/{publication}", get(publication))
        .layer(middleware::from_fn_with_state(served.clone(), mishap::strike));
    Router::new()
        .route("/control/bump", post(bump))
        .route("/control/restart", post(restart))
        .route("/control/faults", post(set_faults))
        .merge(troubled)
        .with_state(served)
}

/// What is served, and what goes wrong while it is.
pub(crate) struct Served {
    pub(crate) sequence: Sequence,
    pub(crate) trouble: Trouble,
}

#[derive(Deserialize)]
struct FeedQuery {
    category: String,
    skiptoken: Option<Token>,
}

async fn feed(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    Query(query): Query<FeedQuery>,
) -> Result<Response, Failure> {
    let category = category(&query.category)?;
    let faults = served.trouble.faults();
    if faults.fail.contains(&category) {
        return Err(Failure::status(StatusCode::INTERNAL_SERVER_ERROR, "This category fails"));
    }
    let base = base(&headers);
    // Writing a page may make up to 250 files: work for a thread of its own.
    let xml = blocking(move || {
        let after = query.skiptoken.unwrap_or(0);
        let emissions = served.sequence.page(category, after, PAGE, &faults)?;
        let next = match emissions.last() {
            Some(last) => NextLink::Next(last.token),
            None => NextLink::Resume(query.skiptoken),
        };
        let now = served.sequence.magazijn.now();
        let mut xml = String::with_capacity(400_000);
        writer::page_head(&mut xml, &base, category, query.skiptoken, next, now);
        for mut emission in emissions {
            let id = emission.id();
            if let Some(file) = &mut emission.published.file {
                if let Some(label) = faults.wrong_label(id, &file.content_type) {
                    file.content_type = label.into();
                }
                let length = file.content_length.unwrap_or_default();
                file.content_length = faults.wrong_length(id, length).or(file.content_length);
            }
            writer::entry(&mut xml, &base, emission.token, emission.updated, emission.published);
        }
        writer::page_end(&mut xml);
        Ok(xml)
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], xml).into_response())
}

async fn entity(
    State(served): State<Arc<Served>>,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    let xml = blocking(move || {
        let Some(emission) = served.sequence.entity(id)? else { return Ok(None) };
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        writer::entity(&mut xml, id, emission.published);
        Ok(Some(xml))
    })
    .await?;
    let xml = xml.ok_or_else(Failure::not_found)?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}

async fn resource(
    State(served): State<Arc<Served>>,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    let faults = served.trouble.faults();
    if faults.is_missing(id) {
        return Err(Failure::not_found());
    }
    let file = blocking(move || served.sequence.magazijn.file(id)).await?;
    let file = file.ok_or_else(Failure::not_found)?;
    let wrong = faults.wrong_label(id, &file.content_type).map(String::from);
    let content_type = wrong.unwrap_or(file.content_type);
    Ok(([(header::CONTENT_TYPE, content_type)], Body::from(file.bytes)).into_response())
}

async fn publication(
    State(served): State<Arc<Served>>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let identifier = name.strip_suffix(".xml").ok_or_else(Failure::not_found)?.to_owned();
    let xml = blocking(move || served.sequence.magazijn.publication(&identifier)).await?;
    let xml = xml.ok_or_else(Failure::not_found)?;
    Ok(([(header::CONTENT_TYPE, "application/xml")], xml).into_response())
}

#[derive(Deserialize)]
struct BumpQuery {
    count: usize,
    category: Option<String>,
}

async fn bump(
    State(served): State<Arc<Served>>,
    Query(query): Query<BumpQuery>,
) -> Result<String, Failure> {
    let category = category(query.category.as_deref().unwrap_or(Category::Document.name()))?;
    let number = blocking(move || served.sequence.bump(category, query.count)).await?;
    tracing::info!(%category, number, "published again");
    Ok(format!("{number} published again\n"))
}

async fn restart(State(served): State<Arc<Served>>) -> Result<&'static str, Failure> {
    blocking(move || served.sequence.restart()).await?;
    tracing::info!("the sequence begins again");
    Ok("the sequence begins again\n")
}

#[derive(Deserialize)]
struct FaultsQuery {
    set: String,
}

async fn set_faults(
    State(served): State<Arc<Served>>,
    Query(query): Query<FaultsQuery>,
) -> Result<String, Failure> {
    let faults = query
        .set
        .parse()
        .map_err(|error| Failure::status(StatusCode::BAD_REQUEST, &format!("{error:#}")))?;
    Ok(format!("{}\n", served.trouble.set(faults)))
}

fn category(name: &str) -> Result<Category, Failure> {
    Category::from_name(name)
        .ok_or_else(|| Failure::status(StatusCode::BAD_REQUEST, "Unknown category"))
}

/// The address under which the reader knows this server.
fn base(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}/SyncFeed/2.0")
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(error)) => {
            tracing::error!(%error, "the data cannot be served");
            Err(Failure::status(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error:#}")))
        }
        Err(_) => Err(Failure::status(StatusCode::INTERNAL_SERVER_ERROR, "panic")),
    }
}

/// A failure, with a JSON body as the source's own.
pub(crate) struct Failure {
    status: StatusCode,
    title: String,
}

impl Failure {
    pub(crate) fn status(status: StatusCode, title: &str) -> Self {
        Self { status, title: title.into() }
    }

    fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND, "Not Found")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "title": self.title, "status": self.status.as_u16() });
        let content_type = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status, content_type, body.to_string()).into_response()
    }
}
