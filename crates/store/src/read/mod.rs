//! What the pages and the index read. Each module mirrors a page; a page's function gathers all that
//! the page shows. What several pages show is here, and in [`besluit`] and [`vraag`].

pub mod activiteit;
pub mod besluit;
pub mod citations;
pub mod commissie;
pub mod document;
pub mod dossier;
pub mod fractie;
pub mod history;
pub mod index;
pub mod list;
pub mod lists;
pub mod ministerie;
pub mod operation;
pub mod overview;
pub mod persoon;
pub mod reference;
pub mod search;
pub mod sitemap;
pub mod status;
pub mod stemming;
pub mod toezegging;
pub mod verslag;
pub mod vraag;
pub mod zaak;

use jiff::Timestamp;
use jiff::civil::Date;
use model::entities::{Kamerstukdossier, Persoon};
use model::kamerstuk::DossierNummer;
use model::{Ministerie, Uuid, address};
use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::row::{day, guid, moment, uuid};
use crate::takedown::{Takedown, takedown_at};
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

    /// Whether it will not take place (then): cancelled, moved or lapsed.
    pub fn is_off(&self) -> bool {
        matches!(self.status.as_deref(), Some("Geannuleerd" | "Verplaatst" | "Vervallen"))
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
    /// The time to speak that was agreed, as published.
    pub spreektijd: Option<String>,
    /// The number of the person, if the role refers to one that is known.
    pub persoon: Option<String>,
    /// The committee, if the role refers to one that is known.
    pub commissie: Option<CommissieLine>,
}

impl Actor {
    /// The page of the person or the committee.
    pub fn address(&self) -> Option<String> {
        let persoon = self.persoon.as_deref().map(address::persoon);
        persoon.or_else(|| self.commissie.as_ref().map(CommissieLine::address))
    }

    /// The page of the party.
    pub fn fractie_address(&self) -> Option<String> {
        self.fractie.as_deref().map(address::fractie)
    }

    /// The ministry for which they act.
    pub fn ministerie(&self) -> Option<&'static Ministerie> {
        self.functie.as_deref().and_then(Ministerie::of)
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
    let (order, spreektijd) = match table {
        "activiteit_actor" => ("actor.volgorde, actor.actor_naam", "actor.spreektijd"),
        "document_actor" => ("actor.relatie, actor.actor_naam", "NULL"),
        // The one who submitted it first, then those who joined.
        _ => (
            "actor.relatie = 'Voortouwcommissie', actor.relatie <> 'Indiener', actor.relatie, \
              actor.actor_naam",
            "NULL",
        ),
    };
    let sql = format!(
        "SELECT actor.actor_naam, actor.actor_fractie, actor.functie, actor.relatie, {spreektijd}, \
             persoon.nummer, commissie.id, commissie.afkorting, commissie.naam_nl \
         FROM {table} AS actor LEFT JOIN persoon ON persoon.id = actor.persoon \
         LEFT JOIN commissie ON commissie.id = actor.commissie \
         WHERE actor.{of} = ?1 ORDER BY {order}"
    );
    rows(connection, &sql, [guid(id)], |row| {
        Ok(Actor {
            naam: row.get(0)?,
            fractie: row.get(1)?,
            functie: row.get(2)?,
            relatie: row.get(3)?,
            spreektijd: row.get(4)?,
            persoon: row.get(5)?,
            commissie: CommissieLine::read(row, 6)?,
        })
    })
}

/// A committee as other pages refer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissieLine {
    /// Its GUID.
    pub id: Uuid,
    /// Its short name.
    pub afkorting: Option<String>,
    /// Its name.
    pub naam: Option<String>,
}

impl CommissieLine {
    /// From three columns: id, afkorting, naam_nl.
    fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Self>> {
        let Some(id) = row.get::<_, Option<[u8; 16]>>(column)? else { return Ok(None) };
        Ok(Some(Self {
            id: Uuid::from_bytes(id),
            afkorting: row.get(column + 1)?,
            naam: row.get(column + 2)?,
        }))
    }

    /// Its page.
    pub fn address(&self) -> String {
        address::commissie(self.afkorting.as_deref(), self.id)
    }

    /// Its name, or else its short name.
    pub fn name(&self) -> &str {
        self.naam.as_deref().or(self.afkorting.as_deref()).unwrap_or("commissie zonder naam")
    }
}

/// The committee with this GUID, where it is known.
pub(crate) fn commissie(
    connection: &Connection,
    id: Option<Uuid>,
) -> Result<Option<CommissieLine>> {
    let Some(id) = id else { return Ok(None) };
    let sql = "SELECT id, afkorting, naam_nl FROM commissie WHERE id = ?1";
    let found = rows(connection, sql, [guid(id)], |row| CommissieLine::read(row, 0))?;
    Ok(found.into_iter().flatten().next())
}

/// A dossier as other pages refer to it.
#[derive(Debug, Clone)]
pub struct DossierLine {
    /// Its number.
    pub nummer: DossierNummer,
    /// Its title.
    pub titel: Option<String>,
}

impl DossierLine {
    /// None without a number.
    pub(crate) fn of(dossier: Kamerstukdossier) -> Option<Self> {
        let nummer = DossierNummer::new(dossier.nummer?, dossier.toevoeging.as_deref());
        Some(Self { nummer, titel: dossier.titel })
    }
}

