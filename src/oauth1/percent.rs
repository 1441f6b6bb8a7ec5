//! Percent encoding ([RFC 5849 §3.6](https://www.rfc-editor.org/rfc/rfc5849#section-3.6)).
//!
//! Every byte except letters, digits, `-`, `.`, `_` and `~` becomes `%XX` with upper-case digits. Encoders for URIs and
//! forms encode fewer characters, so a server rejects the signature.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::str;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

pub use super::extra::encode_pairs;

/// Percent-encodes text or bytes.
///
/// # Examples
///
/// ```
/// use exh_oauth1::oauth1::percent;
///
/// // The example of the Twitter documentation, "Percent encoding parameters".
/// assert_eq!(percent::encode("Ladies + Gentlemen"), "Ladies%20%2B%20Gentlemen");
/// assert_eq!(percent::encode(b"\xf8"), "%F8");
/// ```
pub fn encode<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> Cow<'_, str> {
    let bytes = bytes.as_ref();
    let encoded = percent_encode(bytes, RESERVED);
    match encoded.clone().next() {
        // Nothing needs to be encoded: a piece is an encoded byte, or all bytes up to the next one.
        Some(text) if text.as_bytes() == bytes && !text.starts_with('%') => text.into(),
        _ => {
            // The exact size: growth would leave copies of secrets in memory.
            let mut text = String::with_capacity(encoded.clone().map(str::len).sum());
            text.extend(encoded);
            text.into()
        }
    }
}

/// Appends bytes, percent-encoded.
pub(super) fn push(text: &mut String, bytes: &[u8]) {
    text.extend(percent_encode(bytes, RESERVED));
}

/// Everything except the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes the result of [`encode`] once more: only its `%` changes. Borrowed text has none.
pub(super) fn encode_again(encoded: Cow<'_, str>) -> Cow<'_, str> {
    match encoded {
        Cow::Borrowed(_) => encoded,
        Cow::Owned(text) => text.replace('%', "%25").into(),
    }
}

/// Decodes `%XX`. A `+` stays a plus, as this is not form decoding.
///
/// # Errors
///
/// The position, in bytes, of a `%` without two hexadecimal digits after it.
pub fn decode(text: &str) -> Result<Cow<'_, [u8]>, usize> {
    if !text.contains('%') {
        return Ok(text.as_bytes().into());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let position = text.len() - rest.len();
        rest = after;
        bytes.push(if byte == b'%' {
            let escaped = escaped(after).ok_or(position)?;
            rest = &after[2..];
            escaped
        } else {
            byte
        });
    }
    Ok(bytes.into())
}

/// The byte of the two hexadecimal digits at the start of `text`.
pub(super) fn escaped(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}
