//! `/ministerie/{afkorting}`

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use model::{Ministerie, address};
use store::read::ministerie::{self as read, MinisteriePage};

use super::render;
use crate::layout::Page;
use crate::{PageError, SharedSite, format, query};

#[derive(Template)]
#[template(path = "ministerie.html")]
struct Shown {
    page: Page,
    ministerie: &'static Ministerie,
    it: MinisteriePage,
    today: Date,
    /// `?ministerie=VWS`, for the lists.
    only: String,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path(afkorting): Path<String>,
) -> Result<Response, PageError> {
    let Some(ministerie) = Ministerie::with_afkorting(&afkorting) else {
        return Err(PageError::NotFound);
    };
    let own = address::ministerie(ministerie.afkorting);
    if ministerie.afkorting != afkorting {
        // A former short name, or other capitals.
        return Ok(Redirect::permanent(&own).into_response());
    }
    let today = site.clock.today();
    let it = site.read(move |_, reader| read::page(reader, ministerie, today)).await?;
    let description = format!(
        "Openstaande vragen ({}), toezeggingen ({}) en brieven van het ministerie van {}",
        format::number(&it.vragen_open),
        format::number(&it.toezeggingen_open),
        ministerie.naam
    );
    let template = Shown {
        page: Page::new(&site, &own, format!("Ministerie van {}", ministerie.naam))
            .described(description),
        only: query(&[("ministerie", ministerie.afkorting)]),
        ministerie,
        today,
        it,
    };
    Ok(render(&template)?.into_response())
}
