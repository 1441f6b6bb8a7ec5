//! The blocking client of Extra Horizon's API.
//!
//! Each request is signed once and sent once, to the host that the configuration names and to no other: redirects are
//! errors, and so is `http` to another machine. Time, heads and bodies are bounded.
//!
//! | subject | file |
//! |---|---|
//! | where settings come from | `configuration.rs`, `sources.rs`, `credentials_file.rs` |
//! | what is wrong with them | `configuration_error.rs` |
//! | where the API is | `host.rs` |
//! | names, connections | `network.rs` |
//! | TLS, authorities | `tls.rs`, `certificates.rs` |
//! | requests, answers | `request.rs`, `response.rs`, `user.rs` |
//! | errors, exit codes | `error.rs`, `codes.rs` |

mod certificates;
mod codes;
mod configuration;
mod configuration_error;
mod credentials_file;
mod error;
mod host;
mod network;
mod request;
mod response;
mod sources;
mod tls;
mod user;

use core::{fmt, time::Duration};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;
use ureq::{
    Agent, Proxy, ProxyProtocol,
    config::AutoHeaderValue,
    http::HeaderValue,
    unversioned::transport::{ConnectProxyConnector, Connector, TcpConnector},
};

pub use certificates::CaFileError;
pub use codes::ErrorCode;
pub use configuration::{Configuration, Options, Settings};
pub use configuration_error::{ConfigurationError, Looked, Problem, ValueError};
pub use credentials_file::FileError;
pub use error::{ApiError, Error, RequestError, Unexpected};
pub use host::{BaseUrl, HostError};
pub use network::{NetworkError, NetworkErrorKind, Phase};
pub use request::RequestBuilder;
pub use response::Response;
pub use sources::{Source, Sources, Variable};
pub use user::{Enlistment, Role, User};

/// The path of the user behind the credentials.
pub const ME: &str = "/users/v1/me";

/// A larger head is not taken.
const HEAD_LIMIT: usize = 64 << 10;

/// A client of the API; clones share its connections, from any thread.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::Client;
///
/// let client = Client::from_env()?;
/// println!("{}", client.me()?.id);
/// let users: serde_json::Value = client.get("/users/v1/?eq(email,zoe@example.com)&limit(1)")?.json()?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    agent: Agent,
    configuration: Configuration,
    /// The length of scheme, host and port.
    origin_length: usize,
    body_limit: u64,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("configuration", &self.0.configuration)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client with the settings of the environment and the credentials file.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    pub fn from_env() -> Result<Self, ConfigurationError> {
        Self::builder(Configuration::from_env()?).build()
    }

    /// A client with a configuration, and with bounds and trust of its own.
    pub fn builder(configuration: Configuration) -> ClientBuilder {
        ClientBuilder {
            ca_file: configuration.ca_file().map(Path::to_owned),
            configuration,
            timeout: Duration::from_secs(30),
            body_limit: 64 << 20,
            user_agent: concat!("exh-oauth1/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.0.configuration
    }

    fn base_url(&self) -> &BaseUrl {
        self.0.configuration.base_url()
    }

    fn agent(&self) -> &Agent {
        &self.0.agent
    }

    fn origin_length(&self) -> usize {
        self.0.origin_length
    }

    fn body_limit(&self) -> u64 {
        self.0.body_limit
    }

    /// The user behind the credentials.
    ///
    /// # Errors
    ///
    /// As [`RequestBuilder::send`], and [`Error::Unexpected`] where the answer is no user.
    pub fn me(&self) -> Result<User, Error> {
        self.get(ME)?.user()
    }

    /// Sends a GET request; the path begins with `/` and has the query as it goes over the wire.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a path that cannot be sent, and as [`RequestBuilder::send`].
    pub fn get(&self, path: &str) -> Result<Response, Error> {
        self.request("GET", path)?.send()
    }

    /// Sends a HEAD request.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn head(&self, path: &str) -> Result<Response, Error> {
        self.request("HEAD", path)?.send()
    }

    /// Sends a DELETE request.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn delete(&self, path: &str) -> Result<Response, Error> {
        self.request("DELETE", path)?.send()
    }

    /// Sends a POST request with a body of JSON.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and [`RequestError::Json`] for a value that JSON cannot say.
    pub fn post(&self, path: &str, body: &(impl Serialize + ?Sized)) -> Result<Response, Error> {
        self.request("POST", path)?.json(body)?.send()
    }

    /// Sends a PUT request with a body of JSON.
    ///
    /// # Errors
    ///
    /// As [`post`](Self::post).
    pub fn put(&self, path: &str, body: &(impl Serialize + ?Sized)) -> Result<Response, Error> {
        self.request("PUT", path)?.json(body)?.send()
    }

    /// Sends a PATCH request with a body of JSON.
    ///
    /// # Errors
    ///
    /// As [`post`](Self::post).
    pub fn patch(&self, path: &str, body: &(impl Serialize + ?Sized)) -> Result<Response, Error> {
        self.request("PATCH", path)?.json(body)?.send()
    }

    /// Begins a request of any method, for headers and other bodies.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a method or path that cannot be sent as it is given: a path that names another host, has a
    /// fragment, or has a character that must be percent-encoded.
    pub fn request(&self, method: &str, path: &str) -> Result<RequestBuilder, Error> {
        RequestBuilder::new(self, method, path)
    }
}

