//! `--as curl`: a shell runs the command, and the test compares and verifies the request that arrives.

#![cfg(unix)]

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
    thread::{self, JoinHandle},
};

use exh_oauth1::{Authorization, Credentials, Request, Signer};

use crate::support::has;

const SECRET: &str = "s&e c=r%e't";

fn has_curl() -> bool {
    has("curl", "the commands for curl")
}

fn program(folder: &Path, host: &str, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
        .env_clear()
        .current_dir(folder)
        .envs([
            ("API_HOST", host),
            ("API_OAUTH_CONSUMER_KEY", "consumer"),
            ("API_OAUTH_CONSUMER_SECRET", SECRET),
            ("API_OAUTH_TOKEN", "token"),
            ("API_OAUTH_TOKEN_SECRET", "x"),
        ])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// Runs a command line from a file, because it may be too long for an argument.
fn shell(folder: &Path, command: &str) -> Output {
    fs::write(folder.join("command.sh"), command).unwrap();
    Command::new("/bin/sh")
        .env_remove("http_proxy")
        .env("HOME", folder)
        .current_dir(folder)
        .arg("command.sh")
        .output()
        .unwrap()
}

fn signer() -> Signer {
    Signer::new(Credentials::new("consumer", SECRET)).token(Credentials::new("token", "x"))
}

#[derive(Debug)]
struct Received {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A server for one request.
fn record() -> (String, JoinHandle<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = Vec::new();
        let mut buffer = [0; 65_536];
        let mut wanted = usize::MAX;
        while read.len() < wanted {
            let count = stream.read(&mut buffer).unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&buffer[..count]);
            let headers = read.windows(4).position(|four| four == b"\r\n\r\n");
            if let (usize::MAX, Some(headers)) = (wanted, headers) {
                let text = String::from_utf8_lossy(&read[..headers]).to_lowercase();
                let length = text.split("content-length: ").nth(1);
                let length = length.map_or(0, |rest| rest.lines().next().unwrap().parse::<usize>().unwrap());
                wanted = headers + 4 + length;
                if text.contains("expect: 100-continue") {
                    stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
                }
            }
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        let headers = read.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = read.split_off(headers + 4);
        let text = String::from_utf8(read).unwrap();
        let mut lines = text.trim_end().lines();
        let mut first = lines.next().unwrap().split(' ');
        Received {
            method: first.next().unwrap().to_owned(),
            target: first.next().unwrap().to_owned(),
            headers: lines
                .map(|line| line.split_once(':').unwrap())
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect(),
            body,
        }
    });
    (origin, thread)
}

/// Prints a command, runs it, and verifies the signature of the request that arrives.
fn through_curl(folder: &Path, arguments: &[&str], input: &[u8]) -> Received {
    let (origin, server) = record();
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.replace("ORIGIN", &origin)).collect();
    let mut arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    arguments.extend(["--as", "curl"]);
    let made = program(folder, &origin, &arguments, input);
    let command = String::from_utf8(made.stdout.clone()).unwrap();
    assert!(made.status.success(), "{arguments:?}: {made:?}");
    assert!(!command.contains(SECRET), "{command}");
    let ran = shell(folder, &command);
    assert!(ran.status.success(), "{command}\n{ran:?}");
    let received = server.join().unwrap();
    let mut request = Request::new(&received.method, &format!("{origin}{}", received.target)).unwrap();
    if received.header("content-type") == Some("application/x-www-form-urlencoded") {
        let body = String::from_utf8(received.body.clone()).unwrap();
        request = request.form(&body).unwrap();
    }
    if let Some(header) = received.header("authorization") {
        let header = Authorization::parse(header).unwrap();
        assert_eq!(signer().verify(&request, &header), Ok(()), "{command}");
    }
    received
}

