//! The way to token credentials with the user's consent, over the wire: what is sent, and what comes of answers that are not
//! as RFC 5849 §2 says. `tests/signer/flow.rs` has its published signatures, and `examples/three_legged.rs` goes to the end.

use exh_oauth1::{
    Authorization, Client, Credentials, Request, Signer,
    client::{BaseUrl, Configuration, Error, RequestError, Unexpected},
    flow::{FlowError, OUT_OF_BAND},
};

use crate::support::server::Server;

const TEMPORARY: &str = "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true";
const TOKEN: &str = "oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00&user=jane\n";

/// RFC 5849 §1.2.
fn signer() -> Signer {
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
}

fn temporary() -> Credentials {
    Credentials::new("hh5s93j4hdidpola", "hdhd0244k9j7ao03")
}

fn client(server: &Server) -> Client {
    let host = BaseUrl::from_url(&format!("http://127.0.0.1:{}", server.port), false).unwrap();
    Client::builder(Configuration::new(host, signer()))
        .build()
        .unwrap()
}

fn answering(status: &str, body: &str) -> Server {
    let length = body.len();
    Server::answering(format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    ))
}

/// The request line and the header of a request, which this signer must have signed.
fn verified(received: &str, port: u16, signer: &Signer) -> (String, Authorization) {
    let line = received.lines().next().unwrap();
    let [method, target, _] = line.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{line}");
    };
    let header = received
        .lines()
        .find_map(|line| line.strip_prefix("authorization: "))
        .unwrap();
    let authorization = Authorization::parse(header).unwrap();
    let request = Request::new(method, &format!("http://127.0.0.1:{port}{target}")).unwrap();
    signer.verify(&request, &authorization).unwrap();
    (line.to_owned(), authorization)
}

#[test]
fn temporary_credentials_are_asked_for_with_the_callback() {
    let server = answering("200 OK", TEMPORARY);
    let (client, port) = (client(&server), server.port);
    let consent = client
        .temporary_credentials("/initiate?scope=a%20b", "http://printer.example.com/ready")
        .unwrap();
    assert_eq!(consent.credentials().identifier(), "hh5s93j4hdidpola");
    // A page of the host, and one elsewhere.
    for (endpoint, uri) in [
        (
            "/authorize",
            format!("http://127.0.0.1:{port}/authorize?oauth_token=hh5s93j4hdidpola"),
        ),
        (
            "https://www.example.com/grant?lang=en",
            "https://www.example.com/grant?lang=en&oauth_token=hh5s93j4hdidpola".to_owned(),
        ),
    ] {
        assert_eq!(consent.authorization_uri(endpoint).unwrap(), uri);
    }
    assert!(consent.authorization_uri("//elsewhere.example").is_err());
    drop((consent, client));
    let (line, header) = verified(&server.received(), port, &signer());
    assert_eq!(line, "POST /initiate?scope=a%20b HTTP/1.1");
    assert_eq!(
        header.get("oauth_callback").as_deref(),
        Some(&b"http://printer.example.com/ready"[..])
    );
    assert_eq!(header.token(), None);
}

#[test]
fn a_token_is_asked_for_with_temporary_credentials_and_verifier() {
    for by_hand in [false, true] {
        let server = answering("200 OK", TOKEN);
        let (client, port) = (client(&server), server.port);
        let consent = client.consent(temporary()).unwrap();
        let answer = if by_hand {
            consent.verifier("hfdp7dh39dks9884", "/token")
        } else {
            consent.callback(
                "http://printer.example.com/ready?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884",
                "/token",
            )
        };
        let answer = answer.unwrap();
        assert_eq!(answer.credentials().identifier(), "nnch734d00sl2jdk");
        assert_eq!(answer.extra(), [("user".to_owned(), "jane".to_owned())]);
        drop((consent, client));
        let with_temporary = signer().token(temporary());
        let (line, header) = verified(&server.received(), port, &with_temporary);
        assert_eq!(line, "POST /token HTTP/1.1");
        assert_eq!(
            header.get("oauth_verifier").as_deref(),
            Some(&b"hfdp7dh39dks9884"[..])
        );
        assert_eq!(header.token().as_deref(), Some("hh5s93j4hdidpola"));
    }
}

