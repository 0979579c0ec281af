//! The page of a transcript.

use std::collections::HashSet;

use model::Uuid;
use model::entities::{Vergadering, Verslag};
use rusqlite::Connection;

use super::document::{FileLine, files};
use super::rows;
use crate::row::{get, guid, select};
use crate::{Reader, Result};

/// All that the page of a transcript shows, besides its text.
#[derive(Debug)]
pub struct VerslagPage {
    /// The meeting.
    pub vergadering: Vergadering,
    /// The version to show: the newest whose text is here, and else the newest.
    pub verslag: Option<Verslag>,
    /// Its file.
    pub file: Option<FileLine>,
    /// The versions of the transcript known, the one to show included.
    pub versies: Vec<Verslag>,
}

/// How final a version is. A Casco has no text yet, and comes after everything.
fn rank(verslag: &Verslag) -> u8 {
    match verslag.status.as_deref() {
        Some("Gerectificeerd") => 4,
        Some("Gecorrigeerd") => 3,
        Some("Ongecorrigeerd") => 2,
        Some("Casco") => 0,
        _ => 1,
    }
}

fn phase(verslag: &Verslag) -> u8 {
    match verslag.soort.as_deref() {
        Some("Eindpublicatie") => 3,
        Some("Tussenpublicatie") => 2,
        Some("Voorpublicatie") => 1,
        _ => 0,
    }
}

/// The page of the transcript of this meeting.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, vergadering: Uuid) -> Result<Option<VerslagPage>> {
    let connection: &Connection = reader;
    let Some(vergadering) = get::<Vergadering>(connection, vergadering)? else { return Ok(None) };
    let mut versies = select::<Verslag>(
        connection,
        "JOIN entity ON entity.id = verslag.id WHERE verslag.vergadering = ?1 \
         ORDER BY entity.updated",
        [guid(vergadering.id.0)],
    )?;
    // A stable sort: among equals the newest stays last.
    versies.sort_by_key(|verslag| (rank(verslag), phase(verslag)));
    let mut shown = None;
    for verslag in versies.iter().rev() {
        let file = files(connection, verslag.id.0)?.into_iter().next();
        if file.as_ref().is_some_and(|file| file.words.is_some_and(|words| words > 0)) {
            shown = Some((verslag.clone(), file));
            break;
        }
    }
    let shown = match shown {
        Some(shown) => Some(shown),
        None => match versies.last() {
            Some(verslag) => {
                let file = files(connection, verslag.id.0)?.into_iter().next();
                Some((verslag.clone(), file))
            }
            None => None,
        },
    };
    let (verslag, file) = shown.map_or((None, None), |(verslag, file)| (Some(verslag), file));
    Ok(Some(VerslagPage { vergadering, verslag, file, versies }))
}

/// Those of these numbers that belong to an activiteit that is known.
///
/// # Errors
/// What the database reports.
pub fn known_activiteiten(reader: &Reader, nummers: &[String]) -> Result<HashSet<String>> {
    let mut known = HashSet::new();
    for nummer in nummers {
        let sql = "SELECT nummer FROM activiteit WHERE nummer = ?1";
        known.extend(rows(reader, sql, [nummer], |row| row.get::<_, String>(0))?);
    }
    Ok(known)
}
