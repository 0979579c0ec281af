//! The files that are wanted, fetched and read. A row of `file` says which version of a file the feed
//! speaks of and which one is here; whatever differs is work, newest first, also after a restart.

use std::time::Duration;

use jiff::Timestamp;
use model::entities::DocumentVersie;
use model::{Category, Entity, FileInfo, Uuid};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::changes::{self, ChangeKind};
use crate::row::{guid, select, uuid};
use crate::{Result, Store};

/// Where a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileOrigin {
    /// The entity's resource at the Gegevensmagazijn.
    Resource,
    /// The XML of the official publication.
    Publication,
}

impl FileOrigin {
    const fn name(self) -> &'static str {
        match self {
            FileOrigin::Resource => "resource",
            FileOrigin::Publication => "publication",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        if name == "publication" { FileOrigin::Publication } else { FileOrigin::Resource }
    }
}

/// A file that an entity asks for.
#[derive(Debug)]
pub(crate) struct Want {
    entity: Uuid,
    origin: FileOrigin,
    locator: String,
    version: String,
    priority: i64,
}

/// A file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTask {
    /// The entity to which it belongs.
    pub entity: Uuid,
    /// Where it comes from.
    pub origin: FileOrigin,
    /// Its name there: a GUID, or an externeidentifier.
    pub locator: String,
    /// The version that is wanted.
    pub version: String,
    /// How often fetching this version has failed.
    pub attempts: u32,
}

/// How a fetch ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOutcome {
    /// The file is in the file store.
    Stored {
        /// Its hash, in hexadecimal.
        sha256: String,
        /// Its size in bytes.
        size: u64,
    },
    /// It failed, and is tried again after this time.
    Retry {
        /// What went wrong.
        problem: String,
        /// How long to wait.
        after: Duration,
    },
    /// It cannot be had: missing at the source, or not allowed here.
    GivenUp {
        /// Why.
        problem: String,
    },
}

/// What was extracted from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractedRow {
    /// The version of the extractor that did it.
    pub extractor: u32,
    /// The format found, as a short name.
    pub format: Option<String>,
    /// The problem, as a short code and words, where nothing could be extracted.
    pub problem: Option<String>,
    /// The number of words.
    pub words: u64,
    /// The number of numbered questions, in a text that has them.
    pub questions: Option<u32>,
    /// The content in the form of the crate `content`, compressed.
    pub body: Option<Vec<u8>>,
}

/// The files that an entity asks for, as its fields and the label of its file say.
///
/// Portraits and logos are not fetched yet, nor the publications' other forms.
pub(crate) fn wanted_by(entity: &Entity, file: Option<&FileInfo>) -> Vec<Want> {
    let priority = |moment: Option<Timestamp>| moment.map_or(0, Timestamp::as_millisecond);
    let resource = |entity: Uuid, version: String, moment: Option<Timestamp>| Want {
        entity,
        origin: FileOrigin::Resource,
        locator: entity.to_string(),
        version,
        priority: priority(moment),
    };
    match (entity, file) {
        (Entity::Document(document), Some(file)) => {
            let versie = document.huidige_document_versie.map(|id| id.to_string());
            let version = format!(
                "{} {} {}",
                versie.unwrap_or_default(),
                file.content_type,
                file.content_length.unwrap_or_default()
            );
            vec![resource(document.id.0, version, document.datum)]
        }
        (Entity::Verslag(verslag), Some(file)) => {
            let status = verslag.status.as_deref().unwrap_or_default();
            let soort = verslag.soort.as_deref().unwrap_or_default();
            let length = file.content_length.unwrap_or_default();
            // Transcripts are few and much wanted: they go before the documents.
            vec![Want {
                priority: i64::MAX,
                ..resource(verslag.id.0, format!("{soort} {status} {length}"), None)
            }]
        }
        (Entity::DocumentVersie(versie), _) => {
            let Some(document) = versie.document else { return Vec::new() };
            let Some(identifier) = versie.externeidentifier.clone() else { return Vec::new() };
            vec![Want {
                entity: document.0,
                origin: FileOrigin::Publication,
                version: identifier.clone(),
                locator: identifier,
                priority: priority(versie.datum),
            }]
        }
        _ => Vec::new(),
    }
}

