//! The page of a toezegging, and what other pages need of toezeggingen.

use jiff::civil::Date;
use model::entities::Toezegging;
use model::time::in_amsterdam;
use model::{Ministerie, Uuid};
use rusqlite::{Connection, Params};

use super::{
    ActiviteitLine, CommissieLine, DocumentLine, PersoonLine, activiteiten, commissie, documents,
    personen, rows,
};
use crate::row::{get, guid, select, select_one, uuid};
use crate::{Reader, Result};

/// Selects the toezeggingen that are still to be fulfilled.
pub(crate) const IS_OPEN: &str = "toezegging.status = 'Openstaand'";

/// All that the page of a toezegging shows.
#[derive(Debug)]
pub struct ToezeggingPage {
    /// The toezegging.
    pub toezegging: Toezegging,
    /// The meeting at which it was made.
    pub activiteit: Option<ActiviteitLine>,
    /// The committee that led that meeting.
    pub commissie: Option<CommissieLine>,
    /// The member to whom it was made.
    pub aan: Option<PersoonLine>,
    /// The short name of the party to which it was made.
    pub aan_fractie: Option<String>,
    /// Who made it, where a person of exactly this name is known.
    pub door: Option<PersoonLine>,
    /// The letters by which it was fulfilled.
    pub brieven: Vec<DocumentLine>,
    /// The numbers of such letters that are not known here.
    pub onbekende_brieven: Vec<String>,
    /// Toezeggingen that this one repeats, adds to or changes, and those that do so to it.
    pub verwant: Vec<(Verband, Toezegging)>,
}

/// How another toezegging relates to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verband {
    /// This one repeats it.
    HerhalingVan,
    /// It repeats this one.
    HerhaaldIn,
    /// This one adds to it.
    AanvullingOp,
    /// It adds to this one.
    AangevuldIn,
    /// This one changes it.
    WijzigingVan,
    /// It changes this one.
    GewijzigdIn,
}

/// Whether a toezegging is still to be fulfilled.
pub fn is_open(toezegging: &Toezegging) -> bool {
    toezegging.status.as_deref() == Some("Openstaand")
}

/// Whether a toezegging is still to be fulfilled on a day, and its deadline has passed.
pub fn is_late(toezegging: &Toezegging, today: Date) -> bool {
    is_open(toezegging)
        && toezegging.datum_nakoming.is_some_and(|due| in_amsterdam(due).date() < today)
}

/// For how many days a toezegging has been open on a day.
pub fn days_open(toezegging: &Toezegging, today: Date) -> Option<i64> {
    let made = in_amsterdam(toezegging.aanmaakdatum?).date();
    Some(i64::from(made.until(today).ok()?.get_days()))
}

/// The ministry that made it.
pub fn ministerie(toezegging: &Toezegging) -> Option<&'static Ministerie> {
    let named = toezegging.ministerie.as_deref().and_then(Ministerie::of);
    named.or_else(|| toezegging.functie.as_deref().and_then(Ministerie::of))
}

/// The page of the toezegging with this number.
///
/// # Errors
/// What the database reports.
pub fn page(reader: &Reader, nummer: &str) -> Result<Option<ToezeggingPage>> {
    let connection: &Connection = reader;
    let found = select_one::<Toezegging>(connection, "WHERE nummer = ?1", [nummer])?;
    let Some(toezegging) = found else { return Ok(None) };
    let activiteit = match (toezegging.activiteit, &toezegging.activiteit_nummer) {
        (Some(id), _) => activiteiten(connection, "WHERE activiteit.id = ?1", [guid(id.0)])?,
        (None, Some(nummer)) => activiteiten(connection, "WHERE activiteit.nummer = ?1", [nummer])?,
        (None, None) => Vec::new(),
    };
    let activiteit = activiteit.into_iter().next();
    let lead = match &activiteit {
        Some(activiteit) => get::<model::entities::Activiteit>(connection, activiteit.id)?
            .and_then(|activiteit| activiteit.voortouwcommissie),
        None => None,
    };
    let aan = match toezegging.toegezegd_aan_persoon {
        Some(id) => personen(connection, "WHERE id = ?1", [guid(id.0)])?.into_iter().next(),
        None => None,
    };
    let aan_fractie = match toezegging.toegezegd_aan_fractie {
        Some(id) => {
            let sql = "SELECT afkorting FROM fractie WHERE id = ?1 AND afkorting IS NOT NULL";
            rows(connection, sql, [guid(id.0)], |row| row.get(0))?.into_iter().next()
        }
        None => None,
    };
    let (brieven, onbekende_brieven) = brieven(connection, &toezegging)?;
    Ok(Some(ToezeggingPage {
        commissie: commissie(connection, lead.map(|id| id.0))?,
        activiteit,
        aan,
        aan_fractie,
        door: door(connection, &toezegging)?,
        brieven,
        onbekende_brieven,
        verwant: verwant(connection, &toezegging)?,
        toezegging,
    }))
}

