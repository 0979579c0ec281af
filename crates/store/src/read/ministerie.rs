//! The page of a ministerie. It is no entity upstream; [`model::ministerie`] tells what belongs to it.

use jiff::Timestamp;
use jiff::civil::Date;
use model::entities::Toezegging;
use model::time::start_of_day;
use model::{Ministerie, Uuid};
use rusqlite::{Connection, params};

use super::toezegging::{IS_OPEN, toezeggingen};
use super::vraag::{VraagLine, vragen};
use super::{DocumentLine, documents, each, rows};
use crate::row::{guid, moment, uuid};
use crate::{Reader, Result};

/// How many of each kind the page shows.
const RECENT: usize = 15;
/// Among how many of the latest letters of the government those of a ministry are looked for: three
/// months of all ministries.
const LETTERS_LOOKED_AT: usize = 900;

/// All that the page of a ministry shows.
#[derive(Debug)]
pub struct MinisteriePage {
    /// Who signed letters for it of late, the last one first.
    pub bewindspersonen: Vec<Bewindspersoon>,
    /// Written questions to it that are open, the oldest first.
    pub vragen: Vec<VraagLine>,
    /// How many those are in all.
    pub vragen_open: i64,
    /// How many of those are late: three weeks have passed, and no delay was announced.
    pub vragen_te_laat: i64,
    /// Toezeggingen that it still has to fulfil, the earliest deadline first.
    pub toezeggingen: Vec<Toezegging>,
    /// How many those are in all.
    pub toezeggingen_open: i64,
    /// How many of those are past their deadline.
    pub toezeggingen_te_laat: i64,
    /// Its newest letters.
    pub brieven: Vec<DocumentLine>,
}

/// A minister or state secretary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bewindspersoon {
    /// The name, as published with a letter.
    pub naam: String,
    /// The function, as published with it.
    pub functie: String,
    /// The number of the person, where known.
    pub persoon: Option<String>,
    /// The date of the last letter found.
    pub laatst: Option<Timestamp>,
}

impl Bewindspersoon {
    /// The page of the person.
    pub fn address(&self) -> Option<String> {
        self.persoon.as_deref().map(model::address::persoon)
    }
}

/// The page of a ministry.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, ministerie: &Ministerie, today: Date) -> Result<MinisteriePage> {
    let connection: &Connection = reader;
    let own = ministerie.afkorting;
    let midnight = start_of_day(today).unwrap_or(Timestamp::UNIX_EPOCH).as_millisecond();
    let open_questions = open_questions(connection, own)?;
    let is_late =
        |question: &&OpenQuestion| !question.is_postponed && question.uiterlijk < midnight;
    let oldest: Vec<Uuid> = open_questions.iter().take(RECENT).map(|it| it.zaak).collect();
    let open = "JOIN ministerie_van \
                    ON ministerie_van.tekst = COALESCE(toezegging.ministerie, toezegging.functie) \
                WHERE ministerie_van.ministerie = ?1";
    let (toezeggingen_open, toezeggingen_te_laat) = connection
        .prepare_cached(&format!(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN toezegging.datum_nakoming < ?2 THEN 1 \
                 ELSE 0 END), 0) FROM toezegging {open} AND {IS_OPEN}"
        ))?
        .query_row(params![own, midnight], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let letters = letters(connection, own)?;
    Ok(MinisteriePage {
        bewindspersonen: letters.bewindspersonen,
        vragen: each(&oldest, |zaak| vragen(connection, "WHERE zaak.id = ?1", [guid(zaak)]))?,
        vragen_open: number(open_questions.iter()),
        vragen_te_laat: number(open_questions.iter().filter(is_late)),
        toezeggingen: toezeggingen(
            connection,
            &format!(
                "{open} AND {IS_OPEN} ORDER BY toezegging.datum_nakoming IS NULL, \
                     toezegging.datum_nakoming, toezegging.nummer LIMIT {RECENT}"
            ),
            [own],
        )?,
        toezeggingen_open,
        toezeggingen_te_laat,
        brieven: letters.newest,
    })
}

fn number<'q>(questions: impl Iterator<Item = &'q OpenQuestion>) -> i64 {
    questions.map(|_| 1).sum()
}

/// Written questions that are open.
struct OpenQuestion {
    zaak: Uuid,
    /// The last day for an answer in time, in milliseconds.
    uiterlijk: i64,
    /// Whether a delay was announced.
    is_postponed: bool,
}

/// The written questions to a ministry that are open, the oldest first.
fn open_questions(connection: &Connection, ministerie: &str) -> Result<Vec<OpenQuestion>> {
    rows(
        connection,
        "SELECT vraag.zaak, vraag.uiterlijk, vraag.uitgesteld IS NOT NULL FROM vraag \
         WHERE vraag.stand = 'openstaand' AND EXISTS (SELECT 1 FROM zaak_actor AS gericht \
             JOIN ministerie_van ON ministerie_van.tekst = gericht.functie \
             WHERE gericht.zaak = vraag.zaak AND gericht.relatie = 'Gericht aan' \
                 AND ministerie_van.ministerie = ?1) \
         ORDER BY vraag.gesteld",
        [ministerie],
        |row| {
            Ok(OpenQuestion {
                zaak: uuid(row, 0)?,
                uiterlijk: row.get(1)?,
                is_postponed: row.get(2)?,
            })
        },
    )
}

/// The letters of a ministry.
struct Letters {
    /// Who signed them of late, the last one first.
    bewindspersonen: Vec<Bewindspersoon>,
    /// The newest.
    newest: Vec<DocumentLine>,
}

/// The letters that were signed for a ministry, among the latest of the government.
fn letters(connection: &Connection, ministerie: &str) -> Result<Letters> {
    let signed = rows(
        connection,
        &format!(
            "SELECT recent.id, recent.datum, actor.actor_naam, actor.functie, persoon.nummer \
             FROM (SELECT id, datum, document_nummer FROM document WHERE soort = 'Brief regering' \
                   ORDER BY datum DESC, document_nummer DESC LIMIT {LETTERS_LOOKED_AT}) AS recent \
             JOIN document_actor AS actor ON actor.document = recent.id \
             JOIN ministerie_van ON ministerie_van.tekst = actor.functie \
             LEFT JOIN persoon ON persoon.id = actor.persoon \
             WHERE ministerie_van.ministerie = ?1 \
             ORDER BY recent.datum DESC, recent.document_nummer DESC"
        ),
        [ministerie],
        |row| {
            let naam: Option<String> = row.get(2)?;
            let by = Bewindspersoon {
                naam: naam.unwrap_or_default(),
                functie: row.get(3)?,
                persoon: row.get(4)?,
                laatst: moment(row, 1)?,
            };
            Ok((uuid(row, 0)?, by))
        },
    )?;
    let mut newest: Vec<Uuid> = Vec::new();
    let mut bewindspersonen: Vec<Bewindspersoon> = Vec::new();
    for (letter, by) in signed {
        if newest.len() < RECENT && !newest.contains(&letter) {
            newest.push(letter);
        }
        let is_known = bewindspersonen.iter().any(|known| {
            (&known.naam, &known.functie, &known.persoon) == (&by.naam, &by.functie, &by.persoon)
        });
        if !is_known && !by.naam.is_empty() && bewindspersonen.len() < RECENT {
            bewindspersonen.push(by);
        }
    }
    let newest =
        each(&newest, |letter| documents(connection, "WHERE document.id = ?1", [guid(letter)]))?;
    Ok(Letters { bewindspersonen, newest })
}
