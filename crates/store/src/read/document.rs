//! The page of a document.

use jiff::Timestamp;
use model::Uuid;
use model::entities::{Document, DocumentVersie, Zaak};
use model::kamerstuk::DossierNummer;
use rusqlite::{Connection, OptionalExtension, params};

use super::besluit::{BesluitLine, besluiten};
use super::citations::{self, Citation};
use super::history::{self, FileVersion};
use super::{
    ActiviteitLine, Actor, DocumentLine, DossierLine, activiteiten, actors, documents, dossier,
    rows,
};
use crate::row::{guid, moment, select, select_one};
use crate::{Reader, Result};

/// All that the page of a document shows.
#[derive(Debug)]
pub struct DocumentPage {
    /// The document.
    pub document: Document,
    /// When its own system last touched it.
    pub bijgewerkt: Option<Timestamp>,
    /// The current version of its file.
    pub versie: Option<DocumentVersie>,
    /// The earlier versions, newest first.
    pub eerdere_versies: Vec<DocumentVersie>,
    /// The dossier of which it is part.
    pub dossier: Option<DossierLine>,
    /// Who signed or received it.
    pub actors: Vec<Actor>,
    /// The zaken that it is about.
    pub zaken: Vec<ZaakPart>,
    /// The meetings on whose agenda it stands.
    pub activiteiten: Vec<ActiviteitLine>,
    /// Its attachments.
    pub bijlagen: Vec<DocumentLine>,
    /// The documents of which it is an attachment.
    pub bijlage_bij: Vec<DocumentLine>,
    /// For written questions: the answers and announcements of delay to the same zaak.
    pub antwoorden: Vec<DocumentLine>,
    /// The files that belong to it.
    pub files: Vec<FileLine>,
    /// The earlier versions of those files that are kept, the latest first.
    pub eerdere_bestanden: Vec<FileVersion>,
    /// What refers to it, newest first.
    pub citations: Vec<Citation>,
}

/// A zaak, as part of a document's page.
#[derive(Debug)]
pub struct ZaakPart {
    /// The zaak.
    pub zaak: Zaak,
    /// Who is concerned with it.
    pub actors: Vec<Actor>,
    /// What was decided about it.
    pub besluiten: Vec<BesluitLine>,
}

/// A file that belongs to an entity, and how far it has come.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// `resource` or `publication`.
    pub origin: String,
    /// Its name at the source.
    pub locator: String,
    /// The hash of the version that is here, if one is.
    pub sha256: Option<String>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Whether the file gave way to newer ones; its text is here still.
    pub removed: bool,
    /// When it was fetched, by the machine's clock.
    pub fetched_at: Option<Timestamp>,
    /// Whether what is here is the version that the feed speaks of.
    pub is_current: bool,
    /// Why fetching it failed.
    pub fetch_problem: Option<String>,
    /// The format found in it.
    pub format: Option<String>,
    /// Why nothing could be extracted.
    pub extract_problem: Option<String>,
    /// The number of words in it; empty while it has not been read.
    pub words: Option<i64>,
}

/// The page of the document with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &str) -> Result<Option<DocumentPage>> {
    let connection: &Connection = reader;
    let found = select_one::<Document>(connection, "WHERE document_nummer = ?1", [nummer])?;
    let Some(document) = found else { return Ok(None) };
    let id = document.id.0;

    let mut versies = select::<DocumentVersie>(
        connection,
        "WHERE document = ?1 ORDER BY versienummer DESC, datum DESC",
        [guid(id)],
    )?;
    let current = versies
        .iter()
        .position(|versie| Some(versie.id) == document.huidige_document_versie)
        .or((!versies.is_empty()).then_some(0));
    let versie = current.map(|current| versies.remove(current));

    let zaken = select::<Zaak>(
        connection,
        "JOIN document_zaak ON document_zaak.target = zaak.id \
         WHERE document_zaak.source = ?1 ORDER BY document_zaak.place",
        [guid(id)],
    )?;
    let antwoorden = antwoorden(connection, &document)?;
    let mut parts = Vec::new();
    for zaak in zaken {
        let actors = actors(connection, "zaak_actor", "zaak", zaak.id.0)?;
        let besluiten = besluiten(connection, OF_ZAAK, zaak.id.0)?;
        parts.push(ZaakPart { zaak, actors, besluiten });
    }
    let activiteiten = activiteiten(
        connection,
        "WHERE activiteit.id IN (SELECT target FROM document_activiteit WHERE source = ?1) \
         OR activiteit.id IN (SELECT agendapunt.activiteit FROM document_agendapunt \
             JOIN agendapunt ON agendapunt.id = document_agendapunt.target \
             WHERE document_agendapunt.source = ?1) \
         ORDER BY activiteit.datum",
        [guid(id)],
    )?;
    let line = documents(connection, "WHERE document.id = ?1", [guid(id)])?.into_iter().next();
    let citations = match &line {
        Some(line) => citations::of_document(reader, line)?,
        None => Vec::new(),
    };
    Ok(Some(DocumentPage {
        citations,
        bijgewerkt: bijgewerkt(connection, id)?,
        versie,
        eerdere_versies: versies,
        dossier: dossier(connection, document.kamerstukdossier.map(|id| id.0))?,
        actors: actors(connection, "document_actor", "document", id)?,
        zaken: parts,
        activiteiten,
        bijlagen: documents(
            connection,
            "JOIN document_bron_document ON document_bron_document.source = document.id \
             WHERE document_bron_document.target = ?1 ORDER BY document.document_nummer",
            [guid(id)],
        )?,
        bijlage_bij: documents(
            connection,
            "JOIN document_bron_document ON document_bron_document.target = document.id \
             WHERE document_bron_document.source = ?1 ORDER BY document_bron_document.place",
            [guid(id)],
        )?,
        antwoorden,
        files: files(connection, id)?,
        eerdere_bestanden: history::file_versions(reader, id)?,
        document,
    }))
}

