//! The page of a commissie.

use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use model::entities::{Commissie, CommissieContactinformatie, Toezegging};
use model::time::start_of_day;
use rusqlite::{Connection, params};

use super::toezegging::{IS_OPEN, toezeggingen};
use super::{
    ActiviteitLine, DocumentLine, Plaats, Vacature, ZaakLine, activiteiten, documents, each,
    first_of_which, plaatsen, rows, zaken,
};
use crate::row::{day, guid, select, select_one, uuid};
use crate::{Reader, Result};

/// How many of each kind the page shows.
const RECENT: usize = 15;
/// A committee with fewer zaken has them sorted; of a busy one they are looked for from the newest.
const FEW_ZAKEN: i64 = 5_000;
/// Among how many lists of questions of each kind those of a committee are looked for.
const LISTS_LOOKED_AT: i64 = 400;

/// All that the page of a commissie shows.
#[derive(Debug)]
pub struct CommissiePage {
    /// The committee.
    pub commissie: Commissie,
    /// Its official addresses.
    pub contact: Vec<CommissieContactinformatie>,
    /// Its full members.
    pub vast: Vec<Plaats>,
    /// The substitutes.
    pub vervangers: Vec<Plaats>,
    /// Those who were full members, the last to leave first.
    pub voormalig: Vec<Plaats>,
    /// Full seats that are vacant.
    pub vacatures: Vec<Vacature>,
    /// Seats of substitutes that are vacant.
    pub vacatures_vervangers: Vec<Vacature>,
    /// Its next meetings.
    pub komend: Vec<ActiviteitLine>,
    /// Its last meetings, the newest first.
    pub geweest: Vec<ActiviteitLine>,
    /// The newest zaken of which it has the lead.
    pub zaken: Vec<ZaakLine>,
    /// Its newest lists of questions, with and without answers, and how many questions are in each,
    /// where the text is known and numbers them.
    pub vragenlijsten: Vec<(DocumentLine, Option<i64>)>,
    /// What was promised at its meetings and is still to be fulfilled, newest first.
    pub toezeggingen: Vec<Toezegging>,
}

/// The page of the committee with this short name or GUID.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, name: &str, today: Date) -> Result<Option<CommissiePage>> {
    let connection: &Connection = reader;
    let found = match name.parse::<Uuid>() {
        Ok(id) => select_one::<Commissie>(connection, "WHERE id = ?1", [guid(id)])?,
        // Should two have one short name, it means the one that is there.
        Err(_) => select_one::<Commissie>(
            connection,
            "WHERE LOWER(afkorting) = LOWER(?1) \
             ORDER BY datum_inactief IS NOT NULL, datum_actief DESC",
            [name],
        )?,
    };
    let Some(commissie) = found else { return Ok(None) };
    let id = guid(commissie.id.0);
    let midnight = start_of_day(today).unwrap_or(Timestamp::UNIX_EPOCH).as_millisecond();
    Ok(Some(CommissiePage {
        contact: select(
            connection,
            "WHERE commissie = ?1 AND waarde IS NOT NULL ORDER BY gewicht",
            [id],
        )?,
        vast: leden(connection, "commissie_zetel_vast_persoon", NOW, id, today)?,
        vervangers: leden(connection, "commissie_zetel_vervanger_persoon", NOW, id, today)?,
        voormalig: leden(connection, "commissie_zetel_vast_persoon", FORMERLY, id, today)?,
        vacatures: vacatures(connection, "commissie_zetel_vast_vacature", id, today)?,
        vacatures_vervangers: vacatures(
            connection,
            "commissie_zetel_vervanger_vacature",
            id,
            today,
        )?,
        komend: activiteiten(
            connection,
            &format!(
                "WHERE activiteit.voortouwcommissie = ?1 AND activiteit.datum >= ?2 \
             ORDER BY activiteit.datum, activiteit.aanvangstijd LIMIT {RECENT}"
            ),
            params![id, midnight],
        )?,
        geweest: activiteiten(
            connection,
            &format!(
                "WHERE activiteit.voortouwcommissie = ?1 AND activiteit.datum < ?2 \
             ORDER BY activiteit.datum DESC, activiteit.aanvangstijd DESC LIMIT {RECENT}"
            ),
            params![id, midnight],
        )?,
        zaken: recent_zaken(connection, &commissie)?,
        vragenlijsten: vragenlijsten(connection, &commissie)?,
        toezeggingen: toezeggingen(
            connection,
            &format!(
                "JOIN activiteit ON activiteit.id = toezegging.activiteit \
                 WHERE activiteit.voortouwcommissie = ?1 AND {IS_OPEN} \
                 ORDER BY toezegging.aanmaakdatum DESC, toezegging.nummer LIMIT {RECENT}"
            ),
            [id],
        )?,
        commissie,
    }))
}

/// The members now: the chair first, then the other chairs, then by seat.
const NOW: &str = "(plaats.tot_en_met IS NULL OR plaats.tot_en_met >= ?2) \
                   ORDER BY COALESCE(plaats.functie, '') NOT LIKE 'Voorzitter%', \
                       COALESCE(plaats.functie, '') NOT LIKE '%oorzitter%', \
                       commissie_zetel.gewicht, plaats.van LIMIT 200";
/// Those who left.
const FORMERLY: &str = "plaats.tot_en_met < ?2 ORDER BY plaats.tot_en_met DESC LIMIT 60";

