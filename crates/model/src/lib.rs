//! The information model of the Tweede Kamer: an entity a type, typed ids, relations, dates with
//! their zones. No I/O.
//!
//! [`entities`] declares every category once; reading the wire, writing it and the schema of the
//! store all follow from that declaration through [`Record`] and [`Description`].

pub mod address;
pub mod clock;
pub mod entities;
pub mod entry;
pub mod kamerstuk;
pub mod known;
pub mod ministerie;
pub mod persoon;
pub mod record;
pub mod time;
pub mod value;

pub use clock::Clock;
pub use entities::{Category, Entity};
pub use entry::{Entry, FileInfo, State, Token};
pub use ministerie::Ministerie;
pub use record::{Description, Field, Origin, Record};
pub use uuid::Uuid;
pub use value::{Id, Kind, Value};
