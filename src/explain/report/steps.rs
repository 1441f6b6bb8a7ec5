//! Every step of making a signature, for showing (RFC 5849 §3.4).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Mask, parts};
use crate::explain::{
    Options,
    encode::{Encoder, decode, encoded, lossy},
    readers::{ReadError, Signed},
    recipe::{Context, Recipe, Uri},
    request::CapturedRequest,
    search::Hash,
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
    /// The lengths of what the key is made of (§3.4.2), in a sentence.
    pub key: String,
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

/// Shows how the signature of a request is made, with the protocol parameters of its `Authorization` header.
///
/// # Errors
///
/// [`ReadError`] if the URI, the method or the header cannot be taken apart. It quotes what was not understood, which
/// may have the password of a URL.
pub fn steps(request: &CapturedRequest, secrets: &Secrets) -> Result<Steps, ReadError> {
    let signed = Signed::of_header(request)
        .ok_or_else(|| ReadError::new("The header is not of the form OAuth name=\"value\", name=\"value\"."))?;
    let options = Options::default();
    let context = read(request, &signed, false, secrets, &options)?;
    let mut steps = context.steps(&signed, request.other_body().is_some());
    Mask::new(request, secrets, &options).steps(&mut steps);
    Ok(steps)
}

/// Takes request and protocol parameters apart.
pub(crate) fn read<'a>(
    request: &'a CapturedRequest,
    signed: &'a Signed,
    other_fields: bool,
    secrets: &'a Secrets,
    options: &Options<'a>,
) -> Result<Context<'a>, ReadError> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if request.method.is_empty() || !request.method.bytes().all(is_token) {
        return Err(ReadError::new(format!("{} is not a method. Write one such as GET.", request.method)));
    }
    let context = Context::new(request, signed, other_fields, secrets);
    let context = context.ok_or_else(|| not_a_url(&request.uri))?;
    let Uri { host, port, .. } = context.uri;
    if host.contains("{{") || port.is_some_and(|port| port.parse::<u16>().is_err() && !port.is_empty()) {
        let message = "of the URL has a placeholder or a wrong port. Write the host that the request was sent to.";
        return Err(ReadError::new(format!("{host}:{} {message}", port.unwrap_or_default())));
    }
    Ok(Context { other_secrets: options.also_try, hosts: options.also_try_hosts, ..context })
}

pub(crate) fn not_a_url(uri: &str) -> ReadError {
    ReadError::new(format!("{uri} is not a URL with a host. Write it in full, such as https://api.example.com/path."))
}

impl Context<'_> {
    fn steps(&self, signed: &Signed, has_other_body: bool) -> Steps {
        let recipe = Recipe::default();
        let base_string = self.base_string(&recipe);
        let mut decoded = parts(&base_string).into_iter().skip(1).map(|part| lossy(&decode(part, false)));
        let method = lossy(self.protocol("oauth_signature_method").unwrap_or_default());
        let hash = Hash::of_method(Some(method.as_bytes()));
        let signature =
            (method.starts_with("HMAC-")).then(|| STANDARD.encode(hash.hmac(&self.key(&recipe.key), &[&base_string])));
        let Uri { scheme, host, port, path, .. } = self.uri;
        let not_signed = [
            (self.signature.is_some(), "oauth_signature (§3.4.1.3.1)"),
            (self.realm.is_some(), "realm (§3.4.1.3.1)"),
            (has_other_body, "the body, which is not a form (§3.4.1.3.1)"),
            (self.uri.user_info.is_some(), "user name and password of the URI (§3.4.1.2)"),
            (self.uri.fragment.is_some(), "the fragment of the URI (§3.4.1.2)"),
        ];
        Steps {
            method: self.method.to_string(),
            scheme: scheme.to_string(),
            host: host.to_string(),
            port: port.map(ToString::to_string),
            path: path.to_string(),
            base_string_uri: decoded.next().unwrap_or_default(),
            parameters: self.rows(usize::MAX),
            not_signed: not_signed.into_iter().filter(|it| it.0).map(|it| it.1.to_string()).collect(),
            normalized_parameters: decoded.next().unwrap_or_default(),
            base_string: lossy(&base_string),
            key: self.key_shape(),
            authorization: signature.as_ref().map(|signature| header(signed, signature)),
            signature,
            signature_method: method,
        }
    }

    /// The parameters in the order in which they are signed, at most `limit`.
    pub(crate) fn rows(&self, limit: usize) -> Vec<Parameter> {
        let row = |source, raw, name: &[u8], value: &[u8]| Parameter {
            source,
            raw,
            name: lossy(name),
            value: lossy(value),
            encoded: format!("{}={}", encoded(name), encoded(value)),
        };
        let mut rows = Vec::new();
        for (name, value) in &self.protocol {
            let raw = format!("{}=\"{}\"", encoded(name), encoded(value));
            rows.push(row(self.place.name(), raw, name, value));
        }
        for (source, list) in [("query", &self.query), ("form", &self.form)] {
            for raw in list {
                let (name, value) = raw.decoded();
                if name != b"oauth_signature" {
                    let value_as_sent = raw.value.map(|value| [b"=", value].concat()).unwrap_or_default();
                    let as_sent = lossy(&[raw.name, &value_as_sent].concat());
                    rows.push(row(source, as_sent, &name, &value));
                }
            }
        }
        // The name first, and then the value.
        rows.sort_by(|one, other| one.encoded.split('=').cmp(other.encoded.split('=')));
        rows.truncate(limit);
        rows
    }

    fn key_shape(&self) -> String {
        let lengths = |secret: &str| {
            let encoded = Zeroizing::new(Encoder::RIGHT.encode(secret.as_bytes(), 1));
            (secret.chars().count(), encoded.len())
        };
        let (client, client_encoded) = lengths(self.secrets.client_secret());
        let token = self.secrets.token_secret().filter(|_| self.names_token());
        let (token, token_encoded) = lengths(token.unwrap_or_default());
        let bytes = client_encoded + 1 + token_encoded;
        format!(
            "{client} characters of client secret ({client_encoded} encoded), an &, {token} of token secret ({token_encoded} encoded): {bytes} bytes"
        )
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
