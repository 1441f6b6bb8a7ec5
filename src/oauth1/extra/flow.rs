//! From client credentials to token credentials, with the user's consent: redirection-based authorization
//! ([RFC 5849 §2](https://www.rfc-editor.org/rfc/rfc5849#section-2)).
//!
//! This module does no input or output. Each step is a value: it has the request to send, and reads the response, which
//! gives the next step.
//!
//! | value | section | send | then |
//! |---|---|---|---|
//! | [`TemporaryRequest`] | §2.1 | the signed request | [`parse_response`](TemporaryRequest::parse_response) |
//! | [`Temporary`] | §2.2 | the user to the [`authorization_uri`](Temporary::authorization_uri) | [`callback`](Temporary::callback) or [`verifier`](Temporary::verifier) |
//! | [`Authorized`] | §2.3 | nothing | [`token_request`](Authorized::token_request) |
//! | [`TokenRequest`] | §2.3 | the signed request | [`parse_response`](TokenRequest::parse_response), which has the token credentials |
//!
//! The responses have secrets in plain text, so §2.1 and §2.3 require TLS. `Debug` does not show them.
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
//! let body = "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true";
//! let temporary = initiate.parse_response(body)?;
//! let uri = temporary.authorization_uri("https://photos.example.net/authorize")?;
//! assert_eq!(uri, "https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola");
//!
//! let authorized = temporary
//!     .callback("http://printer.example.com/ready?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884")?;
//! let token = authorized.token_request(Request::new("POST", "https://photos.example.net/token")?);
//! assert_eq!(token.sign(137131201, "walatlh").signature(), "gKgrFCywp7rO0OXSjdot/IHF7IU=");
//!
//! let response = token.parse_response("oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00")?;
//! assert_eq!(response.credentials().identifier(), "nnch734d00sl2jdk");
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

/// Callback for clients that cannot receive a redirect (§2.1). The server shows the verifier, and the user types it in.
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
    /// `client` is the client's signer, without a token. `request` is for the server's endpoint; most servers want a
    /// `POST` without a body. `callback` is the absolute URI to which the server redirects the user, or
    /// [`OUT_OF_BAND`].
    ///
    /// # Errors
    ///
    /// [`FlowError::Callback`] if the callback is neither, and [`FlowError::Signer`] if the signer already has a token
    /// or a callback.
    pub fn new(client: Signer, request: Request, callback: &str) -> Result<Self, FlowError> {
        if callback != OUT_OF_BAND && !is_absolute(callback) {
            return Err(FlowError::Callback);
        }
        if !client.token.identifier().is_empty() {
            return Err(FlowError::Signer);
        }
        let signer = client.clone().parameter(CALLBACK, callback);
        Ok(Self { signer: signer.map_err(|_| FlowError::Signer)?, client, request })
    }

    /// The request to send.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The signer of the request, with the callback among its parameters.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Signs the request; see [`Signer::sign`].
    pub fn sign(&self, timestamp: u64, nonce: &str) -> Authorization {
        self.signer.sign(&self.request, timestamp, nonce)
    }

    /// Reads the body of a response with the status 200.
    ///
    /// # Errors
    ///
    /// [`FlowError::Form`], [`FlowError::Duplicate`] and [`FlowError::Missing`] for a response that is not as §2.1
    /// requires. [`FlowError::NotConfirmed`] if `oauth_callback_confirmed` is not `true`: the server implements OAuth
    /// 1.0 without revision A, in which an attacker can make the user authorize the attacker's session.
    pub fn parse_response(&self, body: &str) -> Result<Temporary, FlowError> {
        let TokenResponse { credentials, mut extra } = TokenResponse::read(body)?;
        let confirmed = take(&mut extra, CALLBACK_CONFIRMED)?;
        if confirmed != "true" {
            return Err(FlowError::NotConfirmed);
        }
        Ok(Temporary { client: self.client.clone(), credentials, extra })
    }
}

/// Temporary credentials, which the user must authorize
/// ([§2.2](https://www.rfc-editor.org/rfc/rfc5849#section-2.2)).
#[derive(Clone)]
pub struct Temporary {
    client: Signer,
    credentials: Credentials,
    extra: Vec<(String, String)>,
}

impl Temporary {
    /// Continues with stored temporary credentials, as a web application does between two requests of the user's
    /// browser. Store them in the user's session.
    ///
    /// # Errors
    ///
    /// [`FlowError::Signer`] if the client's signer has a token.
    pub fn new(client: Signer, credentials: Credentials) -> Result<Self, FlowError> {
        if !client.token.identifier().is_empty() {
            return Err(FlowError::Signer);
        }
        Ok(Self { client, credentials, extra: Vec::new() })
    }

    /// The temporary credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The other parameters of the response, decoded.
    pub fn extra(&self) -> &[(String, String)] {
        &self.extra
    }

