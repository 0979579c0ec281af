//! `griffier bench ingest`: a generated feed over HTTP, into the tables and the index.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use replay::Generated;
use search::{Opened, SearchIndex};
use store::Store;
use store::read::status;

use super::process::{Process, Usage};
use super::report::{Report, cpu, folder_size, megabytes, rate, seconds};
use super::useful::Useful;
use crate::folder::Folder;

/// How often it is looked how far it is.
const LOOK: Duration = Duration::from_millis(250);
/// How long nothing may come in before it is given up.
const STUCK: Duration = Duration::from_secs(180);

#[derive(Args)]
pub(crate) struct Options {
    /// How many documents; everything else is in proportion (the source has some 600,000)
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    scale: u64,
    /// What the generated data depend on
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Keep the data in this new folder, for `griffier bench pages` [default: a temporary folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Let the feed announce files too, which are then fetched and read along the way
    #[arg(long)]
    files: bool,
    /// How late each answer comes in the measurement of the first useful page
    #[arg(long, default_value = "600ms", value_name = "TIME")]
    latency: String,
    /// For how many seconds the first useful page is waited for; 0 leaves that measurement out
    #[arg(long, default_value_t = 900, value_name = "SECONDS")]
    useful_within: u64,
}

pub(super) async fn run(options: Options) -> Result<()> {
    let temporary = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let data = match &options.data {
        Some(data) => new_folder(data)?,
        None => temporary.path().join("ingest"),
    };
    // To the minute, so that it can be written on a command line; the agenda then begins today.
    let now = Timestamp::now().as_second() / 60 * 60;
    let end = Timestamp::from_second(now)?;
    let (scale, seed) = (options.scale, options.seed);
    let generated =
        tokio::task::spawn_blocking(move || Generated::new(scale, seed, end, false)).await??;
    let total: u64 = generated.counts().map(|(_, count)| count).sum();
    let mut report = Report::new(
        "griffier bench ingest",
        &[
            ("documents", scale.to_string()),
            ("entities, tombstones included", total.to_string()),
            ("seed", seed.to_string()),
            ("files", if options.files { "fetched and read" } else { "none" }.to_owned()),
        ],
    );
    let bench = Bench { options, end, total, folder: temporary.path().to_owned() };
    bench.speed(&data, &mut report).await?;
    if bench.options.useful_within > 0 {
        bench.first_useful_page(&Useful::of(&generated)?, &mut report).await?;
    }
    report.print();
    Ok(())
}

/// The path of a folder that is to be made, from the root on.
fn new_folder(path: &Path) -> Result<PathBuf> {
    if path.exists() {
        bail!("{} is there already: name a new folder with --data", path.display());
    }
    std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))
}

struct Bench {
    options: Options,
    end: Timestamp,
    total: u64,
    /// Where processes run: a folder without a `griffier.toml`.
    folder: PathBuf,
}

/// What is in a data folder that another process fills.
struct Watched {
    store: Store,
    folder: Folder,
}

impl Bench {
    async fn replay(&self, faults: &str) -> Result<(Process, String)> {
        let mut arguments = vec![
            format!("--scale={}", self.options.scale),
            format!("--seed={}", self.options.seed),
            format!("--until={}", self.end),
            format!("--faults={faults}"),
            "--listen=127.0.0.1:0".to_owned(),
        ];
        if !self.options.files {
            arguments.push("--without-files".into());
        }
        let mut replay = Process::start("replay", &self.folder, &arguments)?;
        let feed = replay.says("the feed is at ").await?;
        Ok((replay, feed))
    }

    fn sync(&self, data: &Path, feed: &str) -> Result<Process> {
        let publications = feed.trim_end_matches("/SyncFeed/2.0");
        let arguments = [
            format!("--data={}", data.display()),
            format!("--feed={feed}"),
            format!("--publications={publications}"),
        ];
        Process::start("sync", &self.folder, &arguments)
    }

