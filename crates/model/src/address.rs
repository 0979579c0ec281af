//! The addresses of the site's pages. They are permanent: people link to them. They are also the
//! keys of the search index.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use crate::entities::Entity;
use crate::kamerstuk::DossierNummer;

/// What is written otherwise in a part of a path: all but what never needs it.
const PART: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'&');

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
        Entity::Commissie(it) => Some(commissie(it.afkorting.as_deref(), it.id.0)),
        Entity::Fractie(it) => it.afkorting.as_deref().map(fractie),
        Entity::Toezegging(it) => it.nummer.as_deref().map(toezegging),
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

/// A committee's page: `/commissie/VWS`; of one without a short name, by its GUID. Upstream gives each
/// committee a short name of its own, former ones with their years: `BZK (2008-2010)`.
pub fn commissie(afkorting: Option<&str>, id: Uuid) -> String {
    match afkorting {
        Some(afkorting) => format!("/commissie/{}", encoded(afkorting)),
        None => format!("/commissie/{id}"),
    }
}

/// A party's page: `/fractie/SP`.
pub fn fractie(afkorting: &str) -> String {
    format!("/fractie/{}", encoded(afkorting))
}

/// A toezegging's page: `/toezegging/TZ202507-115`.
pub fn toezegging(nummer: &str) -> String {
    format!("/toezegging/{}", encoded(nummer))
}

/// The page of the vote on a besluit, by the besluit's GUID.
pub fn stemming(besluit: &str) -> String {
    format!("/stemming/{besluit}")
}

/// A ministry's page: `/ministerie/VWS`.
pub fn ministerie(afkorting: &str) -> String {
    format!("/ministerie/{}", encoded(afkorting))
}

/// A name as one part of a path.
fn encoded(name: &str) -> impl std::fmt::Display {
    utf8_percent_encode(name, PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_parts_of_a_path_whatever_is_in_them() {
        let id = Uuid::from_u128(7);
        assert_eq!(commissie(Some("J&V"), id), "/commissie/J&V");
        assert_eq!(commissie(Some("BZK (2008-2010)"), id), "/commissie/BZK%20%282008-2010%29");
        assert_eq!(commissie(None, id), "/commissie/00000000-0000-0000-0000-000000000007");
        assert_eq!(fractie("Gündoğan"), "/fractie/G%C3%BCndo%C4%9Fan");
        assert_eq!(toezegging("TZ202507-115"), "/toezegging/TZ202507-115");
    }
}
