//! `/wijzigingen`: what happened, the latest first; `/agendawijzigingen`: what changed of the agenda.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::watching::event::{self as events, Event, EventKind};
use watch::matching::Subject;

use super::super::{Answer, render};
use super::Line;
use crate::layout::{Alternate, Page};
use crate::lists::base;
use crate::{PageError, SharedSite};

/// Events on a page.
const PAGE: i64 = 100;

/// A stream of events with an address.
pub(crate) struct Stream {
    path: &'static str,
    title: &'static str,
    intro: &'static str,
    /// The kinds that are in it; all if there are none.
    kinds: &'static [EventKind],
}

/// Everything that happened.
pub(crate) static ALL: Stream = Stream {
    path: "/wijzigingen",
    title: "Wijzigingen",
    intro: "Wat er veranderde sinds deze site de Kamer volgt, het laatste bovenaan.",
    kinds: &[],
};

/// What changed of the agenda.
pub(crate) static AGENDA: Stream = Stream {
    path: "/agendawijzigingen",
    title: "Agendawijzigingen",
    intro: "Activiteiten die zijn gepland, verplaatst of geschrapt, en agenda's die anders werden.",
    kinds: &[EventKind::Planned, EventKind::Moved, EventKind::Cancelled, EventKind::Agenda],
};

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Only before the event with this number.
    voor: Option<i64>,
    /// Only what concerns the page at this address.
    over: Option<String>,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct Shown {
    page: Page,
    stream: &'static Stream,
    lines: Vec<Line>,
    older: Option<String>,
    /// The page that all of it concerns.
    over: Option<String>,
}

/// A feed of events.
#[derive(Template)]
#[template(path = "list.atom.xml")]
pub(super) struct Feed {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) id: String,
    pub(super) own: String,
    pub(super) page: String,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) updated: String,
    pub(super) entries: Vec<FeedEntry>,
}

pub(super) struct FeedEntry {
    id: String,
    title: String,
    link: Option<String>,
    updated: String,
    summary: String,
}

impl FeedEntry {
    /// Of an event, on the site at `base`.
    pub(super) fn of(event: &Event, base: &str) -> Self {
        let line = Line::of(event);
        Self {
            id: format!("urn:griffier:event:{}:{}", event.entity, event.number),
            title: clean(&line.headline),
            link: line.address.map(|address| format!("{base}{address}")),
            updated: event.made_at.to_string(),
            summary: clean(&line.details),
        }
    }
}

/// The text without characters that XML cannot hold.
fn clean(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\t' | '\n') || !c.is_control()).collect()
}

pub(super) fn updated(events: &[Event]) -> String {
    let last = events.iter().map(|event| event.made_at).max();
    last.unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

pub(super) fn answer(feed: &Feed) -> Result<Response, PageError> {
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    Ok((kind, feed.render()?).into_response())
}

pub(crate) async fn show(
    stream: &'static Stream,
    State(site): State<SharedSite>,
    Query(asked): Query<Asked>,
) -> Answer {
    let over = match asked.over.as_deref().and_then(Subject::parse) {
        Some(Subject::Page(page)) => Some(page),
        _ => None,
    };
    let topic = over.clone();
    let events = site
        .read(move |_, reader| match topic {
            Some(topic) => events::about(reader, &topic, PAGE),
            None => events::latest(reader, stream.kinds, asked.voor, PAGE),
        })
        .await?;
    let is_full = over.is_none() && i64::try_from(events.len()).is_ok_and(|length| length == PAGE);
    let older = events.last().filter(|_| is_full);
    let older = older.map(|event| format!("{}?voor={}", stream.path, event.number));
    let mut page = Page::new(&site, stream.path, stream.title).described(stream.intro);
    page = match &over {
        Some(over) => page.watched_at(over),
        // All that changes of the agenda is all that happens to meetings.
        None if stream.path == AGENDA.path => page.watched_at("/activiteiten"),
        None => page,
    };
    page.alternates = vec![Alternate {
        kind: "application/atom+xml",
        title: stream.title.to_owned(),
        address: format!("{}.atom", stream.path),
    }];
    let lines = events.iter().map(Line::of).collect();
    render(&Shown { page, stream, lines, older, over })
}

pub(crate) async fn atom(
    stream: &'static Stream,
    State(site): State<SharedSite>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let base = base(&site, &headers, &uri);
    let events =
        site.read(move |_, reader| events::latest(reader, stream.kinds, None, PAGE)).await?;
    let own = format!("{base}{}.atom", stream.path);
    answer(&Feed {
        title: stream.title.to_owned(),
        subtitle: stream.intro.to_owned(),
        id: own.clone(),
        own,
        page: format!("{base}{}", stream.path),
        next: None,
        previous: None,
        updated: updated(&events),
        entries: events.iter().map(|event| FeedEntry::of(event, &base)).collect(),
    })
}
