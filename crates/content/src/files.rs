//! Files on disk, each kept once under the hash of its content.
//!
//! The path follows from the hash (`ab/cd/abcd…`), so the same file under many names takes its room
//! once, and what is at a path is never changed. Calls block.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// The SHA-256 of a file's content; written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ContentHash([u8; 32]);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 in hexadecimal digits")]
pub struct NotAHash;

impl FromStr for ContentHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let mut hash = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAHash);
        }
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| NotAHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(hash))
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for ContentHash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

/// A folder of files by hash. One process at a time writes to it.
#[derive(Debug, Clone)]
pub struct FileStore {
    dir: PathBuf,
}

/// A file that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredFile {
    /// The hash of its content, by which to find it.
    pub sha256: ContentHash,
    /// Its size in bytes.
    pub size: u64,
}

/// What is on disk for a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The file, as it was stored.
    Intact,
    /// A file with other content.
    Damaged,
    /// Nothing.
    Missing,
}

/// Why a file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file is larger than it may be.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes it may have.
        limit: u64,
    },
    /// There is no room left.
    #[error("the disk with {} is full", folder.display())]
    DiskFull {
        /// The folder of the store.
        folder: PathBuf,
    },
    /// Anything else that the operating system reports.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was read or written.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
}

impl FileStore {
    /// Opens the store in this folder, which is made if need be, and removes what an earlier
    /// process left unfinished.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, FileError> {
        let store = Self { dir: dir.into() };
        let tmp = store.tmp();
        fs::create_dir_all(&tmp).map_err(|error| store.error(&tmp, error))?;
        for entry in fs::read_dir(&tmp).map_err(|error| store.error(&tmp, error))? {
            let path = entry.map_err(|error| store.error(&tmp, error))?.path();
            fs::remove_file(&path).map_err(|error| store.error(&path, error))?;
        }
        Ok(store)
    }

    /// The store in this folder, only to read from: another process may be writing to it.
    pub fn to_read(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Begins a file of at most `limit` bytes.
    pub fn writer(&self, limit: u64) -> Result<FileWriter, FileError> {
        let tmp = self.tmp();
        let file = NamedTempFile::new_in(&tmp).map_err(|error| self.error(&tmp, error))?;
        Ok(FileWriter { store: self.clone(), file, hash: Sha256::new(), size: 0, limit })
    }

    /// Where the file with this hash is, or would be.
    pub fn path(&self, sha256: ContentHash) -> PathBuf {
        let name = sha256.to_string();
        let [first, second, ..] = sha256.0;
        self.dir.join(format!("{first:02x}")).join(format!("{second:02x}")).join(name)
    }

    /// Whether the file is here. See [`verify`](Self::verify) for whether it is sound.
    pub fn contains(&self, sha256: ContentHash) -> bool {
        self.path(sha256).is_file()
    }

    /// Reads the file again and compares it with its hash.
    pub fn verify(&self, sha256: ContentHash) -> Result<Condition, FileError> {
        let mut hash = Sha256::new();
        let is_here = self.read(sha256, |part| {
            hash.update(part);
            Ok(())
        })?;
        if !is_here {
            return Ok(Condition::Missing);
        }
        let found = ContentHash(hash.finalize().into());
        Ok(if found == sha256 { Condition::Intact } else { Condition::Damaged })
    }

    /// Reads the file part by part; gives whether it is here.
    fn read(
        &self,
        sha256: ContentHash,
        mut each: impl FnMut(&[u8]) -> Result<(), FileError>,
    ) -> Result<bool, FileError> {
        let path = self.path(sha256);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.error(&path, error)),
        };
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = file.read(&mut buffer).map_err(|error| self.error(&path, error))?;
            match buffer.get(..count) {
                Some(part) if count > 0 => each(part)?,
                _ => return Ok(true),
            }
        }
    }

    /// Removes the file; no error if it is not here.
    pub fn remove(&self, sha256: ContentHash) -> Result<(), FileError> {
        let path = self.path(sha256);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.error(&path, error)),
            _ => Ok(()),
        }
    }

    /// The hashes of all files that are here, in no order. What is called by no hash is left out.
    pub fn all(&self) -> Result<Vec<ContentHash>, FileError> {
        let mut hashes = Vec::new();
        for first in self.folders_in(&self.dir)? {
            for second in self.folders_in(&first)? {
                for entry in fs::read_dir(&second).map_err(|error| self.error(&second, error))? {
                    let entry = entry.map_err(|error| self.error(&second, error))?;
                    let name = entry.file_name();
                    let hash = name.to_str().and_then(|name| name.parse::<ContentHash>().ok());
                    hashes.extend(hash);
                }
            }
        }
        Ok(hashes)
    }

    /// The folders in a folder that are named after the beginning of a hash.
    fn folders_in(&self, folder: &Path) -> Result<Vec<PathBuf>, FileError> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| self.error(folder, error))? {
            let entry = entry.map_err(|error| self.error(folder, error))?;
            if entry.file_name().len() == 2 {
                folders.push(entry.path());
            }
        }
        Ok(folders)
    }

    /// The size of a file in bytes, if it is here.
    pub fn size(&self, sha256: ContentHash) -> Option<u64> {
        fs::metadata(self.path(sha256)).ok().filter(fs::Metadata::is_file).map(|file| file.len())
    }

    /// Copies a file from another store, if it is not here yet; gives whether there was one to copy.
    pub fn copy_from(&self, other: &FileStore, sha256: ContentHash) -> Result<bool, FileError> {
        if self.contains(sha256) {
            return Ok(true);
        }
        let mut writer = self.writer(u64::MAX)?;
        if !other.read(sha256, |part| writer.write(part))? {
            return Ok(false);
        }
        // A damaged file is stored under its own hash, where nobody looks for it.
        let stored = writer.finish()?;
        if stored.sha256 != sha256 {
            self.remove(stored.sha256)?;
            return Ok(false);
        }
        Ok(true)
    }

    fn tmp(&self) -> PathBuf {
        self.dir.join("tmp")
    }

    fn error(&self, path: &Path, source: io::Error) -> FileError {
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                FileError::DiskFull { folder: self.dir.clone() }
            }
            _ => FileError::Io { path: path.to_owned(), source },
        }
    }

    /// Makes the folder for a file, and sees to it that it is still there after a power failure.
    fn make_folder(&self, folder: &Path) -> Result<(), FileError> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
            match fs::create_dir(folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(self.error(folder, error));
                }
                _ => self.sync_folder(parent)?,
            }
        }
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> Result<(), FileError> {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| self.error(folder, error))
    }
}

