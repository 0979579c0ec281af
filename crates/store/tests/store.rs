//! What the store promises to the pipeline, on a real SQLite file.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use model::entities::{
    Activiteit, Document, DocumentVersie, Fractie, FractieZetel, FractieZetelPersoon,
    Kamerstukdossier, Persoon, Stemming, Toezegging, Vergadering, Verslag, Zaak, ZaakActor,
};
use model::kamerstuk::DossierNummer;
use model::{Category, Entity, Entry, FileInfo, Id, Record, State, Uuid};
use proptest::prelude::*;
use store::apply::{Applied, OddityLine};
use store::changes::ChangeKind;
use store::cursor::{Pass, Start};
use store::files::{ExtractedRow, FileOrigin, FileOutcome};
use store::findings::{Findings, ReferenceRow, SpeechRow, SpokenRow};
use store::read::citations::Mention;
use store::read::index::Indexed;
use store::read::list::Asked;
use store::read::lists::activiteiten;
use store::read::verslag::{Named, SpokenName};
use store::read::{self, Gone};
use store::reread::Reread;
use store::{Store, StoreError};

struct Fresh {
    store: Store,
    _folder: tempfile::TempDir,
}

fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("griffier.db")).unwrap();
    Fresh { store, _folder: folder }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn present(token: i64, entity: Entity) -> Entry {
    Entry {
        token,
        id: entity.id(),
        category: entity.category(),
        updated: Some(Timestamp::from_second(1_750_000_000 + token).unwrap()),
        bijgewerkt: Some(Timestamp::from_second(token).unwrap()),
        state: State::Present {
            raw: format!("<x>{entity:?}</x>"),
            entity: Box::new(entity),
            file: None,
        },
    }
}

fn with_file(mut entry: Entry, length: i64) -> Entry {
    if let State::Present { file, .. } = &mut entry.state {
        *file =
            Some(FileInfo { content_type: "application/pdf".into(), content_length: Some(length) });
    }
    entry
}

fn deleted(token: i64, of: &Entry) -> Entry {
    Entry { token, state: State::Deleted, ..of.clone() }
}

fn zaak(number: u128, nummer: &str, onderwerp: &str) -> Entity {
    Entity::Zaak(Zaak {
        nummer: Some(nummer.into()),
        onderwerp: Some(onderwerp.into()),
        ..Zaak::from_values(id(number), Vec::new())
    })
}

fn document(number: u128, nummer: &str) -> Document {
    Document {
        document_nummer: Some(nummer.into()),
        ..Document::from_values(id(number), Vec::new())
    }
}

/// What a first version of the extractor made of a file.
fn three_words() -> ExtractedRow {
    ExtractedRow {
        extractor: 1,
        format: Some("pdf".into()),
        problem: None,
        words: 3,
        questions: None,
        body: Some(b"x".to_vec()),
        findings: Findings::default(),
    }
}

fn apply(store: &Store, entries: Vec<Entry>) -> Applied {
    let category = entries.first().unwrap().category;
    let cursor = entries.iter().map(|entry| entry.token).max();
    store.apply(category, entries, &[], Pass::Live, cursor).unwrap()
}

fn onderwerp(store: &Store, nummer: &str) -> Option<String> {
    let reader = store.reader().unwrap();
    read::zaak::page(&reader, nummer).unwrap()?.zaak.onderwerp
}

/// Zaken that are there, and that were withdrawn, as the status page counts them.
fn counts(store: &Store) -> (i64, i64) {
    let statuses = read::status::categories(&store.reader().unwrap()).unwrap();
    let line = statuses.iter().find(|line| line.category == Category::Zaak).unwrap();
    (line.present, line.deleted)
}

fn kinds(store: &Store) -> Vec<ChangeKind> {
    store.changes_after(0, 1_000).unwrap().into_iter().map(|change| change.kind).collect()
}

#[test]
fn an_entity_is_new_then_changed_then_deleted_and_may_return() {
    let Fresh { store, _folder } = fresh();
    let first = present(1, zaak(1, "2025Z00001", "eerst"));
    assert_eq!(apply(&store, vec![first.clone()]), Applied { new: 1, ..Applied::default() });
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("eerst"));

    let changed = present(2, zaak(1, "2025Z00001", "anders"));
    assert_eq!(apply(&store, vec![changed]), Applied { changed: 1, ..Applied::default() });
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("anders"));

    assert_eq!(
        apply(&store, vec![deleted(3, &first)]),
        Applied { deleted: 1, ..Applied::default() }
    );
    assert_eq!(onderwerp(&store, "2025Z00001"), None);
    let reader = store.reader().unwrap();
    assert_eq!(read::gone(&reader, "/zaak/2025Z00001").unwrap(), Some(Gone::Withdrawn));
    drop(reader);
    assert_eq!(counts(&store), (0, 1));

    let returned = present(4, zaak(1, "2025Z00001", "anders"));
    assert_eq!(apply(&store, vec![returned]), Applied { new: 1, ..Applied::default() });
    let reader = store.reader().unwrap();
    assert_eq!(read::gone(&reader, "/zaak/2025Z00001").unwrap(), None);
    drop(reader);
    let (present, deleted) = counts(&store);
    assert_eq!((present, deleted), (1, 0));
    assert_eq!(
        kinds(&store),
        [ChangeKind::New, ChangeKind::Changed, ChangeKind::Deleted, ChangeKind::New]
    );
}

#[test]
fn only_a_greater_token_is_applied() {
    let Fresh { store, _folder } = fresh();
    let entry = present(7, zaak(1, "2025Z00001", "nu"));
    apply(&store, vec![entry.clone()]);
    for stale in [present(6, zaak(1, "2025Z00001", "toen")), entry.clone(), deleted(7, &entry)] {
        assert_eq!(apply(&store, vec![stale]), Applied { unchanged: 1, ..Applied::default() });
    }
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("nu"));

    apply(&store, vec![deleted(9, &entry)]);
    let late = present(8, zaak(1, "2025Z00001", "te laat"));
    assert_eq!(apply(&store, vec![late]), Applied { unchanged: 1, ..Applied::default() });
    assert_eq!(onderwerp(&store, "2025Z00001"), None, "a tombstone keeps its token");
}

#[test]
fn a_re_emission_with_another_bijgewerkt_or_order_of_relations_is_no_change() {
    let Fresh { store, _folder } = fresh();
    let of = |relations: [u128; 2]| {
        Entity::Document(Document {
            zaak: relations.map(|number| Id::new(id(number))).to_vec(),
            ..document(1, "2025D00001")
        })
    };
    apply(&store, vec![present(1, of([8, 9]))]);
    let again = apply(&store, vec![present(2, of([9, 8]))]);
    assert_eq!(again, Applied { unchanged: 1, ..Applied::default() });
    assert_eq!(kinds(&store), [ChangeKind::New]);
    // But the new token counts.
    let stale = apply(&store, vec![present(2, of([8, 7]))]);
    assert_eq!(stale, Applied { unchanged: 1, ..Applied::default() });
    let changed = apply(&store, vec![present(3, of([8, 7]))]);
    assert_eq!(changed, Applied { changed: 1, ..Applied::default() });
}

#[test]
fn an_entity_with_another_number_leaves_its_old_address_behind() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, zaak(1, "2025Z00001", "x"))]);
    apply(&store, vec![present(2, zaak(1, "2025Z00002", "x"))]);
    let changes = store.changes_after(1, 10).unwrap();
    assert_eq!(changes.first().unwrap().old_address.as_deref(), Some("/zaak/2025Z00001"));
}

