//! The page of a person.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use model::entities::{
    Persoon, PersoonContactinformatie, PersoonGeschenk, PersoonLoopbaan, PersoonNevenfunctie,
    PersoonNevenfunctieInkomsten, PersoonOnderwijs, PersoonReis, Toezegging,
};
use model::time::start_of_day;
use rusqlite::{Connection, params};

use super::besluit::{BesluitLine, besluiten, with_besluiten};
use super::toezegging::{IS_OPEN, toezeggingen};
use super::verslag::{SpeechLine, SpokenLine, last_speeches, spoken};
use super::vraag::{VraagLine, vragen};
use super::{
    ActiviteitLine, CommissieLine, DocumentLine, ZaakLine, activiteiten, documents, each, rows,
};
use crate::row::{day, guid, select, select_one, uuid};
use crate::{Reader, Result};

/// How many of each kind the page shows.
const RECENT: usize = 8;
/// How many lines of speaking time it shows.
const SPOKEN: usize = 20;

/// All that the page of a person shows.
#[derive(Debug)]
pub struct PersoonPage {
    /// The person.
    pub persoon: Persoon,
    /// The official ways to reach them.
    pub contact: Vec<PersoonContactinformatie>,
    /// The parties for which they sat, newest first.
    pub zetels: Vec<ZetelLine>,
    /// The committees in which they sit or sat, present ones first.
    pub commissies: Vec<LidmaatschapLine>,
    /// The motions that they submitted or joined, newest first, with the decisions about them.
    pub moties: Vec<(ZaakLine, Vec<BesluitLine>)>,
    /// The written questions that they asked, newest first.
    pub vragen: Vec<VraagLine>,
    /// The other zaken that they submitted or joined, newest first, with the decisions about them.
    pub zaken: Vec<(ZaakLine, Vec<BesluitLine>)>,
    /// How many zaken of each kind they submitted or joined.
    pub aantallen: Vec<(String, i64)>,
    /// Their votes in the latest roll calls, newest first.
    pub stemmen: Vec<(String, bool, BesluitLine)>,
    /// Their next meetings.
    pub komend: Vec<ActiviteitLine>,
    /// The last meetings in which they took part, newest first.
    pub geweest: Vec<ActiviteitLine>,
    /// What they said in the latest transcripts, per meeting and role; newest first.
    pub gesproken: Vec<SpokenLine>,
    /// The last times that they had the floor, newest first.
    pub spreekbeurten: Vec<SpeechLine>,
    /// The time to speak that was agreed for the meetings among these, by the meeting's GUID.
    pub spreektijd: HashMap<Uuid, String>,
    /// What was promised to them and is still to be fulfilled, newest first.
    pub toezeggingen: Vec<Toezegging>,
    /// How many toezeggingen they obtained in all.
    pub toezeggingen_totaal: i64,
    /// What a minister of exactly this name promised and has still to fulfil, newest first.
    pub toegezegd: Vec<Toezegging>,
    /// What they signed as a member of the cabinet, newest first.
    pub stukken: Vec<DocumentLine>,
    /// Gifts that they reported, newest first.
    pub geschenken: Vec<PersoonGeschenk>,
    /// Journeys that they reported, newest first.
    pub reizen: Vec<PersoonReis>,
    /// Side jobs, with the income from them; present ones first.
    pub nevenfuncties: Vec<(PersoonNevenfunctie, Vec<PersoonNevenfunctieInkomsten>)>,
    /// Their career, newest first.
    pub loopbaan: Vec<PersoonLoopbaan>,
    /// Their education, newest first.
    pub onderwijs: Vec<PersoonOnderwijs>,
}

/// A period in which a person sat for a party.
#[derive(Debug, Clone)]
pub struct ZetelLine {
    /// The party's name.
    pub fractie: String,
    /// Its short name.
    pub afkorting: Option<String>,
    /// The function: Lid, Fractievoorzitter.
    pub functie: Option<String>,
    /// The first day.
    pub van: Option<Date>,
    /// The last day; none while it lasts.
    pub tot_en_met: Option<Date>,
}

/// A period in which a person sat in a committee.
#[derive(Debug, Clone)]
pub struct LidmaatschapLine {
    /// The committee.
    pub commissie: CommissieLine,
    /// The function: Lid, Voorzitter, Plv. lid.
    pub functie: Option<String>,
    /// The last day; none while it lasts.
    pub tot_en_met: Option<Date>,
}

