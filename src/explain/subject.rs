//! What is looked at: the request, and the secrets that it was to be signed with.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A request as it went over the wire, readable or not.
///
/// Unlike [`Request`](crate::Request) it takes anything: what may not stand in a URI or form may be the very mistake.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The method.
    pub method: &'a str,
    /// The absolute URI.
    pub uri: &'a str,
    /// The body where its media type is `application/x-www-form-urlencoded`.
    pub form: Option<&'a str>,
    /// Any other body, with its media type.
    pub other_body: Option<(&'a str, &'a [u8])>,
}

impl<'a> Subject<'a> {
    /// A request without a body.
    pub const fn new(method: &'a str, uri: &'a str) -> Self {
        Self {
            method,
            uri,
            form: None,
            other_body: None,
        }
    }

    /// Adds a form body.
    #[must_use]
    pub const fn form(mut self, body: &'a str) -> Self {
        self.form = Some(body);
        self
    }

    /// Adds a body of another media type.
    #[must_use]
    pub const fn other_body(mut self, media_type: &'a str, body: &'a [u8]) -> Self {
        self.other_body = Some((media_type, body));
        self
    }
}

impl fmt::Debug for Subject<'_> {
    /// Shows no query and no body, which may hold a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Subject")
            .field("method", &self.method)
            .field("uri", &self.uri.split('?').next())
            .field("form", &self.form.map(str::len))
            .field("other_body", &self.other_body.map(|(_, body)| body.len()))
            .finish()
    }
}

/// A request that was read from a command or from its text, with its `Authorization` header where there is one.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Captured {
    /// The method.
    pub method: String,
    /// The absolute URI.
    pub uri: String,
    /// A form body.
    pub form: Option<String>,
    /// Any other body, with its media type.
    pub other_body: Option<(String, Vec<u8>)>,
    /// The value of the `Authorization` header.
    pub authorization: Option<String>,
}

impl Captured {
    /// Puts a request together, telling a form from other bodies by the media type.
    pub(super) fn new(
        method: &str,
        uri: String,
        media_type: Option<&str>,
        body: Option<Vec<u8>>,
        authorization: Option<String>,
    ) -> Self {
        let mut captured = Self {
            method: method.to_string(),
            uri,
            form: None,
            other_body: None,
            authorization,
        };
        let media_type = media_type.unwrap_or("application/octet-stream");
        // What follows the `;` are parameters such as the charset (RFC 9110 §8.3.1).
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        match body.map(String::from_utf8) {
            None => {}
            Some(Ok(text)) if essence.eq_ignore_ascii_case(FORM) => captured.form = Some(text),
            Some(Ok(text)) => {
                captured.other_body = Some((media_type.to_string(), text.into_bytes()));
            }
            Some(Err(error)) => {
                captured.other_body = Some((media_type.to_string(), error.into_bytes()));
            }
        }
        captured
    }

    /// The request without its header.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            method: &self.method,
            uri: &self.uri,
            form: self.form.as_deref(),
            other_body: self
                .other_body
                .as_ref()
                .map(|(media_type, body)| (media_type.as_str(), body.as_slice())),
        }
    }
}

/// The media type of forms.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

impl fmt::Debug for Captured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The header is left out: with `PLAINTEXT` it is made of the secrets.
        self.subject().fmt(formatter)
    }
}

/// The shared secrets that the request should have been signed with.
///
/// `Debug` shows none of them, and they are wiped when dropped. The identifiers are optional: where they are given, a header
/// that names others is told.
#[derive(Clone)]
pub struct Secrets {
    client: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    client_identifier: Option<String>,
    token_identifier: Option<String>,
    #[cfg(feature = "rsa")]
    public_key: Option<crate::rsa::PublicKey>,
}

impl ZeroizeOnDrop for Secrets {}

impl Secrets {
    /// The secret of the client credentials.
    pub fn new(client: &str) -> Self {
        Self {
            client: Zeroizing::new(client.to_string()),
            token: None,
            client_identifier: None,
            token_identifier: None,
            #[cfg(feature = "rsa")]
            public_key: None,
        }
    }

    /// Adds the secret of the token credentials.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.token = Some(Zeroizing::new(token.to_string()));
        self
    }

    /// Adds the identifiers that belong to the secrets: the expected `oauth_consumer_key` and `oauth_token`.
    #[must_use]
    pub fn identifiers(mut self, client: &str, token: Option<&str>) -> Self {
        self.client_identifier = Some(client.to_string());
        self.token_identifier = token.map(ToString::to_string);
        self
    }

    /// Adds the public key that verifies the `RSA-…` methods.
    #[cfg(feature = "rsa")]
    #[must_use]
    pub fn public_key(mut self, key: crate::rsa::PublicKey) -> Self {
        self.public_key = Some(key);
        self
    }

    pub(super) fn client_secret(&self) -> &str {
        &self.client
    }

    pub(super) fn token_secret(&self) -> Option<&str> {
        self.token.as_deref().map(String::as_str)
    }

    pub(super) fn expected_client(&self) -> Option<&str> {
        self.client_identifier.as_deref()
    }

    pub(super) fn expected_token(&self) -> Option<&str> {
        self.token_identifier.as_deref()
    }

    #[cfg(feature = "rsa")]
    pub(super) fn rsa_key(&self) -> Option<&rsa::PublicKey> {
        self.public_key.as_ref().map(|key| &key.0)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Secrets")
            .field("client_identifier", &self.client_identifier)
            .field("token_identifier", &self.token_identifier)
            .finish_non_exhaustive()
    }
}
