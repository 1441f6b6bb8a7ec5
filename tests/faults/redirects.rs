//! Redirects, which are never followed.

use crate::{
    row::{Row, row},
    run,
    server::{Server::Plain, Step, response},
};
use Step::{Request, Send};

/// A redirect with this status to each kind of location. A client that follows it gets a user, or an endless loop.
macro_rules! redirects {
    ($status:literal) => {
        [
            row(
                concat!($status, " to the same host"),
                redirect!($status, "Location: /there\r\n"),
                3,
                &[$status, "redirects to /there", "not followed"],
            ),
            row(
                concat!($status, " to another host"),
                redirect!($status, "Location: https://other.invalid/users/v1/me\r\n"),
                3,
                &[$status, "redirects to https://other.invalid/users/v1/me", "not followed"],
            ),
            row(
                concat!($status, " to another scheme"),
                redirect!($status, "Location: ftp://127.0.0.1/users/v1/me\r\n"),
                3,
                &[$status, "redirects to ftp://127.0.0.1/users/v1/me", "not followed"],
            ),
            row(
                concat!($status, " to itself"),
                redirect!($status, "Location: /users/v1/me\r\n"),
                3,
                &[$status, "redirects to /users/v1/me", "not followed"],
            ),
            row(concat!($status, " with no Location"), redirect!($status, ""), 3, &[$status]),
        ]
    };
}

macro_rules! redirect {
    ($status:literal, $location:literal) => {
        Plain(&[
            Request,
            Send(concat!("HTTP/1.1 ", $status, " x\r\n", $location, "Content-Length: 0\r\n\r\n").as_bytes()),
            Request,
            Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
        ])
    };
}

const REDIRECTS: &[[Row; 5]] = &[
    redirects!("300"),
    redirects!("301"),
    redirects!("302"),
    redirects!("303"),
    redirects!("304"),
    redirects!("305"),
    redirects!("306"),
    redirects!("307"),
    redirects!("308"),
    redirects!("399"),
];

const ROWS: &[Row] = &[
    row("300", response!("300 x\r\nLocation: /there", "choose"), 3, &["300", "/there"]).prints("choose"),
    row("305 to a proxy", response!("305 x\r\nLocation: http://proxy.example:3128", ""), 3, &["305", "proxy.example"]),
    row("308 to itself", response!("308 x\r\nLocation: ", ""), 3, &["308"]),
    row("302 with two of them", response!("302 x\r\nLocation: /a\r\nLocation: /b", ""), 3, &["302", "/a"]),
    row("302 to nonsense", response!("302 x\r\nLocation: http://[::1:99999999/ %zz", ""), 3, &["302", "%zz"]),
    row(
        "302 to bytes that are not text",
        Plain(&[Request, Send(b"HTTP/1.1 302 x\r\nLocation: /\xff\r\n\r\n")]),
        3,
        &["302"],
    ),
    row("302 to POST", response!("302 x\r\nLocation: /there", ""), 3, &["302", "/there"])
        .run(&["post", "/x", "-d", "{}"]),
    row("307 of a form", response!("307 x\r\nLocation: /there", ""), 3, &["307", "/there"])
        .run(&["post", "/x", "-F", "a=b"]),
    row("302 into a file", response!("302 x\r\nLocation: /there", ""), 3, &["302", "/there"]).run(&[
        "get",
        "/x",
        "-o",
        "{folder}/x",
    ]),
];

#[test]
fn rows() {
    run::check(REDIRECTS.as_flattened());
    run::check(ROWS);
}
