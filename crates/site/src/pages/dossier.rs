//! `/dossier/{nummer}[-{toevoeging}]`, and `?pagina=2` for more of its documents.

use askama::Template;
use axum::extract::{Path, Query, State};
use model::address;
use model::kamerstuk::DossierNummer;
use serde::Deserialize;
use store::read::dossier::{self as read, DOCUMENTS_PER_PAGE, DossierPage, Gebeurtenis};

use super::{Answer, missing, render};
use crate::history::{self, Change};
use crate::layout::Page;
use crate::{PageError, SharedSite, format, query, text};

#[derive(Deserialize)]
pub(crate) struct Asked {
    pagina: Option<i64>,
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct Shown {
    page: Page,
    it: DossierPage,
    /// What the source changed of it.
    changes: Vec<Change>,
    number: i64,
    pages: i64,
    previous: Option<String>,
    next: Option<String>,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path(nummer): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let Some(nummer) = DossierNummer::parse(&nummer) else {
        return Err(PageError::BadRequest(format!(
            "“{nummer}” is geen dossiernummer. Een dossiernummer ziet eruit als 36800 of 36800-XVI."
        )));
    };
    let number = asked.pagina.unwrap_or(1).clamp(1, 100_000);
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted, number)).await?;
    let own = address::dossier(&nummer);
    let Some(it) = found else { return Err(missing(&site, own).await) };
    let changes = history::changes(&site, it.dossier.id.0).await?;
    let pages = (it.documents_totaal.max(1) - 1) / DOCUMENTS_PER_PAGE + 1;
    if number > pages {
        return Err(PageError::NotFound);
    }
    let mut title = format!("Dossier {}", it.nummer.printed());
    if let Some(titel) = &it.dossier.titel {
        title.push(' ');
        title.push_str(titel);
    }
    let description = text::sentence([
        Some(format!("Kamerstukdossier met {} documenten", format::number(&it.documents_totaal))),
        it.documents
            .first()
            .and_then(|newest| newest.datum)
            .map(|datum| format!("het nieuwste van {}", format::date(&datum))),
    ]);
    let at = |page: i64| match page {
        1 => own.clone(),
        page => format!("{own}{}", query(&[("pagina", &page.to_string())])),
    };
    let template = Shown {
        changes,
        page: Page::new(&site, &at(number), title).described(description),
        previous: (number > 1).then(|| at(number - 1)),
        next: (number < pages).then(|| at(number + 1)),
        number,
        pages,
        it,
    };
    render(&template)
}
