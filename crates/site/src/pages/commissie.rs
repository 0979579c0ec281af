//! `/commissie/{afkorting or id}`

use askama::Template;
use axum::extract::{Path, State};
use model::{Uuid, address};
use store::read::commissie::{self as read, CommissiePage};

use super::{Answer, missing, missing_entity, render};
use crate::layout::Page;
use crate::{SharedSite, format, query, text};

#[derive(Template)]
#[template(path = "commissie.html")]
struct Shown {
    page: Page,
    it: CommissiePage,
    naam: String,
    /// `?commissie=VWS`, for the lists.
    only: String,
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(name): Path<String>) -> Answer {
    let today = site.clock.today();
    let wanted = name.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted, today)).await?;
    let Some(it) = found else {
        return Err(match name.parse::<Uuid>() {
            Ok(id) => missing_entity(&site, id).await,
            Err(_) => missing(&site, address::commissie(Some(&name), Uuid::nil())).await,
        });
    };
    let commissie = &it.commissie;
    let naam = commissie
        .naam_nl
        .clone()
        .or_else(|| commissie.naam_web_nl.clone())
        .or_else(|| commissie.afkorting.clone())
        .unwrap_or_else(|| "Commissie zonder naam".into());
    let own = address::commissie(commissie.afkorting.as_deref(), commissie.id.0);
    let description = text::sentence([
        commissie.soort.as_ref().map(|soort| format!("{soort} commissie van de Tweede Kamer")),
        Some(format!("{} leden", it.vast.len())),
        it.komend
            .first()
            .and_then(|next| next.moment())
            .map(|moment| format!("volgende vergadering op {}", format::date(&moment))),
    ]);
    let only = query(&[("commissie", commissie.afkorting.as_deref().unwrap_or_default())]);
    let page = Page::new(&site, &own, format::capital(&naam)).described(description);
    render(&Shown { page, naam, only, it })
}
