//! What the store promises to the pipeline, on a real SQLite file.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use model::entities::{
    Document, DocumentVersie, Fractie, FractieZetel, FractieZetelPersoon, Kamerstukdossier,
    Persoon, Vergadering, Verslag, Zaak,
};
use model::kamerstuk::DossierNummer;
use model::{Category, Entity, Entry, FileInfo, Id, Record, State, Uuid};
use proptest::prelude::*;
use store::apply::{Applied, OddityLine};
use store::changes::ChangeKind;
use store::derived::{Derived, ReferenceRow, SpokenRow};
use store::files::{ExtractedRow, FileOrigin, FileOutcome};
use store::read;
use store::read::references::Mention;
use store::read::verslag::{Named, SpokenName};
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
        state: State::Present { entity: Box::new(entity), file: None },
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

fn apply(store: &Store, entries: Vec<Entry>) -> Applied {
    let category = entries.first().unwrap().category;
    let cursor = entries.iter().map(|entry| entry.token).max();
    store.apply(category, entries, &[], cursor).unwrap()
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
    assert!(read::is_withdrawn(&reader, "/zaak/2025Z00001").unwrap());
    drop(reader);
    assert_eq!(counts(&store), (0, 1));

    let returned = present(4, zaak(1, "2025Z00001", "anders"));
    assert_eq!(apply(&store, vec![returned]), Applied { new: 1, ..Applied::default() });
    let reader = store.reader().unwrap();
    assert!(!read::is_withdrawn(&reader, "/zaak/2025Z00001").unwrap());
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
    let touched =
        read::index::touched_by(&reader, store.changes_after(2, 1).unwrap().first().unwrap());
    assert_eq!(touched.unwrap().len(), 2, "a new dossier touches itself and its documents");
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
    let extracted = ExtractedRow {
        extractor: 1,
        format: Some("pdf".into()),
        problem: None,
        words: 3,
        body: Some(b"x".to_vec()),
        derived: Derived::default(),
    };
    store.file_extracted("aa", &extracted).unwrap();
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
        let extracted = ExtractedRow {
            extractor: 1,
            format: Some("vlos".into()),
            problem: None,
            words: 3,
            body: Some(b"x".to_vec()),
            derived: Derived { spoken: vec![row], references: Vec::new() },
        };
        // Read twice: what follows from a file is replaced, not added.
        store.file_extracted(&sha256, &extracted).unwrap();
        store.file_extracted(&sha256, &extracted).unwrap();
    }
    let reader = store.reader().unwrap();
    let person = read::persoon::page(&reader, "11").unwrap().unwrap().persoon;
    let lines = read::verslag::spoken(&reader, &person, 10).unwrap();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| (line.vergadering, line.role.as_str(), line.seconds, line.turns))
        .collect();
    assert_eq!(lines, [(id(50), "speaker", 60, 2)]);
}

#[test]
fn what_refers_to_a_document_is_shown_until_it_is_withdrawn_or_refers_no_more() {
    let Fresh { store, _folder } = fresh();
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
        let extracted = ExtractedRow {
            extractor: 1,
            format: Some("pdf".into()),
            problem: None,
            words: 3,
            body: Some(b"x".to_vec()),
            derived: Derived { spoken: Vec::new(), references },
        };
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

    let reader = store.reader().unwrap();
    let stuk = |nummer| Mention::Stuk(DossierNummer::new(36800, Some("XVI")), nummer);
    let nummer = |nummer: &str| Mention::Nummer(nummer.into());
    let known = read::references::addresses(
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
fn the_cursor_moves_with_the_page_and_oddities_are_kept_once() {
    let Fresh { store, _folder } = fresh();
    assert_eq!(store.cursor(Category::Zaak).unwrap(), None);
    let oddity = OddityLine { entity: Some(id(1)), what: "Zaak has no field <x>".into() };
    for token in [5, 6] {
        let entries = vec![present(token, zaak(1, "2025Z00001", "x"))];
        store.apply(Category::Zaak, entries, std::slice::from_ref(&oddity), Some(token)).unwrap();
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
    let error = store.apply(Category::Zaak, vec![large], &[], Some(2)).unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    assert!(error.to_string().contains("the disk is full: make room"));
    assert_eq!(onderwerp(&store, "2025Z00001").as_deref(), Some("x"));
    assert_eq!(store.cursor(Category::Zaak).unwrap().unwrap().token, 1);
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
}
