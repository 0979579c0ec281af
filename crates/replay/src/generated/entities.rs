//! The fields of each generated entity. Everything follows from the seed, the category and the index.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use model::entities::*;
use model::time::{self, in_amsterdam, start_of_day};
use model::value::Partial;
use model::{Category, Entity, Id, Record, Uuid};

use super::blank;
use super::papers::{Archive, Paper};
use super::proportions::SEATS;
use super::votes;
use super::words::full_name;
use crate::draw::{Draw, seed};

/// The share of relations that lead to an entity that was never published, as happens at the source.
const DANGLING: f64 = 0.002;

/// How far a relation may lead from the entity that stands at the same moment, in entities.
const NEAR: u64 = 12;

/// How many entities are looked at for one that was not withdrawn.
const TRIES: u64 = 24;

const HOUSE: &str = "Tweede Kamer";
const MEMBER: &str = "lid Tweede Kamer";

/// Source: the kinds of recorded activiteiten with their numbers, without the rare ones (Tweede Kamer,
/// OData, July 2025).
const ACTIVITIES: &[(&str, u64)] = &[
    ("Algemeen overleg", 8_635),
    ("Procedurevergadering", 6_771),
    ("Inbreng feitelijke vragen", 5_054),
    ("Inbreng schriftelijk overleg", 4_707),
    ("Gesprek", 4_099),
    ("Plenair debat (tweeminutendebat)", 4_046),
    ("E-mailprocedure", 3_883),
    ("Technische briefing", 3_090),
    ("Inbreng verslag (wetsvoorstel)", 2_875),
    ("Petitie", 2_295),
    ("Commissiedebat", 2_226),
    ("Werkbezoek", 2_224),
    ("Regeling van werkzaamheden", 1_881),
    ("Plenair debat (debat)", 1_875),
    ("Plenair debat (wetgeving)", 1_846),
    ("Rondetafelgesprek", 1_580),
    ("Stemmingen", 1_224),
];

/// Source: the kinds of recorded besluiten other than votes (the same).
const DECISIONS: &[(&str, u64)] = &[
    ("Afvoeren van de stand der werkzaamheden (plenair)", 10_273),
    ("LVIS - rondgezonden en gepubliceerd", 10_136),
    ("Behandelen [en afdoen]", 8_029),
    ("Ingediend", 6_927),
    ("Agenderen - commissiedebat", 5_091),
    ("[Vrij tekstveld / geen Parlisproces]", 4_198),
    ("V.k.a. - voor kennisgeving aannemen (commissie)", 1_899),
    ("Leveren inbreng", 1_878),
    ("Stemmen - aangehouden", 1_097),
    ("Ter informatie", 1_051),
];

const RUBRICS: [&str; 6] = [
    "Overig",
    "Brievenlijst",
    "Procedures op voorstel van de Voorzitter",
    "Brieven bewindspersonen",
    "Verzoeken van leden",
    "Europa",
];

const OPINIONS: [&str; 4] = ["Oordeel Kamer", "Ontraden", "Nog niet bekend", "Overbodig"];

impl Archive {
    /// The `index`th entity of a category.
    pub(super) fn content(&self, category: Category, index: u64) -> Entity {
        let it = Entry { archive: self, category, index };
        match category {
            Category::Activiteit => Entity::Activiteit(it.activiteit()),
            Category::ActiviteitActor => Entity::ActiviteitActor(it.activiteit_actor()),
            Category::Agendapunt => Entity::Agendapunt(it.agendapunt()),
            Category::Besluit => Entity::Besluit(it.besluit()),
            Category::Commissie => Entity::Commissie(self.commissie(index)),
            Category::CommissieContactinformatie => {
                Entity::CommissieContactinformatie(it.commissie_contactinformatie())
            }
            Category::CommissieZetel => Entity::CommissieZetel(it.commissie_zetel()),
            Category::CommissieZetelVastPersoon => {
                Entity::CommissieZetelVastPersoon(it.commissie_zetel_vast_persoon())
            }
            Category::CommissieZetelVastVacature => {
                Entity::CommissieZetelVastVacature(it.commissie_zetel_vast_vacature())
            }
            Category::CommissieZetelVervangerPersoon => {
                Entity::CommissieZetelVervangerPersoon(it.commissie_zetel_vervanger_persoon())
            }
            Category::CommissieZetelVervangerVacature => {
                Entity::CommissieZetelVervangerVacature(it.commissie_zetel_vervanger_vacature())
            }
            Category::Document => Entity::Document(it.document()),
            Category::DocumentActor => Entity::DocumentActor(it.document_actor()),
            Category::DocumentVersie => Entity::DocumentVersie(it.document_versie()),
            Category::Fractie => Entity::Fractie(it.fractie()),
            Category::FractieZetel => Entity::FractieZetel(it.fractie_zetel()),
            Category::FractieZetelPersoon => {
                Entity::FractieZetelPersoon(it.fractie_zetel_persoon())
            }
            Category::FractieZetelVacature => {
                Entity::FractieZetelVacature(it.fractie_zetel_vacature())
            }
            Category::Kamerstukdossier => Entity::Kamerstukdossier(it.kamerstukdossier()),
            Category::Persoon => Entity::Persoon(it.persoon()),
            Category::PersoonContactinformatie => {
                Entity::PersoonContactinformatie(it.persoon_contactinformatie())
            }
            Category::PersoonGeschenk => Entity::PersoonGeschenk(it.persoon_geschenk()),
            Category::PersoonLoopbaan => Entity::PersoonLoopbaan(it.persoon_loopbaan()),
            Category::PersoonNevenfunctie => Entity::PersoonNevenfunctie(it.persoon_nevenfunctie()),
            Category::PersoonNevenfunctieInkomsten => {
                Entity::PersoonNevenfunctieInkomsten(it.persoon_nevenfunctie_inkomsten())
            }
            Category::PersoonOnderwijs => Entity::PersoonOnderwijs(it.persoon_onderwijs()),
            Category::PersoonReis => Entity::PersoonReis(it.persoon_reis()),
            Category::Reservering => Entity::Reservering(it.reservering()),
            Category::Stemming => Entity::Stemming(it.stemming()),
            Category::Toezegging => Entity::Toezegging(it.toezegging()),
            Category::Vergadering => Entity::Vergadering(it.vergadering()),
            Category::Verslag => Entity::Verslag(it.verslag()),
            Category::Zaak => Entity::Zaak(it.zaak()),
            Category::ZaakActor => Entity::ZaakActor(it.zaak_actor()),
            Category::Zaal => Entity::Zaal(it.zaal()),
            Category::DocumentPublicatie => Entity::DocumentPublicatie(it.document_publicatie()),
            Category::DocumentPublicatieMetadata => {
                Entity::DocumentPublicatieMetadata(it.document_publicatie_metadata())
            }
        }
    }

