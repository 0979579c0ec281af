//! Connections: one that writes, and as many that read as are in use at once.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};

use crate::raw::Dictionaries;
use crate::read::list::Remembered;
use crate::{Result, StoreError, schema};

/// How many idle reading connections are kept.
const IDLE_READERS: usize = 8;
/// How large the write-ahead log may become before it is written into the database, in bytes. Smaller
/// means that pages which change again and again (the ends of tables, the indexes) are written more
/// often.
const LOG_SIZE: u64 = 64 << 20;
/// How large it may become while a thread beside the writer writes it into the database.
const LARGEST_LOG: u64 = 4 * LOG_SIZE;
/// How long a writer waits for readers to let go of the log.
const LOG_PATIENCE: Duration = Duration::from_secs(1);
/// How much of the database file is read where the system already holds it, instead of copied from there
/// page by page, in bytes.
const MAPPED: i64 = 2 << 30;
/// How long one connection waits for another.
const PATIENCE: Duration = Duration::from_secs(30);

/// The store. Cheap to clone; every method blocks, so call it from a thread that may.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    writer: Mutex<WritingConnection>,
    idle_readers: Mutex<Vec<Connection>>,
    dictionaries: Dictionaries,
    counts: Mutex<Remembered>,
}

impl Store {
    /// Opens the database file, and makes its tables where there are none.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Older`], [`StoreError::Damaged`] or what the engine reports.
    pub fn open(path: &Path) -> Result<Self> {
        let mut writer = connect(path).map_err(|error| name_the_file(path, error))?;
        // A transaction that begins by reading cannot go on to write once another process has written in
        // between, and fails at once; one that writes from its beginning on waits for the other.
        writer.set_transaction_behavior(TransactionBehavior::Immediate);
        writer.execute_batch("PRAGMA cache_size = -72000; PRAGMA wal_autocheckpoint = 0;")?;
        schema::prepare(&mut writer, path).map_err(|error| match error {
            StoreError::Database(error) => name_the_file(path, error),
            other => other,
        })?;
        let shared = Shared {
            path: path.to_owned(),
            writer: Mutex::new(WritingConnection {
                connection: writer,
                log_limit: LOG_SIZE,
                beside: None,
            }),
            idle_readers: Mutex::new(Vec::new()),
            dictionaries: Dictionaries::default(),
            counts: Mutex::default(),
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
    pub(crate) fn writer(&self) -> Writer<'_> {
        // A panic in a writer rolled its transaction back: the connection is as good as before.
        let guard = self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Writer { guard, path: &self.shared.path }
    }

    /// With what raw elements are compressed.
    pub(crate) fn dictionaries(&self) -> &Dictionaries {
        &self.shared.dictionaries
    }

    /// The counts of lists that were made since the last change.
    pub(crate) fn counts(&self) -> MutexGuard<'_, Remembered> {
        // Nothing in it is half done.
        self.shared.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection to read with. All that is read with it, until it is dropped, is of one moment.
    ///
    /// # Errors
    /// What the engine reports when a connection has to be opened.
    pub fn reader(&self) -> Result<Reader> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        connection.execute_batch("BEGIN")?;
        Ok(Reader { connection: Some(connection), store: self.clone() })
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> Result<Connection> {
        Ok(connect(&self.shared.path)?)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.shared.idle_readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct WritingConnection {
    connection: Connection,
    /// The size of the write-ahead log at which it is written into the database.
    log_limit: u64,
    /// The thread that writes the log into the database, or did so, since it was last begun anew.
    beside: Option<JoinHandle<()>>,
}

/// The connection that writes, until it is dropped. Each time it is looked whether the write-ahead log
/// has become too large: SQLite by itself only begins it anew at a moment without any reader, which
/// may never come.
///
/// Most of the log is written into the database by a thread of its own, during which writing goes on;
/// only the writer can begin the log anew.
pub(crate) struct Writer<'s> {
    guard: MutexGuard<'s, WritingConnection>,
    path: &'s Path,
}

impl Writer<'_> {
    fn look_after_log(&mut self) {
        let size = log_size(self.path);
        if size < self.guard.log_limit {
            return;
        }
        match &self.guard.beside {
            None => {
                let path = self.path.to_owned();
                self.guard.beside = Some(std::thread::spawn(move || {
                    // What was written is safe in the log. What fails here, a disk that is full, fails
                    // again for the writer, and shows at its next write.
                    let _ = connect(&path).and_then(|beside| {
                        beside.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
                    });
                }));
            }
            Some(beside) if !beside.is_finished() && size < LARGEST_LOG => {}
            Some(_) => {
                let began = self.begin_log_anew().unwrap_or(false);
                // With a long reader in the way, it is tried again after some more.
                self.guard.log_limit = if began { LOG_SIZE } else { size + LOG_SIZE / 4 };
                if began {
                    self.guard.beside = None;
                }
            }
        }
    }

    /// Writes what is left of the log into the database and begins it anew, unless a reader holds it.
    fn begin_log_anew(&mut self) -> rusqlite::Result<bool> {
        let connection = &self.guard.connection;
        connection.busy_timeout(LOG_PATIENCE)?;
        let is_busy: rusqlite::Result<bool> =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        connection.busy_timeout(PATIENCE)?;
        Ok(!is_busy?)
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.look_after_log();
    }
}

/// How large the write-ahead log of a database is, in bytes.
fn log_size(database: &Path) -> u64 {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).map_or(0, |metadata| metadata.len())
}

impl Deref for Writer<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.guard.connection
    }
}

impl DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.guard.connection
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
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Else a statement that may use a partial index is planned again for each other value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // With a write-ahead log, NORMAL survives every crash of the program without loss; a power cut
    // may take back the last transactions, cursors included, which are then fetched again.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -4000;",
    )?;
    // SQLite's own limit, 2 GB: what lies beyond is read as before.
    connection.pragma_update_and_check(None, "mmap_size", MAPPED, |_| Ok(()))?;
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
