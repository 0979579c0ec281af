//! `/document/{nummer}` and its file.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use content::files::ContentHash;
use content::{Content, Format, Prose, Publication};
use jiff::civil::Date;
use model::address;
use serde::Deserialize;
use store::Reader;
use store::read::DocumentLine;
use store::read::document::{self as read, DocumentPage, FileLine};
use store::read::sitemap::NAMES_CITIZENS;
use tower_http::services::ServeFile;

use super::{Answer, missing, render};
use crate::answers::{Answers, answers};
use crate::history::{self, Change};
use crate::layout::{ANSWER, Page};
use crate::marks::Marks;
use crate::successive::{Successive, successive};
use crate::{PageError, SharedSite, format, prose, references, text};

/// From so many words on, a text has a list of contents.
const LONG: i64 = 1_200;
/// The longest name of a file, without its extension.
const MAX_FILE_NAME: usize = 80;

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
    /// How one refers to it.
    reference: String,
    /// Of written questions: the answers to each.
    answers: Option<Answers>,
    /// What the source changed of it.
    changes: Vec<Change>,
    /// The texts of the same before and after this one.
    texts: Successive,
}

struct FileLink {
    label: String,
}

/// The text of a document, or why there is none.
enum Text {
    Shown {
        html: String,
        source: String,
        /// Its titles, if it is long enough for a list of contents.
        contents: Vec<prose::Heading>,
        /// How many words were found, if any were asked for.
        found: Option<usize>,
        /// What the official publication says about itself, with what to call it.
        said: Vec<(&'static str, String)>,
    },
    None {
        why: String,
    },
}

/// What a reader may ask of a text.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Words to mark in it.
    pub(crate) q: Option<String>,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path(nummer): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let found = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let Some(it) = read::page(&reader, &wanted)? else { return Ok(None) };
            let marks = Marks::of(asked.q.as_deref());
            let text = text_of(&reader, &it, &address::document(&wanted), marks)?;
            let answers = answers(&reader, &it.antwoorden)?;
            let texts = successive(&reader, &it)?;
            Ok(Some((it, text, answers, texts)))
        })
        .await?;
    let Some((it, text, answers, texts)) = found else {
        return Err(missing(&site, address::document(&nummer)).await);
    };
    let changes = history::changes(&site, it.document.id.0).await?;
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
    let mut page = Page::new(&site, &address::document(&nummer), title).described(description);
    page.noindex = names_citizens(&it);
    let is_answer = |other: &DocumentLine| {
        other.soort.as_deref().is_some_and(|soort| soort.starts_with("Antwoord"))
    };
    let is_open = it.document.soort.as_deref() == Some("Schriftelijke vragen")
        && !it.antwoorden.iter().any(is_answer);
    page.awaited = is_open.then_some(ANSWER);
    let template = Shown {
        page,
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
        reference: reference(&it),
        answers,
        changes,
        texts,
        nummer,
        it,
    };
    render(&template)
}

/// The text of the best of its files, or why there is none.
fn text_of(
    reader: &Reader,
    it: &DocumentPage,
    own: &str,
    mut marks: Marks,
) -> Result<Text, PageError> {
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
    let said = match &content {
        Content::Prose(Prose { publication: Some(publication), .. }) => said(publication, it),
        _ => Vec::new(),
    };
    let source = match &content {
        Content::Prose(prose) if prose.recognised => {
            format!("{source} De letters zijn herkend in een scan; er kunnen fouten in staan.")
        }
        _ => source,
    };
    let (html, headings) = match &content {
        Content::Prose(prose) => prose::html(prose, 3, &mut marks),
        Content::Transcript(transcript) => {
            let shown = crate::transcript::show(transcript, &Default::default(), &mut marks);
            (shown.html, Vec::new())
        }
    };
    let is_long = file.words.is_some_and(|words| words >= LONG) && headings.len() >= 4;
    let contents = if is_long { outline(headings) } else { Vec::new() };
    let found = marks.is_asked().then_some(marks.found);
    Ok(Text::Shown { html, source, contents, found, said })
}

