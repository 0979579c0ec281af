//! `/commissies`: the committees, of the past too.

use jiff::Timestamp;
use model::entities::Commissie;

use super::{Lid, lid};
use crate::read::list::{Asked, Definition, Filter, Listed, Order, changed, page, start};
use crate::read::{ActiviteitLine, activiteiten, rows};
use crate::row::{get, guid, uuid};
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "commissie",
    id: "commissie.id",
    always: "commissie.naam_nl IS NOT NULL",
    period: None,
    is_long: false,
    words: Some("commissie.naam_nl || ' ' || COALESCE(commissie.afkorting, '')"),
    filters: &[
        Filter::own(
            "bestaat",
            "CASE WHEN commissie.datum_inactief < {day} THEN 'nee' ELSE 'ja' END",
        ),
        Filter::own("soort", "commissie.soort"),
    ],
    orders: &[Order {
        name: "soort",
        sql: "CASE commissie.soort WHEN 'Vaste' THEN 0 WHEN 'Algemene' THEN 1 WHEN 'Thema' THEN 2 \
              WHEN 'Tijdelijke' THEN 3 ELSE 4 END, commissie.soort, \
              COALESCE(commissie.naam_web_nl, commissie.naam_nl)",
    }],
};

/// A committee as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The committee.
    pub commissie: Commissie,
    /// How many members it has today.
    pub leden: usize,
    /// Its chair.
    pub voorzitter: Option<Lid>,
    /// Its next meeting that is not off.
    pub volgende: Option<ActiviteitLine>,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    let today = start(asked.today);
    let day = asked.today.to_string();
    page(reader, &LIST, asked, |connection, id| {
        let Some(commissie) = get::<Commissie>(connection, id)? else { return Ok(None) };
        let leden = rows(
            connection,
            "SELECT plaats.persoon, plaats.functie FROM commissie_zetel_vast_persoon AS plaats \
             JOIN commissie_zetel ON commissie_zetel.id = plaats.commissie_zetel \
             WHERE commissie_zetel.commissie = ?1 AND plaats.persoon IS NOT NULL \
                 AND (plaats.van IS NULL OR plaats.van <= ?2) \
                 AND (plaats.tot_en_met IS NULL OR plaats.tot_en_met >= ?2)",
            rusqlite::params![guid(id), day],
            |row| Ok((uuid(row, 0)?, row.get::<_, Option<String>>(1)?)),
        )?;
        let chair = leden.iter().find(|(_, functie)| functie.as_deref() == Some("Voorzitter"));
        let volgende = activiteiten(
            connection,
            "WHERE activiteit.voortouwcommissie = ?1 AND activiteit.datum >= ?2 \
                 AND COALESCE(activiteit.status, '') NOT IN ('Geannuleerd', 'Verplaatst', 'Vervallen') \
             ORDER BY activiteit.datum LIMIT 1",
            rusqlite::params![guid(id), today],
        )?;
        Ok(Some(Row {
            voorzitter: lid(connection, chair.map(|(persoon, _)| *persoon), Some(&day))?,
            leden: leden.len(),
            volgende: volgende.into_iter().next(),
            changed: changed(connection, id)?,
            commissie,
        }))
    })
}
