//! What the search index takes from the store: which pages a change touches, and what each of them
//! says.

use jiff::Timestamp;
use model::entities::{
    Activiteit, Besluit, Commissie, Document, Fractie, Kamerstukdossier, Persoon, PersoonGeschenk,
    PersoonNevenfunctie, PersoonReis, Toezegging, Vergadering, Zaak,
};
use model::kamerstuk::DossierNummer;
use model::{Category, Uuid};
use rusqlite::Connection;

use super::document::files;
use super::{DossierLine, dossier, rows};
use crate::changes::{Change, ChangeKind};
use crate::row::{get, guid, moment, select, uuid};
use crate::{Reader, Result};

/// An entity with a page of its own, whose place in the index has to be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Touched {
    /// Its category.
    pub category: Category,
    /// Its GUID.
    pub id: Uuid,
}

/// The pages whose text a change touches: that of the entity itself, those that it is shown on, and those
/// that call it by its name or number.
///
/// # Errors
/// What the database reports.
pub fn touched_by(reader: &Reader, change: &Change) -> Result<Vec<Touched>> {
    let id = change.entity;
    let mut touched = Vec::new();
    let mut add = |category, sql: &str| -> Result<()> {
        let pages =
            rows(reader, sql, [guid(id)], |row| Ok(Touched { category, id: uuid(row, 0)? }))?;
        touched.extend(pages);
        Ok(())
    };
    match change.category {
        Category::DocumentVersie => add(
            Category::Document,
            "SELECT document FROM document_versie WHERE id = ?1 AND document IS NOT NULL",
        )?,
        Category::DocumentActor => add(
            Category::Document,
            "SELECT document FROM document_actor WHERE id = ?1 AND document IS NOT NULL",
        )?,
        Category::Zaak => {
            add(Category::Document, "SELECT source FROM document_zaak WHERE target = ?1")?;
            add(Category::Besluit, "SELECT source FROM besluit_zaak WHERE target = ?1")?;
        }
        Category::ZaakActor => {
            add(Category::Zaak, "SELECT zaak FROM zaak_actor WHERE id = ?1 AND zaak IS NOT NULL")?;
            add(
                Category::Document,
                "SELECT document_zaak.source FROM zaak_actor \
                 JOIN document_zaak ON document_zaak.target = zaak_actor.zaak \
                 WHERE zaak_actor.id = ?1",
            )?;
            add(
                Category::Besluit,
                "SELECT besluit_zaak.source FROM zaak_actor \
                 JOIN besluit_zaak ON besluit_zaak.target = zaak_actor.zaak \
                 WHERE zaak_actor.id = ?1",
            )?;
        }
        Category::Activiteit => {
            add(
                Category::Besluit,
                "SELECT besluit.id FROM agendapunt \
                 JOIN besluit ON besluit.agendapunt = agendapunt.id WHERE agendapunt.activiteit = ?1",
            )?;
            add(Category::Toezegging, "SELECT id FROM toezegging WHERE activiteit = ?1")?;
        }
        Category::ActiviteitActor => add(
            Category::Activiteit,
            "SELECT activiteit FROM activiteit_actor WHERE id = ?1 AND activiteit IS NOT NULL",
        )?,
        Category::Agendapunt => {
            add(
                Category::Activiteit,
                "SELECT activiteit FROM agendapunt WHERE id = ?1 AND activiteit IS NOT NULL",
            )?;
            add(Category::Besluit, "SELECT id FROM besluit WHERE agendapunt = ?1")?;
        }
        Category::Verslag => add(
            Category::Vergadering,
            "SELECT vergadering FROM verslag WHERE id = ?1 AND vergadering IS NOT NULL",
        )?,
        // What was promised is told with the name as published, but found by the person's too.
        Category::Persoon => {
            for (category, table, of) in [
                (Category::Document, "document_actor", "document"),
                (Category::Zaak, "zaak_actor", "zaak"),
                (Category::Activiteit, "activiteit_actor", "activiteit"),
            ] {
                add(
                    category,
                    &format!("SELECT {of} FROM {table} WHERE persoon = ?1 AND {of} IS NOT NULL"),
                )?;
            }
        }
        Category::PersoonGeschenk | Category::PersoonReis | Category::PersoonNevenfunctie => {
            let table = change.category.description().table;
            add(
                Category::Persoon,
                &format!("SELECT persoon FROM {table} WHERE id = ?1 AND persoon IS NOT NULL"),
            )?;
        }
        Category::Commissie => {
            for (category, table, of) in [
                (Category::Document, "document_actor", "document"),
                (Category::Zaak, "zaak_actor", "zaak"),
                (Category::Activiteit, "activiteit_actor", "activiteit"),
            ] {
                add(
                    category,
                    &format!("SELECT {of} FROM {table} WHERE commissie = ?1 AND {of} IS NOT NULL"),
                )?;
            }
            add(
                Category::Document,
                "SELECT document_zaak.source FROM zaak_actor \
                 JOIN document_zaak ON document_zaak.target = zaak_actor.zaak \
                 WHERE zaak_actor.commissie = ?1",
            )?;
            add(Category::Activiteit, "SELECT id FROM activiteit WHERE voortouwcommissie = ?1")?;
        }
        // Its documents and zaken are called by its number. A later change of a dossier, of which there
        // is one for each new document, leaves that number as it is.
        Category::Kamerstukdossier if change.kind == ChangeKind::New => {
            add(Category::Document, "SELECT id FROM document WHERE kamerstukdossier = ?1")?;
            add(Category::Zaak, "SELECT id FROM zaak WHERE kamerstukdossier = ?1")?;
        }
        _ => {}
    }
    if HAVE_PAGES.contains(&change.category) {
        touched.push(Touched { category: change.category, id });
    }
    Ok(touched)
}

