//! The commands, a module each.

mod backup;
mod bench;
mod check;
mod config;
mod index;
mod replay;
mod serve;
mod sync;
mod takedown;
mod up;
mod user;
mod watch;

use std::future::Future;

use anyhow::{Context, Result};
use clap::Subcommand;
use tokio_util::sync::CancellationToken;

use crate::progress;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Do everything in one process: follow, fetch, read, index, and serve the site
    Up(up::Options),
    /// Follow the source and fill the data folder, without serving the site
    Sync(sync::Options),
    /// Serve the site from a data folder that another process fills
    Serve(serve::Options),
    /// Send the mail of a data folder that another process fills
    Watch(watch::Options),
    /// Bring the search index up to date, or make it anew
    Index(index::Options),
    /// Say what is missing, damaged or contradictory in a data folder, and mend it
    Check(check::Options),
    /// Copy a data folder to another, while it is in use
    Backup(backup::Options),
    /// Take an item down, with a reason that its page shows
    Takedown(takedown::Options),
    /// Look at accounts, mute them or delete them
    User(user::Options),
    /// Print the settings in force
    Config(config::Options),
    /// Measure how fast this program is on this machine
    Bench(bench::Options),
    /// Serve recorded or generated data as a local Gegevensmagazijn
    Replay(replay::Options),
    /// Read files for the parent process
    #[command(hide = true)]
    ExtractWorker,
}

pub(crate) fn run(command: Command) -> Result<()> {
    match command {
        Command::ExtractWorker => Ok(content::run_worker()?),
        Command::Config(options) => config::run(options),
        Command::Check(options) => check::run(options),
        Command::Backup(options) => backup::run(options),
        Command::Takedown(options) => takedown::run(options),
        Command::User(options) => user::run(options),
        Command::Up(options) => until_stopped(|stop| up::run(options, stop)),
        Command::Sync(options) => until_stopped(|stop| sync::run(options, stop)),
        Command::Serve(options) => until_stopped(|stop| serve::run(options, stop)),
        Command::Watch(options) => until_stopped(|stop| watch::run(options, stop)),
        Command::Index(options) => until_stopped(|stop| index::run(options, stop)),
        Command::Bench(options) => until_stopped(|stop| bench::run(options, stop)),
        Command::Replay(options) => until_stopped(|stop| replay::run(options, stop)),
    }
}

/// Runs a command that goes on until SIGTERM or SIGINT asks it to stop.
fn until_stopped<F: Future<Output = Result<()>>>(
    command: impl FnOnce(CancellationToken) -> F,
) -> Result<()> {
    progress::start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("SIGTERM cannot be watched")?;
        let on_signal = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            tracing::info!("stopping");
            on_signal.cancel();
        });
        command(stop).await
    })
}
