//! `/toezegging/{nummer}`

use askama::Template;
use axum::extract::{Path, State};
use model::{Ministerie, address};
use store::read::toezegging::{self as read, ToezeggingPage};

use super::{Answer, missing, render};
use crate::history::{self, Change};
use crate::layout::Page;
use crate::{SharedSite, format, text};

#[derive(Template)]
#[template(path = "toezegging.html")]
struct Shown {
    page: Page,
    it: ToezeggingPage,
    /// What the source changed of it.
    changes: Vec<Change>,
    title: String,
    is_open: bool,
    is_late: bool,
    /// For how many days it has been open.
    dagen: Option<i64>,
    ministerie: Option<&'static Ministerie>,
}

/// The length of a title that a tab and a search result can show.
const TITLE: usize = 90;

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted)).await?;
    let own = address::toezegging(&nummer);
    let Some(it) = found else { return Err(missing(&site, own).await) };
    let changes = history::changes(&site, it.toezegging.id.0).await?;
    let today = site.clock.today();
    let said = text::one(&it.toezegging.tekst);
    let title = format!("Toezegging: {}", text::shortened(said, TITLE));
    let description = text::sentence([
        it.toezegging.naam.clone(),
        it.toezegging.functie.clone(),
        it.toezegging.status.clone(),
        it.toezegging
            .datum_nakoming
            .as_ref()
            .map(|due| format!("na te komen op {}", format::date(due))),
    ]);
    let template = Shown {
        changes,
        page: Page::new(&site, &own, title).described(description),
        title: format!("Toezegging {nummer}"),
        is_open: read::is_open(&it.toezegging),
        is_late: read::is_late(&it.toezegging, today),
        dagen: read::days_open(&it.toezegging, today),
        ministerie: read::ministerie(&it.toezegging),
        it,
    };
    render(&template)
}
