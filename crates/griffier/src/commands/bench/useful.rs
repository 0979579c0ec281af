//! When a data folder that is being filled is first of use: when the newest documents and the agenda of
//! the coming days stand in it.

use std::collections::HashSet;

use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan};
use model::entities::{Activiteit, Document};
use model::time::{in_amsterdam, start_of_day};
use model::{Category, Entity};
use replay::Generated;
use store::Reader;
use store::read::overview::{agenda, recent_documents};

/// So many of the newest documents have to be there.
const DOCUMENTS: usize = 50;
/// So far back in the feed they are looked for.
const NEWEST: usize = 1_000;
/// The kinds that are looked at: those that begin a matter, and that the overview shows.
const KINDS: [&str; 3] = ["Brief regering", "Motie", "Schriftelijke vragen"];
/// The agenda is that of so many days, today included, or of more if it holds too little.
const DAYS: [i64; 4] = [3, 7, 14, 28];
const ACTIVITEITEN: usize = 5;
/// The most lines that a list may have.
const MANY: i64 = 10_000;

/// What has to be there before a page is of use.
pub(super) struct Useful {
    documents_from: Timestamp,
    agenda_until: Timestamp,
    today: Timestamp,
    documents: HashSet<String>,
    activiteiten: HashSet<String>,
}

impl Useful {
    /// What has to be there of generated data, at the moment where they end.
    pub(super) fn of(generated: &Generated) -> Result<Self> {
        let day = in_amsterdam(generated.end()).date();
        let today = start_of_day(day).context("today begins")?;
        let mut dated: Vec<(Timestamp, String)> =
            generated.newest(Category::Document).take(NEWEST).filter_map(document).collect();
        dated.sort();
        let begin = dated.len().saturating_sub(DOCUMENTS);
        let documents_from = dated.get(begin).context("there are no documents to wait for")?.0;
        let documents =
            dated.into_iter().filter(|(date, _)| *date >= documents_from).map(|it| it.1).collect();

        let planned: Vec<(Timestamp, String)> = generated
            .newest(Category::Activiteit)
            .take(NEWEST * 5)
            .filter_map(activiteit)
            .collect();
        let mut agenda_until = today;
        let mut activiteiten = HashSet::new();
        for days in DAYS {
            agenda_until =
                start_of_day(day.saturating_add(days.days())).context("that day begins")?;
            let in_time = |(date, _): &&(Timestamp, String)| (today..agenda_until).contains(date);
            activiteiten = planned.iter().filter(in_time).map(|it| it.1.clone()).collect();
            if activiteiten.len() >= ACTIVITEITEN {
                break;
            }
        }
        Ok(Self { documents_from, agenda_until, today, documents, activiteiten })
    }

    /// What is waited for, in words.
    pub(super) fn describe(&self) -> String {
        format!(
            "the {} newest letters, motions and questions, and {} activities from today on",
            self.documents.len(),
            self.activiteiten.len()
        )
    }

    /// Whether all of it is there.
    pub(super) fn is_there(&self, reader: &Reader) -> Result<bool> {
        let end = self.today + 48.hours();
        let documents: HashSet<String> =
            recent_documents(reader, self.documents_from, end, false, MANY)?
                .into_iter()
                .filter_map(|line| line.nummer)
                .collect();
        if !self.documents.is_subset(&documents) {
            return Ok(false);
        }
        let activiteiten: HashSet<String> = agenda(reader, self.today, self.agenda_until)?
            .into_iter()
            .filter_map(|line| line.nummer)
            .collect();
        Ok(self.activiteiten.is_subset(&activiteiten))
    }
}

fn document(entity: Entity) -> Option<(Timestamp, String)> {
    let Entity::Document(Document { datum, document_nummer, soort, .. }) = entity else {
        return None;
    };
    let is_shown = soort.is_some_and(|soort| KINDS.contains(&soort.as_str()));
    is_shown.then_some((datum?, document_nummer?))
}

fn activiteit(entity: Entity) -> Option<(Timestamp, String)> {
    let Entity::Activiteit(Activiteit { datum, nummer, .. }) = entity else { return None };
    Some((datum?, nummer?))
}
