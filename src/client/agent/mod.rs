//! The client: what all its calls share.
//!
//! | subject | file |
//! |---|---|
//! | the client | `client.rs` |
//! | timeouts, limits, headers | `builder.rs`, `headers.rs` |
//! | trusted CA certificates | `certificates.rs` |
//! | retries | `retry.rs` |
//! | a log of the headers | `log.rs` |
//! | the network path, for diagnostics | `route.rs` |

pub(super) mod builder;
pub(super) mod certificates;
pub(super) mod client;
pub(super) mod headers;
pub(super) mod log;
pub(super) mod retry;
pub(super) mod route;
