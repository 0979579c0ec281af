//! `/documenten`

use model::address;
use store::read::lists::documenten::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::{Site, text};

pub(super) static LIST: List = List {
    path: "/documenten",
    title: "Documenten",
    intro: "Wat er verscheen: brieven, vragen, antwoorden, moties, wetsvoorstellen en meer. Bijlagen en \
            andere stukken die alleen meelopen met een ander stuk, staan er niet bij.",
    things: ["document", "documenten"],
    columns: &[
        Column::heading("datum"),
        Column::fact("soort"),
        Column::fact("ondertekenaars"),
        Column::fact("kamerstuk"),
        Column::fact("nummer"),
        Column::data("dossier_titel"),
    ],
    filters: &[
        Choosable::new("soort", "Soort"),
        Choosable::new("regering", "Van de regering"),
        Choosable::new("ministerie", "Ministerie"),
        Choosable::new("commissie", "Commissie"),
        Choosable::new("fractie", "Fractie"),
        Choosable::new("persoon", "Persoon"),
    ],
    orders: &[("nieuw", "nieuwste eerst", true), ("oud", "oudste eerst", true)],
    period: Some(("Datum", Some(8))),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |site, reader, asked| Ok(list(reader, asked)?.map(|row| item(site, row))),
    ledger: None,
};

fn item(site: &Site, row: Row) -> Item {
    let Row { document, ondertekenaars, changed } = row;
    let kamerstuk = match (text::kamerstuk(&document), &document.dossier) {
        (Some(text), Some(dossier)) => {
            Value::Link { text, address: Some(address::dossier(dossier)) }
        }
        _ => Value::Nothing,
    };
    Item {
        id: document.id,
        address: document.address(),
        title: text::or(&document.onderwerp, &document.titel).to_owned(),
        group: Group::day(site, document.datum),
        values: vec![
            Value::day_of(document.datum),
            Value::text(document.soort.clone()),
            Value::actors(&ondertekenaars),
            kamerstuk,
            Value::text(document.nummer.clone()),
            Value::text(text::besides(&document.onderwerp, &document.titel)),
        ],
        changed,
        event: None,
        is_off: false,
    }
}
