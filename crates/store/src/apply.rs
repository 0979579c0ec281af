//! Applying a page of the feed: entities, change log, wanted files and cursor in one transaction.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use jiff::Timestamp;
use model::{Category, Entry, FileInfo, Kind, State, Token, Uuid, Value, address};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use sha2::{Digest, Sha256};

use crate::changes::ChangeKind;
use crate::row::{Parameter, guid, moment};
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

impl std::ops::AddAssign for Applied {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.deleted += other.deleted;
        self.unchanged += other.unchanged;
    }
}

/// How far the feed of a category was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The last token applied.
    pub token: Token,
    /// When the end of the feed was last seen, by the machine's clock.
    pub caught_up_at: Option<Timestamp>,
}

/// Something in the feed that could not be read, to be kept for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddityLine {
    /// The entity concerned, where known.
    pub entity: Option<Uuid>,
    /// What is odd.
    pub what: String,
}

impl Store {
    /// Applies entries of a category, and moves its cursor to `cursor`. An entry whose token is not
    /// greater than the one its entity was applied with changes nothing, so that pages may be read
    /// again.
    ///
    /// # Errors
    /// What the database reports; nothing is applied then.
    pub fn apply(
        &self,
        category: Category,
        entries: Vec<Entry>,
        oddities: &[OddityLine],
        cursor: Option<Token>,
    ) -> Result<Applied> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let mut applied = Applied::default();
        let mut counts = Counts::default();
        for entry in entries {
            counts.newest = counts.newest.max(entry.updated);
            apply_entry(&transaction, entry, &mut applied, &mut counts)?;
        }
        let now = Timestamp::now().as_millisecond();
        for oddity in oddities {
            let entity = oddity.entity.map(|id| id.to_string()).unwrap_or_default();
            transaction
                .prepare_cached(
                    "INSERT INTO oddity (category, entity, what, seen_at) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (category, entity, what) DO UPDATE SET seen_at = excluded.seen_at",
                )?
                .execute(params![category.name(), entity, oddity.what, now])?;
        }
        transaction
            .prepare_cached(
                "INSERT INTO cursor (category, token, present, deleted, newest) \
                 VALUES (?1, COALESCE(?2, 0), ?3, ?4, ?5) \
                 ON CONFLICT (category) DO UPDATE SET token = COALESCE(?2, cursor.token), \
                     present = cursor.present + excluded.present, \
                     deleted = cursor.deleted + excluded.deleted, \
                     newest = CASE WHEN excluded.newest > COALESCE(cursor.newest, 0) \
                         THEN excluded.newest ELSE cursor.newest END",
            )?
            .execute(params![
                category.name(),
                cursor,
                counts.present,
                counts.deleted,
                counts.newest.map(Timestamp::as_millisecond)
            ])?;
        transaction.commit()?;
        Ok(applied)
    }

    /// How far the feed of a category was read; `None` before its first page.
    ///
    /// # Errors
    /// What the database reports.
    pub fn cursor(&self, category: Category) -> Result<Option<Cursor>> {
        let reader = self.reader()?;
        let cursor = reader
            .prepare_cached("SELECT token, caught_up_at FROM cursor WHERE category = ?1")?
            .query_row([category.name()], |row| {
                Ok(Cursor { token: row.get(0)?, caught_up_at: moment(row, 1)? })
            })
            .optional()?;
        Ok(cursor)
    }

    /// Records that the end of a category's feed was seen now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn caught_up(&self, category: Category) -> Result<()> {
        self.writer().execute(
            "INSERT INTO cursor (category, token, caught_up_at, present, deleted) \
             VALUES (?1, 0, ?2, 0, 0) ON CONFLICT (category) DO UPDATE SET caught_up_at = excluded.caught_up_at",
            params![category.name(), Timestamp::now().as_millisecond()],
        )?;
        Ok(())
    }
}

/// What the register knows of an entity.
struct Known {
    token: Token,
    deleted: bool,
    fingerprint: Vec<u8>,
    address: Option<String>,
}

/// What a page adds to the counts of its category.
#[derive(Default)]
struct Counts {
    present: i64,
    deleted: i64,
    newest: Option<Timestamp>,
}

