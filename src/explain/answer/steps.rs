//! Every step of making a signature, for showing (RFC 5849 §3.4).

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::mask::Mask;
use crate::explain::{
    Options,
    encode::{Decode, Encoder, decode, encoded, lossy},
    readers::Signed,
    recipe::{
        Recipe,
        context::{Context, Raw},
        uri::Uri,
    },
    request::CapturedRequest,
    search::hash::Hash,
    secrets::Secrets,
};

/// The steps from a request to its signature.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Steps {
    /// The method as it was written.
    pub method: String,
    /// What was read from the URI.
    pub scheme: String,
    /// The host as it was written.
    pub host: String,
    /// The port as it was written, if there is one.
    pub port: Option<String>,
    /// The path as it was written.
    pub path: String,
    /// The base string URI (§3.4.1.2).
    pub base_string_uri: String,
    /// The parameters in the order they are signed in (§3.4.1.3.1).
    pub parameters: Vec<Parameter>,
    /// What of the request is not signed.
    pub not_signed: Vec<String>,
    /// The parameters, encoded and joined (§3.4.1.3.2).
    pub normalized_parameters: String,
    /// The base string (§3.4.1.1).
    pub base_string: String,
    /// The signature method that the header names.
    pub signature_method: String,
    /// The key's shape (§3.4.2).
    pub key: KeyShape,
    /// The signature; `None` for `PLAINTEXT`, whose signature is made of the secrets, and for RSA, whose key is not
    /// known.
    pub signature: Option<String>,
    /// The header with that signature (§3.5.1).
    pub authorization: Option<String>,
}

/// A parameter on its way into the base string.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Parameter {
    /// `query`, `form`, `header`, `multipart` or `json`.
    pub source: &'static str,
    /// As it was written.
    pub raw: String,
    /// The decoded name; what is not UTF-8 is replaced here, and only here.
    pub name: String,
    /// The decoded value.
    pub value: String,
    /// Name and value as RFC 5849 §3.6 encodes them.
    pub encoded: String,
}

/// The lengths of what the key is made of; the key itself is never shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KeyShape {
    /// Characters of the client secret.
    pub client_secret: usize,
    /// Characters of the client secret once encoded.
    pub client_secret_encoded: usize,
    /// Characters of the token secret, 0 if the header has no token.
    pub token_secret: usize,
    /// Characters of the token secret once encoded.
    pub token_secret_encoded: usize,
    /// Bytes of the key.
    pub key: usize,
}

/// What kept a request or header from being read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unreadable {
    /// The URI is not absolute, or not of `http` or `https`.
    Uri,
    /// The method is empty or not of the characters of a token.
    Method,
    /// The header is not of the scheme `OAuth`, or holds nothing.
    Header,
    /// The request has a form body, but the input does not contain it.
    Body,
    /// The text is not a base string.
    BaseString,
}

impl core::fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Uri => "the URI is not an absolute one of http or https with a host",
            Self::Method => "the method is not a token of HTTP, such as GET",
            Self::Header => "the header is not of the form OAuth name=\"value\", name=\"value\"",
            Self::Body => "the request has a form body, which is not in the input",
            Self::BaseString => "the text is not a base string: method, URL and parameters, separated by &",
        })
    }
}

impl core::error::Error for Unreadable {}

/// Shows how the signature of a request is made, with the protocol parameters of its `Authorization` header.
///
/// # Errors
///
/// [`Unreadable`] if the URI, the method or the header cannot be taken apart.
pub fn steps(request: &CapturedRequest, secrets: &Secrets) -> Result<Steps, Unreadable> {
    let signed = Signed::of_header(request).ok_or(Unreadable::Header)?;
    let context = read(request, &signed, false, secrets)?;
    let mut steps = context.steps(&signed, request.other_body().is_some());
    Mask::new(request, secrets, &Options::default()).steps(&mut steps);
    Ok(steps)
}

/// Takes request and protocol parameters apart.
pub(crate) fn read<'a>(
    request: &'a CapturedRequest,
    signed: &'a Signed,
    other_fields: bool,
    secrets: &'a Secrets,
) -> Result<Context<'a>, Unreadable> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if request.method.is_empty() || !request.method.bytes().all(is_token) {
        return Err(Unreadable::Method);
    }
    Context::new(request, signed, other_fields, secrets).ok_or(Unreadable::Uri)
}

