//! Why no response came, or not all of it.

use core::{error, fmt};

use super::{
    attempt::Attempt,
    phase::{NetworkErrorKind, Phase},
};

/// Why no response came, or not all of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NetworkError {
    pub(crate) phase: Phase,
    pub(crate) kind: NetworkErrorKind,
    pub(crate) url: String,
    /// The message of the system or of TLS.
    pub(crate) detail: String,
    /// A reused connection broke before the first byte of a response; see `transport/stale.rs`.
    pub(crate) is_stale: bool,
    pub(crate) attempts: Vec<Attempt>,
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

    /// The URL that was called.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All attempts in order; the last is this failure.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Whether the request certainly never reached the API, so that sending another cannot do anything twice.
    pub fn is_unsent(&self) -> bool {
        matches!(
            self.phase,
            Phase::Resolve | Phase::Connect | Phase::Proxy | Phase::Tls
        )
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doing = match self.phase {
            Phase::Resolve => "looking up the host name",
            Phase::Connect => "connecting",
            Phase::Proxy => "asking the proxy for a connection",
            Phase::Tls => "TLS handshake",
            Phase::Send => "sending the request",
            Phase::Answer => "waiting for the response",
            Phase::Body => "reading the response",
            Phase::Call => "calling",
        };
        let what = match self.kind {
            NetworkErrorKind::Timeout => "timed out",
            NetworkErrorKind::NotFound => "name not found",
            NetworkErrorKind::Refused => "connection refused",
            NetworkErrorKind::Unreachable => "no route to host",
            NetworkErrorKind::UnknownIssuer => {
                "the server's certificate is not signed by a trusted CA"
            }
            NetworkErrorKind::CertificateTime => {
                "the server's certificate has expired or is not valid yet"
            }
            NetworkErrorKind::CertificateName => "the server's certificate is for another name",
            NetworkErrorKind::NotTls => "the server does not speak TLS",
            NetworkErrorKind::OldTls => "the server does not support TLS 1.2 or later",
            NetworkErrorKind::ProxyRefused => "the proxy refused",
            NetworkErrorKind::NotHttp => "the response is not HTTP",
            NetworkErrorKind::HeadTooLarge => "the response headers are too large",
            NetworkErrorKind::Closed => "the connection was closed before a response",
            NetworkErrorKind::CutOff => "the connection was closed before the end",
            NetworkErrorKind::Other => "failed",
        };
        write!(formatter, "{}: {doing}: {what}", self.url)?;
        if self.detail.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", self.detail)
    }
}

impl error::Error for NetworkError {}
