//! `griffier replay`: recorded or generated data as a local Gegevensmagazijn.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;
use model::time::parse_moment;
use replay::{Drip, Faults, Generated, Magazijn, Recording, Source, Timeline};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Until when generated data go, unless something else is asked for: the moment of the demo.
const END: &str = "2025-07-02T10:00:00Z";

#[derive(Args)]
pub(crate) struct Options {
    /// A folder of recorded data, laid out as sample/ [default: the sample that is built in]
    #[arg(long, value_name = "DIR")]
    recording: Option<PathBuf>,
    /// Generate so many documents, and all else in proportion, instead of serving recorded data
    #[arg(long, value_name = "N", conflicts_with_all = ["recording", "drip"])]
    scale: Option<u64>,
    /// What generated data and faults depend on: the same seed gives the same
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Generate data without files and official publications
    #[arg(long, requires = "scale")]
    without_files: bool,
    /// The address to serve on
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    listen: SocketAddr,
    /// Show at first only what was published until this moment; generate data until this moment:
    /// 2025-07-02T12:00
    #[arg(long, value_parser = read_moment, value_name = "MOMENT")]
    until: Option<Timestamp>,
    /// Let out what came later, so many times as fast as it came in reality
    #[arg(long, requires = "until", default_value_t = 0.0, value_name = "FACTOR")]
    drip: f64,
    /// What goes wrong, and how often: latency=600ms,429=0.02,reset=0.01,missing=0.02,fail=Stemming
    /// (the operator's guide has them all)
    #[arg(long, default_value_t, value_name = "FAULTS")]
    faults: Faults,
}

fn read_moment(text: &str) -> Result<Timestamp, String> {
    parse_moment(text).ok_or_else(|| "expected a moment such as 2025-07-02T12:00".to_owned())
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", options.listen))?;
    let faults = options.faults.clone().with_seed(options.seed);
    let magazijn = tokio::task::spawn_blocking(move || open(options)).await??;
    tracing::info!("the feed is at http://{}/SyncFeed/2.0", listener.local_addr()?);
    replay::serve(listener, replay::router(magazijn, faults), stop.cancelled_owned()).await?;
    Ok(())
}

fn open(options: Options) -> Result<Magazijn> {
    if let Some(documents) = options.scale {
        let end = options.until.map_or_else(|| END.parse(), Ok)?;
        let generated = Generated::new(documents, options.seed, end, !options.without_files)?;
        for (category, entities) in generated.counts() {
            tracing::info!(%category, entities, "generated");
        }
        return Ok(generated.into());
    }
    let recording = Recording::open(options.recording.map_or(Source::Sample, Source::Folder))?;
    for (category, states) in recording.counts() {
        tracing::info!(%category, states, "recorded");
    }
    let drip = options.until.map(|start| Drip { start, speed: options.drip });
    Ok(Timeline::new(recording, drip).into())
}
