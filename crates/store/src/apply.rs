//! Applying a page of the feed: entities, change log, wanted files and cursor in one transaction.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use jiff::Timestamp;
use model::time::in_amsterdam;
use model::{Category, Entity, Entry, FileInfo, Kind, State, Token, Uuid, Value, address};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use sha2::{Digest, Sha256};

use crate::changes::ChangeKind;
use crate::cursor::Pass;
use crate::files::Want;
use crate::raw::Packed;
use crate::row::{Parameter, guid};
use crate::schema::{columns, pair_table};
use crate::{Result, Store, changes, derived, files};

/// What applying a page did, in entities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Not seen before, or returned after a deletion.
    pub new: usize,
    /// Seen before with other content.
    pub changed: usize,
    /// Withdrawn.
    pub deleted: usize,
    /// Published again with the same content, or already applied.
    pub unchanged: usize,
}

/// Something in the feed that could not be read, to be kept for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddityLine {
    /// The entity concerned, where known.
    pub entity: Option<Uuid>,
    /// What is odd.
    pub what: String,
}

/// How long after its publication news is here at best, in seconds; what takes longer is counted
/// under the last.
pub const FRESHNESS_STEPS: [i64; 6] = [60, 300, 1_800, 7_200, 86_400, i64::MAX];

impl Store {
    /// Applies entries of a category, and moves the cursor of this pass to `cursor`, but never back.
    /// An entry whose token is not greater than the one its entity was applied with changes nothing,
    /// so that pages may be read again, in any order.
    ///
    /// # Errors
    /// What the database reports; nothing is applied then.
    pub fn apply(
        &self,
        category: Category,
        entries: Vec<Entry>,
        oddities: &[OddityLine],
        pass: Pass,
        cursor: Option<Token>,
    ) -> Result<Applied> {
        let prepared = self.prepare(category, entries)?;
        let now = Timestamp::now();
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let news = pass == Pass::Live && was_caught_up(&transaction, category)?;
        let mut page = ApplyingPage {
            connection: &transaction,
            category,
            now: now.as_millisecond(),
            news,
            applied: Applied::default(),
            counts: Counts::default(),
        };
        for entry in prepared {
            page.entry(entry)?;
        }
        let ApplyingPage { applied, counts, .. } = page;
        for oddity in oddities {
            let entity = oddity.entity.map(|id| id.to_string()).unwrap_or_default();
            transaction
                .prepare_cached(
                    "INSERT INTO oddity (category, entity, what, seen_at) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (category, entity, what) DO UPDATE SET seen_at = excluded.seen_at",
                )?
                .execute(params![category.name(), entity, oddity.what, now.as_millisecond()])?;
        }
        let day = in_amsterdam(now).date().to_string();
        for (step, number) in FRESHNESS_STEPS.iter().zip(counts.fresh).filter(|(_, n)| *n > 0) {
            transaction
                .prepare_cached(
                    "INSERT INTO freshness (day, within_seconds, entries) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (day, within_seconds) \
                     DO UPDATE SET entries = freshness.entries + excluded.entries",
                )?
                .execute(params![day, step, number])?;
        }
        let (live, backfill, spent) = match pass {
            Pass::Live => (cursor, None, 0),
            Pass::Backfill(spent) => (None, cursor, i64::try_from(spent.as_millis()).unwrap_or(0)),
        };
        transaction
            .prepare_cached(
                "INSERT INTO cursor (category, start, first, token, backfill, backfill_ms, \
                     failures, present, deleted, newest) \
                 VALUES (?1, 0, 0, COALESCE(?2, 0), COALESCE(?3, 0), ?4, 0, ?5, ?6, ?7) \
                 ON CONFLICT (category) DO UPDATE SET \
                     token = CASE WHEN excluded.token > cursor.token \
                         THEN excluded.token ELSE cursor.token END, \
                     backfill = CASE WHEN excluded.backfill > cursor.backfill \
                         THEN excluded.backfill ELSE cursor.backfill END, \
                     backfill_ms = cursor.backfill_ms + excluded.backfill_ms, \
                     failures = 0, next_try = NULL, problem = NULL, \
                     present = cursor.present + excluded.present, \
                     deleted = cursor.deleted + excluded.deleted, \
                     newest = CASE WHEN excluded.newest > COALESCE(cursor.newest, 0) \
                         THEN excluded.newest ELSE cursor.newest END",
            )?
            .execute(params![
                category.name(),
                live,
                backfill,
                spent,
                counts.present,
                counts.deleted,
                counts.newest.map(Timestamp::as_millisecond)
            ])?;
        transaction.commit()?;
        Ok(applied)
    }

