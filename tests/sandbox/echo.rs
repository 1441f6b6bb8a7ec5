//! `sandbox --echo`: every path, signature method and place. `tests/peers/run-echo` does the same with other programs.

use exh_oauth1::{Authorization, Credentials, Request, Signer};
use serde_json::{Value, json};

use crate::support::sandbox::{Response, Running, keys, signer};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const TARGET: &str = "/any/path?a=1&a=%C3%BC";

fn echo() -> Running {
    Running::with(|options| options.echo = true)
}

/// Sends a request whose form is `b=2`, with its signature in the given place.
fn send(running: &Running, signer: &Signer, place: &str) -> Response {
    let url = running.url(TARGET);
    let request = Request::new("PATCH", &url).unwrap().form("b=2").unwrap();
    let authorization: Authorization = signer.authorize(&request).unwrap();
    match place {
        "header" => {
            let headers = format!("Authorization: {authorization}\r\n{FORM}");
            running.send("PATCH", TARGET, &headers, "b=2")
        }
        "query" => running.send("PATCH", &authorization.in_query(TARGET), FORM, "b=2"),
        _ => running.send("PATCH", TARGET, FORM, &authorization.in_form("b=2")),
    }
}

fn parameter(body: &Value, name: &str) -> Vec<(String, String)> {
    let parameters = body["parameters"].as_array().unwrap();
    parameters
        .iter()
        .filter(|parameter| parameter["name"] == name)
        .map(|parameter| {
            let text = |field: &str| parameter[field].as_str().unwrap().to_owned();
            (text("place"), text("value"))
        })
        .collect()
}

#[test]
fn every_place_and_method_is_accepted_and_described() {
    let running = echo();
    let two_legged = Signer::new(Credentials::new("client", "client secret & more"));
    for (signer, method) in [
        (signer(&keys()), "HMAC-SHA1"),
        (signer(&keys()).hmac_sha256(), "HMAC-SHA256"),
        (signer(&keys()).hmac_sha512(), "HMAC-SHA512"),
        (signer(&keys()).plaintext(), "PLAINTEXT"),
        (two_legged, "HMAC-SHA1"),
    ] {
        for place in ["header", "query", "form"] {
            let response = send(&running, &signer, place);
            assert_eq!(response.status, 200, "{method} {place}: {:?}", response.body);
            let body = response.body;
            assert_eq!(body["method"], "PATCH");
            assert_eq!(body["url"], running.url(TARGET));
            assert_eq!(body["signature"]["place"], place);
            assert_eq!(body["signature"]["method"], method);
            let pair = |place: &str, value: &str| (place.to_owned(), value.to_owned());
            assert_eq!(parameter(&body, "a"), [pair("query", "ü"), pair("query", "1")]);
            assert_eq!(parameter(&body, "b"), [pair("form", "2")]);
            assert_eq!(parameter(&body, "oauth_consumer_key"), [pair(place, "client")]);
            assert!(!body.to_string().contains("secret"), "{body}");
        }
    }
}

#[test]
fn a_body_is_described_by_its_length_and_hash() {
    let running = echo();
    let request = Request::new("POST", &running.url("/")).unwrap();
    let signer = signer(&keys());
    let send = |header: &str, body: &str| {
        let headers = format!("Authorization: {header}\r\nContent-Type: text/plain\r\n");
        running.send("POST", "/", &headers, body)
    };
    let header = signer.authorize(&request).unwrap().to_string();
    // FIPS 180-4's example.
    let body = send(&header, "abc").body;
    let hash = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    assert_eq!(body["body"], json!({"length": 3, "sha256": hash}));

    let request = request.body_hash(signer.signature_method(), b"abc").unwrap();
    let header = || signer.authorize(&request).unwrap().to_string();
    assert_eq!(send(&header(), "abc").status, 200);
    send(&header(), "abd").assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
}

#[test]
fn a_wrong_signature_is_explained_in_every_place() {
    let running = echo();
    let request = Request::new("GET", &running.url("/")).unwrap();
    for place in ["header", "query"] {
        let authorization = signer(&keys()).authorize(&request).unwrap();
        let response = match place {
            "header" => running.send("GET", "/?a=1", &format!("Authorization: {authorization}\r\n"), ""),
            _ => running.send("GET", &authorization.in_query("/?a=1"), "", ""),
        };
        response.assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
        let message = response.body["message"].as_str().unwrap();
        assert!(message.contains("query-left-out"), "{place}: {message}");
    }
    let unsigned = running.send("GET", "/users/v1/me", "", "");
    unsigned.assert_refused(401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION");
    let rsa = "Authorization: OAuth oauth_consumer_key=\"client\", oauth_token=\"token\", oauth_signature_method=\"RSA-SHA1\", oauth_timestamp=\"1\", oauth_nonce=\"n\", oauth_signature=\"AA%3D%3D\"\r\n";
    running.send("GET", "/", rsa, "").assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
}

#[cfg(feature = "rsa")]
#[test]
fn rsa_signatures_are_verified_with_the_given_key() {
    use exh_oauth1::rsa::{PrivateKey, PublicKey};
    let read = |name: &str| std::fs::read_to_string(format!("tests/rsa/{name}.pem")).unwrap();
    let running = Running::with(|options| {
        options.echo = true;
        options.public_key = Some(PublicKey::from_pem_with_minimum(&read("public"), 0).unwrap());
    });
    let request = Request::new("GET", &running.url("/x")).unwrap();
    let key = PrivateKey::from_pem_with_minimum(&read("private-pkcs8"), 0).unwrap();
    let client = Signer::new(Credentials::new("client", ""));
    for signer in [client.clone().rsa_sha1(key.clone()), client.clone().rsa_sha256(key.clone()), client.rsa_sha512(key)]
    {
        let method = signer.signature_method();
        let header = signer.authorize(&request).unwrap();
        let headers = format!("Authorization: {header}\r\n");
        let response = running.send("GET", "/x", &headers, "");
        assert_eq!(response.body["signature"]["method"], method.name(), "{response:?}");
        running.send("GET", "/x?a=1", &headers, "").assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
    }
    assert_eq!(running.signed(&signer(&keys()), "GET", "/x").status, 200);
}
