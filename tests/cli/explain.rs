//! `explain` with refused requests in the forms in which people have them.

use std::{collections::BTreeMap, fs};

use serde::Deserialize;
use serde_json::Value;

use crate::support::program::{Home, finish};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Cases {
    #[expect(dead_code, reason = "for people")]
    source: String,
    number_of_tests: usize,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for people")]
    about: String,
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    input: String,
    exit: i32,
    /// The fields of the JSON, if there is any.
    verdict: Option<String>,
    #[serde(default)]
    causes: Vec<String>,
    #[serde(default)]
    repairs: Vec<String>,
    #[serde(default)]
    guesses: Vec<String>,
    made_from: Option<String>,
    place: Option<String>,
    /// Words of the error.
    #[serde(default)]
    words: Vec<String>,
}

fn ids(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|it| it["id"].as_str().unwrap().to_string()).collect()
}

#[test]
fn refused_requests_are_read_and_explained() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explain/cases.json");
    let cases: Cases = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(cases.tests.len(), cases.number_of_tests);
    let mut wrong = Vec::new();
    for case in &cases.tests {
        let home = Home::new();
        for (name, content) in &case.files {
            fs::write(home.path().join(name), content).unwrap();
        }
        let mut arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
        arguments.push("--json");
        let mut command = home.command(&arguments);
        command.envs(&case.environment);
        let done = finish(command, &case.input);
        let json: Value = serde_json::from_str(&done.out).unwrap_or_default();
        let text = |name: &str| json[name].as_str().map(String::from);
        let found = (
            done.code,
            text("verdict"),
            ids(&json["explanations"][0]["mistakes"]),
            ids(&json["repairs"]),
            ids(&json["guesses"]),
            text("made_from"),
        );
        let expected = (
            Some(case.exit),
            case.verdict.clone(),
            case.causes.clone(),
            case.repairs.clone(),
            case.guesses.clone(),
            case.made_from.clone(),
        );
        if found != expected {
            wrong.push(format!("{}: {found:?}, not {expected:?}: {}", case.name, done.errors));
        }
        if let Some(place) = &case.place {
            assert_eq!(text("place").as_ref(), Some(place), "{}", case.name);
        }
        for word in &case.words {
            let shown = [done.errors.as_str(), &done.out].concat();
            assert!(shown.contains(word), "{}: {shown}", case.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A secret in a place where it does not belong is hidden, also where it is percent-encoded.
#[test]
fn secrets_are_hidden_wherever_they_are() {
    const SECRET: &str = "s3cr3t/K y";
    let once = "s3cr3t%2FK%20y";
    let twice = "s3cr3t%252FK%2520y";
    let url = "https://api.example.com/v1";
    let header = |key: &str, token: &str, method: &str, signature: &str| {
        format!(
            "OAuth oauth_consumer_key=\"{key}\", oauth_token=\"{token}\", oauth_nonce=\"n\", oauth_timestamp=\"1\", \
             oauth_signature_method=\"{method}\", oauth_signature=\"{signature}\""
        )
    };
    let usual = header("key", "token", "HMAC-SHA1", "QUJD");
    let signed = ["GET", url, "--authorization"];
    let with_header = |header: String| [&signed[..], &[&header]].concat().join("\0");
    let base_string = format!("GET&https%3A%2F%2Fapi.example.com%2Fv1&a%3D{twice}%26oauth_consumer_key%3Dkey");
    let command = format!("curl -H 'Authorization: {usual}' -H 'X-Key: {SECRET}' {url}");
    for (place, arguments) in [
        ("oauth_token", with_header(header("key", once, "HMAC-SHA1", "QUJD"))),
        ("oauth_consumer_key", with_header(header(once, "token", "HMAC-SHA1", "QUJD"))),
        ("base string", ["GET", url, "--base-string", &base_string].join("\0")),
        ("URL", ["GET", &format!("{url}?a={once}"), "--authorization", &usual].join("\0")),
        ("body", ["POST", url, "-d", &format!("a={once}"), "--authorization", &usual].join("\0")),
        ("signature of PLAINTEXT", with_header(header("key", "token", "PLAINTEXT", &format!("{twice}%26wrong")))),
        ("header", ["--curl", "-"].join("\0")),
    ] {
        // Without the token's secret no signature is checked, and the other secret is hidden all the same.
        for (end, has_token) in [(None, true), (Some("--json"), true), (None, false), (Some("--json"), false)] {
            let home = Home::new();
            let mut words = vec!["explain"];
            words.extend(arguments.split('\0').chain(end));
            let mut program = home.command(&words);
            program.envs([("API_OAUTH_CONSUMER_KEY", "key"), ("API_OAUTH_CONSUMER_SECRET", SECRET)]);
            if has_token {
                program.envs([("API_OAUTH_TOKEN", "token"), ("API_OAUTH_TOKEN_SECRET", "t0k3n s3cr3t")]);
            }
            let done = finish(program, &command);
            let shown = [done.out, done.errors].concat();
            let is_compared = has_token || place == "base string";
            let code = if is_compared { 4 } else { 2 };
            assert_eq!(done.code, Some(code), "{place}: {shown}");
            for spelling in [SECRET, once, twice, "s3cr3t%2FK+y", "t0k3n"] {
                assert!(!shown.contains(spelling), "{place}: {spelling} in {shown}");
            }
        }
    }
}

#[test]
fn a_pkcs12_key_is_rejected_with_the_command_that_converts_it() {
    let home = Home::new();
    // DER: a sequence, as in RFC 7292 §4.
    fs::write(home.path().join("key.p12"), b"\x30\x82\x05\x00\x02\x01\x03").unwrap();
    let header = "OAuth oauth_consumer_key=\"k\", oauth_signature_method=\"RSA-SHA1\", oauth_signature=\"QUJD\"";
    let words = ["explain", "GET", "https://h/", "--rsa-key", "key.p12", "--authorization", header];
    let done = finish(home.command(&words), "");
    assert_eq!(done.code, Some(2), "{}", done.errors);
    let command = "openssl pkcs12 -in key.p12 -nocerts -nodes -out key.pem";
    assert!(done.errors.contains(command), "{}", done.errors);
}

#[test]
fn input_that_is_not_utf_8_is_rejected_with_what_to_do() {
    let home = Home::new();
    // Windows-1252 has typographic quotes at 0x93 and 0x94.
    fs::write(home.path().join("command.txt"), b"curl \x93https://h/\x94").unwrap();
    let done = finish(home.command(&["explain", "--curl", "command.txt"]), "");
    done.expect(2, &["byte 5", "save it as UTF-8"]);
}

#[test]
fn text_is_narrow_and_without_control_characters() {
    let url = "https://h/?a=%1B[31m&b=\u{1b}[31m&c=\u{202e}&d=a-long-value-that-is-wrapped-as-it-has-no-space-in-it-1234567890";
    let base_string = "GET&https%3A%2F%2Fh%2F&a%3D1%26b%3D%1b";
    let home = Home::new();
    let command = home.command(&["explain", "--no-token", "GET", url, "--base-string", base_string]);
    let text = finish(command, "").out;
    assert!(text.contains("[31m"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text}");
}
