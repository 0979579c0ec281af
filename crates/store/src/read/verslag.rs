//! The page of a transcript.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use model::entities::{Persoon, Vergadering, Verslag};
use model::kamerstuk::DossierNummer;
use model::time::in_amsterdam;
use rusqlite::{Connection, params};

use super::besluit::{BesluitLine, besluiten};
use super::document::{FileLine, OF_ZAAK, files};
use super::{DocumentLine, ZaakLine, rows, zaken};
use crate::row::{get, guid, moment, select, uuid};
use crate::{Reader, Result};

/// All that the page of a transcript shows, besides its text.
#[derive(Debug)]
pub struct VerslagPage {
    /// The meeting.
    pub vergadering: Vergadering,
    /// The version to show: the newest whose text is here, and else the newest.
    pub verslag: Option<Verslag>,
    /// Its file.
    pub file: Option<FileLine>,
    /// The versions of the transcript known, the one to show included.
    pub versies: Vec<Verslag>,
}

/// How final a version is. A Casco has no text yet, and comes after everything.
fn rank(verslag: &Verslag) -> u8 {
    match verslag.status.as_deref() {
        Some("Gerectificeerd") => 4,
        Some("Gecorrigeerd") => 3,
        Some("Ongecorrigeerd") => 2,
        Some("Casco") => 0,
        _ => 1,
    }
}

fn phase(verslag: &Verslag) -> u8 {
    match verslag.soort.as_deref() {
        Some("Eindpublicatie") => 3,
        Some("Tussenpublicatie") => 2,
        Some("Voorpublicatie") => 1,
        _ => 0,
    }
}

/// The page of the transcript of this meeting.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, vergadering: Uuid) -> Result<Option<VerslagPage>> {
    let connection: &Connection = reader;
    let Some(vergadering) = get::<Vergadering>(connection, vergadering)? else { return Ok(None) };
    let versies = versies(connection, vergadering.id.0)?;
    let (verslag, file) = match shown(connection, &versies)? {
        Some((verslag, file)) => (Some(verslag), file),
        None => (None, None),
    };
    Ok(Some(VerslagPage { vergadering, verslag, file, versies }))
}

/// The versions of a meeting's transcript; the one that says most comes last.
fn versies(connection: &Connection, vergadering: Uuid) -> Result<Vec<Verslag>> {
    let mut versies = select::<Verslag>(
        connection,
        "JOIN entity ON entity.id = verslag.id WHERE verslag.vergadering = ?1 \
         ORDER BY entity.updated",
        [guid(vergadering)],
    )?;
    // A stable sort: among equals the newest stays last.
    versies.sort_by_key(|verslag| (rank(verslag), phase(verslag)));
    Ok(versies)
}

/// The version to show, with its file: the last whose text is here, and else the last.
fn shown(
    connection: &Connection,
    versies: &[Verslag],
) -> Result<Option<(Verslag, Option<FileLine>)>> {
    for verslag in versies.iter().rev() {
        let file = files(connection, verslag.id.0)?.into_iter().next();
        if file.as_ref().is_some_and(|file| file.words.is_some_and(|words| words > 0)) {
            return Ok(Some((verslag.clone(), file)));
        }
    }
    let Some(last) = versies.last() else { return Ok(None) };
    Ok(Some((last.clone(), files(connection, last.id.0)?.into_iter().next())))
}

/// Somebody as a transcript names them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SpokenName {
    /// First name: "Michiel".
    pub voornaam: String,
    /// Surname in its natural order: "van Nispen".
    pub achternaam: String,
    /// The party, of members of the House.
    pub fractie: Option<String>,
    /// Speaks for the government.
    pub is_government: bool,
}

/// What a transcript names by a number or a name.
#[derive(Debug, Default)]
pub struct Named {
    /// The day of the meeting: who is meant by a name depends on it.
    pub datum: Option<Date>,
    /// Who speak.
    pub personen: HashSet<SpokenName>,
    /// Activiteiten, by their numbers.
    pub activiteiten: HashSet<String>,
    /// Zaken, by their numbers.
    pub zaken: HashSet<String>,
    /// Papers, by dossier and number.
    pub stukken: HashSet<(DossierNummer, i64)>,
}

