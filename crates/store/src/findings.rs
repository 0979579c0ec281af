//! What was found in a file's text, kept by the file's hash beside the text itself: it is replaced when
//! the file is read again, and goes with the text when no entity has the file any more.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::Result;
use crate::read::verslag::SpokenName;

/// What follows from a file's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Who spoke for how long.
    pub spoken: Vec<SpokenRow>,
    /// Who had the floor, in the order of the transcript.
    pub speeches: Vec<SpeechRow>,
    /// What the text refers to.
    pub references: Vec<ReferenceRow>,
}

/// How long somebody spoke in one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenRow {
    /// Who, as the transcript names them.
    pub name: SpokenName,
    /// `speaker`, `interrupter` or `chair`.
    pub role: &'static str,
    /// How long, in seconds.
    pub seconds: u64,
    /// How many times.
    pub turns: u64,
}

/// Somebody who had the floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechRow {
    /// Who, as the transcript names them.
    pub name: SpokenName,
    /// The source's identifier of the speech.
    pub speech: String,
    /// The item of the agenda.
    pub topic: String,
    /// When it began.
    pub begin: Option<Timestamp>,
    /// How long, in seconds.
    pub seconds: u64,
}

/// Something that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceRow {
    /// What, by the key that the crate `content` gives it.
    pub target: String,
    /// The first passage that does.
    pub passage: String,
    /// How often it does.
    pub times: u64,
}

impl Findings {
    /// Puts this in the place of what followed from the file before.
    pub(crate) fn write(&self, connection: &Connection, sha256: &str) -> Result<()> {
        connection.prepare_cached("DELETE FROM spoken WHERE sha256 = ?1")?.execute([sha256])?;
        connection.prepare_cached("DELETE FROM speech WHERE sha256 = ?1")?.execute([sha256])?;
        connection.prepare_cached("DELETE FROM reference WHERE sha256 = ?1")?.execute([sha256])?;
        for row in &self.spoken {
            connection
                .prepare_cached(
                    "INSERT INTO spoken (sha256, voornaam, achternaam, fractie, is_government, \
                         role, seconds, turns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                     ON CONFLICT (sha256, achternaam, voornaam, fractie, is_government, role) \
                     DO UPDATE SET seconds = spoken.seconds + excluded.seconds, \
                         turns = spoken.turns + excluded.turns",
                )?
                .execute(params![
                    sha256,
                    row.name.voornaam,
                    row.name.achternaam,
                    row.name.fractie.as_deref().unwrap_or_default(),
                    row.name.is_government,
                    row.role,
                    i64::try_from(row.seconds).unwrap_or(i64::MAX),
                    i64::try_from(row.turns).unwrap_or(i64::MAX),
                ])?;
        }
        for (place, row) in self.speeches.iter().enumerate() {
            connection
                .prepare_cached(
                    "INSERT INTO speech (sha256, place, voornaam, achternaam, fractie, \
                         is_government, speech, topic, begun, seconds) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?
                .execute(params![
                    sha256,
                    i64::try_from(place).unwrap_or(i64::MAX),
                    row.name.voornaam,
                    row.name.achternaam,
                    row.name.fractie.as_deref().unwrap_or_default(),
                    row.name.is_government,
                    row.speech,
                    row.topic,
                    row.begin.map(Timestamp::as_millisecond),
                    i64::try_from(row.seconds).unwrap_or(i64::MAX),
                ])?;
        }
        for row in &self.references {
            connection
                .prepare_cached(
                    "INSERT INTO reference (sha256, target, passage, times) \
                     VALUES (?1, ?2, ?3, ?4) ON CONFLICT (sha256, target) DO NOTHING",
                )?
                .execute(params![
                    sha256,
                    row.target,
                    row.passage,
                    i64::try_from(row.times).unwrap_or(i64::MAX),
                ])?;
        }
        Ok(())
    }
}
