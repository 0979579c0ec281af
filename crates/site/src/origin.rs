//! Against other sites that let a visitor's browser do something here: whatever changes something has
//! to come from a page of this site.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::{PageError, SharedSite};

/// Refuses what a page of another site had a browser send.
pub(crate) async fn refuse_cross_site(
    State(site): State<SharedSite>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_of_this_site(request.headers(), site.public_url.as_deref()) {
        return next.run(request).await;
    }
    PageError::CrossSite.into_response()
}

/// Browsers say where a request comes from, and pages cannot change what they say: in `Sec-Fetch-Site`,
/// or, where the connection is not encrypted, in `Origin`. What says nothing is no browser, and has
/// nobody's cookies: mail providers that stop a subscription do so.
fn is_of_this_site(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(from) = text("sec-fetch-site") {
        return matches!(from, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
    let Ok(origin) = Url::parse(origin) else { return false };
    let is_public = public_url
        .and_then(|public| Url::parse(public).ok())
        .is_some_and(|public| public.origin() == origin.origin());
    let asked = text(header::HOST.as_str()).unwrap_or_default();
    let is_asked = Url::parse(&format!("{}://{asked}", origin.scheme()))
        .is_ok_and(|asked| asked.origin() == origin.origin());
    origin.origin().is_tuple() && (is_public || is_asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(headers: &[(&str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert("host", "127.0.0.1:8089".parse().unwrap());
        for (name, value) in headers {
            map.insert(
                axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                value.parse().unwrap(),
            );
        }
        is_of_this_site(&map, Some("https://griffier.nl"))
    }

    #[test]
    fn only_this_sites_pages_and_what_is_no_browser_may_change_something() {
        assert!(accepted(&[]));
        assert!(accepted(&[("sec-fetch-site", "same-origin")]));
        assert!(accepted(&[("origin", "http://127.0.0.1:8089")]));
        assert!(accepted(&[("origin", "https://griffier.nl")]));
        for from in ["cross-site", "same-site", "", "Same-Origin"] {
            assert!(!accepted(&[("sec-fetch-site", from)]), "{from}");
        }
        for origin in [
            "null",
            "",
            "https://kwaad.nl",
            "https://griffier.nl.kwaad.nl",
            "https://x.griffier.nl",
            "http://griffier.nl",
            "http://127.0.0.1:80",
            "http://127.0.0.1",
        ] {
            assert!(!accepted(&[("origin", origin)]), "{origin}");
        }
        // What a browser says of the site goes before a matching origin.
        assert!(!accepted(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://127.0.0.1:8089")
        ]));
    }
}
