//! What a recipe has to give to be the one that was used: a signature, or a base string.

use alloc::{string::String, vec::Vec};

use super::hash::Hash;
use crate::explain::recipe::key::Role;

/// What is searched for.
pub(crate) enum Target<'a> {
    /// An HMAC; `digest` is missing if the received text is not one.
    Hmac { text: &'a [u8], digest: Option<(Hash, Vec<u8>)>, form: DigestForm },
    /// The shared secrets themselves.
    Plaintext(&'a [u8]),
    /// The digest inside an RSA signature.
    Digest(Hash, Vec<u8>),
    /// A base string that somebody printed.
    BaseString(&'a [u8]),
    /// There is nothing to compare with.
    Nothing,
}

/// What a client made of the digest before it encoded it in base64.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DigestForm {
    Bytes,
    /// Text, in which bytes that are not UTF-8 were replaced by U+FFFD.
    Utf8,
    /// Text, in which bytes that are not ASCII were replaced by `?`.
    Ascii,
}

impl DigestForm {
    fn apply(self, digest: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Bytes => digest,
            Self::Utf8 => String::from_utf8_lossy(&digest).into_owned().into_bytes(),
            Self::Ascii => digest.into_iter().map(|byte| if byte.is_ascii() { byte } else { b'?' }).collect(),
        }
    }
}

/// A key that was made by a recipe.
pub(crate) struct Key<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) role: Role,
}

impl Target<'_> {
    /// Whether the key has no part in it.
    pub(crate) const fn is_keyless(&self) -> bool {
        matches!(self, Self::Digest(..) | Self::BaseString(_) | Self::Nothing)
    }

    /// Whether the base string has no part in it.
    pub(crate) const fn is_key_alone(&self) -> bool {
        matches!(self, Self::Plaintext(_) | Self::Hmac { digest: None, .. })
    }

    /// Whether a base string, in pieces, and a key are those that were used.
    pub(crate) fn is_hit(&self, base_string: &[&[u8]], key: &Key<'_>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Plaintext(text) => key.role == Role::Key && *text == key.text,
            Self::Digest(hash, digest) => hash.digest(base_string) == *digest,
            Self::BaseString(text) => starts_with(text, base_string),
            Self::Hmac { text, digest, form } => {
                let Some((hash, digest)) = digest else {
                    return key.role == Role::Sent && *text == key.text;
                };
                match key.role {
                    Role::Key => form.apply(hash.hmac(key.text, base_string)) == *digest,
                    Role::Swapped => hash.hmac(&base_string.concat(), &[key.text]) == *digest,
                    Role::Sent => *text == key.text,
                    Role::Hashed => {
                        hash.digest(&[&base_string.concat(), key.text]) == *digest
                            || hash.digest(&[key.text, &base_string.concat()]) == *digest
                    }
                    Role::Unkeyed => hash.digest(base_string) == *digest,
                }
            }
        }
    }
}

/// Whether pieces in a row are the text.
fn starts_with(text: &[u8], pieces: &[&[u8]]) -> bool {
    let mut rest = text;
    for piece in pieces {
        match rest.strip_prefix(*piece) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}
