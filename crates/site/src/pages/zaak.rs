//! `/zaak/{nummer}`

use askama::Template;
use axum::extract::{Path, State};
use model::address;
use search::{Hit, Query, Request, Sort};
use store::read::zaak::{self as read, ZaakPage};

use super::{Answer, missing, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format, text};

/// How many documents that mention the zaak are shown.
const MENTIONS: usize = 20;

#[derive(Template)]
#[template(path = "zaak.html")]
struct Shown {
    page: Page,
    it: ZaakPage,
    /// Its title, besides its subject.
    subtitle: Option<String>,
    /// What mentions the zaak by its number, besides its own documents.
    mentions: Vec<Hit>,
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted)).await?;
    let Some(it) = found else {
        return Err(missing(&site, address::zaak(&nummer)).await);
    };
    let own = address::zaak(&nummer);
    let mentions = site
        .blocking({
            let quoted = format!("\"{nummer}\"");
            move |site| {
                let request = Request {
                    query: Query::parse(&quoted).query,
                    kinds: Vec::new(),
                    sort: Sort::Newest,
                    offset: 0,
                    limit: 2 * MENTIONS,
                };
                site.index.search(&request).map_err(PageError::internal)
            }
        })
        .await?
        .hits
        .into_iter()
        .filter(|hit| hit.address != own)
        .filter(|hit| it.documents.iter().all(|line| line.address().as_ref() != Some(&hit.address)))
        .take(MENTIONS)
        .collect();
    let title = text::or(&it.zaak.onderwerp, &it.zaak.titel).to_owned();
    let mut description = it.zaak.soort.clone().unwrap_or_else(|| "Zaak".into());
    if let Some(gestart) = it.zaak.gestart_op {
        description.push_str(&format!(", gestart op {}", format::date(&gestart)));
    }
    let page = Page::new(&site, &own, title).described(description);
    let subtitle = text::besides(&it.zaak.onderwerp, &it.zaak.titel);
    render(&Shown { page, it, subtitle, mentions })
}