/// The page of the person with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &str, today: Date) -> Result<Option<PersoonPage>> {
    let connection: &Connection = reader;
    let found = select_one::<Persoon>(connection, "WHERE nummer = ?1", [nummer])?;
    let Some(persoon) = found else { return Ok(None) };
    let id = guid(persoon.id.0);
    let midnight = start_of_day(today).unwrap_or(Timestamp::UNIX_EPOCH).as_millisecond();

    let submitted = Submitted::of(connection, id)?;
    let takes_part =
        "activiteit.id IN (SELECT activiteit FROM activiteit_actor WHERE persoon = ?1)";
    let komend = activiteiten(
        connection,
        &format!(
            "WHERE {takes_part} AND activiteit.datum >= ?2 \
             ORDER BY activiteit.datum, activiteit.aanvangstijd LIMIT {RECENT}"
        ),
        params![id, midnight],
    )?;
    let geweest = activiteiten(
        connection,
        &format!(
            "WHERE {takes_part} AND activiteit.datum < ?2 \
             ORDER BY activiteit.datum DESC, activiteit.aanvangstijd DESC LIMIT {RECENT}"
        ),
        params![id, midnight],
    )?;
    let mut spreektijd = HashMap::new();
    for activiteit in komend.iter().chain(&geweest) {
        let sql = "SELECT spreektijd FROM activiteit_actor \
                   WHERE activiteit = ?1 AND persoon = ?2 AND spreektijd IS NOT NULL";
        let agreed = rows(connection, sql, params![guid(activiteit.id), id], |row| row.get(0))?;
        spreektijd.extend(agreed.into_iter().map(|time| (activiteit.id, time)));
    }
    Ok(Some(PersoonPage {
        gesproken: spoken(reader, &persoon, SPOKEN)?,
        spreekbeurten: last_speeches(reader, &persoon, RECENT)?,
        contact: select(
            connection,
            "WHERE persoon = ?1 AND waarde IS NOT NULL ORDER BY gewicht",
            [id],
        )?,
        zetels: zetels(connection, id)?,
        commissies: commissies(connection, id)?,
        moties: with_besluiten(connection, &submitted.moties)?,
        vragen: each(&submitted.vragen, |zaak| {
            vragen(connection, "WHERE zaak.id = ?1", [guid(zaak)])
        })?,
        zaken: with_besluiten(connection, &submitted.others)?,
        aantallen: submitted.counts,
        stemmen: roll_calls(connection, id)?,
        komend,
        geweest,
        spreektijd,
        toezeggingen: toezeggingen(
            connection,
            &format!(
                "WHERE toegezegd_aan_persoon = ?1 AND {IS_OPEN} \
                 ORDER BY aanmaakdatum DESC, nummer LIMIT {RECENT}"
            ),
            [id],
        )?,
        toezeggingen_totaal: connection
            .prepare_cached("SELECT COUNT(*) FROM toezegging WHERE toegezegd_aan_persoon = ?1")?
            .query_row([id], |row| row.get(0))?,
        toegezegd: toegezegd(connection, &persoon)?,
        stukken: documents(
            connection,
            &format!(
                "WHERE document.id IN (SELECT document FROM document_actor WHERE persoon = ?1 \
                     AND (functie LIKE 'minister%' OR functie LIKE 'staatssecretaris%')) \
                 ORDER BY document.datum DESC, document.document_nummer DESC LIMIT {RECENT}"
            ),
            [id],
        )?,
        geschenken: select(
            connection,
            "WHERE persoon = ?1 ORDER BY datum DESC, gewicht LIMIT 50",
            [id],
        )?,
        reizen: select(connection, "WHERE persoon = ?1 ORDER BY van DESC, gewicht LIMIT 50", [id])?,
        nevenfuncties: nevenfuncties(connection, id)?,
        loopbaan: select(
            connection,
            "WHERE persoon = ?1 ORDER BY van DESC, gewicht LIMIT 50",
            [id],
        )?,
        onderwijs: select(
            connection,
            "WHERE persoon = ?1 ORDER BY van DESC, gewicht LIMIT 50",
            [id],
        )?,
        persoon,
    }))
}

/// The newest zaken of a person by kind, and how many there are of each.
#[derive(Default)]
struct Submitted {
    moties: Vec<Uuid>,
    vragen: Vec<Uuid>,
    others: Vec<Uuid>,
    counts: Vec<(String, i64)>,
}

impl Submitted {
    fn of(connection: &Connection, persoon: [u8; 16]) -> Result<Self> {
        let found = rows(
            connection,
            "SELECT zaak.id, COALESCE(zaak.soort, 'Zaak') FROM zaak \
             WHERE zaak.id IN (SELECT zaak FROM zaak_actor WHERE persoon = ?1 \
                 AND relatie IN ('Indiener', 'Medeindiener')) \
             ORDER BY zaak.gestart_op DESC, zaak.nummer DESC",
            [persoon],
            |row| Ok((uuid(row, 0)?, row.get::<_, String>(1)?)),
        )?;
        let mut submitted = Self::default();
        let mut counts: HashMap<String, i64> = HashMap::new();
        for (zaak, soort) in found {
            let newest = match soort.as_str() {
                "Motie" => &mut submitted.moties,
                "Schriftelijke vragen" => &mut submitted.vragen,
                _ => &mut submitted.others,
            };
            if newest.len() < RECENT {
                newest.push(zaak);
            }
            *counts.entry(soort).or_default() += 1;
        }
        submitted.counts = counts.into_iter().collect();
        submitted.counts.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        Ok(submitted)
    }
}

