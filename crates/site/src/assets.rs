//! The style sheet and the icon, compiled in. The style sheet's address carries a hash of it, so that
//! browsers may keep it for good.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::PageError;

const STYLE: &str = include_str!("../assets/style.css");
const ICON: &str = include_str!("../assets/griffier.svg");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    STYLE.hash(&mut hasher);
    format!("style-{:016x}.css", hasher.finish())
});

/// The address of the style sheet.
pub(crate) fn style_address() -> String {
    format!("/assets/{}", *STYLE_NAME)
}

pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, PageError> {
    let (content_type, body, cache) = match name.as_str() {
        name if name == *STYLE_NAME => {
            ("text/css; charset=utf-8", STYLE, "public, max-age=31536000, immutable")
        }
        "griffier.svg" => ("image/svg+xml", ICON, "public, max-age=86400"),
        _ => return Err(PageError::NotFound),
    };
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache)], body)
        .into_response())
}
