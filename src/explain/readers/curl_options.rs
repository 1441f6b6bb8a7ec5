//! curl's options ([the table of curl 8.22], with those of older versions): which take a value, and which have a short
//! name.
//!
//! [the table of curl 8.22]: https://github.com/curl/curl/blob/master/src/tool_getparam.c

use super::ReadError;

/// Options without a value, each with its short name after `=`. `--no-NAME` is accepted, too.
const FLAGS: &str = "\
    alpn anyauth append=a basic buffer=N ca-native cert-status clobber compressed compressed-ssh create-dirs \
    crlf digest disable-eprt disable-epsv disable=q disallow-username-in-url doh-cert-status doh-insecure \
    dump-ca-embed environment eprt epsv fail-early fail-with-body fail=f false-start follow form-escape \
    ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl ftp-ssl-ccc ftp-ssl-control ftp-ssl-reqd get=G \
    globoff=g haproxy-protocol head=I http0.9 http1.0=0 http1.1 http2 http2-prior-knowledge http3 http3-only \
    ignore-content-length include insecure=k ipv4=4 ipv6=6 junk-session-cookies=j keepalive list-only=l \
    location-trusted location=L mail-rcpt-allowfails manual=M metalink mptcp negotiate netrc-optional netrc=n \
    next=: npn ntlm ntlm-wb out-null parallel-immediate parallel=Z path-as-is post301 post302 post303 \
    progress-bar=# progress-meter proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-http3 \
    proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 \
    proxytunnel=p raw remote-header-name=J remote-name-all remote-name=O remote-time=R remove-on-error \
    retry-all-errors retry-connrefused sasl-ir sessionid show-error=S show-headers=i silent=s skip-existing \
    socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd \
    ssl-revoke-best-effort sslv2=2 sslv3=3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay \
    test-duphandle test-event tftp-no-options tls-earlydata tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tlsv1=1 tr-encoding \
    trace-ids trace-time use-ascii=B verbose=v version=V wdebug xattr";

/// Options with a value.
const VALUES: &str = "\
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert-type cert=E ciphers config=K connect-timeout \
    connect-to continue-at=C cookie-jar=c cookie=b create-file-mode crlfile curves data-ascii data-binary \
    data-raw data-urlencode data=d delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url \
    dump-header=D ech egd-file engine etag-compare etag-save expect100-timeout form-string form=F ftp-account \
    ftp-alternative-to-user ftp-method ftp-port=P ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip \
    header=H help=h hostpubmd5 hostpubsha256 hsts httpsig-algo httpsig-headers httpsig-key httpsig-keyid \
    interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type knownhosts krb krb4 libcurl \
    limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time=m \
    netrc-file noproxy oauth2-bearer output-dir output=o parallel-max parallel-max-host pass pinnedpubkey \
    preproxy proto proto-default proto-redir proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers \
    proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name \
    proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user=U proxy1.0 proxy=x pubkey \
    quote=Q random-file range=r rate referer=e request-target request=X resolve retry retry-delay retry-max-time \
    sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit=Y \
    speed-time=y ssl-sessions stderr telnet-option=t tftp-blksize time-cond=z tls-max tls13-ciphers tlsauthtype \
    tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file=T upload-flags url url-query \
    user-agent=A user=u variable vlan-priority write-out=w";

/// Options whose effect on the request cannot be followed here, with what to do.
const REJECTED: [(&str, &str); 8] = [
    ("config", "it reads further options from a file; put them into the command"),
    ("help", "it sends no request"),
    ("manual", "it sends no request"),
    ("next", "it starts another request; give one request at a time"),
    ("request-target", "it changes the URL; write the URL that is sent"),
    ("upload-file", "it changes method, URL and body; use --request and --data-binary"),
    ("variable", "variables are not expanded; write the value"),
    ("version", "it sends no request"),
];

/// The long name of an option such as `--data` or `-d`, and whether it takes a value.
pub(super) fn known(option: &str) -> Result<(&str, bool), ReadError> {
    let unknown = || ReadError::new(format!("curl has no option {option}; correct or remove it"));
    let name = match option.strip_prefix("--") {
        Some(name) => name,
        None => {
            let mut entries = entries(FLAGS).chain(entries(VALUES));
            entries.find(|(_, short)| *short == &option[1..]).ok_or_else(unknown)?.0
        }
    };
    let rejected = if name.starts_with("expand-") { "variable" } else { name };
    if let Some((_, why)) = REJECTED.iter().find(|(other, _)| *other == rejected) {
        return Err(ReadError::new(format!("the option --{name} cannot be followed: {why}")));
    }
    let is_in = |list, name: &str| entries(list).any(|(other, _)| other == name);
    let takes_value = is_in(VALUES, name);
    if takes_value || is_in(FLAGS, name.strip_prefix("no-").unwrap_or(name)) {
        return Ok((name, takes_value));
    }
    Err(unknown())
}

/// Names and short names.
fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.split_ascii_whitespace().map(|entry| entry.split_once('=').unwrap_or((entry, "")))
}
