//! Scans: pages that are pictures, read by Tesseract where that is installed, with its Dutch data
//! (Debian: `tesseract-ocr`, `tesseract-ocr-nld`, and `poppler-utils` for the pages of a PDF).
//!
//! The programs are started with bounds on memory and processor time, and have a time limit.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::extract::{ExtractError, Flow};
use crate::prose::{Block, Prose};
use crate::sniff::{Format, sniff};

/// The most pages of a scan that are read.
const MAX_PAGES: u32 = 60;
/// How long one program may take.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// The longest side of a page's picture, in pixels: 200 dots per inch of an A4.
const PICTURE: &str = "2400";
/// The bounds of each program: 1.5 GiB of address space, two minutes of processor time.
const BOUNDS: &str = "ulimit -v 1572864; ulimit -t 120; exec \"$@\"";

/// The programs that are used where they are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extras {
    /// Tesseract, with Dutch.
    pub tesseract: bool,
    /// Poppler's pdftoppm, which makes pictures of the pages of a PDF.
    pub pdftoppm: bool,
}

/// Looks which programs are installed.
pub async fn extras() -> Extras {
    let languages = run(&["tesseract", "--list-langs"]).await.unwrap_or_default();
    let dutch = String::from_utf8_lossy(&languages).lines().any(|line| line.trim() == "nld");
    Extras { tesseract: dutch, pdftoppm: run(&["pdftoppm", "-v"]).await.is_some() }
}

impl Extras {
    /// Whether a file of this kind can be read as a scan.
    pub fn can_read(self, format: Format) -> bool {
        match format {
            Format::Pdf => self.tesseract && self.pdftoppm,
            Format::Jpeg | Format::Png | Format::Tiff => self.tesseract,
            _ => false,
        }
    }
}

/// Reads the text in a scan.
///
/// # Errors
/// [`ExtractError::NoText`] where none is recognised, and what the file system reports.
pub async fn read(path: &Path) -> Result<(Format, Prose), ExtractError> {
    let unreadable = |error: std::io::Error| ExtractError::Unreadable(error.to_string());
    let head = read_head(path).await.map_err(unreadable)?;
    let format = sniff(&head);
    let folder = tempfile::tempdir().map_err(unreadable)?;
    let mut prose = Prose { recognised: true, ..Prose::default() };
    for page in 1..=MAX_PAGES {
        let picture = if format == Format::Pdf {
            let Some(picture) = picture_of(path, page, folder.path()).await else { break };
            prose.blocks.push(Block::PageBreak(page));
            picture
        } else {
            path.to_owned()
        };
        let picture = picture.to_string_lossy();
        let text = run(&["tesseract", &picture, "stdout", "-l", "nld"]).await;
        match text {
            Some(text) => prose.blocks.extend(paragraphs(&String::from_utf8_lossy(&text))),
            None => prose.unreadable_pages.push(page),
        }
        if format != Format::Pdf {
            break;
        }
    }
    if prose.plain_text().contains(char::is_alphanumeric) {
        Ok((format, prose))
    } else {
        Err(ExtractError::NoText)
    }
}

/// As much of a file as tells what it is.
async fn read_head(path: &Path) -> std::io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt;
    let mut head = vec![];
    tokio::fs::File::open(path).await?.take(8192).read_to_end(&mut head).await?;
    Ok(head)
}

/// Makes a picture of a page; `None` past the last.
async fn picture_of(pdf: &Path, page: u32, folder: &Path) -> Option<std::path::PathBuf> {
    let root = folder.join(format!("page-{page}"));
    let (number, pdf, root_name) = (page.to_string(), pdf.to_str()?, root.to_str()?);
    run(&[
        "pdftoppm",
        "-singlefile",
        "-gray",
        "-png",
        "-scale-to",
        PICTURE,
        "-f",
        &number,
        "-l",
        &number,
        pdf,
        root_name,
    ])
    .await?;
    let picture = root.with_extension("png");
    picture.exists().then_some(picture)
}

/// What a program writes, if it succeeds within its bounds.
async fn run(program: &[&str]) -> Option<Vec<u8>> {
    let child = Command::new("sh")
        .args(["-c", BOUNDS, "sh"])
        .args(program)
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let output = timeout(TIME_LIMIT, child.wait_with_output()).await.ok()?.ok()?;
    output.status.success().then_some(output.stdout)
}

/// Paragraphs of recognised text: the ends of its lines are those of the page, and a hyphen there
/// parts a word.
fn paragraphs(text: &str) -> Vec<Block> {
    let mut flow = Flow::default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            flow.end_line();
            continue;
        }
        match line.strip_suffix('-').filter(|start| start.ends_with(char::is_lowercase)) {
            Some(start) => flow.text(start),
            None => {
                flow.text(line);
                flow.text(" ");
            }
        }
    }
    flow.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::Inline;

    #[test]
    fn lines_of_a_page_become_paragraphs() {
        let text = |text: &str| Block::Paragraph(vec![Inline::Text(text.into())]);
        assert_eq!(
            paragraphs("De Ka-\nmer, gehoord\nde beraadslaging,\n\nen EU-\nbeleid\n"),
            [text("De Kamer, gehoord de beraadslaging,"), text("en EU- beleid")]
        );
    }

    #[tokio::test]
    async fn a_scan_is_read_where_tesseract_is_installed() {
        let pdf = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/motie.pdf"));
        let extras = extras().await;
        if !extras.can_read(Format::Pdf) {
            assert!(!extras.tesseract || !extras.pdftoppm);
            return;
        }
        let (format, prose) = read(pdf).await.unwrap();
        assert_eq!(format, Format::Pdf);
        assert!(prose.recognised);
        assert_eq!(prose.blocks.first(), Some(&Block::PageBreak(1)));
        let text = prose.plain_text();
        assert!(text.contains("gehoord de beraadslaging"), "{text}");
    }
}
