//! What is made of the changes of entities, in a real store.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;

use jiff::Timestamp;
use model::entities::{Activiteit, Agendapunt, Document, DocumentVersie};
use model::{Category, Entity, Entry, Id, Record, State, Uuid};
use store::Store;
use store::cursor::{Pass, Start};
use store::watching::event::{Event, EventKind, latest, settled};
use watch::event::{What, derive, wholes};

/// A store that follows a source, and what the source has published.
struct Followed {
    store: Store,
    published: HashMap<String, Entity>,
    told: usize,
    _folder: tempfile::TempDir,
}

impl Followed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        for category in Category::ALL {
            store.begin(*category, Start::default()).unwrap();
        }
        store.followed().unwrap();
        Self { store, published: HashMap::new(), told: 0, _folder: folder }
    }

    /// From now on what is published is news.
    fn caught_up(self) -> Self {
        for category in Category::ALL {
            self.store.caught_up(*category).unwrap();
        }
        self
    }

    fn publish(&mut self, entity: Entity) {
        let token = i64::try_from(self.published.len()).unwrap() + 1;
        let raw = format!("<state number='{token}'/>");
        self.published.insert(raw.clone(), entity.clone());
        let category = entity.category();
        let entry = Entry {
            token,
            id: entity.id(),
            category,
            updated: Some(at("2025-07-02T10:00:00Z")),
            bijgewerkt: None,
            state: State::Present { entity: Box::new(entity), file: None, raw },
        };
        self.store.apply(category, vec![entry], &[], Pass::Live, Some(token)).unwrap();
    }

    /// What happened since this was last asked, once all of it has settled.
    fn told(&mut self) -> Vec<(EventKind, What)> {
        let parse = |raw: &str| self.published.get(raw).cloned();
        let store = &self.store;
        let changes = store.changes_after(store.followed().unwrap(), 1_000).unwrap();
        if let Some(last) = changes.last() {
            let reader = store.reader().unwrap();
            let news = changes.iter().filter(|change| change.news);
            let touched: Vec<_> = news
                .map(|change| (change.clone(), wholes(&reader, change, &parse).unwrap()))
                .collect();
            store.note_touched(&touched, last.number, Timestamp::now()).unwrap();
        }
        let things =
            settled(&store.reader().unwrap(), Timestamp::MAX, Timestamp::MAX, 1_000).unwrap();
        for thing in things {
            let events = derive(&store.reader().unwrap(), &thing, &parse).unwrap();
            store.write_events(&thing, &events, Timestamp::now()).unwrap();
        }
        let mut all: Vec<Event> = latest(&store.reader().unwrap(), &[], None, 1_000).unwrap();
        all.reverse();
        let told = all.split_off(self.told);
        self.told += told.len();
        told.iter().map(|event| (event.kind, What::read(&event.what))).collect()
    }

    fn kinds(&mut self) -> Vec<EventKind> {
        self.told().into_iter().map(|(kind, _)| kind).collect()
    }
}

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

fn meeting(start: &str, status: &str) -> Entity {
    Entity::Activiteit(Activiteit {
        nummer: Some("2025A05046".into()),
        soort: Some("Commissiedebat".into()),
        status: Some(status.into()),
        aanvangstijd: Some(at(start)),
        ..Activiteit::from_values(Uuid::from_u128(1), Vec::new())
    })
}

fn planned(start: &str) -> Entity {
    meeting(start, "Gepland")
}

fn item(number: u128, onderwerp: &str) -> Entity {
    Entity::Agendapunt(Agendapunt {
        activiteit: Some(Id::new(Uuid::from_u128(1))),
        onderwerp: Some(onderwerp.into()),
        ..Agendapunt::from_values(Uuid::from_u128(number), Vec::new())
    })
}

fn document() -> Entity {
    Entity::Document(Document {
        document_nummer: Some("2025D31066".into()),
        soort: Some("Motie".into()),
        ..Document::from_values(Uuid::from_u128(2), Vec::new())
    })
}

