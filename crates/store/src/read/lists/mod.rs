//! The lists, a module each: the definition, what a row says, and how it is read.

pub mod activiteiten;
pub mod besluiten;
pub mod commissies;
pub mod documenten;
pub mod dossiers;
pub mod fracties;
pub mod geschenken;
pub mod kamerleden;
pub mod ministeries;
pub mod moties;
pub mod nevenfuncties;
pub mod personen;
pub mod reizen;
pub mod toezeggingen;
pub mod verslagen;
pub mod vragen;

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::entities::Persoon;
use model::{Category, Uuid, address};
use rusqlite::Connection;

use super::list::{self, Asked, Definition, Filter, Traits};
use super::rows;
use crate::row::{get, guid};
use crate::{Reader, Result};

/// The lists in which something happens, by their address: of which category their things are, and where
/// they are.
pub static LISTED: [(&str, Category, &Definition); 13] = [
    ("/documenten", Category::Document, &documenten::LIST),
    ("/activiteiten", Category::Activiteit, &activiteiten::GEPLAND),
    ("/activiteiten/ongepland", Category::Activiteit, &activiteiten::ONGEPLAND),
    ("/besluiten", Category::Besluit, &besluiten::LIST),
    ("/stemmingen", Category::Besluit, &besluiten::STEMMINGEN),
    ("/moties", Category::Zaak, &moties::LIST),
    ("/vragen", Category::Zaak, &vragen::LIST),
    ("/dossiers", Category::Kamerstukdossier, &dossiers::ALL),
    ("/toezeggingen", Category::Toezegging, &toezeggingen::LIST),
    ("/verslagen", Category::Vergadering, &verslagen::LIST),
    ("/geschenken", Category::PersoonGeschenk, &geschenken::LIST),
    ("/reizen", Category::PersoonReis, &reizen::LIST),
    ("/nevenfuncties", Category::PersoonNevenfunctie, &nevenfuncties::LIST),
];

/// In which of [`LISTED`] an entity is, by their addresses, and what it has there.
///
/// # Errors
/// What the database reports.
pub fn listed(
    reader: &Reader,
    (category, id): (Category, Uuid),
    today: Date,
) -> Result<Vec<(&'static str, Traits)>> {
    let mut found = Vec::new();
    for (path, _, definition) in LISTED.iter().filter(|(_, of, _)| *of == category) {
        found.extend(list::traits(reader, definition, id, today)?.map(|traits| (*path, traits)));
    }
    Ok(found)
}

/// How many things came into the list at an address on each day of the period that is asked for, by their
/// soort; none for a list whose things have no day.
///
/// # Errors
/// What the database reports.
pub fn course(
    reader: &Reader,
    path: &str,
    asked: &Asked,
) -> Result<Option<BTreeMap<(Date, String), u64>>> {
    match LISTED.iter().find(|(listed, ..)| *listed == path) {
        Some((.., definition)) => list::course(reader, definition, asked),
        None => Ok(None),
    }
}

/// A person with the party for which they sat on a day.
#[derive(Debug, Clone)]
pub struct Lid {
    /// Their number.
    pub nummer: Option<String>,
    /// Their name as one says it.
    pub naam: String,
    /// Their party then.
    pub fractie: Option<String>,
}

impl Lid {
    /// Their page.
    pub fn address(&self) -> Option<String> {
        self.nummer.as_deref().map(address::persoon)
    }
}

/// The person with this GUID and their party on a day, given as text; none for one that is not known
/// here (yet).
fn lid(connection: &Connection, persoon: Option<Uuid>, day: Option<&str>) -> Result<Option<Lid>> {
    let Some(id) = persoon else { return Ok(None) };
    let Some(persoon) = get::<Persoon>(connection, id)? else { return Ok(None) };
    let fracties: Vec<Option<String>> = rows(
        connection,
        "SELECT fractie.afkorting FROM fractie_zetel_persoon AS plaats \
         JOIN fractie_zetel ON fractie_zetel.id = plaats.fractie_zetel \
         JOIN fractie ON fractie.id = fractie_zetel.fractie \
         WHERE plaats.persoon = ?1 AND (?2 IS NULL OR plaats.van IS NULL OR plaats.van <= ?2) \
             AND (?2 IS NULL OR plaats.tot_en_met IS NULL OR plaats.tot_en_met >= ?2) \
         ORDER BY plaats.van DESC LIMIT 1",
        rusqlite::params![guid(id), day],
        |row| row.get(0),
    )?;
    let fractie = fracties.into_iter().next().flatten().or_else(|| persoon.fractielabel.clone());
    Ok(Some(Lid { naam: persoon.naam(), nummer: persoon.nummer, fractie }))
}

/// The filter on the parties for which a row's person ever sat.
const FRACTIE_OF_PERSOON: Filter = Filter::on(
    "fractie",
    "fractie_zetel_persoon AS plaats CROSS JOIN fractie_zetel CROSS JOIN fractie",
    "plaats.persoon = persoon.id AND fractie_zetel.id = plaats.fractie_zetel \
     AND fractie.id = fractie_zetel.fractie",
    "fractie.afkorting",
);

/// The filter on a row's person.
const PERSOON: Filter = Filter::own("persoon", "persoon.nummer").labelled(
    "COALESCE(persoon.achternaam, '') || ', ' || COALESCE(persoon.roepnaam, persoon.initialen, '') \
     || ' ' || COALESCE(persoon.tussenvoegsel, '')",
);
