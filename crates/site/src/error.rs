//! Pages for what went wrong: what it is, whose doing it is, and where to go on.

use std::fmt::Display;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use store::StoreError;
use store::takedown::Takedown;

use crate::layout::Page;
use crate::{Site, format};

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is nothing at this address.
    #[error("not found")]
    NotFound,
    /// What was here has been withdrawn by the source.
    #[error("withdrawn")]
    Withdrawn,
    /// What was here has been taken down by the operator, for the reason that goes with it.
    #[error("taken down: {}", .0.reason)]
    TakenDown(Takedown),
    /// The address itself is wrong; the text says how, in Dutch.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// A page of another site had the visitor's browser send this.
    #[error("sent by another site")]
    CrossSite,
    /// It was asked for too often.
    #[error("asked for too often")]
    TooOften,
    /// It is our fault.
    #[error("internal error: {0}")]
    Internal(String),
}

impl PageError {
    pub(crate) fn internal(error: impl Display) -> Self {
        PageError::Internal(error.to_string())
    }

    fn status(&self) -> StatusCode {
        match self {
            PageError::NotFound => StatusCode::NOT_FOUND,
            PageError::Withdrawn | PageError::TakenDown(_) => StatusCode::GONE,
            PageError::BadRequest(_) => StatusCode::BAD_REQUEST,
            PageError::CrossSite => StatusCode::FORBIDDEN,
            PageError::TooOften => StatusCode::TOO_MANY_REQUESTS,
            PageError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        PageError::internal(error)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        PageError::internal(error)
    }
}

impl IntoResponse for PageError {
    /// A bare answer that carries the error on to `respond`, where the page is made: only
    /// there are the site and the address known.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'e> {
    page: Page,
    code: u16,
    explanation: &'e str,
    hint: Option<Hint>,
}

struct Hint {
    address: String,
    label: String,
}

/// The page that tells a reader about an error.
pub(crate) fn page(site: &Site, error: &PageError, path: &str) -> Response {
    let status = error.status();
    let taken_down;
    let (title, explanation) = match error {
        PageError::NotFound => (
            "Deze pagina is er niet",
            "Misschien is het adres verkeerd overgenomen, of is het stuk nog niet gepubliceerd.",
        ),
        PageError::Withdrawn => (
            "Dit is ingetrokken",
            "Dit stond in de open data van de Tweede Kamer, maar is daar weggehaald.",
        ),
        PageError::TakenDown(Takedown { reason, at, .. }) => {
            let day = at.map(|at| format!(" op {}", format::date(&at))).unwrap_or_default();
            taken_down =
                format!("De beheerder van deze site heeft dit{day} weggehaald. De reden: {reason}");
            ("Dit is weggehaald", taken_down.as_str())
        }
        PageError::BadRequest(how) => ("Dit adres klopt niet", how.as_str()),
        PageError::CrossSite => (
            "Dit kwam van een andere site",
            "Uw browser stuurde dit niet vanaf een pagina van Griffier. Daarom is er niets gedaan. \
             Ga naar de pagina zelf en probeer het daar opnieuw.",
        ),
        PageError::TooOften => (
            "Dit is te vaak gevraagd",
            "U hebt dit kort na elkaar heel vaak gedaan. Wacht een uur en probeer het dan opnieuw.",
        ),
        PageError::Internal(what) => {
            tracing::error!(path, "a page could not be made: {what}");
            (
                "Er ging hier iets mis",
                "Dat ligt aan ons, niet aan u. Probeer het straks opnieuw. Wat er misging, is \
                 vastgelegd.",
            )
        }
    };
    let hint = matches!(error, PageError::NotFound).then(|| hint_for(path)).flatten();
    let mut page = Page::new(site, path, title);
    page.canonical = None;
    page.noindex = true;
    let template = ErrorPage { page, code: status.as_u16(), explanation, hint };
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => (status, "Er ging hier iets mis.").into_response(),
    }
}

/// A search for what the last part of the address looks like.
fn hint_for(path: &str) -> Option<Hint> {
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    let words = percent_encoding::percent_decode_str(last).decode_utf8().ok()?;
    let words = words.trim();
    if words.is_empty() || words.chars().count() > 80 {
        return None;
    }
    let query = percent_encoding::utf8_percent_encode(words, percent_encoding::NON_ALPHANUMERIC);
    Some(Hint { address: format!("/zoeken?q={query}"), label: format!("Zoek naar “{words}”") })
}

/// A method that an address does not take.
pub(crate) async fn no_such_method() -> Response {
    let allowed = [(axum::http::header::ALLOW, "GET, HEAD")];
    (StatusCode::METHOD_NOT_ALLOWED, allowed, "Dit adres kan alleen gelezen worden.")
        .into_response()
}