impl Context<'_> {
    fn steps(&self, signed: &Signed, has_other_body: bool) -> Steps {
        let recipe = Recipe::default();
        let base_string = self.base_string(&recipe);
        let normalized = self.parameters(&recipe.parameters);
        let method = lossy(self.protocol("oauth_signature_method").unwrap_or_default());
        let hash = Hash::of_method(Some(method.as_bytes()));
        let signature =
            (method.starts_with("HMAC-")).then(|| STANDARD.encode(hash.hmac(&self.key(&recipe.key), &[&base_string])));
        let Uri { scheme, host, port, path, .. } = self.uri;
        Steps {
            method: self.method.to_string(),
            scheme: scheme.to_string(),
            host: host.to_string(),
            port: port.map(ToString::to_string),
            path: path.to_string(),
            base_string_uri: lossy(&decode(
                self.base_string_uri(&recipe.uri).strip_suffix(b"&").unwrap_or_default(),
                false,
            )),
            parameters: self.rows(usize::MAX),
            not_signed: self.not_signed(has_other_body),
            normalized_parameters: lossy(&decode(&normalized, false)),
            base_string: lossy(&base_string),
            key: self.key_shape(),
            authorization: signature.as_ref().map(|signature| header(signed, signature)),
            signature,
            signature_method: method,
        }
    }

    /// The parameters in the order in which they are signed, at most `limit`.
    pub(crate) fn rows(&self, limit: usize) -> Vec<Parameter> {
        let encode = |bytes: &[u8]| Encoder::RIGHT.encode(bytes, 1);
        let read = |raw: &Raw<'_>| {
            let value = Decode::Form.read(raw.value.unwrap_or_default());
            (Decode::Form.read(raw.name), value)
        };
        let mut order = Vec::new();
        for (place, raw) in self.query.iter().chain(&self.form).enumerate() {
            let (name, value) = read(raw);
            if name != b"oauth_signature" {
                order.push((encode(&name), encode(&value), Err(place)));
            }
        }
        for (place, (name, value)) in self.protocol.iter().enumerate() {
            order.push((encode(name), encode(value), Ok(place)));
        }
        order.sort();
        let row = |(encoded_name, encoded_value, place): (Vec<u8>, Vec<u8>, Result<usize, usize>)| {
            let encoded = [&encoded_name[..], b"=", &encoded_value].concat();
            let (source, raw, (name, value)) = match place {
                Ok(place) => {
                    let quoted = [&encoded_name[..], b"=\"", &encoded_value, b"\""].concat();
                    (self.place.name(), quoted, self.protocol[place].clone())
                }
                Err(place) => {
                    let source = if place < self.query.len() { "query" } else { "form" };
                    let raw = self.query.get(place).or_else(|| self.form.get(place - self.query.len()))?;
                    let value = raw.value.map(|value| [b"=", value].concat());
                    let spelled = [raw.name, &value.unwrap_or_default()].concat();
                    (source, spelled, read(raw))
                }
            };
            Some(Parameter {
                source,
                raw: lossy(&raw),
                name: lossy(&name),
                value: lossy(&value),
                encoded: lossy(&encoded),
            })
        };
        order.into_iter().take(limit).filter_map(row).collect()
    }

    fn not_signed(&self, has_other_body: bool) -> Vec<String> {
        let mut list = Vec::new();
        for (is_there, text) in [
            (self.signature.is_some(), "oauth_signature (§3.4.1.3.1)"),
            (self.realm.is_some(), "realm (§3.4.1.3.1)"),
            (has_other_body, "the body, which is not a form (§3.4.1.3.1)"),
            (self.uri.user_info.is_some(), "user name and password of the URI (§3.4.1.2)"),
            (self.uri.fragment.is_some(), "the fragment of the URI (§3.4.1.2)"),
        ] {
            if is_there {
                list.push(text.to_string());
            }
        }
        list
    }

    fn key_shape(&self) -> KeyShape {
        let secrets = self.secrets;
        let token = secrets.token_secret().filter(|_| self.names_token());
        let lengths = |secret: &str| {
            let encoded = Encoder::RIGHT.encode(secret.as_bytes(), 1);
            (secret.chars().count(), encoded.len())
        };
        let (client_secret, client_secret_encoded) = lengths(secrets.client_secret());
        let (token_secret, token_secret_encoded) = lengths(token.unwrap_or_default());
        KeyShape {
            client_secret,
            client_secret_encoded,
            token_secret,
            token_secret_encoded,
            key: client_secret_encoded + 1 + token_secret_encoded,
        }
    }
}

/// The header with a signature in place of the one that it has.
fn header(signed: &Signed, signature: &str) -> String {
    let shown = |raw: &str| format!("oauth_signature=\"{raw}\"");
    let signature = shown(&encoded(signature.as_bytes()));
    match signed.get(b"oauth_signature") {
        Some(sent) => signed.text.replacen(&shown(&sent.raw), &signature, 1),
        None => [&signed.text, ", ", &signature].concat(),
    }
}
