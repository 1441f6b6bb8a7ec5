//! Reverse proxies that rewrite scheme, host and path, and addresses given for a name.
#![cfg(all(feature = "client", feature = "sandbox"))]

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use exh_oauth1::{
    Client, Credentials, Signer,
    client::{BaseUrl, ClientBuilder, Configuration, Error, ErrorCode, NetworkErrorKind, Phase},
    sandbox::{Options, Sandbox},
};

fn sandbox() -> (Sandbox, Signer) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let variables = sandbox.variables();
    let value = |name: &str| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.unwrap().1.clone()
    };
    let credentials = |name: &str, secret: &str| Credentials::new(value(name), value(secret));
    let signer = Signer::new(credentials("API_OAUTH_CONSUMER_KEY", "API_OAUTH_CONSUMER_SECRET"))
        .token(credentials("API_OAUTH_TOKEN", "API_OAUTH_TOKEN_SECRET"));
    (sandbox, signer)
}

/// A gateway that removes `/gateway` from the path, replaces its name by the server's, and passes everything on.
fn gateway(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut headers = Vec::new();
            let mut byte = [0];
            while !headers.ends_with(b"\r\n\r\n") && client.read(&mut byte).unwrap_or(0) == 1 {
                headers.push(byte[0]);
            }
            let headers = String::from_utf8(headers).unwrap();
            let headers = headers
                .replacen(" /gateway/", " /", 1)
                .replace(&own.to_string(), &server.to_string())
                .replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let mut upstream = TcpStream::connect(server).unwrap();
            upstream.write_all(headers.as_bytes()).unwrap();
            let mut response = Vec::new();
            upstream.read_to_end(&mut response).unwrap();
            let _ = client.write_all(&response);
        }
    });
    own
}

fn builder(url: &str, signer: Signer) -> ClientBuilder {
    let base_url = BaseUrl::from_url(url, true).unwrap();
    Client::builder(Configuration::new(base_url, signer)).timeout(Duration::from_secs(20))
}

#[test]
fn another_url_is_signed_if_a_gateway_rewrites() {
    let (sandbox, signer) = sandbox();
    let url = format!("http://{}/gateway", gateway(sandbox.address()));
    // By default the URL that is called is signed, which is not the URL that the API sees.
    let client = builder(&url, signer.clone()).build().unwrap();
    let error = client.me().unwrap_err();
    assert!(matches!(&error, Error::Api(error) if error.code == Some(ErrorCode::OauthSignature)), "{error}");
    // As the gateway writes it.
    let seen = format!("http://{}", sandbox.address());
    let seen = BaseUrl::from_url(&seen, false).unwrap();
    let client = builder(&url, signer).sign_as(seen).build().unwrap();
    assert!(client.me().is_ok());
    // The query is signed with it, and the path is not signed twice.
    let request = client.request("GET", "/users/v1/me").unwrap();
    let request = request.query("a b", "c").unwrap();
    assert!(request.url().starts_with(&url), "{}", request.url());
    assert_eq!(request.send().unwrap().status(), 200);
}

#[test]
fn a_name_has_the_address_that_is_given() {
    let (sandbox, signer) = sandbox();
    let port = sandbox.address().port();
    let url = format!("http://api.example.invalid:{port}");
    let there = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let nowhere = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 77));
    let build = || builder(&url, signer.clone());
    for builder in [
        build().resolve("api.example.invalid", None, there),
        build().resolve("API.Example.INVALID", Some(port), there),
        // Several addresses are tried in order. Those for other names or ports are not used.
        build()
            .resolve("example.invalid", None, nowhere)
            .resolve("api.example.invalid", Some(1), nowhere)
            .resolve("api.example.invalid", None, nowhere)
            .resolve("api.example.invalid", None, there),
    ] {
        let client = builder.build().unwrap();
        let addresses = client.addresses().unwrap();
        assert_eq!(addresses.last(), Some(&SocketAddr::new(there, port)));
        assert_eq!(client.ca_certificates().added, 0);
        let user = client.me();
        assert!(user.is_ok(), "{user:?}");
    }
    // Names that never exist (RFC 6761 §6.4) are looked up if no address is given.
    let other = build().resolve("api.example.invalid", Some(1), there);
    let error = other.build().unwrap().me().unwrap_err();
    let Error::Network(error) = error else {
        panic!("{error}");
    };
    assert_eq!(error.phase(), Phase::Resolve);
    assert!(matches!(error.kind(), NetworkErrorKind::NotFound | NetworkErrorKind::Timeout), "{error}");
}
