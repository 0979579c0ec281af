//! Stopping, and what can be wrong around the program: each with a message that says what to do.

use std::path::Path;

use crate::settled::{generated, replay, state, sync, until, until_settled};
use crate::support::{Running, get, get_until, output, post, run, text};

fn demo_arguments(data: &str) -> Vec<&str> {
    vec!["up", "--demo", "--listen", "127.0.0.1:0", "--data", data]
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_cleanly_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Running::start(folder.path(), &demo_arguments("data"));
    let site = first.site();
    get_until(&format!("{site}/status"), |status| !text(&status.body).contains("Gegevens 0 "))
        .await;

    // While it runs, the folder is its own.
    let (status, said) = run(folder.path(), &demo_arguments("data"));
    assert!(!status.success());
    assert!(said.contains("in use by another Griffier"), "{said}");

    first.terminate();
    let (status, said) = first.wait();
    assert!(status.success(), "{said}");

    let mut second = Running::start(folder.path(), &demo_arguments("data"));
    let site = second.site();
    let status = get(&format!("{site}/status")).await;
    assert!(!text(&status.body).contains("Gegevens 0 "), "what was stored is there at once");
    second.terminate();
    assert!(second.wait().0.success());
}

#[test]
fn demo_data_and_real_data_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Running::start(folder.path(), &demo_arguments("data"));
    demo.site();
    demo.terminate();
    assert!(demo.wait().0.success());
    let (status, said) =
        run(folder.path(), &["up", "--data", "data", "--feed", "http://127.0.0.1:9/SyncFeed/2.0"]);
    assert!(!status.success());
    assert!(said.contains("holds demo data"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_does_not_answer_is_named_and_tried_again_while_the_site_serves() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(
        folder.path(),
        &["up", "--listen", "127.0.0.1:0", "--feed", "http://127.0.0.1:9/SyncFeed/2.0"],
    );
    let site = running.site();
    let line = running.wait_for("tried again");
    assert!(
        line.contains("http://127.0.0.1:9/SyncFeed/2.0/Feed?category=Zaal cannot be reached"),
        "{line}"
    );
    assert_eq!(get(&format!("{site}/")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_no_feed_is_ends_the_program_with_what_was_found_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = Running::start(folder.path(), &demo_arguments("other"));
    let site = other.site();
    // A site that is no feed: it answers 404 under /Feed.
    let (status, said) =
        run(folder.path(), &["up", "--listen", "127.0.0.1:0", "--data", "data", "--feed", &site]);
    assert!(!status.success());
    assert!(said.contains("there is no feed at the address given with --feed"), "{said}");
    assert!(said.contains("/Feed?category=Zaal answered 404"), "{said}");

    let (status, said) = run(folder.path(), &["up", "--data", "data", "--feed", "tweedekamer.nl"]);
    assert!(!status.success());
    assert!(said.contains("--feed \"tweedekamer.nl\" is no address"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let (status, said) = run(folder.path(), &demo_arguments("file/data"));
    assert!(!status.success());
    assert!(said.contains("the data folder file/data cannot be made"), "{said}");

    let (status, said) = run(folder.path(), &["serve", "--data", "nothing-here"]);
    assert!(!status.success());
    assert!(said.contains("there are no data in nothing-here"), "{said}");
}

#[test]
fn a_folder_of_another_version_and_a_damaged_one_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Running::start(folder.path(), &demo_arguments("data"));
    demo.site();
    demo.terminate();
    demo.wait();

    let database = folder.path().join("data/griffier.db");
    rusqlite_set_schema(&database, "999");
    let (status, said) = run(folder.path(), &demo_arguments("data"));
    assert!(!status.success());
    assert!(said.contains("was written by a newer version of Griffier (schema 999"), "{said}");

    rusqlite_set_schema(&database, "1");
    let (status, said) = run(folder.path(), &demo_arguments("data"));
    assert!(!status.success());
    assert!(said.contains("was written by a version of Griffier before 0.1.0"), "{said}");

    std::fs::write(&database, "this is no database, whatever its name says".repeat(100)).unwrap();
    let (status, said) = run(folder.path(), &demo_arguments("data"));
    assert!(!status.success());
    assert!(said.contains("is not a readable database"), "{said}");
}

fn rusqlite_set_schema(database: &Path, version: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.execute("UPDATE meta SET value = ?1 WHERE key = 'schema'", [version]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_named_before_any_work_begins() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, said) = run(folder.path(), &["up", "--demo", "--listen", &address]);
    assert!(!status.success());
    assert!(said.contains("cannot be listened on: choose another address with --listen"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn following_and_serving_can_be_two_processes() {
    let folder = tempfile::tempdir().unwrap();
    let (replay, feed) = replay(folder.path(), &["--until", "2025-07-02T12:00"]);
    let mut sync = sync(folder.path(), "data", &feed);
    sync.wait_for("pages indexed");
    let mut serve =
        Running::start(folder.path(), &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let site = serve.site();
    let page = crate::support::get_until(&format!("{site}/document/2019D53771"), |answer| {
        text(&answer.body).contains("Tekst van de officiële publicatie")
    })
    .await;
    assert_eq!(page.status, 200);
    crate::support::get_until(&format!("{site}/zoeken?q=ruslandstrategie"), |answer| {
        answer.body.contains("/document/2019D53771")
    })
    .await;
    for process in [&sync, &serve, &replay] {
        process.terminate();
    }
    for process in [sync, serve, replay] {
        assert!(process.wait().0.success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_that_begins_anew_is_an_alarm_until_the_operator_takes_it_over() {
    let folder = tempfile::tempdir().unwrap();
    let (_replay, feed) = generated(folder.path(), 60, &["--without-files"]);
    let data = folder.path().join("data");
    let mut running = sync(folder.path(), "data", &feed);
    let before = until_settled(&data).await;

    let control = feed.replace("/SyncFeed/2.0", "/control/restart");
    assert_eq!(post(&control).await.status, 200);
    running.wait_for("the source's sequence has begun anew");
    running.terminate();
    assert!(running.wait().0.success());
    assert_eq!(state(&data).unwrap(), before, "nothing was taken over, nothing was lost");
    let (status, said) = output(folder.path(), &["check", "--data", "data"]);
    assert!(!status.success());
    assert!(said.contains("--accept-new-sequence"), "{said}");

    let accept = ["check", "--data", "data", "--accept-new-sequence"];
    let (_, said) = output(folder.path(), &accept);
    assert!(said.contains("the source's present sequence counts now"), "{said}");
    let _running = sync(folder.path(), "data", &feed);
    // Each entity has a token of the new sequence.
    let is_entity = |(name, _): &(&String, &String)| name.starts_with("entity ");
    let after = until(&data, |state| {
        before
            .iter()
            .filter(is_entity)
            .all(|(name, line)| state.get(name).is_some_and(|it| it != line))
    });
    let after = after.await;
    assert_eq!(after.iter().filter(is_entity).count(), before.iter().filter(is_entity).count());
    let (status, said) = output(folder.path(), &["check", "--data", "data"]);
    assert!(status.success(), "{said}");
}
