//! Every wrong signature and base string of the vectors is named, and every right one is called right.

use std::{collections::BTreeMap, fs, path::PathBuf};

use exh_oauth1::explain::{
    CapturedRequest, Diagnosis, Options, Secrets, Verdict, diagnose, diagnose_base_string, steps,
};
use serde_json::Value;

fn vectors() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

fn text<'a>(row: &'a Value, key: &str) -> Option<&'a str> {
    row.get(key).and_then(Value::as_str)
}

fn request(row: &Value, header: &str) -> CapturedRequest {
    let request = CapturedRequest::new(text(row, "method").unwrap(), text(row, "uri").unwrap()).authorization(header);
    match text(row, "form") {
        Some(form) => request.form(form),
        None => request,
    }
}

#[cfg(feature = "rsa")]
fn with_key(secrets: Secrets, row: &Value) -> Secrets {
    use exh_oauth1::rsa::PrivateKey;
    let Some(file) = text(row, "rsa_private_key") else {
        return secrets;
    };
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/keys").join(file);
    let pem = fs::read_to_string(path).unwrap();
    // Published keys are from a time of shorter ones.
    let key = PrivateKey::from_pem_with_minimum(&pem, 1024).unwrap();
    secrets.public_key(key.public_key())
}

#[cfg(not(feature = "rsa"))]
fn with_key(secrets: Secrets, _: &Value) -> Secrets {
    secrets
}

/// Whether the row needs a feature that is not there.
fn is_beyond(row: &Value) -> bool {
    let method = text(row, "signature_method").unwrap_or_default();
    cfg!(not(feature = "rsa")) && method.starts_with("RSA-")
}

/// The header of a row with another signature in the place of the right one.
fn refused_header(row: &Value, signature: &str) -> String {
    let right = text(row, "authorization").unwrap();
    let encode = |text: &str| exh_oauth1::oauth1::percent::encode(text).to_string();
    let (start, rest) = right.split_once("oauth_signature=\"").unwrap();
    let (_, end) = rest.split_once('"').unwrap();
    format!("{start}oauth_signature=\"{}\"{end}", encode(signature))
}

/// All mistakes of the first answer, those of its group among them.
fn sets(diagnosis: &Diagnosis) -> Vec<Vec<&'static str>> {
    let ids = |found: &Vec<exh_oauth1::explain::Found>| {
        let mut ids: Vec<_> = found.iter().map(|found| found.mistake.id).collect();
        ids.sort_unstable();
        ids
    };
    diagnosis
        .explanations
        .iter()
        .take(1)
        .flat_map(|explanation| {
            let mut sets = vec![ids(&explanation.mistakes)];
            sets.extend(explanation.alternatives.iter().map(ids));
            sets
        })
        .collect()
}

