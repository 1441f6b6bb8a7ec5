//! `explain` for pages: questions and responses in JSON. The input is whatever a person pasted.

mod kind;

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::kind::Kind;
use crate::{
    Credentials, Request, Signer,
    explain::{
        CapturedRequest, Diagnosis, Mask, Options, Secrets, Steps, diagnose, diagnose_base_string, read_curl,
        read_header, read_http, steps,
    },
};

/// The most that is read, in bytes.
const LIMIT: usize = 256 << 10;

/// What a page asks. Every field is optional in JSON.
///
/// The secrets are wiped on drop, and `Debug` shows nothing of the question.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Question {
    /// A header, a command, a raw request, or a base string.
    pub text: String,
    /// The method, if `text` does not show it.
    pub method: String,
    /// The URL, if `text` does not show it.
    pub url: String,
    /// A form body, if `text` does not show it.
    pub body: String,
    /// A base string that a server, a log or a library shows, to compare with the request.
    pub base_string: String,
    /// Uses the secrets that the page's server knows, instead of those below.
    pub known_secrets: bool,
    /// The secret of the client credentials. Without it, only what needs no secret is found.
    pub client_secret: Option<Zeroizing<String>>,
    /// The secret of the token credentials. A request that names a token is not checked without it, unless `no_token`
    /// is set.
    pub token_secret: Option<Zeroizing<String>>,
    /// Whether the request is signed with the client credentials alone.
    pub no_token: bool,
    /// The public or private RSA key of the client, as PEM text.
    pub rsa_key: Zeroizing<String>,
    /// Other secrets that may have been used.
    pub also_try: Vec<Zeroizing<String>>,
    /// Other hosts that may have been signed.
    pub also_try_hosts: Vec<String>,
    /// The time in seconds since 1970, to compare the timestamp with.
    pub now: Option<u64>,
    /// Asks for the steps to the signature instead of a diagnosis.
    pub sign: bool,
    /// The signature method for `sign`, such as `HMAC-SHA1`.
    pub signature_method: String,
    /// The client identifier. For a diagnosis, it is the one that the request should name.
    pub consumer_key: String,
    /// The token identifier; empty if there is no token.
    pub token: String,
    /// The nonce for `sign`.
    pub nonce: String,
    /// The timestamp for `sign`, in seconds.
    pub timestamp: String,
}

impl fmt::Debug for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Question").finish_non_exhaustive()
    }
}

/// The response to a [`Question`].
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Response {
    /// The input was not understood: what is wrong and what to do.
    Error(String),
    /// The steps to the signature.
    Steps(Steps),
    /// Why a signature is refused.
    #[serde(untagged)]
    Diagnosis {
        /// How the input was read, as names and values.
        read_as: ReadAs,
        /// The same as `exh-oauth1 explain --json` prints.
        diagnosis: Diagnosis,
    },
}

/// How the input was read.
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ReadAs {
    /// What kind of input it is.
    #[serde(rename = "Input")]
    pub input: &'static str,
    /// The method.
    #[serde(rename = "Method")]
    pub method: String,
    /// The URL.
    #[serde(rename = "URL")]
    pub url: String,
    /// The signature method, and the place of the signature.
    #[serde(rename = "Signature")]
    pub signature: String,
}

/// Answers a question. `known` are the secrets that the page's server knows.
pub fn answer(question: &Question, known: Option<&Secrets>) -> Response {
    let result =
        if question.sign { signing_steps(question).map(Response::Steps) } else { explanation(question, known) };
    result.unwrap_or_else(Response::Error)
}

/// Answers a question in JSON with JSON.
pub fn answer_json(question: &str, known: Option<&Secrets>) -> String {
    let response = match serde_json::from_str(question) {
        Ok(question) => answer(&question, known),
        Err(error) => Response::Error(std::format!("the question is not valid: {error}")),
    };
    serde_json::to_string(&response).unwrap_or_default()
}

fn explanation(question: &Question, known: Option<&Secrets>) -> Result<Response, String> {
    let length = question.text.len() + question.body.len() + question.base_string.len();
    if length > LIMIT {
        return Err(std::format!("the input has {length} bytes; at most {LIMIT} are read"));
    }
    let kind = Kind::of(&question.text);
    let also_try: Vec<&str> = question.also_try.iter().map(|it| it.as_str()).collect();
    let also_try_hosts: Vec<&str> = question.also_try_hosts.iter().map(String::as_str).collect();
    let options =
        Options { also_try: &also_try, also_try_hosts: &also_try_hosts, now: question.now, ..Options::default() };
    let known = known.filter(|_| question.known_secrets);
    let secrets = known.cloned().unwrap_or_else(|| typed_secrets(question));
    // An error quotes what was not understood, which may be a secret.
    let mask = Mask::new(&CapturedRequest::new("", ""), &secrets, &options);
    let request = read(question, kind).map_err(|error| mask.text(&error))?;
    let lacks_token_secret = request.names_token() && !question.no_token && !secrets.has_token_secret();
    let mut secrets = with_key(secrets, &question.rsa_key)?;
    if lacks_token_secret {
        secrets = secrets.without_token_secret();
    }
    let mask = Mask::new(&request, &secrets, &options);
    let base_string = match (kind, question.base_string.is_empty()) {
        (Kind::BaseString, true) => Some(&question.text),
        (Kind::BaseString, false) => return Err("both inputs are base strings: give one".into()),
        (_, is_empty) => (!is_empty).then_some(&question.base_string),
    };
    let diagnosis = match base_string {
        Some(base_string) => diagnose_base_string(&request, &secrets, base_string, &options),
        None => diagnose(&request, &secrets, &options),
    };
    let method = diagnosis.parameters.iter().find(|parameter| parameter.name == "oauth_signature_method");
    let place = diagnosis.place.map(|place| std::format!("{place:?}").to_lowercase());
    let signature: Vec<String> = method.map(|method| method.value.clone()).into_iter().chain(place).collect();
    Ok(Response::Diagnosis {
        read_as: ReadAs {
            input: kind.name(),
            method: mask.text(&request.method),
            url: mask.text(&request.uri),
            signature: signature.join(", "),
        },
        diagnosis,
    })
}

