//! Reads requests from the forms in which people have them.

mod curl;
mod header;
mod http;
pub(super) mod multipart;
mod placement;
pub(crate) mod signature;

pub use curl::read_curl;
pub use http::read_http;
pub use placement::Place;
pub(super) use placement::{Parameter, Signed, is_protocol, json_text};
