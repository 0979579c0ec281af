//! The page of a dossier.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use model::Uuid;
use model::entities::Kamerstukdossier;
use model::kamerstuk::DossierNummer;
use rusqlite::{Connection, params};

use super::besluit::{BesluitLine, besluiten};
use super::citations::{self, Citation};
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
    /// What refers to the dossier from outside it, newest first; empty beyond the first page.
    pub citations: Vec<Citation>,
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
    /// Several motions or several amendments that were voted on at one meeting.
    Stemmingen(Stemmingen),
}

/// Votes on things of one kind at one meeting.
#[derive(Debug, Clone)]
pub struct Stemmingen {
    /// The meeting.
    pub activiteit: ActiviteitLine,
    /// The kind of their zaken: Motie, Amendement.
    pub soort: String,
    /// How many were adopted.
    pub aangenomen: usize,
    /// How many were not.
    pub verworpen: usize,
}

impl Gebeurtenis {
    /// When it was.
    pub fn moment(&self) -> Option<Timestamp> {
        match self {
            Gebeurtenis::Stuk(document) => document.datum,
            Gebeurtenis::Activiteit(activiteit) => activiteit.moment(),
            Gebeurtenis::Besluit(besluit) => besluit.moment(),
            Gebeurtenis::Stemmingen(stemmingen) => stemmingen.activiteit.moment(),
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
        citations: match page {
            ..=1 => citations::of_dossier(reader, dossier.id.0, nummer)?,
            _ => Vec::new(),
        },
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
    let mut seen = HashSet::new();
    let mut voted_on = Vec::new();
    for zaak in recent {
        let voted = besluiten(
            connection,
            &format!(
                "{OF_ZAAK} AND EXISTS (SELECT 1 FROM stemming WHERE stemming.besluit = besluit.id)"
            ),
            zaak,
        )?;
        voted_on.extend(voted.into_iter().filter(|it| seen.insert(it.besluit.id.0)));
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
    events.extend(grouped(voted_on));
    events.sort_by_key(|event| Reverse(event.moment()));
    events.truncate(MOST_EVENTS);
    Ok(events)
}

/// Votes on many motions or amendments at one meeting are one event; the others an event each.
fn grouped(voted_on: Vec<BesluitLine>) -> Vec<Gebeurtenis> {
    let kind = |besluit: &BesluitLine| {
        let soort = besluit.zaken.first()?.soort.clone()?;
        let meeting = besluit.activiteit.as_ref()?.id;
        matches!(soort.as_str(), "Motie" | "Amendement").then_some((meeting, soort))
    };
    let mut counts: HashMap<(Uuid, String), usize> = HashMap::new();
    for key in voted_on.iter().filter_map(kind) {
        *counts.entry(key).or_default() += 1;
    }
    let mut groups: Vec<Stemmingen> = Vec::new();
    let mut events = Vec::new();
    for besluit in voted_on {
        let key = kind(&besluit).filter(|key| counts.get(key).is_some_and(|count| *count > 1));
        let (Some((_, soort)), Some(activiteit)) = (key, besluit.activiteit.clone()) else {
            events.push(Gebeurtenis::Besluit(Box::new(besluit)));
            continue;
        };
        let is_adopted = besluit
            .besluit
            .besluit_soort
            .as_deref()
            .is_some_and(|soort| soort == "Stemmen - aangenomen");
        let known = groups
            .iter_mut()
            .find(|group| group.activiteit.id == activiteit.id && group.soort == soort);
        let group = match known {
            Some(group) => group,
            None => {
                groups.push(Stemmingen { activiteit, soort, aangenomen: 0, verworpen: 0 });
                // Just pushed.
                let Some(group) = groups.last_mut() else { continue };
                group
            }
        };
        *(if is_adopted { &mut group.aangenomen } else { &mut group.verworpen }) += 1;
    }
    events.extend(groups.into_iter().map(Gebeurtenis::Stemmingen));
    events
}

#[cfg(test)]
mod tests {
    use model::Record;
    use model::entities::Besluit;

    use super::*;

    fn voted(number: u128, meeting: u128, soort: &str, outcome: &str) -> BesluitLine {
        BesluitLine {
            besluit: Besluit {
                besluit_soort: Some(format!("Stemmen - {outcome}")),
                ..Besluit::from_values(Uuid::from_u128(number), Vec::new())
            },
            activiteit: Some(ActiviteitLine {
                id: Uuid::from_u128(meeting),
                nummer: None,
                soort: None,
                onderwerp: None,
                datum: None,
                aanvangstijd: None,
                eindtijd: None,
                status: None,
                voortouw: None,
                besloten: None,
            }),
            zaken: vec![ZaakLine {
                id: Uuid::from_u128(number),
                nummer: None,
                soort: Some(soort.into()),
                titel: None,
                onderwerp: None,
                gestart_op: None,
                afgedaan: None,
                kabinetsappreciatie: None,
            }],
            uitslag: None,
        }
    }

    #[test]
    fn many_votes_at_one_meeting_are_told_at_once_but_that_on_the_bill_by_itself() {
        let events = grouped(vec![
            voted(1, 1, "Amendement", "aangenomen"),
            voted(2, 1, "Amendement", "verworpen"),
            voted(3, 1, "Amendement", "niet aangenomen"),
            voted(4, 1, "Wetgeving", "aangenomen"),
            voted(5, 1, "Motie", "aangenomen"),
            voted(6, 2, "Motie", "aangenomen"),
        ]);
        let single = events.iter().filter(|event| matches!(event, Gebeurtenis::Besluit(_))).count();
        assert_eq!(single, 3, "the bill, and the one motion of each meeting");
        let groups: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Gebeurtenis::Stemmingen(it) => {
                    Some((it.soort.as_str(), it.aangenomen, it.verworpen))
                }
                _ => None,
            })
            .collect();
        assert_eq!(groups, [("Amendement", 1, 2)]);
    }
}
