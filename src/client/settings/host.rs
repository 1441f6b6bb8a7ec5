//! Where the API is: `API_HOST` as Extra Horizon's own tools read it, and base URLs.

use core::{
    error, fmt,
    net::{IpAddr, Ipv6Addr},
};

/// Scheme and authority that all paths are put behind, such as `https://api.dev.example.com`.
///
/// Nothing but `https` leaves the machine, unless `allow_http` says so.
///
/// # Examples
///
/// ```
/// use exh_oauth1::client::BaseUrl;
///
/// assert_eq!(BaseUrl::from_host("dev.example.com", false)?.as_str(), "https://api.dev.example.com");
/// assert_eq!(BaseUrl::from_host("localhost:3000", false)?.as_str(), "http://localhost:3000");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    text: String,
    /// Where the host begins and ends; an IPv6 address has its brackets.
    host: (usize, usize),
}

/// What is wrong with a host or a base URL; it does not repeat the value, which may hold a password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HostError {
    /// There is no host.
    Empty,
    /// A white space, control or other character that no host has, at this byte.
    Character(usize),
    /// A user name or password before an `@`.
    UserInfo,
    /// A path.
    Path,
    /// A query.
    Query,
    /// A fragment.
    Fragment,
    /// The scheme is neither `http` nor `https`, or a base URL has none.
    Scheme,
    /// The port is no number from 1 to 65535.
    Port,
    /// The name is none that a host can have.
    Name,
    /// `http://` to a host that is not this machine.
    PlainHttp,
    /// A base URL that a credentials file cannot say, where `api.` is put in front of names.
    Rewritten,
}

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "holds no host",
            Self::Character(position) => {
                return write!(
                    formatter,
                    "has a character at byte {position} that no host has"
                );
            }
            Self::UserInfo => "has a user name or password before an @, which this API does not take",
            Self::Path => "has a path; give the host alone",
            Self::Query => "has a query; give the host alone",
            Self::Fragment => "has a fragment; give the host alone",
            Self::Scheme => "has another scheme than http:// or https://",
            Self::Port => "has a port that is no number from 1 to 65535",
            Self::Name => "is not the name of a host",
            Self::Rewritten => {
                "would be read as another one from a credentials file, which has hosts only; give a host, or a port with it"
            }
            Self::PlainHttp => {
                "says http://, which would send requests in the clear; use https:// (or allow it for a test network: --allow-http)"
            }
        })
    }
}

impl error::Error for HostError {}

impl BaseUrl {
    /// Reads a host as the JavaScript SDK does: the scheme is optional, one `/` at the end is dropped, and `https://api.` is
    /// put in front in place of an `api.` and an `apx.` behind it.
    ///
    /// Taken as they are: names of this machine (`localhost`, `*.localhost`), IP addresses, and anything with a port. Where
    /// they have no scheme it is `http` for this machine and `https` otherwise.
    ///
    /// # Errors
    ///
    /// The [`HostError`] that names what is wrong; [`PlainHttp`](HostError::PlainHttp) for `http://` to another machine
    /// unless `allow_http`.
    pub fn from_host(host: &str, allow_http: bool) -> Result<Self, HostError> {
        check(host)?;
        let (scheme, rest) = split_scheme(host)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('/') {
            return Err(HostError::Path);
        }
        let Authority { host, port, kind } = Authority::parse(rest)?;
        let secure = scheme.unwrap_or(kind != Kind::Loopback);
        if !secure && kind != Kind::Loopback && !allow_http {
            return Err(HostError::PlainHttp);
        }
        let host = if kind == Kind::Name && port.is_none() {
            let bare = host.strip_prefix("api.").unwrap_or(&host);
            let bare = bare.strip_prefix("apx.").unwrap_or(bare);
            if bare.is_empty() {
                return Err(HostError::Name);
            }
            format!("api.{bare}")
        } else {
            host
        };
        Ok(Self::assemble(secure, &host, port, ""))
    }

