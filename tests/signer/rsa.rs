//! RSA keys in all forms, and rejected keys. `vectors.rs` signs and verifies with RSA.
#![cfg(all(feature = "rsa", feature = "system"))]

use std::{fs, path::Path};

use exh_oauth1::{
    Credentials, Request, SignatureMethod, Signer, VerifyError,
    rsa::{KeyError, PrivateKey, PublicKey, Verifier},
};

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn private(path: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem_with_minimum(&text(path), 1024)
}

fn public(path: &str) -> Result<PublicKey, KeyError> {
    PublicKey::from_pem_with_minimum(&text(path), 1024)
}

fn signer() -> Signer {
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    Signer::new(Credentials::new("client", "")).token(Credentials::new("token", "")).rsa_sha256(key)
}

fn request() -> Request {
    Request::new("GET", "https://example.com/").expect("a request")
}

/// A verifier for a client that signs as `signer` does.
fn verifier(client: &str, token: &str, method: SignatureMethod, key: &str) -> Verifier {
    let client = Signer::new(Credentials::new(client, "")).token(Credentials::new(token, ""));
    let key = private(key).expect("a key").public_key();
    Verifier::new(client, method, key).expect("a verifier")
}

#[test]
fn every_form_holds_the_same_key() {
    let key = private("vectors/keys/oauth-wiki.pem").expect("PKCS#1");
    assert_eq!(key.bits(), 1024);
    let expected = key.public_key();
    assert_eq!(private("tests/rsa/private-pkcs8.pem").expect("PKCS#8").public_key(), expected);
    for form in ["public", "public-pkcs1", "certificate-1", "certificate-3"] {
        assert_eq!(public(&format!("tests/rsa/{form}.pem")).expect(form), expected, "{form}");
    }
    let windows = text("tests/rsa/public.pem").replace('\n', "\r\n");
    assert_eq!(PublicKey::from_pem_with_minimum(&windows, 1024), Ok(expected));
}

#[test]
fn unusable_keys_are_named() {
    assert_eq!(private("tests/rsa/encrypted-pkcs1.pem").err(), Some(KeyError::Encrypted));
    assert_eq!(private("tests/rsa/encrypted-pkcs8.pem").err(), Some(KeyError::Encrypted));
    assert_eq!(private("tests/rsa/elliptic-private.pem").err(), Some(KeyError::Malformed));
    assert_eq!(public("tests/rsa/elliptic-public.pem").err(), Some(KeyError::Malformed));
    assert_eq!(private("tests/rsa/public.pem").err(), Some(KeyError::Label));
    // A private key in place of a public one is most likely a mistake.
    assert_eq!(public("vectors/keys/oauth-wiki.pem").err(), Some(KeyError::Label));
    assert_eq!(private("Cargo.toml").err(), Some(KeyError::Pem));
    let pem = text("tests/rsa/certificate-3.pem").replace("MIIB/DCC", "MIIB/DCB");
    assert_eq!(PublicKey::from_pem_with_minimum(&pem, 1024).err(), Some(KeyError::Malformed));
    let pem = text("vectors/keys/oauth-wiki.pem").replacen("MIICXAIBAAKBgQC0", "MIICXAIBAAKBgQC1", 1);
    assert_eq!(PrivateKey::from_pem_with_minimum(&pem, 1024).err(), Some(KeyError::Malformed));
}

#[test]
fn short_keys_must_be_allowed() {
    let short = KeyError::Length { bits: 1024 };
    let pem = text("vectors/keys/oauth-wiki.pem");
    assert_eq!(PrivateKey::from_pem(&pem).err(), Some(short));
    assert_eq!(PrivateKey::from_pem_with_minimum(&pem, 1025).err(), Some(short));
    assert_eq!(PublicKey::from_pem(&text("tests/rsa/public.pem")).err(), Some(short));
    let pem = text("vectors/keys/mastercard.pem");
    assert_eq!(PrivateKey::from_pem(&pem).expect("PKCS#8").bits(), 2048);
}

