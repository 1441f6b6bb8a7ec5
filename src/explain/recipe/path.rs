//! The path of the base string URI (RFC 5849 §3.4.1.2) by a recipe.

use percent_encoding::percent_encode_byte;

use crate::explain::encode::{Encoder, decode};

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Path {
    #[default]
    Right,
    EmptyKept,
    SlashAdded,
    SlashDropped,
    Decoded,
    PlusAsSpace,
    PlusAsEncodedSpace,
    EncodedAgain,
    /// The [`CHARACTERS`] of the bits of a number are encoded.
    Encoded(u16),
    /// Encoded by Node's `url.parse`.
    NodeEncoded,
    Lower,
    Resolved,
    SlashesMerged,
    WithoutSegments {
        from: u16,
        count: u16,
    },
    CutAtSemicolon,
    SlashDoubled(u16),
    Prefixed(&'static str),
    /// With an ending of a file name, or without the one that is there.
    Ending(&'static str),
    HexUpper,
    HexLower,
    Dropped,
}

/// Characters that a path may have and that some clients encode.
pub(crate) const CHARACTERS: &[u8; 16] = b"~:(),!'*$&;=@+[]";

/// The characters of the bits of a number.
pub(crate) fn characters(bits: u16) -> impl Iterator<Item = u8> {
    CHARACTERS.iter().enumerate().filter_map(move |(place, byte)| (bits >> place & 1 == 1).then_some(*byte))
}

impl Path {
    pub(super) fn apply(self, path: &str) -> Vec<u8> {
        // An empty path is sent as `/` (RFC 9110 §4.2.3).
        let sent = if path.is_empty() { "/" } else { path };
        match self {
            Self::Right => sent.into(),
            Self::EmptyKept => path.into(),
            Self::SlashAdded if sent.ends_with('/') => sent.into(),
            Self::SlashAdded => format!("{sent}/").into_bytes(),
            Self::SlashDropped => sent.strip_suffix('/').unwrap_or(sent).into(),
            Self::Decoded => decode(sent.as_bytes(), false),
            Self::PlusAsSpace => decode(sent.as_bytes(), true),
            Self::PlusAsEncodedSpace => sent.replace('+', "%20").into_bytes(),
            Self::Encoded(bits) => {
                let is_encoded = |byte| characters(bits).any(|it| it == byte);
                let encoded = |byte: u8| match is_encoded(byte) {
                    true => percent_encode_byte(byte).bytes().collect(),
                    false => vec![byte],
                };
                sent.bytes().flat_map(encoded).collect()
            }
            Self::SlashDoubled(number) => match sent.match_indices('/').nth(number.into()) {
                Some((at, _)) => [&sent[..at], "/", &sent[at..]].concat().into_bytes(),
                None => sent.into(),
            },
            Self::Prefixed(prefix) => [prefix, sent].concat().into_bytes(),
            // Each segment is encoded.
            Self::EncodedAgain => Encoder::unlike(b"/").encode(sent.as_bytes(), 1),
            Self::NodeEncoded => node_encoded(sent),
            Self::Lower => sent.to_ascii_lowercase().into_bytes(),
            Self::Resolved => resolved(sent).into_bytes(),
            Self::SlashesMerged => {
                let mut text = sent.as_bytes().to_vec();
                text.dedup_by(|one, other| [*one, *other] == *b"//");
                text
            }
            Self::WithoutSegments { from, count } => without_segments(sent, from.into(), count.into()).into_bytes(),
            Self::CutAtSemicolon => sent.split(';').next().unwrap_or(sent).into(),
            Self::Ending("") => {
                let start = sent.rfind('/').unwrap_or(0);
                sent[..sent[start..].rfind('.').map_or(sent.len(), |at| start + at)].into()
            }
            Self::Ending(ending) => format!("{sent}{ending}").into_bytes(),
            Self::HexUpper => hex_case(sent, u8::to_ascii_uppercase),
            Self::HexLower => hex_case(sent, u8::to_ascii_lowercase),
            Self::Dropped => Vec::new(),
        }
    }
}

/// The characters that Node's `url.parse` encodes in a path.
fn node_encoded(path: &str) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in path.bytes() {
        match byte {
            b' ' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}' => {
                text.extend(percent_encode_byte(byte).bytes());
            }
            byte => text.push(byte),
        }
    }
    text
}

/// The path without its `.` and `..` segments (RFC 3986 §5.2.4).
pub(crate) fn resolved(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut text = format!("/{}", segments.join("/"));
    if matches!(path.rsplit('/').next(), Some("." | "..")) && !text.ends_with('/') {
        text.push('/');
    }
    text
}

/// The path without some of its segments, if anything remains: an empty path is another mistake.
fn without_segments(path: &str, from: usize, count: usize) -> String {
    let mut segments: Vec<&str> = path.split('/').skip(1).collect();
    if from + count <= segments.len() && count < segments.len() {
        segments.drain(from..from + count);
    }
    format!("/{}", segments.join("/"))
}

fn hex_case(path: &str, change: impl Fn(&u8) -> u8) -> Vec<u8> {
    let mut text = path.as_bytes().to_vec();
    for at in 0..text.len() {
        if text[at] == b'%' {
            let end = text.len().min(at + 3);
            text[at..end].iter_mut().for_each(|byte| *byte = change(byte));
        }
    }
    text
}
