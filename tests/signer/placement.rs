//! Protocol parameters in query and form: added by a client, removed by a server.

use exh_oauth1::{Authorization, Credentials, ParseError, Part, Request, Signer, VerifyError};

fn signer() -> Signer {
    // RFC 5849 §1.2.
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"))
        .without_version()
}

const PROTOCOL: &str = "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=chapoH&\
    oauth_signature=MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D&oauth_signature_method=HMAC-SHA1&\
    oauth_timestamp=137131202&oauth_token=nnch734d00sl2jdk";

#[test]
fn query() {
    let uri = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    let request = Request::new("GET", uri).expect("a request");
    let authorization = signer().sign(&request, 137131202, "chapoH");
    assert_eq!(authorization.in_query(uri), format!("{uri}&{PROTOCOL}"));
    for (uri, sent, received) in [
        ("http://h/p", "http://h/p?X", "http://h/p"),
        ("http://h/p?", "http://h/p?X", "http://h/p"),
        ("http://h/p?a=1&", "http://h/p?a=1&X", "http://h/p?a=1"),
        ("http://h/p#f?b", "http://h/p?X#f?b", "http://h/p#f?b"),
        ("http://h/p?a+%62=1&a#f", "http://h/p?a+%62=1&a&X#f", "http://h/p?a+%62=1&a#f"),
        ("/p?a=%c3", "/p?a=%c3&X", "/p?a=%c3"),
    ] {
        let whole = authorization.in_query(uri);
        assert_eq!(whole, sent.replace('X', PROTOCOL));
        let (taken, rest) = Authorization::from_query(&whole).expect(uri);
        assert_eq!((&taken, rest.as_str()), (&authorization, received));
    }
}

#[test]
fn form() {
    let request = Request::new("POST", "http://photos.example.net/photos?a=1").expect("a request");
    for body in ["", "b=2", "b=2&", "c+d=%20&b"] {
        let request = request.clone().form(body).expect(body);
        let authorization = signer().sign(&request, 137131202, "chapoH");
        let sent = authorization.in_form(body);
        let (received, rest) = Authorization::from_form(&sent).expect(body);
        assert_eq!(rest, body.trim_end_matches('&'));
        let request = Request::new("POST", "http://photos.example.net/photos?a=1")
            .and_then(|request| request.form(&rest))
            .expect(body);
        assert_eq!(signer().verify(&request, &received), Ok(()), "{body}");
        let changed = request.form("b=3").expect("a form");
        assert_eq!(signer().verify(&changed, &received), Err(VerifyError::Signature));
    }
}

#[test]
fn order_and_encoding_are_free() {
    let (received, rest) = Authorization::from_query(
        "/photos?oauth_token=nnch734d00sl2jdk&oauth%5Ftimestamp=137131202&file=vacation.jpg&size=original&\
         oauth_signature_method=HMAC%2dSHA1&oauth_signature=MdpQcU8iPSUjWoN/UDMsK2sui9I%3d&\
         oauth_nonce=ch%61poH&oauth_consumer_key=dpf43f3p2l4k3l03",
    )
    .expect("a query");
    let request = Request::new("GET", &format!("http://photos.example.net{rest}"));
    assert_eq!(signer().verify(&request.expect("a request"), &received), Ok(()));
}

#[test]
fn parameters_of_other_names_may_stay() {
    let uri = "http://photos.example.net/photos?a=1";
    let request = Request::new("GET", uri).expect("a request");
    let signer = signer().parameter("xoauth_requestor_id", "jane doe").expect("a parameter");
    let (received, rest) =
        Authorization::from_query(&signer.sign(&request, 1, "nonce").in_query(uri)).expect("a query");
    assert!(rest.ends_with("?a=1&xoauth_requestor_id=jane%20doe"), "{rest}");
    let request = Request::new("GET", &rest).expect("a request");
    assert_eq!(signer.verify(&request, &received), Ok(()));
}

#[test]
fn malformed_parameters_are_named() {
    for (query, error) in [
        ("", ParseError::Missing("oauth_consumer_key")),
        ("a=1", ParseError::Missing("oauth_consumer_key")),
        ("oauth_nonce=a&oauth_nonce=a", ParseError::Duplicate { position: 17 }),
        ("oauth_x=a&oauth%5fx=b", ParseError::Duplicate { position: 13 }),
        ("oauth_nonce=%f8", ParseError::NotText("oauth_nonce")),
        ("oauth_nonce=%f", ParseError::PercentEncoding { part: Part::Uri, position: 15 }),
        ("oauth_nonce=\"a\"", ParseError::Character { part: Part::Uri, position: 15 }),
        ("oauth_consumer_key=a&oauth_signature_method=HMAC-SHA1&oauth_signature=QQ", ParseError::Signature),
        ("oauth_consumer_key=a&oauth_signature_method=x&oauth_signature=&oauth_version=2.0", ParseError::Version),
    ] {
        assert_eq!(Authorization::from_query(&format!("/p?{query}")).err(), Some(error), "{query}");
    }
    assert_eq!(
        Authorization::from_form("a=%").err(),
        Some(ParseError::PercentEncoding { part: Part::Form, position: 2 })
    );
}
