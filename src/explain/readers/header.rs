//! Reads an `Authorization` header as far as it can be read (RFC 5849 §3.5.1), in the form in which programs print it.

use super::{
    ReadError,
    placement::{Parameter, Place, Signed, json_members},
    text::{Repaired, join, without_escapes},
};
use crate::explain::{
    encode::{decode, lossy},
    recipe::Pair,
    request::Remark,
};

/// Reads a header as a person has it: the value alone, with its name, or as a program prints it.
///
/// The result is what [`CapturedRequest::authorization`](super::super::CapturedRequest::authorization) accepts.
/// Wrapping such as quotes, `b'...'`, JSON and arrays is removed when the request is diagnosed, which reports it.
///
/// # Errors
///
/// [`ReadError`] if the text has no OAuth 1 parameter, or something else between its parameters.
pub fn read_header(text: &str) -> Result<String, ReadError> {
    let signed = read(text).ok_or_else(|| {
        let word = text.split_whitespace().next().unwrap_or_default();
        ReadError::new(match word {
            "" => "the header is empty; give the value of the Authorization header".to_string(),
            _ if word.eq_ignore_ascii_case("OAuth") => {
                "the header has no parameter name=\"value\" after OAuth; give the whole header".to_string()
            }
            _ => format!(
                "the header begins with {word}; give an OAuth 1 header, such as OAuth oauth_consumer_key=\"...\", ..."
            ),
        })
    })?;
    match &signed.not_understood {
        Some(word) => Err(ReadError::new(format!("the header has {word}, which is not name=\"value\"; remove it"))),
        None => Ok(text.to_string()),
    }
}

/// Reads the header's value, with or without the name in front of it. `None` if it is not of the scheme `OAuth`.
pub(super) fn read(text: &str) -> Option<Signed> {
    let mut signed = Signed::default();
    let Some(inner) = unwrapped(text, &mut signed.repairs) else {
        return read_dictionary(text);
    };
    let start = scheme_start(&inner)?;
    let (rest, finding) = after_scheme(&inner[start..]);
    signed.findings.extend(finding);
    signed.text = ["OAuth ", rest.trim()].concat();
    for pair in pairs(rest, &mut signed) {
        push(&mut signed, pair);
    }
    (!signed.parameters.is_empty()).then_some(signed)
}

/// The header without what a program, a web page or a terminal put around it and into it; `None` if there is none.
fn unwrapped(text: &str, repairs: &mut Vec<Remark>) -> Option<String> {
    let mut text = Repaired::new(text, repairs);
    // JSON or a string literal inside another one.
    if text.text.contains("\\\\\\\"") {
        text.change("header-escapes", ESCAPES, without_escapes);
    }
    let whole = text.text.clone();
    let start = scheme_start(&whole)?;
    let (before, after) = whole.split_at(start);
    let named = before.trim_end().to_ascii_lowercase();
    let is_header_line = matches!(named.trim_end_matches(':').trim(), "" | "authorization");
    // A quote around the header ends it, too.
    let opening = named.strip_suffix("authorization:").unwrap_or(before).chars().last();
    let quote = opening.filter(|it| matches!(it, '"' | '\'' | '`'));
    let inner = quote.map_or(after, |quote| closed_by(after, quote));
    if is_header_line && quote.is_none() {
        text.text = inner.to_string();
    } else {
        // What closes the brackets of an array or a map.
        let inner = inner.trim_end_matches(|it: char| {
            let opening = match it {
                ')' => '(',
                ']' => '[',
                '}' => '{',
                _ => return it.is_whitespace(),
            };
            quote.is_none() && before.contains(opening)
        });
        let sentence = "The text around the header, such as quotes, b'...', a name or an array, is left out.";
        text.change("header-wrapping", sentence, |_| inner.to_string());
    }
    if text.text.find('=') == text.text.find("=\\") {
        text.change("header-escapes", ESCAPES, without_escapes);
    }
    if has_doubled_quotes(&text.text) {
        let sentence = "Doubled quotes are read as single ones.";
        text.change("header-quotes-doubled", sentence, |text| text.replace("\"\"", "\""));
    }
    if text.text.contains('\n') {
        let sentence = "The header is wrapped over several lines; they are joined.";
        text.change("header-wrapped", sentence, joined);
    }
    Some(text.text)
}

