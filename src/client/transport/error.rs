//! From ureq's errors to ours.

use std::{error, fmt, io, net::IpAddr};

use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};
use ureq::Timeout;

use super::connection::{STALE, is_broken};
use crate::client::outcome::{
    error::Error,
    network_error::NetworkError,
    phase::{NetworkErrorKind as Kind, Phase},
    request_error::RequestError,
};

/// A failure of our resolver or of TLS, which ureq's errors cannot express.
#[derive(Debug)]
pub(super) enum Failure {
    Resolve(io::Error),
    Tls(io::Error),
    PlainHttp(IpAddr),
}

impl Failure {
    pub(super) fn resolve(error: io::Error) -> ureq::Error {
        ureq::Error::Other(Box::new(Self::Resolve(error)))
    }

    pub(super) fn tls(error: io::Error) -> ureq::Error {
        ureq::Error::Other(Box::new(Self::Tls(error)))
    }

    pub(super) fn plain_http(address: IpAddr) -> ureq::Error {
        ureq::Error::Other(Box::new(Self::PlainHttp(address)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve(error) | Self::Tls(error) => fmt::Display::fmt(error, formatter),
            Self::PlainHttp(address) => fmt::Display::fmt(address, formatter),
        }
    }
}

impl error::Error for Failure {}

/// Converts an error. `phase` is used if the error has none. `proxy` is the host and port of a proxy in use.
pub(crate) fn convert(error: ureq::Error, url: &str, phase: Phase, proxy: Option<&str>) -> Error {
    let is_stale = matches!(&error, ureq::Error::Io(error) if error.kind() == STALE);
    let (mut phase, kind, mut detail) = match error {
        ureq::Error::BodyExceedsLimit(limit) => {
            return Error::TooLarge { url: url.to_owned(), limit, attempts: Vec::new() };
        }
        ureq::Error::Timeout(timeout) => {
            let phase = match timeout {
                Timeout::Resolve => Phase::Resolve,
                Timeout::Connect => Phase::Connect,
                Timeout::SendRequest | Timeout::SendBody | Timeout::PerWrite => Phase::Send,
                Timeout::RecvResponse => Phase::Response,
                Timeout::RecvBody => Phase::Body,
                _ if matches!(phase, Phase::Send | Phase::Body) => phase,
                _ => Phase::Call,
            };
            (phase, Kind::Timeout, String::new())
        }
        ureq::Error::HostNotFound => (Phase::Resolve, Kind::NotFound, String::new()),
        ureq::Error::Other(other) => match other.downcast::<Failure>().map(|failure| *failure) {
            Ok(Failure::PlainHttp(address)) => return RequestError::PlainHttp(address).into(),
            Ok(Failure::Resolve(error)) => (Phase::Resolve, Kind::NotFound, error.to_string()),
            Ok(Failure::Tls(error)) => (Phase::Tls, tls_kind(&error), error.to_string()),
            Err(other) => (phase, Kind::Other, other.to_string()),
        },
        ureq::Error::Io(error) => io_error(&error, phase),
        ureq::Error::Protocol(_) if phase == Phase::Body => (phase, Kind::CutOff, String::new()),
        ureq::Error::Protocol(error) => (Phase::Response, Kind::NotHttp, error.to_string()),
        ureq::Error::LargeResponseHeader(..) => (Phase::Response, Kind::HeadersTooLarge, String::new()),
        ureq::Error::ConnectProxyFailed(reason) => (Phase::Proxy, Kind::ProxyRefused, reason),
        ureq::Error::Tls(detail) => (Phase::Tls, Kind::Other, detail.to_owned()),
        error => (phase, Kind::Other, error.to_string()),
    };
    if let (Some(proxy), Phase::Resolve | Phase::Connect | Phase::Proxy) = (proxy, phase) {
        let separator = if detail.is_empty() { "" } else { ": " };
        (phase, detail) = (Phase::Proxy, format!("{proxy}{separator}{detail}"));
    }
    Error::Network(Box::new(NetworkError { phase, kind, url: url.to_owned(), detail, is_stale, attempts: Vec::new() }))
}

fn io_error(error: &io::Error, phase: Phase) -> (Phase, Kind, String) {
    use io::ErrorKind as Io;
    let in_body = phase == Phase::Body;
    let (phase, kind) = match error.kind() {
        Io::ConnectionRefused => (Phase::Connect, Kind::Refused),
        Io::HostUnreachable | Io::NetworkUnreachable | Io::AddrNotAvailable => (Phase::Connect, Kind::Unreachable),
        Io::TimedOut if !in_body => (Phase::Connect, Kind::Timeout),
        Io::TimedOut => (phase, Kind::Timeout),
        kind if is_broken(kind) && in_body => (phase, Kind::CutOff),
        kind if is_broken(kind) => (phase, Kind::Closed),
        _ => return (phase, Kind::Other, error.to_string()),
    };
    (phase, kind, String::new())
}

fn tls_kind(error: &io::Error) -> Kind {
    use rustls::Error as Tls;
    let inner = error.get_ref().and_then(|error| error.downcast_ref());
    match inner {
        None if error.kind() == io::ErrorKind::TimedOut => Kind::Timeout,
        None if is_broken(error.kind()) => Kind::Closed,
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
