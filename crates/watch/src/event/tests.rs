//! What comes in, and what that is told as.

use std::time::Duration;

use model::entities::{
    Document, DocumentActor, DocumentVersie, Persoon, Reservering, Stemming, Zaak, Zaal,
};
use model::{Entry, Id, State};
use store::Store;
use store::cursor::{Pass, Start};
use store::watching::event::{latest, settled, to_match};
use store::watching::monitor::{Channel, Choices, Frequency};

use super::*;
use crate::matching::{Matcher, notices};

/// A store that has seen the end of the feed, and what was published into it.
struct World {
    store: Store,
    _folder: tempfile::TempDir,
    published: Vec<Entity>,
}

const NOW: &str = "2025-07-01T10:00:00Z";

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        for category in Category::ALL {
            store.begin(*category, Start { token: 0, since: None, first: 0 }).unwrap();
            store.caught_up(*category).unwrap();
        }
        store.followed().unwrap();
        Self { store, _folder: folder, published: Vec::new() }
    }

    fn publish_in(&mut self, entity: Entity, pass: Pass) {
        let number = self.published.len();
        self.published.push(entity.clone());
        let token = i64::try_from(number).unwrap() + 1;
        let entry = Entry {
            token,
            id: entity.id(),
            category: entity.category(),
            updated: NOW.parse().ok(),
            bijgewerkt: None,
            state: State::Present { entity: Box::new(entity), file: None, raw: number.to_string() },
        };
        let category = entry.category;
        self.store.apply(category, vec![entry], &[], pass, Some(token)).unwrap();
    }

    fn publish(&mut self, entity: impl Into<Published>) {
        self.publish_in(entity.into().0, Pass::Live);
    }

    fn withdraw(&mut self, category: Category, id: Uuid) {
        let number = self.published.len();
        self.published.push(Entity::Zaal(Zaal::from_values(Uuid::nil(), Vec::new())));
        let token = i64::try_from(number).unwrap() + 1;
        let (updated, state) = (NOW.parse().ok(), State::Deleted);
        let entry = Entry { token, id, category, updated, bijgewerkt: None, state };
        self.store.apply(category, vec![entry], &[], Pass::Live, Some(token)).unwrap();
    }

    /// What is told of all that came in since the last time: kind, title and what changed.
    fn told(&self) -> Vec<(EventKind, String, What)> {
        let store = &self.store;
        let before = latest(&store.reader().unwrap(), &[], None, 1).unwrap();
        let before = before.first().map_or(0, |event| event.number);
        let parse = |raw: &str| self.published.get(raw.parse::<usize>().ok()?).cloned();
        let changes = store.changes_after(store.followed().unwrap(), 1_000).unwrap();
        if let Some(last) = changes.last().map(|change| change.number) {
            let mut touched = Vec::new();
            for change in changes.iter().filter(|change| change.news) {
                let wholes = wholes(&store.reader().unwrap(), change, &parse).unwrap();
                touched.push((change.clone(), wholes));
            }
            store.note_touched(&touched, last, Timestamp::now()).unwrap();
        }
        let things =
            settled(&store.reader().unwrap(), Timestamp::MAX, Timestamp::MAX, 1_000).unwrap();
        for thing in things {
            let events = derive(&store.reader().unwrap(), &thing, &parse).unwrap();
            store.write_events(&thing, &events, Timestamp::now()).unwrap();
        }
        let mut events = latest(&store.reader().unwrap(), &[], None, 1_000).unwrap();
        events.retain(|event| event.number > before);
        events.reverse();
        let told = events.into_iter();
        told.map(|event| (event.kind, event.title, What::read(&event.what))).collect()
    }

    fn kinds(&self) -> Vec<EventKind> {
        self.told().into_iter().map(|(kind, ..)| kind).collect()
    }
}

/// An entity of any category.
struct Published(Entity);

