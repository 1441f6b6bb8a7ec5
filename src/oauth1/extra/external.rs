//! Keys that are held elsewhere: a key service or a hardware token.

use alloc::string::String;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::{
    authorization::Authorization, protocol::NonceAndTimestamp, request::Request, signature::SignatureMethod,
    signer::Signer,
};

/// A signer whose key is held elsewhere. [`base_string`](Self::base_string) returns what to sign, and
/// [`authorization`](Self::authorization) accepts the signature.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{Credentials, Request, SignatureMethod, Signer};
///
/// // RSA needs no shared secrets.
/// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "")).external(SignatureMethod::RsaSha1);
/// let request = Request::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original")?;
/// let base_string = signer.base_string(&request, 1196666512, "13917289812797014437");
/// # fn hardware_token(_: &str) -> Vec<u8> { vec![1, 2, 3] }
/// let signature = hardware_token(&base_string);
/// let authorization = signer.authorization(&request, 1196666512, "13917289812797014437", &signature);
/// assert_eq!(authorization.signature(), "AQID");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct External(Signer);

impl Signer {
    /// Uses a key that is held elsewhere. The shared secrets are not used.
    pub fn external(self, method: SignatureMethod) -> External {
        External(self.method(method))
    }
}

impl External {
    /// The signature method.
    pub fn signature_method(&self) -> SignatureMethod {
        self.0.signature_method()
    }

    /// The signature base string, see [`Signer::base_string`].
    pub fn base_string(&self, request: &Request, timestamp: u64, nonce: &str) -> String {
        self.0.base_string(request, timestamp, nonce)
    }

    /// The finished header, with the bytes of the signature of [`base_string`](Self::base_string) for the same
    /// arguments.
    pub fn authorization(&self, request: &Request, timestamp: u64, nonce: &str, signature: &[u8]) -> Authorization {
        let signature = STANDARD.encode(signature);
        self.0.template(request).header(&NonceAndTimestamp::new(timestamp, nonce), &signature)
    }
}
