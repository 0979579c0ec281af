//! What the pages and the index read. Each module mirrors a page; a page's function gathers all that
//! the page shows. What several pages show is here, and in [`besluit`].

pub mod activiteit;
pub mod besluit;
pub mod document;
pub mod dossier;
pub mod index;
pub mod overview;
pub mod persoon;
pub mod references;
pub mod search;
pub mod status;
pub mod verslag;
pub mod zaak;

use jiff::Timestamp;
use model::entities::{Kamerstukdossier, Persoon};
use model::kamerstuk::DossierNummer;
use model::{Uuid, address};
use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::row::{guid, moment, uuid};
use crate::{Reader, Result};

/// A document as lists show it.
#[derive(Debug, Clone)]
pub struct DocumentLine {
    /// Its GUID.
    pub id: Uuid,
    /// Its number: `2019D53771`.
    pub nummer: Option<String>,
    /// Its kind.
    pub soort: Option<String>,
    /// Its title: of a kamerstuk, that of the dossier.
    pub titel: Option<String>,
    /// What it is about.
    pub onderwerp: Option<String>,
    /// Its date.
    pub datum: Option<Timestamp>,
    /// Its number in its dossier; negative for what is no kamerstuk.
    pub volgnummer: Option<i64>,
    /// Its dossier.
    pub dossier: Option<DossierNummer>,
}

const DOCUMENT_LINE: &str = "SELECT document.id, document.document_nummer, document.soort, \
     document.titel, document.onderwerp, document.datum, document.volgnummer, \
     kamerstukdossier.nummer, kamerstukdossier.toevoeging \
     FROM document LEFT JOIN kamerstukdossier ON kamerstukdossier.id = document.kamerstukdossier";

impl DocumentLine {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let nummer: Option<i64> = row.get(7)?;
        let toevoeging: Option<String> = row.get(8)?;
        Ok(Self {
            id: uuid(row, 0)?,
            nummer: row.get(1)?,
            soort: row.get(2)?,
            titel: row.get(3)?,
            onderwerp: row.get(4)?,
            datum: moment(row, 5)?,
            volgnummer: row.get(6)?,
            dossier: nummer.map(|nummer| DossierNummer::new(nummer, toevoeging.as_deref())),
        })
    }

    /// Its page.
    pub fn address(&self) -> Option<String> {
        self.nummer.as_deref().map(address::document)
    }
}

/// The documents that a clause after `FROM document` selects.
pub(crate) fn documents(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<DocumentLine>> {
    rows(connection, &format!("{DOCUMENT_LINE} {clause}"), parameters, DocumentLine::read)
}

/// A zaak as lists show it.
#[derive(Debug, Clone)]
pub struct ZaakLine {
    /// Its GUID.
    pub id: Uuid,
    /// Its number: `2019Z26157`.
    pub nummer: Option<String>,
    /// Its kind.
    pub soort: Option<String>,
    /// Its title.
    pub titel: Option<String>,
    /// What it is about.
    pub onderwerp: Option<String>,
    /// When it began.
    pub gestart_op: Option<Timestamp>,
    /// Whether it has been dealt with.
    pub afgedaan: Option<bool>,
    /// What the cabinet thinks of the motion.
    pub kabinetsappreciatie: Option<String>,
}

const ZAAK_LINE: &str = "SELECT zaak.id, zaak.nummer, zaak.soort, zaak.titel, zaak.onderwerp, \
     zaak.gestart_op, zaak.afgedaan, zaak.kabinetsappreciatie FROM zaak";

impl ZaakLine {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: uuid(row, 0)?,
            nummer: row.get(1)?,
            soort: row.get(2)?,
            titel: row.get(3)?,
            onderwerp: row.get(4)?,
            gestart_op: moment(row, 5)?,
            afgedaan: row.get(6)?,
            kabinetsappreciatie: row.get(7)?,
        })
    }

    /// Its page.
    pub fn address(&self) -> Option<String> {
        self.nummer.as_deref().map(address::zaak)
    }
}

/// The zaken that a clause after `FROM zaak` selects.
pub(crate) fn zaken(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<ZaakLine>> {
    rows(connection, &format!("{ZAAK_LINE} {clause}"), parameters, ZaakLine::read)
}

/// An activiteit as lists show it.
#[derive(Debug, Clone)]
pub struct ActiviteitLine {
    /// Its GUID.
    pub id: Uuid,
    /// Its number: `2025A03428`.
    pub nummer: Option<String>,
    /// Its kind.
    pub soort: Option<String>,
    /// What it is about.
    pub onderwerp: Option<String>,
    /// Its day.
    pub datum: Option<Timestamp>,
    /// When it begins.
    pub aanvangstijd: Option<Timestamp>,
    /// When it ends.
    pub eindtijd: Option<Timestamp>,
    /// Gepland, Uitgevoerd, Geannuleerd, Verplaatst.
    pub status: Option<String>,
    /// The committee that leads, by its short name.
    pub voortouw: Option<String>,
    /// Whether the public may attend.
    pub besloten: Option<bool>,
}

const ACTIVITEIT_LINE: &str = "SELECT activiteit.id, activiteit.nummer, activiteit.soort, \
     activiteit.onderwerp, activiteit.datum, activiteit.aanvangstijd, activiteit.eindtijd, \
     activiteit.status, COALESCE(activiteit.voortouwkortenaam, activiteit.voortouwnaam), \
     activiteit.besloten FROM activiteit";

impl ActiviteitLine {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: uuid(row, 0)?,
            nummer: row.get(1)?,
            soort: row.get(2)?,
            onderwerp: row.get(3)?,
            datum: moment(row, 4)?,
            aanvangstijd: moment(row, 5)?,
            eindtijd: moment(row, 6)?,
            status: row.get(7)?,
            voortouw: row.get(8)?,
            besloten: row.get(9)?,
        })
    }

    /// Its page.
    pub fn address(&self) -> Option<String> {
        self.nummer.as_deref().map(address::activiteit)
    }

    /// When it begins, or else its day.
    pub fn moment(&self) -> Option<Timestamp> {
        self.aanvangstijd.or(self.datum)
    }

    /// Whether it will not take place (then): cancelled or moved.
    pub fn is_off(&self) -> bool {
        matches!(self.status.as_deref(), Some("Geannuleerd" | "Verplaatst"))
    }
}

