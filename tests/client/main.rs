//! The client: `src/client`.
#![cfg(feature = "client")]

mod api;
mod authentication;
mod calls;
mod codes;
mod configuration;
mod credentials_file;
mod pages;
mod retry;
mod rewritten;
mod rql;
mod stale;

#[path = "../support/mod.rs"]
mod support;
