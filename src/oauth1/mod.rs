//! OAuth 1.0: signing and verifying requests ([RFC 5849](https://www.rfc-editor.org/rfc/rfc5849)), `no_std` with
//! `alloc`.
//!
//! A client signs a [`Request`] with a [`Signer`] and sends the [`Authorization`]. A server parses the header, verifies
//! it with the same kind of signer, and rejects replays with a [`ReplayGuard`]. The module [`flow`] gets token
//! credentials from a user.
//!
//! # Copying this folder
//!
//! The folder refers to nothing outside itself. Copy it next to the crate's root, write `extern crate alloc;` and
//! `pub mod oauth1;` there, and add this to `Cargo.toml`:
//!
//! ```toml
//! [features]
//! system = ["dep:rand", "rsa?/getrandom"]
//! sha2 = ["dep:sha2"]
//! rsa = ["sha2", "dep:rsa", "sha1/oid", "sha2/oid"]
//! http = ["dep:http"]
//!
//! [dependencies]
//! base64 = { version = "0.23", default-features = false, features = ["alloc"] }
//! ctutils = { version = "0.4", default-features = false }
//! hmac = { version = "0.13", features = ["zeroize"] }
//! http = { version = "1.5", optional = true }
//! percent-encoding = { version = "2.3", default-features = false }
//! rand = { version = "0.10", optional = true, default-features = false, features = ["sys_rng"] }
//! rand_core = { version = "0.10", default-features = false }
//! rsa = { version = "0.10", optional = true, default-features = false, features = ["encoding", "pkcs1v15"] }
//! sha1 = { version = "0.11", default-features = false, features = ["zeroize"] }
//! sha2 = { version = "0.11", optional = true, default-features = false, features = ["zeroize"] }
//! zeroize = { version = "1.9.1", default-features = false, features = ["alloc"] }
//! ```
//!
//! # Security
//!
//! `HMAC-SHA1` does not depend on SHA-1's collision resistance and is sound. A signature covers method, URI, query and
//! form, but no other body and no header. A signature that verifies may be a replay, which the server must reject.

// A client needs these files to sign, in the order of the RFC: `percent.rs` (§3.6), `uri.rs` (§3.4.1.2), `request.rs`
// (§3.4.1), `nonce.rs` (§3.3), `signature.rs` (§3.4.2, §3.4.4), `protocol.rs` (§3.1: in base string and header),
// `authorization.rs` (§3.5.1), `signer.rs` (§3.1), and `error.rs`. `server/` verifies, `rsa/` has RSA, and `extra/` has
// what some services need.

mod authorization;
mod error;
mod extra;
mod nonce;
pub mod percent;
mod protocol;
mod request;
#[cfg(feature = "rsa")]
pub mod rsa;
mod server;
mod signature;
mod signer;
mod uri;

pub use authorization::Authorization;
pub use error::{ParseError, Part};
#[cfg(feature = "http")]
pub use extra::HttpError;
#[cfg(feature = "system")]
pub use extra::{AuthorizeError, timestamp};
pub use extra::{BodyHashError, External, flow};
pub use nonce::Nonce;
pub use request::Request;
pub use server::{MemoryReplayGuard, ReplayError, ReplayGuard, VerifyError};
pub use signature::{Credentials, SignatureMethod};
pub use signer::Signer;
