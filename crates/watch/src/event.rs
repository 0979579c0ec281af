//! From the changes of many entities to what happened: a meeting was moved, a question was answered.
//!
//! A thing comes in parts, each an entity of its own: a document, its version, who signed it. So
//! [`wholes`] says what a change belongs to; once that has settled, [`derive()`] compares what is there
//! now with what was there before.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::entities::{Activiteit, Agendapunt, Besluit, Reservering, Toezegging, Vergadering};
use model::time::in_amsterdam;
use model::{Category, Entity, Record, Uuid, address};
use serde::{Deserialize, Serialize};
use store::changes::Change;
use store::read::toezegging::is_open;
use store::watching::event::{
    EventKind, NewEvent, Part, Settled, address_of, due_between, entity, meetings_of_reservation,
    published, replaced_by, room, rooms, state_before, subject_of_besluit, versions, votes,
};
use store::watching::topics;
use store::{Reader, StoreError};

/// Reads an entity from its element as published; none if it cannot be read.
pub type Parse<'p> = &'p dyn Fn(&str) -> Option<Entity>;

/// From what to what something changed: what there is to say of an event besides its kind and title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct What {
    /// What the thing is, in the words of the House: "Brief regering", "Commissiedebat".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soort: Option<String>,
    /// When the meeting began before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// When the meeting begins now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// The room before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_from: Option<String>,
    /// The room now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_to: Option<String>,
    /// What was put on the agenda.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// What was taken off the agenda.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// The status before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The status or the outcome now; the number of a version; the letter that fulfils.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The last day for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
    /// Who it is of: the person of a gift, who made a commitment, the committee that leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

impl What {
    /// As it is stored.
    fn to_json(&self) -> String {
        // Strings, moments and days: none of it can fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Of an event as it is stored; nothing for what another version wrote otherwise.
    pub fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }
}

/// What a change belongs to: the things that are told of as one.
///
/// # Errors
/// What the database reports.
pub fn wholes(
    reader: &Reader,
    change: &Change,
    parse: Parse<'_>,
) -> Result<Vec<(Category, Uuid)>, StoreError> {
    let itself = |category| Ok(vec![(category, change.entity)]);
    match change.category {
        Category::Document
        | Category::Zaak
        | Category::Activiteit
        | Category::Besluit
        | Category::Toezegging
        | Category::PersoonGeschenk
        | Category::PersoonNevenfunctie
        | Category::PersoonReis => return itself(change.category),
        Category::DocumentVersie
        | Category::DocumentActor
        | Category::Agendapunt
        | Category::Stemming
        | Category::Verslag
        | Category::Reservering => {}
        _ => return Ok(Vec::new()),
    }
    let states =
        [entity(reader, change.category, change.entity)?, before(reader, change.revision, parse)?];
    let mut found = BTreeSet::new();
    for state in states.into_iter().flatten() {
        match state {
            Entity::DocumentVersie(it) => found.extend(it.document.map(whole)),
            Entity::DocumentActor(it) => found.extend(it.document.map(whole)),
            Entity::Agendapunt(it) => found.extend(it.activiteit.map(whole)),
            Entity::Stemming(it) => found.extend(it.besluit.map(whole)),
            Entity::Verslag(it) => found.extend(it.vergadering.map(whole)),
            Entity::Reservering(it) => found.extend(it.activiteit.into_iter().map(whole)),
            _ => {}
        }
    }
    if change.category == Category::Reservering {
        let meetings = meetings_of_reservation(reader, change.entity)?;
        found.extend(meetings.into_iter().map(|id| (Category::Activiteit, id)));
    }
    Ok(found.into_iter().collect())
}

fn whole<T: Record>(id: model::Id<T>) -> (Category, Uuid) {
    (T::CATEGORY, id.0)
}

fn before(
    reader: &Reader,
    revision: Option<i64>,
    parse: Parse<'_>,
) -> Result<Option<Entity>, StoreError> {
    let Some(revision) = revision else { return Ok(None) };
    Ok(state_before(reader, revision)?.and_then(|raw| parse(&raw)))
}

