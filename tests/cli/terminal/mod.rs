//! `login` and lists on a terminal.
//!
//! Python's `pty` provides the terminal (`drive.py`). Without Python 3.10, the tests are skipped.
#![cfg(target_os = "linux")]

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use exh_oauth1::sandbox::{Options, Sandbox};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{
    list,
    program::Home,
    recorder::{self, Recorder},
    skip,
};

const SETTINGS: &str = "API_OAUTH_CONSUMER_KEY=key\nAPI_OAUTH_CONSUMER_SECRET=secret\n";
const TOKEN: &str = r#"{"id":"1","token":"new token","tokenSecret":"new secret"}"#;
/// The password as it is typed. The terminal must not show it.
const PASSWORD: &str = "hidden horse";

/// The result.
#[derive(Debug, Deserialize)]
struct Seen {
    seen: String,
    ended: i32,
    echo: bool,
}

/// Runs the program on a terminal; `None` without Python.
fn drive(home: &Home, arguments: &[&str], steps: &Value) -> Option<Seen> {
    let version = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = Command::new("python3").args(["-c", version]).status();
    if !found.is_ok_and(|status| status.success()) {
        skip("terminals, which need Python 3.10");
        return None;
    }
    let mut command = Command::new("python3");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("API_") || name.to_string_lossy().starts_with("EXH_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/terminal/drive.py"))
        .arg(env!("CARGO_BIN_EXE_exh-oauth1"))
        .args(arguments)
        .env("HOME", home.path())
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(steps.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{steps}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn home(api: &Recorder) -> Home {
    Home::with(&format!("API_HOST={}\n{SETTINGS}", api.url()))
}

#[test]
fn a_first_login_asks_for_all_that_it_needs() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let [(_, url), (_, key), (_, secret), ..] = sandbox.variables();
    let account = &sandbox.accounts()[1];
    let (password, code) = (&account.password, &account.factors[1].code);
    let home = Home::new();
    let steps = json!([
        ["expect", "Host of the API (API_HOST): "],
        ["echo", true],
        ["send", format!("{url}\n")],
        ["expect", "Consumer key (API_OAUTH_CONSUMER_KEY): "],
        ["echo", true],
        ["send", format!("{key}\n")],
        ["expect", "Consumer secret (API_OAUTH_CONSUMER_SECRET): "],
        ["echo", false],
        ["send", format!("{secret}\n")],
        ["expect", "Email: "],
        ["echo", true],
        ["send", format!("{}\n", account.email)],
        ["expect", "Password: "],
        ["echo", false],
        ["send", format!("{password}\n")],
        ["expect", "1  Authenticator (totp)\r\n  2  Recovery codes (recoveryCodes)\r\nNumber of the method: "],
        ["echo", true],
        ["send", "2\n"],
        ["expect", "Code of Recovery codes (recoveryCodes): "],
        ["echo", false],
        ["send", format!("{code}\n")],
        ["expect", "logged in as casey.factor@example.com"],
    ]);
    let Some(seen) = drive(&home, &["login"], &steps) else {
        return;
    };
    assert_eq!((seen.ended, seen.echo), (0, true), "{seen:?}");
    for secret in [&secret, password, code] {
        assert!(!seen.seen.contains(secret), "{seen:?}");
    }
    assert!(home.text().starts_with(&format!("API_HOST={url}\nAPI_OAUTH_CONSUMER_KEY={key}\n")));
    home.run(&["me"], "").expect(0, &[]);
}

#[test]
fn an_interrupted_prompt_restores_the_terminal() {
    let api = Recorder::start(|_| recorder::json(200, TOKEN));
    let home = home(&api);
    let before = home.text();
    let login = ["login", "--email", "zoe@example.com"];
    let signal = |name| json!([["expect", "Password: "], ["echo", false], ["send", "hid"], ["signal", name]]);
    for (steps, ended) in [
        (json!([["expect", "Password: "], ["echo", false], ["send", "hid\u{3}"]]), -2),
        (json!([["expect", "Password: "], ["echo", false], ["send", "hid\u{1c}"]]), -3),
        (signal("SIGINT"), -2),
        (signal("SIGTERM"), -15),
        (signal("SIGHUP"), -1),
    ] {
        let Some(seen) = drive(&home, &login, &steps) else {
            return;
        };
        assert_eq!((seen.ended, seen.echo), (ended, true), "{steps} {seen:?}");
        assert!(!seen.seen.contains("hid"), "{seen:?}");
        assert_eq!(home.names(), ["credentials"]);
        assert_eq!(home.text(), before);
    }
    // The end of input, and an empty line.
    for typed in ["\u{4}", "\n"] {
        let steps = json!([["expect", "Password: "], ["echo", false], ["send", typed]]);
        let Some(seen) = drive(&home, &login, &steps) else {
            return;
        };
        assert_eq!((seen.ended, seen.echo), (2, true), "{seen:?}");
        assert!(seen.seen.contains("it is empty"), "{seen:?}");
        assert_eq!(home.names(), ["credentials"]);
    }
    assert!(api.requests().is_empty());
}

