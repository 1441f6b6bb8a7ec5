//! Percent encoding and decoding as clients do it, right and wrong (RFC 5849 §3.6).

use std::{iter, mem};

use percent_encoding::{percent_decode, percent_encode_byte};
use zeroize::Zeroizing;

use crate::oauth1::percent;

/// A way of percent-encoding; the default is that of RFC 5849 §3.6.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Encoder {
    /// The [`MARKS`] that are not treated as in the RFC, as bits: kept and not encoded, or the other way round.
    pub(super) changed: u32,
    pub(super) numbers: Numbers,
}

/// How the numbers of encoded characters are written.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) enum Numbers {
    #[default]
    UpperCase,
    LowerCase,
    /// Those of UTF-16 code units, as `%u4E2D`: `escape` of JavaScript.
    EscapedCodeUnits,
    /// Those of UTF-16 code units, as `%4E2D`.
    CodeUnits,
}

/// Characters that some encoder or other treats in its own way: a space becomes `+`. [`SPECIAL`] is the beginning.
const MARKS: &[u8; 22] = b"!$&'()*+,/:;=?@|#-._~ ";
/// Characters that must be encoded and that any client may leave as they are.
pub(super) const SPECIAL: &[u8] = MARKS.split_at(16).0;

/// The special characters of the bits of a number.
pub(super) fn special(bits: u16) -> impl Iterator<Item = u8> {
    let characters = SPECIAL.iter().enumerate();
    characters.filter_map(move |(place, byte)| (bits >> place & 1 == 1).then_some(*byte))
}

impl Encoder {
    pub(super) const RIGHT: Self = Self::unlike(b"");
    pub(super) const LOWER_CASE: Self = Self { numbers: Numbers::LowerCase, ..Self::RIGHT };
    /// `encodeURIComponent` of JavaScript, `Uri.encodeComponent` of Dart.
    pub(super) const MARKS_KEPT: Self = Self::unlike(b"!*'()");
    /// Go's `QueryEscape`, Ruby's `CGI.escape`, Python's `quote_plus`.
    pub(super) const SPACE_AS_PLUS: Self = Self::unlike(b" ");
    /// Forms of browsers, Java's `URLEncoder`.
    pub(super) const FORM: Self = Self::unlike(b" *~");

    /// An encoder that treats some of the [`MARKS`] unlike the RFC.
    pub(super) const fn unlike(marks: &[u8]) -> Self {
        let (mut changed, mut at) = (0, 0);
        while at < marks.len() {
            let mut bit = 0;
            while MARKS[bit] != marks[at] {
                bit += 1;
            }
            changed |= 1 << bit;
            at += 1;
        }
        Self { changed, numbers: Numbers::UpperCase }
    }

    /// An encoder that keeps the [`SPECIAL`] characters of the bits.
    pub(super) fn keeping(bits: u16) -> Self {
        Self { changed: bits.into(), ..Self::RIGHT }
    }

    fn keeps(self, byte: u8) -> bool {
        let mark = MARKS.iter().position(|mark| *mark == byte);
        let is_changed = mark.is_some_and(|bit| self.changed >> bit & 1 == 1);
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') != is_changed
    }

