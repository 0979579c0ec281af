//! Dates, times and numbers as Dutch readers write them. Templates hand over references, so that is
//! what these functions take.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::time::{in_amsterdam, month, weekday};

/// `2 juli 2025`
pub(crate) fn day(date: &Date) -> String {
    format!("{} {} {}", date.day(), month(*date), date.year())
}

/// `juli 2025`
pub(crate) fn month_and_year(date: Date) -> String {
    format!("{} {}", month(date), date.year())
}

/// `woensdag 2 juli 2025`
pub(crate) fn weekday_and_day(date: Date) -> String {
    format!("{} {}", weekday(date), day(&date))
}

/// `vandaag, woensdag 2 juli`, `morgen, …`, `gisteren, …`, or the day with its year.
pub(crate) fn day_from(date: Date, today: Date) -> String {
    let near = if date == today {
        Some("vandaag")
    } else if Some(date) == today.checked_add(1.day()).ok() {
        Some("morgen")
    } else if Some(date) == today.checked_sub(1.day()).ok() {
        Some("gisteren")
    } else {
        None
    };
    match near {
        Some(near) => format!("{near}, {} {} {}", weekday(date), date.day(), month(date)),
        None => weekday_and_day(date),
    }
}

/// `2 juli 2025`, in Amsterdam.
pub(crate) fn date(moment: &Timestamp) -> String {
    day(&in_amsterdam(*moment).date())
}

/// `14:00`, in Amsterdam.
pub(crate) fn time(moment: &Timestamp) -> String {
    in_amsterdam(*moment).strftime("%H:%M").to_string()
}

/// `2 juli 2025, 14:00`, in Amsterdam.
pub(crate) fn date_and_time(moment: &Timestamp) -> String {
    format!("{}, {}", date(moment), time(moment))
}

/// `2 juli 2025`, and the time too unless it is midnight: upstream writes a day without a time so.
pub(crate) fn date_and_time_if_any(moment: &Timestamp) -> String {
    let zoned = in_amsterdam(*moment);
    if zoned.hour() == 0 && zoned.minute() == 0 { date(moment) } else { date_and_time(moment) }
}

/// `2025-07-02`, for machines.
pub(crate) fn iso_date(moment: &Timestamp) -> String {
    in_amsterdam(*moment).date().to_string()
}

/// `2025-07-02T14:00+02:00`, for machines.
pub(crate) fn iso(moment: &Timestamp) -> String {
    in_amsterdam(*moment).strftime("%Y-%m-%dT%H:%M%:z").to_string()
}

/// `14:00 – 16:30`, or as much of it as is known.
pub(crate) fn period(from: &Option<Timestamp>, to: &Option<Timestamp>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from != to => format!("{} – {}", time(from), time(to)),
        (Some(from), _) => time(from),
        _ => String::new(),
    }
}

/// `mei 2019` of `2019-05`, and other days that are known in part likewise; what is no date as it is.
pub(crate) fn partial_day(text: &str) -> String {
    let mut parts = text.splitn(3, '-');
    let year = parts.next().and_then(|year| year.parse::<i16>().ok());
    let second = parts.next();
    if let (Some(year), Some(week)) = (year, second.and_then(|it| it.strip_prefix('W')))
        && let Ok(week) = week.parse::<u8>()
    {
        return format!("week {week} van {year}");
    }
    let month_number = second.map(str::parse::<i8>);
    let day_number = parts.next().map(str::parse::<i8>);
    let date = |month, day| Date::new(year?, month, day).ok();
    match (month_number, day_number) {
        (Some(Ok(number)), None) => {
            date(number, 1).map(|it| format!("{} {}", month(it), it.year()))
        }
        (Some(Ok(number)), Some(Ok(of_month))) => date(number, of_month).map(|it| day(&it)),
        _ => None,
    }
    .unwrap_or_else(|| text.to_owned())
}

/// `2009 – augustus 2014`, or as much of it as is known.
pub(crate) fn partial_period(from: &Option<String>, to: &Option<String>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => partial_day(from),
        (Some(from), Some(to)) => format!("{} – {}", partial_day(from), partial_day(to)),
        (Some(from), None) => format!("sinds {}", partial_day(from)),
        (None, Some(to)) => format!("tot en met {}", partial_day(to)),
        (None, None) => String::new(),
    }
}

/// `6 december 2023 – 4 juli 2025`, or as much of it as is known.
pub(crate) fn days(from: &Option<Date>, to: &Option<Date>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{} – {}", day(from), day(to)),
        (Some(from), None) => format!("sinds {}", day(from)),
        (None, Some(to)) => format!("tot en met {}", day(to)),
        (None, None) => String::new(),
    }
}

