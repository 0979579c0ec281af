//! `griffier serve`: the site, from a data folder that another process fills.

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use content::FileStore;
use model::Clock;
use search::{Opened, SearchIndex};
use tokio_util::sync::CancellationToken;

use super::up;
use crate::config::{Config, Given};
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let config = Config::settle(options.given, false)?;
    let folder = Folder::open_to_read(&config.data)?;
    let Opened::Ready(index) = SearchIndex::open(&folder.index())? else {
        bail!("the search index is of another version: run `griffier up` or `griffier sync` first");
    };
    let store = folder.store()?;
    let listener = up::listen(config.listen).await?;
    let demo = store.purpose()?.as_deref() == Some(up::DEMO);
    let clock = if demo { up::demo_clock()? } else { Clock::System };
    let files = Arc::new(FileStore::to_read(folder.files()));
    let site = up::site(&config, store, files, Arc::new(index), clock, listener.local_addr()?)?;
    up::serve(listener, site, stop).await
}
