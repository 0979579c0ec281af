//! A local Gegevensmagazijn: serves recorded entities on the exact wire format of SyncFeed 2.0, with
//! their files and official publications, for the demo, the tests and the benchmarks.
//!
//! A [`Recording`] is read from a folder (laid out as `sample/`, which is built in), put on a
//! [`Timeline`] that decides what is visible when, and served by [`router`].

mod files;
mod pdf;
mod recording;
mod server;
mod timeline;
mod writer;

pub use recording::{Recording, Source};
pub use server::router;
pub use timeline::{Drip, Timeline};
