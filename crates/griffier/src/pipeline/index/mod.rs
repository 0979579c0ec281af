//! Bringing the index up to date: from the change log to searchable items. The number of the last
//! change that was handled is committed with the index itself, so the two cannot disagree.

mod item;

pub(super) use self::item::items;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use search::{DEFAULT_MEMORY_BUDGET, IndexWriter, Rebuild, SearchIndex};
use store::Store;
use store::read::index::{Touched, addresses_of, indexed, touched_by};
use tokio_util::sync::CancellationToken;

use super::{Counters, Pipeline};

/// Changes handled between two commits of the index, at most. Pages that several of them touch are
/// read once.
const BATCH: usize = 16_000;
/// The same when nobody waits for what is in them.
const LARGE_BATCH: usize = 100_000;

/// Changes, and pages, that are read from one moment of the store: a long look back keeps its
/// write-ahead log from being begun anew.
const READ_AT_ONCE: usize = 500;

/// While what is older is filled up as fast as it can be stored, storing goes first: the index rests so
/// many times as long as it worked.
const REST: u32 = 3;

pub(super) async fn run(pipeline: Pipeline, index: Arc<SearchIndex>) -> Result<()> {
    let mut writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
    loop {
        let began = Instant::now();
        let for_batch = (pipeline.clone(), index.clone());
        let (returned, handled) = tokio::task::spawn_blocking(move || {
            let (pipeline, index) = for_batch;
            let mut writer = up_to_date(&index, writer)?;
            let handled = handle_batch(&pipeline.store, &mut writer, &pipeline.stop, BATCH);
            anyhow::Ok((writer, handled))
        })
        .await??;
        writer = returned;
        match handled? {
            Some(handled) => {
                Counters::add(&pipeline.counters.indexed, handled.pages);
                if handled.is_behind && !handled.has_news {
                    pipeline.while_filling_up(began.elapsed() * REST).await;
                }
            }
            None if pipeline.wait_for(&pipeline.signals.index).await.is_none() => return Ok(()),
            None => {}
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// The writer of the index that serves: another one if `griffier index --rebuild` has made that anew.
fn up_to_date(index: &SearchIndex, writer: IndexWriter) -> Result<IndexWriter> {
    if index.is_written_by(&writer) {
        return Ok(writer);
    }
    drop(writer);
    let writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
    index.forget_older()?;
    tracing::info!("a new search index serves");
    Ok(writer)
}

/// Brings the index up to date, and ends.
///
/// # Errors
/// What the store or the index reports.
pub(crate) fn catch_up(store: &Store, index: &SearchIndex, stop: &CancellationToken) -> Result<()> {
    let mut writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
    index.forget_older()?;
    handle_all(store, &mut writer, stop)
}

/// Makes a new index beside the one in a folder, which goes on serving, and then puts it in its place.
///
/// # Errors
/// What the store or the index reports. The old index then goes on serving.
pub(crate) fn rebuild(store: &Store, folder: &Path, stop: &CancellationToken) -> Result<()> {
    let rebuild = Rebuild::begin(folder)?;
    let mut writer = rebuild.writer(DEFAULT_MEMORY_BUDGET)?;
    handle_all(store, &mut writer, stop)?;
    writer.finish()?;
    if stop.is_cancelled() {
        tracing::info!("the new search index was not finished; the old one stays");
        return Ok(rebuild.abandon()?);
    }
    rebuild.finish()?;
    Ok(())
}

fn handle_all(store: &Store, writer: &mut IndexWriter, stop: &CancellationToken) -> Result<()> {
    while let Some(handled) = handle_batch(store, writer, stop, LARGE_BATCH)? {
        let (applied, last) = (writer.applied()?, store.last_change()?);
        tracing::info!("{} pages indexed; change {applied} of {last}", handled.pages);
    }
    Ok(())
}

/// What came of a batch.
struct Handled {
    /// How many pages were indexed.
    pages: usize,
    /// Whether there are most likely more changes.
    is_behind: bool,
    /// Whether any of it is news.
    has_news: bool,
}

/// Handles the next changes, so many at most; `None` if there was none, or if it was time to stop:
/// nothing of the batch is committed then, and it is done again at the next start.
fn handle_batch(
    store: &Store,
    writer: &mut IndexWriter,
    stop: &CancellationToken,
    batch: usize,
) -> Result<Option<Handled>> {
    let applied = i64::try_from(writer.applied()?)?;
    let changes = store.changes_after(applied, batch)?;
    let Some(last) = changes.last().map(|change| change.number) else { return Ok(None) };

    let mut touched = BTreeSet::new();
    for changes in changes.chunks(READ_AT_ONCE) {
        touched.extend(touched_by(&store.reader()?, changes)?);
    }
    let touched = Vec::from_iter(touched);
    for pages in touched.chunks(READ_AT_ONCE) {
        if stop.is_cancelled() {
            return Ok(None);
        }
        put(store, writer, pages)?;
    }
    let reader = store.reader()?;
    for old in changes.iter().filter_map(|change| change.old_address.as_deref()) {
        if !store::read::search::is_known(&reader, old)? {
            writer.remove(old);
        }
    }
    drop(reader);
    writer.commit(u64::try_from(last)?)?;
    Ok(Some(Handled {
        pages: touched.len(),
        is_behind: changes.len() == batch,
        has_news: changes.iter().any(|change| change.news),
    }))
}

/// Puts pages as they are now in the place of what they were, and takes out those that say nothing any
/// more.
fn put(store: &Store, writer: &mut IndexWriter, pages: &[Touched]) -> Result<()> {
    let mut pages: BTreeSet<Touched> = pages.iter().copied().collect();
    let reader = store.reader()?;
    let mut all = Vec::with_capacity(pages.len());
    for (page, indexed) in indexed(&reader, &pages)? {
        let items = item::items(&reader, indexed)?;
        if !items.is_empty() {
            pages.remove(&page);
            all.push(items);
        }
    }
    let gone = addresses_of(&reader, &pages)?;
    // Nothing is read any more: the log of the database can be shortened while the index works.
    drop(reader);
    for items in &all {
        if let Some(first) = items.first() {
            writer.put(first.page(), items)?;
        }
    }
    for address in gone {
        writer.remove(&address);
    }
    Ok(())
}
