//! `/kamerleden`

use model::address;
use store::read::lists::kamerleden::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::text;

pub(super) static LIST: List = List {
    path: "/kamerleden",
    title: "Kamerleden",
    intro: "Wie er vandaag in de Tweede Kamer zit, per fractie, de grootste eerst.",
    things: ["Kamerlid", "Kamerleden"],
    columns: &[
        Column::heading("fractie"),
        Column::fact("functie"),
        Column::fact("sinds").after("sinds"),
        Column::data("nummer"),
    ],
    filters: &[
        Choosable::new("fractie", "Fractie"),
        Choosable::new("commissie", "Commissie"),
        Choosable::new("functie", "Functie"),
    ],
    orders: &[
        ("fractie", "per fractie", true),
        ("naam", "op naam", false),
        ("langst", "langst in de Kamer voor deze fractie eerst", false),
    ],
    period: None,
    has_words: true,
    is_short: true,
    // The whole House.
    per_page: 4 * PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let name = text::or(&row.fractie, &row.afkorting).to_owned();
    let vacatures = match row.vacatures {
        0 => String::new(),
        1 => ", 1 vacature".into(),
        more => format!(", {more} vacatures"),
    };
    let note = row.zetels.map(|zetels| match zetels {
        1 => format!("1 zetel{vacatures}"),
        zetels => format!("{zetels} zetels{vacatures}"),
    });
    let nummer = row.persoon.as_ref().and_then(|persoon| persoon.nummer.clone());
    let naam = row.persoon.map(|persoon| persoon.naam()).filter(|naam| !naam.is_empty());
    Item {
        id: row.id,
        address: nummer.as_deref().map(address::persoon),
        // The source's reference leads nowhere (yet): the seat is there, its member is not.
        title: naam.unwrap_or_else(|| "(niet bekend)".into()),
        group: Some(Group { name, note, is_today: false }),
        event: None,
        is_off: false,
        values: vec![
            row.afkorting.map_or(Value::Nothing, |text| Value::Link {
                address: Some(address::fractie(&text)),
                text,
            }),
            Value::text(row.functie.filter(|functie| functie != "Lid")),
            Value::day(row.van),
            Value::text(nummer),
        ],
        changed: row.changed,
    }
}
