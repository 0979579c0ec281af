//! The numbers by which the House calls its papers: a dossier (`36800-XVI`) and the document in it
//! (`36800-XVI-12`, in prose "36 800-XVI, nr. 12").

use std::fmt;

/// The number of a kamerstukdossier with its addition, if any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DossierNummer {
    /// The number proper: 36800.
    pub nummer: i64,
    /// The addition: XVI, (R2151).
    pub toevoeging: Option<String>,
}

impl DossierNummer {
    /// The dossier with this number and addition; an empty addition is none.
    pub fn new(nummer: i64, toevoeging: Option<&str>) -> Self {
        let toevoeging = toevoeging.map(str::trim).filter(|text| !text.is_empty());
        Self { nummer, toevoeging: toevoeging.map(String::from) }
    }

    /// Reads the form used in addresses: `36800` or `36800-XVI`.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, toevoeging) = match text.split_once('-') {
            Some((digits, toevoeging)) if !toevoeging.is_empty() => (digits, Some(toevoeging)),
            Some(_) => return None,
            None => (text, None),
        };
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let nummer = is_number.then(|| digits.parse().ok()).flatten()?;
        Some(Self::new(nummer, toevoeging))
    }

    /// The way the House prints it: `36 800-XVI`.
    pub fn printed(&self) -> String {
        let digits = self.nummer.to_string();
        let split = digits.len().saturating_sub(3);
        let mut printed = match digits.split_at_checked(split) {
            Some((thousands, rest)) if !thousands.is_empty() => format!("{thousands}\u{a0}{rest}"),
            _ => digits,
        };
        if let Some(toevoeging) = &self.toevoeging {
            printed.push('-');
            printed.push_str(toevoeging);
        }
        printed
    }
}

impl fmt::Display for DossierNummer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.nummer)?;
        if let Some(toevoeging) = &self.toevoeging {
            write!(f, "-{toevoeging}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_an_address_and_in_print() {
        let dossier = DossierNummer::parse("36800-XVI").unwrap();
        assert_eq!(dossier, DossierNummer::new(36800, Some("XVI")));
        assert_eq!(dossier.to_string(), "36800-XVI");
        assert_eq!(dossier.printed(), "36\u{a0}800-XVI");
        assert_eq!(DossierNummer::new(35373, Some(" ")).to_string(), "35373");
        assert_eq!(DossierNummer::parse("21501-02").unwrap().toevoeging.as_deref(), Some("02"));
    }

    #[test]
    fn what_is_no_dossier_number() {
        for text in ["", "-", "36800-", "XVI", "+36800", "99999999999999999999"] {
            assert_eq!(DossierNummer::parse(text), None, "{text}");
        }
    }
}
