//! Stems: what the inflected forms of a Dutch word have in common.
//!
//! The rules undo inflection only: the plural ("moties", "wetten", "kinderen"), the forms of the
//! present tense ("verzoekt", "verzoeken", "overwegende") and the -e of adjectives ("nieuwe"). They do
//! not undo derivation: "regering" is not "regeren". A stem need not be a word.
//!
//! Why not Snowball's Dutch stemmer, which comes with tantivy: on 8,041 motions it gave "kans" the
//! stem of "kan", "geweld" that of "wel" and "gezondheid" that of "zon", and kept "mens" from
//! "mensen", "nieuw" from "nieuwe" and "maatregel" from "maatregelen".
//!
//! The vowel of a last syllable is written double or single according to what follows it: "jaar",
//! "jaren"; "bom", "bommen". In words of one syllable the rules restore the spelling before the
//! ending, so that "bommen" and "bomen", "wetten" and "weten" stay apart. In longer words they write
//! every such vowel single: "resultaat", "resultaten" and "verbod", "verboden" each have one stem,
//! and hardly any two words differ by that alone.
//!
//! Known limits: past tenses and participles ("gemaakt", "bood") do not find the present; a few
//! plurals that change their vowel are listed, the others stay apart.

/// Words to which the rules do no justice, with their stems.
const IRREGULAR: &[(&str, &str)] = &[
    ("dagen", "dag"),
    ("engels", "engels"),
    ("kamerleden", "kamerlid"),
    ("kinderen", "kind"),
    ("komen", "kom"),
    ("leden", "lid"),
    ("maart", "maart"),
    ("redenen", "reed"),
    ("schepen", "schip"),
    ("steden", "stad"),
    ("tijdens", "tijdens"),
    ("volgens", "volgens"),
    ("voort", "voort"),
    ("wegen", "weg"),
    ("wegens", "wegens"),
    ("zone", "zone"),
    ("zones", "zone"),
];

/// Nouns in -te, which the rules would take for a past tense: "hoogte" is not "hoog".
const NOUNS_IN_TE: &[&str] = &[
    "behoefte",
    "breedte",
    "diepte",
    "dikte",
    "droogte",
    "engte",
    "gedeelte",
    "gekte",
    "geboorte",
    "gestalte",
    "hoogte",
    "kalmte",
    "krapte",
    "laagte",
    "leegte",
    "lengte",
    "ruimte",
    "schaarste",
    "sterkte",
    "stilte",
    "vlakte",
    "volte",
    "warmte",
    "ziekte",
    "zwakte",
];

/// Endings of which the s marks a plural. After other letters it is too often part of the word:
/// "plaats", "mens", "Nederlands".
const PLURALS_IN_S: &[&str] =
    &["aars", "bs", "els", "ems", "ens", "ers", "es", "eurs", "ons", "ors", "ots"];

/// Endings of [`PLURALS_IN_S`] of which the s is part of the word all the same.
const SINGULARS_IN_S: &[&str] = &["advies", "ces", "dres", "gres", "precies", "verlies"];

/// What comes before a final t if that is nearly always the verb's: "maakt", "volgt", "woont". After
/// other letters it is too often part of the word: "kant", "kracht", "punt".
const BEFORE_T_OF_VERB: &[&str] = &[
    "d", "f", "g", "k", "l", "m", "p", "w", "aan", "aar", "een", "eer", "oon", "oor", "uun", "uur",
];

/// The stem of a word in lower case without accents. Words with other characters than the letters a
/// to z, numbers and names in other scripts, are their own stems.
pub(crate) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.into();
    }
    if let Some((_, stem)) = IRREGULAR.iter().find(|(irregular, _)| *irregular == word) {
        return (*stem).into();
    }
    let singular = without_plural_s(word);
    let noun = singular.strip_suffix('n').unwrap_or(singular);
    if NOUNS_IN_TE.iter().any(|listed| noun.ends_with(listed)) {
        return noun.into();
    }
    let stem = without_ending(singular);
    let shorter = without_verbal_t(&stem);
    // A participle ("gemaakt") keeps its long vowel, or it would be another word ("gemak").
    if shorter.len() < stem.len() && stem.starts_with("ge") {
        return shorter.into();
    }
    with_single_vowel(shorter)
}

fn without_plural_s(word: &str) -> &str {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let is_long_enough = syllables(singular) > 1 || word.ends_with("bs");
    let is_plural = is_long_enough && ends_in(PLURALS_IN_S) && !ends_in(SINGULARS_IN_S);
    if is_plural { singular } else { word }
}

/// Takes off -en, -e, -end and -ende, and restores what these did to the spelling before them.
fn without_ending(word: &str) -> String {
    if let Some(before) = word.strip_suffix("heden").filter(|before| syllables(before) > 0) {
        return format!("{before}heid");
    }
    // "industrieën", "ideeën".
    if word.ends_with("ieen") || word.ends_with("eeen") {
        return word.strip_suffix("en").unwrap_or(word).into();
    }
    let participle = word.strip_suffix("ende").or_else(|| word.strip_suffix("end"));
    let verb = participle.filter(|before| syllables(before) > 1);
    let inflected = || word.strip_suffix("en").or_else(|| word.strip_suffix('e'));
    match verb.or_else(inflected) {
        Some(before) if is_closed_syllable(before) => respelled(before),
        _ => word.into(),
    }
}

/// Whether an ending can follow: there is a vowel, and at the end a consonant or a diphthong like
/// that of "groeien", so that the e of "zien" and "motie" is no ending.
fn is_closed_syllable(before: &str) -> bool {
    let has_diphthong = ["ai", "ei", "oi", "ui"].iter().any(|end| before.ends_with(end));
    syllables(before) > 0 && (has_diphthong || !before.ends_with(is_vowel))
}

