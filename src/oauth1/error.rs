//! The two answers that a server has: unreadable (400) and refused (401).

use core::{error, fmt};

/// Why an input cannot be read; a server answers 400
/// ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).
///
/// Positions count bytes from the start of the named part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ParseError {
    /// The method is not a token of HTTP (RFC 9110 §9.1), such as `GET`.
    Method,
    /// The URI does not begin with `http://` or `https://` (RFC 5849 §3.4.1.2 knows no other).
    Scheme,
    /// The URI has no host, or one that cannot be read.
    Host,
    /// What follows the host's colon is no number up to 65535.
    Port,
    /// A character that may not stand there unencoded.
    Character {
        /// Where the character was found.
        part: Part,
        /// Its position in bytes.
        position: usize,
    },
    /// A `%` that two hexadecimal digits do not follow.
    PercentEncoding {
        /// Where it was found.
        part: Part,
        /// The position of the `%` in bytes.
        position: usize,
    },
    /// The header is of another authentication scheme than `OAuth`.
    NotOAuth,
    /// The header is not of the form `name="value", name="value"` (RFC 5849 §3.5.1).
    Syntax {
        /// The position in bytes at which something else was expected.
        position: usize,
    },
    /// A protocol parameter is there more than once (RFC 5849 §3.1).
    Duplicate {
        /// The position in bytes of the second one, or 0 where it was not read from a header.
        position: usize,
    },
    /// A protocol parameter is in the query or form of a request whose protocol parameters came in another place
    /// (RFC 5849 §3.5 allows one place only).
    SecondPlace {
        /// The place where it was found: the URI or the form body.
        part: Part,
        /// The position of the parameter in bytes.
        position: usize,
    },
    /// A protocol parameter that has to be there is missing (RFC 5849 §3.1).
    Missing(&'static str),
    /// A value is not UTF-8 text, where the RFC wants text.
    NotText(&'static str),
    /// `oauth_version` is there and not `1.0` (RFC 5849 §3.1).
    Version,
    /// `oauth_signature` is not base64 in its one canonical form (RFC 4648 §3.5).
    Signature,
    /// An extra protocol parameter has a name that the signer itself sets.
    Reserved,
    /// An identifier, secret, realm or parameter holds a control character.
    Control,
    /// A nonce is empty.
    Nonce,
}

/// The part of a request that a [`ParseError`] speaks of.
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

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Uri => "URI",
            Self::Form => "form body",
            Self::Header => "Authorization header",
        })
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Method => "the method is not a token of HTTP, such as GET",
            Self::Scheme => "the URI does not begin with http:// or https://",
            Self::Host => "the URI has no host that can be read",
            Self::Port => "the port of the URI is no number up to 65535",
            Self::Character { part, position } => {
                return write!(
                    formatter,
                    "the {part} has a character at byte {position} that must be percent-encoded"
                );
            }
            Self::PercentEncoding { part, position } => {
                return write!(
                    formatter,
                    "the {part} has a % at byte {position} without two hexadecimal digits after it"
                );
            }
            Self::NotOAuth => "the Authorization header is not of the scheme OAuth",
            Self::Syntax { position } => {
                return write!(
                    formatter,
                    "the Authorization header is not a list of name=\"value\" from byte {position} on"
                );
            }
            Self::Duplicate { position } => {
                return write!(
                    formatter,
                    "a protocol parameter is there twice (byte {position})"
                );
            }
            Self::SecondPlace { part, position } => {
                return write!(
                    formatter,
                    "the {part} has a protocol parameter at byte {position}, but the others came in another place; \
                     send all of them in one place"
                );
            }
            Self::Missing(name) => {
                return write!(formatter, "the protocol parameter {name} is missing");
            }
            Self::NotText(name) => {
                return write!(formatter, "the value of {name} is not UTF-8 text");
            }
            Self::Version => "oauth_version is not 1.0",
            Self::Signature => "oauth_signature is not canonical base64",
            Self::Reserved => "this protocol parameter is set by the signer itself",
            Self::Control => "a value holds a control character",
            Self::Nonce => "the nonce is empty",
        };
        formatter.write_str(text)
    }
}

impl error::Error for ParseError {}

/// Why a request is rejected; a server responds 401, and 400 for [`Malformed`](Self::Malformed)
/// ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).
///
/// The variant is safe to return to the caller: it reveals nothing secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request breaks the protocol, so nothing was hashed; a server responds 400.
    Malformed(ParseError),
    /// `oauth_consumer_key` names another client than the signer's.
    Client,
    /// `oauth_token` is not the signer's token, is missing, or is there though the signer has none.
    Token,
    /// `oauth_signature_method` is not the signer's, so nothing was hashed.
    SignatureMethod,
    /// The signature is not the request's.
    Signature,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed(error) => return error.fmt(formatter),
            Self::Client => "the client credentials are not the expected ones",
            Self::Token => "the token credentials are not the expected ones",
            Self::SignatureMethod => "the signature method is not the expected one",
            Self::Signature => "the signature does not match the request",
        })
    }
}

impl error::Error for VerifyError {}