fn apply_entry(
    connection: &Connection,
    entry: Entry,
    applied: &mut Applied,
    counts: &mut Counts,
) -> Result<()> {
    let known = connection
        .prepare_cached("SELECT token, deleted, fingerprint, address FROM entity WHERE id = ?1")?
        .query_row([guid(entry.id)], |row| {
            Ok(Known {
                token: row.get(0)?,
                deleted: row.get(1)?,
                fingerprint: row.get(2)?,
                address: row.get(3)?,
            })
        })
        .optional()?;
    if known.as_ref().is_some_and(|known| known.token >= entry.token) {
        applied.unchanged += 1;
        return Ok(());
    }
    let Entry { token, id, category, updated, bijgewerkt, state } = entry;
    let was_there = known.as_ref().is_some_and(|known| !known.deleted);
    let was_deleted = known.as_ref().is_some_and(|known| known.deleted);
    let is_deleted = matches!(state, State::Deleted);
    counts.present += i64::from(!is_deleted) - i64::from(was_there);
    counts.deleted += i64::from(is_deleted) - i64::from(was_deleted);
    let register = Register { token, id, category, updated, bijgewerkt };
    match state {
        State::Deleted => {
            let address = known.and_then(|known| known.address);
            register.write(connection, true, &[], None, address.as_deref())?;
            if !was_there {
                applied.unchanged += 1;
                return Ok(());
            }
            let vragen = derived::vragen_of(connection, category, id)?;
            remove_rows(connection, category, id)?;
            derived::bring_up_to_date(connection, &vragen)?;
            files::forget(connection, id)?;
            changes::append(connection, category, id, ChangeKind::Deleted, address.as_deref())?;
            applied.deleted += 1;
        }
        State::Present { entity, file } => {
            let address = address::of(&entity);
            let wants = files::wanted_by(&entity, file.as_ref());
            derived::name_ministries_in(connection, &entity)?;
            let values = entity.into_values();
            let fingerprint = fingerprint(&values, file.as_ref());
            register.write(connection, false, &fingerprint, file.as_ref(), address.as_deref())?;
            if was_there && known.as_ref().is_some_and(|known| known.fingerprint == fingerprint) {
                applied.unchanged += 1;
                return Ok(());
            }
            let mut vragen = derived::vragen_of(connection, category, id)?;
            write_rows(connection, category, id, values)?;
            vragen.extend(derived::vragen_of(connection, category, id)?);
            derived::bring_up_to_date(connection, &vragen)?;
            files::want(connection, &wants)?;
            let old_address = known
                .and_then(|known| known.address)
                .filter(|old| address.as_deref() != Some(old.as_str()));
            let kind = if was_there { ChangeKind::Changed } else { ChangeKind::New };
            changes::append(connection, category, id, kind, old_address.as_deref())?;
            if was_there {
                applied.changed += 1;
            } else {
                applied.new += 1;
            }
        }
    }
    Ok(())
}

struct Register {
    token: Token,
    id: Uuid,
    category: Category,
    updated: Option<Timestamp>,
    bijgewerkt: Option<Timestamp>,
}

impl Register {
    fn write(
        &self,
        connection: &Connection,
        deleted: bool,
        fingerprint: &[u8],
        file: Option<&FileInfo>,
        address: Option<&str>,
    ) -> Result<()> {
        connection
            .prepare_cached(
                "INSERT INTO entity (id, category, token, updated, bijgewerkt, deleted, fingerprint, \
                     content_type, content_length, address, changed) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?4) \
                 ON CONFLICT (id) DO UPDATE SET token = excluded.token, updated = excluded.updated, \
                     bijgewerkt = excluded.bijgewerkt, deleted = excluded.deleted, \
                     fingerprint = excluded.fingerprint, content_type = excluded.content_type, \
                     content_length = excluded.content_length, address = excluded.address, \
                     changed = CASE WHEN entity.fingerprint = excluded.fingerprint \
                         THEN entity.changed ELSE excluded.changed END",
            )?
            .execute(params![
                guid(self.id),
                self.category.name(),
                self.token,
                self.updated.map(Timestamp::as_millisecond),
                self.bijgewerkt.map(Timestamp::as_millisecond),
                deleted,
                fingerprint,
                file.map(|file| &file.content_type),
                file.and_then(|file| file.content_length),
                address,
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

fn write_rows(
    connection: &Connection,
    category: Category,
    id: Uuid,
    values: Vec<Value>,
) -> Result<()> {
    let Some(statements) = STATEMENTS.get(&category) else { return Ok(()) };
    for (place, pairs) in &statements.pairs {
        connection.prepare_cached(&pairs.delete)?.execute([guid(id)])?;
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

fn remove_rows(connection: &Connection, category: Category, id: Uuid) -> Result<()> {
    let Some(statements) = STATEMENTS.get(&category) else { return Ok(()) };
    for (_, pairs) in &statements.pairs {
        connection.prepare_cached(&pairs.delete)?.execute([guid(id)])?;
    }
    connection.prepare_cached(&statements.delete)?.execute([guid(id)])?;
    Ok(())
}

/// A hash of the content: fields, sorted relations and the label of the file, but neither
/// `bijgewerkt` nor the token, which the source bumps without a change.
fn fingerprint(values: &[Value], file: Option<&FileInfo>) -> [u8; 16] {
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
            Value::Moment(moment) => feed(4, &moment.as_nanosecond().to_le_bytes()),
            Value::Day(day) => feed(5, day.to_string().as_bytes()),
            Value::One(id) => feed(6, id.as_bytes()),
            Value::Many(ids) => {
                let mut sorted = ids.clone();
                sorted.sort_unstable();
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
