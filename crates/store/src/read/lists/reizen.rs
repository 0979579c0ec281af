//! `/reizen`: the journeys abroad that members reported, and who paid for them.

use jiff::Timestamp;
use model::entities::PersoonReis;

use super::{FRACTIE_OF_PERSOON, Lid, PERSOON, lid};
use crate::read::list::{Asked, Definition, Listed, Order, Period, changed, page};
use crate::row::get;
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "persoon_reis LEFT JOIN persoon ON persoon.id = persoon_reis.persoon",
    id: "persoon_reis.id",
    always: "1 = 1",
    // Upstream's dates are at times a month or a year; as text they still compare.
    period: Some(Period::Day("persoon_reis.van")),
    is_long: false,
    words: Some(
        "COALESCE(persoon_reis.doel, '') || ' ' || COALESCE(persoon_reis.bestemming, '') || ' ' \
         || COALESCE(persoon_reis.betaald_door, '')",
    ),
    filters: &[FRACTIE_OF_PERSOON, PERSOON],
    orders: &[
        Order { name: "nieuw", sql: "persoon_reis.van DESC" },
        Order { name: "oud", sql: "persoon_reis.van" },
        Order { name: "naam", sql: "persoon.achternaam, persoon_reis.van DESC" },
    ],
};

/// A journey as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The journey.
    pub reis: PersoonReis,
    /// Who made it; none if the person is not known here (yet).
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
        let Some(reis) = get::<PersoonReis>(connection, id)? else { return Ok(None) };
        let lid = lid(connection, reis.persoon.map(|it| it.0), reis.van.0.as_deref())?;
        Ok(Some(Row { reis, lid, changed: changed(connection, id)? }))
    })
}
