//! The base string URI ([RFC 5849 §3.4.1.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.2)).

use alloc::{format, string::String};

use super::{
    error::{ParseError, Part},
    percent,
};

/// A request URI in parts.
pub(super) struct Uri<'a> {
    is_secure: bool,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    pub(super) query: &'a str,
}

impl<'a> Uri<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, ParseError> {
        check(text, Part::Uri)?;
        let (scheme, rest) = text.split_once("://").ok_or(ParseError::Scheme)?;
        let is_secure = scheme.eq_ignore_ascii_case("https");
        if !is_secure && !scheme.eq_ignore_ascii_case("http") {
            return Err(ParseError::Scheme);
        }
        // The fragment is never sent (RFC 3986 §3.5).
        let rest = rest.split('#').next().unwrap_or(rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, &rest[rest.len()..]));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if let Some(at) = path.find(['[', ']']) {
            return Err(ParseError::Character { part: Part::Uri, position: position(text, path) + at });
        }
        // The `Host` header has no user-info (RFC 9110 §7.2).
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = split_port(authority)?;
        Ok(Self { is_secure, host, port, path, query })
    }

    /// The base string URI: scheme and host in lower case, without default port and query.
    pub(super) fn base_string_uri(&self) -> String {
        let (scheme, default) = if self.is_secure { ("https", 443) } else { ("http", 80) };
        let port = match self.port {
            Some(port) if port != default => format!(":{port}"),
            _ => String::new(),
        };
        // An empty path is sent as `/` (RFC 9110 §4.2.3). Any other stays as it is.
        let path = if self.path.is_empty() { "/" } else { self.path };
        format!("{scheme}://{}{port}{path}", self.host.to_ascii_lowercase())
    }
}

/// The position of a part in the text that it is a part of.
pub(super) fn position(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Rejects characters that must be encoded in a URI or form body, and broken percent encoding.
pub(super) fn check(text: &str, part: Part) -> Result<(), ParseError> {
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'%' if percent::escaped(&text.as_bytes()[position + 1..]).is_none() => {
                return Err(ParseError::PercentEncoding { part, position });
            }
            _ if !is_allowed(byte) => return Err(ParseError::Character { part, position }),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a URI or form body may have the byte unencoded. Brackets in a query violate RFC 3986 §3.4 and are common.
pub(super) fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), ParseError> {
    // The brackets of an IPv6 address contain colons.
    let end = match authority.find(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(end);
    let is_valid = match host.strip_prefix('[') {
        Some(address) => {
            let address = address.strip_suffix(']').unwrap_or_default();
            let is_part = |byte: u8| byte.is_ascii_hexdigit() || b":.%".contains(&byte);
            !address.is_empty() && address.bytes().all(is_part)
        }
        None => !host.is_empty() && !host.contains(['[', ']']),
    };
    if !is_valid || !(port.is_empty() || port.starts_with(':')) {
        return Err(ParseError::Host);
    }
    let digits = port.strip_prefix(':').unwrap_or_default();
    if digits.is_empty() {
        return Ok((host, None));
    }
    // `parse` alone would accept a sign.
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_number => Ok((host, Some(port))),
        _ => Err(ParseError::Port),
    }
}
