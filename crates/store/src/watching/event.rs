//! Events: what happened, as a reader would say it, made of the changes of many entities.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::{Category, Entity, Uuid};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::changes::{Change, ChangeKind};
use crate::read::rows;
use crate::row::{self, guid, moment, uuid};
use crate::{Reader, Result, Store};

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A document that was not there before.
    Document,
    /// Another version of a document.
    Version,
    /// Written questions were answered.
    Answer,
    /// The answer to written questions was put off.
    Delay,
    /// A meeting was planned.
    Planned,
    /// A meeting was moved: to another time or another room.
    Moved,
    /// A meeting was cancelled.
    Cancelled,
    /// Something was put on the agenda of a meeting, or taken off it.
    Agenda,
    /// A decision without a vote.
    Decision,
    /// A vote, with its result.
    Vote,
    /// A toezegging was made.
    Promise,
    /// The term of a toezegging has passed.
    Due,
    /// A toezegging was fulfilled.
    Fulfilled,
    /// A zaak came to another status.
    Status,
    /// A transcript appeared.
    Transcript,
    /// A gift was reported.
    Gift,
    /// A side job was reported.
    SideJob,
    /// A journey was reported.
    Trip,
}

impl EventKind {
    /// Every kind, in the order in which a reader sees them.
    pub const ALL: [Self; 18] = [
        Self::Document,
        Self::Version,
        Self::Answer,
        Self::Delay,
        Self::Planned,
        Self::Moved,
        Self::Cancelled,
        Self::Agenda,
        Self::Decision,
        Self::Vote,
        Self::Promise,
        Self::Due,
        Self::Fulfilled,
        Self::Status,
        Self::Transcript,
        Self::Gift,
        Self::SideJob,
        Self::Trip,
    ];

    /// Its name in the database, in addresses and in data. These names are permanent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Version => "versie",
            Self::Answer => "antwoord",
            Self::Delay => "uitstel",
            Self::Planned => "gepland",
            Self::Moved => "verplaatst",
            Self::Cancelled => "geannuleerd",
            Self::Agenda => "agenda",
            Self::Decision => "besluit",
            Self::Vote => "stemming",
            Self::Promise => "toezegging",
            Self::Due => "verlopen",
            Self::Fulfilled => "nagekomen",
            Self::Status => "status",
            Self::Transcript => "verslag",
            Self::Gift => "geschenk",
            Self::SideJob => "nevenfunctie",
            Self::Trip => "reis",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl FromSql for EventKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

/// An event to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What kind of thing happened.
    pub kind: EventKind,
    /// The category of the entity to which it happened.
    pub category: Category,
    /// That entity.
    pub entity: Uuid,
    /// What tells it from other events of its kind and entity: of each there is one.
    pub cause: i64,
    /// The address of its page.
    pub address: Option<String>,
    /// What the entity is called.
    pub title: String,
    /// From what to what, as JSON.
    pub what: String,
    /// When the source published it.
    pub at: Timestamp,
    /// The addresses of the pages that it concerns.
    pub topics: Vec<String>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number.
    pub number: i64,
    /// What kind of thing happened.
    pub kind: EventKind,
    /// The category of the entity to which it happened.
    pub category: Category,
    /// That entity.
    pub entity: Uuid,
    /// The address of its page.
    pub address: Option<String>,
    /// What the entity is called.
    pub title: String,
    /// From what to what, as JSON.
    pub what: String,
    /// When the source published it.
    pub at: Timestamp,
    /// When it was written down here.
    pub made_at: Timestamp,
}

/// The columns of [`Event`], in the order in which it is read.
pub(super) const COLUMNS: &str = "event.number, event.kind, event.category, event.entity, \
     event.address, event.title, event.what, event.at, event.made_at";

impl Event {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Self::read_from(row, 0)
    }

    /// Reads one whose columns begin with this one.
    pub(super) fn read_from(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(first)?,
            kind: row.get(first + 1)?,
            category: category(row, first + 2)?,
            entity: uuid(row, first + 3)?,
            address: row.get(first + 4)?,
            title: row.get(first + 5)?,
            what: row.get(first + 6)?,
            at: moment(row, first + 7)?.unwrap_or_default(),
            made_at: moment(row, first + 8)?.unwrap_or_default(),
        })
    }
}

