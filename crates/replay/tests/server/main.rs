//! The local Gegevensmagazijn, asked through real HTTP by the reader of the feed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod faults;
mod generated;
mod recorded;
mod support;
