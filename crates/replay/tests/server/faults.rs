//! Each fault, as the reader of the feed meets it; and that who tries again gets everything.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use feed::{Client, FetchError, WireError};
use model::{Category, Entity, Entry, FileInfo, State, Token, Uuid};
use replay::{Drip, Faults};
use url::Url;

use crate::support::{client, control, faults, get, http, sample, serve, whole_feed};

/// Asks for the first page of a category until it fails.
async fn failure(faults_text: &str, wanted: impl Fn(&FetchError) -> bool) -> FetchError {
    let client = client(&serve(sample(None), faults(faults_text)).await);
    for _ in 0..60 {
        match client.page(Category::Zaal, None).await {
            Err(error) if wanted(&error) => return error,
            _ => {}
        }
    }
    panic!("{faults_text} never gave the failure that was waited for");
}

/// Everything in a category, however often it has to be asked for.
async fn stubborn_feed(client: &Client, category: Category) -> (Vec<Entry>, usize) {
    let (mut entries, mut token, mut failures) = (Vec::new(), None, 0);
    loop {
        match client.page(category, token).await {
            Ok(page) if page.entries.is_empty() => return (entries, failures),
            Ok(page) => {
                token = page.next;
                entries.extend(page.entries);
            }
            Err(error) => {
                assert!(error.is_transient(), "{error}");
                failures += 1;
            }
        }
    }
}

