//! The arguments of `login`.

use clap::Args;

#[derive(Args, Debug)]
#[command(after_help = "\
The password is asked for on the terminal or read from standard input, never
from the command line or the environment. The same holds for a missing consumer
secret. The password is sent only once, whatever --retry says: failed logins
lock the account. `login` reads and writes one credentials file, and no other.

Examples:
  exh-oauth1 login --host dev.example.extrahorizon.io
  exh-oauth1 login --profile staging --email zoe@example.com
  pass staging | exh-oauth1 login --email zoe@example.com --password-stdin --code 123456")]
pub(crate) struct Login {
    /// Log in with this email address; asked for by default
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Read the password from the first line of standard input, and a missing consumer secret from the second
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Use this second factor, by its name, type or identifier; asked for if there are several
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Confirm the second factor with this code; asked for if it is needed
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
}
