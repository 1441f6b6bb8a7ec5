//! `doctor` reports each kind of failure at its check, with the exit code, skips later checks, and shows no secret.

mod network;
mod settings;

use std::{
    fs,
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
    "ca-certificates",
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

    /// Runs it as text and as JSON, and returns the JSON.
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
        self.checks().iter().find(|check| check["id"] == id).unwrap()
    }

    fn is_told_to_people(&self) {
        let text = String::from_utf8(self.text.stdout.clone()).unwrap();
        for (line, check) in text.lines().zip(self.checks()) {
            let status = check["status"].as_str().unwrap().replace('_', " ");
            assert!(line.starts_with(&status), "{line}\n{check}");
            assert!(line.contains(check["id"].as_str().unwrap()), "{line}\n{check}");
        }
        let last: Vec<_> = text.lines().skip(IDS.len()).collect();
        assert_eq!(last.len(), 3, "{text}");
        assert!(last[1].starts_with("verdict: ") && last[2].starts_with("next:    "), "{text}");
    }

    /// Asserts that this check is the first to fail, with this exit code and a next step.
    #[track_caller]
    fn fails(&self, id: &str, code: i32, words: &[&str]) {
        assert_eq!(self.with_status("failed").first(), Some(&id), "{}", self.report);
        assert_eq!(self.report["verdict"], "fails");
        assert_eq!(self.report["exit_code"], code, "{}", self.report);
        let said = format!("{} {}", self.report["summary"], self.report["next_step"]);
        for word in words {
            assert!(said.contains(word), "{word:?} is not in {said}");
        }
    }
}

/// The checks of the network path.
const NETWORK: &[&str] = IDS.split_at(12).1;

fn sandbox() -> (Sandbox, Run) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let run = sandbox.variables().iter().fold(Run::bare(), |run, (name, value)| run.env(name, value));
    (sandbox, run)
}

/// A mock that responds with a clock that is ahead of this machine's.
fn mock(status: u16, body: Value, ahead: i64) -> MockServer {
    let server = MockServer::start();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let time = UNIX_EPOCH + Duration::from_secs(now.saturating_add_signed(ahead));
    server.mock(|when, then| {
        when.method("GET").path("/users/v1/me");
        then.status(status).header("Date", httpdate::fmt_http_date(time)).json_body(body);
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
    assert_eq!(report.check("dns")["addresses"], json!(["127.0.0.1", "::1"]));
    assert_eq!(report.with_status("not_tried"), ["file-mode", "other-tools"]);
}
