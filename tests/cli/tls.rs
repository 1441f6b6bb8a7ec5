//! TLS with a real server: unknown CAs are rejected, and a file adds CA certificates to the built-in ones.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use crate::support::{
    recorder,
    tls::{self, server},
};

fn call(host: &str, prepare: impl FnOnce(&mut Command) -> &mut Command) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    command
        .env_clear()
        .env("API_HOST", host)
        .env("API_OAUTH_CONSUMER_KEY", "key")
        .env("API_OAUTH_CONSUMER_SECRET", "first secret")
        .env("API_OAUTH_TOKEN", "token")
        .env("API_OAUTH_TOKEN_SECRET", "second secret");
    prepare(&mut command).output().unwrap()
}

/// The exit code and standard error, which must not have a secret.
#[track_caller]
fn refused(output: &Output, code: i32, words: &[&str]) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    for word in words {
        assert!(errors.contains(word), "{word:?} is not in {errors}");
    }
    assert!(!errors.contains(" secret\n") && !errors.contains("first secret"), "{errors}");
    assert!(output.stdout.is_empty());
}

#[test]
fn an_unknown_root_is_refused_until_it_is_added() {
    let (address, pem) = server(&["localhost"], 3);
    let host = format!("https://localhost:{}", address.port());
    refused(&call(&host, |command| command), 1, &["localhost", "certificate", "--ca-file"]);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs::write(&path, pem).unwrap();
    for output in [
        call(&host, |command| command.arg("--ca-file").arg(&path)),
        call(&host, |command| command.env("SSL_CERT_FILE", &path)),
    ] {
        assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"id\":\"1\"}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let (address, pem) = server(&["example.com"], 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs::write(&path, pem).unwrap();
    let host = format!("https://localhost:{}", address.port());
    refused(&call(&host, |command| command.arg("--ca-file").arg(&path)), 1, &["localhost", "certificate"]);
}

#[test]
fn the_certificate_is_for_the_name_whatever_its_address() {
    for (names, code) in [(["api.example.invalid"], 0), (["localhost"], 1)] {
        let (address, pem) = server(&names, 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        fs::write(&path, pem).unwrap();
        let host = format!("https://api.example.invalid:{}", address.port());
        let output = call(&host, |command| {
            let command = command.arg("--ca-file").arg(&path);
            command.args(["--resolve", "api.example.invalid:127.0.0.1"])
        });
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }
}

/// Anyone who can change an unencrypted `Date` could obtain signatures for the future.
#[test]
fn only_a_date_over_tls_corrects_the_clock() {
    let ahead = SystemTime::now() + Duration::from_secs(3600);
    let date = format!("Date: {}\r\nContent-", httpdate::fmt_http_date(ahead));
    let rejected = recorder::json(401, "{\"code\":109}").replacen("Content-", &date, 1);
    let resolve = ["--resolve", "api.example.invalid:127.0.0.1"];

    let responses = vec![rejected.clone(), recorder::json(200, "{\"id\":\"1\"}")];
    let (address, pem) = tls::responding(&["api.example.invalid"], responses);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs::write(&path, pem).unwrap();
    let host = format!("https://api.example.invalid:{}", address.port());
    let output = call(&host, |command| command.args(resolve).arg("--ca-file").arg(&path));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("s behind the server's, which the signature uses"), "{errors}");

    let api = recorder::Recorder::start(move |_| rejected.clone());
    let host = api.url().replace("127.0.0.1", "api.example.invalid");
    let output = call(&host, |command| command.args(resolve).arg("--allow-http"));
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("set this machine's clock, which is 3"), "{errors}");
    assert_eq!(api.requests().len(), 1);
}

#[test]
fn a_file_that_holds_no_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let broken = "# a comment\n-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    for path in [file("empty", ""), file("broken", broken), folder.path().join("missing")] {
        let output = call("https://localhost:1", |command| command.arg("--ca-file").arg(&path));
        refused(&output, 2, &[&*path.to_string_lossy()]);
    }
}