#[test]
fn a_shell_and_curl_send_the_signed_request() {
    if !has_curl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // Characters with a meaning for a shell, curl or printf.
    let hostile = "@'\"\\$(id) `id` $HOME !! %s %25 \\n *?[a] {b,c} ~ # & ; | < > \u{e9}\u{1f600}";
    let json = format!("{{\"a\":{}}}", serde_json::to_string(hostile).unwrap());
    let all: Vec<u8> = b"--%s'".iter().copied().chain(0..=255).collect();
    let long = "x'%\\".repeat(60_000);
    fs::write(folder.path().join("-"), &all).unwrap();
    fs::write(folder.path().join("a file.json"), &all).unwrap();
    let multipart_value = format!("text={}", &hostile[1..]);
    let query = format!("q={hostile}");
    let form = format!("f={}", &hostile[1..]);
    // The values as RFC 5849 §3.6 encodes them, by Python's urllib.parse.quote(value, safe='-._~').
    let encoded = "%27%22%5C%24%28id%29%20%60id%60%20%24HOME%20%21%21%20%25s%20%2525%20%5Cn%20%2A%3F%5Ba%5D%20%7Bb%2Cc%7D%20~%20%23%20%26%20%3B%20%7C%20%3C%20%3E%20%C3%A9%F0%9F%98%80";
    let encoded_query = format!("/p?q=%40{encoded}");
    let encoded_form = format!("f={encoded}");
    let form_type = "application/x-www-form-urlencoded";
    let json_type = "application/json";
    for (arguments, input, method, target, media_type, body) in [
        (&["get", "/users/v1/me"][..], &b""[..], "GET", "/users/v1/me", None, &b""[..]),
        (&["get", "/u/?eq(a,b)&limit(5)"], b"", "GET", "/u/?eq(a,b)&limit(5)", None, b""),
        (&["get", "/a/../b/./c?x[y]=[1-3]"], b"", "GET", "/a/../b/./c?x[y]=[1-3]", None, b""),
        (&["get", "/p", "-q", &query], b"", "GET", &encoded_query, None, b""),
        (&["post", "/n", "-d", "{\n\t\"a\": 1\n}\n\n"], b"", "POST", "/n", Some(json_type), b"{\n\t\"a\": 1\n}\n\n"),
        (&["head", "/h"], b"", "HEAD", "/h", None, b""),
        (&["delete", "/d"], b"", "DELETE", "/d", None, b""),
        (&["delete", "/d", "-d", "{}"], b"", "DELETE", "/d", Some(json_type), b"{}"),
        (&["get", "/d", "-d", "{}"], b"", "GET", "/d", Some(json_type), b"{}"),
        (&["post", "/e"], b"", "POST", "/e", None, b""),
        (&["put", "/e", "-d", ""], b"", "PUT", "/e", Some(json_type), b""),
        (&["post", "/j", "-d", &json], b"", "POST", "/j", Some(json_type), json.as_bytes()),
        (&["patch", "/j", "-d", "-"], hostile.as_bytes(), "PATCH", "/j", Some(json_type), hostile.as_bytes()),
        (&["put", "/b", "-d", "-"], &all, "PUT", "/b", Some(json_type), &all),
        (&["put", "/b", "-d", "-"], long.as_bytes(), "PUT", "/b", Some(json_type), long.as_bytes()),
        (&["put", "/b", "-d", "@-"], b"", "PUT", "/b", Some(json_type), &all),
        (&["put", "/b", "-d", "@a file.json", "--content-type", "x/y"], b"", "PUT", "/b", Some("x/y"), &all),
        (
            &["post", "/f", "-F", &form, "-F", "e="],
            b"",
            "POST",
            "/f",
            Some(form_type),
            format!("{encoded_form}&e=").as_bytes(),
        ),
        (
            &["post", "/f", "-d", "a=1&a=%40+", "--content-type", form_type],
            b"",
            "POST",
            "/f",
            Some(form_type),
            b"a=1&a=%40+",
        ),
        (&["sign", "get", "ORIGIN/s?b=1&a=%20"], b"", "GET", "/s?b=1&a=%20", None, b""),
        (&["sign", "PUT", "ORIGIN/s", "-F", "a='"], b"", "PUT", "/s", Some(form_type), b"a=%27"),
        (&["sign", "POST", "ORIGIN/s", "--body-hash", "-d", "'\n"], b"", "POST", "/s", Some(json_type), b"'\n"),
    ] {
        let received = through_curl(folder.path(), arguments, input);
        assert_eq!(received.method, method, "{arguments:?}");
        assert_eq!(received.target, target, "{arguments:?}");
        assert_eq!(received.header("content-type"), media_type, "{arguments:?}");
        assert_eq!(received.body, body, "{arguments:?}");
        assert!(received.header("authorization").is_some(), "{arguments:?}");
    }

    let arguments = ["post", "/m", "-F", &multipart_value, "-F", "file=@a file.json"];
    let received = through_curl(folder.path(), &arguments, b"");
    let body = received.body.as_slice();
    let contains = |wanted: &[u8]| body.windows(wanted.len()).any(|window| window == wanted);
    assert!(contains(&hostile.as_bytes()[1..]));
    assert!(contains(
        b"name=\"file\"; filename=\"a file.json\"\r\nContent-Type: application/octet-stream\r\n\r\n--%s'\0"
    ));

    let arguments = ["get", "/h", "-H", "X-A: it's \"$HOME\"", "-H", "X-B:"];
    let received = through_curl(folder.path(), &arguments, b"");
    assert_eq!(received.header("x-a"), Some("it's \"$HOME\""));
    assert_eq!(received.header("x-b"), Some(""));
}

