//! RSA: every vector that a signer can make, the forms of a key, and what is refused.
#![cfg(all(feature = "rsa", feature = "system"))]

use std::{fs, path::Path};

use exh_oauth1::{
    Authorization, ProtocolParameters, Request, SignatureMethod, VerifyError,
    rsa::{KeyError, PrivateKey, PublicKey, SignError, Signer, Verifier},
};
use rand::rngs::SysRng;
use serde_json::Value;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn private(path: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem_with_minimum(&text(path), 1024)
}

fn public(path: &str) -> Result<PublicKey, KeyError> {
    PublicKey::from_pem_with_minimum(&text(path), 1024)
}

/// A signer with the parameters of a row, its timestamp and its nonce.
fn signer(row: &Value) -> (Signer, u64, String) {
    let claimed = |name: &str| {
        let pairs = row["protocol_parameters"].as_array().expect("a list");
        let pair = pairs.iter().find(|pair| pair[0] == name);
        pair.map(|pair| pair[1].as_str().expect("text"))
    };
    let method = SignatureMethod::from_name(claimed("oauth_signature_method").expect("a method"));
    let mut parameters = ProtocolParameters::new(
        claimed("oauth_consumer_key").expect("a client"),
        method.expect("a known method"),
    );
    if let Some(token) = claimed("oauth_token") {
        parameters = parameters.token(token);
    }
    if claimed("oauth_version").is_none() {
        parameters = parameters.without_version();
    }
    if let Some(realm) = row["realm"].as_str() {
        parameters = parameters.realm(realm).expect("a realm");
    }
    for pair in row["protocol_parameters"].as_array().expect("a list") {
        let (name, value) = (
            pair[0].as_str().expect("text"),
            pair[1].as_str().expect("text"),
        );
        parameters = match parameters.clone().parameter(name, value) {
            Ok(parameters) => parameters,
            // Set above, or an argument of `sign`.
            Err(_) => parameters,
        };
    }
    let key = format!(
        "vectors/keys/{}",
        row["rsa_private_key"].as_str().expect("a key")
    );
    let signer = Signer::new(parameters, private(&key).expect(&key)).expect("RSA");
    let timestamp = claimed("oauth_timestamp").expect("a timestamp").parse();
    let nonce = claimed("oauth_nonce").expect("a nonce").to_owned();
    (signer, timestamp.expect("a number"), nonce)
}

#[test]
fn vectors_are_signed_and_verified() {
    let mut rows = 0;
    for entry in
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")).expect("vectors")
    {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        for row in file["tests"].as_array().expect("a list") {
            if row["rsa_private_key"].is_null() || row["through"] != "signing" {
                continue;
            }
            let id = row["id"].as_str().expect("an id");
            let (method, uri) = (
                row["method"].as_str().expect(id),
                row["uri"].as_str().expect(id),
            );
            let mut request = Request::new(method, uri).expect(id);
            if let Some(form) = row["form"].as_str() {
                request = request.form(form).expect(id);
            }
            let (signer, timestamp, nonce) = signer(row);
            let authorization = signer
                .sign(&request, timestamp, &nonce, &mut SysRng)
                .expect(id);
            assert_eq!(
                authorization.signature(),
                row["signature"].as_str().expect(id),
                "{id}"
            );
            if let Some(header) = row["authorization"].as_str() {
                assert_eq!(authorization.as_str(), header, "{id}");
            }
            let received = Authorization::parse(authorization.as_str()).expect(id);
            assert_eq!(
                signer.verifier().verify(&request, &received),
                Ok(()),
                "{id}"
            );
            let other = Request::new(method, "http://other.example/").expect(id);
            assert_eq!(
                signer.verifier().verify(&other, &received),
                Err(VerifyError::Signature),
                "{id}"
            );
            rows += 1;
        }
    }
    assert!(rows >= 70, "only {rows} rows");
}

