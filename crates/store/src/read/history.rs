//! The states that an entity had before, and the earlier versions of its files.

use jiff::Timestamp;
use model::Uuid;

use super::rows;
use crate::files::FileOrigin;
use crate::row::{guid, moment};
use crate::{Reader, Result};

/// A state that an entity had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When the source published it.
    pub updated: Option<Timestamp>,
    /// When it was first seen here.
    pub seen_at: Option<Timestamp>,
    /// When the next one took its place here.
    pub superseded_at: Option<Timestamp>,
    /// The element as published; none for a deletion.
    pub raw: Option<String>,
}

/// The states that an entity had before its present one, oldest first.
///
/// # Errors
/// What the database reports.
pub fn revisions(reader: &Reader, entity: Uuid) -> Result<Vec<Revision>> {
    let sql = "SELECT updated, seen_at, superseded_at, dictionary, raw FROM revision \
               WHERE entity = ?1 ORDER BY number";
    let found = rows(reader, sql, [guid(entity)], |row| {
        let revision = Revision {
            updated: moment(row, 0)?,
            seen_at: moment(row, 1)?,
            superseded_at: moment(row, 2)?,
            raw: None,
        };
        Ok((revision, row.get::<_, Option<i64>>(3)?, row.get::<_, Option<Vec<u8>>>(4)?))
    })?;
    let dictionaries = reader.store().dictionaries();
    found
        .into_iter()
        .map(|(revision, dictionary, raw)| {
            Ok(Revision {
                raw: dictionaries.unpack(reader, dictionary, raw.as_deref())?,
                ..revision
            })
        })
        .collect()
}

/// An earlier version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    /// Where it came from.
    pub origin: FileOrigin,
    /// Its hash, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: i64,
    /// When it was fetched.
    pub fetched_at: Option<Timestamp>,
    /// When the next version took its place.
    pub superseded_at: Option<Timestamp>,
}

/// The earlier versions of an entity's files, the latest first.
///
/// # Errors
/// What the database reports.
pub fn file_versions(reader: &Reader, entity: Uuid) -> Result<Vec<FileVersion>> {
    let sql = "SELECT origin, sha256, size, fetched_at, superseded_at FROM file_version \
               WHERE entity = ?1 ORDER BY superseded_at DESC";
    rows(reader, sql, [guid(entity)], |row| {
        Ok(FileVersion {
            origin: FileOrigin::from_name(row.get_ref(0)?.as_str()?),
            sha256: row.get(1)?,
            size: row.get(2)?,
            fetched_at: moment(row, 3)?,
            superseded_at: moment(row, 4)?,
        })
    })
}
