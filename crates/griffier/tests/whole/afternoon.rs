//! What happened, from the changes that a source publishes: an afternoon of the sample, told once,
//! whatever happens to the program in the meantime.
//!
//! What is expected was counted in the sample itself (`sample/entities`): Wednesday 2 July 2025, from
//! 12:00 to 17:00.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::settled::sync;
use crate::support::{PATIENCE, Running, post};

const NOON: &str = "2025-07-02T12:00";
const FIVE: &str = "2025-07-02T17:00";

/// An event: its kind, the address of its page, and from what to what.
type Told = (String, String, serde_json::Value);

#[tokio::test(flavor = "multi_thread")]
async fn an_afternoon_is_told_once_whatever_happens() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");

    let (source, address) = recorded(folder.path(), "127.0.0.1:0", NOON);
    let feed = format!("http://{address}/SyncFeed/2.0");
    let running = sync(folder.path(), "data", &feed);
    until_told(&data, Timestamp::now()).await;
    assert_eq!(told(&data), [], "what was there when following began is no news");
    drop(running);
    drop(source);

    let (_source, _) = recorded(folder.path(), &address, FIVE);
    // Killed while the news comes in, while it settles, and while it is told.
    for moment in [700, 1_500, 3_000, 4_500, 6_000] {
        let running = sync(folder.path(), "data", &feed);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        drop(running);
    }
    let _running = sync(folder.path(), "data", &feed);
    until_told(&data, Timestamp::now()).await;
    let afternoon = told(&data);
    every_kind_of_event_is_told_as_often_as_it_happened(&afternoon);
    meetings_are_told_from_when_to_when(&afternoon);

    let before = newest_token(&data);
    for category in ["Document", "Activiteit", "Zaak", "Besluit"] {
        let bump = format!("http://{address}/control/bump?count=1000&category={category}");
        assert_eq!(post(&bump).await.status, 200);
    }
    until_told(&data, Timestamp::now()).await;
    assert!(newest_token(&data) > before, "what was published again has come in");
    assert_eq!(told(&data), afternoon, "what was published again without change is no news");
}

fn every_kind_of_event_is_told_as_often_as_it_happened(told: &[Told]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, ..) in told {
        *counts.entry(kind).or_default() += 1;
    }
    // The fifteen votes in these hours were cast the day before, and published again: no event.
    let expected = [
        ("agenda", 1),
        ("antwoord", 3),
        ("document", 132),
        ("geannuleerd", 1),
        ("gepland", 2),
        ("status", 3),
        ("uitstel", 4),
        ("verplaatst", 5),
        ("verslag", 1),
        ("versie", 1),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
    let of = |wanted: &str| -> Vec<&str> {
        let found = told.iter().filter(|(kind, ..)| kind == wanted);
        found.map(|(_, address, _)| address.as_str()).collect()
    };
    let answers = ["/document/2025D31556", "/document/2025D31614", "/document/2025D31673"];
    assert_eq!(of("antwoord"), answers);
    assert_eq!(of("gepland"), ["/activiteit/2025A05286", "/activiteit/2025A05295"]);
    assert_eq!(of("geannuleerd"), ["/activiteit/2025A05258"]);
}

fn meetings_are_told_from_when_to_when(told: &[Told]) {
    let what = |wanted: &str, page: &str| -> serde_json::Value {
        let found = told.iter().find(|(kind, address, _)| kind == wanted && address == page);
        found.unwrap_or_else(|| panic!("{page} is not told of as {wanted}")).2.clone()
    };
    let debate = what("verplaatst", "/activiteit/2025A05046");
    assert_eq!(debate["from"], "2025-07-02T15:15:00Z");
    assert_eq!(debate["to"], "2025-07-02T14:30:00Z");
    let other_room = what("verplaatst", "/activiteit/2025A02948");
    assert_eq!(other_room["from"], serde_json::Value::Null);
    assert_eq!(other_room["room_from"], "Thorbeckezaal");
    assert_eq!(other_room["room_to"], "Aletta Jacobszaal");
    let cancelled = what("geannuleerd", "/activiteit/2025A05258");
    assert_eq!(cancelled["from"], "2025-07-09T12:00:00Z");
    assert_eq!(cancelled["after"], "Geannuleerd");
    let agenda = what("agenda", "/activiteit/2025A00683");
    let added = agenda["added"][0].as_str().unwrap();
    assert!(added.starts_with("Verzoek van het lid Haag"), "{added}");
}

/// Serves the sample as it was at a moment; gives the address of the server.
fn recorded(folder: &Path, listen: &str, until: &str) -> (Running, String) {
    let (listen, until) = (format!("--listen={listen}"), format!("--until={until}"));
    let mut replay = Running::start(folder, &["replay", &listen, &until]);
    let line = replay.wait_for("the feed is at ");
    let address = line.rsplit_once("http://").unwrap().1.split('/').next().unwrap().to_owned();
    (replay, address)
}

/// Waits until all that the source has was followed, and told of.
async fn until_told(data: &Path, since: Timestamp) {
    let until = Instant::now() + PATIENCE;
    while !is_told(data, since).unwrap_or_default() {
        assert!(Instant::now() < until, "{} is never done", data.display());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn is_told(data: &Path, since: Timestamp) -> Option<bool> {
    let database = open(data)?;
    let number = |sql: &str| -> Option<i64> {
        database.query_row(sql, [], |row| row.get(0)).optional().ok().flatten()
    };
    let seen = format!(
        "SELECT COUNT(*) FROM cursor WHERE complete_at IS NOT NULL AND caught_up_at > {}",
        since.as_millisecond()
    );
    let followed = number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'events'");
    Some(
        number(&seen)? == 37
            && followed == number("SELECT COALESCE(MAX(number), 0) FROM change")
            && number("SELECT COUNT(*) FROM unsettled")? == 0,
    )
}

fn told(data: &Path) -> Vec<Told> {
    let database = open(data).unwrap();
    let sql = "SELECT kind, COALESCE(address, ''), what FROM event ORDER BY kind, address, number";
    let mut statement = database.prepare(sql).unwrap();
    let events = statement.query_map([], |row| {
        let what: String = row.get(2)?;
        Ok((row.get(0)?, row.get(1)?, serde_json::from_str(&what).unwrap()))
    });
    events.unwrap().map(Result::unwrap).collect()
}

fn newest_token(data: &Path) -> i64 {
    let sql = "SELECT MAX(token) FROM entity";
    open(data).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn open(data: &Path) -> Option<Connection> {
    let path = data.join("griffier.db");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()
}
