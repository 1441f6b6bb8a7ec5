//! The base string behind a refused signature, to be compared with the server's.

use std::{
    env,
    io::{self, IsTerminal as _},
};

use exh_oauth1::{
    client::{Error, ErrorCode},
    explain::{Style, base_string_text},
};

use crate::output::{layout, note};

/// Says on standard error what was signed, where the API answered that the signature does not match (109).
///
/// It holds the query and a form body, but no secret.
pub(crate) fn show(error: &Error) {
    let Error::Api(refusal) = error else { return };
    if refusal.code != Some(ErrorCode::OauthSignature) {
        return;
    }
    if let Some(base_string) = refusal.response.base_string() {
        let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let style = Style {
            colour: io::stderr().is_terminal() && !is_plain,
            ..Style::default()
        };
        note("the base string that was signed:");
        layout(&base_string_text(base_string, style));
    }
}
