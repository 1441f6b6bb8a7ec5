//! The two questions: why is this signature refused, and where does this base string differ?

use std::fmt;

use super::{
    advice,
    encode::{decode, lossy},
    inspect::{inspect, server_checks},
    interpretation::{Interpretation, interpretations},
    methods::{digest, opened, plaintext},
    readers::{
        Parameter, Place, ReadError, Signed,
        base_string::{self, BaseString},
        repaired_url, signature,
    },
    recipe::{Context, KeyRecipe, Recipe, Role, finish::Finish, pairs},
    report::{Diagnosis, Found, MadeFrom, Mask, Verdict, difference, differences, not_a_url, parts, read},
    request::{Body, CapturedRequest, FORM},
    search::{DigestForm, Hash, Key, Limits, Target, search},
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
    masked(request, secrets, options, |secrets| {
        if request.body == Body::Unknown && request.essence() == FORM {
            return Err(ReadError::new("The request has a form body, which is not in the input. Add it."));
        }
        // Damage in the URL may hide protocol parameters.
        let repaired = repaired_url(&request.uri).map(|(uri, _)| CapturedRequest { uri, ..request.clone() });
        let found = repaired.iter().chain([request]).filter_map(Signed::find);
        let Some(signed) = found.max_by_key(|signed| signed.parameters.len()) else {
            if request.body == Body::Unknown && request.essence().starts_with("multipart/") {
                return Err(ReadError::new("The request has a multipart body, which is not in the input. Add it."));
            }
            return mention(request).map_or_else(|| Ok(Diagnosis::not_signed(request)), Err);
        };
        if let Some(word) = signed.not_understood {
            return Err(ReadError::new(format!("The header has {word}, which is not name=\"value\". Remove it.")));
        }
        Ok(best(request, &signed, secrets, options))
    })
}

/// Why a signature that the request mentions was not found, if it mentions one.
fn mention(request: &CapturedRequest) -> Option<ReadError> {
    let mentions =
        |text: &str| text.match_indices("oauth_signature").any(|(at, name)| !text[at + name.len()..].starts_with('_'));
    let body = lossy(request.body_bytes().unwrap_or_default());
    let header = request.headers.iter().find(|(_, value)| mentions(value));
    let text = if body.contains("amp;oauth_") {
        "The request has &amp; in place of &, so that a server finds no oauth_signature. Write &.".to_string()
    } else if mentions(&request.uri) || mentions(&body) {
        "The request has oauth_signature, but not as a parameter. Look at the characters in front of it.".to_string()
    } else {
        let (name, _) = header?;
        format!("The header {name} has oauth_signature, but not as name=\"value\". Copy it again as it was sent.")
    };
    Some(ReadError::new(text))
}

/// A diagnosis in which no secret is shown.
fn masked(
    request: &CapturedRequest,
    secrets: &Secrets,
    options: &Options<'_>,
    diagnose: impl FnOnce(&Secrets) -> Result<Diagnosis, ReadError>,
) -> Diagnosis {
    let mut diagnosis = diagnose(&secrets.usable()).unwrap_or_else(Diagnosis::unreadable);
    Mask::new(request, secrets, options).diagnosis(&mut diagnosis);
    diagnosis
}

/// The diagnosis of the interpretation with a right signature, or else with the fewest mistakes.
fn best(request: &CapturedRequest, signed: &Signed, secrets: &Secrets, options: &Options<'_>) -> Diagnosis {
    let interpretations = interpretations(request, signed);
    let work = options.limits.work / interpretations.len() as u64;
    // At the first of two levels only what needs no search is found.
    let levels: &[usize] = match interpretations.len() {
        1 => &[options.limits.mistakes],
        _ => &[0, options.limits.mistakes],
    };
    let mut best: Option<(usize, Diagnosis)> = None;
    for &mistakes in levels {
        for interpretation in &interpretations {
            let diagnosis = diagnose_one(interpretation, signed, secrets, options, Limits { mistakes, work })
                .unwrap_or_else(Diagnosis::unreadable);
            let made = diagnosis.explanations.first().map_or(usize::MAX, |explanation| explanation.mistakes.len());
            if diagnosis.verdict == Verdict::Right || made == interpretation.mistakes.len() && made > 0 {
                return diagnosis;
            }
            let is_last = mistakes == options.limits.mistakes;
            if is_last && best.as_ref().is_none_or(|(fewest, _)| made < *fewest) {
                best = Some((made, diagnosis));
            }
        }
    }
    best.map(|(_, diagnosis)| diagnosis).unwrap_or_default()
}

