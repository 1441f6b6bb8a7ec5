//! Reads an HTTP request as text: raw, or as curl, a browser or another tool shows it.

use super::{ReadError, listing, text::join};
use crate::explain::{
    encode::lossy,
    recipe::{Uri, is_loopback, split_port},
    request::{Body, CapturedRequest, Guess, Remark},
};

/// Reads the text of a request: request line, headers and body.
///
/// It may be raw HTTP/1.1, the output of `curl -v`, Insomnia's timeline, Postman's console or Chrome's list of headers.
/// The text does not show the scheme, unless the target is absolute or the host is a loopback one. `url` adds what is
/// missing: its scheme and host are used. `scheme` takes precedence over everything else.
///
/// # Errors
///
/// [`ReadError`] if there is no request, or if it has no host and `url` is `None`.
pub fn read_http(text: &[u8], url: Option<&str>, scheme: Option<&str>) -> Result<CapturedRequest, ReadError> {
    let mut repairs = Vec::new();
    let text = decoded(text, &mut repairs)?;
    let (text, shown_scheme) = listing::read(&text, &mut repairs)?;
    let (lines, body) = split(&text);
    let lines = std::str::from_utf8(lines).map_err(|error| {
        ReadError::new(format!("byte {} of the headers is not UTF-8; save the text as UTF-8", error.valid_up_to()))
    })?;
    let mut lines = lines.lines();
    let first = lines.next().unwrap_or_default().trim();
    let (method, target) = request_line(first)?;
    let mut request = CapturedRequest::new(method, target);
    request.headers = headers(lines, &mut repairs)?;
    set_uri(&mut request, target, url, scheme.or(shown_scheme))?;
    set_body(&mut request, body, &mut repairs);
    request.repairs = repairs;
    Ok(request)
}

/// The text without a byte order mark, in UTF-8.
fn decoded(text: &[u8], repairs: &mut Vec<Remark>) -> Result<Vec<u8>, ReadError> {
    let (bytes, order) = match text {
        [0xfe, 0xff, rest @ ..] => (rest, [0, 1]),
        [0xff, 0xfe, rest @ ..] => (rest, [1, 0]),
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            repairs.push(Remark::new("byte-order-mark", "A byte order mark in front of the request is left out."));
            return Ok(rest.to_vec());
        }
        _ => return Ok(text.to_vec()),
    };
    repairs.push(Remark::new("utf-16", "The text is UTF-16; it is read as UTF-8."));
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes(order.map(|place| pair[place])));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(String::into_bytes).map_err(|_| ReadError::new("the text is not UTF-16, although it begins like that"))
}

/// Method and target of the request line.
fn request_line(line: &str) -> Result<(&str, &str), ReadError> {
    let (method, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let is_method = !method.is_empty() && method.bytes().all(|it| it.is_ascii_uppercase() || it == b'-' || it == b'_');
    let rest = rest.trim();
    let target = match rest.rsplit_once([' ', '\t']) {
        Some((target, version)) if version.starts_with("HTTP/") => target.trim(),
        _ => rest,
    };
    if is_method && (target.starts_with('/') || target.contains("://")) {
        return Ok((method, target));
    }
    let shown: String = line.chars().take(60).collect();
    Err(ReadError::new(match method {
        "" => "the input has no request; it must begin with a line such as GET /path HTTP/1.1".to_string(),
        "curl" => "the input is a curl command; give it with --curl".to_string(),
        _ if method.starts_with("HTTP/") => format!("{shown} begins a response; give the text of the request"),
        _ if line.starts_with(['{', '[']) => {
            "the input is JSON, such as a HAR file; copy the request as a curl command and give it with --curl"
                .to_string()
        }
        _ => format!("{shown} is not the first line of a request, such as GET /path HTTP/1.1"),
    }))
}

/// Splits at the first empty line.
pub(super) fn split(request: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in request.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        if line.trim_ascii().is_empty() {
            return (&request[..at], &request[end..]);
        }
        at = end;
    }
    (request, b"")
}

/// Splits the line of a header at its colon. The name of a pseudo header begins with another one.
pub(super) fn name_and_value(line: &str) -> Option<(&str, &str)> {
    let colon = line.char_indices().skip(1).find(|(_, it)| *it == ':')?.0;
    Some((line[..colon].trim_end(), line[colon + 1..].trim()))
}

/// The headers, with those joined that go on in the next line.
fn headers<'a>(
    lines: impl Iterator<Item = &'a str>,
    repairs: &mut Vec<Remark>,
) -> Result<Vec<(String, String)>, ReadError> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let is_token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&it);
    for line in lines {
        let is_folded = line.starts_with([' ', '\t']);
        let header = name_and_value(line.trim()).filter(|(name, _)| !is_folded && name.bytes().all(is_token));
        match (header, headers.last_mut()) {
            (Some((name, value)), _) => headers.push((name.to_string(), value.to_string())),
            (None, Some((_, value))) => {
                join(value, line);
                if !is_folded {
                    repairs.push(Remark::new(
                        "header-wrapped",
                        "A header is wrapped over several lines; they are joined.",
                    ));
                }
            }
            (None, None) => {
                let line = line.trim();
                return Err(ReadError::new(format!("{line} is not a header; a header is written as Name: value")));
            }
        }
    }
    Ok(headers)
}