pub(crate) fn dossier(connection: &Connection, id: Option<Uuid>) -> Result<Option<DossierLine>> {
    let Some(id) = id else { return Ok(None) };
    Ok(crate::row::get(connection, id)?.and_then(DossierLine::of))
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
    /// The short name of the party for which they sit, or sat last.
    pub fractie: Option<String>,
}

impl PersoonLine {
    /// Their page.
    pub fn address(&self) -> Option<String> {
        self.nummer.as_deref().map(address::persoon)
    }

    /// The page of their party.
    pub fn fractie_address(&self) -> Option<String> {
        self.fractie.as_deref().map(address::fractie)
    }
}

/// The persons that a clause after `FROM persoon` selects.
pub(crate) fn personen(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<PersoonLine>> {
    let mut lines = Vec::new();
    for persoon in crate::row::select::<Persoon>(connection, clause, parameters)? {
        lines.push(PersoonLine {
            naam: persoon.naam(),
            fractie: fractie_of(connection, persoon.id.0)?.or(persoon.fractielabel),
            nummer: persoon.nummer,
            functie: persoon.functie,
        });
    }
    Ok(lines)
}

/// The short name of the party for which a person sits, or sat last.
pub(crate) fn fractie_of(connection: &Connection, persoon: Uuid) -> Result<Option<String>> {
    let sql = "SELECT fractie.afkorting FROM fractie_zetel_persoon AS zetel \
               JOIN fractie_zetel ON fractie_zetel.id = zetel.fractie_zetel \
               JOIN fractie ON fractie.id = fractie_zetel.fractie \
               WHERE zetel.persoon = ?1 AND fractie.afkorting IS NOT NULL \
               ORDER BY zetel.tot_en_met IS NOT NULL, zetel.van DESC LIMIT 1";
    Ok(rows(connection, sql, [guid(persoon)], |row| row.get(0))?.into_iter().next())
}

/// A person in a seat of a party or committee, for some time.
#[derive(Debug, Clone)]
pub struct Plaats {
    /// The person.
    pub persoon: PersoonLine,
    /// The function: Lid, Fractievoorzitter, Plv. lid.
    pub functie: Option<String>,
    /// The first day.
    pub van: Option<Date>,
    /// The last day; none while it lasts.
    pub tot_en_met: Option<Date>,
}

/// The places that a query gives: the person's GUID, functie, van, tot_en_met.
pub(crate) fn plaatsen(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<Plaats>> {
    let found = rows(connection, sql, parameters, |row| {
        Ok((uuid(row, 0)?, row.get(1)?, day(row, 2)?, day(row, 3)?))
    })?;
    let mut plaatsen = Vec::new();
    for (id, functie, van, tot_en_met) in found {
        let found = personen(connection, "WHERE id = ?1", [guid(id)])?;
        let Some(persoon) = found.into_iter().next() else { continue };
        plaatsen.push(Plaats { persoon, functie, van, tot_en_met });
    }
    Ok(plaatsen)
}

/// A seat of a party or committee without a person.
#[derive(Debug, Clone)]
pub struct Vacature {
    /// The function that is vacant.
    pub functie: Option<String>,
    /// The party to which the seat belongs.
    pub fractie: Option<String>,
    /// Since when.
    pub van: Option<Date>,
}

/// Why the page at an address is no longer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// The source has withdrawn what it showed.
    Withdrawn,
    /// The operator has taken it down.
    TakenDown(Takedown),
}

/// Why the page at an address is no longer there, if it was that of something that is gone.
///
/// # Errors
/// What the database reports.
pub fn gone(reader: &Reader, address: &str) -> Result<Option<Gone>> {
    if let Some(takedown) = takedown_at(reader, address)? {
        return Ok(Some(Gone::TakenDown(takedown)));
    }
    let deleted: Option<bool> = reader
        .prepare_cached("SELECT MIN(deleted) FROM entity WHERE address = ?1")?
        .query_row([address], |row| row.get(0))
        .optional()?
        .flatten();
    Ok((deleted == Some(true)).then_some(Gone::Withdrawn))
}

/// Whether the entity with this GUID has been withdrawn.
///
/// # Errors
/// What the database reports.
pub fn is_entity_withdrawn(reader: &Reader, id: Uuid) -> Result<bool> {
    let sql = "SELECT deleted FROM entity WHERE id = ?1";
    Ok(rows(reader, sql, [guid(id)], |row| row.get(0))?.into_iter().next().unwrap_or_default())
}

/// What is found for each GUID, in their order.
pub(crate) fn each<T>(
    ids: &[Uuid],
    mut find: impl FnMut(Uuid) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for id in ids {
        all.extend(find(*id)?);
    }
    Ok(all)
}

/// The first ones that a statement gives, in its order, of which something holds. Those after them are not
/// looked at.
pub(crate) fn first_of_which(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    most: usize,
    mut holds: impl FnMut(Uuid) -> Result<bool>,
) -> Result<Vec<Uuid>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut candidates = statement.query_map(parameters, |row| uuid(row, 0))?;
    let mut found = Vec::new();
    while found.len() < most
        && let Some(candidate) = candidates.next().transpose()?
    {
        if holds(candidate)? {
            found.push(candidate);
        }
    }
    Ok(found)
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
