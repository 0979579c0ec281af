//! `/fracties`

use model::address;
use store::read::lists::fracties::{Row, list};

use super::{Choosable, Column, Item, List, PER_PAGE, Value};
use crate::text;

pub(super) static LIST: List = List {
    path: "/fracties",
    title: "Fracties",
    intro: "De partijen in de Kamer, nu en vroeger. Een fractie die een tijd weg was, staat er voor \
            elke periode.",
    things: ["fractie", "fracties"],
    columns: &[
        Column::status("afkorting"),
        Column::fact("zetels").after("zetels:"),
        Column::fact("leden").after("bezet:"),
        Column::fact("vacatures").after("vacatures:"),
        Column::fact("sinds").after("sinds"),
        Column::fact("tot_en_met").after("tot en met"),
        Column::fact("andere_perioden").after("andere perioden:"),
    ],
    filters: &[Choosable::new("bestaat", "In de Kamer").default("ja")],
    orders: &[("zetels", "grootste eerst", false), ("naam", "op naam", false)],
    period: None,
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let Row { fractie, leden, vacatures, andere_perioden, changed } = row;
    let some = |number: i64| Value::number(Some(number).filter(|number| *number > 0));
    let has_gone = fractie.datum_inactief.is_some();
    Item {
        id: fractie.id.0,
        address: fractie.afkorting.as_deref().map(address::fractie),
        title: text::or(&fractie.naam_nl, &fractie.afkorting).to_owned(),
        group: None,
        event: None,
        is_off: false,
        values: vec![
            Value::status(fractie.afkorting, false),
            // Of one that has gone, the source has made it zero.
            if has_gone { Value::Nothing } else { Value::number(fractie.aantal_zetels) },
            some(leden),
            some(vacatures),
            Value::day(fractie.datum_actief),
            Value::day(fractie.datum_inactief),
            some(andere_perioden),
        ],
        changed,
    }
}
