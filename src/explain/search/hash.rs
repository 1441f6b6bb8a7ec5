//! The hashes of the signature methods ([RFC 5849 §3.4.2] and §3.4.3): all use of cryptography for the search.
//!
//! [RFC 5849 §3.4.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2

use alloc::vec::Vec;

use hmac::{Hmac, KeyInit as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// A hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    pub(crate) const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The hash whose digests have this length in bytes.
    pub(crate) const fn of_length(length: usize) -> Option<Self> {
        match length {
            20 => Some(Self::Sha1),
            32 => Some(Self::Sha256),
            64 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The hash of a signature method's name, SHA-1 if it names no other.
    pub(crate) fn of_method(name: Option<&[u8]>) -> Self {
        match name.unwrap_or_default() {
            name if name.ends_with(b"SHA256") => Self::Sha256,
            name if name.ends_with(b"SHA512") => Self::Sha512,
            _ => Self::Sha1,
        }
    }

    /// The end of the names of its signature methods.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The digest of texts in a row.
    pub(crate) fn digest(self, texts: &[&[u8]]) -> Vec<u8> {
        fn run<D: sha1::Digest>(texts: &[&[u8]]) -> Vec<u8> {
            let mut hash = D::new();
            texts.iter().for_each(|text| hash.update(text));
            hash.finalize().to_vec()
        }
        match self {
            Self::Sha1 => run::<Sha1>(texts),
            Self::Sha256 => run::<Sha256>(texts),
            Self::Sha512 => run::<Sha512>(texts),
        }
    }
}

/// An HMAC whose key was hashed.
#[derive(Clone)]
pub(crate) enum Keyed {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Keyed {
    /// Hashes the key, which may have any length (RFC 2104 §3); `None` is never seen.
    pub(crate) fn new(hash: Hash, key: &[u8]) -> Option<Self> {
        match hash {
            Hash::Sha1 => Hmac::new_from_slice(key).map(Self::Sha1).ok(),
            Hash::Sha256 => Hmac::new_from_slice(key).map(Self::Sha256).ok(),
            Hash::Sha512 => Hmac::new_from_slice(key).map(Self::Sha512).ok(),
        }
    }

    /// The signature of texts in a row.
    pub(crate) fn sign(&self, texts: &[&[u8]]) -> Vec<u8> {
        fn run<M: hmac::Mac>(mut mac: M, texts: &[&[u8]]) -> Vec<u8> {
            texts.iter().for_each(|text| mac.update(text));
            mac.finalize().into_bytes().to_vec()
        }
        match self {
            Self::Sha1(mac) => run(mac.clone(), texts),
            Self::Sha256(mac) => run(mac.clone(), texts),
            Self::Sha512(mac) => run(mac.clone(), texts),
        }
    }

    /// Whether texts in a row have this signature, compared in constant time.
    pub(crate) fn verify(&self, texts: &[&[u8]], signature: &[u8]) -> bool {
        fn run<M: hmac::Mac>(mut mac: M, texts: &[&[u8]], signature: &[u8]) -> bool {
            texts.iter().for_each(|text| mac.update(text));
            mac.verify_slice(signature).is_ok()
        }
        match self {
            Self::Sha1(mac) => run(mac.clone(), texts, signature),
            Self::Sha256(mac) => run(mac.clone(), texts, signature),
            Self::Sha512(mac) => run(mac.clone(), texts, signature),
        }
    }
}
