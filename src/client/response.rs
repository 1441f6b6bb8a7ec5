//! An answer of the API, read to its end.

use core::fmt;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::{
    error::{Error, Unexpected},
    retry::Attempt,
    user::User,
};

/// An answer that was read to its end.
///
/// `Debug` shows neither headers nor body: an answer may hold a new token's secret.
#[derive(Clone, Default)]
pub struct Response {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) base_string: Option<String>,
}

impl Response {
    /// The URL that was asked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was tried, in order; the last is this answer.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The signature base string of the request (RFC 5849 §3.4.1), kept of one that was answered with 401 only.
    ///
    /// It holds the query and a form body, but no secret.
    pub fn base_string(&self) -> Option<&str> {
        self.base_string.as_deref()
    }

    /// The status, such as 200.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first header of this name, in whatever case, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| core::str::from_utf8(value).ok())
    }

    /// All headers as names in lower case and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The time at which the server answered, by its own clock (`Date`, RFC 9110 §6.6.1), in whole seconds.
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header("date")?).ok()
    }

    /// The media type as the `Content-Type` header has it, with its parameters.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// Gives the body away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.body
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where it is not UTF-8.
    pub fn text(&self) -> Result<&str, Error> {
        core::str::from_utf8(&self.body).map_err(|_| self.unexpected(Unexpected::NotText))
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where the body is empty, no JSON, or JSON of another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if self.body.is_empty() {
            return Err(self.unexpected(Unexpected::Empty));
        }
        // What serde says may repeat the body; the place is enough.
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            self.unexpected(if error.is_data() {
                Unexpected::Shape { line, column }
            } else {
                Unexpected::NotJson { line, column }
            })
        })
    }

    /// Reads the body as a user, as `/users/v1/me` answers.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where it is none.
    pub fn user(&self) -> Result<User, Error> {
        self.json()
    }

    fn unexpected(&self, what: Unexpected) -> Error {
        Error::Unexpected {
            what,
            response: Box::new(self.clone()),
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("url", &self.url)
            .field("status", &self.status)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}
