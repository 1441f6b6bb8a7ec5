//! Where the API is: `API_HOST` as Extra Horizon's own tools read it, and base URLs.

use std::{
    error, fmt,
    net::{IpAddr, Ipv6Addr},
};

/// The URL that the path of every request is appended to, such as `https://api.dev.example.com`.
///
/// `http` is only for this machine, unless `allow_http` is set.
///
/// # Examples
///
/// ```
/// use exh_oauth1::client::BaseUrl;
///
/// assert_eq!(BaseUrl::from_host("dev.example.com", false)?.as_str(), "https://api.dev.example.com");
/// assert_eq!(BaseUrl::from_host("localhost:3000", false)?.as_str(), "http://localhost:3000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    text: String,
    /// The range of the host in the text, with the brackets of an IPv6 address.
    host: (usize, usize),
    allows_http: bool,
}

/// What is wrong with a host or a base URL. It does not repeat the value, which may hold a password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HostError {
    /// There is no host.
    Empty,
    /// A character that is not allowed in a host, at this byte.
    Character(usize),
    /// A user name or password in front of an `@`.
    UserInfo,
    /// A path.
    Path,
    /// A query.
    Query,
    /// A fragment.
    Fragment,
    /// The scheme is neither `http` nor `https`, or a base URL has none.
    Scheme,
    /// The port is not a number from 1 to 65535.
    Port,
    /// The name is not a valid host name.
    Name,
    /// `http://` to a host that is not this machine.
    PlainHttp,
    /// A base URL that cannot be stored in a credentials file, because `api.` is added to the hosts there.
    Rewritten,
}

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "holds no host",
            Self::Character(position) => {
                return write!(
                    formatter,
                    "has a character at byte {position} that is not allowed in a host"
                );
            }
            Self::UserInfo => "has a user name or password in front of an @, which this API does not use",
            Self::Path => "has a path; give the host alone",
            Self::Query => "has a query; give the host alone",
            Self::Fragment => "has a fragment; give the host alone",
            Self::Scheme => "has a scheme other than http:// and https://",
            Self::Port => "has an invalid port: expected 1-65535",
            Self::Name => "is not the name of a host",
            Self::Rewritten => {
                "cannot be stored in a credentials file, which adds api. to host names; give a host instead, or a port too"
            }
            Self::PlainHttp => {
                "has the scheme http://, which is not encrypted; use https://, or --allow-http in a test network"
            }
        })
    }
}

impl error::Error for HostError {}

impl BaseUrl {
    /// Reads a host as the JavaScript SDK does: the scheme is optional, one `/` at the end is dropped, `api.` and
    /// `apx.` at the start are dropped, and `https://api.` is added.
    ///
    /// Names of this machine (`localhost`, `*.localhost`), IP addresses, and hosts with a port are used as they are.
    /// Their default scheme is `http` for this machine and `https` otherwise.
    ///
    /// # Errors
    ///
    /// [`HostError`], with [`PlainHttp`](HostError::PlainHttp) for `http://` to another machine unless `allow_http` is
    /// set.
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
        Ok(Self::assemble(secure, &host, port, "", allow_http))
    }

    /// Uses a URL verbatim, except for a `/` at its end. It may have a path, which every request's path is appended to.
    ///
    /// # Errors
    ///
    /// [`HostError`], with [`PlainHttp`](HostError::PlainHttp) for `http://` to another machine unless `allow_http` is
    /// set.
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
        Ok(Self::assemble(secure, &host, port, path, allow_http))
    }

    fn assemble(secure: bool, host: &str, port: Option<u16>, path: &str, allows_http: bool) -> Self {
        let mut text = String::from(if secure { "https://" } else { "http://" });
        let start = text.len();
        text.push_str(host);
        let end = text.len();
        if let Some(port) = port {
            text.push_str(&format!(":{port}"));
        }
        text.push_str(path);
        Self { text, host: (start, end), allows_http }
    }

    /// The URL, without a `/` at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host alone, with the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.text[self.host.0..self.host.1]
    }

    /// Whether the scheme is `https`.
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Whether plain HTTP may leave this machine.
    pub(crate) fn allows_http(&self) -> bool {
        self.allows_http
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

/// Whether a name is reserved for this machine (RFC 6761 §6.3). `localhost.example.com` is not.
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit('.').next().is_some_and(|label| label.eq_ignore_ascii_case("localhost"))
}

/// The IP address of a host, with or without brackets.
pub(crate) fn address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
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
            // An IPv6 address without brackets has no port.
            (format!("[{address}]"), None)
        } else if text.starts_with('[') {
            let end = text.find(']').ok_or(HostError::Name)? + 1;
            let port = match &text[end..] {
                "" => None,
                rest => Some(rest.strip_prefix(':').ok_or(HostError::Name)?),
            };
            (text[..end].to_ascii_lowercase(), port)
        } else {
            let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
            (host.to_ascii_lowercase(), port)
        };
        if host.is_empty() {
            return Err(HostError::Empty);
        }
        let is_name = host.strip_suffix('.').unwrap_or(&host).split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
        if !is_name && address(&host).is_none() {
            return Err(HostError::Name);
        }
        let port = port
            .map(|port| {
                port.parse()
                    .ok()
                    .filter(|number| *number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()))
                    .ok_or(HostError::Port)
            })
            .transpose()?;
        let kind = kind(&host);
        Ok(Self { host, port, kind })
    }
}

/// Rejects characters that are not allowed in a host or a path.
fn check(text: &str) -> Result<(), HostError> {
    if text.is_empty() {
        return Err(HostError::Empty);
    }
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'@' => return Err(HostError::UserInfo),
            b'?' => return Err(HostError::Query),
            b'#' => return Err(HostError::Fragment),
            _ if !byte.is_ascii_graphic() || byte == b'\\' => {
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
