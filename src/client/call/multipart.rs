//! Bodies in parts (`multipart/form-data`, [RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)), which OAuth 1 does not
//! sign.
//!
//! Files are read while they are sent, and again for another attempt.

use std::{fmt, io, path::Path};

use super::body::Body;
use crate::oauth1::{AuthorizeError, Nonce};

/// The parts of a body of `multipart/form-data`, in order.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::{Client, client::Multipart};
///
/// let client = Client::from_env()?;
/// let parts = Multipart::new().text("name", "scan.png").file("file", "scan.png", "image/png")?;
/// let token: serde_json::Value = client.request("POST", "/files/v1/")?.multipart(parts)?.send()?.json()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "parts do nothing until they are sent"]
pub struct Multipart(Vec<Part>);

#[derive(Clone)]
struct Part {
    headers: String,
    body: Body,
}

impl Multipart {
    /// Starts without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text value.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let mut body = Body::default();
        body.push(value);
        self.0.push(Part { headers: disposition(name, None), body });
        self
    }

    /// Adds bytes as a file with this name and media type, such as `image/png`.
    pub fn bytes(mut self, name: &str, file_name: &str, media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut body = Body::default();
        body.push(bytes);
        self.add_file(name, file_name, media_type, body);
        self
    }

    /// Adds a file, named by the last part of its path. It is read while it is sent.
    ///
    /// # Errors
    ///
    /// The system's error if the file cannot be opened, and one for a file that is not regular: its length is unknown.
    pub fn file(mut self, name: &str, path: impl AsRef<Path>, media_type: &str) -> io::Result<Self> {
        let path = path.as_ref();
        let mut body = Body::default();
        body.push_file(path)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        self.add_file(name, &file_name, media_type, body);
        Ok(self)
    }

    fn add_file(&mut self, name: &str, file_name: &str, media_type: &str, body: Body) {
        let mut headers = disposition(name, Some(file_name));
        // A line break would start another header.
        let media_type: String = media_type.chars().filter(|one| !one.is_control()).collect();
        headers.push_str(&format!("Content-Type: {media_type}\r\n"));
        self.0.push(Part { headers, body });
    }

    /// The whole body, and its media type with the boundary.
    pub(super) fn assemble(self) -> Result<(Body, String), AuthorizeError> {
        // No file has the same random characters.
        let boundary = Nonce::try_generate(&mut rand::rngs::SysRng).map_err(|_| AuthorizeError::Randomness)?;
        let mut body = Body::default();
        for part in self.0 {
            body.push(format!("--{boundary}\r\n{}\r\n", part.headers));
            body.append(part.body);
            body.push("\r\n");
        }
        body.push(format!("--{boundary}--\r\n"));
        Ok((body, format!("multipart/form-data; boundary={boundary}")))
    }
}

/// The header with the part's name. Quotes and line breaks are escaped as in browsers (WHATWG HTML, "multipart form
/// data").
fn disposition(name: &str, file_name: Option<&str>) -> String {
    let escape = |text: &str| text.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22");
    let mut headers = format!("Content-Disposition: form-data; name=\"{}\"", escape(name));
    if let Some(file_name) = file_name {
        headers.push_str(&format!("; filename=\"{}\"", escape(file_name)));
    }
    headers.push_str("\r\n");
    headers
}

impl fmt::Debug for Multipart {
    /// Shows only the number of parts: they may hold a patient's data.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Multipart").field("parts", &self.0.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_header() {
        // WHATWG HTML, "multipart form data": quotes and line breaks are percent-encoded, and nothing else.
        assert_eq!(
            disposition("a\"b\r\nX: y", Some("größe\n%0A.txt")),
            "Content-Disposition: form-data; name=\"a%22b%0D%0AX: y\"; filename=\"größe%0A%0A.txt\"\r\n"
        );
        let parts = Multipart::new().bytes("a", "b", "text/plain\r\nX: y", "c");
        let headers = &parts.0[0].headers;
        assert!(headers.ends_with("\r\nContent-Type: text/plainX: y\r\n"), "{headers}");
    }
}