#[test]
fn explain_reads_the_command_back() {
    let folder = tempfile::tempdir().unwrap();
    let host = "https://api.example.com";
    for arguments in [
        &["get", "/users/v1/?eq(a,it's)&limit(5)", "--resolve", "api.example.com:10.0.0.7"][..],
        &["delete", "/users/v1/1"],
        &["post", "/f", "-F", "a='\"", "-H", "X-A:"],
        &["sign", "PUT", "http://photos.example.net/", "--form", "a=1"],
        &["sign", "GET", "https://h/s?a=1", "--placement", "query"],
        &["sign", "POST", "https://h/s?a=1", "--placement", "form"],
    ] {
        let made = program(folder.path(), host, &[arguments, &["--as", "curl"]].concat(), b"");
        assert!(made.status.success(), "{made:?}");
        let read = program(folder.path(), host, &["explain", "--curl", "-"], &made.stdout);
        assert!(read.status.success(), "{arguments:?}: {read:?}");
    }
}

#[test]
fn parameters_in_a_query_or_form_are_sent_there() {
    if !has_curl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (arguments, place) in [
        (["sign", "GET", "ORIGIN/s?a=1", "--placement", "query"], "query"),
        (["sign", "POST", "ORIGIN/s?a=1", "--placement", "form"], "form"),
    ] {
        let received = through_curl(folder.path(), &arguments, b"");
        assert_eq!(received.header("authorization"), None);
        let text = match place {
            "query" => received.target,
            _ => String::from_utf8(received.body).unwrap(),
        };
        assert!(text.contains("oauth_signature="), "{text}");
    }
}

#[test]
fn a_name_with_a_given_address_is_not_looked_up() {
    if !has_curl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (origin, server) = record();
    let port = origin.rsplit(':').next().unwrap();
    let host = format!("http://api.example.invalid:{port}");
    let resolve = "api.example.invalid:127.0.0.1";
    let arguments = ["get", "/r", "--allow-http", "--resolve", resolve, "--as", "curl"];
    let made = program(folder.path(), &host, &arguments, b"");
    let ran = shell(folder.path(), &String::from_utf8(made.stdout).unwrap());
    assert!(ran.status.success(), "{ran:?}");
    let received = server.join().unwrap();
    let host = format!("api.example.invalid:{port}");
    assert_eq!(received.header("host"), Some(host.as_str()));
}
