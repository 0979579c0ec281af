//! `/begrippen`

use askama::Template;
use axum::extract::State;

use super::{Answer, render};
use crate::SharedSite;
use crate::glossary::{TERMS, Term};
use crate::layout::Page;

#[derive(Template)]
#[template(path = "glossary.html")]
struct Glossary {
    page: Page,
    terms: &'static [Term],
}

pub(crate) async fn show(State(site): State<SharedSite>) -> Answer {
    let page = Page::new(&site, "/begrippen", "Begrippen")
        .described("Wat betekenen de woorden van de Tweede Kamer? Kort uitgelegd, van A tot Z.");
    render(&Glossary { page, terms: TERMS })
}
