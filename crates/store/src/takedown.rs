//! Taking items down. The operator may have to: their pages then say why, and nothing else of them is
//! shown, found or kept as a file, whatever the feed goes on to say.

use jiff::Timestamp;
use model::Category;
use rusqlite::{OptionalExtension, Row, params};

use crate::apply::{Before, PreparedContent, remove_content};
use crate::changes::ChangeKind;
use crate::reread::{RawEntity, Reread, put};
use crate::row::{guid, moment, uuid};
use crate::{Reader, Result, Store, changes};

/// Something that was taken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takedown {
    /// The address of its page.
    pub address: String,
    /// Why, as the page says it.
    pub reason: String,
    /// When.
    pub at: Option<Timestamp>,
}

impl Takedown {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { address: row.get(0)?, reason: row.get(1)?, at: moment(row, 2)? })
    }
}

impl Store {
    /// Takes down what has its page at an address. Gives whether there is such a thing.
    ///
    /// # Errors
    /// What the database reports; nothing is taken down then.
    pub fn take_down(&self, address: &str, reason: &str) -> Result<bool> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let found = transaction
            .query_row(
                "SELECT id, category FROM entity WHERE address = ?1 \
                 ORDER BY deleted, token DESC LIMIT 1",
                [address],
                |row| Ok((uuid(row, 0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        let Some((id, category)) = found else { return Ok(false) };
        let Some(category) = Category::from_name(&category) else { return Ok(false) };
        transaction.execute(
            "INSERT INTO takedown (address, entity, reason, at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (address) DO UPDATE SET reason = excluded.reason",
            params![address, guid(id), reason, Timestamp::now().as_millisecond()],
        )?;
        transaction.execute("UPDATE entity SET taken_down = TRUE WHERE id = ?1", [guid(id)])?;
        remove_content(&transaction, category, id)?;
        changes::append(
            &transaction,
            category,
            id,
            ChangeKind::Deleted,
            false,
            Some(address),
            None,
        )?;
        transaction.commit()?;
        Ok(true)
    }

    /// What was taken down at an address, as it was published, to be read and put back. `None` if
    /// nothing was, or if the source has withdrawn it since.
    ///
    /// # Errors
    /// What the database reports.
    pub fn taken_down_at(&self, address: &str) -> Result<Option<RawEntity>> {
        let reader = self.reader()?;
        let found = reader
            .query_row(
                "SELECT entity.id, entity.category, entity.token, entity.dictionary, entity.raw \
                 FROM takedown JOIN entity ON entity.id = takedown.entity \
                 WHERE takedown.address = ?1",
                [address],
                |row| {
                    let category: String = row.get(1)?;
                    let raw: Option<Vec<u8>> = row.get(4)?;
                    Ok((uuid(row, 0)?, category, row.get(2)?, row.get(3)?, raw))
                },
            )
            .optional()?;
        let Some((id, category, token, dictionary, raw)) = found else { return Ok(None) };
        let raw = self.dictionaries().unpack(&reader, dictionary, raw.as_deref())?;
        Ok(raw.and_then(|raw| {
            Some(RawEntity { category: Category::from_name(&category)?, id, token, raw })
        }))
    }

    /// Puts back what was taken down at an address; without content where the source has withdrawn it.
    ///
    /// # Errors
    /// What the database reports; nothing is put back then.
    pub fn put_back(&self, address: &str, content: Option<Reread>) -> Result<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        transaction.execute(
            "UPDATE entity SET taken_down = FALSE \
             WHERE id = (SELECT entity FROM takedown WHERE address = ?1)",
            [address],
        )?;
        transaction.execute("DELETE FROM takedown WHERE address = ?1", [address])?;
        if let Some(Reread { id, entity, file, .. }) = content {
            let category = entity.category();
            let content = PreparedContent::of(entity, file, (None, None));
            put(&transaction, category, id, content, Before::Gone)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// What was taken down, the latest first.
///
/// # Errors
/// What the database reports.
pub fn takedowns(reader: &Reader) -> Result<Vec<Takedown>> {
    let sql = "SELECT address, reason, at FROM takedown ORDER BY at DESC, address";
    crate::read::rows(reader, sql, [], Takedown::read)
}

/// What was taken down at an address.
///
/// # Errors
/// What the database reports.
pub fn takedown_at(reader: &Reader, address: &str) -> Result<Option<Takedown>> {
    let found = reader
        .prepare_cached("SELECT address, reason, at FROM takedown WHERE address = ?1")?
        .query_row([address], Takedown::read)
        .optional()?;
    Ok(found)
}
