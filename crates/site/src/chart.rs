//! Votes as a bar: its measures, and its meaning in words for those who do not see it.

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
}
