//! The page of a ministerie. It is no entity upstream; [`model::ministerie`] tells what belongs to it.

use jiff::Timestamp;
use jiff::civil::Date;
use model::Ministerie;
use model::entities::Toezegging;
use model::time::start_of_day;
use rusqlite::{Connection, params};

use super::toezegging::{IS_OPEN, toezeggingen};
use super::vraag::{VraagLine, vragen};
use super::{DocumentLine, documents, rows};
use crate::row::moment;
use crate::{Reader, Result};

/// How many of each kind the page shows.
const RECENT: i64 = 15;

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
    let (vragen_open, vragen_te_laat) = connection
        .prepare_cached(&format!(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN open.uitgesteld IS NULL \
                 AND open.uiterlijk < ?2 THEN 1 ELSE 0 END), 0) FROM ({OPEN_QUESTIONS}) AS open"
        ))?
        .query_row(params![own, midnight], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let open = "JOIN ministerie_van \
                    ON ministerie_van.tekst = COALESCE(toezegging.ministerie, toezegging.functie) \
                WHERE ministerie_van.ministerie = ?1";
    let (toezeggingen_open, toezeggingen_te_laat) = connection
        .prepare_cached(&format!(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN toezegging.datum_nakoming < ?2 THEN 1 \
                 ELSE 0 END), 0) FROM toezegging {open} AND {IS_OPEN}"
        ))?
        .query_row(params![own, midnight], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(MinisteriePage {
        bewindspersonen: bewindspersonen(connection, ministerie)?,
        vragen: vragen(
            connection,
            &format!(
                "JOIN ({OPEN_QUESTIONS}) AS open ON open.zaak = zaak.id \
                 ORDER BY open.gesteld LIMIT {RECENT}"
            ),
            [own],
        )?,
        vragen_open,
        vragen_te_laat,
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
        brieven: documents(
            connection,
            &format!(
                "JOIN (SELECT DISTINCT signed.id AS letter FROM ({SIGNED_LETTERS}) AS signed) AS own \
                     ON own.letter = document.id \
                 ORDER BY document.datum DESC, document.document_nummer DESC LIMIT {RECENT}"
            ),
            [own],
        )?,
    })
}

/// The written questions to the ministry ?1 that are open.
const OPEN_QUESTIONS: &str = "SELECT DISTINCT vraag.zaak, vraag.gesteld, vraag.uiterlijk, vraag.uitgesteld FROM vraag \
     JOIN zaak_actor AS gericht \
         ON gericht.zaak = vraag.zaak AND gericht.relatie = 'Gericht aan' \
     JOIN ministerie_van ON ministerie_van.tekst = gericht.functie \
     WHERE vraag.beantwoord IS NULL AND vraag.ingetrokken = FALSE AND vraag.afgedaan = FALSE \
         AND ministerie_van.ministerie = ?1";

/// The latest letters of the government, of which 900 are looked at (three months of all ministries),
/// that were signed for the ministry ?1.
const SIGNED_LETTERS: &str = "SELECT recent.id, recent.datum, actor.actor_naam, actor.functie, actor.persoon \
     FROM (SELECT id, datum FROM document WHERE soort = 'Brief regering' \
               ORDER BY datum DESC LIMIT 900) AS recent \
     JOIN document_actor AS actor ON actor.document = recent.id \
     JOIN ministerie_van ON ministerie_van.tekst = actor.functie \
     WHERE ministerie_van.ministerie = ?1";

/// Who signed letters for a ministry of late.
fn bewindspersonen(
    connection: &Connection,
    ministerie: &Ministerie,
) -> Result<Vec<Bewindspersoon>> {
    rows(
        connection,
        &format!(
            "SELECT signed.actor_naam, signed.functie, persoon.nummer, MAX(signed.datum) AS laatst \
             FROM ({SIGNED_LETTERS}) AS signed LEFT JOIN persoon ON persoon.id = signed.persoon \
             WHERE signed.actor_naam IS NOT NULL \
             GROUP BY signed.actor_naam, signed.functie, persoon.nummer \
             ORDER BY laatst DESC LIMIT {RECENT}"
        ),
        [ministerie.afkorting],
        |row| {
            Ok(Bewindspersoon {
                naam: row.get(0)?,
                functie: row.get(1)?,
                persoon: row.get(2)?,
                laatst: moment(row, 3)?,
            })
        },
    )
}
