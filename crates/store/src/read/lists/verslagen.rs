//! `/verslagen`: the meetings of which there is a transcript.

use jiff::Timestamp;
use model::Uuid;
use model::entities::Vergadering;

use crate::read::list::{Asked, Definition, Filter, Listed, Order, Period, changed, page};
use crate::read::rows;
use crate::row::{get, guid, moment};
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "vergadering",
    id: "vergadering.id",
    always: "EXISTS (SELECT 1 FROM verslag WHERE verslag.vergadering = vergadering.id)",
    period: Some(Period::Moment("vergadering.datum")),
    is_long: false,
    words: Some("COALESCE(vergadering.titel, '')"),
    filters: &[
        Filter::own("soort", "vergadering.soort"),
        Filter::on("status", "verslag", "verslag.vergadering = vergadering.id", "verslag.status"),
    ],
    orders: &[
        Order { name: "nieuw", sql: "vergadering.datum DESC, vergadering.aanvangstijd DESC" },
        Order { name: "oud", sql: "vergadering.datum, vergadering.aanvangstijd" },
    ],
};

/// A meeting as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The meeting.
    pub vergadering: Vergadering,
    /// The status of the most final version of its transcript.
    pub status: Option<String>,
    /// How many versions there are.
    pub versies: usize,
    /// When the content of a version last changed.
    pub changed: Timestamp,
}

/// How final a version is.
const FINALITY: &str = "CASE verslag.status WHEN 'Gerectificeerd' THEN 4 WHEN 'Gecorrigeerd' THEN 3 \
                        WHEN 'Ongecorrigeerd' THEN 2 WHEN 'Casco' THEN 0 ELSE 1 END";

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    let sql = format!(
        "SELECT verslag.status, entity.changed FROM verslag \
         LEFT JOIN entity ON entity.id = verslag.id \
         WHERE verslag.vergadering = ?1 ORDER BY {FINALITY} DESC"
    );
    page(reader, &LIST, asked, |connection, id: Uuid| {
        let Some(vergadering) = get::<Vergadering>(connection, id)? else { return Ok(None) };
        let versies: Vec<(Option<String>, Option<Timestamp>)> =
            rows(connection, &sql, [guid(id)], |row| Ok((row.get(0)?, moment(row, 1)?)))?;
        let newest = versies.iter().filter_map(|(_, changed)| *changed).max();
        Ok(Some(Row {
            vergadering,
            status: versies.first().and_then(|(status, _)| status.clone()),
            versies: versies.len(),
            changed: newest.map_or_else(|| changed(connection, id), Ok)?,
        }))
    })
}