#[test]
fn a_page_shows_relations_in_whatever_order_they_arrived() {
    let Fresh { store, _folder } = fresh();
    // The document comes before its zaak and its dossier.
    let letter = Document {
        zaak: vec![Id::new(id(2))],
        kamerstukdossier: Some(Id::new(id(3))),
        ..document(1, "2025D00001")
    };
    apply(&store, vec![present(1, Entity::Document(letter))]);
    let reader = store.reader().unwrap();
    let page = read::document::page(&reader, "2025D00001").unwrap().unwrap();
    assert!(page.zaken.is_empty() && page.dossier.is_none());
    drop(reader);

    apply(&store, vec![present(2, zaak(2, "2025Z00001", "x"))]);
    let dossier = Kamerstukdossier {
        nummer: Some(36_800),
        toevoeging: Some("XVI".into()),
        ..Kamerstukdossier::from_values(id(3), Vec::new())
    };
    apply(&store, vec![present(3, Entity::Kamerstukdossier(dossier))]);
    let reader = store.reader().unwrap();
    let page = read::document::page(&reader, "2025D00001").unwrap().unwrap();
    assert_eq!(page.zaken.len(), 1);
    assert_eq!(page.dossier.unwrap().nummer.to_string(), "36800-XVI");
    let touched = read::index::touched_by(&reader, &store.changes_after(2, 1).unwrap());
    assert_eq!(touched.unwrap().len(), 2, "a new dossier touches itself and its documents");
}

#[test]
fn the_index_reads_many_pages_at_once_and_each_gets_what_is_its_own() {
    let Fresh { store, _folder } = fresh();
    // More than one statement asks for.
    let numbers = || (0_u32..150).map(|n| (i64::from(n), u128::from(n)));
    let persoon = Persoon {
        nummer: Some("1".into()),
        achternaam: Some("Jansen".into()),
        ..Persoon::from_values(id(1), Vec::new())
    };
    let zaken =
        numbers().map(|(n, key)| present(10 + n, zaak(1_000 + key, &format!("2025Z{n}"), "x")));
    let documents = numbers().map(|(n, key)| {
        let zaak = vec![Id::new(id(1_000 + key))];
        let nummer = format!("2025D{n}");
        present(1_000 + n, Entity::Document(Document { zaak, ..document(2_000 + key, &nummer) }))
    });
    let actors = numbers().map(|(n, key)| {
        let actor = ZaakActor {
            zaak: Some(Id::new(id(1_000 + key))),
            persoon: Some(Id::new(id(1))),
            actor_naam: Some(format!("actor {n}")),
            ..ZaakActor::from_values(id(3_000 + key), Vec::new())
        };
        present(2_000 + n, Entity::ZaakActor(actor))
    });
    apply(&store, vec![present(1, Entity::Persoon(persoon))]);
    apply(&store, zaken.collect());
    apply(&store, documents.collect());
    let before_actors = store.last_change().unwrap();
    apply(&store, actors.collect());

    let reader = store.reader().unwrap();
    let changes = store.changes_after(before_actors, 1_000).unwrap();
    let touched = read::index::touched_by(&reader, &changes).unwrap();
    assert_eq!(touched.len(), 300, "the zaken of the actors, and the documents of these");
    let indexed = read::index::indexed(&reader, &touched).unwrap();
    assert_eq!(indexed.len(), 300);
    for (_, page) in indexed {
        let (nummer, concerned) = match page {
            Indexed::Document { document, zaken, with_zaken, .. } => {
                assert_eq!(zaken.len(), 1);
                (document.document_nummer.unwrap().replace('D', "Z"), with_zaken)
            }
            Indexed::Zaak { zaak, concerned, .. } => (zaak.nummer.unwrap(), concerned),
            other => panic!("{other:?}"),
        };
        let [actor] = concerned.as_slice() else { panic!("{nummer}: {concerned:?}") };
        assert_eq!(actor.naam, nummer.strip_prefix("2025Z").map(|n| format!("actor {n}")));
        assert_eq!(actor.persoon.as_ref().unwrap().naam(), "Jansen");
    }
}

#[test]
fn a_page_that_says_nothing_any_more_is_taken_out_by_its_address_unless_another_has_it() {
    let Fresh { store, _folder } = fresh();
    let gone = present(1, zaak(1, "2025Z00001", "x"));
    let moved = present(2, zaak(2, "2025Z00002", "x"));
    apply(&store, vec![gone.clone(), moved.clone(), present(3, zaak(3, "2025Z00002", "y"))]);
    apply(&store, vec![deleted(4, &gone), deleted(5, &moved)]);
    let reader = store.reader().unwrap();
    let touched = read::index::touched_by(&reader, &store.changes_after(3, 10).unwrap()).unwrap();
    assert_eq!(read::index::indexed(&reader, &touched).unwrap().len(), 0);
    assert_eq!(read::index::addresses_of(&reader, &touched).unwrap(), ["/zaak/2025Z00001"]);
}

#[test]
fn what_a_reader_sees_is_of_one_moment() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, zaak(1, "2025Z00001", "voor"))]);
    let reader = store.reader().unwrap();
    let seen = |nummer| read::zaak::page(&reader, nummer).unwrap().map(|page| page.zaak.onderwerp);
    assert!(seen("2025Z00001").is_some());
    apply(&store, vec![present(2, zaak(2, "2025Z00002", "na"))]);
    assert!(seen("2025Z00002").is_none());
}

#[test]
fn a_home_town_is_not_stored() {
    let Fresh { store, _folder } = fresh();
    let persoon = Persoon {
        nummer: Some("1".into()),
        achternaam: Some("Jansen".into()),
        ..Persoon::from_values(id(1), Vec::new())
    };
    apply(&store, vec![present(1, Entity::Persoon(persoon))]);
    let connection = rusqlite::Connection::open(_folder.path().join("griffier.db")).unwrap();
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info('persoon')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(columns.contains(&"achternaam".to_owned()));
    assert!(!columns.iter().any(|column| column == "woonplaats" || column == "land"));
}

#[test]
fn files_are_wanted_newest_first_and_again_only_for_another_version() {
    let Fresh { store, _folder } = fresh();
    let dated = |number: u128, day: &str| {
        Entity::Document(Document {
            datum: Some(format!("{day}T00:00:00Z").parse().unwrap()),
            ..document(number, &format!("2025D0000{number}"))
        })
    };
    let old = with_file(present(1, dated(1, "2024-01-01")), 10);
    let new = with_file(present(2, dated(2, "2025-01-01")), 10);
    apply(&store, vec![old.clone(), new]);
    let now = Timestamp::now();
    let tasks = store.files_to_fetch(now, 10).unwrap();
    let order: Vec<_> = tasks.iter().map(|task| task.entity).collect();
    assert_eq!(order, [id(2), id(1)]);

    let stored = FileOutcome::Stored { sha256: "aa".into(), size: 10 };
    store.file_fetched(tasks.first().unwrap(), &stored).unwrap();
    assert_eq!(store.files_to_fetch(now, 10).unwrap().len(), 1);
    assert_eq!(store.files_to_extract(10).unwrap(), ["aa"]);

    // A failure waits; one that is given up does not come back by itself.
    let task = tasks.get(1).unwrap();
    let retry = FileOutcome::Retry { problem: "weg".into(), after: Duration::from_secs(60) };
    store.file_fetched(task, &retry).unwrap();
    assert_eq!(store.files_to_fetch(now, 10).unwrap(), []);
    let later = now + jiff::SignedDuration::from_secs(120);
    let again = store.files_to_fetch(later, 10).unwrap();
    assert_eq!(again.first().unwrap().attempts, 1);
    store.file_fetched(task, &FileOutcome::GivenUp { problem: "404".into() }).unwrap();
    assert_eq!(store.files_to_fetch(later, 10).unwrap(), []);

    // A mass bump asks for nothing; another length is another file.
    apply(&store, vec![Entry { token: 3, ..old.clone() }]);
    assert_eq!(store.files_to_fetch(later, 10).unwrap(), []);
    apply(&store, vec![with_file(Entry { token: 4, ..old }, 11)]);
    let again = store.files_to_fetch(later, 10).unwrap();
    assert_eq!((again.len(), again.first().unwrap().attempts), (1, 0));
}

