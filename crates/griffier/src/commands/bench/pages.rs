//! `griffier bench pages`: how fast the site answers from a data folder.
//!
//! The addresses to ask for are found as a reader finds them: by following the links of the overview,
//! on days spread over all years that have documents, and those of its lists.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::time::in_amsterdam;

use super::load::Visitor;
use super::process::Process;
use super::report::{Report, cpu, megabytes, milliseconds};

/// The first year of which there may be documents.
const FIRST_YEAR: i16 = 2008;
/// How many days between two days of which the overview is read.
const STEP_DAYS: i64 = 97;
/// Pages of each kind whose links are followed.
const FOLLOWED: usize = 200;
/// Choices of each list that are asked for, besides the list as it is.
const CHOICES: usize = 20;
/// Words and phrases that are searched for.
const QUERIES: usize = 60;

/// Kinds of pages, by the beginning of their addresses.
const KINDS: [&str; 11] = [
    "/document/",
    "/zaak/",
    "/dossier/",
    "/activiteit/",
    "/stemming/",
    "/persoon/",
    "/fractie/",
    "/commissie/",
    "/ministerie/",
    "/toezegging/",
    "/verslag/",
];

#[derive(Args)]
pub(crate) struct Options {
    /// The data folder; nothing is changed in it
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Pages of one kind a second
    #[arg(long, default_value_t = 200, value_name = "RATE")]
    rate: u32,
    /// Searches a second
    #[arg(long, default_value_t = 20, value_name = "RATE")]
    search_rate: u32,
    /// For how many seconds each kind is asked for
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    seconds: u64,
}

pub(super) async fn run(options: Options) -> Result<()> {
    let data = std::path::absolute(&options.data)?;
    let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let arguments = [format!("--data={}", data.display()), "--listen=127.0.0.1:0".to_owned()];
    let mut serve = Process::start("serve", folder.path(), &arguments)?;
    let site = serve.says("the site is at ").await?;
    let visitor = Visitor::new(&site);

    let found = Found::by_reading(&visitor).await?;
    let mut report = Report::new(
        "griffier bench pages",
        &[
            ("data", data.display().to_string()),
            ("database", megabytes(data.join("griffier.db").metadata().map_or(0, |it| it.len()))),
            ("rate", format!("{}/s, searches {}/s", options.rate, options.search_rate)),
            ("for each kind", format!("{} s", options.seconds)),
        ],
    );
    report.line("time to the whole answer: p50, p99, slowest");
    let time = Duration::from_secs(options.seconds);
    let before = serve.usage()?;
    let begin = Instant::now();
    let mut memory = 0;
    for (kind, paths) in &found.kinds {
        if paths.is_empty() {
            report.row(kind, "none found");
            continue;
        }
        let is_search = kind.starts_with("search");
        let rate = if is_search { options.search_rate } else { options.rate };
        // What one kind left behind is not the next one's.
        visitor.until_idle().await;
        let outcome = visitor.load(paths, rate, time).await?;
        serve.is_running()?;
        memory = memory.max(serve.usage()?.anonymous);
        let answers = outcome.answers().max(1) as u64;
        let failures = match outcome.failures {
            0 => String::new(),
            number => format!("  {number} FAILED"),
        };
        report.row(
            &format!("{kind} ({} addresses)", paths.len()),
            &format!(
                "{:>9} {:>9} {:>9}  {} KB on average{failures}",
                milliseconds(outcome.percentile(50)),
                milliseconds(outcome.percentile(99)),
                milliseconds(outcome.percentile(100)),
                outcome.bytes / answers / 1_000,
            ),
        );
    }
    report.line("what it took");
    let used = serve.usage()?.cpu.saturating_sub(before.cpu);
    report.row("processor of the site, all kinds together", &cpu(used, begin.elapsed()));
    report.row("anonymous memory at most", &megabytes(memory));
    report.print();
    Ok(())
}

/// Addresses by kind.
struct Found {
    kinds: Vec<(String, Vec<String>)>,
}

impl Found {
    async fn by_reading(visitor: &Visitor) -> Result<Self> {
        let mut links: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut overviews = vec!["/".to_owned()];
        let today = in_amsterdam(Timestamp::now()).date();
        let mut day = Date::new(FIRST_YEAR, 1, 8).context("that day exists")?;
        let mut titles = Vec::new();
        while day <= today {
            let path = format!("/?tot={day}");
            let (_, html) = visitor.page(&path).await?;
            let before = links.get("/document/").map_or(0, BTreeSet::len);
            titles.extend(collect(&html, &mut links));
            if links.get("/document/").map_or(0, BTreeSet::len) > before {
                overviews.push(path);
            }
            day = day.saturating_add(STEP_DAYS.days());
        }
        let documents: Vec<String> =
            links.get("/document/").into_iter().flatten().cloned().collect();
        if documents.is_empty() {
            bail!("no document was found by way of the overview: is the data folder filled?");
        }
        let mut lists = Vec::new();
        for list in lists_of(&visitor.page("/").await?.1) {
            let (_, html) = visitor.page(&list).await?;
            collect(&html, &mut links);
            if html.contains(&format!("href=\"{list}.csv")) {
                lists.push((format!("list: {}", list.trim_matches('/')), choices(&list, &html)));
            }
        }
        // Each kind is reached by way of those before it.
        for kind in KINDS {
            let paths: Vec<String> = links.get(kind).into_iter().flatten().cloned().collect();
            let every = paths.len().div_ceil(FOLLOWED).max(1);
            for path in paths.iter().step_by(every) {
                collect(&visitor.page(path).await?.1, &mut links);
            }
        }
        let mut kinds = vec![("overview".to_owned(), overviews)];
        for kind in KINDS {
            let paths = links.remove(kind).unwrap_or_default().into_iter().collect();
            kinds.push((kind.trim_matches('/').to_owned(), paths));
        }
        kinds.push(("status".into(), vec!["/status".into()]));
        kinds.extend(lists);
        let Queries { common, rare, phrases } = queries(&titles);
        kinds.push(("search: common word".into(), common));
        kinds.push(("search: rare word".into(), rare));
        kinds.push(("search: phrase".into(), phrases));
        Ok(Self { kinds })
    }
}

