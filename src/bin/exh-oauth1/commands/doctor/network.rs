//! Checks of the network path to the API: proxy, CA certificates, name, connection, TLS, clock, and the signed request.

use std::{
    env,
    net::{SocketAddr, TcpStream},
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use exh_oauth1::{
    Credentials, Signer,
    client::{
        BaseUrl, Client, Configuration, Error, ErrorCode, ME, PROXY_VARIABLES, Phase, Problem, Response, Retry,
        Settings,
    },
};

use super::{
    report::{Check, Report},
    settings::without_url,
};
use crate::{connection, failure::Failure, options::GlobalOptions};

/// The difference in seconds up to which a clock is right. Requests take time, and `Date` has no fractions (RFC 9110
/// §5.6.7).
const TOLERANCE: u64 = 60;

pub(super) fn check(report: &mut Report, global: &GlobalOptions, settings: &Settings) -> Result<(), Failure> {
    const LATER: [&str; 4] = ["connection", "tls", "clock", "call"];
    let not_tried = |report: &mut Report, ids: &[&'static str], why: &str| {
        ids.iter().try_for_each(|id| report.add(Check::not_tried(id, why)))
    };
    let Ok(base_url) = settings.base_url() else {
        let why = without_url(settings);
        not_tried(report, &["proxy", "ca-certificates", "dns"], why)?;
        return not_tried(report, &LATER, why);
    };
    let configuration = settings.configuration();
    let is_complete = configuration.is_ok();
    // Without credentials nothing is sent, but the connection can be checked.
    let configuration =
        configuration.unwrap_or_else(|_| Configuration::new(base_url.clone(), Signer::new(Credentials::new("", ""))));
    let timeout = Duration::from_secs_f64(global.timeout);
    let mut builder = connection::builder(global, configuration)
        .retry(Retry::NEVER)
        .connect_timeout(timeout.min(Duration::from_secs(10)));
    if let (None, Some(path)) = (&global.ca_file, settings.ca_file()) {
        builder = builder.ca_file(path);
    }
    let client = match builder.build() {
        Ok(client) => client,
        Err(error) => {
            const WHY: &str = "no connection can be made with these settings";
            let problem = error.problems().first();
            let is_proxy = matches!(problem, Some(Problem::Proxy { .. } | Problem::SocksProxy));
            for (id, is_it) in [("proxy", is_proxy), ("ca-certificates", !is_proxy)] {
                report.add(match problem {
                    Some(problem) if is_it => Check::problem(id, problem),
                    _ => Check::not_tried(id, WHY),
                })?;
            }
            not_tried(report, &["dns"], WHY)?;
            return not_tried(report, &LATER, WHY);
        }
    };
    report.add(proxy(&client))?;
    report.add(ca_certificates(&client))?;
    let deadline = Instant::now() + timeout;
    let addresses = match client.addresses() {
        Ok(addresses) => addresses,
        Err(error) => {
            report.add(unresolved(&error))?;
            return not_tried(report, &LATER, "the address is not known");
        }
    };
    report.add(dns(global, &client, &addresses))?;
    let connected = connection(&addresses, deadline);
    let is_connected = connected.is_ok();
    report.add(connected)?;
    if !is_connected {
        return not_tried(report, &LATER[1..], "no connection was made");
    }
    if !is_complete || !report.is_well() {
        return not_tried(report, &LATER[1..], "an earlier check failed, so nothing was sent");
    }
    call(report, &client, &base_url)
}

fn proxy(client: &Client) -> Check {
    const ID: &str = "proxy";
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let set: Vec<_> =
        PROXY_VARIABLES.into_iter().chain(["no_proxy", "NO_PROXY", "HTTP_PROXY"]).filter(is_set).collect();
    let base_url = client.configuration().base_url();
    let names = set.join(", ");
    let check = match (client.proxy(), client.proxy_variable()) {
        (Some(proxy), Some(variable)) => {
            Check::ok(ID, format!("{proxy}, by {variable} (set: {names})")).with("proxy", proxy)
        }
        _ if set.is_empty() => Check::ok(ID, "none"),
        _ if base_url.is_loopback() => Check::ok(ID, format!("none is used for this machine (set: {names})")),
        _ if set == ["HTTP_PROXY"] => Check::warning(
            ID,
            "HTTP_PROXY is ignored, as curl ignores it: a CGI server sets it from a request",
            "use HTTPS_PROXY, or http_proxy in lower case for plain HTTP",
        ),
        _ => Check::ok(ID, format!("none is used for this host (set: {names})")),
    };
    check.with("variables", set)
}

fn ca_certificates(client: &Client) -> Check {
    let certificates = client.ca_certificates();
    let detail = match &certificates.file {
        None => format!("{} built in; SSL_CERT_FILE is not set", certificates.built_in),
        Some(path) => {
            format!("{} built in and {} of {}", certificates.built_in, certificates.added, path.display())
        }
    };
    Check::ok("ca-certificates", detail).with("built_in", certificates.built_in).with("added", certificates.added)
}

fn dns(global: &GlobalOptions, client: &Client, addresses: &[SocketAddr]) -> Check {
    let list: Vec<_> = addresses.iter().map(|one| one.ip().to_string()).collect();
    let host = client.configuration().base_url().host();
    let is_given = global.resolve.iter().any(|given| given.host.eq_ignore_ascii_case(host));
    let detail = match client.proxy() {
        Some(proxy) => format!("{}, of the proxy {proxy}", list.join(", ")),
        None if is_given => format!("{}, of {host} by --resolve", list.join(", ")),
        None => format!("{}, of {host}", list.join(", ")),
    };
    Check::ok("dns", detail).with("addresses", list)
}

fn unresolved(error: &Error) -> Check {
    let mut check = Check::error("dns", error);
    if cfg!(unix) && !Path::new("/etc/resolv.conf").exists() {
        check = check.also("there is no /etc/resolv.conf here, which names the name servers");
    }
    check
}

/// Opens a TCP connection to the first address that accepts one.
fn connection(addresses: &[SocketAddr], deadline: Instant) -> Check {
    const ID: &str = "connection";
    let mut refused = Vec::new();
    for address in addresses {
        let begun = Instant::now();
        let left = deadline.saturating_duration_since(begun);
        // A timeout of zero would be an error.
        let left = left.max(Duration::from_millis(1));
        match TcpStream::connect_timeout(address, left) {
            Ok(_) => {
                let took = begun.elapsed().as_millis();
                let mut detail = format!("{address} after {took} ms");
                for other in refused {
                    detail.push_str(&format!("; {other}"));
                }
                return Check::ok(ID, detail).with("address", address.to_string());
            }
            Err(error) => refused.push(format!("{address}: {error}")),
        }
    }
    let next = "check host and port, whether a firewall blocks them, and whether a proxy is needed (HTTPS_PROXY)";
    Check::failed(ID, refused.join("; "), Some(next.to_owned())).exits(1)
}

/// Sends the signed request, and checks what else the response shows.
fn call(report: &mut Report, client: &Client, base_url: &BaseUrl) -> Result<(), Failure> {
    let result = client.get(ME);
    let now = SystemTime::now();
    let result = result.and_then(|response| {
        let user = response.user()?;
        Ok((response, user))
    });
    let response = match &result {
        Ok((response, _)) => Some(response),
        Err(error) => error.response(),
    };
    report.add(tls(base_url, response, result.as_ref().err()))?;
    let is_rejected = matches!(&result, Err(Error::Api(error)) if error.code.is_some_and(ErrorCode::is_authentication));
    report.add(clock(response, now, is_rejected))?;
    report.add(match &result {
        Ok((_, user)) => {
            let detail = format!("GET {ME} returned 200: user {}", user.id);
            Check::ok("call", detail).with("http_status", 200).with("user", user.id.as_str())
        }
        Err(error) if is_tls(error) => Check::not_tried("call", "the TLS handshake failed"),
        Err(error) => {
            let code = match error {
                Error::Api(error) => error.code.map(|code| code.number()),
                _ => None,
            };
            Check::error("call", error).with("http_status", error.response().map(Response::status)).with("code", code)
        }
    })
}

fn tls(base_url: &BaseUrl, response: Option<&Response>, error: Option<&Error>) -> Check {
    const ID: &str = "tls";
    if !base_url.is_secure() {
        return Check::ok(ID, "not used: the scheme is http");
    }
    match error {
        Some(error) if is_tls(error) => Check::error(ID, error),
        _ if response.is_some() => Check::ok(ID, "the server's certificate is trusted"),
        _ => Check::not_tried(ID, "there was no response; see the call"),
    }
}

fn is_tls(error: &Error) -> bool {
    matches!(error, Error::Network(failure) if failure.phase() == Phase::Tls)
}

fn clock(response: Option<&Response>, now: SystemTime, is_rejected: bool) -> Check {
    const ID: &str = "clock";
    let Some(response) = response else {
        return Check::not_tried(ID, "there was no response, so the server's time is unknown");
    };
    let Some(date) = response.date() else {
        return Check::not_tried(ID, "the response has no valid Date header");
    };
    let (difference, side) = match date.duration_since(now) {
        Ok(slow) => (slow, "behind"),
        Err(error) => (error.duration(), "ahead of"),
    };
    let seconds = difference.as_secs();
    let signed = i64::try_from(seconds).unwrap_or(i64::MAX) * if side == "behind" { 1 } else { -1 };
    let detail = match seconds {
        0 | 1 => "this machine's clock and the server's agree within 1 s".to_owned(),
        _ => format!("this machine's clock is {seconds} s {side} the server's"),
    };
    let next = "set this machine's clock: the API rejects timestamps that differ";
    let check = if seconds <= TOLERANCE {
        Check::ok(ID, detail)
    } else if is_rejected {
        Check::failed(ID, detail, Some(next.to_owned())).exits(4)
    } else {
        Check::warning(ID, detail, next)
    };
    check.with("offset_seconds", signed)
}