#[test]
fn text_that_comes_in_is_a_change_of_every_entity_with_that_file() {
    let Fresh { store, _folder } = fresh();
    for number in [1, 2] {
        let entity = Entity::Document(document(number, &format!("2025D0000{number}")));
        apply(&store, vec![with_file(present(i64::try_from(number).unwrap(), entity), 10)]);
    }
    for task in store.files_to_fetch(Timestamp::now(), 10).unwrap() {
        store.file_fetched(&task, &FileOutcome::Stored { sha256: "aa".into(), size: 10 }).unwrap();
    }
    assert_eq!(store.files_to_extract(10).unwrap(), ["aa"], "the same bytes are read once");
    store.file_extracted("aa", &three_words()).unwrap();
    assert_eq!(kinds(&store).iter().filter(|kind| **kind == ChangeKind::Text).count(), 2);
    assert_eq!(store.files_to_extract(10).unwrap(), [""; 0]);

    store.extract_again_before(2).unwrap();
    assert_eq!(store.files_to_extract(10).unwrap(), ["aa"], "a better extractor reads it again");
    store.file_lost("aa").unwrap();
    assert_eq!(store.files_to_fetch(Timestamp::now(), 10).unwrap().len(), 2);
}

fn persoon(number: u128, nummer: &str, roepnaam: &str, tussenvoegsel: Option<&str>) -> Entity {
    Entity::Persoon(Persoon {
        nummer: Some(nummer.into()),
        roepnaam: Some(roepnaam.into()),
        tussenvoegsel: tussenvoegsel.map(String::from),
        achternaam: Some("Dijk".into()),
        ..Persoon::from_values(id(number), Vec::new())
    })
}

/// A seat of party SP, held by a person from and until a day.
fn zetel(store: &Store, token: i64, persoon: u128, van: &str, tot: Option<&str>) {
    let number = u128::try_from(token).unwrap() + 1_000;
    let fractie =
        Fractie { afkorting: Some("SP".into()), ..Fractie::from_values(id(900), Vec::new()) };
    apply(store, vec![present(token, Entity::Fractie(fractie))]);
    let zetel = FractieZetel {
        fractie: Some(Id::new(id(900))),
        ..FractieZetel::from_values(id(number), Vec::new())
    };
    apply(store, vec![present(token + 1, Entity::FractieZetel(zetel))]);
    let zetel = FractieZetelPersoon {
        fractie_zetel: Some(Id::new(id(number))),
        persoon: Some(Id::new(id(persoon))),
        van: Some(van.parse().unwrap()),
        tot_en_met: tot.map(|day| day.parse().unwrap()),
        ..FractieZetelPersoon::from_values(id(number + 100), Vec::new())
    };
    apply(store, vec![present(token + 2, Entity::FractieZetelPersoon(zetel))]);
}

fn spoken_name(voornaam: &str, fractie: Option<&str>) -> SpokenName {
    SpokenName {
        voornaam: voornaam.into(),
        achternaam: "van Dijk".into(),
        fractie: fractie.map(String::from),
        is_government: fractie.is_none(),
    }
}

#[test]
fn a_name_in_a_transcript_is_a_person_only_where_that_is_certain() {
    let Fresh { store, _folder } = fresh();
    apply(
        &store,
        vec![
            present(1, persoon(1, "11", "Jasper", Some("van"))),
            present(2, persoon(2, "22", "Jasper", Some("van"))),
            present(3, persoon(3, "33", "Jasper", None)),
        ],
    );
    zetel(&store, 10, 1, "2020-01-01", Some("2023-12-05"));
    zetel(&store, 20, 2, "2023-12-06", None);
    zetel(&store, 30, 3, "2020-01-01", None);
    let who = |name: SpokenName, day: &str| {
        let named = Named {
            datum: Some(day.parse().unwrap()),
            personen: HashSet::from([name.clone()]),
            ..Named::default()
        };
        let reader = store.reader().unwrap();
        read::verslag::links(&reader, &named).unwrap().personen.remove(&name)
    };
    let sp = || spoken_name("Jasper", Some("SP"));
    assert_eq!(who(sp(), "2023-12-05").as_deref(), Some("11"), "who sat then");
    assert_eq!(who(sp(), "2023-12-06").as_deref(), Some("22"));
    assert_eq!(who(sp(), "2019-12-31"), None, "nobody sat then");
    assert_eq!(who(spoken_name("Jasper", Some("PVV")), "2023-12-05"), None, "another party");
    assert_eq!(who(spoken_name("Emiel", Some("SP")), "2023-12-05"), None, "another first name");
    assert_eq!(who(spoken_name("Jasper", None), "2023-12-05"), None, "two of that name");
    zetel(&store, 40, 2, "2020-01-01", Some("2023-12-05"));
    assert_eq!(who(sp(), "2023-12-05"), None, "two sat then");
}

#[test]
fn a_person_has_the_speaking_time_of_the_version_that_is_shown() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, persoon(1, "11", "Jasper", Some("van")))]);
    zetel(&store, 10, 1, "2020-01-01", None);
    let vergadering = Vergadering {
        titel: Some("1e vergadering".into()),
        aanvangstijd: Some("2025-07-02T08:15:00Z".parse().unwrap()),
        ..Vergadering::from_values(id(50), Vec::new())
    };
    apply(&store, vec![present(50, Entity::Vergadering(vergadering))]);
    for (number, status, seconds) in [(51, "Gecorrigeerd", 60), (52, "Ongecorrigeerd", 90)] {
        let verslag = Verslag {
            vergadering: Some(Id::new(id(50))),
            status: Some(status.into()),
            ..Verslag::from_values(id(number), Vec::new())
        };
        let token = i64::try_from(number).unwrap();
        apply(&store, vec![with_file(present(token, Entity::Verslag(verslag)), 10)]);
        let task = store.files_to_fetch(Timestamp::now(), 10).unwrap().pop().unwrap();
        let sha256 = format!("{number}");
        let stored = FileOutcome::Stored { sha256: sha256.clone(), size: 10 };
        store.file_fetched(&task, &stored).unwrap();
        let row = SpokenRow {
            name: spoken_name("Jasper", Some("SP")),
            role: "speaker",
            seconds,
            turns: 2,
        };
        let speech = |name: SpokenName, speech: &str, minute: i64| SpeechRow {
            name,
            speech: speech.into(),
            topic: format!("Onderwerp {number}"),
            begin: Some(Timestamp::from_second(1_751_450_400 + minute * 60).unwrap()),
            seconds,
        };
        let speeches = vec![
            speech(spoken_name("Jasper", Some("SP")), "eerste", 0),
            speech(spoken_name("Emiel", Some("PVV")), "ander", 1),
            speech(spoken_name("Jasper", Some("SP")), "tweede", 2),
        ];
        let findings = Findings { spoken: vec![row], speeches, references: Vec::new() };
        let extracted = ExtractedRow { findings, ..three_words() };
        // Read twice: what follows from a file is replaced, not added.
        store.file_extracted(&sha256, &extracted).unwrap();
        store.file_extracted(&sha256, &extracted).unwrap();
    }
    let reader = store.reader().unwrap();
    let person =
        read::persoon::page(&reader, "11", jiff::civil::date(2025, 7, 2)).unwrap().unwrap().persoon;
    let lines = read::verslag::spoken(&reader, &person, 10).unwrap();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| (line.vergadering, line.role.as_str(), line.seconds, line.turns))
        .collect();
    assert_eq!(lines, [(id(50), "speaker", 60, 2)]);
    // Of the version that is shown, the last first; not those of a namesake.
    let speeches = read::verslag::last_speeches(&reader, &person, 10).unwrap();
    let speeches: Vec<_> = speeches
        .iter()
        .map(|line| (line.speech.as_str(), line.topic.as_str(), line.seconds))
        .collect();
    assert_eq!(speeches, [("tweede", "Onderwerp 51", 60), ("eerste", "Onderwerp 51", 60)]);
    assert_eq!(read::verslag::last_speeches(&reader, &person, 1).unwrap().len(), 1);
}

