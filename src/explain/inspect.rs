//! What is seen in a request without a search: mistakes in its form, and what servers check in addition to the
//! signature.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    encode::{decode, encoded, hexadecimal, lossy},
    readers::{Parameter, Signed, is_protocol},
    recipe::{Context, KeyRecipe, Raw, is_loopback},
    report::Found,
    request::CapturedRequest,
    search::Hash,
    secrets::Secrets,
};
use crate::{Request, SignatureMethod};

/// The mistakes that are seen in the protocol parameters and the URI, whatever the signature is.
pub(super) fn inspect(signed: &Signed, context: &Context<'_>, request: &CapturedRequest) -> Vec<Found> {
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    let timestamp = context.protocol("oauth_timestamp");
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    // The milliseconds or microseconds of the years 2001 to 2064; in seconds those are 30,000 years away.
    let is_in_milliseconds = matches!(
        context.timestamp(),
        Some(1_000_000_000_000..3_000_000_000_000 | 1_000_000_000_000_000..3_000_000_000_000_000)
    );
    let client = context.protocol("oauth_consumer_key");
    let right_client = context.secrets.client_identifier.as_deref().map(str::as_bytes);
    let token = context.protocol("oauth_token");
    let right_token = context.secrets.token_identifier.as_deref().map(str::as_bytes);
    let wrong_token = token.zip(right_token).filter(|(token, right)| !token.is_empty() && token != right);
    let is_encoded = |(token, right)| token == encoded(right).as_bytes() || decode(token, false) == right;
    let checked = Request::new(&request.method, &request.uri);
    let is_valid = match request.form_body().map(std::str::from_utf8) {
        Some(Ok(form)) => checked.and_then(|checked| checked.form(form)).is_ok(),
        Some(Err(_)) => false,
        None => checked.is_ok(),
    };
    let is_in_header_too = |raw: &Raw<'_>| is_protocol(raw) && signed.get(&raw.decoded().0).is_some();
    let is_secret = |it: &Parameter| it.name.starts_with(b"oauth_") && it.name.ends_with(b"_secret");
    let mut found: Vec<Found> = signed.findings.iter().filter_map(|id| Found::seen(id)).collect();
    found.extend(seen([
        (SignatureMethod::from_name(&name).is_none(), "signature-method-unknown"),
        (!is_plaintext && timestamp.is_none(), "timestamp-missing"),
        (is_in_milliseconds, "timestamp-in-milliseconds"),
        (!timestamp.is_none_or(is_number), "timestamp-not-a-number"),
        (!is_plaintext && context.protocol("oauth_nonce").is_none(), "nonce-missing"),
        (client.is_none(), "consumer-key-missing"),
        (client.zip(right_client).is_some_and(|(client, right)| client != right), "client-other"),
        (wrong_token.is_some_and(is_encoded), "token-still-encoded"),
        (!wrong_token.is_none_or(is_encoded), "token-other"),
        (token.is_none() && right_token.is_some(), "token-missing"),
        (context.protocol("oauth_version").is_some_and(|version| version != b"1.0"), "version-other"),
        (request.header_values("authorization").nth(1).is_some(), "authorization-repeated"),
        (context.query.iter().chain(&context.form).any(is_in_header_too), "protocol-parameters-in-two-places"),
        (signed.parameters.iter().any(is_secret), "secret-sent"),
        (!is_valid, "uri-not-valid"),
    ]));
    found.extend(body_hash(&name, context, request));
    for found in &mut found {
        found.detail = found.detail.take().or_else(|| detail(found.mistake.id, signed, context.secrets));
    }
    found
}

/// What else is known about a mistake that was seen in the protocol parameters.
fn detail(id: &str, signed: &Signed, secrets: &Secrets) -> Option<String> {
    let names = signed.parameters.iter().map(|parameter| lossy(&parameter.name));
    let is_trimmed =
        |name: &str, right: &Option<String>| signed.text(name).as_deref().map(str::trim) == right.as_deref();
    match id {
        "header-parameter-repeated" => {
            let mut seen = BTreeSet::new();
            let twice = names.filter(|name| !seen.insert(name.clone()));
            Some(format!("Which: {}.", twice.collect::<Vec<_>>().join(", ")))
        }
        "timestamp-missing" | "nonce-missing" | "consumer-key-missing" => {
            let unknown: Vec<_> = names.filter(|name| !KNOWN.split(' ').any(|known| known == name)).collect();
            (!unknown.is_empty()).then(|| format!("Look at the spelling of {}.", unknown.join(", ")))
        }
        "secret-sent" => names.filter(|name| name.ends_with("_secret")).map(|name| format!("It is {name}.")).next(),
        "signature-method-unknown" => signed.text("oauth_signature_method").map(|name| format!("It is {name}.")),
        "client-other" if is_trimmed("oauth_consumer_key", &secrets.client_identifier) => Some(WHITE_SPACE.to_string()),
        "token-other" if is_trimmed("oauth_token", &secrets.token_identifier) => Some(WHITE_SPACE.to_string()),
        _ => None,
    }
}

