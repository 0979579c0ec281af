//! `/wat-is-dit`

use askama::Template;
use axum::extract::State;

use super::{Answer, render};
use crate::SharedSite;
use crate::layout::Page;

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    page: Page,
}

pub(crate) async fn show(State(site): State<SharedSite>) -> Answer {
    let page = Page::new(&site, "/wat-is-dit", "Wat is dit?")
        .described("Griffier volgt wat de Tweede Kamer publiceert, en maakt het vindbaar.");
    render(&About { page })
}
