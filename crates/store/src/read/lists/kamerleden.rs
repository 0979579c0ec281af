//! `/kamerleden`: who has a seat today, by party.

use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use model::entities::Persoon;

use crate::read::list::{Asked, Definition, Filter, Listed, Order, changed, page};
use crate::read::rows;
use crate::row::{day, get, guid};
use crate::{Reader, Result};

/// The list: the seats that a person has today. A seat whose person is not known here (yet) counts.
pub static LIST: Definition = Definition {
    from: "fractie_zetel_persoon AS plaats \
           JOIN fractie_zetel ON fractie_zetel.id = plaats.fractie_zetel \
           JOIN fractie ON fractie.id = fractie_zetel.fractie \
           LEFT JOIN persoon ON persoon.id = plaats.persoon",
    id: "plaats.id",
    always: "(plaats.van IS NULL OR plaats.van <= {day}) \
             AND (plaats.tot_en_met IS NULL OR plaats.tot_en_met >= {day}) \
             AND (fractie.datum_inactief IS NULL OR fractie.datum_inactief >= {day})",
    period: None,
    is_long: false,
    words: Some(
        "COALESCE(persoon.roepnaam, '') || ' ' || COALESCE(persoon.tussenvoegsel, '') || ' ' \
         || COALESCE(persoon.achternaam, '')",
    ),
    filters: &[
        Filter::own("fractie", "fractie.afkorting").labelled("fractie.naam_nl"),
        Filter::own("functie", "plaats.functie"),
        Filter::on(
            "commissie",
            "commissie_zetel_vast_persoon AS lid CROSS JOIN commissie_zetel CROSS JOIN commissie",
            "lid.persoon = persoon.id AND (lid.tot_en_met IS NULL OR lid.tot_en_met >= {day}) \
             AND commissie_zetel.id = lid.commissie_zetel \
             AND commissie.id = commissie_zetel.commissie",
            "commissie.afkorting",
        )
        .labelled("commissie.naam_nl"),
    ],
    orders: &[
        Order {
            name: "fractie",
            sql: "COALESCE(fractie.aantal_zetels, 0) DESC, fractie.naam_nl, fractie.id, \
                  COALESCE(plaats.functie, '') <> 'Fractievoorzitter', persoon.achternaam, \
                  persoon.roepnaam",
        },
        Order { name: "naam", sql: "persoon.achternaam, persoon.roepnaam" },
        Order { name: "langst", sql: "plaats.van, persoon.achternaam" },
    ],
};

/// A seat as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The seat's GUID.
    pub id: Uuid,
    /// Who has it; none if the person is not known here (yet).
    pub persoon: Option<Persoon>,
    /// The function: Lid, Fractievoorzitter.
    pub functie: Option<String>,
    /// Since when.
    pub van: Option<Date>,
    /// The short name of the party.
    pub afkorting: Option<String>,
    /// The name of the party.
    pub fractie: Option<String>,
    /// The seats of the party, as published.
    pub zetels: Option<i64>,
    /// The seats of the party that stand empty today.
    pub vacatures: i64,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    let today = asked.today.to_string();
    let sql = format!(
        "SELECT plaats.functie, plaats.van, fractie.afkorting, fractie.naam_nl, \
             fractie.aantal_zetels, \
             (SELECT COUNT(*) FROM fractie_zetel_vacature AS leeg \
              JOIN fractie_zetel AS stoel ON stoel.id = leeg.fractie_zetel \
              WHERE stoel.fractie = fractie.id AND (leeg.van IS NULL OR leeg.van <= ?2) \
                  AND (leeg.tot_en_met IS NULL OR leeg.tot_en_met >= ?2)), plaats.persoon \
         FROM {} WHERE plaats.id = ?1",
        LIST.from
    );
    page(reader, &LIST, asked, |connection, id| {
        let changed = changed(connection, id)?;
        let found = rows(connection, &sql, rusqlite::params![guid(id), today], |row| {
            let persoon: Option<[u8; 16]> = row.get(6)?;
            let seat = Row {
                id,
                persoon: None,
                functie: row.get(0)?,
                van: day(row, 1)?,
                afkorting: row.get(2)?,
                fractie: row.get(3)?,
                zetels: row.get(4)?,
                vacatures: row.get(5)?,
                changed,
            };
            Ok((seat, persoon))
        })?;
        let Some((seat, persoon)) = found.into_iter().next() else { return Ok(None) };
        let persoon = match persoon {
            Some(persoon) => get::<Persoon>(connection, Uuid::from_bytes(persoon))?,
            None => None,
        };
        Ok(Some(Row { persoon, ..seat }))
    })
}
