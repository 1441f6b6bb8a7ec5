//! The base string URI ([RFC 5849 §3.4.1.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.2)).

use alloc::string::String;
use core::fmt::Write as _;

use super::{
    error::{ParseError, Part},
    percent,
};

/// A request URI taken apart; all parts are borrowed as they were written.
pub(super) struct Uri<'a> {
    secure: bool,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    pub(super) query: Option<&'a str>,
}

impl<'a> Uri<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, ParseError> {
        let is_plain = check(text)?;
        let (secure, rest) = if let Some(rest) = strip(text, "http://") {
            (false, rest)
        } else {
            (true, strip(text, "https://").ok_or(ParseError::Scheme)?)
        };
        if is_plain {
            // No query, fragment, user-info or bracket to be looked for, and most often no port.
            let end = rest.bytes().position(|octet| octet == b'/');
            let (authority, path) = rest.split_at(end.unwrap_or(rest.len()));
            let has_port = !percent::all(authority.as_bytes(), |octet| octet != b':');
            if has_port || authority.is_empty() {
                return Self::new(secure, authority, path, None);
            }
            return Ok(Self {
                secure,
                host: authority,
                port: None,
                path,
                query: None,
            });
        }
        // The fragment is never sent (RFC 3986 §3.5).
        let rest = rest.split('#').next().unwrap_or(rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        if let Some(at) = path.find(['[', ']']) {
            let position = path.as_ptr() as usize - text.as_ptr() as usize + at;
            return Err(ParseError::Character {
                part: Part::Uri,
                position,
            });
        }
        // The `Host` header has no user-info (RFC 9110 §7.2).
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        Self::new(secure, authority, path, query)
    }

    fn new(
        secure: bool,
        authority: &'a str,
        path: &'a str,
        query: Option<&'a str>,
    ) -> Result<Self, ParseError> {
        let (host, port) = split_port(authority)?;
        Ok(Self {
            secure,
            host,
            port,
            path,
            query,
        })
    }

    /// Appends the base string URI, percent-encoded once.
    pub(super) fn push_encoded(&self, text: &mut String) {
        text.push_str(if self.secure {
            "https%3A%2F%2F"
        } else {
            "http%3A%2F%2F"
        });
        let host = percent::encode(self.host);
        if host.is_plain() {
            let start = text.len();
            text.push_str(self.host);
            text[start..].make_ascii_lowercase();
        } else {
            percent::encode(&self.host.to_ascii_lowercase()).push_to(text);
        }
        // The port goes only if it is this scheme's own default.
        if let Some(port) = self
            .port
            .filter(|port| *port != if self.secure { 443 } else { 80 })
        {
            // Writing to a string cannot fail.
            let _ = write!(text, "%3A{port}");
        }
        // An empty path is sent as `/` (RFC 9110 §4.2.3); any other stays as it is.
        if self.path.is_empty() {
            text.push_str("%2F");
        }
        percent::encode(self.path).push_to(text);
    }
}

/// Refuses what may not stand in a URI, and broken percent encoding. Says whether there is nothing but unreserved characters, `/`
/// and `:`.
fn check(text: &str) -> Result<bool, ParseError> {
    let part = Part::Uri;
    // Most URIs have neither.
    let is_plain = |octet| percent::is_unreserved(octet) | (octet == b'/') | (octet == b':');
    if percent::all(text.as_bytes(), is_plain) {
        return Ok(true);
    }
    for (position, octet) in text.bytes().enumerate() {
        match octet {
            b'%' if percent::escape(&text.as_bytes()[position + 1..]).is_none() => {
                return Err(ParseError::PercentEncoding { part, position });
            }
            _ if !is_allowed(octet) => return Err(ParseError::Character { part, position }),
            _ => {}
        }
    }
    Ok(false)
}

