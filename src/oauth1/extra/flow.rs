//! From client credentials to token credentials, with the user's consent: redirection-based authorization
//! ([RFC 5849 §2](https://www.rfc-editor.org/rfc/rfc5849#section-2)).
//!
//! No input or output happens here. Each step is a value that says what to send and reads what comes back, and only the
//! answer to one step gives the next:
//!
//! | value | section | send | then |
//! |---|---|---|---|
//! | [`TemporaryRequest`] | §2.1 | the signed request | [`answer`](TemporaryRequest::answer) |
//! | [`Temporary`] | §2.2 | the user to the [`authorization_uri`](Temporary::authorization_uri) | [`callback`](Temporary::callback) or [`verifier`](Temporary::verifier) |
//! | [`Authorized`] | §2.3 | nothing | [`token_request`](Authorized::token_request) |
//! | [`TokenRequest`] | §2.3 | the signed request | [`answer`](TokenRequest::answer), which has the token credentials |
//!
//! The answers hold secrets in plain text: §2.1 and §2.3 ask for TLS. `Debug` shows none of them.
//!
//! # Examples
//!
//! ```
//! use exh_oauth1::{Credentials, Request, Signer, flow::TemporaryRequest};
//!
//! // RFC 5849 §1.2.
//! let client = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44")).without_version();
//! let request = Request::new("POST", "https://photos.example.net/initiate")?;
//! let initiate = TemporaryRequest::new(client, request, "http://printer.example.com/ready")?;
//! let authorization = initiate.sign(137131200, "wIjqoS");
//! assert_eq!(authorization.signature(), "74KNZJeDHnMBp0EMJ9ZHt/XKycU=");
//!
//! let temporary = initiate
//!     .answer("oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true")?;
//! let uri = temporary.authorization_uri("https://photos.example.net/authorize")?;
//! assert_eq!(uri, "https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola");
//!
//! let authorized = temporary
//!     .callback("http://printer.example.com/ready?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884")?;
//! let token = authorized.token_request(Request::new("POST", "https://photos.example.net/token")?);
//! assert_eq!(token.sign(137131201, "walatlh").signature(), "gKgrFCywp7rO0OXSjdot/IHF7IU=");
//!
//! let answer = token.answer("oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00")?;
//! assert_eq!(answer.credentials().identifier(), "nnch734d00sl2jdk");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::{string::String, vec::Vec};
use core::{error, fmt};

use super::{
    super::{
        authorization::Authorization,
        error::{ParseError, Part},
        percent,
        protocol::TOKEN,
        request::Request,
        signature::Credentials,
        signer::Signer,
        uri,
    },
    form,
    placement::{append_to_query, split},
};

const CALLBACK: &str = "oauth_callback";
const CALLBACK_CONFIRMED: &str = "oauth_callback_confirmed";
const TOKEN_SECRET: &str = "oauth_token_secret";
const VERIFIER: &str = "oauth_verifier";

/// The callback of a client that the user cannot be sent back to (§2.1): the verifier is then shown to the user and typed in.
pub const OUT_OF_BAND: &str = "oob";

/// The request for temporary credentials
/// ([§2.1](https://www.rfc-editor.org/rfc/rfc5849#section-2.1)).
#[derive(Clone, Debug)]
pub struct TemporaryRequest {
    client: Signer,
    signer: Signer,
    request: Request,
}

impl TemporaryRequest {
    /// Takes the client's signer, without a token; the request to the server's endpoint, a `POST` without a body unless
    /// the server says otherwise; and the absolute URI to which the user is sent back, or [`OUT_OF_BAND`].
    ///
    /// # Errors
    ///
    /// [`FlowError::Callback`] where the callback is neither, and [`FlowError::Signer`] where the signer has a token or a
    /// callback already.
    pub fn new(client: Signer, request: Request, callback: &str) -> Result<Self, FlowError> {
        if callback != OUT_OF_BAND && !is_absolute(callback) {
            return Err(FlowError::Callback);
        }
        if !client.token.identifier().is_empty() {
            return Err(FlowError::Signer);
        }
        let signer = client.clone().parameter(CALLBACK, callback);
        Ok(Self {
            signer: signer.map_err(|_| FlowError::Signer)?,
            client,
            request,
        })
    }

    /// The request to send.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What signs the request, with the callback among its parameters.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Signs the request; see [`Signer::sign`].
    pub fn sign(&self, timestamp: u64, nonce: &str) -> Authorization {
        self.signer.sign(&self.request, timestamp, nonce)
    }