/// What of [`Named`] is known here, and no more than what is certain.
#[derive(Debug, Default)]
pub struct Links {
    /// The numbers of persons.
    pub personen: HashMap<SpokenName, String>,
    /// Activiteiten that have a page.
    pub activiteiten: HashSet<String>,
    /// Zaken that have a page.
    pub zaken: HashSet<String>,
    /// Papers.
    pub stukken: HashMap<(DossierNummer, i64), Stuk>,
}

/// A paper that a transcript names, such as a motion.
#[derive(Debug)]
pub struct Stuk {
    /// The document's number.
    pub document: String,
    /// Its zaak, if it has one alone.
    pub zaak: Option<ZaakLine>,
    /// What was decided last about that zaak.
    pub besluit: Option<BesluitLine>,
}

/// Looks up what a transcript names.
///
/// # Errors
/// What the database reports.
pub fn links(reader: &Reader, named: &Named) -> Result<Links> {
    let connection: &Connection = reader;
    let mut links = Links {
        activiteiten: known(connection, "activiteit", &named.activiteiten)?,
        zaken: known(connection, "zaak", &named.zaken)?,
        ..Links::default()
    };
    if let Some(datum) = named.datum {
        for name in &named.personen {
            if let Some(nummer) = persoon(connection, name, datum)? {
                links.personen.insert(name.clone(), nummer);
            }
        }
    }
    for (dossier, nummer) in &named.stukken {
        if let Some(stuk) = stuk(reader, dossier, *nummer)? {
            links.stukken.insert((dossier.clone(), *nummer), stuk);
        }
    }
    Ok(links)
}

/// Those of these numbers that belong to something in `table`.
fn known(
    connection: &Connection,
    table: &str,
    nummers: &HashSet<String>,
) -> Result<HashSet<String>> {
    let sql = format!("SELECT nummer FROM {table} WHERE nummer = ?1");
    let mut known = HashSet::new();
    for nummer in nummers {
        known.extend(rows(connection, &sql, [nummer], |row| row.get::<_, String>(0))?);
    }
    Ok(known)
}

/// The number of the person whom a name means on a day, if that is certain: of members the one who
/// then sat for that party, of the government the only one of that name who can have been alive.
fn persoon(connection: &Connection, name: &SpokenName, datum: Date) -> Result<Option<String>> {
    let mut found = Vec::new();
    // The register keeps prefixes apart from the surname, the transcript does not.
    let words: Vec<&str> = name.achternaam.split_whitespace().collect();
    for skip in 0..words.len() {
        let surname = words.get(skip..).unwrap_or_default().join(" ");
        let candidates = select::<Persoon>(connection, "WHERE achternaam = ?1", [surname])?;
        for candidate in candidates.into_iter().filter(|candidate| is_called(candidate, name)) {
            let fits = match &name.fractie {
                Some(fractie) => sat_for(connection, candidate.id.0, fractie, datum)?,
                None => name.is_government && can_be_alive(&candidate, datum),
            };
            if fits {
                found.push(candidate);
            }
        }
    }
    Ok(match found.as_slice() {
        [only] => only.nummer.clone(),
        _ => None,
    })
}

fn is_called(persoon: &Persoon, name: &SpokenName) -> bool {
    let surname = [persoon.tussenvoegsel.as_deref(), persoon.achternaam.as_deref()];
    let surname = surname.into_iter().flatten().map(str::trim).filter(|part| !part.is_empty());
    let surname = surname.collect::<Vec<_>>().join(" ");
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let first = [persoon.roepnaam.as_deref(), persoon.voornamen.as_deref()];
    same(&surname, &name.achternaam)
        && first.into_iter().flatten().any(|first| same(first, &name.voornaam))
}

