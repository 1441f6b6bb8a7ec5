//! From a host name to addresses. ureq 3.5.2 (`resolver.rs`) asks the system for every name: a container without `/etc`
//! cannot resolve `localhost`. It cannot override a name, and lets plain HTTP go anywhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

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
use crate::client::settings::host;

/// The number of addresses for which ureq has room.
const MAXIMUM: usize = 16;

/// An address to use for a host instead of looking it up.
#[derive(Clone, Debug)]
pub(crate) struct AddressOverride {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) address: IpAddr,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct LocalResolver {
    pub(crate) overrides: Vec<AddressOverride>,
    /// Connect to this machine only, because requests are not encrypted.
    pub(crate) is_loopback_only: bool,
}

impl LocalResolver {
    fn addresses(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let is_https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let mut addresses = self.empty();
        let overrides = self
            .overrides
            .iter()
            .filter(|given| given.host.eq_ignore_ascii_case(host) && given.port.is_none_or(|other| other == port));
        for given in overrides.take(MAXIMUM) {
            addresses.push(SocketAddr::new(given.address, port));
        }
        if !addresses.is_empty() {
            return Ok(addresses);
        }
        if let Some(address) = host::address(host) {
            addresses.push(SocketAddr::new(address, port));
        } else if host::is_localhost(host) {
            addresses.push((Ipv4Addr::LOCALHOST, port).into());
            addresses.push((Ipv6Addr::LOCALHOST, port).into());
        } else {
            let resolved = DefaultResolver::default().resolve(uri, config, timeout);
            return resolved.map_err(|error| match error {
                ureq::Error::Timeout(_) => ureq::Error::Timeout(Timeout::Resolve),
                ureq::Error::Io(error) => Failure::resolve(error),
                error => error,
            });
        }
        Ok(addresses)
    }
}

impl Resolver for LocalResolver {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self.addresses(uri, config, timeout)?;
        let is_loopback = |address: &SocketAddr| address.ip().to_canonical().is_loopback();
        match addresses.iter().find(|address| !is_loopback(address)) {
            Some(address) if self.is_loopback_only => Err(Failure::plain_http(address.ip())),
            _ => Ok(addresses),
        }
    }
}
