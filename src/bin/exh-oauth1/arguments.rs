//! The command line: what can be said on it, and the help that teaches it.

use clap::{Parser, Subcommand};

#[cfg(feature = "packaging")]
use crate::commands::packaging::{Completions, ManualPage};
use crate::{
    commands::{
        call::Me, doctor::Doctor, explain::Explain, login::arguments::Login, logout::Logout,
        profiles::Profiles, sandbox, sign::Sign, task::Task,
    },
    input::request::Request,
    options::GlobalOptions,
};

const AFTER_HELP: &str = "\
Credentials come from the environment, or from a file of NAME=value lines:
  API_HOST                   the host, for example dev.example.extrahorizon.io
  API_OAUTH_CONSUMER_KEY     your application
  API_OAUTH_CONSUMER_SECRET
  API_OAUTH_TOKEN            the user it acts for
  API_OAUTH_TOKEN_SECRET
The file is --credentials FILE, else --profile NAME, else $EXH_CREDENTIALS, else
$EXH_PROFILE, else ~/.exh/credentials. Where to get it: `exh-oauth1 login` makes
it, as Extra Horizon's own `exh login` does, and the Control Center gives it as
credentials.txt when you create a token there.

Exit codes: 0 answered 2xx; 1 no usable answer; 2 wrong usage or configuration;
3 redirect; 4 the API answered 4xx; 5 the API answered 5xx.

Examples:
  exh-oauth1 me --sandbox           try it, without any account
  exh-oauth1 login --host dev.example.extrahorizon.io
  exh-oauth1                        print the user of the credentials
  exh-oauth1 get '/users/v1/?limit(5)'
  exh-oauth1 put /users/v1/ID -d '{\"language\":\"FR\"}'
  exh-oauth1 sign GET https://api.example.com/users/v1/me";

/// Calls Extra Horizon's API with OAuth 1, signs requests for anyone, and says why a signature is refused.
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
    /// Print the user that the credentials belong to (the default)
    Me(Me),
    /// GET any path of the API and print the answer
    Get {
        #[command(flatten)]
        request: Request,
        /// Follow a list to its end, and print each item as a line of JSON; a limit is the size of a page
        #[arg(long, conflicts_with_all = ["include", "dry_run", "printed_as"])]
        all: bool,
    },
    /// HEAD: print status and headers of the answer
    Head(Request),
    /// POST a body, as JSON unless told otherwise
    Post(Request),
    /// PUT a body
    Put(Request),
    /// PATCH with a body
    Patch(Request),
    /// DELETE
    Delete(Request),
    /// Make a token with email and password, and keep it in a file
    Login(Login),
    /// Revoke the token, and remove it from the file
    Logout(Logout),
    /// List the profiles, without their secrets
    Profiles(Profiles),
    /// Print the Authorization header for a request, which is not sent
    Sign(Sign),
    /// Say why a signature is refused, or show each step to a right one
    Explain(Explain),
    /// Check all that a call needs, and say what to do next
    Doctor(Doctor),
    /// Serve a look-alike of the API, and print the variables to export
    Sandbox(sandbox::Arguments),
    /// Run as a task of the task service, or once by hand
    ///
    /// It is the default under AWS Lambda. Each event gets the user of the credentials; one with data.request {method, path, body} makes that call.
    Task(Task),
    /// Print the completions of a shell
    #[cfg(feature = "packaging")]
    Completions(Completions),
    /// Print a manual page
    #[cfg(feature = "packaging")]
    Man(ManualPage),
}
