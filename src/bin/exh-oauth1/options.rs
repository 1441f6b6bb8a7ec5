use std::path::PathBuf;

use clap::{ArgAction, Args};
use exh_oauth1::client::{BaseUrl, HostError};

use crate::input::resolve::Resolve;

/// The options that every command accepts.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection and credentials")]
pub(crate) struct GlobalOptions {
    /// Call the API at this host; `api.` is added in front if it is missing
    #[arg(long, global = true, value_name = "HOST", conflicts_with = "base_url")]
    pub(crate) host: Option<String>,
    /// Call the API at this URL, exactly as given
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Read the settings from this credentials file, with NAME=value lines
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// Use this profile: the file ~/.exh/profiles/NAME; `default` is ~/.exh/credentials
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "credentials")]
    pub(crate) profile: Option<String>,
    /// Set the timeout in seconds; for uploads and downloads, the idle timeout
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: f64,
    /// Retry up to N times, only when safe; each retry is signed again
    #[arg(long, global = true, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=20))]
    pub(crate) retry: u32,
    /// Trust the CA certificates of this PEM file, in addition to the built-in ones
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Connect to this address for a host, as in curl; may be repeated
    #[arg(long, global = true, value_name = "HOST[:PORT]:ADDRESS")]
    pub(crate) resolve: Vec<Resolve>,
    /// Sign for this URL instead of the one that is called, if a proxy rewrites scheme, host or path
    #[arg(long, global = true, value_name = "URL", value_parser = base_url)]
    pub(crate) sign_as: Option<BaseUrl>,
    /// Allow http:// to a host that is not this machine (for a test network)
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,
    /// Start a local mock of the API inside the program, and call that
    #[arg(long, global = true, conflicts_with_all = ["host", "base_url", "credentials", "profile"])]
    pub(crate) sandbox: bool,
    /// Print to standard error what is called, and with which settings; -vv adds the headers, without secrets
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// A URL that is signed and not called: plain HTTP is harmless.
fn base_url(text: &str) -> Result<BaseUrl, HostError> {
    BaseUrl::from_url(text, true)
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "write a number of seconds, such as 30 or 0.5")?;
    if (0.001..=86_400.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("must be from 0.001 to 86400 seconds".to_owned())
    }
}
