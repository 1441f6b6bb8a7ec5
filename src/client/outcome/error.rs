//! Why a call gave no usable answer, and what to do next.
//!
//! # Exit codes
//!
//! | outcome | code |
//! |---|---|
//! | 2xx | 0 |
//! | no answer: name, connection, TLS, timeout, not HTTP, cut off, too large | 1 |
//! | 2xx, but empty or not what was asked for | 1 |
//! | no clock or no random numbers; a file that cannot be read or written | 1 |
//! | configuration or request not valid | 2 |
//! | 3xx, with 304 | 3 |
//! | 4xx | 4 |
//! | 5xx | 5 |

use core::{error, fmt};
use std::io;

use super::{clock, codes::ErrorCode, refusal::Refusal, response::Response};
use crate::client::{
    api::pages::PageFault,
    call::retry::Attempt,
    settings::{
        configuration_error::{ConfigurationError, Problem},
        sources::Sources,
    },
    transport::network::NetworkError,
};
use crate::oauth1::{AuthorizeError, ParseError, Part, flow::FlowError};

/// Why a call gave no usable answer. No secret is in any of them.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::client::{Client, Error, ErrorCode};
///
/// match Client::from_env()?.delete("/users/v1/5a0b1c2d3e4f5a6b7c8d9e0f") {
///     Ok(_) => println!("it is gone"),
///     Err(Error::Api(error)) => match error.code {
///         Some(ErrorCode::ResourceUnknown) => println!("it was gone before"),
///         Some(ErrorCode::OauthSignature) => println!("a secret is wrong: {}", error.response.text()?),
///         _ => println!("{}: {:?}, {:?}", error.status, error.name, error.message),
///     },
///     Err(Error::Network(error)) => println!("no answer: {:?}, {:?}", error.phase(), error.kind()),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Settings are missing or malformed.
    Configuration(ConfigurationError),
    /// The request cannot be sent as it is given.
    Request(RequestError),
    /// The system gave no time or no random numbers to sign with.
    Authorize(AuthorizeError),
    /// No answer came, or not all of it.
    Network(Box<NetworkError>),
    /// The answer's body is larger than is taken.
    TooLarge {
        /// The URL that was asked.
        url: String,
        /// The limit in bytes.
        limit: u64,
        /// What was tried, in order; the last is this answer.
        attempts: Vec<Attempt>,
    },
    /// The body to be sent could not be read.
    Upload(io::Error),
    /// The answer could not be written to where it was wanted.
    Download(io::Error),
    /// The answer points elsewhere (3xx); a signed request does not follow.
    Redirect(Box<Response>),
    /// The API answered that it will not (4xx) or cannot (5xx).
    Api(Box<ApiError>),
    /// The API answered with success, and not with what was asked for.
    Unexpected {
        /// What is wrong with it.
        what: Unexpected,
        /// The answer.
        response: Box<Response>,
    },
}

/// Why a request cannot be sent as it is given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestError {
    /// A path that names another host, such as `//example.com` or `https://example.com`.
    Origin,
    /// A path with a fragment, which is never sent.
    Fragment,
    /// A URI, method or form body that cannot be read.
    Parse(ParseError),
    /// A path that the HTTP library would send in another spelling than is signed.
    Rewritten,
    /// A header whose name or value no header may have.
    Header,
    /// A header that the client itself sets, such as `Authorization`.
    ReservedHeader,
    /// A body that cannot be written as JSON.
    Json,
    /// A form body that is not text.
    FormNotText,
    /// A form body of more than 4 MiB, whose parameters would take too much memory to be signed.
    FormTooLarge,
    /// A form body that comes from a reader, and so cannot be signed before it is sent.
    FormNotHeld,
    /// A step on the way to token credentials that cannot be taken.
    Flow(FlowError),
}