macro_rules! published {
    ($($name:ident)*) => {$(
        impl From<$name> for Published {
            fn from(it: $name) -> Self {
                Self(Entity::$name(it))
            }
        }
    )*};
}
published!(Activiteit Agendapunt Besluit Document DocumentActor DocumentVersie Persoon Reservering Stemming
    Toezegging Zaak Zaal);

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn meeting(start: &str) -> Activiteit {
    Activiteit {
        nummer: some("2025A00001"),
        onderwerp: some("Zorg"),
        soort: some("Commissiedebat"),
        status: some("Gepland"),
        datum: start.parse().ok(),
        aanvangstijd: start.parse().ok(),
        ..Activiteit::from_values(id(1), Vec::new())
    }
}

const THEN: &str = "2025-07-09T12:00:00Z";
const LATER: &str = "2025-07-10T08:00:00Z";

#[test]
fn a_document_that_comes_in_parts_is_one_event_that_concerns_all_of_them() {
    let mut world = World::new();
    world.publish(Persoon { nummer: some("7"), ..Persoon::from_values(id(2), Vec::new()) });
    world.publish(Zaak {
        nummer: some("2025Z1"),
        soort: some("Motie"),
        ..Zaak::from_values(id(3), Vec::new())
    });
    world.publish(DocumentActor {
        document: Some(Id::new(id(4))),
        persoon: Some(Id::new(id(2))),
        actor_fractie: some("SP"),
        ..DocumentActor::from_values(id(5), Vec::new())
    });
    let letter = Document {
        document_nummer: some("2025D1"),
        soort: some("Motie"),
        onderwerp: some("Over huur"),
        zaak: vec![Id::new(id(3))],
        ..Document::from_values(id(4), Vec::new())
    };
    world.publish(letter.clone());
    let version = |number: i64, guid: u128| DocumentVersie {
        document: Some(Id::new(id(4))),
        versienummer: Some(number),
        ..DocumentVersie::from_values(id(guid), Vec::new())
    };
    world.publish(version(1, 6));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].1.as_str()), (EventKind::Document, "Over huur"));
    let matched = to_match(&world.store.reader().unwrap(), 10).unwrap();
    assert_eq!(matched[0].1, ["/document/2025D1", "/fractie/SP", "/persoon/7", "/zaak/2025Z1"]);

    // Published again, it is nothing; its second version is that.
    world.publish(letter);
    assert_eq!(world.kinds(), []);
    world.publish(version(2, 8));
    assert_eq!(world.kinds(), [EventKind::Version]);
}

#[test]
fn a_first_version_with_a_higher_number_is_no_other_version_whenever_it_comes() {
    let motion = || Document {
        document_nummer: some("2025D31524"),
        soort: some("Motie (gewijzigd/nader)"),
        ..Document::from_values(id(4), Vec::new())
    };
    let version = |number: i64, guid: u128| DocumentVersie {
        document: Some(Id::new(id(4))),
        versienummer: Some(number),
        ..DocumentVersie::from_values(id(guid), Vec::new())
    };
    let mut version_first = World::new();
    version_first.publish(version(4, 6));
    assert_eq!(version_first.kinds(), []);
    version_first.publish(motion());
    assert_eq!(version_first.kinds(), [EventKind::Document]);

    let mut document_first = World::new();
    document_first.publish(motion());
    assert_eq!(document_first.kinds(), [EventKind::Document]);
    document_first.publish(version(4, 6));
    assert_eq!(document_first.kinds(), []);
    document_first.publish(version(5, 7));
    assert_eq!(document_first.kinds(), [EventKind::Version]);
}

#[test]
fn a_meeting_that_is_moved_twice_before_it_settles_is_moved_once_and_back_again_is_nothing() {
    let mut world = World::new();
    world.publish(meeting(THEN));
    assert_eq!(world.kinds(), [EventKind::Planned]);
    world.publish(meeting("2025-07-11T08:00:00Z"));
    world.publish(meeting(LATER));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, EventKind::Moved);
    assert_eq!((told[0].2.from, told[0].2.to), (THEN.parse().ok(), LATER.parse().ok()));
    world.publish(meeting(THEN));
    world.publish(meeting(LATER));
    assert_eq!(world.kinds(), []);
}

#[test]
fn what_is_filled_up_is_not_told() {
    let mut world = World::new();
    let old = Entity::Activiteit(meeting(THEN));
    world.publish_in(old, Pass::Backfill(Duration::ZERO));
    assert_eq!(world.kinds(), []);
    world.publish(meeting(LATER));
    assert_eq!(world.kinds(), [EventKind::Moved]);
}

