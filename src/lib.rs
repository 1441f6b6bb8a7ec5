//! Sign HTTP requests with OAuth 1 ([RFC 5849](https://www.rfc-editor.org/rfc/rfc5849)), call Extra Horizon's API, and
//! find out why a signature is refused.
//!
//! It is not an official product of [Extra Horizon](https://docs.extrahorizon.com).
//!
//! # Example
//!
//! The signer works with any OAuth 1 service and any HTTP client. It needs neither the standard library nor a feature:
//!
//! ```
//! use exh_oauth1::{Credentials, Request, Signer};
//!
//! // The credentials, timestamp and nonce of RFC 5849 §1.2, whose header has no `oauth_version`.
//! let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
//!     .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"))
//!     .without_version();
//! let request = Request::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original")?;
//! let authorization = signer.sign(&request, 137131202, "chapoH");
//! assert_eq!(authorization.signature(), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
//! // Send it as the value of the header `Authorization`.
//! assert!(authorization.as_str().starts_with("OAuth oauth_consumer_key="));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Where to start
//!
//! | you want to | start with |
//! |---|---|
//! | sign a request for any service | [`Signer`]; with the feature `system` its method `authorize` chooses time and nonce |
//! | verify requests on a server | [`Signer::verify`], [`oauth1::MemoryReplayGuard`] |
//! | get a token from a user (three-legged flow) | [`flow`] |
//! | call Extra Horizon's API | [`client`](client/index.html) |
//! | find out why a signature is refused | [`explain`](explain/index.html), or the command `exh-oauth1 explain` |
//! | test a client without an account | [`sandbox`](sandbox/index.html), or the command `exh-oauth1 sandbox` |
//! | write a task for Extra Horizon's task service | [`task`](task/index.html) |
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `system` | the system's clock and randomness: `Signer::authorize`, `timestamp` |
//! | `sha2` | HMAC-SHA256 and HMAC-SHA512 |
//! | `rsa` | RSA-SHA1, RSA-SHA256 and RSA-SHA512 |
//! | `http` | signs an `http::Request` in place |
//! | `client` | the blocking client of Extra Horizon's API |
//! | `explain` | finds the mistake that led to a wrong signature |
//! | `sandbox` | a local mock of the API |
//! | `task` | tasks of Extra Horizon's task service |
//! | `cli` (default) | the program `exh-oauth1`, and all of the above except `http` |
//! | `packaging` (default) | shell completions and manual pages of the program |
//!
//! A library needs none of the defaults:
//!
//! ```toml
//! exh-oauth1 = { version = "0.1", default-features = false, features = ["client"] }
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

extern crate alloc;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "explain")]
pub mod explain;
#[warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)]
pub mod oauth1;
#[cfg(feature = "explain")]
pub mod page;
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
    Authorization, BodyHashError, Credentials, External, Nonce, ParseError, Part, Request, SignatureMethod, Signer,
    VerifyError, flow,
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
