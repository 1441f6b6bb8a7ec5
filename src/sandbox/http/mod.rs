//! An HTTP/1.1 server (RFC 9112) with limits on connections, headers, bodies and time.
//!
//! It is our own, on top of `httparse`. Other blocking servers lack limits: `tiny_http` 0.12 for headers, time and
//! threads; `oxhttp` 0.3 for the time of a whole request. `hyper` needs an asynchronous runtime.
//!
//! | step | file |
//! |---|---|
//! | accepting connections, up to a maximum | `server.rs` |
//! | the requests of one connection | `connection.rs` |
//! | a socket with a deadline | `stream.rs` |
//! | request line and headers | `message.rs` |
//! | body, by length or in chunks | `body.rs` |
//! | response | `writer.rs` |

mod body;
mod connection;
mod message;
mod server;
mod stream;
mod writer;

use std::io::BufReader;

use super::response::{Code, ErrorResponse};
pub(super) use body::Body;
pub(super) use message::Message;
pub(super) use server::Server;

/// A buffered connection. Its 8 KiB are the only memory of an idle one.
type Reader = BufReader<stream::Stream>;

pub(super) fn illegal(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::new(Code::IllegalArgument, message)
}