    /// How fast everything comes in.
    async fn speed(&self, data: &Path, report: &mut Report) -> Result<()> {
        let (replay, feed) = self.replay("").await?;
        let replay_before = replay.usage()?;
        let begin = Instant::now();
        let mut sync = self.sync(data, &feed)?;
        let watched = Watched::open(data, &mut sync).await?;

        let last_tenth_from = self.total - self.total / 10;
        let mut peak = Usage::default();
        let (mut count, mut moved_at) = (0, Instant::now());
        let (mut at_last_tenth, mut at_end) = (None, None);
        let mut replay_at_end = Usage::default();
        loop {
            sync.is_running()?;
            let usage = sync.usage()?;
            peak = Usage { cpu: usage.cpu, anonymous: peak.anonymous.max(usage.anonymous) };
            let now = watched.entities()?;
            if now > count {
                (count, moved_at) = (now, Instant::now());
            }
            if count >= last_tenth_from {
                at_last_tenth.get_or_insert((begin.elapsed(), count));
            }
            if count >= self.total && at_end.is_none() {
                at_end = Some((begin.elapsed(), usage.cpu));
                replay_at_end = replay.usage()?;
                tracing::info!("all entities are in the tables");
            }
            if at_end.is_some() && watched.is_indexed()? {
                break;
            }
            if at_end.is_none() && moved_at.elapsed() > STUCK {
                bail!(
                    "{count} of {} entities came in, and then none:\n{}",
                    self.total,
                    sync.last_words()
                );
            }
            tokio::time::sleep(LOOK).await;
        }
        let whole = begin.elapsed();
        let (tables, tables_cpu) = at_end.context("all came in")?;
        let (tenth, tenth_count) = at_last_tenth.context("the last tenth came in")?;
        report.line("from HTTP to indexed tables");
        report.row("entities", &format!("{} in {}", rate(self.total, tables), seconds(tables)));
        report.row(
            "of the last tenth",
            &rate(self.total - tenth_count, tables.saturating_sub(tenth)),
        );
        report.row("until all of it could be found", &seconds(whole));
        report.row("anonymous memory at most", &megabytes(peak.anonymous));
        report.row("processor while the tables were filled", &cpu(tables_cpu, tables));
        let served = replay_at_end.cpu.saturating_sub(replay_before.cpu);
        report.row("processor of the replay beside it", &cpu(served, tables));
        report.row("database", &megabytes(watched.database_size(data)));
        report.row("search index", &megabytes(folder_size(&watched.folder.index())));
        Ok(())
    }

    /// How soon a page is of use when each answer takes its time, as at the real source.
    async fn first_useful_page(&self, useful: &Useful, report: &mut Report) -> Result<()> {
        let latency = &self.options.latency;
        let (replay, feed) = self.replay(&format!("latency={latency}")).await?;
        let data = self.folder.join("useful");
        let begin = Instant::now();
        let mut sync = self.sync(&data, &feed)?;
        let watched = Watched::open(&data, &mut sync).await?;
        let limit = Duration::from_secs(self.options.useful_within);
        let reached = loop {
            sync.is_running()?;
            if useful.is_there(&watched.store.reader()?)? {
                break Some(begin.elapsed());
            }
            if begin.elapsed() > limit {
                break None;
            }
            tokio::time::sleep(LOOK).await;
        };
        report.line(&format!("first useful page, with {latency} per answer and 4 connections"));
        report.row("what is waited for", &useful.describe());
        match reached {
            Some(time) => report.row("all of it was there after", &seconds(time)),
            None => report.row("all of it was there", &format!("not within {}", seconds(limit))),
        }
        report.row("entities there by then", &watched.entities()?.to_string());
        report.row("processor of the replay beside it", &cpu(replay.usage()?.cpu, begin.elapsed()));
        Ok(())
    }
}

impl Watched {
    /// Opens a folder as soon as the process that fills it has made its tables.
    async fn open(data: &Path, filling: &mut Process) -> Result<Self> {
        // The index is opened after the tables were made.
        while !data.join("index").exists() {
            filling.is_running()?;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let folder = Folder::open_to_read(data)?;
        Ok(Self { store: folder.store()?, folder })
    }

    /// How many entities are in the tables, tombstones included.
    fn entities(&self) -> Result<u64> {
        let lines = status::categories(&self.store.reader()?)?;
        let count: i64 = lines.iter().map(|line| line.present + line.deleted).sum();
        Ok(count.unsigned_abs())
    }

    /// Whether the index has seen every change.
    fn is_indexed(&self) -> Result<bool> {
        match SearchIndex::open(&self.folder.index())? {
            Opened::Ready(index) => {
                Ok(i64::try_from(index.applied()?)? >= self.store.last_change()?)
            }
            Opened::Outdated => Ok(false),
        }
    }

    fn database_size(&self, data: &Path) -> u64 {
        ["griffier.db", "griffier.db-wal"]
            .iter()
            .filter_map(|name| data.join(name).metadata().ok())
            .map(|data| data.len())
            .sum()
    }
}
