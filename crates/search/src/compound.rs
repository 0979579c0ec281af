//! Compounds: of which words a Dutch word was made. "huurprijzen" is "huur" and "prijzen".
//!
//! The words that can be parts come from the word list of OpenTaal and from texts of the House; see
//! `data/README.md` for their source and licence, and `tools/words/make.py` for how they were chosen.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A word per line, with what it can be: see [`Role`].
static PACKED: &[u8] = include_bytes!("../data/parts.txt.zst");
/// More than the list takes unpacked.
const MAX_UNPACKED: usize = 1 << 20;

/// Shorter words are not taken apart.
const MIN_COMPOUND: usize = 6;
/// Longer ones neither: they are not words but debris.
const MAX_COMPOUND: usize = 60;
/// No part is shorter.
const MIN_PART: usize = 3;
/// What may stand between two parts, the most usual first.
const LINKS: [&str; 4] = ["", "s", "en", "n"];
/// "gewasbeschermingsmiddelenbeleid" has four; more are hardly ever right.
const MAX_PARTS: usize = 4;

/// What a word of the list can be.
#[derive(Debug, Clone, Copy, Default)]
struct Role {
    /// The beginning of a compound.
    begins: bool,
    /// Its end.
    ends: bool,
    /// Never taken apart itself.
    is_whole: bool,
}

static PARTS: LazyLock<HashMap<String, Role>> = LazyLock::new(|| {
    // The list is compiled in, and a test reads it: there is nothing to report to anybody.
    let unpacked = zstd::bulk::decompress(PACKED, MAX_UNPACKED).unwrap_or_default();
    let text = String::from_utf8(unpacked).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let roles = lines.map(|(word, roles)| {
        let role = |letter| roles.contains(letter);
        let role = Role { begins: role('b'), ends: role('e'), is_whole: role('w') };
        (word.to_owned(), role)
    });
    roles.collect()
});

fn role(word: &str) -> Role {
    PARTS.get(word).copied().unwrap_or_default()
}

/// The parts of a word in lower case without accents, without the letters that link them; none if it
/// is not known to be a compound.
pub(crate) fn split(word: &str) -> Vec<&str> {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_plain || !(MIN_COMPOUND..=MAX_COMPOUND).contains(&word.len()) || role(word).is_whole {
        return Vec::new();
    }
    split_into(word, MAX_PARTS).unwrap_or_default()
}

/// The best way to take a word apart into two parts or more: the fewest parts, then the shortest link,
/// then the parts of which the shortest is longest.
fn split_into(word: &str, most: usize) -> Option<Vec<&str>> {
    let mut best: Option<Vec<&str>> = None;
    let mut best_rank = (usize::MAX, 0, 0);
    let cuts = MIN_PART..=word.len().checked_sub(MIN_PART)?;
    for cut in cuts {
        let (before, end) = word.split_at_checked(cut)?;
        if !role(end).ends {
            continue;
        }
        for link in LINKS {
            let Some(beginning) = before.strip_suffix(link).filter(|it| it.len() >= MIN_PART)
            else {
                continue;
            };
            let mut parts = match role(beginning) {
                Role { begins: true, .. } => vec![beginning],
                Role { is_whole: true, .. } => continue,
                _ if most > 2 => match split_into(beginning, most - 1) {
                    Some(parts) => parts,
                    None => continue,
                },
                _ => continue,
            };
            parts.push(end);
            let shortest = parts.iter().map(|part| part.len()).min().unwrap_or_default();
            let rank = (parts.len(), link.len(), word.len() - shortest);
            if rank < best_rank {
                (best, best_rank) = (Some(parts), rank);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn compounds_are_taken_apart_with_and_without_linking_letters() {
        for (word, parts) in [
            ("wiskundeonderwijs", &["wiskunde", "onderwijs"][..]),
            ("huurprijzen", &["huur", "prijzen"]),
            ("woningbouw", &["woning", "bouw"]),
            ("stikstofbeleid", &["stikstof", "beleid"]),
            ("belastingdienst", &["belasting", "dienst"]),
            ("bestrijdingsmiddelen", &["bestrijding", "middelen"]),
            ("gehandicaptenzorg", &["gehandicapten", "zorg"]),
            ("kinderopvangtoeslag", &["kinder", "opvang", "toeslag"]),
            ("mensenrechtenschendingen", &["mensen", "rechten", "schendingen"]),
        ] {
            assert_eq!(split(word), parts, "{word}");
        }
    }

    #[test]
    fn other_words_stay_whole() {
        for word in [
            "verzoekt",
            "regering",
            "minister",
            "gemeente",
            "maatregelen",
            "belangrijk",
            "bestaan",
            "gesprekken",
            "overwegende",
            "kwaliteit",
            "samenwerking",
            "noodzakelijk",
            "besluit",
            "voorstellen",
            "beraadslaging",
            "partijen",
            "stikstof",
            "kamer",
            "f35",
            "één",
            "",
        ] {
            assert_eq!(split(word), [""; 0], "{word}");
        }
    }

    proptest! {
        #[test]
        fn any_word_can_be_tried(word in "[a-z]{0,70}|\\PC{0,20}") {
            let parts = split(&word);
            prop_assert!(parts.len() != 1 && parts.iter().all(|part| word.contains(part)));
        }
    }
}
