//! What other sites and other ages call things: from such a name to the page here.

use model::Uuid;
use model::kamerstuk::DossierNummer;
use rusqlite::Connection;

use super::search::kamerstuk;
use super::{commissie, rows};
use crate::{Reader, Result};

/// The number of the document with this official publication: `kst-35373-1`, `ah-tk-20192020-123`.
/// Where no version is known under that name, a kamerstuk is found by its dossier and number.
///
/// # Errors
/// What the database reports.
pub fn publication(reader: &Reader, identifier: &str) -> Result<Option<String>> {
    let connection: &Connection = reader;
    let found = rows(
        connection,
        "SELECT document.document_nummer FROM document_versie \
         JOIN document ON document.id = document_versie.document \
         WHERE document_versie.externeidentifier = ?1 AND document.document_nummer IS NOT NULL \
         ORDER BY document.datum LIMIT 1",
        [identifier],
        |row| row.get(0),
    )?;
    if let Some(nummer) = found.into_iter().next() {
        return Ok(Some(nummer));
    }
    match in_dossier(identifier) {
        Some((dossier, volgnummer)) => kamerstuk(reader, &dossier, volgnummer),
        None => Ok(None),
    }
}

/// `kst-36800-XVI-12` is number 12 in dossier 36800-XVI.
fn in_dossier(identifier: &str) -> Option<(DossierNummer, i64)> {
    let (dossier, volgnummer) = identifier.strip_prefix("kst-")?.rsplit_once('-')?;
    Some((DossierNummer::parse(dossier)?, volgnummer.parse().ok()?))
}

/// The page of the committee with this GUID.
///
/// # Errors
/// What the database reports.
pub fn commissie_address(reader: &Reader, id: Uuid) -> Result<Option<String>> {
    Ok(commissie(reader, Some(id))?.map(|commissie| commissie.address()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kamerstuk_by_its_official_name() {
        let of = |text| in_dossier(text).map(|(dossier, number)| (dossier.to_string(), number));
        assert_eq!(of("kst-35373-1"), Some(("35373".into(), 1)));
        assert_eq!(of("kst-36800-XVI-12"), Some(("36800-XVI".into(), 12)));
        assert_eq!(of("kst-35373"), None);
        assert_eq!(of("kst-35373-B"), None, "a paper of the Senate");
        assert_eq!(of("ah-tk-20192020-123"), None);
    }
}