/// A shell shows what is typed while the program is stopped, and keeps showing it when the program continues.
#[test]
fn a_stopped_prompt_hides_again() {
    let api = Recorder::start(|_| recorder::json(200, TOKEN));
    let home = home(&api);
    let steps = json!([
        ["expect", "Password: "],
        ["echo", false],
        ["signal", "SIGSTOP"],
        ["stopped"],
        ["set_echo", true],
        ["signal", "SIGCONT"],
        ["echo", false],
        ["send", format!("{PASSWORD}\n")],
        ["expect", "logged in as"],
    ]);
    let Some(seen) = drive(&home, &["login", "--email", "zoe@example.com"], &steps) else {
        return;
    };
    assert_eq!((seen.ended, seen.echo), (0, true), "{seen:?}");
    assert!(!seen.seen.contains(PASSWORD), "{seen:?}");
    assert!(api.requests()[0].contains(PASSWORD));
}

#[test]
fn a_password_is_not_read_from_a_terminal_that_shows_it() {
    let api = Recorder::start(|_| recorder::json(200, TOKEN));
    let home = home(&api);
    let login = ["login", "--email", "zoe@example.com", "--password-stdin"];
    let Some(seen) = drive(&home, &login, &json!([["expect", "would show the password"]])) else {
        return;
    };
    assert_eq!((seen.ended, seen.echo), (2, true), "{seen:?}");
}

#[test]
fn a_list_is_laid_out_or_its_progress_is_shown() {
    let api = list::serve(120, 50, |number| format!("{{\"id\":{number},\"a\":\"\u{9b}2J\"}}"));
    let token = "API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n";
    let home = Home::with(&format!("API_HOST={}\n{SETTINGS}{token}", api.url()));
    let steps = json!([["expect", "119"]]);
    let Some(seen) = drive(&home, &["get", "/x", "--all"], &steps) else {
        return;
    };
    assert_eq!(seen.ended, 0, "{seen:?}");
    assert!(seen.seen.contains("\\u009b2J") && !seen.seen.contains('\u{9b}'), "{seen:?}");
    assert!(!seen.seen.contains("items"), "{seen:?}");
    let file = home.path().join("items");
    let arguments = ["get", "/x", "--all", "-o", file.to_str().unwrap()];
    let seen = drive(&home, &arguments, &json!([["expect", " of 120 items"]])).unwrap();
    assert_eq!(seen.ended, 0, "{seen:?}");
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 120);
}

/// A terminal gets escaped text, even if standard output is named with `-o`.
#[test]
fn a_terminal_gets_escaped_text() {
    let api = Recorder::start(|_| recorder::json(200, "{\"a\":\"\u{9b}2J\"}"));
    let token = "API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n";
    let home = Home::with(&format!("API_HOST={}\n{SETTINGS}{token}", api.url()));
    std::fs::write(home.path().join("file"), "\u{9b}2J").unwrap();
    let file = format!("@{}", home.path().join("file").display());
    for (arguments, shown) in [
        (&["get", "/x", "-o", "-"][..], "\\u009b2J"),
        (&["get", "/x", "-o", "/dev/stdout"], "\\u009b2J"),
        (&["put", "/x", "-d", &file, "--dry-run"], "is shown to pipes only"),
    ] {
        let Some(seen) = drive(&home, arguments, &json!([["expect", shown]])) else {
            return;
        };
        assert_eq!(seen.ended, 0, "{seen:?}");
        assert!(!seen.seen.contains('\u{9b}'), "{seen:?}");
    }
}

/// Errors look like those of the argument parser, and wrap at words.
#[test]
fn errors_are_wrapped_and_coloured() {
    const RED: &str = "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m ";
    const GREEN: &str = "  \u{1b}[32mtip:\u{1b}[0m ";
    let steps = json!([["expect", "error:"]]);
    let Some(seen) = drive(&Home::new(), &["me"], &steps) else {
        return;
    };
    assert!(seen.seen.starts_with(RED) && seen.seen.contains(GREEN), "{seen:?}");
    let plain = seen.seen.replace(RED, "error: ").replace(GREEN, "  tip: ");
    let lines: Vec<_> = plain.lines().map(|line| line.chars().count()).collect();
    assert!(lines.iter().all(|length| *length <= 80), "{plain}");
    assert!(lines.iter().any(|length| *length > 60), "{plain}");
    let seen = drive(&Home::new(), &["me", "--nothing"], &steps).unwrap();
    assert!(seen.seen.starts_with(RED), "{seen:?}");
}

/// A message begins on a new line after a body that goes to the same pipe.
#[test]
fn a_body_ends_with_a_line_break_before_a_message() {
    let api = Recorder::start(|_| recorder::json(404, "{}"));
    let token = "API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n";
    let home = Home::with(&format!("API_HOST={}\n{SETTINGS}{token}", api.url()));
    let program = env!("CARGO_BIN_EXE_exh-oauth1");
    for (redirected, has_message) in [("2>&1", true), ("2>/dev/null", false)] {
        let output = Command::new("/bin/sh")
            .args(["-c", &format!("{program} get /x {redirected}")])
            .env_clear()
            .env("HOME", home.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.contains("{}\nerror: "), has_message, "{text}");
        assert_eq!(text == "{}", !has_message, "{text}");
    }
}
