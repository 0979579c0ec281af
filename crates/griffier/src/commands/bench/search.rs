//! `griffier bench search`: how fast generated texts are indexed and searched, and how fast SQLite's own
//! full-text search is over the same texts.
//!
//! The texts go straight from the generator into the index, without the feed, the store and the files in
//! between: it is the index that is measured. It is then served as in earnest, and the whole page is
//! asked for, with facets, the histogram and passages.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use model::{Ministerie, address};
use replay::{Generated, Writing};
use search::{DEFAULT_MEMORY_BUDGET, Item, Kind, Label, Opened, SearchIndex};
use store::fulltext::{Fulltext, Labels};

use super::load::{Outcome, Visitor};
use super::process::{Process, own_usage};
use super::report::{Report, cpu, folder_size, megabytes, milliseconds, rate, seconds};
use crate::folder::Folder;

/// Queries of a class.
const QUERIES: usize = 60;
/// Texts that queries are taken from.
const SAMPLED: u64 = 20_000;
/// Documents between which one transcript has all speeches: as many as it has in reality.
const TRANSCRIPT: usize = 80;
/// Texts put into SQLite in one transaction.
const BATCH: usize = 2_000;
/// Items between two commits of the index.
const COMMIT: usize = 200_000;
/// Longer than this, SQLite is not asked for one class.
const SQLITE_PATIENCE: Duration = Duration::from_secs(60);
/// How many hits a page has.
const PAGE: usize = 20;

