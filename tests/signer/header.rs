//! Malformed headers with their errors and positions, and the text of errors and nonces.

use exh_oauth1::{Authorization, Credentials, ParseError, Part, Request, Signer, VerifyError};

#[test]
fn errors_have_a_position() {
    let syntax = |position| ParseError::Syntax { position };
    let part = Part::Header;
    let character = |position| ParseError::Character { part, position };
    let percent = |position| ParseError::PercentEncoding { part, position };
    for (header, error) in [
        ("", ParseError::NotOAuth),
        ("OAuth", ParseError::NotOAuth),
        ("OAuthx a=\"\"", ParseError::NotOAuth),
        ("OAuth ", syntax(6)),
        ("OAuth a", syntax(6)),
        ("OAuth =\"\"", syntax(6)),
        ("OAuth a b=\"\"", syntax(6)),
        ("OAuth a\0=\"\"", syntax(6)),
        ("OAuth a;=\"\"", syntax(6)),
        ("OAuth \u{fc}=\"\"", syntax(6)),
        ("OAuth a=b", syntax(8)),
        ("OAuth a=\"b", syntax(10)),
        ("OAuth a=\"b\\\"", syntax(12)),
        ("OAuth a=\"b\" c=\"d\"", syntax(12)),
        ("OAuth a=\"b\",", syntax(12)),
        ("OAuth a=\"b\",,c=\"d\"", syntax(12)),
        ("OAuth a=\"bc\\\"\"", syntax(11)),
        ("OAuth a=\"b\u{1f}\"", character(10)),
        ("OAuth a=\"bc\u{7f}\"", character(11)),
        ("OAuth aa=\"b\", a=\"bc\n\"", character(19)),
        ("OAuth a%4=\"b\"", percent(7)),
        ("OAuth a=\"%zz\"", percent(9)),
        ("OAuth a=\"b\", cd=\"e%\"", percent(18)),
        ("OAuth a=\"b\", cd=\"e\", a=\"\"", ParseError::Duplicate { position: 21 }),
        ("OAuth realm=\"b\", realm=\"\"", ParseError::Duplicate { position: 17 }),
        ("OAuth oauth_nonce=\"%ff\"", ParseError::NotText("oauth_nonce")),
        ("OAuth a=\"b\"", ParseError::Missing("oauth_consumer_key")),
    ] {
        assert_eq!(Authorization::parse(header), Err(error), "{header:?}");
    }
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let (part, position) = (Part::Header, 7);
    for (text, words) in [
        (ParseError::Character { part, position }.to_string(), ["Authorization header", "byte 7"]),
        (ParseError::PercentEncoding { part: Part::Form, position }.to_string(), ["form body", "byte 7"]),
        (ParseError::Syntax { position }.to_string(), ["name=\"value\"", "byte 7"]),
        (ParseError::Missing("oauth_token").to_string(), ["oauth_token", "missing"]),
        (Part::Uri.to_string(), ["URI", ""]),
        (VerifyError::Token.to_string(), ["token", "expected"]),
        (VerifyError::Signature.to_string(), ["signature", "match"]),
    ] {
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
}

#[test]
fn a_header_is_shown_as_it_is_and_debugged_without_its_signature() {
    let header = "OAuth oauth_consumer_key=\"k\", oauth_signature=\"s%26t\", oauth_signature_method=\"PLAINTEXT\"";
    let read = Authorization::parse(header).unwrap();
    assert_eq!(read.to_string(), header);
    assert_eq!(format!("{read:?}"), r#"{"oauth_consumer_key": "k", "oauth_signature_method": "PLAINTEXT", ..}"#);
    assert_eq!(format!("{:?}", Credentials::new("name", "secret")), r#"Credentials { identifier: "name", .. }"#);
}

#[cfg(feature = "system")]
#[test]
fn a_nonce_has_all_characters_and_is_new_each_time() {
    let nonce = || exh_oauth1::Nonce::try_generate(&mut rand::rngs::SysRng).unwrap();
    let mut all = String::new();
    for _ in 0..500 {
        let (one, other) = (nonce(), nonce());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 26);
        assert_eq!(one.to_string(), one.as_str());
        assert_eq!(format!("{one:?}"), format!("\"{one}\""));
        all += one.as_str();
    }
    // 13,000 characters: the probability that one of 32 is missing is less than 10^-170.
    let mut characters: Vec<char> = all.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    let alphabet: Vec<char> = ('2'..='7').chain('a'..='z').collect();
    assert_eq!(characters, alphabet);
}

#[test]
fn names_that_the_signer_sets_itself_are_reserved() {
    // The name `realm` is compared without case (RFC 9110 §11.2), other names with case.
    for name in [
        "",
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_version",
        "realm",
        "REALM",
        "Realm",
    ] {
        let signer = Signer::new(Credentials::new("key", "secret"));
        let error = signer.parameter(name, "value").expect_err(name);
        assert_eq!(error, ParseError::Reserved, "{name}");
    }
    for name in ["oauth_callback", "OAUTH_NONCE", "realms"] {
        let signer = Signer::new(Credentials::new("key", "secret"));
        let signer = signer.parameter(name, "value").expect(name);
        assert_eq!(signer.parameter(name, "other").err(), Some(ParseError::Duplicate { position: 0 }));
    }
}

#[test]
fn another_token_replaces_the_first() {
    let client = || Credentials::new("key/ü", "secret%20+/ü");
    let request = Request::new("GET", "http://example.com/").expect("a request");
    let header = |signer: &Signer| signer.sign(&request, 1, "nonce").into_string();
    let first = Signer::new(client()).token(Credentials::new("token&", "other=secret"));
    let second = first.token(Credentials::new("", ""));
    assert_eq!(header(&second), header(&Signer::new(client())));
}

#[test]
fn parameters_of_a_request_are_sent_with_it() {
    let signer = Signer::new(Credentials::new("key", "secret"));
    let request = Request::new("GET", "http://example.com/?a=1").expect("a request");
    let with = |signer: &Signer, request: &Request| signer.sign(request, 1, "nonce").into_string();
    for (name, value) in [("oauth_callback", "http://h/ready?a=b"), ("oauth_z", "\u{fc}"), ("zz", "")] {
        let own = request.clone().protocol_parameter(name, value);
        let own = own.expect("a parameter");
        let everywhere = signer.clone().parameter(name, value).expect("a parameter");
        assert_eq!(with(&signer, &own), with(&everywhere, &request), "{name}");
        // It takes precedence over the signer's.
        let other = signer.clone().parameter(name, "other").expect(name);
        assert_eq!(with(&other, &own), with(&everywhere, &request), "{name}");
        let base_string = everywhere.base_string(&request, 1, "nonce");
        assert_eq!(signer.base_string(&own, 1, "nonce"), base_string);
        // The receiver's request does not have it.
        let received = signer.sign(&own, 1, "nonce");
        assert_eq!(signer.verify(&request, &received), Ok(()));
        assert_eq!(signer.verify(&own, &received), Ok(()));
        let again = own.protocol_parameter(name, value).err();
        assert_eq!(again, Some(ParseError::Duplicate { position: 0 }));
    }
    let reserved = request.protocol_parameter("oauth_nonce", "x").err();
    assert_eq!(reserved, Some(ParseError::Reserved));
}
