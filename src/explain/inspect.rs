//! What is seen in a request without a search: mistakes in its form, and what servers check in addition to the
//! signature.

use alloc::{format, string::String, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    answer::diagnosis::Found,
    encode::{Encoder, decode},
    readers::Signed,
    recipe::{context::Context, uri::is_loopback},
    request::{Body, CapturedRequest},
    search::hash::Hash,
    secrets::Secrets,
};
use crate::{Request, SignatureMethod};

/// The mistakes that are seen in the protocol parameters and the URI, whatever the signature is.
pub(super) fn inspect(
    signed: &Signed,
    context: &Context<'_>,
    request: &CapturedRequest,
    secrets: &Secrets,
) -> Vec<Found> {
    let mut found: Vec<Found> = signed.findings.iter().filter_map(|id| Found::seen(id)).collect();
    let mut see = |id| found.extend(Found::seen(id));
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    if SignatureMethod::from_name(&name).is_none() {
        see("signature-method-unknown");
    }
    match (signed.text("oauth_timestamp"), context.timestamp()) {
        (None, _) if !is_plaintext => see("timestamp-missing"),
        // The milliseconds of the years 2001 to 2064; in seconds those are 30,000 years away.
        (Some(_), Some(1_000_000_000_000..3_000_000_000_000)) => see("timestamp-in-milliseconds"),
        (Some(text), _) if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) => {
            see("timestamp-not-a-number");
        }
        _ => {}
    }
    if !is_plaintext && signed.get(b"oauth_nonce").is_none() {
        see("nonce-missing");
    }
    match (signed.text("oauth_consumer_key"), secrets.expected_client()) {
        (None, _) => see("consumer-key-missing"),
        (Some(client), Some(expected)) if client != expected => see("client-other"),
        _ => {}
    }
    match (signed.text("oauth_token"), secrets.expected_token()) {
        (Some(token), Some(expected)) if !token.is_empty() && token != expected => {
            let is_encoded = Encoder::RIGHT.encode(expected.as_bytes(), 1) == token.as_bytes()
                || decode(token.as_bytes(), false) == expected.as_bytes();
            see(if is_encoded { "token-still-encoded" } else { "token-other" });
        }
        (None, Some(_)) => see("token-missing"),
        _ => {}
    }
    if signed.text("oauth_version").is_some_and(|version| version != "1.0") {
        see("version-other");
    }
    if request.header_values("authorization").nth(1).is_some() {
        see("authorization-repeated");
    }
    let checked = Request::new(&request.method, &request.uri);
    let is_valid = match request.form_body().map(core::str::from_utf8) {
        Some(Ok(form)) => checked.and_then(|checked| checked.form(form)).is_ok(),
        Some(Err(_)) => false,
        None => checked.is_ok(),
    };
    if !is_valid {
        see("uri-not-valid");
    }
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
