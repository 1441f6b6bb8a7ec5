//! `doctor`: each kind of failure is found where it is, with its exit code; later checks are not tried, and no secret is shown.

#![cfg(feature = "cli")]

use std::{
    fs,
    net::TcpListener,
    process::{Command, Output},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use exh_oauth1::sandbox::{Options, Sandbox};
use httpmock::MockServer;
use serde_json::{Value, json};

const SECRETS: [&str; 2] = ["first-secret-value", "second-secret-value"];

/// The identifiers of all checks, which programs may rely on.
const IDS: [&str; 19] = [
    "program",
    "credentials-file",
    "file-mode",
    "other-tools",
    "host",
    "consumer-key",
    "consumer-secret",
    "token",
    "token-secret",
    "sources",
    "similar-names",
    "base-url",
    "proxy",
    "roots",
    "dns",
    "connection",
    "tls",
    "clock",
    "call",
];

struct Run(Command);

impl Run {
    /// With nothing in the environment.
    fn bare() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
        command.env_clear().arg("doctor");
        Self(command)
    }

    fn with(host: &str) -> Self {
        Self::bare()
            .env("API_HOST", host)
            .env("API_OAUTH_CONSUMER_KEY", "key")
            .env("API_OAUTH_CONSUMER_SECRET", SECRETS[0])
            .env("API_OAUTH_TOKEN", "token")
            .env("API_OAUTH_TOKEN_SECRET", SECRETS[1])
    }

    fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    /// Runs it for people and for programs, and gives what the latter are told.
    #[track_caller]
    fn report(mut self) -> Report {
        let text = self.0.output().unwrap();
        let output = self.0.arg("--json").output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        for output in [&text, &output] {
            let all = format!("{output:?}");
            assert!(SECRETS.iter().all(|secret| !all.contains(secret)), "{all}");
            assert!(output.stderr.is_empty(), "{all}");
            let code = report["exit_code"].as_i64().map(|code| code as i32);
            assert_eq!(output.status.code(), code, "{all}");
        }
        let report = Report { report, text };
        assert_eq!(report.ids(|_| true), IDS);
        report.is_told_to_people();
        report
    }
}

struct Report {
    report: Value,
    text: Output,
}

impl Report {
    fn checks(&self) -> &Vec<Value> {
        self.report["checks"].as_array().unwrap()
    }

    fn ids(&self, wanted: impl Fn(&Value) -> bool) -> Vec<&str> {
        let checks = self.checks().iter().filter(|check| wanted(check));
        checks.map(|check| check["id"].as_str().unwrap()).collect()
    }

    fn with_status(&self, status: &str) -> Vec<&str> {
        self.ids(|check| check["status"] == status)
    }

    fn check(&self, id: &str) -> &Value {
        self.checks()
            .iter()
            .find(|check| check["id"] == id)
            .unwrap()
    }

    fn is_told_to_people(&self) {
        let text = String::from_utf8(self.text.stdout.clone()).unwrap();
        for (line, check) in text.lines().zip(self.checks()) {
            let status = check["status"].as_str().unwrap().replace('_', " ");
            assert!(line.starts_with(&status), "{line}\n{check}");
            assert!(
                line.contains(check["id"].as_str().unwrap()),
                "{line}\n{check}"
            );
        }
        let last: Vec<_> = text.lines().skip(IDS.len()).collect();
        assert_eq!(last.len(), 3, "{text}");
        assert!(
            last[1].starts_with("verdict: ") && last[2].starts_with("next:    "),
            "{text}"
        );
    }

    /// Fails with a check, before which nothing fails, with an exit code; and says what to do.
    #[track_caller]
    fn fails(&self, id: &str, code: i32, words: &[&str]) {
        assert_eq!(
            self.with_status("failed").first(),
            Some(&id),
            "{}",
            self.report
        );
        assert_eq!(self.report["verdict"], "fails");
        assert_eq!(self.report["exit_code"], code, "{}", self.report);
        let said = format!("{} {}", self.report["summary"], self.report["next_step"]);
        for word in words {
            assert!(said.contains(word), "{word:?} is not in {said}");
        }
    }
}

const NETWORK: [&str; 7] = [
    "proxy",
    "roots",
    "dns",
    "connection",
    "tls",
    "clock",
    "call",
];

fn sandbox() -> (Sandbox, Run) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let run = sandbox
        .variables()
        .iter()
        .fold(Run::bare(), |run, (name, value)| run.env(name, value));
    (sandbox, run)
}

/// A mock that answers with a clock that is ahead of this machine's.
fn mock(status: u16, body: Value, ahead: i64) -> MockServer {
    let server = MockServer::start();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let time = UNIX_EPOCH + Duration::from_secs(now.saturating_add_signed(ahead));
    server.mock(|when, then| {
        when.method("GET").path("/users/v1/me");
        then.status(status)
            .header("Date", httpdate::fmt_http_date(time))
            .json_body(body);
    });
    server
}

