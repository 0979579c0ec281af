//! `griffier bench`: how fast this program is on this machine.
//!
//! The parts that are measured run as processes of their own, by the same command line as in earnest;
//! their memory and processor time are those that the system tells.

mod ingest;
mod load;
mod pages;
mod process;
mod report;
mod search;
mod useful;
mod watch;

use anyhow::Result;
use clap::{Args, Subcommand};
use tokio_util::sync::CancellationToken;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How fast a generated feed comes in, and how soon the first page is of use
    Ingest(ingest::Options),
    /// How fast pages and searches are answered from a data folder
    Pages(pages::Options),
    /// How fast generated texts are indexed and searched, beside SQLite's own full-text search
    Search(search::Options),
    /// How long it takes to hold a new document against everything that is watched
    Watch(watch::Options),
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let measure = async {
        match options.what {
            What::Ingest(options) => ingest::run(options).await,
            What::Pages(options) => pages::run(options).await,
            What::Search(options) => search::run(options).await,
            What::Watch(options) => watch::run(options).await,
        }
    };
    // Stopping drops what is under way, and with it the processes that it started.
    stop.run_until_cancelled(measure).await.unwrap_or(Ok(()))
}
