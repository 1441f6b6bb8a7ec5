//! The secrets that a request was to be signed with.

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The shared secrets that the request should have been signed with.
///
/// The default has none. Then only what needs no secret is found. The identifiers are optional. If they are given, a
/// request that names others is reported. `Debug` shows no secret, and all are wiped on drop.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    client: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    pub(super) client_identifier: Option<String>,
    pub(super) token_identifier: Option<String>,
    lacks_token: bool,
    #[cfg(feature = "rsa")]
    pub(super) public_key: Option<crate::rsa::PublicKey>,
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
    pub(super) fn usable(&self) -> Self {
        if !self.lacks_token {
            return self.clone();
        }
        Self { client: None, token: None, client_identifier: None, token_identifier: None, ..self.clone() }
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

    /// Whether what a signature method needs is known.
    pub(super) fn suffice(&self, method: &str) -> bool {
        if !method.starts_with("RSA-") {
            return self.client.is_some();
        }
        #[cfg(feature = "rsa")]
        return self.public_key.is_some();
        #[cfg(not(feature = "rsa"))]
        false
    }
}
