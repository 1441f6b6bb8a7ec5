//! Responses on a terminal, and outputs that cannot be written.
//!
//! On a terminal, every row also checks that no control character arrives, nor one that changes the direction of text.

use std::fs::File;

use crate::{
    row::{Row, row},
    run,
    server::{Server::Plain, Step},
};
use Step::{Drip, Forever, Repeat, Request, Send};

const GET: &[&str] = &["get", "/x"];
const HEAD: &[&str] = &["get", "/x", "--include"];
const OPEN: Step = Send(b"HTTP/1.1 200 OK\r\n\r\n");
const USER: Step = Send(b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}");

/// ESC, its one-byte form, BEL, and characters that change the direction of text or begin lines.
macro_rules! harmful {
    () => {
        "\x1b[2J\x1b]0;title\x07\u{9b}31m\u{90}x\u{9c}\u{61c}\u{200f}\u{202e}\u{2066}\u{2028}\x7f\x00\x08"
    };
}

/// Those that a header can contain.
macro_rules! harmful_in_header {
    () => {
        "\u{9b}31m\u{202e}\u{2066}\u{61c}\u{2028}"
    };
}

const HOSTILE: Step = Send("HTTP/1.1 403 x\r\nServer: \u{9b}31m\r\n\r\n{\"code\":10,\"name\":\"\\u001b[2J\u{9b}31m\u{202e}\",\"message\":\"\\u001b]0;x\\u0007\\r\\n\u{9b}\u{202e}\u{2028}\"}".as_bytes());

