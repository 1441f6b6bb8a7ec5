//! The error of a task: a stable name and a message.

use std::{borrow::Cow, error, fmt};

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use super::logger::{escaped, without_secrets};
use crate::{
    AuthorizeError,
    client::{self, ApiError, ConfigurationError, NetworkErrorKind},
};

/// Maximum length of a message in bytes; a longer one is cut.
const MESSAGE_LIMIT: usize = 8 << 10;

/// Why a task failed. `?` makes one from any error; [`Error::new`] makes one from a name and a message.
///
/// The name is what `errorsToRetry` in `task-config.json` lists:
///
/// | name | what happened | does a retry help? |
/// |---|---|---|
/// | `CONNECTION_ERROR` | no connection to the API, or it broke | yes |
/// | `TIMEOUT` | a call, or the task, took too long | often |
/// | `HTTP_502` and similar | an error response of this status without a name | for 5xx |
/// | `OAUTH_SIGNATURE_EXCEPTION` and similar | an error response with this name | seldom |
/// | `TLS_ERROR` | the server's certificate is not trusted, or the port does not speak TLS | no |
/// | `CONFIGURATION_ERROR` | credentials are missing or malformed | no |
/// | `REQUEST_ERROR` | the request cannot be sent as it is | no |
/// | `REDIRECT` | the response is a redirect | no |
/// | `UNEXPECTED_RESPONSE` | the response is not what the call expects | no |
/// | `RESPONSE_TOO_LARGE` | the response is larger than the limit | no |
/// | `FILE_ERROR` | a body cannot be read from, or a response not written to, a file | no |
/// | `SIGNING_ERROR` | no clock, or no random numbers | no |
/// | `INVALID_EVENT` | the event cannot be read | no |
/// | `INVALID_RESULT`, `RESULT_TOO_LARGE` | the result cannot be sent | no |
/// | `INVALID_API_FUNCTION_RESULT` | an API function cannot respond with this status | no |
/// | `PANIC` | the handler panicked | no |
/// | `TASK_ERROR` | any other error | |
///
/// It does not implement [`std::error::Error`], because it is made from every type that does.
///
/// # Examples
///
/// ```
/// use exh_oauth1::task::Error;
///
/// fn dose(text: &str) -> Result<u32, Error> {
///     let milligrams: u32 = text.parse()?;
///     match milligrams {
///         0 => Err(Error::new("DOSE_MISSING", "the dose is 0")),
///         other => Ok(other),
///     }
/// }
///
/// assert_eq!(dose("0").unwrap_err().name(), "DOSE_MISSING");
/// assert_eq!(dose("x").unwrap_err().name(), "TASK_ERROR");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    name: Cow<'static, str>,
    message: String,
    exit_code: u8,
}

impl Error {
    /// An error with your own name, such as `PATIENT_UNKNOWN`.
    ///
    /// The name is sent in a header: each character other than ASCII letters, digits, `_`, `-`, `.` and `:` becomes
    /// `_`.
    pub fn new(name: impl Into<Cow<'static, str>>, message: impl fmt::Display) -> Self {
        let name = name.into();
        let is_plain = |one: char| one.is_ascii_alphanumeric() || "_-.:".contains(one);
        Self {
            name: if !name.is_empty() && name.chars().all(is_plain) {
                name
            } else if name.is_empty() {
                "TASK_ERROR".into()
            } else {
                name.replace(|one| !is_plain(one), "_").into()
            },
            message: cut(&message.to_string()),
            exit_code: 1,
        }
    }

    /// An error from a boxed one, which `?` does not accept. Its name is found in the same way.
    pub fn boxed(error: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self::of(&*error.into())
    }

    /// Sets the exit code of a program that was started by hand (default: 1).
    #[must_use]
    pub fn exits(self, exit_code: u8) -> Self {
        Self { exit_code, ..self }
    }

    /// The stable name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The exit code of a program that was started by hand.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// `{"errorType":…,"errorMessage":…}`, as it is reported. Secrets of the environment are removed from the message.
    pub fn report(&self) -> String {
        let mut error = self.clone();
        error.message = without_secrets(error.message);
        // Two strings can always be written.
        escaped(&serde_json::to_string(&error).unwrap_or_default())
    }

    /// Finds the name in the error or in its causes.
    fn of(error: &(dyn error::Error + 'static)) -> Self {
        let mut message = error.to_string();
        let mut cause = Some(error);
        while let Some(one) = cause {
            if let Some(error) = one.downcast_ref::<client::Error>() {
                let hint = error.hint().map(|hint| format!(": {hint}"));
                message.push_str(&hint.unwrap_or_default());
                return Self::new(name(error), message).exits(error.exit_code());
            }
            if let Some(error) = one.downcast_ref::<ConfigurationError>() {
                let message = format!("{message}: {}", error.hint());
                return Self::new("CONFIGURATION_ERROR", message).exits(2);
            }
            if one.is::<AuthorizeError>() {
                return Self::new("SIGNING_ERROR", message);
            }
            cause = one.source();
        }
        Self::new("TASK_ERROR", message)
    }
}

fn name(error: &client::Error) -> Cow<'static, str> {
    use NetworkErrorKind as Kind;
    Cow::Borrowed(match error {
        client::Error::Configuration(_) => "CONFIGURATION_ERROR",
        client::Error::Request(_) => "REQUEST_ERROR",
        client::Error::Authorize(_) => "SIGNING_ERROR",
        client::Error::Network(error) => match error.kind() {
            Kind::Timeout => "TIMEOUT",
            Kind::UnknownIssuer | Kind::CertificateTime | Kind::CertificateName | Kind::NotTls => "TLS_ERROR",
            Kind::NotHttp | Kind::HeadersTooLarge => "UNEXPECTED_RESPONSE",
            _ => "CONNECTION_ERROR",
        },
        client::Error::TooLarge { .. } => "RESPONSE_TOO_LARGE",
        client::Error::Redirect(_) => "REDIRECT",
        client::Error::Unexpected { .. } => "UNEXPECTED_RESPONSE",
        client::Error::Api(error) => return api_name(error),
        client::Error::Upload(_) | client::Error::Download(_) => "FILE_ERROR",
    })
}

/// The API's own name, if it looks like one: a gateway may have sent something else.
fn api_name(error: &ApiError) -> Cow<'static, str> {
    let is_name = |name: &&String| {
        (1..=80).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    match error.name.as_ref().filter(is_name) {
        Some(name) => name.clone().into(),
        None => format!("HTTP_{}", error.status).into(),
    }
}

fn cut(message: &str) -> String {
    let mut end = message.len().min(MESSAGE_LIMIT);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    let rest = if end < message.len() { "…" } else { "" };
    format!("{}{rest}", &message[..end])
}

impl<E: error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::of(&error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.name, self.message)
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Error", 2)?;
        object.serialize_field("errorType", &self.name)?;
        object.serialize_field("errorMessage", &self.message)?;
        object.end()
    }
}
