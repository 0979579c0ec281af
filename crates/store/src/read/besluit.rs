//! Decisions with their votes.

use jiff::Timestamp;
use model::Uuid;
use model::entities::Besluit;
use rusqlite::Connection;

use super::{ActiviteitLine, ZaakLine, activiteiten, rows, zaken};
use crate::Result;
use crate::row::{guid, select};

/// A decision with its meeting and its votes.
#[derive(Debug, Clone)]
pub struct BesluitLine {
    /// The decision.
    pub besluit: Besluit,
    /// The meeting at which it was or will be taken.
    pub activiteit: Option<ActiviteitLine>,
    /// The zaken that it is about.
    pub zaken: Vec<ZaakLine>,
    /// How was voted, if it was.
    pub uitslag: Option<Uitslag>,
}

impl BesluitLine {
    /// When it was or will be taken.
    pub fn moment(&self) -> Option<Timestamp> {
        self.activiteit.as_ref()?.moment()
    }
}

/// One party's vote, or in a roll call one member's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stem {
    /// Voor, Tegen, Niet deelgenomen.
    pub soort: String,
    /// Who voted, as published with the vote.
    pub naam: String,
    /// The party, as published with the vote.
    pub fractie: Option<String>,
    /// The seats that the vote counts for.
    pub zetels: i64,
    /// Whether it was reported to be a mistake.
    pub vergissing: bool,
    /// The number of the person, in a roll call.
    pub persoon: Option<String>,
}

/// The votes on a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uitslag {
    /// In favour; the largest party first.
    pub voor: Vec<Stem>,
    /// Against.
    pub tegen: Vec<Stem>,
    /// Not taken part, or voted in a way that is not known here.
    pub niet_deelgenomen: Vec<Stem>,
    /// Whether each member was called by name.
    pub hoofdelijk: bool,
}

impl Uitslag {
    /// Counts votes. The same vote published twice (as happens upstream) counts once.
    pub fn of(stemmen: Vec<Stem>) -> Option<Self> {
        if stemmen.is_empty() {
            return None;
        }
        let hoofdelijk = stemmen.iter().any(|stem| stem.persoon.is_some());
        let mut uitslag =
            Self { voor: Vec::new(), tegen: Vec::new(), niet_deelgenomen: Vec::new(), hoofdelijk };
        for stem in stemmen {
            let side = match stem.soort.as_str() {
                "Voor" => &mut uitslag.voor,
                "Tegen" => &mut uitslag.tegen,
                _ => &mut uitslag.niet_deelgenomen,
            };
            if !side.contains(&stem) {
                side.push(stem);
            }
        }
        for side in [&mut uitslag.voor, &mut uitslag.tegen, &mut uitslag.niet_deelgenomen] {
            side.sort_by(|a, b| {
                (b.zetels, &a.fractie, &a.naam).cmp(&(a.zetels, &b.fractie, &b.naam))
            });
        }
        Some(uitslag)
    }

    /// The seats on a side.
    pub fn zetels(side: &[Stem]) -> i64 {
        side.iter().map(|stem| stem.zetels).sum()
    }
}

/// The decisions that a clause after `FROM besluit` selects.
pub(crate) fn besluiten(
    connection: &Connection,
    clause: &str,
    id: Uuid,
) -> Result<Vec<BesluitLine>> {
    let mut lines = Vec::new();
    for besluit in select::<Besluit>(connection, clause, [guid(id)])? {
        let activiteit = match besluit.agendapunt {
            Some(agendapunt) => activiteiten(
                connection,
                "JOIN agendapunt ON agendapunt.activiteit = activiteit.id WHERE agendapunt.id = ?1",
                [guid(agendapunt.0)],
            )?
            .into_iter()
            .next(),
            None => None,
        };
        let of_besluit = "JOIN besluit_zaak ON besluit_zaak.target = zaak.id \
                          WHERE besluit_zaak.source = ?1 ORDER BY besluit_zaak.place";
        let zaken = zaken(connection, of_besluit, [guid(besluit.id.0)])?;
        let uitslag = Uitslag::of(stemmen(connection, besluit.id.0)?);
        lines.push(BesluitLine { besluit, activiteit, zaken, uitslag });
    }
    lines.sort_by_key(|line| (line.moment(), line.besluit.agendapunt_zaak_besluit_volgorde));
    Ok(lines)
}

fn stemmen(connection: &Connection, besluit: Uuid) -> Result<Vec<Stem>> {
    let sql = "SELECT stemming.soort, stemming.actor_naam, stemming.actor_fractie, \
                   stemming.fractie_grootte, stemming.vergissing, stemming.persoon IS NOT NULL, \
                   persoon.nummer \
               FROM stemming LEFT JOIN persoon ON persoon.id = stemming.persoon \
               WHERE stemming.besluit = ?1";
    rows(connection, sql, [guid(besluit)], |row| {
        let naam: Option<String> = row.get(1)?;
        let fractie: Option<String> = row.get(2)?;
        let of_one_member: bool = row.get(5)?;
        let grootte: Option<i64> = row.get(3)?;
        Ok(Stem {
            soort: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
            naam: naam.or_else(|| fractie.clone()).unwrap_or_default(),
            fractie,
            zetels: if of_one_member { 1 } else { grootte.unwrap_or_default() },
            vergissing: row.get::<_, Option<bool>>(4)?.unwrap_or_default(),
            persoon: row.get(6)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(soort: &str, fractie: &str, zetels: i64) -> Stem {
        Stem {
            soort: soort.into(),
            naam: fractie.into(),
            fractie: Some(fractie.into()),
            zetels,
            vergissing: false,
            persoon: None,
        }
    }

    #[test]
    fn seats_are_counted_per_side_and_a_vote_published_twice_counts_once() {
        let uitslag = Uitslag::of(vec![
            stem("Voor", "SP", 5),
            stem("Voor", "PVV", 37),
            stem("Voor", "SP", 5),
            stem("Tegen", "VVD", 24),
            stem("Niet deelgenomen", "Volt", 2),
        ])
        .unwrap();
        let voor: Vec<_> = uitslag.voor.iter().map(|stem| stem.naam.as_str()).collect();
        assert_eq!(voor, ["PVV", "SP"], "the largest first");
        assert_eq!(Uitslag::zetels(&uitslag.voor), 42);
        assert_eq!(Uitslag::zetels(&uitslag.tegen), 24);
        assert_eq!(uitslag.niet_deelgenomen.len(), 1);
        assert!(!uitslag.hoofdelijk);
    }

    #[test]
    fn no_votes_is_no_result() {
        assert_eq!(Uitslag::of(Vec::new()), None);
    }
}
