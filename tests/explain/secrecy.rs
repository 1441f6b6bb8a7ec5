//! No answer holds a secret or the key, whatever the cause. The tests of mistakes ask for it, too.

use exh_oauth1::explain::{
    CapturedRequest, Diagnosis, Limits, Mask, Options, Secrets, Verdict, diagnose_base_string, steps,
};

use crate::{
    maker::{self, Case},
    requests::{OTHER_SECRET, captured, diagnosed, maker, mistake_of, rich, secrets, sets},
};

/// Fails where an answer holds a secret or the key, in any spelling.
pub(crate) fn hides_secrets(case: &Case, diagnosis: &Diagnosis, id: &str) {
    let json = serde_json::to_string(diagnosis).unwrap();
    let debug = format!("{:?} {diagnosis:?}", secrets(case));
    holds_none(case, &[id], &[&json, &debug], id);
}

/// Fails where a text holds a secret of the request, or the key that is made with some mistakes.
fn holds_none(case: &Case, mistakes: &[&str], texts: &[&str], label: &str) {
    // The identifier may have been used as the secret, and is none.
    if label.contains("identifier") {
        return;
    }
    let encode = |text: &str| String::from_utf8(maker::encode(text.as_bytes(), maker::RIGHT)).unwrap();
    let key = String::from_utf8_lossy(&maker(case, mistakes).key()).into_owned();
    for secret in [&*case.client_secret, &case.token_secret, OTHER_SECRET, &key] {
        if secret.len() < 4 {
            continue;
        }
        for form in [secret, secret.trim(), &encode(secret), &encode(&encode(secret))] {
            for text in texts {
                assert!(!text.contains(form), "{label}: {form} in {text}");
            }
        }
    }
}

#[test]
fn what_nothing_explains_shows_no_secret() {
    let mut case = rich();
    let header = maker(&case, &[]).header();
    let sent = case.clone();
    case.token_secret = "an0th3r-t0k3n-s3cr3t".to_string();
    let limits = Limits { mistakes: 1, ..Limits::default() };
    let diagnosis = diagnosed(&case, &header, limits);
    assert_eq!(diagnosis.verdict, Verdict::Unexplained);
    hides_secrets(&case, &diagnosis, "unexplained");
    hides_secrets(&sent, &diagnosis, "unexplained");
}

#[test]
fn what_cannot_be_read_shows_no_secret() {
    let case = rich();
    for header in ["Basic eDp5", "OAuth", "OAuth oauth_nonce=\"1\"", ""] {
        let diagnosis = diagnosed(&case, header, Limits::default());
        assert_ne!(diagnosis.verdict, Verdict::Right);
        hides_secrets(&case, &diagnosis, "not signed");
    }
}

#[test]
fn base_strings_and_steps_show_no_secret() {
    let mut case = rich();
    let base_string = String::from_utf8(maker(&case, &["plus-kept"]).base_string()).unwrap();
    let header = maker(&case, &[]).header();
    let request = captured(&case, &header);
    let diagnosis = diagnose_base_string(&request, &secrets(&case), &base_string, &Options::default());
    assert_eq!(sets(&diagnosis), [["plus-kept"]]);
    hides_secrets(&case, &diagnosis, "base string");
    for method in ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "PLAINTEXT", "other"] {
        case.set("oauth_signature_method", method);
        let header = maker(&case, &[]).header();
        let steps = steps(&captured(&case, &header), &secrets(&case)).unwrap();
        let json = serde_json::to_string(&steps).unwrap();
        let debug = format!("{steps:?}");
        holds_none(&case, &[], &[&json, &debug], method);
    }
}

/// The page shows how it read the input, also if the secret of the token is missing.
#[test]
fn pages_show_no_secret() {
    let uri = "https://user:passw0rd@api.example.com/?a=s3cr3t";
    let header = "OAuth oauth_consumer_key=\"key\", oauth_token=\"s3cr3t\", oauth_signature_method=\"HMAC-SHA1\", \
                  oauth_timestamp=\"1\", oauth_nonce=\"n\", oauth_signature=\"QUJD\"";
    for token_secret in [None, Some("t0k3n")] {
        let question = serde_json::json!({
            "text": header, "method": "GET", "url": uri, "client_secret": "s3cr3t", "token_secret": token_secret,
        });
        let shown = exh_oauth1::page::answer_json(&question.to_string(), None);
        let response: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(response["read_as"]["Method"], "GET", "{shown}");
        for secret in ["s3cr3t", "passw0rd", "t0k3n"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[test]
fn plaintext_is_explained_without_being_shown() {
    for id in
        ["secrets-not-encoded", "secrets-swapped", "token-secret-left-out", "client-secret-newline", "nothing", "wrong"]
    {
        let mut case = rich();
        case.set("oauth_signature_method", "PLAINTEXT");
        let header = maker(&case, &[id]).header();
        if id == "wrong" {
            case.client_secret = "an0th3r-cl13nt".to_string();
        }
        let diagnosis = diagnosed(&case, &header, Limits::default());
        let sets = sets(&diagnosis);
        match id {
            "nothing" => assert_eq!(diagnosis.verdict, Verdict::Right),
            "wrong" => {
                assert_eq!(diagnosis.verdict, Verdict::Unexplained);
                assert!(diagnosis.check_next[0].contains("client secret"), "{:?}", diagnosis.check_next);
            }
            _ => assert!(sets.contains(&vec![mistake_of(id)]), "{id} not in {sets:?}"),
        }
        assert_eq!(diagnosis.base_string, None, "{id}");
        hides_secrets(&case, &diagnosis, id);
    }
}

#[test]
fn secrets_are_hidden_in_every_spelling() {
    let secrets = Secrets::new("s3cr/t key").token("t0k en=");
    let request = CapturedRequest::new("GET", "http://user:passw0rd@h/");
    let mask = Mask::new(&request, &secrets, &Options::default());
    for (text, masked) in [
        ("a s3cr/t key b", "a [secret] b"),
        ("x=s3cr%2Ft+key&y", "x=[secret]&y"),
        ("x%3Ds3cr%252Ft%2520key%26y", "x%3D[secret]%26y"),
        ("S3CR%2ft%20KEY and t0k+en%3d", "[secret] and [secret]"),
        ("http://user:passw0rd@h/", "http://user:[secret]@h/"),
        ("s3cr/t", "s3cr/t"),
        ("ü s3cr/t key ü", "ü [secret] ü"),
    ] {
        assert_eq!(mask.text(text), masked, "{text}");
    }
}
