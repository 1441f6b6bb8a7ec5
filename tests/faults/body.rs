//! Response bodies: encoding, size and content.

use crate::{
    row::{Row, row},
    run,
    server::{Server::Plain, Step},
};
use Step::{Drip, Drop, Forever, MostOfRequest, Repeat, Request, Send};

const CHUNKED: Step = Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
const OPEN: Step = Send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");

/// A response without a length, which ends with the connection.
macro_rules! open {
    ($body:expr) => {
        Plain(&[Request, OPEN, Send($body)])
    };
}

/// A chunk of 1 MiB.
const MEBIBYTE: &[u8] = &{
    let mut chunk = [b'x'; 8 + (1 << 20) + 2];
    let (size, end) = (b"100000\r\n", chunk.len());
    let mut at = 0;
    while at < size.len() {
        chunk[at] = size[at];
        at += 1;
    }
    (chunk[end - 2], chunk[end - 1]) = (b'\r', b'\n');
    chunk
};

const ROWS: &[Row] = &[
    // Chunks.
    row("chunks", Plain(&[Request, CHUNKED, Send(b"4;x=y\r\n{\"id\r\n6\r\n\":\"1\"}\r\n0\r\nX: y\r\n\r\n")]), 0, &[]).prints("{\"id\":\"1\"}"),
    row("garbage for a chunk's size", Plain(&[Request, CHUNKED, Send(b"zz\r\n{\"id\":\"1\"}\r\n0\r\n\r\n")]), 1, &["reading the response"]).prints(""),
    row("a chunk's size below zero", Plain(&[Request, CHUNKED, Send(b"-1\r\n{\"id\":\"1\"}\r\n0\r\n\r\n")]), 1, &["reading the response"]).prints(""),
    row("a chunk's size of 2^64", Plain(&[Request, CHUNKED, Send(b"10000000000000000\r\n{\"id\":\"1\"}\r\n0\r\n\r\n")]), 1, &["reading the response"]).prints(""),
    row("a chunk's size of 2^64 - 1", Plain(&[Request, CHUNKED, Send(b"ffffffffffffffff\r\n{\"id\":\"1\"}\r\n0\r\n\r\n")]), 1, &["reading the response"]).prints(""),
    row("an endless size", Plain(&[Request, CHUNKED, Forever(b"0")]), 1, &["reading the response"]),
    row("an endless extension", Plain(&[Request, CHUNKED, Send(b"1;x="), Forever(b"x")]), 1, &["reading the response"]),
    row("endless trailers", Plain(&[Request, CHUNKED, Send(b"1\r\n{\r\n0\r\n"), Forever(b"X: y\r\n")]), 1, &["reading the response"]).within(1.0),
    row("an endless trailer", Plain(&[Request, CHUNKED, Send(b"1\r\n{\r\n0\r\nX: "), Forever(b"y")]), 1, &["reading the response"]),
    row("cut off within a chunk", Plain(&[Request, CHUNKED, Send(b"a\r\n{\"id\":")]), 1, &["closed before the end"]).prints(""),
    row("cut off between chunks", Plain(&[Request, CHUNKED, Send(b"a\r\n{\"id\":\"1\"}\r\n")]), 1, &["closed before the end"]).prints(""),
    row("an unknown coding", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx")]), 1, &["127.0.0.1"]),
    // Time.
    row("dripping", Plain(&[Request, OPEN, Drip(b" ", 100)]), 1, &["reading the response", "timed out"]).within(0.5),
    row("one byte a second", Plain(&[Request, OPEN, Drip(b"{\"id\":\"1\"}", 1000)]), 1, &["reading the response", "timed out"]).within(1.5),
    row("dripping chunks", Plain(&[Request, CHUNKED, Drip(b"1\r\n \r\n", 100)]), 1, &["timed out"]).within(0.5),
    // Size. Where no body is kept, the row's 32 MiB must be enough.
    row("endless chunks", Plain(&[Request, CHUNKED, Forever(b"1000\r\n................................................................................................................................\r\n")]), 1, &["reading the response"]),
    row("endless", Plain(&[Request, OPEN, Forever(b" ")]), 1, &["larger than 67108864 bytes"]).with_body().within(20.0),
    row("reset within a body of no length", Plain(&[MostOfRequest, Send(b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}"), Drop]), 1, &["closed before the end"]).prints(""),
    row("64 MiB, the most", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1024)]), 0, &[]).run(&["get", "/x"]).with_body().within(60.0),
    row("64 MiB and a byte", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1024), Send(b"x")]), 1, &["larger than 67108864 bytes"]).run(&["get", "/x"]).prints("").with_body().within(60.0),
    row("64 MiB and a byte in chunks", Plain(&[Request, CHUNKED, Repeat(MEBIBYTE, 64), Send(b"1\r\nx\r\n0\r\n\r\n")]), 1, &["larger than 67108864 bytes"]).run(&["get", "/x"]).prints("").with_body().within(60.0),
    row("70 MiB to a file, of which none is kept in memory", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1120)]), 0, &[]).run(&["get", "/x", "-o", "{folder}/x"]).prints("").within(60.0),
    row("63 MiB of anything", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1008)]), 0, &[]).run(&["get", "/x"]).with_body().within(60.0),
    row("63 MiB that are not a user", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1008)]), 1, &["larger than 8388608 bytes"]).with_body().within(60.0),
    row("63 MiB of 404", Plain(&[Request, Send(b"HTTP/1.1 404 x\r\n\r\n"), Repeat(&[b'x'; 65_536], 1008)]), 4, &["404"]).with_body().within(60.0),
    row("63 MiB of 500 in small JSON", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"code\":1406,\"x\":["), Repeat(b"0,", 33_030_144), Send(b"0]}")]), 5, &["500"]).with_body().within(60.0),
    row("63 MiB of a user in small JSON", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"x\":["), Repeat(b"0,", 33_030_144), Send(b"0]}")]), 1, &["larger than 8388608 bytes"]).prints("").with_body().within(60.0),
    // A parsed body has at most 8 MiB, and parsing it must not need much more memory.
    row("7 MiB of 500 in small JSON", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"code\":1406,\"x\":["), Repeat(b"0,", 3_670_016), Send(b"0]}")]), 5, &["500", "1406"]),
    row("7 MiB in the API's message", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"message\":\""), Repeat(b"\\u00e9", 1_223_338), Send(b"\"}")]), 5, &["500", "\u{e9}\u{e9}\u{e9}"]),
    row("7 MiB in a name that nobody knows", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"code\":1406,\"\\n"), Repeat(b"x", 7 << 20), Send(b"\":1}")]), 5, &["500", "1406"]),
    row("7 MiB of nesting in an error response", Plain(&[Request, Send(b"HTTP/1.1 500 x\r\n\r\n{\"code\":1406,\"x\":"), Repeat(b"[", 7 << 19), Repeat(b"]", 7 << 19), Send(b"}")]), 5, &["500"]),
    row("7 MiB of a user in small JSON", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"x\":["), Repeat(b"0,", 3_670_016), Send(b"0]}")]), 0, &[]),
    row("7 MiB of a user's roles", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"roles\":["), Repeat(b"{},", 2_446_677), Send(b"{}]}")]), 0, &[]),
    row("7 MiB of a user's identifier", Plain(&[Request, OPEN, Send(b"{\"id\":\"\\n"), Repeat(b"x", 7 << 20), Send(b"\"}")]), 0, &[]),
    row("7 MiB of a user's nesting", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"x\":"), Repeat(b"[", 7 << 19), Repeat(b"]", 7 << 19), Send(b"}")]), 0, &[]),
    // Content.
    row("empty", open!(b""), 1, &["empty body"]),
    row("white space", open!(b" \n"), 1, &["not JSON", "line 2"]),
    row("HTML", open!(b"<html>"), 1, &["not JSON", "no proxy responds"]),
    row("an array", open!(b"[]"), 1, &["an unexpected shape"]).prints("[]"),
    row("an array of one", open!(b"[\"1\"]"), 1, &["an unexpected shape"]),
    row("null", open!(b"null"), 1, &["an unexpected shape"]),
    row("true", open!(b"true"), 1, &["an unexpected shape"]),
    row("a number", open!(b"1"), 1, &["an unexpected shape"]),
    row("a text", open!(b"\"id\""), 1, &["an unexpected shape"]),
    row("an empty object", open!(b"{}"), 1, &["an unexpected shape"]),
    row("half a user", open!(b"{\"id\":\"1\""), 1, &["not JSON"]),
    row("a user with a number for a name", open!(b"{\"id\":1}"), 1, &["an unexpected shape"]),
    row("a user twice", open!(b"{\"id\":\"1\"}{\"id\":\"1\"}"), 1, &["not JSON"]),
    row("two identifiers", open!(b"{\"id\":\"1\",\"id\":\"2\"}"), 1, &["an unexpected shape"]),
    row("two names that nobody knows", open!(b"{\"id\":\"1\",\"x\":1,\"x\":2}"), 0, &[]).prints("{\"id\":\"1\",\"x\":1,\"x\":2}"),
    row("a byte order mark", open!(b"\xef\xbb\xbf{\"id\":\"1\"}"), 1, &["not JSON"]),
    row("not UTF-8", open!(b"{\"id\":\"\xff\"}"), 1, &["not"]),
    row("not UTF-8, among others", open!(b"{\"id\":\"1\",\"x\":\"\xff\"}"), 1, &["not text"]),
    row("lone surrogates", open!(b"{\"id\":\"\\ud800\"}"), 1, &["not"]),
    row("lone surrogates, among others", open!(b"{\"id\":\"1\",\"x\":\"\\udfff\"}"), 0, &[]).prints("{\"id\":\"1\",\"x\":\"\\udfff\"}"),
    row("nesting of 100,000", Plain(&[Request, OPEN, Send(b"{\"id\":\"1\",\"x\":"), Repeat(b"[", 100_000), Repeat(b"]", 100_000), Send(b"}")]), 0, &[]),
    row("nesting of 100,000 that never ends", Plain(&[Request, OPEN, Repeat(b"{\"x\":", 100_000)]), 1, &["JSON"]),
    row("huge numbers", open!(b"{\"id\":\"1\",\"x\":[1e999,-1e-999,18446744073709551616,123456789012345678901234567890.5]}"), 0, &[]).prints("{\"id\":\"1\",\"x\":[1e999,-1e-999,18446744073709551616,123456789012345678901234567890.5]}"),
    row("bytes of any kind", open!(b"\0\xff\x1b[2J\r\n"), 0, &[]).run(&["get", "/x"]),
    // Compression, which is never requested: bytes are used as they are.
    row("gzip", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xabV\xcaLQ\xb2R2T\xaa\x05\x00\xb2k\xd2\xf5\x0a\x00\x00\x00")]), 1, &["not text", "Content-Encoding: gzip"]),
    row("a bomb, which stays what it is", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 4\r\n\r\nbomb")]), 0, &[]).run(&["get", "/x"]).prints("bomb"),
    row("br", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nxxxx")]), 1, &["not JSON", "Content-Encoding: br"]),
    row("zstd", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 4\r\n\r\nxxxx")]), 1, &["not JSON", "Content-Encoding: zstd"]),
    row("deflate", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 4\r\n\r\nxxxx")]), 1, &["not JSON", "Content-Encoding: deflate"]),
];

#[test]
fn rows() {
    run::check(ROWS);
}

/// The memory limit works: with less than a body needs, a large body ends the program.
#[test]
fn the_memory_limit_works() {
    let mut small =
        row("63 MiB in 16", Plain(&[Request, OPEN, Repeat(&[b'x'; 65_536], 1008)]), 0, &[]).run(&["get", "/x"]);
    small.memory = 16;
    let outcome = run::run(&small);
    assert!(outcome.stderr.contains("memory"), "{}", outcome.stderr);
    assert_eq!(outcome.status.code(), Some(1));
}
