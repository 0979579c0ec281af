//! Bringing the index up to date: from the change log to searchable items. The number of the last
//! change that was handled is committed with the index itself, so the two cannot disagree.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use content::Content;
use model::address;
use model::time::in_amsterdam;
use search::{DEFAULT_MEMORY_BUDGET, IndexWriter, Item, Kind, SearchIndex};
use store::Reader;
use store::read::document::body;
use store::read::index::{Indexed, Touched, indexed, touched_by};
use store::read::{Actor, DossierLine};

use super::{Counters, Pipeline};

/// Changes handled between two commits of the index, at most. Pages that several of them touch are
/// read once.
const BATCH: usize = 16_000;

/// Pages read from one moment of the store: a long look back keeps its write-ahead log from being
/// begun anew.
const READ_AT_ONCE: usize = 500;

/// While what is older is filled up as fast as it can be stored, storing goes first: the index rests so
/// many times as long as it worked.
const REST: u32 = 3;

pub(super) async fn run(pipeline: Pipeline, index: Arc<SearchIndex>) -> Result<()> {
    let mut writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
    let mut applied = i64::try_from(index.applied()?)?;
    loop {
        let began = Instant::now();
        let for_batch = pipeline.clone();
        let (returned, handled) = tokio::task::spawn_blocking(move || {
            let handled = handle_batch(&for_batch, &mut writer, applied);
            (writer, handled)
        })
        .await?;
        writer = returned;
        match handled? {
            Some(handled) => {
                applied = handled.last;
                if handled.is_behind && !handled.has_news {
                    pipeline.while_filling_up(began.elapsed() * REST).await;
                }
            }
            None if pipeline.wait_for(&pipeline.signals.index).await.is_none() => return Ok(()),
            None => {}
        }
        if pipeline.stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// What came of a batch.
struct Handled {
    /// The number of its last change.
    last: i64,
    /// Whether there are most likely more.
    is_behind: bool,
    /// Whether any of it is news.
    has_news: bool,
}

/// Handles the next changes; `None` if there was none, or if it was time to stop: nothing of the batch
/// is committed then, and it is done again at the next start.
fn handle_batch(
    pipeline: &Pipeline,
    writer: &mut IndexWriter,
    applied: i64,
) -> Result<Option<Handled>> {
    let changes = pipeline.store.changes_after(applied, BATCH)?;
    let Some(last) = changes.last().map(|change| change.number) else { return Ok(None) };

    let mut touched = BTreeSet::new();
    for changes in changes.chunks(READ_AT_ONCE) {
        let reader = pipeline.store.reader()?;
        for change in changes {
            touched.extend(touched_by(&reader, change)?);
        }
    }
    let touched = Vec::from_iter(touched);
    for pages in touched.chunks(READ_AT_ONCE) {
        if pipeline.stop.is_cancelled() {
            return Ok(None);
        }
        let reader = pipeline.store.reader()?;
        for page in pages {
            if let Some(item) = item(&reader, *page)? {
                writer.put(&item)?;
            }
        }
    }
    // After the pages: an address that went from one entity to another must not take the new one.
    let reader = pipeline.store.reader()?;
    for old in changes.iter().filter_map(|change| change.old_address.as_deref()) {
        if !store::read::search::is_known(&reader, old)? {
            writer.remove(old);
        }
    }
    drop(reader);
    writer.commit(u64::try_from(last)?)?;
    Counters::add(&pipeline.counters.indexed, touched.len());
    let is_behind = changes.len() == BATCH;
    let has_news = changes.iter().any(|change| change.news);
    Ok(Some(Handled { last, is_behind, has_news }))
}

/// The searchable form of a page.
fn item(reader: &Reader, touched: Touched) -> Result<Option<Item>> {
    let Some(indexed) = indexed(reader, touched)? else { return Ok(None) };
    Ok(match indexed {
        Indexed::Document { document, dossier, publications, zaken, actors, texts } => {
            let Some(nummer) = document.document_nummer else { return Ok(None) };
            let mut numbers = publications;
            numbers.extend(zaken);
            let volgnummer = document.volgnummer.filter(|volgnummer| *volgnummer > 0);
            if let (Some(dossier), Some(volgnummer)) = (&dossier, volgnummer) {
                numbers.push(format!("{}-{volgnummer}", dossier.nummer));
            }
            numbers.extend(dossier_number(dossier.as_ref()));
            Some(Item {
                address: address::document(&nummer),
                kind: Kind::Document,
                soort: document.soort.unwrap_or_default(),
                nummer,
                numbers,
                title: document.onderwerp.clone().or(document.titel.clone()).unwrap_or_default(),
                subject: document
                    .titel
                    .filter(|titel| Some(titel) != document.onderwerp.as_ref())
                    .unwrap_or_default(),
                names: names(&actors),
                date: document.datum,
                body: text(reader, texts.first())?,
            })
        }
        Indexed::Zaak { zaak, dossier, actors } => {
            let Some(nummer) = zaak.nummer else { return Ok(None) };
            Some(Item {
                address: address::zaak(&nummer),
                kind: Kind::Zaak,
                soort: zaak.soort.unwrap_or_default(),
                nummer,
                numbers: dossier_number(dossier.as_ref()).into_iter().collect(),
                title: zaak.onderwerp.clone().or(zaak.titel.clone()).unwrap_or_default(),
                subject: zaak
                    .titel
                    .filter(|titel| Some(titel) != zaak.onderwerp.as_ref())
                    .unwrap_or_default(),
                names: names(&actors),
                date: zaak.gestart_op,
                body: String::new(),
            })
        }
        Indexed::Activiteit { activiteit, agenda } => {
            let Some(nummer) = activiteit.nummer else { return Ok(None) };
            let mut body = agenda.join("\n");
            if let Some(noot) = activiteit.noot {
                body.push('\n');
                body.push_str(&content::note(&noot).plain_text());
            }
            Some(Item {
                address: address::activiteit(&nummer),
                kind: Kind::Activiteit,
                title: activiteit
                    .onderwerp
                    .or_else(|| activiteit.soort.clone())
                    .unwrap_or_default(),
                soort: activiteit.soort.unwrap_or_default(),
                nummer,
                numbers: Vec::new(),
                subject: String::new(),
                names: activiteit.voortouwnaam.into_iter().collect(),
                date: activiteit.aanvangstijd.or(activiteit.datum),
                body,
            })
        }
        Indexed::Persoon(persoon) => {
            let naam = persoon.naam();
            let Some(nummer) = persoon.nummer else { return Ok(None) };
            Some(Item {
                address: address::persoon(&nummer),
                kind: Kind::Persoon,
                soort: persoon.functie.unwrap_or_default(),
                // The number of a person is nothing that people call them by.
                nummer: String::new(),
                numbers: Vec::new(),
                title: naam,
                subject: persoon.fractielabel.unwrap_or_default(),
                names: persoon.voornamen.into_iter().chain(persoon.initialen).collect(),
                date: None,
                body: String::new(),
            })
        }
        Indexed::Dossier(DossierLine { nummer, titel }) => Some(Item {
            address: address::dossier(&nummer),
            kind: Kind::Dossier,
            soort: "Kamerstukdossier".into(),
            nummer: nummer.to_string(),
            numbers: Vec::new(),
            title: titel.unwrap_or_else(|| nummer.to_string()),
            subject: String::new(),
            names: Vec::new(),
            date: None,
            body: String::new(),
        }),
        Indexed::Verslag { vergadering, text: sha256 } => Some(Item {
            address: address::verslag(&vergadering.id.to_string()),
            kind: Kind::Verslag,
            soort: vergadering.soort.unwrap_or_default(),
            nummer: String::new(),
            numbers: Vec::new(),
            title: vergadering.titel.unwrap_or_else(|| "Vergadering".into()),
            subject: vergadering
                .datum
                .map(|datum| in_amsterdam(datum).date().to_string())
                .unwrap_or_default(),
            names: Vec::new(),
            date: vergadering.aanvangstijd.or(vergadering.datum),
            body: text(reader, sha256.as_ref())?,
        }),
    })
}

fn names(actors: &[Actor]) -> Vec<String> {
    let mut names: Vec<String> = actors
        .iter()
        .flat_map(|actor| [actor.naam.clone(), actor.fractie.clone()])
        .flatten()
        .collect();
    names.dedup();
    names
}

fn dossier_number(dossier: Option<&DossierLine>) -> Option<String> {
    dossier.map(|dossier| dossier.nummer.to_string())
}

/// The text of a file.
fn text(reader: &Reader, sha256: Option<&String>) -> Result<String> {
    let Some(sha256) = sha256 else { return Ok(String::new()) };
    let Some(packed) = body(reader, sha256)? else { return Ok(String::new()) };
    Ok(Content::unpack(&packed)?.plain_text())
}
