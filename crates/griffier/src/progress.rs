//! What an operator sees: log lines, and on a terminal a line that shows how far the work is.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use store::Store;
use store::read::status;

use crate::pipeline::{BACKFILLS, Counters};

/// How often the store is asked how far filling up has come.
const LOOK_AT_STORE: Duration = Duration::from_secs(10);

/// Sets up the log. `GRIFFIER_LOG` says what is shown (`info`, `debug`, `feed=debug`, …).
pub(crate) fn start_log() {
    let filter = EnvFilter::try_from_env("GRIFFIER_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,tantivy=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    let log = log.with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    // Fails only if a log was set up before, which then stays.
    let _ = log.try_init();
}

/// Prints why a command failed, with what led to it.
#[expect(clippy::print_stderr, reason = "this is the place where errors reach the terminal")]
pub(crate) fn print_error(error: &anyhow::Error) {
    eprintln!("griffier: {error:#}");
}

/// Shows how far the pipeline is until it stops: a line on a terminal, a log line now and then
/// elsewhere.
pub(crate) async fn show(counters: &Counters, store: &Store, stop: CancellationToken) {
    let on_terminal = std::io::stderr().is_terminal();
    let interval = Duration::from_millis(if on_terminal { 250 } else { 10_000 });
    let bar = on_terminal.then(|| {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar
    });
    let mut shown = String::new();
    let mut filling = String::new();
    let mut looked: Option<Instant> = None;
    while stop.run_until_cancelled(tokio::time::sleep(interval)).await.is_some() {
        if looked.is_none_or(|moment| moment.elapsed() >= LOOK_AT_STORE) {
            filling = tokio::task::block_in_place(|| backfill_line(store));
            looked = Some(Instant::now());
        }
        let line = format!("{}{filling}", counters.line());
        if line == shown {
            continue;
        }
        match &bar {
            Some(bar) => {
                bar.set_message(line.clone());
                bar.tick();
            }
            None => tracing::info!("{line}"),
        }
        shown = line;
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

/// How far filling up what is older has come, to follow the counts; empty once it is done, or while
/// that is not known.
fn backfill_line(store: &Store) -> String {
    let Ok(categories) = store.reader().and_then(|reader| status::categories(&reader)) else {
        return String::new();
    };
    let parallel = u32::try_from(BACKFILLS).unwrap_or(1);
    let backfill = status::backfill(&categories, parallel);
    if backfill.complete == categories.len() {
        return String::new();
    }
    let remaining = match backfill.remaining {
        Some(remaining) if remaining >= Duration::from_secs(7_200) => {
            format!(", about {} hours to go", remaining.as_secs() / 3_600)
        }
        Some(remaining) if remaining >= Duration::from_secs(60) => {
            format!(", about {} minutes to go", remaining.as_secs() / 60)
        }
        _ => String::new(),
    };
    format!(
        "; older: {} of {} categories complete, the others {:.0}%{remaining}",
        backfill.complete,
        categories.len(),
        100.0 * backfill.filled
    )
}
