//! Malformed and hostile arguments.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::{
    input::OK,
    row::{Row, row},
    run,
    server::Server::{Closed, Plain},
};

const ROWS: &[Row] = &[
    row("an argument that is not UTF-8", Closed, 2, &["UTF-8"]).run(&["get"]).altered(|command, _| {
        command.arg(OsStr::from_bytes(b"/\xff"));
    }),
    row("an option that is not UTF-8", Closed, 2, &["UTF-8"]).run(&["me"]).altered(|command, _| {
        command.arg(OsStr::from_bytes(b"--host=\xff\x1b[2J"));
    }),
    row("a file's name that is not UTF-8", Plain(OK), 0, &[])
        .run(&["get", "/x"])
        .altered(|command, folder| {
            command.arg("-o").arg(folder.join(OsStr::from_bytes(b"\xff")));
        })
        .prints(""),
    row("a file's name with ESC", Closed, 2, &["\\u{1b}[2J"]).run(&["me", "--credentials", "{folder}/\x1b[2J"]),
    row("ESC in an unknown option", Closed, 2, &["unexpected argument"]).run(&["me", "--\x1b[2J"]),
    row("ESC in an unknown command", Closed, 2, &["unrecognized subcommand", "\\u{202e}"]).run(&["\x1b[2J\u{202e}"]),
    row("LF in a path", Closed, 2, &["error: "]).run(&["get", "/a\nb"]),
    row("CR LF in a path", Closed, 2, &["error: "]).run(&["get", "/a\r\nX: y"]),
    row("CR LF in a method", Closed, 2, &["error: "]).run(&["sign", "GET\r\nX", "http://x/"]),
    row("CR LF in a header", Closed, 2, &["header"]).run(&["get", "/x", "-H", "X: a\r\nY: b"]),
    row("CR LF in a header's name", Closed, 2, &["header"]).run(&["get", "/x", "-H", "X\r\nY: b"]),
    row("CR LF in a media type", Closed, 2, &["header"]).run(&[
        "post",
        "/x",
        "-d",
        "1",
        "--content-type",
        "a/b\r\nY: b",
    ]),
    row("CR LF in a host", Closed, 2, &["API_HOST"]).run(&["me", "--host", "a\r\nb"]),
    row("CR LF in a base URL", Closed, 2, &["from the command line", "control character"]).run(&[
        "me",
        "--base-url",
        "http://a/\r\nX: y",
    ]),
    row("CR LF in what is signed for", Closed, 2, &["--sign-as"]).run(&["me", "--sign-as", "http://a/\r\nX: y"]),
    row("LF in an address", Closed, 2, &["--resolve"]).run(&["me", "--resolve", "a:127.0.0.1\n"]),
    row("LF in a file's name", Closed, 2, &["no such file"]).run(&["me", "--ca-file", "{folder}/a\nb"]),
    row("LF in an e-mail address", Closed, 2, &["error: "]).run(&["login", "--email", "a\nb"]),
    row("LF in a form's name", Closed, 2, &["--form", "U+000A", "%0A"]).run(&["post", "/x", "-F", "a\n=1"]),
    row("CR in a form's value", Closed, 2, &["--form", "U+000D", "%0D"]).run(&["post", "/x", "-F", "a=1\r\n"]),
    row("LF in a query's value", Closed, 2, &["--query", "U+000A", "%0A"]).run(&["get", "/x", "-q", "a=1\n"]),
    row("C1 in a query's value", Closed, 2, &["--query", "U+009B", "%C2%9B"]).run(&["get", "/x", "-q", "a=\u{9b}1"]),
    row("LF in a parameter", Closed, 2, &["--parameter", "U+000A"]).run(&[
        "sign",
        "GET",
        "http://x/",
        "--parameter",
        "realm=a\nb",
    ]),
    row("LF in a nonce", Closed, 0, &[]).run(&["sign", "GET", "http://x/", "--nonce", "a\nb"]),
    row("a path of 120 KiB", Closed, 2, &["error: "]).run(&["get"]).altered(|command, _| {
        command.arg(format!("/{}", "a".repeat(120 << 10)));
    }),
    row("a path of 60,000 characters", Plain(OK), 0, &[]).run(&["get"]).altered(|command, _| {
        command.arg(format!("/{}", "a".repeat(60_000)));
    }),
    row("10,000 parameters", Plain(OK), 0, &[]).run(&["get"]).altered(|command, _| {
        command.arg(format!("/?{}", "a&".repeat(10_000)));
    }),
    row("a timeout that is not a number", Closed, 2, &["seconds"])
        .run(&["get", "/x", "--timeout=NaN", "--retry", "0"])
        .altered(|_, _| {}),
    row("a profile's name that leads elsewhere", Closed, 2, &["profile ../x", "letters, digits"]).run(&[
        "me",
        "--profile",
        "../x",
    ]),
];

#[test]
fn rows() {
    run::check(ROWS);
}
