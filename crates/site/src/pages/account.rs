//! `/mijn`: somebody's account.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use store::accounts::message::SentMessage;
use store::accounts::webhook::{Webhook, webhooks};
use store::accounts::{Account, message, session};
use store::watching::monitor;

use super::{Answer, read_form, render};
use crate::layout::Page;
use crate::session::{LoggedIn, SESSION};
use crate::{PageError, SharedSite, format};

#[derive(Template)]
#[template(path = "account.html")]
struct Mine {
    page: Page,
    account: Account,
    /// Webhooks that are not called any more.
    refused: Vec<Webhook>,
}

#[derive(Template)]
#[template(path = "deleted.html")]
struct Deleted {
    page: Page,
}

pub(crate) async fn show(State(site): State<SharedSite>, logged_in: LoggedIn) -> Answer {
    let page = Page::private(&site, "/mijn", "Mijn Griffier");
    let account = logged_in.account.id;
    let mut refused = site.read(move |_, reader| webhooks(reader, account)).await?;
    refused.retain(|webhook| webhook.refused_at.is_some());
    render(&Mine { page, account: logged_in.account, refused })
}

#[derive(Deserialize)]
struct Wish {
    /// `mail-uit`, `mail-aan` or `verwijderen`.
    #[serde(default)]
    doe: String,
}

pub(crate) async fn change(
    State(site): State<SharedSite>,
    logged_in: LoggedIn,
    request: Request,
) -> Result<Response, PageError> {
    let wish = read_form::<Wish>(request).await?;
    let account = logged_in.account.id;
    match wish.doe.as_str() {
        stop @ ("mail-uit" | "mail-aan") => {
            let stop = stop == "mail-uit";
            site.blocking(move |site| {
                Ok(site.store.unsubscribe(account, stop, Timestamp::now())?)
            })
            .await?;
            Ok(Redirect::to("/mijn").into_response())
        }
        "verwijderen" => {
            site.blocking(move |site| Ok(site.store.delete_account(account)?)).await?;
            let page = Page::private(&site, "/mijn", "Uw account is verwijderd");
            let page = render(&Deleted { page })?;
            Ok(([(header::SET_COOKIE, site.set_cookie(SESSION, None)?)], page).into_response())
        }
        other => Err(PageError::BadRequest(format!("Hier kan “{other}” niet worden gedaan."))),
    }
}

fn exported(message: &SentMessage) -> serde_json::Value {
    json!({
        "aan": message.recipient,
        "onderwerp": message.subject,
        "tekst": message.text,
        "gemaakt": message.created_at,
        "verstuurd": message.accepted_at,
        "probleem": message.problem,
    })
}

/// All that is kept of somebody but secrets, in a form that programs can read.
pub(crate) async fn export(
    State(site): State<SharedSite>,
    logged_in: LoggedIn,
) -> Result<Response, PageError> {
    let account = logged_in.account;
    let id = account.id;
    let (sessions, mail, monitors, hooks) = site
        .read(move |_, reader| {
            let sessions = session::sessions(reader, id, Timestamp::now())?;
            let mail = message::messages(reader, id, None, i64::MAX)?;
            let with_deliveries =
                |hook: Webhook| Ok((message::messages(reader, id, Some(hook.id), i64::MAX)?, hook));
            let hooks = webhooks(reader, id)?.into_iter().map(with_deliveries);
            let hooks = hooks.collect::<Result<Vec<_>, StoreError>>()?;
            Ok((sessions, mail, monitor::of_account(reader, id)?, hooks))
        })
        .await?;
    let sessions: Vec<_> = sessions
        .iter()
        .map(|session| {
            json!({
                "browser": session.browser,
                "sinds": session.created_at,
                "gebruikt": session.seen_at,
            })
        })
        .collect();
    let messages: Vec<_> = mail.iter().map(exported).collect();
    let hooks: Vec<_> = hooks
        .iter()
        .map(|(deliveries, hook)| {
            json!({
                "naam": hook.name,
                "adres": hook.address,
                "sinds": hook.created_at,
                "probleem": hook.problem,
                "staat stil sinds": hook.refused_at,
                "berichten": deliveries.iter().map(exported).collect::<Vec<_>>(),
            })
        })
        .collect();
    let monitors: Vec<_> = monitors
        .iter()
        .map(|monitor| {
            let kinds = monitor.choices.kinds.iter().map(|kind| kind.as_str());
            json!({
                "naam": monitor.choices.name,
                "adres": monitor.subject,
                "gebeurtenissen": kinds.collect::<Vec<_>>(),
                "hoe": monitor.choices.channel.to_string(),
                "hoe vaak": monitor.choices.frequency.as_str(),
                "stille uren, in minuten na middernacht": monitor.choices.quiet,
                "niet over": monitor.choices.muted,
                "staat stil": monitor.choices.paused,
                "sinds": monitor.created_at,
            })
        })
        .collect();
    let all = json!({
        "account": {
            "mailadres": account.email,
            "sinds": account.created_at,
            "gedempt": account.muted_at,
            "uitgeschreven": account.unsubscribed_at,
            "geweigerd": account.refused_at,
            "weigering": account.refusal,
        },
        "sessies": sessions,
        "volgt": monitors,
        "webhooks": hooks,
        "berichten": messages,
    });
    let text = serde_json::to_string_pretty(&all).map_err(PageError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"griffier.json\""),
    ];
    Ok((headers, text).into_response())
}