/// What a publication says that the page does not say already, with what to call it.
fn said(publication: &Publication, it: &DocumentPage) -> Vec<(&'static str, String)> {
    let topics: Vec<String> = publication.topics.iter().map(|topic| topic.join(" › ")).collect();
    let unnamed =
        |names: &[String]| if it.actors.is_empty() { names.join(", ") } else { String::new() };
    let day = |date: &Option<Date>| date.as_ref().map(format::day).unwrap_or_default();
    let facts = [
        (if topics.len() == 1 { "Onderwerp" } else { "Onderwerpen" }, topics.join("; ")),
        ("Soort", publication.kinds.join(", ")),
        ("Vergaderjaar", publication.vergaderjaar.clone().unwrap_or_default()),
        ("Indiener", unnamed(&publication.indieners)),
        ("Gericht aan", unnamed(&publication.ontvangers)),
        ("Van", publication.ministeries.join(", ")),
        ("Gesteld", day(&publication.submitted)),
        ("Antwoord ontvangen", day(&publication.answered)),
        ("Gedateerd", day(&publication.issued)),
        ("Gepubliceerd", day(&publication.available)),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The titles of the two highest levels that occur more than once: a first title alone is that of the
/// document.
fn outline(headings: Vec<prose::Heading>) -> Vec<prose::Heading> {
    let count = |level| headings.iter().filter(|heading| heading.level == level).count();
    let top = (1..=6).find(|level| count(*level) > 1).unwrap_or(1);
    headings.into_iter().filter(|heading| (top..=top + 1).contains(&heading.level)).collect()
}

/// How one refers to a document in the Netherlands: "Kamerstukken II 2024/25, 36 600 XVI, nr. 12".
fn reference(it: &DocumentPage) -> String {
    let document = &it.document;
    let house = if document.kamer == Some(1) { "I" } else { "II" };
    let year = document.vergaderjaar.as_deref().and_then(short_year);
    let identifiers = it.versie.iter().chain(&it.eerdere_versies);
    let aanhangsel = identifiers
        .filter_map(|versie| versie.externeidentifier.as_deref())
        .find_map(|identifier| identifier.strip_prefix("ah-tk-")?.split_once('-'));
    if let Some((years, number)) = aanhangsel
        && let (Some(from), Some(to)) = (years.get(..4), years.get(6..8))
    {
        return format!("Aanhangsel Handelingen II {from}/{to}, nr. {number}");
    }
    match (&it.dossier, document.volgnummer.filter(|nummer| *nummer > 0), year) {
        (Some(dossier), Some(number), Some(year)) => {
            let printed = dossier.nummer.printed().replace('-', " ");
            // The dossiers of the European Union have their number with a hyphen.
            let printed =
                if dossier.nummer.nummer == 21501 { dossier.nummer.printed() } else { printed };
            format!("Kamerstukken {house} {year}, {printed}, nr. {number}")
        }
        _ => {
            let mut parts = vec!["Tweede Kamer".to_owned()];
            parts.extend(document.document_nummer.clone());
            parts.push(format!("\"{}\"", text::or(&document.onderwerp, &document.titel)));
            parts.extend(document.datum.as_ref().map(format::date));
            parts.join(", ")
        }
    }
}

/// "2024-2025" as "2024/25".
fn short_year(year: &str) -> Option<String> {
    let (from, to) = year.split_once('-')?;
    Some(format!("{from}/{}", to.get(2..4)?))
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

/// Whether it may name private citizens, as far as its kind and that of its zaken tell.
fn names_citizens(it: &DocumentPage) -> bool {
    let kinds = it.zaken.iter().map(|part| &part.zaak.soort).chain([&it.document.soort]);
    kinds.flatten().any(|soort| NAMES_CITIZENS.contains(&soort.as_str()))
}

fn describe(it: &DocumentPage) -> String {
    let mut parts = Vec::new();
    parts.extend(it.document.soort.clone());
    parts.extend(it.document.datum.as_ref().map(format::date));
    parts.extend(it.actors.first().and_then(|actor| actor.naam.clone()));
    parts.extend(it.dossier.as_ref().and_then(|dossier| dossier.titel.clone()));
    parts.join(", ")
}

/// Which version of a file is asked for.
#[derive(Deserialize)]
pub(crate) struct AskedVersion {
    /// The hash of an earlier one.
    versie: Option<String>,
}

/// The file itself, with ranges and validators. What it is, is told from its bytes; it may run
/// nothing. One that is no longer here is at the source still.
pub(crate) async fn file(
    State(site): State<SharedSite>,
    Path(nummer): Path<String>,
    Query(AskedVersion { versie }): Query<AskedVersion>,
    request: Request,
) -> Result<Response, PageError> {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let (sha256, format, title) = match versie {
        Some(versie) => {
            let hash = versie.clone();
            let found =
                site.read(move |_, reader| read::earlier_resource(reader, &wanted, &hash)).await?;
            let Some((format, title)) = found else { return Err(PageError::NotFound) };
            (versie, format, title)
        }
        None => {
            let found = site.read(move |_, reader| read::resource(reader, &wanted)).await?;
            let Some((file, title)) = found else {
                return Err(missing(&site, address::document(&nummer)).await);
            };
            match file.sha256.filter(|_| !file.removed) {
                Some(sha256) => (sha256, file.format, title),
                None => {
                    let source = format!("{}/Resources/{}", feed::SOURCE, file.locator);
                    return Ok(Redirect::temporary(&source).into_response());
                }
            }
        }
    };
    let format = format.as_deref().and_then(Format::parse).unwrap_or(Format::Unknown);
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
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{}.{extension}\"", file_name(&nummer, &title)),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; style-src 'unsafe-inline'".into(),
        ),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, etag),
        // The page with its text is what search engines should show, where they may.
        (HeaderName::from_static("x-robots-tag"), "noindex".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response.into_response())
}

