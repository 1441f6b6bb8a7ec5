//! Checks of the network path and of the response.

use std::net::TcpListener;

use super::*;

use crate::support::tls;

#[test]
fn the_network_is_checked_without_credentials() {
    let (sandbox, _) = sandbox();
    let report = Run::bare().env("API_HOST", sandbox.base_url()).report();
    report.fails("consumer-key", 2, &["API_OAUTH_CONSUMER_KEY is missing"]);
    assert_eq!(report.check("connection")["status"], "ok");
    assert!(report.with_status("not_tried").ends_with(&["tls", "clock", "call"]));
}

#[test]
fn a_wrong_secret() {
    let (_sandbox, run) = sandbox();
    let report = run.env("API_OAUTH_TOKEN_SECRET", SECRETS[1]).report();
    report.fails("call", 4, &["109", "check both secrets", "explain"]);
    assert_eq!(report.check("call")["code"], 109);
    assert_eq!(report.with_status("failed"), ["call"]);
}

#[test]
fn a_name_that_is_not_found() {
    // A name that never exists (RFC 6761 §6.4).
    let report = Run::with("example.invalid").arg("--timeout").arg("20").report();
    report.fails("dns", 1, &["api.example.invalid", "spelling"]);
    assert_eq!(report.check("base-url")["base_url"], "https://api.example.invalid");
    assert!(report.with_status("not_tried").ends_with(&NETWORK[3..]));
}

#[test]
fn a_connection_that_is_refused() {
    // Nothing listens on a port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let report = Run::with(&format!("http://{address}")).report();
    report.fails("connection", 1, &[&address.to_string(), "check host and port"]);
    assert!(report.with_status("not_tried").ends_with(&NETWORK[4..]));
}

#[test]
fn silence_ends_with_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let report = Run::with(&host).arg("--timeout").arg("0.3").report();
    report.fails("call", 1, &["timed out"]);
    assert_eq!(report.check("clock")["status"], "not_tried");
}

#[test]
fn a_clock_that_is_wrong() {
    let user = json!({"id": "u"});
    let rejected = json!({"code": 109, "name": "OAUTH_SIGNATURE_EXCEPTION"});
    // The API accepts the request, so it is a warning.
    let server = mock(200, user.clone(), 3600);
    let report = Run::with(&server.base_url()).report();
    assert_eq!(report.report["verdict"], "works_with_warnings");
    assert_eq!(report.with_status("warning"), ["clock"]);
    assert_eq!(report.report["exit_code"], 0);
    let offset = report.check("clock")["offset_seconds"].as_i64().unwrap();
    assert!((3590..=3600).contains(&offset), "{offset}");
    // The API rejects it, most likely because of the clock.
    let server = mock(401, rejected.clone(), -3600);
    let report = Run::with(&server.base_url()).report();
    report.fails("clock", 4, &["ahead of the server's", "set this machine's clock"]);
    // A correct clock is not the cause.
    let server = mock(401, rejected, 20);
    Run::with(&server.base_url()).report().fails("call", 4, &["109"]);
}

#[test]
fn invalid_responses_have_their_exit_codes() {
    for (status, body, code) in
        [(500, json!({}), 5), (302, json!({}), 3), (404, json!({"code": 16}), 4), (200, json!({"name": "no user"}), 1)]
    {
        let server = mock(status, body, 0);
        let report = Run::with(&server.base_url()).report();
        report.fails("call", code, &[]);
        assert_eq!(report.check("clock")["status"], "ok", "{}", report.report);
    }
}

#[test]
fn proxies() {
    let (sandbox, _) = sandbox();
    let proxy = format!("http://u:{}@{}", SECRETS[0], sandbox.address());
    // The sandbox is not a proxy, but accepts the connection.
    let run = || Run::with("https://api.example.invalid").env("https_proxy", &proxy);
    let report = run().report();
    assert_eq!(report.check("proxy")["proxy"], sandbox.address().to_string());
    assert_eq!(report.check("proxy")["variables"], json!(["https_proxy"]));
    assert_eq!(report.check("dns")["addresses"], json!(["127.0.0.1"]));
    report.fails("call", 1, &["proxy"]);
    let report = run().env("NO_PROXY", ".example.invalid").report();
    report.fails("dns", 1, &[]);
    assert_eq!(report.check("proxy")["proxy"], Value::Null);
    // This machine is never called through a proxy.
    let report = Run::with(&sandbox.base_url()).env("HTTP_PROXY", &proxy).report();
    assert_eq!(report.check("proxy")["proxy"], Value::Null);
    let report = Run::with("x.example").env("ALL_PROXY", "socks5://127.0.0.1:1").report();
    report.fails("proxy", 2, &["SOCKS"]);
}

#[test]
fn an_unknown_ca() {
    let (address, _) = tls::server(&["localhost"], 4);
    let host = format!("https://localhost:{}", address.port());
    let report = Run::with(&host).report();
    report.fails("tls", 1, &["trusted CA", "--ca-file"]);
    assert_eq!(report.with_status("failed"), ["tls"]);
    assert!(report.with_status("not_tried").ends_with(&["clock", "call"]));
    let (address, pem) = tls::server(&["localhost"], 4);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs::write(&path, pem).unwrap();
    let host = format!("https://localhost:{}", address.port());
    let report = Run::with(&host).arg("--ca-file").arg(&path).report();
    assert_eq!(report.report["verdict"], "works", "{}", report.report);
    assert_eq!(report.check("ca-certificates")["added"], 1);
    assert_eq!(report.check("tls")["status"], "ok");
}
