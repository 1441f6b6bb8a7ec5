//! What tools show of a request, brought into the form of a raw request.

use super::{ReadError, http::name_and_value};
use crate::explain::{
    encode::{encoded, lossy},
    request::Remark,
};

/// Reads the output of `curl -v`, Insomnia's timeline, Postman's console or Chrome's list of headers, into the form of
/// HTTP/1.1 and the scheme, if the tool shows it. Other text is left as it is.
pub(super) fn read(text: &[u8], repairs: &mut Vec<Remark>) -> Result<(Vec<u8>, Option<&'static str>), ReadError> {
    let shown = lossy(text);
    let lines: Vec<&str> = shown.lines().collect();
    let is_verbose = |line: &&str| {
        line.strip_prefix("> ").is_some_and(|rest| rest.split(' ').nth(1).is_some_and(|it| it.starts_with(['/', 'h'])))
    };
    if lines.iter().any(is_verbose) {
        repairs.push(Remark::new("tool-output", "The request is taken from the lines that begin with >."));
        return Ok(verbose(&lines));
    }
    let is_listing = |line: &&str| {
        let line = line.trim().to_ascii_lowercase();
        ["request url", ":method", ":path"].iter().any(|start| line.starts_with(start))
            || section(&line) == Some(Section::Request)
    };
    if lines.iter().any(is_listing) {
        repairs.push(Remark::new("tool-output", "The request is put together from a list of its headers."));
        return listing(&lines);
    }
    Ok((text.trim_ascii_start().to_vec(), None))
}

/// The lines that begin with `>`, as curl and Insomnia print them, and those of the body, which Insomnia begins with
/// `|`.
fn verbose(lines: &[&str]) -> (Vec<u8>, Option<&'static str>) {
    let mut requests: Vec<String> = Vec::new();
    let mut is_in_headers = false;
    let mut scheme = None;
    for line in lines {
        if let Some(rest) = line.strip_prefix('>') {
            if !is_in_headers {
                requests.push(String::new());
            }
            is_in_headers = !rest.trim().is_empty();
            if let Some(request) = requests.last_mut() {
                *request += &format!("{}\n", rest.strip_prefix(' ').unwrap_or(rest).trim_end());
            }
        } else if let (Some(rest), Some(request)) = (line.strip_prefix("| "), requests.last_mut()) {
            // An empty line ends the headers, and not all tools show it.
            if !request.ends_with("\n\n") {
                request.push('\n');
            }
            is_in_headers = false;
            *request += rest;
        } else if line.starts_with('*') {
            let is = |text: &str| line.contains(text);
            if is("https://") || is(" port 443") || is(":443...") || is("SSL connection") || is("TLS handshake") {
                scheme = Some("https");
            } else if is("http://") || is(" port 80 ") || is(":80...") {
                scheme = scheme.or(Some("http"));
            }
        } else {
            is_in_headers = false;
        }
    }
    // A client may first have sent a request without a signature.
    let signed = requests.iter().position(|it| it.to_ascii_lowercase().contains("\nauthorization: oauth"));
    let request = requests.swap_remove(signed.unwrap_or(0));
    (request.into_bytes(), scheme)
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Section {
    General,
    Request,
    Body,
    Form,
    Ignored,
}

/// The section that a heading begins.
fn section(line: &str) -> Option<Section> {
    let line = line.trim().trim_start_matches(['▼', '▶', ' ']).to_ascii_lowercase();
    [
        ("general", Section::General),
        ("request headers", Section::Request),
        ("response headers", Section::Ignored),
        ("response body", Section::Ignored),
        ("query string parameters", Section::Ignored),
        ("request body", Section::Body),
        ("request payload", Section::Body),
        ("form data", Section::Form),
    ]
    .into_iter()
    .find(|(heading, _)| line.strip_prefix(heading).is_some_and(|rest| !rest.contains(':') || rest.trim() == ":"))
    .map(|(_, section)| section)
}

/// The names of the field that shows the method.
const METHOD: [&str; 2] = ["request method", ":method"];

/// The value of the last field that has one of the names.
fn last<'a>(fields: &[(&str, &'a str)], names: &[&str]) -> Option<&'a str> {
    let is_named = |(name, _): &&(&str, &str)| names.iter().any(|it| name.eq_ignore_ascii_case(it));
    fields.iter().rev().find(is_named).map(|(_, value)| *value)
}

/// A list of headers under headings, with the URL in a line or in pseudo headers.
fn listing(lines: &[&str]) -> Result<(Vec<u8>, Option<&'static str>), ReadError> {
    let mut fields: Vec<(&str, &str)> = Vec::new();
    let mut body: Vec<String> = Vec::new();
    let mut now = Section::General;
    let mut rest = lines.iter().map(|line| line.trim()).peekable();
    while let Some(line) = rest.next() {
        if let Some(next) = section(line) {
            now = next;
            continue;
        }
        match now {
            Section::Ignored => {}
            Section::Body => body.push(line.to_owned()),
            Section::Form => body.push(match line.split_once(": ") {
                Some((name, value)) => [encoded(name.as_bytes()), encoded(value.as_bytes())].join("="),
                None => line.to_owned(),
            }),
            Section::General | Section::Request => {
                if let (Some((word, target)), None) = (line.split_once(' '), last(&fields, &METHOD))
                    && word.bytes().all(|it| it.is_ascii_uppercase())
                    && target.contains('/')
                {
                    let target = target.strip_suffix("HTTP/1.1").unwrap_or(target).trim();
                    fields.extend([(":method", word), ("request url", target)]);
                    continue;
                }
                let (name, value) = name_and_value(line).unwrap_or((line, ""));
                // Newer versions of Chrome put the value into the next line.
                let is_name =
                    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b":-_ ".contains(&it));
                let is_value = |next: &&str| value.is_empty() && is_name && section(next).is_none();
                fields.push((name, rest.next_if(is_value).unwrap_or(value)));
            }
        }
    }
    let method = last(&fields, &METHOD).ok_or_else(|| {
        ReadError::new("the list of headers does not show the method; add a line such as Request Method: GET")
    })?;
    let target = last(&fields, &["request url"]).or_else(|| last(&fields, &[":path"])).ok_or_else(|| {
        ReadError::new("the list of headers does not show the URL; add a line such as Request URL: https://...")
    })?;
    let mut request = format!("{method} {target} HTTP/1.1\n");
    if let Some(host) = last(&fields, &[":authority"]) {
        request += &format!("Host: {host}\n");
    }
    for (name, value) in &fields {
        let is_other =
            name.contains(' ') || name.starts_with(':') || ["status", "network"].contains(&&*name.to_ascii_lowercase());
        if !is_other && !value.is_empty() {
            request += &format!("{name}: {value}\n");
        }
    }
    let separator = if now == Section::Form && body.iter().all(|line| line.contains('=')) { "&" } else { "\n" };
    while body.last().is_some_and(String::is_empty) {
        body.pop();
    }
    request += &["\n", &body.join(separator)].concat();
    let scheme =
        last(&fields, &[":scheme"]).map(|scheme| if scheme.eq_ignore_ascii_case("http") { "http" } else { "https" });
    Ok((request.into_bytes(), scheme))
}
