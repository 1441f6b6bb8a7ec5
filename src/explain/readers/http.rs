//! Reads an HTTP request as text: raw, or as curl, a browser or another tool shows it.

use super::{
    ReadError, listing, multipart,
    text::{Repaired, join},
    transcript,
};
use crate::explain::{
    encode::lossy,
    recipe::{Uri, is_loopback, split_port},
    request::{Body, CapturedRequest, FORM, Guess, Remark},
};

/// Reads the text of a request: request line, headers and body.
///
/// It may be raw HTTP/1.1, the output of `curl -v`, what Insomnia, Postman and Chrome show, or the log of a library.
/// The text does not show the scheme, unless the target is absolute or the host is a loopback one. `known` is the
/// method and the URL: they complete header lines alone, and scheme and host of the URL are used. `scheme` takes
/// precedence over everything else.
///
/// # Errors
///
/// [`ReadError`] if the text has no request, if it is not the `known` one, or if it has no host and `known` is `None`.
pub fn read_http(text: &[u8], known: Option<(&str, &str)>, scheme: Option<&str>) -> Result<CapturedRequest, ReadError> {
    let mut repairs = Vec::new();
    let mut text = decoded(text, &mut repairs)?;
    let mut shown = Repaired { text: lossy(&text), repairs: &mut repairs };
    if ["=&quot;", "=&#34;", "=&#39;", "&amp;oauth_"].iter().any(|entity| shown.text.contains(entity)) {
        shown.read_entities();
        text = shown.text.clone().into_bytes();
    }
    let shown = shown.text;
    let (mut text, shown_scheme) = match listing::read(&shown, known, &mut repairs)? {
        Some(shown) => shown,
        None => transcript::read(&text, &mut repairs),
    };
    if shown.contains("oauth_signature=") && !lossy(&text).contains("oauth_signature=") {
        return Err(ReadError::new("the input has oauth_signature outside the request; copy the request alone"));
    }
    let first = text.split(|byte| *byte == b'\n').next().map(lossy).unwrap_or_default();
    if let Some((method, url)) = known.filter(|_| header(first.trim()).is_some()) {
        text.splice(..0, format!("{method} {url}\n").into_bytes());
    }
    let (lines, body) = split(&text);
    let lines = std::str::from_utf8(lines).map_err(|error| {
        ReadError::new(format!("byte {} of the headers is not UTF-8; save the text as UTF-8", error.valid_up_to()))
    })?;
    let mut lines = lines.lines();
    let first = lines.next().unwrap_or_default().trim();
    let (method, target, _) = request_line(first).ok_or_else(|| not_a_request(first))?;
    let mut request = CapturedRequest::new(method, target);
    request.headers = headers(lines, &mut repairs)?;
    set_uri(&mut request, target, known, scheme.or(shown_scheme))?;
    set_body(&mut request, body, &mut repairs)?;
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

/// Method and target of the request line, and whether it has a version.
pub(super) fn request_line(line: &str) -> Option<(&str, &str, bool)> {
    let (method, rest) = line.split_once(char::is_whitespace)?;
    let is_method = !method.is_empty() && method.bytes().all(|it| it.is_ascii_uppercase() || it == b'-' || it == b'_');
    let rest = rest.trim();
    let is_version = |it: &str| {
        let it = it.to_ascii_lowercase();
        it == "h2" || it.strip_prefix("http/").is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit() || it == b'.'))
    };
    let version = rest.rsplit_once(char::is_whitespace).filter(|(_, version)| is_version(version));
    let target = version.map_or(rest, |(target, _)| target.trim());
    let is_target = (target.starts_with('/') || target.contains("://")) && !target.contains(" HTTP/");
    (is_method && is_target).then_some((method, target, version.is_some()))
}

/// Why a line is not the first one of a request.
fn not_a_request(line: &str) -> ReadError {
    let shown: String = line.chars().take(60).collect();
    let before = line.split_once(" HTTP/1").and_then(|(before, _)| before.rsplit_once(' ')?.0.rsplit_once(' '));
    ReadError::new(match before {
        _ if line.is_empty() => "the input has no request; it must begin with a line such as GET /path HTTP/1.1".into(),
        _ if line.starts_with("curl ") => "the input is a curl command; give it with --curl".into(),
        _ if line.starts_with("HTTP/") => format!("{shown} begins a response; give the text of the request"),
        _ if ["{", "["].contains(&line) || line.starts_with("{\"") || line.starts_with("[{") => {
            "the input is JSON, such as a HAR file; copy the request as a curl command and give it with --curl".into()
        }
        _ if line.starts_with("== Info") => "the input is the output of curl --trace; give that of curl -v".into(),
        Some((before, _)) => format!("{before} is in front of the request; remove it from each line"),
        _ if header(line).is_some() => format!("{shown} is a header; give METHOD and URL, too"),
        None => format!(
            "{shown} is not the first line of a request, such as GET /path HTTP/1.1; remove it, or copy the request as a curl command"
        ),
    })
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

/// Name and value of a header; `None` if the line is not one.
pub(super) fn header(line: &str) -> Option<(&str, &str)> {
    let is_token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&it);
    name_and_value(line).filter(|(name, _)| name.bytes().all(is_token))
}

