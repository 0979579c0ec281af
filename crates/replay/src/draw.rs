//! Pseudo-random draws that depend on nothing but their seed, so that what is drawn can be drawn again.

/// A seed, followed by what distinguishes this use of it from others.
pub(crate) fn seed(parts: &[u64]) -> u64 {
    parts.iter().fold(0, |seed, part| mix(seed ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// Scatters a number over all others; no two numbers come out the same.
pub(crate) fn mix(number: u64) -> u64 {
    // The finaliser of splitmix64.
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A row of draws.
pub(crate) struct Draw(u64);

impl Draw {
    /// Draws from this seed.
    pub(crate) fn of(parts: &[u64]) -> Self {
        Self(seed(parts))
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 to `limit`, without `limit` itself; 0 if that is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.number()) * u128::from(limit);
        // The upper half of the product of two numbers of 64 bits is one of 64 bits.
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// A fraction from 0 to 1, without 1 itself.
    pub(crate) fn fraction(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what a fraction holds")]
        let bits = (self.number() >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.fraction() < share
    }

    /// One of these texts, unless there is none.
    pub(crate) fn pick<'a>(&mut self, from: &'a [impl AsRef<str>]) -> Option<&'a str> {
        let place = usize::try_from(self.below(from.len() as u64)).ok()?;
        from.get(place).map(AsRef::as_ref)
    }
}
