//! Names, addresses, connections and proxies.

use crate::{
    row::{Row, row},
    run,
    server::{Server, Step},
};
use Server::{Deaf, DeafThen, Ipv6, Names, Nobody, Plain};
use Step::{Drip, Drop, Forever, MostOfRequest, Repeat, Request, Send, Silence};

const OK: &[Step] = &[
    Request,
    Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
];

/// A host that no name server is asked about: a proxy is.
const PROXIED: &[(&str, &str)] = &[
    ("API_HOST", "https://api.proxied.invalid"),
    ("HTTPS_PROXY", "http://user:pr0xyHd8Ws5@{address}"),
];

const ROWS: &[Row] = &[
    row("refused", Nobody, 1, &["connecting", "refused", "check host and port"]),
    row("closed before the request", Plain(&[]), 1, &["closed before an answer"]),
    row("closed behind the request", Plain(&[Request]), 1, &["closed before an answer"]),
    row("reset behind the request", Plain(&[MostOfRequest, Drop]), 1, &["closed before an answer"]),
    row("reset within the head", Plain(&[MostOfRequest, Send(b"HTTP/1.1 200 OK\r\nCont"), Drop]), 1, &["closed before an answer"]),
    row("reset within the body", Plain(&[MostOfRequest, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"), Drop]), 1, &["reading the answer", "closed before the end"]),
    row("accepted and silent", Plain(&[Silence]), 1, &["waiting for the answer", "too long"]).within(0.5),
    row("silent behind the request", Plain(&[Request, Silence]), 1, &["waiting for the answer", "too long"]).within(0.5),
    row("never accepted", Deaf, 1, &["too long"]).within(0.5),
    // Names and addresses.
    row("IPv6 only", Ipv6(OK), 0, &[]).prints("{\"id\":\"1\"}"),
    row("IPv6 only, by a name whose first address is refused", Ipv6(OK), 0, &[])
        .with(&[("API_HOST", "localhost:{port}")])
        .prints("{\"id\":\"1\"}"),
    row("IPv4 only, by name", Plain(OK), 0, &[]).with(&[("API_HOST", "localhost:{port}")]),
    row("no such name", Nobody, 1, &["looking up", "name"])
        .with(&[("API_HOST", "no-such-host.invalid")])
        .names("", "nameserver 127.0.0.9\noptions timeout:1 attempts:1\n"),
    row("no name server", Nobody, 1, &["looking up", "resolv.conf"])
        .with(&[("API_HOST", "api.example.com")])
        .names("", ""),
    row("no such name, says a name server", Names { answers: true }, 1, &["looking up", "not found"])
        .with(&[("API_HOST", "api.example.com")])
        .names("", "nameserver 127.0.0.10\n"),
    row("a name server that says nothing", Names { answers: false }, 1, &["looking up", "too long"])
        .with(&[("API_HOST", "api.example.com")])
        .names("", "nameserver 127.0.0.11\noptions timeout:5 attempts:3\n")
        .within(0.5),
    row("a name of the wrong length", Nobody, 1, &["looking up"])
        .with(&[("API_HOST", "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid")]),
    row("a first address that is refused", Plain(OK), 0, &[])
        .run(&["me", "--allow-http"])
        .with(&[("API_HOST", "http://two.test:{port}")])
        .names("127.0.0.2 two.test\n127.0.0.1 two.test\n", "")
        .prints("{\"id\":\"1\"}"),
    row("a first address that is dead", DeafThen(OK), 0, &[])
        .run(&["me", "--allow-http"])
        .with(&[("API_HOST", "http://two.test:{port}")])
        .names("127.0.0.2 two.test\n127.0.0.1 two.test\n", "")
        .within(2.0)
        .prints("{\"id\":\"1\"}"),
    // Proxies.
    row("a proxy that is not there", Nobody, 1, &["asking the proxy", "refused", "127.0.0.1:", "NO_PROXY"]).with(PROXIED),
    row("a proxy that is not to be found", Nobody, 1, &["asking the proxy", "not found", "proxy.invalid:3128"])
        .with(&[("API_HOST", "https://api.proxied.invalid"), ("HTTPS_PROXY", "http://user:pr0xyHd8Ws5@proxy.invalid:3128")])
        .names("", "nameserver 127.0.0.9\noptions timeout:1 attempts:1\n"),
    row("a proxy that refuses", Plain(&[Request, Send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]), 1, &["asking the proxy", "refuses", "answered 403", "NO_PROXY"])
        .with(PROXIED),
    row("a proxy that wants a password", Plain(&[Request, Send(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")]), 1, &["asking the proxy", "answered 407", "http://USER:PASSWORD@HOST:PORT"])
        .with(PROXIED),
    row("a proxy that hangs up", Plain(&[Request]), 1, &["asking the proxy", "closed before an answer"]).with(PROXIED),
    row("a proxy that speaks no HTTP", Plain(&[Request, Send(b"SSH-2.0-OpenSSH_9.9\r\n")]), 1, &["asking the proxy", "not HTTP"]).with(PROXIED),
    row("a proxy that says nothing", Plain(&[Request, Silence]), 1, &["asking the proxy", "too long", "127.0.0.1:"]).with(PROXIED).within(0.5),
    row("a proxy that drips", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Drip(b"x", 100)]), 1, &["too long"])
        .with(PROXIED)
        .within(0.5),
    row("a proxy with an endless head", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Forever(b"x")]), 1, &["proxy"])
        .with(PROXIED),
    row("a proxy that lies: it answers itself", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"), Silence]), 1, &["TLS"])
        .with(PROXIED)
        .prints(""),
    row("a proxy with a thousand heads", Plain(&[Request, Repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 1000)]), 1, &["proxy"])
        .with(PROXIED),
    row("a proxy that is none of ours", Nobody, 2, &["SOCKS"])
        .with(&[("API_HOST", "api.example.com"), ("ALL_PROXY", "socks5://{address}")]),
    row("NO_PROXY goes around it", Plain(&[Silence]), 1, &["looking up"])
        .with(&[
            ("API_HOST", "https://api.proxied.invalid"),
            ("HTTPS_PROXY", "http://{address}"),
            ("NO_PROXY", "proxied.invalid,api.proxied.invalid"),
        ]),
    row("this machine is never behind a proxy", Plain(OK), 0, &[])
        .with(&[("HTTP_PROXY", "http://{closed}"), ("ALL_PROXY", "http://{closed}")]),
];

#[test]
fn rows() {
    run::check(ROWS);
}
