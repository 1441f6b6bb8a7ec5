//! The client: what all its calls share.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use ureq::{Agent, http::HeaderMap};

use super::{certificates::CaCertificates, log::Log, retry::Retry};
use crate::client::{
    settings::{configuration::Configuration, host::BaseUrl},
    transport::resolver::LocalResolver,
};
use crate::oauth1::{Credentials, Signer};

/// A client of the API. Clones share its connection pool, from any thread.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::Client;
///
/// let client = Client::from_env()?;
/// println!("{}", client.me()?.id);
/// let users: serde_json::Value = client.get("/users/v1/?eq(email,zoe@example.com)&limit(1)")?.json()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    /// All calls must finish by then.
    pub(crate) deadline: Option<Instant>,
}

pub(crate) struct Shared {
    pub(crate) agent: Agent,
    pub(crate) configuration: Configuration,
    /// The length of scheme, host and port.
    pub(crate) origin_length: usize,
    /// The base URL that is signed instead of the one that is called.
    pub(crate) sign_as: Option<BaseUrl>,
    /// Headers of every request that does not set them itself.
    pub(crate) headers: HeaderMap,
    pub(crate) limits: Limits,
    pub(crate) resolver: LocalResolver,
    pub(crate) proxy_variable: Option<&'static str>,
    pub(crate) log: Log,
    pub(crate) ca_certificates: CaCertificates,
    /// The seconds to add to our clock; see `clock.rs`.
    pub(crate) clock_offset: AtomicI64,
}

/// The limits of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) whole: Duration,
    pub(crate) connect: Duration,
    pub(crate) idle: Duration,
    pub(crate) body: u64,
    pub(crate) retry: Retry,
    pub(crate) follows_server_clock: bool,
}

impl Client {
    /// A client that signs with other token credentials and shares the connection pool of this one.
    pub fn with_token(&self, token: Credentials) -> Self {
        let signer = self.configuration().signer().clone().token(token);
        self.with(signer, self.shared.limits)
    }

    /// A client that signs without a token, and sends each request exactly once.
    pub(crate) fn for_login(&self) -> Self {
        let signer = self.configuration().signer().clone();
        let limits = Limits { retry: Retry::NEVER, follows_server_clock: false, ..self.shared.limits };
        self.with(signer.token(Credentials::new("", "")), limits)
    }

    fn with(&self, signer: Signer, limits: Limits) -> Self {
        let shared = &self.shared;
        let other = Shared {
            agent: shared.agent.clone(),
            configuration: shared.configuration.clone().with_signer(signer),
            origin_length: shared.origin_length,
            sign_as: shared.sign_as.clone(),
            limits,
            resolver: shared.resolver.clone(),
            proxy_variable: shared.proxy_variable,
            headers: shared.headers.clone(),
            log: shared.log.clone(),
            ca_certificates: shared.ca_certificates.clone(),
            clock_offset: AtomicI64::new(shared.clock_offset.load(Ordering::Relaxed)),
        };
        Self { shared: Arc::new(other), deadline: self.deadline }
    }

    /// Returns a client sharing this connection pool whose calls must finish by `deadline`.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        Self { shared: Arc::clone(&self.shared), deadline: Some(deadline) }
    }

    /// The configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.shared.configuration
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("configuration", self.configuration()).finish_non_exhaustive()
    }
}
