//! Which pages something concerns: what it belongs to, and who has to do with it.

use std::collections::BTreeSet;

use model::kamerstuk::DossierNummer;
use model::{Category, Uuid, address};
use rusqlite::Connection;

use crate::read::fractie::perioden;
use crate::read::rows;
use crate::row::{guid, uuid};
use crate::{Reader, Result};

/// The addresses of the pages that an entity concerns, as far as is known here now: its own, and those
/// of its zaken, dossiers, meetings, persons, parties, committees and ministries.
///
/// # Errors
/// What the database reports.
pub fn topics(reader: &Reader, category: Category, id: Uuid) -> Result<Vec<String>> {
    let mut found = Topics { connection: reader, addresses: BTreeSet::new() };
    match category {
        Category::Document => {
            found.pages("SELECT address FROM entity WHERE id = ?1", id)?;
            found.dossiers("document.kamerstukdossier = kamerstukdossier.id", "document", id)?;
            found.pages(&pages_through("document_activiteit"), id)?;
            found.actors("document_actor", "document", id)?;
            for zaak in found.ids("SELECT target FROM document_zaak WHERE source = ?1", id)? {
                found.zaak(zaak)?;
                found.papers(zaak)?;
            }
        }
        Category::Zaak => {
            found.zaak(id)?;
            found.papers(id)?;
        }
        Category::Activiteit => found.activiteit(id, true)?,
        Category::Besluit => {
            found.addresses.insert(address::stemming(&id.to_string()));
            for zaak in found.ids("SELECT target FROM besluit_zaak WHERE source = ?1", id)? {
                found.zaak(zaak)?;
                found.papers(zaak)?;
            }
            let meetings = found.ids(
                "SELECT agendapunt.activiteit FROM besluit \
                 JOIN agendapunt ON agendapunt.id = besluit.agendapunt \
                 WHERE besluit.id = ?1 AND agendapunt.activiteit IS NOT NULL",
                id,
            )?;
            for meeting in meetings {
                // A vote concerns the meeting at which it is held, not everybody who is there.
                found.activiteit(meeting, false)?;
            }
        }
        Category::Toezegging => found.toezegging(id)?,
        Category::Vergadering => {
            found.pages("SELECT address FROM entity WHERE id = ?1", id)?;
            let meetings = found.ids(
                "SELECT activiteit.id FROM vergadering JOIN activiteit \
                 ON activiteit.aanvangstijd = vergadering.aanvangstijd \
                 AND activiteit.onderwerp = vergadering.titel WHERE vergadering.id = ?1",
                id,
            )?;
            for meeting in meetings {
                found.activiteit(meeting, true)?;
            }
        }
        Category::PersoonGeschenk | Category::PersoonNevenfunctie | Category::PersoonReis => {
            let table = category.description().table;
            found.pages(
                &format!(
                    "SELECT entity.address FROM {table} JOIN entity ON entity.id = {table}.persoon \
                     WHERE {table}.id = ?1"
                ),
                id,
            )?;
        }
        _ => {}
    }
    Ok(found.addresses.into_iter().collect())
}

fn pages_through(pairs: &str) -> String {
    format!(
        "SELECT entity.address FROM {pairs} JOIN entity ON entity.id = {pairs}.target \
         WHERE {pairs}.source = ?1"
    )
}

struct Topics<'c> {
    connection: &'c Connection,
    addresses: BTreeSet<String>,
}

