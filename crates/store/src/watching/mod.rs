//! Watching: what happened ([`event`]), what somebody watches ([`monitor`]), and what they are to be
//! told ([`notice`]).

pub mod event;
pub mod monitor;
pub mod notice;
mod topics;

pub use topics::topics;
