//! What went wrong, with its exit code: the one place from which errors are printed.

use core::fmt::Display;
use std::process::ExitCode;

use exh_oauth1::{
    AuthorizeError, ParseError,
    client::{ConfigurationError, Error, Response},
};

use crate::output;

/// Why a command ends without success.
pub(crate) struct Failure {
    code: u8,
    message: String,
    hint: Option<String>,
    /// An answer that is shown all the same.
    response: Option<Box<Response>>,
    /// The answer's head is shown, too.
    include: bool,
}

impl Failure {
    /// Wrong usage, or input that cannot be read.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self {
            code: 2,
            message: message.to_string(),
            hint: None,
            response: None,
            include: false,
        }
    }

    /// What was asked for could not be had.
    pub(crate) fn unavailable(message: impl Display) -> Self {
        Self {
            code: 1,
            ..Self::usage(message)
        }
    }

    /// What was examined would be refused by the API.
    pub(crate) fn refused(message: impl Display) -> Self {
        Self {
            code: 4,
            ..Self::usage(message)
        }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Says another thing to do, after what was said.
    pub(crate) fn add_hint(self, hint: &str) -> Self {
        let before = self.hint.as_ref().map(|before| format!("{before}\n"));
        let hint = before.unwrap_or_default() + hint;
        self.hint(hint)
    }

    /// Says this in place of what it said.
    pub(crate) fn instead(self, message: String) -> Self {
        Self { message, ..self }
    }

    /// Shows nothing of an answer, which may hold a secret.
    pub(crate) fn without_answer(self) -> Self {
        Self {
            response: None,
            ..self
        }
    }

    /// Shows the head of an answer, too.
    pub(crate) fn include(self, include: bool) -> Self {
        Self { include, ..self }
    }

    /// Prints an answer to standard output and the rest to standard error.
    pub(crate) fn report(self) -> ExitCode {
        if let Some(response) = &self.response
            && let Err(failure) = self.print(response)
        {
            failure.say();
        }
        self.say();
        ExitCode::from(self.code)
    }

    fn print(&self, response: &Response) -> Result<(), Self> {
        if self.include {
            output::head(response)?;
        }
        output::body(response.bytes())
    }

    fn say(&self) {
        output::note(&format!("exh-oauth1: {}", self.message));
        for line in self.hint.iter().flat_map(|hint| hint.lines()) {
            output::note(&format!("  {line}"));
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            code: error.exit_code(),
            message: error.to_string(),
            hint: error.hint(),
            response: error.response().cloned().map(Box::new),
            include: false,
        }
    }
}

impl From<ConfigurationError> for Failure {
    fn from(error: ConfigurationError) -> Self {
        Error::from(error).into()
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::usage(error)
    }
}

impl From<AuthorizeError> for Failure {
    fn from(error: AuthorizeError) -> Self {
        Self::unavailable(error)
    }
}
