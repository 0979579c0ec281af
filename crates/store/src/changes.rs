//! The change log: what changed, numbered in the order in which it was applied. The stages that
//! follow (the index; later the alerts) each remember the last number they have handled.

use model::{Category, Uuid};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, params};

use crate::row::{guid, uuid};
use crate::{Result, Store};

/// One line of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub number: i64,
    /// The category of the entity.
    pub category: Category,
    /// The entity.
    pub entity: Uuid,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Whether it came in live, once the end of the feed had been seen: what is filled up from the
    /// past, taken down or read again is none.
    pub news: bool,
    /// An address that the entity's page no longer has.
    pub old_address: Option<String>,
    /// The number of the state that it took the place of, if that is kept.
    pub revision: Option<i64>,
}

/// What happened to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    New,
    /// Its content is another.
    Changed,
    /// It was withdrawn.
    Deleted,
    /// The text of its file came in, or is another.
    Text,
}

impl ChangeKind {
    const ALL: [(ChangeKind, &'static str); 4] = [
        (ChangeKind::New, "new"),
        (ChangeKind::Changed, "changed"),
        (ChangeKind::Deleted, "deleted"),
        (ChangeKind::Text, "text"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
}

impl FromSql for ChangeKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let found = value.as_str()?;
        Self::ALL
            .iter()
            .find(|(_, name)| *name == found)
            .map(|(kind, _)| *kind)
            .ok_or(FromSqlError::InvalidType)
    }
}

pub(crate) fn append(
    connection: &Connection,
    category: Category,
    entity: Uuid,
    kind: ChangeKind,
    news: bool,
    old_address: Option<&str>,
    revision: Option<i64>,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO change (category, entity, kind, news, old_address, revision) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            category.name(),
            guid(entity),
            kind.name(),
            news,
            old_address,
            revision
        ])?;
    Ok(())
}

impl Store {
    /// The changes after a number, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn changes_after(&self, number: i64, limit: usize) -> Result<Vec<Change>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT number, category, entity, kind, news, old_address, revision FROM change \
             WHERE number > ?1 ORDER BY number LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![number, limit])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            // A category that this version does not know has no followers in it either.
            let Some(category) = Category::from_name(row.get_ref(1)?.as_str().unwrap_or_default())
            else {
                continue;
            };
            changes.push(Change {
                number: row.get(0)?,
                category,
                entity: uuid(row, 2)?,
                kind: row.get(3)?,
                news: row.get(4)?,
                old_address: row.get(5)?,
                revision: row.get(6)?,
            });
        }
        Ok(changes)
    }

    /// The number of the last change; 0 when nothing ever changed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn last_change(&self) -> Result<i64> {
        last(&*self.reader()?)
    }
}

/// The number of the last change; 0 when nothing ever changed.
pub(crate) fn last(connection: &Connection) -> Result<i64> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM change";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}