/// The headers, with those joined that go on in the next line.
fn headers<'a>(
    lines: impl Iterator<Item = &'a str>,
    repairs: &mut Vec<Remark>,
) -> Result<Vec<(String, String)>, ReadError> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut quotes = 0;
    for line in lines {
        let is_folded = line.starts_with([' ', '\t']);
        let is_unnamed = line.starts_with("OAuth ");
        match (header(line.trim()).filter(|_| !is_folded), headers.last_mut()) {
            (Some((name, value)), _) => {
                quotes = value.matches('"').count();
                headers.push((name.to_string(), value.to_string()));
            }
            (None, Some((name, value)))
                if is_folded || !is_unnamed && (value.len() > 40 || name.eq_ignore_ascii_case("authorization")) =>
            {
                join(value, &mut quotes, line);
                if !is_folded {
                    let sentence = "A header is wrapped over several lines; they are joined.";
                    repairs.push(Remark::new("header-wrapped", sentence));
                }
            }
            (None, _) => {
                let line = line.trim();
                let advice = match is_unnamed {
                    true => "Authorization: is missing in front of it",
                    false => "a header is written as Name: value",
                };
                return Err(ReadError::new(format!("{line} is not a header; {advice}")));
            }
        }
    }
    Ok(headers)
}

/// Puts the URI together.
fn set_uri(
    request: &mut CapturedRequest,
    target: &str,
    known: Option<(&str, &str)>,
    scheme: Option<&str>,
) -> Result<(), ReadError> {
    let url = known
        .map(|(_, url)| {
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
        if let Some(scheme) = scheme {
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
    let outer = outer_authority(request, &authority).filter(|outer| url.is_none() && *outer != authority);
    if outer.is_some() {
        request.guesses.push(Guess::ForwardedHost);
    }
    let authority = outer.unwrap_or(authority);
    let protocol = forwarded(request, "x-forwarded-proto", "proto").unwrap_or_default();
    let forwarded = ["http", "https"].into_iter().find(|scheme| protocol.eq_ignore_ascii_case(scheme));
    let scheme = scheme.or(url.map(|url| url.scheme)).or(forwarded).or_else(|| scheme_of(&authority));
    if scheme.is_none() {
        request.guesses.push(Guess::Scheme);
    }
    request.uri = format!("{}://{authority}{target}", scheme.unwrap_or("https"));
    Ok(())
}

/// What a proxy tells of the request that it received, in its own header or in `Forwarded` (RFC 7239).
fn forwarded<'a>(request: &'a CapturedRequest, own: &'a str, parameter: &str) -> Option<&'a str> {
    let first = |name| request.header_values(name).next()?.split(',').next().map(str::trim);
    first(own).or_else(|| multipart::parameter(first("forwarded")?, parameter))
}

/// Host and port that the client sent to, if a proxy tells them.
fn outer_authority(request: &CapturedRequest, inner: &str) -> Option<String> {
    let host = forwarded(request, "x-forwarded-host", "host");
    let (name, _) = split_port(host.unwrap_or(inner));
    match forwarded(request, "x-forwarded-port", "") {
        Some("80" | "443") => Some(name.to_string()),
        Some(port) => Some([name, ":", port].concat()),
        None => host.map(ToString::to_string),
    }
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
fn set_body(request: &mut CapturedRequest, body: &[u8], repairs: &mut Vec<Remark>) -> Result<(), ReadError> {
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
    // An editor may have put a line break after the body.
    let shown = body.trim_ascii_end();
    let lines: Vec<&[u8]> = shown.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let is_open = |pair: &[&[u8]]| pair[0].ends_with(b"&") || pair[1].starts_with(b"&");
    let joined = lines.concat();
    let is_form = request.essence() == FORM;
    let is_broken = is_form
        && lines.len() > 1
        && length.map_or_else(|| lines.windows(2).all(is_open), |length| length == joined.len());
    let content = match (&dechunked, length) {
        (Some(content), _) => content.as_slice(),
        _ if is_broken => {
            repairs.push(Remark::new("form-lines", "The form is written over several lines. They are joined."));
            &joined
        }
        (None, Some(length)) => {
            let sentence = format!("Content-Length is {length}, but the body has {} bytes.", shown.len());
            if length < shown.len() {
                repairs.push(Remark::new("body-longer", sentence + " The rest is left out."));
            } else if !shown.is_empty() && body.len() < length {
                repairs.push(Remark::new("body-shorter", sentence));
            }
            &body[..length.min(body.len())]
        }
        (None, None) if is_form && lines.len() > 1 && !joined.starts_with(b"{") && !joined.starts_with(b"<") => {
            let message = "the form body has several lines; give it in one line, and nothing after it";
            return Err(ReadError::new(message));
        }
        (None, None) => shown,
    };
    request.body = match content {
        [] if lacks_chunks || length.is_some_and(|it| it > 0) => Body::Unknown,
        [] => Body::Absent,
        _ if is_compressed => Body::Unknown,
        _ => Body::Bytes(content.to_vec()),
    };
    if request.body_bytes().is_some() && request.media_type().is_none() {
        if let Some((name, _)) = header(lossy(lines[0]).as_str()) {
            let message = format!("{name} is after an empty line, which ends the headers; remove the empty line");
            return Err(ReadError::new(message));
        }
        request.guesses.push(Guess::MediaType);
    }
    Ok(())
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