    fn push(self, text: &mut Vec<u8>, bytes: &[u8]) {
        if matches!(self.numbers, Numbers::UpperCase | Numbers::LowerCase) {
            return bytes.iter().for_each(|byte| self.push_byte(text, *byte));
        }
        let decoded = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
        for unit in decoded.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) => self.push_byte(text, byte),
                Err(_) => {
                    let [high, low] = unit.to_be_bytes().map(|byte| &percent_encode_byte(byte)[1..]);
                    let (start, high) = match self.numbers {
                        Numbers::EscapedCodeUnits => ("%u", high),
                        _ => ("%", high.strip_prefix('0').unwrap_or(high)),
                    };
                    text.extend(start.bytes().chain(high.bytes()).chain(low.bytes()));
                }
            }
        }
    }

    fn push_byte(self, text: &mut Vec<u8>, byte: u8) {
        let encoded = percent_encode_byte(byte);
        match byte {
            b' ' if self.keeps(byte) => text.push(b'+'),
            _ if self.keeps(byte) => text.push(byte),
            _ if self.numbers == Numbers::LowerCase => {
                text.extend(encoded.bytes().map(|byte| byte.to_ascii_lowercase()));
            }
            _ => text.extend(encoded.bytes()),
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
    /// Characters that are not ASCII become `?`.
    Ascii,
    /// One of the [`CONVERSIONS`].
    Converted(u8),
    /// Escaped for HTML with one of the [`APOSTROPHES`].
    HtmlEscaped(u8),
    HtmlUnescaped,
    /// A backslash in front of quotes and backslashes.
    Backslashes,
    /// Line breaks become single line feeds.
    LineFeeds,
    /// Line breaks become a carriage return and a line feed.
    CarriageReturns,
}

/// Values as they are sent and as they were signed, each group with a number, and `_` for a space.
const CONVERSIONS: &str = "=undefined; =null; =None; =[object_Object]; undefined=; null=; 0=; false=; \
    0= false= null= undefined=; true=1 false=0; true=1 false=; 1=true 0=false; 0=false; true=True false=False; \
    True=true False=false; 1=True 0=False; True=1 False=0; null=undefined; undefined=null";
/// How many groups there are.
pub(super) const CONVERSION_GROUPS: u16 = 19;
/// What HTML writes for characters, the `&` first.
const HTML_ESCAPES: [(&str, &str); 4] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")];
pub(super) const APOSTROPHES: [&str; 4] = ["'", "&#039;", "&#39;", "&#x27;"];
/// Windows-1252 from 0x80 on, where Latin-1 has control characters.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

impl Decode {
    /// Reads the name or value of a query or form.
    pub(super) fn read(self, raw: &[u8]) -> Vec<u8> {
        let bytes = decode(raw, true);
        match self {
            Self::PlusKept => decode(raw, false),
            Self::Spelled => raw.to_vec(),
            Self::Twice => decode(&bytes, true),
            Self::Latin1Read => bytes.into_iter().map(char::from).collect::<String>().into_bytes(),
            Self::Latin1Written => latin1(bytes),
            Self::Replaced => String::from_utf8_lossy(&bytes).into_owned().into_bytes(),
            Self::SpelledIfNotText if std::str::from_utf8(&bytes).is_err() => plus_as_space(raw),
            Self::Form | Self::SpelledIfNotText => bytes,
            Self::Trimmed => bytes.trim_ascii().to_vec(),
            Self::Ascii => lossy(&bytes).chars().map(|it| if it.is_ascii() { it as u8 } else { b'?' }).collect(),
            Self::Converted(number) => {
                let group = CONVERSIONS.split(';').nth(number.into()).unwrap_or_default();
                let mut pairs = group.split(' ').filter_map(|pair| pair.split_once('='));
                let pair = pairs.find(|(sent, _)| sent.as_bytes() == bytes);
                pair.map_or(bytes, |(_, signed)| signed.replace('_', " ").into_bytes())
            }
            Self::HtmlEscaped(number) => {
                let escapes = HTML_ESCAPES.into_iter().chain([("'", APOSTROPHES[usize::from(number)])]);
                escapes.fold(lossy(&bytes), |text, (plain, escape)| text.replace(plain, escape)).into_bytes()
            }
            Self::HtmlUnescaped => {
                let escapes = APOSTROPHES.map(|escape| ("'", escape)).into_iter().chain(HTML_ESCAPES).rev();
                escapes.fold(lossy(&bytes), |text, (plain, escape)| text.replace(escape, plain)).into_bytes()
            }
            Self::Backslashes => {
                let is_escaped = |byte: &u8| matches!(byte, b'\'' | b'"' | b'\\');
                let escaped = |byte| iter::repeat_n(b'\\', usize::from(is_escaped(&byte))).chain([byte]);
                bytes.into_iter().flat_map(escaped).collect()
            }
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

/// Text in Latin-1 or, with the characters that only that has, in Windows-1252; other text is left alone.
fn latin1(bytes: Vec<u8>) -> Vec<u8> {
    let text = std::str::from_utf8(&bytes).ok();
    let code = |character| match WINDOWS_1252.chars().position(|it| it == character) {
        Some(place) => u8::try_from(0x80 + place).ok(),
        None => u8::try_from(character).ok(),
    };
    text.and_then(|text| text.chars().map(code).collect()).unwrap_or(bytes)
}

/// Decodes `%XX`; anything else is left alone, as most decoders do.
pub(super) fn decode(raw: &[u8], plus_is_space: bool) -> Vec<u8> {
    // The bytes may be a secret: the buffer does not grow.
    let mut bytes = Vec::with_capacity(raw.len());
    match plus_is_space {
        true => bytes.extend(percent_decode(&plus_as_space(raw))),
        false => bytes.extend(percent_decode(raw)),
    }
    bytes
}

/// Text for people: what is not UTF-8 is replaced.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The text as RFC 5849 §3.6 encodes it.
pub(super) fn encoded(bytes: &[u8]) -> String {
    percent::encode(bytes).into_owned()
}

/// The bytes with each `+` as a space.
pub(super) fn plus_as_space(bytes: &[u8]) -> Vec<u8> {
    let space = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    bytes.iter().map(space).collect()
}

/// The bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value of a hexadecimal digit.
pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
