//! How far a call came, and what went wrong there.

use std::fmt;

/// How far a call came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Phase {
    /// Looking up the host name.
    Resolve,
    /// Connecting, to the host or to a proxy.
    Connect,
    /// Asking a proxy for a connection.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// Sending the request.
    Send,
    /// Waiting for the response's headers.
    Response,
    /// Reading the response's body.
    Body,
    /// Unknown.
    Call,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NetworkErrorKind {
    /// It took too long.
    Timeout,
    /// The name does not exist, or no name server responded.
    NotFound,
    /// The connection was refused: nothing listens on the port.
    Refused,
    /// There is no route to the host.
    Unreachable,
    /// The server's certificate is not signed by a trusted CA.
    UnknownIssuer,
    /// The server's certificate has expired, or is not valid yet.
    CertificateTime,
    /// The server's certificate is for another name.
    CertificateName,
    /// The server does not speak TLS.
    NotTls,
    /// The server does not support TLS 1.2 or later.
    OldTls,
    /// The proxy did not make the connection.
    ProxyRefused,
    /// The response is not HTTP.
    NotHttp,
    /// The response's headers exceed the limit.
    HeadersTooLarge,
    /// The connection was closed before the response.
    Closed,
    /// The connection was closed before the end of the response.
    CutOff,
    /// Something else.
    Other,
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Resolve => "looking up the host name",
            Self::Connect => "connecting",
            Self::Proxy => "asking the proxy for a connection",
            Self::Tls => "TLS handshake",
            Self::Send => "sending the request",
            Self::Response => "waiting for the response",
            Self::Body => "reading the response",
            Self::Call => "calling",
        })
    }
}

impl fmt::Display for NetworkErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Timeout => "timed out",
            Self::NotFound => "name not found",
            Self::Refused => "connection refused",
            Self::Unreachable => "no route to host",
            Self::UnknownIssuer => "the server's certificate is not signed by a trusted CA",
            Self::CertificateTime => "the server's certificate has expired or is not valid yet",
            Self::CertificateName => "the server's certificate is for another name",
            Self::NotTls => "the server does not speak TLS",
            Self::OldTls => "the server does not support TLS 1.2 or later",
            Self::ProxyRefused => "the proxy refused",
            Self::NotHttp => "the response is not valid HTTP",
            Self::HeadersTooLarge => "the response headers are too large",
            Self::Closed => "the connection was closed before a response",
            Self::CutOff => "the connection was closed before the end",
            Self::Other => "failed",
        })
    }
}
