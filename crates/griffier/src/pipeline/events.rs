//! From the change log to events: what happened, once what it is about has settled.

use std::time::Duration;

use anyhow::Result;
use feed::wire::parse_entity;
use jiff::Timestamp;
use model::{Clock, Entity};
use store::changes::ChangeKind;
use store::watching::event::settled;
use store::{Store, StoreError};
use watch::event::{derive, due, wholes};

use super::{Counters, Pipeline};

/// A thing of which nothing more came in for so long is told of.
const QUIET: Duration = Duration::from_secs(3);
/// A thing is told of after so long, whatever still comes in.
const LONGEST: Duration = Duration::from_secs(60);
/// Changes followed in one transaction, and things told of between two looks at the log.
const BATCH: usize = 1_000;
/// How often it is looked whether something has settled.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    loop {
        let clock = pipeline.clock;
        let Round { followed, events, waits } =
            pipeline.blocking(move |store| round(store, clock)).await?;
        if events > 0 {
            Counters::add(&pipeline.counters.events, events);
            pipeline.signals.matching.notify_one();
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
        let go_on = match (followed == BATCH, waits) {
            (true, _) => Some(()),
            (false, true) => pipeline.unless_stopped(tokio::time::sleep(LOOK)).await,
            (false, false) => pipeline.wait_for(&pipeline.signals.events).await,
        };
        if go_on.is_none() {
            return Ok(());
        }
    }
}

/// What came of a look at the log.
struct Round {
    /// How many changes were followed.
    followed: usize,
    /// How many events were written down, or are to be matched again.
    events: usize,
    /// Whether something has not settled yet.
    waits: bool,
}

fn round(store: &Store, clock: Clock) -> Result<Round, StoreError> {
    let after = store.followed()?;
    let changes = store.changes_after(after, BATCH)?;
    let now = Timestamp::now();
    let mut events = 0;
    if let Some(last) = changes.last().map(|change| change.number) {
        let mut touched = Vec::new();
        let reader = store.reader()?;
        for change in &changes {
            let is_text = change.kind == ChangeKind::Text;
            if change.news || is_text {
                events += usize::from(is_text);
                touched.push((change.clone(), wholes(&reader, change, &parse)?));
            }
        }
        drop(reader);
        store.note_touched(&touched, last, now)?;
    }
    let quiet_since = now - QUIET;
    let things = settled(&store.reader()?, quiet_since, now - LONGEST, BATCH)?;
    for thing in things {
        let derived = derive(&store.reader()?, &thing, &parse)?;
        store.write_events(&thing, &derived, now)?;
        events += derived.len();
    }
    let (since, until) = (store.due_written_until(clock.now())?, clock.now());
    let passed = due(&store.reader()?, since, until)?;
    if !passed.is_empty() {
        store.write_due(&passed, until, now)?;
        events += passed.len();
    }
    let waits = !settled(&store.reader()?, Timestamp::MAX, Timestamp::MAX, 1)?.is_empty();
    Ok(Round { followed: changes.len(), events, waits })
}

/// What the reader of the wire format makes of an element; what it cannot read is as if it was not
/// there.
fn parse(raw: &str) -> Option<Entity> {
    match parse_entity(raw) {
        Ok(found) => found.map(|(entity, _)| entity),
        Err(error) => {
            tracing::warn!("a state that is kept cannot be read: {error}");
            None
        }
    }
}
