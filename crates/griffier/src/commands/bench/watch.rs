//! `griffier bench watch`: how long it takes to hold a new document against everything that is watched.
//!
//! The documents are generated, and are in the store as far as lists show them; the searches are made of
//! words as often as they are in other generated documents, so that a usual word is watched by many and
//! found in much.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;
use model::entities::{Document, DocumentActor};
use model::time::in_amsterdam;
use model::{Category, Entity, Entry, Record, State, Uuid};
use replay::Generated;
use search::{Item, Kind};
use store::Store;
use store::cursor::Pass;
use store::watching::event::{Event, EventKind};
use store::watching::monitor::{Channel, Choices, Frequency, Monitor};
use watch::matching::{Matcher, notices};

use super::process::own_usage;
use super::report::{Report, cpu, megabytes, milliseconds, seconds};
use super::search::pages;
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    /// How many monitors
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    monitors: usize,
    /// How many new documents come in, one after the other
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    documents: usize,
    /// What the generated texts and monitors depend on
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
}

pub(super) async fn run(options: Options) -> Result<()> {
    tokio::task::spawn_blocking(move || measure(&options)).await?
}

fn measure(options: &Options) -> Result<()> {
    let temporary = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let folder = Folder::open(&temporary.path().join("watch"))?;
    let store = folder.store()?;
    let mut items = documents(options)?;
    let new = items.split_off(items.len() / 2);
    for (number, item) in (1..).zip(&new) {
        publish(&store, number, item)?;
    }
    let reader = store.reader()?;
    let mut draw = Draw(options.seed.max(1));
    let monitors = monitors(options.monitors, &items, &mut draw);

    let memory_before = own_usage()?.anonymous;
    let begin = Instant::now();
    let matcher = Matcher::of(monitors);
    let made = begin.elapsed();
    let memory = own_usage()?.anonymous.saturating_sub(memory_before);

    let (mut times, mut matches, mut told) = (Vec::with_capacity(new.len()), 0, 0);
    let today = in_amsterdam(Timestamp::now()).date();
    let before = (Instant::now(), own_usage()?.cpu);
    for (number, item) in (1..).zip(&new) {
        let event = event(number, item);
        let topics = topics(item);
        let begin = Instant::now();
        let found =
            matcher.matching(&reader, &event, &topics, std::slice::from_ref(item), today)?;
        told += notices(&found, Timestamp::now()).len();
        times.push(begin.elapsed());
        matches += found.len();
    }
    let whole = before.0.elapsed();
    let used = own_usage()?.cpu.saturating_sub(before.1);
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len().saturating_sub(1)) * percent / 100;
        milliseconds(times.get(place).copied().unwrap_or(Duration::ZERO))
    };
    let mut report = Report::new(
        "griffier bench watch",
        &[
            ("monitors", options.monitors.to_string()),
            ("new documents", new.len().to_string()),
            ("seed", options.seed.to_string()),
        ],
    );
    report.line("making the monitors ready");
    report.row("time", &seconds(made));
    report.row("anonymous memory", &megabytes(memory));
    report.line("holding a document against all of them, on one core");
    report.row("p50, p99, slowest", &format!("{}, {}, {}", at(50), at(99), at(100)));
    report.row("all documents", &seconds(whole));
    report.row("processor", &cpu(used, whole));
    report.row("monitors matched per document", &(matches / new.len().max(1)).to_string());
    report.row("accounts told per document", &(told / new.len().max(1)).to_string());
    report.print();
    Ok(())
}

/// Twice as many documents as come in: the first half is where the monitors take their words from.
fn documents(options: &Options) -> Result<Vec<Item>> {
    let wanted = options.documents.max(1) * 2;
    let scale = u64::try_from(wanted)?;
    let generated = Generated::new(scale, options.seed, Timestamp::now(), false)?;
    let writings: Vec<_> = generated.writings().collect();
    let mut items: Vec<Item> = pages(0, writings).into_iter().flatten().collect();
    items.retain(|item| item.kind == Kind::Document);
    items.truncate(wanted);
    Ok(items)
}

