//! Where each generated entity stands, by arithmetic alone: its token, its moment, its GUID, and the
//! way back from each.
//!
//! The sequence is divided into slots. The entities of a category are spread evenly over them: each has
//! a stretch of its own and stands at a random slot of it. A slot has room for one entity of each
//! category, so tokens never coincide, and the categories lie interleaved as they would have come in
//! over the years.

use jiff::Timestamp;
use model::time::in_amsterdam;
use model::{Category, Token, Uuid};

use super::proportions::{DOCUMENTS, PROPORTIONS, SEATS};
use crate::draw::{Draw, mix, seed};

/// The moment with which the data begin: 1 January 2008.
const BEGIN: i64 = 1_199_142_000;

/// The token before the first slot.
const FIRST_TOKEN: Token = 1_000_000;

/// Tokens per slot.
const PER_SLOT: u64 = Category::ALL.len() as u64;

/// With this exponent, each year publishes a little more than the year before.
const GROWTH: f64 = 0.75;

/// Every so many entities, one is old and was published again long after its date.
const OLD_EVERY: u64 = 25;

/// Numbers from here on are of entities that were published again: they are counted apart.
const OLD_NUMBERS: u64 = 70_000;

/// What the draws of the plan are for.
#[derive(Clone, Copy)]
enum Of {
    Slot = 1,
    Id,
    Check,
    Deleted,
    Date,
}

#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// By category.
    sizes: Vec<Size>,
    slots: u64,
    end: Timestamp,
    /// The years, each with its first slot.
    years: Vec<(i16, u64)>,
}

#[derive(Clone, Copy, Default)]
struct Size {
    entries: u64,
    /// So many, from the first on, were not withdrawn: the parties of now and the like.
    kept: u64,
    /// The share of the others that was withdrawn.
    deleted: f64,
}

