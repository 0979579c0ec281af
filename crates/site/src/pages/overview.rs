//! `/`: what is new, and what is coming.

use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::address;
use model::time::{in_amsterdam, start_of_day};
use serde::Deserialize;
use store::read::overview as read;
use store::read::{ActiviteitLine, DocumentLine, PersoonLine};

use super::{Answer, render};
use crate::layout::{Alternate, Page};
use crate::{PageError, SharedSite, format};

/// How many days back the overview looks.
const DAYS: i64 = 8;
/// How many days ahead the agenda looks, today included.
const AGENDA_DAYS: i64 = 3;
/// With this many documents the page is long enough: the days before are a link away. A day is shown
/// whole or not at all.
const ENOUGH_DOCUMENTS: usize = 100;
/// No week of the House has so many.
const MOST_DOCUMENTS: i64 = 5_000;
const MOST_VERSLAGEN: i64 = 8;

#[derive(Deserialize)]
pub(crate) struct Choice {
    regering: Option<String>,
    /// Only documents from before this day.
    tot: Option<String>,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    page: Page,
    today: String,
    only_government: bool,
    days: Vec<DocumentDay>,
    /// The days before those that are shown.
    older: String,
    /// The other choice of documents: all, or only the government's.
    other_choice: String,
    /// Whether the page begins before today.
    is_earlier: bool,
    /// Whether nothing at all has been read yet.
    filling: bool,
    /// The number of the last change that the page shows.
    last_change: i64,
    agenda: Vec<AgendaDay>,
    verslagen: Vec<VerslagLine>,
    birthdays: Vec<PersoonLine>,
}

struct DocumentDay {
    name: String,
    documents: Vec<DocumentLine>,
}

struct AgendaDay {
    name: String,
    activiteiten: Vec<ActiviteitLine>,
}

struct VerslagLine {
    address: String,
    title: String,
    soort: Option<String>,
    moment: Option<Timestamp>,
}

pub(crate) async fn show(State(site): State<SharedSite>, Query(choice): Query<Choice>) -> Answer {
    let only_government = choice.regering.is_some();
    let today = site.clock.today();
    let now = site.clock.now();
    let tot = match choice.tot.as_deref() {
        None => None,
        Some(text) => Some(text.parse::<Date>().map_err(|_| {
            PageError::BadRequest(format!("“{text}” is geen dag. Schrijf een dag als 2025-07-02."))
        })?),
    };
    let end = match tot {
        Some(tot) => Ok(tot),
        None => today.checked_add(1.day()),
    };
    let first_day = end
        .clone()
        .and_then(|end| end.checked_sub((DAYS + 1).days()))
        .map_err(PageError::internal)?;
    let bounds = (
        day_start(Ok(first_day))?,
        day_start(Ok(today))?,
        day_start(end)?,
        day_start(today.checked_add(AGENDA_DAYS.days()))?,
    );
    let (documents, agenda, verslagen, birthdays, filling, last_change) = site
        .read(move |_, reader| {
            let (from, midnight, before, agenda_end) = bounds;
            let documents =
                read::recent_documents(reader, from, before, only_government, MOST_DOCUMENTS)?;
            Ok((
                documents,
                read::agenda(reader, midnight, agenda_end)?,
                read::recent_verslagen(reader, now, MOST_VERSLAGEN)?,
                read::birthdays(reader, &today.strftime("%m-%d").to_string())?,
                read::is_empty(reader)?,
                read::news(reader, i64::MAX, now)?.last,
            ))
        })
        .await?;

    let mut days: Vec<DocumentDay> = Vec::new();
    let mut last_day = None;
    for (shown, document) in documents.into_iter().enumerate() {
        let name = day_name(document.datum, today);
        match days.last_mut().filter(|day| day.name == name) {
            Some(day) => day.documents.push(document),
            None if shown >= ENOUGH_DOCUMENTS => break,
            None => {
                last_day = document.datum.map(|moment| in_amsterdam(moment).date());
                days.push(DocumentDay { name, documents: vec![document] });
            }
        }
    }
    let link = |only_government: bool, tot: Option<Date>| match (only_government, tot) {
        (false, None) => "/".to_owned(),
        (true, None) => "/?regering=ja".to_owned(),
        (false, Some(tot)) => format!("/?tot={tot}"),
        (true, Some(tot)) => format!("/?regering=ja&tot={tot}"),
    };
    let mut agenda_days: Vec<AgendaDay> = Vec::new();
    for activiteit in agenda {
        let name = day_name(activiteit.moment(), today);
        match agenda_days.last_mut().filter(|day| day.name == name) {
            Some(day) => day.activiteiten.push(activiteit),
            None => agenda_days.push(AgendaDay { name, activiteiten: vec![activiteit] }),
        }
    }
    let verslagen = verslagen
        .into_iter()
        .map(|line| VerslagLine {
            address: address::verslag(&line.vergadering.to_string()),
            title: line.titel.unwrap_or_else(|| "Vergadering".into()),
            soort: line.soort,
            moment: line.aanvangstijd,
        })
        .collect();
    let mut page = Page::new(&site, "/", "Overzicht")
        .described("Nieuwe documenten, verslagen en de agenda van de Tweede Kamer.");
    page.alternates = vec![Alternate {
        kind: "application/atom+xml",
        title: "Nieuwe documenten".into(),
        address: feed(only_government).into(),
    }];
    let today = format::capital(&format::weekday_and_day(today));
    render(&Overview {
        page,
        today,
        only_government,
        days,
        older: link(only_government, Some(last_day.unwrap_or(first_day))),
        other_choice: link(!only_government, tot),
        is_earlier: tot.is_some(),
        filling,
        last_change,
        agenda: agenda_days,
        verslagen,
        birthdays,
    })
}

/// The feed of the documents that the page shows.
const fn feed(only_government: bool) -> &'static str {
    if only_government { "/documenten.atom?regering=ja" } else { "/documenten.atom" }
}

#[derive(Deserialize)]
pub(crate) struct After {
    na: i64,
}

/// `/nieuw.json?na=N`: what appeared after change N. The overview asks it now and then.
pub(crate) async fn news(
    State(site): State<SharedSite>,
    Query(After { na }): Query<After>,
) -> Result<Json<serde_json::Value>, PageError> {
    let first_day = site.clock.today().checked_sub(DAYS.days()).map_err(PageError::internal)?;
    let since = day_start(Ok(first_day))?;
    let news = site.read(move |_, reader| read::news(reader, na, since)).await?;
    Ok(Json(serde_json::json!({
        "laatste": news.last,
        "documenten": news.documenten,
        "verslagen": news.verslagen,
    })))
}

fn day_start(day: Result<Date, jiff::Error>) -> Result<Timestamp, PageError> {
    day.ok()
        .and_then(start_of_day)
        .ok_or_else(|| PageError::internal("the clock stands outside of the calendar"))
}

fn day_name(moment: Option<Timestamp>, today: Date) -> String {
    let name = moment.map(|moment| format::day_from(in_amsterdam(moment).date(), today));
    format::capital(&name.unwrap_or_else(|| "zonder datum".into()))
}
