//! `/commissies`

use jiff::Timestamp;
use model::address;
use store::read::lists::commissies::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};

pub(super) static LIST: List = List {
    path: "/commissies",
    title: "Commissies",
    intro: "De commissies van de Kamer, met hun voorzitter en hun eerstvolgende vergadering.",
    things: ["commissie", "commissies"],
    columns: &[
        Column::status("afkorting"),
        Column::fact("soort"),
        Column::fact("voorzitter").after("voorzitter"),
        Column::fact("leden").after("aantal leden:"),
        Column::fact("volgende_vergadering").after("vergadert op"),
        Column::fact("volgende_onderwerp"),
        Column::data("sinds"),
        Column::fact("opgeheven").after("tot en met"),
    ],
    filters: &[
        Choosable::new("bestaat", "Bestaat nu").default("ja"),
        Choosable::new("soort", "Soort"),
    ],
    orders: &[("soort", "op soort", true)],
    period: None,
    has_words: true,
    is_short: false,
    per_page: 2 * PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let Row { commissie, leden, voorzitter, volgende, changed } = row;
    let soort = commissie.soort.clone().unwrap_or_else(|| "Andere".into());
    let leden = i64::try_from(leden).ok().filter(|leden| *leden > 0);
    let next: Option<Timestamp> = volgende.as_ref().and_then(|next| next.moment());
    let about = volgende.and_then(|next| {
        Some(Value::Link {
            text: next.onderwerp.clone().or(next.soort.clone())?,
            address: next.address(),
        })
    });
    Item {
        id: commissie.id.0,
        address: Some(address::commissie(commissie.afkorting.as_deref(), commissie.id.0)),
        title: crate::format::capital(commissie.naam_nl.as_deref().unwrap_or_default()),
        group: Some(Group { name: soort, note: None, is_today: false }),
        event: None,
        is_off: false,
        values: vec![
            Value::status(commissie.afkorting, false),
            Value::text(commissie.soort),
            voorzitter.map_or(Value::Nothing, |lid| Value::lid(Some(&lid))),
            Value::number(leden),
            Value::day_of(next),
            about.unwrap_or(Value::Nothing),
            Value::day(commissie.datum_actief),
            Value::day(commissie.datum_inactief),
        ],
        changed,
    }
}
