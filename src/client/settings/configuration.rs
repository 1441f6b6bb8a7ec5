//! What a client needs: where the API is, and what signs the requests.

use std::path::{Path, PathBuf};

use super::{
    configuration_error::ConfigurationError, host::BaseUrl, lookup::Settings, options::Options, sources::Sources,
};
use crate::oauth1::{Credentials, Signer};

/// Where the API is, and what signs the requests.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{Credentials, Signer, client::{BaseUrl, Client, Configuration}};
///
/// let signer = Signer::new(Credentials::new("consumer-key", "consumer-secret"))
///     .token(Credentials::new("token", "token-secret"));
/// let base_url = BaseUrl::from_host("dev.example.extrahorizon.io", false)?;
/// let client = Client::builder(Configuration::new(base_url, signer)).build()?;
/// assert_eq!(client.configuration().base_url().as_str(), "https://api.dev.example.extrahorizon.io");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Configuration {
    pub(super) base_url: BaseUrl,
    pub(super) signer: Signer,
    pub(super) sources: Sources,
    pub(super) ca_file: Option<PathBuf>,
}

impl Configuration {
    /// A configuration with values of your own.
    pub fn new(base_url: BaseUrl, signer: Signer) -> Self {
        Self { base_url, signer, sources: Sources::default(), ca_file: None }
    }

    /// Reads the environment and the credentials files. [`Settings`] does it with options.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn from_env() -> Result<Self, ConfigurationError> {
        Settings::from_env(Options::default()).configuration()
    }

    /// Sets (or replaces) the token credentials.
    pub fn with_token(mut self, token: Credentials) -> Self {
        self.signer = self.signer.token(token);
        self
    }

    pub(in super::super) fn with_signer(self, signer: Signer) -> Self {
        Self { signer, ..self }
    }

    /// Where the API is.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// What signs the requests.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Where each value came from.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The file with additional CA certificates that `SSL_CERT_FILE` names.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}
