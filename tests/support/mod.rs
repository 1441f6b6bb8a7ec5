//! Modules that several test programs share.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod canned;
#[cfg(feature = "cli")]
pub(crate) mod help;
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
#[cfg(feature = "cli")]
pub(crate) mod update;
pub(crate) mod vectors;

/// Prints that something was not tested, and what was missing. The gate counts these lines.
pub(crate) fn skip(what: &str) {
    use std::io::Write as _;
    // Written past the test harness, which hides the output of tests that pass.
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

/// Whether a program is installed. If it is not, says that `what` is skipped.
pub(crate) fn has(program: &str, what: &str) -> bool {
    let mut command = std::process::Command::new(program);
    command.arg("--version").stdin(std::process::Stdio::null());
    let is_there = command.output().is_ok();
    if !is_there {
        skip(&format!("{what}: {program} is not installed"));
    }
    is_there
}
