//! `/nevenfuncties`: the side jobs that members reported, with their income.

use jiff::Timestamp;
use model::entities::{PersoonNevenfunctie, PersoonNevenfunctieInkomsten};

use super::{FRACTIE_OF_PERSOON, Lid, PERSOON, lid};
use crate::read::list::{Asked, Definition, Filter, Listed, Order, changed, page};
use crate::row::{get, guid, select};
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "persoon_nevenfunctie LEFT JOIN persoon ON persoon.id = persoon_nevenfunctie.persoon",
    id: "persoon_nevenfunctie.id",
    always: "1 = 1",
    period: None,
    is_long: false,
    words: Some("COALESCE(persoon_nevenfunctie.omschrijving, '')"),
    filters: &[
        Filter::own("actief", "CASE WHEN persoon_nevenfunctie.is_actief THEN 'ja' ELSE 'nee' END"),
        Filter::own("vergoeding", "persoon_nevenfunctie.vergoeding"),
        FRACTIE_OF_PERSOON,
        PERSOON,
    ],
    orders: &[Order {
        name: "naam",
        sql: "persoon.achternaam, persoon.roepnaam, persoon_nevenfunctie.gewicht",
    }],
};

/// A side job as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The side job.
    pub nevenfunctie: PersoonNevenfunctie,
    /// The income from it, the latest year first.
    pub inkomsten: Vec<PersoonNevenfunctieInkomsten>,
    /// Who has it; none if the person is not known here (yet).
    pub lid: Option<Lid>,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, &LIST, asked, |connection, id| {
        let found = get::<PersoonNevenfunctie>(connection, id)?;
        let Some(nevenfunctie) = found else { return Ok(None) };
        let inkomsten = select::<PersoonNevenfunctieInkomsten>(
            connection,
            "WHERE persoon_nevenfunctie = ?1 ORDER BY jaar DESC",
            [guid(id)],
        )?;
        let lid = lid(connection, nevenfunctie.persoon.map(|it| it.0), None)?;
        Ok(Some(Row { nevenfunctie, inkomsten, lid, changed: changed(connection, id)? }))
    })
}
