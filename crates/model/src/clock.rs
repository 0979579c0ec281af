//! Parliament's clock. It decides what "today", "coming" and "late" mean on the pages. It is never
//! used for TLS, log-in or the expiry of mail: those live in real time.

use jiff::{Timestamp, ZonedDateTime, civil};

use crate::time::in_amsterdam;

/// The clock by which parliament's time is told.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's own clock.
    System,
    /// A clock that stands still: in the demo, whose data end, and in tests.
    Standing(Timestamp),
}

impl Clock {
    /// The present moment.
    pub fn now(self) -> Timestamp {
        match self {
            Clock::System => Timestamp::now(),
            Clock::Standing(moment) => moment,
        }
    }

    /// The present moment on the clocks of the House.
    pub fn now_in_amsterdam(self) -> ZonedDateTime {
        in_amsterdam(self.now())
    }

    /// Today in the House.
    pub fn today(self) -> civil::Date {
        self.now_in_amsterdam().date()
    }
}
