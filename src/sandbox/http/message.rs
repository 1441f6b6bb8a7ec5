//! The head of a request, as it was received.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::{str, time::Duration};
use std::time::Instant;

use super::{
    super::answer::{Code, Refusal},
    Failure, Reader, illegal,
};

const LIMIT: usize = 64 * 1024;
pub(super) const HEADER_LIMIT: usize = 100;
const LARGEST_FORM: usize = 64 * 1024;
const TIME: Duration = Duration::from_secs(10);

/// The head of a request.
pub(in crate::sandbox) struct Message {
    pub(in crate::sandbox) method: String,
    pub(in crate::sandbox) target: String,
    /// Whether it is HTTP/1.1, and not 1.0.
    is_current: bool,
    headers: Vec<(String, Vec<u8>)>,
}

impl Message {
    /// Reads a head.
    pub(in crate::sandbox) fn read(reader: &mut Reader) -> Result<Self, Failure> {
        let deadline = Instant::now() + TIME;
        let mut seen = 0;
        loop {
            // Parsing begins anew each time, so it waits for the end of a line.
            let buffered = reader.buffered();
            if buffered[seen..].contains(&b'\n') {
                let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
                let mut head = httparse::Request::new(&mut headers);
                let status = head
                    .parse(buffered)
                    .map_err(|error| illegal(format!("This is no request of HTTP/1.1: {error}")))?;
                if let httparse::Status::Complete(length) = status {
                    let message = Self {
                        method: head.method.unwrap_or_default().to_owned(),
                        target: head.path.unwrap_or_default().to_owned(),
                        is_current: head.version == Some(1),
                        headers: head
                            .headers
                            .iter()
                            .map(|header| (header.name.to_owned(), header.value.to_owned()))
                            .collect(),
                    };
                    reader.consume(length);
                    return Ok(message);
                }
            }
            seen = buffered.len();
            if seen > LIMIT {
                return Err(illegal("The head of the request is too long")
                    .with_status(431)
                    .into());
            }
            reader.fill(deadline)?;
        }
    }

    /// The value of a header that must not be there twice.
    pub(in crate::sandbox) fn single(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = values.next();
        if values.next().is_some() {
            return Err(illegal(format!("The header {name} is there twice")));
        }
        value
            .map(|(_, value)| {
                str::from_utf8(value)
                    .map_err(|_| illegal(format!("The header {name} is not UTF-8 text")))
            })
            .transpose()
    }

    /// Whether the client means to send another request on this connection (RFC 9112 §9.3).
    pub(in crate::sandbox) fn keeps_alive(&self) -> bool {
        let closes = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("Connection"))
            .flat_map(|(_, value)| value.split(|octet| *octet == b','))
            .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"));
        self.is_current && !closes
    }

    /// Whether the client waits with the body until it is told to go on (RFC 9110 §10.1.1).
    pub(super) fn expects_continue(&self) -> Result<bool, Refusal> {
        let expected = self.single("Expect")?.unwrap_or_default();
        Ok(self.is_current && expected.eq_ignore_ascii_case("100-continue"))
    }

    /// Whether the body's media type is that of a form; parameters of the type, such as a charset, do not matter.
    pub(in crate::sandbox) fn has_form(&self) -> Result<bool, Refusal> {
        let media_type = self.single("Content-Type")?.unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        Ok(media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }

    /// The path of the request target, as it was sent.
    pub(in crate::sandbox) fn path(&self) -> &str {
        let origin = match self.target.strip_prefix("http://") {
            // A target in absolute form, as proxies are sent (RFC 9112 §3.2.2).
            Some(rest) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
            None => &self.target,
        };
        match origin.split('?').next() {
            Some("") | None => "/",
            Some(path) => path,
        }
    }

    /// What stands behind the first `?` of the request target, as it was sent.
    pub(in crate::sandbox) fn query(&self) -> &str {
        let query = self.target.split_once('?').map(|(_, query)| query);
        query.unwrap_or_default()
    }

    /// The URL that the client called: what it signed.
    pub(in crate::sandbox) fn url(&self) -> Result<String, Refusal> {
        // The fragment is never sent (RFC 3986 §3.5).
        if self.target.contains('#') {
            return Err(illegal("The request target has a fragment"));
        }
        if self.target.starts_with("http://") {
            return Ok(self.target.clone());
        }
        if !self.target.starts_with('/') {
            return Err(illegal(
                "The request target is neither a path nor an http:// URL",
            ));
        }
        // The client may have come by any name, and signed that.
        let host = self
            .single("Host")?
            .filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@']))
            .ok_or_else(|| illegal("There is no header Host with a host and nothing else"))?;
        Ok(format!("http://{host}{}", self.target))
    }
}

/// The text of a form. All of it is signed, which takes many times its memory, so that a large one is refused.
pub(in crate::sandbox) fn form(body: &[u8]) -> Result<&str, Refusal> {
    if body.len() > LARGEST_FORM {
        let message = format!("The form is larger than {} KiB", LARGEST_FORM >> 10);
        return Err(Refusal::new(Code::BodyFormat, message).with_status(413));
    }
    str::from_utf8(body).map_err(|_| Refusal::new(Code::BodyFormat, "The form is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_from_both_forms_of_a_target() {
        for (target, path) in [
            ("/users/v1/me?a=/b", "/users/v1/me"),
            ("http://h:1/users/v1/me?a", "/users/v1/me"),
            ("http://h", "/"),
            ("http://h?a/b", "/"),
            ("?", "/"),
            ("*", "*"),
        ] {
            let message = Message {
                method: String::new(),
                target: target.to_owned(),
                is_current: true,
                headers: Vec::new(),
            };
            assert_eq!(message.path(), path, "{target}");
        }
    }
}
