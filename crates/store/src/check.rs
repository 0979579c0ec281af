//! What can be wrong with what is stored, and what the source contradicts itself in.

use model::{Category, FileInfo, Kind, Uuid, known};
use rusqlite::{OptionalExtension, params};

use crate::apply::fingerprint;
use crate::read::rows;
use crate::row::{guid, uuid, values};
use crate::{Reader, Result, Store};

/// A file that the database says is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Its hash, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: Option<i64>,
}

/// Something of which there are a number, with one example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: String,
    /// How many.
    pub count: i64,
    /// One of them: a number, a GUID, a value.
    pub example: Option<String>,
}

/// What the database engine finds wrong with its own file; nothing when it is sound.
///
/// # Errors
/// What the database reports.
pub fn integrity(reader: &Reader) -> Result<Vec<String>> {
    // SQLite's own; PostgreSQL has no such question to ask.
    let found: Vec<String> = rows(reader, "PRAGMA quick_check(20)", [], |row| row.get(0))?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// The files that should be in the file store, by hash.
///
/// # Errors
/// What the database reports.
pub fn kept_files(reader: &Reader) -> Result<Vec<KeptFile>> {
    let sql = "SELECT sha256, size FROM file WHERE sha256 IS NOT NULL AND NOT removed \
               UNION SELECT sha256, size FROM file_version ORDER BY sha256";
    rows(reader, sql, [], |row| Ok(KeptFile { sha256: row.get(0)?, size: row.get(1)? }))
}

/// References to entities that are not here, per relation. The source has them in every direction.
///
/// # Errors
/// What the database reports.
pub fn dangling(reader: &Reader) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for description in Category::ALL.iter().map(|category| category.description()) {
        for field in description.fields {
            let table = description.table;
            let column = field.column;
            let (target, sql) = match field.kind {
                Kind::One(target) => {
                    let others = target.description().table;
                    (
                        target,
                        format!(
                            "SELECT COUNT(*), MIN(id) FROM {table} WHERE {column} IS NOT NULL \
                             AND NOT EXISTS (SELECT 1 FROM {others} WHERE id = {table}.{column})"
                        ),
                    )
                }
                Kind::Many(target) => {
                    let others = target.description().table;
                    (
                        target,
                        format!(
                            "SELECT COUNT(*), MIN(source) FROM {table}_{column} AS pairs \
                             WHERE NOT EXISTS (SELECT 1 FROM {others} WHERE id = pairs.target)"
                        ),
                    )
                }
                _ => continue,
            };
            let (count, example): (i64, Option<Vec<u8>>) =
                reader.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if count > 0 {
                findings.push(Finding {
                    what: format!("{}.{} → {}", description.name, field.wire, target.name()),
                    count,
                    example: example
                        .and_then(|id| Uuid::from_slice(&id).ok())
                        .map(|id| id.to_string()),
                });
            }
        }
    }
    Ok(findings)
}

/// What the source contradicts itself in: how to say it, and how to find it. Each query gives the
/// number and one example.
const CONTRADICTIONS: [(&str, &str); 7] = [
    (
        "decisions with a vote that was published twice",
        "SELECT COUNT(*), MIN(hex(besluit)) FROM (SELECT besluit FROM stemming \
         WHERE besluit IS NOT NULL \
         GROUP BY besluit, COALESCE(persoon, X''), actor_naam, actor_fractie HAVING COUNT(*) > 1)",
    ),
    (
        "decisions in which a party voted both for and against, without a roll call",
        "SELECT COUNT(*), MIN(hex(besluit)) FROM (SELECT besluit FROM stemming \
         WHERE persoon IS NULL AND soort IN ('Voor', 'Tegen') AND besluit IS NOT NULL \
         GROUP BY besluit, actor_fractie HAVING COUNT(DISTINCT soort) > 1)",
    ),
    (
        "documents whose current version belongs to another document",
        "SELECT COUNT(*), MIN(document.document_nummer) FROM document \
         JOIN document_versie ON document_versie.id = document.huidige_document_versie \
         WHERE document_versie.document <> document.id",
    ),
    (
        "activities that end before they begin",
        "SELECT COUNT(*), MIN(nummer) FROM activiteit WHERE eindtijd < aanvangstijd",
    ),
    (
        "addresses that several entities claim",
        "SELECT COUNT(*), MIN(address) FROM (SELECT address FROM entity \
         WHERE address IS NOT NULL AND NOT deleted AND NOT taken_down \
         GROUP BY address HAVING COUNT(*) > 1)",
    ),
    (
        "files of another size than announced",
        "SELECT COUNT(*), MIN(file.locator) FROM file JOIN entity ON entity.id = file.entity \
         WHERE file.origin = 'resource' AND file.sha256 IS NOT NULL \
         AND entity.content_length IS NOT NULL AND entity.content_length <> file.size",
    ),
    (
        "parties with seats, but without members that hold them today",
        "SELECT COUNT(*), MIN(fractie.afkorting) FROM fractie \
         WHERE fractie.aantal_zetels > 0 AND fractie.datum_inactief IS NULL AND NOT EXISTS \
         (SELECT 1 FROM fractie_zetel JOIN fractie_zetel_persoon \
          ON fractie_zetel_persoon.fractie_zetel = fractie_zetel.id \
          WHERE fractie_zetel.fractie = fractie.id AND fractie_zetel_persoon.tot_en_met IS NULL)",
    ),
];

