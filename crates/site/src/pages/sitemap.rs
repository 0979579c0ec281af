//! `/sitemap.xml`: what there is, for search engines; an index of sitemaps by month, with when
//! something in each was last touched. And `/robots.txt`.
//!
//! Sitemaps hold whole addresses, so there are none on a site that does not know its own
//! (`--public-url`).

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use model::address;
use model::ministerie::MINISTERIES;
use model::time::{in_amsterdam, start_of_day};
use store::read::sitemap::{self as read, Dated, Location};

use crate::{PageError, SharedSite, Site};

/// How long the index is kept: making it reads the register of everything dated.
const KEPT: Duration = Duration::from_secs(3_600);

/// The index, once it was made.
#[derive(Clone, Default)]
pub(crate) struct Index(Arc<Mutex<Option<(Instant, String)>>>);

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// Search engines may read the pages, but not the endless combinations of searches.
pub(crate) async fn robots(State(site): State<SharedSite>) -> String {
    let mut text = "User-agent: *\nDisallow: /zoeken\nDisallow: /mijn\n".to_owned();
    if let Some(own) = &site.public_url {
        // Writing to a String cannot fail.
        let _ = write!(text, "\nSitemap: {own}/sitemap.xml\n");
    }
    text
}

pub(crate) async fn index(site: SharedSite, kept: Index) -> Result<Response, PageError> {
    let xml = site
        .blocking(move |site| {
            let own = site.public_url.as_deref().ok_or(PageError::NotFound)?;
            // Who comes while it is made waits for it.
            let mut kept = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((made, xml)) = &*kept
                && made.elapsed() < KEPT
            {
                return Ok(xml.clone());
            }
            let xml = write_index(site, own)?;
            *kept = Some((Instant::now(), xml.clone()));
            Ok(xml)
        })
        .await?;
    Ok(as_xml(xml))
}

fn write_index(site: &Site, own: &str) -> Result<String, PageError> {
    let reader = site.store.reader()?;
    let mut xml = format!("{HEAD}<sitemapindex {NAMESPACE}>\n");
    let mut add = |name: &str, touched: Option<Timestamp>| {
        let _ = write!(xml, "<sitemap><loc>{own}/sitemap/{name}.xml</loc>");
        push_lastmod(&mut xml, touched);
        xml.push_str("</sitemap>\n");
    };
    add("overig", None);
    for kind in Dated::ALL {
        let Some((first, last)) = read::span(&reader, kind)? else { continue };
        let mut month = in_amsterdam(first).date().first_of_month();
        let last = in_amsterdam(last).date();
        // Of dates that cannot be meant, such as year 1, no months are made up.
        month = month.max(date(1990, 1, 1));
        while month <= last {
            let Some((from, before)) = bounds(month) else { break };
            let touched = read::touched(&reader, kind, from, before)?;
            if touched.is_some() {
                add(&format!("{}-{}", kind.name(), month.strftime("%Y-%m")), touched);
            }
            match month.checked_add(1.month()) {
                Ok(next) if next.year() < 2100 => month = next,
                _ => break,
            }
        }
    }
    xml.push_str("</sitemapindex>\n");
    Ok(xml)
}

pub(crate) async fn part(
    State(site): State<SharedSite>,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    let name = name.strip_suffix(".xml").ok_or(PageError::NotFound)?.to_owned();
    let xml = site
        .blocking(move |site| {
            let own = site.public_url.as_deref().ok_or(PageError::NotFound)?;
            let reader = site.store.reader()?;
            let locations = if name == "overig" {
                let mut all: Vec<Location> = ["/", "/wat-is-dit", "/begrippen"]
                    .map(str::to_owned)
                    .into_iter()
                    .chain(MINISTERIES.iter().map(|it| address::ministerie(it.afkorting)))
                    .map(|address| Location { address, touched: None })
                    .collect();
                all.extend(read::others(&reader)?);
                all
            } else {
                let (kind, month) = parse(&name).ok_or(PageError::NotFound)?;
                let (from, before) = bounds(month).ok_or(PageError::NotFound)?;
                read::dated(&reader, kind, from, before)?
            };
            Ok(write_part(own, &locations))
        })
        .await?;
    Ok(as_xml(xml))
}

fn write_part(own: &str, locations: &[Location]) -> String {
    let mut xml = format!("{HEAD}<urlset {NAMESPACE}>\n");
    for location in locations {
        let address = location.address.replace('&', "&amp;");
        let _ = write!(xml, "<url><loc>{own}{address}</loc>");
        push_lastmod(&mut xml, location.touched);
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

fn push_lastmod(xml: &mut String, touched: Option<Timestamp>) {
    if let Some(touched) = touched {
        let _ = write!(xml, "<lastmod>{}</lastmod>", touched.strftime("%Y-%m-%dT%H:%M:%SZ"));
    }
}

fn as_xml(xml: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response()
}

/// `documenten-2025-07`
fn parse(name: &str) -> Option<(Dated, Date)> {
    let (kind, month) = name.split_once('-')?;
    let kind = Dated::ALL.into_iter().find(|it| it.name() == kind)?;
    let month: Date = format!("{month}-01").parse().ok()?;
    Some((kind, month))
}

/// The moments at which a month begins and ends.
fn bounds(month: Date) -> Option<(Timestamp, Timestamp)> {
    start_of_day(month).zip(month.checked_add(1.month()).ok().and_then(start_of_day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_is_named_by_its_kind_and_month() {
        assert_eq!(parse("documenten-2025-07"), Some((Dated::Documenten, date(2025, 7, 1))));
        for name in ["documenten", "documenten-2025", "documenten-2025-13", "foto-2025-07", ""] {
            assert_eq!(parse(name), None, "{name}");
        }
    }

    #[test]
    fn addresses_are_whole_and_escaped() {
        let touched = "2025-07-02T10:00:00.5Z".parse().ok();
        let xml = write_part(
            "https://griffier.example",
            &[Location { address: "/commissie/J&V".into(), touched }],
        );
        assert!(xml.contains(
            "<url><loc>https://griffier.example/commissie/J&amp;V</loc>\
             <lastmod>2025-07-02T10:00:00Z</lastmod></url>"
        ));
    }
}
