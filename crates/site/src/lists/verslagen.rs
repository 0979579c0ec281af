//! `/verslagen`

use model::address;
use store::read::lists::verslagen::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::{Site, text};

pub(super) static LIST: List = List {
    path: "/verslagen",
    title: "Verslagen",
    intro: "Wat er in vergaderingen gezegd is, woord voor woord. Van een vergadering verschijnen vaak \
            meer versies: elke vergadering staat hier één keer, met de meest definitieve.",
    things: ["verslag", "verslagen"],
    columns: &[
        Column::heading("datum"),
        Column::lead("begin"),
        Column::data("einde"),
        Column::status("status"),
        Column::fact("soort"),
        Column::fact("zaal"),
        Column::fact("vergaderjaar"),
        Column::fact("versies").after("aantal versies:"),
    ],
    filters: &[Choosable::new("soort", "Soort"), Choosable::new("status", "Status")],
    orders: &[("nieuw", "nieuwste eerst", true), ("oud", "oudste eerst", true)],
    period: Some(("Dag", Some(2 * 365))),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |site, reader, asked| Ok(list(reader, asked)?.map(|row| item(site, row))),
    ledger: None,
};

fn item(site: &Site, row: Row) -> Item {
    let Row { vergadering, status, versies, changed } = row;
    let versies = i64::try_from(versies).ok().filter(|versies| *versies > 1);
    let is_empty = status.as_deref() == Some("Casco");
    Item {
        id: vergadering.id.0,
        address: Some(address::verslag(&vergadering.id.to_string())),
        title: text::or(&vergadering.titel, &vergadering.soort).to_owned(),
        group: Group::day(site, vergadering.datum),
        event: None,
        is_off: false,
        values: vec![
            Value::day_of(vergadering.datum),
            Value::moment(vergadering.aanvangstijd),
            Value::moment(vergadering.sluiting),
            Value::status(if is_empty { Some("nog zonder tekst".into()) } else { status }, false),
            Value::text(vergadering.soort),
            Value::text(vergadering.zaal),
            Value::text(vergadering.vergaderjaar),
            Value::number(versies),
        ],
        changed,
    }
}
