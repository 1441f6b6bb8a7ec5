//! Every row of `vectors/`, stage by stage, so that the first difference names the wrong step.
//!
//! `cargo test --test signer vectors -- --nocapture` prints how many rows ran.

use std::{collections::BTreeMap, path::Path};

use exh_oauth1::{
    Authorization, Credentials, ParseError, Request, SignatureMethod, Signer, VerifyError, oauth1::percent,
};
use serde::Deserialize;

use crate::support::vectors::{self, Outcome, Row, Through};

/// A stage with a different result.
struct Difference {
    stage: &'static str,
    expected: String,
    found: String,
}

type Checked = Result<(), Difference>;

fn same(stage: &'static str, found: &str, expected: Option<&String>) -> Checked {
    match expected {
        Some(expected) if expected != found => {
            Err(Difference { stage, expected: expected.clone(), found: found.to_owned() })
        }
        _ => Ok(()),
    }
}

fn holds(
    stage: &'static str,
    found: impl std::fmt::Debug + PartialEq,
    expected: impl std::fmt::Debug + PartialEq,
) -> Checked {
    let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
    same(stage, &found, Some(&expected))
}

#[test]
fn each_vector_holds() {
    let files = vectors::requests();
    let mut counts: BTreeMap<Through, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for file in &files {
        for row in &file.tests {
            *counts.entry(row.through).or_default() += 1;
            if let Err(Difference { stage, expected, found }) = run(row) {
                let Row { id, comment, .. } = row;
                failures.push(format!(
                    "{}#{id} {comment}\n  {stage}\n    expected {expected}\n    found    {found}",
                    file.name
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let rows = files.iter().flat_map(|file| &file.tests);
    let invalid = rows.filter(|row| row.result == Outcome::Invalid).count();
    let count = |through| counts.get(&through).copied().unwrap_or_default();
    println!(
        "{} vectors from {} files: {} through signing, {} through verification, {} through a single step; \
         {invalid} of them with a published signature that is wrong",
        counts.values().sum::<usize>(),
        files.len(),
        count(Through::Signing),
        count(Through::Verification),
        count(Through::Step),
    );
}

fn run(row: &Row) -> Checked {
    stages(row)?;
    match row.through {
        Through::Signing => signing(row),
        Through::Verification => verification(row, &row.authorization.clone().unwrap_or_default()),
        Through::Step => step(row),
    }
}

fn request(row: &Row) -> Option<Request> {
    let request = Request::new(row.method.as_deref()?, row.uri.as_deref()?).unwrap();
    Some(match &row.form {
        Some(form) => request.form(form).unwrap(),
        None => request,
    })
}

/// The stages that depend on the request and the protocol parameters, but not on a key.
fn stages(row: &Row) -> Checked {
    let Some(request) = request(row) else {
        return Ok(());
    };
    let protocol = || row.protocol_parameters.iter().map(|(name, value)| (name, value));
    same("base string URI", request.base_string_uri(), row.base_string_uri.as_ref())?;
    same("normalized parameters", &request.normalized_parameters(protocol()), row.normalized_parameters.as_ref())?;
    let base_string = request.base_string(protocol());
    same("base string", &base_string, row.base_string.as_ref())?;
    let Some(refused) = &row.refused else {
        return Ok(());
    };
    assert!(!refused.cause.is_empty(), "{}: a refused value needs its cause", row.id);
    holds("rejection of the published base string", refused.base_string.as_ref() == Some(&base_string), false)
}

/// A signer with the row's secrets.
fn signer(row: &Row) -> Signer {
    let client = row.claim("oauth_consumer_key").unwrap_or_default();
    let secret = row.client_secret.as_deref().unwrap_or_default();
    let mut signer = Signer::new(Credentials::new(client, secret));
    let token = row.claim("oauth_token");
    if token.is_some() || row.token_secret.is_some() {
        // Without an identifier only the secret is used.
        let secret = row.token_secret.as_deref().unwrap_or_default();
        signer = signer.token(Credentials::new(token.unwrap_or_default(), secret));
    }
    if row.claim("oauth_version").is_none() {
        signer = signer.without_version();
    }
    if let Some(realm) = &row.realm {
        signer = signer.realm(realm).unwrap();
    }
    for (name, value) in row.extra() {
        signer = signer.parameter(name, value).unwrap();
    }
    signer
}

/// A signer with the row's key, if the row has one and the features allow it.
fn keyed(row: &Row) -> Option<Signer> {
    let method = SignatureMethod::from_name(row.signature_method.as_deref()?)?;
    if let Some(name) = &row.rsa_private_key {
        return with_rsa(row, method, &Path::new("vectors/keys").join(name));
    }
    row.client_secret.as_ref()?;
    match method {
        SignatureMethod::HmacSha1 => Some(signer(row)),
        #[cfg(feature = "sha2")]
        SignatureMethod::HmacSha256 => Some(signer(row).hmac_sha256()),
        #[cfg(feature = "sha2")]
        SignatureMethod::HmacSha512 => Some(signer(row).hmac_sha512()),
        SignatureMethod::Plaintext => Some(signer(row).plaintext()),
        _ => None,
    }
}

fn with_rsa(row: &Row, method: SignatureMethod, path: &Path) -> Option<Signer> {
    let pem = std::fs::read_to_string(path).unwrap();
    #[cfg(feature = "rsa")]
    {
        // Some published keys are shorter than the minimum.
        let key = exh_oauth1::rsa::PrivateKey::from_pem_with_minimum(&pem, 1024).unwrap();
        match method {
            SignatureMethod::RsaSha1 => Some(signer(row).rsa_sha1(key)),
            SignatureMethod::RsaSha256 => Some(signer(row).rsa_sha256(key)),
            SignatureMethod::RsaSha512 => Some(signer(row).rsa_sha512(key)),
            _ => None,
        }
    }
    #[cfg(not(feature = "rsa"))]
    {
        let _ = (row, method, pem);
        None
    }
}

fn signing(row: &Row) -> Checked {
    let request = request(row).unwrap();
    let timestamp = row.claim("oauth_timestamp").unwrap().parse().unwrap();
    let nonce = row.claim("oauth_nonce").unwrap();
    external(row, &request, timestamp, nonce)?;
    let Some(signer) = keyed(row) else {
        return Ok(());
    };
    same("base string of the signer", &signer.base_string(&request, timestamp, nonce), row.base_string.as_ref())?;
    let authorization = signer.sign(&request, timestamp, nonce);
    same("signature", &authorization.signature(), row.signature.as_ref())?;
    same("authorization", authorization.as_str(), row.authorization.as_ref())?;
    verification(row, authorization.as_str())
}

/// A key that is held elsewhere, which returns the published signature.
fn external(row: &Row, request: &Request, timestamp: u64, nonce: &str) -> Checked {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let method = SignatureMethod::from_name(row.signature_method.as_deref().unwrap()).unwrap();
    if method == SignatureMethod::Plaintext {
        return Ok(());
    }
    let external = signer(row).external(method);
    let base_string = external.base_string(request, timestamp, nonce);
    same("base string for an external key", &base_string, row.base_string.as_ref())?;
    let signature = STANDARD.decode(row.signature.as_ref().unwrap()).unwrap();
    let authorization = external.authorization(request, timestamp, nonce, &signature);
    same("authorization with an external signature", authorization.as_str(), row.authorization.as_ref())
}

/// Whether the query or form has a protocol parameter, which may be signed and is refused (RFC 5849 §3.5).
fn has_second_place(row: &Row) -> bool {
    let query = row.uri.as_deref().and_then(|uri| uri.split_once('?'));
    let query = query.map(|(_, query)| query);
    let form = row.form.as_deref();
    [query, form].into_iter().flatten().any(|source| {
        let mut pairs = source.split('&');
        pairs.any(|pair| pair.replace("%5F", "_").starts_with("oauth_"))
    })
}

fn verification(row: &Row, header: &str) -> Checked {
    let request = request(row).unwrap();
    let signer = keyed(row).unwrap();
    let parsed = Authorization::parse(header);
    if row.has_flag("not-rfc-version") {
        return holds("version", parsed.err(), Some(ParseError::Version));
    }
    let parsed = parsed.map_err(|error| Difference {
        stage: "parsing the header",
        expected: header.to_owned(),
        found: error.to_string(),
    })?;
    same("header, parsed and printed", parsed.as_str(), Some(&header.to_owned()))?;
    same("realm", &parsed.realm().unwrap_or_default(), Some(&row.realm.clone().unwrap_or_default()))?;
    let verdict = signer.verify(&request, &parsed);
    if has_second_place(row) {
        let is_malformed = matches!(verdict, Err(VerifyError::Malformed(_)));
        return holds("rejection of a second place", is_malformed, true);
    }
    holds("verification", verdict, Ok::<_, VerifyError>(()))?;
    let Some(wrong) = row.refused.as_ref().and_then(|refused| refused.signature.as_ref()) else {
        return Ok(());
    };
    let encode = |text| percent::encode(text).to_string();
    let wrong = header.replace(&encode(row.signature.as_ref().unwrap()), &encode(wrong));
    let refused = Authorization::parse(&wrong).map(|parsed| signer.verify(&request, &parsed));
    holds("rejection of the published signature", refused, Ok::<_, ParseError>(Err::<(), _>(VerifyError::Signature)))
}

fn step(row: &Row) -> Checked {
    let Some(signer) = keyed(row) else {
        return Ok(());
    };
    let signature = signer.signature(row.base_string.as_deref().unwrap_or_default());
    same("signature of the base string", &signature, row.signature.as_ref())?;
    let wrong = row.refused.as_ref().and_then(|refused| refused.signature.as_ref());
    holds("rejection of the published signature", wrong == Some(&signature), false)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Encoding {
    id: String,
    input: Option<String>,
    input_octets: Option<String>,
    output: String,
    source: String,
}

#[test]
fn each_value_is_percent_encoded() {
    let file = vectors::read(Path::new("vectors/percent-encoding.json"), |_: &Encoding| &[]);
    for row in &file.tests {
        let Encoding { id, source, .. } = row;
        let input = row.input.clone().map(String::into_bytes).unwrap_or_else(|| {
            let digits = row.input_octets.as_deref().unwrap();
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
        });
        let output = percent::encode(&input).to_string();
        assert_eq!(output, row.output, "{id} ({source})");
        assert_eq!(percent::decode(&output).as_deref(), Ok(input.as_slice()), "{id} ({source})");
    }
}
