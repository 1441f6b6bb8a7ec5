//! Signing ([RFC 5849 §3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.1)).

use alloc::{borrow::Cow, string::String, vec::Vec};

use zeroize::ZeroizeOnDrop;

use super::{
    authorization::Authorization,
    protocol::{
        CONSUMER_KEY, GAP, NONCE, NonceAndTimestamp, Parameters, SIGNATURE, SIGNATURE_METHOD, TIMESTAMP, TOKEN,
        Template, VERSION,
    },
    request::Request,
    signature::{Credentials, Key, SignatureMethod, keyed, secrets},
};

/// Signs and verifies the requests of one client.
///
/// Signing is pure and cannot fail. A signer is `Send` and `Sync`; share it by reference. For many tokens of one
/// client, clone the client's signer and give each clone its [`token`](Self::token).
///
/// The secrets and the state of the hash are wiped on drop. `Debug` does not show them.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{Credentials, Request, Signer};
///
/// // RFC 5849 §1.2.
/// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
///     .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"))
///     .without_version();
/// let request = Request::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original")?;
/// let authorization = signer.sign(&request, 137131202, "chapoH");
/// assert_eq!(authorization.signature(), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    pub(super) client: Credentials,
    pub(super) token: Credentials,
    pub(super) method: SignatureMethod,
    pub(super) key: Key,
    pub(super) has_version: bool,
    /// As it appears between the quotes of the header.
    pub(super) realm: Option<String>,
    pub(super) parameters: Parameters,
    /// Written from all of these.
    template: Template,
}

impl Signer {
    /// A signer with client credentials only, for `HMAC-SHA1`
    /// ([§3.4.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2)).
    pub fn new(client: Credentials) -> Self {
        let token = Credentials::new("", "");
        let signer = Self {
            key: Key::HmacSha1(keyed(&secrets(&client, &token))),
            method: SignatureMethod::HmacSha1,
            client,
            token,
            has_version: true,
            realm: None,
            parameters: Vec::new(),
            template: Template::new(None, [].into_iter()),
        };
        signer.written()
    }

    /// Sets (or replaces) the token. With an empty identifier only its secret is used, and `oauth_token` is not sent.
    #[must_use]
    pub fn token(mut self, token: Credentials) -> Self {
        self.key = self.key.with(secrets(&self.client, &token));
        self.token = token;
        self.written()
    }

    /// Names the signature method of a key.
    pub(super) fn method(mut self, method: SignatureMethod) -> Self {
        self.method = method;
        self.written()
    }

    /// Writes what all headers and base strings share.
    pub(super) fn written(mut self) -> Self {
        let own = [
            (CONSUMER_KEY, self.client.identifier()),
            (NONCE, GAP),
            (SIGNATURE, GAP),
            (SIGNATURE_METHOD, self.method.name()),
            (TIMESTAMP, GAP),
            (TOKEN, self.token.identifier()),
            (VERSION, if self.has_version { "1.0" } else { "" }),
        ];
        let is_sent = |(name, value): &(&str, &str)| !([TOKEN, VERSION].contains(name) && value.is_empty());
        let others = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.template = Template::new(self.realm.as_deref(), own.into_iter().filter(is_sent).chain(others));
        self
    }

    /// The signature method.
    pub fn signature_method(&self) -> SignatureMethod {
        self.method
    }

    /// Signs a request with a timestamp, in seconds since 1970, and a nonce, which must be new for that timestamp
    /// ([§3.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.3)).
    pub fn sign(&self, request: &Request, timestamp: u64, nonce: &str) -> Authorization {
        let template = self.template(request);
        let fresh = NonceAndTimestamp::new(timestamp, nonce);
        let base_string = request.merge(&template.signed(&fresh));
        template.header(&fresh, &self.key.sign(&base_string))
    }

    /// The signature base string that [`sign`](Self::sign) signs (§3.4.1.1). It contains no secret.
    pub fn base_string(&self, request: &Request, timestamp: u64, nonce: &str) -> String {
        let fresh = NonceAndTimestamp::new(timestamp, nonce);
        request.merge(&self.template(request).signed(&fresh))
    }

    /// The template, with the protocol parameters of the request.
    pub(super) fn template(&self, request: &Request) -> Cow<'_, Template> {
        if request.protocol.is_empty() {
            return Cow::Borrowed(&self.template);
        }
        let mut signer = self.clone();
        signer.parameters.retain(|(name, _)| request.protocol.iter().all(|(other, _)| other != name));
        signer.parameters.extend_from_slice(&request.protocol);
        Cow::Owned(signer.written().template)
    }
}

impl ZeroizeOnDrop for Signer {}
