//! The program `exh-oauth1`.
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod connection;
mod failure;
mod help;
mod input;
mod interrupt;
mod options;
mod output;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use arguments::{Arguments, Command};
#[cfg(feature = "packaging")]
use commands::packaging;
use commands::{
    call, doctor, explain, login, logout, profiles, sandbox, sign,
    task::{self, Task},
};
use failure::Failure;
use input::request::RequestOptions;
use output::{json, report::report, stderr, stdout};

fn main() -> ExitCode {
    let parsed = help::grouped(Arguments::command())
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .map_err(help::suggest);
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            let text = error.render().to_string();
            let shown = json::escaped(&stderr::without_user_info(&text));
            if error.use_stderr() && shown != text {
                stderr::layout(&shown);
            } else {
                let printed = error.print();
                if !error.use_stderr() {
                    return match stdout::ignore_closed_pipe(printed) {
                        Ok(()) => ExitCode::SUCCESS,
                        Err(failure) => report(&failure),
                    };
                }
            }
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(code) => code,
        Err(failure) => report(&failure),
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let global = &arguments.global;
    let command = match &arguments.command {
        Some(command) => command,
        None if task::is_wanted() => &Command::Task(Task::default()),
        None => &Command::Me(RequestOptions::default()),
    };
    match command {
        Command::Doctor(doctor) => return doctor::run(global, doctor),
        Command::Sandbox(arguments) => return sandbox::serve(global, arguments),
        Command::Task(task) => return task::run(global, task),
        Command::Me(options) => call::me(global, options),
        Command::Get(get) => call::get(global, get),
        Command::Head(request) => call::request(global, "HEAD", request),
        Command::Options(request) => call::request(global, "OPTIONS", request),
        Command::Post(request) => call::request(global, "POST", request),
        Command::Put(request) => call::request(global, "PUT", request),
        Command::Patch(request) => call::request(global, "PATCH", request),
        Command::Delete(request) => call::request(global, "DELETE", request),
        Command::Login(login) => login::run(global, login),
        Command::Logout(logout) => logout::run(global, logout),
        Command::Profiles(profiles) => profiles::run(global, profiles),
        Command::Sign(sign) => sign::run(global, sign),
        Command::Explain(explain) => explain::run(global, explain),
        #[cfg(feature = "packaging")]
        Command::Completions(shell) => packaging::completions(shell, Arguments::command()),
        #[cfg(feature = "packaging")]
        Command::Man(page) => packaging::manual_page(page, Arguments::command()),
    }?;
    Ok(ExitCode::SUCCESS)
}
