//! Finds the request in what tools and loggers print: between responses, other requests and messages of the tool.

use super::{
    http::{header, request_line},
    text::without_escapes,
};
use crate::explain::{encode::lossy, request::Remark};

/// The status codes of responses that name another URL.
const REDIRECTS: [&str; 5] = ["301", "302", "303", "307", "308"];

/// A request in the form of HTTP/1.1, and the scheme if the tool shows it.
pub(super) type Shown = (Vec<u8>, Option<&'static str>);

/// A request with what is in front of its first line, and the scheme if the tool shows it.
struct Request<'a> {
    marker: String,
    first: &'a [u8],
    rest: Vec<&'a [u8]>,
    scheme: Option<&'static str>,
    is_redirected: bool,
}

/// The request in a text, without what is in front of its lines, and the scheme if the tool shows it.
///
/// Of several requests it is the last one that was signed. Later ones with the same signature are redirected copies.
pub(super) fn read(text: &[u8], repairs: &mut Vec<Remark>) -> Shown {
    let literals = literals(&lossy(text));
    let mut requests: Vec<Request<'_>> = Vec::new();
    let mut is_open = false;
    let mut scheme = None;
    for line in literals.as_deref().unwrap_or(text).split_inclusive(|byte| *byte == b'\n') {
        let shown = lossy(line);
        scheme = scheme_of(&shown).or(scheme);
        if let Some(marker) = marker(&shown, is_open) {
            let marker = marker.to_string();
            requests.push(Request { marker, first: line, rest: Vec::new(), scheme, is_redirected: false });
            is_open = true;
        } else if let Some(request) = requests.last_mut() {
            let is_end = is_end(shown.trim());
            is_open &= !is_end;
            request.is_redirected |= is_end && shown.split(' ').any(|word| REDIRECTS.contains(&word));
            request.rest.extend(is_open.then_some(line));
        }
    }
    let texts: Vec<Vec<u8>> = requests.iter().map(Request::text).collect();
    let signatures: Vec<Option<String>> = texts.iter().map(|text| signature(&lossy(text))).collect();
    let last = signatures.iter().rposition(Option::is_some).unwrap_or(0);
    let Some(chosen) = signatures.iter().position(|it| *it == signatures[last]) else {
        return (text.trim_ascii_start().to_vec(), None);
    };
    let request = &requests[chosen];
    let is_output =
        !request.marker.trim().is_empty() || !text.trim_ascii_start().starts_with(request.first.trim_ascii());
    let several = format!("The input has {} requests. Number {} is judged.", texts.len(), chosen + 1);
    let remarks = [
        (is_output, "tool-output", "The request is taken from the output of a tool. The text around it is left out."),
        (texts.len() > 1, "requests-several", &several),
        (
            request.is_redirected || chosen < last,
            "redirected",
            "The request was redirected. A signature cannot be used again after that: sign for the new URL.",
        ),
    ];
    repairs.extend(remarks.into_iter().filter(|it| it.0).map(|(_, id, sentence)| Remark::new(id, sentence)));
    (texts[chosen].clone(), request.scheme)
}

impl Request<'_> {
    /// The text as it was sent.
    fn text(&self) -> Vec<u8> {
        let mut text = self.first.strip_prefix(self.marker.as_bytes()).unwrap_or_default().to_vec();
        let start = self.rest.iter().position(|line| !line.trim_ascii().is_empty()).unwrap_or(0);
        let shown = self.rest.get(start).map(|line| lossy(line)).unwrap_or_default();
        // The other lines may have all of the marker, its last word, an indentation, or nothing in front.
        let word = self.marker.split_whitespace().last().unwrap_or_default();
        let marker = [&self.marker, word].into_iter().find(|it| !it.trim().is_empty() && shown.starts_with(*it));
        let indentation = &shown[..shown.len() - shown.trim_start_matches([' ', '\t']).len()];
        let prefix = marker.map_or(indentation, str::trim_end);
        // Empty lines between the first line and the headers.
        let has_headers = header(shown[prefix.len()..].trim()).is_some();
        let mut is_body = false;
        for line in &self.rest[if has_headers { start } else { 0 }..] {
            let is_empty = line.trim_ascii().is_empty();
            let content = match line.strip_prefix(prefix.as_bytes()) {
                // curl shows no body.
                _ if is_body && marker.is_none() && word == ">" => continue,
                Some(content) if marker.is_some() => content.strip_prefix(b" ").unwrap_or(content),
                Some(content) => content,
                None if marker.is_some() && (is_empty || line.starts_with(b"| ")) => {
                    text.extend(if is_body { &b""[..] } else { b"\n" });
                    is_body = true;
                    line.strip_prefix(b"| ").unwrap_or_default()
                }
                None if marker.is_some() && (is_body || [b'*', b'{', b'}'].contains(&line[0])) => continue,
                // A terminal has broken the line before, or an empty line is not indented.
                None => line,
            };
            is_body |= content.trim_ascii().is_empty();
            text.extend(content);
        }
        text
    }
}

