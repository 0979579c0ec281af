//! The words of generated data: names, subjects and sentences of the recorded sample, to be mixed anew.

use std::collections::HashMap;

use anyhow::{Context, Result};
use model::Record;
use model::entities::{Commissie, Fractie, Persoon, Zaal};

use crate::draw::Draw;
use crate::recording::{Recording, Source};

/// Between the beginning of a subject and its end. A beginning goes with the end of any other subject
/// that has the same word there.
const HINGES: [&str; 9] =
    [" over ", " inzake ", " betreffende ", " naar ", " voor ", " met ", " bij ", " van ", " in "];

/// Transcripts longer than this are not used: no file is made that takes long.
const LONGEST_TRANSCRIPT: usize = 350_000;

/// Subjects of a kind with fewer examples are mixed from those of all kinds.
const FEW: usize = 20;

#[derive(Clone)]
pub(crate) struct Words {
    pub(crate) persons: Vec<Persoon>,
    pub(crate) fracties: Vec<Fractie>,
    pub(crate) commissies: Vec<Commissie>,
    pub(crate) zalen: Vec<Zaal>,
    /// For each seat of the House, the place of its party in `fracties`.
    pub(crate) seats: Vec<usize>,
    /// The offices of the members of the cabinet.
    pub(crate) offices: Vec<String>,
    pub(crate) promises: Vec<String>,
    pub(crate) dossiers: Mixer,
    pub(crate) activiteiten: Mixer,
    pub(crate) agendapunten: Mixer,
    /// What motions and amendments are about.
    pub(crate) motions: Mixer,
    documents: Mixer,
    documents_by_kind: HashMap<String, Mixer>,
    /// Sentences of debates.
    pub(crate) sentences: Vec<String>,
    /// What motions find, and what they ask.
    pub(crate) considerations: Vec<String>,
    pub(crate) requests: Vec<String>,
    pub(crate) transcripts: Vec<String>,
}

impl Words {
    /// Reads the sample.
    pub(crate) fn read() -> Result<Self> {
        let recording = Recording::open(Source::Sample)?;
        let fracties = all::<Fractie>(&recording)?;
        let documents = all::<model::entities::Document>(&recording)?;
        let mut subjects: HashMap<String, Vec<String>> = HashMap::new();
        let mut motions = Vec::new();
        for document in documents {
            let (Some(kind), Some(subject)) = (document.soort, document.onderwerp) else {
                continue;
            };
            if kind.starts_with("Motie") || kind.starts_with("Amendement") {
                motions.extend(subject.split_once(" over ").map(|(_, about)| about.to_owned()));
            } else {
                subjects.entry(kind).or_default().push(subject);
            }
        }
        let mut transcripts = recording.transcripts()?;
        transcripts.retain(|transcript| transcript.len() <= LONGEST_TRANSCRIPT);
        let sentences = sentences(&transcripts);
        let (mut considerations, mut requests) = (Vec::new(), Vec::new());
        for paragraph in recording.texts.values().flatten() {
            if paragraph.starts_with("constaterende") || paragraph.starts_with("overwegende") {
                considerations.push(paragraph.clone());
            } else if paragraph.starts_with("verzoekt de regering") {
                requests.push(paragraph.clone());
            }
        }
        // The texts come out of a hash map, and the same seed has to give the same data.
        considerations.sort_unstable();
        requests.sort_unstable();
        let toezeggingen = all::<model::entities::Toezegging>(&recording)?;
        let mut offices: Vec<String> =
            toezeggingen.iter().filter_map(|it| it.functie.clone()).collect();
        offices.sort_unstable();
        offices.dedup();
        let subjects_of =
            |subjects: Vec<Option<String>>| Mixer::new(subjects.into_iter().flatten());
        Ok(Self {
            persons: all::<Persoon>(&recording)?
                .into_iter()
                .filter(|person| person.achternaam.is_some() && person.initialen.is_some())
                .collect(),
            seats: seats(&fracties),
            fracties,
            commissies: all(&recording)?,
            zalen: all(&recording)?,
            offices,
            promises: toezeggingen.into_iter().filter_map(|it| it.tekst).collect(),
            dossiers: subjects_of(
                all::<model::entities::Kamerstukdossier>(&recording)?
                    .into_iter()
                    .map(|it| it.titel)
                    .collect(),
            ),
            activiteiten: subjects_of(
                all::<model::entities::Activiteit>(&recording)?
                    .into_iter()
                    .map(|it| it.onderwerp)
                    .collect(),
            ),
            agendapunten: subjects_of(
                all::<model::entities::Agendapunt>(&recording)?
                    .into_iter()
                    .map(|it| it.onderwerp)
                    .collect(),
            ),
            motions: Mixer::new(motions.into_iter()),
            documents: {
                let mut all: Vec<&String> = subjects.values().flatten().collect();
                all.sort_unstable();
                Mixer::new(all.into_iter().cloned())
            },
            documents_by_kind: subjects
                .into_iter()
                .filter(|(_, subjects)| subjects.len() >= FEW)
                .map(|(kind, subjects)| (kind, Mixer::new(subjects.into_iter())))
                .collect(),
            sentences,
            considerations,
            requests,
            transcripts,
        })
    }

