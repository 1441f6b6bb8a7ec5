//! The search for what was received, by signature method: the digest of an HMAC or RSA signature, or the secrets of
//! `PLAINTEXT`.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{
    encode::decode,
    readers::signature::{self, Reading},
    recipe::{context::Context, key::KeyRecipe},
    search::{
        Limits, Outcome,
        hash::Hash,
        search,
        target::{DigestForm, Target},
    },
    secrets::Secrets,
};

pub(super) type Advice = Vec<String>;

/// Searches for the digest of an HMAC or of an RSA signature.
pub(super) fn digest(
    context: &Context<'_>,
    raw: &str,
    name: &str,
    secrets: &Secrets,
    limits: Limits,
) -> (Outcome, Reading, Advice) {
    let mut reading = signature::read(raw);
    let mut advice = Advice::new();
    let named = Hash::of_method(Some(name.as_bytes()));
    let received = reading.bytes.clone().unwrap_or_default();
    let (bytes, form) = as_digest(&received);
    if bytes != received || form != DigestForm::Bytes {
        reading.findings.push("signature-digest-as-text");
    }
    let is_rsa = name.starts_with("RSA-");
    let found = match form {
        DigestForm::Bytes => Hash::of_length(bytes.len()),
        DigestForm::Utf8 | DigestForm::Ascii => Some(named),
    };
    let target = if is_rsa && found.is_none() {
        match opened(secrets, &received) {
            Ok((hash, digest)) => {
                if hash != named {
                    reading.findings.push("hash-other");
                }
                Target::Digest(hash, digest)
            }
            Err(why) => {
                advice.push(why.to_string());
                Target::Nothing
            }
        }
    } else {
        match found {
            Some(_) if is_rsa => reading.findings.push("hmac-instead-of-rsa"),
            Some(hash) if hash != named => reading.findings.push("hash-other"),
            Some(_) => {}
            None => advice.push(format!(
                "The signature has {} bytes after decoding, so it is not an HMAC: HMAC-{} has {} bytes.",
                bytes.len(),
                named.name(),
                named.digest(&[]).len()
            )),
        }
        Target::Hmac { text: &reading.text, digest: found.map(|hash| (hash, bytes)), form }
    };
    let outcome = search(context, &target, limits);
    if found.is_none() && !is_rsa {
        // If the key itself was sent, nothing is wrong with its wrapping.
        reading.findings.clear();
    }
    (outcome, reading, advice)
}

/// The digest that was received, and what the client made of it.
fn as_digest(received: &[u8]) -> (Vec<u8>, DigestForm) {
    let is_digest = |bytes: &[u8]| Hash::of_length(bytes.len()).is_some();
    let plain = received.to_vec();
    let Ok(text) = core::str::from_utf8(received) else {
        return (plain, DigestForm::Bytes);
    };
    // By chance, a digest is such a text once in a million times or less.
    if text.contains('\u{fffd}') {
        return (plain, DigestForm::Utf8);
    }
    if is_digest(received) && received.is_ascii() && text.contains('?') {
        return (plain, DigestForm::Ascii);
    }
    let latin_1: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    let latin_1 = latin_1.ok().filter(|bytes| is_digest(bytes));
    (latin_1.unwrap_or(plain), DigestForm::Bytes)
}

#[cfg(feature = "rsa")]
pub(super) fn opened(secrets: &Secrets, bytes: &[u8]) -> Result<(Hash, Vec<u8>), &'static str> {
    let key = secrets
        .rsa_key()
        .ok_or("Give the public key with --rsa-key: an RSA signature cannot be checked without it.")?;
    super::search::rsa::digest(key, bytes)
        .ok_or("The signature was made with another private key, or it is not an RSA signature.")
}

#[cfg(not(feature = "rsa"))]
pub(super) fn opened(_: &Secrets, _: &[u8]) -> Result<(Hash, Vec<u8>), &'static str> {
    Err("An RSA signature cannot be checked, because this program was built without RSA.")
}

/// Searches for the key that was sent, among the ways in which the header may have encoded it.
pub(super) fn plaintext(context: &Context<'_>, raw: &str, limits: Limits) -> (Outcome, Reading, Advice) {
    let once = decode(raw.as_bytes(), false);
    let twice = decode(&once, false);
    let not_encoded = Some("signature-not-encoded-in-header");
    let readings = if raw.contains('&') {
        [(raw.as_bytes().to_vec(), not_encoded), (once, not_encoded)]
    } else {
        [(once, None), (twice, Some("signature-encoded-twice"))]
    };
    let [first, second] = readings.map(|(text, finding)| {
        let outcome = search(context, &Target::Plaintext(&text), limits);
        let reading = Reading { text, bytes: None, findings: finding.into_iter().collect() };
        (outcome, reading)
    });
    let mistakes = |(outcome, _): &(Outcome, Reading)| outcome.sets.first().map(Vec::len);
    let is_second = match (mistakes(&first), mistakes(&second)) {
        (Some(first), Some(second)) => second < first,
        (first, second) => first.is_none() && second.is_some(),
    };
    let (outcome, mut reading) = if is_second { second } else { first };
    if outcome.sets.is_empty() {
        let other = signature::read(raw);
        let digest = other.bytes.unwrap_or_default();
        let hmac = Hash::of_length(digest.len()).map(|hash| Target::Hmac {
            text: &other.text,
            digest: Some((hash, digest)),
            form: DigestForm::Bytes,
        });
        let text = reading.text.clone();
        let targets =
            [("plaintext-with-base-string", Some(Target::BaseString(&text))), ("hmac-instead-of-plaintext", hmac)];
        for (finding, target) in targets {
            let found = target.map(|target| search(context, &target, limits));
            if let Some(found) = found.filter(|found| !found.sets.is_empty()) {
                reading.findings = vec![finding];
                return (found, reading, Advice::new());
            }
        }
    }
    let mut advice = Advice::new();
    if outcome.sets.is_empty() {
        reading.findings.clear();
        advice.push(named_difference(context, &reading.text));
    }
    (outcome, reading, advice)
}

/// Says which part of a `PLAINTEXT` signature is wrong, without showing it.
fn named_difference(context: &Context<'_>, received: &[u8]) -> String {
    let right = context.key(&KeyRecipe::default());
    let split = |text: &[u8]| text.iter().position(|byte| *byte == b'&');
    let (Some(here), Some(there)) = (split(&right), split(received)) else {
        return "The signature has no & between the secrets.".to_string();
    };
    match (right[..here] == received[..there], right[here..] == received[there..]) {
        (true, _) => "The client secret in the signature is right, the token secret is not.",
        (_, true) => "The token secret in the signature is right, the client secret is not.",
        _ => "Both secrets in the signature are wrong.",
    }
    .to_string()
}
