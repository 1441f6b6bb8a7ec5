//! Why a call gave no usable response.
//!
//! # Exit codes
//!
//! | outcome | code |
//! |---|---|
//! | 2xx | 0 |
//! | no response: name, connection, TLS, timeout, not HTTP, cut off, too large | 1 |
//! | 2xx, but empty or not what was requested | 1 |
//! | no clock or no random numbers; a file that cannot be read or written | 1 |
//! | invalid configuration or request | 2 |
//! | 3xx, including 304 | 3 |
//! | 4xx | 4 |
//! | 5xx | 5 |

use std::{error, fmt, io};

use super::{
    api_error::ApiError, attempt::Attempt, network_error::NetworkError, page_fault::PageFault,
    request_error::RequestError, response::Response,
};
use crate::client::settings::configuration_error::{ConfigurationError, Problem};
use crate::oauth1::{AuthorizeError, ParseError};

/// Why a call gave no usable response. No variant holds a secret.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::client::{Client, Error, ErrorCode};
///
/// match Client::from_env()?.delete("/users/v1/5a0b1c2d3e4f5a6b7c8d9e0f") {
///     Ok(_) => println!("deleted"),
///     Err(Error::Api(error)) => match error.code {
///         Some(ErrorCode::ResourceUnknown) => println!("did not exist"),
///         Some(ErrorCode::OauthSignature) => println!("a secret is wrong: {}", error.response.text()?),
///         _ => println!("{}: {:?}, {:?}", error.status, error.name, error.message),
///     },
///     Err(Error::Network(error)) => println!("no response: {:?}, {:?}", error.phase(), error.kind()),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Settings are missing or malformed.
    Configuration(ConfigurationError),
    /// The request cannot be sent as it is given.
    Request(RequestError),
    /// The system has no time or no random numbers to sign with.
    Authorize(AuthorizeError),
    /// No response came, or not all of it.
    Network(Box<NetworkError>),
    /// The response's body exceeds the limit.
    TooLarge {
        /// The URL that was called.
        url: String,
        /// The limit in bytes.
        limit: u64,
        /// All attempts in order; the last is this response.
        attempts: Vec<Attempt>,
    },
    /// The request's body could not be read.
    Upload(io::Error),
    /// The response could not be written to its destination.
    Download(io::Error),
    /// The response redirects elsewhere (3xx); signed requests do not follow.
    Redirect(Box<Response>),
    /// The API responded with 4xx or 5xx.
    Api(Box<ApiError>),
    /// The API responded with success, but not with what was requested.
    Unexpected {
        /// What is wrong with the response.
        what: Unexpected,
        /// The response.
        response: Box<Response>,
    },
}

/// What is wrong with a response of 2xx.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unexpected {
    /// The body is empty.
    Empty,
    /// The body is not UTF-8 text.
    NotText,
    /// The body is not JSON.
    NotJson {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is JSON of another shape.
    Shape {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is not the requested page of a list.
    Page(PageFault),
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

    /// The response, if one was read to its end.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Redirect(response) | Self::Unexpected { response, .. } => Some(response),
            Self::Api(error) => Some(&error.response),
            _ => None,
        }
    }

    /// All attempts in order, if the error has them.
    pub fn attempts(&self) -> &[Attempt] {
        match self {
            Self::Network(error) => error.attempts(),
            Self::TooLarge { attempts, .. } => attempts,
            _ => self.response().map(Response::attempts).unwrap_or_default(),
        }
    }

    /// The URL that was called, if a call was made.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Network(error) => Some(error.url()),
            Self::TooLarge { url, .. } => Some(url),
            _ => self.response().map(Response::url),
        }
    }
}

/// A server's text, made safe for a terminal and for one line of a log.
pub(super) fn printable(text: &str) -> String {
    text.chars().take(500).map(|one| if one.is_control() { ' ' } else { one }).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(error) => fmt::Display::fmt(error, formatter),
            Self::Request(error) => fmt::Display::fmt(error, formatter),
            Self::Authorize(error) => fmt::Display::fmt(error, formatter),
            Self::Network(error) => fmt::Display::fmt(error, formatter),
            Self::TooLarge { url, limit, .. } => {
                write!(formatter, "the response of {url} is larger than {limit} bytes")
            }
            Self::Upload(error) => write!(formatter, "cannot read the request body: {error}"),
            Self::Download(error) => write!(formatter, "cannot write the response: {error}"),
            Self::Redirect(response) => {
                fmt::Display::fmt(response, formatter)?;
                match response.header("location") {
                    Some(location) => {
                        write!(formatter, ", which redirects to {}", printable(location))
                    }
                    None => Ok(()),
                }
            }
            Self::Api(error) => fmt::Display::fmt(error, formatter),
            Self::Unexpected { what, response } => {
                write!(formatter, "{response} {what}")?;
                if let Some(media_type) = response.content_type() {
                    write!(formatter, ", content type {}", printable(media_type))?;
                }
                match response.header("content-encoding") {
                    Some(coding) => write!(formatter, ", with unexpected Content-Encoding: {}", printable(coding)),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for Unexpected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("with an empty body"),
            Self::NotText => formatter.write_str("with a body that is not text"),
            Self::NotJson { line, column } => {
                write!(formatter, "with a body that is not JSON (line {line}, column {column})")
            }
            Self::Shape { line, column } => {
                write!(formatter, "with JSON of an unexpected shape (line {line}, column {column})")
            }
            Self::Page(fault) => fmt::Display::fmt(fault, formatter),
        }
    }
}

impl error::Error for Error {}

impl From<ConfigurationError> for Error {
    fn from(error: ConfigurationError) -> Self {
        match error.problems() {
            // No setting fixes it.
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

impl From<PageFault> for Unexpected {
    fn from(fault: PageFault) -> Self {
        Self::Page(fault)
    }
}
