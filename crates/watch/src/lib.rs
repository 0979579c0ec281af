//! Watching: telling people in time what matters to them, and losing none of it.
//!
//! What is to be told is stored before anything is sent, and stays until a server has taken it on:
//! [`mail`] says what a message looks like, and [`delivery`] hands it to a server.

pub mod delivery;
pub mod mail;
pub mod secret;

pub use delivery::Delivery;
pub use mail::{LOGIN_MINUTES, Letterhead, MailError, Outlet, Sender, normal_address};
