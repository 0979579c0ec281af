//! The source's sequence of tokens, and what is known to happen to it: old entities that are published
//! again in bulk, entries that become visible after later ones, and a sequence that begins again.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;
use model::{Category, Token, Uuid};

use crate::faults::Faults;
use crate::magazijn::{Emission, Magazijn};

/// Entries may be late only so near the end of their category's feed, in tokens: late are those
/// that another one has overtaken while they were being written.
const LATE_REACH: Token = 500;

/// How long a late entry stays invisible after it was first passed over.
const LATE_FOR: Duration = Duration::from_secs(2);

/// The token with which a sequence that begins again begins.
const LOW_TOKEN: Token = 1_000;

/// A Gegevensmagazijn with what has happened to its sequence.
pub(crate) struct Sequence {
    pub(crate) magazijn: Magazijn,
    state: RwLock<State>,
    /// The late entries that were passed over, and when first.
    passed: Mutex<HashMap<Token, Instant>>,
}

#[derive(Default)]
struct State {
    bumps: Vec<Bump>,
    /// The place of an entity that was published again.
    bumped: HashMap<Uuid, Bumped>,
    by_token: HashMap<Category, BTreeMap<Token, Uuid>>,
    /// Added to every token; negative after a restart.
    offset: Token,
}

/// Room made in the sequence: tokens of the magazijn after `after` are moved up by `width`.
struct Bump {
    after: Token,
    width: Token,
}

#[derive(Clone, Copy)]
struct Bumped {
    /// Without the offset.
    token: Token,
    at: Timestamp,
}

impl State {
    /// Where a token of the magazijn has come to be, without the offset.
    fn moved(&self, token: Token) -> Token {
        let passed = self.bumps.iter().filter(|bump| token > bump.after);
        token + passed.map(|bump| bump.width).sum::<Token>()
    }

    /// The last token of the magazijn that is not after `moved`.
    fn before(&self, moved: Token) -> Token {
        let mut shift = 0;
        for bump in &self.bumps {
            let start = bump.after + shift;
            if moved <= start {
                break;
            }
            if moved <= start + bump.width {
                return bump.after;
            }
            shift += bump.width;
        }
        moved - shift
    }
}

impl Sequence {
    pub(crate) fn new(magazijn: Magazijn) -> Self {
        Self { magazijn, state: RwLock::default(), passed: Mutex::default() }
    }

    /// Publishes the `count` oldest entities of a category again, with new tokens and a new
    /// `bijgewerkt`, and gives how many there were.
    pub(crate) fn bump(&self, category: Category, count: usize) -> Result<usize> {
        let old = self.page(category, 0, count, &Faults::default())?;
        let at = self.magazijn.now();
        let mut state = self.write();
        let after = self.magazijn.last_token();
        let mut token = state.moved(after) + state.width_at(after);
        let begin = token;
        let number = old.len();
        for emission in old {
            let id = emission.id();
            // The sequence has gaps here too.
            token += 1 + Token::from(id.as_bytes().first().is_some_and(|byte| *byte < 32));
            let previous = state.bumped.insert(id, Bumped { token, at });
            let by_token = state.by_token.entry(category).or_default();
            if let Some(previous) = previous {
                by_token.remove(&previous.token);
            }
            by_token.insert(token, id);
        }
        state.bumps.push(Bump { after, width: token - begin });
        Ok(number)
    }

    /// Begins the sequence again: from now on every token is low.
    pub(crate) fn restart(&self) -> Result<()> {
        let mut first = Token::MAX;
        for category in Category::ALL {
            let page = self.magazijn.page(*category, 0, 1)?;
            first = page.iter().map(|emission| emission.token).fold(first, Token::min);
        }
        self.write().offset = LOW_TOKEN - first;
        Ok(())
    }