/// What a [`Client`] is built with.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder {
    configuration: Configuration,
    ca_file: Option<PathBuf>,
    timeout: Duration,
    body_limit: u64,
    user_agent: String,
}

impl ClientBuilder {
    /// Bounds each whole call, to the end of the answer: 30 s unless told. Connecting alone may take 10 s of it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Trusts the certificate authorities of a PEM file, together with the built-in ones; goes before `SSL_CERT_FILE`.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Bounds the bodies of answers, in bytes: 64 MiB unless told.
    pub fn body_limit(mut self, limit: u64) -> Self {
        self.body_limit = limit;
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
    /// [`ConfigurationError`] where the file of certificate authorities, the proxy or the user agent cannot be used.
    pub fn build(self) -> Result<Client, ConfigurationError> {
        if HeaderValue::from_str(&self.user_agent).is_err() {
            return Err(ConfigurationError::one(Problem::UserAgent));
        }
        let base_url = self.configuration.base_url();
        let proxy = if base_url.is_loopback() {
            None
        } else {
            Proxy::try_from_env()
        };
        // ureq would connect past a proxy that it cannot speak to.
        if proxy.as_ref().is_some_and(|proxy| {
            !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
        }) {
            return Err(ConfigurationError::one(Problem::SocksProxy));
        }
        let tls = certificates::client_config(self.ca_file.as_deref()).map_err(|fault| {
            ConfigurationError::one(Problem::CaFile {
                path: self.ca_file.clone().unwrap_or_default(),
                fault,
            })
        })?;
        let config = Agent::config_builder()
            .timeout_global(Some(self.timeout))
            .timeout_connect(Some(connect_timeout(self.timeout)))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEAD_LIMIT)
            .allow_non_standard_methods(true)
            .https_only(base_url.is_secure())
            .proxy(proxy)
            .accept_encoding(AutoHeaderValue::None)
            .user_agent(self.user_agent.as_str())
            .build();
        let connector =
            ().chain(ConnectProxyConnector::default())
                .chain(TcpConnector::default())
                .chain(tls::TlsConnector(tls));
        let agent = Agent::with_parts(config, connector, network::LocalResolver::default());
        let text = base_url.as_str();
        let scheme = text.find("://").map_or(0, |at| at + 3);
        let origin_length = text[scheme..]
            .find('/')
            .map_or(text.len(), |at| scheme + at);
        Ok(Client(Arc::new(Inner {
            agent,
            configuration: self.configuration,
            origin_length,
            body_limit: self.body_limit,
        })))
    }
}

/// How long connecting may take of a whole call's time.
fn connect_timeout(whole: Duration) -> Duration {
    whole.min(Duration::from_secs(10))
}
