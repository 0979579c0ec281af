//! What the search index takes from the store: which pages a change touches, and what each of them
//! says.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use model::entities::{
    Activiteit, Besluit, Commissie, Document, Fractie, Kamerstukdossier, Persoon, PersoonGeschenk,
    PersoonNevenfunctie, PersoonReis, Toezegging, Vergadering, Zaak,
};
use model::value::Id;
use model::{Category, Record, Uuid, address};
use rusqlite::{Connection, Row};

use super::DossierLine;
use crate::changes::{Change, ChangeKind};
use crate::row::{get_all, moment, rows_of, uuid};
use crate::{Reader, Result};

/// An entity with a page of its own, whose place in the index has to be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Touched {
    /// Its category.
    pub category: Category,
    /// Its GUID.
    pub id: Uuid,
}

/// The pages whose text changes touch: those of the entities themselves, those that they are shown on,
/// and those that call them by their name or number.
///
/// # Errors
/// What the database reports.
pub fn touched_by(reader: &Reader, changes: &[Change]) -> Result<BTreeSet<Touched>> {
    let mut changed: BTreeMap<Category, BTreeSet<Uuid>> = BTreeMap::new();
    for change in changes {
        // Of a dossier only the number is told elsewhere. That never changes; the dossier does, with
        // each new document.
        if change.category == Category::Kamerstukdossier && change.kind != ChangeKind::New {
            continue;
        }
        changed.entry(change.category).or_default().insert(change.entity);
    }
    let mut touched: BTreeSet<Touched> = changes
        .iter()
        .filter(|change| HAVE_PAGES.contains(&change.category))
        .map(|change| Touched { category: change.category, id: change.entity })
        .collect();
    for (category, ids) in changed {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for (page, sql) in told_on(category) {
            touched.extend(rows_of(reader, sql, &ids, |row| {
                Ok(Touched { category: *page, id: uuid(row, 0)? })
            })?);
        }
    }
    Ok(touched)
}

