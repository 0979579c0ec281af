//! Delivery: what is to be told reaches mail and webhooks, by one process at a time, whenever it is killed
//! and whatever the servers answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use model::{Category, Uuid};
use rusqlite::Connection;
use store::Store;
use store::accounts::message::outbox;
use store::watching::event::{EventKind, NewEvent, to_match};
use store::watching::monitor::{Channel, Choices, Frequency};
use store::watching::notice::NewNotice;

use crate::post_office::{Mood, PostOffice};
use crate::receiver::{Answer, Receiver};
use crate::support::{PATIENCE, Running, is_long, mix, run};

/// Has what is to be tried again be tried now: nobody waits hours for a test.
pub(crate) fn hurry(database: &Path) {
    let connection = Connection::open(database).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    let sql = "UPDATE message SET next_try = 0 WHERE state = 'queued'";
    connection.execute(sql, []).unwrap();
}

/// Something that happens to a page, which is to be held against what is watched.
pub(crate) fn happen(store: &Store, title: &str, topic: &str) {
    let now = Timestamp::now();
    let event = NewEvent {
        kind: EventKind::Document,
        category: Category::Document,
        entity: Uuid::from_u128(now.as_nanosecond().unsigned_abs()),
        cause: 1,
        address: Some("/document/2025D31066".into()),
        title: title.into(),
        what: r#"{"soort":"Brief regering"}"#.into(),
        at: now,
        topics: vec![topic.into()],
    };
    let until = store.due_written_until(now).unwrap();
    store.write_due(&[event], until, now).unwrap();
}

/// A data folder without a site, in which two people are told by mail and at a webhook each.
struct House {
    folder: tempfile::TempDir,
    store: Store,
    office: PostOffice,
    receiver: Receiver,
    /// The account, its channel and its monitor.
    watching: Vec<(i64, Channel, i64)>,
}

