//! No secret, password or code leaves the program: not in output at any verbosity, errors, arguments or child
//! processes, and in no file except the credentials file.
//!
//! There are two exceptions by design: `sign --signature-method PLAINTEXT` prints the secrets (RFC 5849 §3.4.4), and
//! `sandbox` prints its random credentials, or passes them to the command that it runs.
#![cfg(target_os = "linux")]

mod commands;
mod sessions;

use std::{
    fs,
    path::{Path, PathBuf},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::{
    program::{Done, Home, finish},
    recorder::{Recorder, json},
};

const CONSUMER_SECRET: &str = "c0nsumer \"s&cret=1+/ü";
const TOKEN_SECRET: &str = "t0ken s&cret%20=2+/ÿ\\";
const PASSWORD: &str = "p4ssword \"&=3+/ñ\\";
const CODE: &str = "c0de-of-the-second-factor";
const NEW_SECRET: &str = "n3w token secret";

/// Each secret in the encodings in which it could occur.
fn forms(secret: &str) -> Vec<String> {
    let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let in_json = serde_json::to_string(secret).unwrap();
    vec![
        secret.to_owned(),
        utf8_percent_encode(&encoded, NON_ALPHANUMERIC).to_string(),
        encoded,
        in_json[1..in_json.len() - 1].to_owned(),
        secret.escape_debug().to_string(),
        secret.escape_default().to_string(),
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret),
    ]
}

/// The secrets.
struct Secrets(Vec<String>);

impl Secrets {
    fn new(more: &[&str]) -> Self {
        let all = [CONSUMER_SECRET, TOKEN_SECRET, PASSWORD, CODE, NEW_SECRET];
        Self(all.iter().chain(more).flat_map(|secret| forms(secret)).collect())
    }

    #[track_caller]
    fn check(&self, place: &str, text: &str) {
        for secret in &self.0 {
            assert!(!text.contains(secret), "{place}: {secret:?} is in {text:?}");
        }
    }

    #[track_caller]
    fn check_run(&self, home: &Home, place: &str, done: &Done, code: i32) {
        assert_eq!(done.code, Some(code), "{place}: {done:?}");
        assert!(!done.errors.contains("panicked"), "{place}: {done:?}");
        self.check(place, &done.out);
        self.check(place, &done.errors);
        for path in files(home.path()) {
            if path != home.file() && path != home.folder().join("secrets") {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                self.check(&format!("{place}: {}", path.display()), &text);
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

const KEYS: [&str; 4] =
    ["API_OAUTH_CONSUMER_KEY=key", "API_OAUTH_CONSUMER_SECRET=", "API_OAUTH_TOKEN=token", "API_OAUTH_TOKEN_SECRET="];

/// A credentials file for an API, with all five lines.
fn settings(url: &str) -> String {
    let [key, secret, token, token_secret] = KEYS;
    format!("API_HOST={url}\n{key}\n{secret}{CONSUMER_SECRET}\n{token}\n{token_secret}{TOKEN_SECRET}\n")
}

fn without_token(settings: &str) -> String {
    settings.split_inclusive('\n').take(3).collect()
}

fn home(settings: &str) -> Home {
    let home = Home::with(settings);
    fs::write(home.path().join("event.json"), r#"{"data":{}}"#).unwrap();
    fs::write(home.folder().join("other"), "other").unwrap();
    let secrets = [CONSUMER_SECRET, TOKEN_SECRET, PASSWORD].join("\n");
    fs::write(home.folder().join("secrets"), secrets).unwrap();
    home
}
