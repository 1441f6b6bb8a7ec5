//! Verifying requests ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).

use super::{
    authorization::Authorization,
    error::VerifyError,
    percent,
    request::{BaseString, Request, Sink},
    signer::Signer,
    wire::{CONSUMER_KEY, SIGNATURE, SIGNATURE_METHOD, TOKEN},
};

/// A request together with the protocol parameters that came with it.
pub(super) struct Received<'a> {
    pub(super) request: &'a Request,
    pub(super) authorization: &'a Authorization,
}

impl BaseString for Received<'_> {
    fn write(&self, sink: &mut impl Sink) {
        let mut merging = self.request.merging(sink);
        // The realm is not among the pairs (§3.4.1.3.1).
        for (name, value) in self.authorization.pairs() {
            if name != SIGNATURE {
                merging.put(&percent::encode_again(name), &percent::encode_again(value));
            }
        }
        merging.finish();
    }
}

impl Signer {
    /// Verifies that a header was made with this signer's secrets, for this request: signs again with what the header
    /// claims and compares in constant time.
    ///
    /// An empty `oauth_token` is the same as none. Whether the timestamp is recent and the nonce new is another question:
    /// a signature that is right may still be a replay.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Malformed`] if the request has a protocol parameter (any name that begins with `oauth_`) in its query or
    /// form as well: §3.5 allows one place only. [`VerifyError::Client`], [`Token`](VerifyError::Token) or
    /// [`SignatureMethod`](VerifyError::SignatureMethod) if these are not the signer's own. Nothing is hashed until then.
    /// [`VerifyError::Signature`] if the signature does not match.
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
    ///     oauth_timestamp="137131200", oauth_nonce="wIjqoS", oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready",
    ///     oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D""#,
    /// )?;
    /// let request = Request::new("POST", "https://photos.example.net/initiate")?;
    /// assert_eq!(signer.verify(&request, &received), Ok(()));
    /// let other = Request::new("POST", "https://photos.example.net/token")?;
    /// assert_eq!(signer.verify(&other, &received), Err(VerifyError::Signature));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn verify(
        &self,
        request: &Request,
        authorization: &Authorization,
    ) -> Result<(), VerifyError> {
        self.parameters.check_claims(request, authorization)?;
        let received = Received {
            request,
            authorization,
        };
        if self.key.verify(&received, &authorization.signature()) {
            Ok(())
        } else {
            Err(VerifyError::Signature)
        }
    }
}

impl super::ProtocolParameters {
    /// Rejects a second place of protocol parameters, and a header that claims another client, token or signature method, so
    /// that no header can choose a weaker one.
    pub(super) fn check_claims(
        &self,
        request: &Request,
        authorization: &Authorization,
    ) -> Result<(), VerifyError> {
        request.check_place().map_err(VerifyError::Malformed)?;
        let names = [CONSUMER_KEY, TOKEN, SIGNATURE_METHOD];
        let own = [
            (self.client(), VerifyError::Client),
            (self.token_identifier(), VerifyError::Token),
            (self.signature_method().name(), VerifyError::SignatureMethod),
        ];
        for (claimed, (own, error)) in authorization.all_encoded(names).into_iter().zip(own) {
            // An empty token is the same as none.
            if claimed.unwrap_or_default() != own {
                return Err(error);
            }
        }
        Ok(())
    }
}
