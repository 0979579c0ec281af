//! The page of the vote on a besluit.

use model::Uuid;
use rusqlite::Connection;

use super::besluit::{BesluitLine, besluiten};
use super::document::{OF_ZAAK, files};
use super::{Actor, DocumentLine, DossierLine, actors, documents, dossier};
use crate::row::{get, guid};
use crate::{Reader, Result};

/// All that the page of a vote shows.
#[derive(Debug)]
pub struct StemmingPage {
    /// The decision with its votes.
    pub besluit: BesluitLine,
    /// Who is concerned with the first zaak that it is about.
    pub actors: Vec<Actor>,
    /// The dossier of that zaak.
    pub dossier: Option<DossierLine>,
    /// The documents of that zaak, oldest first.
    pub documents: Vec<DocumentLine>,
    /// The document that was voted on, and the hash of its text where that is here.
    pub stuk: Option<(DocumentLine, Option<String>)>,
    /// Other decisions about that zaak.
    pub andere: Vec<BesluitLine>,
}

/// The kinds of document on which is voted.
const VOTED_ON: [&str; 8] = [
    "Motie",
    "Motie (gewijzigd/nader)",
    "Amendement",
    "Amendement (gewijzigd/nader/vervangend)",
    "Voorstel van wet",
    "Voorstel van wet (initiatiefvoorstel)",
    "Voorstel van wet (tweede lezing)",
    "Brief commissie",
];

/// The page of the vote on the besluit with this GUID.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, besluit: Uuid) -> Result<Option<StemmingPage>> {
    let connection: &Connection = reader;
    let found = besluiten(connection, "WHERE besluit.id = ?1", besluit)?;
    let Some(besluit) = found.into_iter().next() else { return Ok(None) };
    let Some(zaak) = besluit.zaken.first() else {
        return Ok(Some(StemmingPage {
            besluit,
            actors: Vec::new(),
            dossier: None,
            documents: Vec::new(),
            stuk: None,
            andere: Vec::new(),
        }));
    };
    let id = zaak.id;
    let whole: Option<model::entities::Zaak> = get(connection, id)?;
    let documents = documents(
        connection,
        "JOIN document_zaak ON document_zaak.source = document.id \
         WHERE document_zaak.target = ?1 ORDER BY document.datum, document.document_nummer LIMIT 50",
        [guid(id)],
    )?;
    // The latest text is the one that was voted on.
    let stuk = documents
        .iter()
        .rev()
        .find(|document| document.soort.as_deref().is_some_and(|it| VOTED_ON.contains(&it)))
        .cloned();
    let stuk = match stuk {
        Some(document) => {
            let text = files(connection, document.id)?
                .into_iter()
                .find(|file| file.words.is_some_and(|words| words > 0))
                .and_then(|file| file.sha256);
            Some((document, text))
        }
        None => None,
    };
    let mut andere = besluiten(connection, OF_ZAAK, id)?;
    andere.retain(|other| other.besluit.id != besluit.besluit.id);
    Ok(Some(StemmingPage {
        actors: actors(connection, "zaak_actor", "zaak", id)?,
        dossier: dossier(connection, whole.and_then(|zaak| zaak.kamerstukdossier).map(|id| id.0))?,
        documents,
        stuk,
        andere,
        besluit,
    }))
}
