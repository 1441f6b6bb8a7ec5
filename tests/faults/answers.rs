//! Answers that say no: redirects, refusals, failures.

use crate::{
    row::{Row, row},
    run,
    server::{Server::Plain, Step},
};
use Step::{Request, Send};

/// An answer with its head and body.
macro_rules! answer {
    ($head:expr, $body:expr) => {
        Plain(&[
            Request,
            Send(concat!("HTTP/1.1 ", $head, "\r\n\r\n", $body).as_bytes()),
        ])
    };
}

/// A refusal of this status with this code.
macro_rules! code {
    ($status:expr, $code:expr) => {
        answer!(
            $status,
            concat!(
                "{\"code\":",
                $code,
                ",\"name\":\"NAME\",\"message\":\"the message\"}"
            )
        )
    };
}

/// 429, tried twice, with this wish.
macro_rules! wait {
    ($wish:expr) => {
        row(
            concat!("429, Retry-After: ", $wish),
            answer!(
                concat!(
                    "429 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: ",
                    $wish
                ),
                ""
            ),
            4,
            &["attempt 2: 429", "too many requests", "wait"],
        )
        .run(&["me", "--retry", "1", "-v"])
    };
}

const ROWS: &[Row] = &[
    // Redirects, none of which is followed: a signed request must not travel.
    row(
        "300",
        answer!("300 x\r\nLocation: /there", "choose"),
        3,
        &["300", "/there"],
    )
    .prints("choose"),
    row(
        "301 to the same host",
        answer!("301 x\r\nLocation: /there", ""),
        3,
        &["301", "points to /there", "not sent on"],
    ),
    row(
        "302 to another host",
        answer!("302 x\r\nLocation: https://other.example/x", ""),
        3,
        &["302", "https://other.example/x", "not sent on"],
    ),
    row(
        "303 to another scheme",
        answer!("303 x\r\nLocation: ftp://127.0.0.1/x", ""),
        3,
        &["303", "ftp://127.0.0.1/x"],
    ),
    row(
        "305 to a proxy",
        answer!("305 x\r\nLocation: http://proxy.example:3128", ""),
        3,
        &["305", "proxy.example"],
    ),
    row(
        "307 to itself",
        answer!("307 x\r\nLocation: /users/v1/me", "again"),
        3,
        &["307", "/users/v1/me"],
    )
    .prints("again"),
    row(
        "308 to itself",
        answer!("308 x\r\nLocation: ", ""),
        3,
        &["308"],
    ),
    row("301 with no Location", answer!("301 x", ""), 3, &["301"]),
    row(
        "302 with two of them",
        answer!("302 x\r\nLocation: /a\r\nLocation: /b", ""),
        3,
        &["302", "/a"],
    ),
    row(
        "302 to nonsense",
        answer!("302 x\r\nLocation: http://[::1:99999999/ %zz", ""),
        3,
        &["302", "%zz"],
    ),
    row(
        "302 to what is no text",
        Plain(&[Request, Send(b"HTTP/1.1 302 x\r\nLocation: /\xff\r\n\r\n")]),
        3,
        &["302"],
    ),
    row(
        "302 to POST",
        answer!("302 x\r\nLocation: /there", ""),
        3,
        &["302", "/there"],
    )
    .run(&["post", "/x", "-d", "{}"]),
    row(
        "307 of a form",
        answer!("307 x\r\nLocation: /there", ""),
        3,
        &["307", "/there"],
    )
    .run(&["post", "/x", "-F", "a=b"]),
    row(
        "302 into a file",
        answer!("302 x\r\nLocation: /there", ""),
        3,
        &["302", "/there"],
    )
    .run(&["get", "/x", "-o", "{folder}/x"]),
    // Refusals: the codes of 401, as Extra Horizon's SDK has them.
    row(
        "401 with 10",
        code!("401 x", "10"),
        4,
        &[
            "401: 10 NAME",
            "lacks the permission",
            "the message",
            "the signature is right",
        ],
    ),
    row(
        "401 with 21",
        code!("401 x", "21"),
        4,
        &["401: 21", "too long", "several calls"],
    ),
    row(
        "401 with 101",
        code!("401 x", "101"),
        4,
        &["401: 101", "no application", "Authorization"],
    ),
    row(
        "401 with 104",
        code!("401 x", "104"),
        4,
        &["401: 104", "no user"],
    ),
    row(
        "401 with 106",
        code!("401 x", "106"),
        4,
        &["401: 106", "email or password", "ten failures"],
    ),
    row(
        "401 with 107",
        code!("401 x", "107"),
        4,
        &[
            "401: 107",
            "consumer key is not known",
            "API_HOST and API_OAUTH_CONSUMER_KEY",
        ],
    ),
    row(
        "401 with 108",
        code!("401 x", "108"),
        4,
        &["401: 108", "token is not known", "API_OAUTH_TOKEN"],
    ),
    row(
        "401 with 109",
        code!("401 x", "109"),
        4,
        &["401: 109", "does not match", "explain"],
    ),
    row(
        "401 with 109, of two places",
        code!("401 x", "109"),
        4,
        &["401: 109", "two places are mixed", "roots.env"],
    )
    .run(&["me", "--credentials", "{folder}/roots.env"])
    .with(&[("API_OAUTH_TOKEN_SECRET", "")])
    .files(&[("roots.env", b"API_OAUTH_TOKEN_SECRET=w3bRzL9tokenVn6\n")]),
    row(
        "401 with 110",
        code!("401 x", "110"),
        4,
        &["401: 110", "seen before"],
    ),
    row("401 with 117", code!("401 x", "117"), 4, &["401: 117"]),
    row(
        "401 with 118",
        code!("401 x", "118"),
        4,
        &["401: 118", "expired"],
    ),
    row(
        "401 with 129",
        code!("401 x", "129"),
        4,
        &["401: 129", "second factor"],
    ),
    row(
        "401 with a code that nobody knows",
        code!("401 x", "4294967295"),
        4,
        &["401: 4294967295 NAME"],
    ),
    row(
        "401 with a code that is none",
        code!("401 x", "-1"),
        4,
        &["401", "NAME", "check the credentials"],
    ),
    row(
        "401 with a huge code",
        code!("401 x", "1e999"),
        4,
        &["401", "NAME"],
    ),
    row(
        "401 with a code that is text",
        code!("401 x", "\"109\""),
        4,
        &["401", "NAME"],
    ),
    row(
        "401 with a list",
        answer!("401 x", "[{\"code\":109}]"),
        4,
        &["401", "check the credentials"],
    ),
    row(
        "401 with HTML",
        answer!("401 x\r\nContent-Type: text/html", "<html>"),
        4,
        &["401", "check the credentials"],
    )
    .prints("<html>"),
    row(
        "401 with nothing",
        answer!("401 x\r\nContent-Length: 0", ""),
        4,
        &["401", "check the credentials"],
    ),
    row(
        "401 that repeats our secret",
        code!("401 x\r\nX: y", "109,\"x\":\"%26\""),
        4,
        &["401"],
    ),
    row("403", code!("403 x", "10"), 4, &["403: 10"]),
    row(
        "404",
        answer!("404 x", "{\"code\":16,\"message\":\"gone\"}"),
        4,
        &["404: 16", "gone"],
    ),
    row(
        "407, which only a proxy says",
        answer!("407 x", ""),
        4,
        &["407"],
    ),
    row("418", answer!("418 x", ""), 4, &["418"]),
    row("499", answer!("499 x", ""), 4, &["499"]),
    // Wishes to wait; what would end behind the timeout is not waited for.
    wait!("0"),
    wait!("Sun, 06 Nov 1994 08:49:37 GMT"),
    wait!("Sunday, 06-Nov-94 08:49:37 GMT"),
    wait!("Sun Nov  6 08:49:37 1994"),
    wait!("Sun, 06 Nov 1904 08:49:37 GMT"),
    wait!("-1"),
    wait!("1.5"),
    wait!("+1"),
    wait!(""),
    wait!("soon"),
    wait!("\u{e9}"),
    wait!("0x10"),
    wait!("Sun, 99 Nov 9999 99:99:99 GMT"),
    row(
        "429, Retry-After twice",
        answer!("429 x\r\nRetry-After: 0\r\nRetry-After: 9999", ""),
        4,
        &["attempt 2: 429"],
    )
    .run(&["me", "--retry", "1", "-v"]),
    row(
        "429, Retry-After: 1",
        answer!("429 x\r\nRetry-After: 1", ""),
        4,
        &["attempt 2: 429", "a wait of 1000 ms"],
    )
    .run(&["me", "--retry", "1", "-v"]),
    row(
        "429, Retry-After: an hour",
        answer!("429 x\r\nRetry-After: 3600", ""),
        4,
        &["429"],
    )
    .run(&["me", "--retry", "1"])
    .within(1.0),
    row(
        "429, Retry-After: 2^64 and more",
        answer!("429 x\r\nRetry-After: 99999999999999999999999", ""),
        4,
        &["429"],
    )
    .run(&["me", "--retry", "20"])
    .within(1.0),
    row(
        "429, Retry-After: the year 9999",
        answer!("429 x\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT", ""),
        4,
        &["429"],
    )
    .run(&["me", "--retry", "20"])
    .within(1.0),
    row(
        "429 for ever",
        answer!("429 x\r\nRetry-After: 0", ""),
        4,
        &["429"],
    )
    .run(&["me", "--retry", "20"])
    .within(2.0),
    // Failures.
    row(
        "500 with JSON",
        answer!("500 x", "{\"code\":1406,\"message\":\"it broke\"}"),
        5,
        &["500: 1406", "it broke"],
    ),
    row(
        "500 with nothing",
        answer!("500 x\r\nContent-Length: 0", ""),
        5,
        &["500", "try again later"],
    )
    .prints(""),
    row(
        "502 with HTML",
        answer!(
            "502 Bad Gateway\r\nContent-Type: text/html",
            "<html><script>alert(1)</script>"
        ),
        5,
        &["502"],
    )
    .prints("<html><script>alert(1)</script>"),
    row(
        "503, Retry-After: an hour",
        answer!("503 x\r\nRetry-After: 3600", ""),
        5,
        &["503"],
    )
    .run(&["me", "--retry", "2"])
    .within(1.0),
    row(
        "503 to POST, which is not sent again",
        answer!("503 x\r\nRetry-After: 0", ""),
        5,
        &["attempt 1: 503", "503"],
    )
    .run(&["post", "/x", "-d", "{}", "--retry", "2", "-v"]),
    row(
        "504 that is cut off",
        answer!("504 x\r\nContent-Length: 99", "<html>"),
        1,
        &["closed before the end"],
    ),
    row("599", answer!("599 x", ""), 5, &["599"]),
    // Successes that are none.
    row(
        "200 with nothing",
        answer!("200 OK\r\nContent-Length: 0", ""),
        1,
        &["empty body"],
    ),
    row("202", answer!("202 Accepted", "{\"id\":\"1\"}"), 0, &[]).prints("{\"id\":\"1\"}"),
    row(
        "205 with a body",
        answer!("205 x", "{\"id\":\"1\"}"),
        0,
        &[],
    ),
    row(
        "206, which nobody asked for",
        answer!("206 x", "{\"id\":"),
        1,
        &["not JSON"],
    ),
];

#[test]
fn rows() {
    run::check(ROWS);
}
