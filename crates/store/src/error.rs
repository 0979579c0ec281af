//! What can go wrong with the store, in words that an operator can act on.

use std::path::PathBuf;

use thiserror::Error;

/// What can go wrong with the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The data were written by a newer version of the program.
    #[error(
        "{path} was written by a newer version of Griffier (schema {found}; this version knows up to \
         {known}): use that version, or start with another folder"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The data were written before the first version that keeps its data.
    #[error(
        "{path} was written by a version of Griffier before 0.1.0 (schema {found}): start with another \
         folder, which is filled from the source again"
    )]
    Older {
        /// The database file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
    },
    /// No room is left.
    #[error("the disk is full: make room, and start again; nothing that was stored is lost")]
    DiskFull,
    /// The file is no database, or a damaged one.
    #[error("{path} is not a readable database ({reason}): restore a backup, or move it away")]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What the database engine says.
        reason: String,
    },
    /// An entry as published, kept compressed, that cannot be packed or unpacked.
    #[error("an entry as published cannot be (de)compressed: {0}")]
    Raw(std::io::Error),
    /// Anything else that the database engine reports.
    #[error("the database reports: {0}")]
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => StoreError::DiskFull,
            _ => StoreError::Database(error),
        }
    }
}
