//! What a client is built with: limits, trust, and the way to the API.

use core::{net::IpAddr, sync::atomic::AtomicI64, time::Duration};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rand::TryRng as _;
use ureq::{Agent, config::AutoHeaderValue, http::HeaderValue, unversioned::transport::Connector};

use super::{
    client::{Client, Limits, Shared},
    log::Log,
    retry::Retry,
};
use crate::client::{
    settings::{
        configuration::Configuration,
        configuration_error::{ConfigurationError, Problem},
        host::BaseUrl,
    },
    transport::{
        certificates, proxy,
        resolver::{LocalResolver, Override},
        stale, tcp, tls,
    },
};

/// What a [`Client`] is built with.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use exh_oauth1::{
///     Client, Credentials, Signer,
///     client::{BaseUrl, Configuration, Retry},
/// };
///
/// let signer = Signer::new(Credentials::new("consumer", "secret")).token(Credentials::new("token", "secret"));
/// let base_url = BaseUrl::from_host("dev.example.extrahorizon.io", false)?;
/// let client = Client::builder(Configuration::new(base_url, signer)) // or Configuration::from_env()?
///     .timeout(Duration::from_secs(10))
///     .connect_timeout(Duration::from_secs(2))
///     .idle_timeout(Duration::from_secs(5))
///     .retry(Retry::times(2))
///     .head_limit(16 << 10)
///     .body_limit(1 << 20)
///     .user_agent("report/1.0")
///     .build()?;
/// assert_eq!(client.configuration().base_url().as_str(), "https://api.dev.example.extrahorizon.io");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder {
    configuration: Configuration,
    ca_file: Option<PathBuf>,
    limits: Limits,
    head_limit: usize,
    user_agent: String,
    sign_as: Option<BaseUrl>,
    overrides: Vec<Override>,
    log: Log,
}

impl Client {
    /// A client with the settings of the environment and the credentials file.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with everything that is missing or malformed.
    pub fn from_env() -> Result<Self, ConfigurationError> {
        Self::builder(Configuration::from_env()?).build()
    }

    /// Starts a client with a configuration, to set limits and trusted CA certificates.
    pub fn builder(configuration: Configuration) -> ClientBuilder {
        ClientBuilder::new(configuration)
    }
}

impl ClientBuilder {
    fn new(configuration: Configuration) -> Self {
        Self {
            ca_file: configuration.ca_file().map(Path::to_owned),
            configuration,
            limits: Limits {
                whole: Duration::from_secs(30),
                connect: Duration::from_secs(10),
                idle: Duration::from_secs(30),
                body: 64 << 20,
                retry: Retry::NEVER,
                follows_server_clock: true,
            },
            head_limit: 64 << 10,
            user_agent: concat!("exh-oauth1/", env!("CARGO_PKG_VERSION")).to_owned(),
            sign_as: None,
            overrides: Vec::new(),
            log: Log::default(),
        }
    }

