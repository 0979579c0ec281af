//! `/zoeken/gelijkend`: what is about the same as something.

use askama::Template;
use axum::extract::{Query as UrlQuery, State};
use search::{Hit, Similar};

use super::super::{Answer, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format};

/// Things that are shown.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "similar.html")]
struct Shown {
    page: Page,
    item: Hit,
    hits: Vec<Hit>,
}

/// The address of what is about the same as the thing at an address.
pub(crate) fn address(of: &str) -> String {
    format!("/zoeken/gelijkend{}", crate::query(&[("adres", of)]))
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    UrlQuery(parameters): UrlQuery<Vec<(String, String)>>,
) -> Answer {
    let of = parameters.into_iter().rev().find(|(name, _)| name == "adres");
    let of = of.map(|(_, address)| address).unwrap_or_default();
    let mut page = Page::new(&site, "/zoeken/gelijkend", "Wat hierop lijkt");
    page.noindex = true;
    let similar = site
        .blocking(move |site| site.index.similar(&of, MOST).map_err(PageError::internal))
        .await?;
    let Similar { item, hits } = similar.ok_or(PageError::NotFound)?;
    render(&Shown { page, item, hits })
}
