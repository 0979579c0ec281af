//! `/fracties`: the political groups. One that was away for a while has several records upstream, one
//! for each time that it was there.

use jiff::Timestamp;
use model::entities::Fractie;

use crate::read::list::{Asked, Definition, Filter, Listed, Order, changed, page};
use crate::read::rows;
use crate::row::{get, guid};
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "fractie",
    id: "fractie.id",
    always: "COALESCE(fractie.afkorting, fractie.naam_nl) IS NOT NULL",
    period: None,
    is_long: false,
    words: Some("COALESCE(fractie.naam_nl, '') || ' ' || COALESCE(fractie.afkorting, '')"),
    filters: &[Filter::own(
        "bestaat",
        "CASE WHEN fractie.datum_inactief < {day} THEN 'nee' ELSE 'ja' END",
    )],
    orders: &[
        Order {
            name: "zetels",
            sql: "CASE WHEN fractie.datum_inactief < {day} THEN 1 ELSE 0 END, \
                  COALESCE(fractie.aantal_zetels, 0) DESC, fractie.naam_nl, \
                  fractie.datum_actief DESC",
        },
        Order { name: "naam", sql: "lower(fractie.naam_nl), fractie.datum_actief DESC" },
    ],
};

/// A party's record as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The party, over one of its periods.
    pub fractie: Fractie,
    /// How many persons sit for it today.
    pub leden: i64,
    /// How many of its seats stand empty today.
    pub vacatures: i64,
    /// How many other records there are of the same party, of other periods.
    pub andere_perioden: i64,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    let day = asked.today.to_string();
    let sitting = |table: &str| {
        format!(
            "(SELECT COUNT(*) FROM {table} AS plaats \
              JOIN fractie_zetel ON fractie_zetel.id = plaats.fractie_zetel \
              WHERE fractie_zetel.fractie = ?1 AND (plaats.van IS NULL OR plaats.van <= ?2) \
                  AND (plaats.tot_en_met IS NULL OR plaats.tot_en_met >= ?2))"
        )
    };
    let sql = format!(
        "SELECT {}, {}, (SELECT COUNT(*) FROM fractie AS andere JOIN fractie AS deze \
             ON deze.id = ?1 AND andere.afkorting = deze.afkorting AND andere.id <> deze.id)",
        sitting("fractie_zetel_persoon"),
        sitting("fractie_zetel_vacature")
    );
    page(reader, &LIST, asked, |connection, id| {
        let Some(fractie) = get::<Fractie>(connection, id)? else { return Ok(None) };
        let found = rows(connection, &sql, rusqlite::params![guid(id), day], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        let (leden, vacatures, andere_perioden) = found.into_iter().next().unwrap_or_default();
        let changed = changed(connection, id)?;
        Ok(Some(Row { fractie, leden, vacatures, andere_perioden, changed }))
    })
}
