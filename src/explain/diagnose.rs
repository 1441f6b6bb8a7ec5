//! The two questions: why is this signature refused, and where does this base string differ?

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;

use super::{
    advice,
    answer::{
        compare::{difference, parts},
        contents::differences,
        diagnosis::{Diagnosis, Found, Verdict},
        steps::read,
    },
    encode::decode,
    inspect::{inspect, server_checks},
    interpretation::{Interpretation, interpretations},
    readers::{
        Parameter, Place, Signed,
        signature::{self, Reading},
    },
    recipe::{
        context::{Context, pairs},
        parameters::lossy,
    },
    request::CapturedRequest,
    search::{
        Limits, Outcome,
        hash::Hash,
        search,
        target::{DigestForm, Target},
    },
    secrets::Secrets,
};
use crate::{Authorization, SignatureMethod};

/// What else may be tried.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Secrets that may have been used instead of the right ones.
    pub also_try: &'a [&'a str],
    /// Hosts that may have been signed instead of the right one, each with or without a port, or whole URIs.
    pub also_try_hosts: &'a [&'a str],
    /// The time in seconds since 1970, to compare the timestamp with.
    pub now: Option<u64>,
    /// How far to search.
    pub limits: Limits,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("also_try", &self.also_try.len())
            .field("also_try_hosts", &self.also_try_hosts)
            .field("now", &self.now)
            .field("limits", &self.limits)
            .finish()
    }
}

/// Finds out why a server refuses the signature of a request, given the secrets that it should have been made with.
///
/// The signature is found wherever it is. Every answer is proven: its mistakes give exactly the received signature. What the
/// input does not show, such as the scheme of a raw request, is tried both ways.
pub fn diagnose(request: &CapturedRequest, secrets: &Secrets, options: &Options<'_>) -> Diagnosis {
    let Some(signed) = Signed::find(request) else {
        return Diagnosis::not_signed(request);
    };
    let interpretations = interpretations(request, &signed);
    let mut best: Option<(usize, Diagnosis)> = None;
    // A right signature in any interpretation is better than mistakes in the first.
    for mistakes in [0, options.limits.mistakes] {
        let limits = Limits {
            mistakes,
            work: options.limits.work / interpretations.len() as u64,
        };
        for interpretation in &interpretations {
            let diagnosis = diagnose_one(interpretation, &signed, secrets, options, limits);
            if diagnosis.verdict == Verdict::Right {
                return diagnosis;
            }
            let mistakes_made = diagnosis
                .explanations
                .first()
                .map_or(usize::MAX, |explanation| explanation.mistakes.len());
            if best.as_ref().is_none_or(|(fewest, _)| {
                mistakes_made < *fewest || (mistakes > 0 && *fewest == usize::MAX)
            }) {
                best = Some((mistakes_made, diagnosis));
            }
        }
    }
    best.map_or_else(
        || Diagnosis::not_signed(request),
        |(_, diagnosis)| diagnosis,
    )
}

/// Diagnoses a request that is understood in one way.
fn diagnose_one(
    interpretation: &Interpretation<'_>,
    signed: &Signed,
    secrets: &Secrets,
    options: &Options<'_>,
    limits: Limits,
) -> Diagnosis {
    let request = &*interpretation.request;
    let raw = match signed.get(b"oauth_signature") {
        Some(signature) => signature.raw.clone(),
        None => return Diagnosis::not_signed(request),
    };
    let mut context = match read(request, signed, interpretation.other_fields, secrets) {
        Ok(context) => context,
        Err(why) => return Diagnosis::unreadable(why),
    };
    context.other_secrets = options.also_try;
    context.hosts = options.also_try_hosts;
    let mut findings = inspect(signed, &context, request, secrets);
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    let (outcome, reading, mut advice) = if is_plaintext {
        plaintext(&context, &raw, limits)
    } else {
        digest(&context, &raw, &name, secrets, limits)
    };
    findings.extend(reading.findings.iter().filter_map(|id| Found::seen(id)));
    let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, findings, !is_plaintext);
    diagnosis.repairs = request.repairs.clone();
    diagnosis.repairs.extend(signed.repairs.clone());
    diagnosis.guesses = interpretation.guesses.clone();
    let is_refused = signed.place == Place::Header && Authorization::parse(&signed.text).is_err();
    if diagnosis.verdict == Verdict::Right && is_refused && !diagnosis.notes.is_empty() {
        // The signature is right, but the header is not one that every server can read.
        diagnosis.verdict = Verdict::Unexplained;
        advice.push(
            "The signature is right; what the notes say keeps a server from reading the header."
                .to_string(),
        );
    }
    if diagnosis.verdict == Verdict::Unexplained && !can_be_checked(&name, secrets) {
        diagnosis.verdict = Verdict::NotChecked;
        diagnosis.check_next = advice;
    } else if diagnosis.verdict == Verdict::Unexplained {
        diagnosis.check_next.splice(0..0, advice);
        diagnosis
            .check_next
            .extend(advice::advice(&context, &name, options));
    } else if diagnosis.verdict == Verdict::Right {
        diagnosis
            .notes
            .extend(server_checks(signed, &context, options.now));
    }
    diagnosis
}

/// Whether what the signature method needs is known.
fn can_be_checked(method: &str, secrets: &Secrets) -> bool {
    if method.starts_with("RSA-") {
        secrets.has_key()
    } else {
        secrets.has_client_secret()
    }
}

type Advice = Vec<String>;