/// On which other pages an entity is told of: their category, and how they are found.
fn told_on(category: Category) -> &'static [(Category, &'static str)] {
    match category {
        Category::DocumentVersie => &[(
            Category::Document,
            "SELECT document FROM document_versie WHERE id IN ({ids}) AND document IS NOT NULL",
        )],
        Category::DocumentActor => &[(
            Category::Document,
            "SELECT document FROM document_actor WHERE id IN ({ids}) AND document IS NOT NULL",
        )],
        Category::Zaak => &[
            (Category::Document, "SELECT source FROM document_zaak WHERE target IN ({ids})"),
            (Category::Besluit, "SELECT source FROM besluit_zaak WHERE target IN ({ids})"),
        ],
        Category::ZaakActor => &[
            (
                Category::Zaak,
                "SELECT zaak FROM zaak_actor WHERE id IN ({ids}) AND zaak IS NOT NULL",
            ),
            (
                Category::Document,
                "SELECT document_zaak.source FROM zaak_actor \
                 JOIN document_zaak ON document_zaak.target = zaak_actor.zaak \
                 WHERE zaak_actor.id IN ({ids})",
            ),
            (
                Category::Besluit,
                "SELECT besluit_zaak.source FROM zaak_actor \
                 JOIN besluit_zaak ON besluit_zaak.target = zaak_actor.zaak \
                 WHERE zaak_actor.id IN ({ids})",
            ),
        ],
        Category::Activiteit => &[
            (
                Category::Besluit,
                "SELECT besluit.id FROM agendapunt \
                 JOIN besluit ON besluit.agendapunt = agendapunt.id \
                 WHERE agendapunt.activiteit IN ({ids})",
            ),
            (Category::Toezegging, "SELECT id FROM toezegging WHERE activiteit IN ({ids})"),
        ],
        Category::ActiviteitActor => &[(
            Category::Activiteit,
            "SELECT activiteit FROM activiteit_actor WHERE id IN ({ids}) AND activiteit IS NOT NULL",
        )],
        Category::Agendapunt => &[
            (
                Category::Activiteit,
                "SELECT activiteit FROM agendapunt WHERE id IN ({ids}) AND activiteit IS NOT NULL",
            ),
            (Category::Besluit, "SELECT id FROM besluit WHERE agendapunt IN ({ids})"),
        ],
        Category::Verslag => &[(
            Category::Vergadering,
            "SELECT vergadering FROM verslag WHERE id IN ({ids}) AND vergadering IS NOT NULL",
        )],
        // What was promised is told with the name as published, but found by the person's too.
        Category::Persoon => &[
            (
                Category::Document,
                "SELECT document FROM document_actor WHERE persoon IN ({ids}) \
                 AND document IS NOT NULL",
            ),
            (
                Category::Zaak,
                "SELECT zaak FROM zaak_actor WHERE persoon IN ({ids}) AND zaak IS NOT NULL",
            ),
            (
                Category::Activiteit,
                "SELECT activiteit FROM activiteit_actor WHERE persoon IN ({ids}) \
                 AND activiteit IS NOT NULL",
            ),
        ],
        Category::PersoonGeschenk => &[(
            Category::Persoon,
            "SELECT persoon FROM persoon_geschenk WHERE id IN ({ids}) AND persoon IS NOT NULL",
        )],
        Category::PersoonReis => &[(
            Category::Persoon,
            "SELECT persoon FROM persoon_reis WHERE id IN ({ids}) AND persoon IS NOT NULL",
        )],
        Category::PersoonNevenfunctie => &[(
            Category::Persoon,
            "SELECT persoon FROM persoon_nevenfunctie WHERE id IN ({ids}) AND persoon IS NOT NULL",
        )],
        Category::Commissie => &[
            (
                Category::Document,
                "SELECT document FROM document_actor WHERE commissie IN ({ids}) \
                 AND document IS NOT NULL",
            ),
            (
                Category::Document,
                "SELECT document_zaak.source FROM zaak_actor \
                 JOIN document_zaak ON document_zaak.target = zaak_actor.zaak \
                 WHERE zaak_actor.commissie IN ({ids})",
            ),
            (
                Category::Zaak,
                "SELECT zaak FROM zaak_actor WHERE commissie IN ({ids}) AND zaak IS NOT NULL",
            ),
            (
                Category::Activiteit,
                "SELECT activiteit FROM activiteit_actor WHERE commissie IN ({ids}) \
                 AND activiteit IS NOT NULL",
            ),
            (Category::Activiteit, "SELECT id FROM activiteit WHERE voortouwcommissie IN ({ids})"),
        ],
        Category::Kamerstukdossier => &[
            (Category::Document, "SELECT id FROM document WHERE kamerstukdossier IN ({ids})"),
            (Category::Zaak, "SELECT id FROM zaak WHERE kamerstukdossier IN ({ids})"),
        ],
        _ => &[],
    }
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
    pub persoon: Option<Arc<Persoon>>,
    /// The committee, likewise.
    pub commissie: Option<Arc<Commissie>>,
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
        /// The hash of the file that has its text, if one has.
        text: Option<String>,
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
        voortouw: Option<Arc<Commissie>>,
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
        commissie: Option<Arc<Commissie>>,
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

/// What the index needs of pages, in any order; nothing of those of which there is nothing (left) to
/// find. Each kind of fact is read for all of them at once.
///
/// # Errors
/// What the database reports.
pub fn indexed(reader: &Reader, pages: &BTreeSet<Touched>) -> Result<Vec<(Touched, Indexed)>> {
    let mut by_category: BTreeMap<Category, Vec<Uuid>> = BTreeMap::new();
    for page in pages {
        by_category.entry(page.category).or_default().push(page.id);
    }
    let mut all = Vec::with_capacity(pages.len());
    for (category, ids) in by_category {
        let of_category = match category {
            Category::Document => documents(reader, &ids)?,
            Category::Zaak => zaken(reader, &ids)?,
            Category::Activiteit => activiteiten(reader, &ids)?,
            Category::Besluit => besluiten(reader, &ids)?,
            Category::Toezegging => toezeggingen(reader, &ids)?,
            Category::Persoon => personen(reader, &ids)?,
            Category::Fractie => fracties(reader, &ids)?,
            Category::Commissie => get_all(reader, &ids)?
                .into_iter()
                .map(|(id, commissie)| (id, Indexed::Commissie(Box::new(commissie))))
                .collect(),
            Category::Kamerstukdossier => dossiers(reader, &ids)?,
            Category::Vergadering => verslagen(reader, &ids)?,
            _ => Vec::new(),
        };
        all.extend(of_category.into_iter().map(|(id, it)| (Touched { category, id }, it)));
    }
    Ok(all)
}

/// The addresses of pages, but for those that other entities have (too) now.
///
/// # Errors
/// What the database reports.
pub fn addresses_of(reader: &Reader, pages: &BTreeSet<Touched>) -> Result<Vec<String>> {
    let ids: Vec<Uuid> = pages.iter().map(|page| page.id).collect();
    let mut addresses = rows_of(
        reader,
        "SELECT address FROM entity WHERE id IN ({ids}) AND address IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM entity AS other WHERE other.address = entity.address \
             AND other.id <> entity.id AND NOT other.deleted AND NOT other.taken_down)",
        &ids,
        |row| row.get(0),
    )?;
    // A decision has no address of its own in the register.
    let besluiten = pages.iter().filter(|page| page.category == Category::Besluit);
    addresses.extend(besluiten.map(|besluit| address::stemming(&besluit.id.to_string())));
    Ok(addresses)
}

type Found = Vec<(Uuid, Indexed)>;

fn documents(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let documents: HashMap<Uuid, Document> = get_all(connection, ids)?;
    let ids: Vec<Uuid> = documents.keys().copied().collect();
    let mut publications = grouped(
        connection,
        "SELECT DISTINCT document, externeidentifier FROM document_versie \
         WHERE document IN ({ids}) AND externeidentifier IS NOT NULL",
        &ids,
        |row| row.get(1),
    )?;
    let about = About::read(connection, "document_zaak", &ids)?;
    let mut concerned = concerned(connection, "document_actor", "document", &ids)?;
    let dossiers =
        dossier_lines(connection, documents.values().filter_map(|it| it.kamerstukdossier))?;
    let mut texts = grouped(
        connection,
        // The official publication comes before the resource.
        "SELECT file.entity, file.sha256 FROM file JOIN content ON content.sha256 = file.sha256 \
         WHERE file.entity IN ({ids}) AND content.words > 0 ORDER BY file.origin",
        &ids,
        |row| row.get(1),
    )?;
    let document = |(id, document): (Uuid, Document)| {
        let page = Indexed::Document {
            dossier: document.kamerstukdossier.and_then(|it| dossiers.get(&it.0).cloned()),
            publications: publications.remove(&id).unwrap_or_default(),
            zaken: about.zaken(id).cloned().collect(),
            concerned: concerned.remove(&id).unwrap_or_default(),
            with_zaken: about.concerned(id),
            text: texts.remove(&id).and_then(|texts| texts.into_iter().next()),
            document: Box::new(document),
        };
        (id, page)
    };
    Ok(documents.into_iter().map(document).collect())
}

fn zaken(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let zaken: HashMap<Uuid, Zaak> = get_all(connection, ids)?;
    let mut concerned = concerned(connection, "zaak_actor", "zaak", &keys(&zaken))?;
    let dossiers = dossier_lines(connection, zaken.values().filter_map(|it| it.kamerstukdossier))?;
    let zaak = |(id, zaak): (Uuid, Zaak)| {
        let page = Indexed::Zaak {
            dossier: zaak.kamerstukdossier.and_then(|it| dossiers.get(&it.0).cloned()),
            concerned: concerned.remove(&id).unwrap_or_default(),
            zaak: Box::new(zaak),
        };
        (id, page)
    };
    Ok(zaken.into_iter().map(zaak).collect())
}

fn activiteiten(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let activiteiten: HashMap<Uuid, Activiteit> = get_all(connection, ids)?;
    let ids = keys(&activiteiten);
    let mut agendas = grouped(
        connection,
        "SELECT activiteit, onderwerp FROM agendapunt WHERE activiteit IN ({ids}) \
         AND onderwerp IS NOT NULL ORDER BY volgorde",
        &ids,
        |row| row.get(1),
    )?;
    let mut concerned = concerned(connection, "activiteit_actor", "activiteit", &ids)?;
    let leading = activiteiten.values().filter_map(|it| it.voortouwcommissie);
    let commissies = shared(connection, leading.map(|id| id.0))?;
    let activiteit = |(id, activiteit): (Uuid, Activiteit)| {
        let page = Indexed::Activiteit {
            voortouw: activiteit.voortouwcommissie.and_then(|it| commissies.get(&it.0).cloned()),
            concerned: concerned.remove(&id).unwrap_or_default(),
            agenda: agendas.remove(&id).unwrap_or_default(),
            activiteit: Box::new(activiteit),
        };
        (id, page)
    };
    Ok(activiteiten.into_iter().map(activiteit).collect())
}

/// Decisions. One that nobody voted on has no page: it is shown with its zaak.
fn besluiten(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let mut besluiten: HashMap<Uuid, Besluit> = get_all(connection, ids)?;
    besluiten.retain(|_, besluit| besluit.stemmings_soort.is_some());
    let ids = keys(&besluiten);
    let mut moments = grouped(
        connection,
        "SELECT besluit.id, COALESCE(activiteit.aanvangstijd, activiteit.datum) FROM besluit \
         JOIN agendapunt ON agendapunt.id = besluit.agendapunt \
         JOIN activiteit ON activiteit.id = agendapunt.activiteit WHERE besluit.id IN ({ids})",
        &ids,
        |row| moment(row, 1),
    )?;
    let about = About::read(connection, "besluit_zaak", &ids)?;
    let in_dossiers = about.zaken.values().filter_map(|zaak| zaak.kamerstukdossier);
    let dossiers = dossier_lines(connection, in_dossiers)?;
    let besluit = |(id, besluit): (Uuid, Besluit)| {
        let with_dossier = |zaak: &Zaak| {
            let dossier = zaak.kamerstukdossier.and_then(|it| dossiers.get(&it.0).cloned());
            (zaak.clone(), dossier)
        };
        let page = Indexed::Besluit {
            moment: moments.remove(&id).and_then(|found| found.into_iter().next().flatten()),
            zaken: about.zaken(id).map(with_dossier).collect(),
            concerned: about.concerned(id),
            besluit: Box::new(besluit),
        };
        (id, page)
    };
    Ok(besluiten.into_iter().map(besluit).collect())
}

fn toezeggingen(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let toezeggingen: HashMap<Uuid, Toezegging> = get_all(connection, ids)?;
    let made_in: Vec<Uuid> =
        toezeggingen.values().filter_map(|it| it.activiteit.map(|id| id.0)).collect();
    let activiteiten: HashMap<Uuid, Activiteit> = get_all(connection, &made_in)?;
    let leading = activiteiten.values().filter_map(|it| it.voortouwcommissie);
    let commissies = shared(connection, leading.map(|id| id.0))?;
    let toezegging = |(id, toezegging): (Uuid, Toezegging)| {
        let activiteit = toezegging.activiteit.and_then(|it| activiteiten.get(&it.0));
        let leading = activiteit.and_then(|it| it.voortouwcommissie);
        let commissie = leading.and_then(|it| commissies.get(&it.0).cloned());
        (id, Indexed::Toezegging { toezegging: Box::new(toezegging), commissie })
    };
    Ok(toezeggingen.into_iter().map(toezegging).collect())
}

fn personen(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let mut personen: HashMap<Uuid, Persoon> = get_all(connection, ids)?;
    personen.retain(|_, persoon| !persoon.naam().is_empty());
    let ids = keys(&personen);
    let mut geschenken = of_personen(connection, &ids, |it: &PersoonGeschenk| it.persoon)?;
    let mut reizen = of_personen(connection, &ids, |it: &PersoonReis| it.persoon)?;
    let mut nevenfuncties = of_personen(connection, &ids, |it: &PersoonNevenfunctie| it.persoon)?;
    let persoon = |(id, persoon): (Uuid, Persoon)| {
        let page = Indexed::Persoon {
            persoon: Box::new(persoon),
            geschenken: geschenken.remove(&id).unwrap_or_default(),
            reizen: reizen.remove(&id).unwrap_or_default(),
            nevenfuncties: nevenfuncties.remove(&id).unwrap_or_default(),
        };
        (id, page)
    };
    Ok(personen.into_iter().map(persoon).collect())
}

/// What belongs to each of these persons.
fn of_personen<T: Record>(
    connection: &Connection,
    ids: &[Uuid],
    persoon: impl Fn(&T) -> Option<Id<Persoon>>,
) -> Result<HashMap<Uuid, Vec<T>>> {
    let table = T::CATEGORY.description().table;
    let sql = format!("SELECT id FROM {table} WHERE persoon IN ({{ids}})");
    let all: Vec<Uuid> = rows_of(connection, &sql, ids, |row| uuid(row, 0))?;
    let mut of_each: HashMap<Uuid, Vec<T>> = HashMap::new();
    for (_, it) in get_all::<T>(connection, &all)? {
        if let Some(persoon) = persoon(&it) {
            of_each.entry(persoon.0).or_default().push(it);
        }
    }
    Ok(of_each)
}

/// Parties. Of those with a record per period, the one that is in force has the page.
fn fracties(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let shown = rows_of(
        connection,
        "SELECT id FROM fractie WHERE id IN ({ids}) AND (datum_inactief IS NULL OR NOT EXISTS \
         (SELECT 1 FROM fractie AS other WHERE other.afkorting = fractie.afkorting \
             AND other.datum_inactief IS NULL))",
        ids,
        |row| uuid(row, 0),
    )?;
    let fracties: HashMap<Uuid, Fractie> = get_all(connection, &shown)?;
    let fractie = |(id, fractie)| (id, Indexed::Fractie(Box::new(fractie)));
    Ok(fracties.into_iter().map(fractie).collect())
}

fn dossiers(connection: &Connection, ids: &[Uuid]) -> Result<Found> {
    let dossiers: HashMap<Uuid, Kamerstukdossier> = get_all(connection, ids)?;
    let dossier = |(id, dossier): (Uuid, Kamerstukdossier)| {
        let afgesloten = dossier.afgesloten;
        Some((id, Indexed::Dossier { dossier: DossierLine::of(dossier)?, afgesloten }))
    };
    Ok(dossiers.into_iter().filter_map(dossier).collect())
}

/// The few meetings that have a transcript.
fn verslagen(reader: &Reader, ids: &[Uuid]) -> Result<Found> {
    let mut found = Vec::new();
    for id in ids {
        let Some(page) = super::verslag::page(reader, *id)? else { continue };
        if page.verslag.is_some() {
            let vergadering = Box::new(page.vergadering);
            let text = page.file.and_then(|file| file.sha256);
            found.push((*id, Indexed::Verslag { vergadering, text }));
        }
    }
    Ok(found)
}

/// What things are about.
struct About {
    /// The zaken of each, in their order.
    of_each: HashMap<Uuid, Vec<Uuid>>,
    zaken: HashMap<Uuid, Zaak>,
    concerned: HashMap<Uuid, Vec<Concerned>>,
}

impl About {
    /// `pairs` is the table that links the things with their zaken.
    fn read(connection: &Connection, pairs: &str, ids: &[Uuid]) -> Result<Self> {
        let sql =
            format!("SELECT source, target FROM {pairs} WHERE source IN ({{ids}}) ORDER BY place");
        let of_each = grouped(connection, &sql, ids, |row| uuid(row, 1))?;
        let zaken: BTreeSet<Uuid> = of_each.values().flatten().copied().collect();
        let zaken = get_all(connection, &Vec::from_iter(zaken))?;
        let concerned = concerned(connection, "zaak_actor", "zaak", &keys(&zaken))?;
        Ok(Self { of_each, zaken, concerned })
    }

    fn zaken(&self, of: Uuid) -> impl Iterator<Item = &Zaak> {
        self.of_each.get(&of).into_iter().flatten().filter_map(|zaak| self.zaken.get(zaak))
    }

    /// Who is concerned with the zaken of a thing.
    fn concerned(&self, of: Uuid) -> Vec<Concerned> {
        let zaken = self.of_each.get(&of).into_iter().flatten();
        zaken.filter_map(|zaak| self.concerned.get(zaak)).flatten().cloned().collect()
    }
}

fn dossier_lines(
    connection: &Connection,
    ids: impl Iterator<Item = Id<Kamerstukdossier>>,
) -> Result<HashMap<Uuid, DossierLine>> {
    let ids: BTreeSet<Uuid> = ids.map(|id| id.0).collect();
    let dossiers: HashMap<Uuid, Kamerstukdossier> = get_all(connection, &Vec::from_iter(ids))?;
    Ok(dossiers.into_iter().filter_map(|(id, it)| Some((id, DossierLine::of(it)?))).collect())
}

/// Entities to which many refer.
fn shared<T: Record>(
    connection: &Connection,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Arc<T>>> {
    let ids: BTreeSet<Uuid> = ids.collect();
    let found = get_all(connection, &Vec::from_iter(ids))?;
    Ok(found.into_iter().map(|(id, it)| (id, Arc::new(it))).collect())
}

/// Those in `table` (document_actor, zaak_actor, activiteit_actor) of the things that its column `of`
/// refers to.
fn concerned(
    connection: &Connection,
    table: &str,
    of: &str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Concerned>>> {
    let sql = format!(
        "SELECT {of}, actor_naam, actor_fractie, functie, relatie, persoon, commissie FROM {table} \
         WHERE {of} IN ({{ids}}) ORDER BY relatie, actor_naam"
    );
    let found = rows_of(connection, &sql, ids, |row| {
        let reference = |column| -> rusqlite::Result<Option<Uuid>> {
            Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
        };
        let actor = Concerned {
            naam: row.get(1)?,
            fractie: row.get(2)?,
            functie: row.get(3)?,
            relatie: row.get(4)?,
            persoon: None,
            commissie: None,
        };
        Ok((uuid(row, 0)?, actor, reference(5)?, reference(6)?))
    })?;
    let personen = shared(connection, found.iter().filter_map(|(.., persoon, _)| *persoon))?;
    let commissies = shared(connection, found.iter().filter_map(|(.., commissie)| *commissie))?;
    let mut of_each: HashMap<Uuid, Vec<Concerned>> = HashMap::new();
    for (id, actor, persoon, commissie) in found {
        of_each.entry(id).or_default().push(Concerned {
            persoon: persoon.and_then(|id| personen.get(&id).cloned()),
            commissie: commissie.and_then(|id| commissies.get(&id).cloned()),
            ..actor
        });
    }
    Ok(of_each)
}

fn keys<T>(of_each: &HashMap<Uuid, T>) -> Vec<Uuid> {
    of_each.keys().copied().collect()
}

/// The rows that a statement gives for ids, which are their first column.
fn grouped<T>(
    connection: &Connection,
    sql: &str,
    ids: &[Uuid],
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<HashMap<Uuid, Vec<T>>> {
    let mut of_each: HashMap<Uuid, Vec<T>> = HashMap::new();
    for (id, it) in rows_of(connection, sql, ids, |row| Ok((uuid(row, 0)?, read(row)?)))? {
        of_each.entry(id).or_default().push(it);
    }
    Ok(of_each)
}
