//! The addresses of the Gegevensmagazijn: `/SyncFeed/2.0/Feed`, `/Entiteiten/{id}` and
//! `/Resources/{id}`; and, as a stand-in for the official publications, `/{identifier}.xml`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use model::{Category, Token, Uuid};
use serde::Deserialize;

use crate::files;
use crate::timeline::{Place, Timeline};
use crate::writer::{self, NextLink, Published};

/// Entries on a page, as at the source.
const PAGE: usize = 250;

/// The local Gegevensmagazijn.
pub fn router(timeline: Timeline) -> Router {
    Router::new()
        .route("/SyncFeed/2.0/Feed", get(feed))
        .route("/SyncFeed/2.0/Entiteiten/{id}", get(entity))
        .route("/SyncFeed/2.0/Resources/{id}", get(resource))
        .route("/{publication}", get(publication))
        .with_state(Arc::new(timeline))
}

#[derive(Deserialize)]
struct FeedQuery {
    category: String,
    skiptoken: Option<Token>,
}

async fn feed(
    State(timeline): State<Arc<Timeline>>,
    headers: HeaderMap,
    Query(query): Query<FeedQuery>,
) -> Result<Response, Failure> {
    let Some(category) = Category::from_name(&query.category) else {
        return Err(Failure::status(StatusCode::BAD_REQUEST, "Unknown category"));
    };
    let base = base(&headers);
    // Writing a page may make up to 250 files: work for a thread of its own.
    let xml = blocking(move || {
        let places = timeline.page(category, query.skiptoken.unwrap_or(0), PAGE);
        let next = match places.last() {
            Some(last) => NextLink::Next(last.token),
            None => NextLink::Resume(query.skiptoken),
        };
        let now = timeline.now().unwrap_or_else(Timestamp::now);
        let mut xml = String::new();
        writer::page_head(&mut xml, &base, category, query.skiptoken, next, now);
        for place in places {
            let (updated, published) = published(&timeline, place)?;
            writer::entry(&mut xml, &base, place.token, updated, published);
        }
        writer::page_end(&mut xml);
        Ok(xml)
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], xml).into_response())
}

async fn entity(
    State(timeline): State<Arc<Timeline>>,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    let xml = blocking(move || {
        let Some(place) = timeline.entity(id) else { return Ok(None) };
        let (_, published) = published(&timeline, place)?;
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        writer::entity(&mut xml, id, published);
        Ok(Some(xml))
    })
    .await?;
    let xml = xml.ok_or_else(Failure::not_found)?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}

async fn resource(
    State(timeline): State<Arc<Timeline>>,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    let file = blocking(move || {
        let Some(place) = timeline.entity(id) else { return Ok(None) };
        let Some(state) = timeline.recording.states.get(place.state) else { return Ok(None) };
        files::of(&timeline.recording, id, &timeline.recording.read(state)?)
    })
    .await?;
    let file = file.ok_or_else(Failure::not_found)?;
    Ok(([(header::CONTENT_TYPE, file.content_type)], Body::from(file.bytes)).into_response())
}

async fn publication(
    State(timeline): State<Arc<Timeline>>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let xml = name
        .strip_suffix(".xml")
        .and_then(|identifier| timeline.recording.publications.get(identifier))
        .ok_or_else(Failure::not_found)?;
    Ok(([(header::CONTENT_TYPE, "application/xml")], xml.clone()).into_response())
}

fn published(timeline: &Timeline, place: Place) -> anyhow::Result<(Timestamp, Published)> {
    let state = timeline
        .recording
        .states
        .get(place.state)
        .ok_or_else(|| anyhow::anyhow!("a place without a state"))?;
    let read = timeline.recording.read(state)?;
    let file = files::of(&timeline.recording, state.id, &read)?.map(|file| file.info());
    let published = Published {
        entity: read.entity,
        bijgewerkt: read.bijgewerkt.unwrap_or(state.updated),
        deleted: read.deleted,
        file,
    };
    Ok((state.updated, published))
}

/// The address under which the reader knows this server.
fn base(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}/SyncFeed/2.0")
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(error)) => {
            tracing::error!(%error, "the recording cannot be served");
            Err(Failure::status(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error:#}")))
        }
        Err(_) => Err(Failure::status(StatusCode::INTERNAL_SERVER_ERROR, "panic")),
    }
}

/// A failure, with a JSON body as the source's own.
struct Failure {
    status: StatusCode,
    title: String,
}

impl Failure {
    fn status(status: StatusCode, title: &str) -> Self {
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
