//! The two questions: why is this signature refused, and where does this base string differ?

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{
    advice,
    answer::{
        diagnosis::{Diagnosis, Found, MadeFrom, Verdict},
        differences::{difference, differences, parts},
        mask::Mask,
        steps::{Unreadable, read},
    },
    encode::{decode, lossy},
    inspect::{inspect, server_checks},
    interpretation::{Interpretation, interpretations},
    methods::{digest, opened, plaintext},
    readers::{
        Parameter, Place, Signed,
        base_string::{self, BaseString},
        signature,
    },
    recipe::{
        Recipe,
        context::{Context, pairs},
        key::{KeyRecipe, Role},
    },
    request::{Body, CapturedRequest, FORM},
    search::{
        Limits,
        hash::Hash,
        search,
        target::{DigestForm, Key, Target},
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
/// The signature is found wherever it is. Every answer is proven: its mistakes give exactly the received signature.
/// What the input does not show, such as the scheme of a raw request, is tried both ways.
pub fn diagnose(request: &CapturedRequest, secrets: &Secrets, options: &Options<'_>) -> Diagnosis {
    let mut diagnosis = unmasked(request, &secrets.usable(), options);
    Mask::new(request, secrets, options).diagnosis(&mut diagnosis);
    diagnosis
}

fn unmasked(request: &CapturedRequest, secrets: &Secrets, options: &Options<'_>) -> Diagnosis {
    let Some(signed) = Signed::find(request) else {
        return Diagnosis::not_signed(request);
    };
    if let Some(word) = &signed.not_understood {
        return Diagnosis::not_understood(word);
    }
    if request.body == Body::Unknown && request.essence() == FORM {
        return Diagnosis::unreadable(Unreadable::Body, request);
    }
    best(request, &signed, secrets, options)
}

/// The diagnosis of the interpretation with a right signature, or else with the fewest mistakes.
fn best(request: &CapturedRequest, signed: &Signed, secrets: &Secrets, options: &Options<'_>) -> Diagnosis {
    let interpretations = interpretations(request, signed);
    let work = options.limits.work / interpretations.len().max(1) as u64;
    let levels: &[usize] = match interpretations.len() {
        1 => &[options.limits.mistakes],
        _ => &[0, options.limits.mistakes],
    };
    let mut best: Option<(usize, Diagnosis)> = None;
    for &mistakes in levels {
        let limits = Limits { mistakes, work };
        for interpretation in &interpretations {
            let diagnosis = diagnose_one(interpretation, signed, secrets, options, limits);
            let made = diagnosis.explanations.first().map_or(usize::MAX, |explanation| explanation.mistakes.len());
            let is_right = diagnosis.verdict == Verdict::Right;
            // At the first level only what needs no search is found.
            if is_right || made == interpretation.mistakes.len() && made > 0 {
                return diagnosis;
            }
            let is_last = mistakes == options.limits.mistakes;
            if is_last && best.as_ref().is_none_or(|(fewest, _)| made < *fewest) {
                best = Some((made, diagnosis));
            }
        }
    }
    best.map_or_else(|| Diagnosis::not_signed(request), |(_, diagnosis)| diagnosis)
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
        Err(why) => return Diagnosis::unreadable(why, request),
    };
    context.other_secrets = options.also_try;
    context.hosts = options.also_try_hosts;
    let mut findings = inspect(signed, &context, request, secrets);
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    // Without the key nothing can be found by a search.
    let limits = match can_be_checked(&name, secrets) {
        true => limits,
        false => Limits { mistakes: 0, ..limits },
    };
    let (outcome, reading, mut advice) =
        if is_plaintext { plaintext(&context, &raw, limits) } else { digest(&context, &raw, &name, secrets, limits) };
    let seen = interpretation.mistakes.iter().chain(&reading.findings);
    findings.extend(seen.filter_map(|id| Found::seen(id)));
    let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, findings, !is_plaintext);
    diagnosis.repairs = request.repairs.clone();
    diagnosis.repairs.extend(signed.repairs.clone());
    diagnosis.guesses = interpretation.guesses.clone();
    let is_refused = signed.place == Place::Header && Authorization::parse(&signed.text).is_err();
    if diagnosis.verdict == Verdict::Right && is_refused && !diagnosis.notes.is_empty() {
        // The signature is right, but the header is not one that every server can read.
        diagnosis.verdict = Verdict::Unexplained;
        advice.push("The signature is right; what the notes say keeps a server from reading the header.".to_string());
    }
    if diagnosis.verdict == Verdict::Unexplained && !can_be_checked(&name, secrets) {
        diagnosis.verdict = Verdict::NotChecked;
        diagnosis.check_next = advice;
        diagnosis.ruled_out.clear();
    } else if diagnosis.verdict == Verdict::Unexplained {
        diagnosis.check_next.splice(0..0, advice);
        diagnosis.check_next.extend(advice::advice(&context, &name, options));
    } else if diagnosis.verdict == Verdict::Right {
        diagnosis.notes.extend(server_checks(signed, &context, options.now));
    }
    diagnosis
}

/// Whether what the signature method needs is known.
fn can_be_checked(method: &str, secrets: &Secrets) -> bool {
    if method.starts_with("RSA-") { secrets.has_key() } else { secrets.has_client_secret() }
}

