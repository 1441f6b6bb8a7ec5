//! Failures on purpose: which requests fail, and how.

use std::sync::atomic::{AtomicU64, Ordering};

use super::response::{Code, ErrorResponse, Response};

/// The odd number by which SplitMix64 steps (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// How a request fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// It gets this status, and has no effect.
    Status(u16),
    /// It has its effect, and the connection is closed without a response.
    NoResponse,
    /// It has its effect, and the connection is closed in the middle of the response.
    HalfResponse,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::Status(429),
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::NoResponse,
        Self::HalfResponse,
    ];

    /// Whether the whole response is sent.
    pub(super) fn has_response(self) -> bool {
        matches!(self, Self::Status(_))
    }

    /// The response that replaces the request's own.
    pub(super) fn response(self) -> Option<Response> {
        let Self::Status(status) = self else {
            return None;
        };
        let message = "The sandbox fails on purpose: --fail-rate sets the share of such requests";
        Some(ErrorResponse::new(Code::Server, message).with_status(status).into())
    }
}

/// Decides for each request whether it fails. The sequence is the same for the same seed.
pub(super) struct Faults {
    share: f64,
    state: AtomicU64,
}

impl Faults {
    /// The share is between 0 and 1.
    pub(super) fn new(share: f64, seed: u64) -> Self {
        Self { share, state: AtomicU64::new(seed) }
    }

    /// How the next request fails, if it does.
    pub(super) fn next(&self) -> Option<Fault> {
        // Each request uses two numbers, so that its chance does not change the kind of the next.
        let state = self.state.fetch_add(STEP.wrapping_mul(2), Ordering::Relaxed);
        let chance = mix(state.wrapping_add(STEP));
        let kind = mix(state.wrapping_add(STEP.wrapping_mul(2)));
        // An f64 holds 53 bits.
        let chance = (chance >> 11) as f64 / (1_u64 << 53) as f64;
        let kinds = Fault::ALL.len() as u64;
        (chance < self.share).then(|| Fault::ALL.get((kind % kinds) as usize).copied())?
    }
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn the_mixing_is_that_of_splitmix64() {
        // The first three numbers of seed 1234567, from Vigna's splitmix64.c.
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        for (number, expected) in (1..).zip(expected) {
            assert_eq!(mix(STEP.wrapping_mul(number).wrapping_add(1_234_567)), expected);
        }
    }

    #[test]
    fn a_seed_gives_one_sequence_with_the_share_and_every_kind() {
        let run = |share, seed| -> Vec<_> {
            let faults = Faults::new(share, seed);
            (0..10_000).map(|_| faults.next()).collect()
        };
        let first = run(0.3, 1);
        assert_eq!(first, run(0.3, 1));
        assert_ne!(first, run(0.3, 2));
        let failed = first.iter().flatten().count();
        assert!((2_800..3_200).contains(&failed), "{failed}");
        for kind in Fault::ALL {
            assert!(first.contains(&Some(kind)), "{kind:?}");
        }
        assert!(run(0.0, 1).iter().all(Option::is_none));
        assert!(run(1.0, 1).iter().all(Option::is_some));
    }
}
