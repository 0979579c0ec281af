//! Who asks for a page: the session that their browser's cookie stands for.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use store::accounts::Account;
use url::Url;
use watch::secret;

use crate::{PageError, SharedSite, Site, query};

/// The cookie of who is logged in.
pub(crate) const SESSION: &str = "griffier-sessie";
/// The cookie of a browser that asked to log in.
pub(crate) const BROWSER: &str = "griffier-browser";

/// As long as browsers keep cookies. When a session is over is for the store to say.
const SESSION_SECONDS: u32 = 400 * 24 * 60 * 60;
/// Longer than a link to log in works.
const BROWSER_SECONDS: u32 = 60 * 60;

/// The longest path to come back to after logging in.
const LONGEST_PATH: usize = 2_000;

/// Somebody who is logged in. As an extractor it sends others to `/inloggen`, and back to the page
/// after that; `Option<LoggedIn>` leaves them be.
pub(crate) struct LoggedIn {
    pub(crate) account: Account,
    /// The number of the session.
    pub(crate) session: i64,
}

impl OptionalFromRequestParts<SharedSite> for LoggedIn {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        site: &SharedSite,
    ) -> Result<Option<Self>, PageError> {
        let Some(token) = site.cookie(&parts.headers, SESSION) else { return Ok(None) };
        let token = secret::hash(token);
        let found =
            site.blocking(move |site| Ok(site.store.session(token, Timestamp::now())?)).await?;
        Ok(found.map(|(account, session)| Self { account, session }))
    }
}

impl FromRequestParts<SharedSite> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &SharedSite) -> Result<Self, Response> {
        let found =
            <Self as OptionalFromRequestParts<SharedSite>>::from_request_parts(parts, site).await;
        match found {
            Ok(Some(logged_in)) => Ok(logged_in),
            Ok(None) => Err(to_login(parts).into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

fn to_login(parts: &Parts) -> Redirect {
    // What was sent with a form is gone; the page that it came from is where to go on.
    let asked = parts.uri.path_and_query().map(|asked| asked.as_str());
    let back = match (&parts.method, asked) {
        (&Method::GET, Some(asked)) => local_path(asked),
        _ => None,
    };
    let back = back.unwrap_or_else(|| "/mijn".to_owned());
    Redirect::to(&format!("/inloggen{}", query(&[("terug", &back)])))
}

impl Site {
    /// What a browser has in one of our cookies.
    pub(crate) fn cookie<'h>(&self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let name = self.cookie_name(name);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value)
    }

    /// The header that gives a browser one of our cookies, or takes it away.
    pub(crate) fn set_cookie(
        &self,
        name: &str,
        value: Option<&str>,
    ) -> Result<HeaderValue, PageError> {
        let seconds = match (value, name) {
            (None, _) => 0,
            (Some(_), SESSION) => SESSION_SECONDS,
            (Some(_), _) => BROWSER_SECONDS,
        };
        let name = self.cookie_name(name);
        let value = value.unwrap_or_default();
        let secure = if self.is_secure() { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
            .parse()
            .map_err(PageError::internal)
    }

    /// The prefix has browsers refuse a cookie of that name which another machine of the domain, or
    /// somebody on the line, wants to set.
    fn cookie_name(&self, name: &str) -> String {
        if self.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https:"))
    }
}

/// A path on this site, with its query, as it can stand in a header. `None` for what leads elsewhere.
pub(crate) fn local_path(given: &str) -> Option<String> {
    if given.len() > LONGEST_PATH || !given.starts_with('/') {
        return None;
    }
    // Understood as browsers do it: they take `\` for `/` and leave out line ends and tabs.
    let here = Url::parse("http://griffier.invalid").ok()?;
    let there = here.join(given).ok()?;
    if there.origin() != here.origin() || there.path().starts_with("//") {
        return None;
    }
    let query = there.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", there.path()))
}

/// What a browser is, in words: `Firefox op Linux`.
pub(crate) fn browser_in_words(headers: &HeaderMap) -> String {
    let agent =
        headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    // Browsers name others to be taken for them: the most particular goes first.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} op {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Een browser op {system}"),
        (None, None) => "Een onbekende browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_the_site() {
        for path in ["/", "/mijn", "/zoeken?q=klimaat%20en%26zo", "/dossier/36576?blad=2"] {
            assert_eq!(local_path(path).as_deref(), Some(path));
        }
        assert_eq!(local_path("/a b/é#hier").as_deref(), Some("/a%20b/%C3%A9"));
        for elsewhere in [
            "",
            "mijn",
            "https://kwaad.nl/",
            "//kwaad.nl",
            "/\\kwaad.nl",
            "\\\\kwaad.nl",
            "/\t/kwaad.nl",
            "/\r\n/kwaad.nl",
            "/.//kwaad.nl",
            "/a/..//kwaad.nl",
            "/%2e//kwaad.nl",
            "javascript:alert(1)",
            " //kwaad.nl",
        ] {
            assert_eq!(local_path(elsewhere), None, "{elsewhere:?}");
        }
        let injected = local_path("/mijn\r\nSet-Cookie: a=b").unwrap();
        assert!(!injected.contains(['\r', '\n', ' ']), "{injected:?}");
        assert_eq!(local_path(&format!("/{}", "a".repeat(3_000))), None);
    }

    #[test]
    fn a_browser_is_told_by_the_name_it_gives_last() {
        let words = |agent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            browser_in_words(&headers)
        };
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                      Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(words(chrome), "Chrome op Windows");
        assert_eq!(words(&format!("{chrome} Edg/142.0.0.0")), "Edge op Windows");
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        assert_eq!(words(firefox), "Firefox op Linux");
        assert_eq!(words("<script>"), "Een onbekende browser");
    }
}
