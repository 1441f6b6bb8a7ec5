//! Reads an `Authorization` header as far as it can be read ([RFC 5849 §3.5.1]).
//!
//! [RFC 5849 §3.5.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1

use alloc::{string::String, vec::Vec};

use super::encode::decode;

/// A header taken apart.
#[derive(Clone, Default)]
pub(super) struct Header<'a> {
    pub(super) realm: Option<&'a str>,
    /// All others, in the order of the header.
    pub(super) parameters: Vec<Parameter<'a>>,
    /// What is against the form, by the identifiers of the mistakes.
    pub(super) findings: Vec<&'static str>,
}

#[derive(Clone)]
pub(super) struct Parameter<'a> {
    pub(super) raw: &'a str,
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl<'a> Header<'a> {
    /// Reads the header's value, with or without the name before it. `None` where it is not of the scheme `OAuth`.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let text = strip(text.trim(), "authorization:").unwrap_or(text).trim();
        let rest = strip(text, "oauth")?;
        let mut header = Self::default();
        if !rest.starts_with(char::is_whitespace) {
            return None;
        }
        for pair in Pairs(rest) {
            header.push(pair);
        }
        Some(header)
    }

    fn push(&mut self, pair: &'a str) {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim()),
            None => (pair, ""),
        };
        let quoted = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        if quoted.is_none() {
            self.find("header-value-not-quoted");
        }
        let raw = quoted.unwrap_or_else(|| value.trim_matches(['"', '\'']));
        if name.eq_ignore_ascii_case("realm") {
            self.realm = Some(raw);
            return;
        }
        let parameter = Parameter {
            raw,
            name: decode(name.as_bytes(), false),
            value: decode(raw.as_bytes(), false),
        };
        if self.get(&parameter.name).is_some() {
            self.find("header-parameter-repeated");
        }
        let is_signature = parameter.name == b"oauth_signature";
        if !is_signature && raw.bytes().any(|octet| !is_encoded(octet)) {
            self.find("header-value-not-encoded");
        }
        self.parameters.push(parameter);
    }

    pub(super) fn find(&mut self, identifier: &'static str) {
        if !self.findings.contains(&identifier) {
            self.findings.push(identifier);
        }
    }

    /// The first parameter of a name.
    pub(super) fn get(&self, name: &[u8]) -> Option<&Parameter<'a>> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }

    /// The value of a parameter as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name.as_bytes())
            .map(|parameter| String::from_utf8_lossy(&parameter.value).into_owned())
    }
}

/// Whether an octet may stand in an encoded value.
const fn is_encoded(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~' | b'%')
}

fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// The parts between the commas that stand outside quotes.
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
        let header = Header::read(
            "Authorization: oauth  realm=\"a,b\",oauth_nonce=x%21 , oauth_token=\"+\", ,oauth_token=\"\"",
        )
        .unwrap();
        assert_eq!(header.realm, Some("a,b"));
        assert_eq!(header.text("oauth_nonce").as_deref(), Some("x!"));
        assert_eq!(header.text("oauth_token").as_deref(), Some("+"));
        assert_eq!(
            header.findings,
            [
                "header-value-not-quoted",
                "header-value-not-encoded",
                "header-parameter-repeated"
            ]
        );
        assert!(Header::read("Basic eDp5").is_none());
        assert!(Header::read("OAuth").is_none());
    }
}