#[test]
fn a_meeting_is_planned_moved_and_cancelled() {
    let mut world = World::new();
    world.publish(meeting(THEN));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].2.to), (EventKind::Planned, THEN.parse().ok()));

    world.publish(meeting(LATER));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, EventKind::Moved);
    assert_eq!((told[0].2.from, told[0].2.to), (THEN.parse().ok(), LATER.parse().ok()));

    // There and back before it has settled is nothing.
    world.publish(meeting(THEN));
    world.publish(meeting(LATER));
    assert_eq!(world.kinds(), []);

    world.publish(Activiteit { status: some("Geannuleerd"), ..meeting(LATER) });
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].2.from), (EventKind::Cancelled, LATER.parse().ok()));
    world.withdraw(Category::Activiteit, id(1));
    assert_eq!(world.kinds(), [], "it was off already");
}

#[test]
fn a_meeting_that_is_withdrawn_is_cancelled_and_one_that_was_held_is_neither() {
    let mut world = World::new();
    world.publish(meeting(THEN));
    assert_eq!(world.kinds(), [EventKind::Planned]);
    world.withdraw(Category::Activiteit, id(1));
    assert_eq!(world.kinds(), [EventKind::Cancelled]);

    let mut world = World::new();
    world.publish(meeting("2025-06-30T12:00:00Z"));
    assert_eq!(world.kinds(), []);
    let held = Activiteit { status: some("Uitgevoerd"), ..meeting("2025-06-30T12:10:00Z") };
    world.publish(held);
    assert_eq!(world.kinds(), []);
}

#[test]
fn another_room_and_another_agenda_are_told_of_the_meeting() {
    let mut world = World::new();
    let zaal = |guid: u128, naam: &str| Zaal {
        naam: some(naam),
        ..Zaal::from_values(id(guid), Vec::new())
    };
    let reserved = |zaal: u128| Reservering {
        activiteit: vec![Id::new(id(1))],
        zaal: Some(Id::new(id(zaal))),
        ..Reservering::from_values(id(20), Vec::new())
    };
    let item = |guid: u128, onderwerp: &str| Agendapunt {
        activiteit: Some(Id::new(id(1))),
        onderwerp: some(onderwerp),
        ..Agendapunt::from_values(id(guid), Vec::new())
    };
    world.publish(zaal(10, "Thorbeckezaal"));
    world.publish(zaal(11, "Troelstrazaal"));
    world.publish(meeting(THEN));
    world.publish(reserved(10));
    world.publish(item(30, "Wijkzorg"));
    assert_eq!(world.kinds(), [EventKind::Planned]);

    world.publish(reserved(11));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].2.from), (EventKind::Moved, None));
    assert_eq!(told[0].2.room_from.as_deref(), Some("Thorbeckezaal"));
    assert_eq!(told[0].2.room_to.as_deref(), Some("Troelstrazaal"));

    world.publish(item(31, "Ziekenhuizen"));
    world.withdraw(Category::Agendapunt, id(30));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, EventKind::Agenda);
    assert_eq!(told[0].2.added, ["Ziekenhuizen"]);
    assert_eq!(told[0].2.removed, ["Wijkzorg"]);
}

#[test]
fn a_vote_is_told_with_its_result_once_its_votes_are_there() {
    let mut world = World::new();
    let besluit = |status: &str, tekst: &str| Besluit {
        status: some(status),
        stemmings_soort: some("Met handopsteken"),
        besluit_tekst: some(tekst),
        ..Besluit::from_values(id(1), Vec::new())
    };
    let vote = |guid: u128| Stemming {
        besluit: Some(Id::new(id(1))),
        soort: some("Voor"),
        ..Stemming::from_values(id(guid), Vec::new())
    };
    world.publish(besluit("Voorstel", ""));
    assert_eq!(world.kinds(), []);
    world.publish(besluit("Besluit", "Aangenomen."));
    assert_eq!(world.kinds(), []);
    world.publish(vote(2));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].2.after.as_deref()), (EventKind::Vote, Some("Aangenomen.")));
    world.publish(vote(3));
    assert_eq!(world.kinds(), [], "a vote is told once");
}