fn sat_for(connection: &Connection, persoon: Uuid, fractie: &str, datum: Date) -> Result<bool> {
    let sql = "SELECT fractie.afkorting, fractie.naam_nl \
               FROM fractie_zetel_persoon AS zetel \
               JOIN fractie_zetel ON fractie_zetel.id = zetel.fractie_zetel \
               JOIN fractie ON fractie.id = fractie_zetel.fractie \
               WHERE zetel.persoon = ?1 AND (zetel.van IS NULL OR zetel.van <= ?2) \
               AND (zetel.tot_en_met IS NULL OR zetel.tot_en_met >= ?2)";
    let names = rows(connection, sql, params![guid(persoon), datum.to_string()], |row| {
        Ok([row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?])
    })?;
    let wanted = fractie.to_lowercase();
    Ok(names.iter().flatten().flatten().any(|name| name.to_lowercase() == wanted))
}

/// Members of two centuries are in the register.
fn can_be_alive(persoon: &Persoon, datum: Date) -> bool {
    persoon.geboortedatum.is_some_and(|born| (18..90).contains(&(datum.year() - born.year())))
}

fn stuk(connection: &Reader, dossier: &DossierNummer, nummer: i64) -> Result<Option<Stuk>> {
    let Some(DocumentLine { id, nummer: Some(document), .. }) =
        super::document::stuk(connection, dossier, nummer)?
    else {
        return Ok(None);
    };
    let mut zaken = zaken(
        connection,
        "JOIN document_zaak ON document_zaak.target = zaak.id WHERE document_zaak.source = ?1",
        [guid(id)],
    )?;
    let zaak = if zaken.len() == 1 { zaken.pop() } else { None };
    let besluit = match &zaak {
        Some(zaak) => besluiten(connection, OF_ZAAK, zaak.id)?.pop(),
        None => None,
    };
    Ok(Some(Stuk { document, zaak, besluit }))
}

/// How long a person spoke in a meeting, in one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenLine {
    /// The meeting: the key of its transcript's page.
    pub vergadering: Uuid,
    /// What the meeting is called.
    pub titel: Option<String>,
    /// When it began.
    pub aanvangstijd: Option<Timestamp>,
    /// `speaker`, `interrupter` or `chair`.
    pub role: String,
    /// How long, in seconds.
    pub seconds: i64,
    /// How many times.
    pub turns: i64,
}