#[derive(Args)]
pub(crate) struct Options {
    /// How many documents; three speeches for each come with them (the source has some 600,000)
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    scale: u64,
    /// What the generated texts depend on
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Keep the index in this new folder [default: a temporary folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Searches a second
    #[arg(long, default_value_t = 20, value_name = "RATE")]
    rate: u32,
    /// For how many seconds each class is asked for
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    seconds: u64,
    /// Leave SQLite out
    #[arg(long)]
    without_sqlite: bool,
}

pub(super) async fn run(options: Options) -> Result<()> {
    let temporary = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let data = match &options.data {
        Some(data) if data.exists() => {
            bail!("{} is there already: name a new folder with --data", data.display())
        }
        Some(data) => std::path::absolute(data)?,
        None => temporary.path().join("search"),
    };
    let mut report = Report::new(
        "griffier bench search",
        &[
            ("documents", options.scale.to_string()),
            ("seed", options.seed.to_string()),
            ("searches", format!("{}/s for {} s a class", options.rate, options.seconds)),
        ],
    );
    let build = {
        let (data, sqlite) = (data.clone(), temporary.path().join("texts.db"));
        let (scale, seed, without) = (options.scale, options.seed, options.without_sqlite);
        move || -> Result<(Built, Option<Sqlite>, Vec<Class>)> {
            let generated = Generated::new(scale, seed, Timestamp::now(), false)?;
            let built = build(&generated, &data)?;
            let sqlite = (!without).then(|| Sqlite::fill(&generated, &sqlite)).transpose()?;
            Ok((built, sqlite, classes(&generated)))
        }
    };
    let (built, sqlite, classes) = tokio::task::spawn_blocking(build).await??;
    built.report(&mut report);
    if let Some(sqlite) = &sqlite {
        sqlite.report(&mut report);
    }

    let arguments = [format!("--data={}", data.display()), "--listen=127.0.0.1:0".to_owned()];
    let mut serve = Process::start("serve", temporary.path(), &arguments)?;
    let site = serve.says("the site is at ").await?;
    let visitor = Visitor::new(&site);
    let before = serve.usage()?;
    let begin = Instant::now();
    report.line("time to the whole page, with facets and passages: p50, p99, slowest");
    let mut memory = 0;
    for class in &classes {
        visitor.until_idle().await;
        let paths: Vec<String> = class.queries.iter().map(|query| query.path.clone()).collect();
        let time = Duration::from_secs(options.seconds);
        let outcome = visitor.load(&paths, options.rate, time).await?;
        serve.is_running()?;
        memory = memory.max(serve.usage()?.anonymous);
        report.row(&class.title(), &told(&outcome));
    }
    let used = serve.usage()?.cpu.saturating_sub(before.cpu);
    report.row("processor of the site", &cpu(used, begin.elapsed()));
    report.row("anonymous memory of the site at most", &megabytes(memory));
    drop(serve);

    if let Some(sqlite) = sqlite {
        report.line("SQLite: hits, passages and counts, one after another: p50, p99, slowest");
        let asked = tokio::task::spawn_blocking(move || {
            classes.iter().map(|class| Ok((class.title(), sqlite.ask(class)?))).collect()
        });
        let asked: Result<Vec<(String, Option<Outcome>)>> = asked.await?;
        for (title, outcome) in asked? {
            if let Some(outcome) = outcome {
                report.row(&title, &told(&outcome));
            }
        }
    }
    report.print();
    Ok(())
}

fn told(outcome: &Outcome) -> String {
    let failures = match outcome.failures {
        0 => String::new(),
        number => format!("  {number} FAILED"),
    };
    let times = [50, 99, 100].map(|percent| milliseconds(outcome.percentile(percent)));
    let [p50, p99, slowest] = times;
    format!("{p50:>9} {p99:>9} {slowest:>9}{failures}")
}

/// What making the index took.
struct Built {
    items: u64,
    text: u64,
    index: u64,
    /// Without generating the texts.
    time: Duration,
    processor: Duration,
    memory: u64,
}

/// Fills an index with all that is written and said.
fn build(generated: &Generated, data: &Path) -> Result<Built> {
    let folder = Folder::open(data)?;
    // The site wants a store, if an empty one.
    folder.store()?;
    let Opened::Ready(index) = SearchIndex::open(&folder.index())? else {
        bail!("a new index is of another version");
    };
    let memory_before = own_usage()?.anonymous;
    let mut writer = index.writer(DEFAULT_MEMORY_BUDGET)?;
    let (mut time, mut processor) = (Duration::ZERO, Duration::ZERO);
    let (mut items, mut since_commit, mut text, mut memory) = (0, 0, 0, 0);
    let mut writings = generated.writings();
    for number in 0.. {
        let some: Vec<Writing> = writings.by_ref().take(4 * TRANSCRIPT).collect();
        if some.is_empty() {
            break;
        }
        let begin = (Instant::now(), own_usage()?.cpu);
        for page in pages(number, some) {
            let Some(first) = page.first() else { continue };
            writer.put(first.page(), &page)?;
            items += page.len();
            since_commit += page.len();
            text += page.iter().map(|item| item.body.len() + item.title.len()).sum::<usize>();
        }
        if since_commit >= COMMIT {
            writer.commit(0)?;
            since_commit = 0;
        }
        let used = own_usage()?;
        time += begin.0.elapsed();
        processor += used.cpu.saturating_sub(begin.1);
        memory = memory.max(used.anonymous.saturating_sub(memory_before));
    }
    let begin = (Instant::now(), own_usage()?.cpu);
    writer.commit(0)?;
    writer.finish()?;
    time += begin.0.elapsed();
    processor += own_usage()?.cpu.saturating_sub(begin.1);
    Ok(Built {
        items: items.try_into()?,
        text: text.try_into()?,
        index: folder_size(&folder.index()),
        time,
        processor,
        memory,
    })
}

impl Built {
    fn report(&self, report: &mut Report) {
        report.line("making the index, the generator's time left out");
        report.row("items: documents, zaken, speeches, transcripts", &self.items.to_string());
        report.row("text", &megabytes(self.text));
        report.row("items", &format!("{} in {}", rate(self.items, self.time), seconds(self.time)));
        report.row("processor", &cpu(self.processor, self.time));
        report.row("anonymous memory on top of the generator's", &megabytes(self.memory));
        report.row("index", &megabytes(self.index));
        let per_item = self.index / self.items.max(1);
        report.row("index per item", &format!("{per_item} bytes"));
    }
}

/// The pages of some documents and the speeches that belong to them.
pub(super) fn pages(number: usize, writings: Vec<Writing>) -> Vec<Vec<Item>> {
    let verslag = address::verslag(&number.to_string());
    let mut pages = Vec::new();
    let mut speeches = vec![Item::new(&verslag, Kind::Verslag)];
    for (place, writing) in writings.into_iter().enumerate() {
        let Some(nummer) = &writing.nummer else {
            let mut speech = Item::new(format!("{verslag}#s-{place}"), Kind::Spreekbeurt);
            involve(&mut speech, &writing);
            speech.title = writing.onderwerp;
            speech.body = writing.text;
            if let Some(whole) = speeches.first_mut() {
                whole.title = "Vergadering".into();
                whole.soort = "Plenair".into();
                whole.date = speech.date;
                whole.body.push_str(&speech.body);
                whole.body.push('\n');
            }
            speeches.push(speech);
            continue;
        };
        let mut document = Item::new(address::document(nummer), Kind::Document);
        document.nummer.clone_from(nummer);
        document.known_as = vec![nummer.clone()];
        document.title.clone_from(&writing.onderwerp);
        document.subject = writing.dossier.as_ref().map(|it| it.1.clone()).unwrap_or_default();
        document.body.clone_from(&writing.text);
        involve(&mut document, &writing);
        // Every other document is the first of its zaak.
        if place % 8 == 0 {
            let nummer = nummer.replace('D', "Z");
            let mut zaak = Item { body: String::new(), ..document.clone() };
            zaak.address = address::zaak(&nummer);
            zaak.kind = Kind::Zaak;
            zaak.nummer = nummer;
            pages.push(vec![zaak]);
        }
        pages.push(vec![document]);
    }
    pages.push(speeches);
    pages
}

fn involve(item: &mut Item, writing: &Writing) {
    item.soort = writing.soort.to_owned();
    item.date = Some(writing.moment);
    item.indieners = vec![Label::from(writing.lid.clone())];
    item.personen = item.indieners.clone();
    item.fracties = vec![Label::from(writing.fractie.clone())];
    item.commissies = vec![Label::from(writing.commissie.clone())];
    item.ministeries = ministerie(writing).map(Label::from).into_iter().collect();
    if let Some((dossier, _, volgnummer)) = &writing.dossier {
        item.dossiers = vec![Label::from(dossier.to_string())];
        item.numbers = vec![dossier.to_string(), format!("{dossier}-{volgnummer}")];
    }
}

fn ministerie(writing: &Writing) -> Option<&'static str> {
    writing.ambt.as_deref().and_then(Ministerie::of).map(|ministerie| ministerie.afkorting)
}

