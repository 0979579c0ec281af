//! What a data folder holds, once nothing is left to be done.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use search::{Opened, SearchIndex};

use crate::support::{PATIENCE, Running};

/// What may not depend on what happened on the way: entities and tombstones, files, texts, and what can
/// be searched; what of each is told in one line, under a name.
pub(crate) type State = BTreeMap<String, String>;

/// Serves a generated feed, and gives its address.
pub(crate) fn generated(folder: &Path, scale: u32, more: &[&str]) -> (Running, String) {
    let scale = format!("--scale={scale}");
    let generated = [&scale, "--seed=3", "--until=2025-07-02"];
    replay(folder, &[&generated, more].concat())
}

/// Serves a feed as these arguments say, and gives its address. Without any it is the whole sample.
pub(crate) fn replay(folder: &Path, more: &[&str]) -> (Running, String) {
    let arguments = [&["replay", "--listen=127.0.0.1:0"], more].concat();
    let mut replay = Running::start(folder, &arguments);
    let line = replay.wait_for("the feed is at ");
    let feed = line.rsplit_once("the feed is at ").unwrap().1.to_owned();
    (replay, feed)
}

/// Follows such a feed into a data folder.
pub(crate) fn sync(folder: &Path, data: &str, feed: &str) -> Running {
    let publications = feed.trim_end_matches("/SyncFeed/2.0");
    let arguments =
        ["sync", "--poll=1", "--data", data, "--feed", feed, "--publications", publications];
    Running::start(folder, &arguments)
}

/// Waits until nothing is left to be done in a data folder, and gives its state.
pub(crate) async fn until_settled(data: &Path) -> State {
    until(data, |_| true).await
}

/// Waits until nothing is left to be done in a data folder and its state is as wanted.
pub(crate) async fn until(data: &Path, wanted: impl Fn(&State) -> bool) -> State {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(state) = settled(data).filter(&wanted) {
            return state;
        }
        assert!(Instant::now() < until, "{} never came to be as wanted", data.display());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The state of a data folder in which nothing is left to be done.
pub(crate) fn settled(data: &Path) -> Option<State> {
    let database = open(data)?;
    let count = |sql: &str| -> Option<i64> { database.query_row(sql, [], |row| row.get(0)).ok() };
    let unfinished = count("SELECT COUNT(*) FROM cursor WHERE complete_at IS NULL")?
        + count("SELECT COUNT(*) FROM file WHERE next_try = 0")?
        + count("SELECT COUNT(*) FROM file WHERE sha256 IS NOT NULL AND read_by IS NULL")?;
    let categories = count("SELECT COUNT(*) FROM cursor")?;
    let last = count("SELECT COALESCE(MAX(number), 0) FROM change")?;
    let is_indexed = index(data)?.applied().ok()? >= u64::try_from(last).ok()?;
    let is_settled = unfinished == 0 && categories == 37 && is_indexed;
    is_settled.then(|| state(data)).flatten()
}

fn open(data: &Path) -> Option<Connection> {
    let path = data.join("griffier.db");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()
}

fn index(data: &Path) -> Option<SearchIndex> {
    match SearchIndex::open(&data.join("index")) {
        Ok(Opened::Ready(index)) => Some(index),
        _ => None,
    }
}

/// The state of a data folder as it is now.
pub(crate) fn state(data: &Path) -> Option<State> {
    let database = open(data)?;
    let mut state = State::new();
    for sql in [
        "SELECT 'entity ' || hex(id), category || token || deleted || hex(fingerprint) FROM entity",
        "SELECT 'revisions', COUNT(*) FROM revision",
        "SELECT 'file ' || hex(entity) || origin, \
             wanted || ' ' || COALESCE(sha256, '') || (problem IS NULL) FROM file",
        "SELECT 'text ' || sha256, COALESCE(format, '') || COALESCE(words, 0) FROM content",
        "SELECT 'category ' || category, present || ' ' || deleted FROM cursor",
    ] {
        let mut statement = database.prepare(sql).ok()?;
        let mut rows = statement.query([]).ok()?;
        while let Some(row) = rows.next().ok()? {
            let line: rusqlite::types::Value = row.get(1).ok()?;
            state.insert(row.get(0).ok()?, format!("{line:?}"));
        }
    }
    state.insert("searchable".into(), index(data)?.items().to_string());
    Some(state)
}