/// Puts the URI together.
fn set_uri(
    request: &mut CapturedRequest,
    target: &str,
    url: Option<&str>,
    known: Option<&str>,
) -> Result<(), ReadError> {
    let url = url
        .map(|url| {
            Uri::parse(url).ok_or_else(|| ReadError::new(format!("{url} is not an absolute URL of http or https")))
        })
        .transpose()?;
    if let Some(url) = &url {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let path = Uri::parse(target).map_or(path, |target| target.path);
        if !url.path.is_empty() && url.path != path {
            return Err(ReadError::new(format!(
                "the URL has the path {}, and the request has {path}; give the URL of this request",
                url.path
            )));
        }
    }
    // A URL in the query does not make the target absolute.
    if let Some((_, rest)) = target.split_once("://").filter(|_| !target.starts_with('/')) {
        if let Some(scheme) = known {
            request.uri = format!("{scheme}://{rest}");
        }
        return Ok(());
    }
    let host = request.header_values("host").next().filter(|host| !host.is_empty());
    let authority = match (&url, host) {
        (Some(url), _) => [url.host, url.port.map_or("", |_| ":"), url.port.unwrap_or_default()].concat(),
        (None, Some(host)) => host.to_string(),
        (None, None) => {
            return Err(ReadError::new("the request has no Host header; add it, or give the URL, too"));
        }
    };
    let forwarded = request.header_values("x-forwarded-proto").next().and_then(|protocols| {
        let first = protocols.split(',').next().unwrap_or_default().trim();
        ["http", "https"].into_iter().find(|scheme| first.eq_ignore_ascii_case(scheme))
    });
    let scheme = known.or(url.map(|url| url.scheme)).or(forwarded).or_else(|| scheme_of(&authority));
    if scheme.is_none() {
        request.guesses.push(Guess::Scheme);
    }
    request.uri = format!("{}://{authority}{target}", scheme.unwrap_or("https"));
    Ok(())
}

/// The scheme that a host or port tells.
fn scheme_of(authority: &str) -> Option<&'static str> {
    let (name, port) = split_port(authority);
    match port {
        Some("443") => Some("https"),
        Some("80") => Some("http"),
        _ => is_loopback(name).then_some("http"),
    }
}

/// Sets the body, as far as the text has it.
fn set_body(request: &mut CapturedRequest, body: &[u8], repairs: &mut Vec<Remark>) {
    let has = |name: &str, values: &[&str]| {
        let mut all = request.header_values(name).map(str::to_ascii_lowercase);
        all.any(|it| values.iter().any(|value| it.contains(value)))
    };
    let length: Option<usize> = request.header_values("content-length").next().and_then(|it| it.parse().ok());
    let is_chunked = has("transfer-encoding", &["chunked"]);
    let is_compressed = has("content-encoding", &["gzip", "deflate", "br", "zstd"]);
    let dechunked = Some(body).filter(|_| is_chunked).and_then(dechunked);
    let lacks_chunks = is_chunked && dechunked.is_none();
    if lacks_chunks && !body.is_empty() {
        repairs.push(Remark::new(
            "chunks-decoded",
            "The body is announced as chunked, but is shown without chunks. It is read as it is.",
        ));
    }
    let content = match (&dechunked, length) {
        (Some(content), _) => content.as_slice(),
        (None, Some(length)) if length <= body.len() => &body[..length],
        // An editor may have put a line break after the body.
        (None, Some(length)) => {
            if !body.trim_ascii_end().is_empty() {
                repairs.push(Remark::new(
                    "body-shorter",
                    format!("Content-Length is {length}, but the body has {} bytes.", body.len()),
                ));
            }
            body
        }
        (None, None) => body.trim_ascii_end(),
    };
    request.body = match content {
        [] if lacks_chunks || length.is_some_and(|it| it > 0) => Body::Unknown,
        [] => Body::Absent,
        _ if is_compressed => Body::Unknown,
        _ => Body::Bytes(content.to_vec()),
    };
    if request.body_bytes().is_some() && request.media_type().is_none() {
        request.guesses.push(Guess::MediaType);
    }
}

/// The content of a chunked body (RFC 9112 §7.1); `None` if it is not chunked.
fn dechunked(body: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let mut rest = body;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let size = lossy(&rest[..end]);
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(content);
        }
        content.extend(rest.get(..size)?);
        rest = rest[size..].trim_ascii_start();
    }
}
