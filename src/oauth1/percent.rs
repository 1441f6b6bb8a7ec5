//! Percent encoding ([RFC 5849 §3.6](https://www.rfc-editor.org/rfc/rfc5849#section-3.6)).
//!
//! Everything but letters, digits, `-`, `.`, `_` and `~` becomes `%XX` with upper-case digits. This is stricter than
//! what URIs and forms use, and the reason that signatures made with a general URI encoder are refused.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{fmt, str};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// What is escaped: all but the unreserved characters of RFC 3986 §2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Octets that are written percent-encoded.
///
/// # Examples
///
/// ```
/// use exh_oauth1::oauth1::percent;
///
/// // The example of the Twitter documentation, "Percent encoding parameters".
/// assert_eq!(percent::encode("Ladies + Gentlemen").to_string(), "Ladies%20%2B%20Gentlemen");
/// assert_eq!(percent::encode(b"\xf8").to_string(), "%F8");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a>(&'a [u8]);

/// Percent-encodes text or octets, which are borrowed.
pub fn encode<T: AsRef<[u8]> + ?Sized>(octets: &T) -> Encoded<'_> {
    Encoded(octets.as_ref())
}

impl<'a> Encoded<'a> {
    /// The encoded text in pieces, none of which is copied.
    pub(super) fn pieces(self) -> impl Iterator<Item = &'a str> {
        percent_encoding::percent_encode(self.0, ESCAPED)
    }

    /// Whether the encoded text is the text itself.
    pub(super) fn is_plain(self) -> bool {
        all(self.0, is_unreserved)
    }

    /// The length of the encoded text.
    pub(super) fn len(self) -> usize {
        let reserved = self.0.iter().filter(|octet| !is_unreserved(**octet));
        self.0.len() + 2 * reserved.count()
    }

    /// Appends the encoded text.
    pub(super) fn push_to(self, text: &mut String) {
        /// The octets that are encoded at a time, and those that are looked at together.
        const CHUNK: usize = 32;
        const STEP: usize = 8;
        for chunk in self.0.chunks(CHUNK) {
            let mut buffer = [0; 3 * CHUNK];
            let mut end = 0;
            let (steps, rest) = chunk.as_chunks::<STEP>();
            for step in steps {
                match buffer[end..].first_chunk_mut() {
                    Some(place) if encode(step).is_plain() => {
                        *place = *step;
                        end += STEP;
                    }
                    _ => end = push_escaped(step, &mut buffer, end),
                }
            }
            end = push_escaped(rest, &mut buffer, end);
            text.push_str(str::from_utf8(&buffer[..end]).unwrap_or_default());
        }
    }

    /// The encoded text in a text of just that size.
    pub(super) fn to_text(self) -> String {
        if self.is_plain() {
            return str::from_utf8(self.0).unwrap_or_default().into();
        }
        let mut text = String::with_capacity(self.len());
        self.push_to(&mut text);
        text
    }
}

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces()
            .try_for_each(|piece| formatter.write_str(piece))
    }
}

/// Decodes `%XX`; a `+` stays a plus, as this is not form decoding.
///
/// # Errors
///
/// The position, in bytes, of a `%` that two hexadecimal digits do not follow.
pub fn decode(text: &str) -> Result<Cow<'_, [u8]>, usize> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        if octet == b'%' {
            octets.push(escape(after).ok_or(text.len() - rest.len())?);
            rest = &after[2..];
        } else {
            octets.push(octet);
            rest = after;
        }
    }
    Ok(Cow::Owned(octets))
}