impl Topics<'_> {
    fn ids(&self, sql: &str, id: Uuid) -> Result<Vec<Uuid>> {
        rows(self.connection, sql, [guid(id)], |row| uuid(row, 0))
    }

    fn texts(&self, sql: &str, id: Uuid) -> Result<Vec<Option<String>>> {
        rows(self.connection, sql, [guid(id)], |row| row.get(0))
    }

    /// Adds the addresses that a statement gives.
    fn pages(&mut self, sql: &str, id: Uuid) -> Result<()> {
        let found = self.texts(sql, id)?;
        self.addresses.extend(found.into_iter().flatten());
        Ok(())
    }

    fn dossiers(&mut self, on: &str, table: &str, id: Uuid) -> Result<()> {
        let sql = format!(
            "SELECT kamerstukdossier.nummer, kamerstukdossier.toevoeging FROM {table} \
             JOIN kamerstukdossier ON {on} WHERE {table}.id = ?1"
        );
        let found = rows(self.connection, &sql, [guid(id)], |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<String>>(1)?))
        })?;
        for (nummer, toevoeging) in found {
            if let Some(nummer) = nummer {
                let nummer = DossierNummer::new(nummer, toevoeging.as_deref());
                self.addresses.insert(address::dossier(&nummer));
            }
        }
        Ok(())
    }

    /// Adds the persons, parties, committees and ministries in a table of actors.
    fn actors(&mut self, table: &str, of: &str, id: Uuid) -> Result<()> {
        for who in ["persoon", "fractie", "commissie"] {
            self.pages(
                &format!(
                    "SELECT entity.address FROM {table} JOIN entity ON entity.id = {table}.{who} \
                     WHERE {table}.{of} = ?1"
                ),
                id,
            )?;
        }
        let sql = format!("SELECT actor_fractie FROM {table} WHERE {of} = ?1");
        for name in self.texts(&sql, id)?.into_iter().flatten() {
            // Papers may call a party otherwise than its page does.
            let known = perioden(self.connection, &name)?.into_iter().next();
            let short = known.and_then(|fractie| fractie.afkorting).unwrap_or(name);
            self.addresses.insert(address::fractie(&short));
        }
        let sql = format!("SELECT functie FROM {table} WHERE {of} = ?1");
        self.ministeries(&sql, id)
    }

    /// Adds the ministries of which texts speak.
    fn ministeries(&mut self, texts: &str, id: Uuid) -> Result<()> {
        let sql = format!("SELECT ministerie FROM ministerie_van WHERE tekst IN ({texts})");
        let found = self.texts(&sql, id)?.into_iter().flatten();
        let found: Vec<String> = found.map(|afkorting| address::ministerie(&afkorting)).collect();
        self.addresses.extend(found);
        Ok(())
    }

    fn zaak(&mut self, id: Uuid) -> Result<()> {
        self.pages("SELECT address FROM entity WHERE id = ?1", id)?;
        self.dossiers("zaak.kamerstukdossier = kamerstukdossier.id", "zaak", id)?;
        self.actors("zaak_actor", "zaak", id)
    }

    /// Adds the papers that a zaak is about, which are called as it is: the questions that are answered, the
    /// motion that is voted on. Who reads one of these watches there what becomes of it.
    fn papers(&mut self, zaak: Uuid) -> Result<()> {
        self.pages(
            "SELECT entity.address FROM document_zaak \
             JOIN document ON document.id = document_zaak.source \
             JOIN zaak ON zaak.id = document_zaak.target \
             JOIN entity ON entity.id = document.id \
             WHERE document_zaak.target = ?1 AND (document.soort LIKE zaak.soort || '%' \
                 OR (zaak.soort IN ('Wetgeving', 'Initiatiefwetgeving') \
                     AND document.soort LIKE 'Voorstel van wet%'))",
            zaak,
        )
    }

    fn activiteit(&mut self, id: Uuid, with_actors: bool) -> Result<()> {
        self.pages("SELECT address FROM entity WHERE id = ?1", id)?;
        self.pages(
            "SELECT entity.address FROM activiteit \
             JOIN entity ON entity.id = activiteit.voortouwcommissie WHERE activiteit.id = ?1",
            id,
        )?;
        let sql = "SELECT voortouwafkorting FROM activiteit WHERE id = ?1";
        let short = self.texts(sql, id)?.into_iter().flatten();
        let short: Vec<String> = short.map(|name| address::commissie(Some(&name), id)).collect();
        self.addresses.extend(short);
        if !with_actors {
            return Ok(());
        }
        self.actors("activiteit_actor", "activiteit", id)?;
        let zaken = self.ids(
            "SELECT zaak_agendapunt.source FROM agendapunt \
             JOIN zaak_agendapunt ON zaak_agendapunt.target = agendapunt.id \
             WHERE agendapunt.activiteit = ?1",
            id,
        )?;
        for zaak in zaken {
            self.pages("SELECT address FROM entity WHERE id = ?1", zaak)?;
            self.dossiers("zaak.kamerstukdossier = kamerstukdossier.id", "zaak", zaak)?;
        }
        Ok(())
    }

    fn toezegging(&mut self, id: Uuid) -> Result<()> {
        self.pages("SELECT address FROM entity WHERE id = ?1", id)?;
        for who in ["toegezegd_aan_fractie", "toegezegd_aan_persoon"] {
            self.pages(
                &format!(
                    "SELECT entity.address FROM toezegging \
                     JOIN entity ON entity.id = toezegging.{who} WHERE toezegging.id = ?1"
                ),
                id,
            )?;
        }
        self.ministeries(
            "SELECT ministerie FROM toezegging WHERE id = ?1 \
             UNION SELECT functie FROM toezegging WHERE id = ?1",
            id,
        )?;
        let meetings = self.ids(
            "SELECT activiteit.id FROM toezegging JOIN activiteit \
             ON activiteit.id = toezegging.activiteit \
             OR activiteit.nummer = toezegging.activiteit_nummer WHERE toezegging.id = ?1",
            id,
        )?;
        for meeting in meetings {
            self.activiteit(meeting, false)?;
        }
        // Who made it, where exactly one person goes by this name.
        self.pages(
            "SELECT MIN(entity.address) FROM toezegging \
             JOIN persoon ON persoon.achternaam = toezegging.achternaam \
                 AND persoon.initialen = toezegging.initialen \
             JOIN entity ON entity.id = persoon.id \
             WHERE toezegging.id = ?1 HAVING COUNT(*) = 1",
            id,
        )
    }
}
