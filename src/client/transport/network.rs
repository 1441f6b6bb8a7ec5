//! What can go wrong between us and the API.

use core::{error, fmt};
use std::io;

use ureq::Timeout;

use super::stale;
use crate::client::{call::retry::Attempt, outcome::error::Error};

/// Why no answer came, or not all of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NetworkError {
    phase: Phase,
    kind: NetworkErrorKind,
    url: String,
    /// What the system or TLS says.
    detail: String,
    /// See `stale.rs`.
    pub(super) is_stale: bool,
    pub(crate) attempts: Vec<Attempt>,
}

/// How far a call came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Phase {
    /// Looking the host's name up.
    Resolve,
    /// Connecting, to the host or to a proxy.
    Connect,
    /// Asking a proxy for the connection.
    Proxy,
    /// Agreeing on TLS.
    Tls,
    /// Sending the request.
    Send,
    /// Waiting for the answer's head.
    Answer,
    /// Reading the answer's body.
    Body,
    /// Somewhere in the call.
    Call,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NetworkErrorKind {
    /// It took too long.
    Timeout,
    /// There is no such name, or nobody to ask for it.
    NotFound,
    /// Nobody listens there.
    Refused,
    /// There is no way there.
    Unreachable,
    /// The server's certificate is of an authority that is not trusted.
    UnknownIssuer,
    /// The server's certificate is not valid now.
    CertificateTime,
    /// The server's certificate is for another name.
    CertificateName,
    /// What came is not TLS: the server speaks plain HTTP there.
    NotTls,
    /// The server speaks no version of TLS that is safe: only those before 1.2.
    OldTls,
    /// The proxy makes no connection to there, for the status that it answers.
    ProxyRefused,
    /// What came is not HTTP.
    NotHttp,
    /// The answer's head is larger than is taken.
    HeadTooLarge,
    /// The connection was closed before the answer.
    Closed,
    /// The connection was closed before the end of the answer.
    CutOff,
    /// Something else.
    Other,
}

impl NetworkError {
    /// How far the call came.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What went wrong.
    pub fn kind(&self) -> NetworkErrorKind {
        self.kind
    }

