//! The program `exh-oauth1`: arguments, printing and exit codes around the library.
#![forbid(unsafe_code)]

mod answers;
mod arguments;
mod base_string;
mod call;
mod connection;
mod curl;
mod doctor;
mod download;
mod explain;
mod failure;
mod files;
mod help;
mod interrupt;
mod json;
mod list;
mod login;
mod logout;
mod output;
#[cfg(feature = "packaging")]
mod packaging;
mod profiles;
mod prompt;
mod replacement;
mod request;
mod resolve;
mod sandbox;
mod sign;
mod task;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use arguments::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    let parsed = help::grouped(Arguments::command())
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            let text = error.render().to_string();
            if error.use_stderr() && json::escaped(&text) != text {
                // Arguments may come from anywhere, and errors repeat them.
                output::note(text.trim_end());
            } else {
                let printed = error.print();
                if !error.use_stderr() {
                    // Help and version are no error.
                    return match output::told(printed) {
                        Ok(()) => ExitCode::SUCCESS,
                        Err(failure) => failure.report(),
                    };
                }
            }
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let common = &arguments.common;
    let command = match &arguments.command {
        Some(command) => command,
        None if task::is_wanted() => &Command::Task { event: None },
        None => &Command::Me { printed_as: None },
    };
    match command {
        Command::Doctor(doctor) => return doctor::run(common, doctor),
        Command::Sandbox(arguments) => return sandbox::serve(arguments),
        Command::Task { event } => return task::run(common, event.as_deref()),
        Command::Me { printed_as } => call::me(common, *printed_as),
        Command::Get { request, all: true } => call::list(common, request),
        Command::Get {
            request,
            all: false,
        } => call::request(common, "GET", request),
        Command::Head(request) => call::request(common, "HEAD", request),
        Command::Post(request) => call::request(common, "POST", request),
        Command::Put(request) => call::request(common, "PUT", request),
        Command::Patch(request) => call::request(common, "PATCH", request),
        Command::Delete(request) => call::request(common, "DELETE", request),
        Command::Login(login) => login::run(common, login),
        Command::Logout(logout) => logout::run(common, logout),
        Command::Profiles(profiles) => profiles::run(common, profiles),
        Command::Sign(sign) => sign::run(common, sign),
        Command::Explain(explain) => explain::run(common, explain),
        #[cfg(feature = "packaging")]
        Command::Completions(shell) => packaging::completions(shell),
        #[cfg(feature = "packaging")]
        Command::Man(page) => packaging::manual_page(page),
    }?;
    Ok(ExitCode::SUCCESS)
}
