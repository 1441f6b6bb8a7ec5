//! The command line: its commands, and the help.

use clap::{Parser, Subcommand};

#[cfg(feature = "packaging")]
use crate::commands::packaging::{Completions, ManualPage};
use crate::{
    commands::{
        call::Get, doctor::Doctor, explain::Explain, login::arguments::Login, logout::Logout, profiles::Profiles,
        sandbox, sign::Sign, task::Task,
    },
    input::request::{Request, RequestOptions},
    options::GlobalOptions,
};

const AFTER_HELP: &str = "\
Settings, by their names in the environment and in files of NAME=value lines:
  API_HOST                   the host, for example dev.example.extrahorizon.io
  API_OAUTH_CONSUMER_KEY     the application
  API_OAUTH_CONSUMER_SECRET
  API_OAUTH_TOKEN            the user
  API_OAUTH_TOKEN_SECRET

Each setting comes from the first of these sources that has it:
  1  the command line        --host or --base-url
  2  a file of an option     --credentials FILE or --profile NAME
  3  a file of a variable    EXH_CREDENTIALS or EXH_PROFILE, not both
  4  the environment         API_HOST, API_OAUTH_...
  5  the default file        ~/.exh/credentials

`exh-oauth1 login` writes a file, as Extra Horizon's own `exh login` does. The
Control Center offers one as credentials.txt when you create a token there.

Exit codes: 0 success (2xx); 1 no usable response; 2 wrong usage or configuration;
3 redirect (3xx); 4 client error (4xx); 5 server error (5xx).";

/// Calls Extra Horizon's API, signs OAuth 1 requests, and explains why a signature is refused
#[derive(Debug, Parser)]
#[command(name = "exh-oauth1", version = crate::version::text(), after_help = AFTER_HELP, max_term_width = 99)]
#[command(infer_long_args = false)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the user that the credentials belong to (also: whoami)
    #[command(alias = "whoami")]
    Me(RequestOptions),
    /// GET any path of the API and print the response
    #[command(alias = "GET")]
    Get(Get),
    /// Send HEAD, and print the status and headers of the response
    #[command(alias = "HEAD")]
    Head(Request),
    /// Send OPTIONS, and print the status and headers of the response
    #[command(alias = "OPTIONS")]
    Options(Request),
    /// POST a body: JSON by default
    #[command(alias = "POST")]
    Post(Request),
    /// PUT a body
    #[command(alias = "PUT")]
    Put(Request),
    /// PATCH with a body
    #[command(alias = "PATCH")]
    Patch(Request),
    /// DELETE
    #[command(alias = "DELETE")]
    Delete(Request),
    /// Create a token with email and password, and store it in a file
    Login(Login),
    /// Revoke the token and remove it from the file
    Logout(Logout),
    /// List the profiles, without their secrets
    Profiles(Profiles),
    /// Print the Authorization header for a request, without sending it
    Sign(Sign),
    /// Explain why a signature is refused, or how to make a correct one
    Explain(Explain),
    /// Check everything that a call needs, and say what to do next
    Doctor(Doctor),
    /// Serve a local mock of the API, and print the variables to export
    Sandbox(sandbox::Arguments),
    /// Run as a task of the task service, or once by hand
    ///
    /// This is the default command under AWS Lambda. Each event gets the user of the credentials. An event with
    /// data.request {method, path, body} makes that call.
    Task(Task),
    /// Print a completion script for a shell
    #[cfg(feature = "packaging")]
    Completions(Completions),
    /// Print a manual page
    #[cfg(feature = "packaging")]
    Man(ManualPage),
}
