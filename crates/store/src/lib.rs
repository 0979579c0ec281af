//! The relational store: the entities as the source has them now, the change log, the files and what
//! was extracted from them, and the reads that the pages need.
//!
//! All SQL of the project is here. It keeps to what SQLite and PostgreSQL share (upserts with `ON
//! CONFLICT`, no engine's own functions, parameters by number), so that a second backend is a matter
//! of connections, not of queries; the module `schema` names the exceptions.

pub mod accounts;
pub mod apply;
pub mod changes;
pub mod check;
mod connection;
pub mod counter;
pub mod cursor;
mod derived;
mod error;
pub mod files;
pub mod findings;
pub mod fulltext;
mod raw;
pub mod read;
pub mod reread;
mod row;
mod schema;
pub mod takedown;
pub mod watching;

pub use connection::{Reader, Store};
pub use error::StoreError;

/// What every operation of the store gives.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
