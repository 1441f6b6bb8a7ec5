//! Reads a base string (RFC 5849 §3.4.1) as a server, a log or another library shows it.

use std::collections::HashSet;

use super::{
    ReadError,
    placement::is_protocol,
    text::{Repaired, with_pieces_joined, without_escapes},
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

/// The ways to read a base string, the likeliest first. None if the text has none.
///
/// # Errors
///
/// [`ReadError`] if it cannot be told where the base string ends.
pub(crate) fn read(text: &str) -> Result<Vec<BaseString>, ReadError> {
    let mut repairs = Vec::new();
    let shown = unescaped(text, &mut repairs);
    let joined = with_joined_parts(&shown);
    let start = start(&joined);
    let mut text = joined[start.unwrap_or(0)..].trim_start_matches(ends).to_string();
    let is_part = text != shown;
    if method_length(&text).is_some_and(|length| text[length..].starts_with("%26")) {
        let sentence = "The base string is percent-encoded once more than a base string is; it is decoded once.";
        repairs.push(Remark::new("base-string-encoded-again", sentence));
        text = lossy(&decode(text.split('&').next().unwrap_or_default().as_bytes(), false));
    }
    let (whole, lengths, rest) = pieces(&text);
    let rest_of_line = rest.lines().next().unwrap_or_default();
    if whole.contains('=') && rest.starts_with([' ', '\t']) && rest_of_line.contains('&') {
        return Err(ReadError::new(
            "The base string is shown decoded and has a space in it, so that its values cannot be told apart. Give it as it was signed.",
        ));
    }
    // With and without the last piece, which may be another word.
    let lengths = lengths.iter().rev().take(2).chain(lengths.first());
    let mut owns: Vec<&str> = lengths.map(|length| &whole[..*length]).collect();
    // In a form other pairs follow, and in a sentence or in source text a mark.
    let pair = whole.match_indices('&').nth(2).map(|(end, _)| &whole[..end]).filter(|own| !own.contains('='));
    let sentence = whole.trim_end_matches(MARKS_AFTER);
    let sentence = sentence.strip_suffix('.').filter(|own| !own.ends_with('.')).unwrap_or(sentence);
    owns.insert(if start > Some(0) { 0 } else { owns.len() }, pair.unwrap_or(sentence));
    let mut readings = Vec::new();
    for own in owns {
        let mut reading = BaseString { text: own.into(), repairs: repairs.clone(), is_parameters_alone: false };
        if is_part || own != text {
            let sentence = "The base string is a part of the text, or it is in several pieces. These are joined, and the rest is left out.";
            reading.repairs.push(Remark::new("base-string-wrapping", sentence));
        }
        readings.extend(decoded_or_not(&reading));
    }
    Ok(readings)
}

/// A base string whose end is known, as it is or encoded again, or as parameters alone. Empty if it is neither.
fn decoded_or_not(start: &BaseString) -> Vec<BaseString> {
    let text = lossy(&start.text);
    let parts: Vec<&str> = text.splitn(3, '&').collect();
    if let ([method, uri, parameters], Some(_)) = (parts.as_slice(), method_length(&text)) {
        if uri.contains("://") && (parameters.contains('=') || parameters.is_empty()) {
            let encoded = start.with(
                [*method, &encoded(uri.as_bytes()), &encoded(parameters.as_bytes())].join("&").into_bytes(),
                "base-string-decoded",
                "The base string is shown decoded; it is encoded again, assuming that only the copy was decoded.",
            );
            return vec![encoded, start.clone()];
        }
        return vec![start.clone()];
    }
    // The parameters alone, as they are before or after the encoding of the base string.
    let is_encoded = text.contains("%3D") && !text.contains('=');
    let normalized = if is_encoded { decode(&start.text, false) } else { start.text.clone() };
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

/// The text without escapes and entities.
fn unescaped(text: &str, repairs: &mut Vec<Remark>) -> String {
    let mut text = Repaired::new(text, repairs);
    if text.text.contains("&amp;") || text.text.contains("&#") {
        text.read_entities();
    }
    let sentence = "Backslashes, as in \\u0026 and \\/, are read as the characters they stand for.";
    text.change("base-string-escapes", sentence, without_escapes);
    text.change("base-string-pieces", "The pieces of a string are joined.", with_pieces_joined);
    text.text.replace('…', "...")
}

/// Writes `&` between a method, a URI and parameters that are on separate lines.
fn with_joined_parts(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let [method, uri, parameters @ ..] = lines.as_slice() else {
        return text.to_string();
    };
    let (method, uri) = (method.trim_end_matches('&'), uri.trim_matches('&'));
    if method_length(method) != Some(method.len()) || !uri.starts_with("http") {
        return text.to_string();
    }
    [method, uri, parameters.join("\n").trim_start_matches('&')].join("&")
}

/// The length of the method at the beginning of a text.
fn method_length(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &text[length..];
    let ends = rest.is_empty() || rest.starts_with('&') || rest.starts_with("%26");
    (ends && (3..=7).contains(&length)).then_some(length)
}

/// Where a base string begins: at a word with `&` or `%26` and a URI after it.
fn start(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("http").find_map(|(at, _)| {
        let before = lower[..at].strip_suffix('&').or_else(|| lower[..at].strip_suffix("%26"))?;
        let word = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        // The D of an encoded = is not part of the method.
        let length = if before[..before.len() - word].ends_with("%3") { word.saturating_sub(1) } else { word };
        (3..=7).contains(&length).then_some(before.len() - length)
    })
}

/// Marks that may follow a base string in source text.
const MARKS_AFTER: [char; 6] = ['\'', ';', ',', ')', ']', '}'];

/// Whether a character cannot be in a base string. Some encoders keep `'` in a value.
fn ends(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '`' | '<' | '>')
}

/// The base string at the beginning of a text, where its pieces end, and the rest of the text.
fn pieces(text: &str) -> (String, Vec<usize>, &str) {
    let end = |text: &str| text.find(ends).unwrap_or(text.len());
    let (first, mut rest) = text.split_at(end(text));
    let marks: HashSet<char> = "-._~%&".chars().chain(first.chars()).collect();
    let is_part = |it: char| it.is_ascii_alphanumeric() || marks.contains(&it);
    let (mut whole, mut lengths) = (first.to_string(), vec![first.len()]);
    while let Some(next) = next_piece(rest) {
        let (piece, after) = next.split_at(end(next));
        let own = piece.trim_end_matches(|it| MARKS_AFTER.contains(&it) && !is_part(it));
        let is_label = after.starts_with([' ', '\t']) && !own.contains(['%', '&']);
        if own.is_empty() || is_label || !own.chars().all(is_part) {
            break;
        }
        whole.push_str(piece);
        lengths.push(whole.len());
        rest = after;
        // The last piece, or already another word.
        if own != piece || !own.contains(['%', '&', '=']) {
            break;
        }
    }
    (whole, lengths, rest)
}

/// The text from the next piece on: another string literal, or another line.
fn next_piece(rest: &str) -> Option<&str> {
    if let Some(after) = rest.strip_prefix('"') {
        return after.trim_start().strip_prefix('"');
    }
    let next = rest.trim_start_matches([' ', '\t', '\r']).strip_prefix('\n')?;
    Some(next.trim_start_matches([' ', '\t', '>', '|']))
}
