//! A body of several parts (`multipart/form-data`, [RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)), read while it comes.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString as _},
    vec::Vec,
};
use core::str;

use super::{
    super::answer::{Code, Refusal},
    Body,
};

/// What the heads of one part may have, and the octets between a boundary and its line's end.
const HEAD_LIMIT: usize = 16 * 1024;

/// The parts of a body, one behind another.
pub(in crate::sandbox) struct Parts<'a, 'b> {
    body: &'a mut Body<'b>,
    /// A line break and the boundary behind two dashes: what ends a part (RFC 2046 §5.1.1).
    delimiter: Vec<u8>,
    /// What was read and not yet taken.
    buffer: Vec<u8>,
}

/// What stands above a part.
pub(in crate::sandbox) struct Head {
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) file_name: Option<String>,
    pub(in crate::sandbox) media_type: Option<String>,
}

impl<'a, 'b> Parts<'a, 'b> {
    /// Begins with a body; the media type has the boundary.
    pub(in crate::sandbox) fn new(
        body: &'a mut Body<'b>,
        media_type: &str,
    ) -> Result<Self, Refusal> {
        let mut items = items(media_type);
        let is_multipart = items
            .next()
            .is_some_and(|(kind, _)| kind == "multipart/form-data");
        if !is_multipart {
            return Err(unreadable(
                "The Content-Type is not multipart/form-data, which has a part named file",
            ));
        }
        let boundary = items
            .find(|(name, _)| name == "boundary")
            .map(|(_, value)| value)
            .filter(|boundary| (1..=70).contains(&boundary.len()))
            .ok_or_else(|| {
                unreadable(
                    "The Content-Type has no boundary of 1 to 70 characters (RFC 2046 §5.1.1)",
                )
            })?;
        let mut parts = Self {
            body,
            delimiter: ["\r\n--", &boundary].concat().into_bytes(),
            // The first boundary has no line before it.
            buffer: b"\r\n".to_vec(),
        };
        // What stands before the first boundary is no part.
        parts.content(|_| Ok(()))?;
        Ok(parts)
    }

    /// The head of the next part; its content is to be taken before the one behind it. None at the end.
    pub(in crate::sandbox) fn next(&mut self) -> Result<Option<Head>, Refusal> {
        // What may stand behind a boundary is white space, and two dashes at the end.
        loop {
            if self.buffer.starts_with(b"--") {
                return Ok(None);
            }
            if let Some(length) = find(&self.buffer, b"\r\n\r\n") {
                let head = read(self.buffer.get(..length).unwrap_or_default())?;
                self.buffer.drain(..length + 4);
                return Ok(Some(head));
            }
            if self.buffer.len() > HEAD_LIMIT {
                return Err(unreadable("The head of a part is too long"));
            }
            self.more()?;
        }
    }

    /// Takes the content of the part, piece by piece.
    pub(in crate::sandbox) fn content(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        loop {
            let found = find(&self.buffer, &self.delimiter);
            // What may be the beginning of the delimiter is kept.
            let kept = self.delimiter.len() - 1;
            let length = found.unwrap_or(self.buffer.len().saturating_sub(kept));
            take(self.buffer.get(..length).unwrap_or_default())?;
            match found {
                Some(_) => {
                    self.buffer.drain(..length + self.delimiter.len());
                    return Ok(());
                }
                None => self.buffer.drain(..length),
            };
            self.more()?;
        }
    }

    /// The content of a part as text, up to a length.
    pub(in crate::sandbox) fn text(&mut self, limit: usize) -> Result<String, Refusal> {
        let mut octets = Vec::new();
        self.content(|piece| {
            octets.extend_from_slice(piece);
            if octets.len() > limit {
                return Err(unreadable("A part of text is too long"));
            }
            Ok(())
        })?;
        String::from_utf8(octets).map_err(|_| unreadable("A part of text is not UTF-8"))
    }

    fn more(&mut self) -> Result<(), Refusal> {
        if self.body.more(&mut self.buffer)? {
            return Ok(());
        }
        Err(unreadable(
            "The body ends before its last boundary, which has two dashes behind it",
        ))
    }
}

/// Reads the lines above a part.
fn read(head: &[u8]) -> Result<Head, Refusal> {
    let head = str::from_utf8(head).map_err(|_| unreadable("The head of a part is not UTF-8"))?;
    let field = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let disposition = field("Content-Disposition").unwrap_or_default();
    let parameter = |wanted: &str| {
        items(disposition)
            .skip(1)
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    Ok(Head {
        name: parameter("name").ok_or_else(|| unreadable("A part has no name"))?,
        file_name: parameter("filename"),
        media_type: field("Content-Type").map(ToOwned::to_owned),
    })
}

/// A value and its parameters, `a/b; name="value"`: names in lower case, values without their quotes.
fn items(text: &str) -> impl Iterator<Item = (String, String)> {
    let mut rest = text;
    core::iter::from_fn(move || {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['=', ';']).unwrap_or(rest.len());
        let name = rest.get(..end)?.trim().to_ascii_lowercase();
        rest = rest.get(end..)?;
        let Some(value) = rest.strip_prefix('=') else {
            return Some((name, String::new()));
        };
        let Some(quoted) = value.strip_prefix('"') else {
            let end = value.find(';').unwrap_or(value.len());
            rest = value.get(end..)?;
            return Some((name, value.get(..end)?.trim().to_string()));
        };
        let end = quoted.find('"').unwrap_or(quoted.len());
        rest = quoted.get(end..)?.trim_start_matches('"');
        Some((name, unescaped(quoted.get(..end)?)))
    })
}

/// Names are escaped as browsers do it (WHATWG HTML, "multipart form data").
fn unescaped(text: &str) -> String {
    text.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, _) = wanted.split_first()?;
    let mut from = 0;
    loop {
        let rest = octets.get(from..)?;
        let at = from + rest.iter().position(|octet| octet == first)?;
        if octets.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn unreadable(message: &str) -> Refusal {
    Refusal::new(Code::BodyFormat, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let read: Vec<_> =
            items(r#"Form-Data; name="a;b=c" ;filename="%22ü%22.txt"; X=y"#).collect();
        let expected = [
            ("form-data", ""),
            ("name", "a;b=c"),
            ("filename", "\"ü\".txt"),
            ("x", "y"),
        ];
        assert_eq!(read.len(), expected.len());
        for ((name, value), expected) in read.iter().zip(expected) {
            assert_eq!((name.as_str(), value.as_str()), expected);
        }
    }

    #[test]
    fn texts_are_found_behind_their_own_beginnings() {
        assert_eq!(find(b"\r\r\n\r\n--b", b"\r\n--b"), Some(3));
        assert_eq!(find(b"\r\n--", b"\r\n--b"), None);
        assert_eq!(find(b"", b"\r\n--b"), None);
    }
}
