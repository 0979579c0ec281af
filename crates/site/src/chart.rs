//! Charts: their measures, and their meaning in words for those who do not see them. Votes as a bar,
//! and what happened per month as a row of bars.

use jiff::civil::Date;
use model::entities::Besluit;
use store::read::besluit::{Stem, Uitslag};

/// A bar of seats in favour, against and not taken part.
pub(crate) struct VoteBar {
    pub(crate) voor: i64,
    pub(crate) tegen: i64,
    pub(crate) geen: i64,
    /// All seats together: the width of the bar. At least 1.
    pub(crate) total: i64,
    /// Half of the votes cast: more than this is a majority.
    pub(crate) half: f64,
    /// What the bar says.
    pub(crate) label: String,
}

impl VoteBar {
    pub(crate) fn of(uitslag: &Uitslag) -> Self {
        let voor = Uitslag::zetels(&uitslag.voor);
        let tegen = Uitslag::zetels(&uitslag.tegen);
        let geen = Uitslag::zetels(&uitslag.niet_deelgenomen);
        let cast = i32::try_from(voor + tegen).unwrap_or(i32::MAX);
        let mut label = format!("{voor} voor, {tegen} tegen");
        if geen > 0 {
            label.push_str(&format!(", {geen} niet deelgenomen"));
        }
        Self {
            voor,
            tegen,
            geen,
            total: (voor + tegen + geen).max(1),
            half: f64::from(cast) / 2.0,
            label,
        }
    }
}

/// What to say where the text of a decision counts other votes than those that were published:
/// "Aangenomen. (72-69)" with 48 members known to be in favour.
pub(crate) fn contradiction(besluit: &Besluit, uitslag: &Uitslag) -> Option<String> {
    let (_, counted) = besluit.besluit_tekst.as_deref()?.rsplit_once('(')?;
    let (voor, tegen) = counted.split_once(')')?.0.split_once('-')?;
    let stated: (i64, i64) = (voor.trim().parse().ok()?, tegen.trim().parse().ok()?);
    let known = (Uitslag::zetels(&uitslag.voor), Uitslag::zetels(&uitslag.tegen));
    (stated != known).then(|| {
        format!(
            "Volgens het besluit waren het {} stemmen voor en {} tegen. Van {} stemmen is \
             gepubliceerd wie ze uitbracht.",
            stated.0,
            stated.1,
            known.0 + known.1
        )
    })
}

/// One side of a vote.
pub(crate) struct Side<'u> {
    pub(crate) name: &'static str,
    pub(crate) class: &'static str,
    pub(crate) zetels: i64,
    pub(crate) stemmen: &'u [Stem],
}

/// The sides of a vote that anyone was on.
pub(crate) fn sides(uitslag: &Uitslag) -> Vec<Side<'_>> {
    [
        ("Voor", "voor", &uitslag.voor),
        ("Tegen", "tegen", &uitslag.tegen),
        ("Niet deelgenomen", "geen", &uitslag.niet_deelgenomen),
    ]
    .into_iter()
    .filter(|(_, _, stemmen)| !stemmen.is_empty())
    .map(|(name, class, stemmen)| Side { name, class, zetels: Uitslag::zetels(stemmen), stemmen })
    .collect()
}

/// Things of some kinds, counted per month: a bar per month, in which the kinds stand on each other.
pub(crate) struct Months {
    /// The kinds, from below upwards: their class and their name.
    pub(crate) kinds: &'static [(&'static str, &'static str)],
    pub(crate) bars: Vec<MonthBar>,
    /// What the chart says.
    pub(crate) label: String,
}

/// A month.
pub(crate) struct MonthBar {
    pub(crate) x: i64,
    /// `juni 2025`
    pub(crate) name: String,
    /// `j`
    pub(crate) letter: char,
    /// `juni 2025: 12 beantwoord, 3 te laat`
    pub(crate) title: String,
    /// The number of each kind.
    pub(crate) counts: Vec<i64>,
    pub(crate) parts: Vec<BarPart>,
}

/// A part of a bar; heights go to 84, from the top.
pub(crate) struct BarPart {
    pub(crate) class: &'static str,
    pub(crate) y: i64,
    pub(crate) height: i64,
}

impl Months {
    /// The height of the highest bar.
    const HEIGHT: i64 = 84;

    /// The first day of the month in which a chart of a year up to today begins.
    pub(crate) fn first_day(today: Date) -> Date {
        let this = today.first_of_month();
        this.checked_sub(jiff::Span::new().months(11)).unwrap_or(this)
    }

