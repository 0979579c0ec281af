//! Where each category begins, on an empty store: what is small or referred to by all at the
//! beginning of its feed, the others a little while ago, so that the site is of use long before all is
//! here.
//!
//! The token is one sequence over all categories, and grows with the time of publication. So one
//! search, in the feed of one busy category, tells where a moment lies for all of them.

use std::collections::BTreeMap;

use anyhow::Result;
use feed::FetchError;
use jiff::{SignedDuration, Timestamp};
use model::{Category, Token};
use store::cursor::Start;
use tokio::task::JoinSet;

use super::{Pipeline, page, try_later};

/// A category with many entries all along the sequence.
const SEARCHED: Category = Category::Document;

/// Places asked for at once.
const PROBES: Token = feed::client::PARALLEL as Token;

/// The search goes on until it is as near as this, in tokens: half a day.
const NEAR: Token = 4_000;

/// Beyond every token: the source's were at 27 million in 2026.
const BEYOND: Token = 1 << 40;

/// How far back a category is followed from the first moment on.
enum Reach {
    /// From its beginning: it is small, or what all others refer to.
    Whole,
    /// So many days.
    Days(i64),
}

fn reach(category: Category) -> Reach {
    match category {
        Category::Commissie
        | Category::CommissieContactinformatie
        | Category::CommissieZetel
        | Category::CommissieZetelVastPersoon
        | Category::CommissieZetelVastVacature
        | Category::CommissieZetelVervangerPersoon
        | Category::CommissieZetelVervangerVacature
        | Category::Fractie
        | Category::FractieZetel
        | Category::FractieZetelPersoon
        | Category::FractieZetelVacature
        | Category::Kamerstukdossier
        | Category::Persoon
        | Category::PersoonContactinformatie
        | Category::PersoonGeschenk
        | Category::PersoonLoopbaan
        | Category::PersoonNevenfunctie
        | Category::PersoonNevenfunctieInkomsten
        | Category::PersoonOnderwijs
        | Category::PersoonReis
        | Category::Zaal => Reach::Whole,
        // A meeting is planned, and a promise made, long before the day that it matters.
        Category::Activiteit | Category::Reservering | Category::Toezegging => Reach::Days(90),
        Category::ActiviteitActor
        | Category::Agendapunt
        | Category::Vergadering
        | Category::Verslag => Reach::Days(30),
        // Documents of the last eight days are on the overview; two more, since the order of
        // publication is not that of the documents' dates.
        _ => Reach::Days(10),
    }
}

/// Begins every category that was not begun. Gives whether that was done; not if it was time to stop.
pub(super) async fn run(pipeline: &Pipeline) -> Result<bool> {
    let mut new = Vec::new();
    for category in Category::ALL.iter().copied() {
        if pipeline.blocking(move |store| store.cursor(category)).await?.is_none() {
            new.push(category);
        }
    }
    if new.is_empty() {
        return Ok(true);
    }
    let mut sequence = Sequence::default();
    let mut failures = 0;
    let starts = loop {
        let found = sequence.starts(pipeline, &new);
        let Some(found) = pipeline.unless_stopped(found).await else { return Ok(false) };
        match found {
            Ok(starts) => break starts,
            Err(error) => {
                failures += 1;
                let what = "the end of the feed cannot be found";
                if try_later(pipeline, failures, what, &error).await.is_none() {
                    return Ok(false);
                }
            }
        }
    };
    for (category, start) in starts {
        pipeline.blocking(move |store| store.begin(category, start)).await?;
    }
    Ok(true)
}

/// What is known of the sequence: at which tokens was asked, and what came after each.
#[derive(Default)]
struct Sequence {
    probes: BTreeMap<Token, Option<Probe>>,
}

/// The first entry after a token.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Probe {
    token: Token,
    updated: Option<Timestamp>,
}

impl Sequence {
    /// Where these categories begin. What was found out before a failure is not asked again.
    async fn starts(
        &mut self,
        pipeline: &Pipeline,
        categories: &[Category],
    ) -> Result<Vec<(Category, Start)>, FetchError> {
        let whole = |category: &Category| (*category, Start::default());
        self.ask(pipeline, &[0, 1 << 24, 1 << 25, 1 << 26]).await?;
        let first = self.probes.get(&0).copied().flatten();
        // The last entry of the feed: nothing comes after it.
        self.narrow(pipeline, |_| true).await?;
        let last = self.last(|_| true);
        let (Some(first), Some(newest)) = (first, last.and_then(|(_, probe)| probe.updated)) else {
            return Ok(categories.iter().map(whole).collect());
        };
        let mut starts = Vec::new();
        for category in categories {
            let Reach::Days(days) = reach(*category) else {
                starts.push(whole(category));
                continue;
            };
            let since = newest.checked_sub(SignedDuration::from_hours(24 * days)).ok();
            let is_before = move |probe: Probe| probe.updated < since;
            self.narrow(pipeline, is_before).await?;
            let token = self.last(is_before).map_or(0, |(token, _)| token);
            starts.push(match token {
                0 => whole(category),
                token => (*category, Start { token, since, first: first.token }),
            });
        }
        Ok(starts)
    }

    /// The greatest token asked for after which an entry comes that lies before the place sought.
    fn last(&self, is_before: impl Fn(Probe) -> bool) -> Option<(Token, Probe)> {
        self.probes
            .iter()
            .filter_map(|(token, probe)| Some((*token, (*probe)?)))
            .rfind(|(_, probe)| is_before(*probe))
    }

    /// Asks until the place after which nothing is before what is sought is known nearly enough.
    async fn narrow(
        &mut self,
        pipeline: &Pipeline,
        is_before: impl Fn(Probe) -> bool,
    ) -> Result<(), FetchError> {
        loop {
            let low = self.last(&is_before).map_or(0, |(token, _)| token);
            let high = self.probes.range(low + 1..).next().map_or(BEYOND, |(token, _)| *token);
            if high - low <= NEAR {
                return Ok(());
            }
            let step = (high - low) / (PROBES + 1);
            let tokens: Vec<Token> = (1..=PROBES).map(|place| low + step * place).collect();
            self.ask(pipeline, &tokens).await?;
        }
    }

    async fn ask(&mut self, pipeline: &Pipeline, tokens: &[Token]) -> Result<(), FetchError> {
        let mut asking = JoinSet::new();
        for token in tokens.iter().copied().filter(|token| !self.probes.contains_key(token)) {
            let pipeline = pipeline.clone();
            asking.spawn(async move { (token, page(&pipeline, SEARCHED, token).await) });
        }
        while let Some(asked) = asking.join_next().await {
            // A task that panicked has asked nothing, and is asked again.
            let Ok((token, answer)) = asked else { continue };
            let page = answer?;
            let first = page.entries.first();
            let probe = first.map(|entry| Probe { token: entry.token, updated: entry.updated });
            self.probes.insert(token, probe);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_probe_before_a_moment() {
        let at = |second| Timestamp::from_second(second).ok();
        let probe = |token, second| Some(Probe { token, updated: at(second) });
        let sequence = Sequence {
            probes: [(0, probe(5, 10)), (100, probe(120, 20)), (200, probe(230, 30)), (300, None)]
                .into(),
        };
        assert_eq!(sequence.last(|_| true).map(|(token, _)| token), Some(200));
        let before = sequence.last(|probe| probe.updated < at(30));
        assert_eq!(before.map(|(token, _)| token), Some(100));
        assert_eq!(sequence.last(|probe| probe.updated < at(10)), None);
    }
}