/// The categories of which each entity has a page in the index.
const HAVE_PAGES: [Category; 10] = [
    Category::Document,
    Category::Zaak,
    Category::Kamerstukdossier,
    Category::Activiteit,
    Category::Vergadering,
    Category::Besluit,
    Category::Toezegging,
    Category::Persoon,
    Category::Fractie,
    Category::Commissie,
];

/// A person, party or committee concerned with something.
#[derive(Debug, Clone, Default)]
pub struct Concerned {
    /// The name, as published with the role.
    pub naam: Option<String>,
    /// The party, as published with the role.
    pub fractie: Option<String>,
    /// The function in which they act.
    pub functie: Option<String>,
    /// The role.
    pub relatie: Option<String>,
    /// The person, if the role refers to one that is known.
    pub persoon: Option<Box<Persoon>>,
    /// The committee, likewise.
    pub commissie: Option<Box<Commissie>>,
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
        /// Its zaken.
        zaken: Vec<Zaak>,
        /// Who signed or received it.
        concerned: Vec<Concerned>,
        /// Who is concerned with its zaken.
        with_zaken: Vec<Concerned>,
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
        concerned: Vec<Concerned>,
    },
    /// An activiteit.
    Activiteit {
        /// The activiteit.
        activiteit: Box<Activiteit>,
        /// The committee that leads.
        voortouw: Option<Box<Commissie>>,
        /// Who takes part.
        concerned: Vec<Concerned>,
        /// The subjects on its agenda.
        agenda: Vec<String>,
    },
    /// A decision that was voted on.
    Besluit {
        /// The decision.
        besluit: Box<Besluit>,
        /// When it was or will be taken.
        moment: Option<Timestamp>,
        /// What it is about, with the dossier of each.
        zaken: Vec<(Zaak, Option<DossierLine>)>,
        /// Who is concerned with these.
        concerned: Vec<Concerned>,
    },
    /// A promise.
    Toezegging {
        /// The promise.
        toezegging: Box<Toezegging>,
        /// The committee that led the meeting in which it was made.
        commissie: Option<Box<Commissie>>,
    },
    /// A person.
    Persoon {
        /// The person.
        persoon: Box<Persoon>,
        /// What they were given.
        geschenken: Vec<PersoonGeschenk>,
        /// Where they went.
        reizen: Vec<PersoonReis>,
        /// What else they do.
        nevenfuncties: Vec<PersoonNevenfunctie>,
    },
    /// A party.
    Fractie(Box<Fractie>),
    /// A committee.
    Commissie(Box<Commissie>),
    /// A dossier.
    Dossier {
        /// Its number and title.
        dossier: DossierLine,
        /// Whether it is closed.
        afgesloten: Option<bool>,
    },
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
            let zaken = zaken(connection, "document_zaak", id)?;
            Some(Indexed::Document {
                dossier: dossier(connection, document.kamerstukdossier.map(|id| id.0))?,
                publications,
                with_zaken: with_zaken(connection, &zaken)?,
                zaken,
                concerned: concerned(connection, "document_actor", "document", id)?,
                texts: texts(connection, id)?,
                document: Box::new(document),
            })
        }
        Category::Zaak => {
            let Some(zaak) = get::<Zaak>(connection, id)? else { return Ok(None) };
            Some(Indexed::Zaak {
                dossier: dossier(connection, zaak.kamerstukdossier.map(|id| id.0))?,
                concerned: concerned(connection, "zaak_actor", "zaak", id)?,
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
            Some(Indexed::Activiteit {
                voortouw: commissie(connection, activiteit.voortouwcommissie.map(|id| id.0))?,
                concerned: concerned(connection, "activiteit_actor", "activiteit", id)?,
                activiteit: Box::new(activiteit),
                agenda,
            })
        }
        Category::Besluit => besluit(connection, id)?,
        Category::Toezegging => {
            let Some(toezegging) = get::<Toezegging>(connection, id)? else { return Ok(None) };
            let activiteit = match toezegging.activiteit {
                Some(activiteit) => get::<Activiteit>(connection, activiteit.0)?,
                None => None,
            };
            let voortouw = activiteit.and_then(|it| it.voortouwcommissie);
            Some(Indexed::Toezegging {
                commissie: commissie(connection, voortouw.map(|id| id.0))?,
                toezegging: Box::new(toezegging),
            })
        }
        Category::Persoon => {
            let persoon = get::<Persoon>(connection, id)?;
            let Some(persoon) = persoon.filter(|persoon| !persoon.naam().is_empty()) else {
                return Ok(None);
            };
            let of_persoon = "WHERE persoon = ?1 ORDER BY gewicht";
            Some(Indexed::Persoon {
                persoon: Box::new(persoon),
                geschenken: select(connection, of_persoon, [guid(id)])?,
                reizen: select(connection, of_persoon, [guid(id)])?,
                nevenfuncties: select(connection, of_persoon, [guid(id)])?,
            })
        }
        Category::Fractie => get(connection, id)?.map(|it| Indexed::Fractie(Box::new(it))),
        Category::Commissie => get(connection, id)?.map(|it| Indexed::Commissie(Box::new(it))),
        Category::Kamerstukdossier => {
            get::<Kamerstukdossier>(connection, id)?.and_then(|dossier| {
                let nummer = DossierNummer::new(dossier.nummer?, dossier.toevoeging.as_deref());
                Some(Indexed::Dossier {
                    dossier: DossierLine { nummer, titel: dossier.titel },
                    afgesloten: dossier.afgesloten,
                })
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

/// A decision. One that nobody voted on has no page: it is shown with its zaak.
fn besluit(connection: &Connection, id: Uuid) -> Result<Option<Indexed>> {
    let Some(besluit) = get::<Besluit>(connection, id)? else { return Ok(None) };
    if besluit.stemmings_soort.is_none() {
        return Ok(None);
    }
    let moments = rows(
        connection,
        "SELECT COALESCE(activiteit.aanvangstijd, activiteit.datum) FROM besluit \
         JOIN agendapunt ON agendapunt.id = besluit.agendapunt \
         JOIN activiteit ON activiteit.id = agendapunt.activiteit WHERE besluit.id = ?1",
        [guid(id)],
        |row| moment(row, 0),
    )?;
    let about = zaken(connection, "besluit_zaak", id)?;
    let concerned = with_zaken(connection, &about)?;
    let mut with_dossiers = Vec::new();
    for zaak in about {
        let dossier = dossier(connection, zaak.kamerstukdossier.map(|id| id.0))?;
        with_dossiers.push((zaak, dossier));
    }
    Ok(Some(Indexed::Besluit {
        besluit: Box::new(besluit),
        moment: moments.into_iter().next().flatten(),
        zaken: with_dossiers,
        concerned,
    }))
}

/// The zaken with which a table of pairs links something.
fn zaken(connection: &Connection, pairs: &str, id: Uuid) -> Result<Vec<Zaak>> {
    select(
        connection,
        &format!(
            "JOIN {pairs} ON {pairs}.target = zaak.id WHERE {pairs}.source = ?1 ORDER BY {pairs}.place"
        ),
        [guid(id)],
    )
}

fn with_zaken(connection: &Connection, zaken: &[Zaak]) -> Result<Vec<Concerned>> {
    let mut all = Vec::new();
    for zaak in zaken {
        all.extend(concerned(connection, "zaak_actor", "zaak", zaak.id.0)?);
    }
    Ok(all)
}

fn commissie(connection: &Connection, id: Option<Uuid>) -> Result<Option<Box<Commissie>>> {
    match id {
        Some(id) => Ok(get(connection, id)?.map(Box::new)),
        None => Ok(None),
    }
}

/// Those in `table` (document_actor, zaak_actor, activiteit_actor) of the thing that its column `of`
/// refers to.
fn concerned(connection: &Connection, table: &str, of: &str, id: Uuid) -> Result<Vec<Concerned>> {
    let sql = format!(
        "SELECT actor_naam, actor_fractie, functie, relatie, persoon, commissie FROM {table} \
         WHERE {of} = ?1 ORDER BY relatie, actor_naam"
    );
    let found = rows(connection, &sql, [guid(id)], |row| {
        let reference = |column| row.get::<_, Option<[u8; 16]>>(column);
        Ok((
            Concerned {
                naam: row.get(0)?,
                fractie: row.get(1)?,
                functie: row.get(2)?,
                relatie: row.get(3)?,
                persoon: None,
                commissie: None,
            },
            reference(4)?.map(Uuid::from_bytes),
            reference(5)?.map(Uuid::from_bytes),
        ))
    })?;
    let mut all = Vec::new();
    for (actor, persoon, of_commissie) in found {
        let persoon = match persoon {
            Some(persoon) => get::<Persoon>(connection, persoon)?.map(Box::new),
            None => None,
        };
        all.push(Concerned { persoon, commissie: commissie(connection, of_commissie)?, ..actor });
    }
    Ok(all)
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
