//! A clock that is wrong: signing by the server's instead.
//!
//! A timestamp far from the server's time is refused (RFC 5849 §3.3), and the API has no code of its own for that. Where it
//! refuses the credentials or the signature, and its `Date` is more than a minute from our time, the request is signed once
//! more by its time. Only an answer over TLS or from this machine is believed, and only up to a day: who can change `Date`
//! could otherwise have requests signed for a time to come.

use std::time::SystemTime;

use super::{codes::ErrorCode, error::ApiError};

/// Less than this is no reason: requests take their time.
const TOLERANCE: u64 = 60;
/// More than this is not believed.
const MAXIMUM: u64 = 24 * 60 * 60;

/// The seconds to add to our clock for another attempt; `None` where the clock is not the matter.
pub(super) fn correction(error: &ApiError, offset: i64) -> Option<i64> {
    if !matches!(
        error.code?,
        ErrorCode::UserNotAuthenticated
            | ErrorCode::OauthToken
            | ErrorCode::OauthSignature
            | ErrorCode::DuplicateRequest
    ) {
        return None;
    }
    let measured = seconds(error.response.date()?)?.checked_sub(seconds(SystemTime::now())?)?;
    (measured.abs_diff(offset) > TOLERANCE && measured.unsigned_abs() <= MAXIMUM)
        .then_some(measured)
}

fn seconds(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::client::{Response, Sources};

    fn answer(code: u32, ahead: i64) -> ApiError {
        let ahead_by = Duration::from_secs(ahead.unsigned_abs());
        let now = SystemTime::now();
        let time = if ahead < 0 {
            now - ahead_by
        } else {
            now + ahead_by
        };
        let response = Response {
            status: 401,
            headers: vec![("date".into(), httpdate::fmt_http_date(time).into())],
            body: format!("{{\"code\":{code}}}").into_bytes().into(),
            ..Response::default()
        };
        ApiError::new(response, &Sources::default())
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
            let found = correction(&answer(code, ahead), offset);
            // The date has no fractions, and a second may end in between.
            let is_near = found.is_some_and(|found| found.abs_diff(ahead) <= 2);
            assert_eq!(is_near, expected, "{code} {ahead} {offset}: {found:?}");
        }
        let mut undated = answer(109, 3600);
        undated.response.headers.clear();
        assert_eq!(correction(&undated, 0), None);
    }
}
