//! The blocking client of Extra Horizon's API.
//!
//! Each request is signed for one sending, to the host that the configuration names and to no other: redirects are
//! errors, and so is `http` to another machine. Time, heads and bodies are bounded. A call is made again only where
//! [`Retry`] says so, as a new request.
//!
//! | subject | file |
//! |---|---|
//! | where settings come from | `configuration.rs`, `options.rs`, `sources.rs`, `credentials_file.rs`, `profile.rs` |
//! | what is wrong with them | `configuration_error.rs` |
//! | where the API is | `host.rs` |
//! | bounds, trust, proxies | `builder.rs` |
//! | names, connections, proxies | `resolver.rs`, `network.rs`, `stale.rs`, `proxy.rs`, `tcp.rs` |
//! | TLS, authorities | `tls.rs`, `certificates.rs` |
//! | the way to the API, looked at | `route.rs` |
//! | requests and their bodies | `request.rs`, `signed.rs`, `body.rs`, `multipart.rs` |
//! | lists: queries, pages | `rql.rs`, `rql_text.rs`, `pages.rs` |
//! | sending, again where that is safe | `send.rs`, `retry.rs`, `clock.rs` |
//! | answers | `response.rs`, `download.rs`, `user.rs` |
//! | login, tokens | `authentication.rs`, `three_legged.rs` |
//! | errors, exit codes | `error.rs`, `refusal.rs`, `codes.rs` |

mod authentication;
mod body;
mod buffers;
mod builder;
mod certificates;
mod clock;
mod codes;
mod configuration;
mod configuration_error;
mod credentials_file;
mod download;
mod error;
mod found;
mod host;
mod multipart;
mod network;
mod options;
mod pages;
mod profile;
mod proxy;
mod refusal;
mod request;
mod resolver;
mod response;
mod retry;
mod route;
mod rql;
mod rql_text;
mod send;
mod signed;
mod sources;
mod stale;
mod tcp;
mod three_legged;
mod tls;
mod user;

use core::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
};
use std::{sync::Arc, time::Instant};

use serde::Serialize;
use ureq::{Agent, http::HeaderValue};

pub use authentication::{Login, Method, NewToken, SecondFactor, Token};
use builder::Bounds;
pub use builder::ClientBuilder;
pub use certificates::CaFileError;
pub use codes::ErrorCode;
pub use configuration::{Configuration, Settings};
pub use configuration_error::{ConfigurationError, Looked, Problem, ValueError};
#[cfg(feature = "task")]
pub(crate) use credentials_file::read_bounded;
pub use credentials_file::{CredentialsFile, FileError, exposed_mode};
pub use download::Download;
pub use error::{ApiError, Error, RequestError, Unexpected};
pub use found::{Found, Stray};
pub use host::{BaseUrl, HostError};
pub use multipart::Multipart;
pub use network::{NetworkError, NetworkErrorKind, Phase};
pub use options::Options;
pub use pages::{Items, Page, PageFault, Pages};
pub use profile::{Profile, ProfileError};
pub use proxy::PROXY_VARIABLES;
pub use request::RequestBuilder;
use resolver::Override;
pub use response::Response;
pub use retry::{Attempt, Outcome, Retry};
pub use route::Roots;
pub use rql::Rql;
pub use rql_text::{RqlError, RqlProblem};
pub use signed::SignedRequest;
pub use sources::{Source, Sources, Variable};
pub use three_legged::Consent;
pub use user::{Enlistment, Role, User};

use crate::oauth1::{Credentials, Signer};

/// The path of the user behind the credentials.
pub const ME: &str = "/users/v1/me";

/// A client of the API; clones share its connections, which are used again, from any thread.
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
pub struct Client(Arc<Inner>, Option<Instant>);

struct Inner {
    agent: Agent,
    configuration: Configuration,
    /// The length of scheme, host and port.
    origin_length: usize,
    /// The URL that is signed in place of the one that is called.
    sign_as: Option<BaseUrl>,
    user_agent: HeaderValue,
    bounds: Bounds,
    overrides: Vec<Override>,
    roots: Roots,
    /// Seconds to add to our clock, as far as the server has shown it wrong; see `clock.rs`.
    clock_offset: AtomicI64,
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
        ClientBuilder::new(configuration)
    }

    /// A client that signs with token credentials, in place of those it had, and shares the connections of this one.
    pub fn with_token(&self, token: Credentials) -> Self {
        self.with_signer(self.configuration().signer().clone().token(token))
    }

    fn with_signer(&self, signer: Signer) -> Self {
        self.with(signer, self.0.bounds)
    }

    /// Another client with the connections of this one.
    fn with(&self, signer: Signer, bounds: Bounds) -> Self {
        let inner = Inner {
            agent: self.0.agent.clone(),
            configuration: self.0.configuration.clone().with_signer(signer),
            origin_length: self.0.origin_length,
            sign_as: self.0.sign_as.clone(),
            user_agent: self.0.user_agent.clone(),
            bounds,
            overrides: self.0.overrides.clone(),
            roots: self.0.roots.clone(),
            clock_offset: AtomicI64::new(self.0.clock_offset.load(Ordering::Relaxed)),
        };
        Self(Arc::new(inner), self.1)
    }

    /// The same client, with the same connections, whose calls end by then: the time of each is cut to it.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        Self(Arc::clone(&self.0), Some(deadline))
    }

    /// The configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.0.configuration
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
