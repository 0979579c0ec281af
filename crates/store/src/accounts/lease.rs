//! Leases: a task that only one process may do at a time is done by who holds its lease.

use jiff::Timestamp;
use rusqlite::params;

use crate::{Result, Store};

impl Store {
    /// Takes the lease of a task, or keeps it, until a moment. Gives whether `holder` has it now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn hold(&self, task: &str, holder: &str, until: Timestamp, now: Timestamp) -> Result<bool> {
        self.at_once(|transaction| {
            let taken = transaction.execute(
                "INSERT INTO lease (task, holder, until) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (task) DO UPDATE SET holder = excluded.holder, until = excluded.until \
                 WHERE lease.holder = excluded.holder OR lease.until <= ?4",
                params![task, holder, until.as_millisecond(), now.as_millisecond()],
            )?;
            Ok(taken > 0)
        })
    }

    /// Gives a lease up, if `holder` has it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn let_go(&self, task: &str, holder: &str) -> Result<()> {
        self.at_once(|transaction| {
            transaction
                .execute("DELETE FROM lease WHERE task = ?1 AND holder = ?2", [task, holder])?;
            Ok(())
        })
    }
}
