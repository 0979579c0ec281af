//! From events to notices: each event is held against all that is watched.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::Result;
use jiff::Timestamp;
use model::Category;
use search::Item;
use store::counter::Counter;
use store::read::index::{Touched, indexed};
use store::watching::event::{Event, to_match};
use store::{Reader, Store};
use watch::matching::{Matcher, notices};

use super::{Pipeline, index};

/// Events matched between two looks at what is watched.
const BATCH: usize = 100;

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    let mut matcher = Matcher::default();
    loop {
        let for_round = pipeline.clone();
        let (returned, matched) = tokio::task::spawn_blocking(move || {
            let matched = round(&for_round, &mut matcher);
            (matcher, matched)
        })
        .await?;
        matcher = returned;
        if matched? < BATCH && pipeline.wait_for(&pipeline.signals.matching).await.is_none() {
            return Ok(());
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// Matches the next events, and gives how many there were.
fn round(pipeline: &Pipeline, matcher: &mut Matcher) -> Result<usize> {
    let store: &Store = &pipeline.store;
    let events = {
        let reader = store.reader()?;
        matcher.refresh(&reader)?;
        to_match(&reader, BATCH)?
    };
    let begin = Instant::now();
    for (event, topics) in &events {
        let found = {
            let reader = store.reader()?;
            let items = items(&reader, event)?;
            let today = pipeline.clock.today();
            let monitors = matcher.matching(&reader, event, topics, &items, today)?;
            notices(&monitors, Timestamp::now())
        };
        store.write_notices(event.number, &found)?;
    }
    if !events.is_empty() {
        let count = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
        store.count(&[
            (Counter::EventsMatched, count(events.len() as u128)),
            (Counter::MatchingMicroseconds, count(begin.elapsed().as_micros())),
        ])?;
    }
    Ok(events.len())
}

/// What an event brought to be found.
pub(crate) fn items(reader: &Reader, event: &Event) -> Result<Vec<Item>> {
    let of_person = matches!(
        event.category,
        Category::PersoonGeschenk | Category::PersoonNevenfunctie | Category::PersoonReis
    );
    let page = if of_person {
        let persoon = store::watching::event::person_of(reader, event)?;
        persoon.map(|id| Touched { category: Category::Persoon, id })
    } else {
        Some(Touched { category: event.category, id: event.entity })
    };
    let mut items = Vec::new();
    for (_, found) in indexed(reader, &page.into_iter().collect::<BTreeSet<_>>())? {
        items.extend(index::items(reader, found)?);
    }
    if of_person {
        let id = event.entity.to_string();
        items.retain(|item| item.address.ends_with(&id));
    }
    Ok(items)
}