    /// The URL that was asked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was tried, in order; the last is this failure.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Whether the request surely never reached the API, so that sending another cannot do anything twice.
    pub fn is_unsent(&self) -> bool {
        matches!(
            self.phase,
            Phase::Resolve | Phase::Connect | Phase::Proxy | Phase::Tls
        )
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        if self.phase == Phase::Proxy {
            return Some(match self.kind {
                NetworkErrorKind::ProxyRefused => {
                    "check that the proxy may connect there, and that HTTPS_PROXY has a user and password if the proxy wants them \
                     (http://USER:PASSWORD@HOST:PORT); hosts in NO_PROXY are called without it"
                }
                _ => {
                    "check the proxy in HTTPS_PROXY or ALL_PROXY; hosts in NO_PROXY are called without it"
                }
            });
        }
        Some(match self.kind {
            NetworkErrorKind::Timeout => {
                "try again, or allow more time; a firewall that drops packets looks like this, too"
            }
            NetworkErrorKind::NotFound => {
                "check the host's spelling, and that this container has a name server (/etc/resolv.conf)"
            }
            NetworkErrorKind::Refused => "check host and port, and that the server runs",
            NetworkErrorKind::Unreachable => {
                "check that this container has a network, and whether a proxy is needed (HTTPS_PROXY)"
            }
            NetworkErrorKind::UnknownIssuer => {
                "where a company's proxy reads along, give its authority: --ca-file FILE or SSL_CERT_FILE"
            }
            NetworkErrorKind::CertificateTime => "check this machine's clock",
            NetworkErrorKind::CertificateName => "check the host's spelling",
            NetworkErrorKind::NotTls => {
                "check the port, or begin the host with http:// if it is meant"
            }
            NetworkErrorKind::OldTls => {
                "TLS 1.0 and 1.1 are not safe and not spoken here: check host and port, and what stands in between"
            }
            NetworkErrorKind::NotHttp => "check host and port: something else answers there",
            NetworkErrorKind::Closed | NetworkErrorKind::CutOff => {
                "try again; a proxy that gives up looks like this, too"
            }
            NetworkErrorKind::HeadTooLarge
            | NetworkErrorKind::ProxyRefused
            | NetworkErrorKind::Other => return None,
        })
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doing = match self.phase {
            Phase::Resolve => "looking up the host's name",
            Phase::Connect => "connecting",
            Phase::Proxy => "asking the proxy for a connection",
            Phase::Tls => "agreeing on TLS",
            Phase::Send => "sending the request",
            Phase::Answer => "waiting for the answer",
            Phase::Body => "reading the answer",
            Phase::Call => "calling",
        };
        let what = match self.kind {
            NetworkErrorKind::Timeout => "it took too long",
            NetworkErrorKind::NotFound => "the name was not found",
            NetworkErrorKind::Refused => "the connection was refused",
            NetworkErrorKind::Unreachable => "there is no way there",
            NetworkErrorKind::UnknownIssuer => {
                "the server's certificate is of an authority that is not trusted here"
            }
            NetworkErrorKind::CertificateTime => "the server's certificate is not valid now",
            NetworkErrorKind::CertificateName => "the server's certificate is for another name",
            NetworkErrorKind::NotTls => "the server does not speak TLS",
            NetworkErrorKind::OldTls => "the server speaks no TLS of version 1.2 or later",
            NetworkErrorKind::ProxyRefused => "the proxy refuses",
            NetworkErrorKind::NotHttp => "what came is not HTTP",
            NetworkErrorKind::HeadTooLarge => "the answer's head is too large",
            NetworkErrorKind::Closed => "the connection was closed before an answer",
            NetworkErrorKind::CutOff => "the connection was closed before the end",
            NetworkErrorKind::Other => "it failed",
        };
        write!(formatter, "{}: {doing}: {what}", self.url)?;
        if self.detail.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", self.detail)
    }
}

impl error::Error for NetworkError {}

/// A failure whose phase ureq's own errors would not tell.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) phase: Phase,
    pub(super) error: io::Error,
}

impl Failure {
    /// The failure that an error of ureq's is, if it is one.
    pub(super) fn of(error: &ureq::Error) -> Option<&Self> {
        match error {
            ureq::Error::Other(other) => other.downcast_ref(),
            _ => None,
        }
    }

    /// Keeps the phase of a failure of input or output; a timeout knows its own.
    pub(super) fn wrap(phase: Phase, error: impl Into<ureq::Error>) -> ureq::Error {
        match error.into() {
            ureq::Error::Io(error) => ureq::Error::Other(Box::new(Self { phase, error })),
            other => other,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, formatter)
    }
}

impl error::Error for Failure {}

