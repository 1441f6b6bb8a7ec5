//! Reads requests, headers and base strings in the forms in which people have them.
//!
//! | input | file |
//! |---|---|
//! | a curl command | `curl.rs`, `curl_command.rs`, `curl_options.rs`, `shell.rs` |
//! | a raw request, or what a tool shows of one | `http.rs`, `listing.rs`, `transcript.rs` |
//! | a header | `header.rs` |
//! | a base string | `base_string.rs` |
//! | the signature, in any place | `placement.rs`, `multipart.rs`, `signature.rs` |
//! | what programs and web pages do to text and URLs | `text.rs`, `url.rs` |

pub(super) mod base_string;
mod curl;
mod curl_command;
mod curl_options;
mod header;
mod http;
mod listing;
pub(super) mod multipart;
mod placement;
mod shell;
pub(crate) mod signature;
mod text;
mod transcript;
mod url;

use std::fmt;

pub use curl::read_curl;
pub use curl_command::ReadFile;
pub use header::read_header;
pub use http::read_http;
pub use placement::Place;
pub(super) use placement::{Parameter, Signed, is_protocol, json_members};
pub(super) use url::repaired as repaired_url;

/// Input that was not understood.
///
/// The message names the word or byte and says what to do. It may quote the input.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReadError(String);

impl ReadError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}