async fn file(client: &Client, id: Uuid) -> Result<Vec<u8>, FetchError> {
    let mut download = client.resource(id).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = download.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn files(entries: &[Entry]) -> HashMap<Uuid, FileInfo> {
    let file = |entry: &Entry| match &entry.state {
        State::Present { file, .. } => file.clone().map(|file| (entry.id, file)),
        State::Deleted => None,
    };
    entries.iter().filter_map(file).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_source_answers_429_with_and_without_a_time_to_wait() {
    let patient = failure("429=0.8", |error| error.retry_after().is_some()).await;
    assert_eq!(patient.retry_after(), Some(Duration::from_secs(1)));
    let silent = failure("429=0.8", |error| error.retry_after().is_none()).await;
    for error in [patient, silent] {
        assert!(matches!(&error, FetchError::Status { status, .. } if status.as_u16() == 429));
        assert!(error.is_transient());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_source_answers_500() {
    let error = failure("500=0.8", |_| true).await;
    assert!(matches!(&error, FetchError::Status { status, .. } if status.as_u16() == 500));
    assert!(error.is_transient());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_reset_halfway_the_answer() {
    let error = failure("reset=0.8", |_| true).await;
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    // Not merely closed: the operating system says so.
    assert!(error.to_string().contains("reset by peer"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_cut_off_with_and_without_a_sign_of_it() {
    let announced = |error: &FetchError| matches!(error, FetchError::Unreachable { .. });
    let error = failure("truncate=0.8", announced).await;
    assert!(!error.to_string().contains("reset"), "{error}");
    let silent = |error: &FetchError| matches!(error, FetchError::NotAPage { .. });
    let error = failure("truncate=0.8", silent).await;
    assert!(error.is_transient(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_not_well_formed() {
    let error = failure("garble=0.8", |_| true).await;
    let FetchError::NotAPage { reason, .. } = &error else { panic!("{error}") };
    assert!(matches!(reason, WireError::Xml(_)), "{reason}");
    assert!(error.is_transient());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_late_within_the_range_that_was_given() {
    let client = client(&serve(sample(None), faults("latency=100ms..200ms")).await);
    for _ in 0..3 {
        let begin = Instant::now();
        client.page(Category::Zaal, None).await.unwrap();
        assert!(begin.elapsed() >= Duration::from_millis(100));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_category_fails_and_the_others_do_not() {
    let client = client(&serve(sample(None), faults("fail=Stemming")).await);
    for _ in 0..5 {
        let error = client.page(Category::Stemming, None).await.unwrap_err();
        assert!(matches!(error, FetchError::Status { status, .. } if status.as_u16() == 500));
    }
    assert!(!whole_feed(&client, Category::Zaal).await.0.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_again_gets_everything_whatever_went_wrong() {
    let calm = client(&serve(sample(None), Faults::default()).await);
    let all = "429=0.1,500=0.1,reset=0.1,truncate=0.1,garble=0.1";
    let troubled = client(&serve(sample(None), faults(all)).await);
    let mut failures = 0;
    for category in [Category::Stemming, Category::Document, Category::Persoon] {
        let (expected, _) = whole_feed(&calm, category).await;
        let (entries, failed) = stubborn_feed(&troubled, category).await;
        assert_eq!(entries, expected, "{category}");
        failures += failed;
    }
    assert!(failures > 10, "{failures} of some 60 requests failed");

    let (documents, _) = whole_feed(&calm, Category::Document).await;
    for id in files(&documents).into_keys().take(30) {
        let expected = file(&calm, id).await.unwrap();
        let bytes = loop {
            match file(&troubled, id).await {
                Ok(bytes) => break bytes,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
        };
        assert_eq!(bytes, expected, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_faults() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let client = client(&serve(sample(None), faults("429=0.3,500=0.3")).await);
        let mut answers = Vec::new();
        for attempt in 0..40 {
            let after = (attempt % 2 == 0).then_some(24_000_500);
            answers.push(client.page(Category::Zaal, after).await.map_err(|error| match error {
                FetchError::Status { status, .. } => status.as_u16(),
                other => panic!("{other}"),
            }));
        }
        runs.push(answers);
    }
    let second = runs.pop().unwrap();
    assert_eq!(runs.pop().unwrap(), second);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_missing_mislabelled_and_of_another_length_for_good() {
    let right = client(&serve(sample(None), Faults::default()).await);
    let wrong =
        client(&serve(sample(None), faults("missing=0.2,mislabel=0.2,wrong-length=0.2")).await);
    let (entries, _) = whole_feed(&right, Category::Document).await;
    let (labelled, _) = whole_feed(&wrong, Category::Document).await;
    assert_eq!(whole_feed(&wrong, Category::Document).await.0, labelled, "labels do not waver");
    let (right_files, wrong_files) = (files(&entries), files(&labelled));
    assert_eq!(right_files.len(), wrong_files.len());
    let differing = |differs: fn(&FileInfo, &FileInfo) -> bool| {
        right_files.iter().filter(|(id, file)| differs(file, &wrong_files[id])).count() as f64
            / right_files.len() as f64
    };
    let near = |share: f64| (0.15..0.25).contains(&share);
    assert!(near(differing(|right, wrong| right.content_type != wrong.content_type)));
    assert!(near(differing(|right, wrong| right.content_length != wrong.content_length)));

    let mut missing = 0;
    for id in right_files.keys().take(100) {
        let expected = file(&right, *id).await.unwrap();
        match wrong.resource(*id).await {
            Ok(download) => {
                let label = Some(wrong_files[id].content_type.as_str());
                assert_eq!(download.content_type(), label, "as mislabelled as in the feed");
                drop(download);
                assert_eq!(file(&wrong, *id).await.unwrap(), expected, "the bytes are right");
            }
            Err(error) => {
                assert!(error.is_missing(), "{error}");
                assert!(error.to_string().contains("\"title\":\"Not Found\""), "{error}");
                missing += 1;
            }
        }
    }
    assert!((8..40).contains(&missing), "{missing} of 100 are missing");
}

/// What entries say of their entities, apart from their place in the feed and `bijgewerkt`: nothing of
/// those that were withdrawn.
fn content(entries: &[Entry]) -> BTreeMap<Uuid, Option<(Entity, Option<FileInfo>)>> {
    let said = |entry: &Entry| match &entry.state {
        State::Present { entity, file, .. } => Some(((**entity).clone(), file.clone())),
        State::Deleted => None,
    };
    entries.iter().map(|entry| (entry.id, said(entry))).collect()
}

fn tokens(entries: &[Entry]) -> HashMap<Uuid, Token> {
    entries.iter().map(|entry| (entry.id, entry.token)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mass_bump_publishes_old_entities_again_with_the_same_content() {
    let address = serve(sample(None), Faults::default()).await;
    let client = client(&address);
    let (before, _) = whole_feed(&client, Category::Document).await;
    let highest = before.last().unwrap().token;
    let (status, said) = control(&address, "bump?count=1000").await;
    assert_eq!((status, said.as_str()), (200, "1000 published again\n"));

    let (after, _) = whole_feed(&client, Category::Document).await;
    assert_eq!(content(&after), content(&before), "nothing changed");
    assert!(after.is_sorted_by(|a, b| a.token < b.token));
    let new: Vec<&Entry> = after.iter().filter(|entry| entry.token > highest).collect();
    let old = tokens(&before);
    let moved = new.iter().filter(|entry| old[&entry.id] < entry.token).count();
    assert_eq!((new.len(), moved), (1000, 1000));
    let bijgewerkt: HashMap<Uuid, _> = before.iter().map(|it| (it.id, it.bijgewerkt)).collect();
    assert!(new.iter().all(|entry| entry.bijgewerkt > bijgewerkt[&entry.id]));

    // Who was up to date is told of these thousand alone.
    let rest = client.page(Category::Document, Some(highest)).await.unwrap();
    assert_eq!(rest.entries.len(), 250);
    assert!(rest.entries.iter().all(|entry| entry.token > highest));
    // Once more, and they move once more.
    control(&address, "bump?count=10&category=Document").await;
    let (again, _) = whole_feed(&client, Category::Document).await;
    assert_eq!(content(&again), content(&before));
    assert!(again.last().unwrap().token > after.last().unwrap().token);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_bump_what_comes_later_still_gets_higher_tokens() {
    // A week of the recording takes some three seconds.
    let drip = Drip { start: "2025-07-02T10:00:00Z".parse().unwrap(), speed: 2e5 };
    let address = serve(sample(Some(drip)), Faults::default()).await;
    let client = client(&address);
    control(&address, "bump?count=100").await;
    let (early, _) = whole_feed(&client, Category::Document).await;
    let highest = early.last().unwrap().token;
    let begin = Instant::now();
    loop {
        let later = client.page(Category::Document, Some(highest)).await.unwrap().entries;
        if later.len() >= 20 {
            let known = tokens(&early);
            assert!(later.iter().any(|entry| !known.contains_key(&entry.id)), "new ones");
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "{} came later", later.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_that_begins_again_has_low_tokens_and_the_same_content() {
    let address = serve(sample(None), Faults::default()).await;
    let client = client(&address);
    let (before, _) = whole_feed(&client, Category::Zaak).await;
    assert_eq!(control(&address, "restart").await.0, 200);
    let (after, _) = whole_feed(&client, Category::Zaak).await;
    assert_eq!(content(&after), content(&before));
    let (old, new) = (before.first().unwrap().token, after.last().unwrap().token);
    assert!(new < old, "the last token of now, {new}, is below the first of then, {old}");
    let rest = client.page(Category::Zaak, before.last().map(|entry| entry.token)).await.unwrap();
    assert!(rest.entries.is_empty(), "who goes on from an old token sees nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn bump_and_restart_also_come_by_the_clock() {
    let calm = client(&serve(sample(None), Faults::default()).await);
    let (before, _) = whole_feed(&calm, Category::Document).await;
    let bumped = client(&serve(sample(None), faults("bump=5@0ms")).await);
    let rest = bumped.page(Category::Document, before.last().map(|it| it.token)).await.unwrap();
    assert_eq!(rest.entries.len(), 5);

    let restarted = client(&serve(sample(None), faults("restart=300ms")).await);
    let first = restarted.page(Category::Zaal, None).await.unwrap().entries[0].token;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let page = restarted.page(Category::Zaal, None).await.unwrap();
    assert!(page.entries[0].token < first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lower_token_becomes_visible_after_a_higher_one() {
    let calm = client(&serve(sample(None), Faults::default()).await);
    let (expected, _) = whole_feed(&calm, Category::Stemming).await;
    let client = client(&serve(sample(None), faults("late=0.3")).await);
    let (early, _) = whole_feed(&client, Category::Stemming).await;
    let last = expected.last().unwrap().token;
    assert_eq!(early.last().unwrap().token, last, "the last one is there");
    let missed = expected.len() - early.len();
    assert!(missed > 20, "{missed} are not there yet");
    let seen = tokens(&early);
    let late = expected.iter().filter(|entry| !seen.contains_key(&entry.id));
    assert!(late.clone().all(|entry| entry.token > last - 501), "only near the end");

    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let (entries, _) = whole_feed(&client, Category::Stemming).await;
    assert_eq!(entries, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_can_be_set_while_it_runs() {
    let address = serve(sample(None), faults("fail=Zaal")).await;
    let client = client(&address);
    client.page(Category::Zaal, None).await.unwrap_err();
    assert_eq!(control(&address, "faults?set=").await.0, 200);
    client.page(Category::Zaal, None).await.unwrap();
    let (status, said) = control(&address, "faults?set=burn=1").await;
    assert_eq!(status, 400);
    assert!(said.contains("there is no fault"), "{said}");
    // Asking is not telling.
    let control: Url = address.join("control/restart").unwrap();
    assert_eq!(http().get(control.clone()).send().await.unwrap().status().as_u16(), 405);
    assert_eq!(get(address.join("control/nothing").unwrap()).await.0, 404);
}