/// What happened to something that has settled.
///
/// # Errors
/// What the database reports.
pub fn derive(
    reader: &Reader,
    settled: &Settled,
    parse: Parse<'_>,
) -> Result<Vec<NewEvent>, StoreError> {
    let mut at = None;
    for part in &settled.parts {
        at = at.max(published(reader, part.id)?);
    }
    let mut derived = Derived {
        reader,
        settled,
        parse,
        at: at.unwrap_or_else(Timestamp::now),
        address: address_of(reader, settled.id)?,
        concerned: Vec::new(),
        events: Vec::new(),
    };
    match entity(reader, settled.category, settled.id)? {
        Some(Entity::Document(it)) => derived.document(it)?,
        Some(Entity::Zaak(it)) => derived.zaak(it)?,
        Some(Entity::Activiteit(it)) => derived.activiteit(it)?,
        Some(Entity::Besluit(it)) => derived.besluit(it)?,
        Some(Entity::Toezegging(it)) => derived.toezegging(it)?,
        Some(Entity::Vergadering(it)) => derived.vergadering(it)?,
        Some(Entity::PersoonGeschenk(it)) => {
            derived.of_person(EventKind::Gift, it.persoon.map(|id| id.0), it.omschrijving)?;
        }
        Some(Entity::PersoonNevenfunctie(it)) => {
            derived.of_person(EventKind::SideJob, it.persoon.map(|id| id.0), it.omschrijving)?;
        }
        Some(Entity::PersoonReis(it)) => {
            let what = [it.doel, it.bestemming].into_iter().flatten().collect::<Vec<_>>();
            derived.of_person(EventKind::Trip, it.persoon.map(|id| id.0), Some(what.join(", ")))?;
        }
        None if settled.category == Category::Activiteit => derived.activiteit_withdrawn()?,
        _ => {}
    }
    let mut events = derived.events;
    if !events.is_empty() {
        let mut topics = topics(reader, settled.category, settled.id)?;
        topics.extend(events.iter().filter_map(|event| event.address.clone()));
        topics.append(&mut derived.concerned);
        topics.sort();
        topics.dedup();
        for event in &mut events {
            event.topics.clone_from(&topics);
        }
    }
    Ok(events)
}

/// The toezeggingen whose last day lies between two days, as events. The term has passed when that day is
/// over.
///
/// # Errors
/// What the database reports.
pub fn due(
    reader: &Reader,
    after: Timestamp,
    until: Timestamp,
) -> Result<Vec<NewEvent>, StoreError> {
    let a_day = |moment: Timestamp| moment.checked_sub(24.hours()).unwrap_or(moment);
    let mut events = Vec::new();
    for it in due_between(reader, a_day(after), a_day(until))? {
        let Some(term) = it.datum_nakoming else { continue };
        let what = What { deadline: Some(in_amsterdam(term).date()), ..of_toezegging(&it) };
        events.push(NewEvent {
            kind: EventKind::Due,
            category: Category::Toezegging,
            entity: it.id.0,
            cause: term.as_millisecond(),
            address: it.nummer.as_deref().map(address::toezegging),
            title: it.tekst.clone().unwrap_or_default(),
            what: what.to_json(),
            at: term.checked_add(24.hours()).unwrap_or(term),
            topics: topics(reader, Category::Toezegging, it.id.0)?,
        });
    }
    Ok(events)
}

/// The events of one thing, while they are derived.
struct Derived<'d> {
    reader: &'d Reader,
    settled: &'d Settled,
    parse: Parse<'d>,
    at: Timestamp,
    address: Option<String>,
    /// Pages that it concerned before, by their addresses, where that is known no more.
    concerned: Vec<String>,
    events: Vec<NewEvent>,
}

