//! The base string URI ([RFC 5849 §3.4.1.2]) by a recipe.
//!
//! [RFC 5849 §3.4.1.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.2

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{Encoder, Host, Path, Port, Scheme, UriRecipe, Whole};
use crate::explain::encode::decode;

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
    /// Takes an absolute URI of the schemes `http` and `https` apart; nothing else is checked.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let (rest, fragment) = split(rest, '#');
        let (rest, query) = split(rest, '?');
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user_info, authority) = match authority.rsplit_once('@') {
            Some((user_info, authority)) => (Some(user_info), authority),
            None => (None, authority),
        };
        let (host, port) = split_port(authority);
        (!host.is_empty()).then_some(Self {
            scheme,
            user_info,
            host,
            port,
            path,
            query,
            fragment,
        })
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.scheme.len() == "https".len()
    }

    /// The URI by a recipe, encoded as it stands in the base string; `hosts` are those that the caller named.
    pub(crate) fn build(&self, recipe: &UriRecipe, hosts: &[&str]) -> Vec<u8> {
        let text = self.text(recipe, hosts);
        recipe.encoder.encode(&text, recipe.times.count())
    }

    fn text(&self, recipe: &UriRecipe, hosts: &[&str]) -> Vec<u8> {
        let listed = match recipe.host {
            Host::Listed(index) => hosts.get(usize::from(index)).copied(),
            _ => None,
        };
        let other = listed.and_then(Uri::parse);
        let secure = other.map_or(self.is_secure(), |other| other.is_secure())
            != matches!(recipe.scheme, Scheme::Other);
        let mut authority = String::new();
        if let Some(user_info) = self.user_info.filter(|_| recipe.user_info) {
            authority = format!("{user_info}@");
        }
        let (host, port) = match (listed, other) {
            (_, Some(other)) => (other.host, other.port),
            (Some(listed), None) => match split_port(listed) {
                (host, None) => (host, self.port),
                both => both,
            },
            (None, None) => (self.host, self.port),
        };
        authority.push_str(&match recipe.host {
            Host::AsWritten => host.to_string(),
            Host::LabelAdded(label) => format!("{label}{}", host.to_ascii_lowercase()),
            Host::LabelDropped(label) => {
                let host = host.to_ascii_lowercase();
                host.strip_prefix(label).unwrap_or(&host).to_string()
            }
            Host::Lower | Host::Listed(_) => host.to_ascii_lowercase(),
        });
        if let Some(port) = signed_port(port, secure, recipe.port) {
            authority.push(':');
            authority.push_str(&port);
        }
        let mut text = Vec::new();
        if matches!(recipe.whole, Whole::Uri | Whole::Lower) {
            let scheme = if secure { "https" } else { "http" };
            text.extend(if matches!(recipe.scheme, Scheme::AsWritten) {
                self.scheme.as_bytes()
            } else {
                scheme.as_bytes()
            });
            text.extend(b"://");
        }
        if !matches!(recipe.whole, Whole::PathOnly) {
            text.extend(authority.as_bytes());
        }
        match other.map(|other| other.path) {
            Some(path) if !path.is_empty() => text.extend(path.as_bytes()),
            _ => text.extend(signed_path(self.path, recipe.path)),
        }
        for (is_signed, mark, part) in [
            (recipe.query, b'?', self.query),
            (recipe.fragment, b'#', self.fragment),
        ] {
            if let Some(part) = part.filter(|_| is_signed) {
                text.push(mark);
                text.extend(part.as_bytes());
            }
        }
        if matches!(recipe.whole, Whole::Lower) {
            text.make_ascii_lowercase();
        }
        text
    }
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Parts host and port; the colons of an IPv6 address stand in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_end = authority.rfind(']').unwrap_or(0);
    match authority[host_end..].rfind(':') {
        Some(colon) => (
            &authority[..host_end + colon],
            Some(&authority[host_end + colon + 1..]),
        ),
        None => (authority, None),
    }
}

fn signed_port(port: Option<&str>, secure: bool, recipe: Port) -> Option<String> {
    let default = if secure { "443" } else { "80" };
    let port = port.filter(|port| !port.is_empty());
    match recipe {
        Port::Dropped => None,
        Port::AsWritten => port.map(ToString::to_string),
        Port::DefaultAdded => Some(port.unwrap_or(default).to_string()),
        // The port goes only if it is this scheme's own default.
        Port::Right => port
            .map(|port| {
                port.parse::<u16>()
                    .map_or_else(|_| port.to_string(), |port| port.to_string())
            })
            .filter(|port| port != default),
    }
}

