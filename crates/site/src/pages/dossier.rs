//! `/dossier/{nummer}[-{toevoeging}]`

use askama::Template;
use axum::extract::{Path, State};
use model::address;
use model::kamerstuk::DossierNummer;
use store::read::dossier::{self as read, DossierPage};

use super::{Answer, missing, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format};

#[derive(Template)]
#[template(path = "dossier.html")]
struct Shown {
    page: Page,
    it: DossierPage,
    count: i64,
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let Some(nummer) = DossierNummer::parse(&nummer) else {
        return Err(PageError::BadRequest(format!(
            "“{nummer}” is geen dossiernummer. Een dossiernummer ziet eruit als 36800 of 36800-XVI."
        )));
    };
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted)).await?;
    let own = address::dossier(&nummer);
    let Some(it) = found else { return Err(missing(&site, own).await) };
    let mut title = format!("Dossier {}", it.nummer.printed());
    if let Some(titel) = &it.dossier.titel {
        title.push(' ');
        title.push_str(titel);
    }
    let count = i64::try_from(it.documents.len()).unwrap_or(i64::MAX);
    let description = format!("Kamerstukdossier met {} documenten", format::number(&count));
    let page = Page::new(&site, &own, title).described(description);
    render(&Shown { page, it, count })
}
