//! What a generated document is: its kind, its subject, who signed it, and in which dossier it stands.
//! The zaak, the actors, the version, the official publication and the file of the document all follow
//! from it.

use model::Category;
use model::entities::Persoon;

use super::plan::Plan;
use super::proportions::SEATS;
use super::words::{Words, full_name};
use crate::draw::Draw;

/// A kind of document that begins a zaak of its own.
struct Main {
    zaak: &'static str,
    document: &'static str,
    /// How many zaken of this kind there were at the source.
    number: u64,
    kamerstuk: bool,
}

/// A kind of document that accompanies another.
struct Accompanying {
    document: &'static str,
    number: u64,
    kamerstuk: bool,
}

/// Source: the kinds of 259,430 recorded zaken, without the rare ones (Tweede Kamer, OData, July 2025).
#[rustfmt::skip]
const MAIN: &[Main] = &[
    main("Brief regering", "Brief regering", 84_664, true),
    main("Motie", "Motie", 54_822, true),
    main("Schriftelijke vragen", "Schriftelijke vragen", 40_567, false),
    main("Brief commissie", "Brief commissie aan bewindspersoon", 20_385, false),
    main("Amendement", "Amendement", 12_977, true),
    main("Rondvraagpunt procedurevergadering", "Overig (openbaar)", 7_762, false),
    main("Brief van lid/fractie/commissie", "Brief lid / fractie", 7_265, false),
    main("Position paper", "Position paper", 6_398, false),
    main("Verzoek bij regeling van werkzaamheden", "Overig (openbaar)", 4_521, false),
    main("Nota van wijziging", "Nota van wijziging", 2_255, true),
    main("Wetgeving", "Voorstel van wet", 2_202, true),
    main("Nota n.a.v. het (nader/tweede nader/enz.) verslag", "Nota n.a.v. het (nader/tweede nader/enz.) verslag", 2_186, true),
    main("Begroting", "Voorstel van wet", 1_669, true),
];

/// Source: the kinds of 43,890 recorded documents (the same), those above and the rare ones left out.
#[rustfmt::skip]
const ACCOMPANYING: &[Accompanying] = &[
    accompanying("Bijlage", 10_043, false),
    accompanying("Stenogram", 8_091, false),
    accompanying("Convocatie commissieactiviteit", 1_396, false),
    accompanying("Antwoord schriftelijke vragen", 1_376, false),
    accompanying("Mededeling (uitstel antwoord)", 765, false),
    accompanying("Sprekerslijst", 733, false),
    accompanying("Motie (gewijzigd/nader)", 599, true),
    accompanying("Amendement (gewijzigd/nader/vervangend)", 443, true),
    accompanying("Besluitenlijst procedurevergadering", 411, false),
    accompanying("Agenda procedurevergadering", 266, false),
    accompanying("Verslag van een commissiedebat", 263, true),
    accompanying("Convocatie inbreng", 210, false),
    accompanying("Verslag van een schriftelijk overleg", 210, true),
    accompanying("Inbreng verslag schriftelijk overleg", 206, false),
    accompanying("Memorie van toelichting", 198, true),
    accompanying("Lijst van ingekomen stukken", 179, false),
    accompanying("Lijst van vragen", 176, false),
    accompanying("Lijst van vragen en antwoorden", 116, true),
];

const fn main(zaak: &'static str, document: &'static str, number: u64, kamerstuk: bool) -> Main {
    Main { zaak, document, number, kamerstuk }
}

const fn accompanying(document: &'static str, number: u64, kamerstuk: bool) -> Accompanying {
    Accompanying { document, number, kamerstuk }
}

/// How many dossiers papers are added to at the same time.
const OPEN_DOSSIERS: u64 = 256;

/// The number of the first dossier.
const FIRST_DOSSIER: u64 = 28_000;

/// What the draws are for; those of the plan are counted from 1.
pub(super) const PAPER: u64 = 101;
const PERSON: u64 = 102;
const TITLE: u64 = 103;

/// A document's place in a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kamerstuk {
    /// The index of the dossier.
    pub(super) dossier: u64,
    pub(super) volgnummer: u64,
}

/// What is known of a document.
pub(super) struct Paper {
    pub(super) kind: &'static str,
    /// The kind of its zaak, where the document begins one.
    pub(super) zaak_kind: Option<&'static str>,
    /// The index of its zaak.
    pub(super) zaak: u64,
    pub(super) subject: String,
    pub(super) kamerstuk: Option<Kamerstuk>,
    /// The seat of the member who signed it first, or of whom it speaks.
    pub(super) seat: u64,
    pub(super) by_government: bool,
}

/// Who is who, and what is what.
#[derive(Clone)]
pub(super) struct Archive {
    pub(super) plan: Plan,
    pub(super) words: Words,
}

impl Archive {
    pub(super) fn draw(&self, of: u64, index: u64) -> Draw {
        Draw::of(&[self.plan.seed, of, index])
    }

    /// What a document is.
    pub(super) fn paper(&self, document: u64) -> Paper {
        let mut draw = self.draw(PAPER, document);
        let seat = draw.below(SEATS);
        let (zaak, is_main) = self.zaak_of(document);
        let (kind, zaak_kind, is_kamerstuk) = if is_main {
            let main = weighted(MAIN, |kind| kind.number, &mut draw);
            main.map_or(("Brief regering", None, true), |main| {
                (main.document, Some(main.zaak), main.kamerstuk)
            })
        } else {
            let kind = weighted(ACCOMPANYING, |kind| kind.number, &mut draw);
            kind.map_or(("Bijlage", None, false), |kind| (kind.document, None, kind.kamerstuk))
        };
        let subject = self.subject(kind, seat, &mut draw);
        Paper {
            kind,
            zaak_kind,
            zaak,
            subject,
            kamerstuk: is_kamerstuk.then(|| self.kamerstuk(document)),
            seat,
            by_government: matches!(
                kind,
                "Brief regering"
                    | "Voorstel van wet"
                    | "Memorie van toelichting"
                    | "Antwoord schriftelijke vragen"
                    | "Nota van wijziging"
            ),
        }
    }