    /// All of a page that can be done before it is our turn to write.
    fn prepare(&self, category: Category, entries: Vec<Entry>) -> Result<Vec<Prepared>> {
        let mut packed = {
            let elements: Vec<&str> = entries.iter().filter_map(raw).collect();
            if elements.iter().all(|element| element.is_empty()) {
                vec![(None, None); elements.len()]
            } else {
                let to_pack = self.dictionaries().to_pack(category, &elements, || self.writer())?;
                to_pack.pack(&elements)?
            }
        }
        .into_iter();
        let prepare = |entry: Entry| Prepared {
            emission: Emission {
                token: entry.token,
                id: entry.id,
                updated: entry.updated,
                bijgewerkt: entry.bijgewerkt,
            },
            content: match entry.state {
                State::Deleted => None,
                State::Present { entity, file, .. } => {
                    Some(PreparedContent::of(*entity, file, packed.next().unwrap_or_default()))
                }
            },
        };
        Ok(entries.into_iter().map(prepare).collect())
    }
}

fn raw(entry: &Entry) -> Option<&str> {
    match &entry.state {
        State::Present { raw, .. } => Some(raw),
        State::Deleted => None,
    }
}

fn was_caught_up(connection: &Connection, category: Category) -> Result<bool> {
    let caught_up: Option<Option<i64>> = connection
        .prepare_cached("SELECT caught_up_at FROM cursor WHERE category = ?1")?
        .query_row([category.name()], |row| row.get(0))
        .optional()?;
    Ok(caught_up.flatten().is_some())
}

/// An entry, ready to be written.
struct Prepared {
    emission: Emission,
    /// None for a deletion.
    content: Option<PreparedContent>,
}

/// An entry without its content: which entity, and its place in the feed.
#[derive(Clone, Copy)]
struct Emission {
    token: Token,
    id: Uuid,
    updated: Option<Timestamp>,
    bijgewerkt: Option<Timestamp>,
}

/// What is written of an entity that is there.
pub(crate) struct PreparedContent {
    values: Vec<Value>,
    wants: Vec<Want>,
    pub(crate) address: Option<String>,
    pub(crate) file: Option<FileInfo>,
    pub(crate) fingerprint: [u8; 16],
    /// Texts that may speak of a ministry.
    functions: Vec<String>,
    packed: Packed,
}

impl PreparedContent {
    pub(crate) fn of(entity: Entity, file: Option<FileInfo>, packed: Packed) -> Self {
        let address = address::of(&entity);
        let wants = files::wanted_by(&entity, file.as_ref());
        let functions = derived::functions_in(&entity);
        let values = entity.into_values();
        let fingerprint = fingerprint(&values, file.as_ref());
        Self { values, wants, address, file, fingerprint, functions, packed }
    }
}

/// What the register knows of an entity.
struct Known {
    token: Token,
    deleted: bool,
    taken_down: bool,
    fingerprint: Vec<u8>,
    address: Option<String>,
}

/// What a page adds to the counts of its category.
#[derive(Default)]
struct Counts {
    present: i64,
    deleted: i64,
    newest: Option<Timestamp>,
    /// News, by the step of [`FRESHNESS_STEPS`] within which it was here.
    fresh: [i64; FRESHNESS_STEPS.len()],
}

/// A page while it is applied.
struct ApplyingPage<'c> {
    connection: &'c Connection,
    category: Category,
    /// Milliseconds since 1970.
    now: i64,
    news: bool,
    applied: Applied,
    counts: Counts,
}

