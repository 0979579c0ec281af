//! `/dossiers`: the kamerstukdossiers, most recently active first.

use jiff::Timestamp;
use model::Uuid;

use crate::read::list::{Asked, Definition, Filter, Listed, Order, Period, changed, page};
use crate::read::{DossierLine, dossier, rows};
use crate::row::{guid, moment};
use crate::{Reader, Result};

/// The list: the dossiers with documents in the period.
pub static LIST: Definition = Definition {
    // Not a bare column behind GROUP BY: that would lead along the dossiers instead of the period.
    from: "(SELECT COALESCE(document.kamerstukdossier, NULL) AS dossier, \
                MAX(document.datum) AS laatste FROM document \
            WHERE document.datum >= {from} AND document.datum < {before} GROUP BY 1) AS actief \
           CROSS JOIN kamerstukdossier",
    id: "kamerstukdossier.id",
    always: "kamerstukdossier.id = actief.dossier AND kamerstukdossier.nummer IS NOT NULL",
    period: Some(Period::Within),
    is_long: false,
    words: Some(WORDS),
    filters: FILTERS,
    orders: &[
        Order { name: "actief", sql: "actief.laatste DESC, kamerstukdossier.nummer DESC" },
        Order {
            name: "nummer",
            sql: "kamerstukdossier.nummer DESC, COALESCE(kamerstukdossier.toevoeging, '')",
        },
    ],
};

const WORDS: &str = "COALESCE(kamerstukdossier.titel, '') || ' ' || \
     CAST(kamerstukdossier.nummer AS TEXT) || ' ' || COALESCE(kamerstukdossier.toevoeging, '')";

const FILTERS: &[Filter] =
    &[Filter::own("afgesloten", "CASE WHEN kamerstukdossier.afgesloten THEN 'ja' ELSE 'nee' END")];

/// All of them, whenever a document came last: what one that something happened to is held against.
pub static ALL: Definition = Definition {
    from: "kamerstukdossier",
    id: "kamerstukdossier.id",
    always: "kamerstukdossier.nummer IS NOT NULL",
    period: None,
    is_long: false,
    words: Some(WORDS),
    filters: FILTERS,
    orders: &[],
};

/// A dossier as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The dossier.
    pub dossier: DossierLine,
    /// Whether it is closed.
    pub afgesloten: bool,
    /// How many documents are in it.
    pub documenten: i64,
    /// The date of the last one.
    pub laatste: Option<Timestamp>,
    /// When its content, or that of its last document, last changed.
    pub changed: Timestamp,
    /// Its GUID.
    pub id: Uuid,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, &LIST, asked, |connection, id| {
        let Some(dossier) = dossier(connection, Some(id))? else { return Ok(None) };
        let found = rows(
            connection,
            "SELECT COUNT(*), MAX(document.datum), \
                 (SELECT afgesloten FROM kamerstukdossier WHERE id = ?1) \
             FROM document WHERE document.kamerstukdossier = ?1",
            [guid(id)],
            |row| Ok((row.get(0)?, moment(row, 1)?, row.get::<_, Option<bool>>(2)?)),
        )?;
        let Some((documenten, laatste, afgesloten)) = found.into_iter().next() else {
            return Ok(None);
        };
        let changed = changed(connection, id)?.max(laatste.unwrap_or(Timestamp::UNIX_EPOCH));
        let afgesloten = afgesloten.unwrap_or_default();
        Ok(Some(Row { dossier, afgesloten, documenten, laatste, changed, id }))
    })
}
