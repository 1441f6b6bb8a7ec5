//! HTTP/1.1 (RFC 9112) as far as the sandbox needs it, with everything bounded.
//!
//! Our own around `httparse`: of the libraries, `tiny_http` bounds neither time nor heads nor threads, and `hyper` brings an
//! asynchronous runtime of some twenty crates and would still leave the bounds on bodies and connections to us.
//!
//! | step | file |
//! |---|---|
//! | octets from a socket, until a deadline | `reader.rs` |
//! | the head of a request | `message.rs` |
//! | its body, by length or in chunks | `body.rs` |
//! | a body of several parts | `multipart.rs` |
//! | the answer | `writer.rs` |

mod body;
mod message;
mod multipart;
mod reader;
mod writer;

pub(super) use body::Body;
pub(super) use message::{Message, form};
pub(super) use multipart::Parts;
pub(super) use reader::Reader;
pub(super) use writer::{Extent, linger, write};

use alloc::string::String;

use super::answer::{Code, Refusal};

/// Why there is no request.
pub(super) enum Failure {
    /// The client went away or took too long.
    Gone,
    /// It cannot be read.
    Refused(Refusal),
}

impl From<reader::Gone> for Failure {
    fn from(_: reader::Gone) -> Self {
        Self::Gone
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn illegal(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::IllegalArgument, message)
}