#[test]
fn wrong_signatures_of_libraries_are_named() {
    // What else than the causes is wrong in a row that shows more than it says.
    let more: BTreeMap<&str, &str> = BTreeMap::from([("wrong-signatures-python-oauth2-2", "sorted-before-encoding")]);
    let causes = BTreeMap::from([
        ("empty path not given a slash", "path-empty"),
        ("value decoded twice", "values-decoded-twice"),
        ("host not lower-cased", "host-case-kept"),
        ("protocol parameter value not percent-encoded", "protocol-values-not-encoded"),
        ("parameter value not percent-encoded", "values-not-encoded"),
        ("same name in query and body merged into one", "duplicates-query-form-form-kept"),
        ("+ not read as a space", "plus-kept"),
        ("name encoded twice", "names-encoded-twice"),
        ("default port kept", "port-kept"),
        ("duplicate names renamed name[0], name[1]", "duplicates-numbered"),
        ("parameter name not percent-encoded", "names-never-encoded"),
        ("query left in base string URI", "query-in-uri"),
        ("secrets not percent-encoded", "secrets-not-encoded"),
        ("form body parameters dropped", "form-left-out"),
        ("form body parameters dropped (the URL has a query)", "form-left-out"),
        ("duplicate names collapsed", "duplicates-first-kept"),
    ]);
    let (_, file) = vectors().into_iter().find(|(name, _)| name == "wrong-signatures").unwrap();
    let rows = file["tests"].as_array().unwrap();
    assert_eq!(file["numberOfTests"], rows.len());
    for row in rows {
        let id = text(row, "id").unwrap();
        if is_beyond(row) {
            continue;
        }
        let secret = |who: &str| row.get(who).and_then(|who| text(who, "secret"));
        let mut secrets = Secrets::new(secret("client").unwrap());
        if let Some(token) = secret("token") {
            secrets = secrets.token(token);
        }
        let secrets = with_key(secrets, row);
        let mut expected: Vec<_> = row["causes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cause| causes[cause.as_str().unwrap()])
            .chain(more.get(id).copied())
            .collect();
        expected.sort_unstable();
        let both = ["protocol-values-not-encoded", "values-not-encoded"];
        if both.iter().all(|id| expected.contains(id)) {
            expected.retain(|id| !both.contains(id));
            expected.push("no-value-encoded");
            expected.sort_unstable();
        }
        let header = text(row, "authorization").unwrap();
        let diagnosis = diagnose(&request(row, header), &secrets, &Options::default());
        let found = sets(&diagnosis);
        assert!(found.contains(&expected), "{id}: {expected:?} not in {found:?}");
        assert_eq!(diagnosis.base_string.as_deref(), text(row, "base_string"), "{id}");
        let emitted = text(row, "emitted_base_string").unwrap();
        let explanation = &diagnosis.explanations[0];
        let proven = explanation.base_string.as_deref().or(diagnosis.base_string.as_deref());
        assert_eq!(proven, Some(emitted), "{id}");

        let compared = diagnose_base_string(&request(row, header), &secrets, emitted, &Options::default());
        if emitted == text(row, "base_string").unwrap() {
            assert_eq!(compared.difference, None, "{id}");
        } else {
            assert!(sets(&compared).contains(&expected), "{id}");
        }
    }
}

/// The mistakes of the rows that show a refused signature or base string; none where nothing explains it.
fn refused(id: &str) -> Option<&'static [&'static str]> {
    Some(match id {
        "ddo-oauth-1.0a-multi-values-both" => &["duplicates-query-form-form-kept"],
        "exh-javascript-sdk-501"
        | "exh-javascript-sdk-502"
        | "exh-javascript-sdk-503"
        | "exh-javascript-sdk-504"
        | "exh-javascript-sdk-505"
        | "exh-javascript-sdk-506" => &["brackets-qs"],
        "exh-javascript-sdk-507" => &["object-methods-dropped"],
        "exh-javascript-sdk-508" => &["empty-names-dropped"],
        "exh-javascript-sdk-509" => &["not-utf-8-not-decoded"],
        "exh-javascript-sdk-510" => &["signature-signed"],
        "exh-javascript-sdk-511" => &["thousand-parameters"],
        "league-oauth1-client-hmac-nested" | "league-oauth1-client-rsa-nested" => &["names-not-encoded"],
        "mastercard-header-percent-path" | "mastercard-header-encoded-params" | "mastercard-header-encoded-colon" => {
            &["protocol-values-not-encoded"]
        }
        "mastercard-header-raw-colon" => &["no-value-encoded"],
        "mastercard-java-base-encoded" => &["path-slash-dropped"],
        "mastercard-java-base-raw" => &["path-slash-dropped", "values-not-encoded"],
        "oauth-wiki-9-1-1-4-early" | "rfc5849-3-4-1-3-1-dummy-signature" => return None,
        // The RFC's own misprint: its signature belongs to GET, while the example is a POST.
        "rfc5849-3-1-signature" => &["method-other"],
        "python-oauth2-utf8-path" => &["path-decoded"],
        "bettiolo-oauth-signature-js-norm-sharp-s" | "python-oauth2-norm-multi" => &["sorted-before-encoding"],
        "scribejava-base-port80" | "scribejava-base-port443" => &["header-signature-signed"],
        "scribejava-base-plain" | "scribejava-base-port8080" => &["header-signature-signed", "path-empty"],
        "twitter-x-docs-header-page" => &["host-other"],
        _ => &["path-empty"],
    })
}