/// Selects the decisions about a zaak.
pub(crate) const OF_ZAAK: &str = "JOIN besluit_zaak ON besluit_zaak.source = besluit.id \
                                  WHERE besluit_zaak.target = ?1";

/// When an entity's own system last touched it.
pub(crate) fn bijgewerkt(connection: &Connection, id: Uuid) -> Result<Option<Timestamp>> {
    let found = connection
        .prepare_cached("SELECT bijgewerkt FROM entity WHERE id = ?1")?
        .query_row([guid(id)], |row| moment(row, 0))
        .optional()?;
    Ok(found.flatten())
}

fn antwoorden(connection: &Connection, document: &Document) -> Result<Vec<DocumentLine>> {
    if document.soort.as_deref() != Some("Schriftelijke vragen") {
        return Ok(Vec::new());
    }
    documents(
        connection,
        "WHERE document.id IN (SELECT answer.source FROM document_zaak AS answer \
             JOIN document_zaak AS question ON question.target = answer.target \
             WHERE question.source = ?1) \
         AND (document.soort LIKE 'Antwoord schriftelijke vragen%' \
             OR document.soort LIKE 'Mededeling%') \
         ORDER BY document.datum, document.document_nummer",
        [guid(document.id.0)],
    )
}

/// The files of an entity; the official publication first.
pub(crate) fn files(connection: &Connection, entity: Uuid) -> Result<Vec<FileLine>> {
    let sql = "SELECT file.origin, file.locator, file.sha256, file.size, file.fetched_at, \
                   file.stored IS NOT NULL AND file.stored = file.wanted, file.problem, \
                   content.format, content.problem, content.words, file.removed \
               FROM file LEFT JOIN content ON content.sha256 = file.sha256 \
               WHERE file.entity = ?1 ORDER BY file.origin";
    rows(connection, sql, [guid(entity)], |row| {
        Ok(FileLine {
            origin: row.get(0)?,
            locator: row.get(1)?,
            sha256: row.get(2)?,
            size: row.get(3)?,
            fetched_at: moment(row, 4)?,
            is_current: row.get(5)?,
            fetch_problem: row.get(6)?,
            format: row.get(7)?,
            extract_problem: row.get(8)?,
            words: row.get(9)?,
            removed: row.get(10)?,
        })
    })
}

/// The extracted content of a file, compressed as it was stored.
///
/// # Errors
/// What the database reports.
pub fn body(reader: &Reader, sha256: &str) -> Result<Option<Vec<u8>>> {
    let found = reader
        .prepare_cached("SELECT body FROM content WHERE sha256 = ?1")?
        .query_row([sha256], |row| row.get::<_, Option<Vec<u8>>>(0))
        .optional()?;
    Ok(found.flatten())
}

/// The file of the document with this number, and what the document is about: for its download.
///
/// # Errors
/// What the database reports.
pub fn resource(reader: &Reader, nummer: &str) -> Result<Option<(FileLine, String)>> {
    let found = documents(reader, "WHERE document.document_nummer = ?1", [nummer])?;
    let Some(document) = found.into_iter().next() else { return Ok(None) };
    let files = files(reader, document.id)?;
    let file = files.into_iter().find(|file| file.origin == "resource");
    let title = document.onderwerp.or(document.titel).unwrap_or_default();
    Ok(file.map(|file| (file, title)))
}

/// The format of an earlier version of the file of the document with this number, as found in it, and
/// what the document is about: for its download. `None` if there is no such version of it.
///
/// # Errors
/// What the database reports.
pub fn earlier_resource(
    reader: &Reader,
    nummer: &str,
    sha256: &str,
) -> Result<Option<(Option<String>, String)>> {
    let found = documents(reader, "WHERE document.document_nummer = ?1", [nummer])?;
    let Some(document) = found.into_iter().next() else { return Ok(None) };
    let title = document.onderwerp.or(document.titel).unwrap_or_default();
    let sql = "SELECT content.format FROM file_version \
               LEFT JOIN content ON content.sha256 = file_version.sha256 \
               WHERE file_version.entity = ?1 AND file_version.sha256 = ?2";
    let formats = rows(reader, sql, params![guid(document.id), sha256], |row| row.get(0))?;
    Ok(formats.into_iter().next().map(|format| (format, title)))
}

