//! Reads an `Authorization` header as far as it can be read (RFC 5849 §3.5.1), in the form in which programs print it.

use super::{
    ReadError,
    placement::{Parameter, Place, Signed, json_members},
    text::{Repaired, join, starts_pair, with_pieces_joined, without_escapes},
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
        Some(word) => Err(ReadError::new(format!(
            "the header has {word}, which is not name=\"value\"; give the whole header and nothing else"
        ))),
        None => Ok(text.to_string()),
    }
}

/// Reads the header's value, with or without the name in front of it. `None` if it is not of the scheme `OAuth`.
pub(super) fn read(text: &str) -> Option<Signed> {
    let mut signed = Signed::default();
    let Some(inner) = unwrapped(text, &mut signed) else {
        return read_dictionary(text);
    };
    let (rest, finding) = after_scheme(&inner);
    signed.findings.extend(finding);
    signed.text = ["OAuth ", rest.trim()].concat();
    for pair in pairs(rest, &mut signed) {
        push(&mut signed, pair);
    }
    (!signed.parameters.is_empty()).then_some(signed)
}

/// The header from its scheme on, without what a program, a web page or a terminal put around it and into it; `None` if
/// there is none.
fn unwrapped(text: &str, signed: &mut Signed) -> Option<String> {
    let mut text = Repaired::new(text, &mut signed.repairs);
    // A string literal may be inside another one.
    for _ in 0..2 {
        let sentence = "Escapes, as in \\\" and \\x22 and \"\", are read as the characters they stand for.";
        text.change("header-escapes", sentence, |text| match text {
            _ if text.contains("=\\") || text.contains("oauth\\_") => without_escapes(text),
            // PowerShell.
            _ if text.contains("=`\"") => text.replace("`\"", "\""),
            _ if has_doubled_quotes(text) => text.replace("\"\"", "\""),
            _ => text.to_string(),
        });
    }
    text.change("header-pieces", "The pieces of a string are joined.", with_pieces_joined);
    let whole = text.text.clone();
    let (before, after) = whole.split_at(scheme_start(&whole)?);
    let named = before.trim_end().to_ascii_lowercase();
    let opening = named.strip_suffix("authorization:").unwrap_or(&named).trim_end().chars().last();
    let closing = ENCLOSING.iter().find(|(start, _)| Some(*start) == opening).map(|(_, end)| *end);
    let (inner, rest) = after.split_at(end(after, closing, named.ends_with('=')));
    let mut words = rest.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let parameter = words.find(|word| word.starts_with("oauth_"));
    signed.not_understood = parameter.map(|name| format!("{name} after its end"));
    if rest.is_empty() && matches!(named.trim_end_matches(':').trim(), "" | "authorization") {
        text.text = inner.to_string();
    } else {
        // What closes the brackets of an array or a map.
        let has_brackets = closing.is_none() && before.contains(['(', '[', '{']);
        let is_closing = |it: char| it.is_whitespace() || has_brackets && matches!(it, ')' | ']' | '}');
        let sentence = "The text around the header, such as quotes, b'...', a name or an array, is left out.";
        text.change("header-wrapping", sentence, |_| inner.trim_end_matches(is_closing).to_string());
    }
    if text.text.contains('\n') {
        let sentence = "The header is wrapped over several lines; they are joined.";
        text.change("header-wrapped", sentence, joined);
    }
    Some(text.text)
}

/// The quotes and brackets that headers are printed in, each with what closes it.
const ENCLOSING: [(char, char); 6] = [('"', '"'), ('\'', '\''), ('`', '`'), ('(', ')'), ('[', ']'), ('{', '}')];

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

/// Whether a value is in doubled quotes, as in `""value""`.
fn has_doubled_quotes(text: &str) -> bool {
    text.split("=\"\"").skip(1).any(|value| value.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '%'))
}

/// Where the header ends: at the quote or bracket that closes it, or where another header begins.
fn end(text: &str, closing: Option<char>, is_map: bool) -> usize {
    let mut value_quote = None;
    for (at, character) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + character.len_utf8()..]);
        let is_value = || before.trim_end().ends_with('=');
        match (value_quote, character) {
            (Some(quote), _) if character == quote => value_quote = None,
            (Some(_), _) => {}
            // Unquoted base64 ends in = too.
            (None, '"' | '\'') if is_value() && !after.trim_start().starts_with([',', ';', ')', ']', '}']) => {
                value_quote = Some(character);
            }
            _ if Some(character) == closing => return at,
            (None, ',' | '\n') if starts_header(after, is_map) => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether another header begins here: `Name: value`, `Name=value` in a map, or `[1] => Name: value`.
fn starts_header(text: &str, is_map: bool) -> bool {
    let text = text.trim_start_matches([' ', '\t', '>']);
    let rest = text.trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '-');
    let is_name = text.starts_with(|it: char| it.is_ascii_alphabetic());
    let is_member = is_map && rest.starts_with('=') && !rest.starts_with("=\"") && !starts_pair(text);
    is_name && (rest.starts_with(':') || is_member) || text.starts_with('[') || text.starts_with("OAuth ")
}

/// The lines as one.
fn joined(text: &str) -> String {
    let (mut whole, mut quotes) = (String::new(), 0);
    text.lines().for_each(|line| join(&mut whole, &mut quotes, line));
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
        return signed.reject(pair);
    };
    let (name, value) = (name.trim(), value.trim());
    if name.contains(|it: char| it.is_whitespace() || "\"'`<>{}".contains(it)) {
        signed.reject(name);
    }
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let raw = quoted.unwrap_or_else(|| value.trim_matches(['"', '\'']));
    if quoted.is_none() {
        signed.find_mistake("header-value-not-quoted");
    }
    let is_realm = name.eq_ignore_ascii_case("realm");
    let is_signature = name == "oauth_signature";
    // The base64 of a signature may have lost its +.
    let may_have_spaces = is_realm || is_signature && !raw.trim_end_matches('=').contains(['=', '%']);
    let is_foreign = |it: char| match it {
        '"' => !is_realm || quoted.is_none(),
        '<' | '>' | ';' | '`' => quoted.is_none(),
        _ => quoted.is_none() && (!it.is_ascii() || it.is_whitespace() && !may_have_spaces),
    };
    if raw.contains(is_foreign) || quoted.is_none() && value.matches('"').count() > 1 {
        signed.reject(value);
    }
    if is_realm {
        signed.realm = Some(raw.to_string());
        return;
    }
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    if !is_signature && !raw.bytes().all(is_encoded) {
        signed.find_mistake("header-value-not-encoded");
    }
    let mut name = decode(name.as_bytes(), false);
    if name.to_ascii_lowercase().starts_with(b"oauth_") && name.iter().any(u8::is_ascii_uppercase) {
        signed.find_mistake("header-name-case");
        name.make_ascii_lowercase();
    }
    signed.push(Parameter { raw: raw.to_string(), name, value: decode(raw.as_bytes(), false) });
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
            && (matches!(character, ';' | '&')
                || character.is_whitespace() && !text[start..at].ends_with(char::is_whitespace))
            && starts_pair(&text[at + character.len_utf8()..])
            && !text[start..at].trim().is_empty();
        if is_other || (character == ',' && !is_quoted) {
            if is_other {
                signed.find_mistake("header-separator-other");
            }
            pairs.push(text[start..at].trim());
            start = at + character.len_utf8();
        }
    }
    pairs.push(text[start..].trim());
    pairs.retain(|pair| !pair.is_empty());
    pairs
}
