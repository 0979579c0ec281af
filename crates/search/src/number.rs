//! The numbers of documents, as readers type them.

use crate::dutch;

/// A number that names one thing, so that a page can be offered next to the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownNumber {
    /// A document: 2019D53771.
    Document(String),
    /// A zaak: 2019Z26157.
    Zaak(String),
    /// An activiteit: 2025A01234.
    Activiteit(String),
    /// A toezegging: TZ202507-115.
    Toezegging(String),
    /// A dossier: 35373, 36800-XVI.
    Dossier {
        /// The number proper.
        nummer: i64,
        /// The addition, such as XVI or (R2188).
        toevoeging: Option<String>,
    },
    /// A document in a dossier: kst-35373-1, "36 800-XVI, nr. 12".
    Kamerstuk {
        /// The number of the dossier.
        dossier: i64,
        /// The addition of the dossier.
        toevoeging: Option<String>,
        /// The number of the document in the dossier.
        volgnummer: i64,
    },
}

/// The dossier of the Councils of the European Union. It alone has numbers for additions (21501-02);
/// in any other dossier such a number is a document's.
const EU_COUNCILS: i64 = 21_501;

/// What `text` names, if it is a number of the House and nothing else.
pub fn recognise_number(text: &str) -> Option<KnownNumber> {
    let upper_case = text.to_uppercase();
    let mut text = upper_case.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(number) = numbered_by_year(&text) {
        return Some(number);
    }
    if let Some((month, number)) = text.strip_prefix("TZ").and_then(|it| it.split_once('-')) {
        let is_number = month.len() == 6 && is_digits(month) && is_digits(number);
        return is_number.then(|| KnownNumber::Toezegging(text.clone()));
    }
    if let Some((digits, space)) = dutch::printed_dossier_number(&text) {
        text.replace_range(digits..digits + space, "");
    }
    let text = text.strip_prefix("KST-").unwrap_or(&text);
    match text.split_once("NR") {
        Some((dossier, volgnummer)) => {
            let dossier = dossier.trim_end_matches([' ', ',']);
            kamerstuk_in_prose(dossier, volgnummer.trim_start_matches(['.', ' ']))
        }
        None => dossier_or_kamerstuk(text),
    }
}

/// A year, a letter and five digits: 2019D53771.
fn numbered_by_year(text: &str) -> Option<KnownNumber> {
    let (year, rest) = text.split_at_checked(4)?;
    let (letter, sequence) = rest.split_at_checked(1)?;
    if !is_digits(year) || !is_digits(sequence) || sequence.len() != 5 {
        return None;
    }
    match letter {
        "D" => Some(KnownNumber::Document(text.into())),
        "Z" => Some(KnownNumber::Zaak(text.into())),
        "A" => Some(KnownNumber::Activiteit(text.into())),
        _ => None,
    }
}

/// "36800-XVI" and "12" of "36 800-XVI, nr. 12".
fn kamerstuk_in_prose(dossier: &str, volgnummer: &str) -> Option<KnownNumber> {
    let volgnummer = volgnummer_of(volgnummer)?;
    match dossier_or_kamerstuk(dossier)? {
        KnownNumber::Dossier { nummer, toevoeging } => {
            Some(KnownNumber::Kamerstuk { dossier: nummer, toevoeging, volgnummer })
        }
        _ => None,
    }
}

/// 35373, 36800-XVI, "36800 XVI", 35373-1, 36800-XVI-12.
fn dossier_or_kamerstuk(text: &str) -> Option<KnownNumber> {
    let (digits, rest) = text.split_at_checked(5)?;
    if !is_digits(digits) {
        return None;
    }
    let nummer = digits.parse().ok()?;
    if rest.is_empty() {
        return Some(KnownNumber::Dossier { nummer, toevoeging: None });
    }
    let separator_is_space = rest.starts_with(' ');
    let rest = rest.strip_prefix([' ', '-'])?;
    let (first, second) = match rest.split_once('-') {
        Some((first, second)) => (first, Some(second)),
        None => (rest, None),
    };
    let toevoeging = is_toevoeging(nummer, first).then(|| first.to_owned());
    match (toevoeging, second) {
        (Some(toevoeging), None) => {
            Some(KnownNumber::Dossier { nummer, toevoeging: Some(toevoeging) })
        }
        (Some(toevoeging), Some(second)) => Some(KnownNumber::Kamerstuk {
            dossier: nummer,
            toevoeging: Some(toevoeging),
            volgnummer: volgnummer_of(second)?,
        }),
        (None, None) if !separator_is_space => Some(KnownNumber::Kamerstuk {
            dossier: nummer,
            toevoeging: None,
            volgnummer: volgnummer_of(first)?,
        }),
        (None, _) => None,
    }
}

