//! Settings: where the API is, and which credentials sign the requests.
//!
//! | subject | file |
//! |---|---|
//! | settings from all sources, by precedence | `lookup.rs` |
//! | what a client gets of them | `configuration.rs` |
//! | the options of a program | `options.rs` |
//! | where a value came from | `sources.rs`, `found.rs` |
//! | files with credentials | `source_file.rs`, `credentials_file.rs`, `line.rs`, `profile.rs` |
//! | the API's host and base URL; the proxy | `host.rs`, `proxy.rs` |
//! | what is wrong with settings | `configuration_error.rs`, `ca_file_error.rs` |

pub(super) mod ca_file_error;
pub(super) mod configuration;
pub(super) mod configuration_error;
pub(super) mod credentials_file;
pub(super) mod found;
pub(super) mod host;
mod line;
pub(super) mod lookup;
pub(super) mod options;
pub(super) mod profile;
pub(super) mod proxy;
pub(super) mod source_file;
pub(super) mod sources;
