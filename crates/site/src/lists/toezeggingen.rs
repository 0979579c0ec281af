//! `/toezeggingen`: the ledger of commitments.

use model::time::in_amsterdam;
use model::{Ministerie, address};
use store::read::list::Asked;
use store::read::lists::toezeggingen::{self as read, Openstaand, Row, list};
use store::{Reader, StoreError};

use super::calendar::Event;
use super::page::{Ledger, Table, TableRow};
use super::{Choosable, Column, Item, List, PER_PAGE, Value};
use crate::chart::Months;
use crate::{Site, format, text};

pub(super) static LIST: List = List {
    path: "/toezeggingen",
    title: "Toezeggingen",
    intro: "Wat bewindspersonen aan de Kamer beloofden, voor wanneer, en of het is nagekomen.",
    things: ["toezegging", "toezeggingen"],
    columns: &[
        Column::fact("gedaan"),
        Column::status("stand"),
        Column::fact("bewindspersoon").after("door"),
        Column::fact("ministerie"),
        Column::fact("aan"),
        Column::fact("vergadering").after("in"),
        Column::fact("nagekomen_met").after("nagekomen met"),
        Column::data("na_te_komen_op"),
        Column::data("status"),
        Column::fact("nummer"),
    ],
    filters: &[
        Choosable::new("status", "Status").default("Openstaand"),
        Choosable::new("termijn", "Termijn").words(&[("geen", "geen datum bekend")]),
        Choosable::new("ministerie", "Ministerie"),
        Choosable::new("fractie", "Aan fractie"),
        Choosable::new("persoon", "Aan Kamerlid"),
        Choosable::new("commissie", "Commissie"),
    ],
    orders: &[
        ("termijn", "vroegste termijn eerst", false),
        ("nieuw", "nieuwste eerst", false),
        ("oud", "oudste eerst", false),
    ],
    period: Some(("Gedaan", None)),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: true,
    read: |_, reader, asked| Ok(list(reader, asked)?.map(item)),
    ledger: Some(ledger),
};

fn item(row: Row) -> Item {
    let Row { toezegging, ministerie, fractie, lid, activiteit, is_verstreken, changed } = row;
    let day = toezegging.datum_nakoming.map(|moment| in_amsterdam(moment).date());
    let status = toezegging.status.clone().unwrap_or_else(|| "zonder status".into());
    let is_open = status == "Openstaand";
    let state = match day {
        Some(day) if is_verstreken => format!("verstreken op {}", format::day(&day)),
        Some(day) if is_open => format!("na te komen op {}", format::day(&day)),
        _ if is_open => "geen datum bekend".to_owned(),
        _ => status.to_lowercase(),
    };
    let to = match (lid, fractie) {
        (Some(lid), _) => Value::lid(Some(&lid)),
        (None, Some(fractie)) => {
            let address = Some(address::fractie(&fractie));
            Value::Link { text: fractie, address }
        }
        (None, None) => Value::Nothing,
    };
    let meeting = activiteit.map_or(Value::Nothing, |it| Value::Link {
        text: text::or(&it.onderwerp, &it.soort).to_owned(),
        address: it.address(),
    });
    let who = [toezegging.naam.clone(), toezegging.functie.clone()];
    let who: Vec<String> = who.into_iter().flatten().collect();
    let short = ministerie.as_deref().and_then(Ministerie::with_afkorting);
    Item {
        id: toezegging.id.0,
        address: toezegging.nummer.as_deref().map(address::toezegging),
        title: text::one(&toezegging.tekst).to_owned(),
        group: None,
        event: day.filter(|_| is_open).map(Event::on),
        is_off: false,
        values: vec![
            Value::day_of(toezegging.aanmaakdatum),
            Value::status(Some(state), is_verstreken),
            Value::text((!who.is_empty()).then(|| who.join(", "))),
            match short {
                Some(it) => Value::Link {
                    text: it.afkorting.into(),
                    address: Some(address::ministerie(it.afkorting)),
                },
                None => Value::text(toezegging.ministerie),
            },
            to,
            meeting,
            Value::text(toezegging.kamerbrief_nakoming),
            Value::day(day),
            Value::text(toezegging.status),
            Value::text(toezegging.nummer),
        ],
        changed,
    }
}

const KINDS: &[(&str, &str)] =
    &[("voor", "niet meer open"), ("geen", "open"), ("tegen", "open en verstreken")];

fn ledger(site: &Site, reader: &Reader, asked: &Asked) -> Result<Ledger, StoreError> {
    let today = site.clock.today();
    let mut any = asked.clone();
    any.filters.retain(|(name, _)| !matches!(*name, "status" | "termijn"));
    let mut open = any.clone();
    open.filters.push(("status", "Openstaand".into()));
    let open = read::verloop(reader, &open)?;
    let count = |termijn: &str| {
        let count = open.iter().filter(|it| it.termijn.as_deref() == Some(termijn)).count();
        format::number(&i64::try_from(count).unwrap_or(i64::MAX))
    };
    let year = Asked { from: Some(Months::first_day(today)), until: None, ..any.clone() };
    let year = read::verloop(reader, &year)?;
    let months = Months::of(
        today,
        KINDS,
        year.iter().filter_map(|it| {
            let kind = match it.termijn.as_deref() {
                None => 0,
                Some("verstreken") => 2,
                Some(_) => 1,
            };
            Some((in_amsterdam(it.gedaan?).date(), kind))
        }),
    );
    let [ministeries, fracties] = read::openstaand(reader, &any)?;
    let total = i64::try_from(open.len()).unwrap_or(i64::MAX);
    Ok(Ledger {
        figures: vec![
            ("Open", format::number(&total), String::new()),
            ("Verstreken", count("verstreken"), "en nog open".into()),
            ("Loopt nog", count("loopt"), String::new()),
            ("Zonder datum", count("geen"), String::new()),
        ],
        months: Some(("Gedaan per maand", months)),
        tables: vec![
            table(
                "Open per ministerie",
                "ministerie",
                &["Ministerie", "Open", "Verstreken"],
                ministeries,
            ),
            table("Open per fractie", "fractie", &["Aan fractie", "Open", "Verstreken"], fracties),
        ],
        definitions: &[
            (
                "Status",
                "Zoals de Kamer die bijhoudt: Openstaand, Voldaan, en wat zij meer gebruikt.",
            ),
            (
                "Verstreken",
                "De status is Openstaand, en de dag waarop de toezegging nagekomen zou zijn, \
                            is voorbij.",
            ),
            (
                "Geen datum bekend",
                "De bron noemt geen dag waarop de toezegging nagekomen moet zijn.",
            ),
            (
                "Ministerie",
                "Zoals bij de toezegging staat, of anders volgens de functie van de \
                            bewindspersoon. Een vroegere naam telt bij het ministerie van nu.",
            ),
        ],
    })
}

fn table(
    title: &'static str,
    filter: &str,
    head: &'static [&'static str],
    lines: Vec<Openstaand>,
) -> Table {
    let rows = lines.into_iter().map(|line| TableRow {
        address: format!("/toezeggingen?{filter}={}", super::choice::encoded(&line.van.value)),
        label: line.van.label,
        numbers: vec![line.van.count, line.verstreken],
    });
    Table { title, head, rows: rows.collect() }
}