const ESCAPES: &str = "Backslashes, as in \\\" and \\x22, are read as the characters they stand for.";

/// Where the scheme begins, or the first parameter if there is no scheme.
fn scheme_start(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let is_scheme = |at: &usize| {
        let before = lower[..*at].chars().last();
        let rest = lower[at + "oauth".len()..].trim_start_matches([',', ':', '1', '.', '0', 'a', '2']);
        let rest = rest.trim_start_matches("\\n").trim_start_matches("\\r");
        let is_word = before.is_none_or(|it| !it.is_ascii_alphanumeric() && it != '_');
        let parameter = rest.trim_start();
        let end = parameter.find(|it: char| !(it.is_ascii_alphanumeric() || "_-.%*".contains(it)));
        let end = end.unwrap_or(parameter.len());
        is_word && end > 0 && parameter.len() < rest.len() && parameter[end..].trim_start().starts_with('=')
    };
    let scheme = lower.match_indices("oauth").map(|(at, _)| at).find(is_scheme);
    // Without a scheme the parameters themselves, if they are not the names of a dictionary.
    scheme.or_else(|| {
        let name = lower.find("oauth_")?;
        let after = lower[name..].trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '_');
        (after.trim_start().starts_with('=') && !after.trim_start().starts_with("=>")).then_some(name)
    })
}

/// What follows the scheme, and what is wrong with the scheme.
fn after_scheme(text: &str) -> (&str, Option<&'static str>) {
    if text.get(5..6) == Some("_") {
        return (text, Some("header-scheme-missing"));
    }
    let rest = &text[5..];
    let end = rest.find(char::is_whitespace).unwrap_or(0);
    let finding = match &rest[..end] {
        "" => None,
        "," => Some("header-scheme-comma"),
        ":" => Some("header-scheme-colon"),
        _ => Some("header-scheme-other"),
    };
    (&rest[end..], finding)
}

/// Whether the first value is in doubled quotes, as in `""value""`.
fn has_doubled_quotes(text: &str) -> bool {
    let value = text.split_once('=').and_then(|(_, value)| value.strip_prefix("\"\""));
    value.is_some_and(|value| value.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '%'))
}

