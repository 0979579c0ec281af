//! `/personen`: everybody who has or had a public role in the House.

use jiff::Timestamp;
use model::entities::Persoon;

use super::{FRACTIE_OF_PERSOON, Lid, lid};
use crate::read::list::{Asked, Definition, Filter, Listed, Order, changed, page};
use crate::row::get;
use crate::{Reader, Result};

/// The list. Placeholders without a name, which upstream has, stay out.
pub static LIST: Definition = Definition {
    from: "persoon",
    id: "persoon.id",
    always: "persoon.achternaam IS NOT NULL",
    period: None,
    is_long: false,
    words: Some(
        "COALESCE(persoon.roepnaam, '') || ' ' || COALESCE(persoon.tussenvoegsel, '') || ' ' \
         || persoon.achternaam",
    ),
    filters: &[Filter::own("functie", "persoon.functie"), FRACTIE_OF_PERSOON],
    orders: &[
        Order { name: "naam", sql: "persoon.achternaam, persoon.roepnaam, persoon.initialen" },
        Order { name: "omgekeerd", sql: "persoon.achternaam DESC, persoon.roepnaam DESC" },
    ],
};

/// A person as the list shows them.
#[derive(Debug, Clone)]
pub struct Row {
    /// The person.
    pub persoon: Persoon,
    /// Their name, and the last party for which they sat.
    pub lid: Option<Lid>,
    /// When their content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, &LIST, asked, |connection, id| {
        let Some(persoon) = get::<Persoon>(connection, id)? else { return Ok(None) };
        let lid = lid(connection, Some(id), None)?;
        Ok(Some(Row { persoon, lid, changed: changed(connection, id)? }))
    })
}
