//! What becomes of the whole base string before it is signed, which must be nothing.

use zeroize::Zeroizing;

use crate::explain::{
    encode::{Encoder, hexadecimal},
    search::Hash,
};

/// What is signed in place of the base string.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Finish {
    #[default]
    AsMade,
    Followed(&'static str),
    Encoded,
    /// In UTF-16, little-endian.
    Utf16,
    Utf16WithKey,
    Digest,
    HexDigest,
}

impl Finish {
    /// What is signed. `hash` is that of the signature method.
    pub(crate) fn apply(self, base_string: Vec<u8>, hash: Hash) -> Vec<u8> {
        match self {
            Self::AsMade => base_string,
            Self::Followed(end) => [&base_string, end.as_bytes()].concat(),
            Self::Encoded => Encoder::RIGHT.encode(&base_string, 1),
            Self::Utf16 | Self::Utf16WithKey => utf16(&base_string),
            Self::Digest => hash.digest(&[&base_string]),
            Self::HexDigest => hexadecimal(&hash.digest(&[&base_string])).into_bytes(),
        }
    }

    pub(crate) fn key(self, key: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(if self == Self::Utf16WithKey { utf16(key) } else { key.to_vec() })
    }
}

fn utf16(text: &[u8]) -> Vec<u8> {
    // The text may be a key: the buffer does not grow, which would leave a copy in memory.
    let mut units = Vec::with_capacity(2 * text.len());
    units.extend(text.iter().flat_map(|byte| [*byte, 0]));
    units
}
