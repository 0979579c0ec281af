//! A local Gegevensmagazijn: serves entities on the exact wire format of SyncFeed 2.0, with their files
//! and official publications, for the demo, the tests and the benchmarks.
//!
//! The entities are recorded or generated. A [`Recording`] is read from a folder (laid out as
//! `sample/`, which is built in) and put on a [`Timeline`] that decides what is visible when. What is
//! [`Generated`] is as large as is wished, and computed when it is asked for. [`router`] serves either,
//! with the [`Faults`] that the real source has too.

mod connection;
mod draw;
mod faults;
mod files;
mod generated;
mod magazijn;
mod mishap;
mod pdf;
mod recording;
mod sequence;
mod server;
mod timeline;
mod writer;

pub use connection::serve;
pub use faults::Faults;
pub use generated::{Generated, Writing};
pub use magazijn::Magazijn;
pub use recording::{Recording, Source};
pub use server::router;
pub use timeline::{Drip, Timeline};
