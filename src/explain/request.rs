//! A request as it was captured, from whatever source it was read.

use std::{fmt, ops::Range};

use serde::Serialize;

use super::readers::Signed;

/// A request as it was sent, readable or not.
///
/// Unlike [`Request`](crate::Request) it accepts anything: characters that are not allowed in a URI or form may be the
/// very mistake. The signature may be in any of the places where clients put it; [`diagnose`](super::diagnose) finds
/// it.
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct CapturedRequest {
    /// The method.
    pub method: String,
    /// The absolute URI.
    pub uri: String,
    /// Names and values of the headers, in the order in which they were sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// What had to be changed to read the input. The server may have received the input as it was.
    pub repairs: Vec<Remark>,
    /// What the input does not show.
    pub guesses: Vec<Guess>,
    /// The URI that a shell sends, if the one in the input has an `&` outside quotes.
    pub(crate) cut_uri: Option<String>,
}

/// The body of a [`CapturedRequest`].
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// The request has no body.
    #[default]
    Absent,
    /// The bytes that were sent.
    Bytes(Vec<u8>),
    /// There is a body, but the input does not contain it.
    Unknown,
}

/// Something about the input that the reader of a diagnosis should know.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Remark {
    /// A stable name in kebab-case.
    pub id: &'static str,
    /// The remark in one sentence.
    pub sentence: String,
}

impl Remark {
    pub(crate) fn new(id: &'static str, sentence: impl Into<String>) -> Self {
        Self { id, sentence: sentence.into() }
    }
}

/// A property that the input does not show. Each possibility is tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Guess {
    /// The URI has the scheme `https`, but it could be `http`.
    Scheme,
    /// The body has no media type; it could be a form.
    MediaType,
    /// The URI has the host that a proxy tells, but it could be that of the `Host` header.
    ForwardedHost,
}

/// The media type of forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

impl CapturedRequest {
    /// A request without headers and body.
    pub fn new(method: &str, uri: &str) -> Self {
        Self { method: method.to_string(), uri: uri.to_string(), ..Self::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Replaces all `Authorization` headers by one.
    #[must_use]
    pub fn authorization(mut self, value: &str) -> Self {
        self.set_header("Authorization", value);
        self
    }

    /// Sets a form body and its media type.
    #[must_use]
    pub fn form(self, body: &str) -> Self {
        self.body(FORM, body.as_bytes())
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: &[u8]) -> Self {
        self.set_header("Content-Type", media_type);
        self.body = Body::Bytes(body.to_vec());
        self
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_string(), value.to_string()));
    }

    /// Whether the request has an `oauth_token` that is not empty.
    pub fn names_token(&self) -> bool {
        let signed = Signed::find(self).or_else(|| Signed::of_header(self));
        let token = signed.and_then(|signed| signed.text("oauth_token"));
        token.is_some_and(|token| !token.is_empty())
    }

    /// Puts the host of a `Host` header into the URI, as a server does.
    pub(crate) fn host_from_header(&mut self) {
        let Some(host) = self.header_values("host").next().map(ToString::to_string) else {
            return;
        };
        let range = self.authority();
        if !host.is_empty() && !self.uri[range.clone()].ends_with(&host) {
            self.uri.replace_range(range, &host);
            self.repairs.push(Remark::new(
                "host-header",
                "The Host header names another host than the URL. Servers verify for the one in the header.",
            ));
        }
    }

    /// Where the URI has its host and port.
    pub(crate) fn authority(&self) -> Range<usize> {
        let start = self.uri.find("://").map_or(0, |at| at + 3);
        start..self.uri[start..].find(['/', '?', '#']).map_or(self.uri.len(), |at| start + at)
    }

    /// The values of all headers with a name, in any letter case.
    pub(crate) fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value of `Content-Type`.
    pub(crate) fn media_type(&self) -> Option<&str> {
        self.header_values("content-type").next()
    }

    /// The media type in lower case without parameters such as the charset (RFC 9110 §8.3.1).
    pub(crate) fn essence(&self) -> String {
        let media_type = self.media_type().unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    }

    pub(crate) fn body_bytes(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            Body::Absent | Body::Unknown => None,
        }
    }

    /// The body if it is a form.
    pub(crate) fn form_body(&self) -> Option<&[u8]> {
        self.body_bytes().filter(|_| self.essence() == FORM)
    }

    /// The body if it is not a form.
    pub(crate) fn other_body(&self) -> Option<&[u8]> {
        self.body_bytes().filter(|_| self.essence() != FORM)
    }
}

impl fmt::Debug for CapturedRequest {
    /// Shows no query, header or body, which may contain a password or, with `PLAINTEXT`, the secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.uri.split('?').next().unwrap_or_default();
        let authority_end = path.find("://").map_or(0, |at| at + 3);
        let at = path.rfind('@').map_or(authority_end, |at| at + 1);
        formatter
            .debug_struct("CapturedRequest")
            .field("method", &self.method)
            .field("uri", &[&path[..authority_end], &path[at..]].concat())
            .field("headers", &self.headers.len())
            .field("body", &self.body)
            .field("repairs", &self.repairs)
            .field("guesses", &self.guesses)
            .finish()
    }
}

impl fmt::Debug for Body {
    /// Shows the length in bytes, and no content.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("Absent"),
            Self::Bytes(bytes) => write!(formatter, "Bytes({})", bytes.len()),
            Self::Unknown => formatter.write_str("Unknown"),
        }
    }
}
