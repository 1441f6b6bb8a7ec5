//! The one place that prints errors.

use std::process::ExitCode;

use super::{stderr::note, stdout};
use crate::failure::Failure;

/// Prints the response to standard output and the message to standard error, and returns the exit code.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    if let Some(response) = &failure.response {
        let printed = match failure.include {
            true => stdout::headers(response),
            false => Ok(()),
        };
        if let Err(failure) = printed.and_then(|()| stdout::body(response.bytes())) {
            message(&failure);
        }
    }
    message(failure);
    ExitCode::from(failure.code)
}

fn message(failure: &Failure) {
    note(&format!("exh-oauth1: {}", failure.message));
    for line in failure.hint.iter().flat_map(|hint| hint.lines()) {
        note(&format!("  {line}"));
    }
}
