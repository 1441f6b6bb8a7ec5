//! An HTTP/1.1 server (RFC 9112) with limits on connections, headers, bodies and time.
//!
//! It is our own, on top of `httparse`. What other blocking servers lack: `tiny_http` 0.12 limits neither headers nor time nor
//! threads, and a huge `Content-Length` aborts the process; `oxhttp` 0.3 has no deadline for a request as a whole, so a client that
//! sends one byte at a time holds a connection without end; `http-net` 0.9 is a few weeks old. `hyper` needs an asynchronous runtime.
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

use alloc::string::String;
use std::io::BufReader;

use super::response::{Code, ErrorResponse};
pub(super) use body::Body;
pub(super) use message::Message;
pub(super) use server::Server;

/// A buffered connection. Its 8 KiB are the only memory of an idle one.
type Reader = BufReader<stream::Stream>;

fn illegal(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::new(Code::IllegalArgument, message)
}
