//! `griffier check`: what is missing, damaged or contradictory in a data folder, and mending it.

use std::collections::HashSet;

use anyhow::{Result, bail};
use clap::Args;
use content::FileStore;
use content::files::{Condition, ContentHash};
use model::{Category, Uuid};
use search::{Opened, SearchIndex};
use store::check::{self, Finding};
use store::read::index::{Touched, indexed};
use store::read::status;
use store::{Reader, Store};

use crate::config::{Config, Given};
use crate::folder::Folder;
use crate::pipeline::{Again, reread_all};

/// Entities or pages looked at between two reads.
const BATCH: usize = 2_000;

/// Findings of one kind that are printed.
const SHOWN: usize = 20;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
    /// Mend what can be mended; the folder must not be in use
    #[arg(long)]
    repair: bool,
    /// Read every file and compare it with its hash; else only whether it is there, and its size
    #[arg(long)]
    deep: bool,
    /// After the source has begun its sequence anew: take the new one over, and read all of it
    #[arg(long)]
    accept_new_sequence: bool,
}

pub(super) fn run(options: Options) -> Result<()> {
    let config = Config::settle(options.given.clone(), false)?;
    let writes = options.repair || options.accept_new_sequence;
    // To look, no lock is needed.
    let reading = Folder::open_to_read(&config.data)?;
    let folder = if writes { Folder::open(&config.data)? } else { reading };
    let store = folder.store()?;
    let mut report = Report { problems: 0, mended: 0 };

    if options.accept_new_sequence {
        store.accept_new_sequence()?;
        report
            .mended("sequence", "the source's present sequence counts now, from its beginning on");
    }
    database(&mut report, &store.reader()?)?;
    feeds(&mut report, &store, options.repair)?;
    let files =
        if writes { FileStore::open(folder.files())? } else { FileStore::to_read(folder.files()) };
    self::files(&mut report, &store, &files, &options)?;
    rows(&mut report, &store, options.repair)?;
    index(&mut report, &store, &folder, options.repair)?;
    source(&mut report, &store.reader()?)?;
    report.end()
}

/// Prints what is found as it is found, and counts what is wrong.
struct Report {
    problems: usize,
    mended: usize,
}

#[expect(clippy::print_stdout, reason = "the report is what the command is asked for")]
impl Report {
    fn good(&self, about: &str, what: &str) {
        println!("{about:<12} {what}");
    }

    /// Something that is as the source has it.
    fn note(&self, about: &str, what: &str) {
        println!("{about:<12} note: {what}");
    }

    fn problem(&mut self, about: &str, what: &str) {
        self.problems += 1;
        println!("{about:<12} PROBLEM: {what}");
    }

    fn mended(&mut self, about: &str, what: &str) {
        self.mended += 1;
        println!("{about:<12} mended: {what}");
    }

    /// A problem that is mended where that is asked for.
    fn problem_or_mended(&mut self, repair: bool, about: &str, what: &str, how: &str) {
        if repair {
            self.mended(about, &format!("{what}: {how}"));
        } else {
            self.problem(about, what);
        }
    }

    fn findings(&self, about: &str, findings: &[Finding]) {
        for finding in findings.iter().take(SHOWN) {
            let example = match &finding.example {
                Some(example) if !example.is_empty() => format!(" (such as {example})"),
                _ => String::new(),
            };
            self.note(about, &format!("{} × {}{example}", finding.count, finding.what));
        }
        if findings.len() > SHOWN {
            self.note(about, &format!("and {} more of this kind", findings.len() - SHOWN));
        }
    }

    fn end(self) -> Result<()> {
        println!();
        if self.mended > 0 {
            println!(
                "{} mended; the next `griffier up` or `griffier sync` does the rest",
                self.mended
            );
        }
        if self.problems > 0 {
            bail!("{} problems were found; --repair mends those that are here", self.problems);
        }
        println!("nothing is wrong here");
        Ok(())
    }
}

fn database(report: &mut Report, reader: &Reader) -> Result<()> {
    let wrong = check::integrity(reader)?;
    for line in &wrong {
        report.problem("database", &format!("{line}; put back a backup"));
    }
    if wrong.is_empty() {
        report.good("database", "sound");
    }
    Ok(())
}

fn feeds(report: &mut Report, store: &Store, repair: bool) -> Result<()> {
    let categories = status::categories(&store.reader()?)?;
    for line in &categories {
        let name = line.category.name();
        if let Some(at) = line.restarted_at {
            report.problem(
                "sequence",
                &format!(
                    "of {name} the source has begun anew at {at}: look at the source, and take it \
                     over with --accept-new-sequence"
                ),
            );
        }
        if let Some(problem) = &line.problem {
            report.note("feed", &format!("{name}: {problem}"));
        }
    }
    let followed = categories.iter().filter(|line| line.caught_up_at.is_some()).count();
    let complete = categories.iter().filter(|line| line.complete_at.is_some()).count();
    let all = categories.len();
    report.good(
        "feeds",
        &format!(
            "{followed} of {all} followed to their end, {complete} complete from the beginning"
        ),
    );
    if repair && store.recount()? > 0 {
        report.mended("feeds", "numbers of entities, counted again");
    }
    Ok(())
}