/// The same texts in SQLite.
struct Sqlite {
    texts: Fulltext,
    number: u64,
    size: u64,
    time: Duration,
}

impl Sqlite {
    fn fill(generated: &Generated, path: &Path) -> Result<Self> {
        let mut texts = Fulltext::create(path)?;
        let (mut number, mut time) = (0, Duration::ZERO);
        let mut writings = generated.writings();
        loop {
            let rows: Vec<_> = writings.by_ref().take(BATCH).map(row).collect();
            if rows.is_empty() {
                break;
            }
            let begin = Instant::now();
            texts.add(&rows)?;
            time += begin.elapsed();
            number += rows.len();
        }
        let size = path.metadata()?.len();
        Ok(Self { texts, number: number.try_into()?, size, time })
    }

    fn report(&self, report: &mut Report) {
        report.line("the same documents and speeches in SQLite");
        let speed = format!("{} in {}", rate(self.number, self.time), seconds(self.time));
        report.row("texts", &speed);
        report.row("database", &megabytes(self.size));
        let per_text = self.size / self.number.max(1);
        report.row("database per text", &format!("{per_text} bytes"));
    }

    /// Asks the queries of a class, in turn; none if it cannot be asked such things.
    fn ask(&self, class: &Class) -> Result<Option<Outcome>> {
        let begin = Instant::now();
        let mut times = Vec::new();
        for expression in class.queries.iter().filter_map(|query| query.expression.as_ref()) {
            if begin.elapsed() > SQLITE_PATIENCE {
                break;
            }
            let asked = Instant::now();
            self.texts.search(expression, PAGE)?;
            times.push(asked.elapsed());
        }
        Ok((!times.is_empty()).then(|| Outcome::of(times)))
    }
}

