//! What comes in, and what that is told as.

use std::time::Duration;

use model::entities::{
    ActiviteitActor, Commissie, Document, DocumentActor, DocumentVersie, Fractie, Kamerstukdossier,
    Persoon, PersoonGeschenk, PersoonNevenfunctie, PersoonReis, Reservering, Stemming, Verslag,
    Zaak, ZaakActor, Zaal,
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
published!(Activiteit ActiviteitActor Agendapunt Besluit Commissie Document DocumentActor DocumentVersie
    Fractie Kamerstukdossier Persoon PersoonGeschenk PersoonNevenfunctie PersoonReis Reservering Stemming
    Toezegging Vergadering Verslag Zaak ZaakActor Zaal);

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
    world.publish(Activiteit { voortouwafkorting: some("VWS"), ..meeting(THEN) });
    assert_eq!(world.kinds(), [EventKind::Planned]);
    world.withdraw(Category::Activiteit, id(1));
    assert_eq!(world.kinds(), [EventKind::Cancelled]);
    let matched = to_match(&world.store.reader().unwrap(), 10).unwrap();
    assert_eq!(matched[1].1, ["/activiteit/2025A00001", "/commissie/VWS"], "as it was led by");

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
fn a_decision_without_a_vote_is_told_when_it_is_taken() {
    let mut world = World::new();
    world.publish(Zaak { onderwerp: some("Huur"), ..Zaak::from_values(id(2), Vec::new()) });
    let besluit = |status: &str| Besluit {
        status: some(status),
        besluit_tekst: some("Voor kennisgeving aannemen."),
        zaak: vec![Id::new(id(2))],
        ..Besluit::from_values(id(1), Vec::new())
    };
    world.publish(besluit("Voorstel"));
    assert_eq!(world.kinds(), []);
    world.publish(besluit("Besluit"));
    let told = world.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].1.as_str()), (EventKind::Decision, "Huur"));
    assert_eq!(told[0].2.after.as_deref(), Some("Voor kennisgeving aannemen."));
    world.publish(besluit("Besluit"));
    assert_eq!(world.kinds(), []);
}

