//! What can go wrong with the index.

use std::path::PathBuf;

use tantivy::TantivyError;
use tantivy::error::DataCorruption;

/// Why an operation on the index failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Somebody else, in this process or another, is writing to the index.
    #[error("another writer is at work on the search index")]
    WriterBusy,
    /// The folder of the index cannot be made, emptied or read.
    #[error("cannot use {} for the search index", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says about it.
        source: std::io::Error,
    },
    /// The index is damaged, or the disk fails. A damaged index can be made anew.
    #[error("the search index failed")]
    Index(#[from] TantivyError),
}

impl From<std::io::Error> for SearchError {
    /// A part of the index that cannot be read.
    fn from(error: std::io::Error) -> Self {
        TantivyError::from(error).into()
    }
}

impl SearchError {
    /// The index contains what this program never writes.
    pub(crate) fn damaged(what: String) -> Self {
        TantivyError::DataCorruption(DataCorruption::comment_only(what)).into()
    }
}
