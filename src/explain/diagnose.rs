//! The two questions: why is this signature refused, and where does this base string differ?

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{
    answer::{
        compare::{difference, parts},
        diagnosis::{Diagnosis, Verdict},
        steps::read,
    },
    encode::decode,
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
    search::{Limits, Outcome, hash::Hash, search, target::Target},
    secrets::Secrets,
};
use crate::{Authorization, Request, SignatureMethod};

/// What else may be tried.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Secrets that may have been used instead of the right ones.
    pub also_try: &'a [&'a str],
    /// Hosts that may have been signed instead of the right one, each with or without a port, or whole URIs.
    pub also_try_hosts: &'a [&'a str],
    /// How far to search.
    pub limits: Limits,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("also_try", &self.also_try.len())
            .field("also_try_hosts", &self.also_try_hosts)
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
    let mut signed = signed.clone();
    let raw = match signed.get(b"oauth_signature") {
        Some(signature) => signature.raw.clone(),
        None => return Diagnosis::not_signed(request),
    };
    let claims = signed.clone();
    let mut context = match read(request, &claims, interpretation.other_fields, secrets) {
        Ok(context) => context,
        Err(why) => return Diagnosis::unreadable(why),
    };
    context.other_secrets = options.also_try;
    context.hosts = options.also_try_hosts;
    look(&mut signed, &context, request, secrets);
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    let (outcome, reading, mut advice) = if is_plaintext {
        plaintext(&context, &raw, limits)
    } else {
        digest(&context, &raw, &name, secrets, limits)
    };
    let mut findings = signed.findings.clone();
    findings.extend(reading.findings);
    let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, &findings, !is_plaintext);
    diagnosis.repairs = request.repairs.clone();
    diagnosis.repairs.extend(signed.repairs);
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
        advise(&mut diagnosis, &context, options);
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

/// Looks at what needs no search.
fn look(signed: &mut Signed, context: &Context<'_>, request: &CapturedRequest, secrets: &Secrets) {
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    if SignatureMethod::from_name(&name).is_none() {
        signed.find_mistake("signature-method-unknown");
    }
    match (signed.text("oauth_timestamp"), context.timestamp()) {
        (None, _) if !is_plaintext => signed.find_mistake("timestamp-missing"),
        // The milliseconds of the years 2001 to 2064; in seconds those are 30,000 years away.
        (Some(_), Some(1_000_000_000_000..3_000_000_000_000)) => {
            signed.find_mistake("timestamp-in-milliseconds");
        }
        (Some(text), _) if text.is_empty() || !text.bytes().all(|octet| octet.is_ascii_digit()) => {
            signed.find_mistake("timestamp-not-a-number");
        }
        _ => {}
    }
    if !is_plaintext && signed.get(b"oauth_nonce").is_none() {
        signed.find_mistake("nonce-missing");
    }
    match (signed.text("oauth_consumer_key"), secrets.expected_client()) {
        (None, _) => signed.find_mistake("consumer-key-missing"),
        (Some(client), Some(expected)) if client != expected => signed.find_mistake("client-other"),
        _ => {}
    }
    match (signed.text("oauth_token"), secrets.expected_token()) {
        (Some(token), Some(expected)) if !token.is_empty() && token != expected => {
            signed.find_mistake("token-other");
        }
        (None, Some(_)) => signed.find_mistake("token-missing"),
        _ => {}
    }
    if signed
        .text("oauth_version")
        .is_some_and(|version| version != "1.0")
    {
        signed.find_mistake("version-other");
    }
    let is_form = request.form_body();
    let checked = Request::new(&request.method, &request.uri);
    let is_valid = match is_form.map(core::str::from_utf8) {
        Some(Ok(form)) => checked.and_then(|checked| checked.form(form)).is_ok(),
        Some(Err(_)) => false,
        None => checked.is_ok(),
    };
    if !is_valid {
        signed.find_mistake("uri-not-valid");
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
    let octets = reading.octets.clone().unwrap_or_default();
    let is_rsa = name.starts_with("RSA-");
    let found = Hash::of_length(octets.len());
    let target = if is_rsa && found.is_none() {
        match opened(secrets, &octets) {
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
                "The signature has {} octets once decoded: no HMAC that is known here. {} has {}.",
                octets.len(),
                named.name(),
                named.digest(&[]).len()
            )),
        }
        Target::Hmac {
            text: &reading.text,
            digest: found.map(|hash| (hash, octets)),
        }
    };
    let outcome = search(context, &target, limits);
    if found.is_none() && !is_rsa {
        // Where the key itself was sent, nothing is wrong with its wrapping.
        reading.findings.clear();
    }
    (outcome, reading, advice)
}

#[cfg(feature = "rsa")]
fn opened(secrets: &Secrets, octets: &[u8]) -> Result<(Hash, Vec<u8>), &'static str> {
    let key = secrets
        .rsa_key()
        .ok_or("Give the public key: without it nothing can be said of an RSA signature.")?;
    super::search::rsa::digest(key, octets)
        .ok_or("The signature was made with another private key, or is none of RSA at all.")
}

#[cfg(not(feature = "rsa"))]
fn opened(_: &Secrets, _: &[u8]) -> Result<(Hash, Vec<u8>), &'static str> {
    Err("Nothing can be said of an RSA signature here, as this program was built without RSA.")
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
    let mut advice = Advice::new();
    if outcome.sets.is_empty() {
        reading.findings.clear();
        advice.push(named_difference(context, &reading.text));
    }
    (outcome, reading, advice)
}

/// Says which part of a `PLAINTEXT` signature is wrong, without showing any.
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

/// Says what to look at next, most likely first.
fn advise(diagnosis: &mut Diagnosis, context: &Context<'_>, options: &Options<'_>) {
    let mut say = |text: &str| diagnosis.check_next.push(text.to_string());
    if context.names_token() && context.secrets.token_secret().is_none() {
        say("The header names a token, and its secret was not given: give it.");
    }
    say(
        "Most likely a secret is wrong: compare both with the ones that were issued for the identifiers in the header.",
    );
    if options.also_try.is_empty() {
        say("Give other secrets that are at hand, to see whether one of them was used.");
    }
    if options.also_try_hosts.is_empty() {
        say("Behind a proxy the server may see another host or path: give it as one to be tried.");
    }
    say(
        "See whether method, URI and body are those that were really sent, and the header that of the same request.",
    );
    say("Have the client print its base string, and compare that.");
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
    let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, &[], true);
    if diagnosis.verdict == Verdict::Right {
        diagnosis.verdict = Verdict::BaseStringsAgree;
    }
    let right = context.base_string(&super::recipe::Recipe::default());
    diagnosis.difference = difference(&right, foreign);
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
