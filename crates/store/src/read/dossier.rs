//! The page of a dossier.

use jiff::Timestamp;
use model::entities::Kamerstukdossier;
use model::kamerstuk::DossierNummer;
use rusqlite::{Connection, params};

use super::besluit::{BesluitLine, besluiten};
use super::document::OF_ZAAK;
use super::{ActiviteitLine, DocumentLine, ZaakLine, activiteiten, documents, rows, zaken};
use crate::row::{guid, select_one, uuid};
use crate::{Reader, Result};

/// How many documents a page shows.
pub const DOCUMENTS_PER_PAGE: i64 = 100;
/// How many of the newest zaken the course of a dossier is told from.
const ZAKEN_LOOKED_AT: i64 = 60;
/// How many events the course tells at most, the newest.
const MOST_EVENTS: usize = 60;

/// All that the page of a dossier shows.
#[derive(Debug)]
pub struct DossierPage {
    /// The dossier.
    pub dossier: Kamerstukdossier,
    /// Its number.
    pub nummer: DossierNummer,
    /// The documents of the page asked for: the kamerstukken by number, the newest first, then the
    /// others by date.
    pub documents: Vec<DocumentLine>,
    /// How many documents there are in all.
    pub documents_totaal: i64,
    /// Its course, the newest event first; empty beyond the first page.
    pub verloop: Vec<Gebeurtenis>,
    /// Its zaken that have not been dealt with, newest first.
    pub open_zaken: Vec<ZaakLine>,
    /// The other dossiers with the same number: the chapters of a budget.
    pub verwant: Vec<super::DossierLine>,
}

/// Something in the course of a dossier.
#[derive(Debug)]
pub enum Gebeurtenis {
    /// A paper that marks a stage of a bill: the proposal, the advice on it, the text adopted.
    Stuk(DocumentLine),
    /// A meeting on whose agenda one of its zaken stands, or stood.
    Activiteit(ActiviteitLine),
    /// A decision that was voted on.
    Besluit(Box<BesluitLine>),
}

impl Gebeurtenis {
    /// When it was.
    pub fn moment(&self) -> Option<Timestamp> {
        match self {
            Gebeurtenis::Stuk(document) => document.datum,
            Gebeurtenis::Activiteit(activiteit) => activiteit.moment(),
            Gebeurtenis::Besluit(besluit) => besluit.moment(),
        }
    }
}

/// The kinds of document that mark a stage of a bill.
const STAGES: &str = "'Voorstel van wet', 'Voorstel van wet (initiatiefvoorstel)', \
     'Voorstel van wet (tweede lezing)', 'Koninklijke boodschap', \
     'Advies Afdeling advisering Raad van State', \
     'Advies Afdeling advisering Raad van State en Nader rapport', \
     'Advies Afdeling advisering Raad van State en Reactie van de initiatiefnemer(s)', \
     'Verslag (initiatief)wetsvoorstel (nader)', 'Nota van wijziging', \
     'Nota n.a.v. het (nader/tweede nader/enz.) verslag', 'Eindtekst', 'Initiatiefnota'";

/// The page of the dossier with this number; of its documents, page `page` counted from 1.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &DossierNummer, page: i64) -> Result<Option<DossierPage>> {
    let connection: &Connection = reader;
    let toevoeging = nummer.toevoeging.as_deref().unwrap_or_default();
    let found = select_one::<Kamerstukdossier>(
        connection,
        "WHERE nummer = ?1 AND COALESCE(toevoeging, '') = ?2",
        params![nummer.nummer, toevoeging],
    )?;
    let Some(dossier) = found else { return Ok(None) };
    let id = guid(dossier.id.0);
    let documents = documents(
        connection,
        "WHERE document.kamerstukdossier = ?1 \
         ORDER BY document.volgnummer DESC, document.datum DESC, document.document_nummer DESC \
         LIMIT ?2 OFFSET ?3",
        params![id, DOCUMENTS_PER_PAGE, (page - 1).max(0).saturating_mul(DOCUMENTS_PER_PAGE)],
    )?;
    let documents_totaal = connection
        .prepare_cached("SELECT COUNT(*) FROM document WHERE kamerstukdossier = ?1")?
        .query_row([id], |row| row.get(0))?;
    let open_zaken = zaken(
        connection,
        "WHERE zaak.kamerstukdossier = ?1 AND zaak.afgedaan = FALSE ORDER BY zaak.gestart_op DESC \
         LIMIT 20",
        [id],
    )?;
    let verwant = crate::row::select::<Kamerstukdossier>(
        connection,
        "WHERE nummer = ?1 AND id <> ?2 ORDER BY toevoeging LIMIT 60",
        params![nummer.nummer, id],
    )?
    .into_iter()
    .map(|other| super::DossierLine {
        nummer: DossierNummer::new(nummer.nummer, other.toevoeging.as_deref()),
        titel: other.titel,
    })
    .collect();
    Ok(Some(DossierPage {
        nummer: nummer.clone(),
        documents,
        documents_totaal,
        verloop: if page <= 1 { verloop(connection, id)? } else { Vec::new() },
        open_zaken,
        verwant,
        dossier,
    }))
}

fn verloop(connection: &Connection, dossier: [u8; 16]) -> Result<Vec<Gebeurtenis>> {
    // Those of a bill are few; a dossier without one has no such papers.
    let mut events: Vec<Gebeurtenis> = documents(
        connection,
        &format!(
            "WHERE document.kamerstukdossier = ?1 AND document.soort IN ({STAGES}) \
             ORDER BY document.datum DESC LIMIT {MOST_EVENTS}"
        ),
        [dossier],
    )?
    .into_iter()
    .map(Gebeurtenis::Stuk)
    .collect();
    let recent = rows(
        connection,
        "SELECT id FROM zaak WHERE kamerstukdossier = ?1 ORDER BY gestart_op DESC LIMIT ?2",
        params![dossier, ZAKEN_LOOKED_AT],
        |row| uuid(row, 0),
    )?;
    let mut seen = std::collections::HashSet::new();
    for zaak in recent {
        let voted = besluiten(
            connection,
            &format!(
                "{OF_ZAAK} AND EXISTS (SELECT 1 FROM stemming WHERE stemming.besluit = besluit.id)"
            ),
            zaak,
        )?;
        for besluit in voted {
            if seen.insert(besluit.besluit.id.0) {
                events.push(Gebeurtenis::Besluit(Box::new(besluit)));
            }
        }
        // The vote itself is told by the decision.
        let meetings = activiteiten(
            connection,
            "WHERE activiteit.soort <> 'Stemmingen' AND activiteit.id IN \
                 (SELECT agendapunt.activiteit FROM zaak_agendapunt JOIN agendapunt \
                      ON agendapunt.id = zaak_agendapunt.target \
                  WHERE zaak_agendapunt.source = ?1 \
                  UNION SELECT target FROM zaak_activiteit WHERE source = ?1)",
            [guid(zaak)],
        )?;
        for activiteit in meetings {
            if seen.insert(activiteit.id) {
                events.push(Gebeurtenis::Activiteit(activiteit));
            }
        }
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.moment()));
    events.truncate(MOST_EVENTS);
    Ok(events)
}