/// The chapters of the budget (XVI, IIB), its funds (A), the acts of the Kingdom ((R2188)), and the
/// numbers of [`EU_COUNCILS`].
fn is_toevoeging(dossier: i64, text: &str) -> bool {
    let is_council = dossier == EU_COUNCILS && text.len() == 2 && is_digits(text);
    let is_fund = matches!(text.as_bytes(), [b'A'..=b'Z']);
    let chapter = text.strip_suffix(['A', 'B']).unwrap_or(text);
    let is_chapter = !chapter.is_empty() && chapter.chars().all(|letter| "IVXL".contains(letter));
    let kingdom_act = text.strip_prefix("(R").and_then(|rest| rest.strip_suffix(')'));
    is_council || is_fund || is_chapter || kingdom_act.is_some_and(is_digits)
}

fn volgnummer_of(text: &str) -> Option<i64> {
    if is_digits(text) { text.parse().ok() } else { None }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dossier(nummer: i64, toevoeging: Option<&str>) -> Option<KnownNumber> {
        Some(KnownNumber::Dossier { nummer, toevoeging: toevoeging.map(String::from) })
    }

    fn kamerstuk(dossier: i64, toevoeging: Option<&str>, volgnummer: i64) -> Option<KnownNumber> {
        let toevoeging = toevoeging.map(String::from);
        Some(KnownNumber::Kamerstuk { dossier, toevoeging, volgnummer })
    }

    #[test]
    fn numbers_with_a_year() {
        assert_eq!(recognise_number(" 2019d53771 "), {
            Some(KnownNumber::Document("2019D53771".into()))
        });
        assert_eq!(recognise_number("2019Z26157"), Some(KnownNumber::Zaak("2019Z26157".into())));
        assert_eq!(recognise_number("2025A01234"), {
            Some(KnownNumber::Activiteit("2025A01234".into()))
        });
    }

    #[test]
    fn toezeggingen() {
        assert_eq!(recognise_number("tz202507-115"), {
            Some(KnownNumber::Toezegging("TZ202507-115".into()))
        });
        assert_eq!(recognise_number("TZ2025-115"), None);
    }

    #[test]
    fn dossiers() {
        assert_eq!(recognise_number("35373"), dossier(35_373, None));
        assert_eq!(recognise_number("35 373"), dossier(35_373, None));
        for text in ["36800-XVI", "36 800-xvi", "36\u{a0}800 XVI"] {
            assert_eq!(recognise_number(text), dossier(36_800, Some("XVI")), "{text}");
        }
        assert_eq!(recognise_number("36800-IIB"), dossier(36_800, Some("IIB")));
        assert_eq!(recognise_number("36455-(R2188)"), dossier(36_455, Some("(R2188)")));
        assert_eq!(recognise_number("21501-02"), dossier(21_501, Some("02")));
    }

    #[test]
    fn kamerstukken() {
        for text in ["kst-35373-1", "35373-1", "35 373, nr. 1", "35373 nr 1"] {
            assert_eq!(recognise_number(text), kamerstuk(35_373, None, 1), "{text}");
        }
        for text in ["kst-36800-XVI-12", "36 800 XVI, nr. 12", "36800-XVI nr.12"] {
            assert_eq!(recognise_number(text), kamerstuk(36_800, Some("XVI"), 12), "{text}");
        }
        assert_eq!(recognise_number("kst-21501-02-2000"), kamerstuk(21_501, Some("02"), 2000));
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "",
            "2019",
            "353731",
            "35373 moties",
            "35373 1",
            "35373-",
            "36800-MOTIE",
            "2019D5377",
            "2019X53771",
            "de motie 35373",
            "nr. 1",
            "35373-1, nr. 2",
            "kst-",
            "12 345 678",
            "35373-99999999999999999999",
        ] {
            assert_eq!(recognise_number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}|[0-9]{5}[ -]?\\PC{0,8}") {
            let _ = recognise_number(&text);
        }
    }
}