#[test]
fn every_form_holds_the_same_key() {
    let key = private("vectors/keys/oauth-wiki.pem").expect("PKCS#1");
    assert_eq!(key.bits(), 1024);
    let expected = key.public_key();
    assert_eq!(
        private("tests/rsa/private-pkcs8.pem")
            .expect("PKCS#8")
            .public_key(),
        expected
    );
    for form in ["public", "public-pkcs1", "certificate-1", "certificate-3"] {
        assert_eq!(
            public(&format!("tests/rsa/{form}.pem")).expect(form),
            expected,
            "{form}"
        );
    }
    let windows = text("tests/rsa/public.pem").replace('\n', "\r\n");
    assert_eq!(
        PublicKey::from_pem_with_minimum(&windows, 1024),
        Ok(expected)
    );
}

#[test]
fn keys_that_will_not_do_are_named() {
    assert_eq!(
        private("tests/rsa/encrypted-pkcs1.pem").err(),
        Some(KeyError::Encrypted)
    );
    assert_eq!(
        private("tests/rsa/encrypted-pkcs8.pem").err(),
        Some(KeyError::Encrypted)
    );
    assert_eq!(
        private("tests/rsa/elliptic-private.pem").err(),
        Some(KeyError::Malformed)
    );
    assert_eq!(
        public("tests/rsa/elliptic-public.pem").err(),
        Some(KeyError::Malformed)
    );
    assert_eq!(private("tests/rsa/public.pem").err(), Some(KeyError::Label));
    // A private key where a public one is asked for is most likely a mistake.
    assert_eq!(
        public("vectors/keys/oauth-wiki.pem").err(),
        Some(KeyError::Label)
    );
    assert_eq!(private("Cargo.toml").err(), Some(KeyError::Pem));
    let pem = text("tests/rsa/certificate-3.pem").replace("MIIB/DCC", "MIIB/DCB");
    assert_eq!(
        PublicKey::from_pem_with_minimum(&pem, 1024).err(),
        Some(KeyError::Malformed)
    );
    let pem =
        text("vectors/keys/oauth-wiki.pem").replacen("MIICXAIBAAKBgQC0", "MIICXAIBAAKBgQC1", 1);
    assert_eq!(
        PrivateKey::from_pem_with_minimum(&pem, 1024).err(),
        Some(KeyError::Malformed)
    );
}

#[test]
fn short_keys_have_to_be_asked_for() {
    let short = KeyError::Length { bits: 1024 };
    let pem = text("vectors/keys/oauth-wiki.pem");
    assert_eq!(PrivateKey::from_pem(&pem).err(), Some(short));
    assert_eq!(
        PrivateKey::from_pem_with_minimum(&pem, 1025).err(),
        Some(short)
    );
    assert_eq!(
        PublicKey::from_pem(&text("tests/rsa/public.pem")).err(),
        Some(short)
    );
    let pem = text("vectors/keys/mastercard.pem");
    assert_eq!(PrivateKey::from_pem(&pem).expect("PKCS#8").bits(), 2048);
}

