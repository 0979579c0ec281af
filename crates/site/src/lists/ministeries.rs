//! `/ministeries`

use jiff::Timestamp;
use model::{Uuid, address};
use store::read::list::Listed;
use store::read::lists::ministeries::{Row, list};

use super::{Column, Group, Item, List, PER_PAGE, Value};

pub(super) static LIST: List = List {
    path: "/ministeries",
    title: "Ministeries",
    intro: "De ministeries van nu en van vroeger, met de open vragen en toezeggingen van elk. \
            Griffier leidt een ministerie af uit de functie van de bewindspersoon.",
    things: ["ministerie", "ministeries"],
    columns: &[
        Column::status("afkorting"),
        Column::fact("open_vragen").after("open vragen:"),
        Column::fact("vragen_te_laat").after("waarvan te laat:"),
        Column::fact("open_toezeggingen").after("open toezeggingen:"),
        Column::fact("toezeggingen_verstreken").after("waarvan verstreken:"),
        Column::line("voorheen").after("Voorheen"),
        Column::fact("opgeheven").after("opgeheven in"),
    ],
    filters: &[],
    orders: &[("naam", "op naam", true)],
    period: None,
    has_words: false,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| {
        let all = list(reader, asked)?;
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let skip = usize::try_from(asked.offset).unwrap_or(usize::MAX);
        let rows = all.into_iter().skip(skip).map(item).collect();
        Ok(Listed { rows, total, is_at_least: false, counts: Vec::new() })
    },
    ledger: None,
};

fn item(row: Row) -> Item {
    let it = row.ministerie;
    let former: Vec<String> = it
        .voorheen
        .iter()
        .map(|it| format!("{} ({}, tot {})", it.naam, it.afkorting, it.tot))
        .collect();
    let is_there = it.opgeheven.is_none();
    let group = if is_there { "Nu" } else { "Vroeger" };
    let number = |number: i64| if is_there { Value::Number(number) } else { Value::Nothing };
    Item {
        id: id(it.afkorting),
        address: Some(address::ministerie(it.afkorting)),
        title: it.naam.to_owned(),
        group: Some(Group { name: group.into(), note: None, is_today: false }),
        values: vec![
            Value::status(Some(it.afkorting), false),
            number(row.vragen),
            number(row.vragen_te_laat),
            number(row.toezeggingen),
            number(row.toezeggingen_verstreken),
            Value::text((!former.is_empty()).then(|| former.join("; "))),
            it.opgeheven.map_or(Value::Nothing, |year| Value::Text(year.to_string())),
        ],
        // Nothing upstream speaks of it: it never changes but with the program.
        changed: Timestamp::UNIX_EPOCH,
        event: None,
        is_off: false,
    }
}

/// A ministry has no GUID upstream. Its short name makes one, the same each time, of the version that
/// is free to fill in (8).
fn id(afkorting: &str) -> Uuid {
    let letters = afkorting.bytes().fold(0, |sum, letter| sum << 8 | u128::from(letter));
    Uuid::from_u128(0x6d69_6e00_0000_8000_8000_0000_0000_0000 | letters)
}
