//! Each known mistake, made alone.

use std::collections::BTreeSet;

use exh_oauth1::explain::{
    CapturedRequest, Diagnosis, Limits, Options, Secrets, Verdict, diagnose, diagnose_base_string, mistakes,
};

use crate::{
    maker::{ENCODERS, PLACES},
    requests::{captured, case, diagnosed, header, maker, rich, secrets, sets, ways},
    secrecy::hides_secrets,
};

/// The mistakes that a header of the naive maker cannot have: each has its own test below, or a row in `found.jsonl`.
const OWN_TESTS: [&str; 62] = [
    "url-hash-in-query",
    "body-hash-other",
    "body-hash-encoded-twice",
    "body-hash-other-hash",
    "body-hash-not-checked",
    "body-hash-with-form",
    "token-still-encoded",
    "signature-digest-as-text",
    "plaintext-with-base-string",
    "hmac-instead-of-plaintext",
    "timestamp-far",
    "plaintext-without-tls",
    "token-in-request-token-step",
    "realm-netsuite",
    "host-address",
    "nonce-once",
    "authorization-repeated",
    "url-typographic",
    "url-scheme-twice",
    "url-path-not-encoded",
    "url-question-mark",
    "url-cut-by-shell",
    "client-other",
    "token-other",
    "token-missing",
    "hmac-instead-of-rsa",
    "uri-not-valid",
    "header-signature-signed",
    "one-secret-not-encoded",
    "client-secret-undefined",
    "value-converted",
    "value-escaped",
    "urlencode-net-lower-case-without-plus",
    "marks-not-encoded-space-as-plus",
    "not-ascii-replaced",
    "path-characters-encoded",
    "path-slash-doubled",
    "path-prefix-added",
    "host-loopback",
    "base-string-with-line-end",
    "ampersand-left-over",
    "base-string-encoded",
    "base-string-in-utf-16",
    "base-string-hashed",
    "signature-python-bytes",
    "signature-base64-twice",
    "rsa-instead-of-hmac",
    "rsa-without-digest-info",
    "body-hash-hex",
    "body-hash-hmac",
    "callback-missing",
    "verifier-missing",
    "value-still-encoded",
    "secret-sent",
    "nonce-empty",
    "ampersands-not-encoded",
    "name-without-equals",
    "parameters-signed-twice",
    "list-not-joined",
    "sorted-naturally",
    "brackets-as-text",
    "protocol-parameters-in-two-places",
];

fn notes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let notes = diagnosis.notes.iter();
    notes.map(|found| found.mistake.id).collect()
}

fn is_named(id: &'static str, way: &'static str) {
    let case = case(way);
    let limits = Limits { mistakes: 1, ..Limits::default() };
    let diagnosis = diagnosed(&case, &header(&case, way), limits);
    let notes = notes(&diagnosis);
    hides_secrets(&case, &diagnosis, way);
    if ["header-value-not-encoded", "timestamp-not-a-number"].contains(&id) {
        assert!(notes.contains(&id), "{id}");
        return;
    }
    assert_eq!(diagnosis.verdict, Verdict::Explained, "{way}");
    let sets = sets(&diagnosis);
    // Where it is signed in seconds, that it is sent in milliseconds is a mistake too.
    let expected = match id {
        "timestamp-signed-in-seconds" => vec!["timestamp-in-milliseconds", id],
        _ => vec![id],
    };
    assert!(sets.contains(&expected), "{way}: {id} not in {sets:?} {notes:?}");
}

#[test]
fn every_mistake_is_named() {
    let mut seen = 0;
    for mistake in mistakes::all() {
        let id = mistake.id;
        if OWN_TESTS.contains(&id) {
            continue;
        }
        for way in ways(id) {
            seen += 1;
            is_named(id, way);
        }
    }
    assert!(seen > 180, "{seen}");
}

