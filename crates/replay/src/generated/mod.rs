//! A Gegevensmagazijn of any size, of which nothing is stored: the `index`th entity of a category is
//! computed from the seed when it is asked for.
//!
//! [`plan`] says where each entity stands, [`papers`] what each document is, [`entities`] what the
//! fields of each entity are, [`files`] what is in its file; [`words`] are those of the recorded sample.

mod entities;
mod files;
mod papers;
mod plan;
mod proportions;
mod votes;
mod words;
mod writings;

use anyhow::{Result, bail};
use jiff::Timestamp;
use model::{Category, Entity, Record, Token, Uuid};

use self::papers::Archive;
use self::plan::Plan;
use self::words::Words;
pub use self::writings::Writing;
use crate::files::File;
use crate::magazijn::Emission;
use crate::writer::Published;

/// The most documents that can be generated: some times as many as the source has.
const MOST_DOCUMENTS: u64 = 5_000_000;

/// A generated Gegevensmagazijn.
#[derive(Clone)]
pub struct Generated {
    archive: Archive,
    with_files: bool,
}

impl Generated {
    /// `documents` documents and everything else in proportion, from 2008 until `end`. Without files,
    /// the feed announces none, nor official publications.
    ///
    /// # Errors
    /// If there are to be no documents or too many, or if the built-in sample cannot be read.
    pub fn new(documents: u64, seed: u64, end: Timestamp, with_files: bool) -> Result<Self> {
        if !(1..=MOST_DOCUMENTS).contains(&documents) {
            bail!("{documents} documents cannot be generated: expected 1 to {MOST_DOCUMENTS}");
        }
        let plan = Plan::new(documents, seed, end);
        Ok(Self { archive: Archive { plan, words: Words::read()? }, with_files })
    }

    /// The moment until which there are data.
    pub fn end(&self) -> Timestamp {
        self.archive.plan.end()
    }

    /// How many entries each category has in the feed, tombstones included.
    pub fn counts(&self) -> impl Iterator<Item = (Category, u64)> + '_ {
        Category::ALL.iter().map(|category| (*category, self.archive.plan.count(*category)))
    }

    /// The entities of a category that are there, newest publication first.
    pub fn newest(&self, category: Category) -> impl Iterator<Item = Entity> + '_ {
        let plan = &self.archive.plan;
        (0..plan.count(category))
            .rev()
            .filter(move |index| !plan.is_deleted(category, *index))
            .map(move |index| self.archive.content(category, index))
    }

    pub(crate) fn last_token(&self) -> Token {
        let plan = &self.archive.plan;
        let last = |category: &Category| {
            plan.count(*category).checked_sub(1).map(|index| plan.token(*category, index))
        };
        Category::ALL.iter().filter_map(last).max().unwrap_or_default()
    }

    pub(crate) fn page(&self, category: Category, after: Token, limit: usize) -> Vec<Emission> {
        let plan = &self.archive.plan;
        let begin = plan.first_after(category, after);
        (begin..plan.count(category))
            .take(limit)
            .map(|index| self.emission(category, index))
            .collect()
    }

    pub(crate) fn entity(&self, id: Uuid) -> Option<Emission> {
        let (category, index) = self.archive.plan.place(id)?;
        Some(self.emission(category, index))
    }

    pub(crate) fn file(&self, id: Uuid) -> Result<Option<File>> {
        match self.archive.plan.place(id) {
            Some((category, index)) if self.has_file(category, index) => {
                self.archive.file(category, index)
            }
            _ => Ok(None),
        }
    }

    pub(crate) fn publication(&self, identifier: &str) -> Option<String> {
        self.archive.publication(identifier).filter(|_| self.with_files)
    }

    fn has_file(&self, category: Category, index: u64) -> bool {
        self.with_files && !self.archive.plan.is_deleted(category, index)
    }

    fn emission(&self, category: Category, index: u64) -> Emission {
        let plan = &self.archive.plan;
        let updated = plan.moment(plan.slot(category, index));
        let deleted = plan.is_deleted(category, index);
        let entity = match deleted {
            true => Entity::from_values(category, plan.id(category, index), Vec::new()),
            false => self.archive.content(category, index),
        };
        let entity = match entity {
            Entity::DocumentVersie(versie) if !self.with_files => {
                Entity::DocumentVersie(model::entities::DocumentVersie {
                    externeidentifier: None,
                    ..versie
                })
            }
            other => other,
        };
        let file = self.has_file(category, index).then(|| self.archive.file_info(category, index));
        let published = Published { entity, bijgewerkt: updated, deleted, file: file.flatten() };
        Emission { token: plan.token(category, index), updated, published }
    }
}

/// An entity of which nothing but the GUID is known.
fn blank<T: Record>(id: Uuid) -> T {
    T::from_values(id, Vec::new())
}