/// A part of a whole that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its category.
    pub category: Category,
    /// Its GUID.
    pub id: Uuid,
    /// Whether it was never there before.
    pub is_new: bool,
    /// The number of its state before, if it had one.
    pub revision: Option<i64>,
    /// The number of the last of its changes.
    pub change: i64,
}

/// Something of which parts changed and then nothing more for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its category.
    pub category: Category,
    /// Its GUID.
    pub id: Uuid,
    /// What changed of it.
    pub parts: Vec<Part>,
}

/// The text of what happened longer ago is no news: it is read again by another extractor.
const TEXT_COMES_WITHIN_MS: i64 = 2 * 24 * 60 * 60 * 1_000;

/// The name in `meta` under which it is kept how far the change log was followed.
const FOLLOWED: &str = "events";
/// The name in `meta` under which it is kept until when the clock was followed.
const DUE: &str = "due";

impl Store {
    /// The number of the last change of which was noted what it touches. The first time that is the
    /// last change of all: what was here before anybody watched is no news.
    ///
    /// # Errors
    /// What the database reports.
    pub fn followed(&self) -> Result<i64> {
        let reader = self.reader()?;
        if let Some(number) = remembered(&reader, FOLLOWED)? {
            return Ok(number);
        }
        let last = self.last_change()?;
        remember(&self.writer(), FOLLOWED, last)?;
        Ok(last)
    }

    /// Notes what changes touch, each with the wholes that it belongs to, and that they were followed up
    /// to a number. An event of an entity whose text came in is to be matched again.
    ///
    /// # Errors
    /// What the database reports; nothing is noted then.
    pub fn note_touched(
        &self,
        touched: &[(Change, Vec<(Category, Uuid)>)],
        until: i64,
        now: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            for (change, wholes) in touched {
                for (category, whole) in wholes {
                    if change.kind == ChangeKind::Text {
                        match_again(transaction, *whole, now)?;
                    } else {
                        note(transaction, change, *category, *whole, now)?;
                    }
                }
            }
            remember(transaction, FOLLOWED, until)
        })
    }

    /// Writes down what happened to something that has settled, and that this was done. One of an
    /// entity, kind and cause that is there already stays as it is.
    ///
    /// # Errors
    /// What the database reports; nothing is written then.
    pub fn write_events(
        &self,
        settled: &Settled,
        events: &[NewEvent],
        now: Timestamp,
    ) -> Result<()> {
        self.at_once(|transaction| {
            for event in events {
                write(transaction, event, now)?;
            }
            for part in &settled.parts {
                // What changed again in the meantime settles anew.
                transaction.execute(
                    "DELETE FROM unsettled WHERE whole = ?1 AND part = ?2 AND change = ?3",
                    params![guid(settled.id), guid(part.id), part.change],
                )?;
            }
            Ok(())
        })
    }

    /// Until which moment of parliament's clock events were written down that come from the clock and
    /// not from a change; the first time that is now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn due_written_until(&self, now: Timestamp) -> Result<Timestamp> {
        let reader = self.reader()?;
        if let Some(until) = remembered(&reader, DUE)? {
            return Ok(Timestamp::from_millisecond(until).unwrap_or(now));
        }
        remember(&self.writer(), DUE, now.as_millisecond())?;
        Ok(now)
    }

    /// Writes down events that come from the clock, until a moment of it.
    ///
    /// # Errors
    /// What the database reports; nothing is written then.
    pub fn write_due(&self, events: &[NewEvent], until: Timestamp, now: Timestamp) -> Result<()> {
        self.at_once(|transaction| {
            events.iter().try_for_each(|event| write(transaction, event, now))?;
            remember(transaction, DUE, until.as_millisecond())
        })
    }
}

/// The number of the last change of which was noted what it touches; none before that was first asked
/// for.
pub(crate) fn followed(connection: &Connection) -> Result<Option<i64>> {
    remembered(connection, FOLLOWED)
}

/// A number in `meta`.
fn remembered(connection: &Connection, key: &str) -> Result<Option<i64>> {
    let sql = "SELECT CAST(value AS BIGINT) FROM meta WHERE key = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
}

fn remember(connection: &Connection, key: &str, number: i64) -> Result<()> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![key, number.to_string()],
    )?;
    Ok(())
}

