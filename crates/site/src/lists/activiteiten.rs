//! `/activiteiten` and `/activiteiten/ongepland`

use model::Category;
use store::read::lists::activiteiten::{self as read, Row, list};
use store::watching::event as events;
use store::{Reader, StoreError};
use watch::event::What;

use super::calendar::Event;
use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::{Site, text};

pub(super) static GEPLAND: List = List {
    path: "/activiteiten",
    title: "Activiteiten",
    intro: "Vergaderingen, debatten, werkbezoeken en andere bijeenkomsten, dag voor dag: van enkele \
            dagen geleden tot zover de agenda reikt.",
    things: ["activiteit", "activiteiten"],
    columns: COLUMNS,
    filters: &[SOORT, COMMISSIE, FRACTIE, PERSOON, MINISTERIE, DOSSIER, ZAAK, STATUS, BESLOTEN],
    orders: &[("datum", "vroegste eerst", true), ("nieuw", "laatste eerst", true)],
    period: Some(("Dag", Some(4))),
    has_words: true,
    is_short: false,
    // A week of the House: the page shows today and what comes.
    per_page: 3 * PER_PAGE,
    has_calendar: true,
    read: |site, reader, asked| Ok(list(reader, &read::GEPLAND, asked)?.map(|row| item(site, row))),
    ledger: None,
};

pub(super) static ONGEPLAND: List = List {
    path: "/activiteiten/ongepland",
    title: "Nog niet geplande activiteiten",
    intro: "Wat aangevraagd of afgesproken is, en nog geen datum heeft.",
    things: ["activiteit", "activiteiten"],
    columns: COLUMNS,
    filters: &[STATUS.default("Gepland"), SOORT, COMMISSIE, FRACTIE, PERSOON, MINISTERIE, BESLOTEN],
    orders: &[("nieuw", "nieuwste eerst", false), ("oud", "oudste eerst", false)],
    period: None,
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |site, reader, asked| {
        Ok(list(reader, &read::ONGEPLAND, asked)?.map(|row| item(site, row)))
    },
    ledger: None,
};

const SOORT: Choosable = Choosable::new("soort", "Soort");
const COMMISSIE: Choosable = Choosable::new("commissie", "Commissie");
const FRACTIE: Choosable = Choosable::new("fractie", "Fractie");
const PERSOON: Choosable = Choosable::new("persoon", "Persoon");
const MINISTERIE: Choosable = Choosable::new("ministerie", "Ministerie");
const DOSSIER: Choosable = Choosable::new("dossier", "Dossier");
const ZAAK: Choosable = Choosable::new("zaak", "Zaak");
const STATUS: Choosable = Choosable::new("status", "Status");
const BESLOTEN: Choosable = Choosable::new("besloten", "Besloten");

const COLUMNS: &[Column] = &[
    Column::heading("datum"),
    Column::lead("begin"),
    Column::data("einde"),
    Column::status("gaat_niet_door"),
    Column::fact("soort"),
    Column::fact("commissie"),
    Column::fact("plaats"),
    Column::status("besloten"),
    Column::fact("nummer"),
    Column::data("status"),
];

fn item(site: &Site, row: Row) -> Item {
    let Row { activiteit, voortouw, plaats, changed } = row;
    let off = activiteit.status.clone().filter(|_| activiteit.is_off());
    let is_closed = activiteit.besloten == Some(true);
    Item {
        id: activiteit.id,
        address: activiteit.address(),
        title: text::or(&activiteit.onderwerp, &activiteit.soort).to_owned(),
        group: Group::day(site, activiteit.datum),
        event: Event::meeting(
            activiteit.aanvangstijd,
            activiteit.eindtijd,
            activiteit.datum,
            plaats.clone(),
        ),
        is_off: activiteit.is_off(),
        values: vec![
            Value::day_of(activiteit.datum),
            Value::moment(activiteit.aanvangstijd),
            Value::moment(activiteit.eindtijd),
            Value::status(off, true),
            Value::text(activiteit.soort),
            Value::text(voortouw.or(activiteit.voortouw)),
            Value::text(plaats),
            Value::status(is_closed.then_some("besloten"), false),
            Value::text(activiteit.nummer),
            Value::text(activiteit.status),
        ],
        changed,
    }
}

/// The meeting that an event is about, as it is now; or as it was, if it is no longer there. None for an
/// event of something else.
pub(super) fn of_event(
    site: &Site,
    reader: &Reader,
    event: &events::Event,
) -> Result<Option<Item>, StoreError> {
    if event.category != Category::Activiteit {
        return Ok(None);
    }
    if let Some(row) = read::one(reader, event.entity)? {
        return Ok(Some(item(site, row)));
    }
    let what = What::read(&event.what);
    let start = what.from.or(what.to);
    Ok(Some(Item {
        id: event.entity,
        address: event.address.clone(),
        title: event.title.clone(),
        group: None,
        event: Event::meeting(start, None, start, None),
        is_off: true,
        values: Vec::new(),
        changed: event.at,
    }))
}
