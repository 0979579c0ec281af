//! `griffier index`: bring the search index up to date, or make it anew while the old one serves.

use anyhow::{Context, Result};
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::up;
use crate::config::{Config, Given};
use crate::folder::Folder;
use crate::pipeline;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
    /// Make a new index while the old one serves, and then put it in its place. Another Griffier may be
    /// at work in the folder
    #[arg(long)]
    rebuild: bool,
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let config = Config::settle(options.given, false)?;
    let work = move || {
        if options.rebuild {
            let folder = Folder::open_to_read(&config.data)?;
            let store = folder.store()?;
            pipeline::rebuild(&store, &folder.index(), &stop)?;
            tracing::info!("the new search index serves");
        } else {
            let folder = Folder::open(&config.data)?;
            let store = folder.store()?;
            let index = up::open_index(&folder, &store)?;
            pipeline::catch_up(&store, &index, &stop)?;
            tracing::info!("the search index is up to date");
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work).await.context("making the search index panicked")?
}
