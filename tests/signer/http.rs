//! Requests of the crate `http`, signed in place and verified as a server receives them.
#![cfg(all(feature = "http", feature = "system"))]

use exh_oauth1::{Authorization, Credentials, HttpError, ParseError, Part, Request, Signer, VerifyError};

fn signer() -> Signer {
    // RFC 5849 §1.2.
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"))
        .without_version()
}

const URI: &str = "http://photos.example.net/photos?file=vacation.jpg&size=original";
const HEADER: &str = "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"chapoH\", \
    oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\", oauth_signature_method=\"HMAC-SHA1\", \
    oauth_timestamp=\"137131202\", oauth_token=\"nnch734d00sl2jdk\"";

fn post(content_type: &str, body: &'static str) -> http::Request<&'static str> {
    let request = http::Request::post("https://h.example/a?b=c");
    request.header("Content-Type", content_type).body(body).expect("a request")
}

fn received<B>(request: &http::Request<B>) -> Authorization {
    let header = request.headers()["authorization"].to_str().expect("text");
    Authorization::parse(header).expect("a header")
}

#[test]
fn the_header_is_put_in_and_sensitive() {
    let request = http::Request::get(URI).header("Authorization", "Basic abc").header("X", "y");
    let mut request = request.body(()).expect("a request");
    signer().sign_http(&mut request, None, 137131202, "chapoH").expect("a signature");
    assert_eq!(request.headers().get_all("authorization").iter().count(), 1);
    let value = &request.headers()["authorization"];
    assert_eq!(value, HEADER);
    assert!(value.is_sensitive());
    assert_eq!(format!("{value:?}"), "Sensitive");
    assert_eq!((request.uri().to_string().as_str(), request.headers().len()), (URI, 2));
}

#[test]
fn a_form_is_signed_as_given() {
    for media_type in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded ; charset=utf-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
    ] {
        let mut request = post(media_type, "a3=2+q&c2");
        let body = *request.body();
        signer().authorize_http(&mut request, Some(body)).expect("a signature");
        let signed = Request::new("POST", "https://h.example/a?b=c&a3=2%20q&c2").expect("a request");
        assert_eq!(signer().verify(&signed, &received(&request)), Ok(()), "{media_type}");

        let mut request = post(media_type, "a3=2+q&c2");
        let result = signer().authorize_http(&mut request, None);
        assert_eq!(result, Err(HttpError::FormNeeded), "{media_type}");
        assert!(!request.headers().contains_key("authorization"));
    }
}

#[test]
fn other_bodies_are_not_signed() {
    for media_type in ["application/json", "text/application/x-www-form-urlencoded", ""] {
        let mut request = post(media_type, "{}");
        signer().authorize_http(&mut request, None).expect("a signature");
        let signed = Request::new("POST", "https://h.example/a?b=c").expect("a request");
        assert_eq!(signer().verify(&signed, &received(&request)), Ok(()), "{media_type}");
        let result = signer().sign_http(&mut post(media_type, "a=1"), Some("a=1"), 1, "nonce");
        assert_eq!(result, Err(HttpError::NotForm), "{media_type}");
    }
}

#[test]
fn a_relative_uri_needs_a_base() {
    let mut request = http::Request::get("/a?b=c").body(()).expect("a request");
    let scheme = Err(HttpError::Parse(ParseError::Scheme));
    assert_eq!(signer().authorize_http(&mut request, None), scheme);
    let sent = Request::new("GET", "https://h.example/v1/a?b=c").expect("a request");
    let authorization = signer().sign(&sent, 1, "nonce");
    for (base, expected) in [
        ("https://h.example/v1", Ok(())),
        ("https://h.example/v1/", Ok(())),
        ("https://h.example:443/v1", Ok(())),
        ("https://h.example", Err(VerifyError::Signature)),
        ("http://h.example/v1", Err(VerifyError::Signature)),
    ] {
        let received = Request::from_http_at(base, &request, None).expect(base);
        assert_eq!(signer().verify(&received, &authorization), expected, "{base}");
    }
    // The server's own host counts, not the one in the first line of the request.
    let absolute = http::Request::get("http://other.example/a?b=c").body(()).expect("a request");
    let received = Request::from_http_at("https://h.example/v1", &absolute, None).expect("a base");
    assert_eq!(signer().verify(&received, &authorization), Ok(()));
    let part = Part::Uri;
    let result = Request::from_http_at("https://h.example?a", &request, None);
    let character = ParseError::Character { part, position: 17 };
    assert_eq!(result.err(), Some(HttpError::Parse(character)));
    let request = http::Request::options("*").body(()).expect("a request");
    let result = Request::from_http_at("https://h.example", &request, None);
    assert_eq!(result.err(), Some(HttpError::Target));
}

#[test]
fn characters_that_the_crate_lets_through_are_refused() {
    let mut request = http::Request::get("http://h.example/a?b={c}").body(()).expect("a request");
    let part = Part::Uri;
    let character = ParseError::Character { part, position: 21 };
    let result = signer().authorize_http(&mut request, None);
    assert_eq!(result, Err(HttpError::Parse(character)));
}
