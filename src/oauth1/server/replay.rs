//! Protection against replays: a window around the clock, and the nonces that were used
//! ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2),
//! [§3.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.3)).

use alloc::collections::BTreeSet;
use core::{error, fmt};

use sha1::{Digest as _, Sha1};

use super::super::authorization::Authorization;

/// Decides whether a request is a replay. [`MemoryReplayGuard`] is one policy.
pub trait ReplayGuard {
    /// Remembers a request, or rejects it. `now` is in seconds since 1970.
    ///
    /// Call it *after* [`Signer::verify`](super::super::Signer::verify) has succeeded. Otherwise anyone can use up a
    /// nonce that a client is about to send, and fill the memory.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`], for which a server responds with 401. The request is remembered only if the result is `Ok`.
    fn admit(&mut self, received: &Authorization, now: u64) -> Result<(), ReplayError>;
}

/// Why a guard rejects a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ReplayError {
    /// `oauth_timestamp` is missing or empty. The RFC allows that with `PLAINTEXT`, but then a replay cannot be
    /// recognized.
    MissingTimestamp,
    /// `oauth_nonce` is missing or empty.
    MissingNonce,
    /// `oauth_timestamp` is not a positive number of seconds in decimal digits.
    Timestamp,
    /// The timestamp is too old for the window.
    TooOld,
    /// The timestamp is too far in the future for the window.
    TooNew,
    /// The same client, token, timestamp and nonce were used before.
    Replayed,
    /// The guard is full and cannot remember another nonce.
    Full,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::MissingTimestamp => "oauth_timestamp is missing",
            Self::MissingNonce => "oauth_nonce is missing",
            Self::Timestamp => "oauth_timestamp is not a positive number of seconds",
            Self::TooOld => "oauth_timestamp is too far in the past",
            Self::TooNew => "oauth_timestamp is too far in the future",
            Self::Replayed => "this nonce was sent before with this timestamp",
            Self::Full => "the replay guard is full: too many requests in its window",
        })
    }
}

impl error::Error for ReplayError {}

/// A guard that remembers a limited number of nonces in memory.
///
/// A timestamp may differ from the server's clock by at most the window, in both directions. A nonce is remembered as
/// long as its timestamp is in the window. If the guard is full, new requests are rejected; nothing in the window is
/// forgotten. All clients share the limit. A server of clients that do not trust each other needs one guard for each.
///
/// If the clock is set back, requests are rejected until it has caught up, because their nonces may be forgotten. A new
/// guard does not know the nonces of an earlier one.
///
/// # Examples
///
/// ```
/// use exh_oauth1::oauth1::{Credentials, MemoryReplayGuard, ReplayError, ReplayGuard, Request, Signer};
///
/// // RFC 5849 §1.2.
/// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"));
/// let request = Request::new("POST", "https://photos.example.net/initiate")?;
/// let received = signer.sign(&request, 137131200, "wIjqoS");
///
/// let mut guard = MemoryReplayGuard::new(300, 10_000);
/// signer.verify(&request, &received)?;
/// assert_eq!(guard.admit(&received, 137131201), Ok(()));
/// assert_eq!(guard.admit(&received, 137131202), Err(ReplayError::Replayed));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct MemoryReplayGuard {
    window: u64,
    capacity: usize,
    /// Ordered by timestamp, so that what has left the window is at the front.
    seen: BTreeSet<(u64, Fingerprint)>,
    /// The earliest timestamp of which nothing was forgotten.
    floor: u64,
}

impl MemoryReplayGuard {
    /// A guard with a window in seconds before and after now, and a maximum number of requests to remember. Each needs
    /// less than 100 bytes. The maximum must cover all requests of 2·window + 1 seconds.
    pub const fn new(window: u64, capacity: usize) -> Self {
        Self { window, capacity, seen: BTreeSet::new(), floor: 0 }
    }

    /// The number of requests remembered.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether no request is remembered.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Forgets what is older than the window. Each entry is removed once, so a request costs one removal on average.
    fn purge(&mut self, now: u64) {
        self.floor = self.floor.max(now.saturating_sub(self.window));
        while self.seen.first().is_some_and(|(timestamp, _)| *timestamp < self.floor) {
            self.seen.pop_first();
        }
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn admit(&mut self, received: &Authorization, now: u64) -> Result<(), ReplayError> {
        self.purge(now);
        let timestamp = received.timestamp().unwrap_or_default();
        let nonce = received.nonce().unwrap_or_default();
        if timestamp.is_empty() {
            return Err(ReplayError::MissingTimestamp);
        }
        if nonce.is_empty() {
            return Err(ReplayError::MissingNonce);
        }
        let timestamp = seconds(&timestamp).ok_or(ReplayError::Timestamp)?;
        if timestamp < self.floor {
            return Err(ReplayError::TooOld);
        }
        if timestamp > now.saturating_add(self.window) {
            return Err(ReplayError::TooNew);
        }
        // An empty token is the same as none.
        let token = received.token().unwrap_or_default();
        let entry = (timestamp, fingerprint([&received.consumer_key(), &token, &nonce]));
        if self.seen.contains(&entry) {
            return Err(ReplayError::Replayed);
        }
        if self.seen.len() >= self.capacity {
            return Err(ReplayError::Full);
        }
        self.seen.insert(entry);
        Ok(())
    }
}

impl fmt::Debug for MemoryReplayGuard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryReplayGuard")
            .field("window", &self.window)
            .field("capacity", &self.capacity)
            .field("len", &self.seen.len())
            .finish_non_exhaustive()
    }
}

/// A hash of client, token and nonce. It has a fixed size, so that a client cannot make the guard keep long texts.
type Fingerprint = [u8; 20];

/// Hashes texts, each with its length in front, so that different texts never give the same bytes.
///
/// Equal texts have equal hashes, so a replay is always found. A client that makes two of its nonces collide only gets
/// its second request rejected.
fn fingerprint(texts: [&str; 3]) -> Fingerprint {
    let mut hash = Sha1::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// Reads a positive number. `parse` alone accepts a sign.
fn seconds(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?.filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_framed_and_of_one_size() {
        let long = "n".repeat(100_000);
        let texts = [
            ["ab", "c", "d"],
            ["a", "bc", "d"],
            ["a", "b", "cd"],
            ["abcd", "", ""],
            ["", "", "abcd"],
            ["", "abcd", ""],
            ["a", "b", &long],
        ];
        let distinct: BTreeSet<_> = texts.iter().copied().map(fingerprint).collect();
        assert_eq!(distinct.len(), texts.len());
        assert_eq!(size_of::<(u64, Fingerprint)>(), 32);
    }
}
