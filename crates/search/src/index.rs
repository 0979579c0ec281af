//! The index on disk: opening it, writing to it, and how far it has come.

use std::fs;
use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index, IndexReader, TERMINATED, TantivyDocument, TantivyError, Term};

use crate::schema::{self, Fields};
use crate::{Item, Result, SearchError};

/// The memory that a writer takes for itself, if there is no reason for more or less.
pub const DEFAULT_MEMORY_BUDGET: usize = 50_000_000;
/// Tantivy does not start a writer with less.
const MIN_MEMORY_BUDGET: usize = 15_000_000;

/// An index, ready to be searched and written to. One suffices for all threads.
pub struct SearchIndex {
    pub(crate) index: Index,
    pub(crate) fields: Fields,
    pub(crate) reader: IndexReader,
}

/// What [`SearchIndex::open`] found.
#[expect(clippy::large_enum_variant, reason = "there is one in the life of a process")]
pub enum Opened {
    /// The index, new and empty if there was none.
    Ready(SearchIndex),
    /// An index that another version of this program made. It has to be filled again from the start;
    /// [`SearchIndex::recreate`] makes room for that.
    Outdated,
}

impl SearchIndex {
    /// Opens the index in a folder, or makes a new one there.
    pub fn open(folder: &Path) -> Result<Opened> {
        fs::create_dir_all(folder)
            .map_err(|source| SearchError::Folder { folder: folder.into(), source })?;
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let (schema, fields) = schema::schema();
        let index = if Index::exists(&directory).map_err(TantivyError::from)? {
            Index::open(directory)
        } else {
            Index::open_or_create(directory, schema.clone())
        };
        let mut index = match index {
            Ok(index) if index.schema() == schema => index,
            Ok(_) | Err(TantivyError::IncompatibleIndex(_)) => return Ok(Opened::Outdated),
            Err(error) => return Err(error.into()),
        };
        index.set_tokenizers(schema::analysers());
        match index.reader() {
            Ok(reader) => Ok(Opened::Ready(Self { index, fields, reader })),
            Err(TantivyError::IncompatibleIndex(_)) => Ok(Opened::Outdated),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a new, empty index in a folder. Whatever the folder contains is lost.
    pub fn recreate(folder: &Path) -> Result<Self> {
        let emptied = if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) };
        emptied.map_err(|source| SearchError::Folder { folder: folder.into(), source })?;
        match Self::open(folder)? {
            Opened::Ready(index) => Ok(index),
            Opened::Outdated => Err(SearchError::damaged("a new index is outdated".into())),
        }
    }

    /// Whether there is an item with this address.
    pub fn contains(&self, address: &str) -> Result<bool> {
        let term = Term::from_field_text(self.fields.address, address);
        let searcher = self.reader.searcher();
        for segment in searcher.segment_readers() {
            let Some(mut postings) = segment
                .inverted_index(self.fields.address)?
                .read_postings(&term, IndexRecordOption::Basic)
                .map_err(TantivyError::from)?
            else {
                continue;
            };
            let mut document = postings.doc();
            while document != TERMINATED {
                if !segment.is_deleted(document) {
                    return Ok(true);
                }
                document = postings.advance();
            }
        }
        Ok(false)
    }

    /// Starts the one writer. Adding items takes `memory_budget` bytes, divided over the cores.
    ///
    /// Fails with [`SearchError::WriterBusy`] as long as another one exists.
    pub fn writer(&self, memory_budget: usize) -> Result<IndexWriter> {
        match self.index.writer(memory_budget.max(MIN_MEMORY_BUDGET)) {
            Ok(writer) => {
                Ok(IndexWriter { writer, fields: self.fields, reader: self.reader.clone() })
            }
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => Err(SearchError::WriterBusy),
            Err(error) => Err(error.into()),
        }
    }

    /// The number of the last change that the index on disk contains, 0 at the beginning: where
    /// feeding it must go on, also after a crash.
    pub fn applied(&self) -> Result<u64> {
        let Some(payload) = self.index.load_metas()?.payload else { return Ok(0) };
        payload
            .parse()
            .map_err(|_| SearchError::damaged(format!("the last commit applied {payload:?}")))
    }

    /// How many items can be found.
    pub fn items(&self) -> u64 {
        self.reader.searcher().num_docs()
    }
}

/// The one writer of an index. What it does is neither on disk nor to be found before
/// [`IndexWriter::commit`]; dropping it forgets what was not committed.
pub struct IndexWriter {
    writer: tantivy::IndexWriter,
    fields: Fields,
    reader: IndexReader,
}

impl IndexWriter {
    /// Adds an item, in the place of the one with the same address, if any.
    pub fn put(&mut self, item: &Item) -> Result<()> {
        self.remove(&item.address);
        self.writer.add_document(self.document(item))?;
        Ok(())
    }

    /// Takes the item with this address out, if there is one.
    pub fn remove(&mut self, address: &str) {
        self.writer.delete_term(Term::from_field_text(self.fields.address, address));
    }

    /// Takes everything out, also what was not committed yet.
    pub fn clear(&mut self) -> Result<()> {
        // Tantivy's own clearing overlooks items that still wait in memory; rolling back drops them.
        self.writer.rollback()?;
        self.writer.delete_all_documents()?;
        Ok(())
    }

