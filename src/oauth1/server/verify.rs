//! Verifying requests ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).

use alloc::{string::String, vec::Vec};
use core::{error, fmt};

use ctutils::CtEq as _;

use super::super::{
    authorization::Authorization, error::ParseError, protocol::SIGNATURE, request::Request, signature::Key,
    signer::Signer,
};

impl Request {
    /// Checks that neither the query nor the form has a protocol parameter, that is a name that begins with `oauth_`:
    /// [§3.5](https://www.rfc-editor.org/rfc/rfc5849#section-3.5) allows one place only, and they came in another.
    ///
    /// [`Signer::verify`] includes this check. A server that selects the signer by the token received calls it first.
    /// Signing such a request stays possible.
    ///
    /// # Errors
    ///
    /// [`ParseError::SecondPlace`] with the position of the first one.
    pub fn check_place(&self) -> Result<(), ParseError> {
        match self.second_place {
            Some((part, position)) => Err(ParseError::SecondPlace { part, position }),
            None => Ok(()),
        }
    }

    /// The signature base string of a request with the protocol parameters received, which are encoded once.
    fn received_base_string(&self, authorization: &Authorization) -> String {
        // The realm is not among the pairs (§3.4.1.3.1).
        let signed = authorization.pairs().filter(|(name, _)| *name != SIGNATURE);
        let signed: Vec<_> =
            signed.map(|(name, value)| [name, value].map(|text| text.replace('%', "%25")).join("%3D")).collect();
        self.merge(&[&signed.join("%26")])
    }
}

impl Key {
    /// Compares in constant time with a signature received.
    pub(super) fn verify(&self, base_string: &str, received: &str) -> bool {
        match self {
            #[cfg(feature = "rsa")]
            Self::Rsa(key) => key.verify(base_string, received),
            _ => self.sign(base_string).as_bytes().ct_eq(received.as_bytes()).to_bool(),
        }
    }
}

impl Signer {
    /// Verifies that a header was made with this signer's key, for this request: signs again with what the header
    /// claims and compares in constant time.
    ///
    /// An empty `oauth_token` is the same as none. This does not check whether the timestamp is recent and the nonce
    /// new: a correct signature may be a replay. See [`ReplayGuard`](super::ReplayGuard).
    ///
    /// # Errors
    ///
    /// [`VerifyError::Malformed`] if the request has a protocol parameter (any name that begins with `oauth_`) in its
    /// query or form as well: §3.5 allows one place only. [`VerifyError::Client`], [`Token`](VerifyError::Token) or
    /// [`SignatureMethod`](VerifyError::SignatureMethod) if these are not the signer's own. Nothing is hashed until
    /// then. [`VerifyError::Signature`] if the signature does not match.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::{Authorization, Credentials, Request, Signer, VerifyError};
    ///
    /// // RFC 5849 §1.2.
    /// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"));
    /// let received = Authorization::parse(
    ///     r#"OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature_method="HMAC-SHA1",
    ///     oauth_timestamp="137131200", oauth_nonce="wIjqoS", oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D",
    ///     oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready""#,
    /// )?;
    /// let request = Request::new("POST", "https://photos.example.net/initiate")?;
    /// assert_eq!(signer.verify(&request, &received), Ok(()));
    /// let other = Request::new("POST", "https://photos.example.net/token")?;
    /// assert_eq!(signer.verify(&other, &received), Err(VerifyError::Signature));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn verify(&self, request: &Request, authorization: &Authorization) -> Result<(), VerifyError> {
        self.verify_with(request, authorization, |base_string, received| self.key.verify(base_string, received))
    }

    /// Checks the header's parameters first, so that no header can choose a weaker method, and then the signature.
    pub(in super::super) fn verify_with(
        &self,
        request: &Request,
        authorization: &Authorization,
        is_signed: impl FnOnce(&str, &str) -> bool,
    ) -> Result<(), VerifyError> {
        request.check_place().map_err(VerifyError::Malformed)?;
        if authorization.consumer_key() != self.client.identifier() {
            return Err(VerifyError::Client);
        }
        if authorization.token().unwrap_or_default() != self.token.identifier() {
            return Err(VerifyError::Token);
        }
        if authorization.signature_method() != self.signature_method().name() {
            return Err(VerifyError::SignatureMethod);
        }
        if is_signed(&request.received_base_string(authorization), &authorization.signature()) {
            Ok(())
        } else {
            Err(VerifyError::Signature)
        }
    }
}

/// Why a request is rejected. A server responds 401, and 400 for [`Malformed`](Self::Malformed)
/// ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).
///
/// The variant is safe to return to the caller: it reveals nothing secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request violates the protocol, so nothing was hashed. A server responds 400.
    Malformed(ParseError),
    /// `oauth_consumer_key` is not the signer's client.
    Client,
    /// `oauth_token` is not the signer's token, is missing, or is present although the signer has none.
    Token,
    /// `oauth_signature_method` is not the signer's, so nothing was hashed.
    SignatureMethod,
    /// The signature does not match the request.
    Signature,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed(error) => return error.fmt(formatter),
            Self::Client => "the client credentials are not the expected ones",
            Self::Token => "the token credentials are not the expected ones",
            Self::SignatureMethod => "the signature method is not the expected one",
            Self::Signature => "the signature does not match the request",
        })
    }
}

impl error::Error for VerifyError {}
