//! `/fractie/{afkorting}`, and `?periode={nummer}` for a former period of that name.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::address;
use serde::Deserialize;
use store::read::fractie::{self as read, FractiePage};

use super::{missing, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format, query, text};

#[derive(Deserialize)]
pub(crate) struct Asked {
    periode: Option<String>,
}

#[derive(Template)]
#[template(path = "fractie.html")]
struct Shown {
    page: Page,
    it: FractiePage,
    naam: String,
    /// Whether this is the present or latest period.
    is_present: bool,
    /// The address of each other period, and what it is.
    perioden: Vec<(String, String)>,
    /// `?fractie=SP`, for the lists.
    only: String,
    zetels: i64,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = site.clock.today();
    let wanted = name.clone();
    let found = site
        .read(move |_, reader| read::page(reader, &wanted, asked.periode.as_deref(), today))
        .await?;
    let Some(it) = found else { return Err(missing(&site, address::fractie(&name)).await) };
    let fractie = &it.fractie;
    let afkorting = fractie.afkorting.clone().unwrap_or_else(|| name.clone());
    let own = address::fractie(&afkorting);
    if afkorting != name {
        // By its name, by the name under which it votes, or in other capitals.
        return Ok(Redirect::permanent(&own).into_response());
    }
    let naam = fractie.naam_nl.clone().unwrap_or_else(|| afkorting.clone());
    let present = it.perioden.first().map(|period| period.id);
    let perioden = it
        .perioden
        .iter()
        .filter(|period| period.id != fractie.id)
        .map(|period| {
            let address = match &period.nummer {
                Some(nummer) if Some(period.id) != present => {
                    format!("{own}{}", query(&[("periode", nummer)]))
                }
                _ => own.clone(),
            };
            (address, format::days(&period.datum_actief, &period.datum_inactief))
        })
        .collect();
    let zetels =
        fractie.aantal_zetels.unwrap_or_else(|| i64::try_from(it.leden.len()).unwrap_or_default());
    let is_present = Some(fractie.id) == present;
    let description = text::sentence([
        Some(format!("De fractie {naam} in de Tweede Kamer")),
        Some(match fractie.datum_inactief {
            Some(_) => format::days(&fractie.datum_actief, &fractie.datum_inactief),
            None => format!("{zetels} zetels"),
        }),
        Some("leden, stemgedrag en moties".into()),
    ]);
    let template = Shown {
        page: Page::new(&site, &own, format!("Fractie {naam}")).described(description),
        only: query(&[("fractie", &it.in_stukken)]),
        naam,
        is_present,
        perioden,
        zetels,
        it,
    };
    Ok(render(&template)?.into_response())
}
