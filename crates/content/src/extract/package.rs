//! Office files that are archives of XML parts: DOCX, XLSX, PPTX, ODT.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::extract::{ExtractError, MAX_PART_BYTES};
use crate::prose::safe_link;
use crate::xml::{self, Element};

/// The archive that a document is.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

/// What one part of the package says about others.
#[derive(Default)]
pub(super) struct Relationships {
    /// Parts by the last word of their type ("styles").
    parts: HashMap<String, String>,
    /// Parts by the identifier that another part refers to.
    pub(super) targets: HashMap<String, String>,
    /// Addresses of links by the identifier that the text refers to.
    pub(super) links: HashMap<String, String>,
}

impl Relationships {
    pub(super) fn of_type(&self, kind: &str) -> Option<&str> {
        self.parts.get(kind).map(String::as_str)
    }
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ExtractError> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        Ok(Self { archive })
    }

    /// A part of the package, if it is there.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Element>, ExtractError> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(&error.to_string())),
        };
        let bytes = read_bounded(file, MAX_PART_BYTES)
            .map_err(|error| damaged(&error.to_string()))?
            .ok_or_else(|| {
                ExtractError::TooLarge(format!(
                    "{name} unpacks to more than {MAX_PART_BYTES} bytes"
                ))
            })?;
        xml::parse(&bytes).map(Some)
    }

    /// The relationships of a part, or of the package itself for the empty name.
    pub(super) fn relationships(&mut self, part: &str) -> Result<Relationships, ExtractError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut relationships = Relationships::default();
        let root = self.part(&format!("{prefix}_rels/{file}.rels"))?.unwrap_or_default();
        for relationship in root.elements() {
            let target = relationship.attribute("Target");
            if relationship.attribute("TargetMode") == "External" {
                if let Some(href) = safe_link(target) {
                    relationships.links.insert(relationship.attribute("Id").to_owned(), href);
                }
            } else if let Some(kind) = relationship.attribute("Type").rsplit('/').next() {
                let name = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("{prefix}{target}"),
                };
                let name = without_parents(&name);
                let id = relationship.attribute("Id").to_owned();
                relationships.targets.insert(id, name.clone());
                relationships.parts.entry(kind.to_owned()).or_insert(name);
            }
        }
        Ok(relationships)
    }
}

/// Reads to the end; `None` if that is further than `limit` bytes. The size that an archive states is
/// not to be trusted, so what comes out is counted.
pub(super) fn read_bounded(source: impl Read, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![];
    source.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// A name in which ".." has been followed, as between the folders of a presentation.
fn without_parents(name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged(format!("office file: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_swells_when_unpacked_is_refused() {
        assert_eq!(read_bounded(std::io::repeat(0), 1000).unwrap(), None);
        assert_eq!(read_bounded(&b"abc"[..], 3).unwrap().unwrap(), b"abc");
        assert_eq!(Package::open(b"PK\x03\x04").err().unwrap().code(), "damaged");
    }
}
