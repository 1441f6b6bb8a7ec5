//! The fields of a multipart body (RFC 7578).

use super::{curl_command::Field, http::split};
use crate::explain::{recipe::Pair, request::CapturedRequest};

/// The names and values of the fields that are not files; `None` if the body is not multipart.
pub(crate) fn fields(request: &CapturedRequest) -> Option<Vec<Pair>> {
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

/// Name and content of a part that is not a file, without the line break in front of the delimiter.
fn field(part: &[u8]) -> Option<Pair> {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    let part = part.strip_suffix(b"\r").unwrap_or(part);
    let (headers, value) = split(part);
    let disposition = std::str::from_utf8(headers).ok()?.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let is_file = ["filename", "filename*"].iter().any(|name| parameter(disposition, name).is_some());
    let name = parameter(disposition, "name").filter(|_| !is_file)?;
    Some((name.into(), value.to_vec()))
}

/// A parameter of a header value, such as `boundary`.
pub(super) fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').find_map(|parameter| {
        let (other, value) = parameter.split_once('=')?;
        let value = value.trim();
        let unquoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        other.trim().eq_ignore_ascii_case(name).then_some(unquoted.unwrap_or(value))
    })
}

/// A multipart body of fields.
pub(super) fn body(boundary: &str, fields: &[Field]) -> Vec<u8> {
    let mut body = Vec::new();
    for Field { name, value, is_file } in fields {
        let file = if *is_file { "; filename=\"file\"" } else { "" };
        let start = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(start.as_bytes());
        body.extend(value);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").as_bytes());
    body
}
