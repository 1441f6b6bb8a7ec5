//! What tools show of a request, brought into the form of a raw request.

use super::{
    ReadError,
    http::{header, name_and_value, request_line},
    transcript::Shown,
};
use crate::explain::{
    encode::encoded,
    request::{FORM, Remark},
};

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
    let line = line.to_ascii_lowercase();
    // Chrome has a count or buttons after the heading.
    let heading = line.split(" (").next()?.split("view ").next()?.trim_end_matches([':', ' ']);
    Some(match heading {
        "general" | "summary" => Section::General,
        "request" | "headers" | "request headers" => Section::Request,
        "response" | "response headers" | "response body" | "query string parameters" => Section::Ignored,
        "body" | "request body" | "request payload" => Section::Body,
        "form data" => Section::Form,
        _ => return None,
    })
}

/// The names of the field that shows the method.
const METHOD: [&str; 3] = ["request method", ":method", "method"];

/// The value of the last field that has one of the names.
fn last<'a>(fields: &[(&str, &'a str)], names: &[&str]) -> Option<&'a str> {
    let is_named = |(name, _): &&(&str, &str)| names.iter().any(|it| name.eq_ignore_ascii_case(it));
    fields.iter().rev().find(is_named).map(|(_, value)| *value)
}

/// A field of a form that is shown decoded, encoded again.
fn field(line: &str) -> Option<String> {
    let (name, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    (!name.contains(['=', '&'])).then(|| [encoded(name.as_bytes()), encoded(unquoted(value).as_bytes())].join("="))
}

/// A value without the quotes that Postman shows around it.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// Method and URL as .NET's `HttpRequestMessage.ToString()` prints them in front of the headers. It shows no body.
fn message(line: &str) -> Option<[(&str, &str); 3]> {
    let (method, rest) = line.strip_prefix("Method: ")?.split_once(", RequestUri: '")?;
    let (url, rest) = rest.split_once('\'')?;
    let framing = if rest.contains("Content: <null>") { "" } else { "chunked" };
    Some([(":method", method), ("request url", url), ("transfer-encoding", framing)])
}

/// Reads what Chrome, Safari and Postman show, into the form of HTTP/1.1, and the scheme, if the tool shows it.
///
/// `None` if the text is not a list of headers. `known` is the method and the URL, if they are known.
pub(super) fn read(
    text: &str,
    known: Option<(&str, &str)>,
    repairs: &mut Vec<Remark>,
) -> Result<Option<Shown>, ReadError> {
    let lines: Vec<&str> = text.lines().map(|line| line.trim().trim_start_matches(['▼', '▶', ' '])).collect();
    let is_listing = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["request url", ":method", ":path", "method: ", "url: "].iter().any(|start| line.starts_with(start))
            || matches!(section(&line), Some(Section::Request | Section::Body))
    };
    if lines.iter().any(|line| line.starts_with("> ")) || !lines.iter().any(is_listing) {
        return Ok(None);
    }
    repairs.push(Remark::new("tool-output", "The request is put together from a list of its headers."));
    let mut fields: Vec<(&str, &str)> = Vec::new();
    let mut body: Vec<&str> = Vec::new();
    let mut now = Section::General;
    let mut is_form = false;
    let mut rest = lines.into_iter().peekable();
    let mut previous = "";
    while let Some(line) = rest.next() {
        let is_after_empty = std::mem::replace(&mut previous, line).is_empty();
        if let Some(next) = section(line) {
            now = next;
            is_form |= now == Section::Form;
            continue;
        }
        // Newer versions of Chrome put the value into the next line.
        let (name, value) = name_and_value(line).unwrap_or((line, ""));
        let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b":-_ ".contains(&it));
        let method = last(&fields, &METHOD);
        if matches!(now, Section::General | Section::Request) && is_after_empty && !is_name && method.is_some() {
            now = Section::Body;
        }
        match now {
            Section::Ignored => {}
            // Buttons of Chrome.
            Section::Body | Section::Form if ["view source", "view URL encoded", "view parsed"].contains(&line) => {}
            Section::Body | Section::Form => body.push(line),
            Section::General | Section::Request => {
                if let (Some((method, target, _)), None) = (request_line(line), method) {
                    fields.extend([(":method", method), ("request url", target)]);
                    continue;
                }
                if let Some(message) = message(line) {
                    fields.extend(message);
                    continue;
                }
                let is_header = |next: &str| next.contains(": ") && header(next).is_some();
                let is_value = |next: &&str| value.is_empty() && is_name && section(next).is_none() && !is_header(next);
                fields.push((name, rest.next_if(is_value).unwrap_or(unquoted(value))));
            }
        }
    }
    let method = last(&fields, &METHOD).or(known.map(|(method, _)| method)).ok_or_else(|| {
        ReadError::new("the list of headers does not show the method; add a line such as Request Method: GET")
    })?;
    let target = [&["url"][..], &["request url"], &[":path"]].iter().find_map(|names| last(&fields, names));
    let target = target.or(known.map(|(_, url)| url)).ok_or_else(|| {
        ReadError::new("the list of headers does not show the URL; add a line such as Request URL: https://...")
    })?;
    while body.last().is_some_and(|line| line.is_empty()) {
        body.pop();
    }
    is_form |= last(&fields, &["content-type"]).is_some_and(|it| it.to_ascii_lowercase().starts_with(FORM));
    let form: Option<Vec<_>> = body.iter().map(|line| field(line)).collect();
    let form = form.filter(|form| is_form && !form.is_empty());
    if form.is_some() {
        repairs.push(Remark::new("form-decoded", "The form is shown decoded. It is encoded again."));
    }
    let mut request = format!("{method} {target} HTTP/1.1\n");
    if let Some(host) = last(&fields, &[":authority"]) {
        request += &format!("Host: {host}\n");
    }
    for (index, (name, value)) in fields.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        let is_other =
            name.contains(' ') || name.starts_with(':') || ["status", "network", "url", "method"].contains(&&*lower);
        // Without headings the headers of the response come first.
        let is_of_response = lower.starts_with("content-") && last(&fields[index + 1..], &[name]).is_some();
        let is_length = form.is_some() && lower == "content-length";
        if !is_other && !is_of_response && !is_length && !value.is_empty() {
            request += &format!("{name}: {value}\n");
        }
    }
    request += &["\n", &form.map_or_else(|| body.join("\n"), |form| form.join("&"))].concat();
    let scheme =
        last(&fields, &[":scheme"]).map(|scheme| if scheme.eq_ignore_ascii_case("http") { "http" } else { "https" });
    Ok(Some((request.into_bytes(), scheme)))
}