/// What was before an ending, spelled as it is without: "wett" as "wet", "jar" as "jaar", "gev" as
/// "geef".
fn respelled(before: &str) -> String {
    let letters: Vec<char> = before.chars().collect();
    let mut stem = before.to_owned();
    match letters.as_slice() {
        [.., one, other] if one == other => {
            stem.pop();
        }
        [start @ .., vowel @ ('a' | 'e' | 'o' | 'u'), consonant]
            if syllables(before) == 1 && !start.last().copied().is_some_and(is_vowel) =>
        {
            stem.pop();
            stem.extend([vowel, consonant]);
        }
        _ => {}
    }
    // Dutch words do not end in v or z.
    for (voiced, unvoiced) in [('v', 'f'), ('z', 's')] {
        if let Some(before) = stem.strip_suffix(voiced) {
            stem = format!("{before}{unvoiced}");
        }
    }
    stem
}

fn without_verbal_t(word: &str) -> &str {
    let Some(before) = word.strip_suffix('t') else { return word };
    let is_verb = BEFORE_T_OF_VERB.iter().any(|end| before.ends_with(end));
    if is_verb && before.len() > 2 { before } else { word }
}

/// In a word of more than one syllable: "resultaat" as "resultat".
fn with_single_vowel(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    match letters.as_slice() {
        [start @ .., one @ ('a' | 'e' | 'o' | 'u'), other, consonant]
            if one == other && !is_vowel(*consonant) && syllables(word) > 1 =>
        {
            start.iter().chain([one, consonant]).collect()
        }
        _ => word.into(),
    }
}

/// The number of groups of vowels; the j of "ij" belongs to one.
fn syllables(word: &str) -> usize {
    let mut count = 0;
    let mut previous = ' ';
    for letter in word.chars() {
        if is_vowel(letter) && !is_vowel(previous) {
            count += 1;
        }
        previous = if previous == 'i' && letter == 'j' { 'i' } else { letter };
    }
    count
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for forms in [
            &["motie", "moties"][..],
            &["verzoek", "verzoekt", "verzoeken"],
            &["minister", "ministers"],
            &["gemeente", "gemeenten", "gemeentes"],
            &["belasting", "belastingen"],
            &["bedrijf", "bedrijven"],
            &["partij", "partijen"],
            &["kind", "kinderen"],
            &["mens", "mensen"],
            &["maatregel", "maatregelen"],
            &["onderdeel", "onderdelen"],
            &["resultaat", "resultaten"],
            &["verbod", "verboden"],
            &["oorlog", "oorlogen"],
            &["sector", "sectoren"],
            &["mogelijkheid", "mogelijkheden"],
            &["idee", "ideeen"],
            &["foto", "foto's"],
            &["procedure", "procedures"],
            &["proces", "processen"],
            &["advies", "adviezen"],
            &["groei", "groeien"],
            &["jaar", "jaren"],
            &["brief", "brieven"],
            &["huis", "huizen"],
            &["nieuw", "nieuwe"],
            &["groot", "grote"],
            &["financieel", "financiele"],
            &["belangrijk", "belangrijke"],
            &["nederlands", "nederlandse"],
            &["geef", "geeft", "geven"],
            &["woon", "woont", "wonen"],
            &["overweeg", "overweegt", "overwegen", "overwegende"],
            &["informeer", "informeert", "informeren", "informerende"],
            &["ziekte", "ziekten", "ziektes"],
            &["huurprijs", "huurprijzen"],
            &["woning", "woningen"],
            &["lening", "leningen"],
            &["cel", "cellen"],
            &["dierproef", "dierproeven"],
            &["natuurbrand", "natuurbranden"],
            &["middel", "middelen"],
            &["bezuiniging", "bezuinigingen"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|each| *each == stems[0]), "{forms:?}: {stems:?}");
        }
    }

    #[test]
    fn strangers_do_not() {
        for (one, other) in [
            ("bommen", "bomen"),
            ("wetten", "weten"),
            ("wet", "weet"),
            ("mannen", "manen"),
            ("kans", "kan"),
            ("maart", "maar"),
            ("mens", "men"),
            ("kant", "kan"),
            ("plaats", "plaat"),
            ("tijdens", "tijd"),
            ("geweld", "wel"),
            ("gezondheid", "zon"),
            ("gemeente", "meent"),
            ("minister", "ministerie"),
            ("kamer", "kam"),
            ("boer", "boren"),
            ("hoogte", "hoog"),
            ("ziekte", "ziek"),
            ("warmte", "warm"),
            ("gemaakt", "gemak"),
            ("kamerlid", "kamer"),
            ("staat", "stad"),
            ("recht", "rechter"),
            ("leraar", "leer"),
            ("partij", "part"),
            ("gas", "gast"),
            ("lijst", "lijs"),
            ("beleid", "beleef"),
            ("regering", "regeren"),
        ] {
            assert_ne!(stem(one), stem(other), "{one}, {other}");
        }
    }

    #[test]
    fn short_words_numbers_and_foreign_scripts_stay_as_they_are() {
        for word in
            ["de", "een", "en", "zien", "drie", "weekend", "2019d53771", "f35", "ελλαδα", ""]
        {
            assert_eq!(stem(word), word);
        }
    }

    proptest! {
        #[test]
        fn every_word_has_a_stem(word in "[a-z]{1,12}|\\PC{1,12}") {
            prop_assert!(!stem(&word).is_empty() || word == "'s");
        }
    }
}
