//! Octets that all connections share: in memory for large bodies, on disk for files.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};

/// What is left of a number of octets.
pub(super) struct Budget(AtomicU64);

impl Budget {
    pub(super) fn new(octets: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(octets)))
    }
}

/// What somebody has taken of a budget, given back when it is dropped.
pub(super) struct Share {
    budget: Arc<Budget>,
    taken: u64,
}

impl Share {
    /// Nothing yet.
    pub(super) fn of(budget: &Arc<Budget>) -> Self {
        Self {
            budget: Arc::clone(budget),
            taken: 0,
        }
    }

    /// Takes so much more, or nothing where there is less left.
    pub(super) fn grow(&mut self, octets: u64) -> bool {
        let taken = self
            .budget
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(octets)
            });
        if taken.is_ok() {
            self.taken += octets;
        }
        taken.is_ok()
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.fetch_add(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_given_back() {
        let budget = Budget::new(10);
        let mut first = Share::of(&budget);
        let mut second = Share::of(&budget);
        assert!(first.grow(6) && second.grow(3) && !second.grow(2));
        drop(first);
        assert!(second.grow(7) && !second.grow(1));
    }
}
