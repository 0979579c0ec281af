//! `/uitschrijven/{account}/{signature}`: stopping mail without logging in. The address stands in each
//! mail; mail programs post to it when a reader presses their button (RFC 8058).

use askama::Template;
use axum::extract::{Path, State};
use jiff::Timestamp;

use super::{Answer, render};
use crate::layout::Page;
use crate::{PageError, SharedSite};

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Unsubscribe {
    page: Page,
    is_done: bool,
}

/// Shows a button only: programs that look at mail open links.
pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path((account, signature)): Path<(i64, String)>,
) -> Answer {
    answer(&site, account, &signature, false)
}

pub(crate) async fn stop(
    State(site): State<SharedSite>,
    Path((account, signature)): Path<(i64, String)>,
) -> Answer {
    let done = answer(&site, account, &signature, true)?;
    site.blocking(move |site| Ok(site.store.unsubscribe(account, true, Timestamp::now())?)).await?;
    Ok(done)
}

fn answer(site: &SharedSite, account: i64, signature: &str, is_done: bool) -> Answer {
    if !site.letterhead.may_unsubscribe(account, signature) {
        return Err(PageError::NotFound);
    }
    let title = if is_done { "U krijgt geen mail meer" } else { "Geen mail meer krijgen" };
    let page = Page::private(site, &format!("/uitschrijven/{account}/{signature}"), title);
    render(&Unsubscribe { page, is_done })
}
