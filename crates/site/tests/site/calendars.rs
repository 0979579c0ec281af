//! Calendars of meetings, as calendar programs understand them: a meeting that is moved stays the same one,
//! and one that is cancelled stays there as cancelled.

use icalendar::{Calendar, Component, EventStatus};
use jiff::Timestamp;
use model::entities::{
    Activiteit, ActiviteitActor, Agendapunt, Commissie, Kamerstukdossier, Persoon, Reservering,
    Zaak, Zaal,
};
use model::{Entity, Id, Record, Uuid};
use store::watching::monitor::{Channel, Choices, Frequency};
use watch::secret;

use crate::support::Fresh;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn meeting(start: &str, status: &str) -> Entity {
    Entity::Activiteit(Activiteit {
        nummer: some("2025A00001"),
        onderwerp: some("Acute zorg"),
        status: some(status),
        datum: start.parse().ok(),
        aanvangstijd: start.parse().ok(),
        voortouwafkorting: some("VWS"),
        voortouwcommissie: Some(Id::new(id(2))),
        ..Activiteit::from_values(id(1), Vec::new())
    })
}

fn reserved(zaal: u128) -> Entity {
    Entity::Reservering(Reservering {
        activiteit: vec![Id::new(id(1))],
        zaal: Some(Id::new(id(zaal))),
        ..Reservering::from_values(id(9), Vec::new())
    })
}

fn zaal(guid: u128, naam: &str) -> Entity {
    Entity::Zaal(Zaal { naam: some(naam), ..Zaal::from_values(id(guid), Vec::new()) })
}

/// What a calendar program needs to know of a meeting.
#[derive(Debug, PartialEq)]
struct Entry {
    uid: String,
    sequence: i64,
    start: String,
    place: Option<String>,
    status: Option<EventStatus>,
}

async fn only_entry(fresh: &Fresh, address: &str) -> Entry {
    let (status, text) = fresh.page(address).await;
    assert_eq!(status, 200, "{address}");
    let calendar: Calendar = text.parse().unwrap();
    let mut events = calendar.components.iter().filter_map(|it| it.as_event());
    let event = events.next().unwrap_or_else(|| panic!("nothing in {address}: {text}"));
    assert!(events.next().is_none(), "one meeting is one entry in {address}: {text}");
    let value = |name: &str| event.property_value(name).map(str::to_owned);
    Entry {
        uid: value("UID").unwrap(),
        sequence: value("SEQUENCE").unwrap().parse().unwrap(),
        start: value("DTSTART").unwrap(),
        place: value("LOCATION"),
        status: event.get_status(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_calendar_follows_a_meeting_that_is_moved_gets_another_room_and_is_cancelled() {
    let fresh = Fresh::new();
    let first = "2025-07-01T08:00:00Z";
    for entity in [
        Entity::Commissie(Commissie {
            afkorting: some("VWS"),
            ..Commissie::from_values(id(2), Vec::new())
        }),
        Entity::Persoon(Persoon { nummer: some("7"), ..Persoon::from_values(id(3), Vec::new()) }),
        Entity::ActiviteitActor(ActiviteitActor {
            activiteit: Some(Id::new(id(1))),
            persoon: Some(Id::new(id(3))),
            ..ActiviteitActor::from_values(id(4), Vec::new())
        }),
        Entity::Kamerstukdossier(Kamerstukdossier {
            nummer: Some(36800),
            toevoeging: some("XVI"),
            ..Kamerstukdossier::from_values(id(5), Vec::new())
        }),
        Entity::Agendapunt(Agendapunt {
            activiteit: Some(Id::new(id(1))),
            ..Agendapunt::from_values(id(6), Vec::new())
        }),
        Entity::Zaak(Zaak {
            nummer: some("2025Z00001"),
            kamerstukdossier: Some(Id::new(id(5))),
            agendapunt: vec![Id::new(id(6))],
            ..Zaak::from_values(id(8), Vec::new())
        }),
        zaal(10, "Thorbeckezaal"),
        zaal(11, "Troelstrazaal"),
        reserved(10),
        meeting("2025-07-09T12:00:00Z", "Gepland"),
    ] {
        fresh.publish(entity, first);
    }
    // Others that are in none of them.
    fresh.publish(
        Entity::Activiteit(Activiteit {
            nummer: some("2025A00002"),
            datum: "2025-07-09T12:00:00Z".parse().ok(),
            ..Activiteit::from_values(id(20), Vec::new())
        }),
        first,
    );

    let mut calendars: Vec<String> = Vec::new();
    for (page, list) in [
        ("/commissie/VWS", "/activiteiten.ics?commissie=VWS"),
        ("/persoon/7", "/activiteiten.ics?persoon=7"),
        ("/dossier/36800-XVI", "/activiteiten.ics?dossier=36800-XVI"),
        ("/zaak/2025Z00001", "/activiteiten.ics?zaak=2025Z00001"),
    ] {
        let (_, text) = fresh.page(page).await;
        assert!(text.contains(&format!("href=\"{list}\"")), "{page} leads to its calendar: {text}");
        calendars.push(list.to_owned());
        let choices = Choices {
            name: "Zorg".into(),
            kinds: Vec::new(),
            channel: Channel::Feed,
            frequency: Frequency::AtOnce,
            quiet: None,
            muted: Vec::new(),
            paused: false,
        };
        let now = Timestamp::now();
        let monitor = fresh.store.make_monitor(1, page, &choices, now).unwrap();
        fresh.store.set_private_feed(1, monitor, Some(secret::hash(page)), now).unwrap();
        let token: String = page.bytes().map(|byte| format!("%{byte:02X}")).collect();
        calendars.push(format!("/abonnement/{token}.ics"));
    }

    let mut entries = Vec::new();
    for calendar in &calendars {
        entries.push(only_entry(&fresh, calendar).await);
    }
    let planned = &entries[0];
    assert!(entries.iter().all(|entry| entry == planned), "{entries:#?}");
    assert_eq!(planned.start, "20250709T140000");
    assert_eq!(planned.place.as_deref(), Some("Thorbeckezaal"));
    assert_eq!(planned.status, Some(EventStatus::Confirmed));

    fresh.publish(meeting("2025-07-10T08:30:00Z", "Gepland"), "2025-07-02T08:00:00Z");
    let mut before = entries;
    for (calendar, before) in calendars.iter().zip(&mut before) {
        let moved = only_entry(&fresh, calendar).await;
        assert_eq!(moved.uid, before.uid);
        assert!(moved.sequence > before.sequence, "{calendar}: {moved:?} after {before:?}");
        assert_eq!(moved.start, "20250710T103000");
        *before = moved;
    }
    fresh.publish(reserved(11), "2025-07-02T09:00:00Z");
    for (calendar, before) in calendars.iter().zip(&mut before) {
        let moved = only_entry(&fresh, calendar).await;
        assert_eq!((&moved.uid, &moved.start), (&before.uid, &before.start));
        assert!(moved.sequence > before.sequence, "{calendar}: {moved:?} after {before:?}");
        assert_eq!(moved.place.as_deref(), Some("Troelstrazaal"));
        *before = moved;
    }
    fresh.publish(meeting("2025-07-10T08:30:00Z", "Geannuleerd"), "2025-07-03T08:00:00Z");
    for (calendar, before) in calendars.iter().zip(&before) {
        let off = only_entry(&fresh, calendar).await;
        assert_eq!((&off.uid, &off.start), (&before.uid, &before.start));
        assert!(off.sequence > before.sequence, "{calendar}: {off:?} after {before:?}");
        assert_eq!(off.status, Some(EventStatus::Cancelled));
    }
}
