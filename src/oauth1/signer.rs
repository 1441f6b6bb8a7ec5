//! Signing requests ([RFC 5849 §3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.1)).

use alloc::string::String;
use core::fmt;

use zeroize::ZeroizeOnDrop;

use super::{
    authorization::Authorization,
    credentials::Credentials,
    error::ParseError,
    nonce::Decimal,
    protocol::{Fresh, ProtocolParameters},
    request::{BaseString, Request, Sink},
    signature::{Key, Secrets, SignatureMethod, room},
};

/// Signs and verifies requests with shared secrets.
///
/// The key is hashed when the signer is made; signing is pure and cannot fail. It is `Send` and `Sync`: share one by
/// reference. For many tokens of one client, clone the client's signer and give each its [`token`](Self::token).
///
/// `Debug` shows no secret. Our copies of the secrets and the state of the hash are wiped on drop; that state stands for
/// the key (whoever reads it can sign), but the secrets cannot be computed from it.
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
    pub(super) parameters: ProtocolParameters,
    pub(super) key: Key,
    secrets: Secrets,
}

impl Signer {
    /// A signer with client credentials alone, for `HMAC-SHA1` ([§3.4.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2)).
    pub fn new(client: Credentials) -> Self {
        Self::with_token(client, Credentials::new("", ""))
    }

    /// A signer with both credentials, as [`new`](Self::new) and [`token`](Self::token) make it; the key is hashed once.
    pub fn with_token(client: Credentials, token: Credentials) -> Self {
        let (client, client_secret) = client.into_parts();
        let (token, token_secret) = token.into_parts();
        let secrets = Secrets::new(client_secret, token_secret);
        Self {
            parameters: ProtocolParameters::with_token(client, token, SignatureMethod::HmacSha1),
            key: Key::hmac_sha1(&secrets),
            secrets,
        }
    }

    /// Adds token credentials, or puts others in their place. Without an identifier the secret counts, and no `oauth_token` is
    /// sent: some servers take the token from the query.
    #[must_use]
    pub fn token(mut self, token: Credentials) -> Self {
        let (token, secret) = token.into_parts();
        self.parameters = self.parameters.token(&token);
        self.secrets.set_token(secret);
        self.key = self.key.with(&self.secrets);
        self
    }

    /// Signs with `HMAC-SHA256`.
    #[cfg(feature = "sha2")]
    #[must_use]
    pub fn hmac_sha256(self) -> Self {
        let key = Key::hmac_sha256(&self.secrets);
        self.with_key(SignatureMethod::HmacSha256, key)
    }

    /// Signs with `HMAC-SHA512`.
    #[cfg(feature = "sha2")]
    #[must_use]
    pub fn hmac_sha512(self) -> Self {
        let key = Key::hmac_sha512(&self.secrets);
        self.with_key(SignatureMethod::HmacSha512, key)
    }

    /// Sends the secrets themselves, as `PLAINTEXT` ([§3.4.4](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.4)): only over TLS.
    #[must_use]
    pub fn plaintext(self) -> Self {
        let key = Key::plaintext(&self.secrets);
        self.with_key(SignatureMethod::Plaintext, key)
    }

    fn with_key(mut self, method: SignatureMethod, key: Key) -> Self {
        self.parameters.set_method(method);
        self.key = key;
        self
    }

