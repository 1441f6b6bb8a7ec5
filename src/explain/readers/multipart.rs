//! The fields of a multipart body (RFC 7578).

use alloc::{format, vec::Vec};

use crate::explain::request::CapturedRequest;

/// A part of a multipart body.
pub(crate) struct Field {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    /// Whether the part has a file name.
    pub(crate) is_file: bool,
}

/// The fields of the body; `None` if it is not multipart.
pub(crate) fn fields(request: &CapturedRequest) -> Option<Vec<Field>> {
    if !request.essence().starts_with("multipart/") {
        return None;
    }
    let boundary = parameter(request.media_type()?, "boundary")?;
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let body = request.body_bytes()?;
    let mut fields = Vec::new();
    let mut part: Option<Vec<u8>> = None;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii_end().strip_suffix(b"--") == Some(&delimiter) || line.trim_ascii_end() == delimiter {
            fields.extend(part.replace(Vec::new()).and_then(|part| field(&part)));
        } else if let Some(part) = &mut part {
            part.extend(line);
        }
    }
    Some(fields)
}

/// Splits a part into headers and content, without the line break in front of the delimiter.
fn field(part: &[u8]) -> Option<Field> {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    let part = part.strip_suffix(b"\r").unwrap_or(part);
    let mut at = 0;
    let mut disposition = None;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        let line = core::str::from_utf8(line).ok()?;
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-disposition") {
            disposition = Some(value);
        }
    }
    let disposition = disposition?;
    Some(Field {
        name: parameter(disposition, "name")?.as_bytes().to_vec(),
        value: part.get(at..).unwrap_or_default().to_vec(),
        is_file: parameter(disposition, "filename").is_some() || parameter(disposition, "filename*").is_some(),
    })
}

/// A parameter of a header value, such as `boundary`.
fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|parameter| {
        let (other, value) = parameter.split_once('=')?;
        let value = value.trim();
        let unquoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        other.trim().eq_ignore_ascii_case(name).then_some(unquoted.unwrap_or(value))
    })
}

/// A multipart body with the names, values and files that are given.
pub(super) fn body<'a>(boundary: &str, fields: impl Iterator<Item = (&'a str, &'a [u8], bool)>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value, is_file) in fields {
        let file = if is_file { "; filename=\"file\"" } else { "" };
        let start = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(start.as_bytes());
        body.extend(value);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").as_bytes());
    body
}
