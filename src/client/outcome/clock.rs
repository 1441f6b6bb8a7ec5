//! Correction of a wrong clock by the server's `Date`.
//!
//! A server rejects a timestamp that is far from its own time (RFC 5849 §3.3), and the API has no separate error code
//! for that. If it rejects the credentials or the signature, and its `Date` differs from our time by more than a
//! minute, the request is signed once more with the server's time. `Date` counts only over TLS or from this machine,
//! and only up to a day: anyone who can change it could otherwise obtain signatures for the future.

use std::time::SystemTime;

use super::{api_error::ApiError, codes::ErrorCode, response::Response};

/// Smaller differences, in seconds, are ignored: requests take time.
const TOLERANCE: u64 = 60;
/// Larger differences, in seconds, are ignored.
const MAXIMUM: u64 = 24 * 60 * 60;

/// The seconds to add to our clock for another attempt; `None` if the clock is not the cause.
pub(crate) fn correction(error: &ApiError, offset: i64) -> Option<i64> {
    if !matches!(
        error.code?,
        ErrorCode::UserNotAuthenticated
            | ErrorCode::OauthToken
            | ErrorCode::OauthSignature
            | ErrorCode::DuplicateRequest
    ) {
        return None;
    }
    let measured = error.server_ahead?;
    (measured.abs_diff(offset) > TOLERANCE && measured.unsigned_abs() <= MAXIMUM).then_some(measured)
}

/// The seconds by which the server's clock is ahead of ours, by a response that just came.
pub(super) fn ahead(response: &Response) -> Option<i64> {
    seconds(response.date()?)?.checked_sub(seconds(SystemTime::now())?)
}

/// What to do about a wrong clock; `None` if the clock is not the cause.
pub(super) fn hint(error: &ApiError) -> Option<String> {
    let attempt = error.response.attempts.last();
    let ahead = error.server_ahead?;
    let seconds = ahead.unsigned_abs();
    let side = if ahead < 0 { "ahead of" } else { "behind" };
    (ahead.abs_diff(attempt.map_or(0, |attempt| attempt.clock_offset)) > TOLERANCE)
        .then(|| format!("set this machine's clock, which is {seconds} s {side} the server's; otherwise "))
}

fn seconds(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::client::Sources;

    fn error(code: u32, ahead: i64) -> ApiError {
        let ahead_by = Duration::from_secs(ahead.unsigned_abs());
        let now = SystemTime::now();
        let time = if ahead < 0 { now - ahead_by } else { now + ahead_by };
        let response = Response {
            status: 401,
            headers: vec![("date".into(), httpdate::fmt_http_date(time).into())],
            body: format!("{{\"code\":{code}}}").into_bytes().into(),
            ..Response::default()
        };
        ApiError::read(response, &Sources::default())
    }

    #[test]
    fn only_a_minute_to_a_day_counts() {
        for (code, ahead, offset, expected) in [
            (109, 3600, 0, true),
            (104, -3600, 0, true),
            (108, 86_390, 0, true),
            (110, 70, 0, true),
            (109, 50, 0, false),
            (109, 86_500, 0, false),
            (109, -86_500, 0, false),
            (107, 3600, 0, false),
            (10, 3600, 0, false),
            // The clock was set right since.
            (109, 0, 3600, true),
            (109, 3600, 3600, false),
        ] {
            let found = correction(&error(code, ahead), offset);
            // The date has no fractions, and a second may end in between.
            let is_near = found.is_some_and(|found| found.abs_diff(ahead) <= 2);
            assert_eq!(is_near, expected, "{code} {ahead} {offset}: {found:?}");
        }
        let undated = ApiError::read(Response::default(), &Sources::default());
        assert_eq!((ahead(&undated.response), correction(&undated, 0)), (None, None));
    }
}
