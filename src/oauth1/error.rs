//! Why an input cannot be read.

/// Why an input cannot be read. A server responds 400
/// ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).
///
/// `position` counts bytes from the start of `part`, or of the header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "part and position are explained above")]
#[non_exhaustive]
pub enum ParseError {
    /// The method is not an HTTP token (RFC 9110 §9.1), such as `GET`.
    Method,
    /// The URI does not begin with `http://` or `https://` (RFC 5849 §3.4.1.2).
    Scheme,
    /// The URI has no valid host.
    Host,
    /// The port is not a number from 0 to 65535.
    Port,
    /// A character that must be percent-encoded.
    Character { part: Part, position: usize },
    /// A `%` without two hexadecimal digits after it.
    PercentEncoding { part: Part, position: usize },
    /// The header has another authentication scheme than `OAuth`.
    NotOAuth,
    /// The header is not of the form `name="value", name="value"` from this position on (RFC 5849 §3.5.1).
    Syntax { position: usize },
    /// A protocol parameter occurs more than once (RFC 5849 §3.1). The position is 0 if it was not read from a text.
    Duplicate { position: usize },
    /// A protocol parameter in the query or form, although the others came in another place (RFC 5849 §3.5).
    SecondPlace { part: Part, position: usize },
    /// A required protocol parameter is missing (RFC 5849 §3.1).
    Missing(&'static str),
    /// The value of a protocol parameter is not UTF-8 text.
    NotText(&'static str),
    /// `oauth_version` is not `1.0` (RFC 5849 §3.1).
    Version,
    /// `oauth_signature` is not canonical base64 (RFC 4648 §3.5).
    Signature,
    /// An extra protocol parameter has no name, or a name that the signer sets itself.
    Reserved,
    /// A realm or protocol parameter has a control character, or the realm one outside ASCII.
    Control,
}

/// The part of a request that a [`ParseError`] is about. `Display` writes its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// The request URI.
    Uri,
    /// The form body.
    Form,
    /// The `Authorization` header.
    Header,
}
