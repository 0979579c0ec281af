//! The data folder: one place for the database, the files and the index, used by one process at a
//! time for writing.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use store::Store;

/// An opened data folder.
pub(crate) struct Folder {
    path: PathBuf,
    /// Held while this process writes.
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
        match lock(path, "griffier.lock")? {
            Some(lock) => Ok(Self { path: path.to_owned(), _lock: Some(lock) }),
            None => bail!(
                "the data folder {} is in use by another Griffier: stop that one, or choose another \
                 folder with --data",
                path.display()
            ),
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

    /// Takes the delivery of what is to be sent upon this process, until what is returned is dropped: two
    /// that deliver would send things twice.
    ///
    /// # Errors
    /// If another process delivers from this folder, or it cannot be written.
    pub(crate) fn lock_for_delivery(&self) -> Result<File> {
        match lock(&self.path, "delivery.lock")? {
            Some(lock) => Ok(lock),
            None => bail!(
                "another Griffier sends the mail of {} already: `griffier up` does so itself, and \
                 `griffier watch` does so for `sync` and `serve`; one of them is enough",
                self.path.display()
            ),
        }
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

/// Locks a file in a folder, as long as it is held; nothing if another process has locked it. The system
/// lets go of it whatever happens to us.
fn lock(folder: &Path, name: &str) -> Result<Option<File>> {
    let path = folder.join(name);
    let file = File::options().create(true).truncate(false).write(true).open(&path).with_context(
        || {
            format!(
                "the data folder {} cannot be written: check who owns it, or choose another with \
                 --data",
                folder.display()
            )
        },
    )?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
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
        // Who delivers need not be who writes.
        let reading = Folder { path: path.clone(), _lock: None };
        let delivery = reading.lock_for_delivery().unwrap();
        let error = first.lock_for_delivery().unwrap_err().to_string();
        assert!(error.contains("another Griffier sends the mail"), "{error}");
        drop((first, delivery));
        assert!(Folder::open(&path).unwrap().lock_for_delivery().is_ok());
        fs::remove_dir_all(&path).unwrap();
    }
}
