//! RSA signatures ([RFC 5849 §3.4.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.3)): `RSA-SHA1`, `RSA-SHA256`
//! and `RSA-SHA512`, that is RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
//!
//! The client signs with its private key: [`Signer::rsa_sha256`]. The server verifies with the public key, which cannot
//! sign: [`Verifier`]. No shared secret is used, neither the client's nor the token's.
//!
//! # Security
//!
//! **Timing.** The advisory RUSTSEC-2023-0071 ("Marvin") is about the crate `rsa` before 0.10, whose time depended on
//! the private key. Since 0.10, used here, exponentiation takes constant time. With the feature `system`, each
//! signature is also blinded by the operating system's randomness. Without that feature it is not blinded, because
//! [`Signer::sign`] has no source of randomness. What remains in both cases: reading a key is not blinded; no audit
//! covers the new arithmetic; and no compiler or processor promises constant time. If others can trigger signatures and
//! measure their time, hold the key in a key service or hardware token: see [`Signer::external`]. Verifying handles
//! public data only.
//!
//! **Faults.** A wrongly computed signature would reveal the private key. Each one is therefore checked with the public
//! key, and discarded if it is wrong, or if there is no randomness for blinding. [`Signer::sign`] cannot fail: it then
//! leaves `oauth_signature` empty, which every server rejects. `Signer::authorize` returns an error.
//!
//! **SHA-1.** SHA-1 is not collision resistant, which matters for `RSA-SHA1`, unlike for HMAC: an attacker who controls
//! part of a signed request could craft two requests with the same signature. Prefer `RSA-SHA256` if the server
//! supports it.

mod key;

use alloc::{string::String, vec::Vec};
use core::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{
    authorization::Authorization,
    request::Request,
    server::VerifyError,
    signature::{Key, SignatureMethod},
    signer::Signer,
};

pub use key::{KeyError, PrivateKey, PublicKey};

/// Calls a function of a key with the hash of a signature method.
macro_rules! with_hash {
    ($hash:expr, $key:expr, $function:ident($($argument:expr),*)) => {
        match $hash {
            Hash::Sha1 => $key.$function::<Sha1>($($argument),*),
            Hash::Sha256 => $key.$function::<Sha256>($($argument),*),
            Hash::Sha512 => $key.$function::<Sha512>($($argument),*),
        }
    };
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

/// A private key and the hash that it signs.
#[derive(Clone)]
pub(super) struct SigningKey {
    hash: Hash,
    private: PrivateKey,
}

impl SigningKey {
    /// The signature in base64, and nothing if it could not be computed.
    pub(super) fn sign(&self, base_string: &str) -> String {
        let bytes = with_hash!(self.hash, self.private.0, pkcs1v15_sign(base_string.as_bytes()));
        bytes.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default()
    }

    pub(super) fn verify(&self, base_string: &str, signature: &str) -> bool {
        verify(&self.private.public_key(), self.hash, base_string, signature)
    }
}

fn verify(key: &PublicKey, hash: Hash, base_string: &str, signature: &str) -> bool {
    let verify = |bytes: Vec<u8>| with_hash!(hash, key.0, pkcs1v15_verify(base_string.as_bytes(), &bytes));
    STANDARD.decode(signature).is_ok_and(|bytes| verify(bytes).is_ok())
}

impl Signer {
    /// Signs with `RSA-SHA1`. The shared secrets are not used.
    #[must_use]
    pub fn rsa_sha1(self, private: PrivateKey) -> Self {
        self.rsa(SignatureMethod::RsaSha1, Hash::Sha1, private)
    }

    /// Signs with `RSA-SHA256`. The shared secrets are not used.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::{Credentials, Request, Signer, rsa};
    ///
    /// // A 1024-bit key, which is below the minimum.
    /// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/keys/oauth-wiki.pem"));
    /// let key = rsa::PrivateKey::from_pem_with_minimum(pem, 1024)?;
    /// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "")).rsa_sha256(key);
    /// let request = Request::new("GET", "http://photos.example.net/photos")?;
    /// let authorization = signer.sign(&request, 1196666512, "13917289812797014437");
    /// assert_eq!(signer.verify(&request, &authorization), Ok(()));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rsa_sha256(self, private: PrivateKey) -> Self {
        self.rsa(SignatureMethod::RsaSha256, Hash::Sha256, private)
    }

    /// Signs with `RSA-SHA512`. The shared secrets are not used.
    #[must_use]
    pub fn rsa_sha512(self, private: PrivateKey) -> Self {
        self.rsa(SignatureMethod::RsaSha512, Hash::Sha512, private)
    }
}

impl Signer {
    fn rsa(mut self, method: SignatureMethod, hash: Hash, private: PrivateKey) -> Self {
        self.key = Key::Rsa(SigningKey { hash, private });
        self.method(method)
    }
}

/// Verifies requests with a public key, which cannot sign.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{Credentials, Request, SignatureMethod, Signer, rsa};
///
/// // A 1024-bit key, which is below the minimum.
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/keys/oauth-wiki.pem"));
/// let key = rsa::PrivateKey::from_pem_with_minimum(pem, 1024)?;
/// let client = Signer::new(Credentials::new("dpf43f3p2l4k3l03", ""));
/// let verifier = rsa::Verifier::new(client.clone(), SignatureMethod::RsaSha1, key.public_key())?;
///
/// // OAuth Core 1.0a §A.5 as published in the OAuth wiki.
/// let request = Request::new("GET", "http://photos.example.net/photos?file=vacaction.jpg&size=original")?;
/// let authorization = client.rsa_sha1(key).sign(&request, 1196666512, "13917289812797014437");
/// verifier.verify(&request, &authorization)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    signer: Signer,
    hash: Hash,
    key: PublicKey,
}

impl Verifier {
    /// A verifier for one client and token, which are those of the signer. Its key and shared secrets are not used.
    ///
    /// # Errors
    ///
    /// [`KeyError::SignatureMethod`] if the method is not an RSA method.
    pub fn new(client: Signer, method: SignatureMethod, key: PublicKey) -> Result<Self, KeyError> {
        let hash = match method {
            SignatureMethod::RsaSha1 => Hash::Sha1,
            SignatureMethod::RsaSha256 => Hash::Sha256,
            SignatureMethod::RsaSha512 => Hash::Sha512,
            _ => return Err(KeyError::SignatureMethod),
        };
        let signer = client.method(method);
        Ok(Self { signer, hash, key })
    }

    /// Verifies that a header was made with the private key, for this request.
    ///
    /// # Errors
    ///
    /// As [`Signer::verify`].
    pub fn verify(&self, request: &Request, authorization: &Authorization) -> Result<(), VerifyError> {
        self.signer.verify_with(request, authorization, |base_string, received| {
            verify(&self.key, self.hash, base_string, received)
        })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").field("signer", &self.signer).field("key", &self.key).finish()
    }
}
