//! What a request calls: its path, its query, and the URL that the client signed.

use super::{
    http::{Message, illegal},
    response::ErrorResponse,
};

impl Message {
    /// Whether the body is a form. Parameters of the media type, such as a charset, do not matter.
    pub(in crate::sandbox) fn has_form(&self) -> Result<bool, ErrorResponse> {
        let media_type = self.single("Content-Type")?.unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        Ok(media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }

    /// The path of the request target, as sent.
    pub(in crate::sandbox) fn path(&self) -> &str {
        let origin = match self.target.strip_prefix("http://") {
            // The absolute form, for proxies (RFC 9112 §3.2.2).
            Some(rest) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
            None => &self.target,
        };
        match origin.split('?').next() {
            Some("") | None => "/",
            Some(path) => path,
        }
    }

    /// The query of the request target, as sent.
    pub(in crate::sandbox) fn query(&self) -> &str {
        let query = self.target.split_once('?').map(|(_, query)| query);
        query.unwrap_or_default()
    }

    /// The URL that the client called and signed.
    pub(in crate::sandbox) fn url(&self) -> Result<String, ErrorResponse> {
        // A fragment is never sent (RFC 3986 §3.5).
        if self.target.contains('#') {
            return Err(illegal("The request target has a fragment"));
        }
        if self.target.starts_with("http://") {
            return Ok(self.target.to_string());
        }
        if !self.target.starts_with('/') {
            return Err(illegal("The request target is neither a path nor an http:// URL"));
        }
        // The sandbox may have several names, and the client signs the one it used.
        let host = self
            .single("Host")?
            .filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@']))
            .ok_or_else(|| illegal("The Host header is missing or is not a host"))?;
        Ok(format!("http://{host}{}", self.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::ToOwned as _;

    #[test]
    fn a_path_is_read_from_both_forms_of_a_target() {
        for (target, path) in [
            ("/users/v1/me?a=/b", "/users/v1/me"),
            ("http://h:1/users/v1/me?a", "/users/v1/me"),
            ("http://h", "/"),
            ("http://h?a/b", "/"),
            ("?", "/"),
            ("*", "*"),
        ] {
            let message = Message { target: target.to_owned(), ..Message::default() };
            assert_eq!(message.path(), path, "{target}");
        }
    }
}