/// `1 dag`, `12 dagen`
pub(crate) fn day_count(days: &i64) -> String {
    format!("{} {}", number(days), if *days == 1 { "dag" } else { "dagen" })
}

/// `1.250,50` of an amount as published (`1250.5`); what is no amount as it is.
pub(crate) fn amount(text: &str) -> String {
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let is_amount = cents.len() <= 2 && cents.bytes().all(|byte| byte.is_ascii_digit());
    match whole.parse::<i64>() {
        Ok(whole) if is_amount && cents.is_empty() => number(&whole),
        Ok(whole) if is_amount => format!("{},{cents:0<2}", number(&whole)),
        _ => text.to_owned(),
    }
}

/// `12.345`
pub(crate) fn number(number: &i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    if *number < 0 { format!("-{grouped}") } else { grouped }
}

/// `37 kB`, `1,4 MB`
pub(crate) fn size(bytes: &i64) -> String {
    let bytes = *bytes;
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        1_000_000..1_000_000_000 => tenths(bytes, 1_000_000, "MB"),
        _ => tenths(bytes, 1_000_000_000, "GB"),
    }
}

fn tenths(bytes: i64, unit: i64, name: &str) -> String {
    let tenths = (bytes + unit / 20) / (unit / 10);
    format!("{},{} {name}", tenths / 10, tenths % 10)
}

/// `23 seconden geleden`, `4 minuten geleden`, `2 dagen geleden`
pub(crate) fn ago(moment: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(moment).as_secs();
    let (count, one, more) = match seconds {
        ..1 => return "zojuist".into(),
        1..60 => (seconds, "seconde", "seconden"),
        60..3_600 => (seconds / 60, "minuut", "minuten"),
        3_600..86_400 => (seconds / 3_600, "uur", "uur"),
        _ => (seconds / 86_400, "dag", "dagen"),
    };
    format!("{count} {} geleden", if count == 1 { one } else { more })
}

/// The text with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as civil;

    use super::*;

    #[test]
    fn days_by_name() {
        let today = civil(2025, 7, 2);
        assert_eq!(weekday_and_day(today), "woensdag 2 juli 2025");
        assert_eq!(day_from(today, today), "vandaag, woensdag 2 juli");
        assert_eq!(day_from(civil(2025, 7, 3), today), "morgen, donderdag 3 juli");
        assert_eq!(day_from(civil(2025, 6, 30), today), "maandag 30 juni 2025");
    }

    #[test]
    fn times_are_those_of_amsterdam_and_midnight_is_no_time() {
        let summer: Timestamp = "2025-07-02T12:00:00Z".parse().unwrap();
        assert_eq!(date_and_time(&summer), "2 juli 2025, 14:00");
        assert_eq!(iso(&summer), "2025-07-02T14:00+02:00");
        let midnight: Timestamp = "2019-12-21T23:00:00Z".parse().unwrap();
        assert_eq!(date_and_time_if_any(&midnight), "22 december 2019");
    }

    #[test]
    fn days_that_are_known_in_part() {
        assert_eq!(partial_day("2019"), "2019");
        assert_eq!(partial_day("2019-05"), "mei 2019");
        assert_eq!(partial_day("2023-01-08"), "8 januari 2023");
        assert_eq!(partial_day("2019-W07"), "week 7 van 2019");
        assert_eq!(partial_day("2019-13"), "2019-13");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(partial_period(&text("2009"), &text("2014-08")), "2009 – augustus 2014");
        assert_eq!(partial_period(&text("2009"), &None), "sinds 2009");
        assert_eq!(days(&Some(civil(2023, 12, 6)), &None), "sinds 6 december 2023");
        assert_eq!(day_count(&1), "1 dag");
    }

    #[test]
    fn numbers_and_sizes() {
        assert_eq!(number(&7), "7");
        assert_eq!(number(&12_345_678), "12.345.678");
        assert_eq!(number(&-1_000), "-1.000");
        assert_eq!(amount("1250.5"), "1.250,50");
        assert_eq!(amount("1400"), "1.400");
        assert_eq!(amount("p.m."), "p.m.");
        assert_eq!(size(&512), "512 bytes");
        assert_eq!(size(&37_400), "37 kB");
        assert_eq!(size(&1_449_999), "1,4 MB");
    }

    #[test]
    fn how_long_ago() {
        let now: Timestamp = "2025-07-02T12:00:00Z".parse().unwrap();
        assert_eq!(ago(now, now), "zojuist");
        assert_eq!(ago("2025-07-02T11:59:00Z".parse().unwrap(), now), "1 minuut geleden");
        assert_eq!(ago("2025-06-30T11:59:00Z".parse().unwrap(), now), "2 dagen geleden");
    }
}
