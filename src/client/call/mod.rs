//! Requests, and sending them.
//!
//! | subject | file |
//! |---|---|
//! | a call with each HTTP method | `methods.rs` |
//! | requests and their bodies | `request.rs`, `body.rs`, `multipart.rs` |
//! | signing | `signing.rs`, `signed.rs` |
//! | sending | `send.rs` |
//! | responses as a stream | `download.rs` |

pub(super) mod body;
pub(super) mod download;
pub(super) mod methods;
pub(super) mod multipart;
pub(super) mod request;
pub(super) mod send;
pub(super) mod signed;
pub(super) mod signing;