impl ApplyingPage<'_> {
    fn entry(&mut self, entry: Prepared) -> Result<()> {
        let Prepared { emission, content } = entry;
        self.counts.newest = self.counts.newest.max(emission.updated);
        let known = self.known(emission.id)?;
        if known.as_ref().is_some_and(|known| known.token >= emission.token) {
            self.applied.unchanged += 1;
            return Ok(());
        }
        let is_deleted = content.is_none();
        let was_there = known.as_ref().is_some_and(|known| !known.deleted);
        let was_deleted = known.as_ref().is_some_and(|known| known.deleted);
        self.counts.present += i64::from(!is_deleted) - i64::from(was_there);
        self.counts.deleted += i64::from(is_deleted) - i64::from(was_deleted);
        let is_as_before = match (&known, &content) {
            (Some(known), None) => known.deleted,
            (Some(known), Some(content)) => was_there && known.fingerprint == content.fingerprint,
            (None, _) => false,
        };
        if is_as_before {
            self.applied.unchanged += 1;
            return self.touch(emission);
        }
        let mut revision = None;
        if let Some(known) = &known {
            revision = Some(self.supersede(emission.id)?);
            // What the operator took down only moves on in the register.
            if known.taken_down {
                self.applied.unchanged += 1;
                return self.register(emission, content.as_ref(), known.address.as_deref());
            }
        }
        match content {
            None => self.delete(emission, known, revision),
            Some(content) => self.put(emission, content, known, revision),
        }
    }

    fn delete(
        &mut self,
        emission: Emission,
        known: Option<Known>,
        revision: Option<i64>,
    ) -> Result<()> {
        let was_known = known.is_some();
        let address = known.and_then(|known| known.address);
        self.register(emission, None, address.as_deref())?;
        if !was_known {
            self.applied.unchanged += 1;
            return Ok(());
        }
        remove_content(self.connection, self.category, emission.id)?;
        self.change(emission, ChangeKind::Deleted, address.as_deref(), revision)?;
        self.applied.deleted += 1;
        Ok(())
    }

    fn put(
        &mut self,
        emission: Emission,
        content: PreparedContent,
        known: Option<Known>,
        revision: Option<i64>,
    ) -> Result<()> {
        let before = match &known {
            None => Before::Nothing,
            Some(known) if known.deleted => Before::Gone,
            Some(_) => Before::Rows,
        };
        self.register(emission, Some(&content), content.address.as_deref())?;
        let old_address = known
            .and_then(|known| known.address)
            .filter(|old| content.address.as_deref() != Some(old.as_str()));
        write_content(self.connection, self.category, emission.id, content, before)?;
        let kind = match before {
            Before::Rows => {
                self.applied.changed += 1;
                ChangeKind::Changed
            }
            Before::Nothing | Before::Gone => {
                self.applied.new += 1;
                ChangeKind::New
            }
        };
        self.change(emission, kind, old_address.as_deref(), revision)
    }

    fn change(
        &mut self,
        emission: Emission,
        kind: ChangeKind,
        old_address: Option<&str>,
        revision: Option<i64>,
    ) -> Result<()> {
        if self.news
            && let Some(updated) = emission.updated
        {
            let seconds = self.now.saturating_sub(updated.as_millisecond()) / 1_000;
            let step = FRESHNESS_STEPS.iter().position(|step| seconds <= *step);
            if let Some(count) = step.and_then(|step| self.counts.fresh.get_mut(step)) {
                *count += 1;
            }
        }
        let (connection, category, id) = (self.connection, self.category, emission.id);
        changes::append(connection, category, id, kind, self.news, old_address, revision)
    }

    fn known(&self, id: Uuid) -> Result<Option<Known>> {
        let known = self
            .connection
            .prepare_cached(
                "SELECT token, deleted, taken_down, fingerprint, address FROM entity WHERE id = ?1",
            )?
            .query_row([guid(id)], |row| {
                Ok(Known {
                    token: row.get(0)?,
                    deleted: row.get(1)?,
                    taken_down: row.get(2)?,
                    fingerprint: row.get(3)?,
                    address: row.get(4)?,
                })
            })
            .optional()?;
        Ok(known)
    }

    /// Notes a re-emission without change.
    fn touch(&self, emission: Emission) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE entity SET token = ?2, updated = ?3, bijgewerkt = ?4 WHERE id = ?1",
            )?
            .execute(params![
                guid(emission.id),
                emission.token,
                emission.updated.map(Timestamp::as_millisecond),
                emission.bijgewerkt.map(Timestamp::as_millisecond),
            ])?;
        Ok(())
    }

    /// Keeps the state that the register holds as a revision, and gives its number.
    fn supersede(&self, id: Uuid) -> Result<i64> {
        self.connection
            .prepare_cached(
                "INSERT INTO revision (entity, token, updated, deleted, seen_at, superseded_at, \
                     dictionary, raw) \
                 SELECT id, token, updated, deleted, seen_at, ?2, dictionary, raw FROM entity \
                 WHERE id = ?1",
            )?
            .execute(params![guid(id), self.now])?;
        Ok(self.connection.last_insert_rowid())
    }

    fn register(
        &self,
        emission: Emission,
        content: Option<&PreparedContent>,
        address: Option<&str>,
    ) -> Result<()> {
        let file = content.and_then(|content| content.file.as_ref());
        let packed = content.map(|content| &content.packed);
        self.connection
            .prepare_cached(
                "INSERT INTO entity (id, category, token, updated, bijgewerkt, deleted, taken_down, \
                     seen_at, fingerprint, content_type, content_length, address, dictionary, raw, \
                     changed) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, FALSE, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?4) \
                 ON CONFLICT (id) DO UPDATE SET token = excluded.token, updated = excluded.updated, \
                     bijgewerkt = excluded.bijgewerkt, deleted = excluded.deleted, \
                     seen_at = excluded.seen_at, fingerprint = excluded.fingerprint, \
                     content_type = excluded.content_type, \
                     content_length = excluded.content_length, address = excluded.address, \
                     dictionary = excluded.dictionary, raw = excluded.raw, \
                     changed = excluded.changed",
            )?
            .execute(params![
                guid(emission.id),
                self.category.name(),
                emission.token,
                emission.updated.map(Timestamp::as_millisecond),
                emission.bijgewerkt.map(Timestamp::as_millisecond),
                content.is_none(),
                self.now,
                content.map_or(&[][..], |content| &content.fingerprint[..]),
                file.map(|file| &file.content_type),
                file.and_then(|file| file.content_length),
                address,
                packed.and_then(|packed| packed.0),
                packed.and_then(|packed| packed.1.as_deref()),
            ])?;
        Ok(())
    }
}

