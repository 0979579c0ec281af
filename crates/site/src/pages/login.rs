//! `/inloggen`: asking for a mail, and getting in with the code or the link in it.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::accounts::login::{Entry, Proof, is_usable};
use store::accounts::session::NewSession;
use watch::{LOGIN_MINUTES, Outlet, normal_address, secret};

use super::{Answer, read_form, render};
use crate::layout::Page;
use crate::limits::Limit;
use crate::session::{BROWSER, LoggedIn, SESSION, browser_in_words, local_path};
use crate::{PageError, SharedSite};

/// Where somebody goes who came for nothing else.
const HOME: &str = "/mijn";

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    page: Page,
    can_mail: bool,
    /// The path to come back to.
    back: String,
    email: String,
    /// Whether what was typed is no address.
    is_wrong: bool,
}

#[derive(Template)]
#[template(path = "code.html")]
struct Code {
    page: Page,
    minutes: i64,
    /// Where mail is written to instead of being sent.
    folder: Option<String>,
    /// What went wrong with the code.
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "link.html")]
struct Link {
    page: Page,
    is_usable: bool,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    email: String,
    #[serde(default)]
    terug: String,
}

fn login_page(site: &SharedSite, back: &str, email: String, is_wrong: bool) -> Login {
    Login {
        page: Page::private(site, "/inloggen", "Inloggen"),
        can_mail: site.outlet.is_some(),
        back: local_path(back).unwrap_or_else(|| HOME.to_owned()),
        email,
        is_wrong,
    }
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    logged_in: Option<LoggedIn>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = login_page(&site, &asked.terug, String::new(), false);
    if logged_in.is_some() {
        return Ok(Redirect::to(&page.back).into_response());
    }
    Ok(render(&page)?.into_response())
}

/// Sends the mail. The answer is the same whether or not there is an account.
pub(crate) async fn ask(
    State(site): State<SharedSite>,
    request: Request,
) -> Result<Response, PageError> {
    let network = site.network(request.headers(), request.extensions());
    let known = site.cookie(request.headers(), BROWSER).map(str::to_owned);
    let asked = read_form::<Asked>(request).await?;
    if site.outlet.is_none() {
        return Ok(render(&login_page(&site, &asked.terug, String::new(), false))?.into_response());
    }
    let Some(email) = normal_address(&asked.email) else {
        return Ok(render(&login_page(&site, &asked.terug, asked.email, true))?.into_response());
    };
    let is_allowed = site.limits.allows(Limit::MAIL_PER_NETWORK, &network)
        && site.limits.allows(Limit::MAIL_PER_HOUR, &email)
        && site.limits.allows(Limit::MAIL_PER_DAY, &email);
    if !is_allowed {
        return Err(PageError::TooOften);
    }
    // A browser that asks again can still use what it asked for before.
    let browser = match known.filter(|known| secret::is_one(known)) {
        Some(known) => known,
        None => secret::fresh().map_err(PageError::internal)?,
    };
    let cookie = site.set_cookie(BROWSER, Some(&browser))?;
    let back = local_path(&asked.terug).unwrap_or_else(|| HOME.to_owned());
    site.blocking(move |site| {
        site.letterhead
            .send_login(&site.store, &email, &browser, &back, Timestamp::now())
            .map_err(PageError::internal)
    })
    .await?;
    site.mail_waiting.notify_one();
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/inloggen/code")).into_response())
}

fn code_page(site: &SharedSite, problem: Option<&'static str>) -> Answer {
    let folder = match &site.outlet {
        // Where a real site writes is not for everybody to know.
        Some(Outlet::Folder(folder)) if site.demo => Some(folder.display().to_string()),
        _ => None,
    };
    let page = Page::private(site, "/inloggen/code", "Kijk in uw mail");
    render(&Code { page, minutes: LOGIN_MINUTES, folder, problem })
}

pub(crate) async fn code(State(site): State<SharedSite>) -> Answer {
    code_page(&site, None)
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    code: String,
}

pub(crate) async fn enter_code(
    State(site): State<SharedSite>,
    request: Request,
) -> Result<Response, PageError> {
    let caller = Caller::of(&site, &request)?;
    let typed = read_form::<Typed>(request).await?;
    let digits: String = typed.code.chars().filter(char::is_ascii_digit).take(12).collect();
    let proof = Proof::Code(secret::hash_of_code(&caller.browser, &digits));
    match caller.enter(&site, proof).await? {
        (Entry::In { .. }, Some(response)) => Ok(response),
        (Entry::TooOften, _) => {
            let problem = "U hebt te vaak een verkeerde code getypt. Vraag een nieuwe mail aan.";
            Ok(code_page(&site, Some(problem))?.into_response())
        }
        _ => {
            let problem = "Die code klopt niet, of is te oud. Typ de code uit de nieuwste mail.";
            Ok(code_page(&site, Some(problem))?.into_response())
        }
    }
}

fn link_page(site: &SharedSite, token: &str, is_usable: bool) -> Answer {
    let title = if is_usable { "Inloggen" } else { "Deze link werkt hier niet" };
    let page = Page::private(site, &format!("/inloggen/link/{token}"), title);
    render(&Link { page, is_usable })
}

/// Shows a button only: programs that look at mail open links, and do not press buttons.
pub(crate) async fn link(
    State(site): State<SharedSite>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let (hash, browser) =
        (secret::hash(&token), site.cookie(&headers, BROWSER).unwrap_or_default());
    let browser = secret::hash(browser);
    let is_usable =
        site.read(move |_, reader| is_usable(reader, hash, browser, Timestamp::now())).await?;
    link_page(&site, &token, is_usable)
}

pub(crate) async fn enter_link(
    State(site): State<SharedSite>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, PageError> {
    let caller = Caller::of(&site, &request)?;
    match caller.enter(&site, Proof::Token(secret::hash(&token))).await? {
        (Entry::In { .. }, Some(response)) => Ok(response),
        _ => Ok(link_page(&site, &token, false)?.into_response()),
    }
}

/// Who wants to be let in.
struct Caller {
    /// The secret in the cookie of their browser.
    browser: String,
    /// What that is, in words.
    in_words: String,
}

impl Caller {
    fn of(site: &SharedSite, request: &Request) -> Result<Self, PageError> {
        let headers = request.headers();
        let network = site.network(headers, request.extensions());
        if !site.limits.allows(Limit::PROOFS, &network) {
            return Err(PageError::TooOften);
        }
        Ok(Self {
            browser: site.cookie(headers, BROWSER).unwrap_or_default().to_owned(),
            in_words: browser_in_words(headers),
        })
    }

    /// Tries to enter; with the answer to who is let in.
    async fn enter(
        self,
        site: &SharedSite,
        proof: Proof,
    ) -> Result<(Entry, Option<Response>), PageError> {
        let token = secret::fresh().map_err(PageError::internal)?;
        let session = NewSession { token: secret::hash(&token), browser: self.in_words };
        let browser = secret::hash(&self.browser);
        let entry = site
            .blocking(move |site| {
                Ok(site.store.enter(proof, browser, &session, Timestamp::now())?)
            })
            .await?;
        let Entry::In { return_to, .. } = &entry else { return Ok((entry, None)) };
        let back = local_path(return_to).unwrap_or_else(|| HOME.to_owned());
        let mut response = Redirect::to(&back).into_response();
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, site.set_cookie(SESSION, Some(&token))?);
        headers.append(header::SET_COOKIE, site.set_cookie(BROWSER, None)?);
        Ok((entry, Some(response)))
    }
}
