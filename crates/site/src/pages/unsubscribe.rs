//! `/uitschrijven/{what}/{signature}`: stopping mail without logging in: all of it, that of some monitors, or
//! what they tell of one topic. The addresses stand in each mail; mail programs post to one when a reader
//! presses their button (RFC 8058).

use askama::Template;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use serde::Deserialize;
use store::watching::monitor;
use watch::{Stop, wording};

use super::{Answer, render};
use crate::layout::Page;
use crate::{PageError, SharedSite};

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Unsubscribe {
    page: Page,
    is_done: bool,
    /// What the button says.
    button: String,
    /// What it stops, in words: "commissie VWS"; empty if that is not there any more, none for all mail.
    what: Option<String>,
    /// The topic, in words, if only that is passed over.
    topic: Option<String>,
    /// Where all mail is stopped.
    all: String,
}

#[derive(Deserialize)]
pub(crate) struct Over {
    over: Option<String>,
}

/// Shows a button only: programs that look at mail open links.
pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path((what, signature)): Path<(String, String)>,
    Query(Over { over }): Query<Over>,
) -> Answer {
    let stop = understood(&site, &what, over, &signature)?;
    answer(&site, stop, false).await
}

pub(crate) async fn stop(
    State(site): State<SharedSite>,
    Path((what, signature)): Path<(String, String)>,
    Query(Over { over }): Query<Over>,
) -> Answer {
    let stop = understood(&site, &what, over, &signature)?;
    let done = stop.clone();
    site.blocking(move |site| {
        let Stop { account, monitors, topic } = done;
        if monitors.is_empty() {
            site.store.unsubscribe(account, true, Timestamp::now())?;
        }
        for id in monitors {
            match &topic {
                Some(topic) => site.store.mute_topic(account, id, topic, true)?,
                None => site.store.pause_monitor(account, id, true)?,
            }
        }
        Ok(())
    })
    .await?;
    answer(&site, stop, true).await
}

fn understood(
    site: &SharedSite,
    what: &str,
    over: Option<String>,
    signature: &str,
) -> Result<Stop, PageError> {
    let stop = Stop::parse(what, over).filter(|stop| site.letterhead.may_stop(stop, signature));
    stop.ok_or(PageError::NotFound)
}

async fn answer(site: &SharedSite, stop: Stop, is_done: bool) -> Answer {
    let Stop { account, monitors, .. } = stop.clone();
    let names = site
        .read(move |_, reader| {
            let mut names = Vec::with_capacity(monitors.len());
            for id in monitors {
                let found = monitor::monitor(reader, account, id)?;
                // One that was removed since tells nothing any more.
                names.extend(found.map(|found| found.choices.name));
            }
            Ok(names)
        })
        .await?;
    let what = (!stop.monitors.is_empty()).then(|| names.join("” en “"));
    let topic = stop.topic.as_deref().map(wording::topic);
    let title = match (&what, &topic, is_done) {
        (_, Some(topic), false) => format!("Niet meer over {topic}"),
        (_, Some(topic), true) => format!("U hoort niets meer over {topic}"),
        (Some(_), None, false) => "Stop met deze meldingen".to_owned(),
        (Some(_), None, true) => "Deze meldingen zijn gestopt".to_owned(),
        (None, None, false) => "Geen mail meer krijgen".to_owned(),
        (None, None, true) => "U krijgt geen mail meer".to_owned(),
    };
    let button = match (&what, &topic) {
        (_, Some(topic)) => format!("Niet meer over {topic}"),
        (Some(_), None) => "Stop deze meldingen".to_owned(),
        (None, None) => "Stuur mij geen meldingen".to_owned(),
    };
    let page = Page::private(site, &site.letterhead.stop_path(&stop), title);
    let all = site.letterhead.stop_path(&Stop::all(account));
    render(&Unsubscribe { page, is_done, button, what, topic, all })
}
