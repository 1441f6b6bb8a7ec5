//! The request line and the headers of a request, as received.

use std::{
    io::{self, BufRead as _, ErrorKind, Read as _},
    str,
};

use super::{Reader, illegal};
use crate::sandbox::response::ErrorResponse;

/// Bytes of the request line and the headers.
const LIMIT: usize = 64 * 1024;

/// The request line and the headers of a request.
#[derive(Clone, Default)]
pub(in crate::sandbox) struct Message {
    /// Empty if the request cannot be read.
    pub(in crate::sandbox) method: String,
    pub(in crate::sandbox) target: String,
    /// Whether the version is HTTP/1.1, not HTTP/1.0.
    pub(in crate::sandbox) is_current: bool,
    pub(in crate::sandbox) headers: Vec<(String, Vec<u8>)>,
}

impl Message {
    /// Reads up to the empty line after the headers. The outer error means that the client is gone or too slow.
    pub(super) fn read(reader: &mut Reader) -> io::Result<Result<Self, ErrorResponse>> {
        let mut bytes = Vec::new();
        loop {
            let begin = bytes.len();
            let mut rest = reader.take((LIMIT - begin) as u64);
            rest.read_until(b'\n', &mut bytes)?;
            match bytes.get(begin..) {
                // An empty line in front of a request is ignored (RFC 9112 §2.2).
                Some(b"\r\n" | b"\n") if begin > 0 => return Ok(Self::parse(&bytes)),
                Some([.., b'\n']) => {}
                _ if bytes.len() == LIMIT => {
                    let error = illegal("The request line and headers are longer than 64 KiB");
                    return Ok(Err(error.with_status(431)));
                }
                _ => return Err(ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self, ErrorResponse> {
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut headers);
        let parsed =
            request.parse(bytes).map_err(|error| illegal(format!("This is not an HTTP/1.1 request: {error}")))?;
        if parsed.is_partial() {
            return Err(illegal("This is not an HTTP/1.1 request: it is empty"));
        }
        Ok(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            is_current: request.version == Some(1),
            headers: request.headers.iter().map(|header| (header.name.to_owned(), header.value.to_owned())).collect(),
        })
    }

    /// The value of a header that may occur only once.
    pub(in crate::sandbox) fn single(&self, name: &str) -> Result<Option<&str>, ErrorResponse> {
        let mut values = self.values(name);
        let value = values.next().map(str::from_utf8).transpose();
        if values.next().is_some() {
            return Err(illegal(format!("The header {name} occurs twice")));
        }
        value.map_err(|_| illegal(format!("The header {name} is not UTF-8 text")))
    }

    /// Whether the client may send another request on this connection (RFC 9112 §9.3).
    pub(super) fn keeps_alive(&self) -> bool {
        self.is_current && !self.lists("Connection", b"close")
    }

    /// Whether the client may send the body only after `100 Continue` (RFC 9110 §10.1.1).
    pub(super) fn expects_continue(&self) -> bool {
        self.is_current && self.lists("Expect", b"100-continue")
    }

    /// Whether a header is a list with this item.
    fn lists(&self, name: &str, item: &[u8]) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|other| other.trim_ascii().eq_ignore_ascii_case(item))
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let headers = self.headers.iter();
        headers.filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }
}