    /// Leaves `oauth_version` out, which is optional.
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.parameters = self.parameters.without_version();
        self
    }

    /// Adds a realm; see [`ProtocolParameters::realm`].
    ///
    /// # Errors
    ///
    /// [`ParseError::Control`] and [`ParseError::Duplicate`], as there.
    pub fn realm(mut self, realm: &str) -> Result<Self, ParseError> {
        self.parameters = self.parameters.realm(realm)?;
        Ok(self)
    }

    /// Adds another signed parameter; see [`ProtocolParameters::parameter`].
    ///
    /// # Errors
    ///
    /// [`ParseError::Reserved`], [`ParseError::Duplicate`] and [`ParseError::Control`], as there.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, ParseError> {
        self.parameters = self.parameters.parameter(name, value)?;
        Ok(self)
    }

    /// The signature method.
    pub fn signature_method(&self) -> SignatureMethod {
        self.parameters.signature_method()
    }

    /// The parameters sent with each request.
    pub fn parameters(&self) -> &ProtocolParameters {
        &self.parameters
    }

    /// Signs a request with a timestamp, in seconds since 1970, and a nonce, which must not come again with that timestamp
    /// ([§3.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.3)).
    pub fn sign(&self, request: &Request, timestamp: u64, nonce: &str) -> Authorization {
        let timestamp = Decimal::new(timestamp);
        let fresh = Fresh::new(&timestamp, nonce);
        let claim = self.parameters.claim(request, &fresh);
        self.parameters
            .finish(&fresh, self.key.sign(&claim, &mut room()))
    }

    /// Appends the header's value to a text of the caller's, which allocates nothing where the text has room.
    pub fn sign_into(&self, request: &Request, timestamp: u64, nonce: &str, header: &mut String) {
        let timestamp = Decimal::new(timestamp);
        let fresh = Fresh::new(&timestamp, nonce);
        let claim = self.parameters.claim(request, &fresh);
        self.parameters
            .write_header(header, &fresh, self.key.sign(&claim, &mut room()));
    }

    /// Signs a request with the system's clock and a nonce from the operating system's randomness, asked anew each time:
    /// a process and its fork never send the same one.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::Clock`](super::AuthorizeError::Clock) and
    /// [`AuthorizeError::Randomness`](super::AuthorizeError::Randomness) where the system has none.
    #[cfg(feature = "system")]
    pub fn authorize(&self, request: &Request) -> Result<Authorization, super::AuthorizeError> {
        use super::nonce::{AuthorizeError, Nonce, timestamp};
        let nonce =
            Nonce::try_generate(&mut rand::rngs::SysRng).map_err(|_| AuthorizeError::Randomness)?;
        Ok(self.sign(request, timestamp()?, nonce.as_str()))
    }

    /// The signature base string that [`sign`](Self::sign) signs (§3.4.1.1), which holds no secret.
    pub fn base_string(&self, request: &Request, timestamp: u64, nonce: &str) -> String {
        self.parameters.base_string(request, timestamp, nonce)
    }

    /// The signature of a base string, such as one that another library printed: the step on its own, for comparing.
    pub fn signature(&self, base_string: &str) -> String {
        self.key.sign(&Text(base_string), &mut room()).into_text()
    }

    /// Prepares for signing one request again and again: the constant beginning of its base string is hashed here, once.
    pub fn prepare<'a>(&'a self, request: &'a Request) -> Prepared<'a> {
        let ends = self.parameters.ends(request).map(|(beginning, ending)| {
            let mut key = self.key.clone();
            let rest = key.absorb(&beginning).into();
            (key, rest, ending)
        });
        Prepared {
            signer: self,
            request,
            ends,
        }
    }
}

/// The secrets are `Zeroizing`, and the states of the hashes are wiped by their crates.
impl ZeroizeOnDrop for Signer {}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

/// A signer and one request, for signing it again and again with new nonces and timestamps; see [`Signer::prepare`].
#[derive(Clone)]
pub struct Prepared<'a> {
    signer: &'a Signer,
    request: &'a Request,
    /// The key that has hashed the base string's whole blocks up to the nonce, what remains up to there, and the text behind
    /// the timestamp. None where the request has parameters of its own that sort among the protocol parameters.
    ends: Option<(Key, String, String)>,
}

impl Prepared<'_> {
    /// Signs the request, with the same result as [`Signer::sign`].
    pub fn sign(&self, timestamp: u64, nonce: &str) -> Authorization {
        let Some((key, beginning, ending)) = &self.ends else {
            return self.signer.sign(self.request, timestamp, nonce);
        };
        let timestamp = Decimal::new(timestamp);
        let fresh = Fresh::new(&timestamp, nonce);
        let rest = Rest {
            beginning,
            fresh: &fresh,
            middle: self.signer.parameters.middle(),
            ending,
        };
        self.signer
            .parameters
            .finish(&fresh, key.sign(&rest, &mut room()))
    }

    /// Appends the header's value to a text of the caller's, which allocates nothing where the text has room.
    pub fn sign_into(&self, timestamp: u64, nonce: &str, header: &mut String) {
        let Some((key, beginning, ending)) = &self.ends else {
            return self
                .signer
                .sign_into(self.request, timestamp, nonce, header);
        };
        let timestamp = Decimal::new(timestamp);
        let fresh = Fresh::new(&timestamp, nonce);
        let rest = Rest {
            beginning,
            fresh: &fresh,
            middle: self.signer.parameters.middle(),
            ending,
        };
        self.signer
            .parameters
            .write_header(header, &fresh, key.sign(&rest, &mut room()));
    }
}

impl fmt::Debug for Prepared<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("signer", self.signer)
            .field("request", self.request)
            .finish_non_exhaustive()
    }
}

/// A whole base string.
struct Text<'a>(&'a str);

impl BaseString for Text<'_> {
    fn write(&self, sink: &mut impl Sink) {
        sink.put(self.0);
    }
}

/// A base string from the last whole block before the nonce on.
struct Rest<'a> {
    beginning: &'a str,
    fresh: &'a Fresh<'a>,
    middle: &'a str,
    ending: &'a str,
}

impl BaseString for Rest<'_> {
    fn write(&self, sink: &mut impl Sink) {
        [
            self.beginning,
            self.fresh.nonce(),
            self.middle,
            self.fresh.timestamp(),
            self.ending,
        ]
        .iter()
        .for_each(|text| sink.put(text));
    }
}
