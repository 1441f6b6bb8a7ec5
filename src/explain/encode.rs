//! Percent encoding and decoding as clients do it, right and wrong (RFC 5849 §3.6).

use alloc::{string::String, vec::Vec};
use core::mem;

use zeroize::Zeroizing;

/// A way of percent-encoding.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Encoder {
    /// RFC 5849 §3.6.
    #[default]
    Right,
    LowerHex,
    /// PHP's `rawurlencode` before 5.3.
    TildeEncoded,
    /// `encodeURIComponent` of JavaScript, `Uri.encodeComponent` of Dart.
    MarksKept,
    /// Go's `QueryEscape`, Ruby's `CGI.escape`, Python's `quote_plus`.
    SpaceAsPlus,
    /// Forms of browsers, Java's `URLEncoder`.
    Form,
    /// Java's `URLEncoder`, with `%20` for a space.
    FormWithoutPlus,
    /// The same, with `~` for `%7E`.
    StarKept,
    /// PHP's `urlencode`.
    PhpForm,
    /// .NET's `WebUtility.UrlEncode`.
    NetForm,
    /// .NET's `HttpUtility.UrlEncode`.
    NetFormLowerHex,
    /// Python's `quote`.
    SlashKept,
    /// Python 2's `quote`.
    SlashKeptTildeEncoded,
    /// What RFC 3986 allows in a query, less what separates parameters; so does Python's yarl.
    QueryKept,
    /// `urlQueryAllowed` of Swift, less `&` and `=`.
    QueryAllowed,
    /// `encodeURI` of JavaScript.
    UriKept,
    /// `curlEscape` of R.
    AlphanumericKept,
    /// `escape` of JavaScript.
    JavaScriptEscape,
    /// Each UTF-16 code unit as one hexadecimal number.
    CodeUnits,
    /// Some of the [`SPECIAL`] characters stay as they are: those of the bits.
    Keeping(u16),
}

impl Encoder {
    /// A number for each except `Keeping`.
    pub(super) fn number(self) -> Option<usize> {
        ENCODERS.iter().position(|encoder| *encoder == self)
    }

    /// The bytes that stay as they are, in addition to letters and digits.
    const fn kept(self) -> &'static [u8] {
        match self {
            Self::Right | Self::LowerHex | Self::SpaceAsPlus | Self::CodeUnits | Self::Keeping(_) => b"-._~",
            Self::TildeEncoded | Self::PhpForm => b"-._",
            Self::MarksKept => b"-._~!*'()",
            Self::Form | Self::FormWithoutPlus => b"-._*",
            Self::StarKept => b"-._~*",
            Self::NetForm | Self::NetFormLowerHex => b"-._!*()",
            Self::SlashKept => b"-._~/",
            Self::SlashKeptTildeEncoded => b"-._/",
            Self::QueryKept => b"-._~!*'():@$/?",
            Self::QueryAllowed => b"-._~!*'():@$/?+,;",
            Self::UriKept => b"-._~!*'():@$/?+,;&=#",
            Self::AlphanumericKept => b"",
            Self::JavaScriptEscape => b"-._*@+/",
        }
    }

    const fn has_plus(self) -> bool {
        matches!(self, Self::SpaceAsPlus | Self::Form | Self::PhpForm | Self::NetForm | Self::NetFormLowerHex)
    }

    fn keeps(self, byte: u8) -> bool {
        let is_extra = match self {
            Self::Keeping(bits) => kept(bits).any(|kept| kept == byte),
            _ => false,
        };
        byte.is_ascii_alphanumeric() || is_extra || self.kept().contains(&byte)
    }

    /// Appends bytes, encoded.
    pub(super) fn push(self, text: &mut Vec<u8>, bytes: &[u8]) {
        if matches!(self, Self::JavaScriptEscape | Self::CodeUnits) {
            return self.push_code_units(text, bytes);
        }
        let is_lower = matches!(self, Self::LowerHex | Self::NetFormLowerHex);
        text.reserve(bytes.len());
        for &byte in bytes {
            if self.keeps(byte) {
                text.push(byte);
            } else if byte == b' ' && self.has_plus() {
                text.push(b'+');
            } else {
                text.push(b'%');
                push_hex(text, byte.into(), 2, is_lower);
            }
        }
    }

    fn push_code_units(self, text: &mut Vec<u8>, bytes: &[u8]) {
        let decoded = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
        for unit in decoded.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if self.keeps(byte) => text.push(byte),
                Ok(_) => {
                    text.push(b'%');
                    push_hex(text, unit, 2, false);
                }
                Err(_) => {
                    let is_escape = matches!(self, Self::JavaScriptEscape);
                    text.extend(if is_escape { &b"%u"[..] } else { b"%" });
                    let digits = if is_escape || unit > 0xfff { 4 } else { 3 };
                    push_hex(text, unit, digits, false);
                }
            }
        }
    }

    /// The bytes, encoded `times` times.
    ///
    /// They may be a secret: intermediate results are wiped, and no buffer grows, since that would leave a copy in
    /// memory.
    pub(super) fn encode(self, bytes: &[u8], times: usize) -> Vec<u8> {
        let mut text = Zeroizing::new(bytes.to_vec());
        for _ in 0..times {
            let mut next = Zeroizing::new(Vec::with_capacity(6 * text.len()));
            self.push(&mut next, &text);
            text = next;
        }
        mem::take(&mut *text)
    }
}