fn row(writing: Writing) -> (String, String, Labels) {
    let kind = if writing.nummer.is_some() { Kind::Document } else { Kind::Spreekbeurt };
    let labels = [
        kind.as_str().to_owned(),
        writing.soort.to_owned(),
        writing.fractie.clone(),
        writing.lid.clone(),
        ministerie(&writing).unwrap_or_default().to_owned(),
        writing.commissie.clone(),
        writing.dossier.as_ref().map(|(number, ..)| number.to_string()).unwrap_or_default(),
    ];
    (writing.onderwerp, writing.text, labels)
}

/// Queries of one kind.
struct Class {
    name: &'static str,
    queries: Vec<Asked>,
}

impl Class {
    fn title(&self) -> String {
        format!("{} ({} queries)", self.name, self.queries.len())
    }
}

/// A query, for the site and for SQLite.
struct Asked {
    path: String,
    /// None where SQLite has nothing like it.
    expression: Option<String>,
}

impl Asked {
    fn new(query: &str, more: &[(&str, &str)], expression: Option<String>) -> Self {
        const START: &str = "/zoeken?";
        let mut address =
            url::form_urlencoded::Serializer::for_suffix(START.to_owned(), START.len());
        address.append_pair("q", query);
        address.extend_pairs(more);
        Self { path: address.finish(), expression }
    }
}

/// What the texts have that can be asked for.
#[derive(Default)]
struct Sample {
    texts: usize,
    counts: HashMap<String, usize>,
    /// Words that follow each other.
    pairs: BTreeSet<(String, String)>,
    /// Words with two others between them.
    near: BTreeSet<(String, String)>,
    numbers: Vec<String>,
}

