//! The base string URI (RFC 5849 §3.4.1.2) by a recipe.

use std::iter;

use super::{Times, path::Path};
use crate::explain::encode::Encoder;

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct UriRecipe {
    pub(crate) scheme: Scheme,
    pub(crate) host: Host,
    pub(crate) port: Port,
    pub(crate) path: Path,
    pub(crate) whole: Whole,
    pub(crate) query: Query,
    pub(crate) fragment: bool,
    pub(crate) user_info: bool,
    pub(crate) encoder: Encoder,
    /// How often it is encoded as a part of the base string: once is right.
    pub(crate) times: Times,
    /// What is between it and the parameters, in place of `&`.
    pub(crate) separator: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Scheme {
    #[default]
    Lower,
    AsWritten,
    Other,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Host {
    #[default]
    Lower,
    AsWritten,
    /// With a label in front of it, or without it if it is there.
    Label(&'static str),
    WithoutBrackets,
    Loopback(&'static str),
    /// One of the hosts, or whole URIs, that the caller named.
    Listed(u16),
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Port {
    /// Signed unless it is the default of the scheme.
    #[default]
    Right,
    AsWritten,
    DefaultAdded,
    Dropped,
    /// At the end of the URI, after the path or query.
    AtEnd,
}

/// The parts of the URI that are signed.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Whole {
    #[default]
    Uri,
    PathOnly,
    HostAndPath,
    /// The path after `null//null`, which Node's `url.parse` leads to without a scheme and host.
    NullAndPath,
}

/// What of the query is signed as a part of the URI.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Query {
    #[default]
    Nothing,
    Whole,
    Mark,
}

/// A URI taken apart, as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uri<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) user_info: Option<&'a str>,
    pub(crate) host: &'a str,
    pub(crate) port: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) fragment: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Takes apart an absolute URI with the scheme `http` or `https`; nothing else is checked.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let (rest, fragment) = split(rest, '#');
        let (rest, query) = split(rest, '?');
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user_info, authority) =
            authority.rsplit_once('@').map_or((None, authority), |(user_info, rest)| (Some(user_info), rest));
        let (host, port) = split_port(authority);
        (!host.is_empty()).then_some(Self { scheme, user_info, host, port, path, query, fragment })
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.scheme.len() == "https".len()
    }

    /// The URI with another host, which may have a port or be a whole URI.
    pub(super) fn at(self, other: &'a str) -> Self {
        let Some(other) = Self::parse(other) else {
            let (host, port) = split_port(other);
            return Self { host, port: port.or(self.port), ..self };
        };
        let path = if other.path.is_empty() { self.path } else { other.path };
        Self { scheme: other.scheme, host: other.host, port: other.port, path, ..self }
    }

    /// The URI by a recipe, encoded as in the base string, with what separates it from the parameters.
    ///
    /// `query` is the one without protocol parameters.
    pub(super) fn build(&self, recipe: &UriRecipe, query: Option<&[u8]>) -> Vec<u8> {
        let text = self.text(recipe, query);
        let mut text = recipe.encoder.encode(&text, recipe.times as usize);
        text.extend(recipe.separator.unwrap_or("&").bytes());
        text
    }

    fn text(&self, recipe: &UriRecipe, query: Option<&[u8]>) -> Vec<u8> {
        let secure = self.is_secure() != (recipe.scheme == Scheme::Other);
        let port = signed_port(self.port, secure, recipe.port);
        let is_at_end = recipe.port == Port::AtEnd;
        let mut text = Vec::new();
        if recipe.whole == Whole::Uri {
            let scheme = match recipe.scheme {
                Scheme::AsWritten => self.scheme,
                _ if secure => "https",
                _ => "http",
            };
            text.extend(format!("{scheme}://").bytes());
        }
        if recipe.whole == Whole::NullAndPath {
            text.extend(b"null//null");
        }
        if matches!(recipe.whole, Whole::Uri | Whole::HostAndPath) {
            if let Some(user_info) = self.user_info.filter(|_| recipe.user_info) {
                text.extend(format!("{user_info}@").bytes());
            }
            text.extend(signed_host(self.host, recipe.host).bytes());
            text.extend(port.iter().filter(|_| !is_at_end).flat_map(|port| port.bytes()));
        }
        text.extend(recipe.path.apply(self.path));
        let signed_query = match recipe.query {
            Query::Nothing => None,
            Query::Whole => query,
            Query::Mark => Some(&b""[..]),
        };
        let fragment = self.fragment.filter(|_| recipe.fragment).map(str::as_bytes);
        for (mark, part) in [(b'?', signed_query), (b'#', fragment)] {
            text.extend(part.into_iter().flat_map(|part| iter::once(&mark).chain(part)));
        }
        // With a query, it is at the end of the parameters instead.
        if is_at_end && query.is_none_or(|_| recipe.query == Query::Whole) {
            text.extend(port.unwrap_or_default().bytes());
        }
        text
    }
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Separates host and port; the colons of an IPv6 address are in brackets.
pub(crate) fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_end = authority.rfind(']').unwrap_or(0);
    match authority[host_end..].rfind(':') {
        Some(colon) => (&authority[..host_end + colon], Some(&authority[host_end + colon + 1..])),
        None => (authority, None),
    }
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

fn signed_host(host: &str, recipe: Host) -> String {
    let lower = host.to_ascii_lowercase();
    match recipe {
        Host::AsWritten => host.to_string(),
        Host::Label(label) => match lower.strip_prefix(label) {
            Some(rest) => rest.to_string(),
            None => format!("{label}{lower}"),
        },
        Host::Loopback(name) if is_loopback(host) => name.to_string(),
        Host::WithoutBrackets => lower.replace(['[', ']'], ""),
        Host::Lower | Host::Loopback(_) | Host::Listed(_) => lower,
    }
}

/// The port with its colon.
fn signed_port(port: Option<&str>, secure: bool, recipe: Port) -> Option<String> {
    let default = if secure { "443" } else { "80" };
    let port = port.filter(|port| !port.is_empty());
    let port = match recipe {
        Port::Dropped => None,
        Port::AsWritten | Port::AtEnd => port.map(ToString::to_string),
        Port::DefaultAdded => Some(port.unwrap_or(default).to_string()),
        // The port is left out only if it is this scheme's own default.
        Port::Right => port
            .map(|port| port.parse::<u16>().map_or_else(|_| port.to_string(), |port| port.to_string()))
            .filter(|port| port != default),
    };
    port.map(|port| format!(":{port}"))
}
