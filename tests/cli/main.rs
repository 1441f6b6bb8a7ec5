//! The program: `src/bin`.
#![cfg(feature = "cli")]

mod curl;
mod doctor;
mod exit_codes;
mod explain;
mod interruptions;
mod list;
mod login;
mod new_user;
mod packaging;
mod requests;
mod secrecy;
mod sign_vectors;
mod terminal;
mod tls;
mod transcripts;

#[path = "../support/mod.rs"]
mod support;

#[cfg(not(target_os = "linux"))]
#[test]
fn what_needs_linux() {
    support::skip("faults, interruptions, lists, load, secrecy and terminals, which need Linux");
}
