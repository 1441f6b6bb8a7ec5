//! From a host's name to addresses.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ureq::{
    Timeout,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use super::error::Failure;
use crate::client::{outcome::phase::Phase, settings::host};

/// As many addresses of one name as ureq takes.
const MAXIMUM: usize = 16;

/// An address that is given for a name, instead of asking for it.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) address: IpAddr,
}

/// Answers `localhost`, addresses and what it is told itself: a container without `/etc` has nobody to ask.
#[derive(Debug)]
pub(crate) struct LocalResolver {
    overrides: Vec<Override>,
    others: DefaultResolver,
}

impl LocalResolver {
    pub(crate) fn new(overrides: Vec<Override>) -> Self {
        Self {
            overrides,
            others: DefaultResolver::default(),
        }
    }
}

impl Resolver for LocalResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let port = uri
            .port_u16()
            .unwrap_or(if uri.scheme_str() == Some("https") {
                443
            } else {
                80
            });
        let mut addresses = self.empty();
        for given in self
            .overrides
            .iter()
            .filter(|given| given.host.eq_ignore_ascii_case(host))
            .filter(|given| given.port.is_none_or(|other| other == port))
            .take(MAXIMUM)
        {
            addresses.push(SocketAddr::new(given.address, port));
        }
        if !addresses.is_empty() {
            return Ok(addresses);
        }
        if let Some(address) = host::address(host) {
            addresses.push(SocketAddr::new(address, port));
        } else if host::is_localhost(host) {
            addresses.push(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
            addresses.push(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port));
        } else {
            return self
                .others
                .resolve(uri, config, timeout)
                .map_err(|error| match error {
                    // It may have been the time of the whole call that ended here.
                    ureq::Error::Timeout(_) => ureq::Error::Timeout(Timeout::Resolve),
                    error => Failure::wrap(Phase::Resolve, error),
                });
        }
        Ok(addresses)
    }
}
