//! `/vragen`: the ledger of written questions.

use jiff::civil::Date;
use model::time::in_amsterdam;
use store::read::list::Asked;
use store::read::lists::vragen::{self as read, Openstaand, Row, list};
use store::{Reader, StoreError};

use super::calendar::Event;
use super::page::{Ledger, Table, TableRow};
use super::{Choosable, Column, Group, Item, List, PER_PAGE, Value};
use crate::chart::Months;
use crate::{Site, format};

pub(super) static LIST: List = List {
    path: "/vragen",
    title: "Schriftelijke vragen",
    intro: "Vragen van Kamerleden aan ministers: welke nog open staan, welke te laat zijn, en hoe lang \
            een antwoord duurde.",
    things: ["set vragen", "sets vragen"],
    columns: &[
        Column::heading("gesteld"),
        Column::status("stand"),
        Column::fact("indieners"),
        Column::fact("gericht_aan").after("aan"),
        Column::fact("aantal_vragen").after("aantal vragen:"),
        Column::data("uiterlijk"),
        Column::fact("uitgesteld").after("uitstel gevraagd op"),
        Column::data("beantwoord"),
        Column::data("dagen"),
        Column::data("termijn"),
        Column::fact("nummer"),
    ],
    filters: &[
        Choosable::new("stand", "Stand").default("openstaand"),
        Choosable::new("termijn", "Termijn")
            .words(&[("op-tijd", "binnen de termijn"), ("te-laat", "te laat")]),
        Choosable::new("fractie", "Fractie"),
        Choosable::new("persoon", "Vraagsteller"),
        Choosable::new("ministerie", "Ministerie"),
        Choosable::new("commissie", "Commissie"),
    ],
    orders: &[
        ("nieuw", "nieuwste eerst", true),
        ("oud", "oudste eerst", true),
        ("termijn", "eerst wat het langst wacht", false),
    ],
    period: Some(("Gesteld", Some(5 * 365))),
    has_words: true,
    is_short: false,
    per_page: PER_PAGE,
    has_calendar: true,
    read: |site, reader, asked| Ok(list(reader, asked)?.map(|row| item(site, row))),
    ledger: Some(ledger),
};

/// Days of the calendar from one to another.
fn days(from: Date, to: Date) -> i64 {
    i64::from(to.since(from).map(|span| span.get_days()).unwrap_or_default())
}

fn item(site: &Site, row: Row) -> Item {
    let today = site.clock.today();
    let day = |moment: Option<_>| moment.map(|moment| in_amsterdam(moment).date());
    let (asked, last) = (day(row.gesteld), day(row.uiterlijk));
    let taken = asked.map(|asked| days(asked, day(row.beantwoord).unwrap_or(today)));
    let is_open = row.stand == "openstaand";
    let is_late = row.termijn == "te-laat";
    let state = match row.stand.as_str() {
        "openstaand" => match (row.termijn.as_str(), last) {
            ("te-laat", Some(last)) => format!("{} te laat", in_days(days(last, today))),
            ("uitgesteld", _) => "uitgesteld".to_owned(),
            (_, Some(last)) if last == today => "antwoord uiterlijk vandaag".to_owned(),
            (_, Some(last)) => format!("antwoord uiterlijk {}", format::day(&last)),
            _ => "open".to_owned(),
        },
        "beantwoord" => {
            let after = taken.map(|taken| format!(" na {}", in_days(taken)));
            format!("beantwoord{}", after.unwrap_or_default())
        }
        "afgedaan" => "afgedaan; een antwoord is hier niet bekend".to_owned(),
        other => other.to_owned(),
    };
    let group = Group::day(site, row.gesteld);
    Item {
        id: row.id,
        address: row.nummer.as_deref().map(model::address::zaak),
        title: row.onderwerp.clone().unwrap_or_else(|| "(zonder onderwerp)".into()),
        group,
        event: last.filter(|_| is_open).map(Event::on),
        is_off: false,
        values: vec![
            Value::day_of(row.gesteld),
            Value::status(Some(state), is_open && is_late),
            Value::actors(&row.indieners),
            Value::actors(&row.gericht_aan),
            Value::number(row.vragen),
            Value::day_of(row.uiterlijk),
            Value::day_of(row.uitgesteld),
            Value::day_of(row.beantwoord),
            Value::number(taken),
            Value::text(Some(row.termijn)),
            Value::text(row.nummer),
        ],
        changed: row.changed,
    }
}

fn in_days(days: i64) -> String {
    if days == 1 { "1 dag".to_owned() } else { format!("{} dagen", format::number(&days)) }
}

