//! The addresses of OpenTK (opentk.nl), to which people have linked for years: each leads for good to
//! the page here. Whatever else is asked for that is no address of ours ends here too, as a page that
//! says so.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::ToSpan;
use jiff::civil::Date;
use model::kamerstuk::DossierNummer;
use model::{Uuid, address};
use store::read::reference;

use crate::{PageError, SharedSite, query};

/// Pages of OpenTK without parameters, and those here.
const PAGES: &[(&str, &str)] = &[
    ("index.html", "/"),
    ("index.xml", "/documenten.atom"),
    ("activiteiten.html", "/activiteiten"),
    ("ongeplande-activiteiten.html", "/activiteiten/ongepland"),
    ("besluiten.html", "/besluiten"),
    ("commissies.html", "/commissies"),
    ("geschenken.html", "/geschenken"),
    ("kamerleden.html", "/kamerleden"),
    ("personen.html", "/personen"),
    ("fracties.html", "/fracties"),
    ("ksds.html", "/dossiers"),
    ("kamerstukdossiers.html", "/dossiers"),
    ("open-vragen.html", "/vragen"),
    ("toezeggingen.html", "/toezeggingen"),
    ("stemmingen.html", "/stemmingen"),
    ("moties.html", "/moties"),
    ("verslagen.html", "/verslagen"),
    ("uitleg.html", "/wat-is-dit"),
    ("mijn.html", "/mijn"),
    ("lastupdates", "/status"),
    ("jarig-vandaag", "/"),
];

/// What an old address means.
#[derive(Debug, PartialEq, Eq)]
enum Old {
    /// The page here.
    Here(String),
    /// A page that is not here (yet), on the site that it came from.
    Elsewhere(String),
    /// The page of the document with this official publication.
    Publication(String),
    /// The page of the committee with this GUID.
    Commissie(Uuid),
}

/// Every address that is none of ours.
pub(crate) async fn old_or_missing(
    State(site): State<SharedSite>,
    uri: Uri,
) -> Result<Response, PageError> {
    let today = site.clock.today();
    let Some(old) = understand(&uri, today) else { return Err(PageError::NotFound) };
    let here = match old {
        Old::Here(address) => Some(address),
        Old::Elsewhere(address) => return Ok(Redirect::temporary(&address).into_response()),
        Old::Publication(identifier) => site
            .read(move |_, reader| reference::publication(reader, &identifier))
            .await?
            .map(|nummer| address::document(&nummer)),
        Old::Commissie(id) => {
            site.read(move |_, reader| reference::commissie_address(reader, id)).await?
        }
    };
    match here {
        Some(address) => Ok(Redirect::permanent(&address).into_response()),
        None => Err(PageError::NotFound),
    }
}

fn understand(uri: &Uri, today: Date) -> Option<Old> {
    let path = uri.path().trim_start_matches('/');
    if let Some((_, here)) = PAGES.iter().find(|(old, _)| *old == path) {
        return Some(Old::Here((*here).to_owned()));
    }
    // Of a parameter that comes twice, the last counts; one that cannot be read is none.
    let Query(asked) = Query::<HashMap<String, String>>::try_from_uri(uri).unwrap_or_default();
    let asked =
        |name: &str| asked.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let number = |page: fn(&str) -> String| {
        asked("nummer").map(|nummer| Old::Here(page(&encoded(&nummer.to_uppercase()))))
    };
    match path {
        "document.html" => number(address::document),
        "zaak.html" => number(address::zaak),
        "activiteit.html" => number(address::activiteit),
        "persoon.html" => number(address::persoon),
        // The address encodes its number itself.
        "toezegging.html" => asked("nummer").map(|nummer| Old::Here(address::toezegging(nummer))),
        "ksd.html" => {
            let nummer = asked("ksd")?.parse().ok()?;
            let dossier = DossierNummer::new(nummer, asked("toevoeging"));
            Some(Old::Here(format!("/dossier/{}", encoded(&dossier.to_string()))))
        }
        "commissie.html" => asked("id")?.parse().ok().map(Old::Commissie),
        "verslag.html" => {
            let id: Uuid = asked("vergaderingid")?.parse().ok()?;
            Some(Old::Here(address::verslag(&id.to_string())))
        }
        "search.html" => Some(Old::Here(search(asked, today))),
        "oods.html" => Some(Old::Elsewhere("https://open.overheid.nl".into())),
        "oo.html" => asked("nummer").map(|nummer| {
            Old::Elsewhere(format!("https://open.overheid.nl/documenten/{}", encoded(nummer)))
        }),
        _ => by_path(path, asked("version").is_some()),
    }
}

/// Addresses that name the thing in their path.
fn by_path(path: &str, of_a_version: bool) -> Option<Old> {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    if is_publication(&decoded) {
        return Some(Old::Publication(decoded.trim_end_matches(".html").to_owned()));
    }
    let (kind, name) = decoded.split_once('/')?;
    let name = name.trim_end_matches('/');
    if name.is_empty() || name.contains('/') {
        return None;
    }
    let document = address::document(&encoded(&name.to_uppercase()));
    match kind {
        "op" => Some(Old::Publication(name.to_owned())),
        "get" => Some(Old::Here(document)),
        // The page tells which versions there were.
        "getraw" | "getdoc" if of_a_version => Some(Old::Here(document)),
        "getraw" | "getdoc" => Some(Old::Here(format!("{document}/bestand"))),
        "personphoto" => Some(Old::Here(address::persoon(&encoded(name)))),
        _ => None,
    }
}

