//! What is derived from entities as they are applied, in the same transaction: the ledger of written
//! questions, and which ministry a text speaks of. Both could be worked out anew for each page that
//! needs them, but not while a reader waits.

use jiff::{Timestamp, ToSpan};
use model::time::{in_amsterdam, start_of_day};
use model::{Category, Entity, Ministerie, Uuid};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;
use crate::read::rows;
use crate::row::{guid, moment, uuid};

/// The kind of zaak that is a set of written questions.
const SOORT: &str = "Schriftelijke vragen";

/// How long a minister has for an answer (Reglement van Orde, "binnen drie weken").
const DAYS_TO_ANSWER: i64 = 21;

/// The zaken whose line in the ledger of written questions an entity has a part in, as it is stored.
pub(crate) fn vragen_of(
    connection: &Connection,
    category: Category,
    id: Uuid,
) -> Result<Vec<Uuid>> {
    match category {
        Category::Zaak => Ok(vec![id]),
        Category::Document => rows(
            connection,
            "SELECT target FROM document_zaak WHERE source = ?1",
            [guid(id)],
            |row| uuid(row, 0),
        ),
        _ => Ok(Vec::new()),
    }
}

/// Writes the lines of these zaken in the ledger of written questions anew, and takes away those of
/// zaken that are no such questions (any more).
pub(crate) fn bring_up_to_date(connection: &Connection, zaken: &[Uuid]) -> Result<()> {
    for zaak in zaken {
        let question = connection
            .prepare_cached(
                "SELECT gestart_op, COALESCE(afgedaan, FALSE), onderwerp FROM zaak \
                 WHERE id = ?1 AND soort = ?2 AND gestart_op IS NOT NULL",
            )?
            .query_row(params![guid(*zaak), SOORT], |row| {
                Ok((moment(row, 0)?, row.get::<_, bool>(1)?, row.get::<_, Option<String>>(2)?))
            })
            .optional()?;
        let Some((Some(gesteld), afgedaan, onderwerp)) = question else {
            connection
                .prepare_cached("DELETE FROM vraag WHERE zaak = ?1")?
                .execute([guid(*zaak)])?;
            continue;
        };
        let document = |sql: &str| -> Result<Option<i64>> {
            let found = connection.prepare_cached(sql)?.query_row([guid(*zaak)], |row| row.get(0));
            Ok(found?)
        };
        let beantwoord = document(
            "SELECT MIN(document.datum) FROM document_zaak \
             JOIN document ON document.id = document_zaak.source WHERE document_zaak.target = ?1 \
             AND document.soort LIKE 'Antwoord schriftelijke vragen%'",
        )?;
        let uitgesteld = document(
            "SELECT MAX(document.datum) FROM document_zaak \
             JOIN document ON document.id = document_zaak.source WHERE document_zaak.target = ?1 \
             AND document.soort = 'Mededeling (uitstel antwoord)'",
        )?;
        // Upstream has no field for it, and writes it behind the subject.
        let ingetrokken =
            onderwerp.is_some_and(|text| text.to_lowercase().contains("(ingetrokken"));
        connection
            .prepare_cached(
                "INSERT INTO vraag (zaak, gesteld, uiterlijk, uitgesteld, beantwoord, ingetrokken, \
                     afgedaan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                 ON CONFLICT (zaak) DO UPDATE SET gesteld = excluded.gesteld, \
                     uiterlijk = excluded.uiterlijk, uitgesteld = excluded.uitgesteld, \
                     beantwoord = excluded.beantwoord, ingetrokken = excluded.ingetrokken, \
                     afgedaan = excluded.afgedaan",
            )?
            .execute(params![
                guid(*zaak),
                gesteld.as_millisecond(),
                last_day(gesteld).as_millisecond(),
                uitgesteld,
                beantwoord,
                ingetrokken,
                afgedaan
            ])?;
    }
    Ok(())
}

/// The beginning of the last day on which an answer is in time.
fn last_day(gesteld: Timestamp) -> Timestamp {
    let day = in_amsterdam(gesteld).date().checked_add(DAYS_TO_ANSWER.days());
    day.ok().and_then(start_of_day).unwrap_or(gesteld)
}

/// The texts of an entity that may speak of a ministry.
pub(crate) fn functions_in(entity: &Entity) -> Vec<String> {
    let texts = match entity {
        Entity::ZaakActor(it) => [&it.functie, &None],
        Entity::DocumentActor(it) => [&it.functie, &None],
        Entity::ActiviteitActor(it) => [&it.functie, &None],
        Entity::Toezegging(it) => [&it.functie, &it.ministerie],
        _ => return Vec::new(),
    };
    // Nine actors in ten are members.
    let is_of_member = |text: &String| text.to_lowercase().starts_with("lid ");
    texts.into_iter().flatten().filter(|text| !is_of_member(text)).cloned().collect()
}

/// The short name of the ministry of which a text speaks.
pub(crate) fn ministry_in(text: &str) -> Option<&'static str> {
    Ministerie::of(text).map(|ministerie| ministerie.afkorting)
}

/// Notes of which ministry a text speaks, the first time that it comes by. What another version of the
/// program noted is looked at when the store is opened.
pub(crate) fn meet(connection: &Connection, text: &str) -> Result<()> {
    let is_known = connection
        .prepare_cached("SELECT 1 FROM ministerie_van WHERE tekst = ?1")?
        .exists([text])?;
    if is_known { Ok(()) } else { name_ministry(connection, text) }
}

/// Notes of which ministry a text speaks.
pub(crate) fn name_ministry(connection: &Connection, text: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO ministerie_van (tekst, ministerie) VALUES (?1, ?2) \
             ON CONFLICT (tekst) DO UPDATE SET ministerie = excluded.ministerie",
        )?
        .execute(params![text, ministry_in(text)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_weeks_are_days_of_the_calendar_also_over_a_change_of_the_clocks() {
        let asked: Timestamp = "2025-10-13T22:00:00Z".parse().unwrap();
        // 14 October in summer time; 4 November in winter time.
        assert_eq!(last_day(asked).to_string(), "2025-11-03T23:00:00Z");
    }
}