    /// Makes everything since the last commit durable and searchable, at once and together with
    /// `applied`, the number of the last change that it contains.
    pub fn commit(&mut self, applied: u64) -> Result<()> {
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&applied.to_string());
        commit.commit()?;
        // The reader would see the commit by itself, but only half a second later. (It does so to
        // see the commits of another process.)
        self.reader.reload()?;
        tracing::debug!(applied, "search index committed");
        Ok(())
    }

    fn document(&self, item: &Item) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::new();
        document.add_text(fields.address, &item.address);
        document.add_text(fields.kind, item.kind.as_str());
        document.add_text(fields.soort, &item.soort);
        document.add_text(fields.nummer, &item.nummer);
        document.add_text(fields.title, &item.title);
        document.add_text(fields.subject, &item.subject);
        document.add_text(fields.body, &item.body);
        if let Some(date) = item.date {
            document.add_i64(fields.date, date.as_microsecond());
        }
        for headline in [&item.title, &item.subject, &item.soort] {
            document.add_text(fields.headline_exact, headline);
            document.add_text(fields.headline_stemmed, headline);
        }
        for label in [&item.nummer].into_iter().chain(&item.numbers).chain(&item.names) {
            document.add_text(fields.labels, label);
        }
        document.add_text(fields.body_exact, &item.body);
        document.add_text(fields.body_stemmed, &item.body);
        document
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{STORED, Schema};

    use super::*;
    use crate::testing::{TestIndex, document, motions};

    #[test]
    fn what_is_committed_is_found_at_once_and_what_is_not_is_not() {
        let test = TestIndex::empty();
        let mut writer = test.writer();
        writer.put(&document("/document/1", "stikstof")).unwrap();
        assert_eq!(test.find("stikstof"), [""; 0]);
        writer.commit(1).unwrap();
        assert_eq!(test.find("stikstof"), ["/document/1"]);
    }

    #[test]
    fn an_item_takes_the_place_of_the_one_with_its_address() {
        let test = TestIndex::with(&[document("/document/1", "stikstof")]);
        let mut writer = test.writer();
        writer.put(&document("/document/1", "boeren")).unwrap();
        writer.put(&document("/document/1", "natuur")).unwrap();
        writer.commit(2).unwrap();
        assert_eq!(test.find("stikstof OF boeren"), [""; 0]);
        assert_eq!(test.find("natuur"), ["/document/1"]);
        assert_eq!(test.index.items(), 1);
    }

    #[test]
    fn items_are_removed_one_by_one_and_all_together() {
        let test = TestIndex::with(&motions());
        let mut writer = test.writer();
        writer.remove("/document/2024D05258");
        writer.remove("/document/unknown");
        writer.commit(2).unwrap();
        assert_eq!(test.find("sportclubs"), [""; 0]);
        assert_eq!(test.index.items(), 5);

        writer.put(&document("/document/1", "stikstof")).unwrap();
        writer.clear().unwrap();
        writer.put(&document("/document/2", "stikstof")).unwrap();
        writer.commit(0).unwrap();
        assert_eq!(test.find("stikstof"), ["/document/2"]);
        assert_eq!((test.index.items(), test.index.applied().unwrap()), (1, 0));
    }

    #[test]
    fn the_index_and_how_far_it_came_survive_together() {
        let test = TestIndex::empty();
        assert_eq!(test.index.applied().unwrap(), 0);
        let mut writer = test.writer();
        writer.put(&document("/document/1", "stikstof")).unwrap();
        writer.commit(41).unwrap();
        writer.put(&document("/document/2", "stikstof")).unwrap();
        writer.remove("/document/1");
        drop(writer);

        let test = test.reopened();
        assert_eq!(test.index.applied().unwrap(), 41);
        assert_eq!(test.find("stikstof"), ["/document/1"]);
        test.writer().commit(u64::MAX).unwrap();
        assert_eq!(test.reopened().index.applied().unwrap(), u64::MAX);
    }

    #[test]
    fn an_index_is_shared_by_threads() {
        fn is_shared<T: Send + Sync>() {}
        is_shared::<SearchIndex>();
    }

    #[test]
    fn a_second_writer_has_to_wait_for_the_first() {
        let test = TestIndex::empty();
        let first = test.writer();
        assert!(matches!(test.index.writer(0), Err(SearchError::WriterBusy)));
        drop(first);
        assert!(test.index.writer(0).is_ok());
    }

    #[test]
    fn an_index_of_another_version_is_outdated_and_can_be_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = Schema::builder();
        other.add_text_field("title", STORED);
        Index::create_in_dir(folder.path(), other.build()).unwrap();
        assert!(matches!(SearchIndex::open(folder.path()).unwrap(), Opened::Outdated));

        SearchIndex::recreate(folder.path()).unwrap();
        assert!(matches!(SearchIndex::open(folder.path()).unwrap(), Opened::Ready(_)));
    }

    #[test]
    fn a_damaged_index_and_an_impossible_folder_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("meta.json"), "{").unwrap();
        assert!(matches!(SearchIndex::open(folder.path()), Err(SearchError::Index(_))));
        let below_a_file = folder.path().join("meta.json").join("index");
        assert!(matches!(SearchIndex::open(&below_a_file), Err(SearchError::Folder { .. })));
    }
}