    /// Bounds each whole call, with its retries, to the end of the answer: 30 s unless told.
    ///
    /// Where a file is sent, or the answer is written elsewhere, nobody knows how long that takes: those are bounded by
    /// [`idle_timeout`](Self::idle_timeout), every other part by this, and this is the time in which a retry may begin.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.whole = timeout;
        self
    }

    /// Bounds connecting, with looking up the name and agreeing on TLS, as part of the whole: 10 s unless told.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.limits.connect = timeout;
        self
    }

    /// Bounds the time in which nothing moves while a file is sent or an answer is written elsewhere: 30 s unless told.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle = timeout;
        self
    }

    /// Makes calls again where that is safe: never unless told.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.limits.retry = retry;
        self
    }

    /// Signs by this machine's clock only.
    ///
    /// Otherwise a request that is refused with 104, 108, 109 or 110, by an answer whose `Date` is more than a minute and
    /// less than a day from this clock, is signed once more by that date, and those after it, too.
    /// [`Attempt::clock_offset`](crate::client::Attempt) tells.
    pub fn ignore_server_clock(mut self) -> Self {
        self.limits.follows_server_clock = false;
        self
    }

    /// Signs for another URL than the one that is called: for a proxy between, which rewrites scheme, host or path.
    ///
    /// The path and query of each request are put behind it as they are behind the one that is called.
    pub fn sign_as(mut self, base_url: BaseUrl) -> Self {
        self.sign_as = Some(base_url);
        self
    }

    /// Connects to an address where requests are for this host, and for this port if there is one, instead of looking the
    /// name up; certificates are still for the name. Several addresses are tried in order. Where a proxy is used, that
    /// looks up names.
    pub fn resolve(mut self, host: &str, port: Option<u16>, address: IpAddr) -> Self {
        self.overrides.push(Override {
            host: host.to_owned(),
            port,
            address,
        });
        self
    }

    /// Bounds the heads of answers, in bytes: 64 KiB unless told.
    pub fn head_limit(mut self, limit: usize) -> Self {
        self.head_limit = limit;
        self
    }

    /// Trusts the certificate authorities of a PEM file, together with the built-in ones; goes before `SSL_CERT_FILE`.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Bounds the bodies that are held in memory, of answers and of forms from files, in bytes: 64 MiB unless told.
    pub fn body_limit(mut self, limit: u64) -> Self {
        self.limits.body = limit;
        self
    }

    /// Passes each line of the headers that are sent (`> `) and received (`< `) to a function. Signatures, and headers whose
    /// names suggest a secret, are masked.
    pub fn log_headers(mut self, write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Log::new(write);
        self
    }

    /// Names the program in the `User-Agent` header.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Makes the client; nothing is sent yet. Proxies are taken from the process's environment (`HTTPS_PROXY`, `ALL_PROXY`,
    /// `HTTP_PROXY`, `NO_PROXY`, in either case), never for this machine.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] where the file of certificate authorities, the proxy or the user agent cannot be used, or the
    /// system has no random numbers.
    pub fn build(self) -> Result<Client, ConfigurationError> {
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigurationError::one(Problem::UserAgent))?;
        // The standard library's maps, which TLS has, panic where there are none.
        rand::rngs::SysRng
            .try_next_u64()
            .map_err(|_| ConfigurationError::one(Problem::Randomness))?;
        let base_url = self.configuration.base_url();
        let proxy = if base_url.is_loopback() {
            None
        } else {
            proxy::from_env().map_err(ConfigurationError::one)?
        };
        let (tls, roots) =
            certificates::client_config(self.ca_file.as_deref()).map_err(|fault| {
                ConfigurationError::one(Problem::CaFile {
                    path: self.ca_file.clone().unwrap_or_default(),
                    is_of_variable: self.ca_file.as_deref() == self.configuration.ca_file(),
                    fault,
                })
            })?;
        let config = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(self.head_limit)
            .allow_non_standard_methods(true)
            .https_only(base_url.is_secure())
            .proxy(proxy)
            .accept_encoding(AutoHeaderValue::None)
            .user_agent(self.user_agent.as_str())
            .build();
        let connector =
            ().chain(proxy::ProxyConnector::default())
                .chain(tcp::TcpConnector::default())
                .chain(tls::TlsConnector(tls))
                .chain(stale::Watch);
        let agent = Agent::with_parts(
            config,
            connector,
            LocalResolver::new(self.overrides.clone()),
        );
        let text = base_url.as_str();
        let scheme = text.find("://").map_or(0, |at| at + 3);
        let origin_length = text[scheme..]
            .find('/')
            .map_or(text.len(), |at| scheme + at);
        let shared = Shared {
            agent,
            configuration: self.configuration,
            origin_length,
            sign_as: self.sign_as,
            user_agent,
            limits: self.limits,
            overrides: self.overrides,
            log: self.log,
            roots,
            clock_offset: AtomicI64::new(0),
        };
        Ok(Client {
            shared: Arc::new(shared),
            deadline: None,
        })
    }
}
