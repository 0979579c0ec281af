//! The page of a fractie. A party has an entity per contiguous period; one short name can have several.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use model::entities::Fractie;
use model::time::start_of_day;
use rusqlite::{Connection, params};

use super::besluit::{BesluitLine, Uitslag, stemmen, with_besluiten};
use super::{Plaats, Vacature, ZaakLine, first_of_which, plaatsen, rows};
use crate::row::{day, guid, select, uuid};
use crate::{Reader, Result};

/// Over how many of the latest votes it is counted how a party votes.
const VOTES_COUNTED: usize = 100;
/// The meetings at which these votes are looked for.
const VOTING_MEETINGS: i64 = 20;
/// How many motions the page shows.
const RECENT: usize = 20;
/// Among how many motions of all parties those of one are looked for.
const MOTIONS_LOOKED_AT: i64 = 2_000;

/// All that the page of a fractie shows.
#[derive(Debug)]
pub struct FractiePage {
    /// The period shown: the present one, or the one asked for.
    pub fractie: Fractie,
    /// All periods with this short name, the present or latest first.
    pub perioden: Vec<Fractie>,
    /// The members, by seat.
    pub leden: Vec<Plaats>,
    /// Those who were members in this period, the last to leave first.
    pub voormalig: Vec<Plaats>,
    /// Its vacant seats.
    pub vacatures: Vec<Vacature>,
    /// What it is called in papers and votes, which need not be its short name.
    pub in_stukken: String,
    /// How it voted of late.
    pub stemgedrag: Stemgedrag,
    /// Its newest motions, with the decisions about them.
    pub moties: Vec<(ZaakLine, Vec<BesluitLine>)>,
}

/// How a party voted, over its latest votes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stemgedrag {
    /// How many votes were counted.
    pub stemmingen: usize,
    /// How often in favour.
    pub voor: usize,
    /// How often against.
    pub tegen: usize,
    /// How often on the side that had most seats.
    pub met_meerderheid: usize,
    /// With whom, the most often first.
    pub met: Vec<Overeenkomst>,
}

/// How often two parties voted the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overeenkomst {
    /// The other party.
    pub fractie: String,
    /// On how many they voted the same.
    pub gelijk: usize,
    /// On how many both voted.
    pub samen: usize,
}

impl Overeenkomst {
    /// In percent, rounded.
    pub fn percent(&self) -> usize {
        (200 * self.gelijk + self.samen) / (2 * self.samen.max(1))
    }
}

/// The page of the party with this short name, in the period with this number or else the present
/// one. A party's full name, and the name under which it votes, lead to it as well.
///
/// # Errors
/// What the database reports.
pub fn page(
    reader: &Reader,
    name: &str,
    periode: Option<&str>,
    today: Date,
) -> Result<Option<FractiePage>> {
    let connection: &Connection = reader;
    let perioden = perioden(connection, name)?;
    let asked = perioden.iter().find(|it| periode.is_some() && it.nummer.as_deref() == periode);
    let Some(fractie) = asked.or(perioden.first()).cloned() else { return Ok(None) };
    let id = guid(fractie.id.0);
    // Of a former period, the last day tells who was there until the end.
    let day = fractie.datum_inactief.map_or(today, |last| last.min(today));
    let zetel = "SELECT zetel.persoon, zetel.functie, zetel.van, zetel.tot_en_met \
                 FROM fractie_zetel_persoon AS zetel \
                 JOIN fractie_zetel ON fractie_zetel.id = zetel.fractie_zetel \
                 WHERE fractie_zetel.fractie = ?1 AND zetel.persoon IS NOT NULL";
    let leden = plaatsen(
        connection,
        &format!(
            "{zetel} AND (zetel.tot_en_met IS NULL OR zetel.tot_en_met >= ?2) \
             ORDER BY COALESCE(zetel.functie, '') NOT LIKE '%voorzitter%', fractie_zetel.gewicht, \
                 zetel.van LIMIT 200"
        ),
        params![id, day.to_string()],
    )?;
    let voormalig = plaatsen(
        connection,
        &format!("{zetel} AND zetel.tot_en_met < ?2 ORDER BY zetel.tot_en_met DESC LIMIT 60"),
        params![id, day.to_string()],
    )?;
    let end = fractie.datum_inactief.and_then(start_of_day).unwrap_or(Timestamp::MAX);
    let in_stukken = called(connection, &fractie)?;
    Ok(Some(FractiePage {
        leden,
        voormalig,
        vacatures: vacatures(connection, id, day)?,
        stemgedrag: stemgedrag(connection, &in_stukken, end)?,
        moties: moties(connection, &fractie, &in_stukken, end)?,
        in_stukken,
        perioden,
        fractie,
    }))
}

