//! Small input that could become large in memory: many parameters, items, values and lines.
//!
//! Every row has 32 MiB of memory, 64 MiB more if a body is held, and 64 MiB in all if a huge request is explained.

use std::{fs, path::Path};

use crate::{
    input::OK,
    row::{Row, row},
    run,
    server::{
        Server::{Closed, Plain},
        Step,
    },
    tls::{Certificate::Good, server},
};
use Step::{Repeat, Request, Send};

const OPEN: Step = Send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
const FORM: &[&str] = &["post", "/x", "-d", "@{folder}/f", "--content-type", "application/x-www-form-urlencoded"];
const EXPLAIN: &[&str] = &["explain", "--http", "{folder}/f"];
const ALL: &[&str] = &["get", "/x", "--all"];
const LOGIN: &[&str] = &["login", "--email", "zoe@example.com", "--password-stdin", "--code", "123456"];
const TASK: &[&str] = &["task", "--event", "{folder}/e"];
const CALL: &[(&str, &[u8])] = &[("e", b"{\"data\":{\"request\":{\"path\":\"/x\"}}}")];
const PAGE: Step = Send(b"HTTP/1.1 200 OK\r\n\r\n{\"page\":{\"total\":1,\"offset\":0,\"limit\":4000000},\"data\":[");

/// The start of a refused request.
const REFUSED: &str = "POST /x HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: OAuth oauth_consumer_key=\"key\", \
    oauth_nonce=\"n\", oauth_signature=\"AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D\", oauth_signature_method=\"HMAC-SHA1\", \
    oauth_timestamp=\"1\", oauth_token=\"token\"\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n";

fn write(folder: &Path, text: &str) {
    fs::write(folder.join("f"), text).unwrap();
}

/// Writes a refused request with a form of this many KiB.
fn refused(folder: &Path, unit: &str, kibibytes: usize) {
    write(folder, &(REFUSED.to_owned() + &unit.repeat((kibibytes << 10) / unit.len())));
}

/// Sets the password on standard input.
fn password(command: &mut std::process::Command, folder: &Path) {
    fs::write(folder.join("password"), "w3bRzL9tokenVn6\n").unwrap();
    command.stdin(fs::File::open(folder.join("password")).unwrap());
}

