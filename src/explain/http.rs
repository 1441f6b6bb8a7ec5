//! Reads an HTTP request as text, as a log or a debugging proxy shows it.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::subject::Captured;

/// Reads an HTTP/1.1 request: request line, headers and body.
///
/// Lines may end in a line feed alone. The URI is taken from an absolute target, or put together from the target and the
/// `Host` header; the scheme is then `https`, unless the port is 80 or the host is a loopback one, which the text does not
/// say. `None` where there is no request line or no host.
pub fn read_http(request: &[u8]) -> Option<Captured> {
    let start = request
        .iter()
        .position(|octet| !octet.is_ascii_whitespace())?;
    let request = &request[start..];
    let (head, body) = split_head(request);
    let head = core::str::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut line = lines.next()?.split_ascii_whitespace();
    let (method, target) = (line.next()?, line.next()?);
    let (mut host, mut media_type, mut authorization) = (None, None, None);
    let mut length = None;
    for (name, value) in headers(lines) {
        let value = Some(value);
        match name.to_ascii_lowercase().as_str() {
            "host" | ":authority" => host = value,
            "content-type" => media_type = value,
            "authorization" => authorization = value,
            "content-length" => length = value.and_then(|value| value.parse::<usize>().ok()),
            _ => {}
        }
    }
    let uri = if target.contains("://") {
        target.to_string()
    } else {
        let host = host?;
        format!("{}://{host}{target}", scheme(&host))
    };
    // An editor may have put a line break behind the body.
    let body = match length {
        Some(length) => body.get(..length).unwrap_or(body),
        None => body.trim_ascii_end(),
    };
    let body = (!body.is_empty()).then(|| body.to_vec());
    Some(Captured::new(
        method,
        uri,
        media_type.as_deref(),
        body,
        authorization,
    ))
}

/// Splits at the first empty line.
fn split_head(request: &[u8]) -> (&[u8], &[u8]) {
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

fn scheme(host: &str) -> &'static str {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback = name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.")
        || name == "[::1]";
    if is_loopback || host.ends_with(":80") {
        "http"
    } else {
        "https"
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
        assert_eq!(
            captured.authorization.as_deref(),
            Some("OAuth a=\"1\", b=\"2\"")
        );
        assert_eq!(captured.form.as_deref(), Some("x=1"));
        assert_eq!(captured.other_body, None);
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
