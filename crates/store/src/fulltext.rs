//! SQLite's own full-text search, over the same texts: what `griffier bench search` compares with.
//! Nothing else uses it.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, params};

use crate::Result;

/// What a row can be counted by: as many values as search has facets.
pub type Labels = [String; 7];

/// Texts in a database of their own.
pub struct Fulltext {
    connection: Connection,
}

/// What a search gives.
#[derive(Debug, Default)]
pub struct Found {
    /// The titles and passages of the best.
    pub hits: Vec<(String, String)>,
    /// How many there are in all.
    pub total: u64,
    /// How many there are with each value of each label.
    pub counts: [HashMap<String, u64>; 7],
}

impl Fulltext {
    /// Makes the database, in a new file.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn create(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = NORMAL;
             PRAGMA cache_size = -64000;
             CREATE VIRTUAL TABLE text USING fts5 \
                 (title, body, tokenize = 'unicode61 remove_diacritics 2');
             CREATE TABLE label (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, \
                 f TEXT, g TEXT);",
        )?;
        Ok(Self { connection })
    }

    /// Adds texts with their titles.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn add(&mut self, texts: &[(String, String, Labels)]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for (title, body, [a, b, c, d, e, f, g]) in texts {
            transaction
                .prepare_cached("INSERT INTO text (title, body) VALUES (?1, ?2)")?
                .execute([title, body])?;
            let id = transaction.last_insert_rowid();
            transaction
                .prepare_cached("INSERT INTO label VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
                .execute(params![id, a, b, c, d, e, f, g])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The best `limit` with a passage, and the counts of all that matches an expression of FTS5.
    ///
    /// # Errors
    /// What the engine reports, also if the expression is none.
    pub fn search(&self, expression: &str, limit: usize) -> Result<Found> {
        let mut found = Found::default();
        let mut best = self.connection.prepare_cached(
            "SELECT title, snippet(text, 1, '[', ']', '…', 32) FROM text WHERE text MATCH ?1 \
             ORDER BY rank LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = best.query(params![expression, limit])?;
        while let Some(row) = rows.next()? {
            found.hits.push((row.get(0)?, row.get(1)?));
        }
        let mut all = self.connection.prepare_cached(
            "SELECT a, b, c, d, e, f, g FROM text JOIN label ON label.id = text.rowid \
             WHERE text MATCH ?1",
        )?;
        let mut rows = all.query([expression])?;
        while let Some(row) = rows.next()? {
            found.total += 1;
            for (column, counts) in found.counts.iter_mut().enumerate() {
                let value = row.get_ref(column)?.as_str().unwrap_or_default();
                if let Some(count) = counts.get_mut(value) {
                    *count += 1;
                } else {
                    counts.insert(value.to_owned(), 1);
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matches_is_counted_and_the_best_are_given() {
        let folder = tempfile::tempdir().unwrap();
        let mut texts = Fulltext::create(&folder.path().join("texts.db")).unwrap();
        let labels = |first: &str| -> Labels { std::array::from_fn(|_| first.to_owned()) };
        texts
            .add(&[
                ("Stikstof".into(), "over de boeren".into(), labels("SP")),
                ("Zorg".into(), "over de stikstof".into(), labels("VVD")),
                ("Zorg".into(), "over de huur".into(), labels("VVD")),
            ])
            .unwrap();
        let found = texts.search("\"stikstof\"", 1).unwrap();
        assert_eq!((found.total, found.hits.len()), (2, 1));
        assert_eq!(found.counts.first().unwrap().get("VVD"), Some(&1));
    }
}
