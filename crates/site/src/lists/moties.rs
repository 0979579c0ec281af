//! `/moties`

use model::address;
use store::read::lists::moties::{Row, list};

use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::chart::VoteBar;
use crate::{Site, text};

pub(super) static LIST: List = List {
    path: "/moties",
    title: "Moties",
    intro: "Wat Kamerleden de regering vragen of opdragen, wat het kabinet daarvan vindt, en hoe de \
            Kamer stemde.",
    things: ["motie", "moties"],
    columns: &[
        Column::heading("ingediend"),
        Column::status("uitslag"),
        Column::data("stemmen"),
        Column::fact("indieners"),
        Column::fact("oordeel_kabinet").after("kabinet:"),
        Column::fact("uitslag_in_zetels"),
        Column::fact("dossier"),
        Column::fact("nummer"),
    ],
    filters: &[
        Choosable::new("fractie", "Fractie"),
        Choosable::new("persoon", "Indiener"),
        Choosable::new("oordeel", "Oordeel van het kabinet"),
        Choosable::new("uitslag", "Uitslag"),
    ],
    orders: &[("nieuw", "nieuwste eerst", true), ("oud", "oudste eerst", true)],
    period: Some(("Ingediend", Some(60))),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: false,
    read: |site, reader, asked| Ok(list(reader, asked)?.map(|row| item(site, row))),
    ledger: None,
};

fn item(site: &Site, row: Row) -> Item {
    let Row { zaak, indieners, dossier, besluit, changed } = row;
    let said = besluit.as_ref().map(|besluit| text::besluit(&besluit.besluit));
    let uitslag = besluit.and_then(|besluit| besluit.uitslag);
    let seats = uitslag.as_ref().map(|uitslag| VoteBar::of(uitslag).label);
    let dossier = dossier.map_or(Value::Nothing, |dossier| Value::Link {
        text: dossier.nummer.printed(),
        address: Some(address::dossier(&dossier.nummer)),
    });
    Item {
        id: zaak.id,
        address: zaak.address(),
        title: text::or(&zaak.onderwerp, &zaak.titel).to_owned(),
        group: Group::day(site, zaak.gestart_op),
        event: None,
        is_off: false,
        values: vec![
            Value::day_of(zaak.gestart_op),
            Value::status(said, false),
            uitslag.map_or(Value::Nothing, |uitslag| Value::Votes(Box::new(uitslag))),
            Value::actors(&indieners),
            Value::text(zaak.kabinetsappreciatie),
            Value::text(seats),
            dossier,
            Value::text(zaak.nummer),
        ],
        changed,
    }
}
