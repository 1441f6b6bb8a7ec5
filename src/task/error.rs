//! The error of a task: a stable name and a message.

use core::{error, fmt};
use std::{borrow::Cow, env};

use serde::{Serialize, Serializer, ser::SerializeStruct as _};
use zeroize::Zeroizing;

use crate::{
    AuthorizeError,
    client::{self, ApiError, ConfigurationError, NetworkErrorKind, Variable},
};

/// A longer message is cut.
const MESSAGE_LIMIT: usize = 8 << 10;

/// Why a task failed; made from any error by `?`, and from a name and a message.
///
/// The name is what `errorsToRetry` in `task-config.json` compares:
///
/// | name | what happened | is a retry of use? |
/// |---|---|---|
/// | `CONNECTION_ERROR` | no connection to the API, or it broke | yes |
/// | `TIMEOUT` | a call, or the task, took too long | often |
/// | `HTTP_502` and the like | an answer of this status without a name of its own | for 5xx |
/// | `OAUTH_SIGNATURE_EXCEPTION` and the like | the API's own name of its refusal | seldom |
/// | `TLS_ERROR` | the server's certificate, or what answers in its place | no |
/// | `CONFIGURATION_ERROR` | credentials are missing or malformed | no |
/// | `REQUEST_ERROR` | a request that cannot be sent | no |
/// | `REDIRECT` | the API's answer points elsewhere | no |
/// | `UNEXPECTED_ANSWER` | an answer that is not what was asked for | no |
/// | `ANSWER_TOO_LARGE` | an answer larger than is taken | no |
/// | `FILE_ERROR` | a body to send cannot be read, or an answer not be written | no |
/// | `SIGNING_ERROR` | no clock, or no random numbers | no |
/// | `INVALID_EVENT` | the event cannot be read | no |
/// | `INVALID_RESULT`, `RESULT_TOO_LARGE` | the result cannot be sent | no |
/// | `INVALID_API_FUNCTION_RESULT` | a status that no API function may answer | no |
/// | `PANIC` | the task panicked | no |
/// | `TASK_ERROR` | any other error | |
///
/// It is no [`std::error::Error`] itself, since it is made from any of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    name: Cow<'static, str>,
    message: String,
    exit_code: u8,
}

impl Error {
    /// An error with a name of the task's own, such as `PATIENT_UNKNOWN`.
    ///
    /// In the name all but ASCII letters, digits, `_`, `-`, `.` and `:` become `_`, since it goes into a header.
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

    /// An error from a boxed one, which `?` does not take; the name is found as for any other.
    pub fn boxed(error: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self::of(&*error.into())
    }

    /// Ends a program that was started by hand with this exit code, and not with 1.
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

    /// The exit code of a program that was started by hand and ends so.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// `{"errorType":…,"errorMessage":…}`, as it is reported. Secrets of the environment are taken out of the message: a
    /// task's own message may show a variable.
    pub fn report(&self) -> String {
        let mut error = self.clone();
        for variable in [Variable::ConsumerSecret, Variable::TokenSecret] {
            let secret = Zeroizing::new(env::var(variable.name()).unwrap_or_default());
            // What is shorter is no secret, and may be part of any word.
            if secret.len() >= 8 {
                error.message = error.message.replace(&*secret, "[secret]");
            }
        }
        // Two strings can always be written.
        escaped(&serde_json::to_string(&error).unwrap_or_default())
    }

    /// Finds the name, in the error or in what caused it.
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
            Kind::UnknownIssuer | Kind::CertificateTime | Kind::CertificateName | Kind::NotTls => {
                "TLS_ERROR"
            }
            Kind::NotHttp | Kind::HeadTooLarge => "UNEXPECTED_ANSWER",
            _ => "CONNECTION_ERROR",
        },
        client::Error::TooLarge { .. } => "ANSWER_TOO_LARGE",
        client::Error::Redirect(_) => "REDIRECT",
        client::Error::Unexpected { .. } => "UNEXPECTED_ANSWER",
        client::Error::Api(error) => return api_name(error),
        client::Error::Upload(_) | client::Error::Download(_) => "FILE_ERROR",
    })
}

/// The API's own name, where it looks like one: a gateway in between may put anything there.
fn api_name(error: &ApiError) -> Cow<'static, str> {
    let is_name = |name: &&String| {
        (1..=80).contains(&name.len())
            && name
                .bytes()
                .all(|octet| octet.is_ascii_uppercase() || octet.is_ascii_digit() || octet == b'_')
    };
    match error.name.as_ref().filter(is_name) {
        Some(name) => name.clone().into(),
        None => format!("HTTP_{}", error.status).into(),
    }
}

/// Has no character left that a terminal would obey: JSON leaves some as they are, and reads all of them like this, too.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(one)));
            }
            one => escaped.push(one),
        }
    }
    escaped
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