/// What is wrong with an answer of 2xx.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unexpected {
    /// The body is empty.
    Empty,
    /// The body is not UTF-8 text.
    NotText,
    /// The body is not JSON, as is seen here.
    NotJson {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is JSON of another shape, as is seen here.
    Shape {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body has no credentials, as is said here.
    Flow(FlowError),
    /// The body is not the page of a list that was asked for.
    Page(PageFault),
}

/// An answer of 4xx or 5xx.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiError {
    /// The status.
    pub status: u16,
    /// The API's own code, where the body has one.
    pub code: Option<ErrorCode>,
    /// The API's name for it.
    pub name: Option<String>,
    /// The API's message.
    pub message: Option<String>,
    /// The answer.
    pub response: Response,
    sources: Sources,
    /// The seconds by which its clock was ahead of ours when it came.
    pub(super) server_ahead: Option<i64>,
}

impl ApiError {
    pub(crate) fn new(response: Response, sources: &Sources) -> Self {
        let refusal = Refusal::read(response.bytes());
        Self {
            status: response.status,
            code: refusal.code.map(ErrorCode::from),
            name: refusal.name,
            message: refusal.message,
            server_ahead: clock::ahead(&response),
            response,
            sources: sources.clone(),
        }
    }

    /// Which setting came from where.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// A server's text as it may stand on a terminal and in one line of a log.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .take(500)
        .map(|one| if one.is_control() { ' ' } else { one })
        .collect()
}

impl Error {
    /// The exit code of a program that ends with this error; see the table of the module.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::Request(_) => 2,
            Self::Authorize(_)
            | Self::Network(_)
            | Self::TooLarge { .. }
            | Self::Upload(_)
            | Self::Download(_)
            | Self::Unexpected { .. } => 1,
            Self::Redirect(_) => 3,
            Self::Api(error) if error.status < 500 => 4,
            Self::Api(_) => 5,
        }
    }

    /// The answer, where one was read to its end.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Redirect(response) | Self::Unexpected { response, .. } => Some(response),
            Self::Api(error) => Some(&error.response),
            _ => None,
        }
    }

    /// What was tried, in order, as far as the error tells.
    pub fn attempts(&self) -> &[Attempt] {
        match self {
            Self::Network(error) => error.attempts(),
            Self::TooLarge { attempts, .. } => attempts,
            _ => self.response().map(Response::attempts).unwrap_or_default(),
        }
    }

    /// The URL that was asked, where it came to that.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Network(error) => Some(error.url()),
            Self::TooLarge { url, .. } => Some(url),
            _ => self.response().map(Response::url),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Configuration(error) => error.hint(),
            Self::Request(RequestError::Parse(ParseError::Character {
                part: Part::Form, ..
            })) => {
                "names and values are percent-encoded: a space is %20, and the line break at a file's end does not belong there"
            }
            Self::Request(_) | Self::Authorize(_) | Self::Upload(_) | Self::Download(_) => {
                return None;
            }
            Self::Network(error) => return error.hint().map(str::to_owned),
            Self::TooLarge { .. } => "ask for less, such as with limit(), or raise the limit",
            Self::Redirect(_) => {
                "the host may be another one: signed requests are not sent on to where an answer points"
            }
            Self::Api(error) => return error.hint(),
            Self::Unexpected {
                what: Unexpected::Page(fault),
                ..
            } => fault.hint(),
            Self::Unexpected { .. } => {
                "check that the host is the API's and that no proxy answers in its place"
            }
        };
        Some(text.to_owned())
    }
}