    /// Takes a URL verbatim, but for a `/` at its end; it may have a path, which is put before each request's path.
    ///
    /// # Errors
    ///
    /// The [`HostError`] that names what is wrong; [`PlainHttp`](HostError::PlainHttp) for `http://` to another machine
    /// unless `allow_http`.
    pub fn from_url(url: &str, allow_http: bool) -> Result<Self, HostError> {
        check(url)?;
        let (Some(secure), rest) = split_scheme(url)? else {
            return Err(HostError::Scheme);
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let Authority { host, port, kind } = Authority::parse(authority)?;
        if !secure && kind != Kind::Loopback && !allow_http {
            return Err(HostError::PlainHttp);
        }
        Ok(Self::assemble(secure, &host, port, path))
    }

    fn assemble(secure: bool, host: &str, port: Option<u16>, path: &str) -> Self {
        let mut text = String::from(if secure { "https://" } else { "http://" });
        let start = text.len();
        text.push_str(host);
        let end = text.len();
        if let Some(port) = port {
            text.push_str(&format!(":{port}"));
        }
        text.push_str(path);
        Self {
            text,
            host: (start, end),
        }
    }

    /// The URL, without a `/` at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host alone; an IPv6 address has its brackets.
    pub fn host(&self) -> &str {
        &self.text[self.host.0..self.host.1]
    }

    /// Whether the scheme is `https`.
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        kind(self.host()) == Kind::Loopback
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Loopback,
    Address,
    Name,
}

fn kind(host: &str) -> Kind {
    let loopback = if let Some(address) = address(host) {
        if !address.to_canonical().is_loopback() {
            return Kind::Address;
        }
        true
    } else {
        is_localhost(host)
    };
    if loopback { Kind::Loopback } else { Kind::Name }
}

/// Whether a name is kept for this machine (RFC 6761 §6.3): `localhost.example.com` is not.
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit('.')
        .next()
        .is_some_and(|label| label.eq_ignore_ascii_case("localhost"))
}

/// The address that a host is, with or without brackets.
pub(crate) fn address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
        .parse()
        .ok()
}

struct Authority {
    /// In lower case.
    host: String,
    port: Option<u16>,
    kind: Kind,
}

impl Authority {
    fn parse(text: &str) -> Result<Self, HostError> {
        let (host, port) = if let Ok(address) = text.parse::<Ipv6Addr>() {
            // Without brackets there is no room for a port.
            (format!("[{address}]"), None)
        } else if text.starts_with('[') {
            let end = text.find(']').ok_or(HostError::Name)? + 1;
            let port = match &text[end..] {
                "" => None,
                rest => Some(rest.strip_prefix(':').ok_or(HostError::Name)?),
            };
            (text[..end].to_ascii_lowercase(), port)
        } else {
            let (host, port) = text
                .split_once(':')
                .map_or((text, None), |(host, port)| (host, Some(port)));
            (host.to_ascii_lowercase(), port)
        };
        if host.is_empty() {
            return Err(HostError::Empty);
        }
        let is_name = host
            .strip_suffix('.')
            .unwrap_or(&host)
            .split('.')
            .all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
            });
        if !is_name && address(&host).is_none() {
            return Err(HostError::Name);
        }
        let port = port
            .map(|port| {
                port.parse()
                    .ok()
                    .filter(|number| {
                        *number > 0 && port.bytes().all(|octet| octet.is_ascii_digit())
                    })
                    .ok_or(HostError::Port)
            })
            .transpose()?;
        let kind = kind(&host);
        Ok(Self { host, port, kind })
    }
}

/// Refuses what stands in no host and no plain path.
fn check(text: &str) -> Result<(), HostError> {
    if text.is_empty() {
        return Err(HostError::Empty);
    }
    for (position, octet) in text.bytes().enumerate() {
        match octet {
            b'@' => return Err(HostError::UserInfo),
            b'?' => return Err(HostError::Query),
            b'#' => return Err(HostError::Fragment),
            _ if !octet.is_ascii_graphic() || octet == b'\\' => {
                return Err(HostError::Character(position));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the scheme is `https`, and what follows it.
fn split_scheme(text: &str) -> Result<(Option<bool>, &str), HostError> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok((None, text));
    };
    if scheme.eq_ignore_ascii_case("https") {
        Ok((Some(true), rest))
    } else if scheme.eq_ignore_ascii_case("http") {
        Ok((Some(false), rest))
    } else {
        Err(HostError::Scheme)
    }
}
