//! Reads an `Authorization` header as far as it can be read ([RFC 5849 §3.5.1]).
//!
//! [RFC 5849 §3.5.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1

use alloc::string::ToString;

use super::placement::{Parameter, Signed};
use crate::explain::encode::decode;

/// Reads the header's value, with or without the name in front of it. `None` if it is not of the scheme `OAuth`.
pub(super) fn read(text: &str) -> Option<Signed> {
    let text = strip(text.trim(), "authorization:").unwrap_or(text).trim();
    let rest = strip(text, "oauth")?;
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let mut signed = Signed {
        text: text.to_string(),
        ..Signed::default()
    };
    for pair in Pairs(rest) {
        push(&mut signed, pair);
    }
    Some(signed)
}

fn push(signed: &mut Signed, pair: &str) {
    let (name, value) = match pair.split_once('=') {
        Some((name, value)) => (name.trim(), value.trim()),
        None => (pair, ""),
    };
    let quoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    if quoted.is_none() {
        signed.find_mistake("header-value-not-quoted");
    }
    let raw = quoted.unwrap_or_else(|| value.trim_matches(['"', '\'']));
    if name.eq_ignore_ascii_case("realm") {
        signed.realm = Some(raw.to_string());
        return;
    }
    let parameter = Parameter {
        raw: raw.to_string(),
        name: decode(name.as_bytes(), false),
        value: decode(raw.as_bytes(), false),
    };
    let is_signature = parameter.name == b"oauth_signature";
    if !is_signature && raw.bytes().any(|byte| !is_encoded(byte)) {
        signed.find_mistake("header-value-not-encoded");
    }
    signed.push(parameter);
}

/// Whether a byte is allowed in an encoded value.
const fn is_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
}

fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (first, rest) = text.split_at_checked(start.len())?;
    first.eq_ignore_ascii_case(start).then_some(rest)
}

/// The parts between the commas outside quotes.
struct Pairs<'a>(&'a str);

impl<'a> Iterator for Pairs<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            if self.0.is_empty() {
                return None;
            }
            let mut in_quotes = false;
            let end = self
                .0
                .find(|character| {
                    in_quotes ^= character == '"';
                    character == ',' && !in_quotes
                })
                .unwrap_or(self.0.len());
            let pair = self.0[..end].trim();
            self.0 = self.0.get(end + 1..).unwrap_or_default();
            if !pair.is_empty() {
                return Some(pair);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_read() {
        let header = read(
            "Authorization: oauth  realm=\"a,b\",oauth_nonce=x%21 , oauth_token=\"+\", ,oauth_token=\"\"",
        )
        .unwrap();
        assert_eq!(header.realm.as_deref(), Some("a,b"));
        assert_eq!(header.text("oauth_nonce").as_deref(), Some("x!"));
        assert_eq!(header.text("oauth_token").as_deref(), Some("+"));
        assert_eq!(
            header.findings,
            [
                "header-value-not-quoted",
                "header-value-not-encoded",
                "header-parameter-repeated",
            ]
        );
        assert!(read("Basic eDp5").is_none());
        assert!(read("OAuth").is_none());
    }
}
