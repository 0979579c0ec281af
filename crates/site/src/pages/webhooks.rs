//! `/mijn/webhooks`: servers of somebody's own, where they are told what happened.

use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::accounts::message::{SentMessage, messages};
use store::accounts::webhook::{self, MOST, Webhook, webhook, webhooks};

use super::{Answer, read_form, render};
use crate::layout::Page;
use crate::limits::Limit;
use crate::session::LoggedIn;
use crate::{PageError, SharedSite, format};

/// The address of the list.
const PATH: &str = "/mijn/webhooks";
/// Deliveries shown of one.
const DELIVERIES: i64 = 20;
/// Characters of a name that are kept.
const LONGEST_NAME: usize = 100;
/// How long the outcome of a trial is waited for: somewhat longer than it may take.
const TRIAL: Duration = Duration::from_secs(12);
/// How often it is looked whether it is there.
const LOOK: Duration = Duration::from_millis(100);

#[derive(Template)]
#[template(path = "webhooks.html")]
struct List {
    page: Page,
    webhooks: Vec<Webhook>,
    typed: Typed,
    /// What is wrong with what was typed.
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct Shown {
    page: Page,
    webhook: Webhook,
    /// Of one that was just made: what its deliveries are signed with.
    secret: Option<String>,
    deliveries: Vec<SentMessage>,
}

#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    naam: String,
    #[serde(default)]
    adres: String,
}

/// How a webhook fares, in words.
fn state(webhook: &Webhook) -> String {
    let problem = webhook.problem.as_deref().unwrap_or_default();
    match (webhook.refused_at, &webhook.problem, webhook.accepted_at) {
        (Some(since), ..) => format!("staat stil sinds {}: {problem}", format::date(&since)),
        (None, Some(problem), _) => format!("lukt nu niet: {problem}"),
        (None, None, Some(at)) => {
            format!("nam het laatst iets aan op {}", format::date_and_time(&at))
        }
        (None, None, None) => "nog niet gebruikt".to_owned(),
    }
}

pub(crate) async fn list(State(site): State<SharedSite>, who: LoggedIn) -> Answer {
    show_list(&site, who.account.id, Typed::default(), None).await
}

async fn show_list(
    site: &SharedSite,
    account: i64,
    typed: Typed,
    problem: Option<String>,
) -> Answer {
    let webhooks = site.read(move |_, reader| webhooks(reader, account)).await?;
    render(&List { page: Page::private(site, PATH, "Mijn webhooks"), webhooks, typed, problem })
}

pub(crate) async fn make(
    State(site): State<SharedSite>,
    who: LoggedIn,
    request: Request,
) -> Answer {
    let typed = read_form::<Typed>(request).await?;
    let account = who.account.id;
    let address = match site.destinations.check(&typed.adres) {
        Ok(address) => address,
        Err(wrong) => return show_list(&site, account, typed, Some(wrong.to_string())).await,
    };
    let name: String =
        typed.naam.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let name = match name.is_empty() {
        true => address.host_str().unwrap_or_default().to_owned(),
        false => name,
    };
    let secret = watch::webhook::fresh_secret().map_err(PageError::internal)?;
    let kept = secret.clone();
    let made = site
        .blocking(move |site| {
            let now = Timestamp::now();
            Ok(site.store.make_webhook(account, &name, address.as_str(), &kept, now)?)
        })
        .await?;
    match made {
        Some(id) => show_one(&site, account, id, Some(secret)).await,
        None => {
            let full = format!("U hebt al {MOST} webhooks. Verwijder er eerst een.");
            show_list(&site, account, typed, Some(full)).await
        }
    }
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Answer {
    show_one(&site, who.account.id, id, None).await
}

async fn show_one(site: &SharedSite, account: i64, id: i64, secret: Option<String>) -> Answer {
    let found = site
        .read(move |_, reader| {
            let Some(webhook) = webhook(reader, account, id)? else { return Ok(None) };
            Ok(Some((webhook, messages(reader, account, Some(id), DELIVERIES)?)))
        })
        .await?;
    let Some((webhook, deliveries)) = found else { return Err(PageError::NotFound) };
    let page = Page::private(site, &format!("{PATH}/{id}"), webhook.name.clone());
    render(&Shown { page, webhook, secret, deliveries })
}

/// Sends a trial, and waits a moment for what comes of it.
pub(crate) async fn try_it(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let account = who.account.id;
    if !site.limits.allows(Limit::WEBHOOK_TRIALS, &account.to_string()) {
        return Err(PageError::TooOften);
    }
    site.blocking(move |site| {
        let found = webhook(&site.store.reader()?, account, id)?;
        let hook = found.ok_or(PageError::NotFound)?;
        let tried = site.letterhead.try_webhook(&site.store, account, &hook, Timestamp::now());
        tried.map_err(PageError::internal)
    })
    .await?;
    let until = Instant::now() + TRIAL;
    while Instant::now() < until {
        let now = Timestamp::now();
        if !site.read(move |_, reader| webhook::is_due(reader, id, now)).await? {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
}

pub(crate) async fn remove(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let account = who.account.id;
    site.blocking(move |site| Ok(site.store.delete_webhook(account, id)?)).await?;
    Ok(Redirect::to(PATH).into_response())
}
