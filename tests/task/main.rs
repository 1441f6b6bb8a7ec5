//! Tasks: `src/task`.
#![cfg(feature = "task")]

mod events;
mod runtime;

#[path = "../support/mod.rs"]
mod support;
