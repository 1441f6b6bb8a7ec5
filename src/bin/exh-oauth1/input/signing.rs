//! How a request is signed.

use clap::{Args, ValueEnum};
use exh_oauth1::{
    ParseError, Signer,
    client::{self, Configuration, ConfigurationError, Settings},
};

use super::values::pair;
use crate::failure::Failure;

const MISSING: &str = "set the variables, or name a file that has them: --credentials FILE
without a token: --no-token; with a private key in place of secrets: --rsa-key FILE";

/// What to do if settings are missing for a signature.
pub(crate) fn missing(error: ConfigurationError) -> Failure {
    Failure::settings(error, MISSING)
}

/// The options of `sign`, and of every command that sends a request.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Signing")]
pub(crate) struct SigningOptions {
    /// Signature method: HMAC-SHA1 by default, or RSA-SHA1 with --rsa-key
    #[arg(long, value_name = "NAME", ignore_case = true)]
    pub(crate) signature_method: Option<Method>,
    /// Sign without a token, with the application's credentials alone
    #[arg(long)]
    pub(crate) no_token: bool,
    /// Realm of the header, which is not signed
    #[arg(long, value_name = "REALM")]
    realm: Option<String>,
    /// Additional protocol parameter, such as oauth_callback=oob; may be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// Leave out oauth_version
    #[arg(long)]
    no_version: bool,
    /// Where the protocol parameters go: a header, the end of a form body, or the end of the query
    #[arg(long, value_name = "PLACE", default_value = "header")]
    pub(crate) placement: Placement,
    /// Sign the hash of a body that is not a form (oauth_body_hash)
    #[arg(long)]
    pub(crate) body_hash: bool,
    /// Use identifiers and secrets exactly as they are, with white space or quotes around them
    #[arg(long)]
    pub(crate) raw_secrets: bool,
}

impl SigningOptions {
    /// The configuration of a client that signs in this way.
    pub(crate) fn configuration(&self, settings: &Settings) -> Result<Configuration, Failure> {
        // Everything that is missing is in one message.
        if self.no_token {
            settings.configuration_without_token()?;
        } else {
            settings.configuration()?;
        }
        Ok(settings.configuration_with(self.signer(settings)?)?)
    }

    /// What signs in this way. It needs no host.
    pub(crate) fn signer(&self, settings: &Settings) -> Result<Signer, Failure> {
        let signer = if self.no_token {
            settings.signer_without_token()
        } else {
            settings.signer()
        };
        let signer = signer.map_err(missing)?;
        let signer = match self.signature_method.unwrap_or(Method::HmacSha1) {
            Method::HmacSha1 => signer,
            Method::HmacSha256 => signer.hmac_sha256(),
            Method::HmacSha512 => signer.hmac_sha512(),
            Method::Plaintext => signer.plaintext(),
            Method::RsaSha1 | Method::RsaSha256 | Method::RsaSha512 => {
                return Err(Failure::usage("an RSA method signs with a private key")
                    .hint("give it with --rsa-key FILE"));
            }
        };
        self.with_parameters(signer)
    }

    /// The same signer with the version, the realm and the additional parameters as wanted.
    pub(crate) fn with_parameters(&self, mut signer: Signer) -> Result<Signer, Failure> {
        if self.no_version {
            signer = signer.without_version();
        }
        for (name, value) in self.parameters() {
            let added = if name == "realm" {
                signer.realm(value)
            } else {
                signer.parameter(name, value)
            };
            signer = added.map_err(|error| refused(name, error))?;
        }
        Ok(signer)
    }

    /// The additional parameters, and the realm.
    fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let realm = self.realm.iter().map(|realm| ("realm", realm.as_str()));
        let others = self.parameters.iter();
        others.map(|(name, value)| (&**name, &**value)).chain(realm)
    }
}

fn refused(name: &str, error: ParseError) -> Failure {
    let option = match name {
        "realm" => "--realm".to_owned(),
        name => format!("--parameter {name}"),
    };
    Failure::usage(format_args!("{option}: {error}"))
}

/// Where the protocol parameters are sent (RFC 5849 §3.5).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum Placement {
    #[default]
    Header,
    Form,
    Query,
}

impl From<Placement> for client::Placement {
    fn from(placement: Placement) -> Self {
        match placement {
            Placement::Header => Self::Header,
            Placement::Form => Self::Form,
            Placement::Query => Self::Query,
        }
    }
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
