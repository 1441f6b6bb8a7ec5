//! A request that is signed but not sent.

use std::fmt;

/// A request exactly as it would be sent; see [`RequestBuilder::sign`](crate::client::RequestBuilder::sign).
///
/// It holds no secret, but anyone who has it can send it once. `Debug` shows neither headers nor body.
#[derive(Clone)]
pub struct SignedRequest {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
}

impl SignedRequest {
    /// The method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers: names in lower case, and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body; `None` if it would be read from a file while it is sent: see
    /// [`RequestBuilder::open_body`](crate::client::RequestBuilder::open_body).
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
