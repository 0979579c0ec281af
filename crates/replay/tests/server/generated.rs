//! Generated data, asked through real HTTP by the reader of the feed.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use model::entities::{Besluit, Document, DocumentVersie, Stemming};
use model::{Category, Entity, Entry, Kind, Record, State, Uuid, Value};
use replay::{Faults, Generated};
use tokio::sync::OnceCell;

use crate::support::{client, get, serve, whole_feed};

const DOCUMENTS: u64 = 600;

fn end() -> Timestamp {
    "2025-12-31T12:00:00Z".parse().unwrap()
}

fn generated() -> Generated {
    static GENERATED: LazyLock<Generated> =
        LazyLock::new(|| Generated::new(DOCUMENTS, 1, end(), true).unwrap());
    GENERATED.clone()
}

type Everything = HashMap<Category, Vec<Entry>>;

/// All that there is with seed 1, read once for all tests.
async fn everything() -> &'static Everything {
    static EVERYTHING: OnceCell<Everything> = OnceCell::const_new();
    EVERYTHING
        .get_or_init(async || {
            let client = client(&serve(generated(), Faults::default()).await);
            let mut all = HashMap::new();
            for category in Category::ALL {
                all.insert(*category, whole_feed(&client, *category).await.0);
            }
            all
        })
        .await
}

