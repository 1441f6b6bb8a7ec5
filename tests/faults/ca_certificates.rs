//! Files of CA certificates: broken, huge, and empty.

use crate::{
    input::{fifo, sparse},
    row::{Row, row},
    run,
    server::Server::Closed,
    tls::{Certificate::Good, server},
};

const BROKEN_PEM: &[u8] = b"# a comment\n\n-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
const NO_END: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n";
const NO_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const KEY_ALONE: &[u8] = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

const ROWS: &[Row] = &[
    row("broken base64", Closed, 2, &["ca", "certificate 1 cannot be read"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .files(&[("ca", BROKEN_PEM)]),
    row("broken base64 after a good certificate", Closed, 2, &["ca", "certificate 2 cannot be read"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .prepared(|folder| {
            let (_, pem) = server(Good);
            let both = pem + &String::from_utf8_lossy(BROKEN_PEM);
            std::fs::write(folder.join("ca"), both).unwrap();
        }),
    row("a certificate that is not PEM", Closed, 2, &["no certificate in PEM form"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .files(&[("ca", b"\x30\x82\x01\x0a\x00\xff")]),
    row("a certificate of zeros in PEM", Closed, 2, &["certificate 1 cannot be read"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .files(&[("ca", b"-----BEGIN CERTIFICATE-----\n\0\0\0\n-----END CERTIFICATE-----\n")]),
    row("the same by variable", Closed, 2, &["ca (from SSL_CERT_FILE)", "certificate 1 cannot be read"])
        .with(&[("SSL_CERT_FILE", "{folder}/ca")])
        .files(&[("ca", BROKEN_PEM)]),
    row("no end", Closed, 2, &["certificate 1 cannot be read"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .files(&[("ca", NO_END)]),
    row("no certificate within", Closed, 2, &["certificate 1 cannot be read"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .files(&[("ca", NO_CERTIFICATE)]),
    row("a key in place of a certificate", Closed, 2, &["no certificate"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .files(&[("ca", KEY_ALONE)]),
    row("a pipe of CA certificates that nobody writes into", Closed, 2, &["regular file"])
        .run(&["me", "--ca-file", "{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("1 GiB of CA certificates", Closed, 2, &["larger than 4 MiB"])
        .run(&["me", "--ca-file", "{folder}/ca"])
        .prepared(|folder| sparse(&folder.join("ca"), 1)),
    row("no file of CA certificates", Closed, 2, &["/none", "no such file"]).run(&["me", "--ca-file", "{folder}/none"]),
    row("a folder of CA certificates", Closed, 2, &["regular file"]).run(&["me", "--ca-file", "{folder}"]),
    row("a device of CA certificates", Closed, 2, &["/dev/zero", "regular file"]).run(&[
        "me",
        "--ca-file",
        "/dev/zero",
    ]),
];

#[test]
fn rows() {
    run::check(ROWS);
}
