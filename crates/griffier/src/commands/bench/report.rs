//! What was measured, as a table on standard output.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// A table under way.
pub(super) struct Report {
    text: String,
}

impl Report {
    /// A table with this title, and the conditions that hold for all of it.
    pub(super) fn new(title: &str, conditions: &[(&str, String)]) -> Self {
        let mut report = Self { text: String::new() };
        report.line(title);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let build = if cfg!(debug_assertions) { "debug: not for comparison" } else { "release" };
        report.row("version and build", &format!("{}, {build}", env!("CARGO_PKG_VERSION")));
        report.row("processors", &cores.to_string());
        for (name, value) in conditions {
            report.row(name, value);
        }
        report
    }

    pub(super) fn line(&mut self, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "\n{text}");
    }

    pub(super) fn row(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "  {name:<44} {value}");
    }

    #[expect(clippy::print_stdout, reason = "the figures are what the command is asked for")]
    pub(super) fn print(&self) {
        print!("{}", self.text.trim_start());
    }
}

/// So many a second.
pub(super) fn rate(number: u64, time: Duration) -> String {
    if time.is_zero() {
        return "-".into();
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let number = number as f64;
    format!("{:.0}/s", number / time.as_secs_f64())
}

pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

pub(super) fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

/// A part of one processor.
pub(super) fn cpu(used: Duration, time: Duration) -> String {
    if time.is_zero() {
        return "-".into();
    }
    let share = used.as_secs_f64() / time.as_secs_f64() * 100.0;
    format!("{share:.0}% of one ({})", seconds(used))
}

/// The bytes of the files in a folder and the folders in it; those that cannot be read count as none.
pub(super) fn folder_size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => folder_size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}