/// What the source contradicts itself in.
///
/// # Errors
/// What the database reports.
pub fn contradictions(reader: &Reader) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (what, sql) in CONTRADICTIONS {
        let (count, example) = reader.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if count > 0 {
            findings.push(Finding { what: what.into(), count, example });
        }
    }
    Ok(findings)
}

/// Values that the pages do not know how to read, in fields whose values are known.
///
/// # Errors
/// What the database reports.
pub fn unknown_values(reader: &Reader) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for field in known::VALUES {
        let description = field.category.description();
        let (table, column) = (description.table, field.column);
        let sql = format!(
            "SELECT {column}, COUNT(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column}"
        );
        let found: Vec<(String, i64)> =
            rows(reader, &sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (value, count) in found {
            if !field.values.contains(&value.as_str()) {
                let what = format!("{}.{column}", description.name);
                findings.push(Finding { what, count, example: Some(value) });
            }
        }
    }
    Ok(findings)
}

/// What is noted to stand in the feed and could not be read.
///
/// # Errors
/// What the database reports.
pub fn oddities(reader: &Reader) -> Result<Vec<Finding>> {
    let sql = "SELECT what, COUNT(*), MIN(entity) FROM oddity GROUP BY what ORDER BY 2 DESC";
    findings(reader, sql)
}

/// Files that were given up, by reason.
///
/// # Errors
/// What the database reports.
pub fn given_up(reader: &Reader) -> Result<Vec<Finding>> {
    let sql = "SELECT problem, COUNT(*), MIN(locator) FROM file \
               WHERE next_try IS NULL AND problem IS NOT NULL GROUP BY problem ORDER BY 2 DESC";
    findings(reader, sql)
}

/// Files from which no text came, by reason.
///
/// # Errors
/// What the database reports.
pub fn unreadable(reader: &Reader) -> Result<Vec<Finding>> {
    let sql = "SELECT content.problem, COUNT(*), MIN(file.locator) FROM content \
               LEFT JOIN file ON file.sha256 = content.sha256 \
               WHERE content.problem IS NOT NULL GROUP BY content.problem ORDER BY 2 DESC";
    findings(reader, sql)
}

fn findings(reader: &Reader, sql: &str) -> Result<Vec<Finding>> {
    rows(reader, sql, [], |row| {
        Ok(Finding { what: row.get(0)?, count: row.get(1)?, example: row.get(2)? })
    })
}

/// The pages that there are, by address, after this one; at most `limit`, in the order of addresses.
///
/// # Errors
/// What the database reports.
pub fn pages_after(
    reader: &Reader,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, Category, Uuid)>> {
    let sql = "SELECT address, category, id FROM entity \
               WHERE address > ?1 AND address IS NOT NULL AND NOT deleted AND NOT taken_down \
               ORDER BY address LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = rows(reader, sql, params![after, limit], |row| {
        let category = Category::from_name(row.get_ref(1)?.as_str()?);
        Ok((row.get::<_, String>(0)?, category, uuid(row, 2)?))
    })?;
    Ok(found
        .into_iter()
        .filter_map(|(address, category, id)| Some((address, category?, id)))
        .collect())
}

