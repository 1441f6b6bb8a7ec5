//! Files of CA certificates: broken, huge, and empty.

use crate::{
    input::{fifo, sparse},
    row::{Row, row},
    run,
    server::Server::NoServer,
    tls::{Certificate::Good, server},
};

const BROKEN_PEM: &[u8] =
    b"# a comment\n\n-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
const NO_END: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n";
const NO_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const KEY_ALONE: &[u8] = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

const ROWS: &[Row] = &[
    row(
        "broken base64",
        NoServer,
        2,
        &["roots", "certificate 1 cannot be read"],
    )
    .run(&["me", "--ca-file", "{folder}/roots"])
    .files(&[("roots", BROKEN_PEM)]),
    row(
        "broken base64 after a good certificate",
        NoServer,
        2,
        &["roots", "certificate 2 cannot be read"],
    )
    .run(&["me", "--ca-file", "{folder}/roots"])
    .prepared(|folder| {
        let (_, pem) = server(Good);
        let both = pem + &String::from_utf8_lossy(BROKEN_PEM);
        std::fs::write(folder.join("roots"), both).unwrap();
    }),
    row(
        "a certificate that is not PEM",
        NoServer,
        2,
        &["no certificate in PEM form"],
    )
    .run(&["me", "--ca-file", "{folder}/roots"])
    .files(&[("roots", b"\x30\x82\x01\x0a\x00\xff")]),
    row(
        "a certificate of zeros in PEM",
        NoServer,
        2,
        &["certificate 1 cannot be read"],
    )
    .run(&["me", "--ca-file", "{folder}/roots"])
    .files(&[(
        "roots",
        b"-----BEGIN CERTIFICATE-----\n\0\0\0\n-----END CERTIFICATE-----\n",
    )]),
    row(
        "the same by variable",
        NoServer,
        2,
        &["roots (from SSL_CERT_FILE)", "certificate 1 cannot be read"],
    )
    .with(&[("SSL_CERT_FILE", "{folder}/roots")])
    .files(&[("roots", BROKEN_PEM)]),
    row("no end", NoServer, 2, &["certificate 1 cannot be read"])
        .run(&["me", "--ca-file", "{folder}/roots"])
        .files(&[("roots", NO_END)]),
    row(
        "no certificate within",
        NoServer,
        2,
        &["certificate 1 cannot be read"],
    )
    .run(&["me", "--ca-file", "{folder}/roots"])
    .files(&[("roots", NO_CERTIFICATE)]),
    row(
        "a key in place of a certificate",
        NoServer,
        2,
        &["no certificate"],
    )
    .run(&["me", "--ca-file", "{folder}/roots"])
    .files(&[("roots", KEY_ALONE)]),
    row(
        "a pipe of authorities that nobody writes into",
        NoServer,
        2,
        &["regular file"],
    )
    .run(&["me", "--ca-file", "{folder}/p"])
    .prepared(|folder| fifo(&folder.join("p")))
    .within(1.0),
    row("1 GiB of authorities", NoServer, 2, &["larger than 4 MiB"])
        .run(&["me", "--ca-file", "{folder}/roots"])
        .prepared(|folder| sparse(&folder.join("roots"), 1)),
    row(
        "no file of authorities",
        NoServer,
        2,
        &["/none", "no such file"],
    )
    .run(&["me", "--ca-file", "{folder}/none"]),
    row("a folder of authorities", NoServer, 2, &["regular file"]).run(&[
        "me",
        "--ca-file",
        "{folder}",
    ]),
    row(
        "a device of authorities",
        NoServer,
        2,
        &["/dev/zero", "regular file"],
    )
    .run(&["me", "--ca-file", "/dev/zero"]),
];

#[test]
fn rows() {
    run::check(ROWS);
}