fn read(question: &Question, kind: Kind) -> Result<CapturedRequest, String> {
    let needs = |what: &str| -> Result<CapturedRequest, String> {
        if question.method.is_empty() || question.url.is_empty() {
            return Err(std::format!("{what} does not show the method and the URL: enter both below"));
        }
        Ok(CapturedRequest::new(&question.method, &question.url))
    };
    let request = match kind {
        // A page does not get to see the files of this machine.
        Kind::Command => {
            read_curl(&question.text, &|_| Err("files are not read here".into())).map_err(|error| error.to_string())?
        }
        Kind::RawRequest => {
            let known = Some((&*question.method, &*question.url)).filter(|(_, url)| !url.is_empty());
            read_http(question.text.as_bytes(), known, None).map_err(|error| error.to_string())?
        }
        Kind::BaseString | Kind::Nothing => needs("the input")?,
        Kind::Header => {
            let request = needs("a header")?;
            let header = read_header(&question.text).map_err(|error| error.to_string())?;
            request.authorization(&header)
        }
    };
    Ok(if question.body.is_empty() { request } else { request.form(&question.body) })
}

fn typed_secrets(question: &Question) -> Secrets {
    let client = question.client_secret.as_ref();
    let token = question.token_secret.as_ref().filter(|_| !question.no_token);
    let mut secrets = client.map_or_else(Secrets::default, |secret| Secrets::new(secret));
    if let Some(token) = token {
        secrets = secrets.token(token);
    }
    if !question.consumer_key.is_empty() {
        let is_expected = !question.no_token && !question.token.is_empty();
        let token = is_expected.then_some(question.token.as_str());
        secrets = secrets.identifiers(&question.consumer_key, token);
    }
    secrets
}

/// Adds an RSA key, if there is one. A signature by a short key is explained as well.
#[cfg(feature = "rsa")]
fn with_key(secrets: Secrets, pem: &str) -> Result<Secrets, String> {
    use crate::rsa::{KeyError, PrivateKey, PublicKey};
    if pem.is_empty() {
        return Ok(secrets);
    }
    match PublicKey::from_pem_with_minimum(pem, 0) {
        Err(KeyError::Label) => PrivateKey::from_pem_with_minimum(pem, 0).map(|key| key.public_key()),
        read => read,
    }
    .map(|key| secrets.public_key(key))
    .map_err(|error| std::format!("the RSA key: {error}"))
}

#[cfg(not(feature = "rsa"))]
fn with_key(secrets: Secrets, pem: &str) -> Result<Secrets, String> {
    if pem.is_empty() {
        return Ok(secrets);
    }
    Err("RSA keys are not supported here".into())
}

fn signing_steps(question: &Question) -> Result<Steps, String> {
    let timestamp = question
        .timestamp
        .parse()
        .map_err(|_| std::format!("timestamp {:?}: expected seconds since 1970", question.timestamp))?;
    let secret = |secret: &Option<Zeroizing<String>>| secret.clone().unwrap_or_default();
    let (client_secret, token_secret) = (secret(&question.client_secret), secret(&question.token_secret));
    let mut signer = Signer::new(Credentials::new(question.consumer_key.as_str(), client_secret.as_str()));
    signer = match question.signature_method.as_str() {
        "HMAC-SHA1" => signer,
        "HMAC-SHA256" => signer.hmac_sha256(),
        "HMAC-SHA512" => signer.hmac_sha512(),
        "PLAINTEXT" => signer.plaintext(),
        other => return Err(std::format!("unknown signature method {other:?}")),
    };
    if !question.token.is_empty() {
        signer = signer.token(Credentials::new(question.token.as_str(), token_secret.as_str()));
    }
    let mut request = Request::new(&question.method, &question.url).map_err(|error| error.to_string())?;
    let mut captured = CapturedRequest::new(&question.method, &question.url);
    if !question.body.is_empty() {
        request = request.form(&question.body).map_err(|error| error.to_string())?;
        captured = captured.form(&question.body);
    }
    let header = signer.sign(&request, timestamp, &question.nonce);
    let secrets = Secrets::new(&client_secret).token(&token_secret);
    steps(&captured.authorization(&header.to_string()), &secrets).map_err(|error| error.to_string())
}