/// Characters that some encoder or other leaves as they are.
pub(super) const SPECIAL: &[u8; 16] = b"!$&'()*+,/:;=?@|";

/// The special characters of the bits of a number.
pub(super) fn kept(bits: u16) -> impl Iterator<Item = u8> {
    let characters = SPECIAL.iter().enumerate();
    characters.filter_map(move |(place, byte)| (bits >> place & 1 == 1).then_some(*byte))
}

/// All encoders whose results are stored.
pub(super) const ENCODERS: [Encoder; 19] = [
    Encoder::Right,
    Encoder::LowerHex,
    Encoder::TildeEncoded,
    Encoder::MarksKept,
    Encoder::SpaceAsPlus,
    Encoder::Form,
    Encoder::FormWithoutPlus,
    Encoder::StarKept,
    Encoder::PhpForm,
    Encoder::NetForm,
    Encoder::NetFormLowerHex,
    Encoder::SlashKept,
    Encoder::SlashKeptTildeEncoded,
    Encoder::QueryKept,
    Encoder::QueryAllowed,
    Encoder::UriKept,
    Encoder::AlphanumericKept,
    Encoder::JavaScriptEscape,
    Encoder::CodeUnits,
];

fn push_hex(text: &mut Vec<u8>, number: u16, digits: u32, is_lower: bool) {
    let alphabet: &[u8; 16] = if is_lower { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
    for place in (0..digits).rev() {
        text.push(alphabet[usize::from(number >> (4 * place) & 15)]);
    }
}

/// A way of reading names and values.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Decode {
    /// As HTML forms are read: `+` is a space.
    #[default]
    Form,
    PlusKept,
    Spelled,
    Twice,
    Latin1Read,
    Latin1Written,
    Replaced,
    /// What is not UTF-8 once decoded stays as it was spelled.
    SpelledIfNotText,
    Trimmed,
    /// Line breaks become single line feeds.
    LineFeeds,
    /// Line breaks become a carriage return and a line feed.
    CarriageReturns,
}

impl Decode {
    pub(super) const COUNT: usize = Self::CarriageReturns as usize + 1;

    /// Reads the name or value of a query or form.
    pub(super) fn read(self, raw: &[u8]) -> Vec<u8> {
        let bytes = decode(raw, true);
        match self {
            Self::Form => bytes,
            Self::PlusKept => decode(raw, false),
            Self::Spelled => raw.to_vec(),
            Self::Twice => decode(&bytes, true),
            Self::Latin1Read => {
                let text: String = bytes.into_iter().map(char::from).collect();
                text.into_bytes()
            }
            Self::Latin1Written => latin1(bytes),
            Self::Replaced => String::from_utf8_lossy(&bytes).into_owned().into_bytes(),
            Self::SpelledIfNotText if core::str::from_utf8(&bytes).is_err() => plus_as_space(raw),
            Self::SpelledIfNotText => bytes,
            Self::Trimmed => bytes.trim_ascii().to_vec(),
            Self::LineFeeds => line_breaks(&bytes, b"\n"),
            Self::CarriageReturns => line_breaks(&bytes, b"\r\n"),
        }
    }
}