#[test]
fn all_is_well_with_the_sandbox() {
    let (_sandbox, run) = sandbox();
    let report = run.report();
    assert_eq!(report.report["verdict"], "works", "{}", report.report);
    assert_eq!(report.report["exit_code"], 0);
    assert_eq!(report.check("call")["user"], "5a0b1c2d3e4f5a6b7c8d9e0f");
    assert_eq!(
        report.check("dns")["addresses"],
        json!(["127.0.0.1", "::1"])
    );
    assert_eq!(
        report.with_status("not_tried"),
        ["file-mode", "other-tools"]
    );
}

#[test]
fn no_variables() {
    let report = Run::bare().report();
    report.fails("host", 2, &["API_HOST is missing", "credentials.txt"]);
    let missing = [
        "host",
        "consumer-key",
        "consumer-secret",
        "token",
        "token-secret",
    ];
    assert_eq!(report.with_status("failed"), missing);
    assert!(report.with_status("not_tried").ends_with(&NETWORK));
}

#[test]
fn the_way_is_looked_at_without_credentials() {
    let (sandbox, _) = sandbox();
    let report = Run::bare().env("API_HOST", sandbox.base_url()).report();
    report.fails("consumer-key", 2, &["API_OAUTH_CONSUMER_KEY is missing"]);
    assert_eq!(report.check("connection")["status"], "ok");
    assert!(
        report
            .with_status("not_tried")
            .ends_with(&["tls", "clock", "call"])
    );
}

#[test]
fn a_wrong_secret() {
    let (_sandbox, run) = sandbox();
    let report = run.env("API_OAUTH_TOKEN_SECRET", SECRETS[1]).report();
    report.fails("call", 4, &["109", "check both secrets", "explain"]);
    assert_eq!(report.check("call")["code"], 109);
    assert_eq!(report.with_status("failed"), ["call"]);
}

#[test]
fn a_name_that_is_not_found() {
    // A name that nobody has (RFC 6761 §6.4).
    let report = Run::with("example.invalid")
        .arg("--timeout")
        .arg("20")
        .report();
    report.fails("dns", 1, &["api.example.invalid", "spelling"]);
    assert_eq!(
        report.check("base-url")["base_url"],
        "https://api.example.invalid"
    );
    assert!(report.with_status("not_tried").ends_with(&NETWORK[3..]));
}

#[test]
fn a_connection_that_is_refused() {
    // Nothing listens on a port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let report = Run::with(&format!("http://{address}")).report();
    report.fails(
        "connection",
        1,
        &[&address.to_string(), "check host and port"],
    );
    assert!(report.with_status("not_tried").ends_with(&NETWORK[4..]));
}

#[test]
fn silence_ends_with_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let report = Run::with(&host).arg("--timeout").arg("0.3").report();
    report.fails("call", 1, &["took too long"]);
    assert_eq!(report.check("clock")["status"], "not_tried");
}

#[test]
fn a_clock_that_is_wrong() {
    let user = json!({"id": "u"});
    let refusal = json!({"code": 109, "name": "OAUTH_SIGNATURE_EXCEPTION"});
    // The API takes it all the same: a warning.
    let server = mock(200, user.clone(), 3600);
    let report = Run::with(&server.base_url()).report();
    assert_eq!(report.report["verdict"], "works_with_warnings");
    assert_eq!(report.with_status("warning"), ["clock"]);
    assert_eq!(report.report["exit_code"], 0);
    let offset = report.check("clock")["offset_seconds"].as_i64().unwrap();
    assert!((3590..=3600).contains(&offset), "{offset}");
    // It does not: most likely for that.
    let server = mock(401, refusal.clone(), -3600);
    let report = Run::with(&server.base_url()).report();
    report.fails(
        "clock",
        4,
        &["ahead of the server's", "set this machine's clock"],
    );
    // A clock that is right is no reason.
    let server = mock(401, refusal, 20);
    Run::with(&server.base_url())
        .report()
        .fails("call", 4, &["109"]);
}

#[test]
fn answers_that_are_none_have_their_exit_codes() {
    for (status, body, code) in [
        (500, json!({}), 5),
        (302, json!({}), 3),
        (404, json!({"code": 16}), 4),
        (200, json!({"name": "no user"}), 1),
    ] {
        let server = mock(status, body, 0);
        let report = Run::with(&server.base_url()).report();
        report.fails("call", code, &[]);
        assert_eq!(report.check("clock")["status"], "ok", "{}", report.report);
    }
}

