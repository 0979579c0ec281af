//! The 37 categories of the Gegevensmagazijn, each declared once.
//!
//! A declaration names the XML element, the system that publishes it, whether a file comes with it,
//! and then the relations (`To`, `Many`) and fields in the order of the official XSDs
//! (`tkData-v1-0-*.xsd`). A field's name on the wire stands beside it where it is not the same.
//! The macro makes of it the Rust type, its [`Description`], a variant of [`Category`] and one of
//! [`Entity`].

use uuid::Uuid;

use crate::record::{Description, Field, Origin, Record};
use crate::value::{
    Amount, Boolean, Day, FieldType, Id, Integer, Many, Moment, Partial, Text, To, Value, Withheld,
};

const HAS_FILE: bool = true;
const NO_FILE: bool = false;

/// The name on the wire: the one given, or else the field's own.
macro_rules! wire {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

macro_rules! entities {
    ($(
        $(#[$doc:meta])*
        $name:ident $element:literal $table:literal, $origin:ident, $file:ident {
            $($field:ident $($wire:literal)?: $type:ty,)*
        }
    )*) => {
        /// A category of the feed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Category {
            $($(#[$doc])* $name,)*
        }

        impl Category {
            /// Every category.
            pub const ALL: &'static [Category] = &[$(Category::$name,)*];

            /// What is known of the category.
            pub const fn description(self) -> &'static Description {
                match self {
                    $(Category::$name => &$name::DESCRIPTION,)*
                }
            }
        }

        /// An entity of any category.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Entity {
            $($(#[$doc])* $name($name),)*
        }

        impl Entity {
            /// Its category.
            pub const fn category(&self) -> Category {
                match self {
                    $(Entity::$name(_) => Category::$name,)*
                }
            }

            /// Its GUID.
            pub fn id(&self) -> Uuid {
                match self {
                    $(Entity::$name(entity) => entity.id.0,)*
                }
            }

            /// Its fields' content, in the order of [`Description::fields`].
            pub fn into_values(self) -> Vec<Value> {
                match self {
                    $(Entity::$name(entity) => entity.into_values(),)*
                }
            }

            /// The entity of this category with these contents: see [`Record::from_values`].
            pub fn from_values(category: Category, id: Uuid, values: Vec<Value>) -> Entity {
                match category {
                    $(Category::$name => Entity::$name($name::from_values(id, values)),)*
                }
            }
        }

        $(
            $(#[$doc])*
            #[allow(missing_docs, reason = "the fields are those of the official XSD")]
            #[derive(Debug, Clone, PartialEq)]
            pub struct $name {
                pub id: Id<$name>,
                $(pub $field: $type,)*
            }

            impl $name {
                /// What is known of the category.
                pub const DESCRIPTION: Description = Description {
                    category: Category::$name,
                    name: stringify!($name),
                    element: $element,
                    table: $table,
                    origin: Origin::$origin,
                    has_file: $file,
                    fields: &[$(Field {
                        wire: wire!($field $($wire)?),
                        column: stringify!($field),
                        kind: <$type as FieldType>::KIND,
                    },)*],
                };
            }

            impl Record for $name {
                const CATEGORY: Category = Category::$name;

                fn id(&self) -> Id<Self> {
                    self.id
                }

                fn into_values(self) -> Vec<Value> {
                    vec![$(FieldType::into_value(self.$field),)*]
                }

                fn from_values(id: Uuid, values: Vec<Value>) -> Self {
                    let mut values = values.into_iter();
                    // A struct literal evaluates its fields in the order written: that of the list.
                    Self {
                        id: Id::new(id),
                        $($field: FieldType::from_value(values.next().unwrap_or(Value::Nothing)),)*
                    }
                }

                fn from_entity(entity: Entity) -> Option<Self> {
                    match entity {
                        Entity::$name(entity) => Some(entity),
                        _ => None,
                    }
                }
            }
        )*
    };
}

entities! {
    /// A meeting or other event of the House or of one of its committees, planned or held.
    Activiteit "activiteit" "activiteit", Parlis, NO_FILE {
        voortouwcommissie: To<Commissie>,
        voortgezet_vanuit "voortgezetVanuit": To<Activiteit>,
        vervangen_vanuit "vervangenVanuit": To<Activiteit>,
        soort: Text,
        nummer: Text,
        onderwerp: Text,
        datum_soort "datumSoort": Text,
        datum: Moment,
        aanvangstijd: Moment,
        eindtijd: Moment,
        locatie: Text,
        besloten: Boolean,
        status: Text,
        vergaderjaar: Text,
        kamer: Text,
        noot: Text,
        vrs_nummer "vrsNummer": Text,
        sid_voortouw "sidVoortouw": Text,
        voortouwnaam: Text,
        voortouwafkorting: Text,
        voortouwkortenaam: Text,
        aanvraagdatum: Moment,
        datum_verzoek_eerste_verlenging "datumVerzoekEersteVerlenging": Moment,
        datum_mededeling_eerste_verlenging "datumMededelingEersteVerlenging": Moment,
        datum_verzoek_tweede_verlenging "datumVerzoekTweedeVerlenging": Moment,
        datum_mededeling_tweede_verlenging "datumMededelingTweedeVerlenging": Moment,
        vervaldatum: Moment,
    }
    /// A person, party or committee that takes part in an activiteit, and how (`relatie`).
    ActiviteitActor "activiteitActor" "activiteit_actor", Parlis, NO_FILE {
        activiteit: To<Activiteit>,
        persoon: To<Persoon>,
        fractie: To<Fractie>,
        commissie: To<Commissie>,
        actor_naam "actorNaam": Text,
        actor_fractie "actorFractie": Text,
        relatie: Text,
        volgorde: Integer,
        functie: Text,
        spreektijd: Text,
        sid_actor "sidActor": Text,
    }
    /// One item on the agenda of an activiteit.
    Agendapunt "agendapunt" "agendapunt", Parlis, NO_FILE {
        activiteit: To<Activiteit>,
        nummer: Text,
        onderwerp: Text,
        aanvangstijd: Moment,
        eindtijd: Moment,
        volgorde: Integer,
        rubriek: Text,
        noot: Text,
        status: Text,
    }
    /// A decision, taken or proposed, at an agendapunt about one or more zaken.
    Besluit "besluit" "besluit", Parlis, NO_FILE {
        agendapunt: To<Agendapunt>,
        zaak: Many<Zaak>,
        stemmings_soort "stemmingsSoort": Text,
        besluit_soort "besluitSoort": Text,
        besluit_tekst "besluitTekst": Text,
        opmerking: Text,
        status: Text,
        agendapunt_zaak_besluit_volgorde "agendapuntZaakBesluitVolgorde": Integer,
    }
    /// A committee of the House, of the past too.
    Commissie "commissie" "commissie", Sesam, NO_FILE {
        nummer: Text,
        soort: Text,
        afkorting: Text,
        naam_nl "naamNl": Text,
        naam_en "naamEn": Text,
        naam_web_nl "naamWebNl": Text,
        naam_web_en "naamWebEn": Text,
        inhoudsopgave: Text,
        datum_actief "datumActief": Day,
        datum_inactief "datumInactief": Day,
    }
    /// An official address of a committee: e-mail, telephone, website.
    CommissieContactinformatie "commissieContactinformatie" "commissie_contactinformatie", Sesam, NO_FILE {
        commissie: To<Commissie>,
        soort: Text,
        waarde: Text,
        gewicht: Integer,
    }
    /// A seat in a committee, held over time by persons.
    CommissieZetel "commissieZetel" "commissie_zetel", Sesam, NO_FILE {
        commissie: To<Commissie>,
        gewicht: Integer,
    }
    /// A person who holds a committee seat as a full member, with the period.
    CommissieZetelVastPersoon "commissieZetelVastPersoon" "commissie_zetel_vast_persoon", Sesam, NO_FILE {
        commissie_zetel "commissieZetel": To<CommissieZetel>,
        persoon: To<Persoon>,
        functie: Text,
        van: Day,
        tot_en_met "totEnMet": Day,
    }
    /// A period in which a full seat of a committee stood empty.
    CommissieZetelVastVacature "commissieZetelVastVacature" "commissie_zetel_vast_vacature", Sesam, NO_FILE {
        commissie_zetel "commissieZetel": To<CommissieZetel>,
        fractie: To<Fractie>,
        functie: Text,
        van: Day,
        tot_en_met "totEnMet": Day,
    }
    /// A person who holds a committee seat as a substitute, with the period.
    CommissieZetelVervangerPersoon "commissieZetelVervangerPersoon" "commissie_zetel_vervanger_persoon", Sesam, NO_FILE {
        commissie_zetel "commissieZetel": To<CommissieZetel>,
        persoon: To<Persoon>,
        functie: Text,
        van: Day,
        tot_en_met "totEnMet": Day,
    }
    /// A period in which a substitute's seat of a committee stood empty.
    CommissieZetelVervangerVacature "commissieZetelVervangerVacature" "commissie_zetel_vervanger_vacature", Sesam, NO_FILE {
        commissie_zetel "commissieZetel": To<CommissieZetel>,
        fractie: To<Fractie>,
        functie: Text,
        van: Day,
        tot_en_met "totEnMet": Day,
    }
    /// A paper: letter, motion, amendment, bill, question, answer, attachment. Its file is its resource.
    Document "document" "document", Parlis, HAS_FILE {
        huidige_document_versie "huidigeDocumentVersie": To<DocumentVersie>,
        bron_document "bronDocument": Many<Document>,
        activiteit: Many<Activiteit>,
        agendapunt: Many<Agendapunt>,
        zaak: Many<Zaak>,
        kamerstukdossier: To<Kamerstukdossier>,
        soort: Text,
        document_nummer "documentNummer": Text,
        titel: Text,
        onderwerp: Text,
        datum: Moment,
        volgnummer: Integer,
        vergaderjaar: Text,
        kamer: Integer,
        citeertitel: Text,
        alias: Text,
        datum_registratie "datumRegistratie": Moment,
        datum_ontvangst "datumOntvangst": Moment,
        aanhangselnummer: Text,
        kenmerk_afzender "kenmerkAfzender": Text,
        organisatie: Text,
    }
    /// A person, party or committee that signed or received a document, and how (`relatie`).
    DocumentActor "documentActor" "document_actor", Parlis, NO_FILE {
        document: To<Document>,
        persoon: To<Persoon>,
        fractie: To<Fractie>,
        commissie: To<Commissie>,
        actor_naam "actorNaam": Text,
        actor_fractie "actorFractie": Text,
        functie: Text,
        relatie: Text,
        sid_actor "sidActor": Text,
    }
    /// A version of a document's file. `bestandsgrootte` is in KB; `externeidentifier` names the
    /// official publication (`kst-35373-1`).
    DocumentVersie "documentVersie" "document_versie", Parlis, NO_FILE {
        document: To<Document>,
        status: Text,
        versienummer: Integer,
        bestandsgrootte: Integer,
        extensie: Text,
        datum: Moment,
        externeidentifier: Text,
    }
    /// A political group, one entity per contiguous period. Its logo is its resource.
    Fractie "fractie" "fractie", Sesam, HAS_FILE {
        nummer: Text,
        afkorting: Text,
        naam_nl "naamNl": Text,
        naam_en "naamEn": Text,
        aantal_zetels "aantalZetels": Integer,
        aantal_stemmen "aantalStemmen": Integer,
        datum_actief "datumActief": Day,
        datum_inactief "datumInactief": Day,
    }
    /// One of a party's seats, held over time by persons.
    FractieZetel "fractieZetel" "fractie_zetel", Sesam, NO_FILE {
        fractie: To<Fractie>,
        gewicht: Integer,
    }
    /// A person who holds a party's seat, with the period.
    FractieZetelPersoon "fractieZetelPersoon" "fractie_zetel_persoon", Sesam, NO_FILE {
        fractie_zetel "fractieZetel": To<FractieZetel>,
        persoon: To<Persoon>,
        functie: Text,
        van: Day,
        tot_en_met "totEnMet": Day,
    }
    /// A period in which a party's seat stood empty.
    FractieZetelVacature "fractieZetelVacature" "fractie_zetel_vacature", Sesam, NO_FILE {
        fractie_zetel "fractieZetel": To<FractieZetel>,
        functie: Text,
        van: Day,
        tot_en_met "totEnMet": Day,
    }
    /// A dossier: the numbered file (36800, with addition XVI) in which kamerstukken are ordered.
    Kamerstukdossier "kamerstukdossier" "kamerstukdossier", Parlis, NO_FILE {
        titel: Text,
        citeertitel: Text,
        alias: Text,
        nummer: Integer,
        toevoeging: Text,
        hoogste_volgnummer "hoogsteVolgnummer": Integer,
        afgesloten: Boolean,
        kamer: Text,
    }
    /// A member of the House, a member of the cabinet or another person with a public role. Placeholder
    /// entities without any field are normal. The photo is the resource.
    Persoon "persoon" "persoon", Sesam, HAS_FILE {
        nummer: Text,
        titels: Text,
        initialen: Text,
        tussenvoegsel: Text,
        achternaam: Text,
        voornamen: Text,
        roepnaam: Text,
        geslacht: Text,
        functie: Text,
        geboortedatum: Day,
        geboorteplaats: Text,
        geboorteland: Text,
        overlijdensdatum: Day,
        overlijdensplaats: Text,
        woonplaats: Withheld,
        land: Withheld,
        fractielabel: Text,
    }
    /// An official address of a person: e-mail, website, social media.
    PersoonContactinformatie "persoonContactinformatie" "persoon_contactinformatie", Sesam, NO_FILE {
        persoon: To<Persoon>,
        soort: Text,
        waarde: Text,
        gewicht: Integer,
    }
    /// A gift that a member reported.
    PersoonGeschenk "persoonGeschenk" "persoon_geschenk", Sesam, NO_FILE {
        persoon: To<Persoon>,
        omschrijving: Text,
        datum: Day,
        gewicht: Integer,
    }
    /// A position in a person's career.
    PersoonLoopbaan "persoonLoopbaan" "persoon_loopbaan", Sesam, NO_FILE {
        persoon: To<Persoon>,
        functie: Text,
        werkgever: Text,
        omschrijving_nl "omschrijvingNl": Text,
        omschrijving_en "omschrijvingEn": Text,
        plaats: Text,
        van: Partial,
        tot_en_met "totEnMet": Partial,
        gewicht: Integer,
    }
    /// A side job of a member.
    PersoonNevenfunctie "persoonNevenfunctie" "persoon_nevenfunctie", Sesam, NO_FILE {
        persoon: To<Persoon>,
        omschrijving: Text,
        is_actief "isActief": Boolean,
        periode: Text,
        vergoeding: Text,
        gewicht: Integer,
    }
    /// The income from a side job over a year.
    PersoonNevenfunctieInkomsten "persoonNevenfunctieInkomsten" "persoon_nevenfunctie_inkomsten", Sesam, NO_FILE {
        persoon_nevenfunctie "persoonNevenfunctie": To<PersoonNevenfunctie>,
        jaar: Text,
        bedrag_soort "bedragSoort": Text,
        bedrag_voorvoegsel "bedragVoorvoegsel": Text,
        bedrag_valuta "bedragValuta": Text,
        bedrag: Amount,
        bedrag_achtervoegsel "bedragAchtervoegsel": Text,
        frequentie: Text,
        frequentie_beschrijving "frequentieBeschrijving": Text,
        opmerking: Text,
    }
    /// A course of education of a person.
    PersoonOnderwijs "persoonOnderwijs" "persoon_onderwijs", Sesam, NO_FILE {
        persoon: To<Persoon>,
        opleiding_nl "opleidingNl": Text,
        opleiding_en "opleidingEn": Text,
        instelling: Text,
        plaats: Text,
        van: Partial,
        tot_en_met "totEnMet": Partial,
        gewicht: Integer,
    }
    /// A journey abroad that a member reported, and who paid for it.
    PersoonReis "persoonReis" "persoon_reis", Sesam, NO_FILE {
        persoon: To<Persoon>,
        doel: Text,
        bestemming: Text,
        van: Partial,
        tot_en_met "totEnMet": Partial,
        betaald_door "betaaldDoor": Text,
        gewicht: Integer,
    }
    /// A room reserved for one or more activiteiten.
    Reservering "reservering" "reservering", Parlis, NO_FILE {
        activiteit: Many<Activiteit>,
        zaal: To<Zaal>,
        nummer: Text,
        status_code "statusCode": Text,
        status_naam "statusNaam": Text,
        activiteit_nummer "activiteitNummer": Text,
    }
    /// The vote of one party, or in a roll call of one member, on a besluit. `vergissing` marks a
    /// mistaken vote. `actor_naam` and `actor_fractie` are kept beside the relations, which are known to err.
    Stemming "stemming" "stemming", Parlis, NO_FILE {
        besluit: To<Besluit>,
        persoon: To<Persoon>,
        fractie: To<Fractie>,
        soort: Text,
        fractie_grootte "fractieGrootte": Integer,
        actor_naam "actorNaam": Text,
        actor_fractie "actorFractie": Text,
        vergissing: Boolean,
        sid_actor_lid "sidActorLid": Text,
        sid_actor_fractie "sidActorFractie": Text,
    }
    /// A commitment that a member of the cabinet made to the House.
    Toezegging "toezegging" "toezegging", Ns1, NO_FILE {
        toegezegd_aan_fractie "toegezegdAanFractie": To<Fractie>,
        toegezegd_aan_persoon "toegezegdAanPersoon": To<Persoon>,
        is_herhaling_van "isHerhalingVan": Many<Toezegging>,
        is_aanvulling_op "isAanvullingOp": Many<Toezegging>,
        is_wijziging_van "isWijzigingVan": Many<Toezegging>,
        activiteit: To<Activiteit>,
        aanmaakdatum: Moment,
        nummer: Text,
        activiteit_nummer "activiteitNummer": Text,
        naam: Text,
        achternaam: Text,
        initialen: Text,
        tussenvoegsel: Text,
        voornaam: Text,
        achtervoegsel: Text,
        titulatuur: Text,
        functie: Text,
        status: Text,
        datum_nakoming "datumNakoming": Moment,
        kamerbrief_nakoming "kamerbriefNakoming": Text,
        ministerie: Text,
        tekst: Text,
    }
    /// A sitting of the House or of a committee of which a verslag is made.
    Vergadering "vergadering" "vergadering", Ns1, NO_FILE {
        soort: Text,
        titel: Text,
        zaal: Text,
        vergaderjaar: Text,
        vergadering_nummer "vergaderingNummer": Integer,
        datum: Moment,
        aanvangstijd: Moment,
        sluiting: Moment,
        kamer: Text,
    }
    /// A version of the transcript of a vergadering. Its VLOS file is its resource.
    Verslag "verslag" "verslag", Ns1, HAS_FILE {
        vergadering: To<Vergadering>,
        soort: Text,
        status: Text,
    }
    /// A case: the matter (motion, question, bill, letter) that documents, activiteiten and besluiten are about.
    Zaak "zaak" "zaak", Parlis, NO_FILE {
        kamerstukdossier: To<Kamerstukdossier>,
        activiteit: Many<Activiteit>,
        agendapunt: Many<Agendapunt>,
        gerelateerd_vanuit "gerelateerdVanuit": Many<Zaak>,
        vervangen_vanuit "vervangenVanuit": Many<Zaak>,
        nummer: Text,
        soort: Text,
        onderwerp: Text,
        gestart_op "gestartOp": Moment,
        organisatie: Text,
        titel: Text,
        citeertitel: Text,
        alias: Text,
        grondslagvoorhang: Text,
        termijn: Moment,
        vergaderjaar: Text,
        volgnummer: Integer,
        status: Text,
        huidige_behandelstatus "huidigeBehandelstatus": Text,
        afgedaan: Boolean,
        groot_project "grootProject": Boolean,
        kabinetsappreciatie: Text,
    }
    /// A person, party or committee concerned with a zaak, and how (`relatie`: Indiener, Gericht aan, …).
    ZaakActor "zaakActor" "zaak_actor", Parlis, NO_FILE {
        zaak: To<Zaak>,
        persoon: To<Persoon>,
        fractie: To<Fractie>,
        commissie: To<Commissie>,
        actor_naam "actorNaam": Text,
        actor_fractie "actorFractie": Text,
        actor_afkorting "actorAfkorting": Text,
        functie: Text,
        relatie: Text,
        sid_actor "sidActor": Text,
    }
    /// A room in the building of the House.
    Zaal "zaal" "zaal", Parlis, NO_FILE {
        naam: Text,
        sys_code "sysCode": Integer,
    }
    /// A file of the official publication of a document. `source` names the publisher ("Koop"; the XSD
    /// calls it a dateTime, which the data contradicts).
    DocumentPublicatie "documentPublicatie" "document_publicatie", Parlis, HAS_FILE {
        document_versie "documentVersie": To<DocumentVersie>,
        identifier: Text,
        document_type "documentType": Text,
        file_name "fileName": Text,
        source: Text,
        url: Text,
        publicatie_datum "publicatieDatum": Moment,
    }
    /// A metadata file of the official publication of a document.
    DocumentPublicatieMetadata "documentPublicatieMetadata" "document_publicatie_metadata", Parlis, HAS_FILE {
        document_versie "documentVersie": To<DocumentVersie>,
        identifier: Text,
        document_type "documentType": Text,
        file_name "fileName": Text,
        source: Text,
        url: Text,
        publicatie_datum "publicatieDatum": Moment,
    }
}

impl Category {
    /// The category with this name in the feed (`DocumentVersie`) or of this XML element
    /// (`documentVersie`).
    pub fn from_name(name: &str) -> Option<Category> {
        Category::ALL.iter().copied().find(|category| {
            let description = category.description();
            description.name == name || description.element == name
        })
    }

    /// The name in the feed's `category` parameter.
    pub const fn name(self) -> &'static str {
        self.description().name
    }
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Kind;

    #[test]
    fn there_are_37_categories_each_found_by_both_of_its_names() {
        assert_eq!(Category::ALL.len(), 37);
        for category in Category::ALL {
            let description = category.description();
            assert_eq!(Category::from_name(description.name), Some(*category));
            assert_eq!(Category::from_name(description.element), Some(*category));
        }
        assert_eq!(Category::from_name("Woordvoerder"), None);
    }

    #[test]
    fn an_entity_survives_the_way_to_values_and_back() {
        let document = Document {
            onderwerp: Some("Rusland".into()),
            volgnummer: Some(-1),
            zaak: vec![Id::new(Uuid::from_u128(7)), Id::new(Uuid::from_u128(8))],
            ..Document::from_values(Uuid::from_u128(1), Vec::new())
        };
        let entity = Entity::Document(document.clone());
        let copy = Entity::from_values(Category::Document, entity.id(), entity.into_values());
        assert_eq!(copy, Entity::Document(document));
    }

    #[test]
    fn relations_state_the_category_they_lead_to() {
        let (_, field) = Document::DESCRIPTION.field("bronDocument").unwrap();
        assert_eq!(field.kind, Kind::Many(Category::Document));
        assert_eq!(field.column, "bron_document");
    }

    #[test]
    fn a_home_town_is_read_and_not_kept() {
        let (_, field) = Persoon::DESCRIPTION.field("woonplaats").unwrap();
        assert_eq!(field.kind, Kind::Withheld);
    }
}