/// The addresses without a second part to which a page leads.
fn lists_of(html: &str) -> BTreeSet<String> {
    let paths = html.split("href=\"/").skip(1).filter_map(|part| part.split('"').next());
    let is_list = |path: &&str| {
        !path.is_empty() && path.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
    };
    paths.filter(is_list).map(|path| format!("/{path}")).collect()
}

/// A list as it is, and with what can be chosen in it by one link.
fn choices(list: &str, html: &str) -> Vec<String> {
    let with_choice = format!("{list}?");
    let paths = html.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
    let chosen: BTreeSet<String> = paths
        .filter(|path| path.starts_with(&with_choice))
        .map(|path| path.replace("&amp;", "&"))
        .collect();
    let every = chosen.len().div_ceil(CHOICES).max(1);
    std::iter::once(list.to_owned()).chain(chosen.into_iter().step_by(every)).collect()
}

/// Adds the links of a page to pages of the known kinds, and gives the texts of those to documents.
fn collect(html: &str, links: &mut BTreeMap<&'static str, BTreeSet<String>>) -> Vec<String> {
    let mut titles = Vec::new();
    for part in html.split("href=\"").skip(1) {
        let Some((path, rest)) = part.split_once('"') else { continue };
        let Some(kind) = KINDS.into_iter().find(|kind| path.starts_with(kind)) else { continue };
        let number = path.strip_prefix(kind).unwrap_or_default();
        // Not what is below a page, such as its file, nor a place in it.
        if number.is_empty() || number.contains(['/', '#', '?', '.']) {
            continue;
        }
        links.entry(kind).or_default().insert(path.to_owned());
        if kind == "/document/"
            && let Some((_, text)) = rest.split_once('>')
            && let Some((text, _)) = text.split_once('<')
        {
            titles.push(text.to_owned());
        }
    }
    titles
}

/// Addresses of searches.
struct Queries {
    common: Vec<String>,
    rare: Vec<String>,
    phrases: Vec<String>,
}

/// Searches for the words of these titles: the most frequent, those that come once, and two in a row.
fn queries(titles: &[String]) -> Queries {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut phrases = BTreeSet::new();
    for title in titles {
        let words: Vec<String> = title
            .split(|character: char| !character.is_alphabetic())
            .filter(|word| word.chars().count() >= 5)
            .map(str::to_lowercase)
            .collect();
        for word in &words {
            *counts.entry(word.clone()).or_default() += 1;
        }
        // Only words that really follow each other.
        for pair in title.split(' ').collect::<Vec<_>>().windows(2) {
            if pair.iter().all(|word| word.len() >= 5 && word.chars().all(char::is_alphabetic)) {
                phrases.insert(format!("\"{}\"", pair.join(" ")));
            }
        }
    }
    let mut by_count: Vec<(usize, String)> =
        counts.into_iter().map(|(word, count)| (count, word)).collect();
    by_count.sort_unstable_by(|one, other| other.cmp(one));
    let common = by_count.iter().take(QUERIES / 4).map(|(_, word)| word.clone());
    let rare = by_count.iter().filter(|(count, _)| *count == 1).map(|(_, word)| word.clone());
    let address = |query: String| {
        const START: &str = "/zoeken?";
        let mut address =
            url::form_urlencoded::Serializer::for_suffix(START.to_owned(), START.len());
        address.append_pair("q", &query);
        address.finish()
    };
    Queries {
        common: common.map(address).collect(),
        rare: rare.take(QUERIES).map(address).collect(),
        phrases: phrases.into_iter().take(QUERIES).map(address).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_taken_by_their_kind() {
        let html = "<a href=\"/document/2025D1\">Brief over zorg</a> <a href=\"/document/2025D1/bestand\">\
                    <a href=\"/zaak/2025Z1#besluit\"> <a href=\"/zaak/2025Z2\"> <a href=\"https://x.nl/zaak/1\">";
        let mut links = BTreeMap::new();
        assert_eq!(collect(html, &mut links), ["Brief over zorg"]);
        let found: Vec<&String> = links.values().flatten().collect();
        assert_eq!(found, ["/document/2025D1", "/zaak/2025Z2"]);
    }

    #[test]
    fn lists_are_asked_for_as_they_are_and_with_what_can_be_chosen() {
        let html = "<a href=\"/\"><a href=\"/vragen\"><a href=\"/document/2025D1\">\
                    <a href=\"/vragen?stand=alles&amp;oud=ja\"><a href=\"/assets/style.css\">";
        assert_eq!(Vec::from_iter(lists_of(html)), ["/vragen"]);
        assert_eq!(choices("/vragen", html), ["/vragen", "/vragen?stand=alles&oud=ja"]);
    }

    #[test]
    fn searches_are_for_words_of_titles() {
        let titles = ["Motie over stikstof beleid", "Brief over stikstof", "Motie over wonen"];
        let queries = queries(&titles.map(String::from));
        assert_eq!(queries.common.first().map(String::as_str), Some("/zoeken?q=stikstof"));
        assert!(queries.rare.contains(&"/zoeken?q=wonen".to_owned()));
        assert_eq!(queries.phrases, ["/zoeken?q=%22stikstof+beleid%22"]);
    }
}