/// The statements that write a category's rows, put together once.
struct Statements {
    upsert: String,
    delete: String,
    /// Per field that repeats, by its place in the description.
    pairs: Vec<(usize, Pairs)>,
}

struct Pairs {
    delete: String,
    insert: String,
}

static STATEMENTS: LazyLock<HashMap<Category, Statements>> = LazyLock::new(|| {
    Category::ALL.iter().map(|category| (*category, statements(*category))).collect()
});

fn statements(category: Category) -> Statements {
    let description = category.description();
    let table = description.table;
    let mut names = String::from("id");
    let mut marks = String::from("?1");
    let mut updates = Vec::new();
    for (place, field) in columns(description).enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(names, ", {}", field.column);
        let _ = write!(marks, ", ?{}", place + 2);
        updates.push(format!("{0} = excluded.{0}", field.column));
    }
    let conflict = if updates.is_empty() {
        "DO NOTHING".to_owned()
    } else {
        format!("DO UPDATE SET {}", updates.join(", "))
    };
    let pairs = description
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| matches!(field.kind, Kind::Many(_)))
        .map(|(place, field)| {
            let pairs = pair_table(description, field);
            let delete = format!("DELETE FROM {pairs} WHERE source = ?1");
            let insert = format!(
                "INSERT INTO {pairs} (source, target, place) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (source, target) DO NOTHING"
            );
            (place, Pairs { delete, insert })
        })
        .collect();
    Statements {
        upsert: format!(
            "INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (id) {conflict}"
        ),
        delete: format!("DELETE FROM {table} WHERE id = ?1"),
        pairs,
    }
}

/// What is stored of an entity before its content is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// It was not seen before.
    Nothing,
    /// It is there.
    Rows,
    /// It was withdrawn or taken down, and is back.
    Gone,
}

