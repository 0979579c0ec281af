//! Search: Dutch analysis, the query language, the index and its answers.
//!
//! The index holds [`Item`]s, one shape for everything that can be found. A [`SearchIndex`] is opened
//! once; its one [`IndexWriter`] feeds it, and keeps in it the number of the last change it has seen;
//! any number of threads ask it [`Request`]s.

mod answer;
mod dutch;
mod error;
mod index;
mod item;
mod lookup;
mod marker;
mod number;
mod query;
mod schema;
mod snippet;
mod stem;
#[cfg(test)]
mod testing;
mod translation;

pub use answer::{Answer, Hit, MAX_LIMIT, Request, Sort};
pub use dutch::ANALYSIS_VERSION;
pub use error::SearchError;
pub use index::{DEFAULT_MEMORY_BUDGET, IndexWriter, Opened, SearchIndex};
pub use item::{Item, Kind};
pub use marker::Marker;
pub use number::{KnownNumber, recognise_number};
pub use query::{Notice, Parsed, Query};
pub use snippet::Fragment;

/// What every operation on the index gives.
pub type Result<T, E = SearchError> = std::result::Result<T, E>;