/// The octet of the two hexadecimal digits that `text` begins with.
pub(super) fn escape(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Whether a test without a branch holds for all octets: of many at a time and to the end, which is faster than to stop at the
/// first for which it does not.
#[inline(always)]
pub(super) fn all(octets: &[u8], test: impl Fn(u8) -> bool) -> bool {
    const STEP: usize = 16;
    let all = |octets: &[u8]| octets.iter().fold(true, |all, octet| all & test(*octet));
    let Some(last) = octets.last_chunk::<STEP>() else {
        return all(octets);
    };
    // The last ones overlap others.
    let steps = octets.as_chunks::<STEP>().0.iter();
    steps.fold(all(last), |result, step| result & all(step))
}

/// Whether an octet stands for itself (RFC 3986 §2.3), without a branch.
pub(super) const fn is_unreserved(octet: u8) -> bool {
    ((octet | 0x20).wrapping_sub(b'a') < 26)
        | (octet.wrapping_sub(b'0') < 10)
        | (octet == b'-')
        | (octet == b'.')
        | (octet == b'_')
        | (octet == b'~')
}

/// Writes octets encoded from `end` on and returns the new end.
fn push_escaped(octets: &[u8], buffer: &mut [u8], mut end: usize) -> usize {
    for octet in octets {
        // Three octets are written for each and one or three of them kept, since a branch would often be mispredicted: the
        // text is most often a signature, which is random.
        let (escape, length) = &ENCODED[usize::from(*octet)];
        if let Some(place) = buffer[end..].first_chunk_mut() {
            *place = *escape;
        }
        end += usize::from(*length);
    }
    end
}

/// Each octet encoded, and the length of that.
const ENCODED: [([u8; 3], u8); 256] = {
    let mut table = [([0; 3], 3); 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = if is_unreserved(octet as u8) {
            ([octet as u8, 0, 0], 1)
        } else {
            let digits = b"0123456789ABCDEF";
            ([b'%', digits[octet >> 4], digits[octet & 15]], 3)
        };
        octet += 1;
    }
    table
};

/// Appends one octet as it stands in the base string: encoded, and the result encoded again.
pub(super) fn push_twice(text: &mut String, octet: u8) {
    if is_unreserved(octet) {
        text.push(char::from(octet));
    } else {
        text.push_str("%25");
        text.push_str(&percent_encoding::percent_encode_byte(octet)[1..]);
    }
}

/// Encodes text that is given away, and gives it back as it is where nothing in it is escaped.
pub(super) fn encode_text(text: String) -> String {
    let encoded = encode(&text);
    if encoded.is_plain() {
        text
    } else {
        encoded.to_text()
    }
}

/// Encodes text that is encoded already once more: only its `%` is not unreserved.
pub(super) fn encode_again(encoded: &str) -> Cow<'_, str> {
    if all(encoded.as_bytes(), |octet| octet != b'%') {
        Cow::Borrowed(encoded)
    } else {
        Cow::Owned(encoded.replace('%', "%25"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};

    #[test]
    fn every_octet_survives_a_round_trip() {
        for octet in 0..=u8::MAX {
            let encoded = encode(&[octet]).to_string();
            assert_eq!(decode(&encoded).unwrap().as_ref(), [octet], "{encoded}");
            assert_eq!(encoded.len(), if is_unreserved(octet) { 1 } else { 3 });
            let mut twice = String::new();
            push_twice(&mut twice, octet);
            assert_eq!(twice, encode(&encoded).to_string());
            assert_eq!(twice, encode_again(&encoded));
            assert_eq!(encode(&[octet]).is_plain(), encoded.len() == 1);
            assert_eq!(encode(&[octet]).to_text(), encoded);
            assert_eq!(
                is_unreserved(octet),
                octet.is_ascii_alphanumeric() || b"-._~".contains(&octet)
            );
        }
    }

    #[test]
    fn long_texts_are_encoded_in_chunks() {
        let octets: Vec<u8> = (0..=u8::MAX).collect();
        for length in 0..octets.len() {
            let encoded = encode(&octets[..length]);
            assert_eq!(encoded.to_text(), encoded.to_string());
            assert_eq!(encoded.len(), encoded.to_string().len());
        }
    }

    #[test]
    fn one_reserved_octet_is_found_wherever_it_stands() {
        for length in 0..50 {
            let mut octets = vec![b'a'; length];
            assert!(encode(&octets).is_plain(), "{length}");
            for at in 0..length {
                octets[at] = b'%';
                assert!(!encode(&octets).is_plain(), "{at} of {length}");
                octets[at] = b'a';
            }
        }
    }

    #[test]
    fn broken_escapes_are_named_by_their_position() {
        for (text, position) in [
            ("%", 0),
            ("a%2", 1),
            ("%41%4g", 3),
            ("%%41", 0),
            ("ü%+1", 2),
        ] {
            assert_eq!(decode(text), Err(position), "{text}");
        }
        assert_eq!(decode("+%2b%2B").unwrap().as_ref(), b"+++");
    }
}