/// A file in the making. Dropped before it is finished, it leaves nothing behind.
#[derive(Debug)]
pub struct FileWriter {
    store: FileStore,
    file: NamedTempFile,
    hash: Sha256,
    size: u64,
    limit: u64,
}

impl FileWriter {
    /// Adds the next bytes.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), FileError> {
        self.size = self.size.saturating_add(chunk.len() as u64);
        if self.size > self.limit {
            return Err(FileError::TooLarge { limit: self.limit });
        }
        self.file.write_all(chunk).map_err(|error| self.store.error(self.file.path(), error))?;
        self.hash.update(chunk);
        Ok(())
    }

    /// Puts the file in its place. When this returns it will survive a power failure.
    pub fn finish(self) -> Result<StoredFile, FileError> {
        let Self { store, file, hash, size, .. } = self;
        let stored = StoredFile { sha256: ContentHash(hash.finalize().into()), size };
        let path = store.path(stored.sha256);
        file.as_file().sync_all().map_err(|error| store.error(file.path(), error))?;
        if let Some(folder) = path.parent() {
            store.make_folder(folder)?;
            // What may be there already has the same content, or is damaged: either is replaced.
            file.persist(&path).map_err(|error| store.error(&path, error.error))?;
            store.sync_folder(folder)?;
        }
        Ok(stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SHA-256 of "abc", from the standard.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn store() -> (tempfile::TempDir, FileStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::open(dir.path().join("files")).unwrap();
        (dir, store)
    }

    fn leftovers(store: &FileStore) -> usize {
        fs::read_dir(store.tmp()).unwrap().count()
    }

    #[test]
    fn a_file_is_kept_under_its_hash() {
        let (dir, store) = store();
        let mut writer = store.writer(3).unwrap();
        writer.write(b"a").unwrap();
        writer.write(b"bc").unwrap();
        let file = writer.finish().unwrap();
        assert_eq!(file, StoredFile { sha256: ABC.parse().unwrap(), size: 3 });
        assert_eq!(store.path(file.sha256), dir.path().join("files/ba/78").join(ABC));
        assert!(store.contains(file.sha256));
        assert_eq!(fs::read(store.path(file.sha256)).unwrap(), b"abc");
        assert_eq!(leftovers(&store), 0);
    }

    #[test]
    fn the_same_file_is_kept_once_and_heals() {
        let (_dir, store) = store();
        let put = || {
            let mut writer = store.writer(10).unwrap();
            writer.write(b"abc").unwrap();
            writer.finish().unwrap().sha256
        };
        let hash = put();
        assert_eq!(store.verify(hash).unwrap(), Condition::Intact);
        fs::write(store.path(hash), "abd").unwrap();
        assert_eq!(store.verify(hash).unwrap(), Condition::Damaged);
        assert_eq!(put(), hash);
        assert_eq!(store.verify(hash).unwrap(), Condition::Intact);
        store.remove(hash).unwrap();
        store.remove(hash).unwrap();
        assert_eq!(store.verify(hash).unwrap(), Condition::Missing);
    }

    #[test]
    fn a_file_over_the_limit_is_refused_as_soon_as_it_is() {
        let (_dir, store) = store();
        let mut writer = store.writer(3).unwrap();
        writer.write(b"abc").unwrap();
        assert!(matches!(writer.write(b"d"), Err(FileError::TooLarge { limit: 3 })));
        drop(writer);
        assert_eq!(leftovers(&store), 0);
    }

    #[test]
    fn what_was_left_unfinished_is_removed() {
        let (_dir, store) = store();
        let mut writer = store.writer(3).unwrap();
        writer.write(b"a").unwrap();
        // As if the process were killed here: nothing is cleaned up.
        std::mem::forget(writer);
        assert_eq!(leftovers(&store), 1);
        FileStore::open(store.dir.clone()).unwrap();
        assert_eq!(leftovers(&store), 0);
    }

    #[test]
    fn a_full_disk_is_said_to_be_full() {
        let (_dir, store) = store();
        let error = store.error(Path::new("x"), io::Error::from(ErrorKind::StorageFull));
        assert_eq!(error.to_string(), format!("the disk with {} is full", store.dir.display()));
    }

    #[test]
    fn a_hash_is_64_hexadecimal_digits_and_nothing_else() {
        assert_eq!(ABC.parse::<ContentHash>().unwrap().to_string(), ABC);
        assert_eq!(
            serde_json::to_string(&ABC.parse::<ContentHash>().unwrap()).unwrap(),
            format!("\"{ABC}\"")
        );
        for bad in [
            "",
            "ba78",
            "../../etc/passwd",
            &ABC.replace('b', "g"),
            &format!("{ABC}0"),
            &"é".repeat(32),
        ] {
            assert_eq!(bad.parse::<ContentHash>(), Err(NotAHash));
        }
    }
}