/// The meetings in which a person spoke, newest first, with their time in each role; at most `limit`
/// lines. Each meeting counts in the version of its transcript that is shown.
///
/// # Errors
/// What the database reports.
pub fn spoken(reader: &Reader, wanted: &Persoon, limit: usize) -> Result<Vec<SpokenLine>> {
    let connection: &Connection = reader;
    let sql = "SELECT vergadering.id, vergadering.titel, vergadering.aanvangstijd, \
                   vergadering.datum, spoken.role, spoken.seconds, spoken.turns, \
                   spoken.sha256, spoken.voornaam, spoken.achternaam, spoken.fractie, \
                   spoken.is_government \
               FROM spoken JOIN file ON file.sha256 = spoken.sha256 \
               JOIN verslag ON verslag.id = file.entity \
               JOIN vergadering ON vergadering.id = verslag.vergadering \
               WHERE spoken.achternaam = ?1 \
               ORDER BY vergadering.aanvangstijd DESC, spoken.role";
    let surname = [wanted.tussenvoegsel.as_deref(), wanted.achternaam.as_deref()];
    let surname = surname.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let found = rows(connection, sql, [surname], |row| {
        let line = SpokenLine {
            vergadering: uuid(row, 0)?,
            titel: row.get(1)?,
            aanvangstijd: moment(row, 2)?,
            role: row.get(4)?,
            seconds: row.get(5)?,
            turns: row.get(6)?,
        };
        let datum = line.aanvangstijd.or(moment(row, 3)?);
        let name = SpokenName {
            voornaam: row.get(8)?,
            achternaam: row.get(9)?,
            fractie: Some(row.get::<_, String>(10)?).filter(|fractie| !fractie.is_empty()),
            is_government: row.get(11)?,
        };
        Ok((line, datum, row.get::<_, String>(7)?, name))
    })?;
    let mut lines = Vec::new();
    for (line, datum, sha256, name) in found {
        let Some(datum) = datum.map(|datum| in_amsterdam(datum).date()) else { continue };
        if lines.len() == limit {
            break;
        }
        let shown = shown(connection, &versies(connection, line.vergadering)?)?;
        let file = shown.and_then(|(_, file)| file);
        let is_shown = file.is_some_and(|file| file.sha256.as_ref() == Some(&sha256));
        if is_shown && persoon(connection, &name, datum)? == wanted.nummer {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// A time that a person had the floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechLine {
    /// The meeting: the key of its transcript's page.
    pub vergadering: Uuid,
    /// What the meeting is called.
    pub titel: Option<String>,
    /// The source's identifier of the speech.
    pub speech: String,
    /// The item of the agenda.
    pub topic: String,
    /// When it began.
    pub begin: Timestamp,
    /// How long, in seconds.
    pub seconds: i64,
}

/// The last times that a person had the floor, newest first; at most `limit`. Each meeting counts in the
/// version of its transcript that is shown.
///
/// # Errors
/// What the database reports.
pub fn last_speeches(reader: &Reader, wanted: &Persoon, limit: usize) -> Result<Vec<SpeechLine>> {
    let connection: &Connection = reader;
    let sql = "SELECT vergadering.id, vergadering.titel, speech.speech, speech.topic, speech.begun, \
                   speech.seconds, speech.sha256, speech.voornaam, speech.achternaam, \
                   speech.fractie, speech.is_government \
               FROM speech JOIN file ON file.sha256 = speech.sha256 \
               JOIN verslag ON verslag.id = file.entity \
               JOIN vergadering ON vergadering.id = verslag.vergadering \
               WHERE speech.achternaam = ?1 AND speech.begun IS NOT NULL \
               ORDER BY speech.begun DESC, speech.place DESC LIMIT ?2";
    let surname = [wanted.tussenvoegsel.as_deref(), wanted.achternaam.as_deref()];
    let surname = surname.into_iter().flatten().collect::<Vec<_>>().join(" ");
    // Versions of one transcript, and namesakes, come between.
    let many = i64::try_from(limit.saturating_mul(20)).unwrap_or(i64::MAX);
    let found = rows(connection, sql, params![surname, many], |row| {
        let line = SpeechLine {
            vergadering: uuid(row, 0)?,
            titel: row.get(1)?,
            speech: row.get(2)?,
            topic: row.get(3)?,
            begin: moment(row, 4)?.unwrap_or(Timestamp::UNIX_EPOCH),
            seconds: row.get(5)?,
        };
        let name = SpokenName {
            voornaam: row.get(7)?,
            achternaam: row.get(8)?,
            fractie: Some(row.get::<_, String>(9)?).filter(|fractie| !fractie.is_empty()),
            is_government: row.get(10)?,
        };
        Ok((line, row.get::<_, String>(6)?, name))
    })?;
    let mut lines = Vec::new();
    // What was looked up for a file and a name counts for all of its speeches.
    let mut known: HashMap<(String, SpokenName), bool> = HashMap::new();
    for (line, sha256, name) in found {
        if lines.len() == limit {
            break;
        }
        let key = (sha256, name);
        let counts = match known.get(&key) {
            Some(counts) => *counts,
            None => {
                let (sha256, name) = &key;
                let shown = shown(connection, &versies(connection, line.vergadering)?)?;
                let file = shown.and_then(|(_, file)| file);
                let is_shown = file.is_some_and(|file| file.sha256.as_ref() == Some(sha256));
                let datum = in_amsterdam(line.begin).date();
                let counts = is_shown && persoon(connection, name, datum)? == wanted.nummer;
                known.insert(key, counts);
                counts
            }
        };
        if counts {
            lines.push(line);
        }
    }
    Ok(lines)
}
