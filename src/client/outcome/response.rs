//! An answer of the API, read to its end.

use core::fmt;
use std::{
    io::Read,
    sync::Arc,
    time::{Instant, SystemTime},
};

use serde::de::DeserializeOwned;

use super::error::{Error, Unexpected};
use crate::client::{api::user::User, call::retry::Attempt};

/// The most of an answer that is looked into without being asked to, in bytes: users and refusals have a few KiB. serde_json
/// may hold as much again, for a long text or deep nesting.
pub(super) const LARGEST_READ: u64 = 8 << 20;

/// An answer that was read to its end.
///
/// `Debug` shows neither headers nor body: an answer may hold a new token's secret.
#[derive(Clone, Default)]
pub struct Response {
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Shared, as errors hold the answer, too, and it may be large.
    pub(crate) body: Arc<Vec<u8>>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) base_string: Option<String>,
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
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.take_body()
    }

    pub(crate) fn take_body(&mut self) -> Vec<u8> {
        Arc::try_unwrap(core::mem::take(&mut self.body)).unwrap_or_else(|shared| shared.to_vec())
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
    /// [`Error::TooLarge`] where it has more than 8 MiB, and [`Error::Unexpected`] where it is none.
    pub fn user(&self) -> Result<User, Error> {
        self.within(LARGEST_READ)?.json()
    }

    /// Checks that the body is a user, without making one: an object with an `id` that is text.
    ///
    /// Numbers of any size are taken, and reading it takes next to no memory.
    ///
    /// # Errors
    ///
    /// As [`user`](Self::user).
    pub fn expect_user(&self) -> Result<(), Error> {
        #[derive(serde::Deserialize)]
        struct Identified {
            #[serde(rename = "id")]
            _id: String,
        }
        let text = self.within(LARGEST_READ)?.text()?;
        self.json::<Identified>()?;
        // serde takes a list of the fields' values for an object, too.
        if text.trim_start().starts_with('[') {
            return Err(self.unexpected(Unexpected::Shape { line: 1, column: 1 }));
        }
        Ok(())
    }

    fn within(&self, limit: u64) -> Result<&Self, Error> {
        if self.body.len() as u64 > limit {
            return Err(Error::TooLarge {
                url: self.url.clone(),
                limit,
                attempts: self.attempts.clone(),
            });
        }
        Ok(self)
    }

    pub(crate) fn unexpected(&self, what: Unexpected) -> Error {
        Error::Unexpected {
            what,
            response: Box::new(self.clone()),
        }
    }
}

/// Reads a body to its end, or until it is larger than is taken or takes too long, and holds little more than it is.
pub(crate) fn read_all(
    body: ureq::Body,
    limit: u64,
    end: Option<Instant>,
) -> Result<Vec<u8>, ureq::Error> {
    let told = body.content_length();
    if told.is_some_and(|length| length > limit) {
        return Err(ureq::Error::BodyExceedsLimit(limit));
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut reader = body.into_reader();
    let mut octets = Vec::new();
    // What is told is not believed before it comes.
    let mut buffer = vec![0; 64 << 10];
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return Ok(octets),
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        if end.is_some_and(|end| Instant::now() > end) {
            return Err(ureq::Error::Timeout(ureq::Timeout::RecvBody));
        }
        if length > most - octets.len() {
            return Err(ureq::Error::BodyExceedsLimit(limit));
        }
        if length > octets.capacity() - octets.len() {
            // Twice the room, but never more than may be needed.
            let room = octets.len().max(buffer.len()).min(most - octets.len());
            octets
                .try_reserve_exact(room.max(length))
                .map_err(|error| std::io::Error::new(std::io::ErrorKind::OutOfMemory, error))?;
        }
        octets.extend_from_slice(&buffer[..length]);
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
