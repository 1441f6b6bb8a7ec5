//! Every known mistake is named, alone and in pairs; secrets stay hidden; wrong secrets stay unexplained; huge requests
//! end.
//!
//! Without optimization each test does a share of its work. `cargo test --release --test explain` does nearly all of
//! it. With `EXH_CASES=10000`, each of ten thousand wrong secrets is searched to the end.
#![cfg(feature = "explain")]

mod alone;
mod bounds;
mod clients;
mod forms;
mod inspected;
mod maker;
mod platforms;
mod random;
mod raw;
mod readers;
mod requests;
mod secrecy;
mod together;
mod tools;
mod vectors;