/// The periods of the party that this name means, the present one first.
pub(crate) fn perioden(connection: &Connection, name: &str) -> Result<Vec<Fractie>> {
    const ORDER: &str = "ORDER BY datum_inactief IS NOT NULL, datum_actief DESC";
    for clause in [
        "LOWER(afkorting) = LOWER(?1)",
        "LOWER(naam_nl) = LOWER(?1)",
        "id = (SELECT fractie FROM stemming WHERE actor_fractie = ?1 AND fractie IS NOT NULL LIMIT 1)",
    ] {
        let found = select::<Fractie>(connection, &format!("WHERE {clause} {ORDER}"), [name])?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn vacatures(connection: &Connection, fractie: [u8; 16], on: Date) -> Result<Vec<Vacature>> {
    rows(
        connection,
        "SELECT vacature.functie, vacature.van FROM fractie_zetel_vacature AS vacature \
         JOIN fractie_zetel ON fractie_zetel.id = vacature.fractie_zetel \
         WHERE fractie_zetel.fractie = ?1 AND (vacature.van IS NULL OR vacature.van <= ?2) \
             AND (vacature.tot_en_met IS NULL OR vacature.tot_en_met >= ?2) \
         ORDER BY vacature.van LIMIT 200",
        params![fractie, on.to_string()],
        |row| Ok(Vacature { functie: row.get(0)?, fractie: None, van: day(row, 1)? }),
    )
}

/// The decisions that were voted on at the latest meetings before a moment.
fn recent_votes(connection: &Connection, end: Timestamp) -> Result<Vec<Uuid>> {
    let meetings = rows(
        connection,
        "SELECT id FROM activiteit WHERE soort = 'Stemmingen' AND datum <= ?1 \
         ORDER BY datum DESC LIMIT ?2",
        params![end.as_millisecond(), VOTING_MEETINGS],
        |row| uuid(row, 0),
    )?;
    let mut votes = Vec::new();
    for meeting in meetings {
        votes.extend(rows(
            connection,
            "SELECT besluit.id FROM agendapunt JOIN besluit ON besluit.agendapunt = agendapunt.id \
             WHERE agendapunt.activiteit = ?1 \
                 AND EXISTS (SELECT 1 FROM stemming WHERE stemming.besluit = besluit.id)",
            [guid(meeting)],
            |row| uuid(row, 0),
        )?);
        if votes.len() >= VOTES_COUNTED {
            break;
        }
    }
    votes.truncate(VOTES_COUNTED);
    Ok(votes)
}

/// What the party of this name is called in papers and votes; the name itself of one that is not known.
///
/// # Errors
/// What the database reports.
pub fn in_stukken(reader: &Reader, name: &str) -> Result<String> {
    match perioden(reader, name)?.first() {
        Some(fractie) => called(reader, fractie),
        None => Ok(name.to_owned()),
    }
}

/// What a party is called in its votes; of one that never voted, its short name.
fn called(connection: &Connection, fractie: &Fractie) -> Result<String> {
    let names: Vec<String> = rows(
        connection,
        "SELECT actor_fractie FROM stemming WHERE fractie = ?1 AND actor_fractie IS NOT NULL LIMIT 1",
        [guid(fractie.id.0)],
        |row| row.get(0),
    )?;
    let own = fractie.afkorting.clone().or_else(|| fractie.naam_nl.clone());
    Ok(names.into_iter().next().or(own).unwrap_or_default())
}

fn stemgedrag(connection: &Connection, own: &str, end: Timestamp) -> Result<Stemgedrag> {
    let mut uitslagen = Vec::new();
    for besluit in recent_votes(connection, end)? {
        uitslagen.extend(Uitslag::of(stemmen(connection, besluit)?));
    }
    Ok(compare(own, &uitslagen))
}

/// How a party voted. A roll call counts by the side that most of a party's members took.
fn compare(own: &str, uitslagen: &[Uitslag]) -> Stemgedrag {
    let mut gedrag = Stemgedrag::default();
    let mut with: HashMap<&str, (usize, usize)> = HashMap::new();
    for uitslag in uitslagen {
        let mut seats: HashMap<&str, (i64, i64)> = HashMap::new();
        for (side, is_voor) in [(&uitslag.voor, true), (&uitslag.tegen, false)] {
            for stem in side {
                let Some(fractie) = stem.fractie.as_deref() else { continue };
                let (voor, tegen) = seats.entry(fractie).or_default();
                *(if is_voor { voor } else { tegen }) += stem.zetels.max(1);
            }
        }
        let side = |(voor, tegen): &(i64, i64)| (voor != tegen).then_some(voor > tegen);
        let Some(ours) = seats.get(own).and_then(side) else { continue };
        gedrag.stemmingen += 1;
        *(if ours { &mut gedrag.voor } else { &mut gedrag.tegen }) += 1;
        let most = Uitslag::zetels(&uitslag.voor) > Uitslag::zetels(&uitslag.tegen);
        gedrag.met_meerderheid += usize::from(most == ours);
        for (fractie, votes) in &seats {
            let Some(theirs) = side(votes).filter(|_| *fractie != own) else { continue };
            let (same, both) = with.entry(fractie).or_default();
            *same += usize::from(theirs == ours);
            *both += 1;
        }
    }
    gedrag.met = with
        .into_iter()
        .map(|(fractie, (gelijk, samen))| Overeenkomst {
            fractie: fractie.to_owned(),
            gelijk,
            samen,
        })
        .collect();
    gedrag.met.sort_by(|a, b| (b.percent(), &a.fractie).cmp(&(a.percent(), &b.fractie)));
    gedrag
}

fn moties(
    connection: &Connection,
    fractie: &Fractie,
    in_stukken: &str,
    end: Timestamp,
) -> Result<Vec<(ZaakLine, Vec<BesluitLine>)>> {
    let submitted = "SELECT 1 FROM zaak_actor WHERE zaak = ?1 AND relatie = 'Indiener' \
                     AND (fractie = ?2 OR actor_fractie IN (?3, ?4))";
    let id = guid(fractie.id.0);
    let newest = first_of_which(
        connection,
        "SELECT id FROM zaak WHERE soort = 'Motie' AND gestart_op <= ?1 \
         ORDER BY gestart_op DESC, nummer DESC LIMIT ?2",
        params![end.as_millisecond(), MOTIONS_LOOKED_AT],
        RECENT,
        |zaak| {
            let asked = params![guid(zaak), id, fractie.afkorting, in_stukken];
            Ok(connection.prepare_cached(submitted)?.exists(asked)?)
        },
    )?;
    with_besluiten(connection, &newest)
}

#[cfg(test)]
mod tests {
    use super::super::besluit::Stem;
    use super::*;

    fn uitslag(votes: &[(&str, &str, i64)]) -> Uitslag {
        let stemmen = votes.iter().map(|(fractie, soort, zetels)| Stem {
            soort: (*soort).into(),
            naam: (*fractie).into(),
            fractie: Some((*fractie).into()),
            zetels: *zetels,
            vergissing: false,
            hoofdelijk: false,
            persoon: None,
            afkorting: None,
        });
        Uitslag::of(stemmen.collect()).unwrap()
    }

    #[test]
    fn a_party_is_compared_with_those_that_voted_too() {
        let gedrag = compare(
            "SP",
            &[
                uitslag(&[("SP", "Voor", 5), ("PVV", "Voor", 37), ("VVD", "Tegen", 24)]),
                uitslag(&[("SP", "Tegen", 5), ("PVV", "Voor", 37), ("VVD", "Tegen", 24)]),
                uitslag(&[("SP", "Voor", 5), ("PVV", "Niet deelgenomen", 37), ("VVD", "Voor", 24)]),
                uitslag(&[("PVV", "Voor", 37), ("VVD", "Voor", 24)]),
            ],
        );
        assert_eq!((gedrag.stemmingen, gedrag.voor, gedrag.tegen), (3, 2, 1));
        assert_eq!(gedrag.met_meerderheid, 2, "not in the second");
        let met: Vec<_> = gedrag
            .met
            .iter()
            .map(|it| (it.fractie.as_str(), it.gelijk, it.samen, it.percent()))
            .collect();
        assert_eq!(met, [("VVD", 2, 3, 67), ("PVV", 1, 2, 50)]);
    }
}
