//! What the operator's monitoring sees of a running site, and `watch` beside `sync` and `serve`.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::accounts::{Browser, House};
use crate::post_office::{Mood, PostOffice};
use crate::settled::{generated, sync, until_settled};
use crate::support::{Running, get, get_until, get_with};

const TOKEN: &str = "0123456789abcdef";

/// Prometheus' text format: the value of each series.
fn series(text: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("# ") {
            assert!(said.starts_with("HELP griffier_") || said.starts_with("TYPE griffier_"));
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(found.insert(name.to_owned(), value.parse().unwrap()).is_none(), "{name} twice");
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_for_who_has_the_token_and_tell_of_nobody() {
    let house = House::open_with(Mood::Kind, &["--metrics-token", TOKEN]).await;
    house.logged_in("jan@voorbeeld.nl").await;
    let address = format!("{}/metrics", house.site);
    for wrong in ["", TOKEN, "Bearer ", "Bearer 0123456789abcdeF", "Basic 0123456789abcdef"] {
        assert_eq!(get_with(&address, &[("authorization", wrong)]).await.status, 404, "{wrong:?}");
    }
    assert_eq!(get(&address).await.status, 404);

    let health = get(&format!("{}/health", house.site)).await;
    assert_eq!((health.status, health.header("content-type")), (200, "application/json"));
    let told: serde_json::Value = serde_json::from_str(&health.body).unwrap();
    assert_eq!(told["status"], "ok");
    assert_eq!(told["checks"]["database"], "ok");
    assert_eq!(told["checks"]["delivery"], "ok");

    crate::support::until_complete(&house.site).await;
    let bearer = format!("Bearer {TOKEN}");
    let answer = get_with(&address, &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains('@') && !answer.body.contains("jan"), "{}", answer.body);
    let series = series(&answer.body);
    for (name, value) in [
        ("griffier_accounts", 1.0),
        ("griffier_accepted_total{channel=\"mail\"}", 1.0),
        ("griffier_failed_total{channel=\"mail\"}", 0.0),
        ("griffier_queued{channel=\"mail\"}", 0.0),
        ("griffier_queued{channel=\"webhook\"}", 0.0),
        ("griffier_changes_to_index", 0.0),
    ] {
        assert_eq!(series[name], value, "{name}");
    }
    let ages = series.iter().filter(|(name, _)| name.starts_with("griffier_feed_age_seconds{"));
    assert_eq!(ages.clone().count(), 37);
    assert!(ages.clone().all(|(_, age)| (0.0..300.0).contains(age)), "{series:?}");
    for name in ["griffier_matching_seconds_total", "griffier_events_matched_total"] {
        assert!(series.contains_key(name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_there_are_no_numbers() {
    let house = House::open(Mood::Kind).await;
    for header in ["", "Bearer ", "Bearer x"] {
        let address = format!("{}/metrics", house.site);
        assert_eq!(get_with(&address, &[("authorization", header)]).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_sync_and_serve_watch_sends_the_mail_and_health_tells_what_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (_replay, feed) = generated(folder.path(), 20, &[]);
    let syncing = sync(folder.path(), "data", &feed);
    until_settled(&data).await;
    let office = PostOffice::open(Mood::Kind).await;
    let given = ["--data=data", "--listen=127.0.0.1:0", "--smtp", &office.address];
    let mut serving = Running::start(folder.path(), &[&["serve"], &given[..]].concat());
    let site = serving.site();
    let health = format!("{site}/health");

    // Without `watch` nobody sends anything.
    let browser = Browser::at(&site);
    browser.ask("jan@voorbeeld.nl").await;
    assert_eq!(get(&health).await.status, 200);
    let connection = Connection::open(data.join("griffier.db")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let waits = "UPDATE message SET next_try = next_try - 11 * 60 * 1000";
    connection.execute(waits, []).unwrap();
    let stuck = get(&health).await;
    assert_eq!(stuck.status, 503);
    assert!(stuck.body.contains(r#""delivery":"stuck""#), "{}", stuck.body);

    // With one that finds no mail server it stays so, and it is known since when.
    let nowhere = ["watch", "--data=data", "--smtp=smtp://127.0.0.1:9"];
    let mut watching = Running::start(folder.path(), &nowhere);
    watching.wait_for("was not sent yet");
    assert_eq!(get_until(&health, |answer| answer.status == 200).await.status, 200);
    let since = "UPDATE meta SET value = value - 11 * 60 * 1000 WHERE key = 'mail unreachable'";
    assert_eq!(connection.execute(since, []).unwrap(), 1);
    assert_eq!(get(&health).await.status, 503);
    drop(watching);
    connection.execute("UPDATE message SET next_try = 0 WHERE state = 'queued'", []).unwrap();

    let _watching = Running::start(folder.path(), &[&["watch"], &given[..]].concat());
    let mail = office.wait_for("jan@voorbeeld.nl", 1).await;
    browser.post(&mail.link(), &[]).await;
    assert!(browser.is_in().await);
    get_until(&health, |answer| answer.status == 200).await;

    drop(syncing);
    let hour = "UPDATE cursor SET caught_up_at = caught_up_at - 60 * 60 * 1000";
    connection.execute(hour, []).unwrap();
    let stale = get(&health).await;
    assert_eq!(stale.status, 503);
    assert!(stale.body.contains(r#""feed":"stale""#), "{}", stale.body);
}
