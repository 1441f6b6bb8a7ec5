//! How a request is signed.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use exh_oauth1::{
    Credentials, ParseError, Signer,
    client::{self, Configuration, ConfigurationError, Settings},
    rsa::PrivateKey,
};

use super::{files, values::pair};
use crate::failure::Failure;

/// The largest private key, in bytes. A larger file is something else, such as a device that never ends.
const KEY_LIMIT: usize = 64 << 10;

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
    /// Set the signature method: HMAC-SHA1 by default, or RSA-SHA1 with --rsa-key
    #[arg(long, value_name = "NAME", ignore_case = true)]
    signature_method: Option<Method>,
    /// Sign with this private key, for the RSA methods (PEM, PKCS#1 or PKCS#8)
    #[arg(long, value_name = "FILE")]
    rsa_key: Option<PathBuf>,
    /// Accept an RSA key of fewer than 2048 bits, for an old server
    #[arg(long, requires = "rsa_key")]
    weak_rsa_key: bool,
    /// Sign without a token, with the application's credentials alone
    #[arg(long)]
    no_token: bool,
    /// Set the realm of the header, which is not signed
    #[arg(long, value_name = "REALM")]
    realm: Option<String>,
    /// Add a protocol parameter, such as oauth_callback=oob; may be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// Leave out oauth_version
    #[arg(long)]
    no_version: bool,
    /// Put the protocol parameters into the header, or at the end of the form body or query
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
        if self.rsa_key.is_some() {
            settings.base_url()?;
        } else if self.no_token {
            settings.configuration_without_token()?;
        } else {
            settings.configuration()?;
        }
        Ok(settings.configuration_with(self.signer(settings)?)?)
    }

    /// What signs in this way. It needs no host.
    pub(crate) fn signer(&self, settings: &Settings) -> Result<Signer, Failure> {
        let signer = match (&self.rsa_key, self.signature_method) {
            (Some(path), method) => self.rsa(settings, path, method.unwrap_or(Method::RsaSha1))?,
            (None, None | Some(Method::HmacSha1)) => self.secrets(settings)?,
            (None, Some(Method::HmacSha256)) => self.secrets(settings)?.hmac_sha256(),
            (None, Some(Method::HmacSha512)) => self.secrets(settings)?.hmac_sha512(),
            (None, Some(Method::Plaintext)) => self.secrets(settings)?.plaintext(),
            (None, Some(Method::RsaSha1 | Method::RsaSha256 | Method::RsaSha512)) => {
                return Err(
                    Failure::usage("an RSA method signs with a private key").hint("give it with --rsa-key FILE")
                );
            }
        };
        self.with_parameters(signer)
    }

    /// A signer with shared secrets.
    fn secrets(&self, settings: &Settings) -> Result<Signer, Failure> {
        let signer = if self.no_token { settings.signer_without_token() } else { settings.signer() };
        signer.map_err(missing)
    }

    /// A signer with a private key, which uses no shared secrets.
    fn rsa(&self, settings: &Settings, path: &Path, method: Method) -> Result<Signer, Failure> {
        let about = |error: &dyn Display| Failure::usage(format_args!("{}: {error}", path.display()));
        let pem = files::read(path, KEY_LIMIT).map_err(|error| Failure::cannot_read(path, &error))?;
        let pem = str::from_utf8(&pem).map_err(|_| about(&"not UTF-8 text"))?;
        let minimum = if self.weak_rsa_key { 1024 } else { 2048 };
        let key = PrivateKey::from_pem_with_minimum(pem, minimum).map_err(|error| about(&error))?;
        let client = settings.client_identifier().map_err(missing)?;
        let mut signer = Signer::new(Credentials::new(client, ""));
        if !self.no_token {
            let token = settings.token_identifier().map_err(missing)?;
            signer = signer.token(Credentials::new(token, ""));
        }
        Ok(match method {
            Method::RsaSha1 => signer.rsa_sha1(key),
            Method::RsaSha256 => signer.rsa_sha256(key),
            Method::RsaSha512 => signer.rsa_sha512(key),
            _ => return Err(Failure::usage("--rsa-key is for the RSA methods only")),
        })
    }

    /// Adds the realm and the parameters, and removes the version if it is not wanted.
    fn with_parameters(&self, mut signer: Signer) -> Result<Signer, Failure> {
        if self.no_version {
            signer = signer.without_version();
        }
        for (name, value) in self.parameters() {
            let added = if name == "realm" { signer.realm(value) } else { signer.parameter(name, value) };
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
