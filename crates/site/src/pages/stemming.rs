//! `/stemming/{besluit id}`

use askama::Template;
use axum::extract::{Path, State};
use content::Content;
use model::entities::Besluit;
use model::{Uuid, address};
use store::Reader;
use store::read::DocumentLine;
use store::read::besluit::{Stem, Uitslag};
use store::read::document::body;
use store::read::stemming::{self as read, StemmingPage};

use super::{Answer, missing_entity, render};
use crate::chart::{Hemicycle, VoteBar};
use crate::layout::Page;
use crate::marks::Marks;
use crate::{PageError, SharedSite, format, prose, references, text};

#[derive(Template)]
#[template(path = "stemming.html")]
struct Shown {
    page: Page,
    it: StemmingPage,
    title: String,
    uitslag: Option<Votes>,
    /// What was voted on, as HTML.
    text: Option<String>,
}

struct Votes {
    uitslag: Uitslag,
    label: String,
    half: Option<Hemicycle>,
    remarks: Vec<String>,
    afwijkend: Vec<Stem>,
    vergissingen: Vec<Stem>,
}

impl Votes {
    fn of(besluit: &Besluit, uitslag: &Uitslag) -> Self {
        let sides = [&uitslag.voor, &uitslag.tegen, &uitslag.niet_deelgenomen];
        Self {
            label: VoteBar::of(uitslag).label,
            half: Hemicycle::of(uitslag),
            remarks: crate::chart::remarks(besluit, uitslag),
            afwijkend: uitslag.afwijkend().into_iter().cloned().collect(),
            vergissingen: sides
                .into_iter()
                .flatten()
                .filter(|stem| stem.vergissing)
                .cloned()
                .collect(),
            uitslag: uitslag.clone(),
        }
    }
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(besluit): Path<String>) -> Answer {
    let Ok(id) = besluit.parse::<Uuid>() else {
        return Err(PageError::BadRequest(
            "Een stemming heeft een adres met een lange code, zoals \
             /stemming/b5382626-7c45-41ea-bb32-2f175cef7663."
                .into(),
        ));
    };
    let found = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let Some(it) = read::page(&reader, id)? else { return Ok(None) };
            let text = match &it.stuk {
                Some((stuk, Some(sha256))) => text_of(&reader, stuk, sha256)?,
                _ => None,
            };
            Ok(Some((it, text)))
        })
        .await?;
    let Some((it, text)) = found else { return Err(missing_entity(&site, id).await) };
    let title = match it.besluit.zaken.first() {
        Some(zaak) => text::or(&zaak.onderwerp, &zaak.titel).to_owned(),
        None => text::besluit(&it.besluit.besluit),
    };
    let uitslag =
        it.besluit.uitslag.as_ref().map(|uitslag| Votes::of(&it.besluit.besluit, uitslag));
    let description = text::sentence([
        Some(text::besluit(&it.besluit.besluit).trim_end_matches('.').to_owned()),
        uitslag.as_ref().map(|votes| votes.label.clone()),
        it.besluit.moment().as_ref().map(format::date),
    ]);
    let page = Page::new(&site, &address::stemming(&id.to_string()), format!("Stemming: {title}"))
        .described(description);
    render(&Shown { page, title, uitslag, text, it })
}

/// The text of what was voted on.
fn text_of(
    reader: &Reader,
    stuk: &DocumentLine,
    sha256: &str,
) -> Result<Option<String>, PageError> {
    let Some(packed) = body(reader, sha256)? else { return Ok(None) };
    let mut content = Content::unpack(&packed).map_err(PageError::internal)?;
    references::link_all(reader, &mut content, &stuk.address().unwrap_or_default())?;
    Ok(match &content {
        Content::Prose(prose) => Some(prose::html(prose, 3, &mut Marks::default()).0),
        Content::Transcript(_) => None,
    })
}
