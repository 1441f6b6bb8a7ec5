//! The base string of a refused signature, to compare with the server's.

use std::io;

use exh_oauth1::client::{Error, ErrorCode};

use super::{
    explanation,
    stderr::{layout, note},
    terminal::has_colour,
};

/// Prints the base string if the API rejected the signature (109).
///
/// It holds the query and a form body, but no secret.
pub(crate) fn show(error: &Error) {
    let Error::Api(error) = error else { return };
    if error.code != Some(ErrorCode::OauthSignature) {
        return;
    }
    if let Some(base_string) = error.response.base_string() {
        note("the base string that was signed:");
        layout(&explanation::base_string(base_string, has_colour(&io::stderr())));
    }
}