#[test]
fn what_refers_to_a_document_is_shown_until_it_is_withdrawn_or_refers_no_more() {
    let Fresh { store, _folder: folder } = fresh();
    let dossier = Kamerstukdossier {
        nummer: Some(36800),
        toevoeging: Some("XVI".into()),
        ..Kamerstukdossier::from_values(id(9), Vec::new())
    };
    apply(&store, vec![present(1, Entity::Kamerstukdossier(dossier))]);
    let motion = Document {
        volgnummer: Some(12),
        kamerstukdossier: Some(Id::new(id(9))),
        ..document(1, "2025D00001")
    };
    let letter = with_file(present(3, Entity::Document(document(2, "2025D00002"))), 10);
    apply(&store, vec![present(2, Entity::Document(motion)), letter.clone()]);
    let task = store.files_to_fetch(Timestamp::now(), 10).unwrap().pop().unwrap();
    store.file_fetched(&task, &FileOutcome::Stored { sha256: "aa".into(), size: 10 }).unwrap();
    let read_with = |references: Vec<ReferenceRow>| {
        let findings = Findings { references, ..Findings::default() };
        let extracted = ExtractedRow { findings, ..three_words() };
        store.file_extracted("aa", &extracted).unwrap();
    };
    let row = |target: &str| ReferenceRow {
        target: target.into(),
        passage: format!("zie {target}"),
        times: 1,
    };
    let citing = || {
        let reader = store.reader().unwrap();
        let page = read::document::page(&reader, "2025D00001").unwrap().unwrap();
        let cited: Vec<_> =
            page.citations.into_iter().map(|line| (line.address, line.passage)).collect();
        cited
    };
    let by_letter = |passage: &str| vec![("/document/2025D00002".to_owned(), passage.to_owned())];

    read_with(vec![row("kst:36800-XVI-12"), row("2025D00001")]);
    assert_eq!(citing(), by_letter("zie 2025D00001"), "one line, by whichever of its numbers");
    read_with(vec![row("kst:36800-XVI-12"), row("kst:36800-XVI-1")]);
    assert_eq!(citing(), by_letter("zie kst:36800-XVI-12"));
    read_with(vec![row("kst:36800-XVI-1")]);
    assert_eq!(citing(), [], "it refers no more");
    read_with(vec![row("kst:36800-XVI-12")]);
    apply(&store, vec![deleted(4, &letter)]);
    assert_eq!(citing(), [], "what refers is withdrawn");
    let count = |table: &str| -> i64 {
        let database = rusqlite::Connection::open(folder.path().join("griffier.db")).unwrap();
        database.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("content"), count("reference")), (0, 0), "nothing of its text is kept");

    let reader = store.reader().unwrap();
    let stuk = |nummer| Mention::Stuk(DossierNummer::new(36800, Some("XVI")), nummer);
    let nummer = |nummer: &str| Mention::Nummer(nummer.into());
    let known = read::citations::addresses(
        &reader,
        &HashSet::from([stuk(12), stuk(13), nummer("2025D00001"), nummer("2025D00002")]),
    )
    .unwrap();
    let expected = "/document/2025D00001".to_owned();
    assert_eq!(
        known,
        HashMap::from([(stuk(12), expected.clone()), (nummer("2025D00001"), expected)])
    );
}

#[test]
fn an_officially_published_version_asks_for_its_xml() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, Entity::Document(document(1, "2025D00001")))]);
    let versie = DocumentVersie {
        document: Some(Id::new(id(1))),
        externeidentifier: Some("kst-35373-1".into()),
        ..DocumentVersie::from_values(id(2), Vec::new())
    };
    apply(&store, vec![present(2, Entity::DocumentVersie(versie))]);
    let tasks = store.files_to_fetch(Timestamp::now(), 10).unwrap();
    let task = tasks.first().unwrap();
    assert_eq!((task.entity, task.origin), (id(1), FileOrigin::Publication));
    assert_eq!(task.locator, "kst-35373-1");
}

#[test]
fn a_document_that_returns_asks_for_its_publication_again() {
    let Fresh { store, _folder } = fresh();
    let letter = present(1, Entity::Document(document(1, "2025D00001")));
    apply(&store, vec![letter.clone()]);
    let versie = DocumentVersie {
        document: Some(Id::new(id(1))),
        externeidentifier: Some("kst-35373-1".into()),
        ..DocumentVersie::from_values(id(2), Vec::new())
    };
    apply(&store, vec![present(2, Entity::DocumentVersie(versie))]);
    let wanted = || {
        let tasks = store.files_to_fetch(Timestamp::now(), 10).unwrap();
        tasks.into_iter().map(|task| task.locator).collect::<Vec<_>>()
    };
    apply(&store, vec![deleted(3, &letter)]);
    assert_eq!(wanted(), [""; 0]);
    apply(&store, vec![Entry { token: 4, ..letter }]);
    assert_eq!(wanted(), ["kst-35373-1"]);
}

#[test]
fn the_cursor_moves_with_the_page_and_oddities_are_kept_once() {
    let Fresh { store, _folder } = fresh();
    assert_eq!(store.cursor(Category::Zaak).unwrap(), None);
    let oddity = OddityLine { entity: Some(id(1)), what: "Zaak has no field <x>".into() };
    for token in [5, 6] {
        let entries = vec![present(token, zaak(1, "2025Z00001", "x"))];
        store
            .apply(Category::Zaak, entries, std::slice::from_ref(&oddity), Pass::Live, Some(token))
            .unwrap();
    }
    assert_eq!(store.cursor(Category::Zaak).unwrap().unwrap().token, 6);
    store.caught_up(Category::Zaak).unwrap();
    let cursor = store.cursor(Category::Zaak).unwrap().unwrap();
    assert_eq!((cursor.token, cursor.caught_up_at.is_some()), (6, true));
    let oddities = read::status::oddities(&store.reader().unwrap()).unwrap();
    assert_eq!(oddities.first().unwrap().count, 1);
}

#[test]
fn a_full_disk_is_called_that_and_loses_nothing() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, zaak(1, "2025Z00001", "x"))]);
    store.limit_size_for_test(1).unwrap();
    let large = present(2, zaak(2, "2025Z00002", &"lang ".repeat(100_000)));
    let error = store.apply(Category::Zaak, vec![large], &[], Pass::Live, Some(2)).unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    assert!(error.to_string().contains("the disk is full: make room"));
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("x"));
    assert_eq!(store.cursor(Category::Zaak).unwrap().unwrap().token, 1);
}

