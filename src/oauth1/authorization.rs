//! The `Authorization` header ([RFC 5849 §3.5.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1)).

use alloc::string::String;
use core::{iter, mem};

use zeroize::{Zeroize as _, ZeroizeOnDrop};

pub(super) const SCHEME: &str = "OAuth ";

/// The protocol parameters of one request with their signature: the value of an `Authorization` header.
///
/// The text has one form: the realm first, names sorted, `", "` between parameters, values encoded by §3.6. `Display`
/// writes it. `Debug` leaves the signature out, because with `PLAINTEXT` it consists of the secrets. The text is wiped
/// on drop.
#[derive(Clone, Eq, PartialEq)]
pub struct Authorization {
    pub(super) text: String,
    /// The length of scheme and realm.
    pub(super) realm_end: usize,
}

impl Authorization {
    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The header's value, without a copy.
    pub fn into_string(mut self) -> String {
        mem::take(&mut self.text)
    }

    /// All parameters except the realm, encoded and sorted.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        // Names and values are encoded, so they contain no quotes.
        let mut pieces = self.text[self.realm_end..].split('"');
        iter::from_fn(move || {
            let name = pieces.next()?.strip_suffix('=')?;
            Some((name.trim_start_matches(", "), pieces.next()?))
        })
    }
}

impl ZeroizeOnDrop for Authorization {}

impl Drop for Authorization {
    fn drop(&mut self) {
        // After `into_string` there is nothing to wipe.
        if !self.text.is_empty() {
            self.text.zeroize();
        }
    }
}