    /// The entities of a category after a token, oldest first, at most `limit`.
    pub(crate) fn page(
        &self,
        category: Category,
        after: Token,
        limit: usize,
        faults: &Faults,
    ) -> Result<Vec<Emission>> {
        let state = self.read();
        let after = after.saturating_sub(state.offset);
        let mut page = Vec::new();
        let mut read_until = state.before(after);
        loop {
            let emissions = self.magazijn.page(category, read_until, limit)?;
            let is_last = emissions.len() < limit;
            for mut emission in emissions {
                read_until = emission.token;
                emission.token = state.moved(emission.token);
                let is_here = match state.bumped.get(&emission.id()) {
                    Some(bumped) => bumped.token < emission.token,
                    None => true,
                };
                if is_here {
                    page.push(emission);
                }
            }
            if is_last || page.len() >= limit {
                break;
            }
        }
        let bumped = state.by_token.get(&category).into_iter();
        for (token, id) in bumped.flat_map(|by_token| by_token.range(after + 1..)).take(limit) {
            page.extend(self.bumped_entity(&state, *token, *id)?);
        }
        page.sort_by_key(|emission| emission.token);
        let is_end = page.len() < limit;
        page.truncate(limit);
        for emission in &mut page {
            emission.token += state.offset;
        }
        if is_end && faults.late > 0.0 {
            self.hold_back_late(&mut page, faults);
        }
        Ok(page)
    }

    /// An entity as it is now.
    pub(crate) fn entity(&self, id: Uuid) -> Result<Option<Emission>> {
        let state = self.read();
        if let Some(bumped) = state.bumped.get(&id)
            && let Some(mut emission) = self.bumped_entity(&state, bumped.token, id)?
        {
            emission.token += state.offset;
            return Ok(Some(emission));
        }
        let mut emission = self.magazijn.entity(id)?;
        if let Some(emission) = &mut emission {
            emission.token = state.moved(emission.token) + state.offset;
        }
        Ok(emission)
    }

    /// The entity that was published again with this token, unless a later change overtook it.
    fn bumped_entity(&self, state: &State, token: Token, id: Uuid) -> Result<Option<Emission>> {
        let Some(mut emission) = self.magazijn.entity(id)? else { return Ok(None) };
        if state.moved(emission.token) > token {
            return Ok(None);
        }
        emission.token = token;
        if let Some(bumped) = state.bumped.get(&id) {
            emission.updated = bumped.at;
            emission.published.bijgewerkt = bumped.at;
        }
        Ok(Some(emission))
    }

    /// Takes the late entries out of the last page of a feed that were not passed over long enough
    /// ago. The very last entry is never late, so that there is always one that overtook them.
    fn hold_back_late(&self, page: &mut Vec<Emission>, faults: &Faults) {
        let Some(last) = page.last().map(|emission| emission.token) else { return };
        let mut passed = self.passed();
        page.retain(|emission| {
            let token = emission.token;
            if token == last || token < last - LATE_REACH || !faults.is_late(token) {
                return true;
            }
            passed.entry(token).or_insert_with(Instant::now).elapsed() >= LATE_FOR
        });
    }

    // A panic while a lock was held left nothing half done that a later request could not bear.

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn passed(&self) -> MutexGuard<'_, HashMap<Token, Instant>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The room that earlier bumps made just after this token.
    fn width_at(&self, after: Token) -> Token {
        self.bumps.iter().filter(|bump| bump.after == after).map(|bump| bump.width).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_move_up_to_make_room_and_are_found_back() {
        let state = State {
            bumps: vec![
                Bump { after: 100, width: 10 },
                Bump { after: 100, width: 5 },
                Bump { after: 120, width: 7 },
            ],
            ..State::default()
        };
        let moved: Vec<Token> = [99, 100, 101, 120, 121].map(|token| state.moved(token)).into();
        assert_eq!(moved, [99, 100, 116, 135, 143]);
        for token in 1..200 {
            assert_eq!(state.before(state.moved(token)), token);
        }
        // In the room that was made lie no tokens of the magazijn.
        assert_eq!([101, 108, 115, 142].map(|moved| state.before(moved)), [100, 100, 100, 120]);
        assert!((0..300).map(|moved| state.before(moved)).is_sorted());
    }
}
