//! How far each category was read. Following goes from `start` on to the end of the feed, again and
//! again; what is older is filled up from the beginning to `start`, next to it.

use std::time::Duration;

use jiff::Timestamp;
use model::{Category, Token};
use rusqlite::{OptionalExtension, params};

use crate::row::moment;
use crate::{Result, Store};

/// How far the feed of a category was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Where following began: the token after which everything was read live. 0 is the beginning.
    pub start: Token,
    /// How far following has come.
    pub token: Token,
    /// When the end of the feed was last seen, by the machine's clock.
    pub caught_up_at: Option<Timestamp>,
    /// How far filling up has come.
    pub backfill: Token,
    /// When filling up was done.
    pub complete_at: Option<Timestamp>,
    /// How often the feed failed since it last answered.
    pub failures: u32,
    /// Not to be asked before this moment, after a failure.
    pub next_try: Option<Timestamp>,
    /// When the source's sequence was seen to have begun anew: nothing is applied since.
    pub restarted_at: Option<Timestamp>,
}

/// Where following a category begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// The token after which everything is read live. 0 is the beginning.
    pub token: Token,
    /// What was published from this moment on lies after that token.
    pub since: Option<Timestamp>,
    /// The first token of the feed: what is older than the start lies between the two.
    pub first: Token,
}

/// In which of its two passes a page was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Following, towards the end of the feed.
    Live,
    /// Filling up what is older than the start of following; the page took this long.
    Backfill(Duration),
}

impl Store {
    /// How far the feed of a category was read; `None` before it was begun.
    ///
    /// # Errors
    /// What the database reports.
    pub fn cursor(&self, category: Category) -> Result<Option<Cursor>> {
        let reader = self.reader()?;
        let cursor = reader
            .prepare_cached(
                "SELECT start, token, caught_up_at, backfill, complete_at, failures, next_try, \
                     restarted_at \
                 FROM cursor WHERE category = ?1",
            )?
            .query_row([category.name()], |row| {
                Ok(Cursor {
                    start: row.get(0)?,
                    token: row.get(1)?,
                    caught_up_at: moment(row, 2)?,
                    backfill: row.get(3)?,
                    complete_at: moment(row, 4)?,
                    failures: row.get(5)?,
                    next_try: moment(row, 6)?,
                    restarted_at: moment(row, 7)?,
                })
            })
            .optional()?;
        Ok(cursor)
    }

    /// The latest publication by the source that is here.
    ///
    /// # Errors
    /// What the database reports.
    pub fn newest(&self) -> Result<Option<Timestamp>> {
        let reader = self.reader()?;
        Ok(reader.query_row("SELECT MAX(newest) FROM cursor", [], |row| moment(row, 0))?)
    }

    /// Begins a category. One that was begun stays as it is.
    ///
    /// # Errors
    /// What the database reports.
    pub fn begin(&self, category: Category, start: Start) -> Result<()> {
        self.writer().execute(
            "INSERT INTO cursor (category, start, since, first, token, backfill, backfill_ms, \
                 failures, present, deleted) \
             VALUES (?1, ?2, ?3, ?4, ?2, 0, 0, 0, 0, 0) ON CONFLICT (category) DO NOTHING",
            params![
                category.name(),
                start.token,
                start.since.map(Timestamp::as_millisecond),
                start.first
            ],
        )?;
        Ok(())
    }

    /// Records that the end of a category's feed was seen now, and that it answered.
    ///
    /// # Errors
    /// What the database reports.
    pub fn caught_up(&self, category: Category) -> Result<()> {
        self.writer().execute(
            "UPDATE cursor SET caught_up_at = ?2, failures = 0, next_try = NULL, problem = NULL, \
                 restarted_at = NULL, \
                 complete_at = CASE WHEN start = 0 THEN COALESCE(complete_at, ?2) \
                     ELSE complete_at END \
             WHERE category = ?1",
            params![category.name(), Timestamp::now().as_millisecond()],
        )?;
        Ok(())
    }

    /// Records that all that is older than the start of following is here.
    ///
    /// # Errors
    /// What the database reports.
    pub fn filled_up(&self, category: Category) -> Result<()> {
        self.writer().execute(
            "UPDATE cursor SET backfill = start, complete_at = COALESCE(complete_at, ?2) \
             WHERE category = ?1",
            params![category.name(), Timestamp::now().as_millisecond()],
        )?;
        Ok(())
    }

    /// Records that a category's feed failed, and when to ask it again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn feed_failed(
        &self,
        category: Category,
        problem: &str,
        next_try: Timestamp,
    ) -> Result<()> {
        self.writer().execute(
            "UPDATE cursor SET failures = failures + 1, problem = ?2, next_try = ?3 \
             WHERE category = ?1",
            params![category.name(), problem, next_try.as_millisecond()],
        )?;
        Ok(())
    }

    /// Records that the source's sequence has begun anew: what it publishes now carries tokens that
    /// say nothing against those that are here.
    ///
    /// # Errors
    /// What the database reports.
    pub fn sequence_restarted(&self, category: Category) -> Result<()> {
        self.writer().execute(
            "UPDATE cursor SET restarted_at = COALESCE(restarted_at, ?2) WHERE category = ?1",
            params![category.name(), Timestamp::now().as_millisecond()],
        )?;
        Ok(())
    }

    /// Takes the source's present sequence for the one that counts: every category is read again from
    /// its beginning. What is here stays, and what did not change is no change.
    ///
    /// # Errors
    /// What the database reports.
    pub fn accept_new_sequence(&self) -> Result<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        // Below every token of the source; the order among what is here no longer matters.
        transaction.execute("UPDATE entity SET token = -1", [])?;
        transaction.execute(
            "UPDATE cursor SET start = 0, since = NULL, first = 0, token = 0, backfill = 0, caught_up_at = NULL, \
                 complete_at = NULL, restarted_at = NULL, failures = 0, next_try = NULL, \
                 problem = NULL",
            [],
        )?;
        transaction.commit()?;
        Ok(())
    }
}
