//! Following the feed: recent things first, then on and on to its end, while what is older is filled
//! up beside it.
//!
//! [`start`] decides where each category begins, [`live`] follows it from there, [`backfill`] brings
//! in what lies before.

mod backfill;
mod live;
mod pace;
mod reread;
mod start;

use std::time::Duration;

use anyhow::{Context, Result};
use feed::{FetchError, Page};
use jiff::Timestamp;
use model::{Category, Token};
use store::apply::OddityLine;
use store::cursor::Pass;
use tokio::task::JoinSet;

pub(crate) use self::pace::Pace;
pub(crate) use self::reread::{Again, reread_all};
use super::{Counters, Pipeline};

/// The order of the first round: what others refer to goes before what refers to it, so that names
/// and numbers are known when the index meets them, and what the overview and the agenda show goes
/// before the rest.
const ROUNDS: [&[Category]; 3] = [
    &[
        Category::Persoon,
        Category::Fractie,
        Category::FractieZetel,
        Category::FractieZetelPersoon,
        Category::FractieZetelVacature,
        Category::Commissie,
        Category::Zaal,
        Category::Kamerstukdossier,
        Category::Document,
        Category::Activiteit,
    ],
    &[
        Category::Zaak,
        Category::ZaakActor,
        Category::DocumentVersie,
        Category::DocumentActor,
        Category::ActiviteitActor,
        Category::Agendapunt,
        Category::Vergadering,
        Category::Verslag,
    ],
    // Then all the others.
    &[],
];

/// The longest that a category whose feed fails is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    reread::run(&pipeline).await?;
    if !reach(&pipeline).await? || !start::run(&pipeline).await? {
        return Ok(());
    }
    let mut followers = JoinSet::new();
    let mut started = Vec::new();
    for round in ROUNDS {
        let categories: Vec<Category> = if round.is_empty() {
            Category::ALL.iter().filter(|category| !started.contains(*category)).copied().collect()
        } else {
            round.to_vec()
        };
        let mut first_passes = JoinSet::new();
        for category in categories {
            started.push(category);
            let (done, first_pass) = tokio::sync::oneshot::channel();
            followers.spawn(live::run(pipeline.clone(), category, done));
            // Fails when the follower ends before its first pass: there is nothing to wait for then.
            first_passes.spawn(first_pass);
        }
        while first_passes.join_next().await.is_some() {}
    }
    if !pipeline.stop.is_cancelled() {
        tracing::info!("what was published lately is here; what is older is filled up");
    }
    pipeline.filling_up.send_replace(true);
    followers.spawn(backfill::run(pipeline.clone()));
    while let Some(follower) = followers.join_next().await {
        follower??;
    }
    Ok(())
}

/// Asks the feed once before the categories do so all together, so that an address that is wrong or
/// does not answer is one message and not 37. Gives whether there is a feed to follow; not if it was
/// time to stop before one was found.
async fn reach(pipeline: &Pipeline) -> Result<bool> {
    let category = Category::Zaal;
    let is_new = pipeline.blocking(move |store| store.cursor(category)).await?.is_none();
    let mut failures = 0;
    loop {
        let Some(answer) = pipeline.unless_stopped(pipeline.client.page(category, None)).await
        else {
            return Ok(false);
        };
        let error = match answer {
            Ok(_) => return Ok(true),
            // Once there are data, even a refusal may be a passing trouble of the source.
            Err(error) if is_new && !error.is_transient() => {
                return Err(error).context("there is no feed at the address given with --feed");
            }
            Err(error) => error,
        };
        failures += 1;
        if try_later(pipeline, failures, "the feed cannot be read", &error).await.is_none() {
            return Ok(false);
        }
    }
}

/// Says what does not succeed before any category is followed, and waits until it may be tried again;
/// `None` when it was time to stop before that.
async fn try_later(
    pipeline: &Pipeline,
    failures: u32,
    what: &str,
    error: &FetchError,
) -> Option<()> {
    let wait = pause_after(failures, error);
    tracing::warn!(?wait, "{what}, and is tried again: {error}");
    pipeline.unless_stopped(tokio::time::sleep(wait)).await
}

/// The page of a category after a token; 0 is the beginning of the feed.
async fn page(pipeline: &Pipeline, category: Category, after: Token) -> Result<Page, FetchError> {
    pipeline.client.page(category, (after > 0).then_some(after)).await
}

/// Applies a page, and moves the cursor of the pass to `to`.
async fn apply(
    pipeline: &Pipeline,
    category: Category,
    page: Page,
    pass: Pass,
    to: Option<Token>,
) -> Result<()> {
    let Page { entries, oddities, .. } = page;
    let number = entries.len();
    let oddities: Vec<OddityLine> = oddities
        .into_iter()
        .map(|oddity| OddityLine { entity: oddity.id, what: oddity.what })
        .collect();
    for oddity in &oddities {
        tracing::warn!(%category, entity = ?oddity.entity, "odd entry in the feed: {}", oddity.what);
    }
    let applied =
        pipeline.blocking(move |store| store.apply(category, entries, &oddities, pass, to)).await?;
    tracing::debug!(%category, ?applied, "page applied");
    if applied.new + applied.changed + applied.deleted > 0 {
        Counters::add(&pipeline.counters.entries, number);
        pipeline.signals.fetch.notify_one();
        pipeline.signals.index.notify_one();
        pipeline.signals.events.notify_one();
    }
    Ok(())
}

/// Records that a category's feed failed, and waits until it may be asked again; `None` when it was
/// time to stop before that.
async fn wait_after_failure(
    pipeline: &Pipeline,
    category: Category,
    failures: u32,
    error: &FetchError,
) -> Result<Option<()>> {
    let pause = pause_after(failures, error);
    if failures == 1 {
        tracing::warn!(%category, "the feed cannot be read, and is tried again: {error}");
    }
    let problem = error.to_string();
    let next_try = Timestamp::now().checked_add(pause).unwrap_or(Timestamp::MAX);
    pipeline.blocking(move |store| store.feed_failed(category, &problem, next_try)).await?;
    Ok(pipeline.unless_stopped(tokio::time::sleep(pause)).await)
}

/// How long to leave a failing feed alone: longer each time, or as long as it asks.
fn pause_after(failures: u32, error: &FetchError) -> Duration {
    let doubled = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(failures.min(16)));
    let least = if error.is_transient() { Duration::ZERO } else { Duration::from_secs(30) };
    doubled.max(least).max(error.retry_after().unwrap_or_default()).min(LONGEST_PAUSE)
}
