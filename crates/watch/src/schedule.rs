//! When somebody is told: at once or in a digest, and never in their quiet hours.

use jiff::civil::{DateTime, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use model::time::in_amsterdam;
use store::watching::monitor::{Channel, Choices, Frequency};

/// When a monitor tells what it matched now; never if it tells in its feed alone.
pub fn due_at(choices: &Choices, now: Timestamp) -> Option<Timestamp> {
    if choices.channel == Channel::Feed {
        return None;
    }
    let local = in_amsterdam(now).datetime();
    let due = match choices.frequency {
        Frequency::AtOnce => local,
        Frequency::Hourly => next_hour(local),
        Frequency::Daily { minute } => next_day(local, minute, None),
        Frequency::Weekly { weekday, minute } => {
            let weekday = i8::try_from(weekday).ok();
            let weekday = weekday.and_then(|day| Weekday::from_monday_one_offset(day).ok());
            next_day(local, minute, Some(weekday.unwrap_or(Weekday::Monday)))
        }
    };
    let due = choices.quiet.map_or(due, |quiet| after_quiet(due, quiet));
    if due == local {
        return Some(now);
    }
    in_amsterdam(now).time_zone().to_timestamp(due).ok().or(Some(now))
}

fn next_hour(local: DateTime) -> DateTime {
    let this = local.with().minute(0).second(0).subsec_nanosecond(0).build().unwrap_or(local);
    this.checked_add(1.hour()).unwrap_or(local)
}

/// The next time that it is this minute of a day, on this weekday if one is given.
fn next_day(local: DateTime, minute: i64, weekday: Option<Weekday>) -> DateTime {
    let mut day = local.date();
    for _ in 0..8 {
        let at = day.to_datetime(time(minute));
        if at > local && weekday.is_none_or(|weekday| weekday == day.weekday()) {
            return at;
        }
        day = day.tomorrow().unwrap_or(day);
    }
    local
}

fn time(minute: i64) -> Time {
    let part = |number: i64| i8::try_from(number).unwrap_or_default();
    Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight())
}

/// The end of the quiet hours in which a moment lies, or the moment itself.
fn after_quiet(due: DateTime, (from, until): (i64, i64)) -> DateTime {
    let minute = i64::from(due.hour()) * 60 + i64::from(due.minute());
    let is_quiet = if from <= until {
        (from..until).contains(&minute)
    } else {
        minute >= from || minute < until
    };
    if !is_quiet {
        return due;
    }
    let end = due.date().to_datetime(time(until));
    if minute < until { end } else { end.checked_add(1.day()).unwrap_or(due) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(frequency: Frequency, quiet: Option<(i64, i64)>) -> Choices {
        Choices {
            name: String::new(),
            kinds: Vec::new(),
            channel: Channel::Mail,
            frequency,
            quiet,
            muted: Vec::new(),
            paused: false,
        }
    }

    /// In Amsterdam time, from one written in it.
    fn due(choices: &Choices, now: &str) -> String {
        let now: DateTime = now.parse().unwrap();
        let zone = in_amsterdam(Timestamp::UNIX_EPOCH).time_zone().clone();
        let due = due_at(choices, zone.to_timestamp(now).unwrap()).unwrap();
        in_amsterdam(due).datetime().to_string()
    }

    #[test]
    fn at_once_is_now_and_an_hour_begins_on_the_hour() {
        let at_once = choices(Frequency::AtOnce, None);
        assert_eq!(due(&at_once, "2025-07-02T12:34:56"), "2025-07-02T12:34:56");
        let hourly = choices(Frequency::Hourly, None);
        assert_eq!(due(&hourly, "2025-07-02T12:00:00"), "2025-07-02T13:00:00");
        assert_eq!(due(&hourly, "2025-07-02T23:59:00"), "2025-07-03T00:00:00");
    }

    #[test]
    fn a_digest_comes_at_its_own_time_whatever_the_clocks_do() {
        let daily = choices(Frequency::Daily { minute: 7 * 60 + 30 }, None);
        assert_eq!(due(&daily, "2025-07-02T07:29:00"), "2025-07-02T07:30:00");
        assert_eq!(due(&daily, "2025-07-02T07:30:00"), "2025-07-03T07:30:00");
        // The clocks go back in the night between.
        assert_eq!(due(&daily, "2025-10-25T12:00:00"), "2025-10-26T07:30:00");
        let weekly = choices(Frequency::Weekly { weekday: 1, minute: 480 }, None);
        assert_eq!(due(&weekly, "2025-07-02T12:00:00"), "2025-07-07T08:00:00");
        assert_eq!(due(&weekly, "2025-07-07T08:00:00"), "2025-07-14T08:00:00");
    }

    #[test]
    fn quiet_hours_may_go_past_midnight() {
        let night = choices(Frequency::AtOnce, Some((22 * 60, 7 * 60)));
        assert_eq!(due(&night, "2025-07-02T21:59:00"), "2025-07-02T21:59:00");
        assert_eq!(due(&night, "2025-07-02T22:00:00"), "2025-07-03T07:00:00");
        assert_eq!(due(&night, "2025-07-03T06:59:00"), "2025-07-03T07:00:00");
        assert_eq!(due(&night, "2025-07-03T07:00:00"), "2025-07-03T07:00:00");
        let noon = choices(Frequency::AtOnce, Some((12 * 60, 13 * 60)));
        assert_eq!(due(&noon, "2025-07-02T12:30:00"), "2025-07-02T13:00:00");
    }

    #[test]
    fn a_feed_is_never_due() {
        let feed = Choices { channel: Channel::Feed, ..choices(Frequency::AtOnce, None) };
        assert_eq!(due_at(&feed, Timestamp::UNIX_EPOCH), None);
    }
}
