//! Files: where they are kept, what they are, and the text that is in them.
//!
//! - [`files`] keeps every file once, under the hash of its content;
//! - [`sniff`](mod@sniff) tells what a file is by its bytes, whatever its label says;
//! - [`extract`](mod@extract) turns a file into [`Prose`] or a [`Transcript`];
//! - [`worker`] does so in a child process, because a hostile file may hang, crash or swell.
//!
//! No HTML leaves this crate: [`Prose`] is a tree of a few kinds of blocks, so there is nothing for
//! a web page to sanitise.

pub mod difference;
pub mod extract;
pub mod files;
pub mod ocr;
mod pack;
pub mod prose;
mod publication;
mod questions;
pub mod references;
pub mod sniff;
pub mod speaking;
pub mod transcript;
pub mod worker;
mod xml;

pub use extract::{Content, EXTRACTOR_VERSION, ExtractError, Extracted, extract, note};
pub use files::{FileStore, StoredFile};
pub use pack::PackError;
pub use prose::Prose;
pub use publication::Publication;
pub use questions::{Exchange, exchanges, numbered_questions};
pub use sniff::{Format, sniff};
pub use transcript::Transcript;
pub use worker::{Extractor, run_worker};
