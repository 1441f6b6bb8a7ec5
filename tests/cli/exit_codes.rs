//! The exit codes of the program, one run for each cell of the table: 0 for 2xx, 1 no usable response, 2 wrong usage or
//! configuration, 3 redirect, 4 for 4xx, 5 for 5xx.

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use crate::support::canned::{Behavior, Server};

/// Secrets that no output may hold, whatever happens.
const CONSUMER_SECRET: &str = "c&s=secret%20+/ü";
const TOKEN_SECRET: &str = "t0k&n=secret%20+/ü";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    command.env_clear().stdin(Stdio::null());
    command
}

fn program_with_credentials() -> Command {
    let mut command = program();
    command
        .env("API_OAUTH_CONSUMER_KEY", "key")
        .env("API_OAUTH_CONSUMER_SECRET", CONSUMER_SECRET)
        .env("API_OAUTH_TOKEN", "token")
        .env("API_OAUTH_TOKEN_SECRET", TOKEN_SECRET);
    command
}

/// Checks exit code and standard output, that standard error has all the words, and that neither has a secret.
#[track_caller]
fn check(name: &str, output: &Output, code: i32, stdout: &str, words: &[&str]) {
    let out = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{name}: {out}{errors}");
    assert_eq!(out, stdout, "{name}: standard output; standard error is {errors}");
    for word in words {
        assert!(errors.contains(word), "{name}: {word:?} is not in {errors}");
    }
    for secret in [CONSUMER_SECRET, TOKEN_SECRET] {
        assert!(!out.contains(secret) && !errors.contains(secret), "{name}: a secret was printed");
    }
    assert!(!errors.contains("panicked"), "{name}: {errors}");
}