fn leden(
    connection: &Connection,
    table: &str,
    which: &str,
    commissie: [u8; 16],
    today: Date,
) -> Result<Vec<Plaats>> {
    let sql = format!(
        "SELECT plaats.persoon, plaats.functie, plaats.van, plaats.tot_en_met \
         FROM {table} AS plaats \
         JOIN commissie_zetel ON commissie_zetel.id = plaats.commissie_zetel \
         WHERE commissie_zetel.commissie = ?1 AND plaats.persoon IS NOT NULL AND {which}"
    );
    plaatsen(connection, &sql, params![commissie, today.to_string()])
}

fn vacatures(
    connection: &Connection,
    table: &str,
    commissie: [u8; 16],
    today: Date,
) -> Result<Vec<Vacature>> {
    let sql = format!(
        "SELECT vacature.functie, fractie.afkorting, vacature.van FROM {table} AS vacature \
         JOIN commissie_zetel ON commissie_zetel.id = vacature.commissie_zetel \
         LEFT JOIN fractie ON fractie.id = vacature.fractie \
         WHERE commissie_zetel.commissie = ?1 \
             AND (vacature.tot_en_met IS NULL OR vacature.tot_en_met >= ?2) \
         ORDER BY fractie.afkorting, vacature.van LIMIT 200"
    );
    rows(connection, &sql, params![commissie, today.to_string()], |row| {
        Ok(Vacature { functie: row.get(0)?, fractie: row.get(1)?, van: day(row, 2)? })
    })
}

fn recent_zaken(connection: &Connection, commissie: &Commissie) -> Result<Vec<ZaakLine>> {
    let id = guid(commissie.id.0);
    let has_the_lead = "FROM zaak_actor WHERE commissie = ?1 AND relatie = 'Voortouwcommissie'";
    let count: i64 = connection
        .prepare_cached(&format!(
            "SELECT COUNT(*) FROM (SELECT 1 {has_the_lead} LIMIT ?2) AS some"
        ))?
        .query_row(params![id, FEW_ZAKEN], |row| row.get(0))?;
    let newest = if count < FEW_ZAKEN {
        rows(
            connection,
            &format!(
                "SELECT id FROM zaak WHERE id IN (SELECT zaak {has_the_lead}) \
                 ORDER BY gestart_op DESC, nummer DESC LIMIT {RECENT}"
            ),
            [id],
            |row| uuid(row, 0),
        )?
    } else {
        let leads = format!("SELECT 1 {has_the_lead} AND zaak = ?2");
        first_of_which(
            connection,
            "SELECT id FROM zaak WHERE gestart_op <= ?1 ORDER BY gestart_op DESC, nummer DESC",
            [last_moment(commissie)],
            RECENT,
            |zaak| Ok(connection.prepare_cached(&leads)?.exists(params![id, guid(zaak)])?),
        )?
    };
    each(&newest, |zaak| zaken(connection, "WHERE zaak.id = ?1", [guid(zaak)]))
}

/// The end of a committee, in milliseconds; far away while it lasts.
fn last_moment(commissie: &Commissie) -> i64 {
    let end = commissie.datum_inactief.and_then(start_of_day).unwrap_or(Timestamp::MAX);
    end.as_millisecond()
}

/// Whether the document ?1 is of the committee ?2, or of a zaak of which that has the lead. Written such
/// that it is looked for from the document, which has few actors and zaken.
const OF_COMMISSIE: &str = "SELECT 1 FROM document_actor \
         WHERE document = ?1 AND COALESCE(commissie, NULL) = ?2 \
     UNION ALL SELECT 1 FROM document_zaak CROSS JOIN zaak_actor \
         WHERE document_zaak.source = ?1 AND zaak_actor.zaak = document_zaak.target \
             AND zaak_actor.commissie = ?2 AND zaak_actor.relatie = 'Voortouwcommissie'";

fn vragenlijsten(
    connection: &Connection,
    commissie: &Commissie,
) -> Result<Vec<(DocumentLine, Option<i64>)>> {
    let id = guid(commissie.id.0);
    let end = last_moment(commissie);
    let mut lists = Vec::new();
    for soort in [
        "Lijst van vragen",
        "Lijst van vragen en antwoorden",
        "Verslag houdende een lijst van vragen",
        "Verslag houdende een lijst van vragen en antwoorden",
    ] {
        let newest = first_of_which(
            connection,
            "SELECT id FROM document WHERE soort = ?1 AND datum <= ?2 \
             ORDER BY datum DESC, document_nummer DESC LIMIT ?3",
            params![soort, end, LISTS_LOOKED_AT],
            RECENT,
            |list| Ok(connection.prepare_cached(OF_COMMISSIE)?.exists(params![guid(list), id])?),
        )?;
        lists.extend(each(&newest, |list| {
            documents(connection, "WHERE document.id = ?1", [guid(list)])
        })?);
    }
    lists.sort_by(|a, b| (b.datum, &b.nummer).cmp(&(a.datum, &a.nummer)));
    lists.truncate(RECENT);
    let mut counted = Vec::new();
    for list in lists {
        let count = rows(
            connection,
            "SELECT content.questions FROM file JOIN content ON content.sha256 = file.sha256 \
             WHERE file.entity = ?1 AND content.questions IS NOT NULL ORDER BY file.origin LIMIT 1",
            [guid(list.id)],
            |row| row.get(0),
        )?;
        counted.push((list, count.into_iter().next()));
    }
    Ok(counted)
}
