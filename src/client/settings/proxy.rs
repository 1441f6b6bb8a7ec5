//! The proxy of the environment, as curl finds it. ureq 3.5.2 (`proxy.rs`) reads the variables in another order, uses
//! `HTTP_PROXY`, which a CGI server sets from a request's header, and ignores a proxy that it cannot read.

use std::env;

use ureq::{Proxy, ProxyProtocol};

use super::{configuration_error::Problem, host::BaseUrl};

/// The variables that can name a proxy, in order of precedence. `http_proxy` is for `http` only, and `https_proxy` and
/// `HTTPS_PROXY` are for `https` only.
pub const PROXY_VARIABLES: [&str; 5] = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The proxy for a host, and the variable that names it. This machine and hosts in `no_proxy` need none.
pub(crate) fn from_env(base_url: &BaseUrl) -> Result<Option<(&'static str, Proxy)>, Problem> {
    let is_set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let exceptions = is_set("no_proxy").or_else(|| is_set("NO_PROXY"));
    let is_exempt = exceptions.is_some_and(|list| is_listed(base_url.host(), &list.to_string_lossy()));
    if base_url.is_loopback() || is_exempt {
        return Ok(None);
    }
    let is_for_scheme = |name: &str| match name {
        "http_proxy" => !base_url.is_secure(),
        "https_proxy" | "HTTPS_PROXY" => base_url.is_secure(),
        _ => true,
    };
    let mut names = PROXY_VARIABLES.into_iter().filter(|name| is_for_scheme(name));
    let Some((variable, value)) = names.find_map(|name| Some((name, is_set(name)?))) else {
        return Ok(None);
    };
    let proxy = value.to_str().and_then(|text| Proxy::new(text).ok());
    let proxy = proxy.ok_or(Problem::Proxy { variable })?;
    match proxy.protocol() {
        ProxyProtocol::Http | ProxyProtocol::Https => Ok(Some((variable, proxy))),
        _ => Err(Problem::SocksProxy),
    }
}

/// Whether a list names a host, a domain of it, or `*`.
fn is_listed(host: &str, list: &str) -> bool {
    let host = host.trim_matches(['[', ']', '.']).to_ascii_lowercase();
    list.split([',', ' ']).any(|entry| {
        let entry = entry.trim_matches(['[', ']', '.']).to_ascii_lowercase();
        let domain = host.strip_suffix(&entry);
        entry == "*" || (!entry.is_empty() && domain.is_some_and(|sub| sub.is_empty() || sub.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::is_listed;

    #[test]
    fn exceptions_are_hosts_and_domains() {
        for (host, list, expected) in [
            ("api.example.com", "example.com", true),
            ("api.example.com", "other.com, .EXAMPLE.com", true),
            ("api.example.com", "api.example.com.", true),
            ("api.example.com", "*", true),
            ("api.example.com", "ample.com", false),
            ("api.example.com", "i.example.com,,", false),
            ("example.com", "api.example.com", false),
            ("[::1]", "::1", true),
            ("10.0.0.1", "10.0.0.1", true),
        ] {
            assert_eq!(is_listed(host, list), expected, "{host} {list}");
        }
    }
}
