//! The network path of calls, for diagnostics: CA certificates, proxy, addresses.

use std::net::SocketAddr;

use ureq::{
    Timeout,
    http::Uri,
    unversioned::{resolver::Resolver as _, transport::NextTimeout},
};

use super::{certificates::CaCertificates, client::Client};
use crate::client::{
    outcome::{error::Error, phase::Phase, request_error::RequestError},
    transport::{error, resolver::LocalResolver},
};

impl Client {
    /// The trusted CA certificates.
    pub fn ca_certificates(&self) -> &CaCertificates {
        &self.shared.ca_certificates
    }

    /// Host and port of the proxy in use, without its user name and password.
    pub fn proxy(&self) -> Option<String> {
        let proxy = self.shared.agent.config().proxy()?;
        Some(format!("{}:{}", proxy.host(), proxy.port()))
    }

    /// The variable that names the proxy in use.
    pub fn proxy_variable(&self) -> Option<&'static str> {
        self.shared.proxy_variable
    }

    /// Looks up the addresses that calls connect to, in the order in which they are tried. With a proxy, these are the
    /// proxy's. The time for connecting limits it.
    ///
    /// # Errors
    ///
    /// [`Error::Network`] in the phase [`Resolve`](Phase::Resolve) if there are none, and [`Error::Request`] if plain
    /// HTTP would leave this machine.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>, Error> {
        let mut url = self.configuration().base_url().as_str().to_owned();
        let mut resolver = self.shared.resolver.clone();
        if let Some(proxy) = self.proxy() {
            url = format!("http://{proxy}/");
            resolver = LocalResolver::default();
        }
        let uri: Uri = url.parse().map_err(|_| RequestError::Rewritten)?;
        let timeout = NextTimeout {
            after: self.shared.limits.connect.into(),
            reason: Timeout::Resolve,
            ..NextTimeout::default()
        };
        let found = resolver.resolve(&uri, self.shared.agent.config(), timeout);
        found.map(|addresses| addresses.to_vec()).map_err(|error| error::convert(error, &url, Phase::Resolve, None))
    }
}
