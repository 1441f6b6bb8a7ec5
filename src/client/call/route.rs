//! The way that calls take, for whoever looks for what is wrong with it: authorities, proxy, addresses.

use core::net::SocketAddr;
use std::path::PathBuf;

use ureq::{
    Timeout,
    http::Uri,
    unversioned::{resolver::Resolver as _, transport::NextTimeout},
};

use crate::client::{
    Client,
    outcome::error::{Error, RequestError},
    transport::{
        network::{self, Phase},
        resolver::LocalResolver,
    },
};

/// How many certificate authorities a client trusts, and whose they are.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Roots {
    /// How many are built in: Mozilla's.
    pub built_in: usize,
    /// How many the file has added.
    pub added: usize,
    /// The file, by [`ClientBuilder::ca_file`](crate::client::ClientBuilder::ca_file) or `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
}

impl Client {
    /// The certificate authorities that are trusted.
    pub fn roots(&self) -> &Roots {
        &self.0.roots
    }

    /// Host and port of the proxy that calls go through, without its user name and password; `None` where they go straight to
    /// the API.
    pub fn proxy(&self) -> Option<String> {
        let uri = self.origin().ok()?;
        let proxy = self.0.agent.config().proxy()?;
        (!proxy.is_no_proxy(&uri)).then(|| format!("{}:{}", proxy.host(), proxy.port()))
    }

    /// Looks up the addresses that calls connect to, in the order in which they are tried: the proxy's, where they go through
    /// one. It ends within the time for connecting.
    ///
    /// # Errors
    ///
    /// [`Error::Network`] of the phase [`Resolve`](Phase::Resolve), where there are none.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>, Error> {
        let mut url = self.configuration().base_url().as_str().to_owned();
        let mut overrides = self.0.overrides.clone();
        if let Some(proxy) = self.proxy() {
            url = format!("http://{proxy}/");
            overrides.clear();
        }
        let uri: Uri = url.parse().map_err(|_| RequestError::Rewritten)?;
        let timeout = NextTimeout {
            after: self.0.bounds.connect.into(),
            reason: Timeout::Resolve,
            ..NextTimeout::default()
        };
        let found = LocalResolver::new(overrides).resolve(&uri, self.0.agent.config(), timeout);
        found
            .map(|addresses| addresses.to_vec())
            .map_err(|error| network::error(error, &url, Phase::Resolve))
    }

    fn origin(&self) -> Result<Uri, RequestError> {
        let origin = self.configuration().base_url().as_str();
        origin.parse().map_err(|_| RequestError::Rewritten)
    }
}