const ROWS: &[Row] = &[
    // Forms, whose parameters are signed.
    row("a form of 1 MiB in parameters of one letter", Plain(OK), 0, &[])
        .run(FORM)
        .with_body()
        .within(30.0)
        .prepared(|folder| write(folder, &"a&".repeat(512 << 10))),
    row("a larger form", Closed, 2, &["larger than 1 MiB"])
        .run(FORM)
        .prepared(|folder| write(folder, &"a".repeat((1 << 20) + 1))),
    row("a form that never ends", Closed, 2, &["/dev/zero", "regular file"]).run(&[
        "post",
        "/x",
        "-d",
        "@/dev/zero",
        "--content-type",
        "application/x-www-form-urlencoded",
    ]),
    // Requests that are explained.
    row("a refused form of parameters of one letter", Closed, 4, &["would refuse"])
        .run(EXPLAIN)
        .within(30.0)
        .prepared(|folder| refused(folder, "a&", 64)),
    row("a refused form of one name in brackets", Closed, 4, &["would refuse"])
        .run(EXPLAIN)
        .memory(64)
        .within(30.0)
        .prepared(|folder| refused(folder, "[a]=b&", 250)),
    row("a refused form with a name of many brackets", Closed, 4, &["would refuse"])
        .run(EXPLAIN)
        .within(30.0)
        .prepared(|folder| refused(folder, "[]", 64)),
    row("a refused form of what is encoded", Closed, 4, &["would refuse"])
        .run(EXPLAIN)
        .within(30.0)
        .prepared(|folder| refused(folder, "%28", 64)),
    row("a refused form of numbered names", Closed, 4, &["would refuse"]).run(EXPLAIN).within(30.0).prepared(
        |folder| {
            let names: String = (0..5000).map(|number| format!("a{number}=%20{number}&")).collect();
            refused(folder, &names, names.len() >> 10);
        },
    ),
    row("20,000 other secrets", Closed, 4, &["would refuse"])
        .run(&["explain", "--http", "{folder}/f", "--also-try", "{folder}/secrets"])
        .memory(64)
        .within(30.0)
        .prepared(|folder| {
            let secrets: String = (0..20_000).map(|number| format!("{number}\n")).collect();
            fs::write(folder.join("secrets"), secrets).unwrap();
            refused(folder, "a=b&", 1);
        }),
    row("a request of more than 256 KiB", Closed, 2, &["larger than 256 KiB"])
        .run(EXPLAIN)
        .prepared(|folder| refused(folder, "a&", 256)),
    row("a curl command of more than 256 KiB", Closed, 2, &["larger than 256 KiB"])
        .run(&["explain", "--curl", "{folder}/f"])
        .prepared(|folder| refused(folder, "-d a ", 256)),
    // Tasks.
    row("an event of 6 MiB in small JSON", Plain(OK), 0, &[]).run(TASK).with_body().within(30.0).prepared(|folder| {
        let numbers = "0,".repeat((6 << 19) - 100);
        let event =
            format!("{{\"data\":{{\"request\":{{\"path\":\"/x\",\"method\":\"PUT\",\"body\":[{numbers}0]}}}}}}");
        fs::write(folder.join("e"), event).unwrap();
    }),
    row("an event of 6 MiB of what is not looked at", Plain(OK), 0, &[]).run(TASK).within(30.0).prepared(|folder| {
        let numbers = "{},".repeat((2 << 20) - 100);
        fs::write(folder.join("e"), format!("{{\"x\":[{numbers}0],\"data\":null}}")).unwrap();
    }),
    row("a larger event", Closed, 2, &["USAGE_ERROR", "larger than 6 MiB"])
        .run(TASK)
        .prepared(|folder| fs::write(folder.join("e"), " ".repeat((6 << 20) + 1)).unwrap()),
    row("an event that never ends", Closed, 2, &["USAGE_ERROR", "/dev/zero"]).run(&["task", "--event", "/dev/zero"]),
    row(
        "6 MiB of small JSON for a task",
        Plain(&[Request, OPEN, Send(b"["), Repeat(b"0,", (6 << 19) - 2), Send(b"0]")]),
        0,
        &[],
    )
    .run(TASK)
    .files(CALL)
    .with_body(),
    row("6 MiB of control characters for a task", Plain(&[Request, OPEN, Repeat(b"\x01", 6 << 20)]), 0, &[])
        .run(TASK)
        .files(CALL)
        .with_body()
        .within(30.0),
    row("6 MiB of bytes for a task", Plain(&[Request, OPEN, Repeat(b"\xff", 6 << 20)]), 0, &[])
        .run(TASK)
        .files(CALL)
        .with_body()
        .within(30.0)
        .shows(&["\"isBase64Encoded\":true"]),
    row(
        "more than Lambda takes for a task",
        Plain(&[Request, OPEN, Repeat(b"x", (6 << 20) + 1)]),
        1,
        &["RESPONSE_TOO_LARGE", "6291456"],
    )
    .run(TASK)
    .files(CALL),
    row(
        "5 MiB of a task's user in roles",
        Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"roles\":["), Repeat(b"{},", 5 << 18), Send(b"{}]}")]),
        0,
        &[],
    )
    .run(TASK)
    .files(&[("e", b"{}")]),
    // Lists.
    row(
        "a page of 4 million items",
        Plain(&[Request, PAGE, Repeat(b"0,", 3_999_999), Send(b"0]}")]),
        1,
        &["4000000 items", "page of 10000"],
    )
    .run(ALL),
    row(
        "a page of 31 MiB in one item",
        Plain(&[Request, PAGE, Send(b"\""), Repeat(&[b'x'; 65_536], 496), Send(b"\"]}")]),
        0,
        &[],
    )
    .run(ALL)
    .with_body()
    .within(30.0),
    row(
        "a page above 32 MiB",
        Plain(&[Request, PAGE, Send(b"\""), Repeat(&[b'x'; 65_536], 513), Send(b"\"]}")]),
        1,
        &["larger than 33554432 bytes"],
    )
    .run(ALL)
    .with_body(),
    // Logins, whose responses must be small.
    row(
        "7 MiB of a second factor's methods",
        Plain(&[
            Request,
            Send(b"HTTP/1.1 401 x\r\n\r\n{\"code\":129,\"mfa\":{\"token\":\"x\",\"methods\":["),
            Repeat(b"{\"id\":\"1\"},", 700_000),
            Send(b"{\"id\":\"1\"}]}}"),
        ]),
        1,
        &["larger than 262144 bytes"],
    )
    .run(LOGIN)
    .altered(password),
    row(
        "a token of 1 MiB, which no file of credentials has",
        Plain(&[Request, OPEN, Send(b"{\"token\":\"x\",\"tokenSecret\":\""), Repeat(b"x", 1 << 20), Send(b"\"}")]),
        1,
        &["larger than 262144 bytes"],
    )
    .run(LOGIN)
    .altered(password),
    // Files of settings.
    row("250,000 lines of no variable of ours", Plain(OK), 0, &[])
        .run(&["me", "--credentials", "{folder}/f"])
        .prepared(|folder| write(folder, &"a=b\n".repeat(250_000))),
    row("4 MiB of one certificate", Closed, 2, &["certificate 1 cannot be read", "cannot be read"])
        .run(&["me", "--ca-file", "{folder}/f"])
        .within(30.0)
        .prepared(|folder| {
            let encoded = "A".repeat((4 << 20) - 100);
            write(folder, &format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n"));
        }),
    row("4 MiB of certificates", Plain(OK), 0, &[]).run(&["me", "--ca-file", "{folder}/f"]).within(30.0).prepared(
        |folder| {
            let (_, pem) = server(Good);
            write(folder, &pem.repeat((4 << 20) / pem.len()));
        },
    ),
];

#[test]
fn rows() {
    run::check(ROWS);
}