fn line_breaks(bytes: &[u8], mark: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    lines.join(mark)
}

/// Text in Latin-1; characters that Latin-1 does not have are left alone.
fn latin1(bytes: Vec<u8>) -> Vec<u8> {
    let text = match core::str::from_utf8(&bytes) {
        Ok(text) => text.chars().map(u8::try_from).collect(),
        Err(_) => return bytes,
    };
    let text: Result<Vec<_>, _> = text;
    text.unwrap_or(bytes)
}

/// Decodes `%XX`; anything else is left alone, as most decoders do.
pub(super) fn decode(raw: &[u8], plus_is_space: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'%', [high, low, end @ ..]) => {
                if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                    bytes.push(high * 16 + low);
                    rest = end;
                } else {
                    bytes.push(byte);
                }
            }
            (b'+', _) if plus_is_space => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    bytes
}

/// Text for people: what is not UTF-8 is replaced.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The text as RFC 5849 §3.6 encodes it.
pub(super) fn encoded(bytes: &[u8]) -> String {
    lossy(&Encoder::Right.encode(bytes, 1))
}

/// The bytes with each `+` as a space.
pub(super) fn plus_as_space(bytes: &[u8]) -> Vec<u8> {
    let space = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    bytes.iter().map(space).collect()
}

/// The value of a hexadecimal digit.
pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts were printed by the functions that the variants name.
    #[test]
    fn encoders_differ_where_they_say() {
        for (encoder, text) in [
            (Encoder::Right, "a%20%2B~%21%2A%3A%2F%C3%BC"),
            (Encoder::LowerHex, "a%20%2b~%21%2a%3a%2f%c3%bc"),
            (Encoder::TildeEncoded, "a%20%2B%7E%21%2A%3A%2F%C3%BC"),
            (Encoder::MarksKept, "a%20%2B~!*%3A%2F%C3%BC"),
            (Encoder::SpaceAsPlus, "a+%2B~%21%2A%3A%2F%C3%BC"),
            (Encoder::Form, "a+%2B%7E%21*%3A%2F%C3%BC"),
            (Encoder::FormWithoutPlus, "a%20%2B%7E%21*%3A%2F%C3%BC"),
            (Encoder::StarKept, "a%20%2B~%21*%3A%2F%C3%BC"),
            (Encoder::Keeping(1 << 10), "a%20%2B~%21%2A:%2F%C3%BC"),
            (Encoder::PhpForm, "a+%2B%7E%21%2A%3A%2F%C3%BC"),
            (Encoder::NetForm, "a+%2B%7E!*%3A%2F%C3%BC"),
            (Encoder::NetFormLowerHex, "a+%2b%7e!*%3a%2f%c3%bc"),
            (Encoder::SlashKept, "a%20%2B~%21%2A%3A/%C3%BC"),
            (Encoder::SlashKeptTildeEncoded, "a%20%2B%7E%21%2A%3A/%C3%BC"),
            (Encoder::QueryKept, "a%20%2B~!*:/%C3%BC"),
            (Encoder::QueryAllowed, "a%20+~!*:/%C3%BC"),
            (Encoder::UriKept, "a%20+~!*:/%C3%BC"),
            (Encoder::AlphanumericKept, "a%20%2B%7E%21%2A%3A%2F%C3%BC"),
            (Encoder::JavaScriptEscape, "a%20+%7E%21*%3A/%FC"),
            (Encoder::CodeUnits, "a%20%2B~%21%2A%3A%2F%FC"),
        ] {
            let encoded = encoder.encode("a +~!*:/ü".as_bytes(), 1);
            assert_eq!(encoded, text.as_bytes(), "{encoder:?}");
        }
        for (encoder, text) in [
            (Encoder::JavaScriptEscape, "%u4E2D%u2019%20%uD83D%uDE00"),
            (Encoder::CodeUnits, "%4E2D%2019%20%D83D%DE00"),
        ] {
            let encoded = encoder.encode("中’ 😀".as_bytes(), 1);
            assert_eq!(encoded, text.as_bytes(), "{encoder:?}");
        }
    }
}