/// Diagnoses a request that is understood in one way.
fn diagnose_one(
    interpretation: &Interpretation<'_>,
    signed: &Signed,
    secrets: &Secrets,
    options: &Options<'_>,
    mut limits: Limits,
) -> Result<Diagnosis, ReadError> {
    let request = &*interpretation.request;
    let context = read(request, signed, interpretation.other_fields, secrets, options)?;
    let name = signed.text("oauth_signature_method").unwrap_or_default();
    let is_plaintext = name == SignatureMethod::Plaintext.name();
    let can_be_checked = secrets.suffice(&name);
    if !can_be_checked {
        // Without the key nothing can be found by a search.
        limits.mistakes = 0;
    }
    let raw = signed.get(b"oauth_signature").map_or("", |signature| &signature.raw);
    let (outcome, seen, mut advice) =
        if is_plaintext { plaintext(&context, raw, limits) } else { digest(&context, raw, &name, limits) };
    let mut findings = inspect(signed, &context, request);
    findings.extend(interpretation.mistakes.iter().filter_map(|id| Found::seen(id)));
    findings.extend(seen);
    let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, findings, !is_plaintext);
    diagnosis.repairs = [&request.repairs[..], &signed.repairs].concat();
    diagnosis.guesses.clone_from(&interpretation.guesses);
    let is_refused = signed.place == Place::Header && Authorization::parse(&signed.text).is_err();
    if diagnosis.verdict == Verdict::Right && is_refused && !diagnosis.notes.is_empty() {
        // The signature is right, but the header is not one that every server can read.
        diagnosis.verdict = Verdict::Unexplained;
        advice.push("The signature is right; what the notes say keeps a server from reading the header.".to_string());
    }
    match diagnosis.verdict {
        Verdict::Right => diagnosis.notes.extend(server_checks(&context, options.now)),
        Verdict::Unexplained => {
            diagnosis.check_next.splice(0..0, advice);
            if can_be_checked {
                diagnosis.check_next.extend(advice::advice(&context, &name));
            } else {
                diagnosis.verdict = Verdict::NotChecked;
            }
        }
        _ => {}
    }
    Ok(diagnosis)
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
    masked(request, secrets, options, |secrets| compare(request, secrets, base_string, options))
}

