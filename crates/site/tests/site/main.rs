//! The site on stores that tests fill themselves.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod calendars;
mod history;
mod private;
mod support;
