//! Fetching files: newest first, each into the file store, with the outcome in the store.

use std::time::Duration;

use anyhow::{Context, Result};
use content::files::FileError;
use feed::{Download, FetchError};
use jiff::Timestamp;
use store::files::{FileOrigin, FileOutcome, FileTask};
use tokio::task::JoinSet;

use super::{Counters, Pipeline};

/// Files under way at once. The client bounds the requests; this keeps it supplied.
const AT_ONCE: usize = feed::client::PARALLEL;

/// How far the files may go over the budget while they wait to be read.
const UNREAD: u64 = 512 << 20;

/// A missing file may still come: official publications appear days after the document.
const MISSING_AGAIN: Duration = Duration::from_secs(12 * 3600);
const MISSING_TRIES: u32 = 6;

const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    loop {
        if !make_room(&pipeline).await? {
            // The extractor is behind: what it has read gives way.
            if pipeline.wait_for(&pipeline.signals.fetch).await.is_none() {
                return Ok(());
            }
            continue;
        }
        let tasks =
            pipeline.blocking(|store| store.files_to_fetch(Timestamp::now(), 16 * AT_ONCE)).await?;
        if tasks.is_empty() {
            if pipeline.wait_for(&pipeline.signals.fetch).await.is_none() {
                return Ok(());
            }
            continue;
        }
        let mut under_way = JoinSet::new();
        for task in tasks {
            while under_way.len() >= AT_ONCE {
                under_way.join_next().await.context("no fetch under way")???;
            }
            if pipeline.stop.is_cancelled() {
                break;
            }
            under_way.spawn(fetch(pipeline.clone(), task));
        }
        while let Some(fetched) = under_way.join_next().await {
            fetched??;
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// Lets files give way to newer ones, and removes those that nothing refers to any more. Gives whether
/// there is room for more.
async fn make_room(pipeline: &Pipeline) -> Result<bool> {
    let over = match pipeline.limits.budget {
        Some(budget) => pipeline.blocking(move |store| store.make_room(budget)).await?,
        None => 0,
    };
    // No file is being fetched now, so none of these is on its way in again.
    loop {
        let discarded = pipeline.blocking(|store| store.discarded(1_000)).await?;
        if discarded.is_empty() {
            return Ok(over <= UNREAD);
        }
        let (store, files) = (pipeline.store.clone(), pipeline.files.clone());
        tokio::task::spawn_blocking(move || -> Result<()> {
            for sha256 in discarded {
                files.remove(sha256.parse()?)?;
                store.file_removed(&sha256)?;
            }
            Ok(())
        })
        .await??;
    }
}

async fn fetch(pipeline: Pipeline, task: FileTask) -> Result<()> {
    let Some(fetched) = pipeline.unless_stopped(download(&pipeline, &task)).await else {
        return Ok(());
    };
    let outcome = match fetched {
        Ok(outcome) => outcome,
        Err(Failure::Fetch(error)) => failed(&task, &error),
        // A folder that cannot be written is no file's problem: stop, and say so.
        Err(Failure::Disk(error)) => match error {
            FileError::TooLarge { .. } => FileOutcome::GivenUp { problem: error.to_string() },
            other => return Err(other.into()),
        },
    };
    if let FileOutcome::Retry { problem, .. } | FileOutcome::GivenUp { problem } = &outcome {
        let locator = task.locator.as_str();
        tracing::debug!(locator, problem, "file not fetched");
    }
    pipeline.blocking(move |store| store.file_fetched(&task, &outcome)).await?;
    Counters::add(&pipeline.counters.fetched, 1);
    pipeline.signals.extract.notify_one();
    Ok(())
}

enum Failure {
    Fetch(FetchError),
    Disk(FileError),
}

async fn download(pipeline: &Pipeline, task: &FileTask) -> Result<FileOutcome, Failure> {
    let mut download: Download = match task.origin {
        FileOrigin::Resource => pipeline.client.resource(task.entity).await,
        FileOrigin::Publication => pipeline.client.publication(&task.locator).await,
    }
    .map_err(Failure::Fetch)?;
    let mut writer = pipeline.files.writer(pipeline.limits.largest).map_err(Failure::Disk)?;
    while let Some(chunk) = download.chunk().await.map_err(Failure::Fetch)? {
        tokio::task::block_in_place(|| writer.write(&chunk)).map_err(Failure::Disk)?;
    }
    let stored = tokio::task::block_in_place(|| writer.finish()).map_err(Failure::Disk)?;
    Ok(FileOutcome::Stored { sha256: stored.sha256.to_string(), size: stored.size })
}

fn failed(task: &FileTask, error: &FetchError) -> FileOutcome {
    let problem = error.to_string();
    if error.is_missing() {
        return if task.attempts + 1 < MISSING_TRIES {
            FileOutcome::Retry { problem, after: MISSING_AGAIN }
        } else {
            FileOutcome::GivenUp { problem }
        };
    }
    if !error.is_transient() {
        return FileOutcome::GivenUp { problem };
    }
    let doubled =
        Duration::from_secs(10).saturating_mul(2_u32.saturating_pow(task.attempts.min(16)));
    let after = doubled.max(error.retry_after().unwrap_or_default()).min(LONGEST_PAUSE);
    FileOutcome::Retry { problem, after }
}