/// A name, what the server sends, the exit code, standard output, and words of standard error.
type Response = (&'static str, &'static [u8], i32, &'static str, &'static [&'static str]);

/// Responses to `me`, and the outcome of each.
const RESPONSE: &[Response] = &[
    ("a user", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}", 0, "{\"id\":\"1\"}", &[]),
    ("a user of unknown length", b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}", 0, "{\"id\":\"1\"}", &[]),
    ("200 with no body", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1, "", &["empty"]),
    (
        "200 with JSON that is not a user",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        1,
        "[]",
        &["users/v1/me", "200"],
    ),
    ("200 with HTML", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", 1, "<html>", &["users/v1/me", "200"]),
    ("204", b"HTTP/1.1 204 No Content\r\n\r\n", 1, "", &["empty", "204"]),
    (
        "301",
        b"HTTP/1.1 301 x\r\nLocation: https://other.example/x\r\nContent-Length: 5\r\n\r\nmoved",
        3,
        "moved",
        &["301", "https://other.example/x"],
    ),
    ("302 with no Location", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 3, "", &["302"]),
    ("304", b"HTTP/1.1 304 Not Modified\r\n\r\n", 3, "", &["304"]),
    ("401 with code 104", b"HTTP/1.1 401 x\r\nContent-Length: 12\r\n\r\n{\"code\":104}", 4, "{\"code\":104}", &["104"]),
    (
        "401 with code 107",
        b"HTTP/1.1 401 x\r\nContent-Length: 12\r\n\r\n{\"code\":107}",
        4,
        "{\"code\":107}",
        &["107", "API_OAUTH_CONSUMER_KEY"],
    ),
    (
        "401 with code 108",
        b"HTTP/1.1 401 x\r\nContent-Length: 12\r\n\r\n{\"code\":108}",
        4,
        "{\"code\":108}",
        &["108", "API_OAUTH_TOKEN"],
    ),
    (
        "401 with code 109",
        b"HTTP/1.1 401 x\r\nContent-Length: 12\r\n\r\n{\"code\":109}",
        4,
        "{\"code\":109}",
        &["109", "secret"],
    ),
    ("401 with code 110", b"HTTP/1.1 401 x\r\nContent-Length: 12\r\n\r\n{\"code\":110}", 4, "{\"code\":110}", &["110"]),
    ("404", b"HTTP/1.1 404 x\r\nContent-Length: 11\r\n\r\n{\"code\":16}", 4, "{\"code\":16}", &["404"]),
    (
        "500 with HTML",
        b"HTTP/1.1 500 x\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        5,
        "<html>",
        &["500"],
    ),
    ("503 with no body", b"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", 5, "", &["503"]),
    ("a body cut off", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", 1, "", &["http://127.0.0.1:"]),
    ("a body too large", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{", 1, "", &["http://127.0.0.1:"]),
    ("not HTTP at all", b"SSH-2.0-OpenSSH_9.9\r\n\r\n", 1, "", &["http://127.0.0.1:"]),
    ("nothing", b"", 1, "", &["http://127.0.0.1:"]),
];

#[test]
fn each_response_has_its_exit_code() {
    for &(name, bytes, code, stdout, words) in RESPONSE {
        let server = Server::start(Behavior::Response(bytes));
        let output = program_with_credentials().env("API_HOST", server.address.to_string()).output().unwrap();
        // A host with a port and without a scheme is https, except on loopback.
        check(name, &output, code, stdout, words);
    }
}

#[test]
fn any_2xx_is_a_response_to_get() {
    for &(bytes, code, stdout) in &[
        (b"HTTP/1.1 204 No Content\r\n\r\n".as_slice(), 0, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 0, "[]"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x00\x01\r\n", 0, "\0\x01\r\n"),
        (b"HTTP/1.1 404 x\r\nContent-Length: 2\r\n\r\n{}", 4, "{}"),
    ] {
        let server = Server::start(Behavior::Response(bytes));
        let output = program_with_credentials()
            .env("API_HOST", format!("http://{}", server.address))
            .args(["get", "/users/v1/?limit(5)"])
            .output()
            .unwrap();
        check("get", &output, code, stdout, &[]);
    }
}

#[test]
fn a_body_without_end_is_bounded() {
    let server = Server::start(Behavior::Endless(b"HTTP/1.1 200 OK\r\n\r\n"));
    let output = program_with_credentials().env("API_HOST", server.address.to_string()).output().unwrap();
    check("endless", &output, 1, "", &["67108864 bytes"]);
}

#[test]
fn silence_ends_with_the_timeout() {
    let server = Server::start(Behavior::Silent);
    let output = program_with_credentials()
        .env("API_HOST", server.address.to_string())
        .args(["me", "--timeout", "0.2"])
        .output()
        .unwrap();
    check("silent", &output, 1, "", &["timed out", "http://127.0.0.1:"]);
}

#[test]
fn an_address_that_refuses_connections_is_named() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for (host, words) in [
        (closed.to_string(), ["refused", closed.to_string().as_str()].map(str::to_owned)),
        ("no-such-host.invalid".to_owned(), ["name", "api.no-such-host.invalid"].map(str::to_owned)),
    ] {
        let output = program_with_credentials().env("API_HOST", &host).output().unwrap();
        check(&host, &output, 1, "", &words.each_ref().map(String::as_str));
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let output = program_with_credentials().env("API_HOST", "http://dev.example.io").output().unwrap();
    check("http", &output, 2, "", &["API_HOST", "http://", "--allow-http"]);
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let output = program().output().unwrap();
    let names = [
        "API_HOST",
        "API_OAUTH_CONSUMER_KEY",
        "API_OAUTH_CONSUMER_SECRET",
        "API_OAUTH_TOKEN",
        "API_OAUTH_TOKEN_SECRET",
    ];
    check("no variables", &output, 2, "", &names);
    check("no variables", &output, 2, "", &["credentials.txt", "exh-oauth1 login"]);
    let output =
        program_with_credentials().env("API_HOST", "127.0.0.1:1").env_remove("API_OAUTH_TOKEN").output().unwrap();
    check("one variable", &output, 2, "", &["API_OAUTH_TOKEN"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("API_OAUTH_CONSUMER_KEY"));
}

#[test]
fn credentials_files_are_read_or_refused_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    let run = |text: &str| {
        fs::write(&path, text).unwrap();
        program().arg("--credentials").arg(&path).output().unwrap()
    };
    let whole = "API_OAUTH_CONSUMER_KEY=key\n\n# a comment\nAPI_OAUTH_CONSUMER_SECRET=c&s=secret%20+/ü\n\
                 API_OAUTH_TOKEN=token\nAPI_OAUTH_TOKEN_SECRET=t0k&n=secret%20+/ü\n";
    let server = Server::start(Behavior::Response(RESPONSE[0].1));
    let output = run(&format!("API_HOST={}\n{whole}", server.address));
    check("a file", &output, 0, RESPONSE[0].3, &[]);
    check("no = in line 2", &run("API_HOST=127.0.0.1:1\nt0k&n\n"), 2, "", &["line 2"]);
    check(
        "a comment in the same line",
        &run(&format!("API_HOST=127.0.0.1:1 # mine\n{whole}")),
        2,
        "",
        &["API_HOST", "line 1"],
    );
    check("quotes", &run(&format!("API_HOST=\"127.0.0.1:1\n{whole}")), 2, "", &["API_HOST", "quotes"]);
    let output = program().arg("--credentials").arg(folder.path()).output().unwrap();
    check("a folder", &output, 2, "", &[&*folder.path().to_string_lossy()]);
    let missing = folder.path().join("none");
    let output = program().arg("--credentials").arg(&missing).output().unwrap();
    check("no file", &output, 2, "", &[&*missing.to_string_lossy()]);
}

#[test]
fn what_the_sandbox_prints_is_a_credentials_file() {
    let sandbox = crate::support::served::Served::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.env");
    for text in [sandbox.printed.clone(), format!("\u{feff}{}", sandbox.printed.replace('\n', "\r\n"))] {
        fs::write(&path, text).unwrap();
        let output = program().arg("--credentials").arg(&path).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn wrong_usage_is_2() {
    for arguments in [
        ["mee"].as_slice(),
        &["get"],
        &["me", "--timeout", "soon"],
        &["me", "--sandbox", "--host", "x"],
        &["sign", "GET", "http://h/ "],
        &["sign", "G T", "http://h/"],
        &["sign", "GET", "http://h/", "--parameter", "oauth_nonce=1"],
    ] {
        let output = program_with_credentials().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let server = Server::start(Behavior::Response(RESPONSE[0].1));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = program_with_credentials()
        .env("API_HOST", server.address.to_string())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn the_sandbox_inside_responds_and_refuses() {
    let output = program().args(["me", "--sandbox"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let user: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(user["id"].is_string());
    let output = program().args(["get", "/no/such/path", "--sandbox"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("903"));
}
