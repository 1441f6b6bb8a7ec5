//! `explain` for pages: questions and responses in JSON. The input is whatever a person pasted.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Credentials, Request, Signer,
    explain::{
        CapturedRequest, Diagnosis, Mask, Options, Secrets, Steps, Verdict, diagnose,
        diagnose_base_string, read_curl, read_header, read_http, steps,
    },
};

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
    /// The secret of the client credentials. Without it, only what needs no secret is found.
    pub client_secret: Option<Zeroizing<String>>,
    /// The secret of the token credentials; empty if there is no token.
    pub token_secret: Option<Zeroizing<String>>,
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

/// The kinds of text that a person pastes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Command,
    RawRequest,
    BaseString,
    Header,
    Nothing,
}

impl Kind {
    fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        let lower = text.to_ascii_lowercase();
        let first_lines = || lower.lines().take(40);
        let is_request_line = |line: &str| {
            let line = line.trim_start_matches(['>', '<', ' ']);
            line.starts_with(":method")
                || line.ends_with(" http/1.1")
                || line.ends_with(" http/1.0")
                || line.ends_with(" http/2")
        };
        if first_lines().any(is_request_line) {
            return Self::RawRequest;
        }
        let has_signature =
            lower.contains("oauth_signature=") || lower.contains("oauth_signature\"");
        let is_base_string = |text: &str| {
            text.contains("&http%3a")
                || text.contains("&https%3a")
                || text.contains("%26oauth_")
                || text.contains("%2526oauth_")
        };
        let commands = [
            "curl",
            "wget",
            "fetch(",
            "invoke-webrequest",
            "invoke-restmethod",
            "httpie",
        ];
        if commands.iter().any(|name| lower.contains(name))
            || lower.starts_with("http ")
            || lower.starts_with("https ")
        {
            return Self::Command;
        }
        if is_base_string(&lower)
            || (!has_signature
                && lower.contains("oauth_consumer_key=")
                && lower.contains("&oauth_"))
        {
            return Self::BaseString;
        }
        Self::Header
    }

    fn name(self) -> &'static str {
        match self {
            Self::Command => "a command",
            Self::RawRequest => "a raw HTTP request",
            Self::BaseString => "a base string",
            Self::Header => "an Authorization header",
            Self::Nothing => "a URL",
        }
    }
}

/// Answers a question. `known` are the secrets to use if the question has none.
pub fn answer(question: &Question, known: Option<&Secrets>) -> Response {
    let result = if question.sign {
        signing_steps(question).map(Response::Steps)
    } else {
        explanation(question, known)
    };
    result.unwrap_or_else(Response::Error)
}

/// Answers a question in JSON with JSON.
pub fn answer_json(question: &str, known: Option<&Secrets>) -> String {
    let response = match serde_json::from_str(question) {
        Ok(question) => answer(&question, known),
        Err(error) => Response::Error(alloc::format!("the question is not valid: {error}")),
    };
    serde_json::to_string(&response).unwrap_or_default()
}

fn explanation(question: &Question, known: Option<&Secrets>) -> Result<Response, String> {
    let kind = Kind::of(&question.text);
    let typed = typed_secrets(question);
    let none = Secrets::default();
    let secrets = typed.as_ref().or(known).unwrap_or(&none);
    let options = Options {
        now: question.now,
        ..Options::default()
    };
    // An error quotes what was not understood, which may be a secret.
    let mask = Mask::new(&CapturedRequest::new("", ""), secrets, &options);
    let request = read(question, kind).map_err(|error| mask.text(&error))?;
    let diagnosis = match kind {
        Kind::BaseString => diagnose_base_string(&request, secrets, &question.text, &options),
        _ => diagnose(&request, secrets, &options),
    };
    if diagnosis.verdict == Verdict::Unreadable {
        return Err(diagnosis.check_next.join(" "));
    }
    let method = diagnosis
        .parameters
        .iter()
        .find(|parameter| parameter.name == "oauth_signature_method");
    let place = diagnosis
        .place
        .map(|place| alloc::format!("{place:?}").to_lowercase());
    let signature: Vec<String> = method
        .map(|method| method.value.clone())
        .into_iter()
        .chain(place)
        .collect();
    Ok(Response::Diagnosis {
        read_as: ReadAs {
            input: kind.name(),
            method: request.method,
            url: request.uri,
            signature: signature.join(", "),
        },
        diagnosis,
    })
}

