//! How far a call came, and what went wrong there.

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
    Answer,
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
    /// The proxy refused the connection with an HTTP status.
    ProxyRefused,
    /// The response is not HTTP.
    NotHttp,
    /// The response's headers exceed the limit.
    HeadTooLarge,
    /// The connection was closed before the response.
    Closed,
    /// The connection was closed before the end of the response.
    CutOff,
    /// Something else.
    Other,
}