fn match_again(transaction: &Transaction<'_>, entity: Uuid, now: Timestamp) -> Result<()> {
    transaction
        .prepare_cached(
            "UPDATE event SET to_match = TRUE WHERE entity = ?1 \
             AND kind IN ('document', 'versie', 'antwoord', 'uitstel', 'verslag') \
             AND made_at > ?2",
        )?
        .execute(params![guid(entity), now.as_millisecond() - TEXT_COMES_WITHIN_MS])?;
    Ok(())
}

fn note(
    transaction: &Transaction<'_>,
    change: &Change,
    category: Category,
    whole: Uuid,
    now: Timestamp,
) -> Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO unsettled (whole_category, whole, part_category, part, is_new, revision, \
                 change, first_at, last_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) \
             ON CONFLICT (whole, part) DO UPDATE SET change = excluded.change, \
                 last_at = excluded.last_at",
        )?
        .execute(params![
            category.name(),
            guid(whole),
            change.category.name(),
            guid(change.entity),
            change.kind == ChangeKind::New && change.revision.is_none(),
            change.revision,
            change.number,
            now.as_millisecond(),
        ])?;
    Ok(())
}

fn write(transaction: &Transaction<'_>, event: &NewEvent, now: Timestamp) -> Result<()> {
    let number: Option<i64> = transaction
        .prepare_cached(
            "INSERT INTO event (kind, category, entity, cause, address, title, what, at, made_at, \
                 to_match) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, TRUE) \
             ON CONFLICT (entity, kind, cause) DO NOTHING RETURNING number",
        )?
        .query_row(
            params![
                event.kind.as_str(),
                event.category.name(),
                guid(event.entity),
                event.cause,
                event.address,
                event.title,
                event.what,
                event.at.as_millisecond(),
                now.as_millisecond(),
            ],
            |row| row.get(0),
        )
        .optional()?;
    let Some(number) = number else { return Ok(()) };
    let mut insert = transaction.prepare_cached(
        "INSERT INTO event_topic (topic, event) VALUES (?1, ?2) ON CONFLICT (topic, event) DO NOTHING",
    )?;
    for topic in &event.topics {
        insert.execute(params![topic, number])?;
    }
    Ok(())
}

/// The things that have settled: nothing of them changed since `quiet_since`, or they have been
/// changing since before `waiting_since`. The one that has waited longest comes first.
///
/// # Errors
/// What the database reports.
pub fn settled(
    reader: &Reader,
    quiet_since: Timestamp,
    waiting_since: Timestamp,
    limit: usize,
) -> Result<Vec<Settled>> {
    let wholes = rows(
        reader,
        "SELECT whole_category, whole FROM unsettled GROUP BY whole_category, whole \
         HAVING MAX(last_at) <= ?1 OR MIN(first_at) <= ?2 ORDER BY MIN(change) LIMIT ?3",
        params![
            quiet_since.as_millisecond(),
            waiting_since.as_millisecond(),
            i64::try_from(limit).unwrap_or(i64::MAX)
        ],
        |row| Ok((category(row, 0)?, uuid(row, 1)?)),
    )?;
    let mut settled = Vec::with_capacity(wholes.len());
    for (category_of_whole, id) in wholes {
        let sql = "SELECT part_category, part, is_new, revision, change FROM unsettled \
                   WHERE whole = ?1 ORDER BY change";
        let parts = rows(reader, sql, [guid(id)], |row| {
            Ok(Part {
                category: category(row, 0)?,
                id: uuid(row, 1)?,
                is_new: row.get(2)?,
                revision: row.get(3)?,
                change: row.get(4)?,
            })
        })?;
        settled.push(Settled { category: category_of_whole, id, parts });
    }
    Ok(settled)
}

fn category(row: &Row<'_>, column: usize) -> rusqlite::Result<Category> {
    Category::from_name(row.get_ref(column)?.as_str()?).ok_or(rusqlite::Error::InvalidQuery)
}

/// An entity as it is now; none if it is not there (any more).
///
/// # Errors
/// What the database reports.
pub fn entity(reader: &Reader, category: Category, id: Uuid) -> Result<Option<Entity>> {
    let values = row::values(reader, category, id)?;
    Ok(values.map(|values| Entity::from_values(category, id, values)))
}

