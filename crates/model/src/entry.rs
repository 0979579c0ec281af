//! [`Entry`]: what the feed says of one entity at one moment. The source's reader makes it, the
//! store applies it.

use jiff::Timestamp;
use uuid::Uuid;

use crate::entities::{Category, Entity};

/// A skiptoken: the place of an entry in the source's one sequence over all categories. It only
/// grows, with gaps.
pub type Token = i64;

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the sequence.
    pub token: Token,
    /// The entity's GUID.
    pub id: Uuid,
    /// The entity's category.
    pub category: Category,
    /// When the source put the entry in the feed.
    pub updated: Option<Timestamp>,
    /// When the entity's own system last touched it (`bijgewerkt`). Not news by itself: the source
    /// bumps it in bulk.
    pub bijgewerkt: Option<Timestamp>,
    /// What the entity now is.
    pub state: State,
}

/// What an entry says its entity now is.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It is there, with this content.
    Present {
        /// The content.
        entity: Box<Entity>,
        /// The file that comes with it.
        file: Option<FileInfo>,
        /// The element as published, without the fields that are withheld: kept, so that what a
        /// reader of the wire format misunderstood can be read again without the source.
        raw: String,
    },
    /// It was withdrawn (`verwijderd`). It may return.
    Deleted,
}

/// What the feed says of an entity's file. The size is known to differ from the real file's at
/// times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// The media type, as labelled upstream: known to be wrong at times.
    pub content_type: String,
    /// The size in bytes, as labelled upstream.
    pub content_length: Option<i64>,
}
