//! When each state is visible, and under which token.
//!
//! An entity stands in the feed once, at its latest state; a new state moves it to the end. So a
//! state is visible from the moment it was published until the entity's next one.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use model::{Category, Token, Uuid};

use crate::recording::Recording;

/// The token of the first state. Real tokens were here in the summer of 2025.
const FIRST_TOKEN: Token = 24_000_000;

/// However long nothing was published in reality, the drip goes on after this.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// How what came later is let out: from `start` on, `speed` times as fast as it came in reality.
#[derive(Debug, Clone, Copy)]
pub struct Drip {
    /// What was published until this moment is there at once.
    pub start: Timestamp,
    /// Seconds of the recording per second; 0 holds back for good what came after `start`.
    pub speed: f64,
}

/// A recording on its timeline.
pub struct Timeline {
    /// The recording itself.
    pub recording: Recording,
    places: HashMap<Category, Vec<Place>>,
    latest: HashMap<Uuid, Vec<(Category, usize)>>,
    /// The later moments at which something is published, with the delay after which that is.
    schedule: Vec<(Duration, Timestamp)>,
    visible_until: Option<Timestamp>,
    began: Instant,
}

/// The place of a state in the feed of its category.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) token: Token,
    /// The state's index in the recording.
    pub(crate) state: usize,
    visible_from: Timestamp,
    /// When the entity's next state takes over.
    visible_to: Option<Timestamp>,
}

impl Place {
    fn is_visible(&self, now: Option<Timestamp>) -> bool {
        match now {
            None => self.visible_to.is_none(),
            Some(now) => self.visible_from <= now && self.visible_to.is_none_or(|to| to > now),
        }
    }
}

impl Timeline {
    /// Numbers the states and plans what becomes visible when. Without a drip, everything is visible.
    pub fn new(recording: Recording, drip: Option<Drip>) -> Self {
        let mut places: HashMap<Category, Vec<Place>> = HashMap::new();
        let mut latest: HashMap<Uuid, Vec<(Category, usize)>> = HashMap::new();
        let mut token = FIRST_TOKEN;
        for (index, state) in recording.states.iter().enumerate() {
            token += gap(index);
            let of_category = places.entry(state.category).or_default();
            let of_entity = latest.entry(state.id).or_default();
            if let Some((category, previous)) = of_entity.last()
                && *category == state.category
                && let Some(previous) = of_category.get_mut(*previous)
            {
                previous.visible_to = Some(state.updated);
            }
            of_entity.push((state.category, of_category.len()));
            of_category.push(Place {
                token,
                state: index,
                visible_from: state.updated,
                visible_to: None,
            });
        }
        let schedule = drip.map_or_else(Vec::new, |drip| schedule(&recording, drip));
        let visible_until = drip.map(|drip| drip.start);
        Self { recording, places, latest, schedule, visible_until, began: Instant::now() }
    }

    /// The moment of the recording up to which states are visible now; `None` is all of them.
    pub fn now(&self) -> Option<Timestamp> {
        let elapsed = self.began.elapsed();
        let passed = self.schedule.partition_point(|(delay, _)| *delay <= elapsed);
        match passed.checked_sub(1).and_then(|last| self.schedule.get(last)) {
            Some((_, moment)) => Some(*moment),
            None => self.visible_until,
        }
    }

    /// The greatest token that is visible now.
    pub(crate) fn last_token(&self) -> Token {
        let now = self.now();
        let last = |places: &Vec<Place>| {
            places.iter().rfind(|place| place.is_visible(now)).map(|place| place.token)
        };
        self.places.values().filter_map(last).max().unwrap_or(FIRST_TOKEN)
    }

    /// The visible states of a category after a token, oldest first, at most `limit`.
    pub(crate) fn page(&self, category: Category, after: Token, limit: usize) -> Vec<Place> {
        let now = self.now();
        let Some(places) = self.places.get(&category) else { return Vec::new() };
        let start = places.partition_point(|place| place.token <= after);
        places
            .iter()
            .skip(start)
            .filter(|place| place.is_visible(now))
            .take(limit)
            .copied()
            .collect()
    }

    /// The visible state of an entity.
    pub(crate) fn entity(&self, id: Uuid) -> Option<Place> {
        let now = self.now();
        let places = self.latest.get(&id)?;
        places
            .iter()
            .filter_map(|(category, place)| self.places.get(category)?.get(*place))
            .rfind(|place| place.is_visible(now))
            .copied()
    }
}

/// The distance to the next token: the real sequence has gaps, mostly small ones.
fn gap(index: usize) -> Token {
    const GAPS: [Token; 8] = [1, 1, 2, 1, 5, 1, 3, 17];
    GAPS.get(index % GAPS.len()).copied().unwrap_or(1)
}

fn schedule(recording: &Recording, drip: Drip) -> Vec<(Duration, Timestamp)> {
    if drip.speed <= 0.0 {
        return Vec::new();
    }
    let mut schedule = Vec::new();
    let mut delay = Duration::ZERO;
    let mut previous = drip.start;
    for state in recording.states.iter().filter(|state| state.updated > drip.start) {
        if state.updated == previous {
            continue;
        }
        let silence = state.updated.duration_since(previous).as_secs_f64() / drip.speed;
        delay +=
            Duration::try_from_secs_f64(silence).unwrap_or(LONGEST_SILENCE).min(LONGEST_SILENCE);
        previous = state.updated;
        schedule.push((delay, previous));
    }
    schedule
}