fn zetels(connection: &Connection, persoon: [u8; 16]) -> Result<Vec<ZetelLine>> {
    rows(
        connection,
        "SELECT COALESCE(fractie.naam_nl, fractie.afkorting), fractie.afkorting, zetel.functie, \
             zetel.van, zetel.tot_en_met \
         FROM fractie_zetel_persoon AS zetel \
         JOIN fractie_zetel ON fractie_zetel.id = zetel.fractie_zetel \
         JOIN fractie ON fractie.id = fractie_zetel.fractie \
         WHERE zetel.persoon = ?1 AND COALESCE(fractie.naam_nl, fractie.afkorting) IS NOT NULL \
         ORDER BY zetel.tot_en_met IS NOT NULL, zetel.van DESC",
        [persoon],
        |row| {
            Ok(ZetelLine {
                fractie: row.get(0)?,
                afkorting: row.get(1)?,
                functie: row.get(2)?,
                van: day(row, 3)?,
                tot_en_met: day(row, 4)?,
            })
        },
    )
}

fn commissies(connection: &Connection, persoon: [u8; 16]) -> Result<Vec<LidmaatschapLine>> {
    let found = rows(
        connection,
        "SELECT commissie.id, commissie.afkorting, commissie.naam_nl, plaats.functie, \
             plaats.tot_en_met \
         FROM (SELECT commissie_zetel, functie, tot_en_met FROM commissie_zetel_vast_persoon \
                  WHERE persoon = ?1 \
              UNION ALL SELECT commissie_zetel, functie, tot_en_met \
                  FROM commissie_zetel_vervanger_persoon WHERE persoon = ?1) AS plaats \
         JOIN commissie_zetel ON commissie_zetel.id = plaats.commissie_zetel \
         JOIN commissie ON commissie.id = commissie_zetel.commissie \
         WHERE commissie.naam_nl IS NOT NULL \
         ORDER BY plaats.tot_en_met IS NOT NULL, commissie.naam_nl",
        [persoon],
        |row| Ok((CommissieLine::read(row, 0)?, row.get(3)?, day(row, 4)?)),
    )?;
    let lines = found.into_iter().filter_map(|(commissie, functie, tot_en_met)| {
        Some(LidmaatschapLine { commissie: commissie?, functie, tot_en_met })
    });
    Ok(lines.collect())
}

/// What the person voted, whether that was a mistake, and on what.
fn roll_calls(
    connection: &Connection,
    persoon: [u8; 16],
) -> Result<Vec<(String, bool, BesluitLine)>> {
    let votes = rows(
        connection,
        &format!(
            "SELECT DISTINCT stemming.besluit, stemming.soort, COALESCE(stemming.vergissing, FALSE), \
                 activiteit.datum \
             FROM stemming JOIN besluit ON besluit.id = stemming.besluit \
             LEFT JOIN agendapunt ON agendapunt.id = besluit.agendapunt \
             LEFT JOIN activiteit ON activiteit.id = agendapunt.activiteit \
             WHERE stemming.persoon = ?1 AND stemming.soort IS NOT NULL \
             ORDER BY activiteit.datum DESC LIMIT {RECENT}"
        ),
        [persoon],
        |row| Ok((uuid(row, 0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?)),
    )?;
    let mut lines = Vec::new();
    for (besluit, soort, vergissing) in votes {
        let found = besluiten(connection, "WHERE besluit.id = ?1", besluit)?;
        lines.extend(found.into_iter().map(|line| (soort.clone(), vergissing, line)));
    }
    Ok(lines)
}

/// A toezegging names its minister in words: last name and initials.
fn toegezegd(connection: &Connection, persoon: &Persoon) -> Result<Vec<Toezegging>> {
    let (Some(achternaam), Some(initialen)) = (&persoon.achternaam, &persoon.initialen) else {
        return Ok(Vec::new());
    };
    toezeggingen(
        connection,
        &format!(
            "WHERE achternaam = ?1 AND initialen = ?2 AND COALESCE(tussenvoegsel, '') = ?3 \
                 AND {IS_OPEN} ORDER BY aanmaakdatum DESC, nummer LIMIT {RECENT}"
        ),
        params![achternaam, initialen, persoon.tussenvoegsel.as_deref().unwrap_or_default()],
    )
}

fn nevenfuncties(
    connection: &Connection,
    persoon: [u8; 16],
) -> Result<Vec<(PersoonNevenfunctie, Vec<PersoonNevenfunctieInkomsten>)>> {
    let jobs = select::<PersoonNevenfunctie>(
        connection,
        "WHERE persoon = ?1 ORDER BY COALESCE(is_actief, FALSE) DESC, gewicht LIMIT 60",
        [persoon],
    )?;
    let mut with_income = Vec::new();
    for job in jobs {
        let income = select(
            connection,
            "WHERE persoon_nevenfunctie = ?1 ORDER BY jaar DESC LIMIT 30",
            [guid(job.id.0)],
        )?;
        with_income.push((job, income));
    }
    Ok(with_income)
}
