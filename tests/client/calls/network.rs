//! Calls without a response.

use std::net::TcpListener;

use exh_oauth1::client::Phase;

use super::*;

#[test]
fn silence_ends_in_a_timeout() {
    let server = Server::responding("");
    let client = server.builder().timeout(Duration::from_millis(300));
    let error = client.build().unwrap().get("/x").unwrap_err();
    assert_eq!(network_kind(&error), Some(NetworkErrorKind::Timeout));
    assert_secretless(&error);

    let server = Server::responding("");
    let client = server.client();
    let request = client.request("GET", "/x").unwrap();
    let error = request.timeout(Duration::from_millis(300)).send().unwrap_err();
    assert_eq!(network_kind(&error), Some(NetworkErrorKind::Timeout));
}

#[test]
fn a_missing_server_is_reported_by_phase() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    // A proxy would look up the name.
    let is_proxied = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"]
        .iter()
        .chain(&["HTTP_PROXY", "http_proxy"])
        .any(|name| std::env::var_os(name).is_some());
    for (base, phase, kind) in [
        (format!("http://127.0.0.1:{port}"), Phase::Connect, NetworkErrorKind::Refused),
        ("https://nonexistent.invalid".to_owned(), Phase::Resolve, NetworkErrorKind::NotFound),
    ] {
        if is_proxied && phase == Phase::Resolve {
            continue;
        }
        let error = builder(&base).build().unwrap().get("/x").unwrap_err();
        assert_secretless(&error);
        let Error::Network(error) = error else { panic!("{error}") };
        assert_eq!((error.phase(), error.kind()), (phase, kind), "{error}");
        assert!(error.is_unsent());
        assert_eq!(error.url(), format!("{base}/x"));
    }
}

#[test]
fn plain_http_at_an_https_address_is_reported() {
    let server = Server::sending_at_once("HTTP/1.1 400 Bad Request\r\n\r\n");
    let base = format!("https://127.0.0.1:{}", server.port);
    let error = builder(&base).build().unwrap().get("/x").unwrap_err();
    assert_eq!(network_kind(&error), Some(NetworkErrorKind::NotTls), "{error}");
    assert_secretless(&error);
}
