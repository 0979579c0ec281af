//! What happened is told once, to all who watch it; and what is no news is not told.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::Connection;
use store::Store;
use store::watching::event::{Event, EventKind, latest};
use store::watching::monitor::{Channel, Choices, Frequency};
use watch::event::What;

use crate::accounts::House;
use crate::post_office::Mood;
use crate::settled::{replay, sync, until_settled};
use crate::support::{PATIENCE, Running, get, post};

/// Noon of the demo's day.
const NOON: &str = "--until=2025-07-02T12:00";

fn store(folder: &Path) -> Store {
    Store::open(&folder.join("data/griffier.db")).unwrap()
}

fn events(folder: &Path) -> Vec<Event> {
    latest(&store(folder).reader().unwrap(), &[], None, 10_000).unwrap()
}

/// The events of a kind, by the number in the address of their page.
fn by_number(events: &[Event], kind: EventKind) -> BTreeMap<String, Vec<What>> {
    let mut found: BTreeMap<String, Vec<What>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == kind) {
        let address = event.address.clone().unwrap_or_default();
        let number = address.rsplit('/').next().unwrap_or_default().to_owned();
        found.entry(number).or_default().push(What::read(&event.what));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn filling_up_and_publishing_again_are_no_news() {
    let folder = tempfile::tempdir().unwrap();
    let (_replay, feed) = replay(folder.path(), &[NOON]);
    let _sync = sync(folder.path(), "data", &feed);
    until_settled(&folder.path().join("data")).await;
    let database = Connection::open(folder.path().join("data/griffier.db")).unwrap();
    let highest = || -> i64 {
        let sql = "SELECT MAX(token) FROM entity";
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = highest();
    let control = feed.replace("/SyncFeed/2.0", "/control/bump?count=1000&category=Document");
    assert_eq!(post(&control).await.status, 200);
    let until = Instant::now() + PATIENCE;
    while highest() <= before {
        assert!(Instant::now() < until, "what was published again never came in");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // Longer than it takes to settle.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let told = events(folder.path());
    assert!(told.is_empty(), "{told:?}");
}

/// Something once the end of the feed was seen of every category.
fn all_caught_up(folder: &Path) -> Option<()> {
    let database = Connection::open(folder.join("data/griffier.db")).ok()?;
    let sql = "SELECT COUNT(*) FROM cursor WHERE caught_up_at IS NOT NULL";
    let number: i64 = database.query_row(sql, [], |row| row.get(0)).ok()?;
    (number == 37).then_some(())
}

fn choices(channel: Channel) -> Choices {
    Choices {
        name: "Wat ik volg".into(),
        kinds: Vec::new(),
        channel,
        frequency: Frequency::AtOnce,
        quiet: None,
        muted: Vec::new(),
        paused: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_drips_in_is_told_once_to_all_who_watch_it_whenever_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    // Five hours in a minute and a half; nothing is told of the first, in which all is filled up.
    let (_replay, feed) = replay(folder.path(), &[NOON, "--drip=150"]);
    let mut running = Some(sync(folder.path(), "data", &feed));
    let until = Instant::now() + PATIENCE;
    while all_caught_up(folder.path()).is_none() {
        assert!(Instant::now() < until, "the end of the feed was never seen");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    let watched = store(folder.path());
    let database = Connection::open(folder.path().join("data/griffier.db")).unwrap();
    database.busy_timeout(Duration::from_secs(30)).unwrap();
    database
        .execute("INSERT INTO account (id, email, created_at) VALUES (1, 'a@example.org', 0)", [])
        .unwrap();
    let make = |subject: &str, channel: Channel| {
        let made = watched.make_monitor(1, subject, &choices(channel), Timestamp::now());
        made.unwrap().unwrap()
    };
    let page = make("/activiteit/2025A05258", Channel::Mail);
    let search = make("/zoeken?q=kinderopvangtoeslag&soort=activiteit", Channel::Mail);
    let list = make("/activiteiten?soort=Commissiedebat", Channel::Feed);
    let other = make("/zoeken?q=zeepaardje", Channel::Mail);
    let account_feed = "0123456789abcdef0123456789abcdef";
    let token = watch::secret::hash(account_feed);
    watched.set_private_feed(1, None, Some(token), Timestamp::now()).unwrap();

    let until = Instant::now() + PATIENCE;
    let mut kills = 0;
    loop {
        let told = by_number(&events(folder.path()), EventKind::Cancelled);
        if told.contains_key("2025A05258") {
            break;
        }
        assert!(Instant::now() < until, "the meeting was never cancelled: {told:?}");
        tokio::time::sleep(Duration::from_secs(7)).await;
        if kills < 4 {
            // Dropping it sends SIGKILL.
            drop(running.take());
            running = Some(sync(folder.path(), "data", &feed));
            kills += 1;
        }
    }
    tokio::time::sleep(Duration::from_secs(8)).await;

    let told = events(folder.path());
    let moved = by_number(&told, EventKind::Moved);
    let room = &moved["2025A04092"];
    assert_eq!(room.len(), 1, "{room:?}");
    assert_eq!(room[0].from, None);
    assert!(room[0].room_from.as_deref().unwrap().contains("Klompé"), "{room:?}");
    assert!(room[0].room_to.as_deref().unwrap().contains("Wttewaall"), "{room:?}");
    let time = &moved["2025A05046"];
    assert_eq!(time.len(), 1, "{time:?}");
    assert_eq!(time[0].from.unwrap().to_string(), "2025-07-02T15:15:00Z");
    assert_eq!(time[0].to.unwrap().to_string(), "2025-07-02T14:30:00Z");
    // Published again without a change, and withdrawn before.
    let all = by_number(&told, EventKind::Document);
    assert!(!all.contains_key("2025D15786"), "{all:?}");
    let versions = by_number(&told, EventKind::Version);
    assert_eq!(versions["2025D31066"].len(), 1);
    assert_eq!(versions["2025D31066"][0].after.as_deref(), Some("2"));

    // One notice by mail that names both monitors, one that stands in the feed.
    let cancelled = told
        .iter()
        .filter(|event| event.address.as_deref() == Some("/activiteit/2025A05258"))
        .collect::<Vec<_>>();
    assert_eq!(cancelled.len(), 1, "{cancelled:?}");
    let due = watched.due_notices(Timestamp::now(), 1_000).unwrap();
    let of_it: Vec<_> =
        due.iter().filter(|notice| notice.event.number == cancelled[0].number).collect();
    assert_eq!(of_it.len(), 1, "{of_it:?}");
    let mut named: Vec<i64> = of_it[0].monitors.iter().map(|(id, _)| *id).collect();
    named.sort_unstable();
    assert_eq!(named, [page, search]);
    assert!(
        due.iter().all(|notice| notice.monitors.iter().all(|(id, _)| *id != other && *id != list))
    );
    drop(running);

    let mut serving =
        Running::start(folder.path(), &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let site = serving.site();
    let feed = get(&format!("{site}/abonnement/{account_feed}.atom")).await;
    let feed = feed_rs::parser::parse(feed.body.as_bytes()).unwrap();
    assert!(feed.entries.iter().any(|entry| {
        entry.title.as_ref().is_some_and(|title| title.content.starts_with("Gaat niet door: "))
    }));
    let calendar = get(&format!("{site}/abonnement/{account_feed}.ics")).await.body;
    let calendar: icalendar::Calendar = calendar.parse().unwrap();
    use icalendar::Component;
    let event =
        calendar.components.iter().filter_map(|it| it.as_event()).find(|event| {
            event.property_value("URL").is_some_and(|url| url.ends_with("2025A05258"))
        });
    let event = event.unwrap();
    assert_eq!(event.get_status(), Some(icalendar::EventStatus::Cancelled));
    assert_eq!(get(&format!("{site}/abonnement/0.atom")).await.status, 404);
    let agenda = get(&format!("{site}/agendawijzigingen.atom")).await;
    let agenda = feed_rs::parser::parse(agenda.body.as_bytes()).unwrap();
    assert!(agenda.entries.len() >= 3);
}

/// How long it took from the receipt of what each of the told events is about until a mail server had
/// taken on the mail about it, shortest first.
fn delays(folder: &Path) -> Vec<Duration> {
    let database = Connection::open(folder.join("griffier-demo/griffier.db")).unwrap();
    let sql = "SELECT MIN(message.accepted_at) - change_of.seen_at FROM notice \
               JOIN message ON message.id = notice.message \
               JOIN event ON event.number = notice.event \
               JOIN entity AS change_of ON change_of.id = event.entity \
               WHERE message.accepted_at IS NOT NULL AND change_of.seen_at <= event.made_at \
               GROUP BY event.number ORDER BY 1";
    let mut statement = database.prepare(sql).unwrap();
    let found = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    found.map(|delay| Duration::from_millis(delay.unwrap().unsigned_abs())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_drips_in_is_mailed_within_seconds() {
    let house = House::open(Mood::Kind).await;
    let browser = house.logged_in("jan@voorbeeld.nl").await;
    for subject in ["/documenten", "/activiteiten", "/zoeken?q=kamer"] {
        let mut choices =
            vec![("onderwerp", subject), ("naam", subject), ("hoe", "mail"), ("hoe-vaak", "once")];
        choices.extend(EventKind::ALL.iter().map(|kind| ("gebeurtenis", kind.as_str())));
        assert_eq!(browser.post("/mijn/monitors", &choices).await.location, "/mijn/monitors");
    }
    let until = Instant::now() + PATIENCE;
    let told = loop {
        let told = delays(house.folder.path());
        if told.len() >= 10 {
            break told;
        }
        assert!(Instant::now() < until, "only {} events were mailed", told.len());
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let (median, longest) = (told[told.len() / 2], told[told.len() - 1]);
    println!("{} events were mailed: median {median:?}, longest {longest:?}", told.len());
    // Three seconds of these are waited to see whether more comes in of the same thing.
    assert!(median < Duration::from_secs(20), "{told:?}");
    // The mail is there, and its links open the pages.
    let mail = house.office.wait_for("jan@voorbeeld.nl", 2).await.decoded();
    let link = mail.lines().find(|line| {
        line.starts_with(&house.site) && !line.contains("/mijn") && !line.contains("/uitschrijven")
    });
    assert_eq!(get(link.unwrap()).await.status, 200, "{mail}");
}
