//! Charts: their measures, and their meaning in words for those who do not see them. Votes as a bar and
//! seat by seat, and what happened per month as a row of bars.

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

/// The seats of a vote in the half circle of the House: those in favour on the left, those against
/// on the right. Who is where is told by shape as well as by colour.
pub(crate) struct Hemicycle {
    pub(crate) groups: Vec<SeatGroup>,
    /// What it says.
    pub(crate) label: String,
}

/// The seats of one party or member.
pub(crate) struct SeatGroup {
    /// voor, tegen or geen.
    pub(crate) class: &'static str,
    /// Who they are and what they voted.
    pub(crate) title: String,
    /// The size of a seat.
    pub(crate) radius: f64,
    /// Where they are, in a box of 200 by 104.
    pub(crate) seats: Vec<(f64, f64)>,
}

/// More seats than any parliament has are not drawn.
const MOST_SEATS: usize = 800;

impl Hemicycle {
    /// Nothing for a vote without seats.
    pub(crate) fn of(uitslag: &Uitslag) -> Option<Self> {
        let mut tegen: Vec<&Stem> = uitslag.tegen.iter().collect();
        tegen.reverse();
        let groups: Vec<(&'static str, &str, &Stem)> = uitslag
            .voor
            .iter()
            .map(|stem| ("voor", "voor", stem))
            .chain(uitslag.niet_deelgenomen.iter().map(|stem| ("geen", "niet deelgenomen", stem)))
            .chain(tegen.into_iter().map(|stem| ("tegen", "tegen", stem)))
            .collect();
        let count = |stem: &Stem| usize::try_from(stem.zetels).unwrap_or_default();
        let total = groups.iter().map(|(_, _, stem)| count(stem)).sum();
        if total == 0 || total > MOST_SEATS {
            return None;
        }
        let rows = rows_for(total);
        // Seats in the outermost row are a little apart.
        let radius = rounded((150.0 / approximate(total)).sqrt().min(1.6) * 3.2);
        let mut places = places(total, rows).into_iter();
        let groups = groups
            .into_iter()
            .map(|(class, side, stem)| SeatGroup {
                class,
                title: seat_title(stem, side),
                radius,
                seats: places.by_ref().take(count(stem)).collect(),
            })
            .collect();
        Some(Self { groups, label: VoteBar::of(uitslag).label })
    }
}

fn seat_title(stem: &Stem, side: &str) -> String {
    let mut title = stem.naam.clone();
    match (&stem.fractie, stem.hoofdelijk) {
        (Some(fractie), true) => title.push_str(&format!(" ({fractie})")),
        (_, true) => {}
        (_, false) => title.push_str(&format!(", {} zetels", stem.zetels)),
    }
    title.push_str(": ");
    title.push_str(side);
    if stem.vergissing {
        title.push_str(" (vergissing)");
    }
    title
}

fn rows_for(total: usize) -> usize {
    (1..=12).find(|rows| 5 * rows * rows >= total).unwrap_or(12)
}

/// The places of that many seats, from left to right.
fn places(total: usize, rows: usize) -> Vec<(f64, f64)> {
    let radii: Vec<f64> = (0..rows)
        .map(|row| {
            let part = approximate(row + 1) / approximate(rows);
            0.36 + 0.64 * part
        })
        .collect();
    let sum: f64 = radii.iter().sum();
    // Seats are as far apart in one row as in another: each gets its share, and the outermost the rest.
    let mut seats = Vec::new();
    let mut left = total;
    for (row, radius) in radii.iter().enumerate() {
        let share = (0..=total)
            .take_while(|count| approximate(*count) <= approximate(total) * radius / sum)
            .last()
            .unwrap_or_default();
        let count = if row + 1 == rows { left } else { share.min(left) };
        left -= count;
        for seat in 0..count {
            let part = if count == 1 { 0.5 } else { approximate(seat) / approximate(count - 1) };
            seats.push((part, *radius));
        }
    }
    seats.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    seats
        .into_iter()
        .map(|(part, radius)| {
            let angle = std::f64::consts::PI * (1.0 - part);
            let (sine, cosine) = angle.sin_cos();
            (rounded(100.0 + 95.0 * radius * cosine), rounded(99.0 - 95.0 * radius * sine))
        })
        .collect()
}

/// Seats are few: no precision is lost.
fn approximate(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn rounded(measure: f64) -> f64 {
    (measure * 10.0).round() / 10.0
}

/// What a reader has to know about the votes of a decision: that they contradict it or each other.
pub(crate) fn remarks(besluit: &Besluit, uitslag: &Uitslag) -> Vec<String> {
    let mut remarks = Vec::new();
    let known = (Uitslag::zetels(&uitslag.voor), Uitslag::zetels(&uitslag.tegen));
    match stated(besluit) {
        Some(stated) if stated != known => remarks.push(format!(
            "Volgens het besluit waren het {} stemmen voor en {} tegen. Van {} stemmen is \
             gepubliceerd wie ze uitbracht.",
            stated.0,
            stated.1,
            known.0 + known.1
        )),
        Some(_) => {}
        None => {
            let said = besluit.besluit_tekst.as_deref().unwrap_or_default().to_lowercase();
            let is_refused = said.starts_with("verworpen") || said.starts_with("niet aangenomen");
            let is_adopted = said.starts_with("aangenomen");
            if (is_adopted && known.0 <= known.1) || (is_refused && known.0 > known.1) {
                remarks.push(format!(
                    "Het besluit luidt “{}”, maar de gepubliceerde stemmen zeggen iets anders: {} \
                     voor en {} tegen.",
                    said.trim_end_matches('.'),
                    known.0,
                    known.1
                ));
            }
        }
    }
    if !uitslag.tegenstrijdig.is_empty() {
        let mut names: Vec<&str> =
            uitslag.tegenstrijdig.iter().map(|stem| stem.naam.as_str()).collect();
        names.dedup();
        remarks.push(format!(
            "Van {} zijn tegenstrijdige stemmen gepubliceerd. Die zijn niet meegeteld.",
            names.join(", ")
        ));
    }
    match uitslag.dubbel {
        0 => {}
        1 => remarks.push("Eén stem is dubbel gepubliceerd. Die is één keer geteld.".into()),
        more => remarks
            .push(format!("{more} stemmen zijn dubbel gepubliceerd. Die zijn één keer geteld.")),
    }
    remarks
}

/// The votes that the text of a decision counts: `Aangenomen. (72-69)`.
fn stated(besluit: &Besluit) -> Option<(i64, i64)> {
    let (_, counted) = besluit.besluit_tekst.as_deref()?.rsplit_once('(')?;
    let (voor, tegen) = counted.split_once(')')?.0.split_once('-')?;
    Some((voor.trim().parse().ok()?, tegen.trim().parse().ok()?))
}

/// How the members of one party voted in a roll call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PartyVotes<'u> {
    pub(crate) fractie: &'u str,
    pub(crate) voor: usize,
    pub(crate) tegen: usize,
    pub(crate) geen: usize,
}

/// How each party's members voted in a roll call; the largest party first.
pub(crate) fn parties(uitslag: &Uitslag) -> Vec<PartyVotes<'_>> {
    let mut parties: Vec<PartyVotes<'_>> = Vec::new();
    for (side, stemmen) in
        [&uitslag.voor, &uitslag.tegen, &uitslag.niet_deelgenomen].into_iter().enumerate()
    {
        for stem in stemmen {
            let fractie = stem.fractie.as_deref().unwrap_or("fractie niet bekend");
            let mut party = parties.iter_mut().find(|party| party.fractie == fractie);
            if party.is_none() {
                parties.push(PartyVotes { fractie, voor: 0, tegen: 0, geen: 0 });
                party = parties.last_mut();
            }
            let Some(party) = party else { continue };
            match side {
                0 => party.voor += 1,
                1 => party.tegen += 1,
                _ => party.geen += 1,
            }
        }
    }
    let size = |party: &PartyVotes<'_>| party.voor + party.tegen + party.geen;
    parties.sort_by(|a, b| (size(b), a.fractie).cmp(&(size(a), b.fractie)));
    parties
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
        ("Tegenstrijdig", "geen", &uitslag.tegenstrijdig),
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