/// A name for the file that says what it is, in characters that every system takes.
fn file_name(nummer: &str, title: &str) -> String {
    let mut name: String = nummer.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let plain = title.to_lowercase().replace(['é', 'ë', 'è', 'ê'], "e").replace(['ï', 'í'], "i");
    let plain =
        plain.replace(['ö', 'ó', 'ô'], "o").replace(['ü', 'ú'], "u").replace(['á', 'ä'], "a");
    for word in plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.len() + 1 + word.len() > MAX_FILE_NAME {
            break;
        }
        name.push('-');
        name.push_str(word);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_says_what_it_is() {
        assert_eq!(
            file_name(
                "2019D53771",
                "Uitvoering van de motie-Stoffer over \"Ruslandstrategie\"/\r\n"
            ),
            "2019D53771-uitvoering-van-de-motie-stoffer-over-ruslandstrategie"
        );
        assert_eq!(file_name("2025D1", "Financiële \u{202e}zaken"), "2025D1-financiele-zaken");
        assert!(file_name("2025D1", &"lang ".repeat(50)).len() <= MAX_FILE_NAME);
    }

    #[test]
    fn a_list_of_contents_has_two_levels_and_not_the_title_of_the_whole() {
        let heading = |level| prose::Heading { anchor: String::new(), title: String::new(), level };
        let levels = |levels: &[u8]| -> Vec<u8> {
            outline(levels.iter().map(|level| heading(*level)).collect())
                .iter()
                .map(|heading| heading.level)
                .collect()
        };
        assert_eq!(levels(&[1, 2, 3, 4, 2, 3]), [2, 3, 2, 3]);
        assert_eq!(levels(&[1, 1, 2]), [1, 1, 2]);
    }
}