/// A public key with a modulus of this many bits, built by hand (RFC 8017 §A.1.1, DER). It is not secure.
fn key_of(bits: usize) -> String {
    use base64::Engine as _;
    let long = |tag: u8, content: &[u8]| {
        let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
        let length = if high == 0 { vec![0x81, low] } else { vec![0x82, high, low] };
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
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[test]
fn the_bounds_of_a_keys_length_are_inclusive() {
    for (bits, minimum, is_accepted) in [
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
            Ok(key) => assert!(is_accepted && key.bits() == bits, "{bits}"),
            // The crate `rsa` rejects some of these as malformed.
            Err(KeyError::Length { bits: read }) => assert!(!is_accepted && read == bits, "{bits}"),
            Err(error) => assert_eq!((is_accepted, error), (false, KeyError::Malformed), "{bits}"),
        }
    }
}

#[test]
fn only_methods_with_rsa_are_accepted() {
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    for method in SignatureMethod::ALL {
        let expected = (!method.name().starts_with("RSA")).then_some(KeyError::SignatureMethod);
        let client = Signer::new(Credentials::new("client", ""));
        let verifier = Verifier::new(client, method, key.public_key());
        assert_eq!(verifier.err(), expected, "{method}");
    }
}

#[test]
fn another_identity_is_rejected() {
    let authorization = signer().authorize(&request()).expect("a signature");
    assert_eq!(signer().verify(&request(), &authorization), Ok(()));
    let (sha256, sha1) = (SignatureMethod::RsaSha256, SignatureMethod::RsaSha1);
    let (own, other) = ("vectors/keys/oauth-wiki.pem", "vectors/keys/oauthlib.pem");
    for (client, token, method, key, expected) in [
        ("client", "token", sha256, own, Ok(())),
        ("other", "token", sha256, own, Err(VerifyError::Client)),
        ("client", "other", sha256, own, Err(VerifyError::Token)),
        ("client", "token", sha1, own, Err(VerifyError::SignatureMethod)),
        ("client", "token", sha256, other, Err(VerifyError::Signature)),
    ] {
        let verifier = verifier(client, token, method, key);
        assert_eq!(verifier.verify(&request(), &authorization), expected);
    }
    let hmac = Signer::new(Credentials::new("client", ""));
    assert_eq!(hmac.verify(&request(), &authorization), Err(VerifyError::Token));
    let changed = Request::new("GET", "https://example.com/?a").expect("a request");
    let verifier = verifier("client", "token", sha256, own);
    let rejected = Err(VerifyError::Signature);
    assert_eq!(verifier.verify(&changed, &authorization), rejected);
    assert_eq!(signer().verify(&changed, &authorization), rejected);
}

#[test]
fn shared_secrets_are_not_used() {
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    let with = Signer::new(Credentials::new("client", "a")).rsa_sha256(key).token(Credentials::new("token", "b"));
    let authorization = with.sign(&request(), 1, "nonce");
    assert_eq!(authorization, signer().sign(&request(), 1, "nonce"));
}

#[test]
fn debug_shows_nothing_of_the_key() {
    fn assert_shared<T: Send + Sync>(_: &T) {}
    let key = private("vectors/keys/oauth-wiki.pem").expect("a key");
    assert_eq!(format!("{key:?}"), "PrivateKey { bits: 1024, .. }");
    assert_eq!(format!("{:?}", key.public_key()), "PublicKey { bits: 1024, .. }");
    let verifier = verifier("client", "token", SignatureMethod::RsaSha1, "vectors/keys/oauth-wiki.pem");
    let shown = format!("{:?} {verifier:?}", signer());
    assert!(shown.contains("RsaSha256"), "{shown}");
    assert!(shown.ends_with("PublicKey { bits: 1024, .. } }"), "{shown}");
    assert_shared(&signer());
    assert_shared(&verifier);
}
