//! Decisions with their votes.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use model::entities::Besluit;
use model::{Uuid, address};
use rusqlite::Connection;

use super::document::OF_ZAAK;
use super::{ActiviteitLine, ZaakLine, activiteiten, each, rows, zaken};
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

    /// The page of its votes.
    pub fn address(&self) -> Option<String> {
        self.uitslag.as_ref().map(|_| address::stemming(&self.besluit.id.to_string()))
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
    /// Whether it is the vote of one member, in a roll call.
    pub hoofdelijk: bool,
    /// The number of that member, where the member is known.
    pub persoon: Option<String>,
    /// The short name of the party that the vote refers to, where that is known.
    pub afkorting: Option<String>,
}

impl Stem {
    /// The page of the member or party that gave it.
    pub fn address(&self) -> Option<String> {
        if self.hoofdelijk {
            return self.persoon.as_deref().map(address::persoon);
        }
        self.afkorting.as_deref().or(self.fractie.as_deref()).map(address::fractie)
    }

    /// Who voted: the member, or the party.
    fn voter(&self) -> (bool, &str) {
        let name = if self.hoofdelijk { self.persoon.as_deref() } else { self.fractie.as_deref() };
        (self.hoofdelijk, name.unwrap_or(&self.naam))
    }
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
    /// Published on more than one side by the same voter: counted on none.
    pub tegenstrijdig: Vec<Stem>,
    /// How many votes were published again, and are left out.
    pub dubbel: usize,
    /// Whether each member was called by name.
    pub hoofdelijk: bool,
}

