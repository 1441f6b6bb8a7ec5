//! What the program is given: arguments, variables, files, standard input, the clock.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{PermissionsExt as _, symlink},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::{
    row::{Row, row},
    run,
    server::{
        Server::{Nobody, Plain},
        Step,
    },
};
use Step::{Request, Send};

const OK: &[Step] = &[
    Request,
    Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
];
const REFUSED: &[Step] = &[
    Request,
    Send(b"HTTP/1.1 401 Unauthorized\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n{\"code\":109}"),
];
const SIGN: &[&str] = &["sign", "GET", "http://x/"];
const WITH_FILE: &[&str] = &["me", "--credentials", "{folder}/c"];
/// The only place where the token's secret may then be.
const NO_SECRET: &[(&str, &str)] = &[("API_OAUTH_TOKEN_SECRET", "")];

/// Gives a secret of this size.
fn large(command: &mut Command, length: usize) {
    command.env(
        "API_OAUTH_TOKEN_SECRET",
        "w3bRzL9tokenVn6".repeat(length / 15),
    );
}

/// Gives a variable that is not text.
fn raw_variable(command: &mut Command, name: &str) {
    command.env(name, OsStr::from_bytes(b"w3bRzL9tokenVn6\xff\x1b[2J"));
}

pub(crate) fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

/// A file of so many GiB that are nowhere on the disk.
pub(crate) fn sparse(path: &Path, gibibytes: u64) {
    File::create(path)
        .unwrap()
        .set_len(gibibytes << 30)
        .unwrap();
}

/// Runs it as nobody, who may go into the folder.
fn as_nobody(command: &mut Command, folder: &Path) {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    if rustix::process::geteuid().is_root() {
        command.uid(65534);
    }
}

/// Gives standard input that never ends.
fn endless_input(command: &mut Command, _: &Path) {
    command.stdin(File::open("/dev/zero").unwrap());
}

/// Gives the program's clock another time, by the library of faketime where that is installed.
pub(crate) fn at(command: &mut Command, time: &str) {
    let places = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib64/faketime/libfaketime.so.1",
        "/usr/lib/faketime/libfaketime.so.1",
    ];
    match places.iter().find(|place| Path::new(place).exists()) {
        Some(library) => {
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME", time)
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        None => *command = without_clock(),
    }
}

/// What `run.rs` takes for a row that is skipped.
fn without_clock() -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "exit 97"]);
    command
}