/// The document with this number, and the texts of an earlier version of a file of it and of the
/// version that took its place, compressed as they were stored. `None` if there is no such version.
///
/// # Errors
/// What the database reports.
pub fn versions(reader: &Reader, nummer: &str, sha256: &str) -> Result<Option<Versions>> {
    let found = documents(reader, "WHERE document.document_nummer = ?1", [nummer])?;
    let Some(document) = found.into_iter().next() else { return Ok(None) };
    let versions = history::file_versions(reader, document.id)?;
    let Some(earlier) = versions.into_iter().find(|version| version.sha256 == sha256) else {
        return Ok(None);
    };
    let files = files(reader, document.id)?;
    let present = files.into_iter().find(|file| file.origin == earlier.origin.name());
    let present = match present.and_then(|file| file.sha256) {
        Some(sha256) => body(reader, &sha256)?,
        None => None,
    };
    Ok(Some(Versions { old: body(reader, sha256)?, document, earlier, present }))
}

/// An earlier version of a document's file, beside the present one.
#[derive(Debug)]
pub struct Versions {
    /// The document.
    pub document: DocumentLine,
    /// The earlier version.
    pub earlier: FileVersion,
    /// Its text.
    pub old: Option<Vec<u8>>,
    /// The text of the present version.
    pub present: Option<Vec<u8>>,
}

/// The document with this number in a dossier, if there is one alone.
///
/// # Errors
/// What the database reports.
pub fn stuk(reader: &Reader, dossier: &DossierNummer, nummer: i64) -> Result<Option<DocumentLine>> {
    let found = documents(
        reader,
        "WHERE kamerstukdossier.nummer = ?1 AND COALESCE(kamerstukdossier.toevoeging, '') = ?2 \
         AND document.volgnummer = ?3",
        params![dossier.nummer, dossier.toevoeging.as_deref().unwrap_or_default(), nummer],
    )?;
    Ok(only(found))
}

/// The document, if there is no doubt which one is meant.
pub(crate) fn only(mut found: Vec<DocumentLine>) -> Option<DocumentLine> {
    if found.len() == 1 { found.pop() } else { None }
}

/// The documents of the same dossier with a higher number that may be later texts of one: whose title says
/// that they replace or correct another, and bills.
///
/// # Errors
/// What the database reports.
pub fn later_in_dossier(reader: &Reader, document: &Document) -> Result<Vec<DocumentLine>> {
    let (Some(dossier), Some(nummer)) = (document.kamerstukdossier, document.volgnummer) else {
        return Ok(Vec::new());
    };
    documents(
        reader,
        "WHERE document.kamerstukdossier = ?1 AND document.volgnummer > ?2 \
         AND (document.onderwerp LIKE '%t.v.v.%' OR document.onderwerp LIKE '%vervanging van%' \
             OR document.titel LIKE '%t.v.v.%' OR document.onderwerp LIKE 'Rectificatie %' \
             OR document.soort LIKE 'Voorstel van wet%') ORDER BY document.volgnummer",
        params![guid(dossier.0), nummer],
    )
}

/// The documents of the same dossier with a lower number, the highest first, of the kinds that are like
/// `soort` (as in `LIKE`).
///
/// # Errors
/// What the database reports.
pub fn earlier_in_dossier(
    reader: &Reader,
    document: &Document,
    soort: &str,
) -> Result<Vec<DocumentLine>> {
    let (Some(dossier), Some(nummer)) = (document.kamerstukdossier, document.volgnummer) else {
        return Ok(Vec::new());
    };
    documents(
        reader,
        "WHERE document.kamerstukdossier = ?1 AND document.volgnummer > 0 \
         AND document.volgnummer < ?2 AND document.soort LIKE ?3 ORDER BY document.volgnummer DESC",
        params![guid(dossier.0), nummer, soort],
    )
}

/// The text of a document to compare with another's: what it is called, and the best of its texts,
/// compressed as it was stored.
///
/// # Errors
/// What the database reports.
pub fn comparable(
    reader: &Reader,
    nummer: &str,
) -> Result<Option<(DocumentLine, Option<Vec<u8>>)>> {
    let found = documents(reader, "WHERE document.document_nummer = ?1", [nummer])?;
    let Some(document) = found.into_iter().next() else { return Ok(None) };
    let files = files(reader, document.id)?;
    let best = files.into_iter().find(|file| file.words.is_some_and(|words| words > 0));
    let text = match best.and_then(|file| file.sha256) {
        Some(sha256) => body(reader, &sha256)?,
        None => None,
    };
    Ok(Some((document, text)))
}
