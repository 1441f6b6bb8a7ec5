//! The look-alike of the API: on its own, or inside the program for one call.

use core::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use std::ffi::OsString;

use clap::Args;
use exh_oauth1::{
    client::Settings,
    sandbox::{Options, Sandbox},
};

use crate::{failure::Failure, json, output};

/// What can be said about a sandbox that is served.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 sandbox
  exh-oauth1 sandbox --port 3000 --latency 200 --fail-rate 0.1
  exh-oauth1 sandbox --listen 0.0.0.0 --clock-offset -3600")]
pub(crate) struct Arguments {
    /// Port to listen on; a free one by default
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Address to listen on; another than this machine's own lets the network in
    #[arg(long, value_name = "ADDRESS", default_value = "localhost", value_parser = address)]
    listen: IpAddr,
    /// How long every answer waits, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=600_000))]
    latency: u64,
    /// Share of requests that fail on purpose, such as 0.1: with 429, 500, 502 or 503 and no effect, or by a broken
    /// connection, before or amid the answer
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    fail_rate: f64,
    /// Where the sequence of failures begins; the same N gives the same ones
    #[arg(long, value_name = "N", default_value_t = 0, requires = "fail_rate")]
    seed: u64,
    /// Seconds by which its clock is ahead, for Date and for the timestamps it takes; -400 is behind
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    #[arg(value_parser = clap::value_parser!(i64).range(-3_153_600_000..=3_153_600_000))]
    clock_offset: i64,
}

/// Starts one.
pub(crate) fn start(options: Options) -> Result<Sandbox, Failure> {
    Sandbox::start(options).map_err(|error| {
        Failure::unavailable(error).hint("choose another with --port PORT or --listen ADDRESS")
    })
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
pub(crate) fn serve(arguments: &Arguments) -> Result<(), Failure> {
    let mut options = Options::default();
    options.address = SocketAddr::new(arguments.listen, arguments.port);
    options.log = Some(Box::new(|line| output::note(&json::escaped(line))));
    options.latency = Duration::from_millis(arguments.latency);
    options.fail_rate = arguments.fail_rate;
    options.seed = arguments.seed;
    options.clock_offset = arguments.clock_offset;
    let sandbox = start(options)?;
    for (name, value) in sandbox.variables() {
        output::line(&format!("export {name}={value}"))?;
    }
    for (name, value) in logins(&sandbox) {
        output::line(&format!("export {name}={value}"))?;
    }
    if !arguments.listen.is_loopback() {
        let address = sandbox.address();
        output::note(&format!(
            "warning: {address} is open to the network, without TLS"
        ));
    }
    output::note(&format!(
        "serving {} until interrupted; each request is logged here",
        sandbox.base_url()
    ));
    sandbox.wait();
    Ok(())
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse().map_err(
        |_| "write an IP address such as 0.0.0.0 or ::, or localhost; a port goes to --port",
    )
}

fn share(text: &str) -> Result<f64, &'static str> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or("write a number from 0 to 1, such as 0.1 for every tenth request")
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