impl Store {
    /// Entities, by GUID, after this one, at most `limit`, whose rows are not what the register says of
    /// them. The second part is the GUID to go on after, and `None` at the end.
    ///
    /// # Errors
    /// What the database reports.
    pub fn differing_rows(&self, after: Uuid, limit: usize) -> Result<(Vec<Uuid>, Option<Uuid>)> {
        let reader = self.reader()?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT id, category, fingerprint, content_type, content_length, \
                       deleted OR taken_down FROM entity WHERE id > ?1 ORDER BY id LIMIT ?2";
        let registered = rows(&reader, sql, params![guid(after), limit], |row| {
            let category = Category::from_name(row.get_ref(1)?.as_str()?);
            let content_type: Option<String> = row.get(3)?;
            let content_length = row.get(4)?;
            let file = content_type.map(|content_type| FileInfo { content_type, content_length });
            Ok((uuid(row, 0)?, category, row.get::<_, Vec<u8>>(2)?, file, row.get::<_, bool>(5)?))
        })?;
        let last = registered.last().map(|(id, ..)| *id);
        let mut differing = Vec::new();
        for (id, category, registered, file, is_gone) in registered {
            let Some(category) = category else { continue };
            let is_right = match values(&reader, category, id)? {
                Some(values) => !is_gone && fingerprint(&values, file.as_ref()) == *registered,
                None => is_gone,
            };
            if !is_right {
                differing.push(id);
            }
        }
        Ok((differing, last))
    }

    /// Makes the register say nothing of what these entities are, so that reading everything again
    /// writes their rows anew; rows of what is gone are removed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn distrust(&self, entities: &[Uuid]) -> Result<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        for id in entities {
            let gone: Option<String> = transaction
                .prepare_cached(
                    "SELECT category FROM entity WHERE id = ?1 AND (deleted OR taken_down)",
                )?
                .query_row([guid(*id)], |row| row.get(0))
                .optional()?;
            match gone.as_deref().and_then(Category::from_name) {
                Some(category) => crate::apply::remove_rows(&transaction, category, *id)?,
                None => {
                    transaction
                        .prepare_cached("UPDATE entity SET fingerprint = X'' WHERE id = ?1")?
                        .execute([guid(*id)])?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Counts again how many entities of each category are there and were withdrawn; gives how many
    /// categories were counted wrong.
    ///
    /// # Errors
    /// What the database reports.
    pub fn recount(&self) -> Result<usize> {
        let sql = "UPDATE cursor SET \
                       present = (SELECT COUNT(*) FROM entity \
                           WHERE entity.category = cursor.category AND NOT entity.deleted), \
                       deleted = (SELECT COUNT(*) FROM entity \
                           WHERE entity.category = cursor.category AND entity.deleted) \
                   WHERE present <> (SELECT COUNT(*) FROM entity \
                           WHERE entity.category = cursor.category AND NOT entity.deleted) \
                      OR deleted <> (SELECT COUNT(*) FROM entity \
                           WHERE entity.category = cursor.category AND entity.deleted)";
        Ok(self.writer().execute(sql, [])?)
    }

    /// Puts files that were given up on the list again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn try_again(&self) -> Result<usize> {
        let sql = "UPDATE file SET next_try = 0, attempts = 0 \
                   WHERE next_try IS NULL AND problem IS NOT NULL";
        Ok(self.writer().execute(sql, [])?)
    }

    /// Puts pages on the list of those to be indexed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn index_again(&self, pages: &[(Category, Uuid)]) -> Result<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        for (category, id) in pages {
            let kind = crate::changes::ChangeKind::Changed;
            crate::changes::append(&transaction, *category, *id, kind, false, None, None)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Writes a sound copy of the database to a new file, while others go on reading and writing.
    ///
    /// # Errors
    /// What the database reports, also if the file is there already.
    pub fn copy_to(&self, path: &std::path::Path) -> Result<()> {
        // SQLite's own; PostgreSQL has its own tools for this.
        let reader = self.connect()?;
        reader.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        Ok(())
    }
}
