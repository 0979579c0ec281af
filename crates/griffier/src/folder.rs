//! The data folder: one place for the database, the files and the index, used by one process at a
//! time for writing.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use store::Store;

/// An opened data folder.
pub(crate) struct Folder {
    path: PathBuf,
    /// Held while this process writes; the system lets go of it whatever happens to us.
    _lock: Option<File>,
}

impl Folder {
    /// Opens a folder to write in, making it where needed.
    ///
    /// # Errors
    /// If it cannot be made or written, or another process is using it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path)
            .with_context(|| format!("the data folder {} cannot be made", path.display()))?;
        let lock_path = path.join("griffier.lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .with_context(|| {
                format!(
                    "the data folder {} cannot be written: check who owns it, or choose another \
                     with --data",
                    path.display()
                )
            })?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => bail!(
                "the data folder {} is in use by another Griffier: stop that one, or choose another \
                 folder with --data",
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked", lock_path.display()))
            }
        }
    }

    /// Opens a folder that another process may be writing in, to read from it.
    ///
    /// # Errors
    /// If there is no data in it.
    pub(crate) fn open_to_read(path: &Path) -> Result<Self> {
        let folder = Self { path: path.to_owned(), _lock: None };
        if !folder.database().exists() {
            bail!(
                "there are no data in {}: start with `griffier up` or `griffier sync`, or name \
                 another folder with --data",
                path.display()
            );
        }
        Ok(folder)
    }

    /// Opens the store.
    ///
    /// # Errors
    /// See [`Store::open`].
    pub(crate) fn store(&self) -> Result<Store> {
        Ok(Store::open(&self.database())?)
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("griffier.db")
    }

    /// Where files are kept.
    pub(crate) fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    /// Where the search index is kept.
    pub(crate) fn index(&self) -> PathBuf {
        self.path.join("index")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_refused_until_the_first_is_gone() {
        let path = std::env::temp_dir().join(format!("griffier-folder-{}", std::process::id()));
        let first = Folder::open(&path).unwrap();
        let error = Folder::open(&path).err().unwrap().to_string();
        assert!(error.contains("in use by another Griffier"), "{error}");
        drop(first);
        assert!(Folder::open(&path).is_ok());
        fs::remove_dir_all(&path).unwrap();
    }
}