/// The text up to a quote that is not escaped.
fn closed_by(text: &str, quote: char) -> &str {
    let mut is_escaped = false;
    let doubled = quote == '"' && has_doubled_quotes(text);
    let mut last = None;
    for (at, character) in text.char_indices() {
        if character == quote && !is_escaped {
            if !(doubled || text[..at].ends_with('=') || is_inner(&text[at + 1..])) {
                return &text[..at];
            }
            last = Some(at);
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    last.map_or(text, |at| &text[..at])
}

/// Whether a quote that this follows ends a value, and not the header: another parameter follows, or a second quote.
fn is_inner(after: &str) -> bool {
    let after = after.trim_start_matches([',', ';', '&', ' ', '\n', '\r', '\t', '\\']);
    after.starts_with("oauth_") || after.starts_with("realm=") || after.starts_with('"')
}

/// The lines as one.
fn joined(text: &str) -> String {
    let mut whole = String::new();
    text.lines().for_each(|line| join(&mut whole, line));
    whole
}

/// The parameters of a dictionary or an array: JSON, Python's dict, PHP's `print_r`.
fn read_dictionary(text: &str) -> Option<Signed> {
    let text = text.trim();
    let members = match json_members(text.as_bytes()) {
        Some(members) => members,
        None => printed_members(text)?,
    };
    // Some are printed as they are in the header.
    let decoded = |(name, value): Pair| (name, if value.contains(&b'%') { decode(&value, false) } else { value });
    let mut signed = Signed::of_fields(Place::Header, members.into_iter().map(decoded).collect());
    if signed.parameters.is_empty() {
        return None;
    }
    let parameters = signed.parameters.iter();
    let parameters: Vec<_> = parameters.map(|it| format!("{}=\"{}\"", lossy(&it.name), it.raw)).collect();
    signed.text = ["OAuth ", &parameters.join(", ")].concat();
    signed.repairs.push(Remark::new("header-dictionary", "The header is put together from a list of its parameters."));
    Some(signed)
}

/// The protocol parameters of a dictionary or an array that is not JSON; `None` if it is neither.
fn printed_members(text: &str) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("oauth_") {
        let after = &rest[at..];
        let end = after.find(|it: char| !it.is_ascii_alphanumeric() && it != '_')?;
        let name = &after[..end];
        let value = after[end..].trim_start_matches(['\'', '"', ']', ' ']);
        let value = value.strip_prefix("=>").or_else(|| value.strip_prefix(':'))?.trim_start();
        let value = value.strip_prefix(['b', 'u']).filter(|it| it.starts_with(['\'', '"'])).unwrap_or(value);
        let (value, end) = match value.chars().next().filter(|it| matches!(it, '\'' | '"')) {
            Some(quote) => value[1..].split_once(quote)?,
            None => value.split_at(value.find(['\n', ',', ')', '}', ' ']).unwrap_or(value.len())),
        };
        pairs.push((name.into(), value.into()));
        rest = end;
    }
    Some(pairs)
}

fn push(signed: &mut Signed, pair: &str) {
    let Some((name, value)) = pair.split_once('=') else {
        signed.not_understood.get_or_insert_with(|| pair.to_string());
        return;
    };
    let (name, value) = (name.trim(), value.trim());
    let quoted = value.strip_prefix('"').and_then(|value| value.rsplit_once('"'));
    let raw = match quoted {
        Some((raw, "")) => raw,
        _ => {
            signed.find_mistake("header-value-not-quoted");
            // What is after the quote that ends a value is not part of it.
            if let Some((_, after)) = quoted {
                signed.not_understood.get_or_insert_with(|| after.to_string());
            }
            value.trim_matches(['"', '\''])
        }
    };
    if name.eq_ignore_ascii_case("realm") {
        signed.realm = Some(raw.to_string());
        return;
    }
    let parameter =
        Parameter { raw: raw.to_string(), name: decode(name.as_bytes(), false), value: decode(raw.as_bytes(), false) };
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    if parameter.name != b"oauth_signature" && !raw.bytes().all(is_encoded) {
        signed.find_mistake("header-value-not-encoded");
    }
    signed.push(parameter);
}

/// The parts between the commas outside quotes, or between what is there in place of commas.
fn pairs<'a>(text: &'a str, signed: &mut Signed) -> Vec<&'a str> {
    let mut pairs = Vec::new();
    let (mut is_quoted, mut is_escaped) = (false, false);
    let mut start = 0;
    for (at, character) in text.char_indices() {
        if character == '"' && !is_escaped {
            // A quote inside a value does not begin another one.
            is_quoted = !is_quoted && text[..at].trim_end().ends_with('=');
        }
        is_escaped = is_quoted && character == '\\' && !is_escaped;
        let is_other = !is_quoted
            && (matches!(character, ';' | '&') || character.is_whitespace())
            && starts_pair(&text[at + character.len_utf8()..]);
        let before = text[start..at].trim();
        if (character == ',' && !is_quoted) || (is_other && !before.is_empty()) {
            if is_other {
                signed.find_mistake("header-separator-other");
            }
            pairs.push(before);
            start = at + character.len_utf8();
        }
    }
    pairs.push(text[start..].trim());
    pairs.retain(|pair| !pair.is_empty());
    pairs
}

/// Whether a parameter begins here.
fn starts_pair(text: &str) -> bool {
    let text = text.trim_start();
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let end = text.find(|it| !is_name(it)).unwrap_or(text.len());
    let name = &text[..end];
    (name.contains("oauth_") || name.eq_ignore_ascii_case("realm")) && text[end..].trim_start().starts_with('=')
}