    /// Reads the body of an answer with the status 200.
    ///
    /// # Errors
    ///
    /// [`FlowError::Form`], [`FlowError::Duplicate`] and [`FlowError::Missing`] for an answer that is not as §2.1 says, and
    /// [`FlowError::NotConfirmed`] where `oauth_callback_confirmed` is not `true`: such a server follows OAuth 1.0
    /// without the revision A, in which an attacker can have the user authorize the attacker's session.
    pub fn answer(&self, body: &str) -> Result<Temporary, FlowError> {
        let Answer {
            credentials,
            mut extra,
        } = Answer::read(body)?;
        let confirmed = take(&mut extra, CALLBACK_CONFIRMED)?;
        if confirmed != "true" {
            return Err(FlowError::NotConfirmed);
        }
        Ok(Temporary {
            client: self.client.clone(),
            credentials,
            extra,
        })
    }
}

/// Temporary credentials, which the user is to authorize
/// ([§2.2](https://www.rfc-editor.org/rfc/rfc5849#section-2.2)).
#[derive(Clone)]
pub struct Temporary {
    client: Signer,
    credentials: Credentials,
    extra: Vec<(String, String)>,
}

impl Temporary {
    /// Goes on with temporary credentials that were kept somewhere else, as a web application does between two requests of
    /// the user's browser. Keep them bound to the user's session.
    ///
    /// # Errors
    ///
    /// [`FlowError::Signer`] where the client's signer has a token.
    pub fn new(client: Signer, credentials: Credentials) -> Result<Self, FlowError> {
        if !client.token.identifier().is_empty() {
            return Err(FlowError::Signer);
        }
        Ok(Self {
            client,
            credentials,
            extra: Vec::new(),
        })
    }

    /// The temporary credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What else was in the server's answer, decoded.
    pub fn extra(&self) -> &[(String, String)] {
        &self.extra
    }

    /// Where to send the user: the server's endpoint with `oauth_token` added to the query that it may have.
    ///
    /// # Errors
    ///
    /// The errors of [`Request::new`] for the endpoint, and [`ParseError::Duplicate`] where it has an `oauth_token`.
    pub fn authorization_uri(&self, endpoint: &str) -> Result<String, ParseError> {
        Request::new("GET", endpoint)?;
        let (before, query, _) = split(endpoint);
        for pair in form::pairs(query.unwrap_or_default(), Part::Uri, before.len() + 1) {
            let pair = pair?;
            if pair.name == TOKEN.as_bytes() {
                let position = pair.position;
                return Err(ParseError::Duplicate { position });
            }
        }
        let token = percent::encode(self.credentials.identifier());
        Ok(append_to_query(
            endpoint,
            &alloc::format!("{TOKEN}={token}"),
        ))
    }

    /// Reads the URI, or its path and query, with which the user came back.
    ///
    /// # Errors
    ///
    /// [`FlowError::Form`], [`FlowError::Duplicate`] and [`FlowError::Missing`] for a query that is not as §2.2 says (a
    /// server may leave `oauth_verifier` out where the user refused), and [`FlowError::OtherToken`] where it speaks of other
    /// temporary credentials.
    pub fn callback(&self, uri: &str) -> Result<Authorized, FlowError> {
        let (_, query, _) = split(uri);
        let mut pairs = read(query.unwrap_or_default())?;
        let token = take(&mut pairs, TOKEN)?;
        if token != self.credentials.identifier() {
            return Err(FlowError::OtherToken);
        }
        self.verifier(&take(&mut pairs, VERIFIER)?)
    }

    /// Takes the verifier as the user typed it, with the callback [`OUT_OF_BAND`].
    ///
    /// # Errors
    ///
    /// [`FlowError::Missing`] where it is empty, and [`FlowError::Form`] where it holds a control character, such as the
    /// end of the line.
    pub fn verifier(&self, verifier: &str) -> Result<Authorized, FlowError> {
        if verifier.is_empty() {
            return Err(FlowError::Missing(VERIFIER));
        }
        let signer = self.client.clone().token(self.credentials.clone());
        Ok(Authorized {
            signer: signer
                .parameter(VERIFIER, verifier)
                .map_err(|error| match error {
                    ParseError::Control => FlowError::Form,
                    _ => FlowError::Signer,
                })?,
        })
    }
}

impl fmt::Debug for Temporary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Temporary")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The user's consent.
#[derive(Clone)]
pub struct Authorized {
    signer: Signer,
}

impl Authorized {
    /// Takes the request to the server's endpoint for token credentials, a `POST` without a body unless the server says
    /// otherwise.
    pub fn token_request(self, request: Request) -> TokenRequest {
        TokenRequest {
            signer: self.signer,
            request,
        }
    }
}