    /// Subjects of documents of a kind.
    pub(crate) fn subjects(&self, kind: &str) -> &Mixer {
        self.documents_by_kind.get(kind).unwrap_or(&self.documents)
    }

    /// The party that holds a seat of the House.
    pub(crate) fn party(&self, seat: u64) -> Option<(u64, &Fractie)> {
        let place = *self.seats.get(usize::try_from(seat).ok()? % self.seats.len().max(1))?;
        Some((place as u64, self.fracties.get(place)?))
    }
}

/// The latest state of each entity of a category, in the order of publication.
fn all<T: Record>(recording: &Recording) -> Result<Vec<T>> {
    let mut latest = HashMap::new();
    for (place, state) in recording.states.iter().enumerate() {
        if state.category == T::CATEGORY {
            latest.insert(state.id, place);
        }
    }
    let mut places: Vec<usize> = latest.into_values().collect();
    places.sort_unstable();
    let mut entities = Vec::with_capacity(places.len());
    for place in places {
        let state = recording.states.get(place).context("a state of the sample")?;
        let read = recording.read(state)?;
        if !read.deleted {
            entities.extend(T::from_entity(read.entity));
        }
    }
    Ok(entities)
}

/// The seats, by the parties that sit in the House now.
fn seats(fracties: &[Fractie]) -> Vec<usize> {
    let mut seats = Vec::new();
    for (place, fractie) in fracties.iter().enumerate() {
        let number = match fractie.datum_inactief {
            Some(_) => 0,
            None => usize::try_from(fractie.aantal_zetels.unwrap_or(0)).unwrap_or(0),
        };
        seats.extend(std::iter::repeat_n(place, number));
    }
    seats
}

/// The sentences that stand in transcripts.
fn sentences(transcripts: &[String]) -> Vec<String> {
    let mut sentences = Vec::new();
    for transcript in transcripts {
        for item in transcript.split("<alineaitem>").skip(1) {
            let text = item.split_once("</alineaitem>").map_or("", |(text, _)| text);
            if text.contains('<') || text.contains('&') {
                continue;
            }
            for sentence in text.split_inclusive(". ") {
                let sentence = sentence.trim();
                if (40..240).contains(&sentence.len()) && sentence.ends_with('.') {
                    sentences.push(sentence.to_owned());
                }
            }
        }
    }
    sentences
}

/// Subjects taken apart, to be put together differently.
#[derive(Clone)]
pub(crate) struct Mixer {
    /// The beginning of a subject, and the place of its hinge in `HINGES`.
    heads: Vec<(String, usize)>,
    /// The ends of subjects, by hinge.
    tails: Vec<Vec<String>>,
    /// Subjects without a hinge.
    whole: Vec<String>,
}

impl Mixer {
    fn new(subjects: impl Iterator<Item = String>) -> Self {
        let mut mixer =
            Self { heads: Vec::new(), tails: vec![Vec::new(); HINGES.len()], whole: Vec::new() };
        for subject in subjects {
            let parts = HINGES.iter().enumerate().find_map(|(hinge, word)| {
                let (head, tail) = subject.split_once(word)?;
                (head.len() > 3 && tail.len() > 3).then_some((hinge, head, tail))
            });
            match parts {
                Some((hinge, head, tail)) => {
                    mixer.heads.push((head.trim().to_owned(), hinge));
                    if let Some(tails) = mixer.tails.get_mut(hinge) {
                        tails.push(tail.trim().to_owned());
                    }
                }
                None => mixer.whole.push(subject.trim().to_owned()),
            }
        }
        mixer
    }

    /// A subject.
    pub(crate) fn mix(&self, draw: &mut Draw) -> String {
        let number = draw.below((self.heads.len() + self.whole.len()) as u64);
        let number = usize::try_from(number).unwrap_or_default();
        let Some((head, hinge)) = self.heads.get(number) else {
            let whole = self.whole.get(number.saturating_sub(self.heads.len()));
            return whole.cloned().unwrap_or_default();
        };
        let tail = self.tails.get(*hinge).and_then(|tails| draw.pick(tails)).unwrap_or("");
        [head, HINGES.get(*hinge).copied().unwrap_or(" "), tail].concat()
    }
}

/// The name of a person as lists of actors have it: initials, prefix, surname.
pub(crate) fn full_name(person: &Persoon) -> String {
    let parts = [&person.initialen, &person.tussenvoegsel, &person.achternaam];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}
