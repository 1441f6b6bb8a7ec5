//! The body of a request, read with its framing removed (RFC 9112 §6, §7).

use std::{
    io::{self, BufRead as _, ErrorKind, Read, Write as _},
    time::Duration,
};

use super::{Message, Reader, illegal};
use crate::sandbox::response::ErrorResponse;

/// Bytes of a body that is kept in memory, which is any but an upload; and of a line between chunks.
const LIMIT: u64 = 64 * 1024;

/// A body that is being read.
pub(in crate::sandbox) struct Body<'a> {
    reader: &'a mut Reader,
    /// Bytes left of the body, or of the chunk.
    left: u64,
    /// Whether more chunks follow.
    has_chunks: bool,
    /// Whether the client waits for `100 Continue`.
    is_awaited: bool,
}

impl<'a> Body<'a> {
    /// The body that follows the headers.
    pub(super) fn new(reader: &'a mut Reader, message: &Message) -> Result<Self, ErrorResponse> {
        let length = message.single("Content-Length")?;
        let coding = message.single("Transfer-Encoding")?;
        let (left, has_chunks) = match (coding, length) {
            (None, None) => (0, false),
            (None, Some(length)) => match length.parse() {
                // `parse` accepts a sign.
                Ok(number) if !length.starts_with('+') => (number, false),
                _ => return Err(illegal("Content-Length is not a number, or too large")),
            },
            (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => (0, true),
            (Some(_), None) => {
                return Err(illegal("Transfer-Encoding is not chunked").with_status(501));
            }
            // Two readers could see two different requests (RFC 9112 §6.3).
            (Some(_), Some(_)) => {
                return Err(illegal("Content-Length and Transfer-Encoding are both set"));
            }
        };
        Ok(Self { reader, left, has_chunks, is_awaited: message.expects_continue() })
    }

    /// Bytes that are known to follow: the rest of the body, or of the chunk.
    pub(in crate::sandbox) fn left(&self) -> u64 {
        self.left
    }

    /// The whole body, up to 64 KiB.
    pub(in crate::sandbox) fn all(&mut self) -> Result<Vec<u8>, ErrorResponse> {
        let mut bytes = Vec::new();
        if self.left <= LIMIT {
            self.take(LIMIT + 1).read_to_end(&mut bytes)?;
        }
        if self.left > LIMIT || bytes.len() as u64 > LIMIT {
            return Err(io::Error::from(ErrorKind::FileTooLarge).into());
        }
        Ok(bytes)
    }

    /// The socket of the client.
    pub(in crate::sandbox) fn socket(&self) -> &std::net::TcpStream {
        &self.reader.get_ref().socket
    }

    /// Reads what is left, if it is little. False if the end of the body was not reached.
    pub(super) fn finish(mut self) -> bool {
        self.reader.get_mut().allow(Duration::from_secs(1));
        let is_read =
            !self.is_awaited && self.left <= LIMIT && io::copy(&mut (&mut self).take(LIMIT), &mut io::sink()).is_ok();
        is_read && self.left == 0 && !self.has_chunks
    }

    fn read_piece(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.is_awaited) {
            let stream = self.reader.get_mut();
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if self.left == 0 && self.has_chunks {
            self.begin_chunk()?;
        }
        let length = self.reader.take(self.left).read(buffer)?;
        if length == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left -= length as u64;
        self.reader.get_mut().extend(length);
        if self.left == 0 && self.has_chunks {
            let mut end = [0; 2];
            self.reader.read_exact(&mut end)?;
            if end != *b"\r\n" {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        Ok(length)
    }

    fn begin_chunk(&mut self) -> io::Result<()> {
        let line = self.line()?;
        // `httparse` accepts a size without digits.
        let has_digit = line.first().is_some_and(u8::is_ascii_hexdigit);
        let parsed = httparse::parse_chunk_size(&line);
        let (Ok(httparse::Status::Complete((_, size))), true) = (parsed, has_digit) else {
            return Err(ErrorKind::InvalidData.into());
        };
        self.left = size;
        self.has_chunks = size > 0;
        // Trailers are discarded. They end with an empty line.
        while !self.has_chunks && self.line()? != b"\r\n" {}
        Ok(())
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.reader.take(LIMIT).read_until(b'\n', &mut line)?;
        let whole = line.ends_with(b"\n").then_some(line);
        whole.ok_or(ErrorKind::InvalidData.into())
    }
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // After an error it is unknown where the next request begins.
        self.read_piece(buffer).inspect_err(|_| self.left = u64::MAX)
    }
}
