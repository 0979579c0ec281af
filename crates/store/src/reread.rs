//! Reading what is stored again from the entries as published: after a reader of the wire format was
//! mended, or when something that was taken down is put back. It makes no revisions and no news.

use model::{Category, Entity, FileInfo, Token, Uuid};
use rusqlite::{Connection, OptionalExtension, params};

use crate::apply::{Before, PreparedContent, write_content};
use crate::changes::ChangeKind;
use crate::row::{guid, uuid};
use crate::{Result, Store, changes};

/// An entity that is there, as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEntity {
    /// Its category.
    pub category: Category,
    /// Its GUID.
    pub id: Uuid,
    /// The token with which it was applied last.
    pub token: Token,
    /// Its element as published.
    pub raw: String,
}

/// What the present reader makes of a [`RawEntity`].
#[derive(Debug, Clone, PartialEq)]
pub struct Reread {
    /// The GUID.
    pub id: Uuid,
    /// The token that it had when it was read.
    pub token: Token,
    /// The content.
    pub entity: Entity,
    /// The file that comes with it.
    pub file: Option<FileInfo>,
}

const READER_VERSION: &str = "reader";

impl Store {
    /// The version of the reader of the wire format that made what is stored, if that was noted.
    ///
    /// # Errors
    /// What the database reports.
    pub fn reader_version(&self) -> Result<Option<u32>> {
        let reader = self.reader()?;
        let found: Option<String> = reader
            .query_row("SELECT value FROM meta WHERE key = ?1", [READER_VERSION], |row| row.get(0))
            .optional()?;
        Ok(found.and_then(|version| version.parse().ok()))
    }

    /// Notes the version of the reader of the wire format that made what is stored.
    ///
    /// # Errors
    /// What the database reports.
    pub fn set_reader_version(&self, version: u32) -> Result<()> {
        self.writer().execute(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            params![READER_VERSION, version.to_string()],
        )?;
        Ok(())
    }

    /// Entities that are there, as published, by GUID, after this one; at most `limit` of them. The
    /// second part is the GUID to go on after, and `None` at the end.
    ///
    /// # Errors
    /// What the database reports.
    pub fn raw_after(&self, after: Uuid, limit: usize) -> Result<(Vec<RawEntity>, Option<Uuid>)> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT id, category, token, dictionary, raw, deleted OR taken_down FROM entity \
             WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![guid(after), limit])?;
        let mut entities = Vec::new();
        let mut last = None;
        while let Some(row) = rows.next()? {
            let id = uuid(row, 0)?;
            last = Some(id);
            let category = Category::from_name(row.get_ref(1)?.as_str().unwrap_or_default());
            let is_gone: bool = row.get(5)?;
            let raw: Option<Vec<u8>> = row.get(4)?;
            let raw = self.dictionaries().unpack(&reader, row.get(3)?, raw.as_deref())?;
            if let (Some(category), Some(raw), false) = (category, raw, is_gone) {
                entities.push(RawEntity { category, id, token: row.get(2)?, raw });
            }
        }
        Ok((entities, last))
    }

    /// Puts entities in the place of what is stored of them, where that differs; gives how many did.
    /// One that the feed has changed since it was read stays as it is.
    ///
    /// # Errors
    /// What the database reports; nothing is changed then.
    pub fn put_again(&self, entities: Vec<Reread>) -> Result<usize> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let mut differing = 0;
        for Reread { id, token, entity, file } in entities {
            let category = entity.category();
            let content = PreparedContent::of(entity, file, (None, None));
            let stored: Option<Vec<u8>> = transaction
                .prepare_cached(
                    "SELECT fingerprint FROM entity WHERE id = ?1 AND token = ?2 AND NOT deleted \
                     AND NOT taken_down",
                )?
                .query_row(params![guid(id), token], |row| row.get(0))
                .optional()?;
            if stored.is_some_and(|stored| stored != content.fingerprint) {
                put(&transaction, category, id, content, Before::Rows)?;
                differing += 1;
            }
        }
        transaction.commit()?;
        Ok(differing)
    }
}

/// Writes an entity that the register knows as present.
pub(crate) fn put(
    connection: &Connection,
    category: Category,
    id: Uuid,
    content: PreparedContent,
    before: Before,
) -> Result<()> {
    let old_address: Option<String> = connection
        .prepare_cached("SELECT address FROM entity WHERE id = ?1")?
        .query_row([guid(id)], |row| row.get(0))?;
    connection
        .prepare_cached(
            "UPDATE entity SET fingerprint = ?2, address = ?3, content_type = ?4, \
                 content_length = ?5 WHERE id = ?1",
        )?
        .execute(params![
            guid(id),
            content.fingerprint,
            content.address,
            content.file.as_ref().map(|file| &file.content_type),
            content.file.as_ref().and_then(|file| file.content_length),
        ])?;
    let old_address = old_address.filter(|old| content.address.as_deref() != Some(old.as_str()));
    write_content(connection, category, id, content, before)?;
    changes::append(
        connection,
        category,
        id,
        ChangeKind::Changed,
        false,
        old_address.as_deref(),
        None,
    )
}