/// A public key of a modulus of so many bits, made by hand (RFC 8017 §A.1.1, DER): its strength is of no matter here.
fn key_of(bits: usize) -> String {
    use base64::Engine as _;
    let long = |tag: u8, content: &[u8]| {
        let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
        let length = if high == 0 {
            vec![0x81, low]
        } else {
            vec![0x82, high, low]
        };
        [&[tag], &length[..], content].concat()
    };
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = u8::MAX >> ((8 - bits % 8) % 8);
    if modulus[0] >= 0x80 {
        // The sign (X.690 §8.3).
        modulus.insert(0, 0);
    }
    let exponent = [0x02, 3, 1, 0, 1];
    let der = long(0x30, &[long(0x02, &modulus), exponent.to_vec()].concat());
    let lines: Vec<_> = base64::engine::general_purpose::STANDARD
        .encode(der)
        .into_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let label = "RSA PUBLIC KEY";
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[test]
fn the_bounds_of_a_keys_length_are_inclusive() {
    for (bits, minimum, is_taken) in [
        (1023, 0, false),
        (1024, 0, true),
        (2047, 2048, false),
        (2048, 2048, true),
        (8192, 2048, true),
        (8193, 2048, false),
    ] {
        let key = PublicKey::from_pem_with_minimum(&key_of(bits), minimum);
        let bits = u32::try_from(bits).unwrap();
        match key {
            Ok(key) => assert!(is_taken && key.bits() == bits, "{bits}"),
            // The crate refuses some of these itself, as no keys.
            Err(KeyError::Length { bits: read }) => assert!(!is_taken && read == bits, "{bits}"),
            Err(error) => assert_eq!((is_taken, error), (false, KeyError::Malformed), "{bits}"),
        }
    }
}

#[test]
fn only_methods_with_rsa_are_taken() {
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    for method in SignatureMethod::ALL {
        let parameters = ProtocolParameters::new("client", method);
        let expected = (!method.name().starts_with("RSA")).then_some(KeyError::SignatureMethod);
        assert_eq!(
            Signer::new(parameters.clone(), key.clone()).err(),
            expected,
            "{method}"
        );
        assert_eq!(
            Verifier::new(parameters, key.public_key()).err(),
            expected,
            "{method}"
        );
    }
}

#[test]
fn another_identity_is_refused() {
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    let parameters = ProtocolParameters::new("client", SignatureMethod::RsaSha256).token("token");
    let signer = Signer::new(parameters, key.clone()).expect("a signer");
    let request = Request::new("GET", "https://example.com/").expect("a request");
    let authorization = signer.authorize(&request).expect("a signature");
    let verify = |client, token, method, key| {
        let parameters = ProtocolParameters::new(client, method).token(token);
        let verifier = Verifier::new(parameters, key).expect("a verifier");
        verifier.verify(&request, &authorization)
    };
    let (method, other) = (SignatureMethod::RsaSha256, SignatureMethod::RsaSha1);
    let key = key.public_key();
    assert_eq!(verify("client", "token", method, key.clone()), Ok(()));
    assert_eq!(
        verify("other", "token", method, key.clone()),
        Err(VerifyError::Client)
    );
    assert_eq!(
        verify("client", "other", method, key.clone()),
        Err(VerifyError::Token)
    );
    assert_eq!(
        verify("client", "token", other, key),
        Err(VerifyError::SignatureMethod)
    );
    let key = private("vectors/keys/oauthlib.pem")
        .expect("a key")
        .public_key();
    assert_eq!(
        verify("client", "token", method, key),
        Err(VerifyError::Signature)
    );
    let hmac = exh_oauth1::Signer::new(exh_oauth1::Credentials::new("client", ""));
    assert_eq!(
        hmac.verify(&request, &authorization),
        Err(VerifyError::Token)
    );
}

#[test]
fn a_generator_that_fails_is_an_error() {
    struct Broken;
    impl rand::TryRng for Broken {
        type Error = std::io::Error;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Err(std::io::ErrorKind::Other.into())
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Err(std::io::ErrorKind::Other.into())
        }
        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
            Err(std::io::ErrorKind::Other.into())
        }
    }
    impl rand::TryCryptoRng for Broken {}
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    let signer = Signer::new(
        ProtocolParameters::new("client", SignatureMethod::RsaSha1),
        key,
    );
    let request = Request::new("GET", "https://example.com/").expect("a request");
    let signed = signer
        .expect("a signer")
        .sign(&request, 1, "nonce", &mut Broken);
    assert_eq!(signed.err(), Some(SignError::Randomness));
}

#[test]
fn debug_shows_nothing_of_the_key() {
    fn assert_shared<T: Send + Sync>(_: &T) {}
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    assert_eq!(format!("{key:?}"), "PrivateKey { bits: 1024, .. }");
    assert_eq!(
        format!("{:?}", key.public_key()),
        "PublicKey { bits: 1024, .. }"
    );
    let signer = Signer::new(
        ProtocolParameters::new("client", SignatureMethod::RsaSha1),
        key,
    );
    let signer = signer.expect("a signer");
    assert!(
        format!("{signer:?}").ends_with("key: PrivateKey { bits: 1024, .. } }"),
        "{signer:?}"
    );
    let verifier = format!("{:?}", signer.verifier());
    assert!(
        verifier.starts_with("Verifier {") && verifier.ends_with("PublicKey { bits: 1024, .. } }"),
        "{verifier}"
    );
    assert_shared(&signer);
    assert_shared(&signer.verifier());
}
