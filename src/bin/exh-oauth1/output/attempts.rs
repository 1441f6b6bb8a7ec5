//! What was tried: each attempt of a call, and a clock that is wrong.

use exh_oauth1::client::{Attempt, Error, Outcome};

use super::{
    base_string,
    stderr::{note, warn},
};
use crate::options::GlobalOptions;

pub(crate) fn report_error(global: &GlobalOptions, error: &Error) {
    report(global, error.attempts());
    if global.verbose {
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
            Outcome::Network(phase, kind) => format!("no answer ({phase:?}: {kind:?})"),
            Outcome::TooLarge => "larger than is taken".to_owned(),
            _ => "not sent, or no usable answer".to_owned(),
        };
        let wait = match attempt.waited.as_millis() {
            0 => String::new(),
            wait => format!(", begun after a wait of {wait} ms"),
        };
        if global.verbose {
            note(&format!(
                "attempt {}: {outcome} after {} ms{wait}",
                index + 1,
                attempt.took.as_millis()
            ));
        }
    }
}

/// A wrong clock is never mended in silence.
pub(crate) fn warn_of_clock(offset: i64) {
    if offset != 0 {
        let (seconds, side) = (
            offset.unsigned_abs(),
            if offset < 0 { "ahead of" } else { "behind" },
        );
        warn(&format!(
            "this machine's clock is {seconds} s {side} the server's, by which the request was signed; set the clock"
        ));
    }
}
