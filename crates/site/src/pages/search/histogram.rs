//! How many hits there are of each month or year, as bars that lead to them.

use jiff::civil::Date;
use search::Month;

use super::asked::Asked;
use super::count;
use crate::format;

/// More months than this are shown as years.
const MOST_MONTHS: i64 = 30;
/// More years than this are not shown: what is before them is a mistake upstream more often than not.
const MOST_YEARS: i64 = 60;
/// The width of a bar with the space beside it.
const STEP: i64 = 12;
/// The height of the highest bar.
const HEIGHT: i64 = 48;

pub(super) struct Histogram {
    pub(super) bars: Vec<Bar>,
    /// The period of the first and that of the last bar.
    pub(super) first: String,
    pub(super) last: String,
    /// What a bar stands for: "jaar", "maand".
    pub(super) unit: &'static str,
}

pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) height: i64,
    pub(super) count: i64,
    /// "juli 2025"
    pub(super) name: String,
    /// The same search in that period.
    pub(super) address: String,
    /// Whether it is within the period that was chosen.
    pub(super) is_chosen: bool,
}

impl Histogram {
    /// The bars of what was found; none if it is all of one month.
    pub(super) fn of(asked: &Asked, months: &[Month]) -> Option<Self> {
        // Of a year that was chosen the months are shown; else all that there is.
        let chosen =
            asked.from.zip(asked.until).map(|(from, until)| (of_date(from), of_date(until)));
        let chosen = chosen.filter(|(first, last)| last > first && last - first < MOST_MONTHS);
        let found: Vec<(i64, i64)> = months
            .iter()
            .map(|month| (month.year * 12 + month.month - 1, count(month.count)))
            .filter(|(month, _)| chosen.is_none_or(|(first, last)| (first..=last).contains(month)))
            .collect();
        let (first, last) = match chosen {
            Some(chosen) => chosen,
            None => (found.first()?.0, found.last()?.0),
        };
        let by_year = last - first >= MOST_MONTHS;
        let first = if by_year { first.max(last - MOST_YEARS * 12) } else { first };
        let size = if by_year { 12 } else { 1 };
        let (first, last) = (first.div_euclid(size), last.div_euclid(size));
        if found.is_empty() || first == last {
            return None;
        }
        let in_unit = |unit: i64| -> i64 {
            let within = found.iter().filter(|(month, _)| month.div_euclid(size) == unit);
            within.map(|(_, count)| count).sum()
        };
        let counts: Vec<(i64, i64)> = (first..=last).map(|unit| (unit, in_unit(unit))).collect();
        let most = counts.iter().map(|(_, count)| *count).max()?.max(1);
        let bars: Vec<Bar> = (0..)
            .zip(counts)
            .filter_map(|(place, (unit, count))| {
                let (first, last, name) = period(unit, by_year)?;
                // What is there can be seen, however little it is.
                let height = if count > 0 { (count * HEIGHT / most).max(2) } else { 0 };
                let is_chosen = asked.from.is_none_or(|from| from <= first)
                    && asked.until.is_none_or(|until| until >= last);
                Some(Bar {
                    x: place * STEP,
                    y: HEIGHT - height,
                    height,
                    count,
                    name,
                    address: asked.of(Some(first), Some(last)).address(""),
                    is_chosen,
                })
            })
            .collect();
        Some(Self {
            first: bars.first()?.name.clone(),
            last: bars.last()?.name.clone(),
            unit: if by_year { "jaar" } else { "maand" },
            bars,
        })
    }

    pub(super) fn width(&self) -> i64 {
        i64::try_from(self.bars.len()).unwrap_or_default() * STEP
    }
}

/// The first and the last day of a year or a month, and what it is called.
fn period(unit: i64, by_year: bool) -> Option<(Date, Date, String)> {
    if by_year {
        let first = Date::new(i16::try_from(unit).ok()?, 1, 1).ok()?;
        return Some((first, first.last_of_year(), unit.to_string()));
    }
    let (year, month) = (unit.div_euclid(12), unit.rem_euclid(12) + 1);
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    Some((first, first.last_of_month(), format::month_and_year(first)))
}

fn of_date(day: Date) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(parameters: &[(&str, &str)]) -> Asked {
        let owned = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Asked::parse(&owned.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn few_months_are_shown_as_months_with_the_empty_ones_between() {
        let months = [
            Month { year: 2024, month: 12, count: 10 },
            Month { year: 2025, month: 2, count: 1_000 },
        ];
        let shown = Histogram::of(&asked(&[("q", "x")]), &months).unwrap();
        let bars: Vec<_> = shown.bars.iter().map(|bar| (bar.name.as_str(), bar.height)).collect();
        assert_eq!(bars, [("december 2024", 2), ("januari 2025", 0), ("februari 2025", 48)]);
        assert_eq!(shown.bars[2].address, "/zoeken?q=x&van=2025-02-01&tot=2025-02-28");
        assert!(Histogram::of(&asked(&[]), &months[..1]).is_none());
        assert!(Histogram::of(&asked(&[]), &[]).is_none());
    }

    #[test]
    fn many_months_are_shown_as_years_and_those_of_a_chosen_year_as_months() {
        let months: Vec<Month> = (2010..2025)
            .flat_map(|year| (1..=12).map(move |month| Month { year, month, count: 1 }))
            .collect();
        let shown = Histogram::of(&asked(&[]), &months).unwrap();
        assert_eq!((shown.bars.len(), shown.bars[0].count, shown.unit), (15, 12, "jaar"));
        let year = asked(&[("van", "2020"), ("tot", "2020")]);
        let shown = Histogram::of(&year, &months).unwrap();
        assert_eq!((shown.bars.len(), shown.first.as_str()), (12, "januari 2020"));
        assert!(shown.bars.iter().all(|bar| bar.is_chosen));
    }
}