    fn id<T: Record>(&self, index: u64) -> Id<T> {
        Id::new(self.plan.id(T::CATEGORY, index))
    }

    /// The entity nearest before this one that was not withdrawn.
    fn present<T: Record>(&self, index: u64) -> Option<u64> {
        let begin = index.min(self.plan.count(T::CATEGORY).saturating_sub(1));
        (0..TRIES)
            .map_while(|back| begin.checked_sub(back))
            .find(|index| !self.plan.is_deleted(T::CATEGORY, *index))
    }

    /// The date of an entity, as a moment.
    fn date(&self, category: Category, index: u64) -> Timestamp {
        self.plan.moment(self.plan.date_slot(category, index))
    }

    fn commissie(&self, index: u64) -> Commissie {
        let id = self.plan.id(Category::Commissie, index);
        let known = usize::try_from(index).ok().and_then(|index| self.words.commissies.get(index));
        match known {
            Some(known) => Commissie { id: Id::new(id), ..known.clone() },
            None => {
                let subject = self.words.activiteiten.mix(&mut self.draw(COMMISSIE, index));
                Commissie {
                    nummer: Some((9_000 + index).to_string()),
                    soort: Some("Tijdelijke".into()),
                    afkorting: Some(format!("TC{index}")),
                    naam_nl: Some(format!("tijdelijke commissie {subject}")),
                    naam_web_nl: Some(subject),
                    ..blank(id)
                }
            }
        }
    }

    /// The name of a member of the cabinet and the office.
    fn minister(&self, paper: &Paper, draw: &mut Draw) -> (u64, String, String) {
        // Whoever signs a letter of the government is any of the persons: the cabinets change.
        let place = paper.seat * 7 + draw.below(3);
        let person = place % self.plan.count(Category::Persoon).max(1);
        let person = self.present::<Persoon>(person).unwrap_or(person);
        let office = draw.pick(&self.words.offices).unwrap_or("minister");
        (person, full_name(&self.person(person)), office.to_owned())
    }
}

/// What the draws are for; those of the papers end at 103.
const ENTITY: u64 = 104;
const COMMISSIE: u64 = 105;

/// An entity under way.
struct Entry<'a> {
    archive: &'a Archive,
    category: Category,
    index: u64,
}

