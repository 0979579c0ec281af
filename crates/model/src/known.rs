//! The values that are known of fields which pages and lists interpret. Others are shown as published,
//! and reported by `griffier check`: the source may come to use new ones.
//!
//! Source: the values that occur in the recorded data of the Gegevensmagazijn until July 2025.

use crate::entities::Category;

/// The known values of a field.
#[derive(Debug)]
pub struct KnownValues {
    /// The category.
    pub category: Category,
    /// The name of the field, as its column is called.
    pub column: &'static str,
    /// Its values.
    pub values: &'static [&'static str],
}

/// The known values of each field that is interpreted.
pub const VALUES: &[KnownValues] = &[
    KnownValues {
        category: Category::Activiteit,
        column: "status",
        values: &["Gepland", "Uitgevoerd", "Verplaatst", "Geannuleerd", "Vervallen"],
    },
    KnownValues {
        category: Category::Activiteit,
        column: "datum_soort",
        values: &["Dag", "Weeknummer", "Nog geen datum bekend", "Meerdaags"],
    },
    KnownValues {
        category: Category::Besluit,
        column: "stemmings_soort",
        values: &["Met handopsteken", "Hoofdelijk"],
    },
    KnownValues {
        category: Category::Besluit,
        column: "status",
        values: &["Besluit", "Voorstel", "Concept voorstel", "Nog te verwerken besluit"],
    },
    KnownValues {
        category: Category::Stemming,
        column: "soort",
        values: &["Voor", "Tegen", "Niet deelgenomen"],
    },
    KnownValues {
        category: Category::Verslag,
        column: "status",
        values: &["Casco", "Ongecorrigeerd", "Gecorrigeerd", "Gerectificeerd"],
    },
    KnownValues {
        category: Category::Verslag,
        column: "soort",
        values: &["Voorpublicatie", "Tussenpublicatie", "Eindpublicatie"],
    },
    KnownValues {
        category: Category::Zaak,
        column: "kabinetsappreciatie",
        values: &[
            "Niet beschikbaar bij moties en/of amendementen vóór 1 april 2019",
            "Niet beschikbaar bij gewijzigde moties en/of amendementen",
            "Ontraden",
            "Oordeel Kamer",
            "Nog niet bekend",
            "Verzocht motie aan te houden",
            "Geen (expliciete) appreciatie",
            "Ontijdig",
            "Ontraden, tenzij gewijzigd",
            "Overbodig",
            "Overgenomen",
            "Nog te ontvangen",
        ],
    },
];
