//! Filling up what was published before following began, from the beginning of the feed on. It makes
//! no news.

use std::time::Instant;

use anyhow::{Context, Result};
use model::{Category, Token};
use store::cursor::{FILLED_AT_ONCE, Pass};
use tokio::task::JoinSet;

use super::{Pipeline, apply, page, wait_after_failure};

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

/// Fills up one category, from where it was to where following began.
async fn fill(
    pipeline: Pipeline,
    category: Category,
    mut after: Token,
    start: Token,
) -> Result<()> {
    let mut failures = 0;
    while after < start {
        let began = Instant::now();
        let Some(answer) = pipeline.unless_stopped(page(&pipeline, category, after)).await else {
            return Ok(());
        };
        let mut page = match answer {
            Ok(page) => page,
            Err(error) => {
                failures += 1;
                if wait_after_failure(&pipeline, category, failures, &error).await?.is_none() {
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
        apply(&pipeline, category, page, Pass::Backfill(began.elapsed()), Some(after)).await?;
    }
    pipeline.blocking(move |store| store.filled_up(category)).await
}
