//! What comes in: values of options, files, standard input, and the terminal.
//!
//! | subject | file |
//! |---|---|
//! | a request: path, query, headers | `request.rs`, `url.rs` |
//! | its body | `body.rs` |
//! | characters that must be encoded | `characters.rs` |
//! | how it is signed | `signing.rs` |
//! | values of single options | `values.rs`, `resolve.rs` |
//! | files and standard input | `files.rs` |
//! | who else can read or replace a file | `exposure.rs` |
//! | questions on the terminal | `prompt.rs`, `hidden.rs` |

pub(crate) mod body;
pub(crate) mod characters;
pub(crate) mod exposure;
pub(crate) mod files;
#[cfg(unix)]
pub(crate) mod hidden;
pub(crate) mod prompt;
pub(crate) mod request;
pub(crate) mod resolve;
pub(crate) mod signing;
pub(crate) mod url;
pub(crate) mod values;