/// A wrong encoder is named wherever it was used.
#[test]
fn encoders_are_named_in_each_place() {
    let limits = Limits { mistakes: 1, ..Limits::default() };
    for (id, _) in ENCODERS {
        for (end, _) in PLACES {
            let case = case(id);
            let made = format!("{id}{end}");
            let header = maker(&case, &[&made]).header();
            let diagnosis = diagnosed(&case, &header, limits);
            // In some places an encoder changes nothing, or no more than a mistake that is more specific.
            let is_named = sets(&diagnosis).contains(&vec![id]);
            let is_usual = ["", "-in-parameters"].contains(&end);
            assert_ne!(diagnosis.verdict, Verdict::Unexplained, "{made}");
            if is_usual && diagnosis.verdict != Verdict::Right {
                assert!(is_named, "{made}: {:?}", sets(&diagnosis));
            }
        }
    }
}

#[test]
fn other_identifiers_are_named() {
    let case = rich();
    let header = maker(&case, &[]).header();
    let request = captured(&case, &header);
    for (client, token, id) in
        [("another", Some("the+token!"), "client-other"), ("the client/key", Some("another"), "token-other")]
    {
        let secrets = secrets(&case).identifiers(client, token);
        let diagnosis = diagnose(&request, &secrets, &Options::default());
        assert_eq!(sets(&diagnosis), [[id]]);
    }
}

#[test]
fn a_token_that_is_not_sent_is_named() {
    let mut case = rich();
    case.unset("oauth_token");
    let diagnosis = diagnosed(&case, &maker(&case, &[]).header(), Limits::default());
    assert!(
        sets(&diagnosis).contains(&vec!["token-missing"]) || notes(&diagnosis).contains(&"token-missing"),
        "{:?} {:?}",
        sets(&diagnosis),
        notes(&diagnosis)
    );
}

#[test]
fn a_shared_secret_used_instead_of_an_rsa_key_is_named() {
    let mut case = rich();
    case.set("oauth_signature_method", "RSA-SHA1");
    let diagnosis = diagnosed(&case, &maker(&case, &[]).header(), Limits::default());
    assert_eq!(sets(&diagnosis), [["hmac-instead-of-rsa"]]);
    hides_secrets(&case, &diagnosis, "hmac-instead-of-rsa");
}

#[test]
fn a_uri_that_is_not_valid_is_named() {
    let mut case = rich();
    case.query = "a=%zz".to_string();
    let diagnosis = diagnosed(&case, &maker(&case, &[]).header(), Limits::default());
    assert!(notes(&diagnosis).contains(&"uri-not-valid"), "{diagnosis:?}");
}

/// No signature can be made of itself, but a base string can show one.
#[test]
fn a_header_signature_that_is_signed_is_named() {
    let mut case = rich();
    let header = maker(&case, &[]).header();
    let signature = header.split_once("oauth_signature=\"").unwrap().1.trim_end_matches('"').to_string();
    let decoded = signature.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    case.set("oauth_signature", &decoded);
    let base_string = String::from_utf8(maker(&case, &[]).base_string()).unwrap();
    let request = captured(&case, &header);
    let diagnosis = diagnose_base_string(&request, &secrets(&case), &base_string, &Options::default());
    assert_eq!(sets(&diagnosis), [["header-signature-signed"]]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let secrets = Secrets::new("s");
    let signed = "OAuth oauth_signature=\"1\"";
    for (method, uri, header, verdict) in [
        ("GET", "http://h/", "Basic eDp5", Verdict::NotSigned),
        ("GET", "http://h/", "OAuth oauth_nonce=\"1\"", Verdict::NotSigned),
        ("GET", "/users/v1/me", signed, Verdict::Unreadable),
        ("G T", "http://h/", signed, Verdict::Unreadable),
    ] {
        let request = CapturedRequest::new(method, uri).authorization(header);
        let diagnosis = diagnose(&request, &secrets, &Options::default());
        assert_eq!(diagnosis.verdict, verdict, "{method} {uri} {header}");
        assert!(!diagnosis.check_next.is_empty());
    }
}

#[test]
fn entries_of_the_catalogue_are_whole() {
    let mut seen = BTreeSet::new();
    let is_kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    for mistake in mistakes::all() {
        let id = mistake.id;
        assert!(seen.insert(id), "{id} is there twice");
        assert!(id.bytes().all(is_kebab), "{id}");
        assert!(mistake.sentence.ends_with('.') && mistake.fix.ends_with('.'), "{id}");
        assert!(mistake.section.starts_with("RFC "), "{id}");
    }
}
