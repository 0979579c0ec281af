//! The page of a person.

use jiff::civil::Date;
use model::entities::{Persoon, Toezegging};
use rusqlite::{Connection, params};

use super::besluit::{BesluitLine, besluiten};
use super::document::OF_ZAAK;
use super::{ActiviteitLine, ZaakLine, activiteiten, rows, zaken};
use crate::row::{day, guid, select, select_one};
use crate::{Reader, Result};

/// How many of each kind the page shows.
const RECENT: i64 = 30;

/// All that the page of a person shows.
#[derive(Debug)]
pub struct PersoonPage {
    /// The person.
    pub persoon: Persoon,
    /// The parties for which they sat, newest first.
    pub zetels: Vec<ZetelLine>,
    /// The committees in which they sit or sat, present ones first.
    pub commissies: Vec<CommissieLine>,
    /// The zaken that they submitted or joined, newest first, with the decisions about them.
    pub zaken: Vec<(ZaakLine, Vec<BesluitLine>)>,
    /// How many those are in all.
    pub zaken_totaal: i64,
    /// The meetings in which they take part, newest first.
    pub activiteiten: Vec<ActiviteitLine>,
    /// What was promised to them, newest first.
    pub toezeggingen: Vec<Toezegging>,
}

/// A period in which a person sat for a party.
#[derive(Debug, Clone)]
pub struct ZetelLine {
    /// The party.
    pub fractie: String,
    /// The function: Lid, Fractievoorzitter.
    pub functie: Option<String>,
    /// The first day.
    pub van: Option<Date>,
    /// The last day; none while it lasts.
    pub tot_en_met: Option<Date>,
}

/// A period in which a person sat in a committee.
#[derive(Debug, Clone)]
pub struct CommissieLine {
    /// The committee.
    pub commissie: String,
    /// The function: Lid, Voorzitter, Plv. lid.
    pub functie: Option<String>,
    /// The last day; none while it lasts.
    pub tot_en_met: Option<Date>,
}

/// The page of the person with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &str) -> Result<Option<PersoonPage>> {
    let connection: &Connection = reader;
    let found = select_one::<Persoon>(connection, "WHERE nummer = ?1", [nummer])?;
    let Some(persoon) = found else { return Ok(None) };
    let id = guid(persoon.id.0);

    let zetels = rows(
        connection,
        "SELECT COALESCE(fractie.naam_nl, fractie.afkorting), zetel.functie, zetel.van, \
             zetel.tot_en_met \
         FROM fractie_zetel_persoon AS zetel \
         JOIN fractie_zetel ON fractie_zetel.id = zetel.fractie_zetel \
         JOIN fractie ON fractie.id = fractie_zetel.fractie \
         WHERE zetel.persoon = ?1 AND COALESCE(fractie.naam_nl, fractie.afkorting) IS NOT NULL \
         ORDER BY zetel.van DESC",
        [id],
        |row| {
            Ok(ZetelLine {
                fractie: row.get(0)?,
                functie: row.get(1)?,
                van: day(row, 2)?,
                tot_en_met: day(row, 3)?,
            })
        },
    )?;
    let commissies = rows(
        connection,
        "SELECT commissie.naam_nl, plaats.functie, plaats.tot_en_met FROM \
             (SELECT commissie_zetel, functie, tot_en_met FROM commissie_zetel_vast_persoon \
                  WHERE persoon = ?1 \
              UNION ALL SELECT commissie_zetel, functie, tot_en_met \
                  FROM commissie_zetel_vervanger_persoon WHERE persoon = ?1) AS plaats \
         JOIN commissie_zetel ON commissie_zetel.id = plaats.commissie_zetel \
         JOIN commissie ON commissie.id = commissie_zetel.commissie \
         WHERE commissie.naam_nl IS NOT NULL \
         ORDER BY plaats.tot_en_met IS NOT NULL, commissie.naam_nl",
        [id],
        |row| {
            Ok(CommissieLine {
                commissie: row.get(0)?,
                functie: row.get(1)?,
                tot_en_met: day(row, 2)?,
            })
        },
    )?;
    let own = "zaak.id IN (SELECT zaak FROM zaak_actor WHERE persoon = ?1 \
               AND relatie IN ('Indiener', 'Medeindiener'))";
    let zaken_totaal = connection
        .prepare_cached(&format!("SELECT COUNT(*) FROM zaak WHERE {own}"))?
        .query_row([id], |row| row.get(0))?;
    let mut with_besluiten = Vec::new();
    let recent = format!("WHERE {own} ORDER BY zaak.gestart_op DESC, zaak.nummer DESC LIMIT ?2");
    for zaak in zaken(connection, &recent, params![id, RECENT])? {
        let besluiten = besluiten(connection, OF_ZAAK, zaak.id)?;
        with_besluiten.push((zaak, besluiten));
    }
    Ok(Some(PersoonPage {
        zetels,
        commissies,
        zaken: with_besluiten,
        zaken_totaal,
        activiteiten: activiteiten(
            connection,
            "WHERE activiteit.id IN (SELECT activiteit FROM activiteit_actor WHERE persoon = ?1) \
             ORDER BY activiteit.datum DESC, activiteit.aanvangstijd DESC LIMIT ?2",
            params![id, RECENT],
        )?,
        toezeggingen: select::<Toezegging>(
            connection,
            "WHERE toegezegd_aan_persoon = ?1 ORDER BY aanmaakdatum DESC LIMIT ?2",
            params![id, RECENT],
        )?,
        persoon,
    }))
}