/// The activiteiten that a clause after `FROM activiteit` selects.
pub(crate) fn activiteiten(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<ActiviteitLine>> {
    rows(connection, &format!("{ACTIVITEIT_LINE} {clause}"), parameters, ActiviteitLine::read)
}

/// A person, party or committee in its role towards something.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The name, as published with the role.
    pub naam: Option<String>,
    /// The party, as published with the role.
    pub fractie: Option<String>,
    /// The function in which they act: minister van …, lid Tweede Kamer.
    pub functie: Option<String>,
    /// The role: Eerste ondertekenaar, Indiener, Gericht aan, Deelnemer.
    pub relatie: Option<String>,
    /// The number of the person, if the role refers to one that is known.
    pub persoon: Option<String>,
}

impl Actor {
    /// The page of the person.
    pub fn address(&self) -> Option<String> {
        self.persoon.as_deref().map(address::persoon)
    }
}

/// The actors in `table` (document_actor, zaak_actor, activiteit_actor) of the thing that its column
/// `of` refers to.
pub(crate) fn actors(
    connection: &Connection,
    table: &str,
    of: &str,
    id: Uuid,
) -> Result<Vec<Actor>> {
    let order = match table {
        "activiteit_actor" => "actor.volgorde, actor.actor_naam",
        "document_actor" => "actor.relatie, actor.actor_naam",
        // The one who submitted it first, then those who joined.
        _ => {
            "actor.relatie = 'Voortouwcommissie', actor.relatie <> 'Indiener', actor.relatie, \
              actor.actor_naam"
        }
    };
    let sql = format!(
        "SELECT actor.actor_naam, actor.actor_fractie, actor.functie, actor.relatie, persoon.nummer \
         FROM {table} AS actor LEFT JOIN persoon ON persoon.id = actor.persoon \
         WHERE actor.{of} = ?1 ORDER BY {order}"
    );
    rows(connection, &sql, [guid(id)], |row| {
        Ok(Actor {
            naam: row.get(0)?,
            fractie: row.get(1)?,
            functie: row.get(2)?,
            relatie: row.get(3)?,
            persoon: row.get(4)?,
        })
    })
}

/// A dossier as other pages refer to it.
#[derive(Debug, Clone)]
pub struct DossierLine {
    /// Its number.
    pub nummer: DossierNummer,
    /// Its title.
    pub titel: Option<String>,
}

pub(crate) fn dossier(connection: &Connection, id: Option<Uuid>) -> Result<Option<DossierLine>> {
    let Some(id) = id else { return Ok(None) };
    let dossier: Option<Kamerstukdossier> = crate::row::get(connection, id)?;
    Ok(dossier.and_then(|dossier| {
        let nummer = DossierNummer::new(dossier.nummer?, dossier.toevoeging.as_deref());
        Some(DossierLine { nummer, titel: dossier.titel })
    }))
}

/// A person as other pages refer to them.
#[derive(Debug, Clone)]
pub struct PersoonLine {
    /// Their number.
    pub nummer: Option<String>,
    /// Their name as one says it.
    pub naam: String,
    /// Their function.
    pub functie: Option<String>,
    /// The label of their party.
    pub fractie: Option<String>,
}

impl From<Persoon> for PersoonLine {
    fn from(persoon: Persoon) -> Self {
        Self {
            naam: persoon.naam(),
            nummer: persoon.nummer,
            functie: persoon.functie,
            fractie: persoon.fractielabel,
        }
    }
}

impl PersoonLine {
    /// Their page.
    pub fn address(&self) -> Option<String> {
        self.nummer.as_deref().map(address::persoon)
    }
}

/// Whether the page at an address was that of something that has been withdrawn.
///
/// # Errors
/// What the database reports.
pub fn is_withdrawn(reader: &Reader, address: &str) -> Result<bool> {
    let deleted: Option<bool> = reader
        .prepare_cached("SELECT MIN(deleted) FROM entity WHERE address = ?1")?
        .query_row([address], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(deleted == Some(true))
}

/// All rows of a query, each read by `read`.
pub(crate) fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(parameters, read)?.collect::<Result<_, _>>()?;
    Ok(found)
}