fn version(number: i64) -> Entity {
    let id = Uuid::from_u128(100 + u128::from(number.unsigned_abs()));
    Entity::DocumentVersie(DocumentVersie {
        document: Some(Id::new(Uuid::from_u128(2))),
        versienummer: Some(number),
        ..DocumentVersie::from_values(id, Vec::new())
    })
}

#[test]
fn what_came_before_the_end_of_the_feed_was_seen_is_no_news() {
    let mut source = Followed::new();
    source.publish(planned("2025-07-03T15:15:00Z"));
    source.publish(planned("2025-07-03T14:30:00Z"));
    assert_eq!(source.kinds(), []);
}

#[test]
fn a_document_and_its_first_version_are_one_event_in_whatever_order_they_come() {
    // A modified motion begins with a version of a higher number.
    let mut together = Followed::new().caught_up();
    together.publish(version(4));
    together.publish(document());
    assert_eq!(together.kinds(), [EventKind::Document]);

    let mut version_first = Followed::new().caught_up();
    version_first.publish(version(4));
    assert_eq!(version_first.kinds(), []);
    version_first.publish(document());
    assert_eq!(version_first.kinds(), [EventKind::Document]);

    let mut document_first = Followed::new().caught_up();
    document_first.publish(document());
    assert_eq!(document_first.kinds(), [EventKind::Document]);
    document_first.publish(version(4));
    assert_eq!(document_first.kinds(), []);
    document_first.publish(version(5));
    let told = document_first.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].1.after.as_deref()), (EventKind::Version, Some("5")));
}

#[test]
fn a_meeting_that_is_moved_twice_before_it_settles_is_moved_once() {
    let mut source = Followed::new().caught_up();
    source.publish(planned("2025-07-03T15:15:00Z"));
    assert_eq!(source.kinds(), [EventKind::Planned]);
    source.publish(planned("2025-07-03T16:00:00Z"));
    source.publish(planned("2025-07-03T14:30:00Z"));
    let told = source.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, EventKind::Moved);
    assert_eq!(told[0].1.from, Some(at("2025-07-03T15:15:00Z")));
    assert_eq!(told[0].1.to, Some(at("2025-07-03T14:30:00Z")));
    // Moved and moved back is nothing.
    source.publish(planned("2025-07-03T16:00:00Z"));
    source.publish(planned("2025-07-03T14:30:00Z"));
    assert_eq!(source.kinds(), []);
}

#[test]
fn a_meeting_is_cancelled_once_and_may_be_planned_again() {
    let mut source = Followed::new().caught_up();
    source.publish(planned("2025-07-03T15:15:00Z"));
    assert_eq!(source.kinds(), [EventKind::Planned]);
    source.publish(meeting("2025-07-03T15:15:00Z", "Geannuleerd"));
    assert_eq!(source.kinds(), [EventKind::Cancelled]);
    // What still changes of it is no news.
    source.publish(meeting("2025-07-03T16:00:00Z", "Geannuleerd"));
    source.publish(item(10, "Stand van zaken"));
    assert_eq!(source.kinds(), []);
    source.publish(planned("2025-07-03T16:00:00Z"));
    assert_eq!(source.kinds(), [EventKind::Planned]);
}

#[test]
fn an_agenda_tells_what_was_put_on_it_and_what_was_taken_off() {
    let mut source = Followed::new().caught_up();
    source.publish(planned("2025-07-03T15:15:00Z"));
    source.publish(item(10, "Stand van zaken"));
    assert_eq!(source.kinds(), [EventKind::Planned]);
    source.publish(item(10, "Brief van de minister"));
    source.publish(item(11, "Rondvraag"));
    let told = source.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, EventKind::Agenda);
    assert_eq!(told[0].1.added, ["Brief van de minister", "Rondvraag"]);
    assert_eq!(told[0].1.removed, ["Stand van zaken"]);
}