/// A toezegging names its minister in words. Only one person of exactly that name is taken for them.
fn door(connection: &Connection, toezegging: &Toezegging) -> Result<Option<PersoonLine>> {
    let (Some(achternaam), Some(initialen)) = (&toezegging.achternaam, &toezegging.initialen)
    else {
        return Ok(None);
    };
    let found = personen(
        connection,
        "WHERE achternaam = ?1 AND initialen = ?2 AND COALESCE(tussenvoegsel, '') = ?3 LIMIT 2",
        [achternaam, initialen, toezegging.tussenvoegsel.as_ref().unwrap_or(&String::new())],
    )?;
    Ok(if found.len() == 1 { found.into_iter().next() } else { None })
}

/// The letters are named by their numbers, several at times.
fn brieven(
    connection: &Connection,
    toezegging: &Toezegging,
) -> Result<(Vec<DocumentLine>, Vec<String>)> {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    let named = toezegging.kamerbrief_nakoming.as_deref().unwrap_or_default();
    let numbers = named.split([',', ';', ' ', '\n']).map(str::trim).filter(|it| !it.is_empty());
    for number in numbers.take(20) {
        let found = documents(connection, "WHERE document.document_nummer = ?1", [number])?;
        if found.is_empty() {
            unknown.push(number.to_owned());
        }
        known.extend(found);
    }
    Ok((known, unknown))
}

fn verwant(connection: &Connection, toezegging: &Toezegging) -> Result<Vec<(Verband, Toezegging)>> {
    let mut verwant = Vec::new();
    let mut add = |how, ids: Vec<Uuid>| -> Result<()> {
        for id in ids {
            verwant.extend(get::<Toezegging>(connection, id)?.map(|other| (how, other)));
        }
        Ok(())
    };
    for (relation, to, from, named) in [
        (
            "is_herhaling_van",
            Verband::HerhalingVan,
            Verband::HerhaaldIn,
            &toezegging.is_herhaling_van,
        ),
        (
            "is_aanvulling_op",
            Verband::AanvullingOp,
            Verband::AangevuldIn,
            &toezegging.is_aanvulling_op,
        ),
        (
            "is_wijziging_van",
            Verband::WijzigingVan,
            Verband::GewijzigdIn,
            &toezegging.is_wijziging_van,
        ),
    ] {
        add(to, named.iter().map(|id| id.0).collect())?;
        let sql = format!("SELECT source FROM toezegging_{relation} WHERE target = ?1 LIMIT 20");
        add(from, rows(connection, &sql, [guid(toezegging.id.0)], |row| uuid(row, 0))?)?;
    }
    Ok(verwant)
}

/// The toezeggingen that a clause after `FROM toezegging` selects.
pub(crate) fn toezeggingen(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<Toezegging>> {
    select::<Toezegging>(connection, clause, parameters)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use model::Record;
    use model::time::start_of_day;

    use super::*;

    fn toezegging(status: &str) -> Toezegging {
        Toezegging {
            status: Some(status.into()),
            aanmaakdatum: start_of_day(date(2025, 1, 30)),
            datum_nakoming: start_of_day(date(2025, 3, 1)),
            ..Toezegging::from_values(Uuid::nil(), Vec::new())
        }
    }

    #[test]
    fn late_is_open_after_the_deadline() {
        let open = toezegging("Openstaand");
        assert!(!is_late(&open, date(2025, 3, 1)), "the last day");
        assert!(is_late(&open, date(2025, 3, 2)));
        assert!(!is_late(&toezegging("Voldaan"), date(2025, 3, 2)));
        assert_eq!(days_open(&open, date(2025, 3, 2)), Some(31));
    }

    #[test]
    fn the_ministry_is_the_one_named_or_else_that_of_the_function() {
        let mut made = toezegging("Openstaand");
        made.functie = Some("staatssecretaris Rechtsbescherming".into());
        assert_eq!(ministerie(&made).map(|it| it.afkorting), Some("JenV"));
        made.ministerie = Some("Financiën".into());
        assert_eq!(ministerie(&made).map(|it| it.afkorting), Some("FIN"));
    }
}
