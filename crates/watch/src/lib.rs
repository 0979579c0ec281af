//! Watching: telling people in time what matters to them, and losing none of it.
//!
//! What is to be told is stored before anything is sent, and stays until a server has taken it on:
//! [`mail`] says what a message looks like and hands it to a server.

pub mod mail;
pub mod secret;

pub use mail::Letterhead;
