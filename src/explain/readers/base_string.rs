//! Reads a base string (RFC 5849 §3.4.1) as a server, a log or another library shows it.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::text::{Repaired, without_escapes};
use crate::explain::{
    encode::{Encoder, decode, lossy},
    recipe::context::pairs,
    request::Remark,
};

/// A way to read a base string.
#[derive(Clone, Debug)]
pub(crate) struct BaseString {
    /// The base string; for parameters alone, only these.
    pub(crate) text: Vec<u8>,
    pub(crate) repairs: Vec<Remark>,
    /// Whether these are the normalized parameters alone.
    pub(crate) is_parameters_alone: bool,
}

impl BaseString {
    fn with(&self, text: Vec<u8>, id: &'static str, what: &str) -> Self {
        let mut other = self.clone();
        other.text = text;
        other.repairs.push(Remark::new(id, what));
        other
    }
}

/// The ways to read a base string, the likeliest first. None if it is not a base string.
pub(crate) fn read(text: &str) -> Vec<BaseString> {
    let mut start = BaseString { text: Vec::new(), repairs: Vec::new(), is_parameters_alone: false };
    let text = unwrapped(text, &mut start.repairs);
    let text = match method_start(&text) {
        Some(at) => {
            let end = text[at..].find(['"', '\'', ' ', '\t']).map_or(text.len(), |end| at + end);
            if at > 0 || end < text.len() {
                start.repairs.push(Remark::new(
                    "base-string-wrapping",
                    "The text around the base string, such as quotes or a label, is left out.",
                ));
            }
            text[at..end].to_string()
        }
        None => text,
    };
    let bytes = text.as_bytes();
    start.text = bytes.to_vec();
    let is_encoded_again = method_length(&text).is_some_and(|length| text[length..].starts_with("%26"));
    if is_encoded_again {
        return vec![start.with(
            decode(bytes, false),
            "base-string-encoded-again",
            "The base string is percent-encoded once more than a base string is; it is decoded once.",
        )];
    }
    let parts: Vec<&[u8]> = bytes.splitn(3, |byte| *byte == b'&').collect();
    if let ([method, uri, parameters], Some(_)) = (parts.as_slice(), method_length(&text)) {
        let has = |part: &[u8], what: &[u8]| part.windows(what.len()).any(|it| it == what);
        let encode = |part: &[u8]| Encoder::RIGHT.encode(part, 1);
        if has(uri, b"://") && (parameters.contains(&b'=') || parameters.is_empty()) {
            let encoded = [method, &*encode(uri), &encode(parameters)].join(&b'&');
            let encoded = start.with(
                encoded,
                "base-string-decoded",
                "The base string is shown decoded; it is encoded again, assuming that only the copy was decoded.",
            );
            return vec![encoded, start];
        }
        return vec![start];
    }
    // The parameters alone, as they are before or after the encoding of the base string.
    let normalized = if text.contains("%3D") && !text.contains('=') { decode(bytes, false) } else { bytes.to_vec() };
    let list = pairs(&normalized);
    let is_protocol = |name: &[u8]| name.starts_with(b"oauth_");
    if list.iter().any(|raw| is_protocol(raw.name)) && list.iter().all(|raw| raw.value.is_some()) {
        start.text = Encoder::RIGHT.encode(&normalized, 1);
        start.is_parameters_alone = true;
        start.repairs.push(Remark::new(
            "base-string-parameters-only",
            "The text has only the normalized parameters. Method and URI are taken from the request.",
        ));
        return vec![start];
    }
    Vec::new()
}

/// The text without escapes, entities and line breaks, and out of JSON or a form.
fn unwrapped(text: &str, repairs: &mut Vec<Remark>) -> String {
    let mut text = Repaired::new(text, repairs);
    if text.text.contains("&amp;") {
        text.read_entities();
    }
    // A response in the form of OAuth's problem reporting.
    let name = "oauth_signature_base_string=";
    if let Some((_, value)) = text.text.split_once(name) {
        let value = value.split(['&', '\n']).next().unwrap_or_default();
        let value = lossy(&decode(value.as_bytes(), true));
        let sentence = "The base string is the decoded value of oauth_signature_base_string.";
        text.change("base-string-in-form", sentence, |_| value);
    }
    let sentence = "Backslashes, as in \\u0026 and \\/, are read as the characters they stand for.";
    text.change("base-string-escapes", sentence, without_escapes);
    let sentence = "The base string is on several lines; they are joined.";
    text.change("base-string-on-lines", sentence, on_one_line);
    text.text
}

fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [method, uri, parameters] if method_length(method) == Some(method.len()) => {
            [*method, uri.trim_matches('&'), parameters.trim_matches('&')].join("&")
        }
        _ => lines.concat(),
    }
}

/// The length of the method at the beginning of a text.
fn method_length(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &text[length..];
    let ends = rest.is_empty() || rest.starts_with('&') || rest.starts_with("%26");
    (ends && (3..=7).contains(&length)).then_some(length)
}

/// Where the method of a base string begins: a word with `&` or `%26` and a URI after it.
fn method_start(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let separators = ["&http", "%26http"];
    let separator = separators.iter().filter_map(|it| lower.find(it)).min()?;
    let length = lower[..separator].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    (3..=7).contains(&length).then_some(separator - length)
}
