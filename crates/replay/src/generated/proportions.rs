//! How many entities of each category there are at the source.
//!
//! Source: a full synchronisation of the Gegevensmagazijn by the project `djosh34/opentk` on 27 April
//! 2026: the entities that were there, and all that its feed named, the withdrawn ones included. It
//! did not count the official publications: 163,075 documents had one, and in the recorded sample each
//! has four files, with one file of metadata per publication.

use model::Category;

/// The size of a category at the source.
pub(crate) struct Proportion {
    pub(crate) category: Category,
    /// Entities that are there.
    pub(crate) present: u64,
    /// All entities in the feed, tombstones included.
    pub(crate) entries: u64,
    /// However few documents there are, at least so many entities are generated: a House has its
    /// members, its parties and its rooms.
    pub(crate) least: u64,
}

/// Documents that were there when the categories were counted.
pub(crate) const DOCUMENTS: u64 = 594_708;

/// The seats of the House.
pub(crate) const SEATS: u64 = 150;

/// The parties of which the recorded sample tells.
const PARTIES: u64 = 24;

#[rustfmt::skip]
pub(crate) const PROPORTIONS: &[Proportion] = &[
    of(Category::Activiteit, 71_539, 97_003, 20),
    of(Category::ActiviteitActor, 292_618, 314_472, 1),
    of(Category::Agendapunt, 313_422, 336_593, 1),
    of(Category::Besluit, 654_018, 683_755, 1),
    of(Category::Commissie, 132, 136, 30),
    of(Category::CommissieContactinformatie, 460, 493, 1),
    of(Category::CommissieZetel, 8_756, 8_756, 1),
    of(Category::CommissieZetelVastPersoon, 8_507, 8_600, 1),
    of(Category::CommissieZetelVastVacature, 2_261, 2_409, 1),
    of(Category::CommissieZetelVervangerPersoon, 6_129, 6_184, 1),
    of(Category::CommissieZetelVervangerVacature, 1_914, 2_022, 1),
    of(Category::Document, DOCUMENTS, 689_565, 1),
    of(Category::DocumentActor, 579_165, 613_976, 1),
    of(Category::DocumentVersie, DOCUMENTS, 1_534_449, 1),
    of(Category::Fractie, 59, 61, PARTIES),
    of(Category::FractieZetel, 925, 925, SEATS),
    of(Category::FractieZetelPersoon, 1_201, 1_208, SEATS),
    of(Category::FractieZetelVacature, 202, 231, 1),
    of(Category::Kamerstukdossier, 7_650, 7_680, 3),
    of(Category::Persoon, 3_079, 3_544, SEATS + 10),
    of(Category::PersoonContactinformatie, 1_639, 1_824, 1),
    of(Category::PersoonGeschenk, 7_399, 7_433, 1),
    of(Category::PersoonLoopbaan, 1_966, 1_979, 1),
    of(Category::PersoonNevenfunctie, 1_906, 1_965, 1),
    of(Category::PersoonNevenfunctieInkomsten, 564, 605, 1),
    of(Category::PersoonOnderwijs, 970, 982, 1),
    of(Category::PersoonReis, 3_311, 3_323, 1),
    of(Category::Reservering, 24_880, 58_053, 1),
    of(Category::Stemming, 975_940, 982_975, 1),
    of(Category::Toezegging, 5_867, 5_891, 1),
    of(Category::Vergadering, 7_317, 7_319, 2),
    of(Category::Verslag, 22_822, 22_826, 6),
    of(Category::Zaak, 295_578, 297_929, 1),
    of(Category::ZaakActor, 842_993, 856_076, 1),
    of(Category::Zaal, 64, 64, 20),
    of(Category::DocumentPublicatie, 4 * 163_075, 4 * 163_075, 1),
    of(Category::DocumentPublicatieMetadata, 163_075, 163_075, 1),
];

const fn of(category: Category, present: u64, entries: u64, least: u64) -> Proportion {
    Proportion { category, present, entries, least }
}
