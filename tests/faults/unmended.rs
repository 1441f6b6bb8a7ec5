//! Rows that do not hold yet: each is a fault of the program that is known and not mended.
//!
//! `cargo test --test faults -- --ignored` runs them. A row that is mended moves to the table of its subject.

use crate::{
    row::{Row, row},
    run,
    server::{
        Server::{Plain, Tls},
        Step,
    },
    tls::Certificate::Good,
};
use Step::{Drip, Drop, Forever, MostOfRequest, Repeat, Request, Send};

const OPEN: Step = Send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
const TRUSTING: &[&str] = &["me", "--ca-file", "{folder}/roots.pem"];
const PROXIED: &[(&str, &str)] = &[
    ("API_HOST", "https://api.proxied.invalid"),
    ("HTTPS_PROXY", "http://{address}"),
];

const ROWS: &[Row] = &[
    row("the same cut off by somebody on the way", Tls(Good, &[Request, Send(b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}"), Drop]), 1, &["closed before the end"])
        .run(TRUSTING)
        .prints(""),
    row("reset within a body of no length", Plain(&[MostOfRequest, Send(b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}"), Drop]), 1, &["closed before the end"])
        .prints(""),
    row("a proxy that drips", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Drip(b"x", 100)]), 1, &["too long"])
        .with(PROXIED)
        .within(0.5),
    row("a length above the limit", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n"), Forever(b" ")]), 1, &["larger than 67108864 bytes", "limit()"]),
    row("endless", Plain(&[Request, OPEN, Forever(b" ")]), 1, &["larger than 67108864 bytes"]).with_body().within(20.0),
    row("huge numbers", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"x\":[1e999,-1e-999,18446744073709551616,123456789012345678901234567890.5]}")]), 0, &[]).prints("{\"id\":\"1\",\"x\":[1e999,-1e-999,18446744073709551616,123456789012345678901234567890.5]}"),
    row("63 MiB that are no JSON", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1008)]), 1, &["not JSON"]).with_body().within(60.0),
    row("63 MiB of 404", Plain(&[Request, Send(b"HTTP/1.1 404 x\r\n\r\n"), Repeat(&[b'x'; 65_536], 1008)]), 4, &["404"]).with_body().within(60.0),
    row("63 MiB of 500 in small JSON", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"code\":1406,\"x\":["), Repeat(b"0,", 33_030_144), Send(b"0]}")]), 5, &["500", "1406"]).with_body().within(60.0),
    row("63 MiB of a user in small JSON", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"x\":["), Repeat(b"0,", 33_030_144), Send(b"0]}")]), 0, &[]).with_body().within(60.0),
    row("63 MiB of a user's roles", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"roles\":["), Repeat(b"{},", 22_020_096), Send(b"{}]}")]), 0, &[]).with_body().within(60.0),
    row("63 MiB in the API's message", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"message\":\""), Repeat(&[b'x'; 65_536], 1008), Send(b"\"}")]), 5, &["500", "xxx"]).with_body().within(60.0),
];

#[test]
#[ignore = "each row is a known fault that is not mended yet"]
fn rows() {
    run::check(ROWS);
}
