//! What the search page asks of the store: whether a number leads anywhere.

use model::kamerstuk::DossierNummer;
use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result};

/// The number of the document that is this kamerstuk.
///
/// # Errors
/// What the database reports.
pub fn kamerstuk(
    reader: &Reader,
    dossier: &DossierNummer,
    volgnummer: i64,
) -> Result<Option<String>> {
    let found = reader
        .prepare_cached(
            "SELECT document.document_nummer FROM kamerstukdossier \
             JOIN document ON document.kamerstukdossier = kamerstukdossier.id \
             WHERE kamerstukdossier.nummer = ?1 AND COALESCE(kamerstukdossier.toevoeging, '') = ?2 \
                 AND document.volgnummer = ?3 AND document.document_nummer IS NOT NULL \
             ORDER BY document.datum LIMIT 1",
        )?
        .query_row(
            params![dossier.nummer, dossier.toevoeging.as_deref().unwrap_or_default(), volgnummer],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found)
}

/// Whether there is a page at this address.
///
/// # Errors
/// What the database reports.
pub fn is_known(reader: &Reader, address: &str) -> Result<bool> {
    let found = reader
        .prepare_cached(
            "SELECT 1 FROM entity WHERE address = ?1 AND NOT deleted AND NOT taken_down LIMIT 1",
        )?
        .query_row([address], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}
