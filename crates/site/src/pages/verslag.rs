//! `/verslag/{vergadering id}`

use askama::Template;
use axum::extract::{Path, Query, State};
use content::Content;
use model::{Uuid, address};
use store::read::document::body;
use store::read::verslag::{self as read, VerslagPage};

use super::document::Asked;
use super::{Answer, missing, render};
use crate::layout::Page;
use crate::marks::Marks;
use crate::speaking::{self, Speaking};
use crate::{PageError, SharedSite, format, references, transcript};

#[derive(Template)]
#[template(path = "verslag.html")]
struct Shown {
    page: Page,
    it: VerslagPage,
    title: String,
    transcript: Option<transcript::Shown>,
    speaking: Option<Speaking>,
    /// How many words were found, if any were asked for.
    found: Option<usize>,
    /// Why there is no text, where there is none.
    why: &'static str,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path(vergadering): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let Ok(id) = vergadering.parse::<Uuid>() else {
        return Err(PageError::BadRequest(
            "Een verslag heeft een adres met een lange code, zoals \
             /verslag/0c43e57f-962a-449c-8157-62dbf7e539eb."
                .into(),
        ));
    };
    let found = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let Some(it) = read::page(&reader, id)? else { return Ok(None) };
            let packed = match it.file.as_ref().and_then(|file| file.sha256.as_ref()) {
                Some(sha256) => body(&reader, sha256)?,
                None => None,
            };
            let Some(packed) = packed else { return Ok(Some((it, None))) };
            let mut content = Content::unpack(&packed).map_err(PageError::internal)?;
            references::link_all(&reader, &mut content, &address::verslag(&id.to_string()))?;
            let Content::Transcript(spoken) = content else { return Ok(Some((it, None))) };
            let links = read::links(&reader, &transcript::named(&spoken))?;
            let mut marks = Marks::of(asked.q.as_deref());
            let shown = transcript::show(&spoken, &links, &mut marks);
            let found = marks.is_asked().then_some(marks.found);
            Ok(Some((it, Some((shown, (speaking::speaking(&spoken, &links), found))))))
        })
        .await?;
    let own = address::verslag(&id.to_string());
    let Some((it, transcript)) = found else { return Err(missing(&site, own).await) };

    let (transcript, speaking) = transcript.unzip();
    let (speaking, found) = speaking.unwrap_or_default();
    let title = it.vergadering.titel.clone().unwrap_or_else(|| "Vergadering".into());
    let why = match (&it.verslag, &it.file) {
        (None, _) => "Van deze vergadering is nog geen verslag verschenen.",
        (Some(_), None) => "Bij dit verslag is geen bestand gepubliceerd.",
        (Some(_), Some(file)) if file.sha256.is_none() => "Het verslag wordt nog opgehaald.",
        (Some(_), Some(file)) if file.words.is_none() => "Het verslag wordt nog gelezen.",
        _ => "Het verslag kon niet worden gelezen.",
    };
    let mut description = "Verslag".to_owned();
    if let Some(start) = it.vergadering.aanvangstijd {
        description.push_str(&format!(" van {}", format::date_and_time(&start)));
    }
    let page = Page::new(&site, &own, format!("Verslag: {title}")).described(description);
    render(&Shown { page, it, title, transcript, speaking, found, why })
}
