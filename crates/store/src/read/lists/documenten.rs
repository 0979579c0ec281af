//! `/documenten`: what appeared, without what only accompanies something else.

use jiff::Timestamp;

use crate::read::list::{Asked, Definition, Filter, Listed, Order, Period, changed, page};
use crate::read::{Actor, DocumentLine, actors, documents};
use crate::row::guid;
use crate::{Reader, Result};

/// Leaves out the kinds of document that only accompany others.
pub(crate) const NOT_ACCOMPANYING: &str = "COALESCE(document.soort, '') NOT IN ('Bijlage', 'Sprekerslijst', 'Stenogram', \
     'Inbreng verslag schriftelijk overleg', 'Convocatie commissieactiviteit')";

/// `ja` for the kinds of document by which the government speaks.
pub(crate) const OF_GOVERNMENT: &str = "CASE WHEN document.soort IN ('Brief regering', 'Antwoord schriftelijke vragen', \
     'Antwoord schriftelijke vragen (nader)', 'Voorstel van wet', 'Memorie van toelichting') \
     THEN 'ja' END";

/// The list.
pub static LIST: Definition = Definition {
    from: "document",
    id: "document.id",
    always: NOT_ACCOMPANYING,
    period: Some(Period::Moment("document.datum")),
    is_long: true,
    words: Some("COALESCE(document.onderwerp, '') || ' ' || COALESCE(document.titel, '')"),
    filters: &[
        Filter::own("regering", OF_GOVERNMENT),
        Filter::own("soort", "document.soort"),
        Filter::on(
            "commissie",
            "document_zaak CROSS JOIN zaak_actor AS voortouw",
            "document_zaak.source = document.id AND voortouw.zaak = document_zaak.target \
             AND voortouw.relatie = 'Voortouwcommissie'",
            "voortouw.actor_afkorting",
        )
        .labelled("voortouw.actor_naam"),
        Filter::on(
            "ministerie",
            "document_actor AS ondertekenaar CROSS JOIN ministerie_van",
            "ondertekenaar.document = document.id \
             AND ministerie_van.tekst = ondertekenaar.functie",
            "ministerie_van.ministerie",
        ),
        Filter::on(
            "fractie",
            "document_actor AS ondertekenaar",
            "ondertekenaar.document = document.id",
            "ondertekenaar.actor_fractie",
        ),
        Filter::on(
            "persoon",
            "document_actor AS ondertekenaar CROSS JOIN persoon",
            "ondertekenaar.document = document.id AND persoon.id = ondertekenaar.persoon",
            "persoon.nummer",
        )
        .labelled("ondertekenaar.actor_naam"),
    ],
    orders: &[
        Order { name: "nieuw", sql: "document.datum DESC, document.document_nummer DESC" },
        Order { name: "oud", sql: "document.datum, document.document_nummer" },
    ],
};

/// A document as the list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The document.
    pub document: DocumentLine,
    /// Who signed it.
    pub ondertekenaars: Vec<Actor>,
    /// When its content last changed.
    pub changed: Timestamp,
}

/// A page of the list.
///
/// # Errors
/// What the database reports.
pub fn list(reader: &Reader, asked: &Asked) -> Result<Listed<Row>> {
    page(reader, &LIST, asked, |connection, id| {
        let found = documents(connection, "WHERE document.id = ?1", [guid(id)])?;
        let Some(document) = found.into_iter().next() else { return Ok(None) };
        let ondertekenaars = actors(connection, "document_actor", "document", id)?;
        Ok(Some(Row { document, ondertekenaars, changed: changed(connection, id)? }))
    })
}