    /// The URI to send the user to: the server's endpoint with `oauth_token` added to its query.
    ///
    /// # Errors
    ///
    /// The errors of [`Request::new`] for the endpoint, and [`ParseError::Duplicate`] if it has an `oauth_token`.
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
        Ok(append_to_query(endpoint, &alloc::format!("{TOKEN}={token}")))
    }

    /// Reads the URI of the redirect, or its path and query.
    ///
    /// # Errors
    ///
    /// [`FlowError::Form`], [`FlowError::Duplicate`] and [`FlowError::Missing`] for a query that is not as §2.2
    /// requires (a server may leave out `oauth_verifier` if the user refused). [`FlowError::OtherToken`] if it is for
    /// other temporary credentials.
    pub fn callback(&self, uri: &str) -> Result<Authorized, FlowError> {
        let (_, query, _) = split(uri);
        let mut pairs = read(query.unwrap_or_default())?;
        let token = take(&mut pairs, TOKEN)?;
        if token != self.credentials.identifier() {
            return Err(FlowError::OtherToken);
        }
        self.verifier(&take(&mut pairs, VERIFIER)?)
    }

    /// Accepts the verifier as the user typed it, for the callback [`OUT_OF_BAND`].
    ///
    /// # Errors
    ///
    /// [`FlowError::Missing`] if it is empty, and [`FlowError::Form`] if it has a control character, such as a line
    /// end.
    pub fn verifier(&self, verifier: &str) -> Result<Authorized, FlowError> {
        if verifier.is_empty() {
            return Err(FlowError::Missing(VERIFIER));
        }
        let signer = self.client.clone().token(self.credentials.clone());
        Ok(Authorized {
            signer: signer.parameter(VERIFIER, verifier).map_err(|error| match error {
                ParseError::Control => FlowError::Form,
                _ => FlowError::Signer,
            })?,
        })
    }
}

impl fmt::Debug for Temporary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Temporary").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

/// The user's consent.
#[derive(Clone)]
pub struct Authorized {
    signer: Signer,
}

impl Authorized {
    /// `request` is for the server's endpoint for token credentials; most servers want a `POST` without a body.
    pub fn token_request(self, request: Request) -> TokenRequest {
        TokenRequest { signer: self.signer, request }
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

    /// The signer of the request, with temporary credentials and verifier.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Signs the request; see [`Signer::sign`].
    pub fn sign(&self, timestamp: u64, nonce: &str) -> Authorization {
        self.signer.sign(&self.request, timestamp, nonce)
    }

    /// Reads the body of a response with the status 200.
    ///
    /// # Errors
    ///
    /// [`FlowError::Form`], [`FlowError::Duplicate`] and [`FlowError::Missing`] for a response that is not as §2.3
    /// requires.
    pub fn parse_response(&self, body: &str) -> Result<TokenResponse, FlowError> {
        TokenResponse::read(body)
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenRequest").field("request", &self.request).finish_non_exhaustive()
    }
}

/// The token credentials from the server, and the other parameters of the response, such as the user's name.
///
/// `Debug` shows the identifier only.
#[derive(Clone)]
pub struct TokenResponse {
    credentials: Credentials,
    extra: Vec<(String, String)>,
}

impl TokenResponse {
    fn read(body: &str) -> Result<Self, FlowError> {
        // A line end after the response is not part of the form.
        let mut pairs = read(body.trim_ascii())?;
        let token = take(&mut pairs, TOKEN)?;
        Ok(Self { credentials: Credentials::new(token, take_any(&mut pairs, TOKEN_SECRET)?), extra: pairs })
    }

    /// The token credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The other parameters, decoded, in the order of the response.
    pub fn extra(&self) -> &[(String, String)] {
        &self.extra
    }

    /// The token credentials, to give to [`Signer::token`].
    pub fn into_credentials(self) -> Credentials {
        self.credentials
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenResponse").field("credentials", &self.credentials).finish_non_exhaustive()
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

/// Removes and returns a parameter that must occur once.
fn take_any(pairs: &mut Vec<(String, String)>, name: &'static str) -> Result<String, FlowError> {
    let at = pairs.iter().position(|(other, _)| other == name);
    let (_, value) = pairs.remove(at.ok_or(FlowError::Missing(name))?);
    if pairs.iter().any(|(other, _)| other == name) {
        return Err(FlowError::Duplicate(name));
    }
    Ok(value)
}

/// Removes and returns a parameter that must occur once and must not be empty.
fn take(pairs: &mut Vec<(String, String)>, name: &'static str) -> Result<String, FlowError> {
    take_any(pairs, name)
        .and_then(|value| Some(value).filter(|value| !value.is_empty()).ok_or(FlowError::Missing(name)))
}

/// Whether a text has a scheme (RFC 3986 §3.1) and only characters of a URI.
fn is_absolute(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !rest.is_empty()
    }) && uri.bytes().all(uri::is_allowed)
}

/// Why a step of the flow failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FlowError {
    /// The callback is neither an absolute URI nor `oob`.
    Callback,
    /// The client's signer has a parameter that the flow itself sets.
    Signer,
    /// The response is not a form, or its values are not UTF-8.
    Form,
    /// A parameter occurs twice.
    Duplicate(&'static str),
    /// A parameter is missing or empty.
    Missing(&'static str),
    /// The server did not confirm the callback.
    NotConfirmed,
    /// The redirect is for other temporary credentials.
    OtherToken,
}

impl fmt::Display for FlowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Callback => formatter.write_str("the callback is neither an absolute URI nor oob"),
            Self::Signer => formatter.write_str("the signer has a token, callback or verifier already"),
            Self::Form => formatter.write_str("the response or callback is not form-encoded text"),
            Self::Duplicate(name) => write!(formatter, "{name} was received twice"),
            Self::Missing(name) => write!(formatter, "{name} was not received"),
            Self::NotConfirmed => formatter.write_str("the server did not confirm the callback (OAuth 1.0a)"),
            Self::OtherToken => formatter.write_str("the callback is for another oauth_token"),
        }
    }
}

impl error::Error for FlowError {}
