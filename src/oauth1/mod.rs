//! OAuth 1.0: signing and verifying requests ([RFC 5849](https://www.rfc-editor.org/rfc/rfc5849)).
//!
//! `no_std` with `alloc`, no input or output. The folder can be copied into another crate, whose root then says
//! `extern crate alloc;`: it refers to nothing outside itself but the crates it uses.
//!
//! | step | section | file |
//! |---|---|---|
//! | credentials | §1.1 | `credentials.rs` |
//! | temporary and token credentials | §2 | `flow.rs` |
//! | protocol parameters | §3.1 | `protocol.rs`, `wire.rs`, `template.rs` |
//! | signing | §3.1 | `signer.rs` |
//! | verifying | §3.2 | `verify.rs` |
//! | nonce and timestamp | §3.3 | `nonce.rs` |
//! | guard against replays | §3.2, §3.3 | `replay.rs` |
//! | signature base string | §3.4.1.1 | `request.rs` |
//! | base string URI | §3.4.1.2 | `uri.rs` |
//! | request parameters, normalized | §3.4.1.3 | `parameters.rs` |
//! | signature methods | §3.4.2, §3.4.4 | `signature.rs` |
//! | signature methods with RSA | §3.4.3 | `rsa.rs`, `rsa/key.rs` |
//! | authorization header | §3.5.1 | `authorization.rs` |
//! | protocol parameters in form or query | §3.5.2, §3.5.3 | `placement.rs` |
//! | names and values of a form | §3.4.1.3.1 | `form.rs` |
//! | hash of other bodies | Request Body Hash draft | `body_hash.rs` |
//! | requests of the crate `http` | | `http.rs` |
//! | percent encoding | §3.6 | `percent.rs` |
//! | unreadable or refused | §3.2 | `error.rs` |
//!
//! # Security
//!
//! Secret are the two shared secrets and, with `PLAINTEXT`, the signature. Signatures are compared in constant time.
//! `HMAC-SHA1` does not rest on SHA-1's resistance to collisions and is sound; a signature covers method, URI, query and
//! form, but no other body and no header. A signature that verifies may be a replay: refusing those is a duty of the server.

#![warn(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]

mod authorization;
mod body_hash;
mod credentials;
mod error;
pub mod flow;
mod form;
#[cfg(feature = "http")]
mod http;
mod nonce;
mod parameters;
pub mod percent;
mod placement;
mod protocol;
mod replay;
mod request;
#[cfg(feature = "rsa")]
pub mod rsa;
mod signature;
mod signer;
mod template;
mod uri;
mod verify;
mod wire;

pub use authorization::Authorization;
pub use body_hash::BodyHashError;
pub use credentials::Credentials;
pub use error::{ParseError, Part, VerifyError};
#[cfg(feature = "http")]
pub use http::HttpError;
pub use nonce::Nonce;
#[cfg(feature = "system")]
pub use nonce::{AuthorizeError, timestamp};
pub use protocol::ProtocolParameters;
pub use replay::{MemoryReplayGuard, ReplayError, ReplayGuard};
pub use request::Request;
pub use signature::SignatureMethod;
pub use signer::{Prepared, Signer};