fn files(report: &mut Report, store: &Store, files: &FileStore, options: &Options) -> Result<()> {
    let kept = check::kept_files(&store.reader()?)?;
    let mut known: HashSet<ContentHash> = HashSet::with_capacity(kept.len());
    let mut wrong = 0;
    for file in &kept {
        let hash: ContentHash = file.sha256.parse()?;
        known.insert(hash);
        let problem = match files.size(hash) {
            None => Some("is missing"),
            Some(size) if file.size.is_some_and(|told| u64::try_from(told) != Ok(size)) => {
                Some("has another size")
            }
            Some(_) if options.deep && files.verify(hash)? != Condition::Intact => {
                Some("is damaged")
            }
            Some(_) => None,
        };
        let Some(problem) = problem else { continue };
        wrong += 1;
        let mut remedy = "it is fetched again";
        if options.repair {
            files.remove(hash)?;
            if !store.file_lost(&file.sha256)? {
                remedy = "it was an earlier version, which nobody has any more: no longer listed";
            }
        }
        let what = format!("{} {problem}", file.sha256);
        report.problem_or_mended(options.repair, "files", &what, remedy);
    }
    report.good("files", &format!("{} of {} here", kept.len() - wrong, kept.len()));
    let strays: Vec<ContentHash> =
        files.all()?.into_iter().filter(|hash| !known.contains(hash)).collect();
    if !strays.is_empty() {
        if options.repair {
            for hash in &strays {
                files.remove(*hash)?;
            }
        }
        let what = format!("{} files that nothing refers to", strays.len());
        report.problem_or_mended(options.repair, "files", &what, "removed");
    }
    let given_up = check::given_up(&store.reader()?)?;
    report.findings("not fetched", &given_up);
    if options.repair && !given_up.is_empty() {
        let number = store.try_again()?;
        report.mended("not fetched", &format!("{number} files, which are asked for again"));
    }
    report.findings("no text", &check::unreadable(&store.reader()?)?);
    Ok(())
}

/// Whether the rows are what the register says, and the register what the reader makes of the entries
/// as published.
fn rows(report: &mut Report, store: &Store, repair: bool) -> Result<()> {
    let mut after = Uuid::nil();
    let mut wrong = 0;
    loop {
        let (differing, next) = store.differing_rows(after, BATCH)?;
        for id in &differing {
            wrong += 1;
            if wrong <= SHOWN {
                let what = format!("the rows of {id} are not what was published");
                report.problem_or_mended(repair, "rows", &what, "written again");
            }
        }
        if repair {
            store.distrust(&differing)?;
        }
        let Some(next) = next else { break };
        after = next;
    }
    if wrong > SHOWN {
        report.problem_or_mended(repair, "rows", &format!("{wrong} in all"), "written again");
    }
    if repair {
        if let Some(Again { read, differing }) = reread_all(store, || false)? {
            report.good("rows", &format!("{read} read again from what was published"));
            if differing > wrong {
                report.mended("rows", &format!("{} differed", differing - wrong));
            }
        }
    } else if wrong == 0 {
        report.good("rows", "as published");
    }
    Ok(())
}

fn index(report: &mut Report, store: &Store, folder: &Folder, repair: bool) -> Result<()> {
    if !folder.index().exists() {
        report.note("index", "not here; `griffier up` makes it");
        return Ok(());
    }
    let index = match SearchIndex::open(&folder.index())? {
        Opened::Ready(index) => index,
        Opened::Outdated => {
            report.note("index", "made by another version; `griffier up` makes it anew");
            return Ok(());
        }
    };
    let applied = i64::try_from(index.applied()?)?;
    let last = store.last_change()?;
    if applied < last {
        report.note("index", &format!("{} changes are still to be indexed", last - applied));
        // What is missing may be among those.
        return Ok(());
    }
    let reader = store.reader()?;
    let mut missing: Vec<(Category, Uuid)> = Vec::new();
    let mut after = String::new();
    let mut pages = 0;
    loop {
        let batch = check::pages_after(&reader, &after, BATCH)?;
        let Some((last, ..)) = batch.last() else { break };
        after = last.clone();
        let asked = batch.iter().map(|(_, category, id)| Touched { category: *category, id: *id });
        let there = indexed(&reader, &asked.collect())?;
        let there: HashSet<Touched> = there.into_iter().map(|(page, _)| page).collect();
        for (address, category, id) in batch {
            let should_be_there = there.contains(&Touched { category, id });
            pages += usize::from(should_be_there);
            if should_be_there && !index.contains(&address)? {
                missing.push((category, id));
            }
        }
    }
    drop(reader);
    for (category, id) in missing.iter().take(SHOWN) {
        let what = format!("the page of {category} {id} cannot be found");
        report.problem_or_mended(repair, "index", &what, "it is indexed again");
    }
    if missing.len() > SHOWN {
        let what = format!("{} pages cannot be found in all", missing.len());
        report.problem_or_mended(repair, "index", &what, "they are indexed again");
    }
    if repair {
        store.index_again(&missing)?;
    }
    report.good("index", &format!("{} of {pages} pages can be found", pages - missing.len()));
    Ok(())
}

/// What the source leaves open or contradicts itself in. None of it is wrong here, and none of it can
/// be mended here.
fn source(report: &mut Report, reader: &Reader) -> Result<()> {
    report.findings("unreadable", &check::oddities(reader)?);
    report.findings("new value", &check::unknown_values(reader)?);
    report.findings("reference", &check::dangling(reader)?);
    report.findings("source", &check::contradictions(reader)?);
    Ok(())
}