fn read(question: &Question, kind: Kind) -> Result<CapturedRequest, String> {
    let described = || {
        let request = CapturedRequest::new(&question.method, &question.url);
        if question.body.is_empty() {
            request
        } else {
            request.form(&question.body)
        }
    };
    let needs = |what: &str| -> Result<(), String> {
        if question.method.is_empty() || question.url.is_empty() {
            return Err(alloc::format!(
                "{what} does not show the method and the URL: enter both below"
            ));
        }
        Ok(())
    };
    match kind {
        // A page does not get to see the files of this machine.
        Kind::Command => read_curl(&question.text, &|_| Err("files are not read here".into()))
            .map_err(|error| error.to_string()),
        Kind::RawRequest => {
            let url = Some(question.url.as_str()).filter(|url| !url.is_empty());
            read_http(question.text.as_bytes(), url, None).map_err(|error| error.to_string())
        }
        Kind::BaseString | Kind::Nothing => {
            needs("the input")?;
            Ok(described())
        }
        Kind::Header => {
            needs("a header")?;
            let header = read_header(&question.text).map_err(|error| error.to_string())?;
            Ok(described().authorization(&header))
        }
    }
}

fn typed_secrets(question: &Question) -> Option<Secrets> {
    let client = question
        .client_secret
        .as_ref()
        .filter(|secret| !secret.is_empty());
    let token = question
        .token_secret
        .as_ref()
        .filter(|secret| !secret.is_empty());
    if client.is_none() && token.is_none() {
        return None;
    }
    let text = |secret: Option<&Zeroizing<String>>| secret.cloned().unwrap_or_default();
    let mut secrets = Secrets::new(&text(client));
    if token.is_some() || !question.token.is_empty() {
        secrets = secrets.token(&text(token));
    }
    if !question.consumer_key.is_empty() {
        let token = Some(question.token.as_str()).filter(|token| !token.is_empty());
        secrets = secrets.identifiers(&question.consumer_key, token);
    }
    Some(secrets)
}

fn signing_steps(question: &Question) -> Result<Steps, String> {
    let timestamp = question.timestamp.parse().map_err(|_| {
        alloc::format!(
            "timestamp {:?}: expected seconds since 1970",
            question.timestamp
        )
    })?;
    let secret = |secret: &Option<Zeroizing<String>>| secret.clone().unwrap_or_default();
    let (client_secret, token_secret) = (
        secret(&question.client_secret),
        secret(&question.token_secret),
    );
    let mut signer = Signer::new(Credentials::new(
        question.consumer_key.as_str(),
        client_secret.as_str(),
    ));
    signer = match question.signature_method.as_str() {
        "HMAC-SHA1" => signer,
        "HMAC-SHA256" => signer.hmac_sha256(),
        "HMAC-SHA512" => signer.hmac_sha512(),
        "PLAINTEXT" => signer.plaintext(),
        other => return Err(alloc::format!("unknown signature method {other:?}")),
    };
    if !question.token.is_empty() {
        signer = signer.token(Credentials::new(
            question.token.as_str(),
            token_secret.as_str(),
        ));
    }
    let mut request =
        Request::new(&question.method, &question.url).map_err(|error| error.to_string())?;
    let mut captured = CapturedRequest::new(&question.method, &question.url);
    if !question.body.is_empty() {
        request = request
            .form(&question.body)
            .map_err(|error| error.to_string())?;
        captured = captured.form(&question.body);
    }
    let header = signer.sign(&request, timestamp, &question.nonce);
    let secrets = Secrets::new(&client_secret).token(&token_secret);
    steps(&captured.authorization(&header.to_string()), &secrets).map_err(|error| error.to_string())
}
