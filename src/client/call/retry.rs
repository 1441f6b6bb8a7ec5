//! Which calls are made again, and when.
//!
//! A retry is a new request, with a nonce and a timestamp of its own: the API refuses a nonce that it has seen (110).

use core::time::Duration;
use std::time::SystemTime;

use rand::TryRng as _;
use ureq::http::Method;

use crate::client::outcome::{error::Error, phase::NetworkErrorKind, response::Response};

/// How often a call is made again where that is safe, and how long is waited before.
///
/// Made again are calls that found no connection, and those answered 429, 502, 503 or 504. A call that may have had its
/// effect is not, unless its method is idempotent (GET, HEAD, PUT, DELETE, OPTIONS); 429 says that it had none. The wait
/// doubles each time, between half of it and all of it is taken at random, and `Retry-After` makes it longer. None begins
/// where the wait would end after the call's time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    pub(super) times: u32,
    base: Duration,
    longest: Duration,
}

impl Retry {
    /// No call is made again: the default.
    pub const NEVER: Self = Self::times(0);

    /// Each call is made again up to so many times.
    pub const fn times(times: u32) -> Self {
        Self {
            times,
            base: Duration::from_millis(250),
            longest: Duration::from_secs(20),
        }
    }

    /// The wait before the first retry: 250 ms unless told.
    #[must_use]
    pub const fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait, where the server asks for none: 20 s unless told.
    #[must_use]
    pub const fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The wait after so many retries, by chance between half of it and all of it, so that clients that failed together do
    /// not come back together.
    pub(super) fn wait(self, done: u32) -> Duration {
        let factor = 1_u32.checked_shl(done).unwrap_or(u32::MAX);
        let whole = self.base.saturating_mul(factor).min(self.longest);
        let chance = rand::rngs::SysRng.try_next_u32().unwrap_or(u32::MAX);
        whole.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX) / 2.0)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::NEVER
    }
}

/// Whether a call that failed in this way may be made again.
pub(super) fn is_worth_it(method: &Method, failure: &Error) -> bool {
    use NetworkErrorKind as Kind;
    let Error::Network(error) = failure else {
        return false;
    };
    let is_lasting = matches!(
        error.kind(),
        Kind::UnknownIssuer
            | Kind::CertificateTime
            | Kind::CertificateName
            | Kind::NotTls
            | Kind::OldTls
            | Kind::ProxyRefused
            | Kind::NotHttp
            | Kind::HeadTooLarge
    );
    !is_lasting && (error.is_unsent() || method.is_idempotent())
}

/// Whether a call that was answered so may be made again.
pub(super) fn is_worth_it_after(method: &Method, status: u16) -> bool {
    match status {
        429 => true,
        502..=504 => method.is_idempotent(),
        _ => false,
    }
}

/// How long the server asks to wait; what cannot be read is no wish (RFC 9110 §10.2.3).
pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    // The server's own clock, where it tells it, as the date is by that.
    let now = response.date().unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let retry = Retry::times(3)
            .base(Duration::from_millis(8))
            .longest(Duration::from_millis(20));
        for (done, whole) in [
            (0, 8),
            (1, 16),
            (2, 20),
            (3, 20),
            (31, 20),
            (32, 20),
            (u32::MAX, 20),
        ] {
            let whole = Duration::from_millis(whole);
            for _ in 0..50 {
                let wait = retry.wait(done);
                assert!(wait >= whole / 2 && wait <= whole, "{done}: {wait:?}");
            }
        }
    }

    #[test]
    fn wishes_are_seconds_or_dates() {
        let day = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (wish, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("+3", None),
            ("soon", None),
            ("Sun, 32 Nov 1994 08:49:47 GMT", None),
        ] {
            let response = Response {
                headers: vec![
                    ("date".into(), day.into()),
                    ("retry-after".into(), wish.into()),
                ],
                ..Response::default()
            };
            assert_eq!(
                retry_after(&response),
                seconds.map(Duration::from_secs),
                "{wish}"
            );
        }
    }
}
