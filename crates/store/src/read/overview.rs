//! The overview: what is new and what is coming.

use jiff::Timestamp;
use model::Uuid;
use rusqlite::params;

use super::{ActiviteitLine, DocumentLine, PersoonLine, activiteiten, documents, personen, rows};
use crate::row::{moment, uuid};
use crate::{Reader, Result};

/// Kinds of document that only accompany others.
const ACCOMPANYING: &str = "'Bijlage', 'Sprekerslijst', 'Stenogram', 'Inbreng verslag schriftelijk \
                            overleg', 'Convocatie commissieactiviteit'";

/// Kinds of document by which the government speaks.
const GOVERNMENT: &str = "'Brief regering', 'Antwoord schriftelijke vragen', \
                          'Antwoord schriftelijke vragen (nader)', 'Voorstel van wet', \
                          'Memorie van toelichting'";

/// Documents dated in a period, newest first, without those that only accompany others.
///
/// # Errors
/// What the database reports.
pub fn recent_documents(
    reader: &Reader,
    from: Timestamp,
    before: Timestamp,
    only_government: bool,
    limit: i64,
) -> Result<Vec<DocumentLine>> {
    let kinds = if only_government {
        format!("document.soort IN ({GOVERNMENT})")
    } else {
        format!("COALESCE(document.soort, '') NOT IN ({ACCOMPANYING})")
    };
    documents(
        reader,
        &format!(
            "WHERE document.datum >= ?1 AND document.datum < ?2 AND {kinds} \
             ORDER BY document.datum DESC, document.document_nummer DESC LIMIT ?3"
        ),
        params![from.as_millisecond(), before.as_millisecond(), limit],
    )
}

/// Meetings that begin in a period, in order.
///
/// # Errors
/// What the database reports.
pub fn agenda(reader: &Reader, from: Timestamp, before: Timestamp) -> Result<Vec<ActiviteitLine>> {
    activiteiten(
        reader,
        "WHERE activiteit.datum >= ?1 AND activiteit.datum < ?2 \
         ORDER BY COALESCE(activiteit.aanvangstijd, activiteit.datum), activiteit.onderwerp",
        params![from.as_millisecond(), before.as_millisecond()],
    )
}

/// A transcript as the overview shows it.
#[derive(Debug, Clone)]
pub struct VerslagLine {
    /// The meeting.
    pub vergadering: Uuid,
    /// Its title.
    pub titel: Option<String>,
    /// Commissie or Plenair.
    pub soort: Option<String>,
    /// When it began.
    pub aanvangstijd: Option<Timestamp>,
}

/// The meetings before a moment of which there is a transcript with text, newest first.
///
/// # Errors
/// What the database reports.
pub fn recent_verslagen(
    reader: &Reader,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<VerslagLine>> {
    rows(
        reader,
        "SELECT vergadering.id, vergadering.titel, vergadering.soort, vergadering.aanvangstijd \
         FROM vergadering WHERE vergadering.aanvangstijd < ?1 \
         AND EXISTS (SELECT 1 FROM verslag WHERE verslag.vergadering = vergadering.id \
             AND COALESCE(verslag.status, '') <> 'Casco') \
         ORDER BY vergadering.aanvangstijd DESC LIMIT ?2",
        params![before.as_millisecond(), limit],
        |row| {
            Ok(VerslagLine {
                vergadering: uuid(row, 0)?,
                titel: row.get(1)?,
                soort: row.get(2)?,
                aanvangstijd: moment(row, 3)?,
            })
        },
    )
}

/// The members of the House whose birthday it is on a day, given as `MM-DD`.
///
/// # Errors
/// What the database reports.
pub fn birthdays(reader: &Reader, month_and_day: &str) -> Result<Vec<PersoonLine>> {
    personen(
        reader,
        "WHERE geboortedatum LIKE ?1 AND functie = 'Tweede Kamerlid' \
         AND overlijdensdatum IS NULL ORDER BY achternaam",
        [format!("%-{month_and_day}")],
    )
}

/// Whether nothing has been read from the source yet.
///
/// # Errors
/// What the database reports.
pub fn is_empty(reader: &Reader) -> Result<bool> {
    let count: i64 =
        reader.query_row("SELECT COUNT(*) FROM (SELECT 1 FROM document LIMIT 1)", [], |row| {
            row.get(0)
        })?;
    Ok(count == 0)
}
