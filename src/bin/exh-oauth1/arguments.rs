//! The command line: what can be said on it, and the help that teaches it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use exh_oauth1::{
    client::{BaseUrl, HostError},
    oauth1,
};

#[cfg(feature = "packaging")]
use crate::packaging::{Completions, ManualPage};
use crate::{
    curl::As, doctor::Doctor, login::Login, logout::Logout, profiles::Profiles, request::Request,
    resolve::Resolve, sandbox,
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
    pub(crate) common: Common,
}

/// What holds for every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection and credentials")]
pub(crate) struct Common {
    /// Host of the API, instead of API_HOST; `api.` is put in front unless it is there
    #[arg(long, global = true, value_name = "HOST", conflicts_with = "base_url")]
    pub(crate) host: Option<String>,
    /// URL of the API, taken as it is
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// File with NAME=value lines
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// Profile: the file ~/.exh/profiles/NAME, or `default`; also $EXH_PROFILE
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        conflicts_with = "credentials"
    )]
    pub(crate) profile: Option<String>,
    /// Time for the whole call, in seconds; while a file goes up or down, the time in which nothing moves
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: f64,
    /// How often a call is made again where that is safe, each time newly signed
    #[arg(long, global = true, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=20))]
    pub(crate) retry: u32,
    /// PEM file with root certificates to trust beside the bundled ones
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Connect to this address for a host, as in curl; once for each
    #[arg(long, global = true, value_name = "HOST[:PORT]:ADDRESS")]
    pub(crate) resolve: Vec<Resolve>,
    /// Sign for this URL in place of the one called, where a proxy rewrites scheme, host or path
    #[arg(long, global = true, value_name = "URL", value_parser = base_url)]
    pub(crate) sign_as: Option<BaseUrl>,
    /// Allow http:// to a host that is not this machine (for a test network)
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,
    /// Start a look-alike of the API inside the program, and call that
    #[arg(long, global = true, conflicts_with_all = ["host", "base_url", "credentials", "profile"])]
    pub(crate) sandbox: bool,
    /// Say on standard error what is called, and with which settings
    #[arg(short, long, global = true, overrides_with = "verbose")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the user that the credentials belong to (the default)
    Me {
        /// Print a command that sends the signed request, and send nothing
        #[arg(long = "as", value_name = "TOOL")]
        printed_as: Option<As>,
    },
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
    #[command(after_help = "\
Examples:
  exh-oauth1 task --event event.json --sandbox
  echo '{\"data\":{\"request\":{\"path\":\"/users/v1/me\"}}}' | exh-oauth1 task --event -")]
    Task {
        /// Run once, for the event in this file; - is standard input
        #[arg(long, value_name = "FILE")]
        event: Option<PathBuf>,
    },
    /// Print the completions of a shell
    #[cfg(feature = "packaging")]
    Completions(Completions),
    /// Print a manual page
    #[cfg(feature = "packaging")]
    Man(ManualPage),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 sign GET 'https://api.example.com/users/v1/?limit(5)'
  exh-oauth1 sign POST https://api.example.com/form --form 'name=Zo%C3%AB' --as curl
  exh-oauth1 sign POST https://photos.example.net/initiate --no-token \\
    --parameter oauth_callback=oob")]
