//! How a person is called.

use crate::entities::Persoon;

impl Persoon {
    /// The name as one says it: "Stef Blok", "Michiel van Nispen". A placeholder without a name gives
    /// an empty text.
    pub fn naam(&self) -> String {
        let first = self.roepnaam.as_deref().or(self.initialen.as_deref());
        let parts = [first, self.tussenvoegsel.as_deref(), self.achternaam.as_deref()];
        let parts: Vec<&str> =
            parts.into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::Record;

    fn persoon(roepnaam: Option<&str>, tussenvoegsel: Option<&str>, achternaam: &str) -> Persoon {
        Persoon {
            roepnaam: roepnaam.map(String::from),
            initialen: Some("M.".into()),
            tussenvoegsel: tussenvoegsel.map(String::from),
            achternaam: Some(achternaam.into()),
            ..Persoon::from_values(Uuid::nil(), Vec::new())
        }
    }

    #[test]
    fn a_name_as_one_says_it() {
        assert_eq!(persoon(Some("Michiel"), Some("van"), "Nispen").naam(), "Michiel van Nispen");
        assert_eq!(persoon(None, None, "Savornin Lohman").naam(), "M. Savornin Lohman");
    }

    #[test]
    fn a_placeholder_has_no_name() {
        assert_eq!(Persoon::from_values(Uuid::nil(), Vec::new()).naam(), "");
    }
}
