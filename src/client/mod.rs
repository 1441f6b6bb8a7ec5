//! The blocking client of Extra Horizon's API.
//!
//! Each request is signed for one sending, to the host that the configuration names and to no other: redirects are
//! errors, and so is `http` to another machine. Time, heads and bodies are bounded. A call is made again only where
//! [`Retry`] says so, as a new request.
//!
//! | subject | folder |
//! |---|---|
//! | where the API is, and which credentials sign the requests | `settings/` |
//! | connections: names, proxies, TCP, TLS | `transport/` |
//! | responses, errors, exit codes | `outcome/` |
//! | requests, and sending them | `call/` |
//! | what Extra Horizon's API offers: login, users, lists | `api/` |

mod api;
mod call;
mod outcome;
mod settings;
mod transport;

use core::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
};
use std::{sync::Arc, time::Instant};

use serde::Serialize;
use ureq::{Agent, http::HeaderValue};

pub use api::authentication::{Login, Method, NewToken, SecondFactor, Token};
pub use api::pages::{Items, Page, PageFault, Pages};
pub use api::rql::Rql;
pub use api::rql_text::{RqlError, RqlProblem};
pub use api::three_legged::Consent;
pub use api::user::{Enlistment, Role, User};
use call::builder::Bounds;
pub use call::builder::ClientBuilder;
pub use call::download::Download;
pub use call::multipart::Multipart;
pub use call::request::RequestBuilder;
pub use call::retry::{Attempt, Outcome, Retry};
pub use call::route::Roots;
pub use call::signed::SignedRequest;
pub use outcome::codes::ErrorCode;
pub use outcome::error::{ApiError, Error, RequestError, Unexpected};
pub use outcome::response::Response;
pub use settings::ca_file_error::CaFileError;
pub use settings::configuration::Configuration;
pub use settings::configuration_error::{ConfigurationError, Misspelled, Problem, ValueError};
#[cfg(feature = "task")]
pub(crate) use settings::credentials_file::read_bounded;
pub use settings::credentials_file::{CredentialsFile, FileError};
pub use settings::found::{Found, Stray};
pub use settings::host::{BaseUrl, HostError};
pub use settings::lookup::Settings;
pub use settings::options::Options;
pub use settings::profile::{Profile, ProfileError};
pub use settings::source_file::{NamedBy, SourceFile};
pub use settings::sources::{Source, Sources, Variable};
pub use transport::network::{NetworkError, NetworkErrorKind, Phase};
pub use transport::proxy::PROXY_VARIABLES;
use transport::resolver::Override;

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