#[test]
fn an_answer_a_promise_and_a_status_are_told() {
    let mut world = World::new();
    world.publish(Document {
        soort: some("Antwoord schriftelijke vragen"),
        ..Document::from_values(id(1), Vec::new())
    });
    assert_eq!(world.kinds(), [EventKind::Answer]);
    let promise = |status: &str| Toezegging {
        status: some(status),
        datum_nakoming: "2025-07-01T22:00:00Z".parse().ok(),
        ..Toezegging::from_values(id(2), Vec::new())
    };
    world.publish(promise("Openstaand"));
    assert_eq!(world.kinds(), [EventKind::Promise]);
    let reader = world.store.reader().unwrap();
    let between = |after: &str, until: &str| {
        due(&reader, after.parse().unwrap(), until.parse().unwrap()).unwrap().len()
    };
    // The term is 2 July; it has passed when that day is over.
    assert_eq!(between(NOW, "2025-07-02T21:59:59Z"), 0);
    assert_eq!(between(NOW, "2025-07-02T22:00:00Z"), 1);
    assert_eq!(between("2025-07-02T22:00:00Z", LATER), 0);
    drop(reader);
    world.publish(promise("Voldaan"));
    assert_eq!(world.kinds(), [EventKind::Fulfilled]);
    let zaak = |afgedaan: bool| Zaak {
        afgedaan: Some(afgedaan),
        status: some("Vrijgegeven"),
        ..Zaak::from_values(id(3), Vec::new())
    };
    world.publish(zaak(false));
    assert_eq!(world.kinds(), []);
    world.publish(zaak(true));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].2.before.as_deref(), Some("Vrijgegeven"));
    assert_eq!(told[0].2.after.as_deref(), Some("Afgedaan"));
}

#[test]
fn an_event_is_one_notice_for_all_monitors_of_an_account() {
    let mut world = World::new();
    let choices = |kinds: &[EventKind], channel: Channel| Choices {
        name: "Zorg".into(),
        kinds: kinds.to_vec(),
        channel,
        frequency: Frequency::AtOnce,
        quiet: None,
        muted: Vec::new(),
        paused: false,
    };
    let monitor = |id: i64, account: i64, subject: &str, choices: Choices| {
        let subject = subject.to_owned();
        store::watching::monitor::Monitor { id, account, subject, choices, created_at: None }
    };
    let page = "/activiteit/2025A00001";
    let all = choices(&[], Channel::Mail);
    let muted = Choices { muted: vec![page.into()], ..all.clone() };
    let matcher = Matcher::of(vec![
        monitor(1, 1, page, all.clone()),
        monitor(2, 1, "/zoeken?q=zorg&soort=activiteit", all.clone()),
        monitor(3, 1, "/activiteiten?soort=Commissiedebat", all.clone()),
        monitor(4, 1, "/activiteiten?soort=Plenair", all.clone()),
        monitor(5, 2, page, choices(&[EventKind::Vote], Channel::Mail)),
        monitor(6, 2, page, muted),
        monitor(7, 2, page, choices(&[EventKind::Planned], Channel::Feed)),
        monitor(8, 2, "/zoeken?q=onderwijs", all),
    ]);
    world.publish(meeting(THEN));
    assert_eq!(world.kinds(), [EventKind::Planned]);
    let reader = world.store.reader().unwrap();
    let (event, topics) = to_match(&reader, 1).unwrap().remove(0);
    let mut item = search::Item::new(page, search::Kind::Activiteit);
    item.title = "Zorg".into();
    let today = "2025-07-01".parse().unwrap();
    let found = matcher.matching(&reader, &event, &topics, &[item], today).unwrap();
    let now = Timestamp::now();
    let notices: Vec<_> = notices(&found, now)
        .into_iter()
        .map(|notice| (notice.account, notice.due_at, notice.monitors))
        .collect();
    assert_eq!(notices, [(1, Some(now), vec![1, 2, 3]), (2, None, vec![7])]);
}
