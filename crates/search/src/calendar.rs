//! Days and months as parliament counts them: in Amsterdam.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::time::{in_amsterdam, start_of_day};

/// The day of a moment.
pub(crate) fn day(moment: Timestamp) -> Date {
    in_amsterdam(moment).date()
}

/// The month of a moment as a number: twelve times the year, and the month from 0.
pub(crate) fn month(moment: Timestamp) -> i64 {
    let day = day(moment);
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

/// The microseconds since 1970 at which a day begins.
pub(crate) fn start(day: Date) -> i64 {
    start_of_day(day).map_or(i64::MIN, |start| start.as_microsecond())
}

/// The microseconds since 1970 at which a day has ended.
pub(crate) fn end(day: Date) -> i64 {
    day.checked_add(1.day()).map_or(i64::MAX, start)
}

/// The first and the last day that a text names: a day ("2024-01-31", "31-1-2024"), a month
/// ("2024-01") or a year ("2024").
pub fn period(text: &str) -> Option<(Date, Date)> {
    let numbers: Vec<i16> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let short = |number: i16| i8::try_from(number).ok();
    let is_year = |number: i16| (1800..=2200).contains(&number);
    match *numbers.as_slice() {
        [year] if is_year(year) => {
            Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
        }
        [year, month] | [month, year] if is_year(year) => {
            let first = Date::new(year, short(month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        [year, month, day] | [day, month, year] if is_year(year) => {
            let day = Date::new(year, short(month)?, short(day)?).ok()?;
            Some((day, day))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_at_midnight_in_amsterdam() {
        let moment: Timestamp = "2025-06-30T22:30:00Z".parse().unwrap();
        assert_eq!(day(moment).to_string(), "2025-07-01");
        assert_eq!(month(moment), 2025 * 12 + 6);
        let long_day = Date::new(2025, 10, 26).unwrap();
        assert_eq!(end(long_day) - start(long_day), 25 * 3_600_000_000);
    }

    #[test]
    fn periods_are_years_months_and_days() {
        let read = |text| period(text).map(|(from, until)| format!("{from} {until}"));
        assert_eq!(read("2024").unwrap(), "2024-01-01 2024-12-31");
        assert_eq!(read("2024-02").unwrap(), "2024-02-01 2024-02-29");
        assert_eq!(read("02-2024").unwrap(), "2024-02-01 2024-02-29");
        assert_eq!(read("2024-01-31").unwrap(), "2024-01-31 2024-01-31");
        assert_eq!(read("31-1-2024").unwrap(), "2024-01-31 2024-01-31");
        for text in ["", "24", "2024-13", "2024-02-30", "gisteren", "2024-1-1-1", "99999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
