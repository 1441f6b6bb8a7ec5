//! The hash of a body that is not a form: the [OAuth Request Body Hash] draft, an extension of RFC 5849.
//!
//! [OAuth Request Body Hash]: https://www.ietf.org/archive/id/draft-eaton-oauth-bodyhash-00.html

use alloc::string::String;
use core::{error, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::digest::Digest;
use sha1::Sha1;

use super::super::{authorization::Authorization, request::Request, signature::SignatureMethod};

/// The name of the parameter that has the hash.
const BODY_HASH: &str = "oauth_body_hash";

impl Request {
    /// Adds the hash of the body as `oauth_body_hash`. RFC 5849 leaves out a body that is not a form; signing its hash
    /// covers it. Use it only for servers that ask for it. A request without a body has the hash of no bytes.
    ///
    /// The hash is that of the signature method: SHA-1, as the draft says, for `HMAC-SHA1` and `RSA-SHA1`; SHA-256 or
    /// SHA-512, which the draft does not mention, for the methods with these. It is a plain hash in base64, without a
    /// key.
    ///
    /// # Errors
    ///
    /// [`BodyHashError::Form`] if the request has a [`form`](Self::form) body, whose parameters are signed themselves;
    /// [`BodyHashError::SignatureMethod`] for `PLAINTEXT`, which signs nothing, and for the methods with SHA-256 and
    /// SHA-512 without the feature `sha2`.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::{Credentials, Request, Signer};
    ///
    /// // The draft's example of a text body.
    /// let signer = Signer::new(Credentials::new("consumer", "con-test-secret")).token(Credentials::new("token", ""));
    /// let request = Request::new("PUT", "http://www.example.com/resource")?
    ///     .body_hash(signer.signature_method(), b"Hello World!")?;
    /// let authorization = signer.sign(&request, 1236874236, "10369470270925");
    /// assert_eq!(authorization.get("oauth_body_hash").as_deref(), Some(b"Lve95gjOVATpfV8EL5X4nxwjKHE=".as_slice()));
    /// assert_eq!(authorization.signature(), "CTFmrqJIGT7NsWJ42OrujahTtTc=");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn body_hash(mut self, method: SignatureMethod, body: &[u8]) -> Result<Self, BodyHashError> {
        if self.is_form() {
            return Err(BodyHashError::Form);
        }
        let hash = hash(method, body).ok_or(BodyHashError::SignatureMethod)?;
        self.protocol.retain(|(name, _)| name != BODY_HASH);
        self.protocol.push((BODY_HASH.into(), hash));
        Ok(self)
    }
}

/// The hash of a body in base64, if the method has one.
fn hash(method: SignatureMethod, body: &[u8]) -> Option<String> {
    match method {
        SignatureMethod::HmacSha1 | SignatureMethod::RsaSha1 => Some(STANDARD.encode(Sha1::digest(body))),
        #[cfg(feature = "sha2")]
        SignatureMethod::HmacSha256 | SignatureMethod::RsaSha256 => Some(STANDARD.encode(sha2::Sha256::digest(body))),
        #[cfg(feature = "sha2")]
        SignatureMethod::HmacSha512 | SignatureMethod::RsaSha512 => Some(STANDARD.encode(sha2::Sha512::digest(body))),
        _ => None,
    }
}

impl Authorization {
    /// Verifies that the received body has the hash in these parameters. Verify the signature of the same request
    /// first: without it, the hash proves nothing.
    ///
    /// A form has no hash and needs none. Any other request without one is [`Missing`](BodyHashError::Missing); a
    /// server that does not require body hashes can accept that.
    ///
    /// # Errors
    ///
    /// [`BodyHashError::Form`] if a form came with a hash, [`Missing`](BodyHashError::Missing),
    /// [`SignatureMethod`](BodyHashError::SignatureMethod) if the method has no hash, and
    /// [`Mismatch`](BodyHashError::Mismatch).
    pub fn verify_body(&self, request: &Request, body: &[u8]) -> Result<(), BodyHashError> {
        let Some(received) = self.get(BODY_HASH) else {
            return if request.is_form() { Ok(()) } else { Err(BodyHashError::Missing) };
        };
        if request.is_form() {
            return Err(BodyHashError::Form);
        }
        let hash = SignatureMethod::from_name(&self.signature_method())
            .and_then(|method| hash(method, body))
            .ok_or(BodyHashError::SignatureMethod)?;
        // Anyone can compute the hash of a body, so timing reveals nothing.
        if hash.as_bytes() == received.as_ref() { Ok(()) } else { Err(BodyHashError::Mismatch) }
    }
}

/// Why a body cannot be hashed, or does not have the received hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BodyHashError {
    /// The body is a form, whose parameters are signed themselves.
    Form,
    /// The signature method has no hash, or needs the feature `sha2`.
    SignatureMethod,
    /// There is no `oauth_body_hash`.
    Missing,
    /// The body is not the one that was signed.
    Mismatch,
}

impl fmt::Display for BodyHashError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Form => "a form body must not have an oauth_body_hash",
            Self::SignatureMethod => "the signature method has no hash for a body",
            Self::Missing => "the protocol parameter oauth_body_hash is missing",
            Self::Mismatch => "the body is not the one whose hash was signed",
        })
    }
}

impl error::Error for BodyHashError {}