fn compare(
    request: &CapturedRequest,
    secrets: &Secrets,
    base_string: &str,
    options: &Options<'_>,
) -> Result<Diagnosis, ReadError> {
    let mut readings = base_string::read(base_string)?;
    let not_a_base_string =
        "The text is not a base string. Give the method, the URL and the parameters, separated by &.";
    let first = &readings.first().ok_or_else(|| ReadError::new(not_a_base_string))?.text;
    let is_https = |text: &str| text.to_ascii_lowercase().contains("https");
    let has_https = is_https(&lossy(first));
    let found = Signed::find(request);
    let of_signature = found
        .as_ref()
        .filter(|signed| {
            let method = signed.text("oauth_signature_method").unwrap_or_default();
            secrets.suffice(&method) && method != SignatureMethod::Plaintext.name()
        })
        .map(|signed| best(request, signed, secrets, options));
    let signed = found.or_else(|| Signed::of_header(request)).unwrap_or_else(|| of_base_string(first));
    // The scheme that the signature fits, or else the one in the base string.
    let interpretation = interpretations(request, &signed).into_iter().min_by_key(|one| {
        let is_of_signature = of_signature.as_ref().is_some_and(|it| it.guesses == one.guesses);
        (!is_of_signature, is_https(&one.request.uri) != has_https)
    });
    let interpretation = interpretation.ok_or_else(|| not_a_url(&request.uri))?;
    let context = read(&interpretation.request, &signed, interpretation.other_fields, secrets, options)?;
    let right = context.base_string(&Recipe::default());
    for reading in readings.iter_mut().filter(|reading| reading.is_parameters_alone) {
        let mut whole = parts(&right);
        whole.truncate(2);
        whole.push(&reading.text);
        reading.text = whole.join(&b'&');
    }
    let is_proven = |reading: &&BaseString| of_signature.is_some() && is_made_from(&context, &signed, &reading.text);
    let proven = readings.iter().find(is_proven);
    // Otherwise the one that differs least.
    let likeliest = || readings.iter().min_by_key(|it| (it.text != right, differences(&right, &it.text).len()));
    let reading = proven.or_else(likeliest).unwrap_or(&readings[0]);
    let given = &reading.text;
    let has_dots = |text: &[u8]| text.windows(3).any(|three| three == b"...");
    if has_dots(given) && !has_dots(&right) {
        return Err(ReadError::new("The base string is shortened: it contains three dots. Give the whole of it."));
    }
    let made_from = of_signature.as_ref().map(|it| match (it.verdict == Verdict::Right, proven.is_some()) {
        (true, true) => MadeFrom::Both,
        (true, false) => MadeFrom::Request,
        (false, true) => MadeFrom::Given,
        (false, false) => MadeFrom::Neither,
    });
    // The search for the signature tells more than that for a base string that it was not made from.
    let tells_more = |diagnosis: &Diagnosis| {
        made_from != Some(MadeFrom::Given) && (diagnosis.verdict == Verdict::Explained || *given == right)
    };
    let mut diagnosis = of_signature.filter(tells_more).unwrap_or_else(|| {
        let outcome = search(&context, &Target::BaseString(given), options.limits);
        let mut diagnosis = Diagnosis::of_outcome(&context, &outcome, Vec::new(), true);
        if diagnosis.verdict == Verdict::Right {
            diagnosis.verdict = Verdict::BaseStringsAgree;
        }
        diagnosis.repairs.clone_from(&interpretation.request.repairs);
        diagnosis.guesses.clone_from(&interpretation.guesses);
        diagnosis
    });
    diagnosis.repairs.extend(reading.repairs.iter().cloned());
    diagnosis.made_from = made_from;
    diagnosis.difference = difference(&right, given);
    diagnosis.differences = differences(&right, given);
    diagnosis.compared = Some(lossy(given));
    if diagnosis.verdict == Verdict::Unexplained && made_from != Some(MadeFrom::Neither) {
        diagnosis.check_next.push("Check that the base string belongs to this request.".to_string());
    }
    Ok(diagnosis)
}

/// Whether the signature of a request was made from a base string, with the right key.
fn is_made_from(context: &Context<'_>, signed: &Signed, base_string: &[u8]) -> bool {
    let raw = signed.get(b"oauth_signature").map_or("", |signature| &signature.raw);
    let bytes = signature::read(raw).bytes.unwrap_or_default();
    let target = match (Hash::of_length(bytes.len()), opened(context.secrets, &bytes)) {
        (Some(hash), _) => Target::Hmac { text: raw.as_bytes(), hash, digest: bytes, form: DigestForm::Bytes },
        (None, Ok((hash, digest, _))) => Target::Digest(hash, digest),
        _ => return false,
    };
    target.is_hit(&[base_string], Finish::AsMade, &Key::new(context.key(&KeyRecipe::default()), Role::Key))
}

/// The protocol parameters of a base string.
fn of_base_string(text: &[u8]) -> Signed {
    let normalized = decode(parts(text).last().copied().unwrap_or_default(), false);
    let parameters = pairs(&normalized).into_iter().map(|raw| Parameter {
        raw: String::new(),
        name: decode(raw.name, false),
        value: decode(raw.value.unwrap_or_default(), false),
    });
    let parameters = parameters.filter(|parameter| parameter.name.starts_with(b"oauth_")).collect();
    Signed { parameters, ..Signed::default() }
}
