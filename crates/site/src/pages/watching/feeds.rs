//! The private feeds and calendars of what somebody watches, at addresses that only they know.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::read::fractie::in_stukken as fractie_in_stukken;
use store::watching::event::Event;
use store::watching::monitor;
use watch::matching::Subject;
use watch::secret;

use super::super::{read_form, render};
use super::changes::{Feed, FeedEntry, answer, updated};
use crate::layout::Page;
use crate::lists::{agenda, base};
use crate::session::LoggedIn;
use crate::{PageError, SharedSite};

/// Events in a feed, and those that a calendar looks at.
const FEED: i64 = 100;
const CALENDAR: i64 = 1_000;

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    monitor: String,
    #[serde(default)]
    wat: String,
}

/// A new private address, shown this once: only its hash is kept.
#[derive(Template)]
#[template(path = "private_address.html")]
struct Given {
    page: Page,
    /// What it is of: the name of a monitor; none for all of them.
    name: Option<String>,
    /// Where to go on.
    back: String,
    /// The address, up to the name of the format.
    address: String,
}

/// Gives a monitor, or the account, a private address, or takes it away.
pub(crate) async fn give_address(
    State(site): State<SharedSite>,
    who: LoggedIn,
    uri: Uri,
    request: Request,
) -> Result<Response, PageError> {
    let base = base(&site, request.headers(), &uri);
    let asked = read_form::<Address>(request).await?;
    let monitor: Option<i64> = asked.monitor.parse().ok();
    let fresh = secret::fresh().map_err(PageError::internal)?;
    let token = (asked.wat == "nieuw").then(|| secret::hash(&fresh));
    let account = who.account.id;
    let name = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let name = match monitor {
                Some(id) => {
                    let found = monitor::monitor(&reader, account, id)?;
                    Some(found.ok_or(PageError::NotFound)?.choices.name)
                }
                None => None,
            };
            drop(reader);
            site.store.set_private_feed(account, monitor, token, Timestamp::now())?;
            Ok(name)
        })
        .await?;
    let back = match monitor {
        Some(id) => format!("/mijn/monitors/{id}"),
        None => "/mijn/monitors".to_owned(),
    };
    if token.is_none() {
        return Ok(Redirect::to(&back).into_response());
    }
    let page = Page::private(&site, "/mijn/adres", "Uw nieuwe adres");
    let address = format!("{base}/abonnement/{fresh}");
    Ok(render(&Given { page, name, back, address })?.into_response())
}

/// What a private address stands for.
struct Owned {
    title: String,
    /// The filters of the meetings that are watched.
    meetings: Vec<Vec<(String, String)>>,
    events: Vec<Event>,
}

pub(crate) async fn private_feed(
    State(site): State<SharedSite>,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let Some((token, format)) = name.split_once('.') else { return Err(PageError::NotFound) };
    let is_calendar = match format {
        "ics" => true,
        "atom" => false,
        _ => return Err(PageError::NotFound),
    };
    let wanted = secret::hash(token);
    let limit = if is_calendar { CALENDAR } else { FEED };
    let base = base(&site, &headers, &uri);
    let found = site
        .read(move |_, reader| {
            let Some((account, id)) = monitor::owner_of_feed(reader, wanted)? else {
                return Ok(None);
            };
            let mut monitors = monitor::of_account(reader, account)?;
            monitors.retain(|monitor| id.is_none_or(|id| monitor.id == id));
            let title = match (id, monitors.first()) {
                (Some(_), Some(monitor)) => monitor.choices.name.clone(),
                _ => "Mijn monitors".to_owned(),
            };
            let events = monitor::matched(reader, account, id, limit)?;
            let mut meetings: Vec<_> =
                monitors.iter().filter_map(|monitor| meetings_of(&monitor.subject)).collect();
            for (name, value) in meetings.iter_mut().flatten() {
                // Papers may call a party otherwise than its page does.
                if name == "fractie" {
                    *value = fractie_in_stukken(reader, value)?;
                }
            }
            Ok(Some(Owned { title, meetings, events }))
        })
        .await?;
    let Some(Owned { title, meetings, events }) = found else { return Err(PageError::NotFound) };
    if is_calendar {
        let calendar = site
            .blocking(move |site| agenda(site, &site.store.reader()?, base, &meetings, &events))
            .await?;
        let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
        return Ok((kind, calendar).into_response());
    }
    let own = format!("{base}/abonnement/{token}.atom");
    answer(&Feed {
        title: format!("Griffier: {title}"),
        subtitle: "Wat er gebeurde met wat u volgt.".to_owned(),
        id: own.clone(),
        own,
        page: format!("{base}/mijn/monitors"),
        next: None,
        previous: None,
        updated: updated(&events),
        entries: events.iter().map(|event| FeedEntry::of(event, &base)).collect(),
    })
}

/// The filters of the list of meetings with which it shows those of a subject; none if it has no such
/// filter, and its meetings are known by its events.
pub(crate) fn meetings_of(subject: &str) -> Option<Vec<(String, String)>> {
    match Subject::parse(subject)? {
        Subject::List(list) if list.path == "/activiteiten" => Some(list.filters),
        Subject::Page(page) => {
            let (filter, value) = page.strip_prefix('/')?.split_once('/')?;
            let is_filter = matches!(
                filter,
                "commissie" | "persoon" | "fractie" | "ministerie" | "dossier" | "zaak"
            );
            let value = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
            is_filter.then(|| vec![(filter.to_owned(), value.into_owned())])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meetings_of_a_subject_are_those_of_the_list_with_its_filter() {
        let filter = |name: &str, value: &str| Some(vec![(name.to_owned(), value.to_owned())]);
        assert_eq!(meetings_of("/commissie/J&V"), filter("commissie", "J&V"));
        assert_eq!(meetings_of("/fractie/G%C3%BCndo%C4%9Fan"), filter("fractie", "Gündoğan"));
        assert_eq!(meetings_of("/activiteiten?soort=Debat"), filter("soort", "Debat"));
        assert_eq!(meetings_of("/dossier/36800-XVI"), filter("dossier", "36800-XVI"));
        assert_eq!(meetings_of("/document/2025D00001"), None);
    }
}
