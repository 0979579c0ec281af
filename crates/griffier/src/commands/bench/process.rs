//! Other processes of this program, and what they use.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long a process may take to say where it is.
const PATIENCE: Duration = Duration::from_secs(120);
/// Lines of a process's log that are kept, to show when it fails.
const KEPT: usize = 20;
/// The unit of processor time in `/proc`: it is this on every Linux.
const TICKS_PER_SECOND: u64 = 100;

/// A running process of this program. It is killed when dropped.
pub(super) struct Process {
    name: &'static str,
    child: Child,
    log: Arc<Mutex<VecDeque<String>>>,
}

/// What a process has used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    /// Processor time of all its threads.
    pub(super) cpu: Duration,
    /// Its memory now that is no part of a file, in bytes.
    pub(super) anonymous: u64,
}

impl Process {
    /// Starts a command of this program, with a folder as its current one so that no `griffier.toml`
    /// is found.
    pub(super) fn start(name: &'static str, folder: &Path, arguments: &[String]) -> Result<Self> {
        let program = std::env::current_exe().context("the program's own file cannot be found")?;
        let mut command = Command::new(program);
        command.arg(name).args(arguments).current_dir(folder).kill_on_drop(true);
        for (setting, _) in std::env::vars().filter(|(name, _)| name.starts_with("GRIFFIER_")) {
            command.env_remove(setting);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("griffier {name} cannot be started"))?;
        let log = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(stderr) = child.stderr.take() {
            let log = log.clone();
            tokio::spawn(async move {
                let mut lines = BufReader::new(stderr).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                    if log.len() >= KEPT {
                        log.pop_front();
                    }
                    log.push_back(line);
                }
            });
        }
        Ok(Self { name, child, log })
    }

    /// Waits for a line of the log with this text, and gives what comes after it.
    pub(super) async fn says(&mut self, text: &str) -> Result<String> {
        let found = async {
            loop {
                let line = self
                    .log()
                    .iter()
                    .find_map(|line| line.split_once(text).map(|(_, rest)| rest.trim().to_owned()));
                if let Some(line) = line {
                    return Ok(line);
                }
                self.is_running()?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(found) => found,
            Err(_) => bail!("griffier {} did not start in time:\n{}", self.name, self.last_words()),
        }
    }

    /// An error with the end of the log if the process has ended.
    pub(super) fn is_running(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("griffier {} ended ({status}):\n{}", self.name, self.last_words());
        }
        Ok(())
    }

    /// The end of its log.
    pub(super) fn last_words(&self) -> String {
        self.log().iter().cloned().collect::<Vec<_>>().join("\n")
    }

    fn log(&self) -> std::sync::MutexGuard<'_, VecDeque<String>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it uses.
    pub(super) fn usage(&self) -> Result<Usage> {
        usage_of(&self.child.id().context("the process has ended")?.to_string())
    }
}

/// What this process itself uses.
pub(super) fn own_usage() -> Result<Usage> {
    usage_of("self")
}

fn usage_of(process: &str) -> Result<Usage> {
    let read = |what: &str| {
        let path = format!("/proc/{process}/{what}");
        fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
    };
    let status = read("status")?;
    let anonymous = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
        .context("/proc tells no RssAnon: Linux 4.5 or newer is needed")?;
    let stat = read("stat")?;
    // The name of the program, in parentheses, may hold anything; the numbers follow it.
    let numbers = stat.rsplit_once(')').map_or("", |(_, numbers)| numbers);
    // User and system time: fields 14 and 15, of which the first two are before the numbers.
    let ticks = numbers.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|number| number.parse::<u64>().ok()).sum();
    Ok(Usage {
        cpu: Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND),
        anonymous: anonymous * 1_024,
    })
}
