//! Parliament's time. The House lives in Amsterdam: dates and times without an offset are meant
//! there, and everything is shown there.

use std::sync::LazyLock;

use jiff::civil::{self, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// The zone of the House.
pub static AMSTERDAM: LazyLock<TimeZone> = LazyLock::new(|| {
    // The time zone database is compiled in (`tzdb-bundle-always`), and Amsterdam is in it.
    TimeZone::get("Europe/Amsterdam").unwrap_or(TimeZone::UTC)
});

/// A moment on the clocks of the House.
pub fn in_amsterdam(moment: Timestamp) -> ZonedDateTime {
    moment.to_zoned_datetime(AMSTERDAM.clone())
}

/// The moment at which a calendar day begins in Amsterdam.
pub fn start_of_day(day: civil::Date) -> Option<Timestamp> {
    day.to_zoned_datetime(AMSTERDAM.clone()).ok().map(|zoned| zoned.timestamp())
}

/// Reads a moment as the source writes it: `2019-12-22T00:00:00` (Amsterdam local time),
/// `2023-08-29T11:10:24Z`, `2025-04-16T16:15:00+02:00`, with any number of decimals.
///
/// A local time in the hour that is skipped in spring is taken as the moment just after it; one in
/// the hour that comes twice in autumn as the first. Year 1 is how the source writes "not yet", and
/// gives `None`, as does text that is no moment.
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned_datetime(AMSTERDAM.clone()).ok()?.timestamp())
    })?;
    let year = in_amsterdam(moment).year();
    (year > 1).then_some(moment)
}

/// The Dutch names of the months, from January on.
pub const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// The Dutch name of the month of a day.
pub fn month(day: civil::Date) -> &'static str {
    let place = usize::try_from(day.month() - 1).ok();
    place.and_then(|month| MONTHS.get(month)).copied().unwrap_or("")
}

/// The Dutch name of the day of the week.
pub fn weekday(day: civil::Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "maandag",
        Weekday::Tuesday => "dinsdag",
        Weekday::Wednesday => "woensdag",
        Weekday::Thursday => "donderdag",
        Weekday::Friday => "vrijdag",
        Weekday::Saturday => "zaterdag",
        Weekday::Sunday => "zondag",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_without_an_offset_are_amsterdam_time() {
        assert_eq!(parse_moment("2025-07-02T12:00:00"), Some(utc("2025-07-02T10:00:00Z")));
        assert_eq!(parse_moment("2019-12-22T00:00:00"), Some(utc("2019-12-21T23:00:00Z")));
        assert_eq!(
            parse_moment("2026-09-10T13:40:40.9030000"),
            Some(utc("2026-09-10T11:40:40.903Z"))
        );
    }

    #[test]
    fn times_with_an_offset_are_taken_at_their_word() {
        assert_eq!(parse_moment("2023-08-29T11:10:24Z"), Some(utc("2023-08-29T11:10:24Z")));
        assert_eq!(parse_moment("2025-04-16T16:15:00+02:00"), Some(utc("2025-04-16T14:15:00Z")));
    }

    #[test]
    fn the_skipped_hour_and_the_double_hour_have_one_meaning() {
        // 30 March 2025: 02:00 to 03:00 does not exist.
        assert_eq!(parse_moment("2025-03-30T02:30:00"), Some(utc("2025-03-30T01:30:00Z")));
        // 26 October 2025: 02:00 to 03:00 comes twice.
        assert_eq!(parse_moment("2025-10-26T02:30:00"), Some(utc("2025-10-26T00:30:00Z")));
    }

    #[test]
    fn year_one_means_not_yet() {
        assert_eq!(parse_moment("0001-01-01T00:00:00"), None);
        assert_eq!(parse_moment("0001-01-01T00:00:00Z"), None);
        assert_eq!(parse_moment("0001-01-01T00:00:00+00:20"), None);
    }

    #[test]
    fn text_that_is_no_moment_gives_nothing() {
        for text in ["", "gisteren", "2025-13-01T00:00:00", "2025-07-02T25:00:00"] {
            assert_eq!(parse_moment(text), None, "{text}");
        }
    }
}
