//! The one place that prints errors.

use std::process::ExitCode;

use super::{
    stderr::{self, note},
    stdout,
};
use crate::failure::Failure;

/// Prints the response to standard output and the message to standard error, and returns the exit code.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    if let Some(response) = &failure.response {
        let body = response.bytes();
        let printed = match failure.include {
            true => stdout::headers(response),
            false => Ok(()),
        };
        if let Err(failure) = printed.and_then(|()| stdout::body(body)) {
            message(&failure);
        } else if stdout::is_shared_with_stderr() && !matches!(body.last(), None | Some(b'\n')) {
            // The message begins on its own line.
            note("");
        }
    }
    message(failure);
    ExitCode::from(failure.code)
}

fn message(failure: &Failure) {
    stderr::error(&failure.message, failure.hint.as_deref());
}