fn of<T: Record>(all: &Everything) -> Vec<T> {
    let entity = |entry: &Entry| match &entry.state {
        State::Present { entity, .. } => T::from_entity((**entity).clone()),
        State::Deleted => None,
    };
    all[&T::CATEGORY].iter().filter_map(entity).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_feed_is_read_back_whole_under_one_global_sequence_of_tokens() {
    let all = everything().await;
    let counts: HashMap<Category, u64> = generated().counts().collect();
    let mut tokens = HashSet::new();
    let mut ids = HashSet::new();
    for category in Category::ALL {
        let entries = &all[category];
        assert_eq!(entries.len() as u64, counts[category], "{category}");
        assert!(entries.is_sorted_by(|a, b| a.token < b.token), "{category}");
        assert!(entries.is_sorted_by_key(|entry| entry.updated), "{category}");
        tokens.extend(entries.iter().map(|entry| entry.token));
        ids.extend(entries.iter().map(|entry| entry.id));
    }
    let total: u64 = counts.values().sum();
    assert_eq!((tokens.len() as u64, ids.len() as u64), (total, total));
    assert!(total > 12 * DOCUMENTS, "{total}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_data_and_another_seed_other_data() {
    let all = everything().await;
    let read = async |seed, category| {
        let client = client(
            &serve(Generated::new(DOCUMENTS, seed, end(), true).unwrap(), Faults::default()).await,
        );
        whole_feed(&client, category).await.0
    };
    for category in [Category::Document, Category::Activiteit] {
        assert_eq!(read(1, category).await, all[&category]);
        assert_ne!(read(2, category).await, all[&category]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn relations_lead_to_entities_that_are_there_but_for_a_few() {
    let all = everything().await;
    let ids: HashMap<Uuid, Category> =
        all.values().flatten().map(|entry| (entry.id, entry.category)).collect();
    let deleted: HashSet<Uuid> = all
        .values()
        .flatten()
        .filter(|entry| entry.state == State::Deleted)
        .map(|entry| entry.id)
        .collect();
    let (mut relations, mut dangling) = (0_u32, 0_u32);
    for entry in all.values().flatten() {
        let State::Present { entity, .. } = &entry.state else { continue };
        let values = (**entity).clone().into_values();
        for (field, value) in entry.category.description().fields.iter().zip(values) {
            let (Kind::One(wanted) | Kind::Many(wanted)) = field.kind else { continue };
            let targets = match value {
                Value::One(id) => vec![id],
                Value::Many(ids) => ids,
                _ => Vec::new(),
            };
            for target in targets {
                relations += 1;
                match ids.get(&target) {
                    Some(found) => assert_eq!(*found, wanted, "{} {}", entry.category, field.wire),
                    None => dangling += 1,
                }
                dangling += u32::from(deleted.contains(&target));
            }
        }
    }
    assert!(relations > 10_000, "{relations}");
    assert!(dangling > 0 && dangling * 50 < relations, "{dangling} of {relations} dangle");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_and_its_version_name_each_other() {
    let all = everything().await;
    let versions: HashMap<Uuid, DocumentVersie> =
        of::<DocumentVersie>(all).into_iter().map(|it| (it.id.0, it)).collect();
    let documents = of::<Document>(all);
    assert_eq!(documents.len(), versions.len());
    for document in documents {
        let version = &versions[&document.huidige_document_versie.unwrap().0];
        assert_eq!(version.document, Some(document.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_decision_says_what_its_votes_say() {
    let all = everything().await;
    let mut votes: HashMap<Uuid, (i64, i64)> = HashMap::new();
    for stemming in of::<Stemming>(all) {
        let seats = stemming.fractie_grootte.unwrap();
        let count = votes.entry(stemming.besluit.unwrap().0).or_default();
        match stemming.soort.as_deref() {
            Some("Voor") => count.0 += seats,
            _ => count.1 += seats,
        }
    }
    let besluiten: HashMap<Uuid, Besluit> =
        of::<Besluit>(all).into_iter().map(|besluit| (besluit.id.0, besluit)).collect();
    let mut checked = 0;
    for (besluit, (in_favour, against)) in votes {
        // Some decisions were withdrawn, and some votes.
        let Some(besluit) = besluiten.get(&besluit) else { continue };
        if in_favour + against < 150 {
            continue;
        }
        let text = besluit.besluit_tekst.as_deref().unwrap_or_default();
        let expected = if in_favour > against { "Aangenomen" } else { "Verworpen" };
        assert!(text.starts_with(expected), "{in_favour}-{against}: {text}");
        checked += 1;
    }
    assert!(checked > 30, "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_run_from_2008_until_the_end_and_the_end_holds_something_of_everything() {
    let all = everything().await;
    let documents = of::<Document>(all);
    let years: HashSet<i16> = documents
        .iter()
        .map(|document| model::time::in_amsterdam(document.datum.unwrap()).year())
        .collect();
    assert_eq!(years.len(), 18);
    assert!(years.contains(&2008) && years.contains(&2025));
    // Feed order is not chronology: some old ones were published again.
    assert!(!documents.is_sorted_by_key(|document| document.datum));
    let last = all.values().flatten().map(|entry| entry.token).max().unwrap();
    let first = all.values().flatten().map(|entry| entry.token).min().unwrap();
    let late = last - (last - first) / 20;
    for category in [Category::Zaak, Category::Stemming, Category::Activiteit, Category::Verslag] {
        assert!(all[&category].last().unwrap().token > late, "{category}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subjects_and_names_vary() {
    let all = everything().await;
    let documents = of::<Document>(all);
    let subjects: HashSet<&str> =
        documents.iter().filter_map(|document| document.onderwerp.as_deref()).collect();
    assert!(subjects.len() * 10 > documents.len() * 8, "{} of {}", subjects.len(), documents.len());
    let persons: HashSet<Option<String>> =
        of::<model::entities::Persoon>(all).into_iter().map(|it| it.achternaam).collect();
    assert!(persons.len() > 100, "{}", persons.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_made_on_request_and_as_long_as_announced() {
    let address = serve(generated(), Faults::default()).await;
    let client = client(&address);
    let all = everything().await;
    let (documents, verslagen) = (&all[&Category::Document], &all[&Category::Verslag]);
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for entry in documents.iter().take(200).chain(verslagen.iter().take(10)) {
        let State::Present { file: Some(file), .. } = &entry.state else { continue };
        let mut download = client.resource(entry.id).await.unwrap();
        assert_eq!(download.content_type(), Some(file.content_type.as_str()));
        let mut bytes = Vec::new();
        while let Some(chunk) = download.chunk().await.unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        assert_eq!(file.content_length, i64::try_from(bytes.len()).ok(), "{}", entry.id);
        let (kind, start): (&str, &[u8]) = match file.content_type.as_str() {
            "application/pdf" => ("pdf", b"%PDF-"),
            "application/xml" => ("xml", "\u{feff}<?xml".as_bytes()),
            _ => ("docx", b"PK"),
        };
        assert!(bytes.starts_with(start), "{kind}");
        *kinds.entry(kind.into()).or_default() += 1;
    }
    assert!(kinds["pdf"] > 120 && kinds["docx"] > 2 && kinds["xml"] > 5, "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_official_publication_belongs_to_each_paper_in_a_dossier() {
    let address = serve(generated(), Faults::default()).await;
    let mut found = 0;
    for versie in of::<DocumentVersie>(everything().await) {
        let Some(identifier) = versie.externeidentifier else { continue };
        let (status, xml) = get(address.join(&format!("{identifier}.xml")).unwrap()).await;
        assert_eq!(status, 200, "{identifier}");
        assert!(xml.contains(&format!("content=\"{identifier}\"")), "{xml}");
        found += 1;
    }
    let share = f64::from(found) / DOCUMENTS as f64;
    assert!((0.2..0.35).contains(&share), "{share}");
    assert_eq!(get(address.join("kst-28000-99999.xml").unwrap()).await.0, 404);
    assert_eq!(get(address.join("kst-1-1.xml").unwrap()).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_files_none_is_announced_and_none_is_there() {
    let bare = Generated::new(300, 1, end(), false).unwrap();
    let address = serve(bare, Faults::default()).await;
    let client = client(&address);
    let (documents, _) = whole_feed(&client, Category::Document).await;
    for entry in documents {
        let State::Present { file, .. } = entry.state else { continue };
        assert_eq!(file, None);
        assert!(client.resource(entry.id).await.unwrap_err().is_missing());
    }
    let (versions, _) = whole_feed(&client, Category::DocumentVersie).await;
    assert!(versions.iter().all(|entry| match &entry.state {
        State::Present { entity, .. } => matches!(
            &**entity,
            Entity::DocumentVersie(DocumentVersie { externeidentifier: None, .. })
        ),
        State::Deleted => true,
    }));
}

#[test]
fn a_size_that_cannot_be_is_named() {
    for documents in [0, 5_000_001] {
        let Err(error) = Generated::new(documents, 1, end(), true) else { panic!("{documents}") };
        assert!(error.to_string().contains("expected 1 to 5000000"), "{error}");
    }
}
