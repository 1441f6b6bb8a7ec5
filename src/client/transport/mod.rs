//! Connections: from a host name to a stream of bytes.
//!
//! | subject | file |
//! |---|---|
//! | names to addresses | `resolver.rs` |
//! | proxies | `proxy.rs` |
//! | TCP | `tcp.rs`, `buffers.rs` |
//! | TLS, CA certificates | `tls.rs`, `certificates.rs` |
//! | connections that died while they were idle | `stale.rs` |
//! | what can go wrong | `error.rs` |

pub(super) mod buffers;
pub(super) mod certificates;
pub(super) mod error;
pub(super) mod proxy;
pub(super) mod resolver;
pub(super) mod stale;
pub(super) mod tcp;
pub(super) mod tls;