/// The element as published of a state that an entity had; none if it was deleted then.
///
/// # Errors
/// What the database reports.
pub fn state_before(reader: &Reader, revision: i64) -> Result<Option<String>> {
    let found = reader
        .prepare_cached("SELECT dictionary, raw FROM revision WHERE number = ?1")?
        .query_row([revision], |row| Ok((row.get(0)?, row.get::<_, Option<Vec<u8>>>(1)?)))
        .optional()?;
    let Some((dictionary, raw)) = found else { return Ok(None) };
    reader.store().dictionaries().unpack(reader, dictionary, raw.as_deref())
}

/// When the source published what is known of an entity.
///
/// # Errors
/// What the database reports.
pub fn published(reader: &Reader, id: Uuid) -> Result<Option<Timestamp>> {
    let found = reader
        .prepare_cached("SELECT COALESCE(changed, updated, seen_at) FROM entity WHERE id = ?1")?
        .query_row([guid(id)], |row| moment(row, 0))
        .optional()?;
    Ok(found.flatten())
}

/// The entity whose page is at an address.
///
/// # Errors
/// What the database reports.
pub fn entity_at(reader: &Reader, address: &str) -> Result<Option<Entity>> {
    let sql = "SELECT category, id FROM entity WHERE address = ?1 AND NOT deleted \
               AND NOT taken_down ORDER BY token DESC LIMIT 1";
    let found = rows(reader, sql, [address], |row| Ok((category(row, 0)?, uuid(row, 1)?)))?;
    match found.into_iter().next() {
        Some((category, id)) => entity(reader, category, id),
        None => Ok(None),
    }
}

