//! Laws that hold for every input, and agreement with a naive second implementation of RFC 5849.

use std::borrow::Cow;

use exh_oauth1::{Authorization, ParseError, Request, VerifyError, oauth1::percent};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::naive::{
    self,
    random::{case, pair},
};

/// The number of requests: `EXH_CASES` for the comparison with the naive implementation, and a tenth for each other
/// law.
fn config(divisor: u32) -> ProptestConfig {
    // Without optimization, 20,000 need half a minute.
    let usual = if cfg!(debug_assertions) { 2_000 } else { 20_000 };
    let cases = std::env::var("EXH_CASES").map_or(usual, |cases| cases.parse().unwrap());
    ProptestConfig { cases: cases / divisor, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn the_naive_implementation_agrees(case in case()) {
        let (request, signer) = (case.request(), case.signer());
        let form = case.form.as_deref().unwrap_or("");
        let (timestamp, nonce) = (case.timestamp, case.nonce.as_str());
        let protocol = case.protocol();
        let base_string = naive::base_string(&case.method, &case.uri, form, &protocol);
        prop_assert_eq!(request.base_string_uri(), naive::base_string_uri(&case.uri));
        prop_assert_eq!(
            request.normalized_parameters(protocol.clone()),
            naive::normalized_parameters(&case.uri, form, &protocol)
        );
        prop_assert_eq!(&request.base_string(protocol.clone()), &base_string);
        prop_assert_eq!(&signer.base_string(&request, timestamp, nonce), &base_string);

        let token_secret = case.token.as_ref().map_or("", |token| &token[1]);
        let signature = naive::signature(case.signature_method.name(), &base_string, &case.client[1], token_secret);
        let expected = naive::authorization(case.realm.as_deref(), &protocol, &signature);
        let authorization = signer.sign(&request, timestamp, nonce);
        prop_assert_eq!(authorization.as_str(), &expected);
        prop_assert_eq!(authorization.signature(), signature);
        prop_assert_eq!(authorization.realm(), case.realm.clone());

        // An external key gives the same signature, and a signed request verifies.
        let external = signer.clone().external(signer.signature_method());
        prop_assert_eq!(&external.base_string(&request, timestamp, nonce), &base_string);
        let received = Authorization::parse(&expected).unwrap();
        prop_assert_eq!(&received, &authorization);
        // Protocol parameters in the query or form may be signed, but are then in a second place.
        match signer.verify(&request, &received) {
            Err(VerifyError::Malformed(ParseError::SecondPlace { .. })) => {
                prop_assert!(naive::has_protocol_parameter(&case.uri, form));
            }
            verdict => {
                prop_assert!(!naive::has_protocol_parameter(&case.uri, form));
                prop_assert_eq!(verdict, Ok(()));
            }
        }
        let mut parameters = naive::pairs(&received.to_form());
        parameters.retain(|(name, _)| name != b"oauth_signature");
        let mut protocol = protocol;
        protocol.sort_by_key(|(name, _)| naive::encode(name));
        prop_assert_eq!(&parameters, &protocol);

        // Each parameter of a header can also be read separately.
        let get = |name: &str| protocol.iter().find(|(other, _)| other == name.as_bytes());
        let text = |name| get(name).map(|(_, value)| str::from_utf8(value).unwrap());
        prop_assert_eq!(Some(received.consumer_key()), text("oauth_consumer_key").map(Cow::Borrowed));
        prop_assert_eq!(received.token(), text("oauth_token").map(Cow::Borrowed));
        prop_assert_eq!(received.timestamp(), text("oauth_timestamp").map(Cow::Borrowed));
        prop_assert_eq!(received.nonce(), text("oauth_nonce").map(Cow::Borrowed));
        prop_assert_eq!(Some(received.signature_method()), text("oauth_signature_method").map(Cow::Borrowed));
        for (name, value) in &protocol {
            let name = str::from_utf8(name).unwrap();
            prop_assert_eq!(received.get(name), Some(Cow::Borrowed(&value[..])));
        }
        prop_assert_eq!(received.get("oauth_absent"), None);
        let read = received.parameters().filter(|(name, _)| **name != *b"oauth_signature");
        let read: naive::Pairs = read.map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        prop_assert_eq!(read, protocol);
    }
}

proptest! {
    #![proptest_config(config(10))]

    #[test]
    fn encoding_keeps_to_its_alphabet_and_decodes_to_the_same(bytes in vec(any::<u8>(), 0..40)) {
        let encoded = percent::encode(&bytes).to_string();
        prop_assert_eq!(&encoded, &naive::encode(&bytes));
        prop_assert_eq!(percent::decode(&encoded), Ok(bytes.as_slice().into()));
        for (at, piece) in encoded.split('%').enumerate() {
            let (hexadecimal, rest) = piece.split_at(if at == 0 { 0 } else { 2 });
            prop_assert!(hexadecimal.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')));
            prop_assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)));
        }
    }

    #[test]
    fn the_order_and_the_place_of_parameters_do_not_matter(
        (sorted, shuffled) in vec(pair(), 0..10).prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle())),
        at in any::<Index>(),
    ) {
        let one = Request::new("POST", &format!("https://h/?{}", sorted.join("&"))).unwrap();
        let (query, form) = shuffled.split_at(at.index(shuffled.len() + 1));
        let other = Request::new("POST", &format!("https://h/?{}", query.join("&")))
            .and_then(|request| request.form(&form.join("&")))
            .unwrap();
        let protocol = [("oauth_nonce", "n")];
        prop_assert_eq!(one.base_string(protocol), other.base_string(protocol));
    }

    #[test]
    fn any_changed_byte_of_the_signature_is_refused(case in case(), at in any::<Index>(), byte in b' '..=b'~') {
        let (request, signer) = (case.request(), case.signer());
        let authorization = signer.sign(&request, case.timestamp, &case.nonce);
        let mut signature = authorization.signature().into_owned().into_bytes();
        let at = at.index(signature.len());
        // Another one if it happens to be the same.
        signature[at] = if signature[at] == byte { b' ' + (byte - b' ' + 1) % 95 } else { byte };
        let header = naive::authorization(None, &case.protocol(), str::from_utf8(&signature).unwrap());
        match Authorization::parse(&header) {
            Ok(changed) => {
                let verdict = signer.verify(&request, &changed);
                let is_malformed = matches!(verdict, Err(VerifyError::Malformed(_)));
                prop_assert!(is_malformed || verdict == Err(VerifyError::Signature));
            }
            Err(error) => prop_assert_eq!(error, ParseError::Signature),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        readable(&text);
        readable(&format!("OAuth {text}"));
        readable(&format!("http://{text}"));
        readable(&format!("http://h?{text}"));
    }

    #[test]
    fn any_bytes_of_ascii_are_read_or_refused(bytes in vec(0..=0x7f_u8, 0..60)) {
        let text = String::from_utf8(bytes).unwrap();
        readable(&text);
        readable(&format!("https://h/{text}"));
        readable(&format!("OAuth oauth_consumer_key=\"{text}\", oauth_signature_method=\"M\", oauth_signature=\"\""));
    }
}

