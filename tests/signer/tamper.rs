//! Every changed part of a request is refused with its own error, and every permitted rewriting is accepted.

use exh_oauth1::{Authorization, Credentials, ParseError, Part, Request, Signer, VerifyError};

/// A request as a server receives it, and the credentials that the server knows.
#[derive(Clone, Debug)]
struct Exchange {
    method: String,
    uri: String,
    form: String,
    header: String,
    client: [String; 2],
    token: [String; 2],
}

type Field = fn(&mut Exchange) -> &mut String;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Refused {
    Unreadable(ParseError),
    Wrong(VerifyError),
}

use Refused::{Unreadable, Wrong};
use VerifyError::{Client, Malformed, Signature, SignatureMethod, Token};

const SIGNATURE: Refused = Wrong(Signature);

fn character(part: Part, position: usize) -> Refused {
    Unreadable(ParseError::Character { part, position })
}

/// RFC 5849 §3.4.1.1 as erratum 2550 corrects it.
fn published() -> Exchange {
    Exchange {
        method: "POST".into(),
        uri: "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b".into(),
        form: "c2&a3=2+q".into(),
        header: concat!(
            r#"OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", "#,
            r#"oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", "#,
            r#"oauth_signature="r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D""#
        )
        .into(),
        client: ["9djdj82h48djs9d2".into(), "j49sk3j29djd".into()],
        token: ["kkk9d7dh3k39sjv7".into(), "dh893hdasih9".into()],
    }
}

impl Exchange {
    fn signer(&self) -> Signer {
        let credentials = |[identifier, secret]: &[String; 2]| Credentials::new(identifier, secret);
        Signer::new(credentials(&self.client)).token(credentials(&self.token))
    }

    fn verdict_of(&self, signer: &Signer) -> Result<(), Refused> {
        let request =
            Request::new(&self.method, &self.uri).and_then(|request| request.form(&self.form)).map_err(Unreadable)?;
        let received = Authorization::parse(&self.header).map_err(Unreadable)?;
        signer.verify(&request, &received).map_err(Wrong)
    }

    fn verdict(&self) -> Result<(), Refused> {
        self.verdict_of(&self.signer())
    }

    /// Replaces a text that occurs once in one part of the request.
    fn replace(mut self, part: Field, from: &str, to: &str) -> Self {
        let text = part(&mut self);
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        *text = text.replace(from, to);
        self
    }
}

#[track_caller]
fn refused(part: Field, rows: &[(&str, &str, Refused)]) {
    for (from, to, error) in rows {
        let changed = published().replace(part, from, to);
        assert_eq!(changed.verdict(), Err(*error), "{from} -> {to}");
    }
}

#[track_caller]
fn accepted(part: Field, rows: &[(&str, &str)]) {
    for (from, to) in rows {
        let changed = published().replace(part, from, to);
        assert_eq!(changed.verdict(), Ok(()), "{from} -> {to}");
    }
}

#[test]
fn the_published_request_is_accepted() {
    assert_eq!(published().verdict(), Ok(()));
}

#[test]
fn a_changed_method_is_refused() {
    refused(
        |exchange| &mut exchange.method,
        &[
            ("POST", "GET", SIGNATURE),
            ("POST", "PUT", SIGNATURE),
            ("POST", "POSTS", SIGNATURE),
            ("POST", "POST&", SIGNATURE),
            ("POST", "", Unreadable(ParseError::Method)),
            ("POST", "POST ", Unreadable(ParseError::Method)),
        ],
    );
}

