//! Filling up what was published before following began, from the beginning of the feed on. It makes
//! no news.

use std::time::Instant;

use anyhow::{Context, Result};
use feed::Page;
use model::{Category, Token};
use store::cursor::{FILLED_AT_ONCE, Pass};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{Pipeline, apply, page, wait_after_failure};

/// How many pages are read ahead of writing, per category.
const READ_AHEAD: usize = 3;
/// How many entries are written in one transaction, or the rest of a page more.
const AT_ONCE: usize = 1_000;

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    let mut filling = JoinSet::new();
    for category in Category::ALL.iter().copied() {
        let Some(cursor) = pipeline.blocking(move |store| store.cursor(category)).await? else {
            continue;
        };
        if cursor.complete_at.is_some() || cursor.start == 0 {
            continue;
        }
        if filling.len() >= FILLED_AT_ONCE as usize {
            filling.join_next().await.context("nothing is being filled up")???;
        }
        if pipeline.stop.is_cancelled() {
            break;
        }
        filling.spawn(fill(pipeline.clone(), category, cursor.backfill, cursor.start));
    }
    while let Some(filled) = filling.join_next().await {
        filled??;
    }
    pipeline.filling_up.send_replace(false);
    Ok(())
}

/// Fills up one category, from where it was to where following began. Pages are read ahead while
/// others are written, and written together as far as they are there: a transaction of many entries
/// writes far fewer pages of the database than many of few.
async fn fill(pipeline: Pipeline, category: Category, after: Token, start: Token) -> Result<()> {
    let (read, pages) = mpsc::channel(READ_AHEAD);
    let reading = read_on(&pipeline, category, after, start, read);
    let writing = write(&pipeline, category, after, pages);
    let ((), reached) = tokio::try_join!(reading, writing)?;
    if reached < start {
        // It was time to stop.
        return Ok(());
    }
    pipeline.blocking(move |store| store.filled_up(category)).await
}

/// A page, and where filling up is once it is written.
struct Read {
    page: Page,
    reached: Token,
}

async fn read_on(
    pipeline: &Pipeline,
    category: Category,
    mut after: Token,
    start: Token,
    read: mpsc::Sender<Read>,
) -> Result<()> {
    let mut failures = 0;
    while after < start {
        let Some(answer) = pipeline.unless_stopped(page(pipeline, category, after)).await else {
            return Ok(());
        };
        let mut page = match answer {
            Ok(page) => page,
            Err(error) => {
                failures += 1;
                if wait_after_failure(pipeline, category, failures, &error).await?.is_none() {
                    return Ok(());
                }
                continue;
            }
        };
        failures = 0;
        // Without a token to go on with, or one that leads nowhere, this is the end.
        let next = page.next.filter(|next| *next > after && !page.entries.is_empty());
        // What lies after the start was or will be followed, as news.
        page.entries.retain(|entry| entry.token <= start);
        after = next.unwrap_or(start).min(start);
        if read.send(Read { page, reached: after }).await.is_err() {
            // Writing failed, and says so itself.
            return Ok(());
        }
    }
    Ok(())
}

/// Writes pages as they come, and gives how far that came.
async fn write(
    pipeline: &Pipeline,
    category: Category,
    after: Token,
    mut pages: mpsc::Receiver<Read>,
) -> Result<Token> {
    let mut written = after;
    let mut since = Instant::now();
    while let Some(Read { mut page, mut reached }) = pages.recv().await {
        while page.entries.len() < AT_ONCE
            && let Ok(more) = pages.try_recv()
        {
            page.entries.extend(more.page.entries);
            page.oddities.extend(more.page.oddities);
            reached = more.reached;
        }
        let spent = since.elapsed();
        since = Instant::now();
        apply(pipeline, category, page, Pass::Backfill(spent), Some(reached)).await?;
        written = reached;
    }
    Ok(written)
}
