//! What was tried: each attempt of a call, and a clock that is wrong.

use exh_oauth1::client::{Attempt, Error, Outcome};

use super::{
    base_string,
    stderr::{note, warn},
};
use crate::options::GlobalOptions;

pub(crate) fn report_error(global: &GlobalOptions, error: &Error) {
    report(global, error.attempts());
    if global.verbose > 0 {
        base_string::show(error);
    }
}

pub(crate) fn report(global: &GlobalOptions, attempts: &[Attempt]) {
    report_attempts(global, attempts);
    warn_of_clock(attempts.last().map_or(0, |attempt| attempt.clock_offset));
}

pub(crate) fn report_attempts(global: &GlobalOptions, attempts: &[Attempt]) {
    for (index, attempt) in attempts.iter().enumerate() {
        let outcome = match attempt.outcome {
            Outcome::Status(status) => status.to_string(),
            Outcome::Network(phase, kind) => format!("{phase}: {kind}"),
            Outcome::TooLarge => "response too large".to_owned(),
            _ => "not sent".to_owned(),
        };
        let wait = match attempt.waited.as_millis() {
            0 => String::new(),
            wait => format!(", after waiting {wait} ms"),
        };
        if global.verbose > 0 {
            note(&format!("attempt {}: {outcome} ({} ms{wait})", index + 1, attempt.took.as_millis()));
        }
    }
}

/// Warns if the clock of this machine was wrong and the server's was used.
pub(crate) fn warn_of_clock(offset: i64) {
    if offset != 0 {
        let (seconds, side) = (offset.unsigned_abs(), if offset < 0 { "ahead of" } else { "behind" });
        warn(&format!(
            "this machine's clock is {seconds} s {side} the server's, which the signature uses; set the clock"
        ));
    }
}
