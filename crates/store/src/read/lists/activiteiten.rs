//! `/activiteiten` and `/activiteiten/ongepland`: meetings and other events.

use jiff::Timestamp;
use model::Uuid;
use rusqlite::Connection;

use crate::read::activiteit::zalen;
use crate::read::list::{Asked, Definition, Filter, Listed, Order, Period, changed, page};
use crate::read::{ActiviteitLine, activiteiten, rows};
use crate::row::{guid, moment};
use crate::{Reader, Result};

/// Those with a day.
pub static GEPLAND: Definition = Definition {
    from: "activiteit",
    id: "activiteit.id",
    always: "activiteit.datum IS NOT NULL",
    period: Some(Period::Moment("activiteit.datum")),
    is_long: true,
    words: Some(WORDS),
    filters: FILTERS,
    orders: &[
        Order {
            name: "datum",
            sql: "COALESCE(activiteit.aanvangstijd, activiteit.datum), activiteit.onderwerp",
        },
        Order {
            name: "nieuw",
            sql: "COALESCE(activiteit.aanvangstijd, activiteit.datum) DESC, activiteit.onderwerp",
        },
    ],
};

/// Those for which no day has been found yet.
pub static ONGEPLAND: Definition = Definition {
    from: "activiteit",
    id: "activiteit.id",
    always: "activiteit.datum IS NULL",
    period: None,
    is_long: false,
    words: Some(WORDS),
    filters: FILTERS,
    orders: &[
        Order { name: "nieuw", sql: "activiteit.nummer DESC" },
        Order { name: "oud", sql: "activiteit.nummer" },
    ],
};

const WORDS: &str = "COALESCE(activiteit.onderwerp, '')";

const FILTERS: &[Filter] = &[
    Filter::own("soort", "activiteit.soort"),
    Filter::own("commissie", "activiteit.voortouwafkorting").labelled("activiteit.voortouwnaam"),
    Filter::on(
        "fractie",
        "activiteit_actor AS deelnemer",
        "deelnemer.activiteit = activiteit.id",
        "deelnemer.actor_fractie",
    ),
    Filter::on(
        "persoon",
        "activiteit_actor AS deelnemer CROSS JOIN persoon",
        "deelnemer.activiteit = activiteit.id AND persoon.id = deelnemer.persoon",
        "persoon.nummer",
    )
    .labelled("deelnemer.actor_naam"),
    Filter::on(
        "ministerie",
        "activiteit_actor AS deelnemer CROSS JOIN ministerie_van",
        "deelnemer.activiteit = activiteit.id AND ministerie_van.tekst = deelnemer.functie",
        "ministerie_van.ministerie",
    ),
    Filter::on(
        "dossier",
        "agendapunt CROSS JOIN zaak_agendapunt CROSS JOIN zaak CROSS JOIN kamerstukdossier",
        "agendapunt.activiteit = activiteit.id AND zaak_agendapunt.target = agendapunt.id \
         AND zaak.id = zaak_agendapunt.source AND kamerstukdossier.id = zaak.kamerstukdossier",
        "CAST(kamerstukdossier.nummer AS TEXT) || CASE COALESCE(kamerstukdossier.toevoeging, '') \
         WHEN '' THEN '' ELSE '-' || kamerstukdossier.toevoeging END",
    )
    .not_offered(),
    Filter::on(
        "zaak",
        "agendapunt CROSS JOIN zaak_agendapunt CROSS JOIN zaak",
        "agendapunt.activiteit = activiteit.id AND zaak_agendapunt.target = agendapunt.id \
         AND zaak.id = zaak_agendapunt.source",
        "zaak.nummer",
    )
    .not_offered(),
    Filter::own("status", "activiteit.status"),
    Filter::own("besloten", "CASE WHEN activiteit.besloten THEN 'ja' ELSE 'nee' END"),
];

/// An activiteit as the lists show it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The activiteit.
    pub activiteit: ActiviteitLine,
    /// The committee that leads, by its full name.
    pub voortouw: Option<String>,
    /// Where it is: the rooms, or else the place that is named.
    pub plaats: Option<String>,
    /// When its content, or where it is held, last changed.
    pub changed: Timestamp,
}

/// A page of those with a day, or of those without.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, definition: &Definition, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, definition, asked, row)
}

/// One of them, if it is there.
///
/// # Errors
/// What the database reports.
pub fn one(reader: &Reader, id: Uuid) -> Result<Option<Row>> {
    row(reader, id)
}

fn row(connection: &Connection, id: Uuid) -> Result<Option<Row>> {
    let found = activiteiten(connection, "WHERE activiteit.id = ?1", [guid(id)])?;
    let Some(activiteit) = found.into_iter().next() else { return Ok(None) };
    let sql = "SELECT voortouwnaam, locatie FROM activiteit WHERE id = ?1";
    let more = rows(connection, sql, [guid(id)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (voortouw, locatie) = more.into_iter().next().unwrap_or_default();
    let zalen = zalen(connection, id)?;
    let plaats = if zalen.is_empty() { locatie } else { Some(zalen.join(", ")) };
    let changed = changed(connection, id)?.max(reserved(connection, id)?);
    Ok(Some(Row { activiteit, voortouw, plaats, changed }))
}

/// When what is reserved for an activiteit last changed: a calendar that knows it has to learn of another
/// room.
fn reserved(connection: &Connection, id: Uuid) -> Result<Timestamp> {
    let sql = "SELECT MAX(COALESCE(entity.changed, entity.updated)) FROM reservering_activiteit \
               JOIN entity ON entity.id = reservering_activiteit.source \
               WHERE reservering_activiteit.target = ?1";
    let found = rows(connection, sql, [guid(id)], |row| moment(row, 0))?;
    Ok(found.into_iter().flatten().next().unwrap_or(Timestamp::UNIX_EPOCH))
}