#[test]
fn an_answer_a_promise_and_a_status_are_told() {
    let mut world = World::new();
    world.publish(Document {
        soort: some("Antwoord schriftelijke vragen"),
        ..Document::from_values(id(1), Vec::new())
    });
    assert_eq!(world.kinds(), [EventKind::Answer]);
    world.publish(Document {
        soort: some("Mededeling (uitstel antwoord)"),
        ..Document::from_values(id(4), Vec::new())
    });
    assert_eq!(world.kinds(), [EventKind::Delay]);
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

/// Everything of which the site has a page or a list, with filters of each kind.
const WATCHED: [&str; 41] = [
    "/activiteit/2025A00001",
    "/activiteiten?commissie=VWS",
    "/activiteiten?dossier=29247",
    "/activiteiten?zaak=2025Z1",
    "/activiteiten?soort=Plenair",
    "/activiteiten/ongepland",
    "/besluiten?zaak=Motie",
    "/commissie/VWS",
    "/document/2025D1",
    "/document/2025D2",
    "/documenten?soort=Motie",
    "/documenten?ministerie=VWS",
    "/dossier/29247",
    "/dossiers?woorden=acute+ZORG",
    "/dossiers?woorden=stikstof",
    "/fractie/Nieuw%20Sociaal%20Contract",
    "/geschenken?persoon=7",
    "/ministerie/VWS",
    "/moties?fractie=NSC",
    "/moties?fractie=SP",
    "/moties?uitslag=onbekend",
    "/nevenfuncties?persoon=7",
    "/persoon/7",
    "/persoon/8",
    "/reizen?persoon=7",
    "/stemming/00000000-0000-0000-0000-00000000002a",
    "/stemmingen?fractie=NSC",
    "/toezegging/TZ1",
    "/toezeggingen?commissie=VWS",
    "/toezeggingen?fractie=onbekend",
    "/toezeggingen?ministerie=VWS",
    "/toezeggingen?ministerie=Fin",
    "/verslag/00000000-0000-0000-0000-000000000033",
    "/verslagen?soort=Commissie",
    "/vragen?ministerie=VWS",
    "/vragen?stand=openstaand",
    "/zaak/2025Z1",
    "/zaak/2025Z2",
    "/zoeken?q=huur&soort=document&fractie=NSC&van=2025-06-30",
    "/zoeken?q=huur&soort=spreekbeurt",
    "/zoeken?q=huur&soort=geschenk",
];

impl World {
    /// Who hears of what came in: for each event its kind, and what is watched that it reached. `items` is
    /// what it brought to be found.
    fn heard(&self, items: &[search::Item]) -> Vec<(EventKind, Vec<&'static str>)> {
        self.told();
        let choices = Choices {
            name: String::new(),
            kinds: Vec::new(),
            channel: Channel::Mail,
            frequency: Frequency::AtOnce,
            quiet: None,
            muted: Vec::new(),
            paused: false,
        };
        let monitors = (0..).zip(WATCHED).map(|(id, subject)| {
            let (subject, choices) = (subject.to_owned(), choices.clone());
            store::watching::monitor::Monitor { id, account: 1, subject, choices, created_at: None }
        });
        let matcher = Matcher::of(monitors.collect());
        let mut heard = Vec::new();
        let to_match = to_match(&self.store.reader().unwrap(), 10).unwrap();
        for (event, topics) in to_match {
            let reader = self.store.reader().unwrap();
            let today = "2025-07-01".parse().unwrap();
            let found = matcher.matching(&reader, &event, &topics, items, today).unwrap();
            for monitor in &found {
                let kinds = crate::matching::Subject::parse(&monitor.subject).unwrap().kinds();
                assert!(
                    kinds.contains(&event.kind),
                    "{} offers no {:?}",
                    monitor.subject,
                    event.kind
                );
            }
            let names = found.iter().map(|it| WATCHED[usize::try_from(it.id).unwrap()]);
            heard.push((event.kind, names.collect()));
            drop(reader);
            self.store.write_notices(event.number, &[]).unwrap();
        }
        heard
    }
}

#[test]
fn whatever_has_a_page_or_a_list_hears_of_what_happens_to_it() {
    const VWS: &str = "minister van Volksgezondheid, Welzijn en Sport";
    let mut world = World::new();
    world.publish(Persoon { nummer: some("7"), ..Persoon::from_values(id(7), Vec::new()) });
    world.publish(Persoon { nummer: some("8"), ..Persoon::from_values(id(8), Vec::new()) });
    world.publish(Fractie {
        afkorting: some("Nieuw Sociaal Contract"),
        ..Fractie::from_values(id(9), Vec::new())
    });
    world.publish(Commissie {
        afkorting: some("VWS"),
        ..Commissie::from_values(id(10), Vec::new())
    });
    world.publish(Kamerstukdossier {
        nummer: Some(29247),
        titel: some("Acute zorg"),
        ..Kamerstukdossier::from_values(id(11), Vec::new())
    });
    // Under another name than that of its page, as it votes and signs.
    world.publish(Stemming {
        fractie: Some(Id::new(id(9))),
        actor_fractie: some("NSC"),
        ..Stemming::from_values(id(12), Vec::new())
    });
    let zaak = |guid: u128, nummer: &str, soort: &str, afgedaan: bool| Zaak {
        nummer: some(nummer),
        soort: some(soort),
        onderwerp: some("Over huur"),
        gestart_op: NOW.parse().ok(),
        kamerstukdossier: (soort == "Motie").then(|| Id::new(id(11))),
        afgedaan: Some(afgedaan),
        ..Zaak::from_values(id(guid), Vec::new())
    };
    let actor = |guid: u128, zaak: u128, relatie: &str| ZaakActor {
        zaak: Some(Id::new(id(zaak))),
        relatie: some(relatie),
        ..ZaakActor::from_values(id(guid), Vec::new())
    };
    world.publish(zaak(20, "2025Z1", "Motie", false));
    world.publish(ZaakActor {
        persoon: Some(Id::new(id(7))),
        actor_fractie: some("NSC"),
        ..actor(21, 20, "Indiener")
    });
    world.publish(ZaakActor {
        commissie: Some(Id::new(id(10))),
        actor_afkorting: some("VWS"),
        ..actor(22, 20, "Voortouwcommissie")
    });
    world.publish(zaak(30, "2025Z2", "Schriftelijke vragen", false));
    world.publish(ZaakActor { functie: some(VWS), ..actor(31, 30, "Gericht aan") });
    assert_eq!(world.heard(&[]), [], "none of this is an event");

    let paper = |guid: u128, nummer: &str, soort: &str, zaak: u128| Document {
        document_nummer: some(nummer),
        soort: some(soort),
        onderwerp: some("Over huur"),
        datum: NOW.parse().ok(),
        zaak: vec![Id::new(id(zaak))],
        ..Document::from_values(id(guid), Vec::new())
    };
    let mut item = search::Item::new("/document/2025D1", search::Kind::Document);
    item.title = "Over huur".into();
    item.fracties = vec!["NSC".into()];
    item.date = NOW.parse().ok();
    world.publish(paper(40, "2025D1", "Motie", 20));
    let of_motion = [
        "/commissie/VWS",
        "/document/2025D1",
        "/documenten?soort=Motie",
        "/dossier/29247",
        "/dossiers?woorden=acute+ZORG",
        "/fractie/Nieuw%20Sociaal%20Contract",
        "/moties?fractie=NSC",
        "/moties?uitslag=onbekend",
        "/persoon/7",
        "/zaak/2025Z1",
        "/zoeken?q=huur&soort=document&fractie=NSC&van=2025-06-30",
    ];
    assert_eq!(world.heard(&[item]), [(EventKind::Document, of_motion.to_vec())]);

    let voting = Activiteit {
        nummer: some("2025A00002"),
        datum: "2025-06-24T10:00:00Z".parse().ok(),
        status: some("Uitgevoerd"),
        soort: some("Stemmingen"),
        ..Activiteit::from_values(id(50), Vec::new())
    };
    world.publish(voting);
    world.publish(Agendapunt {
        activiteit: Some(Id::new(id(50))),
        ..Agendapunt::from_values(id(52), Vec::new())
    });
    world.publish(Besluit {
        status: some("Besluit"),
        besluit_soort: some("Stemmen - aangenomen"),
        besluit_tekst: some("Aangenomen."),
        agendapunt: Some(Id::new(id(52))),
        zaak: vec![Id::new(id(20))],
        ..Besluit::from_values(id(42), Vec::new())
    });
    world.publish(Stemming {
        besluit: Some(Id::new(id(42))),
        actor_fractie: some("NSC"),
        ..Stemming::from_values(id(43), Vec::new())
    });
    let of_vote = [
        "/besluiten?zaak=Motie",
        "/commissie/VWS",
        "/document/2025D1",
        "/dossier/29247",
        "/dossiers?woorden=acute+ZORG",
        "/fractie/Nieuw%20Sociaal%20Contract",
        "/moties?fractie=NSC",
        "/persoon/7",
        "/stemming/00000000-0000-0000-0000-00000000002a",
        "/stemmingen?fractie=NSC",
        "/zaak/2025Z1",
    ];
    assert_eq!(world.heard(&[]), [(EventKind::Vote, of_vote.to_vec())]);

    world.publish(paper(44, "2025D2", "Schriftelijke vragen", 30));
    world.heard(&[]);
    world.publish(paper(45, "2025D3", "Antwoord schriftelijke vragen", 30));
    world.publish(DocumentActor {
        document: Some(Id::new(id(45))),
        functie: some(VWS),
        ..DocumentActor::from_values(id(46), Vec::new())
    });
    let of_answer = [
        "/document/2025D2",
        "/documenten?ministerie=VWS",
        "/ministerie/VWS",
        "/vragen?ministerie=VWS",
        "/zaak/2025Z2",
    ];
    assert_eq!(world.heard(&[]), [(EventKind::Answer, of_answer.to_vec())]);

    world.publish(zaak(20, "2025Z1", "Motie", true));
    let of_status = [
        "/commissie/VWS",
        "/document/2025D1",
        "/dossier/29247",
        "/dossiers?woorden=acute+ZORG",
        "/fractie/Nieuw%20Sociaal%20Contract",
        "/moties?fractie=NSC",
        "/persoon/7",
        "/zaak/2025Z1",
    ];
    assert_eq!(world.heard(&[]), [(EventKind::Status, of_status.to_vec())]);

    world.publish(Activiteit {
        voortouwcommissie: Some(Id::new(id(10))),
        voortouwafkorting: some("VWS"),
        ..meeting(THEN)
    });
    world.publish(Agendapunt {
        activiteit: Some(Id::new(id(1))),
        onderwerp: some("Huur"),
        ..Agendapunt::from_values(id(60), Vec::new())
    });
    world.publish(Zaak { agendapunt: vec![Id::new(id(60))], ..zaak(20, "2025Z1", "Motie", true) });
    world.publish(ActiviteitActor {
        activiteit: Some(Id::new(id(1))),
        persoon: Some(Id::new(id(8))),
        functie: some(VWS),
        ..ActiviteitActor::from_values(id(61), Vec::new())
    });
    let of_meeting = [
        "/activiteit/2025A00001",
        "/activiteiten?commissie=VWS",
        "/activiteiten?dossier=29247",
        "/activiteiten?zaak=2025Z1",
        "/commissie/VWS",
        "/dossier/29247",
        "/ministerie/VWS",
        "/persoon/8",
        "/zaak/2025Z1",
    ];
    assert_eq!(world.heard(&[]), [(EventKind::Planned, of_meeting.to_vec())]);

    world.publish(Toezegging {
        nummer: some("TZ1"),
        status: some("Openstaand"),
        activiteit: Some(Id::new(id(1))),
        ministerie: some("Volksgezondheid, Welzijn en Sport"),
        ..Toezegging::from_values(id(62), Vec::new())
    });
    let of_promise = [
        "/activiteit/2025A00001",
        "/commissie/VWS",
        "/ministerie/VWS",
        "/toezegging/TZ1",
        "/toezeggingen?commissie=VWS",
        "/toezeggingen?fractie=onbekend",
        "/toezeggingen?ministerie=VWS",
    ];
    assert_eq!(world.heard(&[]), [(EventKind::Promise, of_promise.to_vec())]);

    let mut gift = search::Item::new("/persoon/7#geschenk-63", search::Kind::Geschenk);
    gift.title = "Een jaar huur".into();
    world.publish(PersoonGeschenk {
        persoon: Some(Id::new(id(7))),
        omschrijving: some("Een jaar huur"),
        ..PersoonGeschenk::from_values(id(63), Vec::new())
    });
    let of_gift = ["/geschenken?persoon=7", "/persoon/7", "/zoeken?q=huur&soort=geschenk"];
    assert_eq!(world.heard(&[gift]), [(EventKind::Gift, of_gift.to_vec())]);
    world.publish(PersoonNevenfunctie {
        persoon: Some(Id::new(id(7))),
        ..PersoonNevenfunctie::from_values(id(64), Vec::new())
    });
    let of_job = ["/nevenfuncties?persoon=7", "/persoon/7"];
    assert_eq!(world.heard(&[]), [(EventKind::SideJob, of_job.to_vec())]);
    world.publish(PersoonReis {
        persoon: Some(Id::new(id(7))),
        ..PersoonReis::from_values(id(65), Vec::new())
    });
    let of_trip = ["/persoon/7", "/reizen?persoon=7"];
    assert_eq!(world.heard(&[]), [(EventKind::Trip, of_trip.to_vec())]);

    world.publish(Vergadering {
        soort: some("Commissie"),
        titel: some("Zorg"),
        aanvangstijd: THEN.parse().ok(),
        ..Vergadering::from_values(id(51), Vec::new())
    });
    world.publish(Verslag {
        vergadering: Some(Id::new(id(51))),
        soort: some("Tussenpublicatie"),
        ..Verslag::from_values(id(66), Vec::new())
    });
    let mut speech = search::Item::new("/verslag/33#s-1", search::Kind::Spreekbeurt);
    speech.body = "De huren stijgen.".into();
    let of_transcript = [
        "/activiteit/2025A00001",
        "/commissie/VWS",
        "/dossier/29247",
        "/ministerie/VWS",
        "/persoon/8",
        "/verslag/00000000-0000-0000-0000-000000000033",
        "/verslagen?soort=Commissie",
        "/zaak/2025Z1",
        "/zoeken?q=huur&soort=spreekbeurt",
    ];
    assert_eq!(world.heard(&[speech]), [(EventKind::Transcript, of_transcript.to_vec())]);
}

#[test]
fn a_muted_zaak_is_silent_and_a_meeting_with_it_on_its_agenda_is_not() {
    use crate::matching::{mutable, tells};
    let event = |address: &str| store::watching::event::Event {
        number: 1,
        kind: EventKind::Document,
        category: Category::Document,
        entity: Uuid::nil(),
        address: some(address),
        title: String::new(),
        what: "{}".into(),
        at: Timestamp::UNIX_EPOCH,
        made_at: Timestamp::UNIX_EPOCH,
    };
    let told = |muted: &[&str], address: &str, topics: &[&str]| {
        let choices = Choices {
            name: String::new(),
            kinds: Vec::new(),
            channel: Channel::Mail,
            frequency: Frequency::AtOnce,
            quiet: None,
            muted: muted.iter().map(|it| (*it).to_owned()).collect(),
            paused: false,
        };
        let topics: Vec<String> = topics.iter().map(|it| (*it).to_owned()).collect();
        tells(&choices, &event(address), &topics)
    };
    let letter = ["/commissie/VWS", "/document/2025D1", "/dossier/29247", "/zaak/2025Z1"];
    assert!(told(&[], letter[1], &letter));
    for muted in ["/zaak/2025Z1", "/dossier/29247", "/document/2025D1", "/commissie/VWS"] {
        assert!(!told(&[muted], letter[1], &letter), "{muted}");
    }
    assert!(told(&["/zaak/2025Z2"], letter[1], &letter));
    let meeting = ["/activiteit/2025A1", "/commissie/VWS", "/zaak/2025Z1", "/zaak/2025Z2"];
    assert!(told(&["/zaak/2025Z1"], meeting[0], &meeting));
    assert!(!told(&["/zaak/2025Z1", "/zaak/2025Z2"], meeting[0], &meeting));
    assert!(!told(&["/activiteit/2025A1"], meeting[0], &meeting));

    let offered = |address: &str, topics: &[&str]| {
        let topics: Vec<String> = topics.iter().map(|it| (*it).to_owned()).collect();
        mutable(&event(address), &topics)
    };
    assert_eq!(offered(letter[1], &letter), ["/dossier/29247", "/zaak/2025Z1"]);
    assert_eq!(offered(meeting[0], &meeting), ["/activiteit/2025A1"]);
}