/// The address that an entity's page has, or had before it was deleted.
///
/// # Errors
/// What the database reports.
pub fn address_of(reader: &Reader, id: Uuid) -> Result<Option<String>> {
    let found = reader
        .prepare_cached("SELECT address FROM entity WHERE id = ?1")?
        .query_row([guid(id)], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// The GUIDs that a statement gives for an entity.
fn column(connection: &Connection, sql: &str, id: Uuid) -> Result<Vec<Uuid>> {
    rows(connection, sql, [guid(id)], |row| uuid(row, 0))
}

/// The meetings for which a room is or was reserved, by the reservation as it is now.
///
/// # Errors
/// What the database reports.
pub fn meetings_of_reservation(reader: &Reader, id: Uuid) -> Result<Vec<Uuid>> {
    column(reader, "SELECT target FROM reservering_activiteit WHERE source = ?1", id)
}

/// The names of the rooms reserved for a meeting.
///
/// # Errors
/// What the database reports.
pub fn rooms(reader: &Reader, activiteit: Uuid) -> Result<Vec<String>> {
    crate::read::activiteit::zalen(reader, activiteit)
}

/// When the meeting begins that takes the place of another, if that is known.
///
/// # Errors
/// What the database reports.
pub fn replaced_by(reader: &Reader, activiteit: Uuid) -> Result<Option<Timestamp>> {
    let sql = "SELECT COALESCE(aanvangstijd, datum) FROM activiteit WHERE vervangen_vanuit = ?1 \
               ORDER BY nummer DESC LIMIT 1";
    let found = rows(reader, sql, [guid(activiteit)], |row| moment(row, 0))?;
    Ok(found.into_iter().flatten().next())
}

/// The name of a room.
///
/// # Errors
/// What the database reports.
pub fn room(reader: &Reader, zaal: Uuid) -> Result<Option<String>> {
    Ok(row::get::<model::entities::Zaal>(reader, zaal)?.and_then(|zaal| zaal.naam))
}

/// The versions of a document.
///
/// # Errors
/// What the database reports.
pub fn versions(reader: &Reader, document: Uuid) -> Result<Vec<Uuid>> {
    column(reader, "SELECT id FROM document_versie WHERE document = ?1", document)
}

/// How many votes on a besluit are here.
///
/// # Errors
/// What the database reports.
pub fn votes(reader: &Reader, besluit: Uuid) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM stemming WHERE besluit = ?1";
    Ok(reader.prepare_cached(sql)?.query_row([guid(besluit)], |row| row.get(0))?)
}

/// What the first zaak of a besluit is about.
///
/// # Errors
/// What the database reports.
pub fn subject_of_besluit(reader: &Reader, besluit: Uuid) -> Result<Option<String>> {
    let found: Vec<Option<String>> = rows(
        reader,
        "SELECT COALESCE(zaak.onderwerp, zaak.titel) FROM besluit_zaak \
         JOIN zaak ON zaak.id = besluit_zaak.target WHERE besluit_zaak.source = ?1 \
         ORDER BY besluit_zaak.place LIMIT 1",
        [guid(besluit)],
        |row| row.get(0),
    )?;
    Ok(found.into_iter().flatten().next())
}

/// The toezeggingen that are open and whose term lies between two moments.
///
/// # Errors
/// What the database reports.
pub fn due_between(
    reader: &Reader,
    after: Timestamp,
    until: Timestamp,
) -> Result<Vec<model::entities::Toezegging>> {
    row::select(
        reader,
        &format!(
            "WHERE {} AND datum_nakoming > ?1 AND datum_nakoming <= ?2 ORDER BY datum_nakoming",
            crate::read::toezegging::IS_OPEN
        ),
        [after.as_millisecond(), until.as_millisecond()],
    )
}

/// The entities in whose lists an event stands: the one to which it happened, of a document or a besluit
/// also its zaken, and the dossiers of all these.
///
/// # Errors
/// What the database reports.
pub fn things_of(reader: &Reader, event: &Event) -> Result<Vec<(Category, Uuid)>> {
    let mut things = vec![(event.category, event.entity)];
    let zaken = match event.category {
        Category::Document => "SELECT target FROM document_zaak WHERE source = ?1",
        Category::Besluit => "SELECT target FROM besluit_zaak WHERE source = ?1",
        Category::Zaak => "SELECT id FROM zaak WHERE id = ?1",
        _ => return Ok(things),
    };
    let zaken = column(reader, zaken, event.entity)?;
    let dossier = |table: &str, id: Uuid| {
        let sql = format!(
            "SELECT kamerstukdossier FROM {table} WHERE id = ?1 AND kamerstukdossier IS NOT NULL"
        );
        column(reader, &sql, id)
    };
    let mut dossiers = BTreeSet::new();
    if event.category == Category::Document {
        dossiers.extend(dossier("document", event.entity)?);
    }
    for zaak in zaken {
        dossiers.extend(dossier("zaak", zaak)?);
        if zaak != event.entity {
            things.push((Category::Zaak, zaak));
        }
    }
    things.extend(dossiers.into_iter().map(|id| (Category::Kamerstukdossier, id)));
    Ok(things)
}

/// Whose gift, side job or journey an event is about.
///
/// # Errors
/// What the database reports.
pub fn person_of(reader: &Reader, event: &Event) -> Result<Option<Uuid>> {
    let table = event.category.description().table;
    let sql = format!("SELECT persoon FROM {table} WHERE id = ?1 AND persoon IS NOT NULL");
    Ok(column(reader, &sql, event.entity)?.into_iter().next())
}

/// The events that are to be held against what is watched, oldest first, each with its topics.
///
/// # Errors
/// What the database reports.
pub fn to_match(reader: &Reader, limit: usize) -> Result<Vec<(Event, Vec<String>)>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE to_match ORDER BY number LIMIT ?1");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let events = rows(reader, &sql, [limit], Event::read)?;
    let with_topics = |event: Event| topics_of(reader, event.number).map(|topics| (event, topics));
    events.into_iter().map(with_topics).collect()
}

/// The topics of an event.
///
/// # Errors
/// What the database reports.
pub fn topics_of(reader: &Reader, event: i64) -> Result<Vec<String>> {
    let sql = "SELECT topic FROM event_topic WHERE event = ?1 ORDER BY topic";
    rows(reader, sql, [event], |row| row.get(0))
}

/// The latest events of some kinds, all kinds if none is named, the last written down first; `before`
/// one with this number.
///
/// # Errors
/// What the database reports.
pub fn latest(
    reader: &Reader,
    kinds: &[EventKind],
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Event>> {
    let names: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
    let of_kinds = match names.is_empty() {
        true => String::new(),
        false => format!("AND kind IN ({})", names.join(", ")),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE number < ?1 {of_kinds} ORDER BY number DESC LIMIT ?2"
    );
    rows(reader, &sql, [before.unwrap_or(i64::MAX), limit], Event::read)
}

/// The latest events that concern a page, the last written down first.
///
/// # Errors
/// What the database reports.
pub fn about(reader: &Reader, topic: &str, limit: i64) -> Result<Vec<Event>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event_topic JOIN event ON event.number = event_topic.event \
         WHERE event_topic.topic = ?1 ORDER BY event.number DESC LIMIT ?2"
    );
    rows(reader, &sql, params![topic, limit], Event::read)
}