/// Stores what lists show of a document: its kind and who signed it.
fn publish(store: &Store, number: u128, item: &Item) -> Result<()> {
    let fractie = item.fracties.first().map(|fractie| fractie.name.clone());
    let document = Document {
        document_nummer: Some(item.nummer.clone()),
        soort: Some(item.soort.clone()),
        onderwerp: Some(item.title.clone()),
        datum: item.date,
        ..Document::from_values(Uuid::from_u128(number), Vec::new())
    };
    let signer = DocumentActor {
        document: Some(document.id),
        actor_fractie: fractie,
        ..DocumentActor::from_values(Uuid::from_u128(u128::MAX - number), Vec::new())
    };
    for entity in [Entity::Document(document), Entity::DocumentActor(signer)] {
        let entry = Entry {
            token: i64::try_from(number)?,
            id: entity.id(),
            category: entity.category(),
            updated: item.date,
            bijgewerkt: None,
            state: State::Present { entity: Box::new(entity), file: None, raw: String::new() },
        };
        store.apply(entry.category, vec![entry], &[], Pass::Live, None)?;
    }
    Ok(())
}

fn event(number: u128, item: &Item) -> Event {
    Event {
        number: 1,
        kind: EventKind::Document,
        category: Category::Document,
        entity: Uuid::from_u128(number),
        address: Some(item.address.clone()),
        title: item.title.clone(),
        what: "{}".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        made_at: Timestamp::UNIX_EPOCH,
    }
}

fn topics(item: &Item) -> Vec<String> {
    let dossiers = item.dossiers.iter().map(|dossier| format!("/dossier/{}", dossier.name));
    let fracties = item.fracties.iter().map(|fractie| model::address::fractie(&fractie.name));
    dossiers.chain(fracties).chain([item.address.clone()]).collect()
}

/// Of ten monitors five are one to three words, one is two words beside each other, one excludes a word,
/// one has a party chosen, one is of a page, and one is of a list: of a kind of document, of a party, or of
/// a word, or of two of these.
fn monitors(number: usize, items: &[Item], draw: &mut Draw) -> Vec<Monitor> {
    let mut monitors = Vec::with_capacity(number);
    while monitors.len() < number {
        let place = monitors.len();
        let Some(item) = draw.one(items) else { break };
        let words: Vec<&str> = item.body.split(|it: char| !it.is_alphanumeric()).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| word.len() > 3).collect();
        let mut word = || draw.one(&words).copied().unwrap_or("motie");
        let subject = match place % 10 {
            0..=4 => {
                let some: Vec<&str> = (0..=place % 3).map(|_| word()).collect();
                format!("/zoeken?q={}", some.join("+"))
            }
            5 => {
                let at = draw.below(words.len().max(2) - 1);
                let pair = words.get(at..at + 2).unwrap_or(&["de", "motie"]).join("+");
                format!("/zoeken?q=%22{pair}%22")
            }
            6 => format!("/zoeken?q={}+-{}", word(), word()),
            7 => {
                let fractie = item.fracties.first().map_or("SP", |fractie| &fractie.name);
                format!("/zoeken?q={}&fractie={}", word(), fractie.replace(' ', "+"))
            }
            8 => topics(item).into_iter().next().unwrap_or_default(),
            _ => {
                let fractie = item.fracties.first().map_or("SP", |fractie| &fractie.name);
                let choices = [
                    format!("soort={}", item.soort.replace(' ', "+")),
                    format!("fractie={}", fractie.replace(' ', "+")),
                    format!("woorden={}", word()),
                ];
                let first = draw.below(choices.len());
                let second = draw.below(choices.len());
                format!("/documenten?{}&{}", choices[first], choices[second])
            }
        };
        let id = i64::try_from(place).unwrap_or(i64::MAX);
        monitors.push(Monitor {
            id,
            // Some accounts have many, most have a few.
            account: id / 5,
            subject,
            choices: Choices {
                name: format!("Monitor {id}"),
                kinds: Vec::new(),
                channel: Channel::Mail,
                frequency: Frequency::AtOnce,
                quiet: None,
                muted: Vec::new(),
                paused: false,
            },
            created_at: None,
        });
    }
    monitors
}

/// Numbers that depend on the seed alone (xorshift).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.0 % bound).unwrap_or_default()
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        of.get(self.below(of.len()))
    }
}
