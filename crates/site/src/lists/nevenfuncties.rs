//! `/nevenfuncties`

use model::entities::PersoonNevenfunctieInkomsten;
use store::read::lists::nevenfuncties::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::text;

pub(super) static LIST: List = List {
    path: "/nevenfuncties",
    title: "Nevenfuncties",
    intro: "Wat Kamerleden naast hun werk in de Kamer doen, en wat ze daarmee verdienen.",
    things: ["nevenfunctie", "nevenfuncties"],
    columns: &[
        Column::status("vergoeding"),
        Column::heading("lid"),
        Column::fact("periode"),
        Column::data("actief"),
        Column::line("inkomsten").after("Inkomsten"),
    ],
    filters: &[
        Choosable::new("actief", "Oefent dit nu uit"),
        Choosable::new("vergoeding", "Vergoeding"),
        Choosable::new("fractie", "Fractie"),
        Choosable::new("persoon", "Kamerlid"),
    ],
    orders: &[("naam", "op naam", true)],
    period: None,
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: None,
};

fn item(row: Row) -> Item {
    let Row { nevenfunctie, inkomsten, lid, changed } = row;
    let income: Vec<String> = inkomsten.iter().filter_map(amount).collect();
    let name = lid.as_ref().map(|lid| lid.naam.clone());
    Item {
        id: nevenfunctie.id.0,
        address: lid.as_ref().and_then(|lid| lid.address()),
        title: text::one(&nevenfunctie.omschrijving).to_owned(),
        group: name.map(|name| Group { name, note: None, is_today: false }),
        event: None,
        is_off: false,
        values: vec![
            Value::status(nevenfunctie.vergoeding, false),
            Value::lid(lid.as_ref()),
            Value::text(nevenfunctie.periode),
            Value::yes(nevenfunctie.is_actief == Some(true)),
            Value::text((!income.is_empty()).then(|| income.join("; "))),
        ],
        changed,
    }
}

/// `2024: 1400 EUR bruto, per jaar`, as much of it as is published.
fn amount(it: &PersoonNevenfunctieInkomsten) -> Option<String> {
    let amount = it.bedrag.0.clone()?;
    let parts = [
        it.bedrag_voorvoegsel.clone(),
        Some(amount),
        it.bedrag_valuta.clone(),
        it.bedrag_achtervoegsel.clone(),
        it.bedrag_soort.as_ref().map(|soort| soort.to_lowercase()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut said = parts.join(" ");
    if let Some(frequency) = &it.frequentie {
        said.push_str(&format!(", {}", frequency.to_lowercase()));
    }
    Some(match &it.jaar {
        Some(year) => format!("{year}: {said}"),
        None => said,
    })
}
