//! Archives with documents in them: each under a title with its name.

use std::io::Cursor;

use zip::ZipArchive;

use crate::extract::package::read_bounded;
use crate::extract::{Content, ExtractError, MAX_PART_BYTES, Within, extract_within};
use crate::prose::{Block, Inline, Note, Prose};
use crate::sniff::sniff;

/// The most files of an archive that are looked at.
const MAX_FILES: usize = 200;
/// An archive in an archive is opened, one in that is not.
pub(super) const MAX_DEPTH: usize = 2;

/// What a document counts for that would unpack to too much.
const TOO_LARGE: u64 = MAX_PART_BYTES / 4;

/// Reads the documents in an archive.
pub(super) fn read(bytes: &[u8], within: &mut Within) -> Result<Prose, ExtractError> {
    if within.depth >= MAX_DEPTH {
        return Err(ExtractError::TooLarge(format!("archives nested deeper than {MAX_DEPTH}")));
    }
    let damaged = |error: &dyn std::fmt::Display| ExtractError::Damaged(format!("ZIP: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut prose = Prose::default();
    let count = archive.len();
    for index in 0..count.min(MAX_FILES) {
        let file = match archive.by_index(index) {
            Ok(file) if file.is_dir() => continue,
            Ok(file) => file,
            Err(zip::result::ZipError::UnsupportedArchive(_)) => {
                return Err(ExtractError::Encrypted);
            }
            Err(error) => return Err(damaged(&error)),
        };
        let name = file.name().map_or_else(|_| String::from("bestand"), |name| name.into_owned());
        let bytes =
            read_bounded(file, within.left).map_err(|error| damaged(&error))?.ok_or_else(|| {
                ExtractError::TooLarge(format!("it unpacks to more than {MAX_PART_BYTES} bytes"))
            })?;
        within.left -= bytes.len() as u64;
        add(&mut prose, &name, &bytes, within);
    }
    if count > MAX_FILES {
        prose
            .blocks
            .push(remark(format!("De overige {} bestanden zijn niet gelezen.", count - MAX_FILES)));
    }
    Ok(prose)
}

/// Adds a file that came with others to a text: its name as a title, then what it says, or why it says
/// nothing.
pub(super) fn add(prose: &mut Prose, name: &str, bytes: &[u8], within: &mut Within) {
    prose.blocks.push(Block::Heading { level: 1, content: vec![Inline::Text(name.to_owned())] });
    let mut inner = Within { depth: within.depth + 1, ..*within };
    let outcome = extract_within(bytes, &mut inner);
    within.left = inner.left;
    if let Err(ExtractError::TooLarge(_)) = outcome {
        within.left = within.left.saturating_sub(TOO_LARGE);
    }
    match outcome.map(|extracted| extracted.content) {
        Ok(Content::Prose(inner)) => append(prose, inner),
        Ok(Content::Transcript(transcript)) => {
            let lines = transcript.plain_text();
            let lines = lines.lines().map(|line| Inline::Text(line.to_owned()));
            prose.blocks.extend(lines.map(|line| Block::Paragraph(vec![line])));
        }
        Err(_) => prose.blocks.push(remark(format!("Niet gelezen ({}).", sniff(bytes).label()))),
    }
}

fn remark(text: String) -> Block {
    Block::Paragraph(vec![Inline::Emphasis(vec![Inline::Text(text)])])
}

/// Adds a text to another; its titles come one level lower, its notes after those that were there.
fn append(prose: &mut Prose, mut inner: Prose) {
    let before = prose.notes.len();
    move_notes(&mut inner.blocks, before);
    for Note { content, .. } in &mut inner.notes {
        move_notes(content, before);
    }
    for block in &mut inner.blocks {
        if let Block::Heading { level, .. } = block {
            *level = level.saturating_add(1).min(6);
        }
    }
    // The pages of one file are not those of the whole.
    inner.blocks.retain(|block| !matches!(block, Block::PageBreak(_)));
    prose.blocks.append(&mut inner.blocks);
    prose.notes.append(&mut inner.notes);
}

fn move_notes(blocks: &mut [Block], by: usize) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph(content) => move_in_line(content, by),
            Block::List { items, .. } => {
                items.iter_mut().for_each(|item| move_notes(&mut item.content, by));
            }
            Block::Table { rows } => {
                rows.iter_mut().flatten().for_each(|cell| move_notes(&mut cell.content, by));
            }
            Block::Quote(blocks) => move_notes(blocks, by),
            Block::PageBreak(_) => {}
        }
    }
}

fn move_in_line(line: &mut [Inline], by: usize) {
    for inline in line {
        match inline {
            Inline::NoteRef(note) => *note += by,
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Superscript(content)
            | Inline::Subscript(content)
            | Inline::Link { content, .. } => move_in_line(content, by),
            Inline::Text(_) | Inline::LineBreak => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::extract::extract;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
        for (name, content) in files {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn each_file_stands_under_its_name() {
        let answers: &[u8] = include_bytes!("../../tests/data/antwoorden.docx");
        let inner = archive(&[("dieper.txt", b"Onderin.")]);
        let bytes = archive(&[
            ("a.docx", answers),
            ("b.docx", answers),
            ("plaatje.bin", &[0, 1, 2]),
            ("meer.zip", &inner),
        ]);
        let Content::Prose(prose) = extract(&bytes).unwrap().content else { panic!() };
        let text = prose.plain_text();
        for part in ["a.docx\n", "b.docx\n", "Niet gelezen (onbekend bestand).", "Onderin."] {
            assert!(text.contains(part), "{part}");
        }
        assert_eq!(prose.notes.len(), 2, "the notes of both");
        let html = format!("{:?}", prose.blocks);
        assert!(html.contains("NoteRef(0)") && html.contains("NoteRef(1)"));
    }

    #[test]
    fn archives_within_archives_come_to_an_end() {
        let mut bytes = archive(&[("x.txt", b"x")]);
        for _ in 0..10 {
            bytes = archive(&[("x.zip", &bytes)]);
        }
        let Content::Prose(prose) = extract(&bytes).unwrap().content else { panic!() };
        assert!(prose.plain_text().contains("Niet gelezen (ZIP-bestand)."));
    }
}
