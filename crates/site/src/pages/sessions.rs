//! `/mijn/sessies`: where somebody is logged in, and ending that.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::accounts::session::{LASTS_DAYS, Session, sessions};

use super::{Answer, read_form, render};
use crate::layout::Page;
use crate::session::{LoggedIn, SESSION};
use crate::{PageError, SharedSite, format};

#[derive(Template)]
#[template(path = "sessions.html")]
struct Sessions {
    page: Page,
    sessions: Vec<Session>,
    /// The number of the one that asks.
    this: i64,
    days: i64,
}

pub(crate) async fn show(State(site): State<SharedSite>, logged_in: LoggedIn) -> Answer {
    let account = logged_in.account.id;
    let sessions = site.read(move |_, reader| sessions(reader, account, Timestamp::now())).await?;
    let page = Page::private(&site, "/mijn/sessies", "Waar u bent ingelogd");
    render(&Sessions { page, sessions, this: logged_in.session, days: LASTS_DAYS })
}

#[derive(Deserialize)]
struct Wish {
    /// `deze`, `alle` or the number of a session.
    #[serde(default)]
    beeindig: String,
}

pub(crate) async fn end(
    State(site): State<SharedSite>,
    logged_in: LoggedIn,
    request: Request,
) -> Result<Response, PageError> {
    let wish = read_form::<Wish>(request).await?;
    let (account, this) = (logged_in.account.id, logged_in.session);
    let ended = match wish.beeindig.as_str() {
        "alle" => None,
        "deze" => Some(this),
        number => Some(
            number
                .parse()
                .map_err(|_| PageError::BadRequest("Deze sessie is er niet.".to_owned()))?,
        ),
    };
    site.blocking(move |site| match ended {
        Some(session) => Ok(site.store.end_session(account, session)?),
        None => Ok(site.store.end_sessions(account)?),
    })
    .await?;
    if ended.is_some_and(|ended| ended != this) {
        return Ok(Redirect::to("/mijn/sessies").into_response());
    }
    let cookie = [(header::SET_COOKIE, site.set_cookie(SESSION, None)?)];
    Ok((cookie, Redirect::to("/")).into_response())
}
