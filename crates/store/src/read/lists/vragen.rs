//! `/vragen`: the ledger of written questions.

use jiff::Timestamp;

use crate::read::list::{
    Asked, Definition, Filter, Listed, Order, Period, ValueCount, changed, page, scan, split, start,
};
use crate::read::{Actor, actors, rows};
use crate::row::{guid, moment};
use crate::{Reader, Result};

/// The list. Its filter `stand` says how far a question has come: openstaand, beantwoord, ingetrokken,
/// or afgedaan (the House has closed it, and no answer is known). Its filter `termijn` says how it
/// stands, or stood when it was answered, against the three weeks: op-tijd, uitgesteld (the minister
/// announced a delay) or te-laat (neither).
pub static LIST: Definition = Definition {
    from: "vraag",
    id: "vraag.zaak",
    always: "1 = 1",
    period: Some(Period::Moment("vraag.gesteld")),
    is_long: false,
    words: Some("(SELECT COALESCE(zaak.onderwerp, '') FROM zaak WHERE zaak.id = vraag.zaak)"),
    filters: &[
        Filter::own("stand", "vraag.stand"),
        Filter::own("termijn", TERMIJN),
        FRACTIE,
        Filter::on(
            "persoon",
            "zaak_actor AS indiener CROSS JOIN persoon",
            "indiener.zaak = vraag.zaak AND indiener.relatie = 'Indiener' \
             AND persoon.id = indiener.persoon",
            "persoon.nummer",
        )
        .labelled("indiener.actor_naam"),
        MINISTERIE,
        Filter::on(
            "commissie",
            "zaak_actor AS voortouw",
            "voortouw.zaak = vraag.zaak AND voortouw.relatie = 'Voortouwcommissie'",
            "voortouw.actor_afkorting",
        )
        .labelled("voortouw.actor_naam"),
    ],
    orders: &[
        Order { name: "nieuw", sql: "vraag.gesteld DESC" },
        Order { name: "oud", sql: "vraag.gesteld" },
        Order { name: "termijn", sql: "vraag.uiterlijk" },
    ],
};

const TERMIJN: &str = "CASE WHEN vraag.uitgesteld IS NOT NULL THEN 'uitgesteld' \
                       WHEN COALESCE(vraag.beantwoord, {today}) > vraag.uiterlijk THEN 'te-laat' \
                       ELSE 'op-tijd' END";

const FRACTIE: Filter = Filter::on(
    "fractie",
    "zaak_actor AS indiener",
    "indiener.zaak = vraag.zaak AND indiener.relatie = 'Indiener'",
    "indiener.actor_fractie",
);

const MINISTERIE: Filter = Filter::on(
    "ministerie",
    "zaak_actor AS gericht CROSS JOIN ministerie_van",
    "gericht.zaak = vraag.zaak AND gericht.relatie = 'Gericht aan' \
     AND ministerie_van.tekst = gericht.functie",
    "ministerie_van.ministerie",
)
.or_unknown("niet bekend");

