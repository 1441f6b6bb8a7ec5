//! An address for a host, as in `--resolve`.

use std::{net::IpAddr, str::FromStr};

/// Where to connect for a host, and for one port of it if a port is given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Resolve {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) address: IpAddr,
}

impl FromStr for Resolve {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, rest) = text
            .split_once(':')
            .filter(|(host, _)| !host.is_empty())
            .ok_or("write it as HOST:PORT:ADDRESS or HOST:ADDRESS")?;
        let (port, address) = match rest.split_once(':') {
            Some((port, address)) if !rest.starts_with('[') => {
                let number = port.parse().ok().filter(|port| *port > 0);
                // An IPv6 address without brackets cannot be told from a port and an address.
                let fault = "invalid port: expected 1-65535; an IPv6 address without a port needs [brackets]";
                (Some(number.ok_or(fault)?), address)
            }
            _ => (None, rest),
        };
        let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']'));
        Ok(Self {
            host: host.to_owned(),
            port,
            address: bare.unwrap_or(address).parse().map_err(|_| "invalid IP address")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_ports_and_addresses_are_told_apart() {
        for (text, port, address) in [
            ("h:127.0.0.1", None, "127.0.0.1"),
            ("h:443:127.0.0.1", Some(443), "127.0.0.1"),
            ("h:[::1]", None, "::1"),
            ("h:443:::1", Some(443), "::1"),
            ("h:443:[::1]", Some(443), "::1"),
            // As curl reads it.
            ("h:80:1::2", Some(80), "1::2"),
        ] {
            let read: Resolve = text.parse().unwrap();
            assert_eq!((read.host.as_str(), read.port, read.address), ("h", port, address.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            "h",
            "h:",
            ":1.2.3.4",
            "h:::1",
            "h:0:1.2.3.4",
            "h:65536:1.2.3.4",
            "h:443",
            "h:443:",
            "h:443:g",
            "h:x:1.2.3.4",
            "h:[1.2.3.4",
            "h:[::1]:443",
        ] {
            assert!(text.parse::<Resolve>().is_err(), "{text}");
        }
    }
}
