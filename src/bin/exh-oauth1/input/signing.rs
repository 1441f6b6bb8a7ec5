//! How a request is signed.

use clap::ValueEnum;
use exh_oauth1::client::ConfigurationError;

use crate::failure::Failure;

const MISSING: &str = "set the variables, or name a file that has them: --credentials FILE
without a token: --no-token; with a private key in place of secrets: --rsa-key FILE";

/// What to do if settings are missing for a signature.
pub(crate) fn missing(error: ConfigurationError) -> Failure {
    Failure::settings(error, MISSING)
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