#[test]
fn answers_without_credentials_say_what_is_missing_and_no_secret() {
    for (status, body, expected, code) in [
        (
            "200 OK",
            "oauth_token=a&oauth_token_secret=hunter2",
            "oauth_callback_confirmed was not received",
            1,
        ),
        (
            "200 OK",
            "oauth_token=a&oauth_token_secret=hunter2&oauth_callback_confirmed=false",
            "did not confirm the callback",
            1,
        ),
        (
            "200 OK",
            "oauth_token=a&oauth_token=b&oauth_token_secret=hunter2",
            "oauth_token was received twice",
            1,
        ),
        (
            "200 OK",
            "{\"oauth_token\":\"hunter2\"}",
            "not form-encoded",
            1,
        ),
        (
            "200 OK",
            "oauth_token=%zz&oauth_token_secret=hunter2",
            "not form-encoded",
            1,
        ),
        ("200 OK", "", "oauth_token was not received", 1),
        ("302 Found", TEMPORARY, "answered 302", 3),
        (
            "401 Unauthorized",
            "oauth_problem=signature_invalid&hunter2",
            "answered 401",
            4,
        ),
        ("503 Service Unavailable", "", "answered 503", 5),
    ] {
        let server = answering(status, body);
        let client = client(&server);
        let error = client
            .temporary_credentials("/initiate", OUT_OF_BAND)
            .unwrap_err();
        let text = format!("{error} {error:?} {:?}", error.hint());
        assert!(text.contains(expected), "{body}: {text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains("hdhd0244k9j7ao03"), "{text}");
        assert_eq!(error.exit_code(), code, "{text}");
        drop(client);
        drop(server.received());
    }
}

#[test]
fn the_answer_that_is_kept_with_an_error_holds_no_secret() {
    let server = answering("200 OK", "oauth_token=a&oauth_token_secret=hunter2");
    let client = client(&server);
    let error = client.temporary_credentials("/initiate", OUT_OF_BAND);
    let Err(Error::Unexpected { what, response }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        what,
        Unexpected::Flow(FlowError::Missing("oauth_callback_confirmed"))
    );
    assert_eq!((response.status(), response.bytes()), (200, &b""[..]));
    drop(client);
    drop(server.received());
}

#[test]
fn what_cannot_be_sent_is_not_sent() {
    // Nobody listens there.
    let host = BaseUrl::from_url("http://127.0.0.1:9", false).unwrap();
    let client = Client::builder(Configuration::new(host, signer()))
        .build()
        .unwrap();
    let consent = client.consent(temporary()).unwrap();
    let flow = |error| Error::Request(RequestError::Flow(error));
    for (result, expected) in [
        (
            client
                .temporary_credentials("/initiate", "ready")
                .map(|_| ()),
            flow(FlowError::Callback),
        ),
        (
            client
                .with_token(temporary())
                .temporary_credentials("/initiate", OUT_OF_BAND)
                .map(|_| ()),
            flow(FlowError::Signer),
        ),
        (
            client
                .with_token(temporary())
                .consent(temporary())
                .map(|_| ()),
            flow(FlowError::Signer),
        ),
        (
            client
                .temporary_credentials("//elsewhere.example/initiate", OUT_OF_BAND)
                .map(|_| ()),
            Error::Request(RequestError::Origin),
        ),
        // The user refused.
        (
            consent
                .callback("/ready?oauth_token=hh5s93j4hdidpola", "/token")
                .map(|_| ()),
            flow(FlowError::Missing("oauth_verifier")),
        ),
        (
            consent
                .callback("/ready?oauth_token=other&oauth_verifier=x", "/token")
                .map(|_| ()),
            flow(FlowError::OtherToken),
        ),
        (
            consent.verifier("", "/token").map(|_| ()),
            flow(FlowError::Missing("oauth_verifier")),
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), expected.to_string());
        assert_eq!(error.exit_code(), 2);
    }
}
