//! Builds a client with limits, headers and trusted CA certificates.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use rand::TryRng as _;
use ureq::{
    Agent,
    config::AutoHeaderValue,
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT, CONTENT_TYPE, USER_AGENT},
    },
    unversioned::transport::{ConnectProxyConnector, Connector, TcpConnector},
};

use super::{
    certificates,
    client::{Client, Limits, Shared},
    headers::header,
    log::Log,
    retry::Retry,
};
use crate::client::{
    outcome::request_error::RequestError,
    settings::{
        configuration::Configuration,
        configuration_error::{ConfigurationError, Problem},
        host::BaseUrl,
        proxy,
    },
    transport::{
        connection::TrackingConnector,
        resolver::{AddressOverride, LocalResolver},
        tls::TlsConnector,
    },
};

/// Builds a [`Client`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
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
///     .header_limit(16 << 10)
///     .body_limit(1 << 20)
///     .user_agent("report/1.0")
///     .header("X-Request-Service", "report")?
///     .build()?;
/// assert_eq!(client.configuration().base_url().as_str(), "https://api.dev.example.extrahorizon.io");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder {
    configuration: Configuration,
    ca_file: Option<PathBuf>,
    limits: Limits,
    header_limit: usize,
    user_agent: String,
    headers: HeaderMap,
    sign_as: Option<BaseUrl>,
    overrides: Vec<AddressOverride>,
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
            header_limit: 64 << 10,
            user_agent: concat!("exh-oauth1/", env!("CARGO_PKG_VERSION")).to_owned(),
            headers: HeaderMap::new(),
            sign_as: None,
            overrides: Vec::new(),
            log: Log::default(),
        }
    }

    /// Overall timeout per call, including retries and reading the response (default: 30 s).
    ///
    /// Uploads and streamed downloads use [`idle_timeout`](Self::idle_timeout) instead; retries may only start within
    /// this timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.whole = timeout;
        self
    }

    /// Timeout for connecting, including the name lookup and the TLS handshake (default: 10 s).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.limits.connect = timeout;
        self
    }

    /// Maximum time without progress in an upload or a streamed download (default: 30 s).
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle = timeout;
        self
    }

    /// Retries calls if it is safe (default: never).
    pub fn retry(mut self, retry: Retry) -> Self {
        self.limits.retry = retry;
        self
    }

    /// Signs by this machine's clock only.
    ///
    /// By default, a request that is rejected with 104, 108, 109 or 110 is signed once more with the time of the
    /// response's `Date`, if that differs from this clock by more than a minute and less than a day. Later requests use
    /// that time, too. [`Attempt::clock_offset`](crate::client::Attempt) has the difference.
    pub fn ignore_server_clock(mut self) -> Self {
        self.limits.follows_server_clock = false;
        self
    }

    /// Signs for another base URL than the one that is called, for a reverse proxy that rewrites scheme, host or path.
    pub fn sign_as(mut self, base_url: BaseUrl) -> Self {
        self.sign_as = Some(base_url);
        self
    }

    /// Connects to an address instead of looking up a host, for all ports or for one. Certificates are still checked
    /// for the host. Several addresses are tried in order. It has no effect if a proxy is used: the proxy looks up
    /// names.
    pub fn resolve(mut self, host: &str, port: Option<u16>, address: IpAddr) -> Self {
        self.overrides.push(AddressOverride { host: host.to_owned(), port, address });
        self
    }

    /// Maximum size of a response's headers, in bytes (default: 64 KiB).
    pub fn header_limit(mut self, limit: usize) -> Self {
        self.header_limit = limit;
        self
    }

    /// Trusts the CA certificates of a PEM file in addition to the built-in ones. Takes precedence over
    /// `SSL_CERT_FILE`.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Maximum size, in bytes, of bodies held in memory: of responses, and of forms from files (default: 64 MiB).
    pub fn body_limit(mut self, limit: u64) -> Self {
        self.limits.body = limit;
        self
    }

    /// Passes each line of the headers that are sent (`> `) and received (`< `) to a function. Signatures, and headers
    /// whose names suggest a secret, are masked.
    pub fn log_headers(mut self, write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Log::new(write);
        self
    }

    /// Sets the `User-Agent` header.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets a header for every request that does not set it itself.
    ///
    /// # Errors
    ///
    /// [`RequestError::Header`] for an invalid name or value, [`RequestError::ReservedHeader`] for one that the client
    /// sets itself, and for `Content-Type`, which belongs to a request.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, RequestError> {
        let (name, value) = header(name, value)?;
        if name == CONTENT_TYPE {
            return Err(RequestError::ReservedHeader);
        }
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// The proxy is read from the process's environment, as curl does: `http_proxy` (lower case only) for `http`,
    /// `https_proxy` or `HTTPS_PROXY` for `https`, otherwise `all_proxy` or `ALL_PROXY`. Hosts in `no_proxy` or
    /// `NO_PROXY`, and this machine, are called directly.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if the file of CA certificates, the proxy or the user agent cannot be used, or the system
    /// has no random numbers.
    pub fn build(self) -> Result<Client, ConfigurationError> {
        let user_agent =
            HeaderValue::from_str(&self.user_agent).map_err(|_| ConfigurationError::one(Problem::UserAgent))?;
        let mut headers = self.headers;
        headers.entry(USER_AGENT).or_insert(user_agent);
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        // The standard library's hash maps, which rustls uses, panic without random numbers.
        rand::rngs::SysRng.try_next_u64().map_err(|_| ConfigurationError::one(Problem::Randomness))?;
        let base_url = self.configuration.base_url();
        let (proxy_variable, proxy) = proxy::from_env(base_url).map_err(ConfigurationError::one)?.unzip();
        let (tls, ca_certificates) = certificates::client_config(self.ca_file.as_deref()).map_err(|fault| {
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
            .max_response_header_size(self.header_limit)
            .allow_non_standard_methods(true)
            .https_only(base_url.is_secure())
            .proxy(proxy)
            .accept_encoding(AutoHeaderValue::None)
            .user_agent(self.user_agent.as_str())
            .build();
        let connector =
            ().chain(ConnectProxyConnector::default())
                .chain(TcpConnector::default())
                .chain(TlsConnector(tls))
                .chain(TrackingConnector);
        let resolver = LocalResolver {
            overrides: self.overrides,
            // A proxy is only used for plain HTTP if it is allowed.
            is_loopback_only: !base_url.is_secure() && !base_url.allows_http(),
        };
        let agent = Agent::with_parts(config, connector, resolver.clone());
        let text = base_url.as_str();
        let scheme = text.find("://").map_or(0, |at| at + 3);
        let origin_length = text[scheme..].find('/').map_or(text.len(), |at| scheme + at);
        let shared = Shared {
            agent,
            configuration: self.configuration,
            origin_length,
            sign_as: self.sign_as,
            headers,
            limits: self.limits,
            resolver,
            proxy_variable,
            log: self.log,
            ca_certificates,
            clock_offset: AtomicI64::new(0),
        };
        Ok(Client { shared: Arc::new(shared), deadline: None })
    }
}
