//! The text of the signer's errors, and the `Debug` output of its values.

use exh_oauth1::oauth1::{
    BodyHashError, Credentials, MemoryReplayGuard, ParseError, Part, ReplayError, ReplayGuard as _, Request,
    SignatureMethod, Signer,
    flow::{FlowError, OUT_OF_BAND, TemporaryRequest},
};

/// Asserts that each text has its words, and that no other text has them.
fn says(rows: &[(String, &str)]) {
    for (text, words) in rows {
        assert!(text.contains(words), "{text:?} has no {words:?}");
    }
    let mut texts: Vec<_> = rows.iter().map(|(text, _)| text).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), rows.len(), "two errors say the same");
}

#[test]
fn errors_name_the_parameter_and_the_fault() {
    says(&[
        (BodyHashError::Form.to_string(), "form body"),
        (BodyHashError::SignatureMethod.to_string(), "method"),
        (BodyHashError::Missing.to_string(), "oauth_body_hash"),
        (BodyHashError::Mismatch.to_string(), "not the one"),
        (FlowError::Callback.to_string(), "absolute URI nor oob"),
        (FlowError::Signer.to_string(), "token, callback or verifier"),
        (FlowError::Form.to_string(), "form-encoded"),
        (FlowError::Duplicate("oauth_token").to_string(), "oauth_token was received twice"),
        (FlowError::Missing("oauth_token").to_string(), "oauth_token was not received"),
        (FlowError::NotConfirmed.to_string(), "confirm"),
        (FlowError::OtherToken.to_string(), "another oauth_token"),
        (ReplayError::MissingTimestamp.to_string(), "oauth_timestamp"),
        (ReplayError::MissingNonce.to_string(), "oauth_nonce"),
        (ReplayError::Timestamp.to_string(), "positive number"),
        (ReplayError::TooOld.to_string(), "past"),
        (ReplayError::TooNew.to_string(), "future"),
        (ReplayError::Replayed.to_string(), "nonce was sent before"),
        (ReplayError::Full.to_string(), "too many"),
    ]);
}

#[cfg(feature = "rsa")]
#[test]
fn errors_of_rsa_say_what_to_do() {
    use exh_oauth1::oauth1::rsa::KeyError;
    says(&[
        (KeyError::Pem.to_string(), "PEM"),
        (KeyError::Encrypted.to_string(), "decrypt it first"),
        (KeyError::Label.to_string(), "not an RSA key of the required kind"),
        (KeyError::Malformed.to_string(), "not a valid"),
        (KeyError::Length { bits: 512 }.to_string(), "512 bits"),
        (KeyError::SignatureMethod.to_string(), "signature method"),
    ]);
}

#[cfg(feature = "http")]
#[test]
fn errors_of_http_say_what_is_missing() {
    use exh_oauth1::oauth1::{AuthorizeError, HttpError, ParseError};
    let form = "application/x-www-form-urlencoded";
    says(&[
        (HttpError::Parse(ParseError::Method).to_string(), "method"),
        (HttpError::Target.to_string(), "no path"),
        (HttpError::FormNeeded.to_string(), &format!("a body of {form}")),
        (HttpError::NotForm.to_string(), &format!("only with Content-Type: {form}")),
        (HttpError::Authorize(AuthorizeError::Clock).to_string(), "1970"),
    ]);
}

#[test]
fn a_method_is_shown_by_the_name_it_is_sent_with() {
    for method in SignatureMethod::ALL {
        assert_eq!(method.to_string(), method.name());
        assert_eq!(SignatureMethod::from_name(&method.to_string()), Some(method));
    }
}

/// The identifiers of RFC 5849 §1.2 may be shown, its secrets may not.
#[test]
fn debug_of_signers_shows_no_secrets_or_values() {
    let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"));
    let uri = "https://photos.example.net/photos?password=hunter2";
    let request = Request::new("GET", uri).unwrap();
    let shown = format!("{request:?}");
    assert_eq!(shown, "Request { method: \"GET\", base_string_uri: \"https://photos.example.net/photos\", .. }");
    let signer = format!("{signer:?}");
    assert!(signer.contains("nnch734d00sl2jdk"), "{signer}");
    for text in [shown, signer] {
        for secret in ["kd94hf93k423kf44", "pfkkdhi9sl3r4s00", "hunter2"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn the_steps_of_the_flow_are_debugged_by_their_names() {
    let client = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"));
    let post = |path| Request::new("POST", &format!("https://photos.example.net/{path}")).unwrap();
    let authorized = TemporaryRequest::new(client, post("initiate"), OUT_OF_BAND)
        .unwrap()
        .parse_response(
            "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true",
        )
        .unwrap()
        .verifier("hfdp7dh39dks9884")
        .unwrap();
    assert_eq!(format!("{authorized:?}"), "Authorized { .. }");
    let request = authorized.token_request(post("token"));
    assert!(format!("{request:?}").starts_with("TokenRequest { request: Request { method: \"POST\","), "{request:?}");
}

#[test]
fn a_request_knows_whether_it_is_secure() {
    for (uri, is_secure) in [
        ("https://example.com", true),
        ("HTTPS://example.com", true),
        ("http://example.com", false),
        ("http://https.example.com/https", false),
    ] {
        assert_eq!(Request::new("GET", uri).unwrap().is_secure(), is_secure);
    }
}

#[test]
fn a_form_has_the_parameters_at_its_end_with_one_ampersand_before() {
    let signer = Signer::new(Credentials::new("client", "secret"));
    let request = Request::new("POST", "https://example.com").unwrap();
    let authorization = signer.sign(&request, 1, "nonce");
    let parameters = authorization.to_form();
    for (body, before) in [("", ""), ("a=1", "a=1&"), ("a=1&", "a=1&")] {
        assert_eq!(authorization.in_form(body), format!("{before}{parameters}"));
    }
}

#[test]
fn a_guard_is_empty_until_it_has_admitted_something() {
    let mut guard = MemoryReplayGuard::new(300, 10);
    assert!(guard.is_empty());
    let signer = Signer::new(Credentials::new("client", "secret"));
    let request = Request::new("GET", "https://example.com").unwrap();
    guard.admit(&signer.sign(&request, 1000, "nonce"), 1000).unwrap();
    assert!(!guard.is_empty());
}

/// Compared with the same clock before and after.
#[cfg(feature = "system")]
#[test]
fn a_timestamp_is_of_now() {
    let now = || {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        since.as_secs()
    };
    let before = now();
    let timestamp = exh_oauth1::oauth1::timestamp().unwrap();
    assert!((before..=now()).contains(&timestamp), "{timestamp}");
}

#[test]
fn errors_have_the_position_of_the_character() {
    for (uri, position) in [("http://a/b[c", 10), ("http://a/b]", 10), ("http://a/ b", 9), ("http://a/b?c=\"", 13)] {
        let part = Part::Uri;
        assert_eq!(Request::new("GET", uri).err(), Some(ParseError::Character { part, position }), "{uri}");
    }
}

#[test]
fn hosts_and_ports_are_checked() {
    for (uri, expected) in [
        ("http://[]/", ParseError::Host),
        ("http://[x]/", ParseError::Host),
        ("http://[::1/", ParseError::Host),
        ("http://a:+80/", ParseError::Port),
        ("http://a:65536/", ParseError::Port),
    ] {
        assert_eq!(Request::new("GET", uri).err(), Some(expected), "{uri}");
    }
}
