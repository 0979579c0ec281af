//! `/moties`: from submission to outcome.

use jiff::Timestamp;

use crate::read::besluit::{BesluitLine, besluiten};
use crate::read::document::OF_ZAAK;
use crate::read::list::{Asked, Definition, Filter, Listed, Order, Period, changed, page};
use crate::read::{Actor, DossierLine, ZaakLine, actors, dossier, rows, zaken};
use crate::row::{guid, uuid};
use crate::{Reader, Result};

/// The list.
pub static LIST: Definition = Definition {
    from: "zaak",
    id: "zaak.id",
    always: "zaak.soort = 'Motie'",
    period: Some(Period::Moment("zaak.gestart_op")),
    is_long: true,
    words: Some("COALESCE(zaak.onderwerp, '') || ' ' || COALESCE(zaak.titel, '')"),
    filters: &[
        Filter::on(
            "fractie",
            "zaak_actor AS indiener",
            "indiener.zaak = zaak.id AND indiener.relatie = 'Indiener'",
            "indiener.actor_fractie",
        ),
        Filter::on(
            "persoon",
            "zaak_actor AS indiener CROSS JOIN persoon",
            "indiener.zaak = zaak.id AND indiener.relatie = 'Indiener' \
             AND persoon.id = indiener.persoon",
            "persoon.nummer",
        )
        .labelled("indiener.actor_naam"),
        Filter::own("oordeel", "zaak.kabinetsappreciatie"),
        Filter::on(
            "uitslag",
            "besluit_zaak CROSS JOIN besluit",
            "besluit_zaak.target = zaak.id AND besluit.id = besluit_zaak.source \
             AND besluit.status = 'Besluit' AND besluit.besluit_soort LIKE 'Stemmen - %'",
            "besluit.besluit_soort",
        )
        .labelled("REPLACE(besluit.besluit_soort, 'Stemmen - ', '')")
        .or_unknown("nog niet over gestemd"),
    ],
    orders: &[
        Order { name: "nieuw", sql: "zaak.gestart_op DESC, zaak.nummer DESC" },
        Order { name: "oud", sql: "zaak.gestart_op, zaak.nummer" },
    ],
};

/// A motion as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The motion.
    pub zaak: ZaakLine,
    /// Who submitted it, the first one first.
    pub indieners: Vec<Actor>,
    /// Its dossier.
    pub dossier: Option<DossierLine>,
    /// The last decision about it.
    pub besluit: Option<BesluitLine>,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, &LIST, asked, |connection, id| {
        let found = zaken(connection, "WHERE zaak.id = ?1", [guid(id)])?;
        let Some(zaak) = found.into_iter().next() else { return Ok(None) };
        let indieners = actors(connection, "zaak_actor", "zaak", id)?
            .into_iter()
            .filter(|actor| matches!(actor.relatie.as_deref(), Some("Indiener" | "Medeindiener")))
            .collect();
        let sql = "SELECT kamerstukdossier FROM zaak \
                   WHERE id = ?1 AND kamerstukdossier IS NOT NULL";
        let of = rows(connection, sql, [guid(id)], |row| uuid(row, 0))?.first().copied();
        Ok(Some(Row {
            zaak,
            indieners,
            dossier: dossier(connection, of)?,
            besluit: besluiten(connection, OF_ZAAK, id)?.pop(),
            changed: changed(connection, id)?,
        }))
    })
}
