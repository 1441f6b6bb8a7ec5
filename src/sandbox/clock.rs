//! The sandbox's clock, which may be wrong on purpose.

use crate::oauth1::timestamp;

/// A century. Dates in HTTP have four digits for the year.
const MAXIMUM: i64 = 100 * 365 * 24 * 3600;

/// A clock that differs from the machine's by a number of seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    offset: i64,
}

impl Clock {
    /// A clock that is ahead by a number of seconds, at most a century.
    pub(super) fn ahead(seconds: i64) -> Self {
        Self { offset: seconds.clamp(-MAXIMUM, MAXIMUM) }
    }

    /// Seconds since 1970.
    pub(super) fn seconds(self) -> u64 {
        timestamp().unwrap_or_default().saturating_add_signed(self.offset)
    }

    /// Milliseconds since 1970, as the API writes times.
    pub(super) fn milliseconds(self) -> u64 {
        self.seconds().saturating_mul(1000)
    }
}
