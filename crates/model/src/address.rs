//! The addresses of the site's pages. They are permanent: people link to them. They are also the
//! keys of the search index.

use crate::entities::Entity;
use crate::kamerstuk::DossierNummer;

/// The page of an entity, for the categories that have one each; none for an entity that lacks the
/// number it is called by.
pub fn of(entity: &Entity) -> Option<String> {
    match entity {
        Entity::Document(it) => it.document_nummer.as_deref().map(document),
        Entity::Zaak(it) => it.nummer.as_deref().map(zaak),
        Entity::Activiteit(it) => it.nummer.as_deref().map(activiteit),
        Entity::Persoon(it) => it.nummer.as_deref().map(persoon),
        Entity::Kamerstukdossier(it) => {
            Some(dossier(&DossierNummer::new(it.nummer?, it.toevoeging.as_deref())))
        }
        Entity::Vergadering(it) => Some(verslag(&it.id.to_string())),
        _ => None,
    }
}

/// A document's page: `/document/2019D53771`.
pub fn document(nummer: &str) -> String {
    format!("/document/{nummer}")
}

/// A zaak's page: `/zaak/2019Z26157`.
pub fn zaak(nummer: &str) -> String {
    format!("/zaak/{nummer}")
}

/// An activiteit's page: `/activiteit/2025A03428`.
pub fn activiteit(nummer: &str) -> String {
    format!("/activiteit/{nummer}")
}

/// A person's page: `/persoon/48758`.
pub fn persoon(nummer: &str) -> String {
    format!("/persoon/{nummer}")
}

/// A dossier's page: `/dossier/36800-XVI`.
pub fn dossier(nummer: &DossierNummer) -> String {
    format!("/dossier/{nummer}")
}

/// The page of a vergadering's transcript, by the vergadering's GUID.
pub fn verslag(vergadering: &str) -> String {
    format!("/verslag/{vergadering}")
}
