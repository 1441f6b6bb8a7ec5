//! Which calls are retried, and when.
//!
//! A retry is a new request with its own nonce and timestamp: the API rejects a nonce that it has seen (110).

use std::time::{Duration, SystemTime};

use rand::TryRng as _;
use ureq::http::Method;

use crate::client::{
    outcome::{error::Error, phase::NetworkErrorKind, response::Response},
    transport::connection::IDLE,
};

/// Retry policy: number of attempts and back-off.
///
/// A call is retried if there was no connection, or if the response has the status 429, 502, 503 or 504. A call that
/// may have had its effect is retried only if its method is idempotent (GET, HEAD, PUT, DELETE, OPTIONS), or after 429.
/// The wait doubles each time, less a random part of up to half. `Retry-After` makes it longer. No retry starts after
/// the call's timeout.
///
/// ```
/// # use exh_oauth1::client::{Client, Configuration, Retry};
/// # fn client(configuration: Configuration) -> Result<Client, Box<dyn std::error::Error>> {
/// let client = Client::builder(configuration).retry(Retry::times(2)).build()?;
/// # Ok(client)
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    pub(crate) times: u32,
    base: Duration,
    longest: Duration,
}

impl Retry {
    /// No retries: the default.
    pub const NEVER: Self = Self::times(0);

    /// Up to this number of retries per call.
    pub const fn times(times: u32) -> Self {
        Self { times, base: Duration::from_millis(250), longest: Duration::from_secs(20) }
    }

    /// The wait before the first retry (default: 250 ms).
    #[must_use]
    pub const fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait, unless the server asks for more (default: 20 s).
    #[must_use]
    pub const fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The wait after a number of retries. It is random, so that clients that failed together do not return together.
    pub(crate) fn wait(self, done: u32) -> Duration {
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

/// How long the connection for a request that cannot be sent twice may be idle.
const IDLE_UNREPEATABLE: Duration = Duration::from_secs(1);

/// How long the connection for a request may have been idle. A request that is not idempotent may have had its effect
/// when a connection breaks, so it only uses one that was active a moment ago.
pub(crate) fn max_idle(method: &Method, is_second: bool) -> Duration {
    match method {
        _ if is_second => Duration::ZERO,
        _ if method.is_idempotent() => IDLE,
        _ => IDLE_UNREPEATABLE,
    }
}

/// Whether to send a request once more, on a new connection, because a reused one broke before the first byte of a
/// response (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
pub(crate) fn was_stale(method: &Method, error: &Error) -> bool {
    method.is_idempotent() && matches!(error, Error::Network(error) if error.is_stale)
}

/// Whether a failed call may be retried.
pub(crate) fn is_worth_it(method: &Method, failure: &Error) -> bool {
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
            | Kind::HeadersTooLarge
    );
    !is_lasting && (error.is_unsent() || method.is_idempotent())
}

/// Whether a call may be retried after a response.
pub(crate) fn is_worth_it_after(method: &Method, status: u16) -> bool {
    match status {
        429 => true,
        502..=504 => method.is_idempotent(),
        _ => false,
    }
}

/// How long the server asks to wait (RFC 9110 §10.2.3). A malformed value is ignored.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    // The date is by the server's clock.
    let now = response.date().unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let retry = Retry::times(3).base(Duration::from_millis(8)).longest(Duration::from_millis(20));
        for (done, whole) in [(0, 8), (1, 16), (2, 20), (3, 20), (31, 20), (32, 20), (u32::MAX, 20)] {
            let whole = Duration::from_millis(whole);
            for _ in 0..50 {
                let wait = retry.wait(done);
                assert!(wait >= whole / 2 && wait <= whole, "{done}: {wait:?}");
            }
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let day = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (text, seconds) in [
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
                headers: vec![("date".into(), day.into()), ("retry-after".into(), text.into())],
                ..Response::default()
            };
            assert_eq!(retry_after(&response), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
