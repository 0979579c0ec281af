//! Bringing the index up to date: from the change log to searchable items. The number of the last
//! change that was handled is committed with the index itself, so the two cannot disagree.

mod item;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use search::{DEFAULT_MEMORY_BUDGET, IndexWriter, Rebuild, SearchIndex};
use store::Store;
use store::read::index::{Touched, addresses_of, indexed, touched_by};
use tokio_util::sync::CancellationToken;

use super::{Counters, Pipeline};

/// Changes handled between two commits of the index.
const BATCH: usize = 4_000;
/// The same when nobody waits for what is in them: the more, the fewer pages are written twice.
const LARGE_BATCH: usize = 50_000;

/// Pages that are read from the store at once and are in memory together.
const PAGES: usize = 500;

pub(super) async fn run(pipeline: Pipeline, index: Arc<SearchIndex>) -> Result<()> {
    let mut writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
    loop {
        let for_batch = (pipeline.clone(), index.clone());
        let (returned, handled) = tokio::task::spawn_blocking(move || {
            let (pipeline, index) = for_batch;
            let writer = if index.is_written_by(&writer) {
                writer
            } else {
                // `griffier index --rebuild` has made another one.
                drop(writer);
                let writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
                index.forget_older()?;
                tracing::info!("a new search index serves");
                writer
            };
            let mut writer = writer;
            let handled = handle_batch(&pipeline.store, &mut writer, &pipeline.stop, BATCH);
            anyhow::Ok((writer, handled))
        })
        .await??;
        writer = returned;
        match handled? {
            Some(pages) => Counters::add(&pipeline.counters.indexed, pages),
            None if pipeline.wait_for(&pipeline.signals.index).await.is_none() => return Ok(()),
            None => {}
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
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
    drop(writer);
    if stop.is_cancelled() {
        tracing::info!("the new search index was not finished; the old one stays");
        return Ok(());
    }
    rebuild.finish()?;
    Ok(())
}

fn handle_all(store: &Store, writer: &mut IndexWriter, stop: &CancellationToken) -> Result<()> {
    while let Some(pages) = handle_batch(store, writer, stop, LARGE_BATCH)? {
        let (applied, last) = (writer.applied()?, store.last_change()?);
        tracing::info!("{pages} pages indexed; change {applied} of {last}");
    }
    Ok(())
}

/// Handles the next changes, and gives the number of pages that they touched; `None` if there was no
/// change, or if it was time to stop: nothing of the batch is committed then, and it is done again at the
/// next start.
fn handle_batch(
    store: &Store,
    writer: &mut IndexWriter,
    stop: &CancellationToken,
    batch: usize,
) -> Result<Option<usize>> {
    let applied = i64::try_from(writer.applied()?)?;
    let changes = store.changes_after(applied, batch)?;
    let Some(last) = changes.last().map(|change| change.number) else { return Ok(None) };

    let touched = touched_by(&store.reader()?, &changes)?;
    let mut left = touched.iter().copied();
    loop {
        let pages: BTreeSet<Touched> = left.by_ref().take(PAGES).collect();
        if pages.is_empty() {
            break;
        }
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
    Ok(Some(touched.len()))
}

/// Puts pages as they are now in the place of what they were, and takes out those that say nothing any
/// more.
fn put(store: &Store, writer: &mut IndexWriter, mut pages: BTreeSet<Touched>) -> Result<()> {
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