#[test]
fn what_was_before_is_kept_as_a_revision_and_a_mass_bump_makes_none() {
    let Fresh { store, _folder } = fresh();
    let first = present(1, zaak(1, "2025Z00001", "eerst"));
    apply(&store, vec![first.clone()]);
    apply(&store, vec![Entry { token: 2, ..first.clone() }]);
    apply(&store, vec![present(3, zaak(1, "2025Z00001", "toen"))]);
    apply(&store, vec![deleted(4, &first)]);
    apply(&store, vec![deleted(5, &first)]);
    apply(&store, vec![present(6, zaak(1, "2025Z00001", "weer"))]);

    let revisions = read::history::revisions(&store.reader().unwrap(), id(1)).unwrap();
    let states: Vec<_> = revisions
        .iter()
        .map(|revision| revision.raw.as_deref().map(|raw| raw.contains("eerst")))
        .collect();
    assert_eq!(states, [Some(true), Some(false), None], "eerst, toen, a deletion");
    for pair in revisions.windows(2) {
        assert!(pair[0].seen_at <= pair[0].superseded_at);
        assert!(pair[0].superseded_at <= pair[1].superseded_at);
    }
}

#[test]
fn elements_of_a_full_page_come_back_as_published() {
    let Fresh { store, _folder } = fresh();
    let entry = |number: u128| {
        let onderwerp = format!("Motie van het lid {number} over iets dat anders moet worden");
        let token = i64::try_from(number).unwrap();
        present(token, zaak(number, &format!("2025Z{number:05}"), &onderwerp))
    };
    apply(&store, (1..=250).map(entry).collect());
    // The second page uses the dictionary that the first one made, also in another process.
    let store = Store::open(&_folder.path().join("griffier.db")).unwrap();
    apply(&store, (251..=300).map(entry).collect());
    let (entities, last) = store.raw_after(Uuid::nil(), 1_000).unwrap();
    assert_eq!((entities.len(), last), (300, Some(id(300))));
    for (number, found) in (1..).zip(entities) {
        let State::Present { raw, .. } = entry(number).state else { unreachable!() };
        assert_eq!(found.raw, raw);
    }
    assert_eq!(store.raw_after(id(300), 1_000).unwrap(), (Vec::new(), None));
}

#[test]
fn a_better_reader_puts_right_what_is_stored_without_making_history_of_it() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, zaak(1, "2025Z00001", "fout gelezen"))]);
    let reread = |token, onderwerp| Reread {
        id: id(1),
        token,
        entity: zaak(1, "2025Z00001", onderwerp),
        file: None,
    };
    assert_eq!(store.put_again(vec![reread(1, "fout gelezen")]).unwrap(), 0);
    assert_eq!(store.put_again(vec![reread(1, "goed gelezen")]).unwrap(), 1);
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("goed gelezen"));
    assert_eq!(store.put_again(vec![reread(0, "van toen")]).unwrap(), 0, "the feed has moved on");
    assert!(read::history::revisions(&store.reader().unwrap(), id(1)).unwrap().is_empty());
    // And what the feed says next is compared with that.
    let again = apply(&store, vec![present(2, zaak(1, "2025Z00001", "goed gelezen"))]);
    assert_eq!(again, Applied { unchanged: 1, ..Applied::default() });
}

#[test]
fn only_what_comes_in_after_the_end_was_seen_is_news() {
    let Fresh { store, _folder } = fresh();
    store.begin(Category::Zaak, Start { token: 10, since: None, first: 1 }).unwrap();
    let page = |token: i64, pass| {
        let number = u128::try_from(token).unwrap();
        let entries = vec![present(token, zaak(number, &format!("2025Z0000{number}"), "x"))];
        store.apply(Category::Zaak, entries, &[], pass, Some(token)).unwrap();
    };
    page(11, Pass::Live);
    store.caught_up(Category::Zaak).unwrap();
    page(12, Pass::Live);
    page(5, Pass::Backfill(Duration::from_millis(40)));
    let news: Vec<_> =
        store.changes_after(0, 10).unwrap().iter().map(|change| change.news).collect();
    assert_eq!(news, [false, true, false]);

    let cursor = store.cursor(Category::Zaak).unwrap().unwrap();
    assert_eq!((cursor.start, cursor.token, cursor.backfill), (10, 12, 5));
    assert_eq!(cursor.complete_at, None);
    let status = read::status::categories(&store.reader().unwrap()).unwrap();
    let line = status.iter().find(|line| line.category == Category::Zaak).unwrap();
    assert!((line.filled - 4.0 / 9.0).abs() < 1e-9 && line.filling_ms == 40, "{line:?}");
    store.filled_up(Category::Zaak).unwrap();
    assert!(store.cursor(Category::Zaak).unwrap().unwrap().complete_at.is_some());
}

#[test]
fn a_cursor_never_goes_back_and_a_failing_feed_is_remembered_until_it_answers() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(9, zaak(1, "2025Z00001", "x"))]);
    apply(&store, vec![present(4, zaak(2, "2025Z00002", "late"))]);
    assert_eq!(store.cursor(Category::Zaak).unwrap().unwrap().token, 9);
    assert_eq!(onderwerp(&store, "2025Z00002").as_deref(), Some("late"));

    let next_try = Timestamp::from_second(4_000_000_000).unwrap();
    store.feed_failed(Category::Zaak, "answered 500", next_try).unwrap();
    store.feed_failed(Category::Zaak, "answered 500", next_try).unwrap();
    let cursor = store.cursor(Category::Zaak).unwrap().unwrap();
    assert_eq!((cursor.failures, cursor.next_try), (2, Some(next_try)));
    apply(&store, vec![present(10, zaak(3, "2025Z00003", "x"))]);
    let cursor = store.cursor(Category::Zaak).unwrap().unwrap();
    assert_eq!((cursor.failures, cursor.next_try), (0, None));
}

#[test]
fn a_sequence_that_begins_anew_alarms_and_is_taken_over_only_when_accepted() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(5_000, zaak(1, "2025Z00001", "voor"))]);
    store.sequence_restarted(Category::Zaak).unwrap();
    assert!(store.cursor(Category::Zaak).unwrap().unwrap().restarted_at.is_some());
    store.accept_new_sequence().unwrap();
    let cursor = store.cursor(Category::Zaak).unwrap().unwrap();
    assert_eq!((cursor.token, cursor.restarted_at), (0, None));

    let same = apply(&store, vec![present(1, zaak(1, "2025Z00001", "voor"))]);
    assert_eq!(same, Applied { unchanged: 1, ..Applied::default() });
    let other = apply(&store, vec![present(2, zaak(1, "2025Z00001", "na"))]);
    assert_eq!(other, Applied { changed: 1, ..Applied::default() });
}

