//! Written questions, as detail pages show them: who asked, whom, and when the answer came. The dates
//! are those of the ledger (table `vraag`), which `derived` keeps.

use jiff::Timestamp;
use jiff::civil::Date;
use model::Uuid;
use model::time::in_amsterdam;
use rusqlite::{Connection, OptionalExtension, Params};

use super::{Actor, DocumentLine, ZaakLine, actors, documents, zaken};
use crate::Result;
use crate::row::{guid, moment};

/// Written questions.
#[derive(Debug, Clone)]
pub struct VraagLine {
    /// Their zaak.
    pub zaak: ZaakLine,
    /// Who asked, the first submitter first, and whom they asked.
    pub actors: Vec<Actor>,
    /// What the ledger says of them; nothing of questions without a date.
    pub dagen: Option<Dagen>,
    /// The first answer.
    pub antwoord: Option<DocumentLine>,
}

/// The days that count for written questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dagen {
    /// When they were asked.
    pub gesteld: Timestamp,
    /// The last day for an answer in time.
    pub uiterlijk: Timestamp,
    /// When a delay was announced last.
    pub uitgesteld: Option<Timestamp>,
    /// When they were answered first.
    pub beantwoord: Option<Timestamp>,
    /// Whether they were withdrawn.
    pub ingetrokken: bool,
    /// Whether the House has closed them.
    pub afgedaan: bool,
}

/// How it stands with written questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Answered.
    Beantwoord,
    /// Withdrawn by who asked.
    Ingetrokken,
    /// Closed by the House, and no answer is known.
    Afgedaan,
    /// Not answered, and the term has not passed.
    Open,
    /// Not answered, and a delay was announced.
    Uitgesteld,
    /// Not answered, no delay was announced, and the term has passed.
    TeLaat,
}

impl Dagen {
    /// How it stands with the questions on a day.
    pub fn stand(&self, today: Date) -> Stand {
        match self {
            _ if self.ingetrokken => Stand::Ingetrokken,
            _ if self.beantwoord.is_some() => Stand::Beantwoord,
            _ if self.afgedaan => Stand::Afgedaan,
            _ if self.uitgesteld.is_some() => Stand::Uitgesteld,
            _ if in_amsterdam(self.uiterlijk).date() < today => Stand::TeLaat,
            _ => Stand::Open,
        }
    }

    /// The days from the question to the answer, or to today while there is none.
    pub fn geduurd(&self, today: Date) -> i64 {
        let until = self.beantwoord.map_or(today, |answered| in_amsterdam(answered).date());
        let asked = in_amsterdam(self.gesteld).date();
        asked.until(until).map_or(0, |span| i64::from(span.get_days()))
    }
}

impl VraagLine {
    /// Those in this role: Indiener, Gericht aan.
    pub fn in_role(&self, relatie: &str) -> impl Iterator<Item = &Actor> {
        self.actors.iter().filter(move |actor| actor.relatie.as_deref() == Some(relatie))
    }
}

/// The written questions whose zaken a clause after `FROM zaak` selects.
pub(crate) fn vragen(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<VraagLine>> {
    let mut lines = Vec::new();
    for zaak in zaken(connection, clause, parameters)? {
        lines.push(VraagLine {
            actors: actors(connection, "zaak_actor", "zaak", zaak.id)?,
            dagen: dagen(connection, zaak.id)?,
            antwoord: antwoord(connection, zaak.id)?,
            zaak,
        });
    }
    Ok(lines)
}

fn dagen(connection: &Connection, zaak: Uuid) -> Result<Option<Dagen>> {
    let found = connection
        .prepare_cached(
            "SELECT gesteld, uiterlijk, uitgesteld, beantwoord, ingetrokken, afgedaan FROM vraag \
             WHERE zaak = ?1",
        )?
        .query_row([guid(zaak)], |row| {
            let (Some(gesteld), Some(uiterlijk)) = (moment(row, 0)?, moment(row, 1)?) else {
                return Ok(None);
            };
            Ok(Some(Dagen {
                gesteld,
                uiterlijk,
                uitgesteld: moment(row, 2)?,
                beantwoord: moment(row, 3)?,
                ingetrokken: row.get(4)?,
                afgedaan: row.get(5)?,
            }))
        })
        .optional()?;
    Ok(found.flatten())
}

fn antwoord(connection: &Connection, zaak: Uuid) -> Result<Option<DocumentLine>> {
    let found = documents(
        connection,
        "JOIN document_zaak ON document_zaak.source = document.id \
         WHERE document_zaak.target = ?1 \
             AND document.soort LIKE 'Antwoord schriftelijke vragen%' \
         ORDER BY document.datum, document.document_nummer LIMIT 1",
        [guid(zaak)],
    )?;
    Ok(found.into_iter().next())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use model::time::start_of_day;

    use super::*;

    fn asked(day: Date, last: Date) -> Dagen {
        Dagen {
            gesteld: start_of_day(day).unwrap(),
            uiterlijk: start_of_day(last).unwrap(),
            uitgesteld: None,
            beantwoord: None,
            ingetrokken: false,
            afgedaan: false,
        }
    }

    #[test]
    fn questions_are_late_after_the_last_day_without_a_word() {
        let dagen = asked(date(2025, 6, 2), date(2025, 6, 23));
        assert_eq!(dagen.stand(date(2025, 6, 23)), Stand::Open, "the last day");
        let late = date(2025, 6, 24);
        assert_eq!(dagen.stand(late), Stand::TeLaat);
        assert_eq!(
            Dagen { uitgesteld: start_of_day(late), ..dagen.clone() }.stand(late),
            Stand::Uitgesteld
        );
        assert_eq!(Dagen { afgedaan: true, ..dagen.clone() }.stand(late), Stand::Afgedaan);
        assert_eq!(Dagen { ingetrokken: true, ..dagen }.stand(late), Stand::Ingetrokken);
    }

    #[test]
    fn the_days_to_an_answer_are_those_of_the_calendar() {
        // The clocks went forward on 30 March.
        let dagen = Dagen {
            beantwoord: start_of_day(date(2025, 4, 1)),
            ..asked(date(2025, 3, 28), date(2025, 4, 18))
        };
        assert_eq!(dagen.geduurd(date(2025, 12, 1)), 4);
        assert_eq!(dagen.stand(date(2025, 12, 1)), Stand::Beantwoord);
        let open = asked(date(2025, 3, 28), date(2025, 4, 18));
        assert_eq!(open.geduurd(date(2025, 4, 2)), 5);
    }
}