pub(crate) fn want(connection: &Connection, wants: &[Want]) -> Result<()> {
    for want in wants {
        connection
            .prepare_cached(
                "INSERT INTO file (entity, origin, locator, wanted, priority, attempts, next_try) \
                 SELECT ?1, ?2, ?3, ?4, ?5, 0, 0 WHERE NOT EXISTS \
                     (SELECT 1 FROM entity WHERE id = ?1 AND (deleted OR taken_down)) \
                 ON CONFLICT (entity, origin) DO UPDATE SET locator = excluded.locator, \
                     priority = excluded.priority, \
                     attempts = CASE WHEN file.wanted = excluded.wanted THEN file.attempts ELSE 0 END, \
                     next_try = CASE WHEN file.wanted = excluded.wanted THEN file.next_try ELSE 0 END, \
                     problem = CASE WHEN file.wanted = excluded.wanted THEN file.problem END, \
                     wanted = excluded.wanted",
            )?
            .execute(params![
                guid(want.entity),
                want.origin.name(),
                want.locator,
                want.version,
                want.priority
            ])?;
    }
    Ok(())
}

/// A document is back: what its versions ask for is wanted again. They have not changed themselves, so
/// the feed does not say it again.
pub(crate) fn want_publications(connection: &Connection, document: Uuid) -> Result<()> {
    let versies: Vec<DocumentVersie> = select(
        connection,
        "WHERE document = ?1 AND externeidentifier IS NOT NULL ORDER BY datum",
        [guid(document)],
    )?;
    for versie in versies {
        want(connection, &wanted_by(&Entity::DocumentVersie(versie), None))?;
    }
    Ok(())
}

/// The entity is gone: its files are wanted no more, and what nothing else refers to goes too.
pub(crate) fn forget(connection: &Connection, entity: Uuid) -> Result<()> {
    let hashes: Vec<String> = connection
        .prepare_cached(
            "SELECT sha256 FROM file WHERE entity = ?1 AND sha256 IS NOT NULL \
             UNION SELECT sha256 FROM file_version WHERE entity = ?1",
        )?
        .query_map([guid(entity)], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("DELETE FROM file WHERE entity = ?1")?.execute([guid(entity)])?;
    connection
        .prepare_cached("DELETE FROM file_version WHERE entity = ?1")?
        .execute([guid(entity)])?;
    for sha256 in hashes {
        connection
            .prepare_cached(
                "DELETE FROM content WHERE sha256 = ?1 \
                 AND NOT EXISTS (SELECT 1 FROM file WHERE sha256 = ?1) \
                 AND NOT EXISTS (SELECT 1 FROM file_version WHERE sha256 = ?1)",
            )?
            .execute([&sha256])?;
        discard_unless_kept(connection, &sha256)?;
    }
    Ok(())
}

/// Puts a file on the list of those to be removed, if nothing is left that keeps it.
fn discard_unless_kept(connection: &Connection, sha256: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO discarded (sha256) SELECT ?1 \
             WHERE NOT EXISTS (SELECT 1 FROM file WHERE sha256 = ?1 AND NOT removed) \
             AND NOT EXISTS (SELECT 1 FROM file_version WHERE sha256 = ?1) \
             ON CONFLICT (sha256) DO NOTHING",
        )?
        .execute([sha256])?;
    Ok(())
}

impl Store {
    /// Files to fetch now, newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn files_to_fetch(&self, now: Timestamp, limit: usize) -> Result<Vec<FileTask>> {
        let writer = self.writer();
        writer
            .prepare_cached("UPDATE file SET next_try = 0 WHERE next_try > 0 AND next_try <= ?1")?
            .execute([now.as_millisecond()])?;
        let mut statement = writer.prepare_cached(
            "SELECT entity, origin, locator, wanted, attempts FROM file WHERE next_try = 0 \
             ORDER BY priority DESC LIMIT ?1",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let tasks = statement.query_map([limit], read_task)?.collect::<Result<_, _>>()?;
        Ok(tasks)
    }

