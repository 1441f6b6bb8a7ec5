//! The way that calls take, for whoever looks for what is wrong with it: authorities, proxy, addresses.

use core::net::SocketAddr;

use ureq::{
    Timeout,
    http::Uri,
    unversioned::{resolver::Resolver as _, transport::NextTimeout},
};

use crate::client::{
    Client,
    outcome::{error::Error, phase::Phase, request_error::RequestError},
    transport::{
        certificates::Roots,
        error::{self},
        resolver::LocalResolver,
    },
};

impl Client {
    /// The certificate authorities that are trusted.
    pub fn roots(&self) -> &Roots {
        &self.shared.roots
    }

    /// Host and port of the proxy that calls go through, without its user name and password; `None` where they go straight to
    /// the API.
    pub fn proxy(&self) -> Option<String> {
        let uri = self.origin().ok()?;
        let proxy = self.shared.agent.config().proxy()?;
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
        let mut overrides = self.shared.overrides.clone();
        if let Some(proxy) = self.proxy() {
            url = format!("http://{proxy}/");
            overrides.clear();
        }
        let uri: Uri = url.parse().map_err(|_| RequestError::Rewritten)?;
        let timeout = NextTimeout {
            after: self.shared.limits.connect.into(),
            reason: Timeout::Resolve,
            ..NextTimeout::default()
        };
        let found =
            LocalResolver::new(overrides).resolve(&uri, self.shared.agent.config(), timeout);
        found
            .map(|addresses| addresses.to_vec())
            .map_err(|error| error::convert(error, &url, Phase::Resolve))
    }

    fn origin(&self) -> Result<Uri, RequestError> {
        let origin = self.configuration().base_url().as_str();
        origin.parse().map_err(|_| RequestError::Rewritten)
    }
}
