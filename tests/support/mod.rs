//! What several test programs share. Each of them uses a part of it.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod canned;
pub(crate) mod list;
#[cfg(feature = "cli")]
pub(crate) mod program;
pub(crate) mod recorder;
pub(crate) mod runtime;
#[cfg(feature = "sandbox")]
pub(crate) mod sandbox;
#[cfg(feature = "cli")]
pub(crate) mod served;
pub(crate) mod server;
pub(crate) mod tls;
#[cfg(feature = "cli")]
pub(crate) mod transcript;
pub(crate) mod vectors;
