//! The digest inside an RSA signature (RFC 5849 §3.4.3).

use rsa::{BoxedUint, PublicKey, traits::PublicKeyParts as _};

use super::Hash;

/// The bytes in front of a digest in its encoding (RFC 8017 §9.2).
const PREFIXES: [(Hash, &[u8]); 3] = [
    (Hash::Sha1, b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"),
    (Hash::Sha256, b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"),
    (Hash::Sha512, b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"),
];

/// What is inside a signature.
pub(crate) enum Opened {
    Digest(Hash, Vec<u8>),
    /// The digest without its encoding.
    BareDigest(Hash, Vec<u8>),
    /// It ends as RSA-PSS does (RFC 8017 §9.1.1).
    LikePss,
}

/// Opens a signature with the public key, once for the whole search; `None` where another key made it.
pub(crate) fn open(key: &PublicKey, signature: &[u8]) -> Option<Opened> {
    let modulus = key.n_params();
    let bytes = modulus.modulus().bits_precision() / 8;
    if signature.len() != key.size() {
        return None;
    }
    let signature = BoxedUint::from_be_slice(signature, bytes * 8).ok()?;
    let opened = signature.pow_mod(key.e(), modulus.modulus()).to_be_bytes();
    // 00 01 ff .. ff 00, then the prefix and the digest (RFC 8017 §9.2).
    let start = opened.len().checked_sub(key.size())?;
    let opened = opened.get(start..)?;
    let Some(rest) = opened.strip_prefix(b"\x00\x01") else {
        return opened.ends_with(b"\xbc").then_some(Opened::LikePss);
    };
    let rest = &rest[rest.iter().position(|byte| *byte != 0xff)?..];
    let encoded = rest.strip_prefix(b"\x00")?;
    let whole = PREFIXES.into_iter().find_map(|(hash, prefix)| {
        let digest = encoded.strip_prefix(prefix)?;
        (digest.len() == hash as usize).then(|| Opened::Digest(hash, digest.to_vec()))
    });
    whole.or_else(|| Some(Opened::BareDigest(Hash::of_length(encoded.len())?, encoded.to_vec())))
}
