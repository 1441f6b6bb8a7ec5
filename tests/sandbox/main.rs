//! The sandbox: `src/sandbox`.
#![cfg(feature = "sandbox")]

mod api;
mod command;
mod echo;
mod files;
mod http;
mod options;
mod page;
mod tokens;
mod users;

#[path = "../support/mod.rs"]
mod support;
