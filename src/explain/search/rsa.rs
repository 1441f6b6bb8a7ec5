//! The digest inside an RSA signature (RFC 5849 §3.4.3).

use rsa::{BoxedUint, PublicKey, traits::PublicKeyParts as _};

use super::Hash;
use crate::explain::secrets::Secrets;

/// The bytes in front of a digest in its encoding (RFC 8017 §9.2).
const PREFIXES: [(Hash, &[u8]); 3] = [
    (Hash::Sha1, b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"),
    (Hash::Sha256, b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"),
    (Hash::Sha512, b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"),
];

const OTHER_KEY: &str = "The signature was made with another private key, or it is not an RSA signature.";

/// The digest inside a signature, and whether it is there without its encoding. The error says what to do.
pub(crate) fn open(secrets: &Secrets, signature: &[u8]) -> Result<(Hash, Vec<u8>, bool), &'static str> {
    let key = secrets.public_key.as_ref();
    let key = key.ok_or("Give the public key with --rsa-key: an RSA signature cannot be checked without it.")?;
    let opened = decrypted(&key.0, signature).ok_or(OTHER_KEY)?;
    // 00 01 ff .. ff 00, then the prefix and the digest (RFC 8017 §9.2).
    let padded = opened.strip_prefix(b"\x00\x01").map(|rest| rest.iter().skip_while(|byte| **byte == 0xff).copied());
    let padded: Option<Vec<u8>> = padded.map(Iterator::collect);
    let Some(encoded) = padded.as_deref().and_then(|rest| rest.strip_prefix(b"\x00")) else {
        // RSA-PSS ends like this (RFC 8017 §9.1.1).
        return Err(if opened.ends_with(b"\xbc") {
            "The signature seems to be of RSA-PSS, which no OAuth 1 method uses: sign with PKCS #1 v1.5. If it is not, the private key does not belong to the public key given here."
        } else {
            OTHER_KEY
        });
    };
    let prefixes = PREFIXES.into_iter().chain(Hash::ALL.map(|hash| (hash, &b""[..])));
    let digest = prefixes.filter_map(|(hash, prefix)| Some((hash, encoded.strip_prefix(prefix)?, prefix.is_empty())));
    let found = digest.into_iter().find(|(hash, digest, _)| digest.len() == *hash as usize);
    found.map(|(hash, digest, is_bare)| (hash, digest.to_vec(), is_bare)).ok_or(OTHER_KEY)
}

/// A signature raised to the public exponent, once for the whole search.
fn decrypted(key: &PublicKey, signature: &[u8]) -> Option<Vec<u8>> {
    let modulus = key.n_params();
    let bytes = modulus.modulus().bits_precision() / 8;
    if signature.len() != key.size() {
        return None;
    }
    let signature = BoxedUint::from_be_slice(signature, bytes * 8).ok()?;
    let opened = signature.pow_mod(key.e(), modulus.modulus()).to_be_bytes();
    opened.get(opened.len().checked_sub(key.size())?..).map(<[u8]>::to_vec)
}
