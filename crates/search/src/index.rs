//! The index on disk: opening it, writing to it, how far it has come, and replacing it by a new one
//! while it serves.
//!
//! ```text
//! index/current   the number of the generation that serves
//! index/7/        that generation, an index of tantivy
//! index/8/        one that is being made; it serves once `current` names it
//! index/making    locked by the process that begins a generation; empty
//! ```
//!
//! Every process that has the index open looks at `current` now and then and follows.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tantivy::collector::{Count, DocSetCollector};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::query::{AllQuery, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{Index, IndexReader, TantivyDocument, TantivyError, Term};

use crate::schema::{self, Facet, Fields};
use crate::{Item, Result, SearchError, calendar, dutch, fold};

/// The memory that a writer takes for itself, if there is no reason for more or less.
pub const DEFAULT_MEMORY_BUDGET: usize = 50_000_000;
/// Tantivy does not start a writer with less.
const MIN_MEMORY_BUDGET: usize = 15_000_000;

/// The file that names the generation that serves.
const CURRENT: &str = "current";
/// How long a generation is taken to be the one that serves before looking again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// An index, ready to be searched and written to. One suffices for all threads.
pub struct SearchIndex {
    folder: PathBuf,
    /// The generation that serves, and when that was last seen to be so.
    serving: Mutex<(Arc<Generation>, Instant)>,
}

/// One of the indexes in the folder.
pub(crate) struct Generation {
    number: u64,
    pub(crate) index: Index,
    pub(crate) fields: Fields,
    pub(crate) reader: IndexReader,
}

/// What [`SearchIndex::open`] found.
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
        make_folder(folder)?;
        let number = match current(folder)? {
            Some(number) => number,
            // An index of the time before there were generations.
            None if folder.join("meta.json").exists() => return Ok(Opened::Outdated),
            None => alone(folder, || match current(folder)? {
                // Another process came first.
                Some(number) => Ok(number),
                None => {
                    let number = next_number(folder)?;
                    Generation::open(folder, number)?;
                    set_current(folder, number)?;
                    Ok(number)
                }
            })?,
        };
        let Some(generation) = Generation::open(folder, number)? else {
            return Ok(Opened::Outdated);
        };
        let serving = Mutex::new((Arc::new(generation), Instant::now()));
        Ok(Opened::Ready(Self { folder: folder.to_owned(), serving }))
    }

    /// Makes a new, empty index in a folder. Whatever the folder contains is lost.
    pub fn recreate(folder: &Path) -> Result<Self> {
        if folder.exists() {
            remove(folder)?;
        }
        match Self::open(folder)? {
            Opened::Ready(index) => Ok(index),
            Opened::Outdated => Err(SearchError::damaged("a new index is outdated".into())),
        }
    }

    /// Whether there is an item with this address.
    pub fn contains(&self, address: &str) -> Result<bool> {
        let generation = self.serving();
        let term = Term::from_field_text(generation.fields.address, address);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        Ok(generation.reader.searcher().search(&query, &Count)? > 0)
    }

    /// Starts the one writer. Adding items takes `memory_budget` bytes, divided over the cores.
    ///
    /// Fails with [`SearchError::WriterBusy`] as long as another one exists.
    pub fn writer(&self, memory_budget: usize) -> Result<IndexWriter> {
        self.serving().writer(memory_budget)
    }

    /// Whether what this writer writes is (still) what is searched in.
    pub fn is_written_by(&self, writer: &IndexWriter) -> bool {
        self.serving().number == writer.generation.number
    }

    /// The number of the last change that the index on disk contains, 0 at the beginning: where
    /// feeding it must go on, also after a crash.
    pub fn applied(&self) -> Result<u64> {
        self.serving().applied()
    }

    /// How many items can be found.
    pub fn items(&self) -> u64 {
        self.serving().reader.searcher().num_docs()
    }

    /// Removes the indexes from before the one that serves. For the process that writes to it: then
    /// nobody writes to those any more. Who still reads one keeps what is open.
    pub fn forget_older(&self) -> Result<()> {
        let number = self.serving().number;
        for older in generations(&self.folder)?.into_iter().filter(|older| *older < number) {
            remove(&self.folder.join(older.to_string()))?;
        }
        Ok(())
    }

    /// Every item with all its words, to compare the ranking with that of others.
    #[doc(hidden)]
    pub fn texts_for_test(&self) -> Result<Vec<(String, String)>> {
        let generation = self.serving();
        let fields = &generation.fields;
        let searcher = generation.reader.searcher();
        let all = searcher.search(&AllQuery, &DocSetCollector)?;
        let item = |document| -> Result<(String, String)> {
            let document: TantivyDocument = searcher.doc(document)?;
            let text =
                |field| document.get_first(field).and_then(|it| it.as_str()).unwrap_or_default();
            let soort = fields.column(Facet::Soort);
            let words = [fields.title, fields.subject, soort, fields.labels, fields.body].map(text);
            Ok((text(fields.address).to_owned(), words.join("\n")))
        };
        all.into_iter().map(item).collect()
    }

    /// The generation that serves now.
    pub(crate) fn serving(&self) -> Arc<Generation> {
        let mut serving = self.lock();
        if serving.1.elapsed() > LOOK_AGAIN {
            serving.1 = Instant::now();
            match current(&self.folder) {
                Ok(Some(number)) if number != serving.0.number => {
                    match Generation::open(&self.folder, number) {
                        Ok(Some(generation)) => serving.0 = Arc::new(generation),
                        // Of another version of the program: not for this process.
                        Ok(None) => {}
                        Err(error) => tracing::warn!("the new search index: {error}"),
                    }
                }
                Ok(_) => {}
                Err(error) => tracing::warn!("the search index: {error}"),
            }
        }
        serving.0.clone()
    }

    fn lock(&self) -> MutexGuard<'_, (Arc<Generation>, Instant)> {
        // What is in it is whole at any moment.
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new index that is made beside the one that serves.
pub struct Rebuild {
    folder: PathBuf,
    generation: Arc<Generation>,
}