pub(crate) struct Sign {
    /// Method, such as GET
    pub(crate) method: String,
    /// URL as it is sent, with its query
    pub(crate) url: String,
    /// Form body as it is sent (application/x-www-form-urlencoded)
    #[arg(long, value_name = "BODY")]
    pub(crate) form: Option<String>,
    /// Seconds since 1970 to sign with, instead of now
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timestamp: Option<u64>,
    /// Nonce to sign with, instead of a random one
    #[arg(long, value_name = "S")]
    pub(crate) nonce: Option<String>,
    /// Sign with the application's credentials alone
    #[arg(long)]
    pub(crate) no_token: bool,
    /// Leave oauth_version out
    #[arg(long)]
    pub(crate) no_version: bool,
    /// How to sign; by default HMAC-SHA1, or RSA-SHA1 with --rsa-key
    #[arg(long, value_name = "NAME", ignore_case = true)]
    pub(crate) signature_method: Option<Method>,
    /// Private key to sign with (PEM, PKCS#1 or PKCS#8), for the RSA methods
    #[arg(long, value_name = "FILE")]
    pub(crate) rsa_key: Option<PathBuf>,
    /// Take an RSA key of fewer than 2048 bits, for an old server
    #[arg(long, requires = "rsa_key")]
    pub(crate) weak_rsa_key: bool,
    /// Take the values of variables and file as they are, with white space or quotes around them
    #[arg(long)]
    pub(crate) raw_secrets: bool,
    /// Add oauth_body_hash for this body, which is no form (OAuth Request Body Hash)
    #[arg(long, value_name = "BODY", conflicts_with = "form")]
    pub(crate) body_hash: Option<String>,
    /// Where the parameters go: a header, behind a form body, or behind a query
    #[arg(long, value_name = "PLACE", default_value = "header")]
    pub(crate) placement: Placement,
    /// Print a command that sends the signed request, in place of the header
    #[arg(long = "as", value_name = "TOOL")]
    pub(crate) printed_as: Option<As>,
    /// Another protocol parameter, such as realm=Photos or oauth_callback=oob
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) parameters: Vec<(String, String)>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 the signature is right; 4 the API would refuse it; 2 the input
cannot be read.

Examples:
  exh-oauth1 explain GET 'https://api.example.com/users/v1/?limit(5)'
  exh-oauth1 explain GET https://api.example.com/users/v1/me \\
    --authorization 'OAuth oauth_consumer_key=...'
  exh-oauth1 get /users/v1/me --as curl | exh-oauth1 explain --curl -")]
pub(crate) struct Explain {
    /// Method, such as GET
    #[arg(required_unless_present_any = ["curl", "http"])]
    pub(crate) method: Option<String>,
    /// URL as it was sent, with its query
    #[arg(required_unless_present_any = ["curl", "http"])]
    pub(crate) url: Option<String>,
    /// Form body as it was sent
    #[arg(long, value_name = "BODY")]
    pub(crate) form: Option<String>,
    /// The refused header, beginning with OAuth; - reads it from standard input
    #[arg(long, value_name = "HEADER")]
    pub(crate) authorization: Option<String>,
    /// A curl command to read request and header from; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "http"])]
    pub(crate) curl: Option<PathBuf>,
    /// A raw HTTP request to read request and header from; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "method")]
    pub(crate) http: Option<PathBuf>,
    /// A base string that another library printed, to compare
    #[arg(long, value_name = "STRING")]
    pub(crate) base_string: Option<String>,
    /// The request was signed with the application's credentials alone
    #[arg(long)]
    pub(crate) no_token: bool,
    /// File with other secrets that may have been used, one on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) also_try: Option<PathBuf>,
    /// Another host that may have been signed
    #[arg(long, value_name = "HOST")]
    pub(crate) also_try_host: Vec<String>,
    /// Public or private RSA key (PEM) that the signature is to be verified with
    #[arg(long, value_name = "FILE")]
    pub(crate) rsa_key: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where the protocol parameters are sent (RFC 5849 §3.5).
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Placement {
    Header,
    Form,
    Query,
}

/// The signature methods.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Method {
    #[value(name = "HMAC-SHA1")]
    HmacSha1,
    #[value(name = "HMAC-SHA256")]
    HmacSha256,
    #[value(name = "HMAC-SHA512")]
    HmacSha512,
    #[value(name = "RSA-SHA1")]
    RsaSha1,
    #[value(name = "RSA-SHA256")]
    RsaSha256,
    #[value(name = "RSA-SHA512")]
    RsaSha512,
    #[value(name = "PLAINTEXT")]
    Plaintext,
}

/// A name and a value. A control character got there by accident more often than not, at the end of a variable that was read from a
/// file, say, and whoever means it can say so.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    if let Some(control) = text.chars().find(|character| character.is_control()) {
        let encoded = oauth1::percent::encode(&control.to_string()).to_string();
        return Err(format!(
            "it holds the control character U+{:04X}; where it is meant, write {encoded} in the path or in a form with -d",
            u32::from(control)
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// A URL that is signed and not called, so that its scheme does not matter.
fn base_url(text: &str) -> Result<BaseUrl, HostError> {
    BaseUrl::from_url(text, true)
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "write a number of seconds, such as 30 or 0.5")?;
    if (0.001..=86_400.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("from 0.001 to 86400 seconds".to_owned())
    }
}