    fn stem(soort: &str, fractie: &str, zetels: i64) -> Stem {
        Stem {
            soort: soort.into(),
            naam: fractie.into(),
            fractie: Some(fractie.into()),
            zetels,
            vergissing: false,
            hoofdelijk: false,
            persoon: None,
            afkorting: None,
        }
    }

    fn uitslag(voor: i64, tegen: i64) -> Uitslag {
        Uitslag::of(vec![stem("Voor", "SP", voor), stem("Tegen", "VVD", tegen)]).unwrap()
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
    fn the_half_circle_has_every_seat_once_from_left_to_right() {
        let votes = vec![
            stem("Voor", "PVV", 37),
            stem("Voor", "SP", 5),
            stem("Niet deelgenomen", "Volt", 2),
            stem("Tegen", "VVD", 24),
            stem("Tegen", "NSC", 19),
        ];
        let half = Hemicycle::of(&Uitslag::of(votes).unwrap()).unwrap();
        let groups: Vec<_> = half
            .groups
            .iter()
            .map(|group| (group.class, group.title.as_str(), group.seats.len()))
            .collect();
        assert_eq!(
            groups,
            [
                ("voor", "PVV, 37 zetels: voor", 37),
                ("voor", "SP, 5 zetels: voor", 5),
                ("geen", "Volt, 2 zetels: niet deelgenomen", 2),
                ("tegen", "NSC, 19 zetels: tegen", 19),
                ("tegen", "VVD, 24 zetels: tegen", 24),
            ]
        );
        let seats: Vec<(f64, f64)> =
            half.groups.iter().flat_map(|group| group.seats.iter().copied()).collect();
        assert!(seats.iter().all(|(x, y)| (0.0..=200.0).contains(x) && (0.0..=104.0).contains(y)));
        for (place, one) in seats.iter().enumerate() {
            for other in seats.iter().skip(place + 1) {
                let apart = (one.0 - other.0).hypot(one.1 - other.1);
                assert!(apart > 2.0, "{one:?} and {other:?} are in one place");
            }
        }
    }

    #[test]
    fn whatever_the_number_of_seats_all_are_drawn() {
        for total in 1..=160 {
            let half = Hemicycle::of(&uitslag(total, 0)).unwrap();
            let drawn: usize = half.groups.iter().map(|group| group.seats.len()).sum();
            assert_eq!(drawn, usize::try_from(total).unwrap());
        }
        assert!(Hemicycle::of(&uitslag(0, 0)).is_none());
    }

    #[test]
    fn a_roll_call_is_told_per_party() {
        let lid = |soort: &str, fractie: &str, naam: &str| Stem {
            naam: naam.into(),
            hoofdelijk: true,
            ..stem(soort, fractie, 1)
        };
        let uitslag = Uitslag::of(vec![
            lid("Voor", "SP", "Een"),
            lid("Voor", "NSC", "Twee"),
            lid("Tegen", "NSC", "Drie"),
            lid("Niet deelgenomen", "NSC", "Vier"),
        ])
        .unwrap();
        let told: Vec<_> = parties(&uitslag)
            .iter()
            .map(|party| (party.fractie, party.voor, party.tegen, party.geen))
            .collect();
        assert_eq!(told, [("NSC", 1, 1, 1), ("SP", 1, 0, 0)]);
    }

    #[test]
    fn a_decision_that_counts_other_votes_than_were_published_says_so() {
        let nothing = Vec::<String>::new();
        assert_eq!(remarks(&besluit("Aangenomen. (87-63)"), &uitslag(87, 63)), nothing);
        assert_eq!(remarks(&besluit("Aangenomen."), &uitslag(87, 63)), nothing);
        let said = remarks(&besluit("Aangenomen. (72-69)"), &uitslag(48, 47));
        assert!(said[0].contains("72 stemmen voor en 69 tegen. Van 95 stemmen"), "{said:?}");
    }

    #[test]
    fn a_decision_against_its_votes_says_so() {
        let said = remarks(&besluit("Verworpen."), &uitslag(87, 63));
        assert!(said[0].contains("“verworpen”") && said[0].contains("87 voor en 63 tegen"));
        assert_eq!(remarks(&besluit("Niet aangenomen."), &uitslag(75, 75)), Vec::<String>::new());
    }

    #[test]
    fn votes_that_were_left_out_are_told() {
        let votes = vec![
            stem("Voor", "SP", 5),
            stem("Voor", "SP", 5),
            stem("Voor", "VVD", 24),
            stem("Tegen", "VVD", 24),
        ];
        let said = remarks(&besluit("Aangenomen."), &Uitslag::of(votes).unwrap());
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("Van VVD zijn tegenstrijdige stemmen"));
        assert!(said[1].starts_with("Eén stem is dubbel"));
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
