//! What the search index takes from the store: which pages a change touches, and what each of them
//! says.

use model::entities::{Activiteit, Document, Kamerstukdossier, Persoon, Vergadering, Zaak};
use model::kamerstuk::DossierNummer;
use model::{Category, Uuid};
use rusqlite::Connection;

use super::document::files;
use super::{Actor, DossierLine, actors, dossier, rows};
use crate::changes::{Change, ChangeKind};
use crate::row::{get, guid, uuid};
use crate::{Reader, Result};

/// An entity with a page of its own, whose place in the index has to be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Touched {
    /// Its category.
    pub category: Category,
    /// Its GUID.
    pub id: Uuid,
}

/// The pages whose text a change touches: that of the entity itself, or those that it is shown on.
///
/// # Errors
/// What the database reports.
pub fn touched_by(reader: &Reader, change: &Change) -> Result<Vec<Touched>> {
    let id = change.entity;
    let itself = |category| vec![Touched { category, id }];
    let one = |category, sql: &str| -> Result<Vec<Touched>> {
        rows(reader, sql, [guid(id)], |row| Ok(Touched { category, id: uuid(row, 0)? }))
    };
    Ok(match change.category {
        Category::Document
        | Category::Zaak
        | Category::Activiteit
        | Category::Persoon
        | Category::Vergadering => itself(change.category),
        Category::Kamerstukdossier => {
            let mut touched = itself(Category::Kamerstukdossier);
            // Its documents are called by its number. A later change of a dossier, of which there is
            // one for each new document, leaves that number as it is.
            if change.kind == ChangeKind::New {
                touched.extend(one(
                    Category::Document,
                    "SELECT id FROM document WHERE kamerstukdossier = ?1",
                )?);
            }
            touched
        }
        Category::DocumentVersie => one(
            Category::Document,
            "SELECT document FROM document_versie WHERE id = ?1 AND document IS NOT NULL",
        )?,
        Category::DocumentActor => one(
            Category::Document,
            "SELECT document FROM document_actor WHERE id = ?1 AND document IS NOT NULL",
        )?,
        Category::ZaakActor => {
            one(Category::Zaak, "SELECT zaak FROM zaak_actor WHERE id = ?1 AND zaak IS NOT NULL")?
        }
        Category::Agendapunt => one(
            Category::Activiteit,
            "SELECT activiteit FROM agendapunt WHERE id = ?1 AND activiteit IS NOT NULL",
        )?,
        Category::Verslag => one(
            Category::Vergadering,
            "SELECT vergadering FROM verslag WHERE id = ?1 AND vergadering IS NOT NULL",
        )?,
        _ => Vec::new(),
    })
}

/// What a page says, as far as the index is concerned.
#[derive(Debug)]
pub enum Indexed {
    /// A document.
    Document {
        /// The document.
        document: Box<Document>,
        /// Its dossier.
        dossier: Option<DossierLine>,
        /// The externeidentifiers of its versions.
        publications: Vec<String>,
        /// The numbers of its zaken.
        zaken: Vec<String>,
        /// Who signed it.
        actors: Vec<Actor>,
        /// The hashes of its files that have text, the best first.
        texts: Vec<String>,
    },
    /// A zaak.
    Zaak {
        /// The zaak.
        zaak: Box<Zaak>,
        /// Its dossier.
        dossier: Option<DossierLine>,
        /// Who is concerned with it.
        actors: Vec<Actor>,
    },
    /// An activiteit.
    Activiteit {
        /// The activiteit.
        activiteit: Box<Activiteit>,
        /// The subjects on its agenda.
        agenda: Vec<String>,
    },
    /// A person.
    Persoon(Box<Persoon>),
    /// A dossier.
    Dossier(DossierLine),
    /// A transcript.
    Verslag {
        /// The meeting.
        vergadering: Box<Vergadering>,
        /// The hash of the file of the version that is shown.
        text: Option<String>,
    },
}

/// What the index needs of a touched page; `None` if there is nothing (left) to find.
///
/// # Errors
/// What the database reports.
pub fn indexed(reader: &Reader, touched: Touched) -> Result<Option<Indexed>> {
    let connection: &Connection = reader;
    let id = touched.id;
    Ok(match touched.category {
        Category::Document => {
            let Some(document) = get::<Document>(connection, id)? else { return Ok(None) };
            let publications = rows(
                connection,
                "SELECT DISTINCT externeidentifier FROM document_versie \
                 WHERE document = ?1 AND externeidentifier IS NOT NULL",
                [guid(id)],
                |row| row.get(0),
            )?;
            let zaken = rows(
                connection,
                "SELECT zaak.nummer FROM document_zaak JOIN zaak ON zaak.id = document_zaak.target \
                 WHERE document_zaak.source = ?1 AND zaak.nummer IS NOT NULL",
                [guid(id)],
                |row| row.get(0),
            )?;
            Some(Indexed::Document {
                dossier: dossier(connection, document.kamerstukdossier.map(|id| id.0))?,
                publications,
                zaken,
                actors: actors(connection, "document_actor", "document", id)?,
                texts: texts(connection, id)?,
                document: Box::new(document),
            })
        }
        Category::Zaak => {
            let Some(zaak) = get::<Zaak>(connection, id)? else { return Ok(None) };
            Some(Indexed::Zaak {
                dossier: dossier(connection, zaak.kamerstukdossier.map(|id| id.0))?,
                actors: actors(connection, "zaak_actor", "zaak", id)?,
                zaak: Box::new(zaak),
            })
        }
        Category::Activiteit => {
            let Some(activiteit) = get::<Activiteit>(connection, id)? else { return Ok(None) };
            let agenda = rows(
                connection,
                "SELECT onderwerp FROM agendapunt WHERE activiteit = ?1 \
                 AND onderwerp IS NOT NULL ORDER BY volgorde",
                [guid(id)],
                |row| row.get(0),
            )?;
            Some(Indexed::Activiteit { activiteit: Box::new(activiteit), agenda })
        }
        Category::Persoon => get::<Persoon>(connection, id)?
            .filter(|persoon| !persoon.naam().is_empty())
            .map(|persoon| Indexed::Persoon(Box::new(persoon))),
        Category::Kamerstukdossier => {
            get::<Kamerstukdossier>(connection, id)?.and_then(|dossier| {
                let nummer = DossierNummer::new(dossier.nummer?, dossier.toevoeging.as_deref());
                Some(Indexed::Dossier(DossierLine { nummer, titel: dossier.titel }))
            })
        }
        Category::Vergadering => {
            let Some(page) = super::verslag::page(reader, id)? else { return Ok(None) };
            if page.verslag.is_none() {
                return Ok(None);
            }
            Some(Indexed::Verslag {
                vergadering: Box::new(page.vergadering),
                text: page.file.and_then(|file| file.sha256),
            })
        }
        _ => None,
    })
}

/// The hashes of an entity's files that have text: the official publication before the resource.
fn texts(connection: &Connection, entity: Uuid) -> Result<Vec<String>> {
    let with_text = files(connection, entity)?
        .into_iter()
        .filter(|file| file.words.is_some_and(|words| words > 0))
        .filter_map(|file| file.sha256)
        .collect();
    Ok(with_text)
}
