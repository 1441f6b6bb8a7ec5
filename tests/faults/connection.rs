//! Names, addresses, connections and proxies.

use std::{ffi::OsStr, fs::File, os::unix::ffi::OsStrExt as _, path::Path};

use crate::{
    row::{Row, row},
    run,
    server::{Server, Step},
    tls::Certificate::{Good, OtherName},
};
use Server::{Closed, Deaf, DeafThen, Ipv6, Names, Plain, Proxy};
use Step::{Drip, Drop, Forever, MostOfRequest, Read, Repeat, Request, Reset, Send, Silence, Sip, Stall};

const OK: &[Step] = &[Request, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")];

/// A host that is looked up by the proxy.
const PROXIED: &[(&str, &str)] =
    &[("API_HOST", "https://api.proxied.invalid"), ("HTTPS_PROXY", "http://user:pr0xyHd8Ws5@{address}")];

/// The response of a proxy that has made the connection.
const YES: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// A file that is larger than all buffers.
fn large(folder: &Path) {
    let file = File::create(folder.join("large")).unwrap();
    file.set_len(16 << 20).unwrap();
}

const UPLOAD: &[&str] = &["put", "/x", "-d", "@{folder}/large"];
const DOWNLOAD: &[&str] = &["get", "/x", "-o", "{folder}/x"];

const ROWS: &[Row] = &[
    row("refused", Closed, 1, &["connecting", "refused", "check host and port"]),
    row("closed before the request", Plain(&[]), 1, &["closed before a response"]),
    row("reset before the request", Plain(&[Reset]), 1, &["closed before a response"]),
    row("reset within the request headers", Plain(&[Read(9), Reset]), 1, &["closed before a response"]),
    row("closed within the request's body", Plain(&[Request, Read(65_536), Drop]), 1, &["closed before a response"])
        .run(UPLOAD)
        .prepared(large),
    row("reset within the request's body", Plain(&[Request, Read(65_536), Reset]), 1, &["closed before a response"])
        .run(UPLOAD)
        .prepared(large),
    row("a file that nobody reads", Plain(&[Request, Stall(3)]), 1, &["sending the request", "timed out"])
        .run(UPLOAD)
        .prepared(large)
        .within(0.3),
    row("a body that nobody reads", Plain(&[Request, Stall(3)]), 1, &["sending the request", "timed out"])
        .run(&["put", "/x", "-d", "-"])
        .prepared(large)
        .with_body()
        .within(0.5)
        .altered(|command, folder| {
            command.stdin(File::open(folder.join("large")).unwrap());
        }),
    row(
        "a body of which a little is read now and then",
        Plain(&[Request, Sip(100)]),
        1,
        &["sending the request", "timed out"],
    )
    .run(&["put", "/x", "-d", "-"])
    .prepared(large)
    .with_body()
    .within(0.5)
    .altered(|command, folder| {
        command.stdin(File::open(folder.join("large")).unwrap());
    }),
    row(
        "silent after a file",
        Plain(&[Request, Read(16 << 20), Silence]),
        1,
        &["waiting for the response", "timed out"],
    )
    .run(UPLOAD)
    .prepared(large)
    .within(0.5),
    row(
        "headers that drip after a file",
        Plain(&[Request, Read(16 << 20), Send(b"HTTP/1.1 200 OK\r\nX: "), Drip(b"x", 100)]),
        1,
        &["waiting for the response", "timed out"],
    )
    .run(UPLOAD)
    .prepared(large)
    .within(0.5),
    row(
        "a body that drips after a file",
        Plain(&[Request, Read(16 << 20), Send(b"HTTP/1.1 200 OK\r\n\r\n"), Drip(b"x", 100)]),
        1,
        &["reading the response", "timed out"],
    )
    .run(UPLOAD)
    .prepared(large)
    .within(0.5),
    row(
        "a response before all of the file was read",
        Plain(&[Request, Send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")]),
        4,
        &["413"],
    )
    .run(UPLOAD)
    .prepared(large),
    row(
        "a download that stops",
        Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\n\r\nx"), Silence]),
        1,
        &["reading the response", "timed out"],
    )
    .run(DOWNLOAD)
    .within(0.5),
    row(
        "a download whose headers drip",
        Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Drip(b"x", 100)]),
        1,
        &["waiting for the response", "timed out"],
    )
    .run(DOWNLOAD)
    .within(0.5),
    row(
        "a download whose error response drips",
        Plain(&[Request, Send(b"HTTP/1.1 404 Not Found\r\n\r\n"), Drip(b"x", 100)]),
        1,
        &["reading the response", "timed out"],
    )
    .run(DOWNLOAD)
    .within(0.5),
    row("closed after the request", Plain(&[Request]), 1, &["closed before a response"]),
    row("reset after the request", Plain(&[MostOfRequest, Drop]), 1, &["closed before a response"]),
    row(
        "reset within the response headers",
        Plain(&[MostOfRequest, Send(b"HTTP/1.1 200 OK\r\nCont"), Drop]),
        1,
        &["closed before a response"],
    ),
    row(
        "reset within the body",
        Plain(&[MostOfRequest, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"), Drop]),
        1,
        &["reading the response", "closed before the end"],
    ),
    row("accepted and silent", Plain(&[Silence]), 1, &["waiting for the response", "timed out"]).within(0.5),
    row("silent after the request", Plain(&[Request, Silence]), 1, &["waiting for the response", "timed out"])
        .within(0.5),
    row("never accepted", Deaf, 1, &["timed out"]).within(0.5),
    // Names and addresses.
    row("IPv6 only", Ipv6(OK), 0, &[]).prints("{\"id\":\"1\"}"),
    row("IPv6 only, by a name whose first address is refused", Ipv6(OK), 0, &[])
        .with(&[("API_HOST", "localhost:{port}")])
        .prints("{\"id\":\"1\"}"),
    row("IPv4 only, by name", Plain(OK), 0, &[]).with(&[("API_HOST", "localhost:{port}")]),
    row("IPv6 only, by name", Ipv6(OK), 0, &[])
        .run(&["me", "--allow-http"])
        .with(&[("API_HOST", "http://six.test:{port}")])
        .names("::1 six.test\n", "")
        .prints("{\"id\":\"1\"}"),
    row("no such name", Closed, 1, &["looking up", "name"])
        .with(&[("API_HOST", "no-such-host.invalid")])
        .names("", "nameserver 127.0.0.9\noptions timeout:1 attempts:1\n"),
    row("no name server", Closed, 1, &["looking up", "resolv.conf"])
        .with(&[("API_HOST", "api.example.com")])
        .names("", ""),
    row("no such name, says a name server", Names { responses: true }, 1, &["looking up", "not found"])
        .with(&[("API_HOST", "api.example.com")])
        .names("", "nameserver 127.0.0.10\n"),
    row("a name server that never responds", Names { responses: false }, 1, &["looking up", "timed out"])
        .with(&[("API_HOST", "api.example.com")])
        .names("", "nameserver 127.0.0.11\noptions timeout:5 attempts:3\n")
        .within(0.5),
    row("a name of the wrong length", Closed, 1, &["looking up"]).with(&[(
        "API_HOST",
        "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid",
    )]),
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
    row("a name whose addresses are all refused", Closed, 1, &["connecting", "refused"])
        .run(&["me", "--allow-http"])
        .with(&[("API_HOST", "http://two.test:{port}")])
        .names("127.0.0.2 two.test\n127.0.0.1 two.test\n::1 two.test\n", ""),
    // Proxies.
    row("a proxy that is not there", Closed, 1, &["asking the proxy", "refused", "127.0.0.1:", "NO_PROXY"])
        .with(PROXIED),
    row("a proxy that is not to be found", Closed, 1, &["asking the proxy", "not found", "proxy.invalid:3128"])
        .with(&[
            ("API_HOST", "https://api.proxied.invalid"),
            ("HTTPS_PROXY", "http://user:pr0xyHd8Ws5@proxy.invalid:3128"),
        ])
        .names("", "nameserver 127.0.0.9\noptions timeout:1 attempts:1\n"),
    row(
        "a proxy that refuses",
        Plain(&[Request, Send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]),
        1,
        &["asking the proxy", "the proxy refused", "responded 403", "NO_PROXY"],
    )
    .with(PROXIED),
    row(
        "a proxy that wants a password",
        Plain(&[Request, Send(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")]),
        1,
        &["asking the proxy", "responded 407", "http://USER:PASSWORD@HOST:PORT"],
    )
    .with(PROXIED),
    row("a proxy that hangs up", Plain(&[Request]), 1, &["asking the proxy", "did not respond"]).with(PROXIED),
    row("a proxy that speaks no HTTP", Plain(&[Request, Send(b"SSH-2.0-OpenSSH_9.9\r\n")]), 1, &["not valid HTTP"])
        .with(PROXIED),
    row("a proxy that never responds", Plain(&[Request, Silence]), 1, &["asking the proxy", "timed out", "127.0.0.1:"])
        .with(PROXIED)
        .within(0.5),
    row("a proxy that drips", Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Drip(b"x", 100)]), 1, &["timed out"])
        .with(PROXIED)
        .within(0.5),
    row(
        "a proxy with endless headers",
        Plain(&[Request, Send(b"HTTP/1.1 200 OK\r\nX: "), Forever(b"x")]),
        1,
        &["proxy"],
    )
    .with(PROXIED),
    row(
        "a proxy that responds in place of the host",
        Plain(&[
            Request,
            Send(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
            Silence,
        ]),
        1,
        &["TLS"],
    )
    .with(PROXIED)
    .prints(""),
    row("a proxy that lies: it says yes and hangs up", Plain(&[Request, Send(YES)]), 1, &["TLS handshake", "closed"])
        .with(PROXIED),
    row("a proxy that lies: it says yes and nothing more", Plain(&[Request, Send(YES), Silence]), 1, &["timed out"])
        .with(PROXIED)
        .within(0.5),
    row(
        "a proxy that lies: it reads along",
        Proxy(Good, OK),
        1,
        &["TLS handshake", "not signed by a trusted CA", "--ca-file"],
    )
    .with(PROXIED)
    .prints(""),
    row("a proxy that reads along, and may", Proxy(Good, OK), 0, &[])
        .run(&["me", "--ca-file", "{folder}/ca.pem"])
        .with(PROXIED)
        .prints("{\"id\":\"1\"}"),
    row("a proxy that lies: it connects elsewhere", Proxy(OtherName, OK), 1, &["TLS handshake", "another name"])
        .run(&["me", "--ca-file", "{folder}/ca.pem"])
        .with(PROXIED)
        .prints(""),
    row(
        "a proxy that points elsewhere",
        Plain(&[Request, Send(b"HTTP/1.1 302 Found\r\nLocation: http://{address}/\r\n\r\n")]),
        1,
        &["asking the proxy", "responded 302"],
    )
    .with(PROXIED),
    row(
        "a proxy that should speak TLS, and does not",
        Plain(&[Send(b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
        1,
        &["does not speak TLS"],
    )
    .with(&[("API_HOST", "https://api.proxied.invalid"), ("HTTPS_PROXY", "https://{address}")]),
    row("an invalid proxy", Closed, 2, &["HTTPS_PROXY", "http://HOST:PORT"])
        .with(&[("API_HOST", "https://api.proxied.invalid"), ("HTTPS_PROXY", "http://user:pr0xyHd8Ws5@[::1")]),
    row("a proxy's name that is not UTF-8", Closed, 2, &["ALL_PROXY", "http://HOST:PORT"])
        .with(&[("API_HOST", "https://api.proxied.invalid"), ("HTTP_PROXY", "http://{closed}")])
        .altered(|command, _| {
            command.env("ALL_PROXY", OsStr::from_bytes(b"http://user:pr0xyHd8Ws5@\xff"));
        }),
    row(
        "a proxy with a thousand interim responses",
        Plain(&[Request, Repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 1000)]),
        1,
        &["proxy"],
    )
    .with(PROXIED),
    row("a proxy of an unsupported kind", Closed, 2, &["SOCKS"])
        .with(&[("API_HOST", "api.example.com"), ("ALL_PROXY", "socks5://{address}")]),
    row("NO_PROXY goes around it", Plain(&[Silence]), 1, &["looking up"]).with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("HTTPS_PROXY", "http://{address}"),
        ("NO_PROXY", "proxied.invalid,api.proxied.invalid"),
    ]),
    row("NO_PROXY for all", Plain(&[Silence]), 1, &["looking up"]).with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("HTTPS_PROXY", "http://{address}"),
        ("NO_PROXY", "*"),
    ]),
    row("NO_PROXY for the domain", Plain(&[Silence]), 1, &["looking up"]).with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("ALL_PROXY", "http://{address}"),
        ("no_proxy", "other.invalid, .proxied.invalid"),
    ]),
    row("no_proxy takes precedence over NO_PROXY", Closed, 1, &["asking the proxy"]).with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("HTTPS_PROXY", "http://{closed}"),
        ("no_proxy", "other.invalid"),
        ("NO_PROXY", "*"),
    ]),
    row(
        "https_proxy takes precedence over HTTPS_PROXY and ALL_PROXY",
        Closed,
        1,
        &["asking the proxy", "first.invalid"],
    )
    .with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("https_proxy", "http://first.invalid"),
        ("HTTPS_PROXY", "http://second.invalid"),
        ("all_proxy", "http://third.invalid"),
    ]),
    row("all_proxy takes precedence over ALL_PROXY", Closed, 1, &["asking the proxy", "third.invalid"]).with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("all_proxy", "http://third.invalid"),
        ("ALL_PROXY", "http://fourth.invalid"),
    ]),
    row("a proxy for http is not used for https", Closed, 1, &["looking up the host name"])
        .with(&[("API_HOST", "https://api.proxied.invalid"), ("http_proxy", "http://{closed}")]),
    row("HTTP_PROXY is never used, as in a CGI server", Closed, 1, &["looking up the host name"]).with(&[
        ("API_HOST", "https://api.proxied.invalid"),
        ("HTTP_PROXY", "http://{closed}"),
        ("REQUEST_METHOD", "GET"),
    ]),
    row("HTTP_PROXY is not used for http either", Closed, 1, &["looking up the host name"])
        .run(&["me", "--allow-http"])
        .with(&[
            ("API_HOST", "http://api.proxied.invalid"),
            ("HTTP_PROXY", "http://{closed}"),
            ("https_proxy", "http://{closed}"),
        ]),
    row("http_proxy is used for http", Closed, 1, &["asking the proxy", "refused"]).run(&["me", "--allow-http"]).with(
        &[
            ("API_HOST", "http://api.proxied.invalid"),
            ("http_proxy", "http://{closed}"),
            ("all_proxy", "http://third.invalid"),
        ],
    ),
    row("this machine is never called through a proxy", Plain(OK), 0, &[])
        .with(&[("http_proxy", "http://{closed}"), ("ALL_PROXY", "http://{closed}")]),
    // Plain HTTP.
    row(
        "plain HTTP to another machine, by --resolve",
        Closed,
        2,
        &["plain HTTP would leave this machine, to 192.0.2.2", "--allow-http"],
    )
    .run(&["me", "--resolve", "localhost:192.0.2.2"])
    .with(&[("API_HOST", "localhost:1")]),
    row("the same, with this machine first", Closed, 2, &["plain HTTP would leave this machine, to 192.0.2.2"])
        .run(&["me", "--resolve", "localhost:127.0.0.1", "--resolve", "localhost:192.0.2.2"])
        .with(&[("API_HOST", "localhost:1")]),
    row("plain HTTP to this machine, by --resolve", Plain(OK), 0, &[])
        .run(&["me", "--resolve", "api.localhost:[::ffff:127.0.0.1]"])
        .with(&[("API_HOST", "api.localhost:{port}")]),
    row("plain HTTP to another machine, allowed", Closed, 1, &["refused"])
        .run(&["me", "--allow-http", "--resolve", "localhost:127.0.0.2"])
        .with(&[("API_HOST", "localhost:1")]),
];

#[test]
fn rows() {
    run::check(ROWS);
}
