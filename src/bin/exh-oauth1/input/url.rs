//! A full URL in place of a path.

use exh_oauth1::client::BaseUrl;

use crate::{failure::Failure, output::curl::port};

/// The path and query of what was typed. A full URL must be on the configured host.
pub(crate) fn path<'a>(typed: &'a str, base: &BaseUrl) -> Result<&'a str, Failure> {
    let is_url = |scheme: &str| {
        let start = typed.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if !is_url("https://") && !is_url("http://") {
        return Ok(typed);
    }
    let (origin, path) = split(typed);
    let url = BaseUrl::from_url(origin, true).map_err(|error| Failure::usage(format_args!("the URL {error}")))?;
    let (configured, prefix) = split(base.as_str());
    let place = |url: &BaseUrl, origin| (url.is_secure(), url.host().to_owned(), port(origin));
    if place(&url, origin) != place(base, configured) {
        return Err(Failure::usage(format_args!(
            "the URL is on {}, and the configured host is {configured}",
            url.as_str()
        ))
        .hint("give the path alone, or choose the other host with --host or --profile"));
    }
    path.strip_prefix(prefix)
        .filter(|path| path.is_empty() || path.starts_with(['/', '?']))
        .ok_or_else(|| Failure::usage(format_args!("the URL is not below {base}")).hint("give the path alone"))
}

/// Scheme, host and port; and the rest.
fn split(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']);
    url.split_at(end.map_or(url.len(), |at| start + at))
}
