//! OAuth 1 (RFC 5849) for Extra Horizon's API: a signer that others embed, a client, and what says why a signature is refused.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

extern crate alloc;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "explain")]
pub mod explain;
#[warn(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]
pub mod oauth1;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "task")]
pub mod task;

#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "http")]
pub use oauth1::HttpError;
#[cfg(feature = "rsa")]
pub use oauth1::rsa;
pub use oauth1::{
    Authorization, BodyHashError, Credentials, External, Nonce, ParseError, Part, Request,
    SignatureMethod, Signer, VerifyError, flow,
};
#[cfg(feature = "system")]
pub use oauth1::{AuthorizeError, timestamp};

/// Tests the examples of README.
#[cfg(all(doctest, feature = "system", feature = "task"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// Tests the examples of `docs/other-services.md`.
#[cfg(all(doctest, feature = "rsa"))]
#[doc = include_str!("../docs/other-services.md")]
struct OtherServices;

/// Tests the examples of `docs/embedding.md`.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../docs/embedding.md")]
struct Embedding;
