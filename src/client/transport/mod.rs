//! Connections: from a host name to a stream of bytes, by ureq and rustls.
//!
//! | subject | file |
//! |---|---|
//! | names to addresses; plain HTTP only to this machine | `resolver.rs` |
//! | TLS | `tls.rs` |
//! | reused connections, ends, timeouts | `connection.rs` |
//! | errors | `error.rs` |

pub(super) mod connection;
pub(super) mod error;
pub(super) mod resolver;
pub(super) mod tls;