impl House {
    async fn open(mood: Mood, answer: Answer) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let store = Store::open(&folder.path().join("data/griffier.db")).unwrap();
        let receiver = Receiver::open(answer).await;
        let mut house = Self {
            folder,
            store,
            office: PostOffice::open(mood).await,
            receiver,
            watching: vec![],
        };
        for account in [1, 2] {
            house.move_in(account);
        }
        house
    }

    fn move_in(&mut self, account: i64) {
        let connection = Connection::open(self.database()).unwrap();
        let sql = "INSERT INTO account (id, email, created_at) VALUES (?1, ?2, 0)";
        connection.execute(sql, (account, address(account))).unwrap();
        let hook = format!("{}/{account}", self.receiver.address);
        let secret = watch::webhook::fresh_secret().unwrap();
        let now = Timestamp::now();
        let hook = self.store.make_webhook(account, "Redactie", &hook, &secret, now).unwrap();
        for channel in [Channel::Mail, Channel::Webhook(hook.unwrap())] {
            let choices = Choices {
                name: "Wat ik volg".into(),
                kinds: Vec::new(),
                channel,
                frequency: Frequency::AtOnce,
                quiet: None,
                muted: Vec::new(),
                paused: false,
            };
            let subject = format!("/dossier/3657{}", self.watching.len());
            let monitor = self.store.make_monitor(account, &subject, &choices, now).unwrap();
            self.watching.push((account, channel, monitor.unwrap()));
        }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("data/griffier.db")
    }

    fn watch(&self) -> Running {
        Running::start(self.folder.path(), &self.arguments())
    }

    fn arguments(&self) -> [&str; 9] {
        [
            "watch",
            "--data=data",
            "--public-url",
            "https://griffier.nl",
            "--smtp",
            &self.office.address,
            "--dangerous-webhook-networks",
            "127.0.0.1",
            "--mail-from=griffier@griffier.nl",
        ]
    }

    /// Something happens of which both are to be told by both channels.
    fn happen(&self, title: &str) {
        happen(&self.store, title, "/dossier/36570");
        let events = to_match(&self.store.reader().unwrap(), 10).unwrap();
        for (event, _) in events {
            let notices: Vec<NewNotice> = self
                .watching
                .iter()
                .map(|(account, channel, monitor)| NewNotice {
                    account: *account,
                    channel: *channel,
                    due_at: Some(Timestamp::now()),
                    monitors: vec![*monitor],
                })
                .collect();
            self.store.write_notices(event.number, &notices).unwrap();
        }
    }

    /// How often a server was asked for something.
    fn turns(&self) -> u64 {
        self.office.turns() + self.receiver.calls().len() as u64
    }

    /// Waits until nothing is left to be told or sent.
    async fn until_done(&self) {
        let until = Instant::now() + PATIENCE;
        loop {
            hurry(&self.database());
            let outbox = outbox(&self.store.reader().unwrap()).unwrap();
            assert_eq!(outbox.failed, 0, "{outbox:?}");
            let untold = self.store.due_notices(Timestamp::now(), 10).unwrap();
            if outbox.queued == 0 && untold.is_empty() {
                return;
            }
            assert!(Instant::now() < until, "{outbox:?}, {untold:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn address(account: i64) -> String {
    format!("naam{account}@voorbeeld.nl")
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_with_servers_that_fail_all_is_told_once() {
    let kills = if is_long() { 300 } else { 8 };
    let house = House::open(Mood::Moody, Answer::Moody).await;
    let title = |number: u64| format!("Bericht [{number}]");
    for kill in 0..kills {
        house.happen(&title(kill));
        let running = house.watch();
        // In the middle of the work, and not always at the same point of it.
        let (before, until) = (house.turns(), Instant::now() + PATIENCE);
        while house.turns() < before + 1 + mix(kill) % 3 {
            assert!(Instant::now() < until, "nothing is delivered after {kill} kills");
            hurry(&house.database());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(mix(kill) / 3 % 60)).await;
        // Dropping it sends SIGKILL.
        drop(running);
    }
    let _running = house.watch();
    house.until_done().await;

    let mails = house.office.mail();
    let mut ids_of_mail: BTreeMap<(String, u64), BTreeSet<String>> = BTreeMap::new();
    let mut copies: BTreeMap<String, (String, u64)> = BTreeMap::new();
    for mail in &mails {
        let (id, subject) = (mail.header("message-id").unwrap(), mail.header("subject").unwrap());
        let text = mail.decoded();
        for number in (0..kills).filter(|number| text.contains(&title(*number))) {
            ids_of_mail.entry((mail.to.clone(), number)).or_default().insert(id.clone());
        }
        let copy = copies.entry(id).or_insert((subject.clone(), 0));
        assert_eq!(copy.0, subject, "what is sent again is the same");
        copy.1 += 1;
    }
    let mail_repeated = copies.values().filter(|(_, times)| *times > 1).count();

    let calls = house.receiver.calls();
    let mut ids_of_calls: BTreeMap<(String, u64), BTreeSet<String>> = BTreeMap::new();
    let mut taken: BTreeMap<String, u64> = BTreeMap::new();
    let mut order: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for call in &calls {
        let (id, body) = (call.headers["webhook-id"].clone(), call.json());
        assert_eq!(body["id"], id.as_str());
        let is_first = call.status == Some(200) && !taken.contains_key(&id);
        for item in body["data"]["items"].as_array().unwrap() {
            let title = item["title"].as_str().unwrap();
            let number = title.split(['[', ']']).nth(1).unwrap().parse().unwrap();
            ids_of_calls.entry((call.asked.clone(), number)).or_default().insert(id.clone());
            if is_first {
                order.entry(call.asked.clone()).or_default().push(number);
            }
        }
        if call.status == Some(200) {
            *taken.entry(id).or_default() += 1;
        }
    }
    let taken_again = taken.values().filter(|times| **times > 1).count();
    println!(
        "{kills} kills: {} mails with {} Message-IDs, {mail_repeated} sent more than once; {} calls with \
         {} ids, {taken_again} taken on more than once",
        mails.len(),
        copies.len(),
        calls.len(),
        taken.len()
    );
    for (of_channel, both) in [
        (&ids_of_mail, [address(1), address(2)]),
        (&ids_of_calls, ["POST /1".to_owned(), "POST /2".to_owned()]),
    ] {
        for number in 0..kills {
            for who in &both {
                let ids = of_channel.get(&(who.clone(), number));
                let times = ids.map_or(0, BTreeSet::len);
                assert_eq!(times, 1, "{who} is told of {number} once: {ids:?}");
            }
        }
    }
    // The moment between the server's answer and our record of it is short.
    assert!(
        taken_again <= usize::try_from(kills).unwrap() / 2,
        "{taken_again} after {kills} kills"
    );
    for (webhook, told) in order {
        assert_eq!(told, (0..kills).collect::<Vec<_>>(), "{webhook} is told in order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_fails_keeps_nobody_else_waiting() {
    let house = House::open(Mood::Kind, Answer::Status(500)).await;
    let _running = house.watch();
    house.happen("Het eerste");
    house.receiver.wait_for(2).await;
    let begin = Instant::now();
    house.happen("Het tweede");
    for account in [1, 2] {
        house.office.wait_for(&address(account), 2).await;
    }
    // The first wait of a webhook is longer than that.
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert_eq!(house.receiver.calls().len(), 2, "what follows waits for what was not taken on");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_mail_leaves_webhooks_and_the_operator_stops_both() {
    let house = House::open(Mood::Kind, Answer::Status(200)).await;
    house.store.mute(1, true, Timestamp::now()).unwrap();
    house.store.unsubscribe(2, true, Timestamp::now()).unwrap();
    house.happen("Het eerste");
    let _running = house.watch();
    house.until_done().await;
    let asked: Vec<String> = house.receiver.calls().into_iter().map(|call| call.asked).collect();
    assert_eq!(asked, ["POST /2"]);
    assert!(house.office.mail().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_delivers_at_a_time_and_says_so_to_a_second() {
    let house = House::open(Mood::Kind, Answer::Status(200)).await;
    let mut first = house.watch();
    first.wait_for("delivering");
    let (status, said) = run(house.folder.path(), &house.arguments());
    assert!(!status.success() && said.contains("another Griffier sends the mail"), "{said}");
    let up = ["up", "--data=data", "--listen=127.0.0.1:0", "--mail-folder=mail"];
    let (status, said) = run(house.folder.path(), &up);
    assert!(!status.success() && said.contains("another Griffier sends the mail"), "{said}");
    // Dropping it sends SIGKILL: the next need not wait.
    drop(first);
    house.watch().wait_for("delivering");

    let (status, said) = run(house.folder.path(), &["watch", "--data=data"]);
    assert!(!status.success() && said.contains("set --smtp"), "{said}");
    let (status, said) =
        run(house.folder.path(), &["watch", "--data=elsewhere", "--mail-folder=x"]);
    assert!(!status.success() && said.contains("there are no data in elsewhere"), "{said}");
}
