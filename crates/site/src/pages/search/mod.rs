//! `/zoeken`

mod asked;
mod formats;
mod histogram;
pub(crate) mod similar;
pub(crate) mod suggestions;

use std::ops::Range;

use askama::Template;
use axum::extract::{Query as UrlQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use model::kamerstuk::DossierNummer;
use model::{Ministerie, address};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use search::{
    Answer, Facet, Folded, Fragment, Hit, Kind, KnownNumber, Parsed, Part, Query, fold,
    recognise_number,
};
use store::Reader;
use store::read::search as read;

use self::asked::{Asked, MOST_PAGES, PAGE, SORTS};
use self::formats::{Format, Found as AsData, PER_PAGE};
use self::histogram::Histogram;
use super::render;
use crate::layout::{Alternate, Page};
use crate::lists::base;
use crate::{PageError, SharedSite, format};

/// Values of a facet that are shown at once.
const FEW: usize = 6;
/// Values of a facet that are shown in all.
const MANY: usize = 40;
/// With fewer hits than this, the reader may have mistyped.
const FEW_HITS: u64 = 3;
/// Characters that are shown on both sides of what is wrong in a question.
const AROUND: usize = 30;

#[derive(Template)]
#[template(path = "search.html")]
struct Shown {
    page: Page,
    jump: Option<Jump>,
    notices: Vec<Notice>,
    found: Option<Found>,
}

impl Shown {
    /// Where a hit leads: to the passage on its page, which browsers then mark.
    fn landing(&self, hit: &Hit) -> String {
        // Within a page that is one speech, or a line, the place is told already.
        let mark = place_in_text(&hit.snippet).filter(|_| hit.page.is_none());
        match mark {
            Some(mark) if hit.address.contains('#') => format!("{}:~:{mark}", hit.address),
            Some(mark) => format!("{}#:~:{mark}", hit.address),
            None => hit.address.clone(),
        }
    }

    /// Other searches that a hit gives rise to.
    fn more(&self, hit: &Hit) -> Vec<(String, String)> {
        let Some(Found { asked, .. }) = &self.found else { return Vec::new() };
        let mut more = Vec::new();
        let verslag = hit.address.split_once('#').map(|(page, _)| page);
        if let Some(verslag) = verslag.filter(|_| hit.kind == Kind::Spreekbeurt)
            && asked.within.is_none()
        {
            more.push(("meer uit dit verslag".into(), asked.within(Some(verslag)).address("")));
        }
        if let Some(dossier) = hit.dossiers.first().filter(|_| hit.kind != Kind::Dossier)
            && !asked.is_chosen(Facet::Dossier, dossier)
        {
            let text = format!("meer uit dossier {}", label(Facet::Dossier, dossier));
            more.push((text, asked.with(Facet::Dossier, dossier).address("")));
        }
        if matches!(hit.kind, Kind::Document | Kind::Zaak) {
            more.push(("wat hierop lijkt".into(), similar::address(&hit.address)));
        }
        more
    }
}

/// The page of the file on which the passage of a document is, and where the file opens at it.
pub(crate) fn page_of_file(hit: &Hit) -> Option<(usize, String)> {
    let page = hit.page.filter(|_| hit.kind == Kind::Document)?;
    Some((page, format!("{}/bestand#page={page}", hit.address)))
}

/// What tells a browser to go to the first hit of a passage and mark it: a text fragment, as in
/// "text=woorden%20ervoor-,treffer". None if there is no hit.
fn place_in_text(passage: &[Fragment]) -> Option<String> {
    /// So many words before the hit tell it from others.
    const WORDS_BEFORE: usize = 3;
    let place = passage.iter().position(|fragment| fragment.hit)?;
    let hit = passage.get(place)?;
    let before = place.checked_sub(1).and_then(|before| passage.get(before));
    let mut words: Vec<&str> = before
        .map(|fragment| fragment.text.split_whitespace().rev().take(WORDS_BEFORE).collect())
        .unwrap_or_default();
    words.retain(|word| *word != "…");
    words.reverse();
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    Some(match words.is_empty() {
        true => format!("text={}", encoded(&hit.text)),
        false => format!("text={}-,{}", encoded(&words.join(" ")), encoded(&hit.text)),
    })
}

/// The page that a number in the question leads to.
struct Jump {
    address: String,
    label: String,
}

/// Something that was not searched as it was asked.
struct Notice {
    message: String,
    /// Where in the question: what is before it, what it is, what is after it.
    place: Option<[String; 3]>,
    /// What the reader may rather want, with its address.
    instead: Option<(&'static str, String)>,
}

struct Found {
    total: i64,
    page: usize,
    pages: usize,
    /// Whether there is more than can be leafed through.
    is_deep: bool,
    hits: Vec<Folded>,
    chips: Vec<Chip>,
    /// The words that do not count, since they say nothing.
    ignored: String,
    /// The search without all that was chosen, if anything was.
    plain: Option<String>,
    corrected: Option<(String, String)>,
    facets: Vec<Shelf>,
    histogram: Option<Histogram>,
    asked: Asked,
    orders: Vec<(&'static str, String, bool)>,
    downloads: Vec<(&'static str, String)>,
    previous: Option<String>,
    next: Option<String>,
}

/// A part of the search that can be left out.
struct Chip {
    text: String,
    without: String,
    /// Whether this or the one before it suffices.
    is_alternative: bool,
}

/// A facet with its values.
struct Shelf {
    title: &'static str,
    few: Vec<Choice>,
    more: Vec<Choice>,
}

struct Choice {
    label: String,
    address: String,
    count: i64,
    is_chosen: bool,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    UrlQuery(parameters): UrlQuery<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&parameters)?;
    let mut page = Page::new(&site, "/zoeken", "Zoeken").watched_at(&asked.at(1).address(""));
    page.query = asked.question.clone();
    page.noindex = true;
    if asked.question.is_empty() {
        let page = page.described("Zoek in alles wat de Tweede Kamer publiceert.");
        let nothing = Shown { page, jump: None, notices: Vec::new(), found: None };
        return Ok(render(&nothing)?.into_response());
    }
    page.title = format!("Zoeken: {}", asked.question);
    page.alternates = vec![Alternate {
        kind: "application/atom+xml",
        title: page.title.clone(),
        address: asked.at(1).address(Format::Atom.suffix()),
    }];

    let Parsed { query, notices } = Query::parse(&asked.question);
    let (parts, strict) = (query.parts(), query.strict());
    let request = asked.request(query.clone(), (asked.page - 1).saturating_mul(PAGE), PAGE);
    let question = asked.question.clone();
    let (answer, jump, corrected) = site
        .blocking(move |site| {
            let answer = site.index.search(&request).map_err(PageError::internal)?;
            let has_all = answer.partial.map_or(answer.total, |partial| partial.with_all);
            let corrected = match has_all < FEW_HITS {
                true => site.index.corrected(&query).map_err(PageError::internal)?,
                false => None,
            };
            let reader = site.store.reader()?;
            Ok((answer, jump(&reader, &question)?, corrected))
        })
        .await?;

    let mut all_notices: Vec<Notice> = notices
        .into_iter()
        .map(|notice| Notice {
            place: place(&asked.question, notice.at),
            message: notice.message,
            instead: None,
        })
        .collect();
    let only_all = asked.asking(&strict.describe()).address("");
    let instead = answer.partial.filter(|partial| partial.with_all > 0).map(|_| only_all);
    all_notices.extend(said(&answer).into_iter().map(|message| Notice {
        message,
        place: None,
        instead: instead.clone().map(|address| ("Toon alleen wat alle woorden bevat.", address)),
    }));
    let corrected = corrected.map(|query| query.describe());
    let found = found(asked, answer, parts, corrected);
    Ok(render(&Shown { page, jump, notices: all_notices, found: Some(found) })?.into_response())
}

pub(crate) async fn json(
    site: State<SharedSite>,
    parameters: UrlQuery<Vec<(String, String)>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    as_data(Format::Json, site, parameters, headers, uri).await
}

pub(crate) async fn csv(
    site: State<SharedSite>,
    parameters: UrlQuery<Vec<(String, String)>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    as_data(Format::Csv, site, parameters, headers, uri).await
}

pub(crate) async fn atom(
    site: State<SharedSite>,
    parameters: UrlQuery<Vec<(String, String)>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    as_data(Format::Atom, site, parameters, headers, uri).await
}

/// The search in a form for machines.
async fn as_data(
    format: Format,
    State(site): State<SharedSite>,
    UrlQuery(parameters): UrlQuery<Vec<(String, String)>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&parameters)?;
    let Parsed { query, notices } = Query::parse(&asked.question);
    let request = asked.request(query, (asked.page - 1).saturating_mul(PER_PAGE), PER_PAGE);
    let answer =
        site.blocking(move |site| site.index.search(&request).map_err(PageError::internal)).await?;
    let mut messages: Vec<String> = notices.into_iter().map(|notice| notice.message).collect();
    messages.extend(said(&answer));
    let base = base(&site, &headers, &uri);
    let found = AsData { asked: &asked, answer, notices: messages, base };
    let body = match format {
        Format::Json => found.json()?,
        Format::Csv => found.csv()?,
        Format::Atom => found.atom()?,
    };
    let mut response = ([(header::CONTENT_TYPE, format.content_type())], body).into_response();
    let headers = response.headers_mut();
    // Open data: pages of others may read them too.
    let any = HeaderValue::from_static("*");
    headers.insert(HeaderName::from_static("access-control-allow-origin"), any);
    let links = found.links(format);
    if let Some(links) = HeaderValue::from_str(&links).ok().filter(|it| !it.is_empty()) {
        headers.insert(header::LINK, links);
    }
    if format == Format::Csv {
        let disposition = HeaderValue::from_static("attachment; filename=\"zoeken.csv\"");
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// What the index did in another way than it was asked.
fn said(answer: &Answer) -> Vec<String> {
    let mut messages = answer.notices.clone();
    messages.extend(answer.partial.map(|partial| match partial.with_all {
        0 => "Nergens staan al uw woorden bij elkaar. Dit lijkt erop.".to_owned(),
        1 => "Eén stuk bevat al uw woorden. Daaronder staat wat erop lijkt.".to_owned(),
        all => format!("{all} stukken bevatten al uw woorden. Daaronder staat wat erop lijkt."),
    }));
    messages
}

/// Where something is in a question, with a little of what is around it.
fn place(question: &str, at: Range<usize>) -> Option<[String; 3]> {
    let before = question.get(..at.start)?;
    let wrong = question.get(at.clone())?;
    let after = question.get(at.end..)?;
    if wrong.chars().count() > 2 * AROUND || wrong.trim().is_empty() {
        return None;
    }
    let skipped = before.chars().count().saturating_sub(AROUND);
    let mut shown_before: String = before.chars().skip(skipped).collect();
    if skipped > 0 {
        shown_before.insert(0, '…');
    }
    let mut shown_after: String = after.chars().take(AROUND).collect();
    if after.chars().count() > AROUND {
        shown_after.push('…');
    }
    Some([shown_before, wrong.to_owned(), shown_after])
}

fn found(asked: Asked, answer: Answer, parts: Vec<Part>, corrected: Option<String>) -> Found {
    let (ignored, parts): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.is_ignored);
    let ignored: Vec<String> = ignored.into_iter().map(|part| part.text).collect();
    let ignored = ignored.join(", ");
    let total = usize::try_from(answer.total).unwrap_or(usize::MAX);
    let pages = total.div_ceil(PAGE).min(MOST_PAGES);
    let other_page = |page: usize| asked.at(page).address("");
    let previous = (asked.page > 1 && pages > 0).then(|| other_page((asked.page - 1).min(pages)));
    Found {
        total: count(answer.total),
        page: asked.page,
        pages,
        is_deep: total > MOST_PAGES * PAGE,
        ignored,
        chips: chips(&asked, parts),
        plain: asked.is_filtered().then(|| asked.plain().address("")),
        corrected: corrected.map(|better| {
            let address = asked.asking(&better).address("");
            (better, address)
        }),
        facets: shelves(&asked, &answer),
        histogram: Histogram::of(&asked, &answer.months),
        orders: SORTS
            .iter()
            .map(|(sort, _, name)| (*name, asked.sorted(*sort).address(""), *sort == asked.sort))
            .collect(),
        downloads: Format::ALL
            .iter()
            .map(|format| (format.name(), asked.at(1).address(format.suffix())))
            .collect(),
        previous,
        next: (asked.page < pages).then(|| other_page(asked.page + 1)),
        hits: fold(answer.hits),
        asked,
    }
}

/// "Zo heb ik gezocht": each part of the question, and each choice.
fn chips(asked: &Asked, parts: Vec<Part>) -> Vec<Chip> {
    let is_alone = parts.len() == 1;
    let of_question = (0..).zip(parts).map(|(place, part)| Chip {
        // Without its only part there is no question left.
        without: if is_alone { "/zoeken".into() } else { asked.asking(&part.without).address("") },
        is_alternative: part.is_alternative && place > 0,
        text: part.text,
    });
    let of_facets = asked.values.iter().flat_map(|(facet, values)| {
        (0..).zip(values).map(|(place, value)| Chip {
            text: format!("{}: {}", facet.parameter(), label(*facet, value)),
            without: asked.without(*facet, value).address(""),
            is_alternative: place > 0,
        })
    });
    let day = format::day;
    let period = match (asked.from, asked.until) {
        (Some(from), Some(until)) => Some(format!("{} – {}", day(&from), day(&until))),
        (Some(from), None) => Some(format!("vanaf {}", day(&from))),
        (None, Some(until)) => Some(format!("tot en met {}", day(&until))),
        (None, None) => None,
    };
    let of_period = period.map(|text| Chip {
        text,
        without: asked.of(None, None).address(""),
        is_alternative: false,
    });
    let of_page = asked.within.iter().map(|page| Chip {
        text: match page.starts_with("/verslag/") {
            true => "in één verslag".into(),
            false => format!("op de pagina {page}"),
        },
        without: asked.within(None).address(""),
        is_alternative: false,
    });
    of_question.chain(of_facets).chain(of_period).chain(of_page).collect()
}

/// The facets that there is something to choose from.
fn shelves(asked: &Asked, answer: &Answer) -> Vec<Shelf> {
    let shelf = |facet: Facet| {
        let values = (0..).zip(answer.facets.get(&facet)?);
        let mut choices: Vec<Choice> = values
            .filter_map(|(place, (value, found))| {
                let is_chosen = asked.is_chosen(facet, value);
                let other =
                    if is_chosen { asked.without(facet, value) } else { asked.with(facet, value) };
                // What was chosen is shown, however little there is of it.
                (place < MANY || is_chosen).then(|| Choice {
                    label: label(facet, value),
                    address: other.address(""),
                    count: count(*found),
                    is_chosen,
                })
            })
            .collect();
        if choices.is_empty() {
            return None;
        }
        choices.sort_by_key(|choice| !choice.is_chosen);
        let few = if facet == Facet::Kind { MANY } else { FEW };
        let more = choices.split_off(choices.len().min(few));
        Some(Shelf { title: title(facet), few: choices, more })
    };
    Facet::ALL.into_iter().filter_map(shelf).collect()
}

fn title(facet: Facet) -> &'static str {
    match facet {
        Facet::Kind => "Wat",
        Facet::Soort => "Soort",
        Facet::Fractie => "Fractie",
        Facet::Persoon => "Persoon",
        Facet::Ministerie => "Ministerie",
        Facet::Commissie => "Commissie",
        Facet::Dossier => "Dossier",
    }
}

/// A value as readers see it.
fn label(facet: Facet, value: &str) -> String {
    let known = match facet {
        Facet::Kind => Kind::parse(value).map(|kind| kind_name(kind).to_owned()),
        Facet::Ministerie => Ministerie::with_afkorting(value).map(|it| it.naam.to_owned()),
        Facet::Dossier => DossierNummer::parse(value).map(|nummer| nummer.printed()),
        Facet::Soort | Facet::Fractie | Facet::Persoon | Facet::Commissie => None,
    };
    known.unwrap_or_else(|| value.to_owned())
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What a reader calls a kind.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Document => "Document",
        Kind::Zaak => "Zaak",
        Kind::Dossier => "Dossier",
        Kind::Activiteit => "Activiteit",
        Kind::Persoon => "Persoon",
        Kind::Verslag => "Verslag",
        Kind::Spreekbeurt => "Spreekbeurt",
        Kind::Commissie => "Commissie",
        Kind::Fractie => "Fractie",
        Kind::Toezegging => "Toezegging",
        Kind::Besluit => "Stemming",
        Kind::Geschenk => "Geschenk",
        Kind::Reis => "Reis",
        Kind::Nevenfunctie => "Nevenfunctie",
    }
}

/// The page of the thing that the question names by its number, if it is known here.
fn jump(reader: &Reader, question: &str) -> Result<Option<Jump>, PageError> {
    let Some(number) = recognise_number(question) else { return Ok(None) };
    let (address, label) = match number {
        KnownNumber::Document(nummer) => (address::document(&nummer), format!("document {nummer}")),
        KnownNumber::Zaak(nummer) => (address::zaak(&nummer), format!("zaak {nummer}")),
        KnownNumber::Activiteit(nummer) => {
            (address::activiteit(&nummer), format!("activiteit {nummer}"))
        }
        KnownNumber::Toezegging(nummer) => {
            (address::toezegging(&nummer), format!("toezegging {nummer}"))
        }
        KnownNumber::Dossier { nummer, toevoeging } => {
            let dossier = DossierNummer::new(nummer, toevoeging.as_deref());
            (address::dossier(&dossier), format!("dossier {}", dossier.printed()))
        }
        KnownNumber::Kamerstuk { dossier, toevoeging, volgnummer } => {
            let dossier = DossierNummer::new(dossier, toevoeging.as_deref());
            let label = format!("{}, nr. {volgnummer}", dossier.printed());
            match read::kamerstuk(reader, &dossier, volgnummer)? {
                Some(document) => (address::document(&document), label),
                None => return Ok(None),
            }
        }
    };
    Ok(read::is_known(reader, &address)?.then_some(Jump { address, label }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_told_to_the_browser_by_the_words_before_its_hit() {
        let fragment = |text: &str, hit| Fragment { text: text.into(), hit };
        let passage = [fragment("… uit de Eerste, ook ", false), fragment("zorg-kosten", true)];
        let told = place_in_text(&passage).unwrap();
        assert_eq!(told, "text=de%20Eerste%2C%20ook-,zorg%2Dkosten");
        assert_eq!(place_in_text(&passage[1..]).unwrap(), "text=zorg%2Dkosten");
        assert_eq!(place_in_text(&passage[..1]), None);
    }

    #[test]
    fn a_notice_shows_what_is_wrong_between_what_is_around_it() {
        let question = format!("{} \"huur", "woord ".repeat(20));
        let at = question.find('"').unwrap();
        let [before, wrong, after] = place(&question, at..at + 1).unwrap();
        assert_eq!((wrong.as_str(), after.as_str()), ("\"", "huur"));
        assert!(before.starts_with('…') && before.chars().count() == AROUND + 1);
        assert_eq!(place("motie", 0..9), None);
    }
}
