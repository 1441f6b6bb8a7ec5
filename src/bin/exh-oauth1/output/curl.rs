//! A signed request as a curl command for a POSIX shell.

use clap::ValueEnum;
use exh_oauth1::client::SignedRequest;

use super::json;
use crate::{failure::Failure, options::GlobalOptions};

/// The largest argument, in bytes. The limit of Linux is 128 KiB.
const ARGUMENT_LIMIT: usize = 100_000;

/// The tools that a signed request can be printed for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Tool {
    Curl,
}

/// The request that a command sends.
pub(crate) struct Command<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: Body<'a>,
}

/// The body. curl reads files itself.
pub(crate) enum Body<'a> {
    None,
    Bytes(&'a [u8]),
    File(&'a str),
    /// Names and values; a value of `@FILE` is a file.
    Parts(&'a [(String, String)]),
}

impl<'a> Command<'a> {
    /// `streamed` is the body of a request that does not hold it.
    pub(crate) fn new(request: &'a SignedRequest, streamed: Body<'a>) -> Self {
        let has_body = request.headers().any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let body = match request.body() {
            _ if !has_body => Body::None,
            Some(bytes) => Body::Bytes(bytes),
            None => streamed,
        };
        // curl sends the same ones itself.
        let is_own = |name: &str, value: &str| match name {
            "host" | "content-length" => true,
            "accept" => value == "*/*",
            // curl chooses another boundary.
            "content-type" => matches!(body, Body::Parts(_)),
            _ => false,
        };
        let headers = request.headers();
        Self {
            method: request.method(),
            url: request.url(),
            headers: headers.filter(|(name, value)| !is_own(name, value)).collect(),
            body,
        }
    }

    /// The command, with one option on each line.
    pub(crate) fn text(&self, global: &GlobalOptions) -> Result<String, Failure> {
        let has_body = !matches!(self.body, Body::None);
        // The signature covers the method in upper case (RFC 5849 §3.4.1.1).
        let method = self.method.to_ascii_uppercase();
        if method == "HEAD" && has_body {
            return Err(Failure::usage("curl cannot send a body with HEAD"));
        }
        let mut words = vec![vec!["curl".to_owned(), quoted(self.url)]];
        let mut option = |name: &str, value: &str| {
            words.push(if value.is_empty() { vec![name.to_owned()] } else { vec![name.to_owned(), quoted(value)] });
        };
        match method.as_str() {
            "HEAD" => option("--head", ""),
            "GET" if !has_body => {}
            "POST" if has_body => {}
            method => option("--request", method),
        }
        // By default, curl changes these parts of a URL.
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
        if matches!(self.body, Body::Bytes(_) | Body::File(_)) && !self.headers.iter().any(is_typed) {
            option("--header", "content-type:");
        }
        for given in &global.resolve {
            let port = given.port.unwrap_or_else(|| port(self.url));
            option("--resolve", &format!("{}:{port}:{}", given.host, given.address));
        }
        if let Some(path) = &global.ca_file {
            option("--cacert", &path.to_string_lossy());
        }
        let mut input = String::new();
        match self.body {
            Body::None => {}
            Body::Bytes(bytes) => match argument(bytes) {
                Some(text) => words.push(vec!["--data-raw".to_owned(), quoted(text)]),
                None => {
                    input = format!("printf '{}' | ", escaped(bytes));
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

/// The bytes as text, if they can be on a command line and on a terminal as they are.
fn argument(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_plain = |one: char| matches!(one, '\n' | '\t') || !json::is_harmful(one);
    (bytes.len() <= ARGUMENT_LIMIT && text.chars().all(is_plain)).then_some(text)
}

/// A word, quoted for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.' | '/' | ':' | '@');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Bytes as a format of POSIX's `printf`, in single quotes.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'%' => text.push_str("%%"),
            b'\n' => text.push_str("\\n"),
            // Otherwise it would begin an option.
            b'-' if index == 0 => text.push_str("\\055"),
            b' '..=b'~' if *byte != b'\'' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text
}

/// For curl, `-` is standard input.
fn file(path: &str) -> &str {
    if path == "-" { "./-" } else { path }
}

/// The port of a URL.
pub(crate) fn port(url: &str) -> u16 {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.unwrap_or(if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 })
}