#[test]
fn a_changed_uri_is_refused() {
    refused(
        |exchange| &mut exchange.uri,
        &[
            ("http:", "https:", SIGNATURE),
            ("http:", "ftp:", Unreadable(ParseError::Scheme)),
            ("example.com", "example.org", SIGNATURE),
            ("example.com", "www.example.com", SIGNATURE),
            ("example.com", "example.com.", SIGNATURE),
            ("example.com", "example.com:443", SIGNATURE),
            ("example.com", "example.com:8080", SIGNATURE),
            ("example.com", "example.com@evil.example", SIGNATURE),
            ("example.com", "", Unreadable(ParseError::Host)),
            ("example.com", "example.com:80a", Unreadable(ParseError::Port)),
            ("/request", "", SIGNATURE),
            ("/request", "/", SIGNATURE),
            ("/request", "/Request", SIGNATURE),
            ("/request", "/request/", SIGNATURE),
            ("/request", "//request", SIGNATURE),
            ("/request", "/./request", SIGNATURE),
            ("/request", "/%72equest", SIGNATURE),
            ("/request", "/request;a=1", SIGNATURE),
            ("/request", "/request%3Fb5=1", SIGNATURE),
            ("/request", "/req uest", character(Part::Uri, 22)),
            ("b5=", "b6=", SIGNATURE),
            ("b5=", "B5=", SIGNATURE),
            ("a3=a", "b3=a", SIGNATURE),
            ("c%40=", "c%41=", SIGNATURE),
            ("a2=", "a=", SIGNATURE),
            ("%3D%253D", "%3D%3D", SIGNATURE),
            ("%3D%253D", "%3D%253d", SIGNATURE),
            ("a3=a", "a3=A", SIGNATURE),
            ("a3=a", "a3=", SIGNATURE),
            ("a3=a", "a3=a%00", SIGNATURE),
            ("a3=a", "a3=a=", SIGNATURE),
            ("c%40=", "c%40=1", SIGNATURE),
            ("r%20b", "r%2520b", SIGNATURE),
            ("r%20b", "r%2Bb", SIGNATURE),
            ("&a3=a", "", SIGNATURE),
            ("&a2=r%20b", "", SIGNATURE),
            ("&a3=a", "&a3=a&a3=a", SIGNATURE),
            ("&a3=a", "&a3=a&x=1", SIGNATURE),
            ("&a3=a", "&a3=a&=", SIGNATURE),
            ("&a3=a", "%26a3=a", SIGNATURE),
            (
                "&a3=a",
                "&oauth_nonce=7d8f3e4a&a3=a",
                Wrong(Malformed(ParseError::SecondPlace { part: Part::Uri, position: 39 })),
            ),
            ("&a3=a", "&realm=Example&a3=a", SIGNATURE),
            ("?b5=", "#b5=", SIGNATURE),
            ("?b5=", "??b5=", SIGNATURE),
        ],
    );
}

#[test]
fn a_changed_form_is_refused() {
    refused(
        |exchange| &mut exchange.form,
        &[
            ("c2&a3=2+q", "", SIGNATURE),
            ("c2", "c3", SIGNATURE),
            ("c2", "c2=1", SIGNATURE),
            ("c2&", "", SIGNATURE),
            ("&a3=2+q", "", SIGNATURE),
            ("a3=", "a4=", SIGNATURE),
            ("2+q", "2+r", SIGNATURE),
            ("2+q", "2%2Bq", SIGNATURE),
            ("2+q", "2q", SIGNATURE),
            ("2+q", "2+q&c2", SIGNATURE),
            ("2+q", "2+q&a3=a", SIGNATURE),
            ("2+q", "2+q\n", character(Part::Form, 9)),
            ("2+q", "2+q%", Unreadable(ParseError::PercentEncoding { part: Part::Form, position: 9 })),
        ],
    );
}

