//! A log of the headers that are sent and received, without secrets and signatures.

use std::{fmt, sync::Arc};

use ureq::http::{HeaderMap, Request, StatusCode};

/// What replaces a secret.
const MASK: &str = "***";

/// Receives a line.
type WriteLine = dyn Fn(&str) + Send + Sync;

/// What receives the lines, if anything does.
#[derive(Clone, Default)]
pub(crate) struct Log(Option<Arc<WriteLine>>);

impl Log {
    pub(crate) fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(write)))
    }

    pub(crate) fn request(&self, request: &Request<()>) {
        if let Some(write) = &self.0 {
            let (method, uri) = (request.method(), request.uri());
            write(&unsigned(&format!("> {method} {uri}")));
            headers(write.as_ref(), '>', request.headers());
        }
    }

    pub(crate) fn response(&self, status: StatusCode, received: &HeaderMap) {
        if let Some(write) = &self.0 {
            write(&format!("< HTTP {}", status.as_u16()));
            headers(write.as_ref(), '<', received);
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Log" } else { "None" })
    }
}

fn headers(write: &dyn Fn(&str), direction: char, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let shown = if is_secret(name.as_str(), &value) { MASK.to_owned() } else { unsigned(&value) };
        write(&format!("{direction} {name}: {shown}"));
    }
}

/// Whether a header holds a secret by its name. The signature of an OAuth header is masked on its own.
fn is_secret(name: &str, value: &str) -> bool {
    let parts = ["cookie", "authorization", "token", "secret", "key", "password"];
    parts.iter().any(|part| name.contains(part)) && !value.starts_with("OAuth ")
}

/// The text without the values of `oauth_signature`. A PLAINTEXT signature is made of the secrets.
fn unsigned(text: &str) -> String {
    const NAME: &str = "oauth_signature=";
    let mut pieces = text.split(NAME);
    let mut shown = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let value = piece.trim_start_matches('"');
        let end = value.find(['"', '&', ',', ' ', '#']);
        shown.push_str(NAME);
        shown.push_str(MASK);
        shown.push_str(end.map_or("", |end| value[end..].trim_start_matches('"')));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_and_secrets_are_masked() {
        for (text, shown) in [
            (
                r#"OAuth oauth_nonce="n", oauth_signature="s%26t", oauth_signature_method="PLAINTEXT""#,
                r#"OAuth oauth_nonce="n", oauth_signature=***, oauth_signature_method="PLAINTEXT""#,
            ),
            ("> GET /?a=1&oauth_signature=s&b=2", "> GET /?a=1&oauth_signature=***&b=2"),
            ("> GET /?oauth_signature=s", "> GET /?oauth_signature=***"),
            ("application/json", "application/json"),
        ] {
            assert_eq!(unsigned(text), shown);
        }
        for (name, value, is_masked) in [
            ("authorization", "OAuth oauth_nonce=\"n\"", false),
            ("authorization", "Basic eDp5", true),
            ("set-cookie", "session=1", true),
            ("x-api-key", "k", true),
            ("content-type", "text/plain", false),
        ] {
            assert_eq!(is_secret(name, value), is_masked, "{name}");
        }
    }
}
