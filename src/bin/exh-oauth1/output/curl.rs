//! A signed request as a command of curl's, for a POSIX shell.

use clap::ValueEnum;
use exh_oauth1::client::SignedRequest;

use super::json;
use crate::{failure::Failure, options::GlobalOptions};

/// The most octets that are given as one argument: Linux takes 128 KiB.
const ARGUMENT_LIMIT: usize = 100_000;

/// What a signed request can be printed as.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum As {
    Curl,
}

/// What a command sends.
pub(crate) struct Command<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: Body<'a>,
}

/// What it carries; curl reads files itself.
pub(crate) enum Body<'a> {
    None,
    Octets(&'a [u8]),
    File(&'a str),
    /// Names and values; a value of `@FILE` is a file.
    Parts(&'a [(String, String)]),
}

impl<'a> Command<'a> {
    /// Takes a request; `streamed` is the body that it does not hold itself.
    pub(crate) fn new(request: &'a SignedRequest, streamed: Body<'a>) -> Self {
        let has_body = request
            .headers()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let body = match request.body() {
            _ if !has_body => Body::None,
            Some(octets) => Body::Octets(octets),
            None => streamed,
        };
        // curl makes these itself, as they are here.
        let is_own = |name: &str, value: &str| match name {
            "host" | "content-length" => true,
            "accept" => value == "*/*",
            // It has the boundary between the parts.
            "content-type" => matches!(body, Body::Parts(_)),
            _ => false,
        };
        let headers = request.headers();
        Self {
            method: request.method(),
            url: request.url(),
            headers: headers
                .filter(|(name, value)| !is_own(name, value))
                .collect(),
            body,
        }
    }

    /// The command, an option on each line.
    pub(crate) fn text(&self, global: &GlobalOptions) -> Result<String, Failure> {
        let has_body = !matches!(self.body, Body::None);
        // As it is signed (RFC 5849 §3.4.1.1).
        let method = self.method.to_ascii_uppercase();
        if method == "HEAD" && has_body {
            return Err(Failure::usage("curl sends no body with HEAD"));
        }
        let mut words = vec![vec!["curl".to_owned(), quoted(self.url)]];
        let mut option = |name: &str, value: &str| {
            words.push(if value.is_empty() {
                vec![name.to_owned()]
            } else {
                vec![name.to_owned(), quoted(value)]
            });
        };
        match method.as_str() {
            "HEAD" => option("--head", ""),
            "GET" if !has_body => {}
            "POST" if has_body => {}
            method => option("--request", method),
        }
        // Otherwise curl changes these spellings of a URL.
        if self.url.contains(['[', ']', '{', '}']) {
            option("--globoff", "");
        }
        if self.url.contains("/.") {
            option("--path-as-is", "");
        }
        for (name, value) in &self.headers {
            let separator = if value.is_empty() { ";" } else { ": " };
            option("--header", &format!("{name}{separator}{value}"));
        }
        let is_typed = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("content-type");
        if matches!(self.body, Body::Octets(_) | Body::File(_))
            && !self.headers.iter().any(is_typed)
        {
            option("--header", "content-type:");
        }
        for given in &global.resolve {
            let port = given.port.unwrap_or_else(|| port(self.url));
            option(
                "--resolve",
                &format!("{}:{port}:{}", given.host, given.address),
            );
        }
        if let Some(path) = &global.ca_file {
            option("--cacert", &path.to_string_lossy());
        }
        let mut input = String::new();
        match self.body {
            Body::None => {}
            Body::Octets(octets) => match argument(octets) {
                Some(text) => words.push(vec!["--data-raw".to_owned(), quoted(text)]),
                None => {
                    input = format!("printf '{}' | ", escaped(octets));
                    option("--data-binary", "@-");
                }
            },
            Body::File(path) => option("--data-binary", &format!("@{}", file(path))),
            Body::Parts(parts) => {
                for (name, value) in parts {
                    match value.strip_prefix('@') {
                        Some(path) => option(
                            "--form",
                            &format!(
                                "{name}=@\"{}\";type=application/octet-stream",
                                file(path).replace('\\', "\\\\").replace('"', "\\\"")
                            ),
                        ),
                        None => option("--form-string", &format!("{name}={value}")),
                    }
                }
            }
        }
        let lines: Vec<_> = words.iter().map(|words| words.join(" ")).collect();
        Ok(format!("{input}{}", lines.join(" \\\n  ")))
    }
}

/// The octets as text, where they can stand on a command line and on a terminal as they are.
fn argument(octets: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(octets).ok()?;
    let is_plain = |one: char| matches!(one, '\n' | '\t') || !json::is_harmful(one);
    (octets.len() <= ARGUMENT_LIMIT && text.chars().all(is_plain)).then_some(text)
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain =
        |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.' | '/' | ':' | '@');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Octets as the format of POSIX's `printf`, between single quotes.
fn escaped(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    for (index, octet) in octets.iter().enumerate() {
        match octet {
            b'\\' => text.push_str("\\\\"),
            b'%' => text.push_str("%%"),
            b'\n' => text.push_str("\\n"),
            // It would begin an option.
            b'-' if index == 0 => text.push_str("\\055"),
            b' '..=b'~' if *octet != b'\'' => text.push(char::from(*octet)),
            _ => text.push_str(&format!("\\{octet:03o}")),
        }
    }
    text
}

/// curl takes `-` for standard input.
fn file(path: &str) -> &str {
    if path == "-" { "./-" } else { path }
}

/// The port of a URL.
pub(crate) fn port(url: &str) -> u16 {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let port = authority
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    port.unwrap_or(if scheme.eq_ignore_ascii_case("http") {
        80
    } else {
        443
    })
}
