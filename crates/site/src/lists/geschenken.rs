//! `/geschenken`

use store::read::lists::geschenken::{Row, list};

use super::{Choosable, Column, Item, List, PER_PAGE, Value};
use crate::text;

pub(super) static LIST: List = List {
    path: "/geschenken",
    title: "Geschenken",
    intro: "Geschenken die Kamerleden meldden in het register van de Kamer.",
    things: ["geschenk", "geschenken"],
    columns: &[Column::fact("datum"), Column::fact("lid")],
    filters: &[Choosable::new("fractie", "Fractie"), Choosable::new("persoon", "Kamerlid")],
    orders: &[
        ("nieuw", "nieuwste eerst", false),
        ("oud", "oudste eerst", false),
        ("naam", "op naam", false),
    ],
    period: Some(("Datum", None)),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let Row { geschenk, lid, changed } = row;
    Item {
        id: geschenk.id.0,
        address: lid.as_ref().and_then(|lid| lid.address()),
        title: text::one(&geschenk.omschrijving).to_owned(),
        group: None,
        event: None,
        is_off: false,
        values: vec![Value::day(geschenk.datum), Value::lid(lid.as_ref())],
        changed,
    }
}
