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
        endless_pdfs_have_an_answer().await;
        very_large_files_are_bounded().await;
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

/// The same damage each time: from each round follow the bytes that are overwritten, and the cut. With
/// `GRIFFIER_LONG` there are many more rounds.
async fn damaged_pdfs_have_an_answer() {
    let (dir, mut extractor) = extractor("", PATIENT);
    let whole = std::fs::read(motion()).unwrap();
    let path = dir.path().join("kapot.pdf");
    let rounds = if std::env::var_os("GRIFFIER_LONG").is_some() { 5_000 } else { 120 };
    for round in 1..=rounds {
        let mut bytes = whole.clone();
        for step in 1..=round % 60 + 1 {
            let at = step * 7919 * round % bytes.len();
            bytes[at] = bytes[at].wrapping_add(u8::try_from(round % 250 + 1).unwrap());
        }
        if round % 5 == 0 {
            bytes.truncate(bytes.len() * (round % 61) / 61);
        }
        if round % 7 == 0 {
            let part = bytes.get(round % 1000..2 * (round % 1000)).unwrap_or_default().to_vec();
            let at = round * 31 % (bytes.len() + 1);
            bytes.splice(at..at, part);
        }
        std::fs::write(&path, bytes).unwrap();
        if let Err(error) = extractor.extract(&path).await {
            let known = ["damaged", "no-text", "crashed", "encrypted", "too-large", "unsupported"];
            assert!(known.contains(&error.code()), "{round}: {error}");
        }
    }
    assert!(extractor.extract(&motion()).await.is_ok());
}

/// A PDF of these objects, with their numbers from 1; the first is the catalog.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = vec![];
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF").bytes());
    file
}

fn stream(dictionary: &str, content: &str) -> String {
    format!("<<{dictionary}/Length {}>>stream\n{content}\nendstream", content.len())
}

/// Trees that go round, pages without end, deep nesting, forms that draw themselves: an answer for each,
/// well within the patience of the pipeline, and the next file is read.
async fn endless_pdfs_have_an_answer() {
    let (dir, mut extractor) = extractor("", PATIENT);
    let catalog = "<</Type/Catalog/Pages 2 0 R>>".to_owned();
    let page = |contents: &str| {
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {contents}\
             /Resources<</Font<</F 5 0 R>>/XObject<</A 6 0 R>>>>>>"
        )
    };
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned();
    let tree = |kids: &str| format!("<</Type/Pages/Count 1/Kids[{kids}]>>");
    let text = stream("", "BT /F 10 Tf 70 700 Td (diep) Tj ET");
    let form = |content: &str| {
        stream("/Type/XObject/Subtype/Form/Resources<</XObject<</A 6 0 R>>>>", content)
    };
    let plain = form("");
    let with = |kids: &str, page: String, text: &str, form: String| {
        pdf(&[catalog.clone(), tree(kids), page, text.to_owned(), font.clone(), form])
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let shown = "BT /F 10 Tf (x) Tj ET ".repeat(20_000);
    let files = [
        ("a tree that goes round", with("2 0 R 2 0 R 3 0 R", page("4 0 R"), &text, plain.clone())),
        ("one page a hundred thousand times", with(&"3 0 R ".repeat(100_000), page("4 0 R"), &text, plain.clone())),
        (
            "the same content a hundred thousand times",
            with("3 0 R", page(&format!("[{}]", "4 0 R ".repeat(100_000))), &stream("", &shown), plain.clone()),
        ),
        ("forms that draw themselves", with("3 0 R", page("4 0 R"), &stream("", "/A Do"), form(&"/A Do ".repeat(5_000)))),
        ("a page that is its own parent", with("3 0 R", page("4 0 R").replace("/Parent 2 0 R", "/Parent 3 0 R").replace("/MediaBox[0 0 595 842]", ""), &text, plain.clone())),
        ("contents that refer to themselves", with("3 0 R", page("3 0 R"), "4 0 R", plain.clone())),
        ("deep arrays", with("3 0 R", page(&deep), &text, plain.clone())),
        ("deep arrays in the content", with("3 0 R", page("4 0 R"), &stream("", &format!("{deep} TJ")), plain.clone())),
        ("states that are never left", with("3 0 R", page("4 0 R"), &stream("", &"q ".repeat(1_000_000)), plain.clone())),
        ("a size without bounds", pdf(&[catalog.clone(), "<</Type/Pages/Count 999999999999/Kids[3 0 R]>>".into(), page("4 0 R"), text.clone(), font.clone(), plain.clone()])),
        (
            "a map of all characters",
            pdf(&[
                catalog.clone(), tree("3 0 R"), page("4 0 R"), text.clone(),
                "<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</W[0 4294967295 500]>>]/ToUnicode 7 0 R>>".into(),
                plain.clone(),
                stream("", "1 beginbfrange <00000000> <ffffffff> <0041> endbfrange"),
            ]),
        ),
    ];
    let known = ["damaged", "no-text", "crashed", "too-large"];
    for (what, file) in files {
        let path = dir.path().join("eindeloos.pdf");
        std::fs::write(&path, file).unwrap();
        let begin = Instant::now();
        if let Err(error) = extractor.extract(&path).await {
            assert!(known.contains(&error.code()), "{what}: {error}");
        }
        assert!(begin.elapsed() < PATIENT, "{what} took {:?}", begin.elapsed());
    }
    assert!(extractor.extract(&motion()).await.is_ok());
}

/// Files as large as the largest of the source, and larger, that say they are this or that: sparse, so that
/// they take no room.
async fn very_large_files_are_bounded() {
    let (dir, mut extractor) = extractor("", PATIENT);
    let path = dir.path().join("groot");
    let beginnings: [&[u8]; 6] = [
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"{\\rtf1 ",
        b"<html><p>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ];
    for beginning in beginnings {
        for size in [250 << 20, 300 << 20] {
            std::fs::write(&path, beginning).unwrap();
            let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_len(size).unwrap();
            let answer = extractor.extract(&path).await;
            let code = answer.unwrap_err().code();
            let known = ["unsupported", "damaged", "no-text", "too-large", "crashed"];
            assert!(known.contains(&code), "{beginning:?} of {size}: {code}");
            assert!(size == 250 << 20 || code == "too-large", "{beginning:?} of {size}: {code}");
        }
    }
    assert!(extractor.extract(&motion()).await.is_ok());
}
