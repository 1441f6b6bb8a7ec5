//! Headers that a caller may set.

use ureq::http::{
    HeaderName, HeaderValue,
    header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
};

use crate::client::outcome::request_error::RequestError;

/// Reads a header that the client does not set itself.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), RequestError> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| RequestError::Header)?;
    let value = HeaderValue::from_str(value).map_err(|_| RequestError::Header)?;
    let reserved = [AUTHORIZATION, HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];
    if reserved.contains(&name) {
        return Err(RequestError::ReservedHeader);
    }
    Ok((name, value))
}