    /// Records how a fetch ended. If another version came to be wanted in the meantime, the file stays
    /// on the list.
    ///
    /// # Errors
    /// What the database reports.
    pub fn file_fetched(&self, task: &FileTask, outcome: &FileOutcome) -> Result<()> {
        let now = Timestamp::now().as_millisecond();
        let entity = guid(task.entity);
        let origin = task.origin.name();
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        match outcome {
            FileOutcome::Stored { sha256, size } => {
                // The same bytes may have been read before, for another entity or version.
                let read_by: Option<i64> = transaction
                    .prepare_cached("SELECT extractor FROM content WHERE sha256 = ?1")?
                    .query_row([sha256], |row| row.get(0))
                    .optional()?;
                let size = i64::try_from(*size).unwrap_or(i64::MAX);
                transaction
                    .prepare_cached("DELETE FROM discarded WHERE sha256 = ?1")?
                    .execute([sha256])?;
                transaction
                    .prepare_cached(
                        "INSERT INTO file_version \
                             (entity, origin, version, sha256, size, fetched_at, superseded_at) \
                         SELECT entity, origin, stored, sha256, size, fetched_at, ?4 FROM file \
                         WHERE entity = ?1 AND origin = ?2 AND sha256 <> ?3 \
                         ON CONFLICT (entity, origin, sha256) \
                         DO UPDATE SET superseded_at = excluded.superseded_at",
                    )?
                    .execute(params![entity, origin, sha256, now])?;
                transaction
                    .prepare_cached(
                        "UPDATE file SET removed = FALSE, stored = ?3, sha256 = ?4, size = ?5, fetched_at = ?6, \
                         read_by = ?7, attempts = 0, problem = NULL, \
                         next_try = CASE WHEN wanted = ?3 THEN NULL ELSE 0 END \
                         WHERE entity = ?1 AND origin = ?2",
                    )?
                    .execute(params![entity, origin, task.version, sha256, size, now, read_by])?;
                if read_by.is_some() {
                    text_changed(&transaction, task.entity)?;
                }
            }
            FileOutcome::Retry { problem, after } => {
                let wait = i64::try_from(after.as_millis()).unwrap_or(i64::MAX / 2).max(1);
                failed(&transaction, task, problem, Some(now.saturating_add(wait)))?;
            }
            FileOutcome::GivenUp { problem } => failed(&transaction, task, problem, None)?,
        }
        transaction.commit()?;
        Ok(())
    }

    /// The hashes of files that are to be read, newest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn files_to_extract(&self, limit: usize) -> Result<Vec<String>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT sha256 FROM file WHERE sha256 IS NOT NULL AND read_by IS NULL \
             AND NOT removed ORDER BY priority DESC LIMIT ?1",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut hashes: Vec<String> =
            statement.query_map([limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
        // The same bytes, under several entities, are read once.
        hashes.sort_unstable();
        hashes.dedup();
        Ok(hashes)
    }

    /// Puts the files on the list again that an older version of the extractor has read.
    ///
    /// # Errors
    /// What the database reports.
    pub fn extract_again_before(&self, extractor: u32) -> Result<()> {
        self.writer().execute(
            "UPDATE file SET read_by = NULL WHERE read_by < ?1 AND NOT removed",
            [extractor],
        )?;
        Ok(())
    }

    /// How many bytes of files there are more than `budget`, after files have given way: earlier
    /// versions first, then those that concern what is oldest, whose text stays. Files that were not
    /// read yet stay too.
    ///
    /// # Errors
    /// What the database reports.
    pub fn make_room(&self, budget: u64) -> Result<u64> {
        const AT_ONCE: &str = "10000";
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let kept: i64 = transaction.query_row(
            "SELECT (SELECT COALESCE(SUM(size), 0) FROM file \
                     WHERE sha256 IS NOT NULL AND NOT removed) \
                  + (SELECT COALESCE(SUM(size), 0) FROM file_version)",
            [],
            |row| row.get(0),
        )?;
        let mut over = kept.saturating_sub(i64::try_from(budget).unwrap_or(i64::MAX));
        let mut give_way = |candidates: &str, statement: &str| -> Result<()> {
            if over <= 0 {
                return Ok(());
            }
            let candidates: Vec<(String, i64)> = transaction
                .prepare_cached(&format!("{candidates} LIMIT {AT_ONCE}"))?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            for (sha256, size) in candidates {
                if over <= 0 {
                    break;
                }
                let times = transaction.prepare_cached(statement)?.execute([&sha256])?;
                over -= size.saturating_mul(i64::try_from(times).unwrap_or(1));
                discard_unless_kept(&transaction, &sha256)?;
            }
            Ok(())
        };
        give_way(
            "SELECT sha256, size FROM file_version ORDER BY superseded_at",
            "DELETE FROM file_version WHERE sha256 = ?1",
        )?;
        give_way(
            "SELECT sha256, COALESCE(size, 0) FROM file \
             WHERE sha256 IS NOT NULL AND NOT removed AND read_by IS NOT NULL ORDER BY priority",
            "UPDATE file SET removed = TRUE WHERE sha256 = ?1 AND NOT removed",
        )?;
        transaction.commit()?;
        Ok(u64::try_from(over).unwrap_or(0))
    }

    /// Files that are to be removed from the file store, at most `limit`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn discarded(&self, limit: usize) -> Result<Vec<String>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let reader = self.reader()?;
        crate::read::rows(
            &reader,
            "SELECT sha256 FROM discarded ORDER BY sha256 LIMIT ?1",
            [limit],
            |row| row.get(0),
        )
    }

