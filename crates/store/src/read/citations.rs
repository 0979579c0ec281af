//! Where what a text refers to can be found here, and what refers to a document, zaak or dossier.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use model::kamerstuk::DossierNummer;
use model::{Uuid, address};
use rusqlite::{Connection, params};

use super::document::{only, stuk};
use super::search::is_known;
use super::{DocumentLine, documents, rows};
use crate::row::{guid, moment, uuid};
use crate::{Reader, Result};

/// Something that a text refers to, as it is looked up here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mention {
    /// A document, zaak or activiteit by its number.
    Nummer(String),
    /// A dossier.
    Dossier(DossierNummer),
    /// A paper by dossier and number.
    Stuk(DossierNummer, i64),
    /// An official publication by its identifier.
    Publication(String),
}

/// The pages of those of these that are known here.
///
/// # Errors
/// What the database reports.
pub fn addresses(reader: &Reader, mentions: &HashSet<Mention>) -> Result<HashMap<Mention, String>> {
    let mut found = HashMap::new();
    for mention in mentions {
        if let Some(address) = address_of(reader, mention)? {
            found.insert(mention.clone(), address);
        }
    }
    Ok(found)
}

fn address_of(reader: &Reader, mention: &Mention) -> Result<Option<String>> {
    let address = match mention {
        // The letter after the year tells what it is: 2023D12345.
        Mention::Nummer(nummer) => match nummer.as_bytes().get(4) {
            Some(b'D') => address::document(nummer),
            Some(b'Z') => address::zaak(nummer),
            Some(b'A') => address::activiteit(nummer),
            _ => return Ok(None),
        },
        Mention::Dossier(dossier) => address::dossier(dossier),
        Mention::Stuk(dossier, nummer) => {
            return Ok(stuk(reader, dossier, *nummer)?.and_then(|stuk| stuk.address()));
        }
        Mention::Publication(identifier) => {
            let found = documents(
                reader,
                "WHERE document.id IN \
                     (SELECT document FROM document_versie WHERE externeidentifier = ?1)",
                [identifier],
            )?;
            return Ok(only(found).and_then(|document| document.address()));
        }
    };
    Ok(is_known(reader, &address)?.then_some(address))
}

/// A document or transcript that refers to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Its page.
    pub address: String,
    /// What kind of document it is, or "Verslag".
    pub soort: Option<String>,
    /// What it is about.
    pub titel: String,
    /// Its date.
    pub datum: Option<Timestamp>,
    /// Where it refers: the first such passage.
    pub passage: String,
}

/// How many citations a page shows.
const SHOWN: usize = 50;
/// How many are looked up per name of the thing: some are those of the thing itself, or twice.
const FOUND: i64 = 150;

/// What refers to a document, newest first.
///
/// # Errors
/// What the database reports.
pub fn of_document(reader: &Reader, document: &DocumentLine) -> Result<Vec<Citation>> {
    let keys = keys_of_document(reader, document)?;
    citations(reader, &keys, &HashSet::from([document.id]))
}

/// What refers to a zaak, by its own number or by one of its documents; newest first.
///
/// # Errors
/// What the database reports.
pub fn of_zaak(reader: &Reader, id: Uuid, nummer: Option<&str>) -> Result<Vec<Citation>> {
    let mut keys: Vec<String> = nummer.map(String::from).into_iter().collect();
    let own = documents(
        reader,
        "JOIN document_zaak ON document_zaak.source = document.id WHERE document_zaak.target = ?1",
        [guid(id)],
    )?;
    let mut within = HashSet::new();
    for document in own {
        keys.extend(keys_of_document(reader, &document)?);
        within.insert(document.id);
    }
    citations(reader, &keys, &within)
}

/// What refers to a dossier as such, from outside it; newest first.
///
/// # Errors
/// What the database reports.
pub fn of_dossier(reader: &Reader, id: Uuid, nummer: &DossierNummer) -> Result<Vec<Citation>> {
    let sql = "SELECT id FROM document WHERE kamerstukdossier = ?1";
    let within = rows(reader, sql, [guid(id)], |row| uuid(row, 0))?.into_iter().collect();
    citations(reader, &[format!("dossier:{nummer}")], &within)
}

/// The keys under which texts refer to a document.
fn keys_of_document(connection: &Connection, document: &DocumentLine) -> Result<Vec<String>> {
    let mut keys: Vec<String> = document.nummer.clone().into_iter().collect();
    if let (Some(dossier), Some(nummer)) = (&document.dossier, document.volgnummer)
        && nummer > 0
    {
        keys.push(format!("kst:{dossier}-{nummer}"));
    }
    let sql = "SELECT DISTINCT externeidentifier FROM document_versie \
               WHERE document = ?1 AND externeidentifier IS NOT NULL";
    keys.extend(rows(connection, sql, [guid(document.id)], |row| row.get::<_, String>(0))?);
    Ok(keys)
}

fn citations(
    connection: &Connection,
    keys: &[String],
    except: &HashSet<Uuid>,
) -> Result<Vec<Citation>> {
    let mut passages: HashMap<Uuid, String> = HashMap::new();
    let sql = "SELECT file.entity, reference.passage FROM reference \
               JOIN file ON file.sha256 = reference.sha256 WHERE reference.target = ?1 \
               ORDER BY file.priority DESC LIMIT ?2";
    for key in keys {
        let found =
            rows(connection, sql, params![key, FOUND], |row| Ok((uuid(row, 0)?, row.get(1)?)))?;
        for (entity, passage) in found {
            if !except.contains(&entity) {
                passages.entry(entity).or_insert(passage);
            }
        }
    }
    let mut citations = Vec::new();
    for (entity, passage) in passages {
        citations.extend(citation(connection, entity, passage)?);
    }
    citations.sort_by(|a, b| (b.datum, &b.address).cmp(&(a.datum, &a.address)));
    // A meeting has a transcript in several versions.
    citations.dedup_by(|a, b| a.address == b.address);
    citations.truncate(SHOWN);
    Ok(citations)
}

fn citation(connection: &Connection, entity: Uuid, passage: String) -> Result<Option<Citation>> {
    if let Some(document) =
        documents(connection, "WHERE document.id = ?1", [guid(entity)])?.into_iter().next()
    {
        let Some(address) = document.address() else { return Ok(None) };
        let titel = document.onderwerp.or(document.titel).unwrap_or_default();
        let (soort, datum) = (document.soort, document.datum);
        return Ok(Some(Citation { address, soort, titel, datum, passage }));
    }
    let sql = "SELECT vergadering.id, vergadering.titel, vergadering.datum FROM verslag \
               JOIN vergadering ON vergadering.id = verslag.vergadering WHERE verslag.id = ?1";
    let found = rows(connection, sql, [guid(entity)], |row| {
        Ok(Citation {
            address: address::verslag(&uuid(row, 0)?.to_string()),
            soort: Some("Verslag".into()),
            titel: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            datum: moment(row, 2)?,
            passage: passage.clone(),
        })
    })?;
    Ok(found.into_iter().next())
}