#[test]
fn what_is_taken_down_is_gone_everywhere_and_stays_so_until_it_is_put_back() {
    let Fresh { store, _folder } = fresh();
    let entry = |token, onderwerp: &str| {
        let entity = Document { onderwerp: Some(onderwerp.into()), ..document(1, "2025D00001") };
        with_file(present(token, Entity::Document(entity)), 10)
    };
    apply(&store, vec![entry(1, "een brief")]);
    let task = store.files_to_fetch(Timestamp::now(), 1).unwrap().remove(0);
    store.file_fetched(&task, &FileOutcome::Stored { sha256: "aa".into(), size: 10 }).unwrap();
    assert!(!store.take_down("/document/2025D99999", "x").unwrap(), "there is no such page");

    assert!(store.take_down("/document/2025D00001", "Op verzoek van de indiener.").unwrap());
    let reader = store.reader().unwrap();
    assert!(read::document::page(&reader, "2025D00001").unwrap().is_none());
    assert!(!read::search::is_known(&reader, "/document/2025D00001").unwrap());
    match read::gone(&reader, "/document/2025D00001").unwrap() {
        Some(Gone::TakenDown(takedown)) => {
            assert_eq!(takedown.reason, "Op verzoek van de indiener.")
        }
        other => unreachable!("{other:?}"),
    }
    drop(reader);
    assert_eq!(store.discarded(10).unwrap(), ["aa"], "its file goes too");
    store.file_removed("aa").unwrap();
    let last = store.changes_after(0, 100).unwrap().pop().unwrap();
    assert_eq!(last.kind, ChangeKind::Deleted);
    assert_eq!(last.old_address.as_deref(), Some("/document/2025D00001"));

    // Whatever the feed goes on to say.
    apply(&store, vec![entry(2, "een brief, nu anders")]);
    assert!(read::document::page(&store.reader().unwrap(), "2025D00001").unwrap().is_none());
    assert_eq!(store.files_to_fetch(Timestamp::now(), 10).unwrap(), []);

    let published = store.taken_down_at("/document/2025D00001").unwrap().unwrap();
    assert!(published.raw.contains("nu anders"));
    let State::Present { entity, file, .. } = entry(2, "een brief, nu anders").state else {
        unreachable!()
    };
    let content = Reread { id: published.id, token: published.token, entity: *entity, file };
    store.put_back("/document/2025D00001", Some(content)).unwrap();
    let reader = store.reader().unwrap();
    let page = read::document::page(&reader, "2025D00001").unwrap().unwrap();
    assert_eq!(page.document.onderwerp.as_deref(), Some("een brief, nu anders"));
    assert_eq!(read::gone(&reader, "/document/2025D00001").unwrap(), None);
    drop(reader);
    assert_eq!(store.files_to_fetch(Timestamp::now(), 10).unwrap().len(), 1, "fetched again");
}

/// A document with a file that was fetched under this hash and read.
fn document_with_file(store: &Store, number: u128, year: u16, token: i64, sha256: &str) {
    let entity = Document {
        datum: Some(format!("{year}-01-01T00:00:00Z").parse().unwrap()),
        ..document(number, &format!("2025D0000{number}"))
    };
    // Another length is another file.
    apply(store, vec![with_file(present(token, Entity::Document(entity)), token)]);
    for task in store.files_to_fetch(Timestamp::now(), 10).unwrap() {
        let stored = FileOutcome::Stored { sha256: sha256.into(), size: 100 };
        store.file_fetched(&task, &stored).unwrap();
    }
    store.file_extracted(sha256, &three_words()).unwrap();
}

#[test]
fn earlier_versions_of_a_file_are_kept() {
    let Fresh { store, _folder } = fresh();
    document_with_file(&store, 1, 2024, 1, "aa");
    document_with_file(&store, 1, 2024, 2, "bb");
    let versions = read::history::file_versions(&store.reader().unwrap(), id(1)).unwrap();
    assert_eq!(versions.iter().map(|it| it.sha256.as_str()).collect::<Vec<_>>(), ["aa"]);
    assert_eq!(store.discarded(10).unwrap(), [""; 0]);

    // One that was lost cannot be fetched again, and is no longer said to be here.
    assert!(!store.file_lost("aa").unwrap());
    let versions = read::history::file_versions(&store.reader().unwrap(), id(1)).unwrap();
    assert!(versions.is_empty());
    assert!(store.file_lost("bb").unwrap());
}

#[test]
fn a_budget_lets_earlier_versions_and_then_what_is_oldest_give_way_but_keeps_the_text() {
    let Fresh { store, _folder } = fresh();
    document_with_file(&store, 1, 2023, 1, "aa");
    document_with_file(&store, 2, 2024, 2, "bb");
    document_with_file(&store, 3, 2025, 3, "cc");
    document_with_file(&store, 3, 2025, 4, "dd");
    assert_eq!(store.make_room(1_000).unwrap(), 0);
    assert_eq!(store.discarded(10).unwrap(), [""; 0], "there is room");
    assert_eq!(store.make_room(300).unwrap(), 0);
    assert_eq!(store.discarded(10).unwrap(), ["cc"], "an earlier version");
    assert_eq!(store.make_room(150).unwrap(), 0);
    assert_eq!(store.discarded(10).unwrap(), ["aa", "bb", "cc"]);
    let reader = store.reader().unwrap();
    let page = read::document::page(&reader, "2025D00001").unwrap().unwrap();
    assert_eq!(page.files.first().unwrap().words, Some(3), "its text is still here");
    drop(reader);
    store.extract_again_before(2).unwrap();
    assert_eq!(store.files_to_extract(10).unwrap(), ["dd"], "what is gone is not read again");
    assert_eq!(store.files_to_fetch(Timestamp::now(), 10).unwrap(), [], "nor fetched again");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the order in which pages come, and however often: the greatest token decides.
    #[test]
    fn the_state_of_an_entity_is_that_of_its_greatest_token(
        states in prop::collection::vec((1_i64..20, prop::option::of("[a-c]")), 1..25),
    ) {
        let Fresh { store, _folder } = fresh();
        // One token has one content.
        let mut by_token = std::collections::BTreeMap::new();
        for (token, content) in &states {
            by_token.entry(*token).or_insert_with(|| content.clone());
        }
        for (token, _) in &states {
            let entry = present(*token, zaak(1, "2025Z00001", by_token[token].as_deref().unwrap_or("")));
            let entry = if by_token[token].is_some() { entry } else { deleted(*token, &entry) };
            apply(&store, vec![entry]);
        }
        let (_, last) = by_token.last_key_value().unwrap();
        prop_assert_eq!(&onderwerp(&store, "2025Z00001"), last);
    }

    /// A feed read in pieces, in any order, some twice, from both passes, with restarts in between, comes
    /// to what it says when read once from beginning to end.
    #[test]
    fn however_a_feed_is_read_it_comes_to_the_same(
        history in prop::collection::vec((1_u128..6, prop::option::of("[ab]")), 1..20),
        reading in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), any::<bool>()), 0..30),
    ) {
        let entries: Vec<Entry> = (1_i64..)
            .zip(&history)
            .map(|(token, (number, content))| {
                let nummer = format!("2025Z0000{number}");
                let entry = present(token, zaak(*number, &nummer, content.as_deref().unwrap_or("")));
                if content.is_some() { entry } else { deleted(token, &entry) }
            })
            .collect();
        let Fresh { store: straight, _folder: _first } = fresh();
        apply(&straight, entries.clone());
        let Fresh { mut store, _folder } = fresh();
        let read = |store: &Store, entry: &Entry, is_live: bool| {
            let pass = if is_live { Pass::Live } else { Pass::Backfill(Duration::ZERO) };
            store.apply(Category::Zaak, vec![entry.clone()], &[], pass, Some(entry.token)).unwrap();
        };
        for (index, is_live, restarts) in &reading {
            read(&store, index.get(&entries), *is_live);
            if *restarts {
                store = Store::open(&_folder.path().join("griffier.db")).unwrap();
            }
        }
        for entry in &entries {
            read(&store, entry, true);
        }
        for number in 1..6 {
            let nummer = format!("2025Z0000{number}");
            prop_assert_eq!(onderwerp(&store, &nummer), onderwerp(&straight, &nummer));
        }
        prop_assert_eq!(counts(&store), counts(&straight));
    }
}

fn asked(today: &str) -> Asked {
    Asked {
        from: None,
        until: None,
        filters: Vec::new(),
        words: Vec::new(),
        order: "",
        offset: 0,
        limit: 50,
        counted: true,
        today: today.parse().unwrap(),
    }
}

