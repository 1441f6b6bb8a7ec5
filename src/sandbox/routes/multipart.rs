//! Multipart bodies (`multipart/form-data`, [RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)), read part by part.
//!
//! Our own: the maintained crates for this read from asynchronous streams only.

use std::{io::Read as _, str};

use crate::sandbox::{
    http::Body,
    response::{Code, ErrorResponse},
};

/// Bytes of the headers of a part.
const HEADER_LIMIT: usize = 16 * 1024;

/// Bytes that are read at a time.
const PIECE: u64 = 32 * 1024;

/// The parts of a body, one after the other.
pub(super) struct Parts<'a, 'b> {
    body: &'a mut Body<'b>,
    /// What ends a part: a line break, two dashes and the boundary (RFC 2046 §5.1.1).
    delimiter: Vec<u8>,
    /// What was read and not yet used.
    buffer: Vec<u8>,
}

/// The headers of a part.
pub(super) struct Headers {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
}

impl<'a, 'b> Parts<'a, 'b> {
    /// Starts with the first part of a body. The media type has the boundary.
    pub(super) fn new(body: &'a mut Body<'b>, media_type: &str) -> Result<Self, ErrorResponse> {
        let mut items = items(media_type);
        let is_multipart = items.next().is_some_and(|(kind, _)| kind == "multipart/form-data");
        if !is_multipart {
            return Err(unreadable("The Content-Type is not multipart/form-data, which has a part named file"));
        }
        let boundary = items
            .find(|(name, _)| name == "boundary")
            .map(|(_, value)| value)
            .filter(|boundary| (1..=70).contains(&boundary.len()))
            .ok_or_else(|| unreadable("The Content-Type has no boundary of 1 to 70 characters (RFC 2046 §5.1.1)"))?;
        let mut parts = Self {
            body,
            delimiter: ["\r\n--", &boundary].concat().into_bytes(),
            // The first boundary has no line break in front of it.
            buffer: b"\r\n".to_vec(),
        };
        // Text in front of the first boundary is ignored.
        parts.content(|_| Ok(()))?;
        Ok(parts)
    }

    /// The headers of the next part, whose content must be read next. None at the end.
    pub(super) fn next(&mut self) -> Result<Option<Headers>, ErrorResponse> {
        // White space may follow a boundary, and two dashes follow the last one.
        loop {
            if self.buffer.starts_with(b"--") {
                return Ok(None);
            }
            if let Some(length) = find(&self.buffer, b"\r\n\r\n") {
                let headers = read(self.buffer.get(..length).unwrap_or_default())?;
                self.buffer.drain(..length + 4);
                return Ok(Some(headers));
            }
            if self.buffer.len() > HEADER_LIMIT {
                return Err(unreadable("The headers of a part are longer than 16 KiB"));
            }
            self.more()?;
        }
    }

    /// Reads the content of the part, piece by piece.
    pub(super) fn content(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), ErrorResponse>,
    ) -> Result<(), ErrorResponse> {
        loop {
            let found = find(&self.buffer, &self.delimiter);
            // The end may be the beginning of the delimiter.
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
    pub(super) fn text(&mut self, limit: usize) -> Result<String, ErrorResponse> {
        let mut bytes = Vec::new();
        self.content(|piece| {
            bytes.extend_from_slice(piece);
            if bytes.len() > limit {
                return Err(unreadable("A part of text is too long"));
            }
            Ok(())
        })?;
        String::from_utf8(bytes).map_err(|_| unreadable("A part of text is not UTF-8"))
    }

    fn more(&mut self) -> Result<(), ErrorResponse> {
        let length = self.body.take(PIECE).read_to_end(&mut self.buffer)?;
        if length > 0 {
            return Ok(());
        }
        Err(unreadable("The body ends without its last boundary, which two dashes follow"))
    }
}

fn read(headers: &[u8]) -> Result<Headers, ErrorResponse> {
    let headers = str::from_utf8(headers).map_err(|_| unreadable("The headers of a part are not UTF-8"))?;
    let field = |wanted: &str| {
        headers.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let disposition = field("Content-Disposition").unwrap_or_default();
    let parameter = |wanted: &str| items(disposition).skip(1).find(|(name, _)| name == wanted).map(|(_, value)| value);
    Ok(Headers {
        name: parameter("name").ok_or_else(|| unreadable("A part has no name"))?,
        file_name: parameter("filename"),
        media_type: field("Content-Type").map(ToOwned::to_owned),
    })
}

/// A value and its parameters, such as `a/b; name="value"`: names in lower case, values without quotes.
fn items(text: &str) -> impl Iterator<Item = (String, String)> {
    let mut rest = text;
    std::iter::from_fn(move || {
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

/// Browsers escape these characters in names (WHATWG HTML, "multipart form data").
fn unescaped(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, _) = wanted.split_first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn unreadable(message: &str) -> ErrorResponse {
    ErrorResponse::new(Code::BodyFormat, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let read: Vec<_> = items(r#"Form-Data; name="a;b=c" ;filename="%22ü%22.txt"; X=y"#).collect();
        let expected = [("form-data", ""), ("name", "a;b=c"), ("filename", "\"ü\".txt"), ("x", "y")];
        assert_eq!(read.len(), expected.len());
        for ((name, value), expected) in read.iter().zip(expected) {
            assert_eq!((name.as_str(), value.as_str()), expected);
        }
    }

    #[test]
    fn a_text_is_found_after_a_part_of_itself() {
        assert_eq!(find(b"\r\r\n\r\n--b", b"\r\n--b"), Some(3));
        assert_eq!(find(b"\r\n--", b"\r\n--b"), None);
        assert_eq!(find(b"", b"\r\n--b"), None);
    }
}