impl Plan {
    /// The plan for this many documents, tombstones not counted, until `end`.
    pub(crate) fn new(documents: u64, seed: u64, end: Timestamp) -> Self {
        let mut sizes = vec![Size::default(); Category::ALL.len()];
        for proportion in PROPORTIONS {
            let entries = u128::from(proportion.entries) * u128::from(documents);
            let entries =
                u64::try_from(entries.div_ceil(u128::from(DOCUMENTS))).unwrap_or(u64::MAX);
            #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
            let present = proportion.present as f64 / proportion.entries as f64;
            if let Some(size) = sizes.get_mut(proportion.category as usize) {
                *size = Size {
                    entries: entries.max(proportion.least),
                    kept: if proportion.least > 1 { proportion.least } else { 0 },
                    deleted: 1.0 - present,
                };
            }
        }
        let slots = sizes.iter().map(|size| size.entries).max().unwrap_or(1);
        let mut plan = Self { seed, sizes, slots, end, years: Vec::new() };
        let mut slot = 0;
        while slot < slots {
            let year = in_amsterdam(plan.moment(slot)).year();
            plan.years.push((year, slot));
            // Moments grow with the slots, so the first slot of the next year can be halved in on.
            let (mut low, mut high) = (slot, slots);
            while low + 1 < high {
                let middle = low.midpoint(high);
                if in_amsterdam(plan.moment(middle)).year() > year {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            slot = high;
        }
        plan
    }

    /// The moment at which the sequence ends.
    pub(crate) fn end(&self) -> Timestamp {
        self.end
    }

    /// How many entries a category has in the feed, tombstones included.
    pub(crate) fn count(&self, category: Category) -> u64 {
        self.size(category).entries
    }

    fn size(&self, category: Category) -> Size {
        self.sizes.get(category as usize).copied().unwrap_or_default()
    }

    /// The slot of the `index`th entity of a category.
    pub(crate) fn slot(&self, category: Category, index: u64) -> u64 {
        let count = self.count(category).max(1);
        let begin = index * self.slots / count;
        let end = (index + 1) * self.slots / count;
        let seed = seed(&[self.seed, Of::Slot as u64, category as u64, index]);
        begin + seed % (end - begin).max(1)
    }

    /// The token of the `index`th entity of a category.
    pub(crate) fn token(&self, category: Category, index: u64) -> Token {
        let place = self.slot(category, index) * PER_SLOT + category as u64 + 1;
        FIRST_TOKEN + Token::try_from(place).unwrap_or(Token::MAX / 2)
    }

    /// The index of the first entity of a category whose token is greater than this.
    pub(crate) fn first_after(&self, category: Category, token: Token) -> u64 {
        let Ok(place) = u64::try_from(token - FIRST_TOKEN) else { return 0 };
        let mut index = self.at(category, place / PER_SLOT);
        while index < self.count(category) && self.token(category, index) <= token {
            index += 1;
        }
        index
    }

    /// The index of the entity of a category in whose stretch this slot lies: those before it stand
    /// at lower slots.
    pub(crate) fn at(&self, category: Category, slot: u64) -> u64 {
        slot.min(self.slots) * self.count(category) / self.slots
    }

    /// The moment of a slot.
    pub(crate) fn moment(&self, slot: u64) -> Timestamp {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let share = (slot as f64 / self.slots as f64).powf(GROWTH);
        #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
        let span = (self.end.as_second() - BEGIN) as f64;
        #[expect(clippy::cast_possible_truncation, reason = "between two timestamps")]
        let millisecond = (share * span * 1_000.0) as i64;
        Timestamp::from_millisecond(BEGIN * 1_000 + millisecond).unwrap_or(self.end)
    }

    /// The slot of the date of an entity. Most are published at once; some were published again long
    /// after their date.
    pub(crate) fn date_slot(&self, category: Category, index: u64) -> u64 {
        let slot = self.slot(category, index);
        if !is_old(index) {
            return slot;
        }
        Draw::of(&[self.seed, Of::Date as u64, category as u64, index]).below(slot + 1)
    }

    /// The year of an entity's number and its number within the year, such as 2019 and 53771. No two
    /// entities of a category have the same.
    pub(crate) fn number(&self, category: Category, index: u64) -> (i16, u64) {
        let slot = self.date_slot(category, index);
        let place = self.years.partition_point(|(_, first)| *first <= slot);
        let year = place.checked_sub(1).and_then(|last| self.years.get(last));
        let (year, first) = year.copied().unwrap_or_default();
        if is_old(index) {
            return (year, OLD_NUMBERS + index / OLD_EVERY % (100_000 - OLD_NUMBERS));
        }
        (year, index - self.at(category, first) + 1)
    }

    /// Whether the entity is a tombstone.
    pub(crate) fn is_deleted(&self, category: Category, index: u64) -> bool {
        match category {
            // A document has one version that is there: its present one.
            Category::DocumentVersie => match self.document_of_version(index) {
                Some(document) => self.is_deleted(Category::Document, document),
                None => true,
            },
            Category::Persoon => self.seat_of(index).is_none() && self.is_drawn(category, index),
            _ => index >= self.size(category).kept && self.is_drawn(category, index),
        }
    }

    /// Whether the lot of withdrawal fell on the entity.
    fn is_drawn(&self, category: Category, index: u64) -> bool {
        let parts = [self.seed, Of::Deleted as u64, category as u64, index];
        Draw::of(&parts).chance(self.size(category).deleted)
    }

    /// The present version of a document.
    pub(crate) fn version_of(&self, document: u64) -> u64 {
        self.scale(Category::Document, document, Category::DocumentVersie)
    }

    /// The document of which this is the present version.
    pub(crate) fn document_of_version(&self, version: u64) -> Option<u64> {
        self.unscale(Category::Document, version, Category::DocumentVersie)
    }

    /// The index in a larger category that goes with this one in a smaller.
    pub(crate) fn scale(&self, from: Category, index: u64, to: Category) -> u64 {
        index * self.count(to) / self.count(from).max(1)
    }

    /// The way back of [`Self::scale`], for an index that some other leads to.
    pub(crate) fn unscale(&self, from: Category, index: u64, to: Category) -> Option<u64> {
        let found = (index * self.count(from)).div_ceil(self.count(to).max(1));
        (found < self.count(from) && self.scale(from, found, to) == index).then_some(found)
    }

    /// The person who holds a seat of the House. The members are spread over all persons.
    pub(crate) fn member(&self, seat: u64) -> u64 {
        seat % SEATS * self.count(Category::Persoon) / SEATS
    }

    /// The seat that a person holds.
    pub(crate) fn seat_of(&self, person: u64) -> Option<u64> {
        let seat = (person * SEATS).div_ceil(self.count(Category::Persoon).max(1));
        (seat < SEATS && self.member(seat) == person).then_some(seat)
    }

    /// The GUID of an entity: random to look at, so that it falls anywhere in an index.
    pub(crate) fn id(&self, category: Category, index: u64) -> Uuid {
        let bits = scramble(((category as u64) << 54) | (index << 22), self.id_key());
        let high = (bits >> 12 << 16) | 0x4000 | (bits & 0xfff);
        Uuid::from_u64_pair(high, self.check(bits))
    }

    /// The entity with this GUID.
    pub(crate) fn place(&self, id: Uuid) -> Option<(Category, u64)> {
        let (high, low) = id.as_u64_pair();
        let bits = (high >> 16 << 12) | (high & 0xfff);
        if low != self.check(bits) {
            return None;
        }
        let place = unscramble(bits, self.id_key());
        let category = *Category::ALL.get(usize::try_from(place >> 54).ok()?)?;
        let index = place >> 22 & 0xffff_ffff;
        (index < self.count(category) && place & 0x3f_ffff == 0).then_some((category, index))
    }

    fn id_key(&self) -> u64 {
        seed(&[self.seed, Of::Id as u64])
    }

    /// The second half of a GUID, which follows from the first.
    fn check(&self, bits: u64) -> u64 {
        0x8000_0000_0000_0000 | (mix(bits ^ seed(&[self.seed, Of::Check as u64])) >> 2)
    }
}

/// Whether the entity is one that was published again.
fn is_old(index: u64) -> bool {
    index % OLD_EVERY == OLD_EVERY - 1
}

/// GUIDs have 60 free bits in their first half.
const MASK: u64 = (1 << 60) - 1;
const FACTOR: u64 = 0x09e3_779b_97f4_a7c1;

/// Mixes 60 bits; each step can be undone.
fn scramble(bits: u64, key: u64) -> u64 {
    let mut bits = (bits ^ key) & MASK;
    for _ in 0..2 {
        bits = bits.wrapping_mul(FACTOR) & MASK;
        bits ^= bits >> 31;
    }
    bits
}

fn unscramble(bits: u64, key: u64) -> u64 {
    // Newton's method doubles the right bits of the inverse of an odd number each time.
    let mut inverse = FACTOR;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(FACTOR.wrapping_mul(inverse)));
    }
    let mut bits = bits;
    for _ in 0..2 {
        bits ^= bits >> 31;
        bits = bits.wrapping_mul(inverse) & MASK;
    }
    (bits ^ key) & MASK
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(documents: u64, seed: u64) -> Plan {
        Plan::new(documents, seed, "2025-12-31T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_full_size_is_that_of_the_source() {
        let plan = plan(DOCUMENTS, 1);
        let total: u64 = Category::ALL.iter().map(|category| plan.count(*category)).sum();
        assert!((7_300_000..7_450_000).contains(&total), "{total}");
        assert_eq!(plan.count(Category::Stemming), 982_975);
        assert_eq!(plan.count(Category::Zaal), 64);
        let deleted = |category| {
            let range = 0..100_000;
            range.filter(|index| plan.is_deleted(category, *index)).count()
        };
        assert!(deleted(Category::DocumentVersie).abs_diff(61_200) < 500);
        assert!(deleted(Category::Stemming).abs_diff(715) < 100);
    }

    #[test]
    fn there_is_a_little_more_of_it_each_year() {
        let plan = plan(DOCUMENTS, 1);
        let years: Vec<i16> = plan.years.iter().map(|(year, _)| *year).collect();
        assert_eq!(years, (2008..=2025).collect::<Vec<i16>>());
        let sizes: Vec<u64> = plan.years.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        assert!(sizes.is_sorted(), "{sizes:?}");
    }

    proptest! {
        #[test]
        fn tokens_grow_within_a_category_and_are_found_back(
            documents in 1_u64..600_000, seed: u64, category in 0_usize..37, number: u64,
        ) {
            let plan = plan(documents, seed);
            let category = Category::ALL[category];
            let count = plan.count(category);
            let index = number % count;
            let token = plan.token(category, index);
            prop_assert_eq!(plan.first_after(category, token - 1), index);
            prop_assert_eq!(plan.first_after(category, token), index + 1);
            prop_assert_eq!(plan.first_after(category, -1), 0);
            prop_assert_eq!(plan.first_after(category, Token::MAX / 64), count);
        }

        #[test]
        fn a_guid_leads_back_to_its_entity(seed: u64, category in 0_usize..37, number: u64) {
            let plan = plan(DOCUMENTS, seed);
            let category = Category::ALL[category];
            let index = number % plan.count(category);
            let id = plan.id(category, index);
            prop_assert_eq!(plan.place(id), Some((category, index)));
            prop_assert_eq!(id.get_version_num(), 4);
            prop_assert_eq!(plan.place(Uuid::from_u128(id.as_u128() ^ 1)), None);
        }
    }

    #[test]
    fn numbers_and_tokens_are_given_once() {
        let plan = plan(5_000, 3);
        let mut tokens = std::collections::HashSet::new();
        for category in Category::ALL.iter().copied() {
            let mut numbers = std::collections::HashSet::new();
            for index in 0..plan.count(category) {
                assert!(tokens.insert(plan.token(category, index)), "{category} {index}");
                assert!(numbers.insert(plan.number(category, index)), "{category} {index}");
            }
        }
    }

    #[test]
    fn each_seat_is_held_by_a_person_who_is_there() {
        for documents in [10, 100_000, DOCUMENTS] {
            let plan = plan(documents, 4);
            for seat in 0..SEATS {
                let person = plan.member(seat);
                assert_eq!(plan.seat_of(person), Some(seat));
                assert!(!plan.is_deleted(Category::Persoon, person));
            }
        }
    }
}
