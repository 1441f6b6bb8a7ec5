//! Signature methods and parameters that some services need.

#[cfg(feature = "sha2")]
use super::super::signature::keyed;
use super::super::{
    error::ParseError,
    protocol::{CONSUMER_KEY, NONCE, Parameters, SIGNATURE, SIGNATURE_METHOD, TIMESTAMP, TOKEN, VERSION},
    request::Request,
    signature::{Key, SignatureMethod, secrets},
    signer::Signer,
};

/// The names that the signer sets itself.
pub(in super::super) const OWN: [&str; 7] =
    [CONSUMER_KEY, NONCE, SIGNATURE, SIGNATURE_METHOD, TIMESTAMP, TOKEN, VERSION];

impl Signer {
    /// Signs with `HMAC-SHA256`.
    #[cfg(feature = "sha2")]
    #[must_use]
    pub fn hmac_sha256(mut self) -> Self {
        self.key = Key::HmacSha256(keyed(&secrets(&self.client, &self.token)));
        self.method(SignatureMethod::HmacSha256)
    }

    /// Signs with `HMAC-SHA512`.
    #[cfg(feature = "sha2")]
    #[must_use]
    pub fn hmac_sha512(mut self) -> Self {
        self.key = Key::HmacSha512(keyed(&secrets(&self.client, &self.token)));
        self.method(SignatureMethod::HmacSha512)
    }

    /// Sends the secrets themselves, as `PLAINTEXT`
    /// ([§3.4.4](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.4)). Use it over TLS only.
    #[must_use]
    pub fn plaintext(mut self) -> Self {
        self.key = Key::Plaintext(secrets(&self.client, &self.token));
        self.method(SignatureMethod::Plaintext)
    }

    /// Leaves out `oauth_version`, which is optional.
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.has_version = false;
        self.written()
    }

    /// Adds a `realm`, which is first in the header and never signed (§3.4.1.3.1, §3.5.1).
    ///
    /// # Errors
    ///
    /// [`ParseError::Control`] for anything except visible ASCII characters and spaces; [`ParseError::Duplicate`].
    pub fn realm(mut self, realm: &str) -> Result<Self, ParseError> {
        if !realm.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(ParseError::Control);
        }
        if self.realm.is_some() {
            return Err(ParseError::Duplicate { position: 0 });
        }
        self.realm = Some(realm.replace('\\', "\\\\").replace('"', "\\\""));
        Ok(self.written())
    }

    /// Adds a parameter that is sent and signed with every request. For one request, see
    /// [`Request::protocol_parameter`].
    ///
    /// # Errors
    ///
    /// [`ParseError::Reserved`] for an empty name, `realm`, and the names that the signer sets itself;
    /// [`ParseError::Duplicate`] for a name that was added before (§3.1); [`ParseError::Control`] for control
    /// characters.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, ParseError> {
        add(&mut self.parameters, name, value)?;
        Ok(self.written())
    }
}

impl Request {
    /// Adds a protocol parameter that is sent with this request only, such as `oauth_callback` or `oauth_verifier`. It
    /// takes precedence over the signer's parameter of the same name.
    ///
    /// # Errors
    ///
    /// As [`Signer::parameter`](super::super::Signer::parameter).
    pub fn protocol_parameter(mut self, name: &str, value: &str) -> Result<Self, ParseError> {
        add(&mut self.protocol, name, value)?;
        Ok(self)
    }
}

/// Adds a parameter; see [`Signer::parameter`].
fn add(list: &mut Parameters, name: &str, value: &str) -> Result<(), ParseError> {
    if name.is_empty() || OWN.contains(&name) || name.eq_ignore_ascii_case("realm") {
        return Err(ParseError::Reserved);
    }
    if name.chars().chain(value.chars()).any(char::is_control) {
        return Err(ParseError::Control);
    }
    if list.iter().any(|(other, _)| other == name) {
        return Err(ParseError::Duplicate { position: 0 });
    }
    list.push((name.into(), value.into()));
    Ok(())
}
