//! The states that an entity had before, and the earlier versions of its files.

use jiff::Timestamp;
use model::Uuid;

use super::rows;
use crate::files::FileOrigin;
use crate::row::{guid, moment, uuid};
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

/// A state of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateLine {
    /// When the source published it.
    pub updated: Option<Timestamp>,
    /// The element as published; none for a deletion.
    pub raw: Option<String>,
}

/// All states of an entity that are known, oldest first; the present one is the last.
///
/// # Errors
/// What the database reports.
pub fn states(reader: &Reader, entity: Uuid) -> Result<Vec<StateLine>> {
    let mut states: Vec<StateLine> = revisions(reader, entity)?
        .into_iter()
        .map(|revision| StateLine { updated: revision.updated, raw: revision.raw })
        .collect();
    let sql = "SELECT COALESCE(changed, updated), dictionary, raw FROM entity \
               WHERE id = ?1 AND NOT taken_down";
    let present = rows(reader, sql, [guid(entity)], |row| {
        Ok((moment(row, 0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, Option<Vec<u8>>>(2)?))
    })?;
    let dictionaries = reader.store().dictionaries();
    for (updated, dictionary, raw) in present {
        let raw = dictionaries.unpack(reader, dictionary, raw.as_deref())?;
        states.push(StateLine { updated, raw });
    }
    Ok(states)
}

/// The entity that had its page at this address and was withdrawn by the source.
///
/// # Errors
/// What the database reports.
pub fn withdrawn_at(reader: &Reader, address: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM entity WHERE address = ?1 AND deleted AND NOT taken_down \
               ORDER BY token DESC LIMIT 1";
    Ok(rows(reader, sql, [address], |row| uuid(row, 0))?.into_iter().next())
}

/// What entities are called in their addresses, in one line: "2025Z12297, 2025Z12298". `None` if none
/// of them has a page.
///
/// # Errors
/// What the database reports.
pub fn names(reader: &Reader, entities: &[Uuid]) -> Result<Option<String>> {
    let mut names = Vec::new();
    for entity in entities {
        let sql = "SELECT address FROM entity \
                   WHERE id = ?1 AND address IS NOT NULL AND NOT taken_down";
        let found = rows(reader, sql, [guid(*entity)], |row| row.get::<_, String>(0))?;
        names.extend(
            found.iter().filter_map(|address| Some(address.rsplit_once('/')?.1.to_owned())),
        );
    }
    names.sort_unstable();
    Ok((!names.is_empty()).then(|| names.join(", ")))
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
