//! Why a command fails, and its exit code. `output/report.rs` prints it.

use std::{fmt::Display, io, path::Path};

use exh_oauth1::{
    AuthorizeError, ParseError,
    client::{ConfigurationError, Error, FileError, Problem, Profile, Response},
};

/// Why a command ends without success.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// An error response, which is printed.
    pub(crate) response: Option<Box<Response>>,
    /// Whether its headers are printed too.
    pub(crate) include: bool,
}

impl Failure {
    /// Wrong usage, or input that cannot be read.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self { code: 2, message: message.to_string(), hint: None, response: None, include: false }
    }

    /// No usable response, or output that cannot be written.
    pub(crate) fn unavailable(message: impl Display) -> Self {
        Self { code: 1, ..Self::usage(message) }
    }

    /// A signature that a server would refuse.
    pub(crate) fn refused(message: impl Display) -> Self {
        Self { code: 4, ..Self::usage(message) }
    }

    /// A file that cannot be read.
    pub(crate) fn cannot_read(path: &Path, error: &io::Error) -> Self {
        Self::usage(format_args!("cannot read {}: {error}", path.display()))
    }

    /// A file that cannot be written.
    pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Self {
        Self::unavailable(format_args!("cannot write {}: {error}", path.display()))
    }

    /// Settings that are missing or malformed. If they are missing, `hint` says what to do.
    pub(crate) fn settings(error: ConfigurationError, hint: &str) -> Self {
        let is_missing = matches!(error.problems().first(), Some(Problem::Missing { .. }));
        let failure = Self::from(error);
        if is_missing { failure.hint(hint) } else { failure }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Adds another hint.
    pub(crate) fn add_hint(self, hint: &str) -> Self {
        let before = self.hint.as_ref().map(|before| format!("{before}\n"));
        let hint = before.unwrap_or_default() + hint;
        self.hint(hint)
    }

    /// Replaces the message.
    pub(crate) fn with_message(self, message: String) -> Self {
        Self { message, ..self }
    }

    /// Drops the response, which may hold a secret.
    pub(crate) fn without_response(self) -> Self {
        Self { response: None, ..self }
    }

    /// Sets whether the headers of the response are printed.
    pub(crate) fn include(self, include: bool) -> Self {
        Self { include, ..self }
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
        let profiles = error.problems().iter().find_map(other_profiles);
        let failure = Self::from(Error::from(error));
        match profiles {
            Some(names) => failure.add_hint(&format!("the profiles are: {names}")),
            None => failure,
        }
    }
}

/// The names of the existing profiles, if the problem is that a profile does not exist.
fn other_profiles(problem: &Problem) -> Option<String> {
    let Problem::File { path, fault: FileError::Missing } = problem else {
        return None;
    };
    let folder = path.parent().filter(|folder| folder.ends_with(".exh/profiles"))?;
    let all = Profile::all(folder.ancestors().nth(2)?).ok()?;
    let names: Vec<_> = all.iter().map(Profile::name).collect();
    (!names.is_empty()).then(|| names.join(", "))
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
