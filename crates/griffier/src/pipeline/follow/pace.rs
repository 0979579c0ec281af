//! How often a feed whose end was reached is asked again.

use std::time::Duration;

use jiff::Timestamp;
use model::Category;
use model::time::in_amsterdam;

/// What changes by the minute when the House is at work.
const FAST: [Category; 10] = [
    Category::Activiteit,
    Category::Agendapunt,
    Category::Besluit,
    Category::Document,
    Category::DocumentVersie,
    Category::Reservering,
    Category::Stemming,
    Category::Vergadering,
    Category::Verslag,
    Category::Zaak,
];

/// How often a feed whose end was reached is asked again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// Always after this time.
    Fixed(Duration),
    /// By how fast the category changes, the hour in Amsterdam, and how long it has been quiet.
    Adaptive,
}

impl Pace {
    /// How long to wait after a round, of which `quiet_rounds` in a row brought nothing.
    pub(crate) fn pause(self, category: Category, quiet_rounds: u32) -> Duration {
        match self {
            Pace::Fixed(pause) => pause,
            // Real time: parliament's clock may stand still, the source does not.
            Pace::Adaptive => adaptive(category, quiet_rounds, Timestamp::now()),
        }
    }
}

fn adaptive(category: Category, quiet_rounds: u32, now: Timestamp) -> Duration {
    let (shortest, longest) = if FAST.contains(&category) { (20, 30) } else { (300, 900) };
    let is_day = (7..23).contains(&in_amsterdam(now).hour());
    let slower = if is_day { 1 } else { 4 };
    // A quarter longer for each quiet round.
    let steps = quiet_rounds.min(8);
    Duration::from_secs((shortest + shortest * u64::from(steps) / 4).min(longest) * slower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_fast_is_asked_often_by_day_and_less_when_it_is_quiet() {
        let noon: Timestamp = "2025-07-02T10:00:00Z".parse().unwrap();
        let night: Timestamp = "2025-07-02T01:00:00Z".parse().unwrap();
        let seconds = |category, quiet, now| adaptive(category, quiet, now).as_secs();
        assert_eq!(seconds(Category::Document, 0, noon), 20);
        assert_eq!(seconds(Category::Document, 100, noon), 30);
        assert_eq!(seconds(Category::Document, 0, night), 80);
        assert_eq!(seconds(Category::Persoon, 0, noon), 300);
        assert_eq!(seconds(Category::Persoon, 100, noon), 900);
    }
}
