//! All checks that a request needs, from the settings to the signed request; one verdict, one next step.
//!
//! | checks | file |
//! |---|---|
//! | variables, credentials file, host | `settings.rs` |
//! | proxy, CA certificates, names, connection, clock, call | `network.rs` |
//! | lines, JSON, verdict | `report.rs` |

mod network;
mod report;
mod settings;

use std::process::ExitCode;

use clap::Args;
use exh_oauth1::{AuthorizeError, client::Settings};
use rand::{TryRng as _, rngs::SysRng};

use report::{Check, Report};

use crate::{
    connection::{sandbox_settings, start_sandbox},
    failure::Failure,
    options::GlobalOptions,
    version,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Each line is a check: ok, warning, failed, or not tried because an earlier one
failed. Of values, only the host is shown; of the others, the length and the
number of stray characters.

Exit codes: 0 it works, possibly with warnings; otherwise the exit code of the
first check that failed.

Examples:
  exh-oauth1 doctor
  exh-oauth1 doctor --credentials credentials.txt
  exh-oauth1 doctor --json | jq -r .verdict")]
pub(crate) struct Doctor {
    /// Print JSON: {verdict, summary, next_step, exit_code, checks: [{id, status, detail, ...}]}
    #[arg(long)]
    json: bool,
}

/// Makes all checks that are possible, each within the timeout.
pub(crate) fn run(global: &GlobalOptions, doctor: &Doctor) -> Result<ExitCode, Failure> {
    // Nothing works without random numbers, and `serde_json`'s maps may panic.
    SysRng.try_next_u64().map_err(|_| AuthorizeError::Randomness)?;
    let sandbox = global.sandbox.then(|| start_sandbox(exh_oauth1::sandbox::Options::default())).transpose()?;
    let settings = match &sandbox {
        Some(sandbox) => sandbox_settings(sandbox),
        // Warnings about files are checks here.
        None => Settings::from_env(global.options()),
    };
    let mut report = Report::new(doctor.json);
    report.add(
        Check::ok("program", format!("exh-oauth1 {}", version::text()))
            .with("version", env!("CARGO_PKG_VERSION"))
            .with("features", version::features())
            .with("target", version::target()),
    )?;
    settings::check(&mut report, global, &settings)?;
    network::check(&mut report, global, &settings)?;
    report.finish()
}
