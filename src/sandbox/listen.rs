//! Where the sandbox listens, and how it is reached from this machine.

use alloc::{format, string::String, vec::Vec};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::{
    io::{self, ErrorKind},
    net::TcpListener,
};

use super::Error;

/// Free ports of one address that are tried until one is free at the other as well.
const TRIES: usize = 20;

/// Listens at an address. `localhost` is two of them, of which a client may try either first, so both are taken with one port.
pub(super) fn listen(address: SocketAddr) -> Result<Vec<TcpListener>, Error> {
    let Some(other) = other(address.ip()) else {
        return Ok(Vec::from([bind(address)?]));
    };
    let mut tries = 0;
    loop {
        tries += 1;
        let first = bind(address)?;
        let port = first
            .local_addr()
            .map_err(|error| Error::Listen(address, error))?
            .port();
        match bind(SocketAddr::new(other, port)) {
            Ok(second) => return Ok(Vec::from([first, second])),
            // A stranger there would get what was meant for the sandbox.
            Err(Error::Listen(_, error))
                if error.kind() == ErrorKind::AddrInUse && address.port() == 0 && tries < TRIES => {
            }
            Err(Error::Listen(other, error)) if error.kind() == ErrorKind::AddrInUse => {
                return Err(Error::Listen(other, error));
            }
            // The machine has one of the two only.
            Err(_) => return Ok(Vec::from([first])),
        }
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).map_err(|error: io::Error| Error::Listen(address, error))
}

/// The other address of `localhost`.
fn other(address: IpAddr) -> Option<IpAddr> {
    if address == Ipv4Addr::LOCALHOST {
        Some(IpAddr::V6(Ipv6Addr::LOCALHOST))
    } else if address == Ipv6Addr::LOCALHOST {
        Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
    } else {
        None
    }
}

/// An address at which this machine reaches a listener, which may listen on all of them.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// The URL for clients on this machine. Extra Horizon's SDK takes a host as it is only where `localhost` is in it.
pub(super) fn base_url(address: SocketAddr) -> String {
    let address = reachable(address);
    match other(address.ip()) {
        Some(_) => format!("http://localhost:{}", address.port()),
        None => format!("http://{address}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_called_localhost() {
        for (address, url) in [
            ("127.0.0.1:80", "http://localhost:80"),
            ("[::1]:8080", "http://localhost:8080"),
            ("0.0.0.0:1", "http://localhost:1"),
            ("[::]:1", "http://localhost:1"),
            ("127.0.0.2:1", "http://127.0.0.2:1"),
            ("192.0.2.1:1", "http://192.0.2.1:1"),
            ("[2001:db8::1]:1", "http://[2001:db8::1]:1"),
        ] {
            assert_eq!(base_url(address.parse().unwrap()), url);
        }
    }
}
