//! Watching: telling people in time what matters to them, and losing none of it.
//!
//! [`event`] makes of the changes of entities what happened, [`matching`] holds that against what is
//! watched, [`schedule`] says when who is told, and [`wording`] how that reads.
//!
//! What is to be told is stored before anything is sent, and stays until a server has taken it on:
//! [`mail`] and [`webhook`] say what a message looks like, and [`delivery`] hands it to a server.

pub mod delivery;
pub mod event;
pub mod mail;
pub mod matching;
pub mod schedule;
pub mod secret;
pub mod webhook;
pub mod wording;

pub use delivery::Delivery;
pub use mail::{LOGIN_MINUTES, Letterhead, MailError, Outlet, Sender, Stop, normal_address};
