//! Response headers.

use crate::{
    row::{Row, row},
    run,
    server::{Server::Plain, Step},
};
use Step::{Drip, Forever, Repeat, Request, Send, Silence};

const USER: &str = "{\"id\":\"1\"}";

const ROWS: &[Row] = &[
    row("not valid HTTP", Plain(&[Request, Send(b"SSH-2.0-OpenSSH_9.9\r\n")]), 1, &["not valid HTTP", "another service"]),
    row("not HTTP, binary", Plain(&[Request, Send(b"\x00\xff\x1b[2J\x9b\r\n\r\n")]), 1, &["not valid HTTP"]),
    row("not HTTP, before any request", Plain(&[Send(b"220 mail.example.com ESMTP\r\n"), Request]), 1, &["not valid HTTP"]),
    row("HTTP/2", Plain(&[Request, Send(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64")]), 1, &["not valid HTTP"]),
    row("HTTP/9.9", Plain(&[Request, Send(b"HTTP/9.9 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]),
    row("a status of no number", Plain(&[Request, Send(b"HTTP/1.1 OK\r\n\r\n")]), 1, &["not valid HTTP"]),
    row("a status of 000", Plain(&[Request, Send(b"HTTP/1.1 000 x\r\n\r\n")]), 1, &["not valid HTTP"]),
    row("a status of 999", Plain(&[Request, Send(b"HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n")]), 5, &["999"]),
    row("a header without a colon", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nHello\r\n\r\n")]), 1, &["not valid HTTP"]),
    row("a header with NUL", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]), 1, &["not valid HTTP"]),
    row("endless headers", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\n"), Forever(b"X-Filler: 0123456789\r\n")]), 1, &["too many headers"]),
    row("an endless header", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Forever(b"x")]), 1, &["headers are too large"]),
    row("an endless status line", Plain(&[Request, Send(b"HTTP/1.1 200 "), Forever(b"x")]), 1, &["headers are too large"]),
    row("endless empty lines", Plain(&[Request, Forever(b"\r\n")]), 1, &["headers are too large"]),
    row("headers of 5 MiB", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\n"), Repeat(b"X: 0123456789012345678901234567890123456789012345678901234567\r\n", 81_920), Send(b"Content-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 1, &["too many headers"]),
    row("a thousand small headers", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\n"), Repeat(b"X: 0\r\n", 1000), Send(b"\r\n")]), 1, &["too many headers"]),
    row("headers that drip", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Drip(b"x", 100)]), 1, &["timed out"]).within(0.5),
    row("informational responses before the last", Plain(&[Request, Repeat(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 100), Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 0, &[]).prints(USER),
    row("a flood of 100", Plain(&[Request, Forever(b"HTTP/1.1 100 Continue\r\n\r\n")]), 1, &["headers are too large"]),
    row("a flood of 103", Plain(&[Request, Forever(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")]), 1, &["headers are too large"]),
    row("a flood of 102", Plain(&[Request, Forever(b"HTTP/1.1 102 Processing\r\n\r\n")]), 1, &["headers are too large"]),
    row("a flood of 199", Plain(&[Request, Forever(b"HTTP/1.1 199 x\r\n\r\n")]), 1, &["headers are too large"]),
    row("a flood of 100 that drips", Plain(&[Request, Drip(b"HTTP/1.1 100 Continue\r\n\r\n", 5)]), 1, &["timed out"]).within(0.5),
    row("100 and nothing more", Plain(&[Request, Send(b"HTTP/1.1 100 Continue\r\n\r\n")]), 1, &["closed before a response"]),
    row("100 and then silence", Plain(&[Request, Send(b"HTTP/1.1 100 Continue\r\n\r\n"), Silence]), 1, &["timed out"]).within(0.5),
    row("100 with a length, which none may have", Plain(&[Request, Send(b"HTTP/1.1 100 Continue\r\nContent-Length: 99\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]).prints(""),
    row("101, which nobody asked for", Plain(&[Request, Send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n{\"id\":\"1\"}")]), 1, &["101"]),
    row("204 with a body", Plain(&[Request, Send(b"HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 1, &["204", "empty"]).prints(""),
    row("204 with an endless body", Plain(&[Request, Send(b"HTTP/1.1 204 No Content\r\n\r\n"), Forever(b"x")]), 0, &[]).run(&["get", "/x"]).prints(""),
    row("204 with chunks", Plain(&[Request, Send(b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n")]), 0, &[]).run(&["get", "/x"]).prints(""),
    row("304 with a body", Plain(&[Request, Send(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 3, &["304"]).prints(""),
    // Lengths.
    row("Content-Length twice", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")]), 0, &[]).prints(USER),
    row("Content-Length twice, contradicting", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 4\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]).prints(""),
    row("Content-Length as a contradicting list", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10, 4\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]).prints(""),
    row("Content-Length too large", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"id\":\"1\"}")]), 1, &["closed before the end"]).prints(""),
    row("Content-Length too small", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"id\":\"1\"}")]), 1, &["not JSON"]),
    row("Content-Length too small, for any body", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"id\":\"1\"}")]), 0, &[]).run(&["get", "/"]).prints("{\"id"),
    row("Content-Length below zero", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]).prints(""),
    row("Content-Length with a sign", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: +10\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]).prints(""),
    row("Content-Length of no number", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n{\"id\":\"1\"}")]), 1, &["not valid HTTP"]).prints(""),
    row("Content-Length of 2^64", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n")]), 1, &["not valid HTTP"]).prints(""),
    row("Content-Length above the limit", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n"), Forever(b" ")]), 1, &["larger than 67108864 bytes", "limit()"]).prints(""),
    row("Content-Length above the limit of a missing body", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n")]), 0, &[]).run(&["HEAD", "/x"]),
    row("a body after HEAD", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]), 0, &[]).run(&["HEAD", "/x"]),
    row("chunked and Content-Length", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{\"id\":\"1\"}\r\n0\r\n\r\n")]), 0, &[]).prints(USER),
];

#[test]
fn rows() {
    run::check(ROWS);
}
