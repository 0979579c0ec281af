//! What happens to every answer on its way out: errors become pages, pages get an ETag, and all get
//! the headers that keep a browser safe.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::origin::refuse_cross_site;
use crate::{PageError, SharedSite, error};

/// Scripts, styles and images only from here and never within a page, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                      img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Pages are made in memory and are much smaller than this.
const MAX_PAGE_BYTES: usize = 64 << 20;

/// Puts the layers around the site's router.
pub(crate) fn around(router: Router<()>, site: SharedSite) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site.clone(), refuse_cross_site))
        .layer(from_fn_with_state(site, error_pages))
        .layer(from_fn(validators))
        .layer(CompressionLayer::new())
        .layer(from_fn(safe_headers))
}

/// For pages that are one visitor's own: nobody keeps them, and no search engine lists them.
pub(crate) async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let what = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "panic".to_owned());
    PageError::Internal(what).into_response()
}

/// Turns an error, of ours or of axum's own, into a page.
async fn error_pages(State(site): State<SharedSite>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if let Some(error) = response.extensions().get::<Arc<PageError>>() {
        return error::page(&site, error, &path);
    }
    let unreadable = [
        StatusCode::BAD_REQUEST,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
    ];
    if unreadable.contains(&response.status()) {
        let how = "Een deel van het adres is niet te begrijpen.".to_owned();
        return error::page(&site, &PageError::BadRequest(how), &path);
    }
    response
}

/// Gives pages an ETag, and answers 304 to who has the page already.
async fn validators(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let is_page = response.status() == StatusCode::OK
        && !response.headers().contains_key(header::ETAG)
        && !response.headers().contains_key(header::CACHE_CONTROL);
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_PAGE_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let etag = etag(&bytes);
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if known.is_some_and(|known| known.to_str().is_ok_and(|known| known.contains(&etag))) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        insert(&mut parts.headers, header::ETAG, &etag);
        return Response::from_parts(parts, Body::empty());
    }
    insert(&mut parts.headers, header::ETAG, &etag);
    Response::from_parts(parts, Body::from(bytes))
}

/// A weak validator: the compressed and the plain form of a page are the same page.
fn etag(bytes: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

async fn safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ] {
        // A file's own, stricter policy stays.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