/// Writes what is stored of an entity's content: its rows, what is derived from them, and the files
/// that it asks for.
pub(crate) fn write_content(
    connection: &Connection,
    category: Category,
    id: Uuid,
    content: PreparedContent,
    before: Before,
) -> Result<()> {
    for function in &content.functions {
        derived::meet(connection, function)?;
    }
    // A document may be of other zaken than it was.
    let mut vragen = derived::vragen_of(connection, category, id)?;
    write_rows(connection, category, id, content.values, before == Before::Rows)?;
    vragen.extend(derived::vragen_of(connection, category, id)?);
    vragen.sort_unstable();
    vragen.dedup();
    derived::bring_up_to_date(connection, &vragen)?;
    files::want(connection, &content.wants)?;
    if before == Before::Gone && category == Category::Document {
        files::want_publications(connection, id)?;
    }
    Ok(())
}

/// Removes what [`write_content`] wrote.
pub(crate) fn remove_content(connection: &Connection, category: Category, id: Uuid) -> Result<()> {
    remove_rows(connection, category, id)?;
    files::forget(connection, id)
}

/// Writes an entity's rows; `was_there` says whether it may have any.
fn write_rows(
    connection: &Connection,
    category: Category,
    id: Uuid,
    values: Vec<Value>,
    was_there: bool,
) -> Result<()> {
    let Some(statements) = STATEMENTS.get(&category) else { return Ok(()) };
    for (place, pairs) in &statements.pairs {
        if was_there {
            connection.prepare_cached(&pairs.delete)?.execute([guid(id)])?;
        }
        let Some(Value::Many(targets)) = values.get(*place) else { continue };
        let mut insert = connection.prepare_cached(&pairs.insert)?;
        for (order, target) in (0_i64..).zip(targets) {
            insert.execute(params![guid(id), guid(*target), order])?;
        }
    }
    let fields = category.description().fields;
    let own = values
        .into_iter()
        .zip(fields)
        .filter(|(_, field)| !matches!(field.kind, Kind::Many(_) | Kind::Withheld))
        .map(|(value, _)| Parameter(value));
    let parameters = std::iter::once(Parameter(Value::One(id))).chain(own);
    connection.prepare_cached(&statements.upsert)?.execute(params_from_iter(parameters))?;
    Ok(())
}

/// Removes an entity's rows, and brings up to date what was derived from them.
pub(crate) fn remove_rows(connection: &Connection, category: Category, id: Uuid) -> Result<()> {
    let Some(statements) = STATEMENTS.get(&category) else { return Ok(()) };
    let vragen = derived::vragen_of(connection, category, id)?;
    for (_, pairs) in &statements.pairs {
        connection.prepare_cached(&pairs.delete)?.execute([guid(id)])?;
    }
    connection.prepare_cached(&statements.delete)?.execute([guid(id)])?;
    derived::bring_up_to_date(connection, &vragen)
}

/// A hash of the content: fields, sorted relations and the label of the file, but neither
/// `bijgewerkt` nor the token, which the source bumps without a change.
pub(crate) fn fingerprint(values: &[Value], file: Option<&FileInfo>) -> [u8; 16] {
    let mut hasher = Sha256::new();
    let mut feed = |tag: u8, bytes: &[u8]| {
        hasher.update([tag]);
        hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(bytes);
    };
    for value in values {
        match value {
            Value::Nothing => feed(0, &[]),
            Value::Text(text) => feed(1, text.as_bytes()),
            Value::Integer(number) => feed(2, &number.to_le_bytes()),
            Value::Boolean(truth) => feed(3, &[u8::from(*truth)]),
            Value::Moment(moment) => feed(4, &moment.as_millisecond().to_le_bytes()),
            Value::Day(day) => feed(5, day.to_string().as_bytes()),
            Value::One(id) => feed(6, id.as_bytes()),
            Value::Many(ids) => {
                let mut sorted = ids.clone();
                sorted.sort_unstable();
                sorted.dedup();
                let bytes: Vec<u8> = sorted.iter().flat_map(|id| *id.as_bytes()).collect();
                feed(7, &bytes);
            }
        }
    }
    if let Some(file) = file {
        feed(8, file.content_type.as_bytes());
        feed(9, &file.content_length.unwrap_or(-1).to_le_bytes());
    }
    let digest = hasher.finalize();
    std::array::from_fn(|place| digest.get(place).copied().unwrap_or_default())
}
