use std::{error, fmt, net::IpAddr};

use crate::oauth1::ParseError;

/// Why a request cannot be sent as it is given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestError {
    /// A path that names another host, such as `//example.com` or `https://example.com`.
    Origin,
    /// A path with a fragment, which is never sent.
    Fragment,
    /// A URI, method or form body that cannot be read.
    Parse(ParseError),
    /// A path that the HTTP library would send in a different spelling than the signed one.
    Rewritten,
    /// A header with an invalid name or value.
    Header,
    /// A header that the client sets itself, such as `Authorization`.
    ReservedHeader,
    /// A body that cannot be written as JSON.
    Json,
    /// A form body that is not text.
    FormNotText,
    /// A form body of more than 1 MiB: signing its parameters would take too much memory.
    FormTooLarge,
    /// A form body from a reader, which cannot be signed before it is sent.
    FormNotHeld,
    /// The protocol parameters must be in the form, and the body is not a form.
    NotAForm,
    /// A form, whose parameters are signed instead of its hash.
    HashOfForm,
    /// The hash of a body, with a signature method that has no hash, such as `PLAINTEXT`.
    NoHash,
    /// A body of more than 64 MiB whose hash must be signed.
    HashTooLarge,
    /// A body from a reader, whose hash cannot be signed before it is sent.
    HashNotHeld,
    /// Plain HTTP to this address, which is not of this machine.
    PlainHttp(IpAddr),
}

impl fmt::Display for RequestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Origin => "the path names a host; give only the path, beginning with one /",
            Self::Fragment => "the path has a fragment (#), which is never sent; write %23 for the character",
            Self::Parse(error) => return fmt::Display::fmt(error, formatter),
            Self::Rewritten => "the path would be sent in a different spelling than the signed one; percent-encode it",
            Self::Header => "invalid header name or value",
            Self::ReservedHeader => "the client sets this header itself",
            Self::Json => "the body cannot be written as JSON",
            Self::FormNotText => "the form body is not text; percent-encode its values",
            Self::FormTooLarge => "the form is larger than 1 MiB, and all of it is signed; send large data as a file",
            Self::FormNotHeld => "a form is signed, so it cannot be streamed from a reader; give it as text",
            Self::NotAForm => "the body is not a form, so the protocol parameters cannot be placed in it",
            Self::HashOfForm => "the body is a form: its parameters are signed, not its hash",
            Self::NoHash => "the signature method has no hash for the body",
            Self::HashTooLarge => "the body is larger than 64 MiB, the limit for a signed hash",
            Self::HashNotHeld => "the hash of a body from a reader cannot be signed before it is sent",
            Self::PlainHttp(address) => {
                return write!(formatter, "plain HTTP would leave this machine, to {address}");
            }
        })
    }
}

impl error::Error for RequestError {}
