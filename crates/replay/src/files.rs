//! The file of an entity: the recorded one, or else one made from what was recorded of the document.

use anyhow::Result;
use model::{Entity, FileInfo, Uuid};

use crate::pdf;
use crate::recording::{ReadState, Recording};

/// The bytes of a file, with its media type.
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: String,
}

impl File {
    /// What the feed says of it.
    pub(crate) fn info(&self) -> FileInfo {
        FileInfo {
            content_type: self.content_type.clone(),
            content_length: i64::try_from(self.bytes.len()).ok(),
        }
    }
}

/// The file that comes with a state of an entity, if one does.
///
/// A document whose file was not recorded gets a PDF: of its recorded text, or else a sheet that
/// states what is known of it and says that it stands in for the real file.
pub(crate) fn of(recording: &Recording, id: Uuid, state: &ReadState) -> Result<Option<File>> {
    let Some(content_type) = state.content_type.clone() else { return Ok(None) };
    if state.deleted {
        return Ok(None);
    }
    if let Some(bytes) = recording.resource(id)? {
        return Ok(Some(File { bytes, content_type }));
    }
    let Entity::Document(document) = &state.entity else { return Ok(None) };
    let paragraphs = match recording.texts.get(&id) {
        Some(text) => text.clone(),
        None => stand_in(document),
    };
    let bytes = pdf::make(&paragraphs);
    Ok(Some(File { bytes, content_type: "application/pdf".into() }))
}

fn stand_in(document: &model::entities::Document) -> Vec<String> {
    let mut paragraphs = Vec::new();
    paragraphs.extend(document.onderwerp.clone());
    paragraphs.extend(document.titel.clone().filter(|title| Some(title) != paragraphs.first()));
    if let (Some(soort), Some(nummer)) = (&document.soort, &document.document_nummer) {
        paragraphs.push(format!("{soort}, {nummer}"));
    }
    paragraphs.push(
        "Vervangend blad. De opname waaruit dit document komt, bevat wel de gegevens van het \
         document, maar niet het bestand. Het bestand zelf staat op tweedekamer.nl."
            .into(),
    );
    paragraphs
}
