//! Things that are nearly the same: a motion as a document and as a zaak, a letter sent twice. One of
//! them stands for all in a list of hits.

use tantivy::tokenizer::TextAnalyzer;

use crate::{Hit, Item, calendar, dutch};

/// Texts with fewer words are too short to be told apart by their fingerprint.
const MIN_WORDS: usize = 60;
/// Only so many words of a text make its fingerprint.
const MAX_WORDS: usize = 20_000;
/// Titles with fewer words ("Besluitenlijst") are of different things.
const MIN_TITLE_WORDS: usize = 4;
/// Fingerprints that differ in no more bits than this are of texts that are nearly the same.
const NEAR: u32 = 3;

/// What an item has in common with those that are nearly the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// Of title and day; 0 where these say too little.
    pub(crate) group: u64,
    /// A SimHash of the text: of similar texts it differs in few bits. 0 for a short text.
    pub(crate) text: u64,
}

impl Fingerprint {
    fn is_near(self, other: Self) -> bool {
        let same_group = self.group != 0 && self.group == other.group;
        let same_text = self.text != 0 && other.text != 0;
        same_group || (same_text && (self.text ^ other.text).count_ones() <= NEAR)
    }
}

pub(crate) fn fingerprint(item: &Item) -> Fingerprint {
    let mut analyzer = dutch::exact();
    Fingerprint { group: group(&mut analyzer, item), text: sim_hash(&mut analyzer, &item.body) }
}

fn group(analyzer: &mut TextAnalyzer, item: &Item) -> u64 {
    let Some(date) = item.date else { return 0 };
    let mut words = 0;
    // The speeches of one debate share its title.
    let is_part = item.address.contains('#');
    let mut hash = hash(calendar::day(date).to_string().as_bytes());
    let mut stream = analyzer.token_stream(&item.title);
    while let Some(token) = stream.next() {
        words += 1;
        hash = hash.rotate_left(5) ^ self::hash(token.text.as_bytes());
    }
    if words < MIN_TITLE_WORDS || is_part { 0 } else { hash.max(1) }
}

/// Each three neighbouring words vote on each bit.
fn sim_hash(analyzer: &mut TextAnalyzer, text: &str) -> u64 {
    let mut votes = [0_i32; 64];
    let mut before = [0_u64; 2];
    let mut words = 0;
    let mut stream = analyzer.token_stream(text);
    while let Some(token) = stream.next() {
        let word = hash(token.text.as_bytes());
        let [first, second] = before;
        let three = hash(&[first, second, word].map(u64::to_le_bytes).concat());
        before = [second, word];
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if three >> bit & 1 == 1 { 1 } else { -1 };
        }
        words += 1;
        if words == MAX_WORDS {
            break;
        }
    }
    if words < MIN_WORDS {
        return 0;
    }
    let bits = votes.iter().enumerate().filter(|(_, vote)| **vote > 0);
    bits.fold(0, |hash, (bit, _)| hash | 1 << bit).max(1)
}

/// FNV-1a, spread out: it has to be the same in every version of the program.
fn hash(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A hit and those that are nearly the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// The first of them.
    pub hit: Hit,
    /// The others.
    pub similar: Vec<Hit>,
}

/// Folds hits, each behind the first that is nearly the same. The order stays.
pub fn fold(hits: Vec<Hit>) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::new();
    for hit in hits {
        match folded.iter_mut().find(|first| first.hit.fingerprint.is_near(hit.fingerprint)) {
            Some(first) => first.similar.push(hit),
            None => folded.push(Folded { hit, similar: Vec::new() }),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::testing::{TestIndex, document, motions, request};

    const LETTER: &str = "Hierbij bied ik u mede namens de staatssecretaris de geannoteerde agenda aan \
        van de informele bijeenkomst van ministers die op vijftien juli plaatsvindt in Brussel. Op de \
        agenda staan de oorlog in Oekraïne, de toestand in het Midden-Oosten, de betrekkingen met \
        China, de uitbreiding van de Unie en de voorbereiding van de top. Het kabinet zal zich tijdens \
        die bijeenkomst inzetten voor voortdurende steun aan Oekraïne en voor verdere maatregelen.";

    #[test]
    fn a_letter_sent_twice_is_nearly_the_same_and_another_one_is_not() {
        let of = |text: &str| fingerprint(&document("/document/1", text));
        let again = LETTER.replace("vijftien juli", "zestien juli");
        assert!(of(LETTER).is_near(of(LETTER)));
        assert!(of(&LETTER.repeat(8)).is_near(of(&(LETTER.repeat(7) + &again))));
        let other = LETTER.split(' ').rev().collect::<Vec<_>>().join(" ");
        assert!(!of(LETTER).is_near(of(&other)));
        assert!(!of("De Kamer,").is_near(of("De Kamer,")), "too short to tell");
    }

    #[test]
    fn one_title_on_one_day_is_one_thing() {
        let titled = |address: &str, kind, date: &str| Item {
            title: "Motie van het lid Dobbe over de kraamzorg".into(),
            date: Some(date.parse().unwrap()),
            ..Item::new(address, kind)
        };
        let day = "2025-07-01T00:00:00+02:00";
        let test = TestIndex::with(&[
            titled("/document/1", Kind::Document, day),
            titled("/zaak/1", Kind::Zaak, day),
            titled("/document/2", Kind::Document, "2024-07-01T00:00:00+02:00"),
        ]);
        let folded = fold(test.index.search(&request("kraamzorg")).unwrap().hits);
        let similar: Vec<usize> = folded.iter().map(|folded| folded.similar.len()).collect();
        assert_eq!(similar, [1, 0]);
        assert_eq!(folded[1].hit.address, "/document/2");
    }

    #[test]
    fn different_motions_stay_apart() {
        let test = TestIndex::with(&motions());
        let hits = test.index.search(&request("de OF het OF in OF dat")).unwrap().hits;
        assert_eq!(fold(hits.clone()).len(), hits.len());
    }
}
