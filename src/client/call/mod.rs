//! Requests, and sending them.
//!
//! | subject | file |
//! |---|---|
//! | the client: timeouts, limits, trusted CAs | `client.rs`, `builder.rs` |
//! | a call with each HTTP method | `methods.rs` |
//! | requests and their bodies | `request.rs`, `body.rs`, `multipart.rs` |
//! | signing | `signing.rs`, `signed.rs` |
//! | sending, retries | `send.rs`, `retry.rs` |
//! | a log of the headers | `log.rs` |
//! | responses as a stream | `download.rs` |
//! | the network path, for diagnostics | `route.rs` |

pub(super) mod body;
pub(super) mod builder;
pub(super) mod client;
pub(super) mod download;
pub(super) mod log;
pub(super) mod methods;
pub(super) mod multipart;
pub(super) mod request;
pub(super) mod retry;
pub(super) mod route;
pub(super) mod send;
pub(super) mod signed;
pub(super) mod signing;