/// Searches for the digest of an HMAC or of an RSA signature.
fn digest(
    context: &Context<'_>,
    raw: &str,
    name: &str,
    secrets: &Secrets,
    limits: Limits,
) -> (Outcome, Reading, Advice) {
    let mut reading = signature::read(raw);
    let mut advice = Advice::new();
    let named = Hash::of_method(Some(name.as_bytes()));
    let received = reading.octets.clone().unwrap_or_default();
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
        Target::Hmac {
            text: &reading.text,
            digest: found.map(|hash| (hash, bytes)),
            form,
        }
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
fn opened(secrets: &Secrets, octets: &[u8]) -> Result<(Hash, Vec<u8>), &'static str> {
    let key = secrets.rsa_key().ok_or(
        "Give the public key with --rsa-key: an RSA signature cannot be checked without it.",
    )?;
    super::search::rsa::digest(key, octets)
        .ok_or("The signature was made with another private key, or it is not an RSA signature.")
}

#[cfg(not(feature = "rsa"))]
fn opened(_: &Secrets, _: &[u8]) -> Result<(Hash, Vec<u8>), &'static str> {
    Err("An RSA signature cannot be checked, because this program was built without RSA.")
}

/// Searches for the key that was sent, among the ways in which the header may have encoded it.
fn plaintext(context: &Context<'_>, raw: &str, limits: Limits) -> (Outcome, Reading, Advice) {
    let once = decode(raw.as_bytes(), false);
    let twice = decode(&once, false);
    let readings = if raw.contains('&') {
        let not_encoded = "signature-not-encoded-in-header";
        [
            (raw.as_bytes().to_vec(), Some(not_encoded)),
            (once, Some(not_encoded)),
        ]
    } else {
        [(once, None), (twice, Some("signature-encoded-twice"))]
    };
    let mut best: Option<(Outcome, Reading)> = None;
    let mistakes = |outcome: &Outcome| outcome.sets.first().map_or(usize::MAX, Vec::len);
    for (text, finding) in readings {
        let outcome = search(context, &Target::Plaintext(&text), limits);
        if best
            .as_ref()
            .is_none_or(|(other, _)| mistakes(&outcome) < mistakes(other))
        {
            let reading = Reading {
                text,
                octets: None,
                findings: finding.into_iter().collect(),
            };
            best = Some((outcome, reading));
        }
    }
    let (outcome, mut reading) = best.unwrap_or_else(|| (Outcome::default(), signature::read("")));
    if outcome.sets.is_empty() {
        let text = reading.text.clone();
        let other = signature::read(raw);
        let digest = other.octets.clone().unwrap_or_default();
        let hash = Hash::of_length(digest.len());
        let targets = [
            ("plaintext-with-base-string", Target::BaseString(&text)),
            (
                "hmac-instead-of-plaintext",
                Target::Hmac {
                    text: &other.text,
                    digest: hash.map(|hash| (hash, digest)),
                    form: DigestForm::Bytes,
                },
            ),
        ];
        for (finding, target) in targets {
            if let Target::Hmac { digest: None, .. } = target {
                continue;
            }
            let found = search(context, &target, limits);
            if !found.sets.is_empty() {
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
    let right = context.key(&super::recipe::key::KeyRecipe::default());
    let split = |text: &[u8]| text.iter().position(|octet| *octet == b'&');
    let (Some(here), Some(there)) = (split(&right), split(received)) else {
        return "The signature has no & between the secrets.".to_string();
    };
    match (
        right[..here] == received[..there],
        right[here..] == received[there..],
    ) {
        (true, _) => "The client secret in the signature is right, the token secret is not.",
        (_, true) => "The token secret in the signature is right, the client secret is not.",
        _ => "Both secrets in the signature are wrong.",
    }
    .to_string()
}

/// Compares a base string that another library printed, part by part, and searches for the mistakes that give it.
///
/// The protocol parameters are those of the request; without a signature they are taken from the base string itself.
pub fn diagnose_base_string(
    request: &CapturedRequest,
    secrets: &Secrets,
    base_string: &str,
    options: &Options<'_>,
) -> Diagnosis {
    let foreign = base_string.trim().as_bytes();
    let normalized = decode(parts(foreign).get(2).copied().unwrap_or_default(), false);
    let signed = Signed::find(request)
        .or_else(|| Signed::of_header(request))
        .unwrap_or_else(|| of_base_string(&normalized));
    let mut context = match read(request, &signed, false, secrets) {
        Ok(context) => context,
        Err(why) => return Diagnosis::unreadable(why),
    };
    context.hosts = options.also_try_hosts;
    let outcome = search(&context, &Target::BaseString(foreign), options.limits);
    let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, Vec::new(), true);
    if diagnosis.verdict == Verdict::Right {
        diagnosis.verdict = Verdict::BaseStringsAgree;
    }
    let right = context.base_string(&super::recipe::Recipe::default());
    diagnosis.difference = difference(&right, foreign);
    diagnosis.differences = differences(&right, foreign);
    diagnosis.compared = Some(lossy(foreign));
    if diagnosis.verdict == Verdict::Unexplained {
        let found = parts(foreign).len();
        diagnosis.check_next.push(if found < 3 {
            format!("The base string has {found} of three parts: it may have been cut off or copied without its encoding.")
        } else {
            "See whether the base string belongs to this very request.".to_string()
        });
    }
    diagnosis
}

/// The protocol parameters among normalized parameters.
fn of_base_string(normalized: &[u8]) -> Signed {
    let mut signed = Signed::default();
    for raw in pairs(normalized) {
        let name = decode(raw.name, false);
        if name.starts_with(b"oauth_") && signed.get(&name).is_none() {
            signed.parameters.push(Parameter {
                raw: String::new(),
                name,
                value: decode(raw.value.unwrap_or_default(), false),
            });
        }
    }
    signed
}
