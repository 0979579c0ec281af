//! `griffier sync`: fill the data folder, without serving the site.

use anyhow::Result;
use clap::Args;
use model::Clock;
use tokio_util::sync::CancellationToken;

use super::up::{self, open_pipeline};
use crate::config::{Config, Given};
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let config = Config::settle(options.given, false)?;
    let folder = Folder::open(&config.data)?;
    let store = folder.store()?;
    up::belongs_to(&store, &config.data, up::REAL)?;
    let index = up::open_index(&folder, &store)?;
    let pipeline = open_pipeline(&config, &folder, store, Clock::System, stop.clone())?;
    up::run_pipeline(pipeline, index, stop).await
}
