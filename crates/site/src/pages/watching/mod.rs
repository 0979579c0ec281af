//! Watching: `/wijzigingen` and `/agendawijzigingen`, what happened; `/mijn/monitors`, what somebody
//! watches; and the private feeds and calendars of that.

mod changes;
mod feeds;
mod monitors;
mod preview;

pub(crate) use self::changes::{AGENDA, ALL, atom, show};
pub(crate) use self::feeds::{give_address, meetings_of, private_feed};
pub(crate) use self::monitors::{change, edit, list, make, mute, new, pause, remove};

use store::watching::event::Event;
use watch::wording;

use crate::format;

/// An event as pages and feeds show it.
pub(crate) struct Line {
    pub(crate) headline: String,
    pub(crate) details: String,
    pub(crate) address: Option<String>,
    /// When the source published it, in words and as data.
    pub(crate) when: String,
    pub(crate) at: jiff::Timestamp,
}

impl Line {
    pub(crate) fn of(event: &Event) -> Self {
        Self {
            headline: wording::headline(event),
            details: wording::details(event),
            address: event.address.clone(),
            when: format::date_and_time(&event.at),
            at: event.at,
        }
    }
}