    fn subject(&self, kind: &str, seat: u64, draw: &mut Draw) -> String {
        let what = match kind {
            "Motie" => "Motie",
            "Motie (gewijzigd/nader)" => "Gewijzigde motie",
            "Amendement" => "Amendement",
            "Amendement (gewijzigd/nader/vervangend)" => "Gewijzigd amendement",
            _ => return self.words.subjects(kind).mix(draw),
        };
        let member = self.person(self.plan.member(seat));
        let prefix = member.tussenvoegsel.map(|prefix| prefix + " ").unwrap_or_default();
        let name = member.achternaam.unwrap_or_default();
        format!("{what} van het lid {prefix}{name} over {}", self.words.motions.mix(draw))
    }

    /// The zaak that a document belongs to, and whether the document begins it.
    fn zaak_of(&self, document: u64) -> (u64, bool) {
        match self.plan.unscale(Category::Zaak, document, Category::Document) {
            Some(zaak) => (zaak, true),
            None => {
                let zaken = self.plan.count(Category::Zaak);
                let documents = self.plan.count(Category::Document).max(1);
                ((document * zaken / documents).min(zaken.saturating_sub(1)), false)
            }
        }
    }

    /// The document with which a zaak begins.
    pub(super) fn document_of(&self, zaak: u64) -> u64 {
        self.plan.scale(Category::Zaak, zaak, Category::Document)
    }

    /// Dossiers are open a number at a time; documents go to them in turn.
    fn kamerstuk(&self, document: u64) -> Kamerstuk {
        let (open, length) = self.dossier_shape();
        let block = document / (open * length);
        let in_block = document % (open * length);
        Kamerstuk { dossier: block * open + in_block % open, volgnummer: in_block / open + 1 }
    }

    /// The document at a place in a dossier, if it is one.
    pub(super) fn document_at(&self, place: Kamerstuk) -> Option<u64> {
        let (open, length) = self.dossier_shape();
        let Kamerstuk { dossier, volgnummer } = place;
        if volgnummer == 0 || volgnummer > length {
            return None;
        }
        let document = dossier / open * (open * length) + (volgnummer - 1) * open + dossier % open;
        let is_one = document < self.plan.count(Category::Document)
            && !self.plan.is_deleted(Category::Document, document)
            && self.paper(document).kamerstuk == Some(place);
        is_one.then_some(document)
    }

    /// How many dossiers are open at a time, and how many documents may come to each.
    pub(super) fn dossier_shape(&self) -> (u64, u64) {
        let dossiers = self.plan.count(Category::Kamerstukdossier).max(1);
        let open = dossiers.min(OPEN_DOSSIERS);
        let blocks = dossiers / open;
        (open, self.plan.count(Category::Document).div_ceil(open * blocks).max(1))
    }

    pub(super) fn dossier_number(&self, dossier: u64) -> u64 {
        FIRST_DOSSIER + dossier
    }

    pub(super) fn dossier_title(&self, dossier: u64) -> String {
        self.words.dossiers.mix(&mut self.draw(TITLE, dossier))
    }

    /// The name under which a document in a dossier is officially published.
    pub(super) fn identifier(&self, place: Kamerstuk) -> String {
        format!("kst-{}-{}", self.dossier_number(place.dossier), place.volgnummer)
    }

    /// The document with this name.
    pub(super) fn published_as(&self, identifier: &str) -> Option<u64> {
        let (dossier, volgnummer) = identifier.strip_prefix("kst-")?.split_once('-')?;
        let dossier = dossier.parse::<u64>().ok()?.checked_sub(FIRST_DOSSIER)?;
        if dossier >= self.plan.count(Category::Kamerstukdossier) {
            return None;
        }
        self.document_at(Kamerstuk { dossier, volgnummer: volgnummer.parse().ok()? })
    }

    /// A person who does not exist: the parts of the name are of different people.
    pub(super) fn person(&self, index: u64) -> Persoon {
        let mut draw = self.draw(PERSON, index);
        let mut pick = || {
            let place = draw.below(self.words.persons.len() as u64);
            self.words.persons.get(usize::try_from(place).ok()?)
        };
        let (surname, first) = (pick(), pick());
        let initials = first.and_then(|person| person.initialen.as_deref()).unwrap_or("A");
        let initials: String =
            initials.chars().filter(|it| it.is_alphabetic()).flat_map(|it| [it, '.']).collect();
        Persoon {
            nummer: Some((1_000 + index).to_string()),
            initialen: Some(initials),
            tussenvoegsel: surname.and_then(|person| person.tussenvoegsel.clone()),
            achternaam: surname.and_then(|person| person.achternaam.clone()),
            roepnaam: first.and_then(|person| person.roepnaam.clone()),
            geslacht: first.and_then(|person| person.geslacht.clone()),
            ..super::blank(self.plan.id(Category::Persoon, index))
        }
    }

    /// The name of the member who holds a seat.
    pub(super) fn member_name(&self, seat: u64) -> String {
        full_name(&self.person(self.plan.member(seat)))
    }
}

fn weighted<'a, T>(kinds: &'a [T], number: impl Fn(&T) -> u64, draw: &mut Draw) -> Option<&'a T> {
    let mut left = draw.below(kinds.iter().map(&number).sum());
    kinds.iter().find(|kind| match left.checked_sub(number(kind)) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    })
}
