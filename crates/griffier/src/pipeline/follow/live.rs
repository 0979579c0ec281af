//! Following one category: round after round from a little before where it was to the end of the
//! feed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::Result;
use feed::FetchError;
use jiff::Timestamp;
use model::{Category, Token};
use store::cursor::{Cursor, Pass};
use tokio::sync::oneshot::Sender;

use super::{Pipeline, apply, page, wait_after_failure};

/// Entries on a page of the source. A page with fewer is taken for the last, once the end was seen.
const FULL_PAGE: usize = 250;

/// An entry may become visible after others with greater tokens. Each round therefore begins where
/// the last entry stood this long ago.
const LATE: Duration = Duration::from_secs(15 * 60);

/// After a start, and now and then, a round begins further back, in tokens: a day or two.
const FAR_BACK: Token = 20_000;
const FAR_BACK_EVERY: Duration = Duration::from_secs(6 * 3600);

/// Follows a category until it is time to stop. `first_pass` is told when the end of the feed is
/// reached, or a first failure shows that waiting for it would hold up the others.
pub(super) async fn run(
    pipeline: Pipeline,
    category: Category,
    first_pass: Sender<()>,
) -> Result<()> {
    let mut first_pass = Some(first_pass);
    let Some(cursor) = pipeline.blocking(move |store| store.cursor(category)).await? else {
        return Ok(());
    };
    let mut follower = Follower::new(cursor);
    // What failed before the program was stopped is not asked at once because it was started again.
    if let Some(wait) = cursor.next_try.and_then(|moment| until(moment)) {
        first_pass.take().map(|sender| sender.send(()));
        if pipeline.unless_stopped(tokio::time::sleep(wait)).await.is_none() {
            return Ok(());
        }
    }
    let mut failures = cursor.failures;
    let mut quiet_rounds = 0;
    loop {
        let Some(round) = pipeline.unless_stopped(follower.round(&pipeline, category)).await else {
            return Ok(());
        };
        match round? {
            Ok(Round::Ended { is_quiet }) => {
                failures = 0;
                quiet_rounds = if is_quiet { quiet_rounds + 1 } else { 0 };
            }
            Ok(Round::Restarted { is_new: true }) => tracing::error!(
                %category,
                "the source's sequence has begun anew: what it publishes is not taken over until the \
                 operator runs `griffier check --accept-new-sequence`"
            ),
            Ok(Round::Restarted { is_new: false }) => {}
            Err(error) => {
                first_pass.take().map(|sender| sender.send(()));
                failures += 1;
                if wait_after_failure(&pipeline, category, failures, &error).await?.is_none() {
                    return Ok(());
                }
                continue;
            }
        }
        first_pass.take().map(|sender| sender.send(()));
        let pause = pipeline.pace.pause(category, quiet_rounds);
        if pipeline.unless_stopped(tokio::time::sleep(pause)).await.is_none() {
            return Ok(());
        }
    }
}

/// The time until a moment, if it is still to come.
fn until(moment: Timestamp) -> Option<Duration> {
    moment.duration_since(Timestamp::now()).try_into().ok()
}

/// How a round ended that did not fail.
enum Round {
    /// At the end of the feed.
    Ended {
        /// Whether it brought nothing that was not seen before.
        is_quiet: bool,
    },
    /// What was there before is there no more: see [`Follower::round`].
    Restarted {
        /// Whether the round before it did not find so.
        is_new: bool,
    },
}

struct Follower {
    /// Where following began: what is older is filled up, not followed.
    start: Token,
    /// The greatest token seen.
    token: Token,
    has_caught_up: bool,
    has_restarted: bool,
    /// Where the greatest token stood at which moments, oldest first.
    marks: VecDeque<(Instant, Token)>,
    far_back_at: Option<Instant>,
}

impl Follower {
    fn new(cursor: Cursor) -> Self {
        Self {
            start: cursor.start,
            token: cursor.token,
            has_caught_up: cursor.caught_up_at.is_some(),
            has_restarted: false,
            marks: VecDeque::new(),
            far_back_at: None,
        }
    }

    /// The token after which the next round begins.
    fn begin(&mut self, now: Instant) -> Token {
        while self.marks.get(1).is_some_and(|(moment, _)| now.duration_since(*moment) >= LATE) {
            self.marks.pop_front();
        }
        let is_far_back = self.has_caught_up
            && self.far_back_at.is_none_or(|then| now.duration_since(then) >= FAR_BACK_EVERY);
        let begin = if is_far_back {
            self.far_back_at = Some(now);
            self.token.saturating_sub(FAR_BACK)
        } else {
            // The last entry itself is read again at least: see `round`.
            let late = self.marks.front().map_or(self.token, |(_, token)| *token);
            late.min(self.token - 1)
        };
        begin.max(self.start)
    }

    /// Reads from a little before where it was to the end of the feed.
    ///
    /// The last entry that was seen is always asked for again. It still stands there, or its entity
    /// stands further on. If there is nothing at all, the source has begun its sequence anew, and every
    /// new entry would seem older than what is here.
    async fn round(
        &mut self,
        pipeline: &Pipeline,
        category: Category,
    ) -> Result<Result<Round, FetchError>> {
        let before = self.token;
        let mut after = self.begin(Instant::now());
        let mut is_first_page = true;
        loop {
            let page = match page(pipeline, category, after).await {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            if page.entries.is_empty() && page.oddities.is_empty() {
                if is_first_page && after < self.token {
                    pipeline.blocking(move |store| store.sequence_restarted(category)).await?;
                    let is_new = !std::mem::replace(&mut self.has_restarted, true);
                    return Ok(Ok(Round::Restarted { is_new }));
                }
                break;
            }
            is_first_page = false;
            let is_last = self.has_caught_up && page.entries.len() < FULL_PAGE;
            let next = page.next;
            apply(pipeline, category, page, Pass::Live, next).await?;
            // A page that leads nowhere is the last, whatever it says.
            let Some(next) = next.filter(|next| *next > after) else { break };
            after = next;
            self.token = self.token.max(next);
            if is_last {
                break;
            }
        }
        pipeline.blocking(move |store| store.caught_up(category)).await?;
        self.has_caught_up = true;
        self.has_restarted = false;
        self.marks.push_back((Instant::now(), self.token));
        Ok(Ok(Round::Ended { is_quiet: self.token == before }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follower(token: Token) -> Follower {
        Follower {
            start: 1_000,
            token,
            has_caught_up: true,
            has_restarted: false,
            marks: VecDeque::new(),
            far_back_at: None,
        }
    }

    #[test]
    fn a_round_begins_where_the_last_entry_stood_a_quarter_of_an_hour_ago() {
        let begin = Instant::now();
        let minutes = |number: u64| begin + Duration::from_secs(60 * number);
        let mut follower = follower(50_000);
        assert_eq!(follower.begin(begin), 30_000, "far back after a start");
        for (minute, token) in [(0, 50_000), (10, 50_100), (20, 50_200)] {
            follower.token = token;
            follower.marks.push_back((minutes(minute), token));
        }
        assert_eq!(follower.begin(minutes(21)), 50_000);
        assert_eq!(follower.begin(minutes(26)), 50_100);
        assert_eq!(follower.begin(minutes(60)), 50_199, "the last entry is always read again");
        assert_eq!(follower.begin(minutes(60 * 7)), 30_200, "and now and then far back");
    }

    #[test]
    fn what_lies_before_the_start_is_not_followed() {
        assert_eq!(follower(1_500).begin(Instant::now()), 1_000);
    }
}
