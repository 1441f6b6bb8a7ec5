//! Redirection-based authorization with the values of RFC 5849 §1.2, and malformed responses.

use exh_oauth1::{
    Credentials, ParseError, Request, Signer,
    flow::{FlowError, OUT_OF_BAND, Temporary, TemporaryRequest},
};

fn client() -> Signer {
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44")).without_version()
}

fn post(path: &str) -> Request {
    Request::new("POST", &format!("https://photos.example.net{path}")).expect(path)
}

fn initiate(callback: &str) -> Result<TemporaryRequest, FlowError> {
    TemporaryRequest::new(client(), post("/initiate"), callback)
}

const RESPONSE: &str = "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true";

fn temporary() -> Temporary {
    let request = initiate("http://printer.example.com/ready").expect("a callback");
    request.parse_response(RESPONSE).expect("a response")
}

#[test]
fn rfc_example() {
    let client = client().realm("Photos").expect("a realm");
    let request = TemporaryRequest::new(client, post("/initiate"), "http://printer.example.com/ready");
    let request = request.expect("a callback");
    assert_eq!(
        request.sign(137131200, "wIjqoS").as_str(),
        "OAuth realm=\"Photos\", oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", \
         oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"wIjqoS\", \
         oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\", oauth_signature_method=\"HMAC-SHA1\", \
         oauth_timestamp=\"137131200\""
    );
    let temporary = request.parse_response(RESPONSE).expect("a response");
    let authorized = temporary
        .callback("http://printer.example.com/ready?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884")
        .expect("a verifier");
    let request = authorized.token_request(post("/token"));
    assert_eq!(
        request.sign(137131201, "walatlh").as_str(),
        "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"walatlh\", \
         oauth_signature=\"gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D\", oauth_signature_method=\"HMAC-SHA1\", \
         oauth_timestamp=\"137131201\", oauth_token=\"hh5s93j4hdidpola\", oauth_verifier=\"hfdp7dh39dks9884\""
    );
    let response = request
        .parse_response("oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00&user=J%c3%a4ne+D&x&x=1\n")
        .expect("a response");
    let extra = [("user", "Jäne D"), ("x", ""), ("x", "1")];
    assert_eq!(response.extra(), extra.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let signer = client_with(response.into_credentials());
    let uri = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    let request = Request::new("GET", uri).expect("a request");
    let signature = signer.sign(&request, 137131202, "chapoH");
    assert_eq!(signature.signature(), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
}

fn client_with(token: Credentials) -> Signer {
    client().token(token)
}

#[test]
fn the_callback_is_an_absolute_uri_or_out_of_band() {
    for callback in [OUT_OF_BAND, "https://a.example/b?c=d", "printer.app:ready", "x-a+b://c"] {
        assert!(initiate(callback).is_ok(), "{callback}");
    }
    for callback in ["", "/ready", "OOB", "1a:b", "a:", "a b:c", "http://a b", "http://a/\n", ":a"] {
        assert_eq!(initiate(callback).err(), Some(FlowError::Callback), "{callback}");
    }
}

#[test]
fn a_signer_with_a_token_or_callback_is_refused() {
    let token = client_with(Credentials::new("a", "b"));
    let callback = client().parameter("oauth_callback", OUT_OF_BAND).expect("a parameter");
    for signer in [token.clone(), callback] {
        let request = TemporaryRequest::new(signer, post("/initiate"), OUT_OF_BAND);
        assert_eq!(request.err(), Some(FlowError::Signer));
    }
    let resumed = Temporary::new(token, Credentials::new("a", "b"));
    assert_eq!(resumed.err(), Some(FlowError::Signer));
}

#[test]
fn responses_are_checked() {
    use FlowError::{Duplicate, Form, Missing, NotConfirmed};
    let request = initiate(OUT_OF_BAND).expect("a request");
    for (response, error) in [
        ("", Missing("oauth_token")),
        ("<html>", Form),
        ("{\"oauth_token\":1}", Form),
        ("oauth_token=%", Form),
        ("oauth_token=%ff&oauth_token_secret=a&oauth_callback_confirmed=true", Form),
        ("oauth_token=&oauth_token_secret=a&oauth_callback_confirmed=true", Missing("oauth_token")),
        ("oauth_token=a&oauth_callback_confirmed=true", Missing("oauth_token_secret")),
        ("oauth_token=a&oauth_token_secret=b", Missing("oauth_callback_confirmed")),
        ("oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false", NotConfirmed),
        ("oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=TRUE", NotConfirmed),
        ("oauth_token=a&oauth_token=a&oauth_token_secret=b", Duplicate("oauth_token")),
        ("oauth_token=a&oauth%5Ftoken=a&oauth_token_secret=b", Duplicate("oauth_token")),
        ("oauth_token_secret=a&oauth_token=a&oauth_token_secret=b", Duplicate("oauth_token_secret")),
        (
            "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=true&oauth_callback_confirmed=true",
            Duplicate("oauth_callback_confirmed"),
        ),
    ] {
        assert_eq!(request.parse_response(response).err(), Some(error), "{response}");
    }
    // §2.1 does not say that a secret cannot be empty.
    let response = request.parse_response("oauth_token_secret=&oauth_callback_confirmed=true&oauth_token=a%2Bb&c=d");
    let temporary = response.expect("a response");
    assert_eq!(temporary.credentials().identifier(), "a+b");
    assert_eq!(temporary.credentials().secret(), "");
    assert_eq!(temporary.extra(), [("c".to_owned(), "d".to_owned())]);
}

#[test]
fn the_authorization_uri_keeps_its_query() {
    let temporary = Temporary::new(client(), Credentials::new("a b&", "c")).expect("credentials");
    for (endpoint, uri) in [
        ("https://h/authorize", "https://h/authorize?oauth_token=a%20b%26"),
        ("https://h/authorize?", "https://h/authorize?oauth_token=a%20b%26"),
        ("https://h/?force=%31&x", "https://h/?force=%31&x&oauth_token=a%20b%26"),
        ("https://h/?x=1#here?", "https://h/?x=1&oauth_token=a%20b%26#here?"),
    ] {
        assert_eq!(temporary.authorization_uri(endpoint).as_deref(), Ok(uri));
    }
    assert_eq!(temporary.authorization_uri("/authorize"), Err(ParseError::Scheme));
    let twice = temporary.authorization_uri("https://h/?a&oauth%5Ftoken=1");
    assert_eq!(twice, Err(ParseError::Duplicate { position: 13 }));
}

#[test]
fn callbacks_are_checked() {
    use FlowError::{Duplicate, Form, Missing, OtherToken};
    for (query, error) in [
        ("", Missing("oauth_token")),
        ("?", Missing("oauth_token")),
        ("?oauth_verifier=a", Missing("oauth_token")),
        ("?oauth_token=hh5s93j4hdidpola", Missing("oauth_verifier")),
        ("?oauth_token=hh5s93j4hdidpola&oauth_verifier=", Missing("oauth_verifier")),
        ("?oauth_token=other&oauth_verifier=a", OtherToken),
        ("?oauth_token=hh5s93j4hdidpola&oauth_token=a&oauth_verifier=a", Duplicate("oauth_token")),
        ("?oauth_token=hh5s93j4hdidpola&oauth_verifier=a&oauth_verifier=a", Duplicate("oauth_verifier")),
        ("?oauth_token=hh5s93j4hdidpola&oauth_verifier=a%0a", Form),
        ("?oauth_token=hh5s93j4hdidpola&oauth_verifier=%f8", Form),
        ("?denied=hh5s93j4hdidpola", Missing("oauth_token")),
    ] {
        for uri in ["/ready", "http://printer.example.com/ready"] {
            let result = temporary().callback(&format!("{uri}{query}#f"));
            assert_eq!(result.err(), Some(error), "{query}");
        }
    }
    let callback = "/ready?state=1&oauth_verifier=hfdp7dh39dks9884&oauth_token=hh5s93j4hdidpola#f";
    let authorized = temporary().callback(callback).expect("a verifier");
    let request = authorized.token_request(post("/token"));
    assert_eq!(request.sign(137131201, "walatlh").signature(), "gKgrFCywp7rO0OXSjdot/IHF7IU=");
}

#[test]
fn a_verifier_can_be_typed_and_credentials_kept() {
    let kept = temporary().credentials().clone();
    // Both are in the response of RFC 5849 §1.2.
    assert_eq!(kept.identifier(), "hh5s93j4hdidpola");
    assert_eq!(kept.secret(), "hdhd0244k9j7ao03");
    let temporary = Temporary::new(client(), kept).expect("credentials");
    let authorized = temporary.verifier("hfdp7dh39dks9884").expect("a verifier");
    let request = authorized.token_request(post("/token"));
    assert_eq!(request.sign(137131201, "walatlh").signature(), "gKgrFCywp7rO0OXSjdot/IHF7IU=");
    assert_eq!(temporary.verifier("").err(), Some(FlowError::Missing("oauth_verifier")));
    assert_eq!(temporary.verifier("a\n").err(), Some(FlowError::Form));
}

#[test]
fn debug_shows_no_secret() {
    let temporary = temporary();
    let authorized = temporary.verifier("hfdp7dh39dks9884").expect("a verifier");
    let request = authorized.clone().token_request(post("/token"));
    let response = request.parse_response("oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00");
    let initiate = initiate(OUT_OF_BAND).expect("a request");
    let text = format!("{initiate:?} {temporary:?} {authorized:?} {request:?} {response:?}");
    for secret in ["kd94hf93k423kf44", "hdhd0244k9j7ao03", "hfdp7dh39dks9884", "pfkkdhi9sl3r4s00"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains("hh5s93j4hdidpola") && text.contains("nnch734d00sl2jdk"), "{text}");
}
