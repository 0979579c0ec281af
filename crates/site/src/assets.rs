//! The style sheet, the scripts and the icon, compiled in. The addresses of all but the last carry a
//! hash, so that browsers may keep them for good.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::PageError;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/nieuws.js");
const SEARCH_SCRIPT: &str = include_str!("../assets/zoek.js");
const ICON: &str = include_str!("../assets/griffier.svg");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| format!("style-{}.css", hash(STYLE)));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| format!("nieuws-{}.js", hash(SCRIPT)));

static SEARCH_SCRIPT_NAME: LazyLock<String> =
    LazyLock::new(|| format!("zoek-{}.js", hash(SEARCH_SCRIPT)));

fn hash(content: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The address of the style sheet.
pub(crate) fn style_address() -> String {
    format!("/assets/{}", *STYLE_NAME)
}

/// The address of the script that tells what is new.
pub(crate) fn script_address() -> String {
    format!("/assets/{}", *SCRIPT_NAME)
}

/// The address of the script that suggests what to search for.
pub(crate) fn search_script_address() -> String {
    format!("/assets/{}", *SEARCH_SCRIPT_NAME)
}

/// For what never changes under its address.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, PageError> {
    let (content_type, body, cache) = match name.as_str() {
        name if name == *STYLE_NAME => ("text/css; charset=utf-8", STYLE, FOR_GOOD),
        name if name == *SCRIPT_NAME => ("text/javascript; charset=utf-8", SCRIPT, FOR_GOOD),
        name if name == *SEARCH_SCRIPT_NAME => {
            ("text/javascript; charset=utf-8", SEARCH_SCRIPT, FOR_GOOD)
        }
        "griffier.svg" => ("image/svg+xml", ICON, "public, max-age=86400"),
        _ => return Err(PageError::NotFound),
    };
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache)], body)
        .into_response())
}