/// `kst-35373-1`, `ah-tk-20192020-123`, `blg-918435`, `h-tk-20192020-45-3`
fn is_publication(name: &str) -> bool {
    ["kst-", "ah-", "blg-", "h-tk-", "kv-"].iter().any(|start| name.starts_with(start))
        && name.len() < 80
        && !name.contains('/')
}

/// A search with its filters.
fn search<'a>(asked: impl Fn(&str) -> Option<&'a str>, today: Date) -> String {
    let mut parameters = vec![("q", asked("q").unwrap_or_default().to_owned())];
    if asked("soorten") == Some("activiteiten") {
        parameters.push(("soort", "activiteit".to_owned()));
    }
    if matches!(asked("twomonths"), Some("true" | "1" | "on"))
        && let Ok(from) = today.checked_sub(2.months())
    {
        parameters.push(("van", from.to_string()));
    }
    let parameters: Vec<(&str, &str)> =
        parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("/zoeken{}", query(&parameters))
}

/// A name that came from outside, as a part of a path.
fn encoded(name: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const PART: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'(').remove(b')');
    utf8_percent_encode(name, PART).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn of(address: &str) -> Option<Old> {
        understand(&address.parse().unwrap(), date(2025, 7, 2))
    }

    #[test]
    fn every_old_address_has_its_page() {
        let committee = "befe416e-ca1b-4804-97d0-7aca1dcba888";
        let here = |address: &str| Some(Old::Here(address.to_owned()));
        let publication = |name: &str| Some(Old::Publication(name.to_owned()));
        for (old, page) in [
            ("/document.html?nummer=2019D53771", here("/document/2019D53771")),
            ("/zaak.html?nummer=2019Z26157", here("/zaak/2019Z26157")),
            ("/activiteit.html?nummer=2025a03428", here("/activiteit/2025A03428")),
            ("/persoon.html?nummer=4959", here("/persoon/4959")),
            ("/ksd.html?ksd=36800&toevoeging=XVI", here("/dossier/36800-XVI")),
            ("/ksd.html?ksd=35373&toevoeging=", here("/dossier/35373")),
            ("/ksd.html?ksd=36800&toevoeging=(R2151)", here("/dossier/36800-(R2151)")),
            ("/toezegging.html?nummer=TZ202507-118", here("/toezegging/TZ202507-118")),
            (
                "/verslag.html?vergaderingid=befe416e-ca1b-4804-97d0-7aca1dcba888",
                here("/verslag/befe416e-ca1b-4804-97d0-7aca1dcba888"),
            ),
            (
                "/commissie.html?id=befe416e-ca1b-4804-97d0-7aca1dcba888",
                Some(Old::Commissie(committee.parse().unwrap())),
            ),
            ("/search.html?q=stikstof", here("/zoeken?q=stikstof")),
            (
                "/search.html?q=%22druk+en%22&twomonths=true&soorten=activiteiten",
                here("/zoeken?q=%22druk%20en%22&soort=activiteit&van=2025-05-02"),
            ),
            ("/search.html?q=a%26b&twomonths=false&soorten=alles", here("/zoeken?q=a%26b")),
            ("/search.html", here("/zoeken?q=")),
            ("/get/2019D53771", here("/document/2019D53771")),
            ("/getraw/2019D53771", here("/document/2019D53771/bestand")),
            ("/getraw/2019D53771?version=2", here("/document/2019D53771")),
            ("/getdoc/2019D53771", here("/document/2019D53771/bestand")),
            ("/op/kst-35373-1", publication("kst-35373-1")),
            ("/kst-35373-1", publication("kst-35373-1")),
            ("/kst-36800-XVI-12.html", publication("kst-36800-XVI-12")),
            ("/ah-tk-20192020-123", publication("ah-tk-20192020-123")),
            ("/personphoto/4959", here("/persoon/4959")),
            ("/oods.html", Some(Old::Elsewhere("https://open.overheid.nl".into()))),
            (
                "/oo.html?nummer=ronl-1234",
                Some(Old::Elsewhere("https://open.overheid.nl/documenten/ronl-1234".into())),
            ),
        ] {
            assert_eq!(of(old), page, "{old}");
        }
        for (old, page) in PAGES {
            assert_eq!(of(&format!("/{old}")), here(page), "{old}");
        }
    }

    #[test]
    fn what_means_nothing_leads_nowhere() {
        for old in [
            "/document.html",
            "/document.html?nummer=",
            "/ksd.html?ksd=veel",
            "/ksd.html?ksd=99999999999999999999",
            "/commissie.html?id=VWS",
            "/verslag.html?vergaderingid=1",
            "/get/",
            "/get/a/b",
            "/onzin.html",
            "/onzin",
            "/%ff",
        ] {
            assert_eq!(of(old), None, "{old}");
        }
    }

    #[test]
    fn nothing_from_outside_gets_out_of_its_part_of_the_path() {
        assert_eq!(of("/get/..%2f..%2fx"), None, "a path within a path");
        assert_eq!(
            of("/persoon.html?nummer=%2F%2Fkwaad.example"),
            Some(Old::Here("/persoon/%2F%2FKWAAD.EXAMPLE".into()))
        );
    }
}
