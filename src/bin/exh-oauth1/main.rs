//! The program `exh-oauth1`: arguments, printing and exit codes around the library.
#![forbid(unsafe_code)]

mod arguments;
mod call;
mod connection;
mod explain;
mod failure;
mod json;
mod output;
mod sandbox;
mod sign;
mod task;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to standard output and are no error; a closed pipe is none either.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
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
        None => &Command::Me,
    };
    match command {
        Command::Task { event } => return task::run(common, event.as_deref()),
        Command::Me => call::me(common),
        Command::Get { path } => call::get(common, path),
        Command::Sign(sign) => sign::run(common, sign),
        Command::Explain(explain) => explain::run(common, explain),
        Command::Sandbox { port } => sandbox::serve(*port),
    }?;
    Ok(ExitCode::SUCCESS)
}
