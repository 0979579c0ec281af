//! What search engines are told of: the addresses of pages by month, and when they last changed.

use jiff::Timestamp;
use rusqlite::params;

use super::rows;
use crate::row::moment;
use crate::{Reader, Result};

/// The most addresses that one sitemap may hold.
const MOST: i64 = 50_000;

/// Kinds of document that name private citizens: they are not offered to search engines.
pub const NAMES_CITIZENS: [&str; 3] = [
    "Brief van lid/burger",
    "Verslag commissie Verzoekschriften en de Burgerinitiatieven",
    "Verzoekschrift",
];

/// Pages that have a date of their own, and are therefore listed by month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// By their date.
    Documenten,
    /// By the day on which they began.
    Zaken,
    /// By their day.
    Activiteiten,
}

impl Dated {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Documenten, Self::Zaken, Self::Activiteiten];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documenten => "documenten",
            Self::Zaken => "zaken",
            Self::Activiteiten => "activiteiten",
        }
    }

    fn table_and_date(self) -> (&'static str, &'static str) {
        match self {
            Self::Documenten => ("document", "datum"),
            Self::Zaken => ("zaak", "gestart_op"),
            Self::Activiteiten => ("activiteit", "datum"),
        }
    }

    /// Leaves out what names private citizens.
    fn public(self) -> String {
        let kinds = NAMES_CITIZENS.map(|kind| format!("'{kind}'")).join(", ");
        match self {
            Self::Activiteiten => "TRUE".to_owned(),
            _ => format!("COALESCE(it.soort, '') NOT IN ({kinds})"),
        }
    }
}

/// A page, and when its own system last touched what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Its address.
    pub address: String,
    /// When it was last touched.
    pub touched: Option<Timestamp>,
}

/// The first and the last date of pages of this kind.
///
/// # Errors
/// What the database reports.
pub fn span(reader: &Reader, kind: Dated) -> Result<Option<(Timestamp, Timestamp)>> {
    let (table, date) = kind.table_and_date();
    // Apart, so that each is one step into the index.
    let at = |which: &str| -> Result<Option<Timestamp>> {
        let sql = format!("SELECT {which}({date}) FROM {table}");
        Ok(rows(reader, &sql, [], |row| moment(row, 0))?.into_iter().next().flatten())
    };
    Ok(at("MIN")?.zip(at("MAX")?))
}

/// When any of the pages of a kind in a period was last touched; none if there are none.
///
/// # Errors
/// What the database reports.
pub fn touched(
    reader: &Reader,
    kind: Dated,
    from: Timestamp,
    before: Timestamp,
) -> Result<Option<Timestamp>> {
    let (table, date) = kind.table_and_date();
    let sql = format!(
        "SELECT MAX(entity.bijgewerkt) FROM {table} AS it JOIN entity ON entity.id = it.id \
         WHERE it.{date} >= ?1 AND it.{date} < ?2"
    );
    let period = params![from.as_millisecond(), before.as_millisecond()];
    Ok(rows(reader, &sql, period, |row| moment(row, 0))?.into_iter().next().flatten())
}

/// The pages of a kind in a period.
///
/// # Errors
/// What the database reports.
pub fn dated(
    reader: &Reader,
    kind: Dated,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<Location>> {
    let (table, date) = kind.table_and_date();
    let public = kind.public();
    let sql = format!(
        "SELECT entity.address, entity.bijgewerkt FROM {table} AS it \
         JOIN entity ON entity.id = it.id \
         WHERE it.{date} >= ?1 AND it.{date} < ?2 AND entity.address IS NOT NULL AND {public} \
         ORDER BY it.{date} LIMIT {MOST}"
    );
    let period = params![from.as_millisecond(), before.as_millisecond()];
    rows(reader, &sql, period, |row| {
        Ok(Location { address: row.get(0)?, touched: moment(row, 1)? })
    })
}

/// The pages without a month: dossiers, persons, committees, parties and transcripts.
///
/// # Errors
/// What the database reports.
pub fn others(reader: &Reader) -> Result<Vec<Location>> {
    let mut all = Vec::new();
    for table in ["kamerstukdossier", "persoon", "commissie", "fractie", "vergadering"] {
        let sql = format!(
            "SELECT DISTINCT entity.address, MAX(entity.bijgewerkt) FROM {table} AS it \
             JOIN entity ON entity.id = it.id WHERE entity.address IS NOT NULL \
             GROUP BY entity.address ORDER BY entity.address LIMIT {MOST}"
        );
        all.extend(rows(reader, &sql, [], |row| {
            Ok(Location { address: row.get(0)?, touched: moment(row, 1)? })
        })?);
    }
    all.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(all)
}