impl ApiError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let next = match self.code.and_then(ErrorCode::next_step) {
            Some(next) => next,
            None if self.status == 401 => "check the credentials and the host",
            None if self.status == 404 => "check the path and the host",
            None if self.status == 429 => "too many requests: wait before the next",
            None if self.status >= 500 => "try again later; the request itself need not be wrong",
            None => return None,
        };
        let is_authentication = self.code.is_some_and(ErrorCode::is_authentication)
            || (self.code.is_none() && self.status == 401);
        if !is_authentication {
            return Some(next.to_owned());
        }
        let mut hint = clock::hint(self).unwrap_or_default() + next;
        if self.sources.is_mixed() {
            hint += &format!(
                "\nthe settings come from different places: {}",
                self.sources
            );
        }
        Some(hint)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(error) => fmt::Display::fmt(error, formatter),
            Self::Request(error) => fmt::Display::fmt(error, formatter),
            Self::Authorize(error) => fmt::Display::fmt(error, formatter),
            Self::Network(error) => fmt::Display::fmt(error, formatter),
            Self::TooLarge { url, limit, .. } => {
                write!(
                    formatter,
                    "the answer of {url} is larger than {limit} bytes"
                )
            }
            Self::Upload(error) => write!(formatter, "cannot read what is to be sent: {error}"),
            Self::Download(error) => write!(formatter, "cannot write the answer: {error}"),
            Self::Redirect(response) => {
                write!(formatter, "{} answered {}", response.url, response.status)?;
                match response.header("location") {
                    Some(location) => {
                        write!(formatter, " and points to {}", printable(location))
                    }
                    None => Ok(()),
                }
            }
            Self::Api(error) => fmt::Display::fmt(error, formatter),
            Self::Unexpected { what, response } => {
                write!(formatter, "{} answered {} ", response.url, response.status)?;
                match what {
                    Unexpected::Empty => formatter.write_str("with an empty body")?,
                    Unexpected::NotText => formatter.write_str("with a body that is not text")?,
                    Unexpected::NotJson { line, column } => write!(
                        formatter,
                        "with a body that is not JSON (line {line}, column {column})"
                    )?,
                    Unexpected::Shape { line, column } => write!(
                        formatter,
                        "with JSON that is not what was asked for (line {line}, column {column})"
                    )?,
                    Unexpected::Flow(error) => write!(formatter, "without credentials: {error}")?,
                    Unexpected::Page(fault) => fmt::Display::fmt(fault, formatter)?,
                }
                if let Some(media_type) = response.content_type() {
                    write!(formatter, ", content type {}", printable(media_type))?;
                }
                match response.header("content-encoding") {
                    Some(coding) => write!(
                        formatter,
                        ", in the coding {}, which was not asked for",
                        printable(coding)
                    ),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} answered {}", self.response.url, self.status)?;
        let mut separator = ":";
        if let Some(code) = self.code {
            write!(formatter, ": {code}")?;
            separator = "";
        }
        if let Some(name) = &self.name {
            write!(formatter, "{separator} {name}")?;
        }
        if let Some(meaning) = self.code.and_then(ErrorCode::meaning) {
            write!(formatter, ": {meaning}")?;
        }
        match &self.message {
            Some(message) => write!(formatter, " (\"{message}\")"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Origin => "the path names a host; give the path alone, beginning with one /",
            Self::Fragment => {
                "the path has a fragment (#), which is never sent; write %23 for the character"
            }
            Self::Parse(error) => return fmt::Display::fmt(error, formatter),
            Self::Rewritten => {
                "the path cannot be sent in the spelling that is signed; percent-encode it"
            }
            Self::Header => "a header has a name or value that no header may have",
            Self::ReservedHeader => "this header is set by the client itself",
            Self::Json => "the body cannot be written as JSON",
            Self::FormNotHeld => {
                "a form is signed, and so cannot be read while it is sent; give it as text"
            }
            Self::Flow(error) => return fmt::Display::fmt(error, formatter),
            Self::FormTooLarge => {
                "the form is larger than 4 MiB, and all of it is signed; send large data as a file"
            }
            Self::FormNotText => "the form body is not text; percent-encode its values",
        })
    }
}

impl error::Error for RequestError {}
impl error::Error for ApiError {}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        // `Display` has said all that these would say.
        None
    }
}

impl From<ConfigurationError> for Error {
    fn from(error: ConfigurationError) -> Self {
        match error.problems() {
            // No setting mends it.
            [Problem::Randomness] => Self::Authorize(AuthorizeError::Randomness),
            _ => Self::Configuration(error),
        }
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        Self::Request(RequestError::Parse(error))
    }
}

impl From<AuthorizeError> for Error {
    fn from(error: AuthorizeError) -> Self {
        Self::Authorize(error)
    }
}
