//! Environment variables and the clock.

use std::{ffi::OsStr, fs::File, os::unix::ffi::OsStrExt as _, path::Path, process::Command};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::{
    row::{Row, row},
    run,
    server::{
        Server::{Closed, Plain},
        Step,
    },
};
use Step::{Request, Send};

pub(crate) const OK: &[Step] = &[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")];
const REFUSED: &[Step] =
    &[Request, Send(b"HTTP/1.1 401 Unauthorized\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n{\"code\":109}")];
const SIGN: &[&str] = &["sign", "GET", "http://x/"];

/// Sets a secret of this size.
fn large(command: &mut Command, length: usize) {
    command.env("API_OAUTH_TOKEN_SECRET", "w3bRzL9tokenVn6".repeat(length / 15));
}

/// Sets a variable that is not text.
fn raw_variable(command: &mut Command, name: &str) {
    command.env(name, OsStr::from_bytes(b"w3bRzL9tokenVn6\xff\x1b[2J"));
}

pub(crate) fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

/// A sparse file of this many GiB.
pub(crate) fn sparse(path: &Path, gibibytes: u64) {
    File::create(path).unwrap().set_len(gibibytes << 30).unwrap();
}

/// Changes the program's clock with libfaketime, if it is installed.
pub(crate) fn at(command: &mut Command, time: &str) {
    let places = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib64/faketime/libfaketime.so.1",
        "/usr/lib/faketime/libfaketime.so.1",
    ];
    match places.iter().find(|place| Path::new(place).exists()) {
        Some(library) => {
            command.env("LD_PRELOAD", library).env("FAKETIME", time).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        None => *command = without_clock(),
    }
}

/// The exit code with which `run.rs` skips a row.
fn without_clock() -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "exit 97"]);
    command
}

const ROWS: &[Row] = &[
    // Variables.
    row("a secret that is not UTF-8", Closed, 2, &["API_OAUTH_TOKEN_SECRET", "not UTF-8"])
        .altered(|command, _| raw_variable(command, "API_OAUTH_TOKEN_SECRET")),
    row("a host that is not UTF-8", Closed, 2, &["API_HOST", "not UTF-8"])
        .altered(|command, _| raw_variable(command, "API_HOST")),
    row("a file of CA certificates that is not UTF-8", Closed, 2, &["SSL_CERT_FILE", "no such file"]).altered(
        |command, _| {
            command.env("SSL_CERT_FILE", OsStr::from_bytes(b"/\xff\x1b[2J"));
        },
    ),
    row("a home that is not UTF-8", Plain(OK), 0, &[]).altered(|command, _| raw_variable(command, "HOME")),
    row("a proxy that is not UTF-8", Plain(OK), 0, &[]).altered(|command, _| raw_variable(command, "HTTPS_PROXY")),
    row("another variable that is not UTF-8", Plain(OK), 0, &[]).altered(|command, _| {
        command.env(OsStr::from_bytes(b"X\xff"), OsStr::from_bytes(b"\xff"));
    }),
    row("LF in a secret", Closed, 2, &["API_OAUTH_TOKEN_SECRET", "control character"])
        .with(&[("API_OAUTH_TOKEN_SECRET", "w3bRzL9tokenVn6\nx")]),
    row("LF in a host", Closed, 2, &["API_HOST"]).with(&[("API_HOST", "a\nb")]),
    row("CR after a host", Closed, 2, &["API_HOST", "ends with white space"])
        .with(&[("API_HOST", "api.example.com\r")]),
    row("LF in a consumer key", Closed, 2, &["API_OAUTH_CONSUMER_KEY", "control character"])
        .with(&[("API_OAUTH_CONSUMER_KEY", "a\nb")]),
    row("CR in a consumer secret", Closed, 2, &["API_OAUTH_CONSUMER_SECRET", "control character"])
        .with(&[("API_OAUTH_CONSUMER_SECRET", "q7fUmJ2consumerXk4\rx")]),
    row("CR LF in a token", Closed, 2, &["API_OAUTH_TOKEN", "control character"])
        .with(&[("API_OAUTH_TOKEN", "a\r\nX: y")]),
    row("CR after a secret", Closed, 2, &["API_OAUTH_TOKEN_SECRET", "ends with white space"])
        .with(&[("API_OAUTH_TOKEN_SECRET", "w3bRzL9tokenVn6\r")]),
    row("ESC in a key", Closed, 2, &["API_OAUTH_CONSUMER_KEY", "control character"])
        .with(&[("API_OAUTH_CONSUMER_KEY", "\x1b[2J")]),
    row("a secret of 120 KiB, the most of a variable", Plain(OK), 0, &[])
        .altered(|command, _| large(command, 120 << 10)),
    row("HOME unset", Plain(OK), 0, &[]).with(&[("HOME", "")]),
    row("HOME unset, and nothing else", Closed, 2, &["API_HOST, ", "HOME is not set"]).altered(|command, _| {
        command.env_clear();
    }),
    row("PATH unset", Plain(OK), 0, &[]).with(&[("PATH", "")]),
    row("HOME as a file", Plain(OK), 0, &[]).with(&[("HOME", "/dev/null")]),
    // The clock.
    row("signing before 1970", Closed, 1, &["clock is set before 1970", "set it"])
        .run(SIGN)
        .altered(|command, _| at(command, "1969-12-31 23:59:50"))
        .prints(""),
    row(
        "signing in the first second of 1970, which is not a positive number",
        Closed,
        1,
        &["clock is set before 1970", "set it"],
    )
    .run(SIGN)
    .altered(|command, _| at(command, "1970-01-01 00:00:00"))
    .prints(""),
    row("a call before 1970", Plain(OK), 1, &["clock is set before 1970", "set it"])
        .altered(|command, _| at(command, "1969-12-31 23:59:50"))
        .prints(""),
    row(
        "an error response in 1970",
        Plain(REFUSED),
        4,
        &["401 Unauthorized from", ": 109", "set this machine's clock, which is 7841", "s behind the server's"],
    )
    .altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row(
        "an error response in 2100",
        Plain(REFUSED),
        4,
        &["401 Unauthorized from", ": 109", "set this machine's clock, which is ", "s ahead of the server's"],
    )
    .altered(|command, _| at(command, "2100-01-01 00:00:00")),
    row("a call in 2262, when nanoseconds overflow", Plain(OK), 0, &[])
        .altered(|command, _| at(command, "2262-04-12 00:00:00")),
    row("a sandbox in 2100", Closed, 0, &[])
        .run(&["me", "--sandbox"])
        .altered(|command, _| at(command, "2100-01-01 00:00:00")),
    row("signing in 1970", Closed, 0, &[]).run(SIGN).altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row("a call in 1970", Plain(OK), 0, &[]).altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row("a call in 2100", Plain(OK), 0, &[]).altered(|command, _| at(command, "2100-01-01 00:00:00")),
];

#[test]
fn rows() {
    run::check(ROWS);
}
