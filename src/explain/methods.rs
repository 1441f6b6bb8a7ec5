//! The search for what was received, by signature method: the digest of an HMAC or RSA signature, or the secrets of
//! `PLAINTEXT`.

use super::{
    encode::decode,
    readers::{
        Place,
        signature::{self, Reading},
    },
    recipe::{Context, KeyRecipe, Role},
    report::Found,
    search::{DigestForm, Hash, Key, Limits, Outcome, Target, search},
};

/// What a search found, the mistakes that are seen in the signature, and what to do next.
type Searched = (Outcome, Vec<Found>, Vec<String>);

/// Searches for the digest of an HMAC or of an RSA signature.
pub(super) fn digest(context: &Context<'_>, raw: &str, name: &str, limits: Limits) -> Searched {
    let Reading { text, bytes: received, mut findings } = signature::read(raw);
    let received = received.unwrap_or_default();
    let mut advice = Vec::new();
    let named = Hash::of_method(Some(name.as_bytes()));
    let is_rsa = name.starts_with("RSA-");
    if context.place != Place::Header {
        // In a query or form, / and = mean themselves.
        findings.retain(|id| *id != "signature-not-encoded-in-header");
    }
    let (digest, form) = as_digest(&received);
    if digest != received || form != DigestForm::Bytes {
        findings.push("signature-digest-as-text");
    }
    let hash = if form == DigestForm::Bytes { Hash::of_length(digest.len()) } else { Some(named) };
    let opened = opened(context.secrets, &received);
    let target = if let Some(hash) = hash {
        if is_rsa {
            findings.push("hmac-instead-of-rsa");
        }
        Target::Hmac { text: &text, hash, digest, form }
    } else if is_rsa || opened.is_ok() {
        if !is_rsa {
            findings.push("rsa-instead-of-hmac");
        }
        match opened {
            Ok((hash, digest, is_bare)) => {
                if is_bare {
                    findings.push("rsa-without-digest-info");
                }
                Target::Digest(hash, digest)
            }
            Err(why) => return (Outcome::default(), seen(&findings), vec![why.to_string()]),
        }
    } else {
        // If the key itself was sent, nothing is wrong with its wrapping.
        findings.clear();
        advice.push(format!(
            "The signature has {} bytes after decoding. A signature of HMAC-{} has {} bytes.",
            digest.len(),
            named.name(),
            named as usize
        ));
        Target::Key(Key::new(text, Role::Sent))
    };
    let outcome = search(context, &target, limits);
    let mut found = seen(&findings);
    if let Target::Hmac { hash, .. } | Target::Digest(hash, _) = target
        && hash != named
        && (is_rsa == matches!(target, Target::Digest(..)))
    {
        let detail = Some(format!("The signature was made with {}.", hash.name()));
        found.extend(Found::seen("hash-other").map(|other| Found { detail, ..other }));
    }
    (outcome, found, advice)
}

fn seen(ids: &[&str]) -> Vec<Found> {
    ids.iter().filter_map(|id| Found::seen(id)).collect()
}

/// The digest that was received, and what the client made of it.
fn as_digest(received: &[u8]) -> (Vec<u8>, DigestForm) {
    let is_digest = |bytes: &[u8]| Hash::of_length(bytes.len()).is_some();
    let plain = received.to_vec();
    let Ok(text) = std::str::from_utf8(received) else {
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
pub(super) use super::search::rsa::open as opened;

#[cfg(not(feature = "rsa"))]
pub(super) fn opened(_: &super::Secrets, _: &[u8]) -> Result<(Hash, Vec<u8>, bool), &'static str> {
    Err("An RSA signature cannot be checked, because this program was built without RSA.")
}

/// Searches for the key that was sent, among the ways in which the header may have encoded it.
pub(super) fn plaintext(context: &Context<'_>, raw: &str, limits: Limits) -> Searched {
    let once = decode(raw.as_bytes(), false);
    let twice = decode(&once, false);
    // An & in a query or form ends the value.
    let rest = context.query.iter().chain(&context.form).find(|raw| raw.value.is_none());
    let rest = rest.filter(|_| context.place != Place::Header).map(|rest| [&once, &b"&"[..], rest.name].concat());
    let readings = if let Some(whole) = rest {
        [(once, vec![]), (whole, vec!["signature-not-encoded-in-header"])]
    } else if raw.contains('&') {
        [raw.as_bytes().to_vec(), once].map(|text| (text, vec!["signature-not-encoded-in-header"]))
    } else {
        [(once, vec![]), (twice, vec!["signature-encoded-twice"])]
    };
    let [first, second] = readings.map(|(text, findings)| {
        let outcome = search(context, &Target::Key(Key::new(text.clone(), Role::Key)), limits);
        (outcome, text, findings)
    });
    let mistakes = |outcome: &Outcome| outcome.sets.first().map_or(usize::MAX, Vec::len);
    let (outcome, text, findings) = if mistakes(&second.0) < mistakes(&first.0) { second } else { first };
    if !outcome.sets.is_empty() {
        return (outcome, seen(&findings), Vec::new());
    }
    let other = signature::read(raw);
    let digest = other.bytes.unwrap_or_default();
    let hmac = Hash::of_length(digest.len()).map(|hash| Target::Hmac {
        text: &other.text,
        hash,
        digest,
        form: DigestForm::Bytes,
    });
    for (finding, target) in
        [("plaintext-with-base-string", Some(Target::BaseString(&text))), ("hmac-instead-of-plaintext", hmac)]
    {
        let found = target.map(|target| search(context, &target, limits));
        if let Some(found) = found.filter(|found| !found.sets.is_empty()) {
            return (found, seen(&[finding]), Vec::new());
        }
    }
    (outcome, Vec::new(), vec![named_difference(context, &text)])
}

/// Says which part of a `PLAINTEXT` signature is wrong, without showing it.
fn named_difference(context: &Context<'_>, received: &[u8]) -> String {
    let right = context.key(&KeyRecipe::default());
    let split = |text: &[u8]| text.iter().position(|byte| *byte == b'&');
    let (Some(here), Some(there)) = (split(&right), split(received)) else {
        return "The signature has no & between the secrets.".to_string();
    };
    if !context.names_token() {
        return "The client secret in the signature is not the one given here.".to_string();
    }
    match (right[..here] == received[..there], right[here..] == received[there..]) {
        (true, _) => "The client secret in the signature is right, the token secret is not.",
        (_, true) => "The token secret in the signature is right, the client secret is not.",
        _ => "Both secrets in the signature are wrong.",
    }
    .to_string()
}