/// What is in front of the request line; `None` if the line is not one. Inside a request, it must have a version.
fn marker(line: &str, is_inside: bool) -> Option<&str> {
    let (marker, rest) = line.split_at(line.find(char::is_alphabetic)?);
    let (_, target, has_version) = request_line(rest.trim())?;
    // curl --trace numbers the bytes.
    let is_numbered = marker == "0000: ";
    (!is_numbered && (has_version || !is_inside && !target.contains(char::is_whitespace))).then_some(marker)
}

/// Whether a line ends a request: the first one of a response, or one that separates messages.
fn is_end(line: &str) -> bool {
    let start = line.trim_start_matches(['<', '-', '←', ' ']);
    let status = match start.split_once(' ') {
        Some((version, rest)) if version.starts_with("HTTP/") => rest,
        _ if start.len() < line.len() => start,
        _ => "",
    };
    let code = status.split(' ').next().unwrap_or_default();
    let first = line.chars().next().filter(|it| "<>=-~*#_".contains(*it));
    (code.len() == 3 && code.parse::<u16>().is_ok())
        || first.is_some_and(|first| line.len() >= 3 && line.chars().all(|it| it == first))
        || ["```", "###", "--> END", "---request"].iter().any(|start| line.starts_with(start))
}

/// The scheme that a message of curl shows.
fn scheme_of(line: &str) -> Option<&'static str> {
    let message = line.trim_start_matches(|it: char| it.is_ascii_digit() || ":. ".contains(it));
    let has = |texts: &[&str]| message.starts_with('*') && texts.iter().any(|text| message.contains(text));
    if has(&["https://", " port 443", ":443...", "SSL connection", "TLS handshake"]) {
        return Some("https");
    }
    has(&["http://", " port 80 ", ":80..."]).then_some("http")
}

/// The signature, as it is written.
fn signature(request: &str) -> Option<String> {
    let (_, rest) = request.split_once("oauth_signature=")?;
    rest.split([',', '&', ' ', '\r', '\n']).next().map(ToString::to_string)
}

/// What is in front of the string literal that has the request line.
fn literal_start(line: &str) -> Option<&str> {
    let (first, _) = line.split_once(" HTTP/1.1\\r\\n")?;
    let (before, _) = first.rsplit_once(' ')?;
    let before = before.trim_end_matches(|it: char| it.is_ascii_uppercase()).strip_suffix(['"', '\''])?;
    Some(before.strip_suffix('b').unwrap_or(before)).filter(|it| !it.contains(['"', '\'', '{']))
}

/// A request that is printed as string literals, as Python, Ruby, Go and Node do; `None` if there is none.
fn literals(text: &str) -> Option<Vec<u8>> {
    let start = text.lines().find_map(literal_start)?;
    let mut all = String::new();
    for line in text.lines() {
        let literal = line.strip_prefix(start).unwrap_or_default().trim_end_matches([',', ' ']);
        let literal = literal.strip_prefix('b').unwrap_or(literal);
        let content = ['"', '\''].iter().find_map(|quote| literal.strip_prefix(*quote)?.strip_suffix(*quote));
        all.push_str(if literal_start(line).is_some() { "\n" } else { "" });
        let lines = content.unwrap_or_default().replace("\\r\\n", "\r\n");
        all.extend(lines.split_inclusive('\n').map(without_escapes));
    }
    Some(all.into_bytes())
}
