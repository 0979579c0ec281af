//! The source: the SyncFeed and the Resources of the Gegevensmagazijn, and the official publications.
//!
//! [`wire`] reads the wire format into [`model::Entry`]s and knows nothing of networks; [`client`]
//! fetches politely and knows nothing of entities.

/// Where the Gegevensmagazijn of the Tweede Kamer publishes.
pub const SOURCE: &str = "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0";

pub mod client;
pub mod wire;

pub use client::{Client, Download, FetchError, Sources};
pub use wire::{Page, WireError};