impl Rebuild {
    /// Begins a new, empty index in a folder where another one may be serving.
    pub fn begin(folder: &Path) -> Result<Self> {
        make_folder(folder)?;
        let new = alone(folder, || Generation::open(folder, next_number(folder)?))?;
        match new {
            Some(generation) => {
                Ok(Self { folder: folder.to_owned(), generation: Arc::new(generation) })
            }
            None => Err(SearchError::damaged("a new index is outdated".into())),
        }
    }

    /// Starts its one writer; see [`SearchIndex::writer`].
    pub fn writer(&self, memory_budget: usize) -> Result<IndexWriter> {
        self.generation.writer(memory_budget)
    }

    /// Lets the new index serve. The writer has to be dropped before.
    ///
    /// The old one stays in the folder, because another process may be writing to it; see
    /// [`SearchIndex::forget_older`].
    pub fn finish(self) -> Result<()> {
        set_current(&self.folder, self.generation.number)
    }

    /// Gives it up. The writer has to be dropped before.
    pub fn abandon(self) -> Result<()> {
        remove(&self.folder.join(self.generation.number.to_string()))
    }
}

impl Generation {
    /// Opens a generation, or makes it; none if another version of the program made it.
    fn open(folder: &Path, number: u64) -> Result<Option<Self>> {
        let folder = folder.join(number.to_string());
        make_folder(&folder)?;
        let directory = MmapDirectory::open(&folder).map_err(TantivyError::from)?;
        let (schema, fields) = schema::schema();
        let index = if Index::exists(&directory).map_err(TantivyError::from)? {
            Index::open(directory)
        } else {
            Index::open_or_create(directory, schema.clone())
        };
        let mut index = match index {
            Ok(index) if index.schema() == schema => index,
            Ok(_) | Err(TantivyError::IncompatibleIndex(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        index.set_tokenizers(schema::analysers());
        match index.reader() {
            Ok(reader) => Ok(Some(Self { number, index, fields, reader })),
            Err(TantivyError::IncompatibleIndex(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn applied(&self) -> Result<u64> {
        let Some(payload) = self.index.load_metas()?.payload else { return Ok(0) };
        payload
            .parse()
            .map_err(|_| SearchError::damaged(format!("the last commit applied {payload:?}")))
    }

    fn writer(self: &Arc<Self>, memory_budget: usize) -> Result<IndexWriter> {
        match self.index.writer(memory_budget.max(MIN_MEMORY_BUDGET)) {
            Ok(writer) => Ok(IndexWriter { writer, generation: self.clone() }),
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => Err(SearchError::WriterBusy),
            Err(error) => Err(error.into()),
        }
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .map_err(|source| SearchError::Folder { folder: folder.into(), source })
}

fn remove(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder)
        .map_err(|source| SearchError::Folder { folder: folder.into(), source })
}

/// Makes something in a folder while no other process does so.
fn alone<T>(folder: &Path, make: impl FnOnce() -> Result<T>) -> Result<T> {
    let failed = |source| SearchError::Folder { folder: folder.into(), source };
    let lock = File::create(folder.join("making")).map_err(failed)?;
    // Let go of when it is closed, also if this process ends.
    lock.lock().map_err(failed)?;
    make()
}

/// The generations in a folder, whole or not.
fn generations(folder: &Path) -> Result<Vec<u64>> {
    let failed = |source| SearchError::Folder { folder: folder.into(), source };
    let names = fs::read_dir(folder).map_err(failed)?.filter_map(std::result::Result::ok);
    Ok(names.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
}

fn next_number(folder: &Path) -> Result<u64> {
    Ok(generations(folder)?.into_iter().max().unwrap_or_default() + 1)
}

/// The generation that serves; none if none was made yet.
fn current(folder: &Path) -> Result<Option<u64>> {
    let path = folder.join(CURRENT);
    match fs::read_to_string(&path) {
        Ok(text) => text
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| SearchError::damaged(format!("{} says {text:?}", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SearchError::Folder { folder: folder.into(), source }),
    }
}

/// Names the generation that serves, in one step: whoever looks sees the old name or the new one.
fn set_current(folder: &Path, number: u64) -> Result<()> {
    let temporary = folder.join(format!("{CURRENT}.new"));
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(number.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, folder.join(CURRENT))?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|source| SearchError::Folder { folder: folder.into(), source })
}

/// The one writer of an index. What it does is neither on disk nor to be found before
/// [`IndexWriter::commit`]; dropping it forgets what was not committed.
pub struct IndexWriter {
    writer: tantivy::IndexWriter,
    generation: Arc<Generation>,
}

impl IndexWriter {
    /// Adds what is on a page, in the place of all that was on it before.
    pub fn put(&mut self, page: &str, items: &[Item]) -> Result<()> {
        self.remove(page);
        for item in items {
            debug_assert_eq!(item.page(), page, "an item of another page");
            self.writer.add_document(document(&self.generation.fields, item))?;
        }
        Ok(())
    }

    /// Takes out all that is on a page.
    pub fn remove(&mut self, page: &str) {
        self.writer.delete_term(Term::from_field_text(self.generation.fields.page, page));
    }

    /// The number of the last change that was committed; see [`SearchIndex::applied`].
    pub fn applied(&self) -> Result<u64> {
        self.generation.applied()
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
        self.generation.reader.reload()?;
        tracing::debug!(applied, "search index committed");
        Ok(())
    }

    /// Ends it, after what is still being done in the background: putting small parts of the index
    /// together, which makes searching faster.
    pub fn finish(self) -> Result<()> {
        self.writer.wait_merging_threads()?;
        self.generation.reader.reload()?;
        Ok(())
    }
}

/// An item as the index holds it.
pub(crate) fn document(fields: &Fields, item: &Item) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_text(fields.address, &item.address);
    document.add_text(fields.page, item.page());
    document.add_text(fields.nummer, &item.nummer);
    document.add_text(fields.title, &item.title);
    document.add_text(fields.subject, &item.subject);
    document.add_text(fields.body, &item.body);
    if let Some(date) = item.date {
        document.add_i64(fields.date, date.as_microsecond());
        document.add_i64(fields.month, calendar::month(date));
    }
    let fold::Fingerprint { group, text } = fold::fingerprint(item);
    document.add_u64(fields.group, group);
    document.add_u64(fields.fingerprint, text);

    document.add_text(fields.title_exact, &item.title);
    document.add_text(fields.title_stemmed, &item.title);
    for subject in [&item.subject, &item.soort] {
        document.add_text(fields.subject_exact, subject);
        document.add_text(fields.subject_stemmed, subject);
    }
    document.add_text(fields.body_exact, &item.body);
    document.add_text(fields.body_stemmed, &item.body);
    for words in [&item.title, &item.subject, &item.soort, &item.body] {
        document.add_text(fields.any, words);
    }
    let persons = item.personen.iter().map(|person| &person.name);
    let labels: Vec<&String> = [&item.nummer]
        .into_iter()
        .chain(&item.numbers)
        .chain(&item.names)
        .chain(persons)
        .filter(|label| !label.is_empty())
        .collect();
    for label in &labels {
        document.add_text(fields.labels_exact, label);
        document.add_text(fields.any, label);
    }
    let joined: Vec<&str> = labels.iter().map(|label| String::as_str(label)).collect();
    document.add_text(fields.labels, joined.join(" · "));

    for name in &item.known_as {
        if let Some(name) = dutch::whole_name(name) {
            document.add_text(fields.known_as, name);
        }
    }
    add_facets(fields, &mut document, item);
    document
}

fn add_facets(fields: &Fields, document: &mut TantivyDocument, item: &Item) {
    let kind = item.kind.as_str();
    document.add_text(fields.column(Facet::Kind), kind);
    document.add_text(fields.column(Facet::Soort), &item.soort);
    document.add_text(fields.words(Facet::Soort), &item.soort);
    document.add_text(fields.words(Facet::Soort), kind);
    for (facet, labels) in [
        (Facet::Fractie, &item.fracties),
        (Facet::Persoon, &item.personen),
        (Facet::Ministerie, &item.ministeries),
        (Facet::Commissie, &item.commissies),
        (Facet::Dossier, &item.dossiers),
    ] {
        let mut sorted: Vec<_> = labels.iter().collect();
        sorted.sort();
        sorted.dedup_by(|one, other| one.name == other.name);
        for label in sorted {
            document.add_text(fields.column(facet), &label.name);
            for name in [&label.name].into_iter().chain(&label.also) {
                document.add_text(fields.words(facet), name);
            }
        }
    }
    for name in item.indieners.iter().flat_map(|it| [&it.name].into_iter().chain(&it.also)) {
        document.add_text(fields.indieners, name);
    }
    for status in &item.status {
        document.add_text(fields.status, status);
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
        writer.put("/document/1", &[document("/document/1", "stikstof")]).unwrap();
        assert_eq!(test.find("stikstof"), [""; 0]);
        writer.commit(1).unwrap();
        assert_eq!(test.find("stikstof"), ["/document/1"]);
    }

    #[test]
    fn an_item_takes_the_place_of_the_one_with_its_address() {
        let test = TestIndex::with(&[document("/document/1", "stikstof")]);
        let mut writer = test.writer();
        writer.put("/document/1", &[document("/document/1", "boeren")]).unwrap();
        writer.put("/document/1", &[document("/document/1", "natuur")]).unwrap();
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

        writer.put("/document/1", &[document("/document/1", "stikstof")]).unwrap();
        writer.clear().unwrap();
        writer.put("/document/2", &[document("/document/2", "stikstof")]).unwrap();
        writer.commit(0).unwrap();
        assert_eq!(test.find("stikstof"), ["/document/2"]);
        assert_eq!((test.index.items(), test.index.applied().unwrap()), (1, 0));
    }

    #[test]
    fn a_page_is_replaced_with_all_that_is_on_it() {
        let speech = |id: &str, text: &str| document(&format!("/verslag/1#s-{id}"), text);
        let test = TestIndex::empty();
        let mut writer = test.writer();
        writer.put("/verslag/1", &[speech("a", "stikstof"), speech("b", "stikstof")]).unwrap();
        writer.commit(1).unwrap();
        assert_eq!(test.find("stikstof"), ["/verslag/1#s-a", "/verslag/1#s-b"]);
        writer.put("/verslag/1", &[speech("c", "stikstof")]).unwrap();
        writer.commit(2).unwrap();
        assert_eq!(test.find("stikstof"), ["/verslag/1#s-c"]);
        writer.remove("/verslag/1");
        writer.commit(3).unwrap();
        assert_eq!(test.index.items(), 0);
    }

    #[test]
    fn a_new_index_is_made_while_the_old_one_serves_and_then_takes_its_place() {
        let test = TestIndex::with(&[document("/document/1", "stikstof")]);
        let mut old = test.writer();
        let rebuild = Rebuild::begin(test.folder.path()).unwrap();
        let mut new = rebuild.writer(0).unwrap();
        new.put("/document/2", &[document("/document/2", "stikstof")]).unwrap();
        new.commit(7).unwrap();
        assert_eq!(test.find("stikstof"), ["/document/1"]);
        assert!(test.index.is_written_by(&old));

        let given_up = Rebuild::begin(test.folder.path()).unwrap();
        given_up.abandon().unwrap();
        drop(new);
        rebuild.finish().unwrap();
        std::thread::sleep(LOOK_AGAIN * 2);
        assert_eq!(test.find("stikstof"), ["/document/2"]);
        assert_eq!(test.index.applied().unwrap(), 7);
        // Who wrote to the old one can go on, and see that it is the old one.
        old.commit(2).unwrap();
        assert!(!test.index.is_written_by(&old));
        drop(old);
        test.index.forget_older().unwrap();
        assert_eq!(generations(test.folder.path()).unwrap(), [2]);
        assert_eq!(test.reopened().find("stikstof"), ["/document/2"]);
    }

    #[test]
    fn the_index_and_how_far_it_came_survive_together() {
        let test = TestIndex::empty();
        assert_eq!(test.index.applied().unwrap(), 0);
        let mut writer = test.writer();
        writer.put("/document/1", &[document("/document/1", "stikstof")]).unwrap();
        writer.commit(41).unwrap();
        writer.put("/document/2", &[document("/document/2", "stikstof")]).unwrap();
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
        fs::write(folder.path().join(CURRENT), "1").unwrap();
        fs::create_dir(folder.path().join("1")).unwrap();
        Index::create_in_dir(folder.path().join("1"), other.build()).unwrap();
        assert!(matches!(SearchIndex::open(folder.path()).unwrap(), Opened::Outdated));

        SearchIndex::recreate(folder.path()).unwrap();
        assert!(matches!(SearchIndex::open(folder.path()).unwrap(), Opened::Ready(_)));
    }

    #[test]
    fn a_damaged_index_and_an_impossible_folder_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CURRENT), "7").unwrap();
        fs::create_dir(folder.path().join("7")).unwrap();
        fs::write(folder.path().join("7").join("meta.json"), "{").unwrap();
        assert!(matches!(SearchIndex::open(folder.path()), Err(SearchError::Index(_))));
        let below_a_file = folder.path().join(CURRENT).join("index");
        assert!(matches!(SearchIndex::open(&below_a_file), Err(SearchError::Folder { .. })));
    }
}
