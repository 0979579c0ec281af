//! The extractor with real children: this program, started again with an argument that says how the
//! child is to behave. Hence no test harness.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use content::{ExtractError, Extractor, Format, run_worker};

fn main() {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("worker") => {
            let once = args.next().map(PathBuf::from).filter(|marker| !marker.exists());
            if let Some(marker) = &once {
                std::fs::write(marker, "").unwrap();
            }
            match args.next().as_deref() {
                Some("hang") if once.is_some() => std::thread::sleep(Duration::from_secs(600)),
                Some("crash") if once.is_some() => std::process::abort(),
                Some("noise") => println!("{{\"Err\":\"NoText\"}}"),
                _ => {}
            }
            run_worker().unwrap();
        }
        // `cargo test` passes filters and such; they all mean: run the tests.
        _ => run(),
    }
}

fn run() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        a_file_is_read().await;
        what_is_printed_does_no_harm().await;
        a_hang_is_ended_and_the_next_file_is_read().await;
        a_crash_is_reported_and_the_next_file_is_read().await;
        errors_come_across().await;
        damaged_pdfs_have_an_answer().await;
        a_program_that_is_not_there_is_an_error().await;
    });
    println!("test worker ... ok");
}

fn motion() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/motie.pdf")
}

/// An extractor whose first child misbehaves as told.
fn extractor(behaviour: &str, timeout: Duration) -> (tempfile::TempDir, Extractor) {
    let dir = tempfile::tempdir().unwrap();
    let marker = dir.path().join("once").display().to_string();
    let args = vec!["worker".into(), marker, behaviour.into()];
    (dir, Extractor::new(std::env::current_exe().unwrap(), args, timeout))
}

const PATIENT: Duration = Duration::from_secs(60);

async fn a_file_is_read() {
    let (_dir, mut extractor) = extractor("", PATIENT);
    for _ in 0..3 {
        let extracted = extractor.extract(&motion()).await.unwrap();
        assert_eq!(extracted.format, Format::Pdf);
        assert!(extracted.content.plain_text().contains("gehoord de beraadslaging"));
    }
}

async fn what_is_printed_does_no_harm() {
    let (_dir, mut extractor) = extractor("noise", PATIENT);
    assert!(extractor.extract(&motion()).await.is_ok());
}

async fn a_hang_is_ended_and_the_next_file_is_read() {
    let (_dir, mut extractor) = extractor("hang", Duration::from_secs(5));
    let begin = Instant::now();
    assert_eq!(extractor.extract(&motion()).await, Err(ExtractError::Timeout));
    assert!(begin.elapsed() < PATIENT);
    assert!(extractor.extract(&motion()).await.is_ok());
}

async fn a_crash_is_reported_and_the_next_file_is_read() {
    let (_dir, mut extractor) = extractor("crash", PATIENT);
    assert_eq!(extractor.extract(&motion()).await, Err(ExtractError::Crashed));
    assert!(extractor.extract(&motion()).await.is_ok());
}

async fn errors_come_across() {
    let (dir, mut extractor) = extractor("", PATIENT);
    let missing = extractor.extract(&dir.path().join("weg.pdf")).await.unwrap_err();
    assert_eq!(missing.code(), "unreadable");
    let scan = dir.path().join("leeg.png");
    std::fs::write(&scan, b"\x89PNG\r\n\x1a\n").unwrap();
    assert_eq!(extractor.extract(&scan).await, Err(ExtractError::Unsupported(Format::Png)));
}

async fn a_program_that_is_not_there_is_an_error() {
    let mut extractor = Extractor::new("/nowhere/griffier", vec![], PATIENT);
    assert_eq!(extractor.extract(&motion()).await.unwrap_err().code(), "unreadable");
}

/// The same damage each time: from each round follow the bytes that are overwritten, and the cut.
async fn damaged_pdfs_have_an_answer() {
    let (dir, mut extractor) = extractor("", PATIENT);
    let whole = std::fs::read(motion()).unwrap();
    let path = dir.path().join("kapot.pdf");
    for round in 1..=60_usize {
        let mut bytes = whole.clone();
        for step in 1..=round {
            let at = step * 7919 * round % bytes.len();
            bytes[at] = bytes[at].wrapping_add(97);
        }
        if round % 5 == 0 {
            bytes.truncate(bytes.len() * round / 61);
        }
        std::fs::write(&path, bytes).unwrap();
        if let Err(error) = extractor.extract(&path).await {
            assert!(
                matches!(error.code(), "damaged" | "no-text" | "crashed" | "encrypted"),
                "{round}: {error}"
            );
        }
    }
    assert!(extractor.extract(&motion()).await.is_ok());
}
