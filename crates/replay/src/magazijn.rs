//! What the server serves: recorded data on their timeline, or generated data. Both answer the same
//! few questions.

use anyhow::{Context, Result};
use jiff::Timestamp;
use model::{Category, Token, Uuid};

use crate::files::{self, File};
use crate::generated::Generated;
use crate::timeline::{Place, Timeline};
use crate::writer::Published;

/// A Gegevensmagazijn.
pub enum Magazijn {
    /// Of recorded data.
    Recorded(Box<Timeline>),
    /// Of generated data.
    Generated(Box<Generated>),
}

impl From<Timeline> for Magazijn {
    fn from(timeline: Timeline) -> Self {
        Self::Recorded(Box::new(timeline))
    }
}

impl From<Generated> for Magazijn {
    fn from(generated: Generated) -> Self {
        Self::Generated(Box::new(generated))
    }
}

/// An entity at its place in the feed.
pub(crate) struct Emission {
    pub(crate) token: Token,
    pub(crate) updated: Timestamp,
    pub(crate) published: Published,
}

impl Emission {
    pub(crate) fn id(&self) -> Uuid {
        self.published.entity.id()
    }
}

impl Magazijn {
    /// The moment that the data tell of.
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::Recorded(timeline) => timeline.now().unwrap_or_else(Timestamp::now),
            Self::Generated(generated) => generated.end(),
        }
    }

    /// The greatest token that is visible now.
    pub(crate) fn last_token(&self) -> Token {
        match self {
            Self::Recorded(timeline) => timeline.last_token(),
            Self::Generated(generated) => generated.last_token(),
        }
    }

    /// The entities of a category after a token, oldest first, at most `limit`.
    pub(crate) fn page(
        &self,
        category: Category,
        after: Token,
        limit: usize,
    ) -> Result<Vec<Emission>> {
        match self {
            Self::Recorded(timeline) => timeline
                .page(category, after, limit)
                .into_iter()
                .map(|place| emission(timeline, place))
                .collect(),
            Self::Generated(generated) => Ok(generated.page(category, after, limit)),
        }
    }

    /// An entity as it is now.
    pub(crate) fn entity(&self, id: Uuid) -> Result<Option<Emission>> {
        match self {
            Self::Recorded(timeline) => {
                timeline.entity(id).map(|place| emission(timeline, place)).transpose()
            }
            Self::Generated(generated) => Ok(generated.entity(id)),
        }
    }

    /// The file of an entity.
    pub(crate) fn file(&self, id: Uuid) -> Result<Option<File>> {
        match self {
            Self::Recorded(timeline) => {
                let Some(place) = timeline.entity(id) else { return Ok(None) };
                let recording = &timeline.recording;
                let Some(state) = recording.states.get(place.state) else { return Ok(None) };
                files::of(recording, id, &recording.read(state)?)
            }
            Self::Generated(generated) => generated.file(id),
        }
    }

    /// The XML of an official publication.
    pub(crate) fn publication(&self, identifier: &str) -> Result<Option<String>> {
        match self {
            Self::Recorded(timeline) => {
                Ok(timeline.recording.publications.get(identifier).cloned())
            }
            Self::Generated(generated) => Ok(generated.publication(identifier)),
        }
    }
}

fn emission(timeline: &Timeline, place: Place) -> Result<Emission> {
    let state = timeline.recording.states.get(place.state).context("a place without a state")?;
    let read = timeline.recording.read(state)?;
    let file = files::of(&timeline.recording, state.id, &read)?.map(|file| file.info());
    let published = Published {
        entity: read.entity,
        bijgewerkt: read.bijgewerkt.unwrap_or(state.updated),
        deleted: read.deleted,
        file,
    };
    Ok(Emission { token: place.token, updated: state.updated, published })
}
