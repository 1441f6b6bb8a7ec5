//! Body hash: vectors, bodies without a hash, and rejections by a server.
#![cfg(feature = "sha2")]

use std::path::Path;

use exh_oauth1::{Authorization, BodyHashError, Credentials, Request, SignatureMethod, Signer};
use serde_json::Value;

fn resource() -> Request {
    Request::new("PUT", "http://www.example.com/resource").expect("a request")
}

#[test]
fn vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oauth-body-hash.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    let rows = file["tests"].as_array().expect("a list");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let id = row["id"].as_str().expect("an id");
        let body: &[u8] = if id.ends_with("a2") { b"" } else { b"Hello World!" };
        let authorization = row["authorization"].as_str().expect(id);
        let authorization = Authorization::parse(authorization).expect(id);
        let [method, uri] = ["method", "uri"].map(|key| row[key].as_str().expect(id));
        let request = Request::new(method, uri).expect(id);
        assert_eq!(authorization.verify_body(&request, body), Ok(()), "{id}");
        let other = authorization.verify_body(&request, b"Hello world!");
        assert_eq!(other, Err(BodyHashError::Mismatch), "{id}");
        let request = request.body_hash(SignatureMethod::HmacSha1, body).expect(id);
        let signed = Signer::new(Credentials::new("consumer", "con-test-secret"))
            .token(Credentials::new("token", ""))
            .sign(&request, authorization.timestamp().expect(id).parse().expect(id), &authorization.nonce().expect(id));
        assert_eq!(signed, authorization, "{id}");
    }
}

#[test]
fn the_hash_is_that_of_the_signature_method() {
    // FIPS 180-4, the example "abc".
    for (method, hash) in [
        ("HMAC-SHA1", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("RSA-SHA1", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("HMAC-SHA256", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("RSA-SHA256", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("HMAC-SHA512", "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="),
        ("RSA-SHA512", "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="),
    ] {
        let method = SignatureMethod::from_name(method).expect(method);
        let request = resource().body_hash(method, b"abc").expect("a hash");
        let signer = Signer::new(Credentials::new("consumer", "con-test-secret"));
        let authorization = signer.sign(&request, 1, "nonce");
        let sent = authorization.get("oauth_body_hash");
        assert_eq!(sent.as_deref(), Some(hash.as_bytes()), "{method}");
    }
    let plaintext = resource().body_hash(SignatureMethod::Plaintext, b"abc");
    assert_eq!(plaintext.err(), Some(BodyHashError::SignatureMethod));
}

#[test]
fn a_form_has_no_hash() {
    let form = resource().form("abc").expect("a form");
    let hash = form.clone().body_hash(SignatureMethod::HmacSha1, b"abc");
    assert_eq!(hash.err(), Some(BodyHashError::Form));
    let signer = Signer::new(Credentials::new("consumer", "con-test-secret"));
    let without = signer.sign(&form, 1, "nonce");
    assert_eq!(without.verify_body(&form, b"abc"), Ok(()));
    assert_eq!(without.verify_body(&resource(), b"abc"), Err(BodyHashError::Missing));
    let signer = signer.parameter("oauth_body_hash", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=").expect("a parameter");
    let with = signer.sign(&form, 1, "nonce");
    assert_eq!(with.verify_body(&form, b"abc"), Err(BodyHashError::Form));
    assert_eq!(with.verify_body(&resource(), b"abc"), Ok(()));
}

#[test]
fn the_method_received_decides() {
    let request = resource();
    let signer = Signer::new(Credentials::new("consumer", "con-test-secret"));
    let hashed = request.clone().body_hash(SignatureMethod::HmacSha1, b"abc");
    let hashed = hashed.expect("a hash");
    for (signer, expected) in [
        (signer.clone(), Ok(())),
        (signer.clone().hmac_sha256(), Err(BodyHashError::Mismatch)),
        (signer.plaintext(), Err(BodyHashError::SignatureMethod)),
    ] {
        let authorization = signer.sign(&hashed, 1, "nonce");
        assert_eq!(authorization.verify_body(&request, b"abc"), expected, "{signer:?}");
    }
}
