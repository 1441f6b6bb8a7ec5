//! The hashes of the signature methods (RFC 5849 §3.4.2 and §3.4.3): all use of cryptography for the search.

use hmac::{Hmac, KeyInit as _};
use sha1::{
    Sha1,
    digest::{FixedOutput, Update},
};
use sha2::{Sha256, Sha512};

/// A hash; its number is the length of its digests in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hash {
    Sha1 = 20,
    Sha256 = 32,
    Sha512 = 64,
}

impl Hash {
    pub(crate) const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The hash whose digests have this length in bytes.
    pub(crate) fn of_length(length: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| *hash as usize == length)
    }

    /// The hash of a signature method's name, SHA-1 if it names no other.
    pub(crate) fn of_method(name: Option<&[u8]>) -> Self {
        let is_named = |hash: &Self| name.unwrap_or_default().ends_with(hash.name().as_bytes());
        Self::ALL.into_iter().find(is_named).unwrap_or(Self::Sha1)
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
        match self {
            Self::Sha1 => finish(Sha1::default(), texts),
            Self::Sha256 => finish(Sha256::default(), texts),
            Self::Sha512 => finish(Sha512::default(), texts),
        }
    }

    /// The HMAC of texts in a row, with a key of any length (RFC 2104 §3).
    pub(crate) fn hmac(self, key: &[u8], texts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha1 => Hmac::<Sha1>::new_from_slice(key).map(|mac| finish(mac, texts)),
            Self::Sha256 => Hmac::<Sha256>::new_from_slice(key).map(|mac| finish(mac, texts)),
            Self::Sha512 => Hmac::<Sha512>::new_from_slice(key).map(|mac| finish(mac, texts)),
        }
        .unwrap_or_default()
    }
}

fn finish<H: Update + FixedOutput>(mut hash: H, texts: &[&[u8]]) -> Vec<u8> {
    texts.iter().for_each(|text| hash.update(text));
    hash.finalize_fixed().to_vec()
}
