//! `/toezeggingen`: the ledger of commitments.

use jiff::Timestamp;
use model::Uuid;
use model::entities::Toezegging;

use super::{Lid, lid};
use crate::read::list::{
    Asked, Definition, Filter, Listed, Order, Period, ValueCount, changed, page, scan, split, start,
};
use crate::read::{ActiviteitLine, activiteiten, rows};
use crate::row::{get, guid, moment};
use crate::{Reader, Result};

/// The list. Its filter `status` is upstream's; its filter `termijn` says of open ones whether their
/// day has passed: verstreken, loopt, or geen (no day is known).
pub static LIST: Definition = Definition {
    from: "toezegging",
    id: "toezegging.id",
    always: "1 = 1",
    period: Some(Period::Moment("toezegging.aanmaakdatum")),
    is_long: false,
    words: Some("COALESCE(toezegging.tekst, '')"),
    filters: &[
        Filter::own("status", "toezegging.status"),
        Filter::own("termijn", TERMIJN),
        MINISTERIE,
        FRACTIE,
        Filter::on(
            "persoon",
            "persoon",
            "persoon.id = toezegging.toegezegd_aan_persoon",
            "persoon.nummer",
        )
        .labelled(
            "COALESCE(persoon.achternaam, '') || ', ' \
             || COALESCE(persoon.roepnaam, persoon.initialen, '')",
        ),
        Filter::on(
            "commissie",
            "activiteit",
            "activiteit.id = toezegging.activiteit",
            "activiteit.voortouwafkorting",
        )
        .labelled("activiteit.voortouwnaam"),
    ],
    orders: &[
        Order {
            name: "termijn",
            sql: "toezegging.datum_nakoming IS NULL, toezegging.datum_nakoming, toezegging.nummer",
        },
        Order { name: "nieuw", sql: "toezegging.aanmaakdatum DESC, toezegging.nummer DESC" },
        Order { name: "oud", sql: "toezegging.aanmaakdatum, toezegging.nummer" },
    ],
};

const TERMIJN: &str = "CASE WHEN toezegging.status <> 'Openstaand' THEN NULL \
                       WHEN toezegging.datum_nakoming < {today} THEN 'verstreken' \
                       WHEN toezegging.datum_nakoming IS NOT NULL THEN 'loopt' ELSE 'geen' END";

const MINISTERIE: Filter = Filter::on(
    "ministerie",
    "ministerie_van",
    "ministerie_van.tekst = COALESCE(toezegging.ministerie, toezegging.functie)",
    "ministerie_van.ministerie",
)
.or_unknown("niet bekend");

const FRACTIE: Filter = Filter::on(
    "fractie",
    "fractie",
    "fractie.id = toezegging.toegezegd_aan_fractie",
    "fractie.afkorting",
)
.or_unknown("niet bekend");

/// A commitment as the ledger shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The commitment.
    pub toezegging: Toezegging,
    /// The short name of its ministry.
    pub ministerie: Option<String>,
    /// The party to which it was made.
    pub fractie: Option<String>,
    /// The member to whom it was made.
    pub lid: Option<Lid>,
    /// The meeting in which it was made.
    pub activiteit: Option<ActiviteitLine>,
    /// Whether it is open and its day has passed.
    pub is_verstreken: bool,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    let today = start(asked.today);
    page(reader, &LIST, asked, |connection, id| {
        let Some(toezegging) = get::<Toezegging>(connection, id)? else { return Ok(None) };
        let text = toezegging.ministerie.as_ref().or(toezegging.functie.as_ref());
        let ministerie: Vec<Option<String>> = rows(
            connection,
            "SELECT ministerie FROM ministerie_van WHERE tekst = ?1",
            [text],
            |row| row.get(0),
        )?;
        let fractie: Vec<Option<String>> = match toezegging.toegezegd_aan_fractie {
            Some(fractie) => {
                let sql = "SELECT afkorting FROM fractie WHERE id = ?1";
                rows(connection, sql, [guid(fractie.0)], |row| row.get(0))?
            }
            None => Vec::new(),
        };
        let activiteit = match toezegging.activiteit {
            Some(of) => activiteiten(connection, "WHERE activiteit.id = ?1", [guid(of.0)])?,
            None => Vec::new(),
        };
        let persoon: Option<Uuid> = toezegging.toegezegd_aan_persoon.map(|persoon| persoon.0);
        let is_verstreken = toezegging.status.as_deref() == Some("Openstaand")
            && toezegging.datum_nakoming.is_some_and(|day| day.as_millisecond() < today);
        Ok(Some(Row {
            ministerie: ministerie.into_iter().next().flatten(),
            fractie: fractie.into_iter().next().flatten(),
            lid: lid(connection, persoon, None)?,
            activiteit: activiteit.into_iter().next(),
            is_verstreken,
            changed: changed(connection, id)?,
            toezegging,
        }))
    })
}

/// The open commitments of a ministry, or to a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openstaand {
    /// The ministry or party, with how many there are.
    pub van: ValueCount,
    /// Those of which the day has passed.
    pub verstreken: i64,
}

/// The open commitments that are asked for, per ministry and per party; the one with the most first.
///
/// # Errors
/// What the database reports.
pub fn openstaand(reader: &Reader, asked: &Asked) -> Result<[Vec<Openstaand>; 2]> {
    let mut open = asked.clone();
    open.filters.retain(|(name, _)| *name != "status" && *name != "termijn");
    open.filters.push(("status", "Openstaand".into()));
    let per = |filter| -> Result<Vec<Openstaand>> {
        let passed = "toezegging.datum_nakoming < {today}";
        let lines = split(reader, &LIST, &open, filter, &[passed])?.into_iter();
        let line = |(van, counts): (ValueCount, Vec<i64>)| Openstaand {
            van,
            verstreken: counts.first().copied().unwrap_or_default(),
        };
        Ok(lines.map(line).collect())
    };
    Ok([per(&MINISTERIE)?, per(&FRACTIE)?])
}

/// How a commitment stands.
#[derive(Debug, Clone)]
pub struct Verloop {
    /// When it was made.
    pub gedaan: Option<Timestamp>,
    /// Whether its day has passed, while it is open: see [`LIST`].
    pub termijn: Option<String>,
}

/// The commitments that are asked for, all of them, in no order.
///
/// # Errors
/// What the database reports.
pub fn verloop(reader: &Reader, asked: &Asked) -> Result<Vec<Verloop>> {
    let columns = format!("toezegging.aanmaakdatum, {TERMIJN}");
    scan(reader, &LIST, asked, &columns, |row| {
        Ok(Verloop { gedaan: moment(row, 0)?, termijn: row.get(1)? })
    })
}