const ROWS: &[Row] = &[
    // Arguments.
    row("an argument that is not UTF-8", Nobody, 2, &["UTF-8"])
        .run(&["get"])
        .altered(|command, _| {
            command.arg(OsStr::from_bytes(b"/\xff"));
        }),
    row("an option that is not UTF-8", Nobody, 2, &["UTF-8"])
        .run(&["me"])
        .altered(|command, _| {
            command.arg(OsStr::from_bytes(b"--host=\xff\x1b[2J"));
        }),
    row("a file's name that is not UTF-8", Plain(OK), 0, &[])
        .run(&["get", "/x"])
        .altered(|command, folder| {
            command
                .arg("-o")
                .arg(folder.join(OsStr::from_bytes(b"\xff")));
        })
        .prints(""),
    row("a file's name with ESC", Nobody, 2, &["\\u{1b}[2J"]).run(&[
        "me",
        "--credentials",
        "{folder}/\x1b[2J",
    ]),
    row(
        "ESC in an option that is none",
        Nobody,
        2,
        &["unexpected argument"],
    )
    .run(&["me", "--\x1b[2J"]),
    row(
        "ESC in a command that is none",
        Nobody,
        2,
        &["unrecognized subcommand", "\\u{202e}"],
    )
    .run(&["\x1b[2J\u{202e}"]),
    row("LF in a path", Nobody, 2, &["exh-oauth1"]).run(&["get", "/a\nb"]),
    row("CR LF in a path", Nobody, 2, &["exh-oauth1"]).run(&["get", "/a\r\nX: y"]),
    row("CR LF in a method", Nobody, 2, &["exh-oauth1"]).run(&["sign", "GET\r\nX", "http://x/"]),
    row("CR LF in a header", Nobody, 2, &["header"]).run(&["get", "/x", "-H", "X: a\r\nY: b"]),
    row("CR LF in a header's name", Nobody, 2, &["header"]).run(&["get", "/x", "-H", "X\r\nY: b"]),
    row("CR LF in a media type", Nobody, 2, &["header"]).run(&[
        "post",
        "/x",
        "-d",
        "1",
        "--content-type",
        "a/b\r\nY: b",
    ]),
    row("CR LF in a host", Nobody, 2, &["API_HOST"]).run(&["me", "--host", "a\r\nb"]),
    row(
        "CR LF in a base URL",
        Nobody,
        2,
        &["from an option", "control character"],
    )
    .run(&["me", "--base-url", "http://a/\r\nX: y"]),
    row("CR LF in what is signed for", Nobody, 2, &["--sign-as"]).run(&[
        "me",
        "--sign-as",
        "http://a/\r\nX: y",
    ]),
    row("LF in an address", Nobody, 2, &["--resolve"]).run(&["me", "--resolve", "a:127.0.0.1\n"]),
    row("LF in a file's name", Nobody, 2, &["no such file"]).run(&[
        "me",
        "--ca-file",
        "{folder}/a\nb",
    ]),
    row("LF in an e-mail address", Nobody, 2, &["exh-oauth1"]).run(&["login", "--email", "a\nb"]),
    row("LF in a form, which is encoded", Plain(OK), 0, &[]).run(&["post", "/x", "-F", "a\n=\r\n"]),
    row("LF in a query, which is encoded", Plain(OK), 0, &[]).run(&["get", "/x", "-q", "a\n=\r\n"]),
    row("LF in a parameter", Nobody, 2, &["--parameter realm"]).run(&[
        "sign",
        "GET",
        "http://x/",
        "--parameter",
        "realm=a\nb",
    ]),
    row("LF in a nonce", Nobody, 0, &[]).run(&["sign", "GET", "http://x/", "--nonce", "a\nb"]),
    row("a path of 120 KiB", Nobody, 2, &["exh-oauth1"])
        .run(&["get"])
        .altered(|command, _| {
            command.arg(format!("/{}", "a".repeat(120 << 10)));
        }),
    row("a path of 60,000 characters", Plain(OK), 0, &[])
        .run(&["get"])
        .altered(|command, _| {
            command.arg(format!("/{}", "a".repeat(60_000)));
        }),
    row("10,000 parameters", Plain(OK), 0, &[])
        .run(&["get"])
        .altered(|command, _| {
            command.arg(format!("/?{}", "a&".repeat(10_000)));
        }),
    row("a timeout that is none", Nobody, 2, &["seconds"])
        .run(&["get", "/x", "--timeout=NaN", "--retry", "0"])
        .altered(|_, _| {}),
    row(
        "a profile's name that leads elsewhere",
        Nobody,
        2,
        &["profile ../x", "letters, digits"],
    )
    .run(&["me", "--profile", "../x"]),
    // Variables.
    row(
        "a secret that is not UTF-8",
        Nobody,
        2,
        &["API_OAUTH_TOKEN_SECRET", "not UTF-8"],
    )
    .altered(|command, _| raw_variable(command, "API_OAUTH_TOKEN_SECRET")),
    row(
        "a host that is not UTF-8",
        Nobody,
        2,
        &["API_HOST", "not UTF-8"],
    )
    .altered(|command, _| raw_variable(command, "API_HOST")),
    row(
        "a file of authorities that is not UTF-8",
        Nobody,
        2,
        &["SSL_CERT_FILE", "no such file"],
    )
    .altered(|command, _| {
        command.env("SSL_CERT_FILE", OsStr::from_bytes(b"/\xff\x1b[2J"));
    }),
    row("a home that is not UTF-8", Plain(OK), 0, &[])
        .altered(|command, _| raw_variable(command, "HOME")),
    row("a proxy that is not UTF-8", Plain(OK), 0, &[])
        .altered(|command, _| raw_variable(command, "HTTPS_PROXY")),
    row("another variable that is not UTF-8", Plain(OK), 0, &[]).altered(|command, _| {
        command.env(OsStr::from_bytes(b"X\xff"), OsStr::from_bytes(b"\xff"));
    }),
    row(
        "LF in a secret",
        Nobody,
        2,
        &["API_OAUTH_TOKEN_SECRET", "control character"],
    )
    .with(&[("API_OAUTH_TOKEN_SECRET", "w3bRzL9tokenVn6\nx")]),
    row("LF in a host", Nobody, 2, &["API_HOST"]).with(&[("API_HOST", "a\nb")]),
    row(
        "CR behind a host",
        Nobody,
        2,
        &["API_HOST", "ends with white space"],
    )
    .with(&[("API_HOST", "api.example.com\r")]),
    row(
        "LF in a consumer key",
        Nobody,
        2,
        &["API_OAUTH_CONSUMER_KEY", "control character"],
    )
    .with(&[("API_OAUTH_CONSUMER_KEY", "a\nb")]),
    row(
        "CR in a consumer secret",
        Nobody,
        2,
        &["API_OAUTH_CONSUMER_SECRET", "control character"],
    )
    .with(&[("API_OAUTH_CONSUMER_SECRET", "q7fUmJ2consumerXk4\rx")]),
    row(
        "CR LF in a token",
        Nobody,
        2,
        &["API_OAUTH_TOKEN", "control character"],
    )
    .with(&[("API_OAUTH_TOKEN", "a\r\nX: y")]),
    row(
        "CR behind a secret",
        Nobody,
        2,
        &["API_OAUTH_TOKEN_SECRET", "ends with white space"],
    )
    .with(&[("API_OAUTH_TOKEN_SECRET", "w3bRzL9tokenVn6\r")]),
    row(
        "ESC in a key",
        Nobody,
        2,
        &["API_OAUTH_CONSUMER_KEY", "control character"],
    )
    .with(&[("API_OAUTH_CONSUMER_KEY", "\x1b[2J")]),
    row(
        "a secret of 120 KiB, the most of a variable",
        Plain(OK),
        0,
        &[],
    )
    .altered(|command, _| large(command, 120 << 10)),
    row("HOME unset", Plain(OK), 0, &[]).with(&[("HOME", "")]),
    row(
        "HOME unset, and nothing else",
        Nobody,
        2,
        &["API_HOST is missing", "HOME is not set"],
    )
    .altered(|command, _| {
        command.env_clear();
    }),
    row("PATH unset", Plain(OK), 0, &[]).with(&[("PATH", "")]),
    row("HOME as a file", Plain(OK), 0, &[]).with(&[("HOME", "/dev/null")]),
    // The credentials file.
    row("no file", Nobody, 2, &["no such file"]).run(WITH_FILE),
    row("a directory", Nobody, 2, &["no regular file"])
        .run(WITH_FILE)
        .prepared(|folder| fs::create_dir(folder.join("c")).unwrap()),
    row(
        "a pipe that nobody writes into",
        Nobody,
        2,
        &["no regular file"],
    )
    .run(WITH_FILE)
    .prepared(|folder| fifo(&folder.join("c")))
    .within(1.0),
    row("a device", Nobody, 2, &["no regular file"]).run(&["me", "--credentials", "/dev/zero"]),
    row("a symbolic link", Plain(OK), 0, &[])
        .run(WITH_FILE)
        .with(NO_SECRET)
        .prepared(|folder| {
            fs::write(
                folder.join("there"),
                "API_OAUTH_TOKEN_SECRET=w3bRzL9tokenVn6\n",
            )
            .unwrap();
            symlink("there", folder.join("c")).unwrap();
        }),
    row("a symbolic link to nothing", Nobody, 2, &["no such file"])
        .run(WITH_FILE)
        .prepared(|folder| symlink("none", folder.join("c")).unwrap()),
    row("a symbolic link to itself", Nobody, 2, &["cannot be read"])
        .run(WITH_FILE)
        .prepared(|folder| symlink("c", folder.join("c")).unwrap()),
    row(
        "a file that may not be read",
        Nobody,
        2,
        &["cannot be read", "permission denied"],
    )
    .run(WITH_FILE)
    .prepared(|folder| {
        fs::write(folder.join("c"), "").unwrap();
        fs::set_permissions(folder.join("c"), Permissions::from_mode(0o0)).unwrap();
    })
    .altered(as_nobody),
    row("a file of 1 GiB", Nobody, 2, &["larger than 1 MiB"])
        .run(WITH_FILE)
        .prepared(|folder| sparse(&folder.join("c"), 1)),
    row("a file of 1 MiB in one value", Plain(OK), 0, &[])
        .run(WITH_FILE)
        .with(NO_SECRET)
        .prepared(|folder| {
            let secret = "w3bRzL9tokenVn6".repeat((1 << 20) / 15 - 2);
            fs::write(
                folder.join("c"),
                format!("API_OAUTH_TOKEN_SECRET={secret}\n"),
            )
            .unwrap();
        }),
    row("a binary file", Nobody, 2, &["line 1 is not UTF-8"])
        .run(WITH_FILE)
        .prepared(|folder| {
            assert!(fs::copy(env!("CARGO_BIN_EXE_exh-oauth1"), folder.join("c")).is_ok());
        })
        .altered(|_, folder| {
            // A program is larger than a file of credentials may be.
            let file = File::options().write(true).open(folder.join("c")).unwrap();
            file.set_len(4096).unwrap();
        }),
    row("a file of zeros", Nobody, 2, &["line 1"])
        .run(WITH_FILE)
        .prepared(|folder| fs::write(folder.join("c"), [0; 4096]).unwrap()),
    row(
        "a file of a line of our secret",
        Nobody,
        2,
        &["line 1 is not of the form"],
    )
    .run(WITH_FILE)
    .prepared(|folder| fs::write(folder.join("c"), "w3bRzL9tokenVn6\n").unwrap()),
    row(
        "NUL in a file's value",
        Nobody,
        2,
        &["API_OAUTH_TOKEN_SECRET", "control character"],
    )
    .run(WITH_FILE)
    .with(NO_SECRET)
    .prepared(|folder| {
        fs::write(
            folder.join("c"),
            "API_OAUTH_TOKEN_SECRET=w3bRzL9tokenVn6\0x\n",
        )
        .unwrap();
    }),
    row("the usual file is a pipe", Nobody, 2, &["no regular file"])
        .with(NO_SECRET)
        .prepared(|folder| {
            fs::create_dir(folder.join(".exh")).unwrap();
            fifo(&folder.join(".exh/credentials"));
        })
        .within(1.0),
    // Other files.
    row("a key that never ends", Nobody, 2, &["/dev/zero"]).run(&[
        "sign",
        "GET",
        "http://x/",
        "--rsa-key",
        "/dev/zero",
    ]),
    row("a key that is a directory", Nobody, 2, &["directory"]).run(&[
        "sign",
        "GET",
        "http://x/",
        "--rsa-key",
        "{folder}",
    ]),
    row("a key of 1 GiB", Nobody, 2, &["key"])
        .run(&["sign", "GET", "http://x/", "--rsa-key", "{folder}/key"])
        .prepared(|folder| sparse(&folder.join("key"), 1)),
    row("a key that is not UTF-8", Nobody, 2, &["UTF-8"])
        .run(&["sign", "GET", "http://x/", "--rsa-key", "{folder}/key"])
        .files(&[("key", b"\xff\x1b[2J")]),
    row("a header that never ends", Nobody, 2, &["cannot be read"])
        .run(&["explain", "--http", "/dev/zero"])
        .within(30.0)
        .memory_of(64),
    row("other secrets that never end", Nobody, 2, &["exh-oauth1"])
        .run(&[
            "explain",
            "GET",
            "http://x/",
            "--authorization",
            "x",
            "--also-try",
            "/dev/zero",
        ])
        .within(30.0)
        .memory_of(64),
    row(
        "a body that never ends",
        Nobody,
        2,
        &["/dev/zero", "no regular file"],
    )
    .run(&["post", "/x", "-d", "@/dev/zero"]),
    row(
        "a body from a pipe that nobody writes into",
        Nobody,
        2,
        &["no regular file"],
    )
    .run(&["post", "/x", "-d", "@{folder}/p"])
    .prepared(|folder| fifo(&folder.join("p")))
    .within(1.0),
    row(
        "a part that never ends",
        Nobody,
        2,
        &["/dev/zero", "no regular file"],
    )
    .run(&["post", "/x", "-F", "a=@/dev/zero"]),
    row(
        "a part that is a directory",
        Nobody,
        2,
        &["no regular file"],
    )
    .run(&["post", "/x", "-F", "a=@{folder}"]),
    row(
        "standard input that never ends",
        Nobody,
        2,
        &["longer than 64 MiB", "-d @FILE"],
    )
    .run(&["post", "/x", "-d", "-"])
    .altered(endless_input)
    .with_body()
    .within(30.0),
    row("63 MiB from standard input", Plain(OK), 0, &[])
        .run(&["post", "/x", "-d", "-"])
        .altered(|command, folder| {
            sparse(&folder.join("body"), 1);
            let file = File::options()
                .read(true)
                .write(true)
                .open(folder.join("body"))
                .unwrap();
            file.set_len(63 << 20).unwrap();
            command.stdin(file);
        })
        .with_body()
        .within(30.0),
    row(
        "a header from standard input that never ends",
        Nobody,
        2,
        &["exh-oauth1"],
    )
    .run(&["explain", "GET", "http://x/", "--authorization", "-"])
    .altered(endless_input)
    .within(30.0)
    .memory_of(64),
    row(
        "an output that is a directory",
        Nobody,
        1,
        &["cannot write"],
    )
    .run(&["get", "/x", "-o", "{folder}"]),
    // The clock.
    row(
        "signing before 1970",
        Nobody,
        1,
        &["clock is set before 1970", "set it"],
    )
    .run(SIGN)
    .altered(|command, _| at(command, "1969-12-31 23:59:50"))
    .prints(""),
    row(
        "signing in the first second of 1970, which is no positive number",
        Nobody,
        1,
        &["clock is set before 1970", "set it"],
    )
    .run(SIGN)
    .altered(|command, _| at(command, "1970-01-01 00:00:00"))
    .prints(""),
    row(
        "a call before 1970",
        Plain(OK),
        1,
        &["clock is set before 1970", "set it"],
    )
    .altered(|command, _| at(command, "1969-12-31 23:59:50"))
    .prints(""),
    row(
        "a refusal in 1970",
        Plain(REFUSED),
        4,
        &[
            "401: 109",
            "set this machine's clock, which is 7841",
            "s behind the server's",
        ],
    )
    .altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row(
        "a refusal in 2100",
        Plain(REFUSED),
        4,
        &[
            "401: 109",
            "set this machine's clock, which is ",
            "s ahead of the server's",
        ],
    )
    .altered(|command, _| at(command, "2100-01-01 00:00:00")),
    row(
        "a call in 2262, when nanoseconds overflow",
        Plain(OK),
        0,
        &[],
    )
    .altered(|command, _| at(command, "2262-04-12 00:00:00")),
    row("a sandbox in 2100", Nobody, 0, &[])
        .run(&["me", "--sandbox"])
        .altered(|command, _| at(command, "2100-01-01 00:00:00")),
    row("signing in 1970", Nobody, 0, &[])
        .run(SIGN)
        .altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row("a call in 1970", Plain(OK), 0, &[])
        .altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row("a call in 2100", Plain(OK), 0, &[])
        .altered(|command, _| at(command, "2100-01-01 00:00:00")),
];

#[test]
fn rows() {
    run::check(ROWS);
}
