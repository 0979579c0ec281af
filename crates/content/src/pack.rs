//! [`Content`] in the form in which it is stored: compressed JSON.

use thiserror::Error;

use crate::extract::{Content, MAX_TEXT_BYTES};

/// Quick to write and small enough: text shrinks to about a third.
const LEVEL: i32 = 3;

/// The largest packed content that is opened: the text, and generously what JSON adds.
const MAX_UNPACKED: usize = 4 * MAX_TEXT_BYTES;

/// Stored content that cannot be read back.
#[derive(Debug, Error)]
pub enum PackError {
    /// It cannot be (de)compressed.
    #[error("the stored text cannot be unpacked: {0}")]
    Compression(#[from] std::io::Error),
    /// It is not of this version's form.
    #[error("the stored text is of another form: {0}")]
    Form(#[from] serde_json::Error),
}

impl Content {
    /// The content as it is stored.
    ///
    /// # Errors
    /// [`PackError`], which does not happen to content that was extracted.
    pub fn pack(&self) -> Result<Vec<u8>, PackError> {
        Ok(zstd::bulk::compress(&serde_json::to_vec(self)?, LEVEL)?)
    }

    /// Reads back what [`Content::pack`] made.
    ///
    /// # Errors
    /// [`PackError`] where the bytes are damaged or of another form.
    pub fn unpack(packed: &[u8]) -> Result<Self, PackError> {
        Ok(serde_json::from_slice(&zstd::bulk::decompress(packed, MAX_UNPACKED)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::{Block, Inline, Prose};

    #[test]
    fn content_survives_storing_and_damage_is_an_error() {
        let paragraph = Block::Paragraph(vec![Inline::Text("De Kamer,".into())]);
        let content = Content::Prose(Prose { blocks: vec![paragraph], ..Prose::default() });
        let packed = content.pack().unwrap();
        assert_eq!(Content::unpack(&packed).unwrap(), content);
        assert!(Content::unpack(packed.get(..packed.len() / 2).unwrap()).is_err());
    }
}
