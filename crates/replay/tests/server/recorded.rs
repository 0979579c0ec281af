//! Recorded data, asked through real HTTP by the reader of the feed: what is written is what is read,
//! for all 37 categories of the sample.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use model::{Category, Entity, Entry, Origin, State, Uuid};
use replay::{Drip, Faults};

use crate::support::{client, get, sample, serve, whole_feed};

/// Wednesday 2 July 2025, 12:00 in Amsterdam.
const NOON: &str = "2025-07-02T10:00:00Z";

fn noon() -> Timestamp {
    NOON.parse().unwrap()
}

fn held_back() -> Option<Drip> {
    Some(Drip { start: noon(), speed: 0.0 })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_category_is_read_back_whole_under_one_global_sequence_of_tokens() {
    let client = client(&serve(sample(None), Faults::default()).await);
    let mut tokens = HashSet::new();
    let mut ids = HashSet::new();
    let mut total = 0;
    for category in Category::ALL {
        let (entries, pages) = whole_feed(&client, *category).await;
        assert!(!entries.is_empty(), "{category} is in the sample");
        assert_eq!(pages, entries.len().div_ceil(250), "{category}: pages are full but the last");
        assert!(entries.is_sorted_by(|a, b| a.token < b.token), "{category}");
        assert!(entries.iter().all(|entry| entry.category == *category));
        total += entries.len();
        tokens.extend(entries.iter().map(|entry| entry.token));
        ids.extend(entries.iter().map(|entry| entry.id));
    }
    assert_eq!(tokens.len(), total, "no token occurs twice, in whatever category");
    assert_eq!(ids.len(), total, "an entity stands in the feed once");
    let (least, most) = (tokens.iter().min().unwrap(), tokens.iter().max().unwrap());
    assert!(most - least > i64::try_from(total).unwrap(), "the sequence has gaps");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_follow_the_order_of_publication() {
    let client = client(&serve(sample(None), Faults::default()).await);
    let mut entries = Vec::new();
    for category in [Category::Document, Category::Zaak, Category::Persoon, Category::Verslag] {
        entries.extend(whole_feed(&client, category).await.0);
    }
    entries.sort_by_key(|entry| entry.token);
    assert!(entries.is_sorted_by_key(|entry| entry.updated));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_systems_write_each_in_their_own_way() {
    let address = serve(sample(None), Faults::default()).await;
    let feed = |category: &str| {
        let mut url = address.join("SyncFeed/2.0/Feed").unwrap();
        url.query_pairs_mut().append_pair("category", category);
        get(url)
    };
    let (_, parlis) = feed("Document").await;
    assert!(
        parlis.contains("<document xmlns:tk=\"http://www.tweedekamer.nl/xsd/tkData/v1-0\" xmlns=")
    );
    assert!(parlis.contains(" xsi:nil=\"true\" />"));
    let (_, datum) = parlis.split_once("<datum>").unwrap();
    assert_eq!(datum.find("</datum>"), Some("2025-06-23T00:00:00".len()), "local, no offset");

    let (_, sesam) = feed("Persoon").await;
    let (_, bijgewerkt) = sesam.split_once("tk:bijgewerkt=\"").unwrap();
    assert!(bijgewerkt.split_once('"').unwrap().0.ends_with('Z'));

    let (_, ns1) = feed("Toezegging").await;
    assert!(ns1.contains("<ns1:toezegging xmlns:ns1="));
    assert!(ns1.contains("<ns1:tekst>"));
    let (_, aanmaak) = ns1.split_once("<ns1:aanmaakdatum>").unwrap();
    assert!(aanmaak.split_once('<').unwrap().0.ends_with("+02:00"));

    for category in Category::ALL {
        let is_ns1 = matches!(category.name(), "Toezegging" | "Vergadering" | "Verslag");
        assert_eq!(category.description().origin == Origin::Ns1, is_ns1, "{category}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_later_is_held_back_until_it_drips() {
    let early = client(&serve(sample(held_back()), Faults::default()).await);
    let all = client(&serve(sample(None), Faults::default()).await);
    let (before, _) = whole_feed(&early, Category::Stemming).await;
    let (after, _) = whole_feed(&all, Category::Stemming).await;
    assert!(before.len() < after.len());
    assert!(before.iter().all(|entry| entry.updated.unwrap() <= noon()));

    // Fast enough that all of it is there at once.
    let dripping =
        client(&serve(sample(Some(Drip { start: noon(), speed: 1e12 })), Faults::default()).await);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (dripped, _) = whole_feed(&dripping, Category::Stemming).await;
    assert_eq!(dripped.len(), after.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entity_moves_to_the_end_and_a_deleted_one_stays_as_a_tombstone() {
    let early = client(&serve(sample(held_back()), Faults::default()).await);
    let all = client(&serve(sample(None), Faults::default()).await);
    let (before, _) = whole_feed(&early, Category::Activiteit).await;
    let (after, _) = whole_feed(&all, Category::Activiteit).await;
    let earlier: HashMap<Uuid, &Entry> = before.iter().map(|entry| (entry.id, entry)).collect();
    let mut moved = 0;
    for entry in &after {
        let Some(old) = earlier.get(&entry.id) else { continue };
        let is_later = entry.updated > old.updated;
        assert_eq!(entry.token > old.token, is_later);
        let status = |entry: &Entry| match &entry.state {
            State::Present { entity, .. } => match &**entity {
                Entity::Activiteit(activiteit) => activiteit.status.clone(),
                _ => None,
            },
            State::Deleted => None,
        };
        moved += usize::from(
            status(old).as_deref() == Some("Gepland")
                && status(entry).as_deref() == Some("Verplaatst"),
        );
    }
    assert!(moved > 0, "the sample holds meetings that move after the clock's moment");

    let (documents, _) = whole_feed(&all, Category::Document).await;
    assert!(documents.iter().any(|entry| entry.state == State::Deleted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_as_long_as_the_feed_says_and_what_is_missing_is_a_404_in_json() {
    let address = serve(sample(None), Faults::default()).await;
    let client = client(&address);
    let (verslagen, _) = whole_feed(&client, Category::Verslag).await;
    let (documents, _) = whole_feed(&client, Category::Document).await;
    let mut checked = 0;
    for entry in verslagen.iter().chain(documents.iter().take(20)) {
        let State::Present { file: Some(file), .. } = &entry.state else { continue };
        let mut download = client.resource(entry.id).await.unwrap();
        let mut length = 0;
        while let Some(chunk) = download.chunk().await.unwrap() {
            length += chunk.len();
        }
        assert_eq!(file.content_length, i64::try_from(length).ok(), "{}", entry.id);
        checked += 1;
    }
    assert!(checked >= 30);

    let (status, body) =
        get(address.join(&format!("SyncFeed/2.0/Resources/{}", Uuid::nil())).unwrap()).await;
    assert_eq!((status, body.starts_with('{')), (404, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_entity_and_one_publication_by_their_own_addresses() {
    let address = serve(sample(None), Faults::default()).await;
    let id = "e66b1e68-a631-5299-a69f-ddd006dc73ff"; // document 2019D53771
    let (status, xml) = get(address.join(&format!("SyncFeed/2.0/Entiteiten/{id}")).unwrap()).await;
    assert_eq!(status, 200);
    assert!(xml.contains("<documentNummer>2019D53771</documentNummer>"), "{xml}");

    let (status, xml) = get(address.join("kst-35373-1.xml").unwrap()).await;
    assert_eq!(status, 200);
    assert!(xml.contains("S.A. Blok"));
    assert_eq!(get(address.join("kst-1-1.xml").unwrap()).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_category_is_a_bad_request() {
    let address = serve(sample(held_back()), Faults::default()).await;
    let url = address.join("SyncFeed/2.0/Feed?category=Onzin").unwrap();
    assert_eq!(get(url).await.0, 400);
}
