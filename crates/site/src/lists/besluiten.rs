//! `/besluiten` and `/stemmingen`

use model::address;
use store::read::lists::besluiten::{self as read, Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::{Site, chart, text};

pub(super) static LIST: List = List {
    path: "/besluiten",
    title: "Besluiten",
    intro: "Wat de Kamer en haar commissies besloten en gaan besluiten.",
    things: ["besluit", "besluiten"],
    columns: COLUMNS,
    filters: &[
        Choosable::new("soort", "Besluit"),
        Choosable::new("status", "Status"),
        Choosable::new("commissie", "Commissie"),
        Choosable::new("zaak", "Soort zaak"),
        Choosable::new("fractie", "Indiener van"),
    ],
    orders: ORDERS,
    period: Some(("Dag", Some(8))),
    has_words: false,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |site, reader, asked| Ok(list(reader, &read::LIST, asked)?.map(|row| besluit(site, row))),
    ledger: None,
};

pub(super) static STEMMINGEN: List = List {
    path: "/stemmingen",
    title: "Stemmingen",
    intro: "Waarover werd gestemd, met de uitslag in zetels. Een stem die de bron dubbel publiceert, \
            telt één keer.",
    things: ["stemming", "stemmingen"],
    columns: COLUMNS,
    filters: &[
        Choosable::new("uitslag", "Uitslag"),
        Choosable::new("zaak", "Waarover"),
        Choosable::new("fractie", "Indiener van"),
        Choosable::new("persoon", "Indiener"),
        Choosable::new("wijze", "Wijze"),
    ],
    orders: ORDERS,
    period: Some(("Dag", Some(21))),
    has_words: false,
    is_short: false,
    // Each comes with what every party voted.
    per_page: PER_PAGE,
    has_calendar: false,
    read: |site, reader, asked| {
        Ok(list(reader, &read::STEMMINGEN, asked)?.map(|row| stemming(site, row)))
    },
    ledger: None,
};

const ORDERS: &[(&str, &str, bool)] =
    &[("nieuw", "nieuwste eerst", true), ("oud", "oudste eerst", true)];

const COLUMNS: &[Column] = &[
    Column::heading("dag"),
    Column::status("besluit"),
    Column::line("stemmen"),
    Column::line("opmerking"),
    Column::line("tegenspraak"),
    Column::fact("indieners"),
    Column::fact("soort_zaak"),
    Column::fact("zaak"),
    Column::fact("vergadering"),
    Column::fact("wijze"),
    Column::fact("oordeel_kabinet").after("kabinet:"),
    Column::data("andere_zaken"),
    Column::data("soort_besluit"),
    Column::data("status"),
];

fn besluit(site: &Site, row: Row) -> Item {
    let found = row.besluit.zaken.iter().find_map(|zaak| zaak.address());
    let meeting = row.besluit.activiteit.as_ref().and_then(|it| it.address());
    Item { address: found.or(meeting), ..item(site, row) }
}

fn stemming(site: &Site, row: Row) -> Item {
    let own = address::stemming(&row.besluit.besluit.id.to_string());
    Item { address: Some(own), ..item(site, row) }
}

fn item(site: &Site, row: Row) -> Item {
    let Row { besluit: line, indieners, changed } = row;
    let moment = line.moment();
    let said = text::besluit(&line.besluit);
    let remarks = line.uitslag.as_ref().map(|uitslag| chart::remarks(&line.besluit, uitslag));
    let contradiction = remarks.map(|it| it.join(" ")).filter(|it| !it.is_empty());
    let first = line.zaken.first();
    let title = first.map(|zaak| text::or(&zaak.onderwerp, &zaak.titel).to_owned());
    let link = |text: Option<String>, address: Option<String>| {
        text.map_or(Value::Nothing, |text| Value::Link { text, address })
    };
    let others: Vec<String> =
        line.zaken.iter().skip(1).filter_map(|zaak| zaak.nummer.clone()).collect();
    Item {
        id: line.besluit.id.0,
        address: None,
        title: title.unwrap_or_else(|| said.clone()),
        group: Group::day(site, moment),
        event: None,
        is_off: false,
        values: vec![
            Value::day_of(moment),
            Value::status(Some(said), false),
            line.uitslag.map_or(Value::Nothing, |uitslag| Value::Votes(Box::new(uitslag))),
            Value::text(line.besluit.opmerking),
            Value::text(contradiction),
            Value::actors(&indieners),
            Value::text(first.and_then(|zaak| zaak.soort.clone())),
            link(first.and_then(|zaak| zaak.nummer.clone()), first.and_then(|zaak| zaak.address())),
            match &line.activiteit {
                Some(it) => link(it.soort.clone().or(it.onderwerp.clone()), it.address()),
                None => Value::Text("vergadering niet bekend".into()),
            },
            Value::text(line.besluit.stemmings_soort),
            Value::text(first.and_then(|zaak| zaak.kabinetsappreciatie.clone())),
            Value::text((!others.is_empty()).then(|| others.join("; "))),
            Value::text(line.besluit.besluit_soort),
            Value::text(line.besluit.status),
        ],
        changed,
    }
}
