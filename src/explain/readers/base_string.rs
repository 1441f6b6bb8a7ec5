//! Reads a base string (RFC 5849 §3.4.1) as a server, a log or another library shows it.

use super::{
    placement::is_protocol,
    text::{Repaired, without_escapes},
};
use crate::explain::{
    encode::{decode, encoded, lossy},
    recipe::{Raw, pairs},
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
    let mut repairs = Vec::new();
    let text = unwrapped(text, &mut repairs);
    let bytes = text.as_bytes();
    let start = BaseString { text: bytes.to_vec(), repairs, is_parameters_alone: false };
    let method = method_length(&text);
    if method.is_some_and(|length| text[length..].starts_with("%26")) {
        return vec![start.with(
            decode(bytes, false),
            "base-string-encoded-again",
            "The base string is percent-encoded once more than a base string is; it is decoded once.",
        )];
    }
    let parts: Vec<&str> = text.splitn(3, '&').collect();
    if let ([method, uri, parameters], Some(_)) = (parts.as_slice(), method) {
        if uri.contains("://") && (parameters.contains('=') || parameters.is_empty()) {
            let encoded = start.with(
                [*method, &encoded(uri.as_bytes()), &encoded(parameters.as_bytes())].join("&").into_bytes(),
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
    let is_parameter = |raw: &Raw<'_>| raw.value.is_some() && !raw.name.iter().any(u8::is_ascii_whitespace);
    if list.iter().any(is_protocol) && list.iter().all(is_parameter) {
        let alone = start.with(
            encoded(&normalized).into_bytes(),
            "base-string-parameters-only",
            "The text has only the normalized parameters. Method and URI are taken from the request.",
        );
        return vec![BaseString { is_parameters_alone: true, ..alone }];
    }
    Vec::new()
}

/// The text without escapes, entities and line breaks, and out of JSON, a log or a form.
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
    let sentence = "The text around the base string, such as quotes or a label, is left out.";
    text.change("base-string-wrapping", sentence, alone);
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

/// The base string without the text around it: a word with `&` or `%26` and a URI after it, up to a quote or a blank.
fn alone(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let separator = ["&http", "%26http"].iter().filter_map(|it| lower.find(it)).min().unwrap_or(0);
    let length = lower[..separator].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    if !(3..=7).contains(&length) {
        return text.to_string();
    }
    text[separator - length..].split(['"', '\'', ' ', '\t']).next().unwrap_or_default().to_string()
}
