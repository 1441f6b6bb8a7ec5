//! Replaces secrets in what the sandbox shows.

use std::{
    borrow::Cow,
    cmp::Reverse,
    sync::{PoisonError, RwLock},
};

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::http::Message;
use crate::oauth1::percent;

/// What a secret is replaced by.
const MASK: &str = "\u{2022}\u{2022}\u{2022}";
/// Shorter secrets would also match other text.
const SHORTEST: usize = 4;
/// Headers whose values are secrets. Of `Authorization`, only the scheme OAuth is shown.
const SECRET_HEADERS: [&str; 3] = ["cookie", "proxy-authorization", "x-api-key"];

/// The known secrets, in every encoding.
#[derive(Default)]
pub(super) struct Mask(RwLock<Vec<Zeroizing<String>>>);

impl Mask {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mask = Self::default();
        secrets.into_iter().for_each(|secret| mask.add(secret));
        mask
    }

    /// Adds a secret.
    pub(super) fn add(&self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        let mut forms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // In a header, a PLAINTEXT signature is encoded twice.
        let once = percent::encode(secret.as_bytes()).to_string();
        let twice = percent::encode(once.as_bytes()).to_string();
        for form in [twice, once, secret.to_string()] {
            let form = Zeroizing::new(form);
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        // A longer secret may contain a shorter one.
        forms.sort_by_key(|form| Reverse(form.len()));
    }

    /// The text without secrets.
    pub(super) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in self.0.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if text.contains(secret.as_str()) {
                text = Cow::Owned(text.replace(secret.as_str(), MASK));
            }
        }
        // The signature is made of secrets, of which the client may have used others.
        const NAME: &str = "oauth_signature=";
        if text.contains("PLAINTEXT")
            && let Some((before, rest)) = text.split_once(NAME)
        {
            let value = rest.trim_start_matches('"');
            let end = value.find(['"', '&', ',', ' ']).unwrap_or(value.len());
            let after = value.get(end..).unwrap_or_default();
            let quote = &rest[..rest.len() - value.len()];
            text = Cow::Owned([before, NAME, quote, MASK, after].concat());
        }
        text
    }

    /// A JSON value without secrets.
    pub(super) fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.text(&text).into(),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, self.value(value))).collect(),
            other => other,
        }
    }

    /// The headers of a request, each as `[name, value]`.
    pub(super) fn headers(&self, message: &Message) -> Vec<Value> {
        message
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value);
                json!([name, self.header(name, &value)])
            })
            .collect()
    }

    fn header<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        let name = name.to_ascii_lowercase();
        let scheme = value.split(' ').next().unwrap_or_default();
        if SECRET_HEADERS.contains(&name.as_str()) {
            return MASK.into();
        }
        if name == "authorization" && !scheme.eq_ignore_ascii_case("OAuth") {
            return [scheme, " ", MASK].concat().into();
        }
        self.text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_in_every_encoding() {
        let mask = Mask::new(["s3cret &", "s3cret & more", "abc"]);
        for (text, masked) in [
            ("a=s3cret &b", "a=•••b"),
            ("a=s3cret%20%26&b", "a=•••&b"),
            ("oauth_signature=\"s3cret%2520%2526%26\"", "oauth_signature=\"•••%26\""),
            ("s3cret & more", "•••"),
            ("abc", "abc"),
            (
                "oauth_signature=\"x%26y\", oauth_signature_method=\"PLAINTEXT\"",
                "oauth_signature=\"•••\", oauth_signature_method=\"PLAINTEXT\"",
            ),
            ("oauth_signature=x&a=PLAINTEXT", "oauth_signature=•••&a=PLAINTEXT"),
        ] {
            assert_eq!(mask.text(text), masked, "{text}");
        }
        assert_eq!(mask.header("Authorization", "Bearer xyz"), "Bearer •••");
        assert_eq!(mask.header("authorization", "OAuth a=\"b\""), "OAuth a=\"b\"");
        assert_eq!(mask.header("Cookie", "a"), "•••");
    }
}