const ROWS: &[Row] = &[
    row(
        "JSON",
        Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"a\":[1e999,{}]}")]),
        0,
        &["  \"a\": [\n    1e999,\n    {}\n  ]\n"],
    )
    .on_terminal(),
    row(
        "a body",
        Plain(&[
            Request,
            OPEN,
            Send(concat!("a", harmful!(), "b\r\n").as_bytes()),
        ]),
        0,
        &["a\\u{1b}[2J", "\\u{9b}31m", "\\u{202e}", "b\n"],
    )
    .run(GET)
    .on_terminal(),
    row(
        "a body that is not UTF-8",
        Plain(&[Request, OPEN, Send(b"\xff\x9b31m\x1b[2J\xe2\x80")]),
        0,
        &["\u{fffd}31m\\u{1b}[2J\u{fffd}\n"],
    )
    .run(GET)
    .on_terminal(),
    row(
        "JSON, in a value",
        Plain(&[
            Request,
            OPEN,
            Send("{\"id\":\"1\",\"x\":\"\u{9b}31m\u{202e}\u{2028}\u{7f}\"}".as_bytes()),
        ]),
        0,
        &["\\u009b31m\\u202e\\u2028\\u007f"],
    )
    .on_terminal(),
    row(
        "JSON, in a name",
        Plain(&[
            Request,
            OPEN,
            Send("{\"id\":\"1\",\"\u{9b}31m\":1}".as_bytes()),
        ]),
        0,
        &["\"\\u009b31m\": 1"],
    )
    .on_terminal(),
    row(
        "JSON with ESC as it is",
        Plain(&[Request, OPEN, Send(b"{\"id\":\"\x1b[2J\"}")]),
        1,
        &["not JSON"],
    )
    .on_terminal(),
    row(
        "an error's message",
        Plain(&[Request, HOSTILE]),
        4,
        &["403", "10"],
    )
    .on_terminal(),
    row(
        "an error's body",
        Plain(&[
            Request,
            Send(concat!("HTTP/1.1 502 x\r\n\r\n<html>", harmful!()).as_bytes()),
        ]),
        5,
        &["502", "<html>\\u{1b}[2J"],
    )
    .on_terminal(),
    row(
        "the reason of a status",
        Plain(&[
            Request,
            Send(concat!("HTTP/1.1 404 ", harmful_in_header!(), "\r\n\r\n").as_bytes()),
        ]),
        4,
        &["404"],
    )
    .run(HEAD)
    .on_terminal(),
    row(
        "headers",
        Plain(&[
            Request,
            Send(
                concat!(
                    "HTTP/1.1 200 OK\r\nX: a",
                    harmful_in_header!(),
                    "\r\nContent-Length: 1\r\n\r\n1"
                )
                .as_bytes(),
            ),
        ]),
        0,
        &["x: a\\u{9b}31m\\u{202e}"],
    )
    .run(HEAD)
    .on_terminal(),
    row(
        "headers with ESC",
        Plain(&[
            Request,
            Send(b"HTTP/1.1 200 OK\r\nX: \x1b[2J\r\nContent-Length: 1\r\n\r\n1"),
        ]),
        1,
        &["not valid HTTP"],
    )
    .run(HEAD)
    .on_terminal(),
    row(
        "an error's message to doctor",
        Plain(&[Request, HOSTILE]),
        4,
        &["403", "\\u{202e}"],
    )
    .run(&["doctor"])
    .on_terminal(),
    row(
        "an error's message to doctor, as JSON",
        Plain(&[Request, HOSTILE]),
        4,
        &["403"],
    )
    .run(&["doctor", "--json"])
    .on_terminal(),
    row(
        "an error's message, with each attempt",
        Plain(&[Request, HOSTILE]),
        4,
        &["403"],
    )
    .run(&["me", "-v"])
    .on_terminal(),
    row(
        "an error's message to login",
        Plain(&[Request, HOSTILE]),
        4,
        &["403"],
    )
    .run(&["login", "--email", "zoe@example.com", "--password-stdin"])
    .files(&[("password", b"w3bRzL9tokenVn6\n")])
    .altered(|command, folder| {
        command.stdin(File::open(folder.join("password")).unwrap());
    })
    .on_terminal(),
    row(
        "an error's message to a task",
        Plain(&[Request, HOSTILE]),
        4,
        &["403"],
    )
    .run(&["task", "--event", "{folder}/event"])
    .files(&[("event", b"{}")])
    .on_terminal(),
    row(
        "where a redirect points",
        Plain(&[
            Request,
            Send(
                concat!(
                    "HTTP/1.1 302 x\r\nLocation: https://x/",
                    harmful_in_header!(),
                    "\r\n\r\n"
                )
                .as_bytes(),
            ),
        ]),
        3,
        &["302", "https://x/"],
    )
    .on_terminal(),
    row(
        "a media type",
        Plain(&[
            Request,
            Send(
                concat!(
                    "HTTP/1.1 200 OK\r\nContent-Type: a/",
                    harmful_in_header!(),
                    "\r\nContent-Encoding: ",
                    harmful_in_header!(),
                    "\r\n\r\n<"
                )
                .as_bytes(),
            ),
        ]),
        1,
        &["content type"],
    )
    .on_terminal(),
    row(
        "what is not HTTP",
        Plain(&[Request, Send(concat!(harmful!(), "\r\n\r\n").as_bytes())]),
        1,
        &["not valid HTTP"],
    )
    .on_terminal(),
    row(
        "a certificate's words in place of a handshake",
        Plain(&[Send(concat!(harmful!(), "\r\n\r\n").as_bytes())]),
        1,
        &["TLS"],
    )
    .with(&[("API_HOST", "https://localhost:{port}")])
    .on_terminal(),
    row(
        "a warning that repeats an option",
        Plain(&[Request, USER]),
        0,
        &["\\u{2028}api.example.com"],
    )
    .run(&["me", "--resolve", "\u{2028}api.example.com:443:127.0.0.1"])
    .on_terminal(),
    row(
        "what an event says, in the log of a task",
        Plain(&[]),
        2,
        &["INVALID_EVENT", "\\u009b31m"],
    )
    .run(&["task", "--event", "{folder}/event"])
    .files(&[(
        "event",
        "{\"data\":{\"request\":{\"\u{9b}31m\":1}}}".as_bytes(),
    )])
    .on_terminal(),
    row(
        "a name for a file, which is ignored",
        Plain(&[
            Request,
            Send("HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"../../\u{9b}31m\u{202e}\"\r\nContent-Length: 1\r\n\r\n1".as_bytes()),
        ]),
        0,
        &[],
    )
    .run(&["get", "/x", "-o", "{folder}/x"])
    .on_terminal(),
    row("a header that is explained", Plain(&[]), 4, &["would refuse"])
        .run(&[
            "explain", "GET", "https://x/?a=%1B[2J%C2%9B31m%E2%80%AE", "--authorization",
            "OAuth oauth_consumer_key=\"%1B[2J\", oauth_nonce=\"%C2%9B31m\", oauth_signature=\"%1B%0D%07\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_token=\"%E2%80%AE\"",
        ])
        .on_terminal()
        .within(30.0),
    row("a base string that is compared", Plain(&[]), 4, &["would refuse"])
        .run(&["explain", "GET", "https://x/", "--base-string", "GET&\u{9b}31m\u{202e}&\x1b[2J\x07"])
        .on_terminal()
        .within(30.0),
    row("a curl command that is explained", Plain(&[]), 4, &["not signed"])
        .run(&["explain", "--curl", "{folder}/curl"])
        .files(&[("curl", "curl 'https://x/\u{9b}31m\u{202e}' -H 'Authorization: OAuth \x1b[2J'".as_bytes())])
        .on_terminal(),
    row("a request that is explained", Plain(&[]), 4, &["not signed"])
        .run(&["explain", "--http", "{folder}/http"])
        .files(&[("http", "GET /\u{9b}31m HTTP/1.1\r\nHost: \x1b[2J\r\nAuthorization: OAuth \u{202e}=\"\x07\"\r\n\r\n".as_bytes())])
        .on_terminal(),
    row("an argument", Plain(&[]), 2, &["U+009B"])
        .run(&["get", "/\u{9b}31m\u{202e}"])
        .on_terminal(),
    row(
        "a long body",
        Plain(&[Request, OPEN, Repeat("\u{9b}".as_bytes(), 1 << 20)]),
        0,
        &["\\u{9b}\\u{9b}"],
    )
    .run(GET)
    .on_terminal()
    .within(60.0),
    row(
        "a body of 63 MiB",
        Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1008)]),
        0,
        &[],
    )
    .run(GET)
    .with_body()
    .on_terminal()
    .within(60.0),
    row(
        "nesting of 100,000",
        Plain(&[
            Request,
            OPEN,
            Send(b"{\"id\":\"1\",\"x\":"),
            Repeat(b"[", 100_000),
            Send(b"1"),
            Repeat(b"]", 100_000),
            Send(b"}"),
        ]),
        0,
        &["\"x\": [\n    [\n"],
    )
    .on_terminal()
    .within(60.0),
    // Outputs.
    row("a closed pipe", Plain(&[Request, USER]), 0, &[]).altered(|command, _| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stdout(writer);
    }),
    row(
        "a closed pipe for a large response",
        Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 160)]),
        0,
        &[],
    )
    .run(GET)
    .altered(|command, _| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stdout(writer);
    }),
    row(
        "a closed pipe for errors",
        Plain(&[Request, Send(b"HTTP/1.1 404 x\r\n\r\n")]),
        4,
        &[],
    )
    .altered(|command, _| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stderr(writer);
    }),
    row(
        "a full device",
        Plain(&[Request, USER]),
        1,
        &["standard output", "No space left"],
    )
    .altered(|command, _| {
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
    }),
    row(
        "a full device for errors",
        Plain(&[Request, Send(b"HTTP/1.1 404 x\r\n\r\n")]),
        4,
        &[],
    )
    .altered(|command, _| {
        command.stderr(File::options().write(true).open("/dev/full").unwrap());
    }),
    row(
        "a full device for an error's body",
        Plain(&[Request, Send(b"HTTP/1.1 404 x\r\n\r\nbody")]),
        4,
        &["404", "No space left"],
    )
    .altered(|command, _| {
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
    }),
    row(
        "a full device for a header that is signed",
        Plain(&[]),
        1,
        &["No space left"],
    )
    .run(&["sign", "GET", "http://x/"])
    .altered(|command, _| {
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
    }),
    row("a full device for help", Plain(&[]), 1, &["No space left"])
        .run(&["me", "--help"])
        .altered(|command, _| {
            command.stdout(File::options().write(true).open("/dev/full").unwrap());
        }),
    row(
        "a full disk",
        Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 160)]),
        1,
        &["cannot write", "No space left"],
    )
    .run(&["get", "/x", "-o", "{folder}/full/x"])
    .on_small_disk(),
    row(
        "a response without end to a full disk",
        Plain(&[Request, OPEN, Forever(b"x")]),
        1,
        &["cannot write", "No space left"],
    )
    .run(&["get", "/x", "-o", "{folder}/full/x"])
    .on_small_disk(),
    row(
        "a file from a response that is cut off",
        Plain(&[
            Request,
            Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"),
        ]),
        1,
        &["closed before the end"],
    )
    .run(&["get", "/x", "-o", "{folder}/x"]),
    row(
        "a terminal while a response drips",
        Plain(&[Request, OPEN, Drip(b"x", 100)]),
        1,
        &["timed out"],
    )
    .run(GET)
    .on_terminal()
    .within(0.5),
];

#[test]
fn rows() {
    run::check(ROWS);
}
