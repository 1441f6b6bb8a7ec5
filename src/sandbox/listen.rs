//! Where the sandbox listens, and how it is reached from this machine.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
};

use super::Error;

/// Connections that the system keeps until they are accepted. The standard library's 128 are too few while many clients
/// connect: the others would try again after a second.
#[cfg(unix)]
const BACKLOG: i32 = 4096;
/// Free ports of one address that are tried until one is also free at the other.
const TRIES: usize = 20;

/// Listens on an address. `localhost` is two addresses, of which a client may try either first, so it listens on both
/// with one port.
pub(super) fn listen(address: SocketAddr) -> Result<Vec<TcpListener>, Error> {
    let Some(other) = other(address.ip()) else {
        return Ok(Vec::from([bind(address)?]));
    };
    let mut tries = 0;
    loop {
        tries += 1;
        let first = bind(address)?;
        let port = first.local_addr().map_err(|error| Error::Listen(address, error))?.port();
        match bind(SocketAddr::new(other, port)) {
            Ok(second) => return Ok(Vec::from([first, second])),
            // Another program there would get requests that are meant for the sandbox.
            Err(Error::Listen(_, error))
                if error.kind() == ErrorKind::AddrInUse && address.port() == 0 && tries < TRIES => {}
            Err(Error::Listen(other, error)) if error.kind() == ErrorKind::AddrInUse => {
                return Err(Error::Listen(other, error));
            }
            // The machine has only one of the two.
            Err(_) => return Ok(Vec::from([first])),
        }
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        #[cfg(unix)]
        rustix::net::listen(&listener, BACKLOG)?;
        Ok(listener)
    };
    bind().map_err(|error: io::Error| Error::Listen(address, error))
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

/// An address at which this machine reaches a listener. The listener may listen on all addresses.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// The URL for clients on this machine. Extra Horizon's SDK uses a host as it is only if it contains `localhost`.
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
