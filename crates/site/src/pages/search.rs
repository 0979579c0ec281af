//! `/zoeken`

use askama::Template;
use axum::extract::{Query as UrlQuery, State};
use jiff::Timestamp;
use model::address;
use model::kamerstuk::DossierNummer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use search::{Fragment, Kind, KnownNumber, Parsed, Query, Request, Sort, recognise_number};
use serde::Deserialize;
use store::Reader;
use store::read::search as read;

use super::{Answer, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format};

/// Hits on a page.
const PAGE: usize = 20;
/// Pages that can be leafed through; beyond, a reader is better served by more words.
const MOST_PAGES: usize = 500;
/// Characters of a question that are read.
const LONGEST: usize = 1_000;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    soort: Option<String>,
    volgorde: Option<String>,
    pagina: Option<usize>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Shown {
    page: Page,
    jump: Option<Jump>,
    notices: Vec<String>,
    found: Option<Found>,
}

/// The page that a number in the question leads to.
struct Jump {
    address: String,
    label: String,
}

struct Found {
    total: i64,
    page: usize,
    pages: usize,
    hits: Vec<HitLine>,
    kind: Option<Kind>,
    /// The same search in everything.
    all: String,
    facets: Vec<Facet>,
    orders: Vec<(&'static str, String, bool)>,
    previous: Option<String>,
    next: Option<String>,
}

struct Facet {
    name: &'static str,
    address: String,
    count: i64,
    chosen: bool,
}

struct HitLine {
    address: String,
    kind: &'static str,
    soort: String,
    nummer: String,
    title: String,
    subject: String,
    date: Option<Timestamp>,
    snippet: Vec<Fragment>,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    UrlQuery(asked): UrlQuery<Asked>,
) -> Answer {
    let question: String = asked.q.trim().chars().take(LONGEST).collect();
    let mut page = Page::new(&site, "/zoeken", "Zoeken");
    page.query = question.clone();
    page.noindex = true;
    if question.is_empty() {
        let page = page.described("Zoek in alles wat de Tweede Kamer publiceert.");
        return render(&Shown { page, jump: None, notices: Vec::new(), found: None });
    }
    page.title = format!("Zoeken: {question}");
    let newest = asked.volgorde.as_deref() == Some("nieuw");

    let kind = match asked.soort.as_deref() {
        None | Some("") => None,
        Some(name) => Some(Kind::parse(name).ok_or_else(|| {
            PageError::BadRequest(format!("“{name}” is geen soort waarop gezocht kan worden."))
        })?),
    };
    let number = asked.pagina.unwrap_or(1).clamp(1, MOST_PAGES);
    let Parsed { query, notices } = Query::parse(&question);
    let notices = notices.into_iter().map(|notice| notice.message).collect();
    let request = Request {
        query,
        kinds: kind.into_iter().collect(),
        sort: if newest { Sort::Newest } else { Sort::Relevance },
        offset: (number - 1) * PAGE,
        limit: PAGE,
    };
    let (answer, jump) = site
        .blocking({
            let question = question.clone();
            move |site| {
                let answer = site.index.search(&request).map_err(PageError::internal)?;
                let reader = site.store.reader()?;
                Ok((answer, jump(&reader, &question)?))
            }
        })
        .await?;

    let link = Link { question: &question, kind, newest };
    let total = usize::try_from(answer.total).unwrap_or(usize::MAX);
    let pages = total.div_ceil(PAGE).min(MOST_PAGES);
    let facets = Kind::ALL
        .iter()
        .filter_map(|other| {
            let found = answer.kinds.get(other).copied().unwrap_or_default();
            (found > 0 || kind == Some(*other)).then(|| Facet {
                name: kind_name(*other),
                address: Link { kind: Some(*other), ..link }.address(1),
                count: count(found),
                chosen: kind == Some(*other),
            })
        })
        .collect();
    let hits = answer
        .hits
        .into_iter()
        .map(|hit| HitLine {
            address: hit.address,
            kind: kind_name(hit.kind),
            soort: hit.soort,
            nummer: hit.nummer,
            title: hit.title,
            subject: hit.subject,
            date: hit.date,
            snippet: hit.snippet,
        })
        .collect();
    let found = Found {
        total: count(answer.total),
        page: number,
        pages,
        hits,
        kind,
        all: Link { kind: None, ..link }.address(1),
        facets,
        orders: vec![
            ("Beste eerst", Link { newest: false, ..link }.address(1), !newest),
            ("Nieuwste eerst", Link { newest: true, ..link }.address(1), newest),
        ],
        previous: (number > 1).then(|| link.address(number - 1)),
        next: (number < pages).then(|| link.address(number + 1)),
    };
    render(&Shown { page, jump, notices, found: Some(found) })
}

/// A search with its choices.
#[derive(Clone, Copy)]
struct Link<'q> {
    question: &'q str,
    kind: Option<Kind>,
    newest: bool,
}

impl Link<'_> {
    fn address(self, page: usize) -> String {
        let mut address =
            format!("/zoeken?q={}", utf8_percent_encode(self.question, NON_ALPHANUMERIC));
        if let Some(kind) = self.kind {
            address.push_str("&soort=");
            address.push_str(kind.as_str());
        }
        if self.newest {
            address.push_str("&volgorde=nieuw");
        }
        if page > 1 {
            address.push_str(&format!("&pagina={page}"));
        }
        address
    }
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Document => "Document",
        Kind::Zaak => "Zaak",
        Kind::Dossier => "Dossier",
        Kind::Activiteit => "Activiteit",
        Kind::Persoon => "Persoon",
        Kind::Verslag => "Verslag",
        Kind::Commissie => "Commissie",
        Kind::Fractie => "Fractie",
        Kind::Toezegging => "Toezegging",
        Kind::Besluit => "Besluit",
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