impl fmt::Debug for Authorized {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Anyone with the other secrets can get the token with the verifier, which the signer would show.
        formatter.debug_struct("Authorized").finish_non_exhaustive()
    }
}

/// The request for token credentials
/// ([§2.3](https://www.rfc-editor.org/rfc/rfc5849#section-2.3)).
#[derive(Clone)]
pub struct TokenRequest {
    signer: Signer,
    request: Request,
}

impl TokenRequest {
    /// The request to send.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What signs the request, with temporary credentials and verifier.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Signs the request; see [`Signer::sign`].
    pub fn sign(&self, timestamp: u64, nonce: &str) -> Authorization {
        self.signer.sign(&self.request, timestamp, nonce)
    }

    /// Reads the body of an answer with the status 200.
    ///
    /// # Errors
    ///
    /// [`FlowError::Form`], [`FlowError::Duplicate`] and [`FlowError::Missing`] for an answer that is not as §2.3 says.
    pub fn answer(&self, body: &str) -> Result<Answer, FlowError> {
        Answer::read(body)
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenRequest")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// The token credentials that a server answered with, and what else it said, such as the user's name.
///
/// `Debug` shows the identifier only.
#[derive(Clone)]
pub struct Answer {
    credentials: Credentials,
    extra: Vec<(String, String)>,
}

impl Answer {
    fn read(body: &str) -> Result<Self, FlowError> {
        // A line end after the response is not part of the form.
        let mut pairs = read(body.trim_ascii())?;
        let token = take(&mut pairs, TOKEN)?;
        Ok(Self {
            credentials: Credentials::new(token, take_any(&mut pairs, TOKEN_SECRET)?),
            extra: pairs,
        })
    }

    /// The token credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The other parameters, decoded, in their order.
    pub fn extra(&self) -> &[(String, String)] {
        &self.extra
    }

    /// The token credentials, to give to [`Signer::token`].
    pub fn into_credentials(self) -> Credentials {
        self.credentials
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Reads a form of text.
fn read(source: &str) -> Result<Vec<(String, String)>, FlowError> {
    form::pairs(source, Part::Form, 0)
        .map(|pair| {
            let pair = pair.map_err(|_| FlowError::Form)?;
            let text = |bytes| String::from_utf8(bytes).map_err(|_| FlowError::Form);
            Ok((text(pair.name)?, text(pair.value)?))
        })
        .collect()
}

/// Takes a parameter out that has to be there once.
fn take_any(pairs: &mut Vec<(String, String)>, name: &'static str) -> Result<String, FlowError> {
    let at = pairs.iter().position(|(other, _)| other == name);
    let (_, value) = pairs.remove(at.ok_or(FlowError::Missing(name))?);
    if pairs.iter().any(|(other, _)| other == name) {
        return Err(FlowError::Duplicate(name));
    }
    Ok(value)
}

/// Takes a parameter out that has to be there once, and not empty.
fn take(pairs: &mut Vec<(String, String)>, name: &'static str) -> Result<String, FlowError> {
    take_any(pairs, name).and_then(|value| {
        Some(value)
            .filter(|value| !value.is_empty())
            .ok_or(FlowError::Missing(name))
    })
}

/// Whether a text has a scheme (RFC 3986 §3.1) and only characters of a URI.
fn is_absolute(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !rest.is_empty()
    }) && uri.bytes().all(uri::is_allowed)
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FlowError {
    /// The callback is neither an absolute URI nor `oob`.
    Callback,
    /// The client's signer has a parameter that the flow itself sets.
    Signer,
    /// The response is not a form, or its values are not UTF-8.
    Form,
    /// A parameter is there twice.
    Duplicate(&'static str),
    /// A parameter is not there, or empty.
    Missing(&'static str),
    /// The server did not confirm the callback.
    NotConfirmed,
    /// The user came back with other temporary credentials.
    OtherToken,
}

impl fmt::Display for FlowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Callback => {
                formatter.write_str("the callback is neither an absolute URI nor oob")
            }
            Self::Signer => {
                formatter.write_str("the signer has a token, callback or verifier already")
            }
            Self::Form => formatter.write_str("what was received is not form-encoded text"),
            Self::Duplicate(name) => write!(formatter, "{name} was received twice"),
            Self::Missing(name) => write!(formatter, "{name} was not received"),
            Self::NotConfirmed => {
                formatter.write_str("the server did not confirm the callback (OAuth 1.0a)")
            }
            Self::OtherToken => formatter.write_str("the user came back with another oauth_token"),
        }
    }
}

impl error::Error for FlowError {}