/// A set of written questions as the ledger shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The number of the zaak.
    pub nummer: Option<String>,
    /// What it is about.
    pub onderwerp: Option<String>,
    /// When it was asked.
    pub gesteld: Option<Timestamp>,
    /// The last day for an answer in time.
    pub uiterlijk: Option<Timestamp>,
    /// When a delay was announced last.
    pub uitgesteld: Option<Timestamp>,
    /// When it was answered first.
    pub beantwoord: Option<Timestamp>,
    /// How far it has come: see [`LIST`].
    pub stand: String,
    /// How it stands against the three weeks: see [`LIST`].
    pub termijn: String,
    /// Who asked, the first one first.
    pub indieners: Vec<Actor>,
    /// To whom, as published.
    pub gericht_aan: Vec<Actor>,
    /// How many questions are in it, where the text is known and numbers them.
    pub vragen: Option<i64>,
    /// When its content last changed: that of the zaak, or of a document of it.
    pub changed: Timestamp,
    /// The GUID of the zaak.
    pub id: model::Uuid,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    let today = start(asked.today);
    let sql = format!(
        "SELECT zaak.nummer, zaak.onderwerp, vraag.gesteld, vraag.uiterlijk, vraag.uitgesteld, \
             vraag.beantwoord, vraag.stand, {} FROM vraag JOIN zaak ON zaak.id = vraag.zaak WHERE vraag.zaak = ?1",
        TERMIJN.replace("{today}", &today.to_string())
    );
    page(reader, &LIST, asked, |connection, id| {
        let actors = actors(connection, "zaak_actor", "zaak", id)?;
        let with = |roles: &[&str]| -> Vec<Actor> {
            let has_role = |actor: &&Actor| {
                actor.relatie.as_deref().is_some_and(|relatie| roles.contains(&relatie))
            };
            actors.iter().filter(has_role).cloned().collect()
        };
        // The questions themselves, or else the answer that repeats them.
        let vragen: Vec<Option<i64>> = rows(
            connection,
            "SELECT content.questions FROM document_zaak \
             JOIN document ON document.id = document_zaak.source \
             JOIN file ON file.entity = document.id JOIN content ON content.sha256 = file.sha256 \
             WHERE document_zaak.target = ?1 AND content.questions IS NOT NULL \
                 AND (document.soort = 'Schriftelijke vragen' \
                     OR document.soort LIKE 'Antwoord schriftelijke vragen%') \
             ORDER BY document.soort DESC, file.origin LIMIT 1",
            [guid(id)],
            |row| row.get(0),
        )?;
        let mut changed = changed(connection, id)?;
        let later: Vec<Option<Timestamp>> = rows(
            connection,
            "SELECT MAX(entity.changed) FROM document_zaak \
             JOIN entity ON entity.id = document_zaak.source WHERE document_zaak.target = ?1",
            [guid(id)],
            |row| moment(row, 0),
        )?;
        changed = later.into_iter().flatten().fold(changed, Timestamp::max);
        let found = rows(connection, &sql, [guid(id)], |row| {
            Ok(Row {
                nummer: row.get(0)?,
                onderwerp: row.get(1)?,
                gesteld: moment(row, 2)?,
                uiterlijk: moment(row, 3)?,
                uitgesteld: moment(row, 4)?,
                beantwoord: moment(row, 5)?,
                stand: row.get(6)?,
                termijn: row.get(7)?,
                indieners: with(&["Indiener", "Medeindiener"]),
                gericht_aan: with(&["Gericht aan"]),
                vragen: vragen.first().copied().flatten(),
                changed,
                id,
            })
        })?;
        Ok(found.into_iter().next())
    })
}

/// How many of the open questions are late, and of how many a delay was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openstaand {
    /// By whom they were asked, or to which ministry; with how many there are.
    pub van: ValueCount,
    /// Late, without an announcement of delay.
    pub te_laat: i64,
    /// With an announcement of delay.
    pub uitgesteld: i64,
}

/// The open questions that are asked for, per party and per ministry; the one with the most first.
///
/// # Errors
/// What the database reports.
pub fn openstaand(reader: &Reader, asked: &Asked) -> Result<[Vec<Openstaand>; 2]> {
    let mut open = asked.clone();
    open.filters.retain(|(name, _)| *name != "stand" && *name != "termijn");
    open.filters.push(("stand", "openstaand".into()));
    let late = format!("({TERMIJN}) = 'te-laat'");
    let per = |filter| -> Result<Vec<Openstaand>> {
        let conditions = [late.as_str(), "vraag.uitgesteld IS NOT NULL"];
        let lines = split(reader, &LIST, &open, filter, &conditions)?.into_iter();
        let count = |counts: &[i64], place: usize| counts.get(place).copied().unwrap_or_default();
        let line = |(van, counts): (ValueCount, Vec<i64>)| Openstaand {
            van,
            te_laat: count(&counts, 0),
            uitgesteld: count(&counts, 1),
        };
        Ok(lines.map(line).collect())
    };
    Ok([per(&FRACTIE)?, per(&MINISTERIE)?])
}

/// When a question was asked, when it was answered, and the `stand` and `termijn` of [`LIST`].
#[derive(Debug, Clone)]
pub struct Verloop {
    /// When it was asked.
    pub gesteld: Option<Timestamp>,
    /// When it was answered first.
    pub beantwoord: Option<Timestamp>,
    /// How far it has come.
    pub stand: String,
    /// How it stands against the three weeks.
    pub termijn: String,
}

/// The questions that are asked for, all of them, in no order.
///
/// # Errors
/// What the database reports.
pub fn verloop(reader: &Reader, asked: &Asked) -> Result<Vec<Verloop>> {
    let columns = format!("vraag.gesteld, vraag.beantwoord, vraag.stand, {TERMIJN}");
    scan(reader, &LIST, asked, &columns, |row| {
        Ok(Verloop {
            gesteld: moment(row, 0)?,
            beantwoord: moment(row, 1)?,
            stand: row.get(2)?,
            termijn: row.get(3)?,
        })
    })
}