    /// A year up to today. Each thing counts in the month of its day, as the kind with this place.
    pub(crate) fn of(
        today: Date,
        kinds: &'static [(&'static str, &'static str)],
        things: impl IntoIterator<Item = (Date, usize)>,
    ) -> Self {
        let first = Self::first_day(today);
        let place = |day: Date| {
            let years = i64::from(day.year()) - i64::from(first.year());
            years * 12 + i64::from(day.month()) - i64::from(first.month())
        };
        let mut counts = vec![vec![0_i64; kinds.len()]; 12];
        for (day, kind) in things {
            let month = usize::try_from(place(day)).ok().and_then(|month| counts.get_mut(month));
            if let Some(count) = month.and_then(|month| month.get_mut(kind)) {
                *count += 1;
            }
        }
        let highest = counts.iter().map(|counts| counts.iter().sum()).max().unwrap_or(0).max(1);
        let total: i64 = counts.iter().flatten().sum();
        let bars: Vec<MonthBar> = (0_i64..)
            .zip(counts)
            .filter_map(|(month, counts)| {
                let day = first.checked_add(jiff::Span::new().months(month)).ok()?;
                Some(MonthBar::new(month, day, kinds, counts, highest))
            })
            .collect();
        let label = format!("{total} in twaalf maanden, hooguit {highest} in een maand");
        Self { kinds, bars, label }
    }

    /// The width of the chart; its height is 100.
    pub(crate) fn width(&self) -> usize {
        self.bars.len() * 22
    }
}

impl MonthBar {
    fn new(
        month: i64,
        day: Date,
        kinds: &[(&'static str, &'static str)],
        counts: Vec<i64>,
        highest: i64,
    ) -> Self {
        let name = crate::format::month_and_year(day);
        let said: Vec<String> =
            kinds.iter().zip(&counts).map(|((_, name), count)| format!("{count} {name}")).collect();
        let mut parts = Vec::new();
        let mut below = 0;
        for ((class, _), count) in kinds.iter().zip(&counts) {
            // From the running sum, so that rounding does not add up.
            let from = below * Months::HEIGHT / highest;
            below += count;
            let to = below * Months::HEIGHT / highest;
            if to > from {
                parts.push(BarPart { class, y: Months::HEIGHT - to, height: to - from });
            }
        }
        Self {
            x: month * 22 + 3,
            letter: name.chars().next().unwrap_or(' '),
            title: format!("{name}: {}", said.join(", ")),
            name,
            counts,
            parts,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Record, Uuid};

    use super::*;

    fn uitslag(voor: i64, tegen: i64) -> Uitslag {
        let stem = |soort: &str, zetels| Stem {
            soort: soort.into(),
            naam: "x".into(),
            fractie: None,
            zetels,
            vergissing: false,
            persoon: None,
        };
        Uitslag::of(vec![stem("Voor", voor), stem("Tegen", tegen)]).unwrap()
    }

    fn besluit(text: &str) -> Besluit {
        Besluit {
            besluit_tekst: Some(text.into()),
            ..Besluit::from_values(Uuid::nil(), Vec::new())
        }
    }

    #[test]
    fn the_bar_says_in_words_what_it_shows() {
        let bar = VoteBar::of(&uitslag(87, 63));
        assert_eq!(bar.label, "87 voor, 63 tegen");
        assert_eq!((bar.total, bar.half), (150, 75.0));
    }

    #[test]
    fn a_decision_that_counts_other_votes_than_were_published_says_so() {
        assert_eq!(contradiction(&besluit("Aangenomen. (87-63)"), &uitslag(87, 63)), None);
        assert_eq!(contradiction(&besluit("Aangenomen."), &uitslag(87, 63)), None);
        let said = contradiction(&besluit("Aangenomen. (72-69)"), &uitslag(48, 47)).unwrap();
        assert!(said.contains("72 stemmen voor en 69 tegen. Van 95 stemmen"), "{said}");
    }

    #[test]
    fn months_count_a_year_up_to_today_and_their_parts_stand_on_each_other() {
        use jiff::civil::date;
        let kinds: &[(&str, &str)] = &[("voor", "beantwoord"), ("tegen", "te laat")];
        let things = [
            (date(2025, 7, 1), 0),
            (date(2025, 7, 2), 1),
            (date(2024, 8, 1), 1),
            (date(2024, 7, 31), 0), // before the year
        ];
        let months = Months::of(date(2025, 7, 2), kinds, things);
        assert_eq!(months.bars.len(), 12);
        let (first, last) = (months.bars.first().unwrap(), months.bars.last().unwrap());
        assert_eq!(first.title, "augustus 2024: 0 beantwoord, 1 te laat");
        assert_eq!((last.name.as_str(), last.counts.as_slice()), ("juli 2025", &[1, 1][..]));
        let heights: Vec<_> = last.parts.iter().map(|part| (part.y, part.height)).collect();
        assert_eq!(heights, [(42, 42), (0, 42)]);
    }
}
