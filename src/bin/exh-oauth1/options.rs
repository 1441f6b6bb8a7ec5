//! The options that every command accepts.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use exh_oauth1::client::{BaseUrl, HostError};

use crate::input::resolve::Resolve;

/// The options that every command accepts.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection and credentials")]
pub(crate) struct GlobalOptions {
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
    /// Print to standard error what is called, and with which settings; -vv adds the headers, without secrets
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
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
