//! `/reizen`

use store::read::lists::reizen::{Row, list};

use super::{Choosable, Column, Item, List, PER_PAGE, Value};
use crate::text;

pub(super) static LIST: List = List {
    path: "/reizen",
    title: "Reizen",
    intro: "Reizen naar het buitenland die Kamerleden meldden, en wie ze betaalde.",
    things: ["reis", "reizen"],
    columns: &[
        Column::fact("lid"),
        Column::fact("bestemming").after("naar"),
        Column::fact("van"),
        Column::fact("tot_en_met").after("tot en met"),
        Column::line("betaald_door").after("Betaald door"),
    ],
    filters: &[Choosable::new("fractie", "Fractie"), Choosable::new("persoon", "Kamerlid")],
    orders: &[
        ("nieuw", "nieuwste eerst", false),
        ("oud", "oudste eerst", false),
        ("naam", "op naam", false),
    ],
    period: Some(("Begin", None)),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let Row { reis, lid, changed } = row;
    Item {
        id: reis.id.0,
        address: lid.as_ref().and_then(|lid| lid.address()),
        title: text::or(&reis.doel, &reis.bestemming).to_owned(),
        group: None,
        event: None,
        is_off: false,
        values: vec![
            Value::lid(lid.as_ref()),
            Value::text(reis.bestemming),
            Value::partial(reis.van),
            Value::partial(reis.tot_en_met),
            Value::text(reis.betaald_door),
        ],
        changed,
    }
}
