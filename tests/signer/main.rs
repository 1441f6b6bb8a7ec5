//! The signer: `src/oauth1`.

mod allocations;
mod autotraits;
mod body_hash;
mod flow;
mod header;
mod http;
mod messages;
mod naive;
mod nonces;
mod placement;
mod properties;
mod replay;
mod rsa;
mod secrets;
mod structure;
mod tamper;
mod vectors;

#[path = "../support/mod.rs"]
mod support;
