//! The look-alike of the API: on its own, or inside the program for one call.

use core::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use clap::Args;
use exh_oauth1::sandbox::{Options, Sandbox};

use crate::{
    connection::start_sandbox,
    failure::Failure,
    output::{
        stderr::{note, warn},
        stdout,
    },
};

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
    /// How many users there are; the first can log in with a password, the second with a second factor
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    users: u32,
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
    /// Run this with the variables in its environment, and end with it and its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Serves until the process ends, or the command that is to be run.
pub(crate) fn serve(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut options = Options::default();
    options.address = SocketAddr::new(arguments.listen, arguments.port);
    options.log = Some(Box::new(note));
    options.users = arguments.users;
    options.latency = Duration::from_millis(arguments.latency);
    options.fail_rate = arguments.fail_rate;
    options.seed = arguments.seed;
    options.clock_offset = arguments.clock_offset;
    let sandbox = start_sandbox(options)?;
    let variables = sandbox.variables().into_iter().chain(logins(&sandbox));
    if !arguments.listen.is_loopback() {
        let address = sandbox.address();
        warn(&format!("{address} is open to the network, without TLS"));
    }
    if let Some((program, words)) = arguments.command.split_first() {
        let mut command = Command::new(program);
        command.args(words).envs(variables);
        // What would have a word in what is called, and by whom.
        command
            .env_remove("EXH_CREDENTIALS")
            .env_remove("EXH_PROFILE");
        return run(&mut command);
    }
    for (name, value) in variables {
        stdout::line(&format!("export {name}={value}"))?;
    }
    note(&format!(
        "serving {} until interrupted; each request is logged here",
        sandbox.base_url()
    ));
    sandbox.wait();
    Ok(ExitCode::SUCCESS)
}

/// Runs a command to its end, and takes over its exit code as a shell does.
fn run(command: &mut Command) -> Result<ExitCode, Failure> {
    let status = command.status().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        Failure::usage(format_args!("cannot run {program}: {error}"))
    })?;
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    Ok(ExitCode::from(
        code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1),
    ))
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
