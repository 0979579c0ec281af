//! `/geschenken`: the gifts that members reported.

use jiff::Timestamp;
use model::entities::PersoonGeschenk;

use super::{FRACTIE_OF_PERSOON, Lid, PERSOON, lid};
use crate::read::list::{Asked, Definition, Listed, Order, Period, changed, page};
use crate::row::get;
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "persoon_geschenk LEFT JOIN persoon ON persoon.id = persoon_geschenk.persoon",
    id: "persoon_geschenk.id",
    always: "1 = 1",
    period: Some(Period::Day("persoon_geschenk.datum")),
    is_long: false,
    words: Some("COALESCE(persoon_geschenk.omschrijving, '')"),
    filters: &[FRACTIE_OF_PERSOON, PERSOON],
    orders: &[
        Order { name: "nieuw", sql: "persoon_geschenk.datum DESC" },
        Order { name: "oud", sql: "persoon_geschenk.datum" },
        Order { name: "naam", sql: "persoon.achternaam, persoon_geschenk.datum DESC" },
    ],
};

/// A gift as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The gift.
    pub geschenk: PersoonGeschenk,
    /// Who reported it; none if the person is not known here (yet).
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
        let Some(geschenk) = get::<PersoonGeschenk>(connection, id)? else { return Ok(None) };
        let day = geschenk.datum.map(|day| day.to_string());
        let lid = lid(connection, geschenk.persoon.map(|it| it.0), day.as_deref())?;
        Ok(Some(Row { geschenk, lid, changed: changed(connection, id)? }))
    })
}