#[test]
fn counts_of_a_list_are_remembered_no_longer_than_until_something_changes() {
    let Fresh { store, _folder } = fresh();
    let motie = |number: u128, oordeel: &str| {
        Entity::Zaak(Zaak {
            soort: Some("Motie".into()),
            gestart_op: Some("2025-07-01T10:00:00Z".parse().unwrap()),
            kabinetsappreciatie: Some(oordeel.into()),
            ..Zaak::from_values(id(number), Vec::new())
        })
    };
    let today = Asked { from: Some("2025-06-01".parse().unwrap()), ..asked("2025-07-02") };
    let counted = |reader: &store::Reader| {
        let listed = store::read::lists::moties::list(reader, &today).unwrap();
        let oordelen = listed.counts.iter().find(|it| it.filter == "oordeel").unwrap();
        let values = oordelen.values.iter().map(|it| (it.value.clone(), it.count)).collect();
        (listed.total, Vec::<(String, i64)>::from_iter::<Vec<_>>(values))
    };
    let one = (1, vec![("Ontraden".to_owned(), 1)]);
    apply(&store, vec![present(1, motie(1, "Ontraden"))]);
    let earlier = store.reader().unwrap();
    assert_eq!(counted(&earlier), one);
    assert_eq!(counted(&store.reader().unwrap()), one, "asked for again");

    apply(&store, vec![present(2, motie(2, "Ontraden")), present(3, motie(3, "Overgenomen"))]);
    let three = (3, vec![("Ontraden".to_owned(), 2), ("Overgenomen".to_owned(), 1)]);
    assert_eq!(counted(&store.reader().unwrap()), three);
    assert_eq!(counted(&earlier), one, "of the moment at which it began to read");
    assert_eq!(counted(&store.reader().unwrap()), three);
}

fn moment(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

/// A paper about zaak 1.
fn paper(number: u128, soort: &str, day: &str) -> Entity {
    Entity::Document(Document {
        soort: Some(soort.into()),
        datum: moment(&format!("{day}T22:00:00Z")),
        zaak: vec![Id::new(id(1))],
        ..document(number, &format!("2025D{number:05}"))
    })
}

#[test]
fn the_ledger_of_questions_follows_its_papers_in_whatever_order_they_come() {
    let Fresh { store, _folder } = fresh();
    let question = |onderwerp: &str| {
        Entity::Zaak(Zaak {
            soort: Some("Schriftelijke vragen".into()),
            gestart_op: moment("2025-06-01T22:00:00Z"),
            ..match zaak(1, "2025Z00001", onderwerp) {
                Entity::Zaak(zaak) => zaak,
                _ => unreachable!(),
            }
        })
    };
    let state = |today: &str| {
        let listed = read::lists::vragen::list(&store.reader().unwrap(), &asked(today)).unwrap();
        let row = listed.rows.first().cloned();
        row.map(|row| (row.stand, row.termijn, row.beantwoord.is_some()))
    };
    let is = |stand: &str, termijn: &str, answered| Some((stand.into(), termijn.into(), answered));

    // The delay is announced before the questions themselves come in.
    let delay = present(1, paper(11, "Mededeling (uitstel antwoord)", "2025-06-20"));
    apply(&store, vec![delay.clone()]);
    assert_eq!(state("2025-06-20"), None);
    apply(&store, vec![present(2, question("Hitte"))]);
    assert_eq!(state("2025-07-02"), is("openstaand", "uitgesteld", false));

    // It is withdrawn again: three weeks after 2 June is 23 June.
    apply(&store, vec![deleted(3, &delay)]);
    assert_eq!(state("2025-06-23"), is("openstaand", "op-tijd", false));
    assert_eq!(state("2025-06-24"), is("openstaand", "te-laat", false));

    apply(&store, vec![present(4, paper(12, "Antwoord schriftelijke vragen", "2025-06-29"))]);
    assert_eq!(state("2025-07-02"), is("beantwoord", "te-laat", true));
    apply(&store, vec![present(5, question("Hitte (ingetrokken)"))]);
    assert_eq!(state("2025-07-02"), is("ingetrokken", "te-laat", true));

    // To whom, by the function of the one who is asked; a former name means the ministry of now.
    let to = |number: u128, functie: &str| {
        Entity::ZaakActor(ZaakActor {
            zaak: Some(Id::new(id(1))),
            relatie: Some("Gericht aan".into()),
            functie: Some(functie.into()),
            ..ZaakActor::from_values(id(number), Vec::new())
        })
    };
    let ministries = || {
        let reader = store.reader().unwrap();
        let listed = read::lists::vragen::list(&reader, &asked("2025-07-02")).unwrap();
        let counts =
            listed.counts.into_iter().find(|counts| counts.filter == "ministerie").unwrap();
        counts.values.into_iter().map(|it| (it.label, it.count)).collect::<Vec<_>>()
    };
    assert_eq!(ministries(), [("niet bekend".to_owned(), 1)]);
    apply(
        &store,
        vec![
            present(6, to(21, "minister van Veiligheid en Justitie")),
            present(7, to(22, "staatssecretaris Rechtsbescherming")),
        ],
    );
    assert_eq!(ministries(), [("JenV".to_owned(), 1)], "once, though two of it are asked");
}

#[test]
fn what_has_no_day_yet_stands_in_the_list_of_the_unplanned() {
    let Fresh { store, _folder } = fresh();
    let activiteit = |number: u128, datum| {
        Entity::Activiteit(Activiteit {
            nummer: Some(format!("2025A{number:05}")),
            status: Some("Gepland".into()),
            datum,
            ..Activiteit::from_values(id(number), Vec::new())
        })
    };
    let planned = activiteit(1, moment("2025-07-03T08:00:00Z"));
    apply(&store, vec![present(1, planned), present(2, activiteit(2, None))]);
    let reader = store.reader().unwrap();
    let numbers = |definition| {
        let listed = activiteiten::list(&reader, definition, &asked("2025-07-02")).unwrap();
        listed.rows.into_iter().filter_map(|row| row.activiteit.nummer).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&activiteiten::GEPLAND), ["2025A00001"]);
    assert_eq!(numbers(&activiteiten::ONGEPLAND), ["2025A00002"]);
}

#[test]
fn a_party_that_was_away_has_a_row_per_period_and_a_seat_without_a_known_member_counts() {
    let Fresh { store, _folder } = fresh();
    let fractie = |number: u128, from: &str, until: Option<&str>| {
        Entity::Fractie(Fractie {
            afkorting: Some("50PLUS".into()),
            datum_actief: Some(from.parse().unwrap()),
            datum_inactief: until.map(|day| day.parse().unwrap()),
            ..Fractie::from_values(id(number), Vec::new())
        })
    };
    apply(
        &store,
        vec![
            present(1, fractie(1, "2012-09-20", Some("2021-05-11"))),
            present(2, fractie(2, "2025-11-12", None)),
        ],
    );
    let seat = FractieZetel {
        fractie: Some(Id::new(id(2))),
        ..FractieZetel::from_values(id(3), Vec::new())
    };
    apply(&store, vec![present(3, Entity::FractieZetel(seat))]);
    let holder = FractieZetelPersoon {
        fractie_zetel: Some(Id::new(id(3))),
        persoon: Some(Id::new(id(99))),
        ..FractieZetelPersoon::from_values(id(4), Vec::new())
    };
    apply(&store, vec![present(4, Entity::FractieZetelPersoon(holder))]);

    let reader = store.reader().unwrap();
    let rows = read::lists::fracties::list(&reader, &asked("2025-11-25")).unwrap().rows;
    let seen: Vec<_> = rows.iter().map(|row| (row.leden, row.andere_perioden)).collect();
    assert_eq!(seen, [(1, 1), (0, 1)], "the present one first, and each knows of the other");
    let members = read::lists::kamerleden::list(&reader, &asked("2025-11-25")).unwrap();
    assert_eq!(members.total, 1);
    assert!(members.rows.first().unwrap().persoon.is_none());
}

