//! Connections: one that writes, and as many that read as are in use at once.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::raw::Dictionaries;
use crate::{Result, StoreError, schema};

/// How many idle reading connections are kept.
const IDLE_READERS: usize = 8;

/// The store. Cheap to clone; every method blocks, so call it from a thread that may.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    writer: Mutex<Connection>,
    idle_readers: Mutex<Vec<Connection>>,
    dictionaries: Dictionaries,
}

impl Store {
    /// Opens the database file, and makes its tables where there are none.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Damaged`] or what the engine reports.
    pub fn open(path: &Path) -> Result<Self> {
        let mut writer = connect(path).map_err(|error| name_the_file(path, error))?;
        schema::prepare(&mut writer, path).map_err(|error| match error {
            StoreError::Database(error) => name_the_file(path, error),
            other => other,
        })?;
        let shared = Shared {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            idle_readers: Mutex::new(Vec::new()),
            dictionaries: Dictionaries::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Notes what this store is for if that was not noted yet, and gives what it is for.
    ///
    /// # Errors
    /// What the database reports.
    pub fn claim(&self, purpose: &str) -> Result<String> {
        let writer = self.writer();
        writer.execute(
            "INSERT INTO meta (key, value) VALUES ('purpose', ?1) ON CONFLICT (key) DO NOTHING",
            [purpose],
        )?;
        let sql = "SELECT value FROM meta WHERE key = 'purpose'";
        Ok(writer.query_row(sql, [], |row| row.get(0))?)
    }

    /// What this store is for, if that was noted.
    ///
    /// # Errors
    /// What the database reports.
    pub fn purpose(&self) -> Result<Option<String>> {
        let sql = "SELECT value FROM meta WHERE key = 'purpose'";
        Ok(self.reader()?.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    /// Lets the database grow to no more than this many pages beyond its present size, to see what a
    /// full disk does.
    #[doc(hidden)]
    pub fn limit_size_for_test(&self, pages: i64) -> Result<()> {
        let writer = self.writer();
        let now: i64 = writer.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        writer.pragma_update_and_check(None, "max_page_count", now + pages, |_| Ok(()))?;
        Ok(())
    }

    /// The one connection that writes; others wait.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic in a writer rolled its transaction back: the connection is as good as before.
        self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With what raw elements are compressed.
    pub(crate) fn dictionaries(&self) -> &Dictionaries {
        &self.shared.dictionaries
    }

    /// A connection to read with. All that is read with it, until it is dropped, is of one moment.
    ///
    /// # Errors
    /// What the engine reports when a connection has to be opened.
    pub fn reader(&self) -> Result<Reader> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.shared.path)?,
        };
        connection.execute_batch("BEGIN")?;
        Ok(Reader { connection: Some(connection), store: self.clone() })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.shared.idle_readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to read with; it goes back to the store when dropped.
pub struct Reader {
    /// Empty only while being dropped.
    connection: Option<Connection>,
    store: Store,
}

impl Reader {
    /// The store that this reads from.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        // Taken only in `drop`, after which nobody can dereference.
        #[expect(clippy::unwrap_used, reason = "see the line above")]
        self.connection.as_ref().unwrap()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A connection that cannot end its transaction is of no further use.
        let Some(connection) = self.connection.take() else { return };
        if connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        let mut idle = self.store.idle();
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::default())?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.set_prepared_statement_cache_capacity(256);
    // With a write-ahead log, NORMAL survives every crash of the program without loss; a power cut
    // may take back the last transactions, cursors included, which are then fetched again.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -32000;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    Ok(connection)
}

fn name_the_file(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::CannotOpen) => {
            StoreError::Damaged { path: path.to_owned(), reason: error.to_string() }
        }
        _ => error.into(),
    }
}
