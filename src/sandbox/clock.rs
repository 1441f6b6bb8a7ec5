//! The sandbox's clock, which may be told to be wrong.

use crate::oauth1::timestamp;

/// A clock that differs from the machine's by a number of seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    pub(super) offset: i64,
}

impl Clock {
    /// Seconds since 1970.
    pub(super) fn seconds(self) -> u64 {
        timestamp()
            .unwrap_or_default()
            .saturating_add_signed(self.offset)
    }

    /// Milliseconds since 1970, as the API writes times.
    pub(super) fn milliseconds(self) -> u64 {
        self.seconds().saturating_mul(1000)
    }
}