fn signed_path(path: &str, recipe: Path) -> Vec<u8> {
    // An empty path is sent as `/` (RFC 9110 §4.2.3).
    let sent = if path.is_empty() { "/" } else { path };
    match recipe {
        Path::Right => sent.into(),
        Path::EmptyKept => path.into(),
        Path::SlashAdded if sent.ends_with('/') => sent.into(),
        Path::SlashAdded => format!("{sent}/").into_bytes(),
        Path::SlashDropped => sent.strip_suffix('/').unwrap_or(sent).into(),
        Path::Decoded => decode(sent.as_bytes(), false),
        Path::EncodedAgain => {
            let mut text = Vec::new();
            for segment in sent.split_inclusive('/') {
                let (name, slash) = match segment.strip_suffix('/') {
                    Some(name) => (name, "/"),
                    None => (segment, ""),
                };
                Encoder::Right.push(&mut text, name.as_bytes());
                text.extend(slash.as_bytes());
            }
            text
        }
        Path::Lower => sent.to_ascii_lowercase().into_bytes(),
        Path::Resolved => resolved(sent).into_bytes(),
        Path::SlashesMerged => {
            let mut text = sent.as_bytes().to_vec();
            text.dedup_by(|one, other| *one == b'/' && *other == b'/');
            text
        }
        Path::FirstSegmentDropped => {
            let rest = sent.trim_start_matches('/');
            rest.find('/').map_or("/", |slash| &rest[slash..]).into()
        }
        Path::HexUpper => {
            let mut text = sent.as_bytes().to_vec();
            for at in 0..text.len() {
                if text[at] == b'%' {
                    let end = text.len().min(at + 3);
                    text[at..end].make_ascii_uppercase();
                }
            }
            text
        }
        Path::Dropped => Vec::new(),
    }
}

/// The path without its `.` and `..` segments (RFC 3986 §5.2.4).
fn resolved(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let mut text = format!("/{}", segments.join("/"));
    if path.ends_with("/.") || path.ends_with("/..") {
        text.push('/');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(uri: &str, change: fn(&mut UriRecipe)) -> String {
        let mut recipe = UriRecipe::default();
        change(&mut recipe);
        let text = Uri::parse(uri)
            .unwrap()
            .text(&recipe, &["other:81", "https://o.net/p"]);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn the_default_is_right() {
        // RFC 5849 §3.4.1.2.
        assert_eq!(
            built("http://EXAMPLE.COM:80/r%20v/X?id=123", |_| {}),
            "http://example.com/r%20v/X"
        );
        assert_eq!(built("HTTPS://u@h:0443?q#f", |_| {}), "https://h/");
        assert_eq!(built("http://[::1]:443/", |_| {}), "http://[::1]:443/");
    }

    #[test]
    fn each_choice_changes_what_it_says() {
        for (uri, change, expected) in [
            (
                "http://H/a",
                (|recipe| recipe.host = Host::AsWritten) as fn(&mut UriRecipe),
                "http://H/a",
            ),
            (
                "http://h/a",
                |recipe| recipe.host = Host::Listed(0),
                "http://other:81/a",
            ),
            (
                "http://h/a",
                |recipe| recipe.host = Host::Listed(1),
                "https://o.net/p",
            ),
            (
                "http://h/a",
                |recipe| recipe.scheme = Scheme::Other,
                "https://h/a",
            ),
            (
                "http://h",
                |recipe| recipe.path = Path::EmptyKept,
                "http://h",
            ),
            (
                "http://h/a//b",
                |recipe| recipe.path = Path::SlashesMerged,
                "http://h/a/b",
            ),
            (
                "http://h/a/../b/.",
                |recipe| recipe.path = Path::Resolved,
                "http://h/b/",
            ),
            (
                "http://h/a/b",
                |recipe| recipe.path = Path::FirstSegmentDropped,
                "http://h/b",
            ),
            (
                "http://h/%2a b",
                |recipe| recipe.path = Path::HexUpper,
                "http://h/%2A b",
            ),
            (
                "http://h/%20(",
                |recipe| recipe.path = Path::EncodedAgain,
                "http://h/%2520%28",
            ),
            (
                "http://h/?q=1#f",
                |recipe| recipe.query = true,
                "http://h/?q=1",
            ),
            (
                "http://h:81/",
                |recipe| recipe.port = Port::Dropped,
                "http://h/",
            ),
            (
                "https://h/",
                |recipe| recipe.port = Port::DefaultAdded,
                "https://h:443/",
            ),
            ("https://h/p", |recipe| recipe.whole = Whole::PathOnly, "/p"),
        ] {
            assert_eq!(built(uri, change), expected, "{uri}");
        }
    }
}