#[test]
fn a_changed_header_is_refused() {
    let missing = |name| Unreadable(ParseError::Missing(name));
    let duplicate = |position| Unreadable(ParseError::Duplicate { position });
    let unreadable = Unreadable(ParseError::Signature);
    refused(
        |exchange| &mut exchange.header,
        &[
            ("OAuth ", "Bearer ", Unreadable(ParseError::NotOAuth)),
            ("9djdj82h48djs9d2", "9djdj82h48djs9d3", Wrong(Client)),
            ("9djdj82h48djs9d2", "", Wrong(Client)),
            ("kkk9d7dh3k39sjv7", "kkk9d7dh3k39sjv8", Wrong(Token)),
            ("kkk9d7dh3k39sjv7", "", Wrong(Token)),
            (r#"oauth_token="kkk9d7dh3k39sjv7", "#, "", Wrong(Token)),
            ("HMAC-SHA1", "HMAC-SHA256", Wrong(SignatureMethod)),
            ("HMAC-SHA1", "hmac-sha1", Wrong(SignatureMethod)),
            ("HMAC-SHA1", "PLAINTEXT", Wrong(SignatureMethod)),
            ("HMAC-SHA1", "", Wrong(SignatureMethod)),
            ("137131201", "137131202", SIGNATURE),
            ("137131201", "0137131201", SIGNATURE),
            ("137131201", "137131201 ", SIGNATURE),
            ("137131201", "", SIGNATURE),
            (r#"oauth_timestamp="137131201", "#, "", SIGNATURE),
            ("7d8f3e4a", "7d8f3e4b", SIGNATURE),
            ("7d8f3e4a", "7D8F3E4A", SIGNATURE),
            ("7d8f3e4a", "", SIGNATURE),
            (r#"oauth_nonce="7d8f3e4a", "#, "", SIGNATURE),
            ("oauth_nonce", "oauth_once", SIGNATURE),
            (r#"oauth_nonce="#, r#"oauth_version="1.0", oauth_nonce="#, SIGNATURE),
            (r#"oauth_nonce="#, r#"oauth_version="2.0", oauth_nonce="#, Unreadable(ParseError::Version)),
            (r#"oauth_nonce="#, r#"oauth_callback="oob", oauth_nonce="#, SIGNATURE),
            (r#"oauth_nonce="#, r#"a3="a", oauth_nonce="#, SIGNATURE),
            (r#"oauth_nonce="#, r#"oauth_nonce="x", oauth_nonce="#, duplicate(176)),
            (r#"oauth_nonce="#, r#"oauth%5Fnonce="x", oauth_nonce="#, duplicate(178)),
            (r#"realm="#, r#"realm="x", realm="#, duplicate(17)),
            ("r6%2F", "r7%2F", SIGNATURE),
            ("r6%2F", "R6%2F", SIGNATURE),
            ("r6%2FTJjb", "TJjb", unreadable),
            ("r6%2FT", "", SIGNATURE),
            ("r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D", "", SIGNATURE),
            ("5g%3D", "5g", unreadable),
            ("5g%3D", "5g%3D%3D", unreadable),
            ("5g%3D", "5h%3D", unreadable),
            ("5g%3D", "5g%3D%20", unreadable),
            ("%2BUU0", "-UU0", unreadable),
            ("%2BUU0", "%20UU0", unreadable),
            ("%2BUU0", "%252BUU0", unreadable),
            ("oauth_signature=", "oauth_signature_=", missing("oauth_signature")),
            ("oauth_consumer_key=", "oauth_client=", missing("oauth_consumer_key")),
            ("oauth_signature_method=", "oauth_method=", missing("oauth_signature_method")),
        ],
    );
}

/// The places of protocol parameters (RFC 5849 §3.5).
const PLACES: [&str; 3] = ["header", "query", "form"];

/// A signed request with a body hash, callback and verifier, whose protocol parameters are in one place. Then `name` is
/// also in another place, with another value, or was moved there. The signature covers what is sent.
fn in_two_places(place: usize, other: usize, name: &str, is_moved: bool) -> (String, String, String) {
    let signer = [
        ("oauth_body_hash", "Lve95gjOVATpfV8EL5X4nxwjKHE="),
        ("oauth_callback", "oob"),
        ("oauth_verifier", "hfdp7dh39dks9884"),
    ]
    .into_iter()
    .try_fold(published().signer(), |signer, (name, value)| signer.parameter(name, value))
    .unwrap();
    let mut places = ["".to_string(), "a=1".to_string(), "b=2".to_string()];
    let sign = |places: &[String; 3]| {
        let request = Request::new("POST", &format!("http://h/?{}", places[1]))
            .and_then(|request| request.form(&places[2]))
            .unwrap();
        signer.sign(&request, 137131202, "chapoH").to_form()
    };
    let of = |form: &str| {
        let mut pairs = form.split('&');
        let pair = pairs.find(|pair| pair.split('=').next() == Some(name));
        pair.unwrap().to_string()
    };
    let extra = if is_moved { of(&sign(&places)) } else { format!("{name}=other") };
    if !is_moved && other > 0 {
        places[other] += &format!("&{extra}");
    }
    let mut protocol = sign(&places);
    if is_moved {
        let mut kept = protocol.split('&').collect::<Vec<_>>();
        kept.retain(|pair| pair.split('=').next() != Some(name));
        protocol = kept.join("&");
    }
    if is_moved || other == 0 {
        places[other] += &format!("&{extra}");
    }
    places[place] += &format!("&{protocol}");
    let quoted = places[0].trim_start_matches('&').replace('=', "=\"");
    let header = format!("OAuth {}\"", quoted.replace('&', "\", "));
    let [_, query, form] = places;
    (header, format!("http://h/?{query}"), form)
}

/// The status of a server that reads the protocol parameters from one place (§3.2).
fn status(place: usize, (header, uri, form): &(String, String, String)) -> u16 {
    let (mut uri, mut form) = (uri.clone(), form.clone());
    let received = match PLACES[place] {
        "header" => Authorization::parse(header),
        "query" => Authorization::from_query(&uri).map(|(received, rest)| {
            uri = rest;
            received
        }),
        _ => Authorization::from_form(&form).map(|(received, rest)| {
            form = rest;
            received
        }),
    };
    let Ok(received) = received else { return 400 };
    let request = Request::new("POST", &uri).and_then(|request| request.form(&form));
    match published().signer().verify(&request.unwrap(), &received) {
        Ok(()) => 200,
        Err(Malformed(_)) => 400,
        Err(_) => 401,
    }
}

#[test]
fn protocol_parameters_in_two_places_are_malformed() {
    for name in [
        "oauth_body_hash",
        "oauth_callback",
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_verifier",
        "oauth_version",
    ] {
        for (place, other) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
            for is_moved in [false, true] {
                let sent = in_two_places(place, other, name, is_moved);
                let row = format!("{name}: {} to {}", PLACES[place], PLACES[other]);
                // A server may find either place first; the header always comes first.
                assert_eq!(status(other, &sent), 400, "{row}, from the second: {sent:?}");
                if PLACES[other] != "header" {
                    assert_eq!(status(place, &sent), 400, "{row}, from the first: {sent:?}");
                }
            }
        }
    }
}

#[test]
fn a_second_place_is_named() {
    let header = published().header;
    let received = Authorization::parse(&header).unwrap();
    for (query, form, part, position) in [
        ("a=1&oauth_nonce=x", "", Part::Uri, 13),
        ("oauth%5Fnew", "oauth_nonce", Part::Uri, 9),
        ("oauth=1", "b&&oauth_=2&oauth_token", Part::Form, 3),
        ("", "oauth_signature=x", Part::Form, 0),
    ] {
        let request = Request::new("GET", &format!("http://h?{query}")).and_then(|request| request.form(form)).unwrap();
        assert_eq!(
            published().signer().verify(&request, &received),
            Err(Malformed(ParseError::SecondPlace { part, position })),
            "{query} {form}"
        );
    }
    for query in ["OAUTH_NONCE=x", "xoauth_requestor_id=x", "oauth=x", "oauth%255Fnonce"] {
        let request = Request::new("GET", &format!("http://h?{query}")).unwrap();
        let verdict = published().signer().verify(&request, &received);
        assert_eq!(verdict, Err(Signature), "{query}");
    }
}

#[test]
fn a_request_with_its_own_protocol_parameters_can_be_signed() {
    let request = Request::new("GET", "http://h/?oauth_callback=oob").unwrap();
    let signer = published().signer();
    let base_string = signer.base_string(&request, 1, "n");
    assert!(base_string.contains("&oauth_callback%3Doob%26oauth_consumer_key%3D"));
    let authorization = signer.sign(&request, 1, "n");
    assert_eq!(authorization.signature(), signer.signature(&base_string));
}

#[test]
fn other_credentials_of_the_server_are_refused() {
    let rows: [(Field, Refused); 4] = [
        (|exchange| &mut exchange.client[0], Wrong(Client)),
        (|exchange| &mut exchange.client[1], SIGNATURE),
        (|exchange| &mut exchange.token[0], Wrong(Token)),
        (|exchange| &mut exchange.token[1], SIGNATURE),
    ];
    for (part, error) in rows {
        for change in [
            |text: &mut String| text.push('x'),
            |text: &mut String| _ = text.pop(),
            |text: &mut String| text.clear(),
            |text: &mut String| text.make_ascii_uppercase(),
        ] {
            let mut changed = published();
            change(part(&mut changed));
            assert_eq!(changed.verdict(), Err(error), "{changed:?}");
        }
    }
    let mut moved = published();
    moved.client[1].push('&');
    assert_eq!(moved.verdict(), Err(SIGNATURE));
    let [client, token] =
        [published().client, published().token].map(|[identifier, secret]| Credentials::new(identifier, secret));
    let alone = Signer::new(client.clone());
    assert_eq!(published().verdict_of(&alone), Err(Wrong(Token)));
    let plaintext = Signer::new(client).token(token).plaintext();
    assert_eq!(published().verdict_of(&plaintext), Err(Wrong(SignatureMethod)));
}

#[test]
fn permitted_spellings_of_the_request_are_accepted() {
    accepted(|exchange| &mut exchange.method, &[("POST", "post"), ("POST", "PosT")]);
    accepted(
        |exchange| &mut exchange.uri,
        &[
            ("http:", "HTTP:"),
            ("http:", "hTtp:"),
            ("example.com", "EXAMPLE.com"),
            ("example.com", "example.com:80"),
            ("example.com", "example.com:0080"),
            ("example.com", "example.com:"),
            ("example.com", "user:password@example.com"),
            ("a2=r%20b", "a2=r%20b#fragment?a=b"),
            ("a2=r%20b", "a2=r+b"),
            ("a2=r%20b", "%61%32=%72%20%62"),
            ("a2=r%20b", "a2=r%20b&"),
            ("c%40=", "c%40"),
            ("c%40=", "c@="),
            ("c%40=", "&c%40=&"),
            ("%3D%253D", "=%253D"),
            ("b5=%3D", "b5=%3d"),
            ("b5=%3D%253D&a3=a", "a3=a&b5=%3D%253D"),
            ("b5=%3D%253D&a3=a&c%40=&a2=r%20b", "a2=r%20b&c%40=&a3=a&b5=%3D%253D"),
        ],
    );
    accepted(
        |exchange| &mut exchange.form,
        &[("c2&a3=2+q", "a3=2+q&c2"), ("2+q", "2%20q"), ("c2", "c2="), ("c2", "%632"), ("c2&", "&&c2&&")],
    );
    let mut moved = published();
    moved.uri = "http://example.com/request".into();
    moved.form = "c2&a3=2+q&b5=%3D%253D&a3=a&c%40=&a2=r%20b".into();
    assert_eq!(moved.verdict(), Ok(()));
    moved.uri = format!("{}?{}", moved.uri, moved.form);
    moved.form.clear();
    assert_eq!(moved.verdict(), Ok(()));
}

#[test]
fn permitted_spellings_of_the_header_are_accepted() {
    accepted(
        |exchange| &mut exchange.header,
        &[
            ("OAuth ", "oauth "),
            ("OAuth ", "OAUTH\t"),
            ("OAuth ", " \r\n OAuth   "),
            (r#"realm="Example", "#, ""),
            (r#"realm="Example""#, r#"realm="""#),
            (r#"realm="Example""#, r#"Realm="Other\", oauth_nonce=\"x""#),
            (
                r#"realm="Example", oauth_consumer_key="9djdj82h48djs9d2""#,
                r#"oauth_consumer_key="9djdj82h48djs9d2", realm="Example""#,
            ),
            (
                r#"oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="HMAC-SHA1""#,
                r#"oauth_signature_method="HMAC-SHA1", oauth_token="kkk9d7dh3k39sjv7""#,
            ),
            (r#", oauth_nonce="#, r#",oauth_nonce="#),
            (r#", oauth_nonce="#, " ,\r\n\toauth_nonce = "),
            ("s5g%3D\"", "s5g%3D\" "),
            ("r6%2F", "r6%2f"),
            ("r6%2F", "r6/"),
            ("s5g%3D", "s5g="),
            ("%2BUU0", "+UU0"),
            ("%2BUU0", "%2bUU0"),
            ("oauth_nonce", "oauth%5fnonce"),
            ("7d8f3e4a", "%37d8f3e4%61"),
            ("HMAC-SHA1", "HMAC%2DSHA1"),
        ],
    );
}

#[test]
fn plaintext_is_bound_to_the_secrets_alone() {
    let header = r#"OAuth oauth_consumer_key="k", oauth_signature_method="PLAINTEXT", oauth_signature="s%252B%26t""#;
    let mut exchange = published();
    exchange.header = header.into();
    for (secrets, expected) in [
        (["s+", "t"], Ok(())),
        (["s+", "u"], Err(SIGNATURE)),
        (["s", "t"], Err(SIGNATURE)),
        (["s+", ""], Err(SIGNATURE)),
        (["s+t", ""], Err(SIGNATURE)),
        (["", ""], Err(SIGNATURE)),
    ] {
        let [client, token] = secrets;
        let signer = Signer::new(Credentials::new("k", client)).token(Credentials::new("", token)).plaintext();
        assert_eq!(exchange.verdict_of(&signer), expected, "{secrets:?}");
    }
}

#[cfg(feature = "sha2")]
#[test]
fn a_signature_of_another_hash_is_refused() {
    let signer = published().signer();
    for (signer, other) in [
        (signer.clone().hmac_sha256(), signer.clone().hmac_sha512()),
        (signer.clone().hmac_sha512(), signer.clone().hmac_sha256()),
        (signer.clone().hmac_sha256(), signer),
    ] {
        let request = Request::new("GET", "http://h/").unwrap();
        let header = signer.sign(&request, 1, "n").into_string();
        let parse = |header: &str| Authorization::parse(header).unwrap();
        assert_eq!(signer.verify(&request, &parse(&header)), Ok(()));
        assert_eq!(other.verify(&request, &parse(&header)), Err(SignatureMethod));
        let claimed = header.replace(signer.signature_method().name(), other.signature_method().name());
        assert_eq!(other.verify(&request, &parse(&claimed)), Err(Signature));
    }
}
