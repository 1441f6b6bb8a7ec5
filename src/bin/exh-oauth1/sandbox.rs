//! The look-alike of the API: on its own, or inside the program for one call.

use core::net::{Ipv4Addr, SocketAddr};
use std::ffi::OsString;

use exh_oauth1::{
    client::Settings,
    sandbox::{Log, Options, Sandbox},
};

use crate::{failure::Failure, json, output};

/// Starts one on loopback; port 0 takes a free one.
pub(crate) fn start(port: u16, log: Option<Log>) -> Result<Sandbox, Failure> {
    let mut options = Options::default();
    options.address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    options.log = log;
    Sandbox::start(options)
        .map_err(|error| Failure::unavailable(error).hint("choose another port with --port N"))
}

/// The settings that its variables make, whatever else is in the environment.
pub(crate) fn settings(sandbox: &Sandbox) -> Settings {
    let variables = sandbox.variables();
    Settings::read(exh_oauth1::client::Options::default(), |name| {
        let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
        Some(OsString::from(value.as_str()))
    })
}

/// Serves until the process ends.
pub(crate) fn serve(port: u16) -> Result<(), Failure> {
    let sandbox = start(
        port,
        Some(Box::new(|line| output::note(&json::escaped(line)))),
    )?;
    for (name, value) in sandbox.variables() {
        output::line(&format!("export {name}={value}"))?;
    }
    for (name, value) in logins(&sandbox) {
        output::line(&format!("export {name}={value}"))?;
    }
    output::note(&format!(
        "serving {} until interrupted; each request is logged here",
        sandbox.base_url()
    ));
    sandbox.wait();
    Ok(())
}

/// Who can log in, under names that no client reads by itself.
fn logins(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    let mut variables = Vec::new();
    for account in sandbox.accounts() {
        let (email, password) = match account.factors.is_empty() {
            true => ("SANDBOX_EMAIL", "SANDBOX_PASSWORD"),
            false => ("SANDBOX_MFA_EMAIL", "SANDBOX_MFA_PASSWORD"),
        };
        variables.push((email, account.email.clone()));
        variables.push((password, account.password.clone()));
        for factor in &account.factors {
            let name = match factor.kind {
                "totp" => "SANDBOX_MFA_CODE",
                _ => "SANDBOX_RECOVERY_CODE",
            };
            variables.push((name, factor.code.clone()));
        }
    }
    variables
}
