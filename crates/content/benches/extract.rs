//! Text extraction beside the tools that others use, on the same files in the same run.
//!
//! `cargo bench -p content --bench extract -- FOLDER...` reads each file in the folders some times and
//! says per format how many documents per second that is, in one thread; then lets `pdftotext`, `pandoc`
//! and `catdoc` do the same, a process per file as they are used, where they are installed. It also says
//! how much of the words that the tool finds are found here (recall), the other way round, and how much
//! of the words in common come in the same order. For a PDF that is the order in which `pdftotext -raw` gives
//! them, that of the file: without `-raw` it takes lines of two columns together now and then.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on ends"
)]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use content::{Format, extract, sniff};

/// How often each file is read.
const ROUNDS: u32 = 5;
/// So many words of a text are compared for their order.
const IN_ORDER: usize = 2_000;

/// What others read a format with: the program, and what stands before and after the file's name.
fn tool(
    format: Format,
) -> Option<(&'static str, &'static [&'static str], &'static [&'static str])> {
    match format.extension() {
        "pdf" => Some(("pdftotext", &[], &["-"])),
        "docx" => Some(("pandoc", &["-f", "docx", "-t", "plain", "--wrap=none"], &[])),
        "odt" => Some(("pandoc", &["-f", "odt", "-t", "plain", "--wrap=none"], &[])),
        "rtf" => Some(("pandoc", &["-f", "rtf", "-t", "plain", "--wrap=none"], &[])),
        "html" => Some(("pandoc", &["-f", "html", "-t", "plain", "--wrap=none"], &[])),
        "doc" => Some(("catdoc", &["-d", "utf-8", "-w"], &[])),
        _ => None,
    }
}

/// What the program is asked for besides, to give words in the order of reading.
fn in_order(format: Format) -> &'static [&'static str] {
    if format == Format::Pdf { &["-raw"] } else { &[] }
}

#[derive(Default)]
struct Sum {
    files: u32,
    failed: u32,
    ours: Duration,
    theirs: Duration,
    words_ours: usize,
    words_theirs: usize,
    common: usize,
    compared: usize,
    in_order: usize,
}

fn main() {
    let folders: Vec<PathBuf> =
        std::env::args_os().skip(1).map(PathBuf::from).filter(|path| path.is_dir()).collect();
    if folders.is_empty() {
        println!("nothing to measure: name one or more folders with files");
        return;
    }
    let mut sums: BTreeMap<&'static str, Sum> = BTreeMap::new();
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    for path in &files {
        measure(path, &mut sums);
    }
    println!(
        "| format | files | not read | documents/s | beside | its documents/s | ratio | recall | \
         the other way | same order |\n|---|---:|---:|---:|---|---:|---:|---:|---:|---:|"
    );
    for (format, sum) in sums {
        let rate = |time: Duration| f64::from(sum.files * ROUNDS) / time.as_secs_f64();
        let share = |part: usize, whole: usize| match whole {
            0 => "-".to_owned(),
            _ => format!("{:.4}", part as f64 / whole as f64),
        };
        let (tool, theirs, ratio) = match Format::parse(format).and_then(tool) {
            Some((program, ..)) if !sum.theirs.is_zero() => {
                let ratio = sum.theirs.as_secs_f64() / sum.ours.as_secs_f64();
                (program, format!("{:.0}", rate(sum.theirs)), format!("{ratio:.1}"))
            }
            _ => ("-", "-".to_owned(), "-".to_owned()),
        };
        println!(
            "| {format} | {} | {} | {:.0} | {tool} | {theirs} | {ratio} | {} | {} | {} |",
            sum.files,
            sum.failed,
            rate(sum.ours),
            share(sum.common, sum.words_theirs),
            share(if sum.words_theirs == 0 { 0 } else { sum.common }, sum.words_ours),
            share(sum.in_order, sum.compared),
        );
    }
}

fn measure(path: &Path, sums: &mut BTreeMap<&'static str, Sum>) {
    let bytes = std::fs::read(path).unwrap();
    let format = sniff(&bytes);
    let sum = sums.entry(format.name()).or_default();
    sum.files += 1;
    let begin = Instant::now();
    let mut text = None;
    for _ in 0..ROUNDS {
        // With the reading of the file, as the tools do it too.
        let bytes = std::fs::read(path).unwrap();
        text = extract(&bytes).ok().map(|extracted| extracted.content.plain_text());
    }
    sum.ours += begin.elapsed();
    sum.failed += u32::from(text.is_none());
    let Some((program, before, after)) = tool(format) else { return };
    let run = |more: &[&str]| {
        let mut command = Command::new(program);
        command.args(before).args(more).arg(path).args(after).stderr(Stdio::null());
        let output = command.output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let begin = Instant::now();
    let mut theirs = None;
    for _ in 0..ROUNDS {
        theirs = run(&[]);
        if theirs.is_none() {
            return;
        }
    }
    sum.theirs += begin.elapsed();
    let more = in_order(format);
    let ordered = if more.is_empty() { theirs.clone() } else { run(more) };
    let (ours, theirs) = (words(&text.unwrap_or_default()), words(&theirs.unwrap_or_default()));
    sum.words_ours += ours.len();
    sum.words_theirs += theirs.len();
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in &ours {
        *left.entry(word).or_default() += 1;
    }
    let mut common = 0;
    for word in &theirs {
        if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    sum.common += common;
    let ordered = words(&ordered.unwrap_or_default());
    let ours = ours.get(..IN_ORDER.min(ours.len())).unwrap_or_default();
    let ordered = ordered.get(..IN_ORDER.min(ordered.len())).unwrap_or_default();
    sum.compared += ours.len().min(ordered.len());
    sum.in_order += longest_common(ours, ordered);
}

/// Runs of letters and digits; a hyphen at the end of a line does not part a word.
fn words(text: &str) -> Vec<String> {
    text.replace("-\n", "")
        .to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The length of the longest row of words that both have in the same order.
fn longest_common(a: &[String], b: &[String]) -> usize {
    let mut above = vec![0; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        for (place, other) in b.iter().enumerate() {
            let old = above[place + 1];
            above[place + 1] = if word == other { diagonal + 1 } else { old.max(above[place]) };
            diagonal = old;
        }
    }
    above.last().copied().unwrap_or_default()
}
