//! The request line and the headers of a request, as received.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::str;
use std::io::{self, BufRead as _, ErrorKind, Read as _};

use super::{Reader, illegal};
use crate::sandbox::response::ErrorResponse;

/// Bytes of the request line and the headers.
const LIMIT: usize = 64 * 1024;
pub(super) const HEADER_LIMIT: usize = 100;

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
            if bytes.len() == LIMIT {
                let error = illegal("The request line and headers are longer than 64 KiB");
                return Ok(Err(error.with_status(431)));
            }
            if bytes.len() == begin || !bytes.ends_with(b"\n") {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let is_empty = matches!(bytes.get(begin..), Some(b"\r\n" | b"\n"));
            if is_empty && begin > 0 {
                return Ok(Self::parse(&bytes));
            }
            if is_empty {
                // Empty lines in front of a request are ignored (RFC 9112 §2.2).
                bytes.clear();
            }
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self, ErrorResponse> {
        let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
        let mut request = httparse::Request::new(&mut headers);
        request
            .parse(bytes)
            .map_err(|error| illegal(format!("This is not an HTTP/1.1 request: {error}")))?;
        Ok(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            is_current: request.version == Some(1),
            headers: request
                .headers
                .iter()
                .map(|header| (header.name.to_owned(), header.value.to_owned()))
                .collect(),
        })
    }

    /// The value of a header that may occur only once.
    pub(in crate::sandbox) fn single(&self, name: &str) -> Result<Option<&str>, ErrorResponse> {
        let mut values = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = values.next();
        if values.next().is_some() {
            return Err(illegal(format!("The header {name} occurs twice")));
        }
        value
            .map(|(_, value)| {
                str::from_utf8(value)
                    .map_err(|_| illegal(format!("The header {name} is not UTF-8 text")))
            })
            .transpose()
    }

    /// Whether the client may send another request on this connection (RFC 9112 §9.3).
    pub(super) fn keeps_alive(&self) -> bool {
        let closes = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("Connection"))
            .flat_map(|(_, value)| value.split(|byte| *byte == b','))
            .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"));
        self.is_current && !closes
    }

    /// Whether the client sends the body only after `100 Continue` (RFC 9110 §10.1.1).
    pub(super) fn expects_continue(&self) -> Result<bool, ErrorResponse> {
        let expected = self.single("Expect")?.unwrap_or_default();
        Ok(self.is_current && expected.eq_ignore_ascii_case("100-continue"))
    }
}
