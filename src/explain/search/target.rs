//! What a recipe has to give to be the one that was used: a signature, or a base string.

use std::{hash, rc::Rc};

use zeroize::Zeroizing;

use super::Hash;
use crate::explain::recipe::{Role, finish::Finish};

/// What is searched for.
pub(crate) enum Target<'a> {
    /// The digest of an HMAC, with the text that it was sent as.
    Hmac {
        text: &'a [u8],
        hash: Hash,
        digest: Vec<u8>,
        form: DigestForm,
    },
    Key(Key),
    /// The digest inside an RSA signature.
    Digest(Hash, Vec<u8>),
    /// A base string that somebody printed.
    BaseString(&'a [u8]),
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

/// A key, wiped when the last use of it is gone, and how it is used.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Key {
    pub(super) text: Rc<Zeroizing<Vec<u8>>>,
    pub(super) role: Role,
}

impl Key {
    pub(crate) fn new(text: impl Into<Zeroizing<Vec<u8>>>, role: Role) -> Self {
        Self { text: Rc::new(text.into()), role }
    }
}

impl hash::Hash for Key {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        (self.text.as_slice(), self.role).hash(state);
    }
}

impl Target<'_> {
    /// Whether the key has no part in it.
    pub(crate) const fn is_keyless(&self) -> bool {
        matches!(self, Self::Digest(..) | Self::BaseString(_))
    }

    /// Whether the base string has no part in it.
    pub(crate) const fn is_key_alone(&self) -> bool {
        matches!(self, Self::Key(_))
    }

    /// Whether a base string and a key are those that were used, given what became of the base string.
    pub(crate) fn is_hit(&self, base_string: &[&[u8]], finish: Finish, key: &Key) -> bool {
        let hash = match self {
            _ if finish == Finish::AsMade => return self.is_made_from(base_string, key),
            Self::Hmac { hash, .. } | Self::Digest(hash, _) => *hash,
            Self::Key(_) => return false,
            Self::BaseString(_) => Hash::Sha1,
        };
        let finished = finish.apply(base_string.concat(), hash);
        self.is_made_from(&[&finished], &Key::new(finish.key(&key.text), key.role))
    }

    fn is_made_from(&self, base_string: &[&[u8]], key: &Key) -> bool {
        match self {
            Self::Key(sent) => sent == key,
            Self::Digest(hash, digest) => hash.digest(base_string) == *digest,
            Self::BaseString(text) => {
                let rest = base_string.iter().try_fold(*text, |rest, piece| rest.strip_prefix(*piece));
                rest.is_some_and(<[u8]>::is_empty)
            }
            Self::Hmac { text, hash, digest, form } => match key.role {
                Role::Key => form.apply(hash.hmac(&key.text, base_string)) == *digest,
                Role::Swapped => hash.hmac(&base_string.concat(), &[&key.text]) == *digest,
                Role::Sent => *text == key.text.as_slice(),
                Role::Hashed => {
                    hash.digest(&[&base_string.concat(), &key.text]) == *digest
                        || hash.digest(&[&key.text, &base_string.concat()]) == *digest
                }
                Role::Unkeyed => hash.digest(base_string) == *digest,
            },
        }
    }
}