/// Compares a base string that a server, a log or another library shows, and searches for the mistakes that give it.
///
/// The protocol parameters are those of the request; without a signature they are taken from the base string itself. If
/// the request has a signature and the secrets are known, the signature is checked against both base strings.
pub fn diagnose_base_string(
    request: &CapturedRequest,
    secrets: &Secrets,
    base_string: &str,
    options: &Options<'_>,
) -> Diagnosis {
    let mut diagnosis = compare(request, &secrets.usable(), base_string, options);
    Mask::new(request, secrets, options).diagnosis(&mut diagnosis);
    diagnosis
}

fn compare(request: &CapturedRequest, secrets: &Secrets, base_string: &str, options: &Options<'_>) -> Diagnosis {
    let readings = base_string::read(base_string);
    let Some(first) = readings.first() else {
        return Diagnosis::unreadable(Unreadable::BaseString, request);
    };
    let normalized = decode(parts(&first.text).last().copied().unwrap_or_default(), false);
    let found = Signed::find(request);
    let signed = found.clone().or_else(|| Signed::of_header(request)).unwrap_or_else(|| of_base_string(&normalized));
    let sent = found.filter(|signed| {
        let method = signed.text("oauth_signature_method").unwrap_or_default();
        can_be_checked(&method, secrets) && method != SignatureMethod::Plaintext.name()
    });
    let of_signature = sent.map(|signed| best(request, &signed, secrets, options));
    let mut all = interpretations(request, &signed);
    // The scheme that the signature fits, or else the one in the base string.
    all.sort_by_key(|one| {
        let is_of_signature = of_signature.as_ref().is_some_and(|it| it.guesses == one.guesses);
        let scheme =
            [lossy(&first.text), one.request.uri.clone()].map(|text| text.to_ascii_lowercase().contains("https"));
        (!is_of_signature, scheme[0] != scheme[1])
    });
    let Some(interpretation) = all.first() else {
        return Diagnosis::unreadable(Unreadable::Uri, request);
    };
    let mut context = match read(&interpretation.request, &signed, interpretation.other_fields, secrets) {
        Ok(context) => context,
        Err(why) => return Diagnosis::unreadable(why, request),
    };
    context.hosts = options.also_try_hosts;
    let right = context.base_string(&Recipe::default());
    let with_parts = |reading: &BaseString| {
        if reading.is_parameters_alone {
            let start = right.splitn(3, |byte| *byte == b'&').take(2);
            let start: Vec<_> = start.chain([reading.text.as_slice()]).collect();
            start.join(&b'&')
        } else {
            reading.text.clone()
        }
    };
    let is_right = of_signature.as_ref().is_some_and(|it| it.verdict == Verdict::Right);
    let proven = readings
        .iter()
        .find(|reading| of_signature.is_some() && is_made_from(&context, &signed, &with_parts(reading), secrets));
    let reading = proven.or_else(|| readings.iter().find(|reading| with_parts(reading) == right)).unwrap_or(first);
    let given = with_parts(reading);
    let made_from = of_signature.as_ref().map(|_| match (is_right, proven.is_some()) {
        (true, true) => MadeFrom::Both,
        (true, false) => MadeFrom::Request,
        (false, true) => MadeFrom::Given,
        (false, false) => MadeFrom::Neither,
    });
    let mut diagnosis = match of_signature {
        // The search for the signature tells more than that for a base string that it was not made from.
        Some(diagnosis)
            if (is_right && given == right)
                || (proven.is_none() && (diagnosis.verdict == Verdict::Explained || given == right)) =>
        {
            diagnosis
        }
        _ => {
            let outcome = search(&context, &Target::BaseString(&given), options.limits);
            let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, Vec::new(), true);
            if diagnosis.verdict == Verdict::Right {
                diagnosis.verdict = Verdict::BaseStringsAgree;
            }
            diagnosis.repairs.clone_from(&interpretation.request.repairs);
            diagnosis.guesses.clone_from(&interpretation.guesses);
            diagnosis
        }
    };
    diagnosis.repairs.extend(reading.repairs.iter().cloned());
    diagnosis.made_from = made_from;
    diagnosis.difference = difference(&right, &given);
    diagnosis.differences = differences(&right, &given);
    diagnosis.compared = Some(lossy(&given));
    if diagnosis.verdict == Verdict::Unexplained && made_from != Some(MadeFrom::Neither) {
        diagnosis.check_next.push("Check that the base string belongs to this request.".to_string());
    }
    diagnosis
}

/// Whether the signature of a request was made from a base string, with the right key.
fn is_made_from(context: &Context<'_>, signed: &Signed, base_string: &[u8], secrets: &Secrets) -> bool {
    let Some(raw) = signed.get(b"oauth_signature").map(|it| &it.raw) else {
        return false;
    };
    let bytes = signature::read(raw).bytes.unwrap_or_default();
    let key = context.key(&KeyRecipe::default());
    let key = Key { text: &key, role: Role::Key };
    let target = match (Hash::of_length(bytes.len()), opened(secrets, &bytes)) {
        (Some(hash), _) => Target::Hmac { text: raw.as_bytes(), digest: Some((hash, bytes)), form: DigestForm::Bytes },
        (None, Ok((hash, digest))) => Target::Digest(hash, digest),
        _ => return false,
    };
    target.is_hit(&[base_string], &key)
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
