//! `/dossiers`

use model::address;
use store::read::lists::dossiers::{Row, list};

use super::{Choosable, Column, Item, List, PER_PAGE, Value};
use crate::text;

pub(super) static LIST: List = List {
    path: "/dossiers",
    title: "Dossiers",
    intro: "De genummerde mappen van de Kamer, met stukken over één onderwerp. Hier staan de dossiers \
            waarin in de gekozen periode een stuk verscheen.",
    things: ["dossier", "dossiers"],
    columns: &[
        Column::status("nummer"),
        Column::fact("laatste_stuk").after("laatste stuk"),
        Column::fact("documenten").after("aantal documenten:"),
        Column::fact("afgesloten").after("afgesloten:"),
    ],
    filters: &[Choosable::new("afgesloten", "Afgesloten")],
    orders: &[("actief", "laatst actief eerst", false), ("nummer", "hoogste nummer eerst", false)],
    period: Some(("Stuk", Some(90))),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let number = row.dossier.nummer.printed();
    Item {
        id: row.id,
        address: Some(address::dossier(&row.dossier.nummer)),
        title: text::one(&row.dossier.titel).to_owned(),
        group: None,
        event: None,
        is_off: false,
        values: vec![
            Value::status(Some(number), false),
            Value::day_of(row.laatste),
            Value::Number(row.documenten),
            Value::yes(row.afgesloten),
        ],
        changed: row.changed,
    }
}
