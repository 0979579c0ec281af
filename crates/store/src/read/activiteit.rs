//! The page of an activiteit.

use jiff::Timestamp;
use model::entities::{Activiteit, Agendapunt, Toezegging};
use model::{Uuid, address};
use rusqlite::Connection;

use super::besluit::{BesluitLine, besluiten};
use super::document::bijgewerkt;
use super::{
    ActiviteitLine, Actor, CommissieLine, DocumentLine, ZaakLine, activiteiten, actors, commissie,
    documents, rows, zaken,
};
use crate::row::{guid, select, select_one, uuid};
use crate::{Reader, Result};

/// All that the page of an activiteit shows.
#[derive(Debug)]
pub struct ActiviteitPage {
    /// The activiteit.
    pub activiteit: Activiteit,
    /// When its own system last touched it.
    pub bijgewerkt: Option<Timestamp>,
    /// The committee that leads, where it is known.
    pub voortouw: Option<CommissieLine>,
    /// The rooms reserved for it.
    pub zalen: Vec<String>,
    /// Who takes part.
    pub actors: Vec<Actor>,
    /// The agenda, in order.
    pub agenda: Vec<AgendapuntPart>,
    /// Documents that belong to the meeting but to no item of its agenda.
    pub documents: Vec<DocumentLine>,
    /// What was promised at it.
    pub toezeggingen: Vec<Toezegging>,
    /// The meetings that it continues or replaces, and those that continue or replace it.
    pub verwant: Vec<(Verwantschap, ActiviteitLine)>,
    /// The page of its transcript, if there is one.
    pub verslag: Option<String>,
}

/// How another activiteit relates to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verwantschap {
    /// This one continues it.
    VoortgezetVanuit,
    /// It continues this one.
    VoortgezetIn,
    /// This one replaces it.
    VervangenVanuit,
    /// It replaces this one.
    VervangenDoor,
}

/// An item of the agenda.
#[derive(Debug)]
pub struct AgendapuntPart {
    /// The item.
    pub agendapunt: Agendapunt,
    /// Its documents.
    pub documents: Vec<DocumentLine>,
    /// Its zaken.
    pub zaken: Vec<ZaakLine>,
    /// What was decided at it.
    pub besluiten: Vec<BesluitLine>,
}

/// The page of the activiteit with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &str) -> Result<Option<ActiviteitPage>> {
    let connection: &Connection = reader;
    let found = select_one::<Activiteit>(connection, "WHERE nummer = ?1", [nummer])?;
    let Some(activiteit) = found else { return Ok(None) };
    let id = activiteit.id.0;
    let toezeggingen = select::<Toezegging>(
        connection,
        "WHERE activiteit = ?1 OR activiteit_nummer = ?2 ORDER BY nummer",
        rusqlite::params![guid(id), nummer],
    )?;
    Ok(Some(ActiviteitPage {
        bijgewerkt: bijgewerkt(connection, id)?,
        voortouw: commissie(connection, activiteit.voortouwcommissie.map(|id| id.0))?,
        zalen: zalen(connection, id)?,
        actors: actors(connection, "activiteit_actor", "activiteit", id)?,
        agenda: agenda(connection, id)?,
        documents: documents(
            connection,
            "JOIN document_activiteit ON document_activiteit.source = document.id \
             WHERE document_activiteit.target = ?1 AND document.id NOT IN \
                 (SELECT document_agendapunt.source FROM document_agendapunt JOIN agendapunt \
                      ON agendapunt.id = document_agendapunt.target \
                  WHERE agendapunt.activiteit = ?1) \
             ORDER BY document.datum, document.document_nummer",
            [guid(id)],
        )?,
        toezeggingen,
        verwant: verwant(connection, &activiteit)?,
        verslag: verslag(connection, &activiteit)?,
        activiteit,
    }))
}

/// The rooms reserved for an activiteit.
pub(crate) fn zalen(connection: &Connection, activiteit: Uuid) -> Result<Vec<String>> {
    rows(
        connection,
        "SELECT DISTINCT zaal.naam FROM reservering_activiteit \
         JOIN reservering ON reservering.id = reservering_activiteit.source \
         JOIN zaal ON zaal.id = reservering.zaal \
         WHERE reservering_activiteit.target = ?1 AND zaal.naam IS NOT NULL \
             AND COALESCE(reservering.status_naam, '') <> 'Geannuleerd' ORDER BY zaal.naam",
        [guid(activiteit)],
        |row| row.get(0),
    )
}

fn agenda(connection: &Connection, activiteit: Uuid) -> Result<Vec<AgendapuntPart>> {
    let items = select::<Agendapunt>(
        connection,
        "WHERE activiteit = ?1 ORDER BY volgorde, aanvangstijd, nummer",
        [guid(activiteit)],
    )?;
    let mut parts = Vec::new();
    for agendapunt in items {
        let id = agendapunt.id.0;
        let documents = documents(
            connection,
            "JOIN document_agendapunt ON document_agendapunt.source = document.id \
             WHERE document_agendapunt.target = ?1 ORDER BY document.document_nummer",
            [guid(id)],
        )?;
        let zaken = zaken(
            connection,
            "JOIN zaak_agendapunt ON zaak_agendapunt.source = zaak.id \
             WHERE zaak_agendapunt.target = ?1 ORDER BY zaak.nummer",
            [guid(id)],
        )?;
        let besluiten = besluiten(connection, "WHERE agendapunt = ?1", id)?;
        parts.push(AgendapuntPart { agendapunt, documents, zaken, besluiten });
    }
    Ok(parts)
}

fn verwant(
    connection: &Connection,
    activiteit: &Activiteit,
) -> Result<Vec<(Verwantschap, ActiviteitLine)>> {
    let mut verwant = Vec::new();
    let mut add = |how, clause: &str, id: Uuid| -> Result<()> {
        let found = activiteiten(connection, clause, [guid(id)])?;
        verwant.extend(found.into_iter().map(|line| (how, line)));
        Ok(())
    };
    if let Some(from) = activiteit.voortgezet_vanuit {
        add(Verwantschap::VoortgezetVanuit, "WHERE activiteit.id = ?1", from.0)?;
    }
    if let Some(from) = activiteit.vervangen_vanuit {
        add(Verwantschap::VervangenVanuit, "WHERE activiteit.id = ?1", from.0)?;
    }
    let id = activiteit.id.0;
    add(Verwantschap::VoortgezetIn, "WHERE activiteit.voortgezet_vanuit = ?1", id)?;
    add(Verwantschap::VervangenDoor, "WHERE activiteit.vervangen_vanuit = ?1", id)?;
    Ok(verwant)
}

/// The model has no relation between an activiteit and its vergadering. Equal in start and title, or
/// in start and subject, is taken as proof; anything less shows no link.
fn verslag(connection: &Connection, activiteit: &Activiteit) -> Result<Option<String>> {
    let (Some(start), Some(onderwerp)) = (activiteit.aanvangstijd, &activiteit.onderwerp) else {
        return Ok(None);
    };
    let found: Vec<Uuid> = rows(
        connection,
        "SELECT id FROM vergadering WHERE aanvangstijd = ?1 AND titel = ?2 \
         AND EXISTS (SELECT 1 FROM verslag WHERE verslag.vergadering = vergadering.id)",
        rusqlite::params![start.as_millisecond(), onderwerp],
        |row| uuid(row, 0),
    )?;
    Ok(found.first().map(|id| address::verslag(&id.to_string())))
}
