//! `/personen`

use store::read::lists::personen::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};

pub(super) static LIST: List = List {
    path: "/personen",
    title: "Personen",
    intro: "Iedereen die een openbare rol in de Kamer heeft of had, op achternaam.",
    things: ["persoon", "personen"],
    columns: &[
        Column::fact("functie"),
        Column::fact("fractie"),
        Column::data("achternaam"),
        Column::data("nummer"),
    ],
    filters: &[Choosable::new("functie", "Functie"), Choosable::new("fractie", "Fractie")],
    orders: &[("naam", "op naam", true), ("omgekeerd", "op naam, van Z naar A", true)],
    period: None,
    has_words: true,
    is_short: true,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let Row { persoon, lid, changed } = row;
    let naam = persoon.naam();
    let letter = persoon.achternaam.as_deref().and_then(|naam| naam.chars().next());
    let letter: Option<String> = letter.map(|letter| letter.to_uppercase().collect());
    Item {
        id: persoon.id.0,
        address: persoon.nummer.as_deref().map(model::address::persoon),
        title: naam,
        group: letter.map(|name| Group { name, note: None, is_today: false }),
        event: None,
        is_off: false,
        values: vec![
            Value::text(persoon.functie),
            Value::text(lid.and_then(|lid| lid.fractie)),
            Value::text(persoon.achternaam),
            Value::text(persoon.nummer),
        ],
        changed,
    }
}