#[test]
fn what_is_published_again_without_a_change_is_no_news_to_feeds() {
    let Fresh { store, _folder } = fresh();
    let motion = || {
        Entity::Zaak(Zaak {
            soort: Some("Motie".into()),
            gestart_op: moment("2025-06-01T22:00:00Z"),
            ..Zaak::from_values(id(1), Vec::new())
        })
    };
    let changed = || {
        let reader = store.reader().unwrap();
        let listed = read::lists::moties::list(&reader, &asked("2025-07-02")).unwrap();
        listed.rows.first().unwrap().changed
    };
    apply(&store, vec![present(1, motion())]);
    let first = changed();
    apply(&store, vec![present(2, motion())]);
    assert_eq!(changed(), first);
}

#[test]
fn a_toezegging_is_fulfilled_by_the_letters_that_it_names() {
    let Fresh { store, _folder } = fresh();
    apply(&store, vec![present(1, Entity::Document(document(1, "2025D31730")))]);
    let toezegging = Toezegging {
        nummer: Some("TZ202507-118".into()),
        status: Some("Voldaan".into()),
        kamerbrief_nakoming: Some("2025D31730, 2025D99999".into()),
        is_herhaling_van: vec![Id::new(id(12))],
        ..Toezegging::from_values(id(11), Vec::new())
    };
    let earlier = Toezegging {
        nummer: Some("TZ202501-001".into()),
        ..Toezegging::from_values(id(12), Vec::new())
    };
    apply(
        &store,
        vec![present(2, Entity::Toezegging(toezegging)), present(3, Entity::Toezegging(earlier))],
    );
    let reader = store.reader().unwrap();
    let page = read::toezegging::page(&reader, "TZ202507-118").unwrap().unwrap();
    let letters: Vec<_> = page.brieven.iter().map(|it| it.nummer.as_deref()).collect();
    assert_eq!(letters, [Some("2025D31730")]);
    assert_eq!(page.onbekende_brieven, ["2025D99999"], "named, but not known here");
    let related: Vec<_> = page.verwant.iter().map(|(how, it)| (*how, it.id.0)).collect();
    assert_eq!(related, [(read::toezegging::Verband::HerhalingVan, id(12))]);
    let page = read::toezegging::page(&reader, "TZ202501-001").unwrap().unwrap();
    let related: Vec<_> = page.verwant.iter().map(|(how, it)| (*how, it.id.0)).collect();
    assert_eq!(related, [(read::toezegging::Verband::HerhaaldIn, id(11))]);
    assert!(page.brieven.is_empty());
}

#[test]
fn a_short_name_means_the_present_party_and_offers_the_former() {
    let Fresh { store, _folder } = fresh();
    let period = |number: u128, from: &str, to: Option<&str>| {
        Entity::Fractie(Fractie {
            nummer: Some(number.to_string()),
            afkorting: Some("50PLUS".into()),
            naam_nl: Some("50PLUS".into()),
            datum_actief: from.parse().ok(),
            datum_inactief: to.and_then(|day| day.parse().ok()),
            ..Fractie::from_values(id(number), Vec::new())
        })
    };
    apply(
        &store,
        vec![
            present(1, period(1, "2012-09-20", Some("2021-05-11"))),
            present(2, period(2, "2025-11-12", None)),
        ],
    );
    let vote = Stemming {
        fractie: Some(Id::new(id(2))),
        actor_fractie: Some("Vijftig".into()),
        ..Stemming::from_values(id(3), Vec::new())
    };
    apply(&store, vec![present(3, Entity::Stemming(vote))]);
    let reader = store.reader().unwrap();
    let today = jiff::civil::date(2025, 12, 1);
    let page = |name: &str, period| {
        read::fractie::page(&reader, name, period, today).unwrap().map(|page| page.fractie.id.0)
    };
    assert_eq!(page("50PLUS", None), Some(id(2)), "the present one");
    assert_eq!(page("50plus", Some("1")), Some(id(1)), "the one asked for");
    assert_eq!(page("50PLUS", Some("9")), Some(id(2)), "none has that number");
    assert_eq!(page("Vijftig", None), Some(id(2)), "the name in votes");
    assert_eq!(page("Onbekend", None), None);
    let all = read::fractie::page(&reader, "50PLUS", None, today).unwrap().unwrap().perioden;
    assert_eq!(all.iter().map(|it| it.id.0).collect::<Vec<_>>(), [id(2), id(1)]);
}

#[test]
fn a_kamerstuk_is_found_by_its_publication_or_else_by_its_number() {
    let Fresh { store, _folder } = fresh();
    let dossier = Kamerstukdossier {
        nummer: Some(36_800),
        toevoeging: Some("XVI".into()),
        ..Kamerstukdossier::from_values(id(1), Vec::new())
    };
    apply(&store, vec![present(1, Entity::Kamerstukdossier(dossier))]);
    let by_number = Document {
        kamerstukdossier: Some(Id::new(id(1))),
        volgnummer: Some(12),
        ..document(2, "2025D00002")
    };
    apply(
        &store,
        vec![
            present(2, Entity::Document(by_number)),
            present(3, Entity::Document(document(3, "2025D00003"))),
        ],
    );
    let version = DocumentVersie {
        document: Some(Id::new(id(3))),
        externeidentifier: Some("ah-tk-20242025-7".into()),
        ..DocumentVersie::from_values(id(4), Vec::new())
    };
    apply(&store, vec![present(4, Entity::DocumentVersie(version))]);
    let reader = store.reader().unwrap();
    let found = |name| read::reference::publication(&reader, name).unwrap();
    assert_eq!(found("ah-tk-20242025-7").as_deref(), Some("2025D00003"));
    assert_eq!(found("kst-36800-XVI-12").as_deref(), Some("2025D00002"));
    assert_eq!(found("kst-36800-12"), None);
    assert_eq!(found("kst-"), None);
}

#[test]
fn the_write_ahead_log_begins_anew_also_when_there_is_always_a_reader() {
    let Fresh { store, _folder } = fresh();
    let log = _folder.path().join("griffier.db-wal");
    let is_done = AtomicBool::new(false);
    let read_again_and_again = || {
        while !is_done.load(Ordering::Relaxed) {
            let reader = store.reader().unwrap();
            let _: i64 =
                reader.query_row("SELECT COUNT(*) FROM cursor", [], |row| row.get(0)).unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(read_again_and_again);
        std::thread::sleep(Duration::from_millis(10));
        scope.spawn(read_again_and_again);
        let (mut written, mut largest) = (0, 0);
        for page in 0..200_u64 {
            let tokens = (1_u64..).map(|place| page * 250 + place).take(250);
            let entries = tokens.map(|token| {
                // Spread over the tables, as GUIDs are.
                let id = u128::from(token.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64;
                present(token.try_into().unwrap(), zaak(id, "2025Z00001", "onderwerp"))
            });
            let before = std::fs::metadata(&log).unwrap().len();
            apply(&store, entries.collect());
            let after = std::fs::metadata(&log).unwrap().len();
            written += after.saturating_sub(before);
            largest = after.max(largest);
        }
        is_done.store(true, Ordering::Relaxed);
        assert!(written > 200 << 20, "{written} bytes are no trial");
        assert!(largest < 100 << 20, "{largest} of {written} bytes");
    });
}

#[test]
fn two_processes_can_write_at_once() {
    let Fresh { store, _folder } = fresh();
    // As another process has it.
    let other = Store::open(&_folder.path().join("griffier.db")).unwrap();
    std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            for version in 0..2_000 {
                other.set_reader_version(version).unwrap();
            }
        });
        for token in 1..500 {
            apply(&store, vec![present(token, zaak(1, "2025Z00001", &token.to_string()))]);
        }
        others.join().unwrap();
    });
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("499"));
}