const KINDS: &[(&str, &str)] =
    &[("voor", "beantwoord"), ("geen", "nog open"), ("tegen", "nog open en te laat")];

fn ledger(site: &Site, reader: &Reader, asked: &Asked) -> Result<Ledger, StoreError> {
    let today = site.clock.today();
    let mut any = asked.clone();
    any.filters.retain(|(name, _)| !matches!(*name, "stand" | "termijn"));
    let mut open = any.clone();
    open.filters.push(("stand", "openstaand".into()));
    let open = read::verloop(reader, &open)?;
    let count = |termijn: &str| {
        let count = open.iter().filter(|line| line.termijn == termijn).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let year = Asked { from: Some(Months::first_day(today)), until: None, ..any.clone() };
    let year = read::verloop(reader, &year)?;
    let day = |moment: Option<_>| moment.map(|moment| in_amsterdam(moment).date());
    let mut waited: Vec<i64> = year
        .iter()
        .filter_map(|line| Some(days(day(line.gesteld)?, day(line.beantwoord)?)))
        .collect();
    waited.sort_unstable();
    let in_time = waited.iter().filter(|days| **days <= 21).count();
    let answered = waited.len();
    let middle = waited.get(answered / 2).copied();
    let months = Months::of(
        today,
        KINDS,
        year.iter().filter_map(|line| {
            let kind = match (line.stand.as_str(), line.termijn.as_str()) {
                ("beantwoord", _) => 0,
                ("openstaand", "te-laat") => 2,
                ("openstaand", _) => 1,
                _ => return None,
            };
            Some((day(line.gesteld)?, kind))
        }),
    );
    let [fracties, ministeries] = read::openstaand(reader, &any)?;
    let total = i64::try_from(open.len()).unwrap_or(i64::MAX);
    let answered_number = i64::try_from(answered).unwrap_or(i64::MAX);
    Ok(Ledger {
        figures: vec![
            ("Open", format::number(&total), String::new()),
            ("Te laat", format::number(&count("te-laat")), "zonder uitstel".into()),
            ("Uitgesteld", format::number(&count("uitgesteld")), String::new()),
            (
                "Beantwoord, van het laatste jaar",
                format::number(&answered_number),
                match answered {
                    0 => String::new(),
                    _ => format!("waarvan {} binnen drie weken", in_time),
                },
            ),
            (
                "Wachttijd, laatste jaar",
                middle.map_or_else(|| "–".into(), in_days),
                "de helft duurde korter".into(),
            ),
        ],
        months: Some(("Gesteld per maand", months)),
        tables: vec![
            table(
                "Open per fractie",
                "fractie",
                &["Fractie", "Open", "Te laat", "Uitgesteld"],
                fracties,
            ),
            table(
                "Open per ministerie",
                "ministerie",
                &["Ministerie", "Open", "Te laat", "Uitgesteld"],
                ministeries,
            ),
        ],
        definitions: &[
            (
                "Open",
                "Er is geen antwoord bekend, de Kamer heeft de vragen niet afgedaan, en ze zijn \
                      niet ingetrokken.",
            ),
            (
                "Te laat",
                "Meer dan drie weken (21 dagen) geleden gesteld, zonder antwoord en zonder \
                         bericht van uitstel.",
            ),
            (
                "Uitgesteld",
                "De minister liet weten dat het antwoord later komt (een document van de \
                            soort “Mededeling (uitstel antwoord)” bij dezelfde zaak).",
            ),
            (
                "Beantwoord",
                "Bij dezelfde zaak staat een document van de soort “Antwoord schriftelijke \
                            vragen”. De dag van het eerste telt.",
            ),
            (
                "Ingetrokken",
                "Achter het onderwerp staat “(ingetrokken)”; een ander kenmerk heeft de \
                             bron niet.",
            ),
            ("Afgedaan", "De Kamer is klaar met de vragen, maar een antwoord is hier niet bekend."),
            (
                "Aantal vragen",
                "Geteld in de tekst, als de vragen daarin genummerd zijn. Staat er geen \
                               aantal, dan is de tekst hier niet bekend of niet genummerd.",
            ),
            (
                "Ministerie",
                "Volgens de functie van de bewindspersoon aan wie de vragen gericht zijn. \
                            Noemt de bron die niet, dan is het ministerie niet bekend. Wat onder een \
                            vroegere naam is gevraagd, staat bij het ministerie van nu.",
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
        address: format!("/vragen?{filter}={}", super::choice::encoded(&line.van.value)),
        label: line.van.label,
        numbers: vec![line.van.count, line.te_laat, line.uitgesteld],
    });
    Table { title, head, rows: rows.collect() }
}
