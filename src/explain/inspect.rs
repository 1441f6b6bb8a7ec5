//! What is seen in a request without a search: mistakes in its form, and what servers check in addition to the
//! signature.

use alloc::{format, string::String, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    answer::diagnosis::Found,
    encode::{decode, encoded},
    readers::Signed,
    recipe::{context::Context, uri::is_loopback},
    request::{Body, CapturedRequest},
    search::hash::Hash,
};
use crate::{Request, SignatureMethod};

/// The mistakes that are seen in the protocol parameters and the URI, whatever the signature is.
pub(super) fn inspect(signed: &Signed, context: &Context<'_>, request: &CapturedRequest) -> Vec<Found> {
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    let timestamp = signed.text("oauth_timestamp");
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // The milliseconds of the years 2001 to 2064; in seconds those are 30,000 years away.
    let is_in_milliseconds = matches!(context.timestamp(), Some(1_000_000_000_000..3_000_000_000_000));
    let client = signed.text("oauth_consumer_key");
    let expected_client = context.secrets.client_identifier.as_ref();
    let token = signed.text("oauth_token");
    let expected_token = context.secrets.token_identifier.as_ref();
    let other_token = token.as_ref().zip(expected_token).filter(|(token, other)| !token.is_empty() && token != other);
    let is_still_encoded = |(token, other): (&String, &String)| {
        *token == encoded(other.as_bytes()) || decode(token.as_bytes(), false) == other.as_bytes()
    };
    let checked = Request::new(&request.method, &request.uri);
    let is_valid = match request.form_body().map(core::str::from_utf8) {
        Some(Ok(form)) => checked.and_then(|checked| checked.form(form)).is_ok(),
        Some(Err(_)) => false,
        None => checked.is_ok(),
    };
    let seen = [
        (SignatureMethod::from_name(&name).is_none(), "signature-method-unknown"),
        (timestamp.is_none() && !is_plaintext, "timestamp-missing"),
        (is_in_milliseconds, "timestamp-in-milliseconds"),
        (timestamp.is_some_and(|text| !is_number(&text)), "timestamp-not-a-number"),
        (!is_plaintext && signed.get(b"oauth_nonce").is_none(), "nonce-missing"),
        (client.is_none(), "consumer-key-missing"),
        (client.as_ref().zip(expected_client).is_some_and(|(client, other)| client != other), "client-other"),
        (other_token.is_some_and(is_still_encoded), "token-still-encoded"),
        (other_token.is_some_and(|it| !is_still_encoded(it)), "token-other"),
        (token.is_none() && expected_token.is_some(), "token-missing"),
        (signed.text("oauth_version").is_some_and(|version| version != "1.0"), "version-other"),
        (request.header_values("authorization").nth(1).is_some(), "authorization-repeated"),
        (!is_valid, "uri-not-valid"),
    ];
    let seen = seen.into_iter().filter_map(|(is_seen, id)| is_seen.then_some(id));
    let mut found: Vec<Found> = signed.findings.iter().copied().chain(seen).filter_map(Found::seen).collect();
    found.extend(body_hash(&name, context, request));
    found
}

/// Whether `oauth_body_hash` is that of the body.
fn body_hash(method: &str, context: &Context<'_>, request: &CapturedRequest) -> Option<Found> {
    let sent = context.protocol("oauth_body_hash")?;
    if request.form_body().is_some_and(|form| !form.is_empty()) {
        return Found::seen("body-hash-with-form");
    }
    let body = match &request.body {
        Body::Bytes(bytes) => bytes,
        Body::Absent | Body::Unknown => &Vec::new(),
    };
    let named = Hash::of_method(Some(method.as_bytes()));
    let is_of = |hash: Hash, body: &[u8]| STANDARD.encode(hash.digest(&[body])).as_bytes() == sent;
    if is_of(named, body) {
        return None;
    }
    if STANDARD.encode(named.digest(&[body])).as_bytes() == decode(sent, false) {
        return Found::seen("body-hash-encoded-twice");
    }
    if Hash::ALL.iter().any(|hash| is_of(*hash, body)) {
        return Found::seen("body-hash-other-hash");
    }
    if body.is_empty() {
        return Found::seen("body-hash-not-checked");
    }
    let compact = serde_json::from_slice::<Value>(body).ok().map(|json| json.to_string());
    let others = [
        ("without the white space around it", body.trim_ascii().to_vec()),
        ("with a line break at its end", [body, &b"\n"[..]].concat()),
        ("as JSON without spaces", compact.unwrap_or_default().into_bytes()),
        ("as nothing, so that the body was hashed before it was set", Vec::new()),
    ];
    let like = others.iter().find(|(_, other)| Hash::ALL.iter().any(|hash| is_of(*hash, other)));
    let mut found = Found::seen("body-hash-other")?;
    found.detail = like.map(|(how, _)| format!("It is the hash of the body {how}."));
    Some(found)
}

/// Seconds by which a timestamp may differ from now without a remark.
const USUAL_DIFFERENCE: u64 = 300;

/// What servers check in addition to the signature, as far as the request shows it. `now` is in seconds since 1970.
pub(super) fn server_checks(signed: &Signed, context: &Context<'_>, now: Option<u64>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut see = |id, detail: Option<String>| {
        found.extend(Found::seen(id).map(|found| Found { detail, ..found }));
    };
    let host = context.uri.host.to_ascii_lowercase();
    let is_loopback = is_loopback(&host);
    let timestamp = context.timestamp().and_then(|timestamp| u64::try_from(timestamp).ok());
    if let (Some(now), Some(timestamp)) = (now, timestamp)
        && now.abs_diff(timestamp) > USUAL_DIFFERENCE
    {
        let direction = if timestamp > now { "ahead of" } else { "behind" };
        let difference = duration(now.abs_diff(timestamp));
        see("timestamp-far", Some(format!("The timestamp is {difference} {direction} the clock here.")));
    }
    let method = signed.text("oauth_signature_method");
    if method.as_deref() == Some(SignatureMethod::Plaintext.name()) && !context.uri.is_secure() && !is_loopback {
        see("plaintext-without-tls", None);
    }
    let step: String = context.uri.path.chars().filter(char::is_ascii_alphanumeric).collect();
    let step = step.to_ascii_lowercase();
    let is_first_step =
        ["requesttoken", "oauthrequest", "oauth1request", "initiate"].iter().any(|end| step.ends_with(end));
    if is_first_step && context.protocol("oauth_token").is_some_and(|token| !token.is_empty()) {
        see("token-in-request-token-step", None);
    }
    if host.ends_with(".netsuite.com") {
        let is_right = |realm: &str| {
            !realm.is_empty()
                && realm.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        };
        if !context.realm.is_some_and(is_right) {
            see("realm-netsuite", None);
        }
    }
    let is_address = host.starts_with('[') || host.parse::<core::net::Ipv4Addr>().is_ok();
    if is_address && !is_loopback {
        see("host-address", None);
    }
    if context.protocol("oauth_nonce").is_some() {
        see("nonce-once", None);
    }
    found
}

/// A length of time in its largest unit.
fn duration(seconds: u64) -> String {
    let (unit, name) = match seconds {
        0..120 => (1, "second"),
        120..7200 => (60, "minute"),
        7200..172_800 => (3600, "hour"),
        172_800..63_072_000 => (86_400, "day"),
        _ => (31_536_000, "year"),
    };
    let count = seconds / unit;
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {name}{end}")
}
