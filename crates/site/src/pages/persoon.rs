//! `/persoon/{nummer}`

use askama::Template;
use axum::extract::{Path, State};
use model::address;
use store::read::persoon::{self as read, PersoonPage};

use super::{Answer, missing, render};
use crate::layout::Page;
use crate::{SharedSite, format};

#[derive(Template)]
#[template(path = "persoon.html")]
struct Shown {
    page: Page,
    it: PersoonPage,
    naam: String,
    /// Titles, initials and first names, where they say more than the name.
    volledig: Option<String>,
    /// How many zaken there are besides those shown.
    more: i64,
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted)).await?;
    let own = address::persoon(&nummer);
    let Some(it) = found else { return Err(missing(&site, own).await) };
    let persoon = &it.persoon;
    let mut naam = persoon.naam();
    if naam.is_empty() {
        naam = "(naam niet gepubliceerd)".into();
    }
    let volledig: Vec<&str> =
        [&persoon.titels, &persoon.initialen, &persoon.tussenvoegsel, &persoon.achternaam]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
    let volledig = Some(volledig.join(" ")).filter(|text| !text.is_empty() && *text != naam);
    let mut description = persoon.functie.clone().unwrap_or_default();
    if let Some(fractie) = &persoon.fractielabel {
        description.push_str(&format!(" ({fractie})"));
    }
    let shown = i64::try_from(it.zaken.len()).unwrap_or(i64::MAX);
    let template = Shown {
        page: Page::new(&site, &own, naam.clone()).described(description),
        more: it.zaken_totaal - shown,
        naam,
        volledig,
        it,
    };
    render(&template)
}
