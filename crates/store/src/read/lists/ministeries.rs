//! `/ministeries`: per ministry, what it owes the House.

use model::Ministerie;
use model::ministerie::MINISTERIES;

use super::{toezeggingen, vragen};
use crate::read::list::Asked;
use crate::{Reader, Result};

/// A ministry with what it owes the House.
#[derive(Debug, Clone)]
pub struct Row {
    /// The ministry.
    pub ministerie: &'static Ministerie,
    /// Open written questions to it.
    pub vragen: i64,
    /// Those that are late, without an announcement of delay.
    pub vragen_te_laat: i64,
    /// Open commitments of it.
    pub toezeggingen: i64,
    /// Those of which the day has passed.
    pub toezeggingen_verstreken: i64,
}

/// Every ministry.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Vec<Row>> {
    let [_, vragen] = vragen::openstaand(reader, asked)?;
    let [toezeggingen, _] = toezeggingen::openstaand(reader, asked)?;
    let rows = MINISTERIES.iter().map(|ministerie| {
        let vraag = vragen.iter().find(|line| line.van.value == ministerie.afkorting);
        let toezegging = toezeggingen.iter().find(|line| line.van.value == ministerie.afkorting);
        Row {
            ministerie,
            vragen: vraag.map_or(0, |line| line.van.count),
            vragen_te_laat: vraag.map_or(0, |line| line.te_laat),
            toezeggingen: toezegging.map_or(0, |line| line.van.count),
            toezeggingen_verstreken: toezegging.map_or(0, |line| line.verstreken),
        }
    });
    Ok(rows.collect())
}