impl Sample {
    fn of(generated: &Generated) -> Self {
        let mut sample = Self::default();
        let total: u64 = generated.counts().map(|(_, count)| count).max().unwrap_or(1);
        let every = usize::try_from(4 * total / SAMPLED).unwrap_or(usize::MAX).max(1);
        for writing in generated.writings().step_by(every) {
            sample.texts += 1;
            sample.numbers.extend(writing.nummer);
            let words: Vec<String> = writing
                .text
                .split(|character: char| !character.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            let is_told =
                |word: &String| word.len() >= 5 && word.bytes().all(|it| it.is_ascii_lowercase());
            let different: BTreeSet<&String> = words.iter().filter(|word| is_told(word)).collect();
            for word in different {
                *sample.counts.entry(word.clone()).or_default() += 1;
            }
            for (distance, found) in [(1, &mut sample.pairs), (3, &mut sample.near)] {
                let start = sample.texts % words.len().saturating_sub(distance).max(1);
                if let (Some(one), Some(other)) = (words.get(start), words.get(start + distance))
                    && is_told(one)
                    && is_told(other)
                    && one != other
                {
                    found.insert((one.clone(), other.clone()));
                }
            }
        }
        sample
    }

    /// The words from the most frequent to the rarest.
    fn by_count(&self) -> Vec<&str> {
        let mut words: Vec<(usize, &str)> =
            self.counts.iter().map(|(word, count)| (*count, word.as_str())).collect();
        words.sort_unstable_by(|one, other| other.cmp(one));
        words.into_iter().map(|(_, word)| word).collect()
    }
}

/// The classes of queries, each a sample of its kind.
fn classes(generated: &Generated) -> Vec<Class> {
    let sample = Sample::of(generated);
    let words = sample.by_count();
    let common: Vec<&str> = words.iter().take(QUERIES / 4).copied().collect();
    let rare: Vec<&str> = words.iter().rev().take(QUERIES).copied().collect();
    // Between a hundredth and a fifth of all texts.
    let is_usual = |word: &&str| {
        let count = sample.counts.get(*word).copied().unwrap_or_default();
        (sample.texts / 100..sample.texts / 5).contains(&count)
    };
    let usual: Vec<&str> = words.iter().copied().filter(is_usual).collect();
    let step = (usual.len() / QUERIES).max(1);
    let some: Vec<&str> = usual.iter().step_by(step).take(QUERIES).copied().collect();
    let pairs_of = |words: &[&str]| -> Vec<(String, String)> {
        let pairs = words.iter().zip(words.iter().cycle().skip(words.len() / 2 + 1));
        pairs.map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
    };
    let one = |words: &[&str], more: &[(&str, &str)], for_sqlite: bool| -> Vec<Asked> {
        let asked = words
            .iter()
            .map(|word| Asked::new(word, more, for_sqlite.then(|| format!("\"{word}\""))));
        asked.collect()
    };
    let two = |pairs: Vec<(String, String)>, form: fn(&str, &str) -> (String, String)| {
        let asked = pairs.into_iter().take(QUERIES).map(|(one, other)| {
            let (query, expression) = form(&one, &other);
            Asked::new(&query, &[], Some(expression))
        });
        asked.collect::<Vec<Asked>>()
    };
    let every = |pairs: &BTreeSet<(String, String)>| -> Vec<(String, String)> {
        let step = (pairs.len() / QUERIES).max(1);
        pairs.iter().step_by(step).cloned().collect()
    };
    let numbers: Vec<&str> = sample.numbers.iter().take(QUERIES).map(String::as_str).collect();
    let beginnings: Vec<&str> = some.iter().filter_map(|word| word.get(..5)).collect();
    let hostile = [
        "a*".to_owned(),
        "re* ge* ve* be* on* in* op* aa*".to_owned(),
        words.iter().take(500).copied().collect::<Vec<_>>().join(" "),
        words.iter().take(500).copied().collect::<Vec<_>>().join(" OF "),
        format!("{}zorg", "(".repeat(400)),
        "(motie OF ".repeat(90),
        format!("NEAR({}, 100)", common.join(" ")),
        format!("\"{}\"", common.join(" ")),
        "-motie".to_owned(),
    ];
    vec![
        Class { name: "number of a document", queries: one(&numbers, &[], false) },
        Class { name: "rare word", queries: one(&rare, &[], true) },
        Class { name: "one word", queries: one(&some, &[], true) },
        Class {
            name: "two words",
            queries: two(pairs_of(&some), |one, other| {
                (format!("{one} {other}"), format!("\"{one}\" AND \"{other}\""))
            }),
        },
        Class {
            name: "phrase",
            queries: two(every(&sample.pairs), |one, other| {
                let phrase = format!("\"{one} {other}\"");
                (phrase.clone(), phrase)
            }),
        },
        Class {
            name: "NEAR",
            queries: two(every(&sample.near), |one, other| {
                (format!("NEAR({one} {other}, 5)"), format!("NEAR(\"{one}\" \"{other}\", 5)"))
            }),
        },
        Class {
            name: "prefix",
            queries: beginnings
                .iter()
                .map(|start| Asked::new(&format!("{start}*"), &[], Some(format!("{start}*"))))
                .collect(),
        },
        Class {
            name: "OR and NOT",
            queries: two(pairs_of(&some), |one, other| {
                (
                    format!("({one} OF {other}) -minister"),
                    format!("(\"{one}\" OR \"{other}\") NOT \"minister\""),
                )
            }),
        },
        Class { name: "common word", queries: one(&common, &[], true) },
        Class {
            name: "common word, of one kind and party",
            queries: one(&common, &[("soort", "document"), ("fractie", "VVD")], false),
        },
        Class {
            name: "common word, newest first",
            queries: one(&common, &[("volgorde", "nieuw")], false),
        },
        Class {
            name: "hostile",
            queries: hostile.iter().map(|query| Asked::new(query, &[], None)).collect(),
        },
    ]
}
