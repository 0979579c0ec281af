//! The page of a zaak.

use jiff::Timestamp;
use model::entities::Zaak;
use rusqlite::Connection;

use super::besluit::{BesluitLine, besluiten};
use super::citations::{self, Citation};
use super::document::{OF_ZAAK, bijgewerkt};
use super::vraag::{VraagLine, vragen};
use super::{
    ActiviteitLine, Actor, DocumentLine, DossierLine, ZaakLine, activiteiten, actors, documents,
    dossier, zaken,
};
use crate::row::{guid, select_one};
use crate::{Reader, Result};

/// All that the page of a zaak shows.
#[derive(Debug)]
pub struct ZaakPage {
    /// The zaak.
    pub zaak: Zaak,
    /// When its own system last touched it.
    pub bijgewerkt: Option<Timestamp>,
    /// The dossier of which it is part.
    pub dossier: Option<DossierLine>,
    /// Who is concerned with it.
    pub actors: Vec<Actor>,
    /// The documents about it, oldest first.
    pub documents: Vec<DocumentLine>,
    /// The meetings on whose agenda it stands.
    pub activiteiten: Vec<ActiviteitLine>,
    /// What was decided about it.
    pub besluiten: Vec<BesluitLine>,
    /// Zaken that are related to it, in either direction.
    pub gerelateerd: Vec<ZaakLine>,
    /// Zaken that it replaces.
    pub vervangt: Vec<ZaakLine>,
    /// Zaken that replace it.
    pub vervangen_door: Vec<ZaakLine>,
    /// Of written questions: when they were answered, or how long they have been open.
    pub vraag: Option<VraagLine>,
    /// What refers to it or to its documents, newest first.
    pub citations: Vec<Citation>,
}

/// The page of the zaak with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &str) -> Result<Option<ZaakPage>> {
    let connection: &Connection = reader;
    let Some(zaak) = select_one::<Zaak>(connection, "WHERE nummer = ?1", [nummer])? else {
        return Ok(None);
    };
    let id = guid(zaak.id.0);
    Ok(Some(ZaakPage {
        citations: citations::of_zaak(reader, zaak.id.0, zaak.nummer.as_deref())?,
        bijgewerkt: bijgewerkt(connection, zaak.id.0)?,
        dossier: dossier(connection, zaak.kamerstukdossier.map(|id| id.0))?,
        actors: actors(connection, "zaak_actor", "zaak", zaak.id.0)?,
        documents: documents(
            connection,
            "JOIN document_zaak ON document_zaak.source = document.id \
             WHERE document_zaak.target = ?1 ORDER BY document.datum, document.document_nummer",
            [id],
        )?,
        activiteiten: activiteiten(
            connection,
            "WHERE activiteit.id IN (SELECT target FROM zaak_activiteit WHERE source = ?1) \
             OR activiteit.id IN (SELECT agendapunt.activiteit FROM zaak_agendapunt \
                 JOIN agendapunt ON agendapunt.id = zaak_agendapunt.target \
                 WHERE zaak_agendapunt.source = ?1) \
             ORDER BY activiteit.datum",
            [id],
        )?,
        besluiten: besluiten(connection, OF_ZAAK, zaak.id.0)?,
        gerelateerd: zaken(
            connection,
            "WHERE zaak.id IN (SELECT target FROM zaak_gerelateerd_vanuit WHERE source = ?1 \
                 UNION SELECT source FROM zaak_gerelateerd_vanuit WHERE target = ?1) \
             ORDER BY zaak.gestart_op",
            [id],
        )?,
        vervangt: zaken(
            connection,
            "WHERE zaak.id IN (SELECT target FROM zaak_vervangen_vanuit WHERE source = ?1)",
            [id],
        )?,
        vervangen_door: zaken(
            connection,
            "WHERE zaak.id IN (SELECT source FROM zaak_vervangen_vanuit WHERE target = ?1)",
            [id],
        )?,
        vraag: match zaak.soort.as_deref() {
            Some("Schriftelijke vragen") => {
                vragen(connection, "WHERE zaak.id = ?1", [id])?.into_iter().next()
            }
            _ => None,
        },
        zaak,
    }))
}
