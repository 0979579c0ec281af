//! `griffier replay`: recorded data as a local Gegevensmagazijn.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;
use model::time::parse_moment;
use replay::{Drip, Recording, Source, Timeline};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[derive(Args)]
pub(crate) struct Options {
    /// A folder of recorded data, laid out as sample/ [default: the sample that is built in]
    #[arg(long, value_name = "DIR")]
    recording: Option<PathBuf>,
    /// The address to serve on
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    listen: SocketAddr,
    /// Show at first only what was published until this moment: 2025-07-02T12:00
    #[arg(long, value_parser = read_moment, value_name = "MOMENT")]
    until: Option<Timestamp>,
    /// Let out what came later, so many times as fast as it came in reality
    #[arg(long, requires = "until", default_value_t = 0.0, value_name = "FACTOR")]
    drip: f64,
}

fn read_moment(text: &str) -> Result<Timestamp, String> {
    parse_moment(text).ok_or_else(|| "expected a moment such as 2025-07-02T12:00".to_owned())
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let source = options.recording.map_or(Source::Sample, Source::Folder);
    let recording = tokio::task::spawn_blocking(move || Recording::open(source)).await??;
    for (category, states) in recording.counts() {
        tracing::info!(%category, states, "recorded");
    }
    let drip = options.until.map(|start| Drip { start, speed: options.drip });
    let timeline = Timeline::new(recording, drip);
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", options.listen))?;
    tracing::info!("the feed is at http://{}/SyncFeed/2.0", listener.local_addr()?);
    axum::serve(listener, replay::router(timeline))
        .with_graceful_shutdown(stop.cancelled_owned())
        .await?;
    Ok(())
}