/// Whether an octet may stand in a URI or form body as it is. Raw brackets in a query are against RFC 3986 §3.4 and
/// common.
pub(super) const fn is_allowed(octet: u8) -> bool {
    octet.is_ascii_graphic()
        && !matches!(
            octet,
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
        )
}

fn strip<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), ParseError> {
    let (host, port) = if authority.starts_with('[') {
        // An IPv6 address holds colons of its own.
        let (host, rest) = authority.split_at(authority.find(']').ok_or(ParseError::Host)? + 1);
        if !host[1..host.len() - 1]
            .bytes()
            .all(|octet| octet.is_ascii_hexdigit() || matches!(octet, b':' | b'.' | b'%'))
            || host.len() == 2
        {
            return Err(ParseError::Host);
        }
        match rest.strip_prefix(':') {
            Some(port) => (host, port),
            None if rest.is_empty() => (host, ""),
            None => return Err(ParseError::Host),
        }
    } else {
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        if host.is_empty() || host.contains(['[', ']']) {
            return Err(ParseError::Host);
        }
        (host, port)
    };
    if port.is_empty() {
        return Ok((host, None));
    }
    // `parse` would take a sign.
    if !port.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(ParseError::Port);
    }
    port.parse()
        .map(|port| (host, Some(port)))
        .map_err(|_| ParseError::Port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_string_uri(text: &str) -> Result<String, ParseError> {
        let mut encoded = String::new();
        Uri::parse(text)?.push_encoded(&mut encoded);
        Ok(String::from_utf8(percent::decode(&encoded).unwrap().to_vec()).unwrap())
    }

    #[test]
    fn rfc_examples() {
        // RFC 5849 §3.4.1.2.
        assert_eq!(
            base_string_uri("http://EXAMPLE.COM:80/r%20v/X?id=123").unwrap(),
            "http://example.com/r%20v/X"
        );
        assert_eq!(
            base_string_uri("https://www.example.net:8080/?q=1").unwrap(),
            "https://www.example.net:8080/"
        );
    }

    #[test]
    fn only_the_own_default_port_is_dropped() {
        for (text, expected) in [
            ("http://h:443", "http://h:443/"),
            ("https://h:80/", "https://h:80/"),
            ("https://h:443/", "https://h/"),
            ("http://h:/", "http://h/"),
            ("http://h:0080/", "http://h/"),
            ("http://u:p@h:81?q", "http://h:81/"),
            ("http://u@v@h#f?q", "http://h/"),
            ("HTTPS://[2001:DB8::1]:443/p#f", "https://[2001:db8::1]/p"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
            ("http://h/a/../b//c;p=1", "http://h/a/../b//c;p=1"),
        ] {
            assert_eq!(base_string_uri(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn bad_input_is_named() {
        use ParseError::{Character, Host, PercentEncoding, Port, Scheme};
        let part = Part::Uri;
        for (text, error) in [
            ("", Scheme),
            ("ftp://h/", Scheme),
            ("/users/v1/me", Scheme),
            ("http:h", Scheme),
            ("http://", Host),
            ("http:///p", Host),
            ("http://:80/", Host),
            ("http://:/", Host),
            ("http://::/", Host),
            ("http://[::1/", Host),
            ("http://[]/", Host),
            ("http://[::1]x/", Host),
            ("http://[g]/", Host),
            ("http://a[b/", Host),
            ("http://h:65536/", Port),
            ("http://h:+80/", Port),
            ("http://h:8:0/", Port),
            ("http://h/a b", Character { part, position: 10 }),
            ("http://h/ü", Character { part, position: 9 }),
            ("http://h/[x]", Character { part, position: 9 }),
            ("http://h/?a={", Character { part, position: 12 }),
            ("http://h/\n", Character { part, position: 9 }),
            ("http://h/%4", PercentEncoding { part, position: 9 }),
            ("http://h/?%zz", PercentEncoding { part, position: 10 }),
        ] {
            assert_eq!(base_string_uri(text), Err(error), "{text}");
        }
    }
}
