//! Search: Dutch analysis, the query language, the index and its answers.
//!
//! The index holds [`Item`]s, one shape for everything that can be found. A [`SearchIndex`] is opened
//! once; its one [`IndexWriter`] feeds it, and keeps in it the number of the last change it has seen;
//! any number of threads ask it [`Request`]s.

mod answer;
mod calendar;
mod columns;
mod compound;
mod course;
mod dutch;
mod error;
mod explain;
mod facets;
mod fold;
mod index;
mod item;
mod lookup;
mod marker;
mod number;
mod percolate;
mod query;
mod relevance;
mod schema;
mod similar;
mod snippet;
mod stem;
mod suggest;
#[cfg(test)]
mod testing;
mod translation;

pub use answer::{Answer, Filters, Hit, MAX_DEPTH, MAX_LIMIT, Month, Partial, Request, Sort};
pub use calendar::period;
pub use dutch::ANALYSIS_VERSION;
pub use error::SearchError;
pub use explain::Part;
pub use fold::{Folded, fold};
pub use index::{DEFAULT_MEMORY_BUDGET, IndexWriter, Opened, Rebuild, SearchIndex};
pub use item::{Item, Kind, Label, PAGE_BREAK};
pub use marker::Marker;
pub use number::{KnownNumber, recognise_number};
pub use percolate::Percolator;
pub use query::{Notice, Parsed, Query};
pub use schema::Facet;
pub use similar::Similar;
pub use snippet::Fragment;
pub use suggest::Suggestions;

/// What every operation on the index gives.
pub type Result<T, E = SearchError> = std::result::Result<T, E>;
