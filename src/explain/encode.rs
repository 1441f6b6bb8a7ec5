//! Percent encoding and decoding as clients do it, right and wrong ([RFC 5849 §3.6]).
//!
//! [RFC 5849 §3.6]: https://www.rfc-editor.org/rfc/rfc5849#section-3.6

use alloc::{string::String, vec::Vec};
use core::mem;

use zeroize::Zeroizing;

use super::recipe::{Decode, Encoder};

impl Encoder {
    /// Whether an octet stands for itself.
    const fn keeps(self, octet: u8) -> bool {
        match octet {
            b'-' | b'.' | b'_' => true,
            b'~' => !matches!(self, Self::TildeEncoded | Self::Form),
            b'*' => matches!(self, Self::MarksKept | Self::Form),
            b'!' | b'\'' | b'(' | b')' => matches!(self, Self::MarksKept),
            _ => octet.is_ascii_alphanumeric(),
        }
    }

    /// Appends octets, encoded.
    pub(super) fn push(self, text: &mut Vec<u8>, octets: &[u8]) {
        let digits: &[u8; 16] = if matches!(self, Self::LowerHex) {
            b"0123456789abcdef"
        } else {
            b"0123456789ABCDEF"
        };
        text.reserve(octets.len());
        for &octet in octets {
            if self.keeps(octet) {
                text.push(octet);
            } else if octet == b' ' && matches!(self, Self::SpaceAsPlus | Self::Form) {
                text.push(b'+');
            } else {
                text.extend([
                    b'%',
                    digits[usize::from(octet >> 4)],
                    digits[usize::from(octet & 15)],
                ]);
            }
        }
    }

    /// The octets, encoded so many times. They may be a secret: what lies between is wiped, and nothing is grown, since that
    /// would leave a copy behind.
    pub(super) fn encode(self, octets: &[u8], times: usize) -> Vec<u8> {
        let mut text = Zeroizing::new(octets.to_vec());
        for _ in 0..times {
            let mut next = Zeroizing::new(Vec::with_capacity(3 * text.len()));
            self.push(&mut next, &text);
            text = next;
        }
        mem::take(&mut *text)
    }
}

impl Decode {
    /// Reads the name or value of a query or form.
    pub(super) fn read(self, raw: &[u8]) -> Vec<u8> {
        match self {
            Self::Form => decode(raw, true),
            Self::PlusKept => decode(raw, false),
            Self::Spelled => raw.to_vec(),
            Self::Twice => decode(&decode(raw, true), true),
            Self::Latin1Read => decode(raw, true)
                .into_iter()
                .map(char::from)
                .collect::<String>()
                .into_bytes(),
            Self::Latin1Written => latin1(decode(raw, true)),
            Self::Replaced => String::from_utf8_lossy(&decode(raw, true))
                .into_owned()
                .into_bytes(),
            Self::SpelledIfNotText => {
                let octets = decode(raw, true);
                if core::str::from_utf8(&octets).is_ok() {
                    octets
                } else {
                    raw.iter()
                        .map(|octet| if *octet == b'+' { b' ' } else { *octet })
                        .collect()
                }
            }
        }
    }
}

/// Text in Latin-1 octets; what Latin-1 does not have stays as it is.
fn latin1(octets: Vec<u8>) -> Vec<u8> {
    let text = match core::str::from_utf8(&octets) {
        Ok(text) => text
            .chars()
            .map(u8::try_from)
            .collect::<Result<Vec<_>, _>>(),
        Err(_) => return octets,
    };
    text.unwrap_or(octets)
}

/// Decodes `%XX`, leaving alone what is not of that form, as most decoders do.
pub(super) fn decode(raw: &[u8], plus_is_space: bool) -> Vec<u8> {
    let mut octets = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        match (octet, after) {
            (b'%', [high, low, behind @ ..]) => {
                if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                    octets.push(high * 16 + low);
                    rest = behind;
                } else {
                    octets.push(octet);
                }
            }
            (b'+', _) if plus_is_space => octets.push(b' '),
            _ => octets.push(octet),
        }
    }
    octets
}

/// The value of a hexadecimal digit.
pub(super) fn digit(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoders_differ_where_they_say() {
        for (encoder, text) in [
            (Encoder::Right, "a%20%2B~%21%2A%3A%C3%BC"),
            (Encoder::LowerHex, "a%20%2b~%21%2a%3a%c3%bc"),
            (Encoder::TildeEncoded, "a%20%2B%7E%21%2A%3A%C3%BC"),
            (Encoder::MarksKept, "a%20%2B~!*%3A%C3%BC"),
            (Encoder::SpaceAsPlus, "a+%2B~%21%2A%3A%C3%BC"),
            (Encoder::Form, "a+%2B%7E%21*%3A%C3%BC"),
        ] {
            assert_eq!(
                encoder.encode("a +~!*:ü".as_bytes(), 1),
                text.as_bytes(),
                "{encoder:?}"
            );
        }
    }

    #[test]
    fn decoders_differ_where_they_say() {
        for (decode, raw, octets) in [
            (Decode::Form, "a+%2B%zz%", "a +%zz%".as_bytes()),
            (Decode::PlusKept, "a+%2B", b"a++"),
            (Decode::Spelled, "a+%2B", b"a+%2B"),
            (Decode::Twice, "%253D+%2B", b"=  "),
            (Decode::Latin1Read, "%C3%BC", "Ã¼".as_bytes()),
            (Decode::Latin1Written, "%C3%BC", b"\xfc"),
            (Decode::Latin1Written, "%E4%B8%AD", "中".as_bytes()),
            (Decode::Replaced, "%E4", "\u{fffd}".as_bytes()),
            (Decode::SpelledIfNotText, "%E4+", b"%E4 "),
            (Decode::SpelledIfNotText, "%20", b" "),
        ] {
            assert_eq!(decode.read(raw.as_bytes()), octets, "{decode:?} {raw}");
        }
    }
}
