//! TLS: invalid certificates, failed handshakes, and failures after the handshake.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::{
    input::at,
    row::{Row, row},
    run,
    server::{Server, Step},
};
use Certificate::{Expired, Good, NotYetValid, OtherName, SelfSigned};
use Server::{OldTls, Plain, SlowTls, Tls};
use Step::{Drip, Drop, Request, Send, Silence, Stall};

/// A server's certificate. All but the self-signed one are signed by the CA in `{folder}/ca.pem`.
#[derive(Clone, Copy)]
pub(crate) enum Certificate {
    Good,
    OtherName,
    Expired,
    NotYetValid,
    SelfSigned,
}

const OK: &[Step] = &[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")];

const TRUSTING: &[&str] = &["me", "--ca-file", "{folder}/ca.pem"];

/// A fatal alert of TLS 1.0: `protocol_version` (RFC 5246 §7.2.2).
const OLD_ALERT: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46";

/// A `ServerHello` that chooses TLS 1.0 (RFC 2246 §7.4.1.3), with TLS_RSA_WITH_AES_128_CBC_SHA.
const OLD_HELLO: &[u8] = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01\
    0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";

/// The same for TLS 1.1.
const OLD_HELLO_1_1: &[u8] = b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02\
    0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";

/// A fatal alert of TLS 1.1.
const OLD_ALERT_1_1: &[u8] = b"\x15\x03\x02\x00\x02\x02\x46";

/// A `ServerHello` that chooses SSL 3.0 (RFC 6101 §5.6.1.3).
const SSL_HELLO: &[u8] = b"\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00\
    0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";

const ROWS: &[Row] = &[
    // Trust.
    row("unknown CA", Tls(Good, OK), 1, &["TLS handshake", "not signed by a trusted CA", "--ca-file"]),
    row("an added CA certificate, by option", Tls(Good, OK), 0, &[]).run(TRUSTING).prints("{\"id\":\"1\"}"),
    row("an added CA certificate, by variable", Tls(Good, OK), 0, &[])
        .with(&[("SSL_CERT_FILE", "{folder}/ca.pem")])
        .prints("{\"id\":\"1\"}"),
    row("the option takes precedence over the variable", Tls(Good, OK), 0, &[])
        .run(TRUSTING)
        .with(&[("SSL_CERT_FILE", "{folder}/none")]),
    row("another host's certificate", Tls(OtherName, OK), 1, &["certificate", "another name", "spelling"])
        .run(TRUSTING),
    row("expired", Tls(Expired, OK), 1, &["certificate", "expired or is not valid yet", "clock"]).run(TRUSTING),
    row("not yet valid", Tls(NotYetValid, OK), 1, &["certificate", "expired or is not valid yet", "clock"])
        .run(TRUSTING),
    row("self-signed", Tls(SelfSigned, OK), 1, &["certificate", "not signed by a trusted CA"]),
    row("a certificate for a name, and an address is called", Tls(Good, OK), 1, &["certificate", "another name"])
        .run(TRUSTING)
        .with(&[("API_HOST", "https://127.0.0.1:{port}")]),
    row("the built-in CA certificates stay trusted with an added one", Server::Closed, 1, &[])
        .run(&["doctor", "--ca-file", "{folder}/ca"])
        .prepared(|folder| {
            let (_, pem) = server(Good);
            std::fs::write(folder.join("ca"), pem).unwrap();
        })
        .shows(&["ok        ca-certificates", "built in and 1 of "]),
    row("valid in 2100", Tls(Good, OK), 0, &[]).run(TRUSTING).altered(|command, _| at(command, "2100-01-01 00:00:00")),
    row(
        "not yet valid in 1970",
        Tls(Good, OK),
        1,
        &["certificate", "expired or is not valid yet", "check this machine's clock"],
    )
    .run(TRUSTING)
    .altered(|command, _| at(command, "1970-01-01 00:00:10")),
    row(
        "expired in 2200",
        Tls(Good, OK),
        1,
        &["certificate", "expired or is not valid yet", "check this machine's clock"],
    )
    .run(TRUSTING)
    .altered(|command, _| at(command, "2200-01-01 00:00:00")),
    // Handshakes.
    row(
        "a response in place of a handshake",
        Plain(&[Send(b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
        1,
        &["does not speak TLS"],
    )
    .with(&[("API_HOST", "https://localhost:{port}")]),
    row(
        "TLS 1.0 only, by an alert",
        Plain(&[Send(OLD_ALERT)]),
        1,
        &["TLS handshake", "TLS 1.2 or later", "TLS 1.0 and 1.1 are unsafe"],
    )
    .with(&[("API_HOST", "https://localhost:{port}")]),
    row("TLS 1.0 only, by a hello", Plain(&[Send(OLD_HELLO)]), 1, &["TLS handshake", "TLS 1.2 or later"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row("TLS 1.1 only, by a hello", Plain(&[Send(OLD_HELLO_1_1)]), 1, &["TLS handshake", "TLS 1.2 or later"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row("TLS 1.1 only, by an alert", Plain(&[Send(OLD_ALERT_1_1)]), 1, &["TLS handshake", "TLS 1.2 or later"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row("SSL 3.0 only, by a hello", Plain(&[Send(SSL_HELLO)]), 1, &["TLS handshake", "TLS 1.2 or later"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row("TLS 1.2 only", OldTls(OK), 0, &[]).run(TRUSTING).prints("{\"id\":\"1\"}"),
    row("cut off before the handshake", Plain(&[]), 1, &["TLS handshake", "closed"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row(
        "cut off within the handshake",
        Plain(&[Send(b"\x16\x03\x03\x00\x7a\x02\x00")]),
        1,
        &["TLS handshake", "closed"],
    )
    .with(&[("API_HOST", "https://localhost:{port}")]),
    row("reset within the handshake", Plain(&[Send(b"\x16\x03\x03\x00\x7a\x02\x00"), Drop]), 1, &["TLS handshake"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row("silent in the handshake", Plain(&[Silence]), 1, &["timed out"])
        .with(&[("API_HOST", "https://localhost:{port}")])
        .within(0.5),
    row("endless alerts", Plain(&[Step::Forever(b"\x15\x03\x03\x00\x02\x01\x5a")]), 1, &["TLS"])
        .with(&[("API_HOST", "https://localhost:{port}")]),
    row("a handshake byte by byte", SlowTls(50, OK), 1, &["timed out"]).run(TRUSTING).within(0.5),
    // After the handshake.
    row("silent after the handshake", Tls(Good, &[Request, Silence]), 1, &["timed out"]).run(TRUSTING).within(0.5),
    row("dripping after the handshake", Tls(Good, &[Request, Drip(b"HTTP/1.1 200 OK\r\n", 100)]), 1, &["timed out"])
        .run(TRUSTING)
        .within(0.5),
    row("a body that nobody reads", Tls(Good, &[Request, Stall(3)]), 1, &["timed out"])
        .run(&["put", "/x", "-d", "-", "--ca-file", "{folder}/ca.pem"])
        .altered(|command, folder| {
            let path = folder.join("large");
            std::fs::File::create(&path).unwrap().set_len(16 << 20).unwrap();
            command.stdin(std::fs::File::open(path).unwrap());
        })
        .with_body()
        .within(0.5),
    row(
        "a body that ends with the connection",
        Tls(Good, &[Request, Send(b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}")]),
        0,
        &[],
    )
    .run(TRUSTING)
    .prints("{\"id\":\"1\"}"),
    row(
        "the same cut off by somebody on the way",
        Tls(Good, &[Request, Send(b"HTTP/1.1 200 OK\r\n\r\n{\"id\":\"1\"}"), Drop]),
        1,
        &["closed before the end"],
    )
    .run(TRUSTING)
    .prints(""),
    row(
        "a body of a length, and no goodbye after it",
        Tls(Good, &[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"), Drop]),
        0,
        &[],
    )
    .run(TRUSTING)
    .prints("{\"id\":\"1\"}"),
];

#[test]
fn rows() {
    run::check(ROWS);
}

/// The TLS settings of a server, and its CA certificate in PEM form.
pub(crate) fn server(certificate: Certificate) -> (Arc<ServerConfig>, String) {
    server_of(certificate, rustls::DEFAULT_VERSIONS)
}

/// The same for these versions of TLS.
pub(crate) fn server_of(
    certificate: Certificate,
    versions: &[&'static SupportedProtocolVersion],
) -> (Arc<ServerConfig>, String) {
    let key = KeyPair::generate().unwrap();
    let names = match certificate {
        OtherName => vec!["example.com".to_owned()],
        _ => vec!["localhost".to_owned(), "api.proxied.invalid".to_owned()],
    };
    let mut params = CertificateParams::new(names).unwrap();
    (params.not_before, params.not_after) = match certificate {
        Expired => (date_time_ymd(2015, 1, 1), date_time_ymd(2016, 1, 1)),
        NotYetValid => (date_time_ymd(2150, 1, 1), date_time_ymd(2151, 1, 1)),
        _ => (date_time_ymd(2015, 1, 1), date_time_ymd(2150, 1, 1)),
    };
    let (own, pem) = if let SelfSigned = certificate {
        let own = params.self_signed(&key).unwrap();
        let pem = own.pem();
        (own, pem)
    } else {
        let mut ca = CertificateParams::new([]).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
        let own = params.signed_by(&key, &ca).unwrap();
        (own, ca.pem())
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    (Arc::new(config), pem)
}
