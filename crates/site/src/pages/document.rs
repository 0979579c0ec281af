//! `/document/{nummer}` and its file.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use content::files::ContentHash;
use content::{Content, Format};
use model::address;
use store::Reader;
use store::read::document::{self as read, DocumentPage, FileLine};
use tower_http::services::ServeFile;

use super::{Answer, missing, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format, prose, references, text};

#[derive(Template)]
#[template(path = "document.html")]
struct Shown {
    page: Page,
    it: DocumentPage,
    nummer: String,
    /// Its title, besides its subject.
    subtitle: Option<String>,
    /// The number in its dossier, of a kamerstuk.
    volgnummer: Option<i64>,
    /// What the cabinet thinks of the motion.
    appreciations: Vec<String>,
    file: Option<FileLink>,
    publications: Vec<String>,
    text: Text,
}

struct FileLink {
    label: String,
}

/// The text of a document, or why there is none.
enum Text {
    Shown { html: String, source: String },
    None { why: String },
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let found = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let Some(it) = read::page(&reader, &wanted)? else { return Ok(None) };
            let text = text_of(&reader, &it, &address::document(&wanted))?;
            Ok(Some((it, text)))
        })
        .await?;
    let Some((it, text)) = found else {
        return Err(missing(&site, address::document(&nummer)).await);
    };
    let resource = it.files.iter().find(|file| file.origin == "resource");
    let file = resource
        .filter(|file| file.sha256.is_some())
        .map(|file| FileLink { label: file_label(file) });
    let publications = it
        .versie
        .iter()
        .chain(&it.eerdere_versies)
        .filter_map(|versie| versie.externeidentifier.clone())
        .take(1)
        .collect();
    let title = text::or(&it.document.onderwerp, &it.document.titel).to_owned();
    let description = describe(&it);
    let template = Shown {
        page: Page::new(&site, &address::document(&nummer), title).described(description),
        subtitle: text::besides(&it.document.onderwerp, &it.document.titel),
        volgnummer: it.document.volgnummer.filter(|volgnummer| *volgnummer > 0),
        appreciations: it
            .zaken
            .iter()
            .filter_map(|part| part.zaak.kabinetsappreciatie.clone())
            .collect(),
        file,
        publications,
        text,
        nummer,
        it,
    };
    render(&template)
}

/// The text of the best of its files, or why there is none.
fn text_of(reader: &Reader, it: &DocumentPage, own: &str) -> Result<Text, PageError> {
    let best = it.files.iter().find(|file| file.words.is_some_and(|words| words > 0));
    let body = match best.and_then(|file| file.sha256.as_ref()) {
        Some(sha256) => read::body(reader, sha256)?,
        None => None,
    };
    let (Some(file), Some(body)) = (best, body) else {
        return Ok(Text::None { why: why_no_text(&it.files).to_owned() });
    };
    let source = match (file.origin.as_str(), file.format.as_deref()) {
        ("publication", _) => format!("Tekst van de officiële publicatie {}.", file.locator),
        (_, Some(format)) => format!("Tekst uit het bestand ({}).", format_label(format)),
        _ => "Tekst uit het bestand.".to_owned(),
    };
    let mut content = Content::unpack(&body).map_err(PageError::internal)?;
    references::link_all(reader, &mut content, own)?;
    let html = match content {
        Content::Prose(prose) => prose::html(&prose, 3),
        Content::Transcript(transcript) => {
            crate::transcript::show(&transcript, &Default::default()).html
        }
    };
    Ok(Text::Shown { html, source })
}

fn why_no_text(files: &[FileLine]) -> &'static str {
    let Some(file) = files.iter().find(|file| file.origin == "resource").or(files.first()) else {
        return "Bij dit document is geen bestand gepubliceerd.";
    };
    match (&file.sha256, &file.fetch_problem, &file.extract_problem) {
        (None, None, _) => "Het bestand wordt nog opgehaald.",
        (None, Some(_), _) => "Het bestand kon niet bij de bron worden opgehaald.",
        (Some(_), _, None) => "Het bestand wordt nog gelezen.",
        (Some(_), _, Some(problem)) => text::extract_problem(problem),
    }
}

fn format_label(name: &str) -> &'static str {
    Format::parse(name).unwrap_or(Format::Unknown).label()
}

fn file_label(file: &FileLine) -> String {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(file.format.as_deref().map(|format| format_label(format).to_owned()));
    facts.extend(file.size.map(|size| format::size(&size)));
    format!("Bestand ({})", facts.join(", "))
}

fn describe(it: &DocumentPage) -> String {
    let mut parts = Vec::new();
    parts.extend(it.document.soort.clone());
    parts.extend(it.document.datum.as_ref().map(format::date));
    parts.extend(it.actors.first().and_then(|actor| actor.naam.clone()));
    parts.extend(it.dossier.as_ref().and_then(|dossier| dossier.titel.clone()));
    parts.join(", ")
}

/// The file itself, with ranges and validators. What it is, is told from its bytes; it may run
/// nothing.
pub(crate) async fn file(
    State(site): State<SharedSite>,
    Path(nummer): Path<String>,
    request: Request,
) -> Result<Response, PageError> {
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::resource(reader, &wanted)).await?;
    let Some(file) = found else { return Err(PageError::NotFound) };
    let Some(sha256) = file.sha256 else { return Err(PageError::NotFound) };
    let format = file.format.as_deref().and_then(Format::parse).unwrap_or(Format::Unknown);
    let hash: ContentHash = sha256.parse().map_err(PageError::internal)?;
    let path = site.files.path(hash);

    let known = request.headers().get(header::IF_NONE_MATCH);
    let etag = format!("\"{sha256}\"");
    if known.is_some_and(|known| known.to_str().is_ok_and(|known| known.contains(&etag))) {
        return Ok(axum::http::StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = ServeFile::new(&path)
        .try_call(request)
        .await
        .map_err(PageError::internal)?
        .map(axum::body::Body::new);
    let headers = response.headers_mut();
    let extension = format.extension();
    for (name, value) in [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{nummer}.{extension}\"")),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; style-src 'unsafe-inline'".into(),
        ),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, etag),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response.into_response())
}
