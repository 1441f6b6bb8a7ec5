//! The secrets that a request was to be signed with.

use alloc::string::{String, ToString};
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The shared secrets that the request should have been signed with.
///
/// The default has none. Then only what needs no secret is found. The identifiers are optional. If they are given, a
/// request that names others is reported. `Debug` shows no secret, and all are wiped on drop.
#[derive(Clone, Default)]
pub struct Secrets {
    client: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    client_identifier: Option<String>,
    token_identifier: Option<String>,
    lacks_token: bool,
    #[cfg(feature = "rsa")]
    public_key: Option<crate::rsa::PublicKey>,
}

impl ZeroizeOnDrop for Secrets {}

impl Secrets {
    /// The secret of the client credentials.
    pub fn new(client: &str) -> Self {
        Self { client: Some(Zeroizing::new(client.to_string())), ..Self::default() }
    }

    /// Adds the secret of the token credentials.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.token = Some(Zeroizing::new(token.to_string()));
        self
    }

    /// Says that the request has a token whose secret is not known. Then no HMAC is checked, and the secrets that are
    /// known are only hidden in what is shown.
    #[must_use]
    pub fn without_token_secret(mut self) -> Self {
        self.lacks_token = true;
        self
    }

    /// The secrets that a signature can be checked with.
    pub(crate) fn usable(&self) -> Self {
        if !self.lacks_token {
            return self.clone();
        }
        Self {
            #[cfg(feature = "rsa")]
            public_key: self.public_key.clone(),
            ..Self::default()
        }
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

    /// Whether the client secret is known; the token secret may be missing.
    pub const fn has_client_secret(&self) -> bool {
        self.client.is_some()
    }

    /// Whether the public key is known.
    pub(crate) const fn has_key(&self) -> bool {
        #[cfg(feature = "rsa")]
        return self.public_key.is_some();
        #[cfg(not(feature = "rsa"))]
        false
    }

    /// Whether the token secret is known.
    pub const fn has_token_secret(&self) -> bool {
        self.token.is_some()
    }

    pub(crate) fn client_secret(&self) -> &str {
        self.client.as_deref().map_or("", String::as_str)
    }

    pub(crate) fn token_secret(&self) -> Option<&str> {
        self.token.as_deref().map(String::as_str)
    }

    pub(crate) fn expected_client(&self) -> Option<&str> {
        self.client_identifier.as_deref()
    }

    pub(crate) fn expected_token(&self) -> Option<&str> {
        self.token_identifier.as_deref()
    }

    #[cfg(feature = "rsa")]
    pub(crate) fn rsa_key(&self) -> Option<&rsa::PublicKey> {
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
