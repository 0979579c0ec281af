//! Extracting text: each file that is here and not yet read by this version of the extractor, in a
//! child process that a file may crash.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use content::files::ContentHash;
use content::{EXTRACTOR_VERSION, ExtractError, Extractor, numbered_questions};
use store::files::ExtractedRow;
use tokio::task::JoinSet;

use super::{Counters, Pipeline};

/// How long one file may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Files read between two looks at what is to be done.
const BATCH: usize = 64;

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let mut idle: Vec<Extractor> = (0..workers)
        .map(|_| {
            Extractor::new(pipeline.program.clone(), vec!["extract-worker".into()], TIME_LIMIT)
        })
        .collect();
    pipeline.blocking(|store| store.extract_again_before(EXTRACTOR_VERSION)).await?;
    loop {
        let hashes = pipeline.blocking(|store| store.files_to_extract(BATCH)).await?;
        if hashes.is_empty() {
            if pipeline.wait_for(&pipeline.signals.extract).await.is_none() {
                return Ok(());
            }
            continue;
        }
        let mut under_way = JoinSet::new();
        for sha256 in hashes {
            if idle.is_empty() {
                idle.push(under_way.join_next().await.context("no extractor")???);
            }
            if pipeline.stop.is_cancelled() {
                break;
            }
            let Some(extractor) = idle.pop() else { break };
            under_way.spawn(extract(pipeline.clone(), extractor, sha256));
        }
        while let Some(extractor) = under_way.join_next().await {
            idle.push(extractor??);
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// Reads one file, and gives the extractor back.
async fn extract(
    pipeline: Pipeline,
    mut extractor: Extractor,
    sha256: String,
) -> Result<Extractor> {
    let hash: ContentHash = sha256.parse()?;
    let path = pipeline.files.path(hash);
    let Some(result) = pipeline.unless_stopped(extractor.extract(&path)).await else {
        return Ok(extractor);
    };
    let format = match &result {
        Ok(extracted) => Some(extracted.format),
        Err(ExtractError::Unsupported(format)) => Some(*format),
        Err(_) => None,
    };
    let format = format.map(|format| format.name().to_owned());
    let row = match result {
        Ok(extracted) => ExtractedRow {
            extractor: EXTRACTOR_VERSION,
            format,
            problem: None,
            words: u64::try_from(extracted.content.word_count()).unwrap_or(u64::MAX),
            questions: numbered_questions(&extracted.content.plain_text()),
            body: Some(extracted.content.pack()?),
        },
        Err(ExtractError::Unreadable(reason)) if path.exists() => {
            bail!("{} cannot be read: {reason}", path.display());
        }
        Err(ExtractError::Unreadable(_)) => {
            tracing::warn!(sha256, "a file has gone from the data folder; fetching it again");
            pipeline.blocking(move |store| store.file_lost(&sha256)).await?;
            pipeline.signals.fetch.notify_one();
            return Ok(extractor);
        }
        Err(error) => {
            tracing::debug!(sha256, "no text: {error}");
            ExtractedRow {
                extractor: EXTRACTOR_VERSION,
                format,
                problem: Some(format!("{}: {error}", error.code())),
                words: 0,
                questions: None,
                body: None,
            }
        }
    };
    pipeline.blocking(move |store| store.file_extracted(&sha256, &row)).await?;
    Counters::add(&pipeline.counters.extracted, 1);
    pipeline.signals.index.notify_one();
    pipeline.signals.events.notify_one();
    Ok(extractor)
}