#[test]
fn refused_rows_are_named() {
    let options = Options { also_try_hosts: &["https://api.twitter.com/1/statuses/update.json"], ..Options::default() };
    let mut seen = 0;
    for (name, file) in vectors() {
        for row in file["tests"].as_array().unwrap() {
            let Some(refused_value) = row.get("refused") else {
                continue;
            };
            let id = text(row, "id").unwrap();
            if is_beyond(row) {
                continue;
            }
            seen += 1;
            let mut found = Vec::new();
            if let (Some(signature), Some(_)) = (text(refused_value, "signature"), text(row, "authorization")) {
                let mut secrets = Secrets::new(text(row, "client_secret").unwrap_or_default());
                if let Some(token) = text(row, "token_secret") {
                    secrets = secrets.token(token);
                }
                let secrets = with_key(secrets, row);
                let header = refused_header(row, signature);
                let diagnosis = diagnose(&request(row, &header), &secrets, &options);
                found.push(("signature", diagnosis));
            }
            if let Some(base_string) = text(refused_value, "base_string") {
                let header = protocol_header(row);
                let diagnosis =
                    diagnose_base_string(&request(row, &header), &Secrets::default(), base_string, &options);
                found.push(("base string", diagnosis));
            }
            assert!(!found.is_empty(), "{name}#{id}");
            for (what, diagnosis) in &found {
                let sets = sets(diagnosis);
                match refused(id) {
                    Some(expected) => assert!(
                        sets.contains(&expected.to_vec()),
                        "{name}#{id} {what}: {expected:?} not in {sets:?}, {:?}",
                        diagnosis.difference
                    ),
                    None => assert_eq!(diagnosis.verdict, Verdict::Unexplained, "{name}#{id} {sets:?}"),
                }
            }
        }
    }
    // One of the rows has an RSA key.
    let least = if cfg!(feature = "rsa") { 40 } else { 39 };
    assert!(seen >= least, "{seen}");
}

/// A header of a row's protocol parameters, with the signature that `scribejava` prints.
fn protocol_header(row: &Value) -> String {
    let encode = |text: &str| exh_oauth1::oauth1::percent::encode(text).to_string();
    let mut header = "OAuth oauth_signature=\"OAuth-Signature\"".to_string();
    let list = row.get("protocol_parameters").and_then(Value::as_array);
    for pair in list.into_iter().flatten() {
        let part = |index: usize| encode(pair[index].as_str().unwrap());
        header += &format!(", {}=\"{}\"", part(0), part(1));
    }
    header
}

#[test]
fn right_headers_are_never_called_wrong() {
    let mut seen = 0;
    for (name, file) in vectors() {
        for row in file["tests"].as_array().unwrap() {
            let id = text(row, "id").unwrap();
            let header = match text(row, "authorization") {
                Some(header) if name != "wrong-signatures" && !is_beyond(row) => header,
                _ => continue,
            };
            if text(row, "signature").is_none() || text(row, "through") == Some("step") {
                continue;
            }
            let mut secrets = Secrets::new(text(row, "client_secret").unwrap_or_default());
            if let Some(token) = text(row, "token_secret") {
                secrets = secrets.token(token);
            }
            let secrets = with_key(secrets, row);
            let diagnosis = diagnose(&request(row, header), &secrets, &Options::default());
            if text(row, "through") == Some("verification") {
                // Their signatures are right, while their headers are not what a signer makes.
                let ids = sets(&diagnosis);
                assert_ne!(diagnosis.verdict, Verdict::Unexplained, "{name}#{id} {ids:?}");
                continue;
            }
            seen += 1;
            assert_eq!(diagnosis.verdict, Verdict::Right, "{name}#{id} {:?} {:?}", sets(&diagnosis), diagnosis.notes);
            let steps = steps(&request(row, header), &secrets).unwrap();
            for (key, value) in [("base_string_uri", &steps.base_string_uri), ("base_string", &steps.base_string)] {
                // A secret that occurs in the request is hidden.
                if let Some(expected) = text(row, key).filter(|_| !value.contains("[secret]")) {
                    assert_eq!(value, expected, "{name}#{id}");
                }
            }
        }
    }
    assert!(seen >= 1000, "{seen}");
}
