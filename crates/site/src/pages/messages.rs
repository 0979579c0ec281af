//! `/mijn/berichten`: the mail that somebody got.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use store::accounts::message::{SentMessage, State as Stage, message, messages};

use super::{Answer, render};
use crate::layout::Page;
use crate::session::LoggedIn;
use crate::{PageError, SharedSite, format};

/// So many are shown; older ones are in the export.
const MOST: i64 = 500;

/// For mail as HTML: its own style, and nothing else. Links are followed; nothing runs.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "messages.html")]
struct Messages {
    page: Page,
    messages: Vec<SentMessage>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    page: Page,
    message: SentMessage,
}

/// What became of a message, in words.
pub(super) fn state(message: &SentMessage) -> String {
    match (message.state, message.accepted_at) {
        (Stage::Accepted, Some(at)) => format!("verstuurd op {}", format::date_and_time(&at)),
        (Stage::Accepted, None) => "verstuurd".to_owned(),
        (Stage::Queued, _) if message.attempts > 0 => {
            format!("nog niet verstuurd, {} keer geprobeerd", message.attempts)
        }
        (Stage::Queued, _) => "wordt verstuurd".to_owned(),
        (Stage::Failed, _) => "niet verstuurd".to_owned(),
    }
}

pub(crate) async fn list(State(site): State<SharedSite>, logged_in: LoggedIn) -> Answer {
    let account = logged_in.account.id;
    let messages = site.read(move |_, reader| messages(reader, account, None, MOST)).await?;
    let page = Page::private(&site, "/mijn/berichten", "Uw berichten");
    render(&Messages { page, messages })
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    logged_in: LoggedIn,
    Path(number): Path<i64>,
) -> Answer {
    let (message, _) = find(&site, &logged_in, number).await?;
    let path = format!("/mijn/berichten/{number}");
    let page = Page::private(&site, &path, message.subject.clone());
    render(&Message { page, message })
}

/// A message as mail programs show it.
pub(crate) async fn html(
    State(site): State<SharedSite>,
    logged_in: LoggedIn,
    Path(number): Path<i64>,
) -> Result<Response, PageError> {
    let (message, html) = find(&site, &logged_in, number).await?;
    if message.text.is_empty() {
        return Err(PageError::NotFound);
    }
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response())
}

async fn find(
    site: &SharedSite,
    logged_in: &LoggedIn,
    number: i64,
) -> Result<(SentMessage, String), PageError> {
    let account = logged_in.account.id;
    let found = site.read(move |_, reader| message(reader, account, number)).await?;
    found.ok_or(PageError::NotFound)
}
