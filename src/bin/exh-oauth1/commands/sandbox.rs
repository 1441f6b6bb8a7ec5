//! The mock server of the API, and the echo.

use std::{
    ffi::OsString,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::{Command, ExitCode},
    time::Duration,
};

use clap::Args;
use exh_oauth1::{
    client::Variable,
    sandbox::{Keys, Options, Sandbox},
};

use crate::{
    commands::explain::public_key,
    connection::start_sandbox,
    failure::Failure,
    options::GlobalOptions,
    output::{
        stderr::{note, warn},
        stdout,
    },
};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 sandbox
  exh-oauth1 sandbox --port 3000 --latency 200 --fail-rate 0.1
  exh-oauth1 sandbox --listen 0.0.0.0 --clock-offset -3600
  exh-oauth1 sandbox --echo --credentials other-service.txt")]
pub(crate) struct Arguments {
    /// Listen on this port; 0 is a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Listen on this address; any but a loopback address is reachable from the network
    #[arg(long, value_name = "ADDRESS", default_value = "localhost", value_parser = address)]
    listen: IpAddr,
    /// Describe each request instead of serving the API: any path, signature method and place of the
    /// signature, with credentials that are set as for a call, or else generated
    #[arg(long)]
    echo: bool,
    /// Verify RSA signatures with this key, public or private (PEM)
    #[arg(long, value_name = "FILE", requires = "echo")]
    rsa_key: Option<PathBuf>,
    /// Also serve the page of requests to the network, at a secret address
    #[arg(long)]
    page: bool,
    /// Create N users; the first can log in with a password, the second needs a second factor
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    users: u32,
    /// Delay every response by this many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=600_000))]
    latency: u64,
    /// Fail this share of requests, such as 0.1: with 429, 500, 502 or 503 and no effect, or by a
    /// connection that breaks before the end of the response
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    fail_rate: f64,
    /// Start the sequence of failures at N; the same N gives the same failures
    #[arg(long, value_name = "N", default_value_t = 0, requires = "fail_rate")]
    seed: u64,
    /// Add seconds to its clock, for Date and timestamps; may be negative
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(i64).range(-3_153_600_000..=3_153_600_000))]
    clock_offset: i64,
    /// Run this command with the variables in its environment, and end with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Serves until the process ends, or until the given command ends.
pub(crate) fn serve(global: &GlobalOptions, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut options = Options::default();
    options.address = SocketAddr::new(arguments.listen, arguments.port);
    options.log = Some(Box::new(note));
    options.users = arguments.users;
    options.latency = Duration::from_millis(arguments.latency);
    options.fail_rate = arguments.fail_rate;
    options.seed = arguments.seed;
    options.clock_offset = arguments.clock_offset;
    options.page = arguments.page;
    options.echo = arguments.echo;
    options.public_key = arguments.rsa_key.as_deref().map(public_key).transpose()?;
    let own_keys = match arguments.echo {
        true => keys(global)?,
        false => None,
    };
    let has_own_keys = own_keys.is_some();
    options.keys = own_keys;
    let sandbox = start_sandbox(options)?;
    let mut variables = Vec::from(sandbox.variables());
    // Without a token, its variables are not set.
    variables.retain(|(_, value)| !value.is_empty());
    if !arguments.echo {
        variables.extend(logins(&sandbox));
    }
    if !arguments.listen.is_loopback() {
        let address = sandbox.address();
        warn(&format!("{address} is open to the network, without TLS"));
    }
    if let Some((program, words)) = arguments.command.split_first() {
        let mut command = Command::new(program);
        command.args(words).envs(variables);
        // They would take precedence over the variables.
        command.env_remove("EXH_CREDENTIALS").env_remove("EXH_PROFILE");
        return run(&mut command);
    }
    if has_own_keys {
        // The user has the secrets.
        variables.truncate(1);
    }
    for (name, value) in variables {
        stdout::line(&format!("export {name}={value}"))?;
    }
    let url = sandbox.base_url();
    note(&format!("serving {url} until interrupted; each request is logged here"));
    if let Some(url) = sandbox.page_url() {
        note(&format!("open {url} in a browser to see the requests"));
    }
    sandbox.wait();
    Ok(ExitCode::SUCCESS)
}

/// The credentials that are set by options, the environment or a file. None if there are none at all. A token is not
/// required.
fn keys(global: &GlobalOptions) -> Result<Option<Keys>, Failure> {
    let settings = global.settings();
    let is_set = |variable| settings.found().iter().any(|found| found.variable() == variable);
    let is_named = global.credentials.is_some() || global.profile.is_some();
    if !is_named && !is_set(Variable::ConsumerKey) && !is_set(Variable::ConsumerSecret) {
        return Ok(None);
    }
    let (client, token) = if is_set(Variable::Token) || is_set(Variable::TokenSecret) {
        let (client, token) = settings.credentials()?;
        (client, Some(token))
    } else {
        (settings.client_credentials()?, None)
    };
    note(&format!("accepting the credentials of {}", settings.sources()));
    let token = token.as_ref();
    Ok(Some(Keys {
        consumer_key: client.identifier().to_owned(),
        consumer_secret: client.secret().to_owned(),
        token: token.map(|token| token.identifier().to_owned()).unwrap_or_default(),
        token_secret: token.map(|token| token.secret().to_owned()).unwrap_or_default(),
    }))
}

/// Runs a command to its end. The exit code is that of the command, as in a shell.
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
    Ok(ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse().map_err(|_| "write an IP address such as 0.0.0.0 or ::, or localhost; a port goes to --port")
}

fn share(text: &str) -> Result<f64, &'static str> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or("write a number from 0 to 1, such as 0.1 for every tenth request")
}

/// The users who can log in, under names that no client reads by itself.
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
