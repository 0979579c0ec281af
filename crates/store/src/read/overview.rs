//! The overview: what is new and what is coming.

use jiff::Timestamp;
use model::Uuid;
use rusqlite::params;

use super::lists::documenten::{NOT_ACCOMPANYING, OF_GOVERNMENT};
use super::{ActiviteitLine, DocumentLine, PersoonLine, activiteiten, documents, personen, rows};
use crate::row::{moment, uuid};
use crate::{Reader, Result};

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
        format!("{OF_GOVERNMENT} = 'ja'")
    } else {
        NOT_ACCOMPANYING.to_owned()
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

/// What appeared after a moment of the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// The number of the last change.
    pub last: i64,
    /// New documents, without those that only accompany others.
    pub documenten: i64,
    /// Meetings with a new version of their transcript that has text.
    pub verslagen: i64,
}

/// Changes that are looked at: who has been away for longer sees the whole page anew.
const MOST_CHANGES: i64 = 5_000;

/// What appeared after the change with this number, of documents dated `since` or later: what is old
/// and only came in now is no news.
///
/// # Errors
/// What the database reports.
pub fn news(reader: &Reader, after: i64, since: Timestamp) -> Result<News> {
    let appeared = "(SELECT entity FROM change WHERE number > ?1 AND kind = 'new' \
                     AND category = ?2 ORDER BY number LIMIT ?3) AS appeared";
    let last =
        reader.query_row("SELECT COALESCE(MAX(number), 0) FROM change", [], |row| row.get(0))?;
    let documenten = reader
        .prepare_cached(&format!(
            "SELECT COUNT(DISTINCT document.id) FROM {appeared} \
             JOIN document ON document.id = appeared.entity \
             WHERE document.datum >= ?4 AND {NOT_ACCOMPANYING}"
        ))?
        .query_row(params![after, "Document", MOST_CHANGES, since.as_millisecond()], |row| {
            row.get(0)
        })?;
    let verslagen = reader
        .prepare_cached(&format!(
            "SELECT COUNT(DISTINCT verslag.vergadering) FROM {appeared} \
             JOIN verslag ON verslag.id = appeared.entity \
             WHERE COALESCE(verslag.status, '') <> 'Casco'"
        ))?
        .query_row(params![after, "Verslag", MOST_CHANGES], |row| row.get(0))?;
    Ok(News { last, documenten, verslagen })
}