/// Passes a text to every parser. A parsed value has one written form, which parses to the same value.
fn readable(text: &str) {
    if let Ok(read) = Authorization::parse(text) {
        let again = Authorization::parse(read.as_str());
        assert_eq!(again.as_ref(), Ok(&read), "{text:?}");
        assert!(again.is_ok_and(|again| again.as_str() == read.as_str()));
        let _ = (read.to_form(), read.realm(), read.parameters().count());
    }
    if let Ok(request) = Request::new("GET", text) {
        let uri = request.base_string_uri();
        let again = Request::new("GET", uri).map(|again| again.base_string_uri().to_owned());
        assert_eq!(again.as_deref(), Ok(uri), "{text:?}");
    }
    let _ = Request::new("GET", "http://h").unwrap().form(text);
    let _ = Request::new(text, "http://h");
    let _ = percent::decode(text);
}

/// Every sequence of up to three words.
fn sequences(words: &[&str], mut each: impl FnMut(&str)) {
    for one in words {
        each(one);
        for two in words {
            each(&[*one, *two].concat());
            for three in words {
                each(&[*one, *two, *three].concat());
            }
        }
    }
}

#[test]
fn hostile_headers_are_read_or_refused() {
    let words = [
        "OAuth ",
        "oauth\t",
        "realm=\"a\"",
        "%72ealm=\"b\"",
        "REALM=\"\\\"\"",
        "oauth_consumer_key=\"k\"",
        "oauth_signature_method=\"PLAINTEXT\"",
        "oauth_signature=\"&\"",
        "oauth%5Fsignature=\"%26\"",
        "oauth_version=\"1.0\"",
        "a=\"",
        "=\"\"",
        "\"",
        "\\",
        "%",
        "%4",
        "%zz",
        ",",
        ", ",
        "=",
        " ",
        "\n",
        "\0",
        "ü",
    ];
    sequences(&words, |text| {
        readable(text);
        readable(&format!("OAuth {text}"));
        readable(&format!(
            "OAuth oauth_consumer_key=\"k\", oauth_signature_method=\"M\", {text}, oauth_signature=\"s\""
        ));
    });
}

#[test]
fn hostile_uris_and_forms_are_read_or_refused() {
    let words = [
        "http://",
        "HTTPS://",
        "ftp:",
        "/",
        "//",
        "?",
        "#",
        "@",
        ":",
        ":80",
        ":65536",
        ":-1",
        "[",
        "]",
        "[::1]",
        "h",
        "..",
        "%",
        "%4",
        "%zz",
        "%2525",
        "&",
        "=",
        "+",
        "oauth_signature",
        " ",
        "\0",
        "ü",
        "\u{1f980}",
    ];
    sequences(&words, |text| {
        readable(text);
        readable(&format!("http://{text}"));
        readable(&format!("http://h?{text}"));
    });
}
