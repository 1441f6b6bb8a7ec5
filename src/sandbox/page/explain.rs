//! Explains a pasted request, as the command `explain` does.

use alloc::{
    borrow::ToOwned as _,
    string::{String, ToString as _},
};

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{
    explain::{
        CapturedRequest, Options, Secrets, diagnose, diagnose_base_string, read_curl, read_http,
        steps,
    },
    oauth1::{Credentials, Request, Signer},
    sandbox::routes::Api,
};

/// What the page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    input: String,
    kind: Option<Kind>,
    method: Option<String>,
    url: Option<String>,
    form: Option<String>,
    credentials: Option<Typed>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Curl,
    Http,
    Header,
    BaseString,
}

/// Credentials that the user typed. An empty text is the same as none.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Typed {
    consumer_key: String,
    consumer_secret: Zeroizing<String>,
    token: String,
    token_secret: Zeroizing<String>,
}

/// The field `diagnosis` or `steps`; an error is a sentence.
pub(super) fn explain(api: &Api, body: &[u8]) -> Result<Value, String> {
    let question: Question = serde_json::from_slice(body)
        .map_err(|error| ["The JSON cannot be read: ", &error.to_string()].concat())?;
    let input = question.input.trim();
    let kind = question.kind.unwrap_or_else(|| detect(input));
    let request = request(&question, kind, input)?;
    let keys = api.keys();
    let typed = question.credentials.unwrap_or_else(|| Typed {
        consumer_key: keys.consumer_key.clone(),
        consumer_secret: Zeroizing::new(keys.consumer_secret.clone()),
        token: keys.token.clone(),
        token_secret: Zeroizing::new(keys.token_secret.clone()),
    });
    let token = Some(typed.token.as_str()).filter(|token| !token.is_empty());
    let mut secrets = Secrets::new(&typed.consumer_secret);
    if token.is_some() || !typed.token_secret.is_empty() {
        secrets = secrets.token(&typed.token_secret);
    }
    if !typed.consumer_key.is_empty() {
        secrets = secrets.identifiers(&typed.consumer_key, token);
    }
    let options = Options::default();
    if let Kind::BaseString = kind {
        let diagnosis = diagnose_base_string(&request, &secrets, input, &options);
        return Ok(json!({ "diagnosis": diagnosis }));
    }
    let diagnosis = diagnose(&request, &secrets, &options);
    if diagnosis.place.is_some() {
        return Ok(json!({ "diagnosis": diagnosis }));
    }
    let steps = steps(&signed(request, &typed)?, &secrets).map_err(|error| error.to_string())?;
    Ok(json!({ "steps": steps }))
}

fn detect(input: &str) -> Kind {
    let first_line = input.lines().next().unwrap_or_default().trim_end();
    let word = input.split_ascii_whitespace().next().unwrap_or_default();
    if word == "$" || word.ends_with("curl") || word.ends_with("curl.exe") {
        Kind::Curl
    } else if first_line.ends_with("HTTP/1.1")
        || first_line.ends_with("HTTP/1.0")
        || first_line.ends_with("HTTP/2")
    {
        Kind::Http
    } else if input.split('&').count() == 3 && !input.contains(['"', ' ']) {
        Kind::BaseString
    } else {
        Kind::Header
    }
}

fn request(question: &Question, kind: Kind, input: &str) -> Result<CapturedRequest, String> {
    let unreadable = |what: &str| [what, " cannot be read"].concat();
    match kind {
        Kind::Curl => read_curl(input).ok_or_else(|| unreadable("The curl command")),
        Kind::Http => read_http(input.as_bytes()).ok_or_else(|| unreadable("The HTTP request")),
        Kind::Header | Kind::BaseString => {
            let (Some(method), Some(url)) = (&question.method, &question.url) else {
                return Err("A header or base string needs method and URL".to_owned());
            };
            let mut request = CapturedRequest::new(method, url);
            if let Some(form) = &question.form {
                request = request.form(form);
            }
            if let Kind::Header = kind {
                let header = input.strip_prefix("Authorization:").unwrap_or(input);
                request = request.authorization(header.trim());
            }
            Ok(request)
        }
    }
}

/// The request with a signature that is made here.
fn signed(captured: CapturedRequest, typed: &Typed) -> Result<CapturedRequest, String> {
    let mut signer = Signer::new(Credentials::new(
        typed.consumer_key.as_str(),
        typed.consumer_secret.as_str(),
    ));
    if !typed.token.is_empty() {
        signer = signer.token(Credentials::new(
            typed.token.as_str(),
            typed.token_secret.as_str(),
        ));
    }
    let mut request =
        Request::new(&captured.method, &captured.uri).map_err(|error| error.to_string())?;
    if let Some(form) = captured.form_body() {
        let form = core::str::from_utf8(form).map_err(|_| "The form is not UTF-8 text")?;
        request = request.form(form).map_err(|error| error.to_string())?;
    }
    let authorization = signer
        .authorize(&request)
        .map_err(|error| error.to_string())?;
    Ok(captured.authorization(authorization.as_str()))
}