    /// Records that a file was removed from the file store.
    ///
    /// # Errors
    /// What the database reports.
    pub fn file_removed(&self, sha256: &str) -> Result<()> {
        self.writer().execute("DELETE FROM discarded WHERE sha256 = ?1", [sha256])?;
        Ok(())
    }

    /// Records that a file is no longer in the file store, so that it is fetched again. Gives whether
    /// it is: an earlier version of a file is no longer to be had.
    ///
    /// # Errors
    /// What the database reports.
    pub fn file_lost(&self, sha256: &str) -> Result<bool> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let wanted_again = transaction.execute(
            "UPDATE file SET stored = NULL, sha256 = NULL, size = NULL, read_by = NULL, \
             attempts = 0, next_try = 0, problem = NULL WHERE sha256 = ?1",
            [sha256],
        )?;
        transaction.execute("DELETE FROM file_version WHERE sha256 = ?1", [sha256])?;
        transaction.commit()?;
        Ok(wanted_again > 0)
    }

    /// Records what was extracted from a file, and that the text of its entities changed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn file_extracted(&self, sha256: &str, extracted: &ExtractedRow) -> Result<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        transaction
            .prepare_cached(
                "INSERT INTO content (sha256, extractor, format, problem, words, body, questions) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                 ON CONFLICT (sha256) DO UPDATE SET extractor = excluded.extractor, \
                     format = excluded.format, problem = excluded.problem, \
                     words = excluded.words, body = excluded.body, \
                     questions = excluded.questions",
            )?
            .execute(params![
                sha256,
                extracted.extractor,
                extracted.format,
                extracted.problem,
                i64::try_from(extracted.words).unwrap_or(i64::MAX),
                extracted.body,
                extracted.questions
            ])?;
        transaction
            .prepare_cached("UPDATE file SET read_by = ?2 WHERE sha256 = ?1")?
            .execute(params![sha256, extracted.extractor])?;
        let entities: Vec<Uuid> = transaction
            .prepare_cached("SELECT DISTINCT entity FROM file WHERE sha256 = ?1")?
            .query_map([sha256], |row| uuid(row, 0))?
            .collect::<Result<_, _>>()?;
        for entity in entities {
            text_changed(&transaction, entity)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

fn read_task(row: &Row<'_>) -> rusqlite::Result<FileTask> {
    Ok(FileTask {
        entity: uuid(row, 0)?,
        origin: FileOrigin::from_name(row.get_ref(1)?.as_str()?),
        locator: row.get(2)?,
        version: row.get(3)?,
        attempts: row.get(4)?,
    })
}

/// A fetch failed; `next_try` is when to try again, if at all. Says nothing of another version.
fn failed(
    connection: &Connection,
    task: &FileTask,
    problem: &str,
    next_try: Option<i64>,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE file SET attempts = attempts + 1, next_try = ?3, problem = ?4 \
             WHERE entity = ?1 AND origin = ?2 AND wanted = ?5",
        )?
        .execute(params![guid(task.entity), task.origin.name(), next_try, problem, task.version])?;
    Ok(())
}

fn text_changed(connection: &Connection, entity: Uuid) -> Result<()> {
    let category: Option<String> = connection
        .prepare_cached(
            "SELECT category FROM entity WHERE id = ?1 AND NOT deleted AND NOT taken_down",
        )?
        .query_row([guid(entity)], |row| row.get(0))
        .optional()?;
    let Some(category) = category.as_deref().and_then(Category::from_name) else { return Ok(()) };
    changes::append(connection, category, entity, ChangeKind::Text, false, None, None)
}
