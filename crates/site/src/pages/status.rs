//! `/status`: how far everything has come, and what is wrong.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use model::time::in_amsterdam;
use store::read::status as read;
use store::read::status::{CategoryStatus, FileStatus, Problem};

use super::{Answer, render};
use crate::layout::Page;
use crate::{PageError, SharedSite, format, text};

#[derive(Template)]
#[template(path = "status.html")]
struct Status {
    page: Page,
    categories: Vec<CategoryLine>,
    /// Categories whose feed has not been read to its end.
    behind: usize,
    /// How far filling up what is older has come, if it is not done.
    filling: Option<Filling>,
    /// Categories whose sequence has begun anew at the source.
    restarted: Vec<&'static str>,
    /// How soon after their publication changes of today were here.
    freshness: Option<String>,
    /// When the source was last asked.
    checked: Option<String>,
    present: i64,
    files: FileStatus,
    indexed: i64,
    to_index: i64,
    problem_lists: Vec<ProblemList>,
}

struct CategoryLine {
    name: &'static str,
    present: i64,
    deleted: i64,
    newest: Option<Timestamp>,
    checked: String,
    complete: String,
    problem: Option<String>,
}

/// Filling up what is older.
struct Filling {
    /// What was published from this day on is here.
    since: Option<Timestamp>,
    complete: usize,
    percent: String,
    remaining: Option<String>,
}

struct ProblemList {
    title: &'static str,
    problems: Vec<Problem>,
}

pub(crate) async fn show(State(site): State<SharedSite>) -> Answer {
    // The source is asked in real time, whatever parliament's clock says.
    let now = Timestamp::now();
    let (categories, files, last_change, fresh, problem_lists) = site
        .read(move |site, reader| {
            let problem_lists = vec![
                ProblemList {
                    title: "In de bron, en niet te lezen",
                    problems: read::oddities(reader)?,
                },
                ProblemList { title: "Niet op te halen", problems: read::fetch_problems(reader)? },
                ProblemList {
                    title: "Bestanden zonder leesbare tekst",
                    problems: in_words(read::extract_problems(reader)?),
                },
            ];
            Ok((
                read::categories(reader)?,
                read::files(reader)?,
                site.store.last_change()?,
                read::freshness(reader, in_amsterdam(now).date())?,
                problem_lists,
            ))
        })
        .await?;
    let applied = site.blocking(|site| site.index.applied().map_err(PageError::internal)).await?;

    let behind = categories.iter().filter(|line| line.caught_up_at.is_none()).count();
    let filling = filling(&categories);
    let restarted = categories
        .iter()
        .filter(|line| line.restarted_at.is_some())
        .map(|line| line.category.name())
        .collect();
    let checked = categories.iter().filter_map(|line| line.caught_up_at).max();
    let present = categories.iter().map(|line| line.present).sum();
    let lines = categories
        .into_iter()
        .map(|line| CategoryLine {
            name: line.category.name(),
            present: line.present,
            deleted: line.deleted,
            newest: line.newest,
            checked: match line.caught_up_at {
                Some(moment) => format::ago(moment, now),
                None => "nog niet".into(),
            },
            complete: match (line.complete_at, line.since) {
                (Some(_), _) => "ja".into(),
                (None, Some(since)) => {
                    let percent = format!("{:.0}", 100.0 * line.filled);
                    format!("sinds {}, ouder {percent}%", format::date(&since))
                }
                (None, None) => "nog niet".into(),
            },
            problem: line.problem,
        })
        .collect();
    let page = Page::new(&site, "/status", "Status")
        .described("Hoe actueel en volledig de gegevens van Griffier zijn.");
    let applied = i64::try_from(applied).unwrap_or(i64::MAX);
    render(&Status {
        page,
        categories: lines,
        behind,
        filling,
        restarted,
        // In the demo the source lies in the past.
        freshness: (!site.demo).then(|| freshness(&fresh)).flatten(),
        checked: checked.map(|moment| format::ago(moment, now)),
        present,
        files,
        indexed: i64::try_from(site.index.items()).unwrap_or(i64::MAX),
        to_index: (last_change - applied).max(0),
        problem_lists,
    })
}

/// How far filling up has come; nothing once it is done.
fn filling(categories: &[CategoryStatus]) -> Option<Filling> {
    let backfill = read::backfill(categories);
    if backfill.complete == categories.len() {
        return None;
    }
    Some(Filling {
        since: categories.iter().filter_map(|line| line.since).max(),
        complete: backfill.complete,
        percent: format!("{:.0}", 100.0 * backfill.filled),
        remaining: backfill.remaining.and_then(|remaining| match remaining.as_secs() / 60 {
            0 => None,
            1 => Some("1 minuut".to_owned()),
            minutes @ 2..120 => Some(format!("{minutes} minuten")),
            minutes => Some(format!("{} uur", minutes / 60)),
        }),
    })
}

/// The share of news that was here within the shortest steps, in words.
fn freshness(steps: &[(i64, i64)]) -> Option<String> {
    let total: i64 = steps.iter().map(|(_, entries)| entries).sum();
    let within = |limit: i64| -> i64 {
        steps.iter().filter(|(step, _)| *step <= limit).map(|(_, entries)| entries).sum()
    };
    let percent = |part: i64| part * 100 / total.max(1);
    (total > 0).then(|| {
        format!(
            "Van de {} wijzigingen van vandaag was {}% hier binnen een minuut na de publicatie, en {}% \
             binnen vijf minuten.",
            format::number(&total),
            percent(within(60)),
            percent(within(300))
        )
    })
}

/// The extractor's codes in words, those that read the same taken together.
fn in_words(problems: Vec<Problem>) -> Vec<Problem> {
    let mut worded: Vec<Problem> = Vec::new();
    for problem in problems {
        let what = text::extract_problem(&problem.what);
        match worded.iter_mut().find(|other| other.what == what) {
            Some(other) => other.count += problem.count,
            None => worded.push(Problem { what: what.to_owned(), count: problem.count }),
        }
    }
    worded
}
