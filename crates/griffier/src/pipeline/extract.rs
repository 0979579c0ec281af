//! Extracting text: each file that is here and not yet read by this version of the extractor, in a
//! child process that a file may crash.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use content::files::ContentHash;
use content::ocr::{self, Extras};
use content::references::cited;
use content::speaking::{Role, SpeakingTime, Turn};
use content::transcript::Spreker;
use content::{
    Content, EXTRACTOR_VERSION, ExtractError, Extracted, Extractor, Format, numbered_questions,
};
use store::files::ExtractedRow;
use store::findings::{Findings, ReferenceRow, SpeechRow, SpokenRow};
use store::read::verslag::SpokenName;
use tokio::task::JoinSet;

use super::{Counters, Pipeline};

/// How long one file may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Files read between two looks at what is to be done.
const BATCH: usize = 64;

pub(super) async fn run(pipeline: Pipeline) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let mut idle: Vec<Extractor> = (0..workers)
        .map(|_| {
            Extractor::new(pipeline.program.clone(), vec!["extract-worker".into()], TIME_LIMIT)
        })
        .collect();
    let extras = ocr::extras().await;
    pipeline.blocking(|store| store.extract_again_before(EXTRACTOR_VERSION)).await?;
    loop {
        let hashes = pipeline.blocking(|store| store.files_to_extract(BATCH)).await?;
        if hashes.is_empty() {
            if pipeline.wait_for(&pipeline.signals.extract).await.is_none() {
                return Ok(());
            }
            continue;
        }
        let mut under_way = JoinSet::new();
        for sha256 in hashes {
            if idle.is_empty() {
                idle.push(under_way.join_next().await.context("no extractor")???);
            }
            if pipeline.stop.is_cancelled() {
                break;
            }
            let Some(extractor) = idle.pop() else { break };
            under_way.spawn(extract(pipeline.clone(), extractor, extras, sha256));
        }
        while let Some(extractor) = under_way.join_next().await {
            idle.push(extractor??);
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// Reads one file, and gives the extractor back.
async fn extract(
    pipeline: Pipeline,
    mut extractor: Extractor,
    extras: Extras,
    sha256: String,
) -> Result<Extractor> {
    let hash: ContentHash = sha256.parse()?;
    let path = pipeline.files.path(hash);
    let Some(mut result) = pipeline.unless_stopped(extractor.extract(&path)).await else {
        return Ok(extractor);
    };
    // A page that is a picture: the letters in it can be recognised, if the program is there for it.
    let picture = match &result {
        Err(ExtractError::NoText) => Some(Format::Pdf),
        Err(ExtractError::Unsupported(format)) => Some(*format),
        _ => None,
    };
    if picture.is_some_and(|format| extras.can_read(format)) {
        let Some(read) = pipeline.unless_stopped(ocr::read(&path)).await else {
            return Ok(extractor);
        };
        if let Ok((format, prose)) = read {
            result = Ok(Extracted { format, content: Content::Prose(prose) });
        }
    }
    let format = match &result {
        Ok(extracted) => Some(extracted.format),
        Err(ExtractError::Unsupported(format)) => Some(*format),
        Err(_) => None,
    };
    let format = format.map(|format| format.name().to_owned());
    let row = match result {
        Ok(extracted) => ExtractedRow {
            extractor: EXTRACTOR_VERSION,
            format,
            problem: None,
            words: u64::try_from(extracted.content.word_count()).unwrap_or(u64::MAX),
            questions: numbered_questions(&extracted.content.plain_text()),
            body: Some(extracted.content.pack()?),
            findings: findings(&extracted.content),
        },
        Err(ExtractError::Unreadable(reason)) if path.exists() => {
            bail!("{} cannot be read: {reason}", path.display());
        }
        Err(ExtractError::Unreadable(_)) => {
            tracing::warn!(sha256, "a file has gone from the data folder; fetching it again");
            pipeline.blocking(move |store| store.file_lost(&sha256)).await?;
            pipeline.signals.fetch.notify_one();
            return Ok(extractor);
        }
        Err(error) => {
            tracing::debug!(sha256, "no text: {error}");
            ExtractedRow {
                extractor: EXTRACTOR_VERSION,
                format,
                problem: Some(format!("{}: {error}", error.code())),
                words: 0,
                questions: None,
                body: None,
                findings: Findings::default(),
            }
        }
    };
    pipeline.blocking(move |store| store.file_extracted(&sha256, &row)).await?;
    Counters::add(&pipeline.counters.extracted, 1);
    pipeline.signals.index.notify_one();
    pipeline.signals.events.notify_one();
    Ok(extractor)
}

/// What follows from a text, to be asked for from elsewhere.
fn findings(content: &Content) -> Findings {
    let (times, turns) = match content {
        Content::Transcript(transcript) => (transcript.speaking_times(), transcript.turns()),
        Content::Prose(_) => Default::default(),
    };
    let references = cited(content).into_iter().map(|cited| ReferenceRow {
        target: cited.target.key(),
        passage: cited.passage,
        times: cited.times,
    });
    Findings {
        spoken: times.iter().map(spoken_row).collect(),
        speeches: turns.into_iter().map(speech_row).collect(),
        references: references.collect(),
    }
}

fn spoken_name(spreker: &Spreker) -> SpokenName {
    SpokenName {
        voornaam: spreker.voornaam.clone(),
        achternaam: spreker.achternaam.clone(),
        fractie: spreker.fractie.clone(),
        is_government: spreker.is_government(),
    }
}

fn speech_row(turn: Turn) -> SpeechRow {
    let Turn { spreker, id, topic, begin, seconds } = turn;
    SpeechRow { name: spoken_name(&spreker), speech: id, topic, begin, seconds }
}

fn spoken_row(time: &SpeakingTime) -> SpokenRow {
    SpokenRow {
        name: spoken_name(&time.spreker),
        role: match time.role {
            Role::Speaker => "speaker",
            Role::Interrupter => "interrupter",
            Role::Chair => "chair",
        },
        seconds: time.seconds,
        turns: time.turns,
    }
}