const WHITE_SPACE: &str = "Only the white space around it differs.";
/// The names of RFC 5849 and of the draft `oauth_body_hash`.
const KNOWN: &str = "oauth_consumer_key oauth_token oauth_signature_method oauth_signature oauth_timestamp oauth_nonce \
    oauth_version oauth_callback oauth_verifier oauth_body_hash";

/// Those of the mistakes that were made.
fn seen<const N: usize>(table: [(bool, &'static str); N]) -> impl Iterator<Item = Found> {
    table.into_iter().filter(|(is_seen, _)| *is_seen).filter_map(|(_, id)| Found::seen(id))
}

/// Whether `oauth_body_hash` is that of the body.
fn body_hash(method: &str, context: &Context<'_>, request: &CapturedRequest) -> Option<Found> {
    let sent = context.protocol("oauth_body_hash")?;
    if request.form_body().is_some_and(|form| !form.is_empty()) {
        return Found::seen("body-hash-with-form");
    }
    let body = context.body;
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
    let is_hex = |hash: &Hash| {
        let digits = hexadecimal(&hash.digest(&[body]));
        sent.eq_ignore_ascii_case(digits.as_bytes()) || STANDARD.encode(digits).as_bytes() == sent
    };
    if Hash::ALL.iter().any(is_hex) {
        return Found::seen("body-hash-hex");
    }
    let key = context.key(&KeyRecipe::default());
    let keys = [key.as_slice(), context.secrets.client_secret().as_bytes()];
    let is_hmac = |hash: &Hash| keys.iter().any(|key| STANDARD.encode(hash.hmac(key, &[body])).as_bytes() == sent);
    if Hash::ALL.iter().any(is_hmac) {
        return Found::seen("body-hash-hmac");
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
pub(super) fn server_checks(context: &Context<'_>, now: Option<u64>) -> Vec<Found> {
    let timestamp = context.timestamp().and_then(|timestamp| u64::try_from(timestamp).ok());
    let far = now.zip(timestamp).filter(|(now, timestamp)| now.abs_diff(*timestamp) > USUAL_DIFFERENCE);
    let mut found: Vec<Found> = seen([(far.is_some(), "timestamp-far")]).collect();
    for (found, (now, timestamp)) in found.iter_mut().zip(far) {
        let direction = if timestamp > now { "ahead of" } else { "behind" };
        let difference = duration(now.abs_diff(timestamp));
        found.detail = Some(format!("The timestamp is {difference} {direction} the clock here."));
    }
    let host = context.uri.host.to_ascii_lowercase();
    let is_loopback = is_loopback(&host);
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    let is_plaintext = context.protocol("oauth_signature_method") == Some(SignatureMethod::Plaintext.name().as_bytes());
    let step: String = context.uri.path.chars().filter(char::is_ascii_alphanumeric).collect();
    let step = step.to_ascii_lowercase();
    let is_first_step =
        ["requesttoken", "oauthrequest", "oauth1request", "initiate"].iter().any(|end| step.ends_with(end));
    let has_token = context.protocol("oauth_token").is_some_and(|token| !token.is_empty());
    let is_account = |realm: &str| {
        !realm.is_empty()
            && realm.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    // The account is in the first label of most hosts.
    let label = host.split('.').next().unwrap_or_default();
    let is_realm_right = |realm: &str| {
        let account = realm.to_ascii_lowercase().replace('_', "-");
        is_account(realm) && (label == account || !label.starts_with(|it: char| it.is_ascii_digit()))
    };
    let is_last_step = step.ends_with("accesstoken");
    let is_missing = |name| context.protocol(name).is_none();
    // A URL may have encoded characters.
    let still_encoded =
        context.protocol.iter().find(|(_, value)| decode(value, false) != *value && !lossy(value).contains("://"));
    found.extend(seen([
        (is_plaintext && !context.uri.is_secure() && !is_loopback, "plaintext-without-tls"),
        (is_first_step && has_token, "token-in-request-token-step"),
        (is_first_step && is_missing("oauth_callback"), "callback-missing"),
        (is_last_step && has_token && is_missing("oauth_verifier"), "verifier-missing"),
        (still_encoded.is_some(), "value-still-encoded"),
        (context.protocol("oauth_nonce").is_some_and(<[u8]>::is_empty), "nonce-empty"),
        (host.ends_with(".netsuite.com") && !context.realm.is_some_and(is_realm_right), "realm-netsuite"),
        (is_address && !is_loopback, "host-address"),
        (context.protocol("oauth_nonce").is_some(), "nonce-once"),
    ]));
    if let Some((name, value)) = still_encoded {
        let detail = Some(format!("{} is {}, which is still encoded.", lossy(name), lossy(value)));
        found
            .iter_mut()
            .filter(|it| it.mistake.id == "value-still-encoded")
            .for_each(|it| it.detail.clone_from(&detail));
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