/// Puts ureq's error into our words; `phase` is where it was, unless the error knows better.
pub(crate) fn error(error: ureq::Error, url: &str, phase: Phase) -> Error {
    use NetworkErrorKind as Kind;
    let in_body = phase == Phase::Body;
    let is_stale = stale::is_stale(&error);
    let (phase, kind, detail) = match error {
        ureq::Error::BodyExceedsLimit(limit) => {
            return Error::TooLarge {
                url: url.to_owned(),
                limit,
                attempts: Vec::new(),
            };
        }
        ureq::Error::Timeout(timeout) => {
            let phase = match timeout {
                Timeout::Resolve => Phase::Resolve,
                Timeout::Connect => Phase::Connect,
                Timeout::SendRequest | Timeout::SendBody | Timeout::PerWrite => Phase::Send,
                Timeout::RecvResponse => Phase::Answer,
                Timeout::RecvBody => Phase::Body,
                _ if in_body => Phase::Body,
                _ => Phase::Call,
            };
            (phase, Kind::Timeout, String::new())
        }
        ureq::Error::HostNotFound => (Phase::Resolve, Kind::NotFound, String::new()),
        ureq::Error::Other(other) => match other.downcast::<Failure>() {
            Ok(failure) if failure.phase == Phase::Resolve => {
                (Phase::Resolve, Kind::NotFound, failure.error.to_string())
            }
            Ok(failure) => {
                let kind = match failure.phase {
                    Phase::Proxy => proxy_kind(&failure.error),
                    _ => tls_kind(&failure.error),
                };
                (failure.phase, kind, failure.error.to_string())
            }
            Err(_) => (phase, Kind::Other, String::new()),
        },
        ureq::Error::Io(error) => {
            use io::ErrorKind as Io;
            let (phase, kind) = match error.kind() {
                Io::ConnectionRefused => (Phase::Connect, Kind::Refused),
                Io::HostUnreachable | Io::NetworkUnreachable | Io::AddrNotAvailable => {
                    (Phase::Connect, Kind::Unreachable)
                }
                Io::TimedOut if !in_body => (Phase::Connect, Kind::Timeout),
                Io::TimedOut => (phase, Kind::Timeout),
                kind if stale::is_broken(kind) => {
                    (phase, if in_body { Kind::CutOff } else { Kind::Closed })
                }
                _ => (phase, Kind::Other),
            };
            let detail = if kind == Kind::Other {
                error.to_string()
            } else {
                String::new()
            };
            (phase, kind, detail)
        }
        ureq::Error::Protocol(_) if in_body => (phase, Kind::CutOff, String::new()),
        // The type of the error inside has no name outside of ureq.
        ureq::Error::Protocol(error) if format!("{error:?}") == "HttpParseTooManyHeaders" => (
            Phase::Answer,
            Kind::HeadTooLarge,
            "more than 100 headers".to_owned(),
        ),
        ureq::Error::Protocol(_) => (Phase::Answer, Kind::NotHttp, String::new()),
        ureq::Error::LargeResponseHeader(..) => (Phase::Answer, Kind::HeadTooLarge, String::new()),
        ureq::Error::InvalidProxyUrl => (Phase::Proxy, Kind::Other, String::new()),
        ureq::Error::Tls(detail) => (Phase::Tls, Kind::Other, detail.to_owned()),
        ureq::Error::TlsRequired => (Phase::Tls, Kind::Other, String::new()),
        _ => (phase, Kind::Other, String::new()),
    };
    Error::Network(Box::new(NetworkError {
        phase,
        kind,
        url: url.to_owned(),
        detail,
        is_stale,
        attempts: Vec::new(),
    }))
}

/// As `proxy.rs` writes it.
fn proxy_kind(error: &io::Error) -> NetworkErrorKind {
    use NetworkErrorKind as Kind;
    match error.kind() {
        io::ErrorKind::PermissionDenied => Kind::ProxyRefused,
        io::ErrorKind::InvalidData => Kind::NotHttp,
        io::ErrorKind::NotFound => Kind::NotFound,
        io::ErrorKind::ConnectionRefused => Kind::Refused,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Kind::Unreachable,
        io::ErrorKind::TimedOut => Kind::Timeout,
        kind if stale::is_broken(kind) => Kind::Closed,
        _ => Kind::Other,
    }
}

fn tls_kind(error: &io::Error) -> NetworkErrorKind {
    use NetworkErrorKind as Kind;
    use rustls::{
        AlertDescription, CertificateError, Error as Tls, InvalidMessage, PeerIncompatible,
    };
    match error.kind() {
        io::ErrorKind::TimedOut => return Kind::Timeout,
        kind if stale::is_broken(kind) => return Kind::Closed,
        _ => {}
    }
    let tls = error
        .get_ref()
        .and_then(|error| error.downcast_ref::<Tls>());
    match tls {
        Some(Tls::InvalidCertificate(certificate)) => match certificate {
            CertificateError::UnknownIssuer => Kind::UnknownIssuer,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Kind::CertificateTime,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Kind::CertificateName
            }
            _ => Kind::Other,
        },
        Some(Tls::InvalidMessage(InvalidMessage::InvalidContentType)) => Kind::NotTls,
        Some(
            Tls::AlertReceived(AlertDescription::ProtocolVersion)
            | Tls::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13),
        ) => Kind::OldTls,
        _ => Kind::Other,
    }
}