impl Derived<'_> {
    /// The part that is the thing itself, if that changed.
    fn own(&self) -> Option<&Part> {
        self.settled.parts.iter().find(|part| part.id == self.settled.id)
    }

    /// The thing itself before, if it changed and was there.
    fn own_before(&self) -> Result<Option<Entity>, StoreError> {
        before(self.reader, self.own().and_then(|part| part.revision), self.parse)
    }

    fn is_new(&self) -> bool {
        self.own().is_some_and(|part| part.is_new)
    }

    fn parts(&self, category: Category) -> impl Iterator<Item = &Part> {
        self.settled.parts.iter().filter(move |part| part.category == category)
    }

    /// Notes an event. `cause` tells it from others of its kind; without one, each change is another.
    fn add(&mut self, kind: EventKind, cause: Option<i64>, title: Option<String>, what: &What) {
        let last = self.settled.parts.iter().map(|part| part.change).max();
        self.events.push(NewEvent {
            kind,
            category: self.settled.category,
            entity: self.settled.id,
            cause: cause.or(last).unwrap_or_default(),
            address: self.address.clone(),
            title: title.or_else(|| what.soort.clone()).unwrap_or_default(),
            what: what.to_json(),
            at: self.at,
            topics: Vec::new(),
        });
    }

    fn document(&mut self, it: model::entities::Document) -> Result<(), StoreError> {
        let title = it.onderwerp.or(it.titel);
        let mut what = What { soort: it.soort, ..What::default() };
        if self.is_new() {
            let soort = what.soort.as_deref().unwrap_or_default();
            let kind = match soort {
                soort if soort.starts_with("Antwoord schriftelijke vragen") => EventKind::Answer,
                "Mededeling (uitstel antwoord)" => EventKind::Delay,
                _ => EventKind::Document,
            };
            self.add(kind, Some(0), title, &what);
            return Ok(());
        }
        let mut latest = None;
        for part in self.parts(Category::DocumentVersie).filter(|part| part.is_new) {
            if let Some(Entity::DocumentVersie(versie)) =
                entity(self.reader, part.category, part.id)?
            {
                latest = latest.max(versie.versienummer);
            }
        }
        // The first that comes in of a document may have any number, and may come after it.
        if let Some(number) = latest.filter(|number| *number > 1)
            && self.had_a_version()?
        {
            what.after = Some(number.to_string());
            self.add(EventKind::Version, Some(number), title, &what);
        }
        Ok(())
    }

    /// Whether a version of the document was here before those that came in now.
    fn had_a_version(&self) -> Result<bool, StoreError> {
        let is_new = |id: &Uuid| {
            self.parts(Category::DocumentVersie).any(|part| part.is_new && part.id == *id)
        };
        let was_withdrawn = self.parts(Category::DocumentVersie).any(|part| !part.is_new);
        let versions = versions(self.reader, self.settled.id)?;
        Ok(was_withdrawn || versions.iter().any(|id| !is_new(id)))
    }

    fn zaak(&mut self, it: model::entities::Zaak) -> Result<(), StoreError> {
        let Some(Entity::Zaak(old)) = self.own_before()? else { return Ok(()) };
        let status = |afgedaan: Option<bool>, status: &Option<String>, stage: &Option<String>| {
            let done = (afgedaan == Some(true)).then(|| "Afgedaan".to_owned());
            done.or_else(|| status.clone()).or_else(|| stage.clone())
        };
        let before = status(old.afgedaan, &old.status, &old.huidige_behandelstatus);
        let after = status(it.afgedaan, &it.status, &it.huidige_behandelstatus);
        if before != after && after.is_some() {
            let what = What { soort: it.soort, before, after, ..What::default() };
            self.add(EventKind::Status, None, it.onderwerp.or(it.titel), &what);
        }
        Ok(())
    }

    fn activiteit(&mut self, it: Activiteit) -> Result<(), StoreError> {
        let start = start(&it);
        let title = it.onderwerp.clone();
        let mut what = What {
            soort: it.soort.clone(),
            to: start,
            who: it.voortouwnaam.clone(),
            ..What::default()
        };
        let is_held = it.status.as_deref() == Some("Uitgevoerd");
        let rooms_now = rooms(self.reader, it.id.0)?;
        let room_now = joined(&rooms_now).or_else(|| it.locatie.clone());
        if self.is_new() {
            if !is_held && !is_off(&it) && start.is_some_and(|start| start >= self.at) {
                what.room_to = room_now;
                self.add(EventKind::Planned, Some(0), title, &what);
            }
            return Ok(());
        }
        let old = match self.own_before()? {
            Some(Entity::Activiteit(old)) => Some(old),
            _ => None,
        };
        let start_before = old.as_ref().map_or(start, self::start);
        // What is put right of a meeting that has been held is no news.
        let is_coming = start.max(start_before).is_none_or(|latest| latest >= self.at);
        if is_held || !is_coming {
            return Ok(());
        }
        let was_off = old.as_ref().map_or(is_off(&it), is_off);
        if is_off(&it) {
            if was_off {
                return Ok(());
            }
            what.from = start_before;
            what.after = it.status.clone();
            if it.status.as_deref() == Some("Verplaatst") {
                what.to =
                    replaced_by(self.reader, it.id.0)?.or(start.filter(|_| start != start_before));
                self.add(EventKind::Moved, None, title, &what);
            } else {
                what.to = None;
                self.add(EventKind::Cancelled, None, title, &what);
            }
            return Ok(());
        }
        let room_before = match self.rooms_before(&rooms_now)? {
            Some(rooms) => joined(&rooms),
            None => joined(&rooms_now).or_else(|| old.as_ref().unwrap_or(&it).locatie.clone()),
        };
        let other_room = room_before.is_some() && room_now.is_some() && room_before != room_now;
        let other_time = start_before != start;
        if was_off || (start_before.is_none() && start.is_some()) {
            what.room_to = room_now;
            self.add(EventKind::Planned, None, title.clone(), &what);
        } else if other_time || other_room {
            let mut moved = what.clone();
            if other_time {
                moved.from = start_before;
            }
            if other_room {
                moved.room_from = room_before;
                moved.room_to = room_now;
            }
            self.add(EventKind::Moved, None, title.clone(), &moved);
        }
        let (added, removed) = self.agenda()?;
        if !added.is_empty() || !removed.is_empty() {
            let what = What { added, removed, ..what };
            self.add(EventKind::Agenda, None, title, &what);
        }
        Ok(())
    }

    fn activiteit_withdrawn(&mut self) -> Result<(), StoreError> {
        let Some(Entity::Activiteit(old)) = self.own_before()? else { return Ok(()) };
        let from = start(&old);
        if !is_off(&old) && from.is_some_and(|from| from >= self.at) {
            let what = What { soort: old.soort, from, who: old.voortouwnaam, ..What::default() };
            let leading = old.voortouwafkorting.as_deref();
            self.concerned.extend(leading.map(|it| address::commissie(Some(it), self.settled.id)));
            self.add(EventKind::Cancelled, None, old.onderwerp, &what);
        }
        Ok(())
    }

    /// The rooms before, from those now and what changed of the reservations; none if nothing did.
    fn rooms_before(&self, now: &[String]) -> Result<Option<Vec<String>>, StoreError> {
        let mut rooms = now.to_vec();
        let mut has_changed = false;
        for part in self.parts(Category::Reservering) {
            has_changed = true;
            if let Some(Entity::Reservering(it)) = entity(self.reader, part.category, part.id)?
                && let Some(name) = self.room_of(&it)?
                && let Some(place) = rooms.iter().position(|room| *room == name)
            {
                rooms.remove(place);
            }
            if let Some(Entity::Reservering(old)) = before(self.reader, part.revision, self.parse)?
            {
                rooms.extend(self.room_of(&old)?);
            }
        }
        rooms.sort();
        Ok(has_changed.then_some(rooms))
    }

    fn room_of(&self, it: &Reservering) -> Result<Option<String>, StoreError> {
        let Some(zaal) = it.zaal else { return Ok(None) };
        room(self.reader, zaal.0)
    }

    /// What was put on the agenda, and what was taken off it.
    fn agenda(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for part in self.parts(Category::Agendapunt) {
            let now = self.subject(entity(self.reader, part.category, part.id)?);
            let old = self.subject(before(self.reader, part.revision, self.parse)?);
            if now != old {
                added.extend(now);
                removed.extend(old);
            }
        }
        Ok((added, removed))
    }

    /// What an item of this meeting's agenda is about.
    fn subject(&self, item: Option<Entity>) -> Option<String> {
        let Some(Entity::Agendapunt(Agendapunt { activiteit, onderwerp, rubriek, .. })) = item
        else {
            return None;
        };
        activiteit.filter(|id| id.0 == self.settled.id)?;
        onderwerp.or(rubriek)
    }

    fn besluit(&mut self, it: Besluit) -> Result<(), StoreError> {
        if it.status.as_deref() != Some("Besluit") {
            return Ok(());
        }
        let id = it.id.0;
        let has_votes = votes(self.reader, id)? > 0;
        let was_decided = match self.own_before()? {
            Some(Entity::Besluit(old)) => old.status.as_deref() == Some("Besluit"),
            _ => !self.is_new(),
        };
        let has_new_votes = self.parts(Category::Stemming).any(|part| part.is_new);
        let kind = if has_votes { EventKind::Vote } else { EventKind::Decision };
        // A vote is told when its votes are here. They come after the decision, or with it.
        if was_decided && !(has_votes && has_new_votes) {
            return Ok(());
        }
        if !has_votes && it.stemmings_soort.is_some() {
            return Ok(());
        }
        self.address = Some(address::stemming(&id.to_string()));
        let title = subject_of_besluit(self.reader, id)?;
        let after = it.besluit_tekst.or(it.besluit_soort);
        let what = What { soort: it.stemmings_soort, after, ..What::default() };
        self.add(kind, Some(0), title, &what);
        Ok(())
    }

    fn toezegging(&mut self, it: Toezegging) -> Result<(), StoreError> {
        let mut what = of_toezegging(&it);
        if self.is_new() {
            self.add(EventKind::Promise, Some(0), it.tekst, &what);
            return Ok(());
        }
        let Some(Entity::Toezegging(old)) = self.own_before()? else { return Ok(()) };
        if is_open(&old) && !is_open(&it) {
            what.before = old.status;
            what.after = it.kamerbrief_nakoming.or(it.status);
            self.add(EventKind::Fulfilled, None, it.tekst, &what);
        }
        Ok(())
    }

    fn vergadering(&mut self, it: Vergadering) -> Result<(), StoreError> {
        let mut cause = None;
        let mut what = What { soort: it.soort, to: it.aanvangstijd, ..What::default() };
        for part in self.parts(Category::Verslag) {
            if let Some(Entity::Verslag(verslag)) = entity(self.reader, part.category, part.id)? {
                // The first is told, and the one that is final.
                let is_final = verslag.soort.as_deref() == Some("Eindpublicatie");
                cause = cause.max(Some(i64::from(is_final)));
                what.after = verslag.soort;
            }
        }
        if cause.is_some() {
            self.add(EventKind::Transcript, cause, it.titel, &what);
        }
        Ok(())
    }

    fn of_person(
        &mut self,
        kind: EventKind,
        persoon: Option<Uuid>,
        text: Option<String>,
    ) -> Result<(), StoreError> {
        if !self.is_new() {
            return Ok(());
        }
        let Some(persoon) = persoon else { return Ok(()) };
        let who = match entity(self.reader, Category::Persoon, persoon)? {
            Some(Entity::Persoon(persoon)) => Some(persoon.naam()),
            _ => None,
        };
        self.address = address_of(self.reader, persoon)?;
        self.add(kind, Some(0), text, &What { who, ..What::default() });
        Ok(())
    }
}

fn of_toezegging(it: &Toezegging) -> What {
    let who: Vec<&str> =
        [&it.functie, &it.naam].into_iter().filter_map(|text| text.as_deref()).collect();
    What {
        who: (!who.is_empty()).then(|| who.join(" ")),
        deadline: it.datum_nakoming.map(|term| in_amsterdam(term).date()),
        ..What::default()
    }
}

/// When a meeting begins, or else its day.
fn start(it: &Activiteit) -> Option<Timestamp> {
    it.aanvangstijd.or(it.datum)
}

fn is_off(it: &Activiteit) -> bool {
    matches!(it.status.as_deref(), Some("Geannuleerd" | "Verplaatst" | "Vervallen"))
}

fn joined(rooms: &[String]) -> Option<String> {
    (!rooms.is_empty()).then(|| rooms.join(", "))
}

#[cfg(test)]
mod tests;
