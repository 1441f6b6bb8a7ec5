//! A response of the API, read to its end.

use std::{fmt, sync::Arc, time::SystemTime};

use ureq::http::StatusCode;

use super::attempt::Attempt;

/// Maximum size, in bytes, of error bodies and users, which usually have a few KiB.
pub(crate) const LARGEST_READ: u64 = 8 << 20;

/// A response that was read to its end.
///
/// `Debug` shows neither headers nor body: a response may hold the secret of a new token.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::Client;
///
/// #[derive(serde::Deserialize)]
/// struct Contact {
///     email: String,
/// }
///
/// let response = Client::from_env()?.get("/users/v1/me")?;
/// println!("{} {:?}", response.status(), response.header("content-type"));
/// let contact: Contact = response.json()?;
/// println!("{}", contact.email);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Response {
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Shared, because errors hold the response, too, and it may be large.
    pub(crate) body: Arc<Vec<u8>>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) base_string: Option<String>,
}

impl Response {
    /// The URL that was called.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All attempts in order; the last is this response.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The signature base string of the request (RFC 5849 §3.4.1). Only a response of 401 keeps it.
    ///
    /// It holds the query and a form body, but no secret.
    pub fn base_string(&self) -> Option<&str> {
        self.base_string.as_deref()
    }

    /// The status, such as 200.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first header with this name, ignoring case, if its value is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// All headers: names in lower case, and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The time of the response by the server's clock (`Date`, RFC 9110 §6.6.1), in whole seconds.
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header("date")?).ok()
    }

    /// The `Content-Type` header: a media type with its parameters.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body, by value.
    pub fn into_bytes(self) -> Vec<u8> {
        Arc::try_unwrap(self.body).unwrap_or_else(|shared| shared.to_vec())
    }
}

/// The status and the URL, with which error messages begin: `404 Not Found from https://api.example.com/users/v1/0`.
impl fmt::Display for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.status)?;
        let status = StatusCode::from_u16(self.status).ok();
        if let Some(reason) = status.and_then(|status| status.canonical_reason()) {
            write!(formatter, " {reason}")?;
        }
        write!(formatter, " from {}", self.url)
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