#[test]
fn http_to_another_machine() {
    let host = "http://api.example.invalid";
    let report = Run::with(host).report();
    report.fails("base-url", 2, &["http://", "--allow-http"]);
    assert!(report.with_status("not_tried").ends_with(&NETWORK));
    let report = Run::with(host).arg("--allow-http").report();
    assert_eq!(report.check("base-url")["status"], "warning");
    report.fails("dns", 1, &[]);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let (sandbox, _) = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.txt");
    let lines: Vec<_> = sandbox
        .variables()
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    fs::write(&path, lines.concat()).unwrap();
    let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let run = || Run::bare().env("EXH_CREDENTIALS", &path);
    mode(0o644);
    let report = run().report();
    assert_eq!(report.with_status("warning"), ["file-mode"]);
    assert_eq!(report.check("file-mode")["mode"], "0644");
    let next = report.report["next_step"].as_str().unwrap();
    assert_eq!(next, format!("chmod 600 {}", path.display()));
    mode(0o600);
    assert_eq!(run().report().report["verdict"], "works");
    // Which of two values counts is said of each.
    let report = run().env("API_HOST", sandbox.base_url()).report();
    assert_eq!(report.with_status("warning"), ["sources"]);
    let host = report.check("host")["detail"].as_str().unwrap();
    assert!(host.starts_with("from the environment"), "{host}");
    assert!(host.contains("not taken: the one from "), "{host}");
}

#[test]
fn characters_that_stray() {
    let (sandbox, _) = sandbox();
    let secret = format!("{}\r\n", SECRETS[0]);
    let run = || Run::with(&sandbox.base_url());
    let report = run().env("API_OAUTH_CONSUMER_SECRET", secret).report();
    report.fails(
        "consumer-secret",
        2,
        &[
            "ends with white space",
            "20 characters",
            "line feeds: 1",
            "echo",
        ],
    );
    assert_eq!(
        report.check("consumer-secret")["stray"],
        "line feeds: 1, carriage returns: 1"
    );
    // What may belong to it is a warning.
    let secret = format!("{}'s", SECRETS[0]);
    let report = run().env("API_OAUTH_CONSUMER_SECRET", secret).report();
    assert_eq!(report.with_status("warning"), ["consumer-secret"]);
}

#[test]
fn variables_that_nothing_reads() {
    let run = Run::bare().env("API_OAUTH_CONSUMERSECRET", SECRETS[0]);
    let report = run.env("api_host", "x").env("PATH", "/bin").report();
    let names = &report.check("similar-names")["names"];
    assert_eq!(*names, json!(["API_OAUTH_CONSUMERSECRET", "api_host"]));
}

#[test]
fn files_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let report = Run::bare().arg("--credentials").arg(&missing).report();
    report.fails("credentials-file", 2, &["there is no such file"]);
    let (sandbox, _) = sandbox();
    let run = || Run::with(&sandbox.base_url());
    let report = run().env("SSL_CERT_FILE", &missing).report();
    report.fails("roots", 2, &["there is no such file"]);
    // Nobody named it and nothing is wanted of it.
    let home = folder.path().join("home");
    fs::create_dir_all(home.join(".exh")).unwrap();
    fs::write(home.join(".exh/credentials"), SECRETS[1]).unwrap();
    let report = run().env("HOME", &home).report();
    assert_eq!(report.with_status("warning"), ["credentials-file"]);
}

#[test]
fn proxies() {
    let (sandbox, _) = sandbox();
    let proxy = format!("http://u:{}@{}", SECRETS[0], sandbox.address());
    // The sandbox is no proxy, but the way to it can be connected.
    let run = || Run::with("https://api.example.invalid").env("https_proxy", &proxy);
    let report = run().report();
    assert_eq!(
        report.check("proxy")["proxy"],
        sandbox.address().to_string()
    );
    assert_eq!(report.check("proxy")["variables"], json!(["https_proxy"]));
    assert_eq!(report.check("dns")["addresses"], json!(["127.0.0.1"]));
    report.fails("call", 1, &["proxy"]);
    let report = run().env("NO_PROXY", ".example.invalid").report();
    report.fails("dns", 1, &[]);
    assert_eq!(report.check("proxy")["proxy"], Value::Null);
    // Never for this machine.
    let report = Run::with(&sandbox.base_url())
        .env("HTTP_PROXY", &proxy)
        .report();
    assert_eq!(report.check("proxy")["proxy"], Value::Null);
    let report = Run::with("x.example")
        .env("ALL_PROXY", "socks5://127.0.0.1:1")
        .report();
    report.fails("proxy", 2, &["SOCKS"]);
}

#[test]
fn an_authority_that_is_not_known() {
    let (address, _) = tls::server(&["localhost"], 4);
    let host = format!("https://localhost:{}", address.port());
    let report = Run::with(&host).report();
    report.fails("tls", 1, &["authority", "--ca-file"]);
    assert_eq!(report.with_status("failed"), ["tls"]);
    assert!(
        report
            .with_status("not_tried")
            .ends_with(&["clock", "call"])
    );
    let (address, pem) = tls::server(&["localhost"], 4);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roots.pem");
    fs::write(&path, pem).unwrap();
    let host = format!("https://localhost:{}", address.port());
    let report = Run::with(&host).arg("--ca-file").arg(&path).report();
    assert_eq!(report.report["verdict"], "works", "{}", report.report);
    assert_eq!(report.check("roots")["added"], 1);
    assert_eq!(report.check("tls")["status"], "ok");
}

#[path = "support/tls.rs"]
mod tls;
