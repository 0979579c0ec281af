//! The pipeline: follow the feed, fetch the files, extract their text, bring the index up to date.
//!
//! The stages run side by side and know each other only through the store: each finds its own work
//! there, so that none of it is lost when the process ends at any moment. A stage wakes those that
//! follow it; if a wake-up is missed, they look for themselves before long.

mod events;
mod extract;
mod fetch;
mod follow;
mod index;
mod matching;

pub(crate) use self::follow::{Again, Pace, reread_all};

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use content::files::FileStore;
use feed::Client;
use model::Clock;
use search::SearchIndex;
use store::{Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub(crate) use self::index::{catch_up, rebuild};

/// How long a stage without work waits before it looks again by itself.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What the stages work with.
#[derive(Clone)]
pub(crate) struct Pipeline {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) files: Arc<FileStore>,
    /// The program to run as the extractor's child process: ourselves.
    pub(crate) program: PathBuf,
    /// How often a feed is asked again whose end was reached.
    pub(crate) pace: Pace,
    pub(crate) limits: FileLimits,
    /// Parliament's clock.
    pub(crate) clock: Clock,
    pub(crate) counters: Arc<Counters>,
    signals: Arc<Signals>,
    /// Whether what is older is being filled up.
    filling_up: Arc<watch::Sender<bool>>,
    pub(crate) stop: CancellationToken,
}

/// How much of files is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileLimits {
    /// The largest file that is fetched, in bytes.
    pub(crate) largest: u64,
    /// How much all of them may take, in bytes. When that is full, the text of files is read and kept,
    /// and the files that concern what is oldest give way.
    pub(crate) budget: Option<u64>,
}

/// Wakes the stages.
#[derive(Default)]
struct Signals {
    fetch: Notify,
    extract: Notify,
    index: Notify,
    events: Notify,
    matching: Notify,
}

/// How much each stage has done since the start.
#[derive(Default)]
pub(crate) struct Counters {
    entries: AtomicU64,
    fetched: AtomicU64,
    extracted: AtomicU64,
    indexed: AtomicU64,
    events: AtomicU64,
}

impl Counters {
    fn add(counter: &AtomicU64, number: usize) {
        counter.fetch_add(u64::try_from(number).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The counts in one line.
    pub(crate) fn line(&self) -> String {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        format!(
            "{} entries followed, {} files fetched, {} read, {} pages indexed",
            count(&self.entries),
            count(&self.fetched),
            count(&self.extracted),
            count(&self.indexed),
        )
    }
}

impl Pipeline {
    pub(crate) fn new(
        store: Store,
        client: Client,
        files: FileStore,
        pace: Pace,
        limits: FileLimits,
        clock: Clock,
        stop: CancellationToken,
    ) -> Result<Self> {
        let program = std::env::current_exe().context("the program's own file cannot be found")?;
        Ok(Self {
            store,
            client,
            files: Arc::new(files),
            program,
            pace,
            limits,
            clock,
            counters: Arc::default(),
            signals: Arc::default(),
            filling_up: Arc::new(watch::Sender::new(false)),
            stop,
        })
    }

    /// Runs every stage until `stop`, or until one of them fails for good.
    ///
    /// # Errors
    /// The failure of the first stage that failed; the others are then stopped too.
    pub(crate) async fn run(self, index: Arc<SearchIndex>) -> Result<()> {
        let mut stages = JoinSet::new();
        stages.spawn(follow::run(self.clone()));
        stages.spawn(fetch::run(self.clone()));
        stages.spawn(extract::run(self.clone()));
        stages.spawn(index::run(self.clone(), index));
        stages.spawn(events::run(self.clone()));
        stages.spawn(matching::run(self.clone()));
        let mut result = Ok(());
        while let Some(stage) = stages.join_next().await {
            let ended = stage.context("a stage of the pipeline panicked").and_then(|ended| ended);
            self.stop.cancel();
            result = result.and(ended);
        }
        result
    }

    /// Work on the store, on a thread that may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T> {
        let store = self.store.clone();
        let result = tokio::task::spawn_blocking(move || work(&store))
            .await
            .context("work on the store panicked")??;
        Ok(result)
    }

    /// Waits for a signal, but no longer than `LOOK_AGAIN`. `None` when it is time to stop.
    async fn wait_for(&self, signal: &Notify) -> Option<()> {
        let woken = async {
            // A time-out is as good a reason to look as a signal.
            let _ = tokio::time::timeout(LOOK_AGAIN, signal.notified()).await;
        };
        self.unless_stopped(woken).await
    }

    /// Waits for some time, but no longer than what is older is being filled up.
    async fn while_filling_up(&self, time: Duration) {
        let mut filling_up = self.filling_up.subscribe();
        let done = async {
            // The sender is in `self`.
            let _ = filling_up.wait_for(|filling_up| !filling_up).await;
        };
        let _ = self.unless_stopped(tokio::time::timeout(time, done)).await;
    }

    /// The future's result, or `None` as soon as it is time to stop.
    async fn unless_stopped<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        self.stop.run_until_cancelled(future).await
    }
}