impl Uitslag {
    /// Counts votes. Upstream publishes some twice: the same vote again counts once, a party's vote
    /// beside those of its members not at all, and a voter who stands on two sides on neither.
    pub fn of(stemmen: Vec<Stem>) -> Option<Self> {
        if stemmen.is_empty() {
            return None;
        }
        let mut uitslag = Self {
            voor: Vec::new(),
            tegen: Vec::new(),
            niet_deelgenomen: Vec::new(),
            tegenstrijdig: Vec::new(),
            dubbel: 0,
            hoofdelijk: stemmen.iter().any(|stem| stem.hoofdelijk),
        };
        let with_members: HashSet<Option<String>> = stemmen
            .iter()
            .filter(|stem| stem.hoofdelijk)
            .map(|stem| stem.fractie.clone())
            .collect();
        // In the order in which they were published.
        let mut voters: Vec<Vec<Stem>> = Vec::new();
        let mut place: HashMap<(bool, String), usize> = HashMap::new();
        for stem in stemmen {
            if !stem.hoofdelijk && with_members.contains(&stem.fractie) {
                uitslag.dubbel += 1;
                continue;
            }
            let (hoofdelijk, name) = stem.voter();
            let at = *place.entry((hoofdelijk, name.to_owned())).or_insert_with(|| {
                voters.push(Vec::new());
                voters.len() - 1
            });
            if let Some(votes) = voters.get_mut(at) {
                votes.push(stem);
            }
        }
        for votes in voters {
            let again = votes.len() - 1;
            let Some(mut stem) = votes.first().cloned() else { continue };
            if votes.iter().any(|other| other.soort != stem.soort) {
                uitslag.tegenstrijdig.extend(votes);
                continue;
            }
            uitslag.dubbel += again;
            stem.vergissing = votes.iter().any(|other| other.vergissing);
            let side = match stem.soort.as_str() {
                "Voor" => &mut uitslag.voor,
                "Tegen" => &mut uitslag.tegen,
                _ => &mut uitslag.niet_deelgenomen,
            };
            side.push(stem);
        }
        for side in [
            &mut uitslag.voor,
            &mut uitslag.tegen,
            &mut uitslag.niet_deelgenomen,
            &mut uitslag.tegenstrijdig,
        ] {
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

    /// In a roll call: the members who voted otherwise than most of their party. Where a party is
    /// split in halves, nobody is.
    pub fn afwijkend(&self) -> Vec<&Stem> {
        let mut votes: HashMap<&str, (usize, usize)> = HashMap::new();
        for (side, is_voor) in [(&self.voor, true), (&self.tegen, false)] {
            for stem in side.iter().filter(|stem| stem.hoofdelijk) {
                let Some(fractie) = stem.fractie.as_deref() else { continue };
                let (voor, tegen) = votes.entry(fractie).or_default();
                *(if is_voor { voor } else { tegen }) += 1;
            }
        }
        let lost = |stem: &&Stem, is_voor: bool| {
            let found = stem.fractie.as_deref().and_then(|fractie| votes.get(fractie));
            found.is_some_and(|(voor, tegen)| if is_voor { voor < tegen } else { tegen < voor })
        };
        let voor = self.voor.iter().filter(|stem| lost(stem, true));
        voor.chain(self.tegen.iter().filter(|stem| lost(stem, false))).collect()
    }
}

/// The decisions that a clause after `FROM besluit` selects, in the order of their meetings.
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

/// The zaken with these GUIDs, in their order, each with the decisions about it.
pub(crate) fn with_besluiten(
    connection: &Connection,
    ids: &[Uuid],
) -> Result<Vec<(ZaakLine, Vec<BesluitLine>)>> {
    each(ids, |id| {
        let besluiten = besluiten(connection, OF_ZAAK, id)?;
        let found = zaken(connection, "WHERE zaak.id = ?1", [guid(id)])?;
        Ok(found.into_iter().map(|zaak| (zaak, besluiten.clone())).collect())
    })
}

pub(crate) fn stemmen(connection: &Connection, besluit: Uuid) -> Result<Vec<Stem>> {
    let sql = "SELECT stemming.soort, stemming.actor_naam, stemming.actor_fractie, \
                   stemming.fractie_grootte, stemming.vergissing, stemming.persoon IS NOT NULL, \
                   persoon.nummer, fractie.afkorting \
               FROM stemming LEFT JOIN persoon ON persoon.id = stemming.persoon \
               LEFT JOIN fractie ON fractie.id = stemming.fractie \
               WHERE stemming.besluit = ?1";
    rows(connection, sql, [guid(besluit)], |row| {
        let naam: Option<String> = row.get(1)?;
        let fractie: Option<String> = row.get(2)?;
        let hoofdelijk: bool = row.get(5)?;
        let grootte: Option<i64> = row.get(3)?;
        Ok(Stem {
            soort: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
            naam: naam.or_else(|| fractie.clone()).unwrap_or_default(),
            fractie,
            zetels: if hoofdelijk { 1 } else { grootte.unwrap_or_default() },
            vergissing: row.get::<_, Option<bool>>(4)?.unwrap_or_default(),
            hoofdelijk,
            persoon: row.get(6)?,
            afkorting: row.get(7)?,
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
            hoofdelijk: false,
            persoon: None,
            afkorting: None,
        }
    }

    fn lid(soort: &str, fractie: &str, naam: &str) -> Stem {
        Stem { naam: naam.into(), hoofdelijk: true, ..stem(soort, fractie, 1) }
    }

    fn names<'s>(stemmen: impl IntoIterator<Item = &'s Stem>) -> Vec<&'s str> {
        stemmen.into_iter().map(|stem| stem.naam.as_str()).collect()
    }

    #[test]
    fn seats_are_counted_per_side_and_a_vote_published_twice_counts_once() {
        let uitslag = Uitslag::of(vec![
            stem("Voor", "SP", 5),
            stem("Voor", "PVV", 37),
            Stem { vergissing: true, ..stem("Voor", "SP", 5) },
            stem("Tegen", "VVD", 24),
            stem("Niet deelgenomen", "Volt", 2),
        ])
        .unwrap();
        assert_eq!(names(&uitslag.voor), ["PVV", "SP"], "the largest first");
        assert!(uitslag.voor[1].vergissing, "a mistake stays one");
        assert_eq!(Uitslag::zetels(&uitslag.voor), 42);
        assert_eq!(Uitslag::zetels(&uitslag.tegen), 24);
        assert_eq!(uitslag.niet_deelgenomen.len(), 1);
        assert_eq!(uitslag.dubbel, 1);
        assert!(!uitslag.hoofdelijk);
    }

    #[test]
    fn a_party_on_two_sides_counts_on_neither() {
        let uitslag = Uitslag::of(vec![
            stem("Voor", "SP", 5),
            stem("Tegen", "SP", 5),
            stem("Voor", "VVD", 24),
        ])
        .unwrap();
        assert_eq!(names(&uitslag.voor), ["VVD"]);
        assert_eq!(uitslag.tegen, []);
        assert_eq!(names(&uitslag.tegenstrijdig), ["SP", "SP"]);
        assert_eq!(uitslag.dubbel, 0);
    }

    #[test]
    fn in_a_roll_call_a_partys_own_vote_is_not_added_to_those_of_its_members() {
        let uitslag = Uitslag::of(vec![
            lid("Voor", "SP", "Dijk"),
            lid("Voor", "SP", "Beckerman"),
            stem("Voor", "SP", 5),
        ])
        .unwrap();
        assert!(uitslag.hoofdelijk);
        assert_eq!(Uitslag::zetels(&uitslag.voor), 2);
        assert_eq!(uitslag.dubbel, 1);
    }

    #[test]
    fn who_votes_otherwise_than_most_of_the_party_is_named() {
        let uitslag = Uitslag::of(vec![
            lid("Voor", "NSC", "Een"),
            lid("Voor", "NSC", "Twee"),
            lid("Tegen", "NSC", "Drie"),
            lid("Tegen", "SP", "Vier"),
            lid("Voor", "Volt", "Vijf"),
            lid("Tegen", "Volt", "Zes"),
        ])
        .unwrap();
        assert_eq!(names(uitslag.afwijkend()), ["Drie"], "and nobody of a party in halves");
    }

    #[test]
    fn no_votes_is_no_result() {
        assert_eq!(Uitslag::of(Vec::new()), None);
    }
}