impl Entry<'_> {
    fn own_id(&self) -> Uuid {
        self.archive.plan.id(self.category, self.index)
    }

    fn draw(&self) -> Draw {
        self.archive.draw(seed(&[ENTITY, self.category as u64]), self.index)
    }

    fn date(&self) -> Timestamp {
        self.archive.date(self.category, self.index)
    }

    /// The number as the House gives it: 2019D53771.
    fn number(&self, letter: char) -> Option<String> {
        let (year, number) = self.archive.plan.number(self.category, self.index);
        Some(format!("{year}{letter}{number:05}"))
    }

    /// An entity of a smaller or larger category that stands where this one does.
    fn beside<T: Record>(&self) -> u64 {
        let plan = &self.archive.plan;
        plan.at(T::CATEGORY, plan.slot(self.category, self.index))
    }

    /// A relation to an entity near this one in time.
    fn near<T: Record>(&self, draw: &mut Draw) -> Option<Id<T>> {
        let index = self.beside::<T>().saturating_sub(draw.below(NEAR));
        self.to(index, draw)
    }

    /// A relation to any entity of a category.
    fn any<T: Record>(&self, draw: &mut Draw) -> Option<Id<T>> {
        let index = draw.below(self.archive.plan.count(T::CATEGORY));
        self.to(index, draw)
    }

    /// A relation to this entity, or to the one before it that is there; now and then to none.
    fn to<T: Record>(&self, index: u64, draw: &mut Draw) -> Option<Id<T>> {
        if draw.chance(DANGLING) {
            return Some(Id::new(Uuid::from_u64_pair(draw.number(), draw.number())));
        }
        Some(self.archive.id(self.archive.present::<T>(index)?))
    }

    /// A member, with the name and the party: its abbreviation.
    fn member(&self, seat: u64) -> (Option<Id<Persoon>>, Option<String>, Option<String>) {
        let archive = self.archive;
        let party = archive.words.party(seat).and_then(|(_, fractie)| fractie.afkorting.clone());
        let person = archive.id(archive.plan.member(seat));
        (Some(person), Some(archive.member_name(seat)), party)
    }

    fn a_commissie(&self, draw: &mut Draw) -> (u64, Commissie) {
        let index = draw.below(self.archive.plan.count(Category::Commissie));
        let index = self.archive.present::<Commissie>(index).unwrap_or(index);
        (index, self.archive.commissie(index))
    }

    fn activiteit(&self) -> Activiteit {
        let mut draw = self.draw();
        let published = self.date();
        // Most are published for the last time just after they were held.
        let days = match draw.below(10) {
            0 | 1 => i64::try_from(draw.below(30)).unwrap_or(0),
            _ => -1,
        };
        let quarters = i64::try_from(draw.below(36)).unwrap_or(0);
        let day = working_day(in_amsterdam(published).date().saturating_add(days.days()));
        let begin = at(day, 9 * 60 + quarters * 15);
        let (index, commissie) = self.a_commissie(&mut draw);
        let soort = weighted(ACTIVITIES, &mut draw);
        let is_plenary = soort.starts_with("Plenair") || soort == "Stemmingen";
        let coming = begin.is_some_and(|begin| begin > self.archive.plan.end());
        let status = match draw.below(40) {
            0 => "Geannuleerd",
            1 | 2 => "Verplaatst",
            _ if coming => "Gepland",
            _ => "Uitgevoerd",
        };
        Activiteit {
            voortouwcommissie: (!is_plenary).then(|| self.archive.id(index)),
            soort: Some(soort.into()),
            nummer: self.number('A'),
            onderwerp: Some(self.archive.words.activiteiten.mix(&mut draw)),
            datum_soort: Some("Dag".into()),
            datum: begin,
            aanvangstijd: begin,
            eindtijd: at(day, 11 * 60 + quarters * 15),
            besloten: Some(draw.chance(0.1)),
            status: Some(status.into()),
            vergaderjaar: Some(vergaderjaar(day)),
            kamer: Some(HOUSE.into()),
            voortouwnaam: if is_plenary { Some("TK".into()) } else { commissie.naam_nl },
            voortouwafkorting: if is_plenary { Some("TK".into()) } else { commissie.afkorting },
            ..blank(self.own_id())
        }
    }

    fn activiteit_actor(&self) -> ActiviteitActor {
        let mut draw = self.draw();
        let activiteit = self.to(self.beside::<Activiteit>(), &mut draw);
        let blank = ActiviteitActor {
            activiteit,
            volgorde: Some(i64::try_from(draw.below(20)).unwrap_or(0)),
            ..blank(self.own_id())
        };
        if draw.chance(0.3) {
            let (index, commissie) = self.a_commissie(&mut draw);
            return ActiviteitActor {
                commissie: Some(self.archive.id(index)),
                actor_naam: commissie.naam_nl,
                relatie: Some("Voortouwcommissie".into()),
                ..blank
            };
        }
        let (persoon, actor_naam, actor_fractie) = self.member(draw.below(SEATS));
        ActiviteitActor {
            persoon,
            actor_naam,
            actor_fractie,
            relatie: Some("Deelnemer".into()),
            functie: Some(MEMBER.into()),
            spreektijd: draw.chance(0.2).then(|| "4 minuten".into()),
            ..blank
        }
    }

    fn agendapunt(&self) -> Agendapunt {
        let mut draw = self.draw();
        Agendapunt {
            activiteit: self.to(self.beside::<Activiteit>(), &mut draw),
            nummer: self.number('P'),
            onderwerp: Some(self.archive.words.agendapunten.mix(&mut draw)),
            volgorde: Some(i64::try_from(draw.below(30)).unwrap_or(0)),
            rubriek: draw.pick(&RUBRICS).filter(|_| self.index.is_multiple_of(3)).map(String::from),
            status: Some("Vrijgegeven".into()),
            ..blank(self.own_id())
        }
    }

    fn besluit(&self) -> Besluit {
        let mut draw = self.draw();
        let vote = votes::on(&self.archive.plan, self.index);
        let besluit = Besluit {
            agendapunt: self.to(self.beside::<Agendapunt>(), &mut draw),
            zaak: self.near(&mut draw).into_iter().collect(),
            status: Some("Besluit".into()),
            agendapunt_zaak_besluit_volgorde: Some(i64::try_from(draw.below(20)).unwrap_or(0)),
            ..blank(self.own_id())
        };
        let Some(vote) = vote else {
            return Besluit {
                besluit_soort: Some(weighted(DECISIONS, &mut draw).into()),
                opmerking: draw
                    .pick(&self.archive.words.sentences)
                    .filter(|_| self.index.is_multiple_of(10))
                    .map(String::from),
                ..besluit
            };
        };
        let (in_favour, against) = vote.result(self.archive);
        let carried = in_favour > against;
        let text = if carried { "Aangenomen." } else { "Verworpen." };
        Besluit {
            stemmings_soort: Some(
                if vote.is_roll_call { "Hoofdelijk" } else { "Met handopsteken" }.into(),
            ),
            besluit_soort: Some(
                if carried { "Stemmen - aangenomen" } else { "Stemmen - verworpen" }.into(),
            ),
            besluit_tekst: Some(if vote.is_roll_call {
                format!("{} ({in_favour}-{against}).", text.trim_end_matches('.'))
            } else {
                text.into()
            }),
            ..besluit
        }
    }

    fn stemming(&self) -> Stemming {
        let mut draw = self.draw();
        let plan = &self.archive.plan;
        let vote = votes::of(plan, self.index);
        let seat = vote.seat(self.archive, self.index);
        let party = self.archive.words.party(seat);
        let (fractie, name, size) = match party {
            Some((place, fractie)) => {
                (Some(self.archive.id(place)), fractie.afkorting.clone(), fractie.aantal_zetels)
            }
            None => (None, None, None),
        };
        let soort = if vote.is_in_favour(self.archive, seat) { "Voor" } else { "Tegen" };
        let stemming = Stemming {
            besluit: Some(self.archive.id(vote.besluit)),
            fractie,
            soort: Some(soort.into()),
            fractie_grootte: size,
            actor_naam: name.clone(),
            actor_fractie: name,
            vergissing: Some(draw.chance(0.001)),
            ..blank(self.own_id())
        };
        if !vote.is_roll_call {
            return stemming;
        }
        let (persoon, actor_naam, _) = self.member(seat);
        Stemming { persoon, actor_naam, fractie_grootte: Some(1), ..stemming }
    }

    fn commissie_contactinformatie(&self) -> CommissieContactinformatie {
        let mut draw = self.draw();
        let (index, _) = self.a_commissie(&mut draw);
        CommissieContactinformatie {
            commissie: Some(self.archive.id(index)),
            soort: Some("E-mail".into()),
            waarde: Some(format!("cie{index}@example.nl")),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn commissie_zetel(&self) -> CommissieZetel {
        let mut draw = self.draw();
        let (index, _) = self.a_commissie(&mut draw);
        CommissieZetel {
            commissie: Some(self.archive.id(index)),
            gewicht: Some(i64::try_from(draw.below(40)).unwrap_or(0)),
            ..blank(self.own_id())
        }
    }

    /// A seat in a committee, who sits in it, and from when until when.
    fn in_commissie(&self) -> InCommissie {
        let mut draw = self.draw();
        let from = in_amsterdam(self.date()).date();
        let until = from.saturating_add(i64::try_from(draw.below(1_400)).unwrap_or(0).days());
        let end = in_amsterdam(self.archive.plan.end()).date();
        InCommissie {
            zetel: self.to(self.beside::<CommissieZetel>(), &mut draw),
            seat: draw.below(SEATS),
            van: Some(from),
            tot_en_met: (until < end).then_some(until),
        }
    }

    fn commissie_zetel_vast_persoon(&self) -> CommissieZetelVastPersoon {
        let place = self.in_commissie();
        CommissieZetelVastPersoon {
            commissie_zetel: place.zetel,
            persoon: Some(self.archive.id(self.archive.plan.member(place.seat))),
            functie: Some(if self.index.is_multiple_of(25) { "Voorzitter" } else { "Lid" }.into()),
            van: place.van,
            tot_en_met: place.tot_en_met,
            ..blank(self.own_id())
        }
    }

    fn commissie_zetel_vervanger_persoon(&self) -> CommissieZetelVervangerPersoon {
        let place = self.in_commissie();
        CommissieZetelVervangerPersoon {
            commissie_zetel: place.zetel,
            persoon: Some(self.archive.id(self.archive.plan.member(place.seat))),
            functie: Some("Plv. lid".into()),
            van: place.van,
            tot_en_met: place.tot_en_met,
            ..blank(self.own_id())
        }
    }

    fn commissie_zetel_vast_vacature(&self) -> CommissieZetelVastVacature {
        let place = self.in_commissie();
        CommissieZetelVastVacature {
            commissie_zetel: place.zetel,
            fractie: self.party(place.seat),
            functie: Some("Lid".into()),
            van: place.van,
            tot_en_met: place.tot_en_met,
            ..blank(self.own_id())
        }
    }

    fn commissie_zetel_vervanger_vacature(&self) -> CommissieZetelVervangerVacature {
        let place = self.in_commissie();
        CommissieZetelVervangerVacature {
            commissie_zetel: place.zetel,
            fractie: self.party(place.seat),
            functie: Some("Plv. lid".into()),
            van: place.van,
            tot_en_met: place.tot_en_met,
            ..blank(self.own_id())
        }
    }

    fn party(&self, seat: u64) -> Option<Id<Fractie>> {
        self.archive.words.party(seat).map(|(place, _)| self.archive.id(place))
    }

    fn fractie(&self) -> Fractie {
        let known = usize::try_from(self.index).ok();
        match known.and_then(|index| self.archive.words.fracties.get(index)) {
            Some(known) => Fractie { id: Id::new(self.own_id()), ..known.clone() },
            None => {
                let person = self.archive.person(self.index * 13);
                let name = person.achternaam.map(|name| format!("Lid {name}"));
                let day = in_amsterdam(self.date()).date();
                Fractie {
                    nummer: Some((60_000 + self.index).to_string()),
                    afkorting: name.clone(),
                    naam_nl: name.clone(),
                    naam_en: name,
                    aantal_zetels: Some(0),
                    datum_actief: Some(day),
                    datum_inactief: Some(day.saturating_add(900.days())),
                    ..blank(self.own_id())
                }
            }
        }
    }

    fn fractie_zetel(&self) -> FractieZetel {
        FractieZetel {
            fractie: self.party(self.index % SEATS),
            gewicht: Some(i64::try_from(self.index % SEATS).unwrap_or(0)),
            ..blank(self.own_id())
        }
    }

    fn fractie_zetel_persoon(&self) -> FractieZetelPersoon {
        let plan = &self.archive.plan;
        // The last ones hold the seats now.
        let is_now = self.index + SEATS >= plan.count(self.category);
        let seat = self.index % SEATS;
        let rows = (plan.count(Category::FractieZetel) / SEATS).max(1);
        let person = match is_now {
            true => plan.member(seat),
            false => self.draw().below(plan.count(Category::Persoon)),
        };
        let from = in_amsterdam(self.date()).date();
        FractieZetelPersoon {
            fractie_zetel: Some(self.archive.id(self.index / SEATS % rows * SEATS + seat)),
            persoon: Some(self.archive.id(person)),
            functie: Some("Lid".into()),
            van: Some(from),
            tot_en_met: (!is_now).then(|| from.saturating_add(700.days())),
            ..blank(self.own_id())
        }
    }

    fn fractie_zetel_vacature(&self) -> FractieZetelVacature {
        let from = in_amsterdam(self.date()).date();
        FractieZetelVacature {
            fractie_zetel: self.any(&mut self.draw()),
            functie: Some("Lid".into()),
            van: Some(from),
            tot_en_met: Some(from.saturating_add(14.days())),
            ..blank(self.own_id())
        }
    }

    fn persoon(&self) -> Persoon {
        let mut draw = self.draw();
        let person = self.archive.person(self.index);
        let is_member = self.archive.plan.seat_of(self.index).is_some();
        let functie = match draw.below(30) {
            _ if is_member => "Tweede Kamerlid",
            0 => "Eerste Kamerlid",
            // Placeholders without fields are normal.
            1 => return blank(self.own_id()),
            _ => "Oud Kamerlid",
        };
        let year = if is_member { 1955 + draw.below(42) } else { 1850 + draw.below(130) };
        let year = i16::try_from(year).unwrap_or(1970);
        let born = Date::new(year, 1, 1).unwrap_or_default();
        Persoon {
            functie: Some(functie.into()),
            geboortedatum: Some(
                born.saturating_add(i64::try_from(draw.below(365)).unwrap_or(0).days()),
            ),
            ..person
        }
    }

    fn persoon_contactinformatie(&self) -> PersoonContactinformatie {
        let seat = self.index % SEATS;
        PersoonContactinformatie {
            persoon: Some(self.archive.id(self.archive.plan.member(seat))),
            soort: Some("E-mail".into()),
            waarde: Some(format!("lid{seat}@example.nl")),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn a_member(&self, draw: &mut Draw) -> Option<Id<Persoon>> {
        Some(self.archive.id(self.archive.plan.member(draw.below(SEATS))))
    }

    fn day(&self) -> Date {
        in_amsterdam(self.date()).date()
    }

    fn persoon_geschenk(&self) -> PersoonGeschenk {
        let mut draw = self.draw();
        let subject = self.archive.words.activiteiten.mix(&mut draw);
        PersoonGeschenk {
            persoon: self.a_member(&mut draw),
            omschrijving: Some(format!(
                "Boek, ontvangen bij {subject}, ter waarde van {} euro.",
                51 + draw.below(200)
            )),
            datum: Some(self.day()),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn persoon_loopbaan(&self) -> PersoonLoopbaan {
        let mut draw = self.draw();
        let from = 1980 + draw.below(35);
        PersoonLoopbaan {
            persoon: self.a_member(&mut draw),
            functie: Some("beleidsmedewerker".into()),
            werkgever: draw.pick(&["gemeente", "ministerie", "universiteit"]).map(String::from),
            van: Partial(Some(from.to_string())),
            tot_en_met: Partial(Some((from + draw.below(9)).to_string())),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn persoon_nevenfunctie(&self) -> PersoonNevenfunctie {
        let mut draw = self.draw();
        let subject = self.archive.words.dossiers.mix(&mut draw);
        PersoonNevenfunctie {
            persoon: self.a_member(&mut draw),
            omschrijving: Some(format!("Lid van de raad van advies voor {subject}")),
            is_actief: Some(draw.chance(0.5)),
            periode: Some(format!("{} -", self.day().year())),
            vergoeding: Some("Onbezoldigd".into()),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn persoon_nevenfunctie_inkomsten(&self) -> PersoonNevenfunctieInkomsten {
        let mut draw = self.draw();
        PersoonNevenfunctieInkomsten {
            persoon_nevenfunctie: self.near(&mut draw),
            jaar: Some(self.day().year().to_string()),
            bedrag_soort: Some("Bruto".into()),
            bedrag_valuta: Some("EUR".into()),
            bedrag: model::value::Amount(Some((100 * draw.below(90)).to_string())),
            frequentie: Some("Per jaar".into()),
            ..blank(self.own_id())
        }
    }

    fn persoon_onderwijs(&self) -> PersoonOnderwijs {
        let mut draw = self.draw();
        let from = 1975 + draw.below(40);
        PersoonOnderwijs {
            persoon: self.a_member(&mut draw),
            opleiding_nl: draw
                .pick(&["Rechten", "Bestuurskunde", "Economie", "Geschiedenis"])
                .map(String::from),
            van: Partial(Some(from.to_string())),
            tot_en_met: Partial(Some((from + 5).to_string())),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn persoon_reis(&self) -> PersoonReis {
        let mut draw = self.draw();
        let from = self.day();
        PersoonReis {
            persoon: self.a_member(&mut draw),
            doel: Some(format!("Werkbezoek {}", self.archive.words.activiteiten.mix(&mut draw))),
            bestemming: draw.pick(&["Brussel", "Berlijn", "Parijs", "Kiev"]).map(String::from),
            van: Partial(Some(from.to_string())),
            tot_en_met: Partial(Some(from.saturating_add(3.days()).to_string())),
            betaald_door: Some("Tweede Kamer der Staten-Generaal".into()),
            gewicht: Some(1),
            ..blank(self.own_id())
        }
    }

    fn kamerstukdossier(&self) -> Kamerstukdossier {
        let nummer = self.archive.dossier_number(self.index);
        let (_, length) = self.archive.dossier_shape();
        Kamerstukdossier {
            titel: Some(self.archive.dossier_title(self.index)),
            nummer: i64::try_from(nummer).ok(),
            hoogste_volgnummer: i64::try_from(length).ok(),
            afgesloten: Some(self.draw().chance(0.5)),
            kamer: Some(HOUSE.into()),
            ..blank(self.own_id())
        }
    }

    fn zaak(&self) -> Zaak {
        let mut draw = self.draw();
        let archive = self.archive;
        let paper = archive.paper(archive.document_of(self.index));
        let day = working_day(self.day());
        let is_motion = paper.kind == "Motie" || paper.kind == "Amendement";
        let long_ago = in_amsterdam(archive.plan.end()).date().saturating_sub(90.days());
        Zaak {
            kamerstukdossier: paper.kamerstuk.map(|place| archive.id(place.dossier)),
            activiteit: self
                .near(&mut draw)
                .filter(|_| self.index.is_multiple_of(3))
                .into_iter()
                .collect(),
            agendapunt: self.near(&mut draw).filter(|_| self.index % 3 == 1).into_iter().collect(),
            nummer: self.number('Z'),
            soort: paper.zaak_kind.map(String::from),
            onderwerp: Some(paper.subject),
            gestart_op: start_of_day(day),
            organisatie: Some(HOUSE.into()),
            titel: paper.kamerstuk.map(|place| archive.dossier_title(place.dossier)),
            vergaderjaar: Some(vergaderjaar(day)),
            volgnummer: paper.kamerstuk.and_then(|place| i64::try_from(place.volgnummer).ok()),
            status: Some("Vrijgegeven".into()),
            // Nearly all that is some months old has been dealt with.
            afgedaan: Some(draw.chance(if day < long_ago { 0.99 } else { 0.4 })),
            groot_project: Some(false),
            kabinetsappreciatie: draw.pick(&OPINIONS).filter(|_| is_motion).map(String::from),
            ..blank(self.own_id())
        }
    }

    fn zaak_actor(&self) -> ZaakActor {
        let mut draw = self.draw();
        let archive = self.archive;
        let actors = archive.plan.count(self.category).max(1);
        let zaak = self.index * archive.plan.count(Category::Zaak) / actors;
        let is_first = archive.plan.unscale(Category::Zaak, self.index, self.category).is_some();
        let blank = ZaakActor { zaak: self.to(zaak, &mut draw), ..blank(self.own_id()) };
        let paper = archive.paper(archive.document_of(zaak));
        if is_first && paper.by_government {
            let (person, name, office) = archive.minister(&paper, &mut draw);
            return ZaakActor {
                persoon: Some(archive.id(person)),
                actor_naam: Some(name),
                functie: Some(office),
                relatie: Some("Indiener".into()),
                ..blank
            };
        }
        if !is_first && draw.chance(0.5) {
            let (index, commissie) = self.a_commissie(&mut draw);
            return ZaakActor {
                commissie: Some(archive.id(index)),
                actor_naam: commissie.naam_nl,
                actor_afkorting: commissie.afkorting,
                relatie: Some("Voortouwcommissie".into()),
                ..blank
            };
        }
        let (seat, relatie) = match is_first {
            true => (paper.seat, "Indiener"),
            false => (draw.below(SEATS), "Medeindiener"),
        };
        let (persoon, actor_naam, actor_fractie) = self.member(seat);
        ZaakActor {
            persoon,
            actor_naam,
            actor_fractie,
            functie: Some(MEMBER.into()),
            relatie: Some(relatie.into()),
            ..blank
        }
    }

    fn document(&self) -> Document {
        let mut draw = self.draw();
        let archive = self.archive;
        let paper = archive.paper(self.index);
        let day = working_day(self.day());
        let is_attachment = paper.kind == "Bijlage";
        let is_of_meeting = matches!(
            paper.kind,
            "Stenogram"
                | "Convocatie commissieactiviteit"
                | "Sprekerslijst"
                | "Besluitenlijst procedurevergadering"
                | "Agenda procedurevergadering"
        );
        Document {
            huidige_document_versie: Some(archive.id(archive.plan.version_of(self.index))),
            bron_document: match is_attachment {
                true => {
                    let main = archive.document_of(paper.zaak);
                    self.to(main, &mut draw).into_iter().collect()
                }
                false => Vec::new(),
            },
            activiteit: self.near(&mut draw).filter(|_| is_of_meeting).into_iter().collect(),
            agendapunt: self
                .near(&mut draw)
                .filter(|_| self.index.is_multiple_of(7))
                .into_iter()
                .collect(),
            zaak: match is_of_meeting {
                true => Vec::new(),
                false => self.to(paper.zaak, &mut draw).into_iter().collect(),
            },
            kamerstukdossier: paper.kamerstuk.map(|place| archive.id(place.dossier)),
            soort: Some(paper.kind.into()),
            document_nummer: self.number('D'),
            titel: paper.kamerstuk.map(|place| archive.dossier_title(place.dossier)),
            onderwerp: Some(paper.subject),
            datum: start_of_day(day),
            volgnummer: Some(
                paper
                    .kamerstuk
                    .and_then(|place| i64::try_from(place.volgnummer).ok())
                    .unwrap_or(-1),
            ),
            vergaderjaar: Some(vergaderjaar(day)),
            kamer: Some(2),
            datum_registratie: start_of_day(day),
            organisatie: Some(HOUSE.into()),
            ..blank(self.own_id())
        }
    }

    fn document_actor(&self) -> DocumentActor {
        let mut draw = self.draw();
        let archive = self.archive;
        let actors = archive.plan.count(self.category).max(1);
        let document = self.index * archive.plan.count(Category::Document) / actors;
        let paper = archive.paper(document);
        let blank =
            DocumentActor { document: self.to(document, &mut draw), ..blank(self.own_id()) };
        if paper.by_government {
            let (person, name, office) = archive.minister(&paper, &mut draw);
            return DocumentActor {
                persoon: Some(archive.id(person)),
                actor_naam: Some(name),
                functie: Some(office),
                relatie: Some("Eerste ondertekenaar".into()),
                ..blank
            };
        }
        let (persoon, actor_naam, actor_fractie) = self.member(paper.seat);
        DocumentActor {
            persoon,
            actor_naam,
            actor_fractie,
            functie: Some(MEMBER.into()),
            relatie: Some("Eerste ondertekenaar".into()),
            ..blank
        }
    }

    fn document_versie(&self) -> DocumentVersie {
        let archive = self.archive;
        let Some(document) = archive.plan.document_of_version(self.index) else {
            return blank(self.own_id());
        };
        let (content_type, length) = archive.file_of_document(document);
        let kamerstuk = archive.paper(document).kamerstuk;
        DocumentVersie {
            document: Some(archive.id(document)),
            status: Some("Vrijgegeven".into()),
            versienummer: Some(1),
            bestandsgrootte: i64::try_from(length / 1024).ok(),
            extensie: Some(content_type.extension().into()),
            datum: Some(archive.date(Category::Document, document)),
            externeidentifier: kamerstuk.map(|place| archive.identifier(place)),
            ..blank(self.own_id())
        }
    }

    /// The document whose official publication this is: one near this entity that has one.
    fn published(&self) -> Option<(u64, String)> {
        let archive = self.archive;
        let index = self.beside::<Document>();
        (0..4 * TRIES).map_while(|back| index.checked_sub(back)).find_map(|document| {
            if archive.plan.is_deleted(Category::Document, document) {
                return None;
            }
            let place = archive.paper(document).kamerstuk?;
            Some((document, archive.identifier(place)))
        })
    }

    fn document_publicatie(&self) -> DocumentPublicatie {
        let Some((document, identifier)) = self.published() else { return blank(self.own_id()) };
        let (kind, extension) = [("Html", "html"), ("Xml", "xml"), ("Odt", "odt"), ("Pdf", "pdf")]
            .get(usize::try_from(self.index % 4).unwrap_or(0))
            .copied()
            .unwrap_or_default();
        DocumentPublicatie {
            document_versie: Some(self.archive.id(self.archive.plan.version_of(document))),
            document_type: Some(kind.into()),
            file_name: Some(format!("{identifier}.{extension}")),
            identifier: Some(identifier),
            source: Some("Koop".into()),
            publicatie_datum: Some(self.date()),
            ..blank(self.own_id())
        }
    }

    fn document_publicatie_metadata(&self) -> DocumentPublicatieMetadata {
        let Some((document, identifier)) = self.published() else { return blank(self.own_id()) };
        DocumentPublicatieMetadata {
            document_versie: Some(self.archive.id(self.archive.plan.version_of(document))),
            document_type: Some("Metadata".into()),
            file_name: Some("metadata.xml".into()),
            identifier: Some(identifier),
            source: Some("Koop".into()),
            publicatie_datum: Some(self.date()),
            ..blank(self.own_id())
        }
    }

    fn reservering(&self) -> Reservering {
        let mut draw = self.draw();
        let activiteit = self.archive.present::<Activiteit>(self.beside::<Activiteit>());
        let number = activiteit.map(|index| self.archive.plan.number(Category::Activiteit, index));
        let (code, name) = match draw.chance(0.5) {
            true => ("R2", "UsrMade"),
            false => ("R3", "UsrAdministrativelyCompleted"),
        };
        Reservering {
            activiteit: activiteit.map(|index| self.archive.id(index)).into_iter().collect(),
            zaal: self.any(&mut draw),
            nummer: Some((16_000_000 + self.index).to_string()),
            status_code: Some(code.into()),
            status_naam: Some(name.into()),
            activiteit_nummer: number.map(|(year, number)| format!("{year}A{number:05}")),
            ..blank(self.own_id())
        }
    }

    fn toezegging(&self) -> Toezegging {
        let mut draw = self.draw();
        let day = self.day();
        let (_, number) = self.archive.plan.number(self.category, self.index);
        let person = draw.below(self.archive.plan.count(Category::Persoon));
        let person = self.archive.person(person);
        let seat = draw.below(SEATS);
        let activiteit = self.archive.present::<Activiteit>(self.beside::<Activiteit>());
        let activiteit_nummer = activiteit.map(|index| {
            let (year, number) = self.archive.plan.number(Category::Activiteit, index);
            format!("{year}A{number:05}")
        });
        Toezegging {
            toegezegd_aan_fractie: self.party(seat),
            toegezegd_aan_persoon: Some(self.archive.id(self.archive.plan.member(seat))),
            activiteit: activiteit.map(|index| self.archive.id(index)),
            aanmaakdatum: start_of_day(day),
            nummer: Some(format!("TZ{}{:02}-{number:03}", day.year(), day.month())),
            activiteit_nummer,
            naam: Some(full_name(&person)),
            achternaam: person.achternaam,
            initialen: person.initialen,
            tussenvoegsel: person.tussenvoegsel,
            functie: draw.pick(&self.archive.words.offices).map(String::from),
            status: draw
                .pick(&["Openstaand", "Voldaan", "Deels Voldaan", "Vervallen"])
                .map(String::from),
            tekst: draw.pick(&self.archive.words.promises).map(String::from),
            ..blank(self.own_id())
        }
    }

    fn vergadering(&self) -> Vergadering {
        let mut draw = self.draw();
        let day = working_day(self.day());
        let is_plenary = draw.chance(0.3);
        let number = self.index % 110 + 1;
        let titel = match is_plenary {
            true => format!("{number}e vergadering, {}", in_words(day)),
            false => self.archive.words.activiteiten.mix(&mut draw),
        };
        Vergadering {
            soort: Some(if is_plenary { "Plenair" } else { "Commissie" }.into()),
            titel: Some(titel),
            zaal: if is_plenary { Some("Plenaire zaal".into()) } else { self.a_room(&mut draw) },
            vergaderjaar: Some(vergaderjaar(day)),
            vergadering_nummer: i64::try_from(if is_plenary { number } else { 0 }).ok(),
            datum: start_of_day(day),
            aanvangstijd: at(day, 10 * 60 + 15),
            sluiting: at(day, 18 * 60),
            kamer: Some(HOUSE.into()),
            ..blank(self.own_id())
        }
    }

    fn a_room(&self, draw: &mut Draw) -> Option<String> {
        let zalen = &self.archive.words.zalen;
        let place = usize::try_from(draw.below(zalen.len() as u64)).ok()?;
        zalen.get(place)?.naam.clone()
    }

    fn verslag(&self) -> Verslag {
        let plan = &self.archive.plan;
        let of_all = plan.count(self.category).max(1);
        let vergadering = self.index * plan.count(Category::Vergadering) / of_all;
        let first = (vergadering * of_all).div_ceil(plan.count(Category::Vergadering).max(1));
        let (soort, status) = match self.index - first {
            0 => ("Voorpublicatie", "Casco"),
            1 => ("Tussenpublicatie", "Ongecorrigeerd"),
            _ => ("Eindpublicatie", "Gecorrigeerd"),
        };
        Verslag {
            vergadering: Some(self.archive.id(vergadering)),
            soort: Some(soort.into()),
            status: Some(status.into()),
            ..blank(self.own_id())
        }
    }

    fn zaal(&self) -> Zaal {
        let known = usize::try_from(self.index).ok();
        match known.and_then(|index| self.archive.words.zalen.get(index)) {
            Some(known) => Zaal { id: Id::new(self.own_id()), ..known.clone() },
            None => Zaal {
                naam: Some(format!("Zaal {}", self.index)),
                sys_code: i64::try_from(self.index).ok(),
                ..blank(self.own_id())
            },
        }
    }
}

struct InCommissie {
    zetel: Option<Id<CommissieZetel>>,
    seat: u64,
    van: Option<Date>,
    tot_en_met: Option<Date>,
}

fn weighted(kinds: &'static [(&'static str, u64)], draw: &mut Draw) -> &'static str {
    let mut left = draw.below(kinds.iter().map(|(_, number)| number).sum());
    for (kind, number) in kinds {
        match left.checked_sub(*number) {
            Some(rest) => left = rest,
            None => return kind,
        }
    }
    ""
}

/// The day, or the Friday before it at weekends.
fn working_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_sub(1.days()),
        Weekday::Sunday => day.saturating_sub(2.days()),
        _ => day,
    }
}

fn at(day: Date, minutes: i64) -> Option<Timestamp> {
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    let local = midnight.saturating_add(minutes.minutes());
    Some(local.to_zoned_datetime(time::AMSTERDAM.clone()).ok()?.timestamp())
}

/// The year of the House, which begins on the third Tuesday of September.
fn vergaderjaar(day: Date) -> String {
    let first = if (day.month(), day.day()) >= (9, 17) { day.year() } else { day.year() - 1 };
    format!("{first}-{}", first + 1)
}

/// A day in words: woensdag 2 juli 2025.
pub(super) fn in_words(day: Date) -> String {
    format!("{} {} {} {}", time::weekday(day), day.day(), time::month(day), day.year())
}
