//! Which stemmingen belong to which besluit, and who votes how.
//!
//! Stemmingen come in blocks of 150: either one roll call of all members, or ten votes by show of hands
//! of all parties.

use model::Category;

use super::papers::Archive;
use super::plan::Plan;
use super::proportions::SEATS;
use crate::draw::Draw;

/// Votes by show of hands in a block.
const PER_BLOCK: u64 = 10;
/// Parties that vote: a block is divided evenly over them.
const PARTIES: u64 = SEATS / PER_BLOCK;
/// One block in so many is a roll call.
const ROLL_CALLS: u64 = 40;

const VOTE: u64 = 106;

/// One vote of the House.
pub(super) struct Vote {
    number: u64,
    /// The index of the besluit that it is about.
    pub(super) besluit: u64,
    pub(super) is_roll_call: bool,
}

fn votes(plan: &Plan) -> u64 {
    (plan.count(Category::Stemming).div_ceil(SEATS) * PER_BLOCK)
        .min(plan.count(Category::Besluit))
        .max(1)
}

fn vote(plan: &Plan, number: u64) -> Vote {
    let block = number / PER_BLOCK;
    let is_roll_call = block % ROLL_CALLS == ROLL_CALLS - 1;
    let number = if is_roll_call { block * PER_BLOCK } else { number };
    let besluit = number.min(votes(plan) - 1) * plan.count(Category::Besluit) / votes(plan);
    Vote { number, besluit, is_roll_call }
}

/// The vote that a stemming belongs to.
pub(super) fn of(plan: &Plan, stemming: u64) -> Vote {
    let (block, place) = (stemming / SEATS, stemming % SEATS);
    vote(plan, block * PER_BLOCK + place / PARTIES)
}

/// The vote on a besluit, if there was one.
pub(super) fn on(plan: &Plan, besluit: u64) -> Option<Vote> {
    let number = (besluit * votes(plan)).div_ceil(plan.count(Category::Besluit).max(1));
    if number >= votes(plan) {
        return None;
    }
    let vote = vote(plan, number);
    (vote.besluit == besluit && vote.number == number).then_some(vote)
}

impl Vote {
    /// The seat for which a stemming speaks: in a roll call its member's, else one of its party.
    pub(super) fn seat(&self, archive: &Archive, stemming: u64) -> u64 {
        if self.is_roll_call {
            return stemming % SEATS;
        }
        first_seat(archive, stemming % PARTIES)
    }

    pub(super) fn is_in_favour(&self, archive: &Archive, seat: u64) -> bool {
        // A party votes as one, in a roll call too.
        let party = archive.words.party(seat).map_or(seat, |(place, _)| place);
        let lean = 0.25 + 0.7 * archive.draw(VOTE, self.number).fraction();
        Draw::of(&[archive.plan.seed, VOTE, self.number, party]).chance(lean)
    }

    /// How many seats are in favour, and how many against.
    pub(super) fn result(&self, archive: &Archive) -> (u64, u64) {
        let in_favour = (0..SEATS).filter(|seat| self.is_in_favour(archive, *seat)).count() as u64;
        (in_favour, SEATS - in_favour)
    }
}

/// The first seat of the `number`th party that sits in the House.
fn first_seat(archive: &Archive, number: u64) -> u64 {
    let seats = &archive.words.seats;
    let mut firsts = (0..seats.len()).filter(|seat| {
        seat.checked_sub(1).and_then(|before| seats.get(before)) != seats.get(*seat)
    });
    let parties = usize::try_from(number).unwrap_or(0);
    firsts.nth(parties).unwrap_or(0) as u64
}
