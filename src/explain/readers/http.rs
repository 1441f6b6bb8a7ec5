//! Reads an HTTP request as text, as a log or a debugging proxy shows it.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::explain::request::{Body, CapturedRequest, Guess};

/// Reads an HTTP/1.1 request: request line, headers and body.
///
/// Lines may end in a line feed alone. The URI is taken from an absolute target, or put together from the target and the
/// `Host` header; the scheme is then `https`, unless the port is 80 or the host is a loopback one, which the text does not
/// say. `None` where there is no request line or no host.
pub fn read_http(request: &[u8]) -> Option<CapturedRequest> {
    let start = request
        .iter()
        .position(|octet| !octet.is_ascii_whitespace())?;
    let request = &request[start..];
    let (first, body) = split(request);
    let text = core::str::from_utf8(first).ok()?;
    let mut lines = text.lines();
    let mut line = lines.next()?.split_ascii_whitespace();
    let (method, target) = (line.next()?, line.next()?);
    let headers: Vec<_> = headers(lines)
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect();
    let mut request = CapturedRequest::new(method, target);
    request.headers = headers;
    if !target.contains("://") {
        let host = request.header_values("host").next()?;
        let (scheme, is_guess) = scheme(host);
        request.uri = format!("{scheme}://{host}{target}");
        request.guesses.extend(is_guess.then_some(Guess::Scheme));
    }
    // An editor may have put a line break behind the body.
    let length = request.header_values("content-length").next();
    let length = length.and_then(|length| length.parse::<usize>().ok());
    let body = length
        .and_then(|length| body.get(..length))
        .unwrap_or_else(|| body.trim_ascii_end());
    if !body.is_empty() {
        request.body = Body::Bytes(body.to_vec());
    }
    Some(request)
}

/// Splits at the first empty line.
fn split(request: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in request.split_inclusive(|octet| *octet == b'\n') {
        let end = at + line.len();
        if line.trim_ascii().is_empty() {
            return (&request[..at], &request[end..]);
        }
        at = end;
    }
    (request, b"")
}

/// The headers, with those put together that go on in the next line.
fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(&'a str, String)> {
    let mut headers: Vec<(&str, String)> = Vec::new();
    for line in lines {
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = headers.last_mut()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim(), value.trim().to_string()));
        }
    }
    headers
}

/// The scheme, and whether it is a guess.
fn scheme(host: &str) -> (&'static str, bool) {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback = name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.")
        || name == "[::1]";
    if is_loopback || host.ends_with(":80") {
        ("http", false)
    } else {
        ("https", !host.ends_with(":443"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read() {
        let captured = read_http(
            b"POST /p?q=1 HTTP/1.1\r\nHost: h.example\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\
              Authorization: OAuth a=\"1\",\r\n  b=\"2\"\r\nContent-Length: 3\r\n\r\nx=1\r\n",
        )
        .unwrap();
        assert_eq!(captured.method, "POST");
        assert_eq!(captured.uri, "https://h.example/p?q=1");
        assert_eq!(captured.headers[2].1, "OAuth a=\"1\", b=\"2\"");
        assert_eq!(captured.form_body(), Some(&b"x=1"[..]));
    }

    #[test]
    fn the_uri_is_put_together() {
        for (text, uri) in [
            (
                "GET / HTTP/1.1\nHost: localhost:8080\n",
                "http://localhost:8080/",
            ),
            ("GET /a HTTP/1.1\nhost: h:80\n\n{}", "http://h:80/a"),
            ("GET http://h/a HTTP/1.1\n\n", "http://h/a"),
        ] {
            assert_eq!(read_http(text.as_bytes()).unwrap().uri, uri, "{text}");
        }
        assert_eq!(read_http(b"GET /a HTTP/1.1\n\n"), None);
        assert_eq!(read_http(b""), None);
    }
}
