//! From ureq's errors to ours.

use core::{error, fmt};
use std::io;

use ureq::Timeout;

use super::stale;
use crate::client::outcome::{
    error::Error,
    network_error::NetworkError,
    phase::{NetworkErrorKind, Phase},
};

/// A failure whose phase ureq's own errors would not tell.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) phase: Phase,
    pub(crate) error: io::Error,
}

impl Failure {
    /// The failure that an error of ureq's is, if it is one.
    pub(crate) fn of(error: &ureq::Error) -> Option<&Self> {
        match error {
            ureq::Error::Other(other) => other.downcast_ref(),
            _ => None,
        }
    }

    /// Keeps the phase of a failure of input or output; a timeout knows its own.
    pub(crate) fn wrap(phase: Phase, error: impl Into<ureq::Error>) -> ureq::Error {
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
pub(crate) fn convert(error: ureq::Error, url: &str, phase: Phase) -> Error {
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
