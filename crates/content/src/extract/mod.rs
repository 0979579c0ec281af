//! The text in a file: one module per format.
//!
//! Everything here works in memory and is written for hostile input, but the libraries below it
//! may still hang, crash or swell: outside tests, call it through [`crate::worker`].

mod archive;
mod doc;
mod docx;
mod email;
mod html;
mod odt;
mod official;
mod package;
mod pdf;
mod pptx;
mod rtf;
pub(crate) mod text;
mod xlsx;

use serde::{Deserialize, Serialize};

use crate::prose::{Block, Inline, Prose, tidy, word_count};
use crate::sniff::{Format, sniff};
use crate::transcript::Transcript;

/// Goes up when the same file would give a better result. It is stored with results, so that what
/// an older extractor did can be redone.
pub const EXTRACTOR_VERSION: u32 = 3;

/// The largest file that is looked at, in bytes.
pub const MAX_FILE_BYTES: usize = 256 << 20;
/// The most text that is kept of a file, in bytes; the largest real ones have a few million.
pub const MAX_TEXT_BYTES: usize = 32 << 20;
/// The largest part of an archive that is unpacked, in bytes.
const MAX_PART_BYTES: u64 = 128 << 20;
/// The most columns or rows that a cell can take.
const MAX_SPAN: u16 = 1000;

/// What a file is and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// What the file is.
    pub format: Format,
    /// What it says.
    pub content: Content,
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A document.
    Prose(Prose),
    /// The transcript of a meeting.
    Transcript(Box<Transcript>),
}

impl Content {
    /// All text, for search and for counting.
    pub fn plain_text(&self) -> String {
        match self {
            Self::Prose(prose) => prose.plain_text(),
            Self::Transcript(transcript) => transcript.plain_text(),
        }
    }

    /// The number of words in it.
    pub fn word_count(&self) -> usize {
        word_count(&self.plain_text())
    }
}

/// Why a file gave no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtractError {
    /// It can be read, and there are no words in it: mostly a scan.
    #[error("no text in it (a scan?)")]
    NoText,
    /// Files like this are not read (yet).
    #[error("{} files are not supported", .0.extension())]
    Unsupported(Format),
    /// It is not what it says it is.
    #[error("damaged: {0}")]
    Damaged(String),
    /// It needs a password.
    #[error("encrypted")]
    Encrypted,
    /// It goes over one of the limits.
    #[error("too large: {0}")]
    TooLarge(String),
    /// Reading it took too long.
    #[error("reading it took too long")]
    Timeout,
    /// Reading it brought the extractor down.
    #[error("reading it crashed the extractor")]
    Crashed,
    /// The file itself could not be opened: this says nothing about what is in it.
    #[error("unreadable: {0}")]
    Unreadable(String),
}

impl ExtractError {
    /// A short code that stays the same, to store.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoText => "no-text",
            Self::Unsupported(_) => "unsupported",
            Self::Damaged(_) => "damaged",
            Self::Encrypted => "encrypted",
            Self::TooLarge(_) => "too-large",
            Self::Timeout => "timeout",
            Self::Crashed => "crashed",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Reads a note that upstream writes as a piece of HTML, or as plain text with line breaks.
pub fn note(text: &str) -> Prose {
    let looks_like_html = text.contains('<') && text.contains('>');
    let mut prose = match looks_like_html.then(|| html::read(text.as_bytes())) {
        Some(Ok(prose)) => prose,
        _ => text::read(text.as_bytes()),
    };
    prose.bound_depth();
    prose
}

/// Where among others a file is, and how much all of them together may still unpack to.
#[derive(Clone, Copy, Debug)]
struct Within {
    /// How many files it is in.
    depth: usize,
    /// In bytes.
    left: u64,
}

/// Finds out what a file is and reads the text in it.
pub fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    extract_within(bytes, &mut Within { depth: 0, left: MAX_PART_BYTES })
}

/// The same for a file that may be in others.
fn extract_within(bytes: &[u8], within: &mut Within) -> Result<Extracted, ExtractError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ExtractError::TooLarge(format!("a file of {} bytes", bytes.len())));
    }
    let format = sniff(bytes);
    let content = match format {
        Format::Vlos => Content::Transcript(Box::new(Transcript::parse(bytes)?)),
        Format::Pdf => Content::Prose(pdf::read(bytes)?),
        Format::Docx => Content::Prose(docx::read(bytes)?),
        Format::OfficialXml => Content::Prose(official::read(bytes)?),
        Format::Doc => Content::Prose(doc::read(bytes)?),
        Format::Rtf => Content::Prose(rtf::read(bytes)?),
        Format::Odt => Content::Prose(odt::read(bytes)?),
        Format::Xlsx => Content::Prose(xlsx::read(bytes)?),
        Format::Pptx => Content::Prose(pptx::read(bytes)?),
        Format::Html => Content::Prose(html::read(bytes)?),
        Format::Text => Content::Prose(text::read(bytes)),
        Format::Zip => Content::Prose(archive::read(bytes, within)?),
        Format::Email => Content::Prose(email::read(bytes, within)?),
        Format::EncryptedOffice => return Err(ExtractError::Encrypted),
        _ => return Err(ExtractError::Unsupported(format)),
    };
    let mut content = content;
    if let Content::Prose(prose) = &mut content {
        prose.bound_depth();
    }
    let text = content.plain_text();
    if text.len() > MAX_TEXT_BYTES {
        return Err(ExtractError::TooLarge(format!("{} bytes of text", text.len())));
    }
    if !text.contains(char::is_alphanumeric) {
        return Err(ExtractError::NoText);
    }
    Ok(Extracted { format, content })
}

/// Blocks in the making: text gathers on a line, which the next block or the end makes a paragraph.
#[derive(Default)]
pub(crate) struct Flow {
    blocks: Vec<Block>,
    line: Vec<Inline>,
}

impl Flow {
    fn inline(&mut self, inline: Inline) {
        self.line.push(inline);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.line.push(Inline::Text(text.to_owned()));
    }

    fn block(&mut self, block: Block) {
        self.end_line();
        self.blocks.push(block);
    }

    /// Adds a heading, unless there is nothing on it.
    fn heading(&mut self, level: u8, content: Vec<Inline>) {
        let content = tidy(content);
        if !content.is_empty() {
            self.block(Block::Heading { level: level.clamp(1, 6), content });
        }
    }

    pub(crate) fn end_line(&mut self) {
        let content = tidy(std::mem::take(&mut self.line));
        if !content.is_empty() {
            self.blocks.push(Block::Paragraph(content));
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Block> {
        self.end_line();
        self.blocks
    }
}

/// The number of columns or rows that a cell takes, if more than one.
fn span(count: &str) -> Option<u16> {
    count.trim().parse().ok().filter(|count| (2..=MAX_SPAN).contains(count))
}
