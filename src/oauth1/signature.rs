//! Signature methods ([RFC 5849 §3.4.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2) to §3.4.4).

use alloc::{borrow::Cow, string::String};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{EagerHash, Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::percent;

/// A signature method. `Display` writes its name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SignatureMethod {
    /// `HMAC-SHA1` (RFC 5849 §3.4.2).
    HmacSha1,
    /// `HMAC-SHA256`, which is not in the RFC. Several servers use it.
    HmacSha256,
    /// `HMAC-SHA512`, which is not in the RFC.
    HmacSha512,
    /// `RSA-SHA1` (RFC 5849 §3.4.3).
    RsaSha1,
    /// `RSA-SHA256`, which is not in the RFC. Several servers use it.
    RsaSha256,
    /// `RSA-SHA512`, which is not in the RFC.
    RsaSha512,
    /// `PLAINTEXT` (RFC 5849 §3.4.4): the secrets themselves. It requires TLS.
    Plaintext,
}

impl SignatureMethod {
    /// The value of `oauth_signature_method`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha512 => "RSA-SHA512",
            Self::Plaintext => "PLAINTEXT",
        }
    }
}

/// An identifier and its shared secret ([§1.1](https://www.rfc-editor.org/rfc/rfc5849#section-1.1)): client credentials
/// or token credentials. Older texts say consumer key and secret. The secret is wiped on drop, and not shown by
/// `Debug`.
///
/// # Examples
///
/// ```
/// use exh_oauth1::Credentials;
///
/// let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
/// assert_eq!(client.identifier(), "dpf43f3p2l4k3l03");
/// assert!(!format!("{client:?}").contains("kd94hf93k423kf44"));
/// ```
#[doc(alias = "consumer")]
#[derive(Clone)]
pub struct Credentials {
    identifier: String,
    secret: Zeroizing<String>,
}

impl Credentials {
    /// Credentials as the server issued them, not encoded. Any text is valid.
    pub fn new(identifier: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { identifier: identifier.into(), secret: Zeroizing::new(secret.into()) }
    }

    /// The identifier, which is not secret.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The shared secret. Use it to store credentials issued by a server; never log it.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl ZeroizeOnDrop for Credentials {}

/// What makes signatures. An HMAC holds the state after hashing the key.
#[derive(Clone)]
pub(super) enum Key {
    HmacSha1(Hmac<Sha1>),
    #[cfg(feature = "sha2")]
    HmacSha256(Hmac<sha2::Sha256>),
    #[cfg(feature = "sha2")]
    HmacSha512(Hmac<sha2::Sha512>),
    Plaintext(Zeroizing<String>),
    #[cfg(feature = "rsa")]
    Rsa(super::rsa::SigningKey),
}

impl Key {
    /// The same kind of key with other secrets. An RSA key does not depend on them (§3.4.3).
    pub(super) fn with(&self, secrets: Zeroizing<String>) -> Self {
        match self {
            Self::HmacSha1(_) => Self::HmacSha1(keyed(&secrets)),
            #[cfg(feature = "sha2")]
            Self::HmacSha256(_) => Self::HmacSha256(keyed(&secrets)),
            #[cfg(feature = "sha2")]
            Self::HmacSha512(_) => Self::HmacSha512(keyed(&secrets)),
            Self::Plaintext(_) => Self::Plaintext(secrets),
            #[cfg(feature = "rsa")]
            Self::Rsa(key) => Self::Rsa(key.clone()),
        }
    }

    /// The value of `oauth_signature` for a base string.
    pub(super) fn sign(&self, base_string: &str) -> Cow<'_, str> {
        match self {
            Self::HmacSha1(mac) => hash(mac, base_string),
            #[cfg(feature = "sha2")]
            Self::HmacSha256(mac) => hash(mac, base_string),
            #[cfg(feature = "sha2")]
            Self::HmacSha512(mac) => hash(mac, base_string),
            Self::Plaintext(secrets) => secrets.as_str().into(),
            #[cfg(feature = "rsa")]
            Self::Rsa(key) => key.sign(base_string).into(),
        }
    }
}

/// Both shared secrets, encoded. The `&` is required even if a secret is empty (§3.4.2).
pub(super) fn secrets(client: &Credentials, token: &Credentials) -> Zeroizing<String> {
    let [client, token] = [client, token].map(|one| Zeroizing::new(percent::encode(one.secret()).into_owned()));
    Zeroizing::new([client.as_str(), "&", token.as_str()].concat())
}

/// An HMAC that has hashed its key.
pub(super) fn keyed<D: EagerHash>(secrets: &str) -> Hmac<D> {
    match Hmac::new_from_slice(secrets.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("an HMAC accepts keys of any length"),
    }
}

fn hash<D: EagerHash>(mac: &Hmac<D>, base_string: &str) -> Cow<'static, str> {
    let mac = mac.clone().chain_update(base_string).finalize();
    STANDARD.encode(mac.into_bytes()).into()
}
