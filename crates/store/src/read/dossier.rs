//! The page of a dossier.

use model::entities::Kamerstukdossier;
use model::kamerstuk::DossierNummer;
use rusqlite::{Connection, params};

use super::{DocumentLine, ZaakLine, documents, zaken};
use crate::row::{guid, select_one};
use crate::{Reader, Result};

/// All that the page of a dossier shows.
#[derive(Debug)]
pub struct DossierPage {
    /// The dossier.
    pub dossier: Kamerstukdossier,
    /// Its number.
    pub nummer: DossierNummer,
    /// Its documents: the kamerstukken by number, the newest first, then the others by date.
    pub documents: Vec<DocumentLine>,
    /// Its zaken that have not been dealt with, newest first.
    pub open_zaken: Vec<ZaakLine>,
    /// The other dossiers with the same number: the chapters of a budget.
    pub verwant: Vec<super::DossierLine>,
}

/// The page of the dossier with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &DossierNummer) -> Result<Option<DossierPage>> {
    let connection: &Connection = reader;
    let toevoeging = nummer.toevoeging.as_deref().unwrap_or_default();
    let found = select_one::<Kamerstukdossier>(
        connection,
        "WHERE nummer = ?1 AND COALESCE(toevoeging, '') = ?2",
        params![nummer.nummer, toevoeging],
    )?;
    let Some(dossier) = found else { return Ok(None) };
    let id = guid(dossier.id.0);
    let documents = documents(
        connection,
        "WHERE document.kamerstukdossier = ?1 \
         ORDER BY document.volgnummer DESC, document.datum DESC",
        [id],
    )?;
    let open_zaken = zaken(
        connection,
        "WHERE zaak.kamerstukdossier = ?1 AND zaak.afgedaan = FALSE ORDER BY zaak.gestart_op DESC \
         LIMIT 50",
        [id],
    )?;
    let verwant = crate::row::select::<Kamerstukdossier>(
        connection,
        "WHERE nummer = ?1 AND id <> ?2 ORDER BY toevoeging",
        params![nummer.nummer, id],
    )?
    .into_iter()
    .map(|other| super::DossierLine {
        nummer: DossierNummer::new(nummer.nummer, other.toevoeging.as_deref()),
        titel: other.titel,
    })
    .collect();
    Ok(Some(DossierPage { nummer: nummer.clone(), documents, open_zaken, verwant, dossier }))
}
