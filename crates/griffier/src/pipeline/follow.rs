//! Following the feed: each category from its cursor to the end, then asking again and again.

use std::time::Duration;

use anyhow::{Context, Result};
use feed::{FetchError, Page};
use model::Category;
use store::apply::OddityLine;
use tokio::task::JoinSet;

use super::{Counters, Pipeline};

/// The order of the first round: what others refer to goes before what refers to it, so that names
/// and numbers are known when the index meets them.
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
    ],
    &[
        Category::Zaak,
        Category::ZaakActor,
        Category::Activiteit,
        Category::ActiviteitActor,
        Category::Agendapunt,
        Category::Vergadering,
    ],
    // Then all the others.
    &[],
];

/// The longest that a category whose feed fails is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    if !reach(&pipeline).await? {
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
            let pipeline = pipeline.clone();
            let (done, first_pass) = tokio::sync::oneshot::channel();
            followers.spawn(follow(pipeline, category, done));
            // Fails when the follower ends before its first pass: there is nothing to wait for then.
            first_passes.spawn(first_pass);
        }
        while first_passes.join_next().await.is_some() {}
    }
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
        let wait = pause_after(failures, &error, pipeline.poll);
        tracing::warn!(?wait, "the feed cannot be read, and is tried again: {error}");
        if pipeline.unless_stopped(tokio::time::sleep(wait)).await.is_none() {
            return Ok(false);
        }
    }
}

/// Follows one category until it is time to stop. `first_pass` is told when the end of the feed is
/// reached, or a first failure shows that waiting for it would hold up the others.
async fn follow(
    pipeline: Pipeline,
    category: Category,
    first_pass: tokio::sync::oneshot::Sender<()>,
) -> Result<()> {
    let mut first_pass = Some(first_pass);
    let mut failures = 0;
    let mut token =
        pipeline.blocking(move |store| store.cursor(category)).await?.map(|cursor| cursor.token);
    loop {
        let Some(answer) = pipeline.unless_stopped(pipeline.client.page(category, token)).await
        else {
            return Ok(());
        };
        let pause = match answer {
            Ok(page) if page.entries.is_empty() && page.oddities.is_empty() => {
                failures = 0;
                pipeline.blocking(move |store| store.caught_up(category)).await?;
                first_pass.take().map(|sender| sender.send(()));
                pipeline.poll
            }
            Ok(page) => {
                failures = 0;
                token = page.next.or(token);
                apply(&pipeline, category, page).await?;
                continue;
            }
            Err(error) => {
                first_pass.take().map(|sender| sender.send(()));
                failures += 1;
                let pause = pause_after(failures, &error, pipeline.poll);
                if failures == 1 {
                    tracing::warn!(%category, "the feed cannot be read, and is tried again: {error}");
                }
                pause
            }
        };
        if pipeline.unless_stopped(tokio::time::sleep(pause)).await.is_none() {
            return Ok(());
        }
    }
}

async fn apply(pipeline: &Pipeline, category: Category, page: Page) -> Result<()> {
    let Page { entries, next, oddities } = page;
    let number = entries.len();
    let oddities: Vec<OddityLine> = oddities
        .into_iter()
        .map(|oddity| OddityLine { entity: oddity.id, what: oddity.what })
        .collect();
    for oddity in &oddities {
        tracing::warn!(%category, entity = ?oddity.entity, "odd entry in the feed: {}", oddity.what);
    }
    let applied =
        pipeline.blocking(move |store| store.apply(category, entries, &oddities, next)).await?;
    tracing::debug!(%category, ?applied, "page applied");
    Counters::add(&pipeline.counters.entries, number);
    pipeline.signals.fetch.notify_one();
    pipeline.signals.index.notify_one();
    Ok(())
}

/// How long to leave a failing feed alone: longer each time, or as long as it asks.
fn pause_after(failures: u32, error: &FetchError, poll: Duration) -> Duration {
    let doubled = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(failures.min(16)));
    let pause = if error.is_transient() { doubled } else { doubled.max(poll) };
    pause.max(error.retry_after().unwrap_or_default()).min(LONGEST_PAUSE)
}
