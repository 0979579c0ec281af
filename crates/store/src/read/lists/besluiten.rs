//! `/besluiten` and `/stemmingen`: what was or will be decided, and how was voted.

use jiff::Timestamp;

use crate::read::besluit::{BesluitLine, besluiten};
use crate::read::list::{Asked, Definition, Filter, Listed, Order, Period, changed, page};
use crate::read::{Actor, actors};
use crate::{Reader, Result};

/// All decisions. One whose meeting is not known here has no day, and is not in the list.
pub static LIST: Definition = Definition {
    from: FROM,
    id: "besluit.id",
    always: ON,
    period: Some(Period::Moment("activiteit.datum")),
    is_long: true,
    words: None,
    filters: &[SOORT, STATUS, COMMISSIE, SOORT_ZAAK, FRACTIE],
    orders: ORDERS,
};

/// The decisions on which was voted.
pub static STEMMINGEN: Definition = Definition {
    from: FROM,
    id: "besluit.id",
    always: "agendapunt.activiteit = activiteit.id AND besluit.agendapunt = agendapunt.id \
             AND EXISTS (SELECT 1 FROM stemming WHERE stemming.besluit = besluit.id)",
    period: Some(Period::Moment("activiteit.datum")),
    is_long: true,
    words: None,
    filters: &[
        Filter::own("uitslag", "besluit.besluit_soort").labelled(WITHOUT_STEMMEN),
        Filter::own("wijze", "besluit.stemmings_soort"),
        SOORT_ZAAK,
        FRACTIE,
        PERSOON,
    ],
    orders: ORDERS,
};

const FROM: &str = "activiteit CROSS JOIN agendapunt CROSS JOIN besluit";

const ON: &str = "agendapunt.activiteit = activiteit.id AND besluit.agendapunt = agendapunt.id";

/// `Stemmen - aangenomen` as `aangenomen`.
const WITHOUT_STEMMEN: &str = "REPLACE(besluit.besluit_soort, 'Stemmen - ', '')";

const SOORT: Filter = Filter::own("soort", "besluit.besluit_soort");
const STATUS: Filter = Filter::own("status", "besluit.status");
const COMMISSIE: Filter =
    Filter::own("commissie", "activiteit.voortouwafkorting").labelled("activiteit.voortouwnaam");
const SOORT_ZAAK: Filter = Filter::on(
    "zaak",
    "besluit_zaak CROSS JOIN zaak",
    "besluit_zaak.source = besluit.id AND zaak.id = besluit_zaak.target",
    "zaak.soort",
);
const FRACTIE: Filter = Filter::on(
    "fractie",
    "besluit_zaak CROSS JOIN zaak_actor AS indiener",
    "besluit_zaak.source = besluit.id AND indiener.zaak = besluit_zaak.target \
     AND indiener.relatie = 'Indiener'",
    "indiener.actor_fractie",
);
const PERSOON: Filter = Filter::on(
    "persoon",
    "besluit_zaak CROSS JOIN zaak_actor AS indiener CROSS JOIN persoon",
    "besluit_zaak.source = besluit.id AND indiener.zaak = besluit_zaak.target \
     AND indiener.relatie = 'Indiener' AND persoon.id = indiener.persoon",
    "persoon.nummer",
)
.labelled("indiener.actor_naam");

const ORDERS: &[Order] = &[
    Order {
        name: "nieuw",
        sql: "activiteit.datum DESC, activiteit.nummer, agendapunt.volgorde, \
              besluit.agendapunt_zaak_besluit_volgorde",
    },
    Order {
        name: "oud",
        sql: "activiteit.datum, activiteit.nummer, agendapunt.volgorde, \
              besluit.agendapunt_zaak_besluit_volgorde",
    },
];

/// A decision as the lists show it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The decision with its meeting, its zaken and its votes.
    pub besluit: BesluitLine,
    /// Who submitted the first of its zaken.
    pub indieners: Vec<Actor>,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of all decisions, or of those on which was voted.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, definition: &Definition, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, definition, asked, |connection, id| {
        let found = besluiten(connection, "WHERE besluit.id = ?1", id)?;
        let Some(besluit) = found.into_iter().next() else { return Ok(None) };
        let indieners = match besluit.zaken.first() {
            Some(zaak) => actors(connection, "zaak_actor", "zaak", zaak.id)?,
            None => Vec::new(),
        };
        let indieners = indieners
            .into_iter()
            .filter(|actor| actor.relatie.as_deref() == Some("Indiener"))
            .collect();
        Ok(Some(Row { besluit, indieners, changed: changed(connection, id)? }))
    })
}
